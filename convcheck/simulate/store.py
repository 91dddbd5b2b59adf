"""The result store: arrays kept under the content of the question they answer.

An entry is one file ``<sha256 of the spec>.npz``: an ordinary, uncompressed npz (``numpy.load`` opens it) that also
holds the spec as canonical JSON and a digest of the arrays. The same spec and arrays give the same bytes. What is
read back is checked against both; an entry that fails is named, set aside and never used, and nothing is ever
unpickled. The least recently used entries go when the folder grows beyond ``CONVCHECK_CACHE_BYTES``.
"""

import hashlib
import io
import json
import math
import os
import re
import struct
import tokenize
import warnings
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from convcheck.errors import CacheFallbackWarning, CacheNotWritableError, CorruptEntryWarning, ParameterError
from convcheck.simulate.folders import CACHE_VARIABLE, cache_folder, explicit_root, write_atomically

Array = npt.NDArray[Any]

LIMIT_VARIABLE = "CONVCHECK_CACHE_BYTES"
DEFAULT_LIMIT = 2 * 1024**3  # 2 GiB: some three hundred runs of 6 MB, little beside the package's own dependencies
_SUFFIX = ".npz"
_CORRUPT = ".corrupt"
_UTF8_NAME = 0x800  # the one flag of a zip member that this store writes
_SPEC = "spec.json"
_DIGEST = "sha256"
_ENTRY = re.compile(r"[0-9a-f]{64}\.npz(\.corrupt)?")
_ARRAY_NAME = re.compile(r"[\w./-]+")
# Fixed width, no pointers, no padding: the bytes are the content. (A long double has padding, and differs by machine.)
_DTYPES = re.compile(r"[<|](b1|[iu][1248]|f[248]|c(8|16)|U\d+|S\d+)")

# What the readers of the two formats raise on damaged input, besides _DamageError.
_ZIP_ERRORS = (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, OverflowError, struct.error)
_NPY_ERRORS = (ValueError, TypeError, EOFError, OverflowError, SyntaxError, tokenize.TokenError, RecursionError)


def canonical_json(spec: Mapping[str, object]) -> str:
    """Return the one JSON text of ``spec``: sorted keys, no spaces, floats by their shortest repr.

    Values are None, booleans, integers, strings, floats (an infinity becomes ``{"$float": "inf"}``), NumPy scalars and
    arrays (``{"$array": [dtype, shape, sha256 of the little-endian bytes]}``), and lists, tuples and mappings of these.
    Raises `ParameterError` for anything else, NaN, and keys that are not strings or begin with ``$``.
    """
    return json.dumps(_plain(spec, "spec"), sort_keys=True, allow_nan=False, separators=(",", ":"))


def key(spec: Mapping[str, object]) -> str:
    """Return the name of the entry for ``spec``: the SHA-256 of its canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical_json(spec).encode()).hexdigest()


def digest(arrays: Mapping[str, npt.ArrayLike]) -> str:
    """Return the SHA-256 of names, types, shapes and little-endian bytes, whatever the order of the mapping."""
    return _digest(_canonical_arrays(arrays))


def load(spec: Mapping[str, object], *, folder: Path | None = None) -> dict[str, Array] | None:
    """Return the arrays kept for ``spec``, read-only and sorted by name, or None if there are none that can be trusted.

    ``folder`` is the store's folder (it exists), by default ``runs`` in the cache. An entry that is truncated, damaged,
    foreign or holds Python objects is set aside as ``<name>.corrupt`` with a `CorruptEntryWarning` that says so.
    """
    text = canonical_json(spec)
    path = _path(text, folder)
    try:
        arrays = _read(path, text)
    except FileNotFoundError:
        return None
    except _DamageError as damage:
        _set_aside(path, str(damage))
        return None
    with suppress(OSError):  # a read-only store can be read; it only forgets what was used last
        os.utime(path)
    return arrays


def save(spec: Mapping[str, object], arrays: Mapping[str, npt.ArrayLike], *, folder: Path | None = None) -> None:
    """Keep ``arrays`` for ``spec``, completely or not at all, and drop the least recently used beyond the limit.

    Arrays are booleans, integers, floats, complex numbers or strings of fixed width; names consist of letters, digits
    and ``_ . / -``. Raises `ParameterError` otherwise, or if ``CONVCHECK_CACHE_BYTES`` is no whole number ≥ 0; and
    `CacheNotWritableError` if a folder that the user or the caller named cannot be written. If it is the default
    folder that fails (a full disk), the result is only not kept, with a `CacheFallbackWarning`.
    """
    text = canonical_json(spec)
    kept = _canonical_arrays(arrays)
    limit = _limit()
    path = _path(text, folder)
    try:
        write_atomically(path, lambda stream: _write(stream, text, kept))
        _evict(path.parent, limit)
    except OSError as error:
        sentence = f"the result {path} cannot be kept ({error}); free some space or set {CACHE_VARIABLE}"
        if folder is not None or explicit_root() is not None:
            raise CacheNotWritableError(sentence) from error
        warnings.warn(sentence, CacheFallbackWarning, stacklevel=2)


class _DamageError(Exception):
    """Why an entry is not used."""


def _path(text: str, folder: Path | None) -> Path:
    name = hashlib.sha256(text.encode()).hexdigest() + _SUFFIX
    return (cache_folder("runs") if folder is None else folder) / name


def _plain(value: object, where: str) -> object:
    """Return ``value`` in the terms that `json.dumps` writes the same way everywhere."""
    plain: object
    if value is None or isinstance(value, bool):
        plain = value
    elif isinstance(value, str):
        plain = str(value)
    elif isinstance(value, int):
        plain = int(value)
    elif isinstance(value, float):
        plain = _plain_float(float(value), where)
    elif isinstance(value, np.bool_ | np.integer | np.float32 | np.float16):
        plain = _plain(value.item(), where)
    elif isinstance(value, np.ndarray):
        array = _canonical(value, where)
        plain = {"$array": [array.dtype.str, list(array.shape), hashlib.sha256(array.tobytes()).hexdigest()]}
    elif isinstance(value, list | tuple):
        plain = [_plain(item, f"{where}[{index}]") for index, item in enumerate(value)]
    elif isinstance(value, Mapping):
        plain = {_plain_key(name, where): _plain(item, f"{where}[{name!r}]") for name, item in value.items()}
    else:
        raise ParameterError(
            f"{where} is a {type(value).__name__}, which has no canonical JSON; give numbers, strings, arrays or dicts"
        )
    return plain


def _plain_key(name: object, where: str) -> str:
    if not isinstance(name, str) or name.startswith("$"):
        raise ParameterError(
            f"{where} has the key {name!r}, but keys are strings that do not begin with '$'; rename it"
        )
    return str(name)


def _plain_float(value: float, where: str) -> object:
    if math.isnan(value):
        raise ParameterError(f"{where} is NaN, which equals nothing, not even itself; a result cannot be kept under it")
    return {"$float": repr(value)} if math.isinf(value) else value


def _canonical(value: npt.ArrayLike, where: str) -> Array:
    """Return ``value`` as a C-ordered little-endian array whose bytes are its content."""
    array = np.asarray(value)
    array = np.asarray(array, dtype=array.dtype.newbyteorder("<"), order="C")
    if not _DTYPES.fullmatch(array.dtype.str):
        raise ParameterError(
            f"{where} has dtype {array.dtype}, which cannot be kept; give booleans, integers, floats or strings"
        )
    return array


def _canonical_arrays(arrays: Mapping[str, npt.ArrayLike]) -> dict[str, Array]:
    for name in arrays:
        if not _ARRAY_NAME.fullmatch(name):
            raise ParameterError(
                f"an array cannot be kept under the name {name!r}; use letters, digits and _ . / - only"
            )
    return {name: _canonical(arrays[name], f"the array {name!r}") for name in sorted(arrays)}


def _digest(arrays: Mapping[str, Array]) -> str:
    total = hashlib.sha256()
    for name, array in arrays.items():
        total.update(json.dumps([name, array.dtype.str, array.shape]).encode() + b"\n")
        if array.nbytes:
            total.update(array.reshape(-1).view(np.uint8).data)
    return total.hexdigest()


def _write(stream: BinaryIO, text: str, arrays: Mapping[str, Array]) -> None:
    """Write the npz. Not `numpy.savez`: an array may be called ``file``, and its bytes name the operating system."""
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_member(_SPEC), text)
        archive.writestr(_member(_DIGEST), _digest(arrays))
        for name, array in arrays.items():
            with archive.open(_member(name + ".npy"), "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)  # dated 1980-01-01, always
    info.create_system = 3
    return info


def _read(path: Path, text: str) -> dict[str, Array]:
    """Return the verified arrays of the entry, or raise `_DamageError`."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _DamageError(f"it cannot be read: {error.strerror}") from error
    members = _members(content)
    stored_text, stored_digest = members.pop(_SPEC, None), members.pop(_DIGEST, None)
    if stored_text is None or stored_digest is None:
        raise _DamageError("it was not written by this store")
    if stored_text != text.encode():
        raise _DamageError("it answers another question: the spec inside is not the one asked for")
    arrays = {name.removesuffix(".npy"): _array(name, payload) for name, payload in members.items()}
    if stored_digest != _digest(arrays).encode():
        raise _DamageError("digest mismatch: the arrays inside are not those that were written")
    return arrays


def _members(content: bytes) -> dict[str, bytes]:
    """Return the members of the zip file by name, each with its own checksum verified."""
    if not content.startswith(b"PK"):
        raise _DamageError("it is no npz file" if content else "it is truncated: it is empty")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            for entry in entries:
                # Nothing that this store writes is compressed (so none unpacks into more than the file) or encrypted.
                if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & ~_UTF8_NAME:
                    raise _DamageError("it was not written by this store, or is damaged")
            return {entry.filename: archive.read(entry) for entry in entries}
    except _ZIP_ERRORS as error:
        raise _DamageError(f"it is truncated or damaged: {error}") from error


def _array(name: str, payload: bytes) -> Array:
    """Return the array of a ``.npy`` member, a read-only view of its bytes; Python objects are refused unread."""
    stream = io.BytesIO(payload)
    try:
        version = np.lib.format.read_magic(stream)
        read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, fortran_order, dtype = read_header(stream)
        if dtype.hasobject:
            raise _DamageError(f"its member {name!r} holds Python objects (a pickle), which are never read")
        whole = math.prod(shape) * dtype.itemsize == len(payload) - stream.tell()
        if fortran_order or not whole or not _DTYPES.fullmatch(dtype.str):
            raise _DamageError(f"its member {name!r} was not written by this store, or is damaged")
        return np.ndarray(shape, dtype, buffer=payload, offset=stream.tell())
    except _NPY_ERRORS as error:
        raise _DamageError(f"its member {name!r} is no array: {error}") from error


def _set_aside(path: Path, reason: str) -> None:
    aside = path.with_name(path.name + _CORRUPT)
    try:
        path.replace(aside)
    except OSError as error:
        fate = f"it stays where it is ({error.strerror})"
    else:
        fate = f"it is set aside as {aside.name}"
    msg = f"the cache entry {path} is not used: {reason}; {fate}, and the result is computed again"
    warnings.warn(msg, CorruptEntryWarning, stacklevel=3)


def _limit() -> int:
    text = os.environ.get(LIMIT_VARIABLE, "") or str(DEFAULT_LIMIT)
    if not re.fullmatch(r"[0-9]+", text):
        raise ParameterError(
            f"{LIMIT_VARIABLE} is {text!r}; give the cache's limit in bytes, a whole number such as {DEFAULT_LIMIT}"
        )
    return int(text)


def _evict(folder: Path, limit: int) -> None:
    """Remove the entries used longest ago, set-aside ones too, until the others fit into ``limit`` bytes."""
    found: list[tuple[int, str, int]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if _ENTRY.fullmatch(entry.name):
                with suppress(FileNotFoundError):  # another process was faster
                    status = entry.stat(follow_symlinks=False)
                    found.append((status.st_mtime_ns, entry.path, status.st_size))
    total = sum(size for _, _, size in found)
    for _, path, size in sorted(found):
        if total <= limit:
            return
        with suppress(OSError):
            Path(path).unlink(missing_ok=True)
            total -= size
