"""Every optimizer obeys every law, and the laws notice what breaks them."""

# ruff: noqa: ARG001  # a rule takes t whether it uses it or not

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import convcheck as cc
from convcheck.arithmetic import interval
from convcheck.arithmetic.interval import Interval
from convcheck.arithmetic.number import ELEMENTARY
from convcheck.discovery import entries
from convcheck.errors import LawError
from convcheck.evidence import laws, samples
from convcheck.evidence.laws import LAWS, Law, check_laws
from convcheck.evidence.term_law import terms_agree
from convcheck.optimizers.base import Optimizer, optimizer, ratio
from convcheck.parameters import Range, Whole

NAMES = [name for name in entries("optimizer") if cc.optimizer(name).kind == "elementwise"]
ARRAYS = [name for name in entries("optimizer") if name not in NAMES and cc.optimizer(name).layers != "all"]
"""A rule that looks into a network has no step without one: tests/optimizers tests each on networks."""
IRRATIONAL = {"adopt": "the fourth root of t - 1"}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_law(law: Law, name: str) -> None:
    law(cc.optimizer(name))


@pytest.mark.parametrize("name", ARRAYS)
def test_the_law_of_array_rules(name: str) -> None:
    check_laws(cc.optimizer(name))


def is_rational(name: str) -> bool:
    """Tell whether a rule can have exact values beyond its first step."""
    lines = cc.optimizer(name).program.lines
    return name not in IRRATIONAL and not any(line.operation in ELEMENTARY for line in lines)


@pytest.mark.parametrize("name", [n for n in NAMES if is_rational(n)])
def test_exact_runs_are_long_enough_to_mean_something(name: str) -> None:
    """With the simplest setting some sequence of gradients can be followed exactly to its end."""
    made = cc.optimizer(name)
    followed = [len(list(laws.exact_run(made, shown, samples.simplest(made)))) for shown in samples.SQUARES]
    assert max(followed) == len(samples.SQUARES[0])


@pytest.mark.parametrize("name", NAMES)
def test_intervals_stay_narrow(name: str) -> None:
    """What is enclosed is known to many digits, for coordinates that have seen no gradient, too."""
    made = cc.optimizer(name)
    shown = samples.gradients(24, 6)
    start = 2 * samples.draws("x", 6) - 1
    for x, *_ in laws._run(made, Interval.of, start, shown, dict(made.hyperparameters)):
        assert np.all(x.upper - x.lower < 1e-12 * (1 + abs(x.upper)))


def rule(function: Callable[..., Any], **options: Any) -> Optimizer:
    return optimizer(source="nobody1900", **options)(function)


def looks_elsewhere(x: Any, d: Any) -> Any:
    return x + (d if isinstance(d, np.ndarray) else 2 * d)


def heavy(x: Any, g: Any, t: Any, d: Any = 0, *, lr: float = 0.1) -> Any:
    d = 0.5 * d - lr * g
    return x + d, d


def two_faced(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:
    return (x - (2 if isinstance(g, np.ndarray) else 1) * lr * g,)


def hides_nan(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:
    return (x - lr * np.where(g > 0, 1, np.where(g < 0, -1, 0)),)


def never_rests(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:
    return (x - lr * np.where(g > 0, 1, g - 1),)


def divides_by_zero(x: Any, g: Any, t: Any, v: Any = 0, *, lr: float = 0.1) -> Any:
    v = v + g * g
    return x - lr * g / np.sqrt(v), v


def spoils_its_arguments(x: Any, g: Any, t: Any, m: Any = 0, *, lr: float = 0.1) -> Any:
    m_next = 0.9 * m + g
    if isinstance(m, np.ndarray):
        m[...] = m + 1
    return x - lr * m_next, m_next


def mixes_coordinates(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:
    largest = g if not isinstance(g, np.ndarray) else np.max(abs(g))
    return (x - lr * g / (1 + abs(largest)),)


def remembers(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:
    CALLS.append(0)
    return (x - lr * g * (1 if isinstance(g, np.ndarray) and len(CALLS) % 2 else 1 - 2.0**-30),)


CALLS: list[int] = []


def repeats_a_symbol(x: Any, g: Any, t: Any, v_max: Any = 0, v_hat: Any = 0, *, lr: float = 0.1) -> Any:
    v_max = np.maximum(v_max, abs(g))
    v_hat = np.minimum(v_hat, g)
    return x - lr * ratio(g, v_max), v_max, v_hat


def explodes(x: Any, g: Any, t: Any, m: Any = 0, *, lr: float = 0.1) -> Any:
    m = 2.0**100 * m + g
    return x - lr * m, m


BREAKERS: dict[Callable[..., Any], tuple[Law, str]] = {
    two_faced: (laws.tape_is_numpy, "the program and the rule disagree about x"),
    hides_nan: (laws.keeps_still, "a NaN gradient at step 1 leaves no trace"),
    never_rests: (laws.keeps_still, "zero gradients move x"),
    divides_by_zero: (laws.keeps_still, "zero gradients move x or spoil a slot at step 1"),
    spoils_its_arguments: (laws.is_a_function, "changed its arguments, it gives other bits"),
    mixes_coordinates: (laws.is_a_function, "one at a time, it gives other bits"),
    remembers: (laws.is_a_function, "called again, it gives other bits"),
    repeats_a_symbol: (laws.prints, "each with its own symbol"),
    explodes: (laws.tape_is_numpy, "is not finite at step"),
}


@pytest.mark.parametrize("breaker", BREAKERS, ids=lambda breaker: breaker.__name__)
def test_breaking_a_law_is_noticed(breaker: Callable[..., Any]) -> None:
    law, message = BREAKERS[breaker]
    made = rule(breaker)
    with pytest.raises(LawError, match=f"{breaker.__name__} breaks a law: .*{message}"), np.errstate(all="ignore"):
        law(made)


def test_a_query_with_two_meanings_is_noticed() -> None:
    with pytest.raises(LawError, match="heavy breaks a law: the program and the rule disagree about its query"):
        laws.tape_is_numpy(rule(heavy, query=looks_elsewhere))
    with pytest.raises(LawError, match=r"heavy breaks a law: the equation for y_\{t\} does not give"):
        laws.algebra_agrees(rule(heavy, query=looks_elsewhere))


def test_wrong_arithmetics_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    made = cc.optimizer("amsgrad")
    with monkeypatch.context() as patch:
        for name in ("_down", "_up"):
            patch.setattr(interval, name, lambda end: end)
        with pytest.raises(LawError, match="leaves"):
            laws.interval_encloses(made)
    from convcheck.arithmetic.ball import Ball

    wrong: dict[str, Any] = {"mul": lambda a, b: (a * b).mid(), "sqrt": lambda a: a.sqrt() + a * 2.0**-100}
    for name, operation in wrong.items():
        with monkeypatch.context() as patch:
            patch.setattr(Ball, "operations", {**Ball.operations, name: operation})
            with pytest.raises(LawError, match="outside"):
                laws.ball_encloses(made)
    from convcheck.kernel.axioms import MIN
    from convcheck.kernel.terms import make
    from convcheck.language.recorder import Recorder

    with monkeypatch.context() as patch:
        patch.setattr("convcheck.language.recorder.MAX", MIN)
        with pytest.raises(LawError, match="the terms of the kernel disagree about"):
            terms_agree(made)
    with monkeypatch.context() as patch:
        patch.setattr(Recorder, "divide", lambda _self, a, b: make("mul", a, b))
        with pytest.raises(LawError, match="the terms of the kernel disagree about"):
            terms_agree(made)
    from convcheck.arithmetic.symbolic import Symbolic

    with monkeypatch.context() as patch:
        patch.setattr(Symbolic, "operations", {**Symbolic.operations, "maximum": lambda a, b: (a + b + abs(a - b)) / 3})
        with pytest.raises(LawError, match="does not give the rule's numbers"):
            laws.algebra_agrees(rule(cc.optimizer("amsgrad").rule))


def test_all_laws_at_once() -> None:
    check_laws(cc.optimizer("sgd"))
    with pytest.raises(LawError):
        check_laws(rule(hides_nan))
    with pytest.raises(LawError, match="its card claims that it is scale-invariant, and it is not"):
        check_laws(rule(cc.optimizer("sgd").rule, invariances=["scale-invariant"]))


def test_array_rules_obey_what_applies_to_them() -> None:
    def init(x: Any) -> tuple[Any, ...]:
        return (np.zeros(x.shape[:-1]),)

    def norm(x: Any, g: Any, t: Any, n: float = 0, *, lr: float = 0.1) -> Any:
        n = n + (g * g).sum(axis=-1)
        return x - lr * ratio(g, np.sqrt(n)), n

    check_laws(rule(norm, init=init))


def test_settings_of_whole_numbers_are_whole() -> None:
    def meets(x: Any, g: Any, t: Any, *, lr: float = 0.1, period: float = 3.0) -> Any:
        return (x - lr * g / period,)

    made = rule(meets, ranges={"period": Whole(1)})
    found = [*samples.settings(made), samples.simplest(made)]
    assert [setting["period"] for setting in found] == [3, 1, 7, 1]


def test_settings_lie_in_the_ranges() -> None:
    def many(
        x: Any,
        g: Any,
        t: Any,
        *,
        lr: float = 0.1,
        beta: float = 0.9,
        p: float = 0.25,
        clip: float = 10.0,
        shift: float = -3.0,
    ) -> Any:
        return (x - lr * beta * p * np.clip(g, -1 * clip, clip) * shift,)

    ranges = {"p": Range(0.0, 0.5, open_low=True), "clip": Range(5.0, 20.0)}
    made = rule(many, ranges=ranges)
    found = [*samples.settings(made), samples.simplest(made)]
    assert len(found) == 4
    for setting in found:
        made.check(setting)
    assert found[1]["beta"] == 0.0
    assert found[2]["beta"] == 0.95
    assert found[3]["clip"] == 5.0
