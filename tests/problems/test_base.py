"""Making problems, and what is refused."""

from fractions import Fraction
from math import inf, nan
from typing import Any

import numpy as np
import pytest

import convcheck as cc
from convcheck.assumptions import BoundedDomain, BoundedGradients, Linear
from convcheck.discovery import entries
from convcheck.errors import ConvcheckError, ParameterError, RuleError, UnknownNameError
from convcheck.parameters import POSITIVE, Whole
from convcheck.problems.base import Choice, Numbers, Problem, define
from convcheck.problems.draws import uniform

WRONG: list[tuple[str, dict[str, Any], type[ConvcheckError], str]] = [
    ("reddi", {"C": 2.0}, ParameterError, r"the problem reddi: C = 2.0 is outside its range \(2, inf\)"),
    ("reddi", {"C": nan}, ParameterError, "C = nan is outside its range"),
    ("reddi", {"C": [3, 4]}, ParameterError, r"C = \[3, 4\] is not a number .* not an axis of a grid"),
    ("reddi", {"C": "3"}, ParameterError, "C = '3' is not a number"),
    ("reddi", {"c": 3}, UnknownNameError, "there is no parameter 'c' of the problem reddi; known: C"),
    ("periodic", {"P": 2.0}, ParameterError, r"P = 2.0 is outside its range \[3, inf\) of integers"),
    ("periodic", {"P": 3.5}, ParameterError, "P = 3.5 is outside its range"),
    ("periodic", {"P": inf}, ParameterError, "P = inf is outside its range"),
    ("periodic", {"P": True}, ParameterError, "P = True is not a number"),
    ("periodic", {"scale": 0.0}, ParameterError, "scale = 0.0 is outside its range"),
    ("periodic", {"scale": -1.0}, ParameterError, "scale = -1.0 is outside its range"),
    ("reddi_stochastic", {"p": 0.0}, ParameterError, r"p = 0.0 is outside its range \(0, 1\)"),
    ("reddi_stochastic", {"p": 1.0}, ParameterError, r"p = 1.0 is outside its range \(0, 1\)"),
    ("reddi_stochastic", {"C": -1.0}, ParameterError, "C = -1.0 is outside its range"),
    ("reddi_stochastic", {"c": 0.0}, ParameterError, "c = 0.0 is outside its range"),
    ("linear_box", {"D": 0.0}, ParameterError, "D = 0.0 is outside its range"),
    ("linear_box", {"G": -2.0}, ParameterError, "G = -2.0 is outside its range"),
    ("linear_box", {"d": 0.0}, ParameterError, "d = 0.0 is outside its range"),
    ("linear_box", {"d": 1.5}, ParameterError, "d = 1.5 is outside its range"),
    (
        "linear_box",
        {"signs": ()},
        ParameterError,
        r"signs = \(\) must be a sequence of numbers with at least one entry",
    ),
    ("linear_box", {"signs": (1, nan)}, ParameterError, "signs = nan is outside its range"),
    ("linear_box", {"signs": [[1, 2]]}, ParameterError, "must be a sequence of numbers"),
    ("linear_box", {"signs": ["a"]}, ParameterError, "is not a number"),
    ("linear_box", {"signs": 1}, ParameterError, "must be a sequence of numbers"),
    ("linear_box", {"signs": "randon"}, UnknownNameError, "no choice of signs 'randon' .* did you mean 'random'?"),
    ("quadratic", {"spectrum": (1.0, 0.0)}, ParameterError, "spectrum = 0.0 is outside its range"),
    ("quadratic", {"spectrum": (1.0, -1.0)}, ParameterError, "spectrum = -1.0 is outside its range"),
    ("quadratic", {"spectrum": (1, Fraction(1, 3))}, ParameterError, "must be integers and floats"),
    ("quadratic", {"spectrum": ()}, ParameterError, "spectrum = .* with at least one entry"),
    ("quadratic", {"spectrum": "12"}, ParameterError, "spectrum = '12' must be a sequence"),
    ("quadratic", {"rotated": 1.0}, ParameterError, "rotated = 1.0 must be True or False"),
    ("quadratic", {"rotated": "yes"}, ParameterError, "rotated = 'yes' must be True or False"),
    ("quadratic", {"radius": 0.0}, ParameterError, "radius = 0.0 is outside its range"),
    ("quadratic", {"radius": (1, 2)}, ParameterError, "is not a number"),
    ("quadratic", {"shift": nan}, ParameterError, "shift = nan is outside its range"),
    ("quadratic", {"shift": 2, "radius": 1.5}, ParameterError, "the box of radius 3/2 does not contain x"),
    ("mlp", {"widths": (3,)}, ParameterError, "must name the inputs and the outputs"),
    ("mlp", {"widths": (3, 2.5)}, ParameterError, "widths = 2.5 is outside its range"),
    ("convnet", {"images": (2, 4)}, ParameterError, "must be channels, height and width"),
    ("convnet", {"side": 5}, ParameterError, "the last two at least 5"),
    ("convnet", {"filters": 0, "outputs": 0}, ParameterError, "filters = 0.0 is outside its range"),
    *(
        (name, {key: value}, error, sentence)
        for name in ("mlp", "convnet")
        for key, value, error, sentence in [
            ("activation", "tan", UnknownNameError, "did you mean 'tanh'"),
            ("model", "gauss", UnknownNameError, "did you mean 'gaussian'"),
            ("examples", 0, ParameterError, "examples = 0.0 is outside its range"),
            ("batch", 1.5, ParameterError, "batch = 1.5 is outside its range"),
            ("data", -1, ParameterError, "data = -1.0 is outside its range"),
        ]
    ),
    ("sine_well", {"sigma": -1.0}, ParameterError, "sigma = -1.0 is outside its range"),
    ("noisy_quadratic", {"curvature": 0.0}, ParameterError, "curvature = 0.0 is outside its range"),
    ("noisy_quadratic", {"sigma": -1.0}, ParameterError, "sigma = -1.0 is outside its range"),
    ("sigmoid_sum", {"penalty": 0.0}, ParameterError, r"penalty = 0.0 is outside its range \[0.001, 1\]"),
]


@pytest.mark.parametrize(("name", "values", "error", "sentence"), WRONG)
def test_a_wrong_parameter_is_named(
    name: str, values: dict[str, Any], error: type[ConvcheckError], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        cc.problem(name, **values)


def test_every_parameter_of_every_problem_is_tried_with_a_wrong_value() -> None:
    tried = {(name, key) for name, values, *_ in WRONG for key in values}
    assert tried >= {(name, key) for name in entries("problem") for key in cc.problem(name).parameters}


def test_a_family_makes_members_and_stays_as_it_is() -> None:
    family = cc.problem("linear_box")
    member = family.with_parameters(signs=np.array([3.0, -1.0]), D=Fraction(1, 2))
    assert member.parameters["signs"] == (3.0, -1.0)
    assert all(type(sign) is float for sign in member.parameters["signs"])
    assert member.numeric == {"D": 0.5, "G": 1.0, "d": 1.0}
    assert family.parameters["signs"] == "random"
    assert member.with_parameters(signs=[np.int64(2)]).parameters["signs"] == (2,)
    assert member.assumptions[3] == BoundedDomain(Fraction(1, 2), norm=inf)


def test_the_card_is_the_documentation_of_the_file() -> None:
    for name in entries("problem"):
        problem = cc.problem(name)
        assert problem.name == name
        assert all(f"\n{key}" in problem.card or f", {key}\n" in problem.card for key in problem.parameters)
        assert "Source\n" in problem.card
        assert problem.source


def _gradient(x: Any, _t: Any, *, a: float = 1.0) -> Any:
    return a + 0 * x


def _linear(*, a: float = 1.0) -> tuple[Linear, BoundedGradients]:
    return Linear(), BoundedGradients(a)


def _make(**changes: Any) -> Problem:
    settings: dict[str, Any] = {"source": "here", "promises": _linear, "start": 0.0}
    return define(_gradient, **(settings | changes))


def test_a_problem_of_ones_own_runs() -> None:
    made = _make(project=lambda x: np.clip(x, -1, 1))
    run = cc.run("sgd", made, 10, lr=0.5)
    assert made.name == __name__.rpartition(".")[2]
    assert run.x[0, -1, 0] == -1
    assert made.ends == (-1.0, 1.0)
    assert made.period is None


def test_defaults_must_agree_and_lie_in_their_ranges() -> None:
    with pytest.raises(RuleError, match="the defaults of a differ"):
        _make(loss=lambda x, _t, *, a=2.0: a * x)
    with pytest.raises(ParameterError, match=r"a = 1.0 is outside its range \[3, inf\) of integers"):
        _make(ranges={"a": Whole(3)})
    with pytest.raises(UnknownNameError, match=r"no parameter 'aa' of the problem .* did you mean 'a'"):
        _make(ranges={"aa": Whole(3)})


def test_a_stream_needs_a_draw() -> None:
    def gradient(x: Any, _t: Any, u: Any = 0.5, *, a: float = 1.0) -> Any:
        return a * u + x

    with pytest.raises(RuleError, match="the stream u needs a draw"):
        define(gradient, source="here", promises=_linear, start=0.0)


def test_without_a_minimum_losses_must_be_linear() -> None:
    with pytest.raises(RuleError, match="needs minimum"):
        _make(promises=lambda: (BoundedDomain(2),))


def test_kinds() -> None:
    Whole(1, 5).check("n", 5.0, owner="it")
    Whole(1, 5).check("n", np.int64(3), owner="it")
    Numbers(POSITIVE).check("s", (1, 2.5), owner="it")
    kind = Choice((None, "all"), POSITIVE)
    for value in (None, "all", 2.0, Fraction(1, 3)):
        kind.check("k", value, owner="it")
    with pytest.raises(UnknownNameError, match="choice of k 'al' for it; did you mean 'all'"):
        kind.check("k", "al", owner="it")
    with pytest.raises(ParameterError, match="it: k = True is not a number"):
        kind.check("k", True, owner="it")  # noqa: FBT003  # a wrong value


def test_a_parameter_without_a_kind_takes_any_value() -> None:
    def gradient(x: Any, _t: Any, u: Any = uniform, *, mode: Any = "a") -> Any:
        return u + 0 * x if mode == "a" else u

    made = define(gradient, source="here", promises=lambda: (Linear(),), start=0.0)
    assert made.with_parameters(mode=("b", 1)).parameters["mode"] == ("b", 1)
