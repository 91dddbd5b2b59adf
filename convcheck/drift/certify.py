"""``cc.drift``: the sign of the drift of a rule on a periodic problem, by ball arithmetic on the rule's own lines."""

from collections.abc import Mapping
from fractions import Fraction
from math import inf, nextafter
from numbers import Real
from typing import Any

from flint import arb

from convcheck.arithmetic.ball import precision
from convcheck.arithmetic.number import as_decimal
from convcheck.discovery import resolve
from convcheck.drift.applicable import check_problem, check_rule, is_clip, last_change, numbers
from convcheck.drift.cycle import Cycle, gradients
from convcheck.drift.orbit import UnsettledError, late_moves
from convcheck.drift.result import Drift
from convcheck.drift.slope import LINE
from convcheck.errors import ParameterError
from convcheck.optimizers.base import Optimizer
from convcheck.problems.base import Problem

ROUNDS = ((64, 1), (128, 16), (256, 64), (512, 256))
"""Bits of precision and periods to follow, in turn until the sign is decided."""
STEPS = 20_000
"""Most steps to follow from the initial state in one turn (about half a second)."""


def drift(opt: str | Optimizer, problem: str | Problem, **hyper: Any) -> Drift:
    """Certify on which side an optimizer ends up on linear losses that repeat.

    The drift is the displacement of x over a period once the state has settled, in units of the step size and without
    projection; `convcheck.drift` states and proves what follows from its sign.  On Reddi's problems negative means
    towards the optimum -1.

    Parameters
    ----------
    opt, problem
        Names, or the objects that ``cc.optimizer`` and ``cc.problem`` return.
    hyper
        Hyper-parameters of the optimizer except lr, each one number; a float is the shortest decimal that reads back to
        it (0.9 is 9/10), and a Fraction is itself.

    Raises
    ------
    DriftNotApplicableError
        The rule is not of the form x + lr · u(state, g), or the problem's gradients depend on x, are random or are not
        seen to repeat; the message says which.
    UnknownNameError, ParameterError
        A name or value is wrong.

    Examples
    --------
    >>> import convcheck as cc
    >>> reddi = cc.drift("adam_undebiased", "reddi", beta1=0, beta2=0.1)
    >>> reddi.sign, reddi.converges, reddi.ball[:12]
    (1, False, '[0.680949601')
    """
    optimizer: Optimizer = resolve("optimizer", opt)
    losses: Problem = resolve("problem", problem)
    settings = _settings(optimizer, hyper)
    constant = check_rule(optimizer, settings)
    period = check_problem(losses)
    change = last_change(optimizer, settings)
    uses = " (the rule depends on the round's number t)" if change is None else ""
    best: tuple[arb, ...] = ()
    total, reason = arb(0, inf), ""
    for bits, followed in ROUNDS:
        periods = max(1, min(followed, STEPS // period))
        with precision(bits):
            late = LINE if change is None or periods * period < change else arb.pos_inf()
            cycle = Cycle(optimizer, gradients(losses, period), settings, constant, late)
            try:
                best = late_moves(cycle, periods)
            except UnsettledError as error:
                reason = f"the state ({error}) is not seen to settle after {periods} periods{uses}"
                continue
            total = sum(best, arb(0))
            reason = f"the drift {total} is not seen to differ from zero{uses}"
            if total > 0 or total < 0 or total.is_zero():
                break
    with precision(bits):
        gamma = sum(cycle.gradients, arb(0))
    sign = 1 if total > 0 else -1 if total < 0 else 0
    span = losses.ends if is_clip(losses) else None
    return Drift(
        optimizer=optimizer.name,
        problem=losses.name,
        hyper=settings,
        parameters=numbers(losses),
        lower=_ends(total)[0],
        upper=_ends(total)[1],
        ball=total.str(max(15, int(bits * 0.302))),
        sign=sign,
        displacements=tuple(_ends(move) for move in best),
        gradients=tuple(float(g.mid()) for g in cycle.gradients),
        ends=span,
        optimum=None if span is None else span[0] if gamma > 0 else span[1] if gamma < 0 else None,
        periods=periods,
        bits=bits,
        reason="" if sign else reason,
    )


def _settings(optimizer: Optimizer, hyper: Mapping[str, Any]) -> dict[str, Fraction]:
    """Return every hyper-parameter but lr as an exact number."""
    optimizer.check(hyper)
    if "lr" in hyper:
        msg = "the drift is in units of the step size: leave lr out"
        raise ParameterError(msg)
    for name, value in hyper.items():
        if not isinstance(value, Real):
            msg = f"{optimizer.name}: {name} = {value!r} must be one number for a drift, not an axis or a schedule"
            raise ParameterError(msg)
    values = {**optimizer.hyperparameters, **hyper}
    return {name: as_decimal(value) for name, value in values.items() if name != "lr"}


def _ends(ball: arb) -> tuple[float, float]:
    """Return floats below and above the ball."""
    if not ball.is_finite():
        return -inf, inf
    low, high = float(ball.lower()), float(ball.upper())
    return low if arb(low) <= ball else nextafter(low, -inf), high if arb(high) >= ball else nextafter(high, inf)
