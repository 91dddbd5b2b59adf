"""The result store: what is kept comes back bit for bit, and what is damaged never does."""

import hashlib
import io
import json
import os
import pickle
import re
import signal
import subprocess
import sys
import tempfile
import time
import warnings
import zipfile
from collections.abc import Iterator
from enum import IntEnum, StrEnum
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from convcheck.errors import CacheFallbackWarning, CacheNotWritableError, CorruptEntryWarning, ParameterError
from convcheck.simulate import store

Arrays = dict[str, npt.NDArray[np.generic]]

SPEC = {"rule": "x - lr * g", "lr": [0.1, 0.5], "T": 1000, "x0": np.array([1.0, -0.0])}
ARRAYS: Arrays = {
    "x": np.array([[1.0, np.nan], [-0.0, np.inf]]),
    "state/m": np.arange(6).reshape(2, 3),
    "β": np.array(0.9),
    "done": np.array([True, False]),
    "names": np.array(["adam", "ß"]),
    "file": np.zeros((0, 3)),
}
posix = pytest.mark.skipif(os.name == "nt", reason="signals and permissions are POSIX's")


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CONVCHECK_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("CONVCHECK_CACHE_BYTES", raising=False)


def entry(spec: dict[str, object], folder: Path) -> Path:
    return folder / f"{store.key(spec)}.npz"


def assert_same(read: Arrays | None, written: Arrays) -> None:
    assert read is not None
    assert list(read) == sorted(written)
    for name, array in written.items():
        assert read[name].dtype == array.dtype
        assert read[name].shape == array.shape
        assert read[name].tobytes() == array.tobytes()


def assert_refused(folder: Path, reason: str) -> None:
    """The entry of SPEC is named and set aside: None now, None again in silence, the new one once that is saved."""
    path = entry(SPEC, folder)
    content = path.read_bytes()
    with pytest.warns(CorruptEntryWarning, match=reason) as caught:
        assert store.load(SPEC, folder=folder) is None
    assert str(path) in str(caught[0].message)
    assert caught[0].filename == __file__
    assert not path.exists()
    assert path.with_name(path.name + ".corrupt").read_bytes() == content
    assert store.load(SPEC, folder=folder) is None
    store.save(SPEC, ARRAYS, folder=folder)
    assert_same(store.load(SPEC, folder=folder), ARRAYS)


def forge(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def npy(array: npt.ArrayLike, *, allow_pickle: bool = False) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, np.asarray(array), allow_pickle=allow_pickle)
    return stream.getvalue()


# The key


def test_canonical_json_is_this_text() -> None:
    class Word(StrEnum):
        A = "a"

    class Number(IntEnum):
        ONE = 1

    spec = {
        "z": (1, 1.0, True, None, "é", Word.A, Number.ONE),
        "a": {
            "f": 0.1,
            "i": np.int8(3),
            "b": np.isnan(np.float64(1.0)),
            "h": np.float32(0.5),
            "inf": -np.inf,
            "e": 1e22,
        },
        "c": np.array([1, 2], dtype=">i4"),
    }
    content = hashlib.sha256(b"\1\0\0\0\2\0\0\0").hexdigest()
    assert store.canonical_json(spec) == (
        '{"a":{"b":false,"e":1e+22,"f":0.1,"h":0.5,"i":3,"inf":{"$float":"-inf"}},'
        f'"c":{{"$array":["<i4",[2],"{content}"]}},"z":[1,1.0,true,null,"\\u00e9","a",1]}}'
    )
    assert store.key(spec) == hashlib.sha256(store.canonical_json(spec).encode()).hexdigest()


DIFFERENT: list[object] = [
    0, 0.0, -0.0, False, None, "0", [0], [[0]], [0.0], {"0": 0}, [], {}, "", np.inf, -np.inf, "inf", 1e-300,
    np.zeros(1), np.zeros((1, 1)), np.zeros(1, dtype="f4"), np.zeros(1, dtype=int), np.zeros(1, dtype=bool),
    -np.zeros(1), np.array(["0"]), np.nextafter(0.0, 1.0),
]  # fmt: skip


def test_different_specs_have_different_keys() -> None:
    assert len({store.key({"v": value}) for value in DIFFERENT}) == len(DIFFERENT)
    assert store.key({"a": 1, "b": 2}) == store.key({"b": 2, "a": 1})
    assert store.key({"a": 1, "b": 2}) != store.key({"a": 2, "b": 1})


def test_key_of_an_array_is_that_of_its_content() -> None:
    array = np.arange(12.0).reshape(3, 4)
    copies = [array.astype(">f8"), np.asfortranarray(array), array[::-1][::-1]]
    assert {store.key({"x": copy}) for copy in copies} == {store.key({"x": array})}
    assert store.key({"x": array.T}) != store.key({"x": array})


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        (float("nan"), r"spec\['v'\] is NaN"),
        ([1, {"k": np.float64("nan")}], r"spec\['v'\]\[1\]\['k'\] is NaN"),
        ({1: 2}, "the key 1"),
        ({"$array": 2}, "begin with"),
        (object(), "is a object"),
        ({1, 2}, "is a set"),
        (b"bytes", "is a bytes"),
        (np.array([None]), "dtype object"),
        (np.zeros(2, dtype=np.longdouble), "dtype (longdouble|float128)"),
        (np.zeros(2, dtype="i4,f8"), "dtype"),
        (np.array(["2018-01-01"], dtype="M8[D]"), "dtype datetime64"),
    ],
)
def test_spec_without_canonical_json(value: object, complaint: str, tmp_path: Path) -> None:
    for call in (store.key, store.load, lambda spec: store.save(spec, ARRAYS)):
        with pytest.raises(ParameterError, match=complaint):
            call({"v": value})
    assert not (tmp_path / "cache").exists()


# What is kept


def test_round_trip_in_the_default_folder(tmp_path: Path) -> None:
    assert store.load(SPEC) is None
    store.save(SPEC, ARRAYS)
    read = store.load(SPEC)
    assert_same(read, ARRAYS)
    assert read is not None
    assert not any(array.flags.writeable for array in read.values())
    assert [path.name for path in (tmp_path / "cache" / "runs").iterdir()] == [f"{store.key(SPEC)}.npz"]
    assert store.load(SPEC | {"T": 1001}) is None


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_round_trip_of_any_array(data: st.DataObject) -> None:
    dtypes = st.one_of(
        npst.floating_dtypes(sizes=(16, 32, 64)),
        npst.integer_dtypes(),
        npst.boolean_dtypes(),
        npst.unicode_string_dtypes(),
    )
    array = data.draw(npst.arrays(dtypes, npst.array_shapes(min_dims=0, min_side=0)))
    with tempfile.TemporaryDirectory() as folder:
        store.save({"n": 1}, {"a": array, "t": array.T}, folder=Path(folder))
        native = array.astype(array.dtype.newbyteorder("<"))
        assert_same(store.load({"n": 1}, folder=Path(folder)), {"a": native, "t": native.T})


def test_same_bytes_twice_in_any_order(tmp_path: Path) -> None:
    path = entry(SPEC, tmp_path)
    store.save(SPEC, ARRAYS, folder=tmp_path)
    first = path.read_bytes()
    store.save(
        dict(reversed(SPEC.items())),
        {name: np.array(array, order="F") for name, array in reversed(ARRAYS.items())},
        folder=tmp_path,
    )
    assert path.read_bytes() == first


def test_same_bytes_on_another_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = entry(SPEC, tmp_path)
    for platform in ("linux", "win32"):
        monkeypatch.setattr(sys, "platform", platform)
        store.save(SPEC, ARRAYS, folder=tmp_path)
        path.rename(tmp_path / platform)
    assert (tmp_path / "linux").read_bytes() == (tmp_path / "win32").read_bytes()


def test_numpy_opens_the_file(tmp_path: Path) -> None:
    store.save(SPEC, ARRAYS, folder=tmp_path)
    with np.load(entry(SPEC, tmp_path), allow_pickle=False) as archive:
        assert archive["x"].tobytes() == ARRAYS["x"].tobytes()
        assert archive["spec.json"].decode() == store.canonical_json(SPEC)
        assert archive["sha256"].decode() == store.digest(ARRAYS)


def test_digest_sees_names_types_shapes_and_bits() -> None:
    array = np.zeros(4)
    others: list[Arrays] = [
        {"b": array}, {"a": array, "b": array}, {}, {"a": array.reshape(2, 2)}, {"a": -array}, {"a": array.astype(int)},
    ]  # fmt: skip
    digests = {store.digest(arrays) for arrays in others}
    assert len(digests) == len(others)
    assert store.digest({"a": array}) not in digests
    assert store.digest({"a": array.astype(">f8")}) == store.digest({"a": array})


@pytest.mark.parametrize("name", ["", "a b", "a\0b", "a\\b"])
def test_bad_array_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="under the name"):
        store.save(SPEC, {name: np.zeros(1)}, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_python_objects_are_not_kept(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="the array 'x' has dtype object"):
        store.save(SPEC, {"x": np.array([None])}, folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


# What is damaged


def test_truncation_at_every_byte(tmp_path: Path) -> None:
    store.save(SPEC, ARRAYS, folder=tmp_path)
    path = entry(SPEC, tmp_path)
    content = path.read_bytes()
    for length in range(len(content)):
        path.write_bytes(content[:length])
        with pytest.warns(CorruptEntryWarning, match="truncated|no npz"):
            assert store.load(SPEC, folder=tmp_path) is None
    path.write_bytes(content[: len(content) // 2])
    assert_refused(tmp_path, "truncated")


def test_flips_at_every_byte_never_change_what_is_read(tmp_path: Path) -> None:
    arrays: Arrays = {"x": np.array([1.0, -0.0]), "n": np.array([3])}
    store.save(SPEC, arrays, folder=tmp_path)
    path = entry(SPEC, tmp_path)
    content = path.read_bytes()
    refused = 0
    for position in range(len(content)):
        for mask in (0x01, 0x08, 0x20, 0x80, 0xFF):
            damaged = bytearray(content)
            damaged[position] ^= mask
            path.write_bytes(damaged)
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                read = store.load(SPEC, folder=tmp_path)
            assert [warning.category for warning in caught] == ([CorruptEntryWarning] if read is None else [])
            refused += read is None
            if read is not None:  # a date or an attribute in the zip directory: nothing that is read
                assert_same(read, arrays)
    payload = sum(len(member) for member in members_of(content).values())
    assert refused >= 5 * payload
    path.write_bytes(content.replace(arrays["x"].tobytes(), np.array([1.0, 0.0]).tobytes()))
    assert_refused(tmp_path, "damaged: Bad CRC-32")


def members_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "truncated: it is empty"),
        (b"%PDF-1.4 not ours", "no npz file"),
        (npy(np.zeros(3)), "no npz file"),
        (pickle.dumps({"x": 1}), "no npz file"),
        (b"PK\3\4 and then nothing", "truncated or damaged"),
    ],
)
def test_foreign_file(content: bytes, reason: str, tmp_path: Path) -> None:
    entry(SPEC, tmp_path).write_bytes(content)
    assert_refused(tmp_path, reason)


def test_foreign_archives(tmp_path: Path) -> None:
    path = entry(SPEC, tmp_path)
    with path.open("wb") as stream:
        np.savez(stream, x=np.zeros(3))
    assert_refused(tmp_path, "not written by this store")
    forge(path, members(path), zipfile.ZIP_DEFLATED)
    assert_refused(tmp_path, "not written by this store")
    forge(path, members(path) | {"notes.txt": b"no array"})
    assert_refused(tmp_path, "'notes.txt' is no array")


def test_entry_under_another_key(tmp_path: Path) -> None:
    other = SPEC | {"T": 999}
    store.save(SPEC, ARRAYS, folder=tmp_path)
    store.save(other, {"x": np.ones(2)}, folder=tmp_path)
    entry(other, tmp_path).replace(entry(SPEC, tmp_path))
    assert_refused(tmp_path, "answers another question")


def test_other_arrays_with_the_old_digest(tmp_path: Path) -> None:
    path = entry(SPEC, tmp_path)
    store.save(SPEC, ARRAYS, folder=tmp_path)
    good = members(path)
    for change in ({"x.npy": npy(np.zeros((2, 2)))}, {"y.npy": good["x.npy"]}):
        forge(path, good | change)
        assert_refused(tmp_path, "digest mismatch")
    forge(path, {name: content for name, content in good.items() if name != "done.npy"})
    assert_refused(tmp_path, "digest mismatch")
    forge(path, good)  # not a byte of the content was changed
    assert_same(store.load(SPEC, folder=tmp_path), ARRAYS)


class Trap:
    """Unpickling it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.path),)


def test_pickled_object_array_is_never_unpickled(tmp_path: Path) -> None:
    path, sprung = entry(SPEC, tmp_path), tmp_path / "sprung"
    store.save(SPEC, ARRAYS, folder=tmp_path)
    trap = np.empty(1, dtype=object)
    trap[0] = Trap(sprung)
    payload = npy(trap, allow_pickle=True)
    forge(path, members(path) | {"x.npy": payload})
    assert_refused(tmp_path, r"'x\.npy' holds Python objects \(a pickle\), which are never read")
    assert not sprung.exists()
    np.load(io.BytesIO(payload), allow_pickle=True)
    assert sprung.exists()  # the trap works


@pytest.mark.parametrize(
    "header",
    [
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999,), }",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (-1, -2), }",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (0, 99999999999999999999), }",
        b"{'descr': '<f8', 'fortran_order': True, 'shape': (1, 2), }",
        b"{'descr': '<M8', 'fortran_order': False, 'shape': (2,), }",
        b"{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (2,), }",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (2,), 'more': 1}",
        b"{'descr': 'nonsense', 'fortran_order': False, 'shape': (2,), }",
        b"(" * 90 + b")",
        b"{'descr': __import__('os'), }",
        b"\xff\xfe",
    ],
)
@pytest.mark.parametrize("version", [b"\1\0", b"\2\0", b"\7\0"])
def test_malicious_array_header(header: bytes, version: bytes, tmp_path: Path) -> None:
    size = len(header).to_bytes(2 if version == b"\1\0" else 4, "little")
    payload = b"\x93NUMPY" + version + size + header + bytes(16)
    store.save(SPEC, ARRAYS, folder=tmp_path)
    forge(entry(SPEC, tmp_path), members(entry(SPEC, tmp_path)) | {"x.npy": payload})
    assert_refused(tmp_path, r"'x\.npy'")


def test_folder_in_place_of_an_entry(tmp_path: Path) -> None:
    entry(SPEC, tmp_path).mkdir()
    with pytest.warns(CorruptEntryWarning, match="cannot be read"):
        assert store.load(SPEC, folder=tmp_path) is None
    store.save(SPEC, ARRAYS, folder=tmp_path)
    assert_same(store.load(SPEC, folder=tmp_path), ARRAYS)


# Where nothing can be written


@pytest.fixture
def read_only() -> Iterator[Path]:
    """Yield a folder that holds a good entry for SPEC and a bad one for {}, and that this process may not write."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store.save(SPEC, ARRAYS, folder=folder)
        entry({}, folder).write_bytes(b"")
        assert store.load(SPEC, folder=folder) is not None  # Python's own lazy imports, while it may read its files
        folder.chmod(0o555)
        root = os.geteuid() == 0
        if root:  # who may write everywhere
            os.seteuid(65534)
        yield folder
        if root:
            os.seteuid(0)
        folder.chmod(0o755)


@posix
def test_read_only_folder(read_only: Path) -> None:
    assert_same(store.load(SPEC, folder=read_only), ARRAYS)
    with pytest.warns(CorruptEntryWarning, match=r"stays where it is \(Permission denied\)"):
        assert store.load({}, folder=read_only) is None
    before = sorted(read_only.iterdir())
    with pytest.raises(CacheNotWritableError, match="Permission denied"):
        store.save(SPEC, ARRAYS, folder=read_only)
    assert sorted(read_only.iterdir()) == before


def test_unwritable_explicit_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CONVCHECK_CACHE", str(tmp_path / "file"))
    with pytest.raises(CacheNotWritableError):
        store.load(SPEC)
    with pytest.raises(CacheNotWritableError):
        store.save(SPEC, ARRAYS)


@pytest.mark.skipif(sys.platform != "linux", reason="sets the folder by Linux's variable")
def test_full_disk_loses_only_the_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "write_atomically", full)
    with pytest.raises(CacheNotWritableError, match="No space left"):
        store.save(SPEC, ARRAYS)
    monkeypatch.delenv("CONVCHECK_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.warns(CacheFallbackWarning, match="No space left"):
        store.save(SPEC, ARRAYS)


# The size


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_least_recently_used_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    specs: list[dict[str, object]] = [{"n": n} for n in range(5)]
    arrays: Arrays = {"x": np.zeros(1000)}
    for age, spec in enumerate(specs[:4]):
        store.save(spec, arrays, folder=tmp_path)
        long_ago = time.time() - 1000 + age
        os.utime(entry(spec, tmp_path), (long_ago, long_ago))
    size = entry(specs[0], tmp_path).stat().st_size
    (tmp_path / "mine.npz").write_bytes(bytes(10 * size))  # not an entry: neither counted nor removed
    assert store.load(specs[0], folder=tmp_path) is not None  # used just now
    monkeypatch.setenv("CONVCHECK_CACHE_BYTES", str(3 * size))
    store.save(specs[4], arrays, folder=tmp_path)
    assert names(tmp_path) == {entry(specs[n], tmp_path).name for n in (0, 3, 4)} | {"mine.npz"}
    monkeypatch.setenv("CONVCHECK_CACHE_BYTES", "0")
    store.save(specs[1], arrays, folder=tmp_path)
    assert names(tmp_path) == {"mine.npz"}


def test_what_was_set_aside_counts_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry(SPEC, tmp_path).write_bytes(bytes(10**6))
    with pytest.warns(CorruptEntryWarning):
        store.load(SPEC, folder=tmp_path)
    monkeypatch.setenv("CONVCHECK_CACHE_BYTES", str(10**6))
    store.save(SPEC, ARRAYS, folder=tmp_path)
    assert names(tmp_path) == {entry(SPEC, tmp_path).name}


def test_default_limit_keeps_everything_small(tmp_path: Path) -> None:
    for n in range(3):
        store.save({"n": n}, ARRAYS, folder=tmp_path)
    assert len(names(tmp_path)) == 3
    assert store.DEFAULT_LIMIT == 2 * 1024**3


@pytest.mark.parametrize("text", ["-1", "2GB", "1e9", " ", "0x10"])
def test_bad_limit_changes_nothing(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.save(SPEC, ARRAYS, folder=tmp_path)
    before = names(tmp_path)
    monkeypatch.setenv("CONVCHECK_CACHE_BYTES", text)
    with pytest.raises(ParameterError, match=re.escape(repr(text))):
        store.save({"n": 2}, ARRAYS, folder=tmp_path)
    assert names(tmp_path) == before


# Several processes

WRITE = """
import sys, time, pathlib
import numpy as np
from convcheck.simulate import store
folder, seconds = pathlib.Path(sys.argv[1]), float(sys.argv[2])
print("ready", flush=True)
end = time.monotonic() + seconds
while time.monotonic() < end:
    for n in range(3):
        store.save({"n": n}, {"x": np.full(20_000, float(n))}, folder=folder)
"""


def writer(folder: Path, seconds: float) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen([sys.executable, "-c", WRITE, str(folder), str(seconds)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == b"ready"
    return process


def test_two_writers_and_a_reader(tmp_path: Path) -> None:
    with writer(tmp_path, 1.0) as first, writer(tmp_path, 1.0) as second:
        read = 0
        while first.poll() is None or second.poll() is None:
            for n in range(3):
                arrays = store.load({"n": n}, folder=tmp_path)  # a warning would be an error
                if arrays is not None:
                    assert (arrays["x"] == n).all()
                    read += 1
    assert (first.returncode, second.returncode) == (0, 0)
    assert read > 10
    assert names(tmp_path) == {entry({"n": n}, tmp_path).name for n in range(3)}


@posix
def test_killed_writers_leave_nothing_half_written(tmp_path: Path) -> None:
    for attempt in range(6):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        with writer(folder, 60.0) as process:
            time.sleep(0.01 + 0.017 * attempt)
            process.send_signal(signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL
        for n in range(3):
            arrays = store.load({"n": n}, folder=folder)  # a warning would be an error
            assert arrays is None or (arrays["x"] == n).all()


@posix
def test_killed_in_the_middle_leaves_no_entry(tmp_path: Path) -> None:
    middle = (
        "import os, pathlib, signal, sys\n"
        "import numpy as np\n"
        "from convcheck.simulate import store\n"
        "write = np.lib.format.write_array\n"
        "def once(stream, array, **options):\n"
        "    write(stream, array, **options)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "np.lib.format.write_array = once\n"
        "store.save({'n': 1}, {'a': np.zeros(10**5), 'b': np.zeros(10**5)}, folder=pathlib.Path(sys.argv[1]))\n"
    )
    done = subprocess.run([sys.executable, "-c", middle, str(tmp_path)], check=False)
    assert done.returncode == -signal.SIGKILL
    [left] = tmp_path.iterdir()
    assert left.suffix == ".tmp"
    assert left.stat().st_size > 0
    assert store.load({"n": 1}, folder=tmp_path) is None


def test_spec_inside_is_readable_json(tmp_path: Path) -> None:
    store.save(SPEC, ARRAYS, folder=tmp_path)
    spec = json.loads(members(entry(SPEC, tmp_path))["spec.json"])
    assert spec["T"] == SPEC["T"]
    assert spec["lr"] == SPEC["lr"]
