"""Long runs are kept, under everything that they depend on, and nothing that is damaged is ever used."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import convcheck as cc
from convcheck.arithmetic import elementary
from convcheck.errors import CacheFallbackWarning, CacheNotWritableError, CorruptEntryWarning, NonFiniteError
from convcheck.simulate import run as running
from convcheck.simulate import store
from convcheck.simulate.result import Run

Build = Callable[..., Any]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache_folder: Path) -> Path:
    """Return a folder of runs of the test's own, beside the session's kernels; every run is worth keeping."""
    (tmp_path / "cache").mkdir()
    (cache_folder / "kernels").mkdir(parents=True, exist_ok=True)
    (tmp_path / "cache" / "kernels").symlink_to(cache_folder / "kernels", target_is_directory=True)
    monkeypatch.setenv("CONVCHECK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(running, "WORTH_KEEPING", 1)
    return tmp_path / "cache" / "runs"


def kept(**given: Any) -> Run:
    usual: dict[str, Any] = {"opt": "sgd", "problem": "reddi_stochastic", "T": 100, "seeds": 2, "record": 20, "lr": 0.1}
    return cc.run(**usual | given)


def same(one: Run, other: Run) -> bool:
    return all(
        np.array_equal(getattr(one, n).view(np.int64), getattr(other, n).view(np.int64))
        for n in ("x", "loss", "regret")
    )


def test_a_long_run_is_kept_and_a_short_one_is_not(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("CONVCHECK_CACHE", str(cache.parent))
    lanes = running.WORTH_KEEPING // 10**5
    rates = np.linspace(0.1, 1, lanes)
    cc.run("sgd", "reddi_stochastic", 10**5 - 1, lr=rates, record=5)
    assert not cache.exists() or not list(cache.iterdir())
    first = cc.run("sgd", "reddi_stochastic", 10**5, lr=rates, record=5)
    assert len(list(cache.iterdir())) == 1
    monkeypatch.setattr(running, "advance_parts", lambda *_: pytest.fail("it was run again"))
    again = cc.run("sgd", "reddi_stochastic", 10**5, lr=rates, record=5)
    assert same(first, again)
    assert again.x.flags.writeable


def test_the_same_question_is_answered_from_the_store(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = kept(lr=lambda t: [0.1, 0.2][int(t) % 2])
    assert len(list(cache.iterdir())) == 1
    monkeypatch.setattr(running, "advance_parts", lambda *_: pytest.fail("it was run again"))
    assert same(first, kept(lr=lambda t: [0.1, 0.2][int(t) % 2]))
    assert same(first, kept(lr=lambda t: 0.2 if t % 2 else 0.1))  # what counts is the values


OTHER: dict[str, dict[str, Any]] = {
    "hyper-parameter": {"lr": 0.2},
    "grid": {"lr": [0.1, 0.2]},
    "T": {"T": 101},
    "seeds": {"seeds": [0, 2]},
    "the order of seeds": {"seeds": [1, 0]},
    "record": {"record": [7]},
    "x0": {"x0": 0.5},
    "coordinates": {"x0": [1.0, 1.0]},
    "generator": {"generator": "philox4x32"},
    "optimizer": {"opt": "signsgd"},
    "problem": {"problem": "sine_well"},
    "a parameter of the problem": {"problem": cc.problem("reddi_stochastic", p=0.02)},
    "a schedule": {"lr": cc.schedule("inverse_sqrt", alpha=0.1)},
    "a schedule's parameter": {"lr": cc.schedule("inverse_sqrt", alpha=0.2)},
    "another schedule": {"lr": cc.schedule("inverse", alpha=0.1)},
    "a function": {"lr": lambda t: 0.1 / t},
    "a table": {"lr": lambda t: 0.1 if t < 50 else 0.05},
}


def test_another_question_is_another_entry(cache: Path) -> None:
    kept(seeds=(0, 1))
    for number, changed in enumerate(OTHER.values(), start=1):
        kept(**changed)
        assert len(list(cache.iterdir())) == number + 1
    kept(problem="reddi_stochastic", seeds=range(2), lr=np.float64(0.1))  # the first question, in other words
    assert len(list(cache.iterdir())) == len(OTHER) + 1


RULE = '''
    """A rule of one's own."""
    from convcheck.optimizers.base import optimizer

    @optimizer(source="test")
    def mine(x, g, t, m=0, *, lr=0.1):
        """Step."""
        m = 0.5 * m + g
        return x - lr * m, m
'''


def test_the_text_of_a_rule_counts_only_as_far_as_it_computes(cache: Path, define_file: Build) -> None:
    first = kept(opt=define_file("mine", RULE).mine)
    same_rule = RULE.replace("m = 0.5 * m + g", "# a remark\n        heavy = 0.5 * m  # another name").replace(
        "return x - lr * m, m", "new = heavy + g\n        return x - lr * new, new"
    )
    assert "heavy" in same_rule
    assert same(first, kept(opt=define_file("mine", same_rule).mine))
    assert len(list(cache.iterdir())) == 1
    kept(opt=define_file("mine", RULE.replace("0.5", "0.25")).mine)
    kept(opt=define_file("mine", RULE.replace("lr * m, m", "m * lr, m")).mine)
    assert len(list(cache.iterdir())) == 3


def test_the_elementary_functions_of_a_schedule_count(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lr = cc.schedule("cosine", alpha=0.1, T=100)
    kept(lr=lr)
    other = elementary.program("sin")
    monkeypatch.setattr(elementary, "program", lambda _: other)
    kept(lr=lr)
    assert len(list(cache.iterdir())) == 2


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def replace_by_another(path: Path) -> None:
    kept(lr=0.3)
    other = next(p for p in path.parent.iterdir() if p != path)
    other.replace(path)


@pytest.mark.parametrize("damage", [truncate, flip, replace_by_another])
def test_a_damaged_entry_is_named_set_aside_and_computed_again(damage: Callable[[Path], None], cache: Path) -> None:
    first = kept()
    (path,) = cache.iterdir()
    damage(path)
    with pytest.warns(CorruptEntryWarning, match=path.name):
        assert same(first, kept())
    assert sorted(p.name for p in cache.iterdir()) == [path.name, path.name + ".corrupt"]
    assert same(first, kept())


def test_a_failure_is_not_kept(cache: Path, toy: Build) -> None:
    with pytest.raises(NonFiniteError):
        kept(problem=toy("faulty", at=50, edge=2.0))
    assert not list(cache.iterdir())


def test_an_explicit_cache_that_cannot_be_written_is_an_error_before_anything_is_run(
    cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("CONVCHECK_CACHE", str(tmp_path / "file" / "cache"))
    monkeypatch.setattr(running, "advance_parts", lambda *_: pytest.fail("something was run"))
    with pytest.raises(CacheNotWritableError, match="CONVCHECK_CACHE"):
        kept()
    assert not cache.exists()


def test_a_result_that_cannot_be_kept_is_not_lost(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise CacheNotWritableError("the disk is full")

    monkeypatch.setattr(store, "save", full)
    with pytest.warns(CacheFallbackWarning, match="the disk is full") as caught:
        run = kept()
    assert caught[0].filename == __file__
    assert not list(cache.iterdir())
    monkeypatch.undo()
    assert same(run, kept())


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")
def test_a_killed_run_leaves_nothing_half_written(cache: Path) -> None:
    script = (
        "import convcheck as cc; print('begun', flush=True); "
        "cc.run('sgd', 'reddi_stochastic', 10**10, seeds=2, record=20, lr=0.1)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        time.sleep(1.5)  # long enough to load the kernel; the run would take minutes
        assert process.poll() is None
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert not list(cache.glob("*"))
    first = kept()
    assert [path.suffix for path in cache.iterdir()] == [".npz"]
    assert same(first, kept())
