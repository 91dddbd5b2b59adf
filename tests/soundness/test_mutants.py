"""Each side condition of the trusted programs is there for a reason: a program without it is caught.

Mutants that are not caught are listed in survivors.md, each with its reason.  A short run tries a sample, and always
the same one; `--full` tries all.
"""

import logging
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

import pytest

from tests.soundness import check_suite, instances_suite, kernel_suite
from tests.soundness.kernel_replay import Kernel
from tests.soundness.mutants import PROGRAMS, Mutant
from tests.soundness.support import FULL
from tests.soundness.trial import verdict

SAMPLE = 30
BATCHES = 8 if FULL else 1
SURVIVORS = Path(__file__).with_name("survivors.md")
KILLED = 0.95

_log = logging.getLogger(__name__)


@cache
def listed() -> dict[str, str]:
    """Return the survivors that are listed, with the reason for each."""
    reasons, reason, inside = dict[str, str](), "", False
    for line in SURVIVORS.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            reason = line[3:]
        elif line == "```":
            inside = not inside
        elif inside:
            assert line not in reasons, line
            assert reason, line
            reasons[line] = reason
    return reasons


@cache
def population(program: str) -> list[Mutant]:
    """Return all mutants of a program, in one random order."""
    mutants = PROGRAMS[program].mutants()
    return Random(1).sample(mutants, len(mutants))  # noqa: S311  # reproducible, not secret


@pytest.fixture(scope="module", params=PROGRAMS)
def program(request: pytest.FixtureRequest) -> str:
    """Return the name of a program."""
    return str(request.param)


@pytest.fixture(scope="module")
def trial(program: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Mutant | None], str | None]:
    """Return what tells why a mutant is killed, or None if it survives."""
    load, folder = PROGRAMS[program].load, tmp_path_factory.mktemp(program)
    if program == "kernel":
        kernels = kernel_suite.Suite()
        return lambda mutant: verdict(lambda: kernels.failure(Kernel(load(mutant))))
    if program == "checker":
        checkers = check_suite.Suite(folder)
        return lambda mutant: verdict(lambda: checkers.failure(load(mutant)["check"]))
    suite = instances_suite.Suite(folder)
    return lambda mutant: verdict(lambda: suite.failure(load(mutant)["instances"]))


@pytest.mark.parametrize("batch", range(BATCHES))
def test_mutants_are_killed(trial: Callable[[Mutant | None], str | None], program: str, batch: int) -> None:
    assert trial(None) is None
    everyone = population(program)
    chosen = everyone[batch::BATCHES] if FULL else everyone[:SAMPLE]
    killed = 0
    for mutant in chosen:
        if not FULL and mutant.name in listed():  # these take longest
            continue
        why = trial(mutant)
        killed += why is not None
        _log.info("%s: %s", mutant.name, why or "SURVIVES")
        assert why is not None or mutant.name in listed(), mutant.name
        assert why is None or mutant.name not in listed(), f"no longer survives: {mutant.name}"
    _log.info("killed %d of %d", killed, len(chosen))


def test_survivors_are_few_and_exist() -> None:
    names = {mutant.name for program in PROGRAMS for mutant in population(program)}
    assert listed().keys() <= names
    for program in PROGRAMS:
        mine = {mutant.name for mutant in population(program)}
        assert len(mine & listed().keys()) <= (1 - KILLED) * len(mine), program
    assert len(names) == sum(len(population(program)) for program in PROGRAMS)
