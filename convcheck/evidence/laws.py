"""Laws: what must hold of every optimizer, whoever wrote it, in every arithmetic.

A law is a function of an optimizer; it returns nothing, or raises `LawError` with the first disagreement that it met.
The theorem is about the code only if all arithmetics agree on what the code says.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcheck.arithmetic.elementary import FUNCTIONS
from convcheck.arithmetic.interval import Interval
from convcheck.assumptions import Linear
from convcheck.errors import ArithmeticDomainError, LawError
from convcheck.evidence.invariance_law import claims_hold
from convcheck.evidence.samples import SPECIAL, SQUARES, Setting, draws, gradients, settings, simplest, without_decay
from convcheck.evidence.term_law import terms_agree
from convcheck.optimizers.base import Optimizer
from convcheck.problems.base import define
from convcheck.problems.draws import uniform
from convcheck.schedules.base import Schedule
from convcheck.simulate.grid import make_grid
from convcheck.simulate.loop import run_columns
from convcheck.simulate.run import make_task
from convcheck.simulate.task import Failure, advance

Floats = NDArray[np.float64]
Law = Callable[[Optimizer], None]

BITS, MORE_BITS = 128, 400
"""Precisions of ball arithmetic: the usual one, and one whose balls are points beside the usual ones."""
ALGEBRA = 1e-12
"""Relative error allowed to SymPy, which orders sums and products as it likes: some thousand roundings."""


def _sparse(_x: Any, _t: Any, a: Any = uniform, b: Any = uniform) -> Any:
    return np.where(a < 1 / 4, 0, np.where(a > 3 / 4, 1024, 1) * (2 * b - 1))


_SPARSE = define(_sparse, source="", promises=lambda: (Linear(),), start=0.5)
"""Random gradients of two sizes, a quarter of them zero."""


def tape_is_numpy(optimizer: Optimizer) -> None:
    """The straight-line program and the native kernel give the bits of the rule itself on arrays."""
    for setting in settings(optimizer):
        inputs = _special_inputs(optimizer)
        hyper = {name: np.float64(value) for name, value in setting.items()}
        with np.errstate(all="ignore"):
            program = optimizer.program.evaluate(inputs | hyper, FUNCTIONS)
            called = optimizer(*inputs.values(), **hyper)
            if optimizer.query_program is not None:
                program += optimizer.query_program.evaluate(inputs | hyper, FUNCTIONS)
                called += (optimizer.asks(inputs["x"], *_slots(optimizer, inputs), **hyper),)
        for name, a, b in zip(("x", *optimizer.state, "its query"), program, called, strict=False):
            _same(optimizer, f"the program and the rule disagree about {name} at {dict(setting)}", a, b)
        grid, steps = make_grid(optimizer, setting, 24), np.arange(25, dtype=np.int64)
        lane, task = make_task(optimizer, _SPARSE, grid, np.array([0.5, -0.25, 1.0]), tuple(range(7)), steps)
        native, numpy = advance(task), run_columns(optimizer, _SPARSE, lane, task)
        if isinstance(native, Failure):
            raise _broken(optimizer, f"{lane.carried[native.row]} is not finite at step {native.step}, {dict(setting)}")
        for k, name in enumerate(lane.carried):
            what = f"the native kernel and NumPy disagree about {name}, {dict(setting)}"
            _same(optimizer, what, native[:, k], numpy[:, k])


def interval_encloses(optimizer: Optimizer) -> None:
    """The float run and the ball run on the same doubles lie inside the interval run."""
    from flint import arb

    from convcheck.arithmetic.ball import BinaryBall, precision

    shown = gradients(24, 6)
    start = 2 * draws("x", 6) - 1
    for setting in settings(optimizer):
        floats = _run(optimizer, np.asarray, start, shown, setting)
        intervals = _run(optimizer, Interval.of, start, shown, setting)
        with precision(BITS):
            balls = [
                list(_run(optimizer, BinaryBall.of, float(start[lane]), shown[:, lane].tolist(), setting))
                for lane in range(len(start))
            ]
            for step, (values, bounds) in enumerate(zip(floats, intervals, strict=True)):
                for slot, name in enumerate(("x", *optimizer.state)):
                    low, high = (np.broadcast_to(end, start.shape) for end in (bounds[slot].lower, bounds[slot].upper))
                    where = f"{name} after step {step + 1}, {dict(setting)}"
                    if np.any((values[slot] < low) | (values[slot] > high)):
                        raise _broken(optimizer, f"a float leaves its interval: {where}")
                    for lane, ball in enumerate(run[step][slot].raw for run in balls):
                        if ball.is_finite() and not (arb(float(low[lane])) <= ball <= arb(float(high[lane]))):
                            raise _broken(optimizer, f"the ball {ball} leaves {low[lane]}, {high[lane]}: {where}")


def ball_encloses(optimizer: Optimizer) -> None:
    """The exact value, where it is rational, and the ball of a higher precision lie inside the ball."""
    from convcheck.arithmetic.ball import Ball, enclose, precision

    for shown in SQUARES:
        for setting in (simplest(optimizer), *settings(optimizer)):
            with precision(BITS):
                balls = list(_run(optimizer, Ball.of, 0, shown, setting))
            with precision(MORE_BITS):
                finer = list(_run(optimizer, Ball.of, 0, shown, setting))
                exact = [tuple(enclose(value) for value in values) for values in exact_run(optimizer, shown, setting)]
            for step, ball in enumerate(balls):
                for slot, name in enumerate(("x", *optimizer.state)):
                    where = f"{name} after step {step + 1} under gradients {shown}, {dict(setting)}"
                    if step < len(exact) and not ball[slot].raw.contains(exact[step][slot]):
                        raise _broken(optimizer, f"the exact value lies outside its ball: {where}")
                    if not ball[slot].raw.contains(finer[step][slot].raw):
                        raise _broken(optimizer, f"the ball of {MORE_BITS} bits lies outside that of {BITS}: {where}")


def exact_run(optimizer: Optimizer, shown: tuple[int, ...], setting: Setting) -> Iterator[tuple[Any, ...]]:
    """Yield x and the slots after each step as fractions, from x = 0, until one is irrational or undefined."""
    from convcheck.arithmetic.exact import Exact

    try:
        for values in _run(optimizer, Exact.of, 0, shown, setting):
            yield tuple(value.raw for value in values)
    except ArithmeticDomainError:
        return


def algebra_agrees(optimizer: Optimizer) -> None:
    """The SymPy equations, turned back into code, give the numbers of the rule."""
    import sympy as sp

    from convcheck.optimizers.equations import ASKED, before, symbol

    start = {"x": 2 * draws("x", 50) - 1, "g": 20 * draws("g", 50) - 10, "t": np.arange(1.0, 51.0)}
    start |= {name: draws(name, 50) for name in (*optimizer.state, *optimizer.streams)}
    for setting in settings(optimizer):
        hyper = {name: np.float64(value) for name, value in setting.items()}
        known = {made: (start | hyper)[name] for name, made in before(optimizer).items()}
        with np.errstate(all="ignore"):
            called = optimizer(*start.values(), **hyper)
            for equation in optimizer.equations:
                function = sp.lambdify(list(known), equation.rhs, "numpy", dummify=True)
                known[equation.lhs] = function(*known.values())
        names = [symbol("x", "t+1"), *(symbol(name, "t") for name in optimizer.state)]
        if optimizer.query is not None:
            names, called = [*names, ASKED], (*called, optimizer.asks(start["x"], *_slots(optimizer, start), **hyper))
        for made, value in zip(names, called, strict=True):
            error = ALGEBRA * (1 + float(np.max(np.abs(value))))
            if not np.allclose(known[made], value, rtol=0.0, atol=error, equal_nan=True):
                what = f"the equation for {made.name} does not give the rule's numbers, {dict(setting)}"
                raise _broken(optimizer, what)


def prints(optimizer: Optimizer) -> None:
    """The LaTeX has a well-formed row for each slot that changes, x and a query, each with its own symbol."""
    first, *rows, last = optimizer.latex.split("\n")
    symbols = {row.partition(" &= ")[0] for row in rows if " &= " in row}
    pairs = [("{", "}"), (r"\left", r"\right"), (r"\begin", r"\end")]
    closed = all(row.count(opening) == row.count(closing) for row in rows for opening, closing in pairs)
    whole = (first, last) == (r"\begin{aligned}", r"\end{aligned}")
    defined = {equation.lhs.name for equation in optimizer.equations}
    kept = {equation.lhs.name for equation in optimizer.equations if equation.lhs == equation.rhs}
    distinct = len(defined) == len(optimizer.equations) == len(optimizer.state) + 1 + (optimizer.query is not None)
    if not (whole and closed and distinct and len(symbols) == len(rows) and symbols >= defined - kept):
        what = f"its LaTeX is not one row for each slot and x, each with its own symbol:\n{optimizer.latex}"
        raise _broken(optimizer, what)


def is_a_function(optimizer: Optimizer) -> None:
    """The same arguments give the same bits, coordinate by coordinate, in any shape, and are left as they were."""
    hyper = {name: np.float64(value) for name, value in optimizer.hyperparameters.items()}
    x, g = 2 * draws("x", 12) - 1, gradients(12, 12)[-1]
    slots = [draws(name, 12) for name in (*optimizer.state, *optimizer.streams)]
    columns = [x, g, *slots]

    def step(arrays: list[Floats]) -> tuple[Any, ...]:
        x, g, *slots = arrays
        return optimizer(x, g, np.float64(3), *slots, **hyper)

    usual, order = step([a.copy() for a in columns]), np.arange(12)[::-1] ^ 1
    kept = [a.copy() for a in columns]
    views = {
        "called again": (step(kept), usual),
        "changed its arguments": (kept, columns),
        "in another order": (step([a[order] for a in columns]), [_like(v, x)[order] for v in usual]),
        "in another shape": (step([a.reshape(3, 4) for a in columns]), [_like(v, x).reshape(3, 4) for v in usual]),
        "one at a time": (step([a[7:8] for a in columns]), [_like(v, x)[7:8] for v in usual]),
    }
    for what, (found, wanted) in views.items():
        for a, b in zip(found, wanted, strict=True):
            _same(optimizer, f"{what}, it gives other bits", _like(a, np.asarray(b)), b)


def keeps_still(optimizer: Optimizer) -> None:
    """Without decay, zero gradients and draws leave x where it is and slots finite; a NaN gradient leaves a trace."""
    x = np.array([[0.5, -1.0, 3.0], [2.0, 0.0, 1.0]]) if optimizer.layers == "each" else np.array([0.5, -1.0, 3.0])
    drawn = [np.zeros(x.shape) for _ in optimizer.streams]
    for setting in map(without_decay, settings(optimizer)):
        moved, slots = x, optimizer.initial_state(x, **setting)
        for step in range(1, 9):
            g = np.zeros(np.shape(optimizer.asks(moved, *slots, **setting)))
            with np.errstate(all="ignore"):
                spoilt = optimizer(moved, g * np.nan, np.float64(step), *slots, *drawn, **setting)
                moved, *slots = optimizer(moved, g, np.float64(step), *slots, *drawn, **setting)  # type: ignore[assignment]
            if not np.array_equal(moved, x) or not all(np.isfinite(slot).all() for slot in slots):
                raise _broken(optimizer, f"zero gradients move x or spoil a slot at step {step}, {dict(setting)}")
            if not any(np.isnan(v).all() if np.ndim(v) < 2 else np.isnan(v).any() for v in spoilt):
                raise _broken(optimizer, f"a NaN gradient at step {step} leaves no trace, {dict(setting)}")


LAWS: tuple[Law, ...] = (
    is_a_function,
    keeps_still,
    tape_is_numpy,
    interval_encloses,
    ball_encloses,
    prints,
    algebra_agrees,
    terms_agree,
)
"""The laws of elementwise rules, the cheap ones first; an array rule obeys `keeps_still` and what its card claims."""


def check_laws(optimizer: Optimizer) -> None:
    """Try every law that applies.

    Raises
    ------
    LawError
        The first law that is broken, and where.
    """
    for law in LAWS if optimizer.kind == "elementwise" else (keeps_still,):
        law(optimizer)
    claims_hold(optimizer)


def schedule_is_one_function(schedule: Schedule) -> None:
    """A schedule's values on an array, one by one, from its program, in intervals and in balls agree.

    Raises
    ------
    LawError
        Where they do not.
    """
    from flint import arb

    from convcheck.arithmetic.ball import BinaryBall, precision

    t = np.array([1.0, 2, 3, 4, 5, 7, 10, 99, 100, 101, 1000, 1001, 12345, 10.0**6, 2.0**40])
    values = np.broadcast_to(schedule(t), t.shape)
    (traced,) = schedule.program.evaluate({"t": t, **schedule.parameters}, FUNCTIONS)
    alone = [np.broadcast_to(schedule(np.float64(step)), ()) for step in t]
    bounds = schedule(Interval.of(t))
    with precision(BITS):
        balls = [BinaryBall.of(schedule(BinaryBall.of(step))).raw for step in t.tolist()]
    for k, step in enumerate(t):
        low, high = (float(np.broadcast_to(end, t.shape)[k]) for end in (bounds.lower, bounds.upper))
        if not values[k] == np.broadcast_to(traced, t.shape)[k] == alone[k]:
            raise _broken(schedule, f"the array, the program and the single value disagree at t = {step:g}")
        if not (low <= values[k] <= high and arb(low) <= balls[k] <= arb(high)):
            raise _broken(schedule, f"the float or the ball leaves the interval at t = {step:g}")


def _run(
    optimizer: Optimizer, lift: Callable[[Any], Any], start: Any, shown: Any, setting: Setting
) -> Iterator[tuple[Any, ...]]:
    """Yield x and the slots after each step, in the arithmetic that ``lift`` leads into."""
    hyper = {name: lift(value) for name, value in setting.items()}
    x, slots = lift(start), [lift(value) for value in optimizer.state.values()]
    for step, g in enumerate(shown, start=1):
        drawn = [lift((-1) ** step / 2) for _ in optimizer.streams]
        x, *slots = optimizer(x, lift(g), lift(float(step)), *slots, *drawn, **hyper)
        yield (x, *(slot if isinstance(slot, type(x)) else lift(slot) for slot in slots))


def _special_inputs(optimizer: Optimizer) -> dict[str, Floats]:
    """Return x, g, t, the slots and the draws: ordinary numbers, and every special value in every place."""
    names = ("x", "g", "t", *optimizer.state, *optimizer.streams)
    usual = 4 * draws("usual", len(names), len(names) * len(SPECIAL)) - 2
    for k in range(len(names)):
        usual[k, k * len(SPECIAL) : (k + 1) * len(SPECIAL)] = SPECIAL
    return dict(zip(names, usual, strict=True))


def _slots(optimizer: Optimizer, inputs: dict[str, Floats]) -> list[Floats]:
    return [inputs[name] for name in optimizer.state]


def _like(value: Any, x: Floats) -> Floats:
    """Return a slot with the shape of x; a slot may be one number for all coordinates."""
    return np.broadcast_to(value, x.shape)


def _same(optimizer: Optimizer, what: str, a: Any, b: Any) -> None:
    """Raise unless two arrays hold the same numbers; NaN is NaN, and zero has no sign (np.maximum leaves it open)."""
    if not np.array_equal(a, _like(b, np.asarray(a)), equal_nan=True):
        raise _broken(optimizer, what)


def _broken(owner: Optimizer | Schedule, what: str) -> LawError:
    return LawError(f"{owner.name} breaks a law: {what}")
