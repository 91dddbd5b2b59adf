"""What an optimizer is, and the sentence that each kind of mistake gets."""

# ruff: noqa: ARG001  # a rule takes t whether it uses it or not

import math
from collections.abc import Callable
from fractions import Fraction
from inspect import signature
from typing import Any

import numpy as np
import pytest

import convcheck as cc
from convcheck.arithmetic.ball import Ball, precision
from convcheck.arithmetic.exact import Exact
from convcheck.draws import normal, uniform
from convcheck.errors import ParameterError, RuleError, ShapeError, UnknownNameError
from convcheck.optimizers.base import RESERVED, Optimizer, check_step, optimizer, ratio
from convcheck.parameters import Range

Rule = Callable[..., Any]


def decorate(rule: Rule) -> Optimizer:
    return optimizer(source="nobody1900, Algorithm 1")(rule)


def branches(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:
    if g > 0:
        return (x - lr,)
    return (x + lr,)


def asks_the_time(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:
    return (x - (lr if t < 10 else lr / 2) * g,)


def calls_math(x: Any, g: Any, t: Any, v: float = 0, *, lr: float = 0.1) -> Any:
    v = v + g * g
    return x - lr * g / math.sqrt(v), v


def calls_tanh(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:
    return (x - lr * np.tanh(g),)


def averages(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:
    return (x - lr * g / np.mean(abs(g)),)


def calls_a_method(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:
    return (x - lr * g / g.max(),)


def cubes(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:
    return (x - lr * g**3,)


def decays(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:
    return (x - lr * 0.9**t * g,)


def counts_a_comparison(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:
    return (x - lr * (g > 0) * g,)


def joins_conditions(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:
    return (x - lr * np.where((g > 0) & (x > 0), g, 0),)


def makes_an_array(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:
    return (x - lr * np.ones(3) * g,)


def indexes(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:
    return (x - lr * g[0],)


def loops(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:
    return (sum(a - lr * b for a, b in zip(x, g, strict=True)),)


def divides_with_floor(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:
    return (x - lr * g // 1,)


def forgets_a_slot(x: Any, g: Any, t: Any, *, lr: float = 0.1, beta: float = 0.9) -> Any:
    m = beta * m + (1 - beta) * g  # type: ignore[has-type]  # noqa: F821  # that is the mistake
    return x - lr * m, m


def reads_an_unknown_name(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:
    return (x - lr * velocity,)  # type: ignore[name-defined]  # noqa: F821  # that is the mistake


def returns_no_tuple(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:
    return x - lr * g


def returns_a_list(x: Any, g: Any, t: Any, m: float = 0, *, lr: float = 0.1) -> Any:
    return [x - lr * g, m]


def returns_too_little(x: Any, g: Any, t: Any, m: float = 0, *, lr: float = 0.1) -> Any:
    return (x - lr * (m + g),)


def returns_too_much(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:
    return x - lr * g, g


def returns_nothing(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:
    x = x - lr * g


def returns_a_comparison(x: Any, g: Any, t: Any, late: float = 0, *, lr: float = 0.1) -> Any:
    return x - lr * g, t > 10


def returns_none_as_slot(x: Any, g: Any, t: Any, m: float = 0, *, lr: float = 0.1) -> Any:
    return x - lr * g, None


def misnames_the_gradient(x: Any, grad: Any, t: Any, *, lr: float = 0.1) -> Any:
    return (x - lr * grad,)


def takes_args(x: Any, g: Any, t: Any, *state: Any, lr: float = 0.1) -> Any:
    return (x - lr * g, *state)


def takes_kwargs(x: Any, g: Any, t: Any, **hyper: Any) -> Any:
    return (x - hyper["lr"] * g,)


def gives_a_slot_no_start(x: Any, g: Any, t: Any, m: Any, *, lr: float = 0.1) -> Any:
    return x - lr * m, m


def gives_a_parameter_no_default(x: Any, g: Any, t: Any, *, lr: float) -> Any:
    return (x - lr * g,)


def uses_infinity(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:
    return (x - lr * np.minimum(g, np.inf),)


MISTAKES: dict[Rule, str] = {
    branches: r"branches: a rule may not branch on a value \(if, and, or, max, min\): write np.where",
    asks_the_time: "asks_the_time: a rule may not branch on a value",
    calls_math: "calls_math: a rule may not call math functions or float.. on a value: use np.sqrt",
    calls_tanh: "calls_tanh: np.tanh is not in the vocabulary of rules: use tanh from convcheck.arithmetic.elementary",
    averages: "averages: np.mean is not in the vocabulary of rules: a rule sees one coordinate; .* declares init",
    calls_a_method: "calls_a_method: .* no attribute 'max'; a rule sees one number at a time: no methods",
    cubes: r"cubes: np.power is not in the vocabulary of rules: the only power is x\*\*2: write products",
    decays: r"decays: .* exp\(y \* log\(x\)\) with exp and log from convcheck.arithmetic.elementary",
    counts_a_comparison: "counts_a_comparison: a comparison was used as a number: comparisons belong inside np.where",
    joins_conditions: r"joins_conditions: conditions cannot be combined \(&, \|, ~\): nest np.where",
    makes_an_array: "makes_an_array: ndarray .* is no number of this arithmetic: use plain numbers",
    indexes: "indexes: 'Tape' object is not subscriptable; a rule sees one number at a time: no methods, indices",
    loops: "loops: .*a rule sees one number at a time: no methods, indices, loops",
    divides_with_floor: "divides_with_floor: unsupported operand .* a rule sees one number at a time: .* //",
    forgets_a_slot: "forgets_a_slot: .* 'm' .*; every state slot must be an argument after t",
    reads_an_unknown_name: "reads_an_unknown_name: name 'velocity' is not defined; every state slot must be an arg",
    returns_no_tuple: r"returns_no_tuple must return the tuple \(x,\); it returns Tape",
    returns_a_list: r"returns_a_list must return the tuple \(x, m\); it returns list",
    returns_too_little: r"returns_too_little must return the tuple \(x, m\); it returns a tuple of 1",
    returns_too_much: r"returns_too_much must return the tuple \(x,\); it returns a tuple of 2",
    returns_nothing: r"returns_nothing must return the tuple \(x,\); it returns NoneType",
    returns_a_comparison: r"returns_a_comparison must return the tuple \(x, late\): a comparison was used as a number",
    returns_none_as_slot: r"returns_none_as_slot must return the tuple \(x, m\): NoneType None is no number",
    misnames_the_gradient: r"misnames_the_gradient must begin \(x, g, t, …\) and take no \*args or \*\*kwargs",
    takes_args: r"takes_args must begin \(x, g, t, …\) and take no \*args",
    takes_kwargs: r"takes_kwargs must begin \(x, g, t, …\) and take no \*args or \*\*kwargs",
    gives_a_slot_no_start: "gives_a_slot_no_start: m needs a default",
    gives_a_parameter_no_default: "gives_a_parameter_no_default: lr needs a default",
    uses_infinity: "uses_infinity: inf cannot enter a rule: use a finite number",
}


@pytest.mark.parametrize("rule", MISTAKES, ids=lambda rule: rule.__name__)
def test_a_mistake_gets_one_sentence_where_it_is_made(rule: Rule) -> None:
    with pytest.raises(RuleError, match=MISTAKES[rule]) as caught:
        decorate(rule)
    assert "\n" not in str(caught.value)


def adds_in_place(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:
    g *= lr
    return (x - g,)


def adds_within(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:
    def added(a: Any) -> Any:
        a += lr
        return a

    return (x - added(g),)


@pytest.mark.parametrize("init", [None, lambda _: ()])  # array rules are not traced, and are read, too
@pytest.mark.parametrize(("rule", "sign"), [(adds_in_place, r"\*"), (adds_within, r"\+")])
def test_operators_in_place_are_refused(rule: Rule, sign: str, init: Any) -> None:
    with pytest.raises(RuleError, match=f"{sign}= changes the array that it is given; write a = a {sign} b"):
        optimizer(source="nobody1900, Algorithm 1", init=init)(rule)


def test_hyperparameters_do_not_bear_the_names_of_run_s_arguments() -> None:
    functions: tuple[Callable[..., Any], ...] = (cc.run, cc.replay, cc.check_bound)
    assert {name for f in functions for name in signature(f).parameters} - {"hyper"} == RESERVED
    for name in RESERVED:
        scope: dict[str, Any] = {}
        exec(f"def named(x, g, t, *, {name}=0.5):\n    return (x - {name} * g,)", scope)  # noqa: S102  # one for each name
        with pytest.raises(RuleError, match=f"named: {name} is a word of cc.run"):
            decorate(scope["named"])


def test_defaults_are_numbers_in_their_ranges() -> None:
    def negative(x: Any, g: Any, t: Any, *, lr: float = -0.1) -> Any:
        return (x - lr * g,)

    def forgetful(x: Any, g: Any, t: Any, *, beta1: float = 1.0) -> Any:
        return (x - beta1 * g,)

    def spelled(x: Any, g: Any, t: Any, m: Any = "zero", *, lr: float = 0.1) -> Any:
        return x - lr * g, m

    for rule, message in (
        (negative, r"negative: lr = -0.1 is outside its range \(0, inf\)"),
        (forgetful, r"forgetful: beta1 = 1.0 is outside its range \[0, 1\)"),
        (spelled, "spelled: m = 'zero'"),
    ):
        with pytest.raises(ParameterError, match=message):
            decorate(rule)


def test_ranges_of_ones_own() -> None:
    @optimizer(source="nobody1900", ranges={"power": Range(0.0, 0.5)})
    def padam(x: Any, g: Any, t: Any, *, lr: float = 0.1, power: float = 0.25) -> Any:
        return (x - lr * power * g,)

    padam.check({"power": 0.5, "lr": [0.1, 0.2]})
    with pytest.raises(ParameterError, match=r"padam: power = 0.75 is outside its range \[0, 0.5\]"):
        padam.check({"power": [0.25, 0.75]})


def test_what_an_optimizer_tells_of_itself() -> None:
    amsgrad = cc.optimizer("amsgrad")
    assert amsgrad.name == "amsgrad"
    assert amsgrad.kind == "elementwise"
    assert amsgrad.state == {"m": 0, "v": 0, "v_max": 0}
    assert amsgrad.hyperparameters == {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 0.0}
    assert "Algorithm 2" in amsgrad.card
    assert amsgrad.program is amsgrad.program
    assert amsgrad.trace() == amsgrad.program
    assert amsgrad.program.inputs == ("x", "g", "t", "m", "v", "v_max", "lr", "beta1", "beta2", "eps")
    assert all(np.array_equal(slot, np.zeros((2, 3))) for slot in amsgrad.initial_state(np.ones((2, 3))))


def test_calling_runs_the_rule() -> None:
    x, m, v = cc.optimizer("adam_undebiased")(
        np.ones(2), np.array([2.0, 0.0]), 1.0, 0.0, 0.0, lr=0.5, beta1=0.0, beta2=0.0
    )
    np.testing.assert_array_equal(x, [0.5, 1.0])
    np.testing.assert_array_equal(m, [2.0, 0.0])
    np.testing.assert_array_equal(v, [4.0, 0.0])


def test_plain_numbers_are_lifted_before_they_are_used() -> None:
    """In ``1 - beta1`` and ``sqrt(t)`` plain numbers would be rounded to doubles; 0.9 is 9/10 in exact arithmetic."""
    x, m, v = cc.optimizer("adam_undebiased")(Exact.of(0), 3, 1, lr=0.25, beta2=0.0)
    assert (x.raw, m.raw, v.raw) == (Fraction(-1, 40), Fraction(3, 10), 9)
    *_, v = cc.optimizer("adamnc")(0, 1, 9, 0, Exact.of(0))
    assert v.raw == Fraction(1, 9)
    with precision(200):
        _, _, v = cc.optimizer("adam_undebiased")(Ball.of(0), 1.0, 1)
        assert v.raw.overlaps(Ball.of(Fraction(1, 1000)).raw)


def test_wrong_hyperparameters_are_named() -> None:
    adam = cc.optimizer("adam")
    with pytest.raises(UnknownNameError, match="no hyper-parameter 'beta' of adam; did you mean"):
        adam.check({"beta": 0.9})
    for name, value in (("lr", 0), ("lr", -1e-3), ("lr", math.nan), ("lr", math.inf), ("beta1", 1), ("eps", -1e-8)):
        with pytest.raises(ParameterError, match=f"adam: {name} = .* is outside its range"):
            adam.check({name: value})
    with pytest.raises(ParameterError, match="is not a number"):
        adam.check({"lr": "fast"})
    adam.check({"lr": Fraction(1, 3), "beta2": np.array([0.0, 0.5])})


def test_an_array_rule_starts_from_init() -> None:
    def init(x: Any) -> tuple[Any, ...]:
        return (np.ones(x.shape[-1]),)

    @optimizer(source="nobody1900", init=init)
    def normalized(x: Any, g: Any, t: Any, n: float = 0, *, lr: float = 0.1) -> Any:
        n = np.sqrt((g * g).sum(axis=-1))
        return x - lr * g / n, n

    assert normalized.kind == "array"
    np.testing.assert_array_equal(normalized.initial_state(np.zeros(3))[0], np.ones(3))


def test_an_array_rule_has_no_program() -> None:
    @optimizer(source="nobody1900", init=lambda x: ())  # noqa: ARG005  # called with x
    def whole(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:
        return (x - lr * g,)

    with pytest.raises(
        RuleError, match="whole is an array rule: it sees whole points, and has no straight-line program"
    ):
        whole.trace()


def test_init_takes_what_shapes_the_state() -> None:
    @optimizer(source="nobody1900", init=lambda x, *, size: (np.zeros((int(size), *np.shape(x))),))
    def keeps(x: Any, g: Any, t: Any, past: float = 0, *, lr: float = 0.1, size: float = 3) -> Any:
        return x - lr * g, past

    assert keeps.shaping == ("size",)
    assert keeps.initial_state(np.zeros(2))[0].shape == (3, 2)
    assert keeps.initial_state(np.zeros(2), size=np.float64(5), lr=1.0)[0].shape == (5, 2)
    assert cc.optimizer("amsgrad").shaping == ()


def heavy(x: Any, g: Any, t: Any, d: Any = 0, *, lr: Any = 0.1, beta: Any = 0.9) -> Any:
    d = beta * d - lr * g
    return x + d, d


def test_a_query_says_where_the_gradient_is_asked() -> None:
    made = optimizer(source="nobody1900", query=lambda x, d, *, beta: x + beta * d)(heavy)
    assert made.query_program is not None
    assert made.query_program.inputs == ("x", "d", "beta")
    assert made.asks(1.0, 2.0) == 1 + 0.9 * 2.0
    np.testing.assert_array_equal(made.asks(np.ones(2), np.array([0.0, 1.0]), beta=0.5, lr=3.0), [1.0, 1.5])
    assert made.asks(Exact.of(1), 2, beta=0.9).raw == Fraction(14, 5)
    assert made.asks(1, Exact.of(2)).raw == Fraction(14, 5)
    assert cc.optimizer("sgd").asks("here") == "here"
    assert cc.optimizer("sgd").query_program is None


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"query": lambda x: x}, r"the query of heavy must begin \(x, d\) and take no keywords but hyper-parameters"),
        ({"query": lambda x, d, *, mu: x + mu * d}, "the query of heavy must begin"),
        ({"query": lambda x, d, *, mu=1: x + mu * d}, "the query of heavy must begin"),
        ({"query": lambda x, d: (x, d)}, "the query of heavy must return one point: tuple .* is no number"),
        ({"query": lambda x, d: np.tanh(x + d)}, "the query of heavy: np.tanh is not in the vocabulary of rules"),
        ({"query": lambda x, d: x if d > 0 else d}, "the query of heavy: a rule may not branch on a value"),
        ({"query": lambda x, d: x[0] + d}, "the query of heavy: 'Tape' object is not subscriptable"),
        ({"init": lambda x, y: (x, y)}, r"the init of heavy must begin \(x\) and take no keywords"),
        ({"init": lambda x, *, workers: (x * workers,)}, "the init of heavy must begin"),
    ],
)
def test_a_mistake_in_query_or_init_gets_one_sentence(parts: dict[str, Any], message: str) -> None:
    with pytest.raises(RuleError, match=message) as caught:
        optimizer(source="nobody1900", **parts)(heavy)
    assert "\n" not in str(caught.value)


def test_draws_are_arguments_after_the_state() -> None:
    @optimizer(source="nobody1900")
    def wanders(x: Any, g: Any, t: Any, m: Any = 0, xi: Any = normal, u: Any = uniform, *, lr: float = 0.1) -> Any:
        return x - lr * (g + xi * u), m + xi

    assert dict(wanders.streams) == {"xi": normal, "u": uniform}
    assert wanders.state == {"m": 0}
    assert wanders.program.inputs == ("x", "g", "t", "m", "xi", "u", "lr")
    assert wanders(1.0, 2.0, 1, 0.0, 4.0, 0.5, lr=1.0) == (-3.0, 4.0)
    asked = []

    def given(name: str, k: int) -> float:
        asked.append((name, k))
        return 0.25

    xi, u = wanders.draws(given)
    assert asked == [("xi", 0), ("xi", 1), ("u", 0)]
    assert abs(xi) < 1e-15
    assert u == 0.25
    with pytest.raises(RuleError, match="wanders is random: after its state it needs the values of its draws, xi, u"):
        wanders(1.0, 2.0, 1, 0.0, lr=1.0)

    def mixed(x: Any, g: Any, t: Any, xi: Any = normal, m: Any = 0, *, lr: float = 0.1) -> Any:
        return x - lr * (g + xi), m

    with pytest.raises(RuleError, match=r"mixed: the draws \(xi\) must be arguments after the state \(m\)"):
        decorate(mixed)


def test_a_wrong_step_of_an_array_rule_is_named() -> None:
    made = cc.optimizer("heavy_ball")
    assert check_step(made, (np.ones(3), 0), (3,))[1] == 0
    for result, message in (
        (np.ones(3), r"heavy_ball must return \(x, d\) with x of shape \(3,\); it returned ndarray"),
        ((np.ones(3),), "it returned a tuple of 1"),
        ((np.ones((1, 3)), 0), r"it returned x of shape \(1, 3\)"),
    ):
        with pytest.raises(ShapeError, match=message):
            check_step(made, result, (3,))


def test_ratio() -> None:
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(ratio(np.array([1.0, 0.0, -3.0]), np.array([2.0, 0.0, 1.0])), [0.5, 0.0, -3.0])
    assert np.isnan(ratio(np.array([np.nan]), np.array([np.nan])))
