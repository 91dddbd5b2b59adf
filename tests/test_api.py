"""Asking for things by name, and the package's face."""

import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import convcheck as cc
from convcheck.discovery import entries
from convcheck.errors import ConvcheckError, ParameterError, UnknownNameError
from convcheck.optimizers.base import Optimizer
from convcheck.problems.base import Problem
from convcheck.schedules.base import Schedule


@pytest.mark.parametrize(("ask", "kind", "wanted"), [
    (cc.optimizer, "optimizer", Optimizer), (cc.schedule, "schedule", Schedule), (cc.problem, "problem", Problem),
])  # fmt: skip
def test_everything_has_the_name_it_is_asked_for_by(ask: Any, kind: str, wanted: type) -> None:
    assert entries(kind)
    for name in entries(kind):
        made = ask(name)
        assert isinstance(made, wanted)
        assert made.name == name  # type: ignore[attr-defined]  # all three have one
        assert made.card  # type: ignore[attr-defined]
        assert made.source  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda: cc.optimizer("amsgrd"), "there is no optimizer 'amsgrd'; did you mean 'amsgrad'?"),
        (lambda: cc.schedule("inverse_sqr"), "there is no schedule 'inverse_sqr'; did you mean 'inverse_sqrt'?"),
        (lambda: cc.problem("redi"), "there is no problem 'redi'; did you mean 'reddi'?"),
        (lambda: cc.problem("zzz"), "there is no problem 'zzz'; known: "),
        (lambda: cc.optimizer("base"), "there is no optimizer 'base'"),
        (lambda: cc.optimizer("__init__"), "there is no optimizer '__init__'"),
        (lambda: cc.optimizer(3), "there is no optimizer '3'"),  # type: ignore[arg-type]  # that is the test
        (lambda: cc.problem(None), "there is no problem 'None'"),  # type: ignore[arg-type]
        (lambda: cc.schedule(["a"]), "there is no schedule"),  # type: ignore[arg-type]
        (lambda: cc.schedule("inverse_sqrt", alhpa=1), "no parameter 'alhpa' of the schedule inverse_sqrt; did you"),
        (lambda: cc.problem("reddi", c=4), "there is no parameter 'c' of the problem reddi; known: C"),
        (lambda: cc.problem("linear_box", signs="randm"), "did you mean 'random'"),
    ],
    ids=range(12),
)
def test_unknown_names_get_advice(ask: Any, sentence: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        ask()
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: cc.schedule("inverse_sqrt", alpha=-1),
        lambda: cc.schedule("inverse_sqrt", alpha="a"),
        lambda: cc.schedule("inverse_sqrt", alpha=[0.1, float("nan")]),
        lambda: cc.problem("reddi", C=2),
        lambda: cc.problem("reddi", C=float("inf")),
        lambda: cc.problem("reddi", C="3"),
        lambda: cc.problem("reddi", C=[3, 4]),
        lambda: cc.problem("reddi", C=None),
        lambda: cc.problem("reddi", C=True),
        lambda: cc.problem("periodic", P=3.5),
        lambda: cc.problem("linear_box", signs=()),
        lambda: cc.problem("linear_box", signs=(1.0, float("nan"))),
        lambda: cc.problem("quadratic", spectrum=(1.0, -1.0)),
    ],
    ids=range(13),
)
def test_values_outside_their_ranges_are_refused(ask: Any) -> None:
    with pytest.raises(ParameterError):
        ask()


def test_asking_again_gives_a_member_of_its_own() -> None:
    assert cc.problem("reddi", C=Fraction(7, 2)).parameters["C"] == 3.5
    assert cc.problem("reddi").parameters["C"] == 3.0
    assert cc.schedule("inverse_sqrt", alpha=(0.1, 0.2)).parameters["alpha"] == (0.1, 0.2)
    assert cc.schedule("inverse_sqrt").parameters["alpha"] == 1.0
    assert np.array_equal(cc.schedule("inverse_sqrt", alpha=2)(np.array([1.0, 4.0])), [2.0, 1.0])


def test_the_face_is_complete_and_lazy(tmp_path: Path) -> None:
    for name in cc.__all__:
        assert callable(getattr(cc, name))
        assert name in dir(cc)
    with pytest.raises(AttributeError, match="module 'convcheck' has no attribute 'optimiser'"):
        cc.optimiser  # noqa: B018  # that is the test
    script = (
        "import sys, convcheck; "
        "loaded = set(sys.modules) & {'numba', 'sympy', 'matplotlib', 'scipy', 'flint', 'click'}; "
        "sys.exit(str(loaded) if loaded else 0)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=tmp_path)


def test_every_error_is_one_of_ours() -> None:
    with pytest.raises(ConvcheckError):
        cc.run("sgd", "reddi", 0)
