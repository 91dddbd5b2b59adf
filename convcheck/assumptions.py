"""What a problem promises and a theorem assumes: one vocabulary with constants and norms, and a table of implications.

Setting.  V, the feasible set, is closed and convex in R^d; x_1, x_2, … lie in V.  f_t is the loss of round t as the
problem computes it, locally Lipschitz around V; ∇f_t(x) is its gradient or, at a kink, a subgradient fixed in advance;
g_t is the oracle's answer at x_t, perhaps random, and E_t the expectation given the past.  Infima are over V.
Statements hold for all x and u in V and all rounds t, and those about g_t wherever in V the oracle may be asked.

Constants.  In a promise they are numbers.  A hypothesis may leave them open (None, a name, or a term of the proof
language) and is answered with numbers.  These are kept as fractions, a float being the shortest decimal that reads back
to it (0.9 is 9/10), so that comparisons are exact; an irrational √d is rounded up to 20 decimals, which only weakens
what is concluded.

>>> BoundedGradients(3, norm=inf).implies(BoundedGradients("G", norm=2), dimension=4)
{'G': Fraction(6, 1)}
>>> print(Linear().implies(StronglyConvex("mu")))
None
"""

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import permutations, product
from math import inf, isqrt
from numbers import Number
from typing import Any, ClassVar, Literal, NamedTuple, TypeAlias, dataclass_transform

import numpy as np

from convcheck.errors import ParameterError

NORMS = (1, 2, inf)
Constant: TypeAlias = Any  # given as a real number and kept as a Fraction, or open


class Constants(dict[str, Fraction]):
    """Numbers for the open constants of a hypothesis that is met; true even if it has none, for None is the failure."""

    def __bool__(self) -> Literal[True]:
        return True


class Statement(NamedTuple):
    """A mathematical statement on one line, as text and in LaTeX."""

    text: str
    latex: str


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class _Frozen:
    def __init_subclass__(cls) -> None:
        dataclass(frozen=True, repr=False)(cls)


class Assumption(_Frozen):
    """A named property: a promise of a problem, or a hypothesis of a theorem.

    Parameters
    ----------
    known
        On a promise, how it is known: ``derived`` by hand, ``certified`` by intervals, or true by ``construction``.
    why
        The reason, in a few words.  Comparisons look at neither.

    Raises
    ------
    ParameterError
        A constant is neither a number of its range nor open, or the norm is not 1, 2 or inf.
    """

    known: Literal["derived", "certified", "construction"] | None = field(default=None, compare=False, kw_only=True)
    why: str = field(default="", compare=False, kw_only=True)
    text: ClassVar[str]

    def __init_subclass__(cls, *, text: str) -> None:
        """Make a frozen dataclass that states `text`: constants stand in braces, {p} is the norm, {q} the dual norm.

        All fields but ``norm`` are constants: ``mu`` and ``value`` lower bounds, any other the larger the weaker.
        """
        super().__init_subclass__()
        cls.text = text

    def __post_init__(self) -> None:
        for name, value in self.constants.items():
            object.__setattr__(self, name, _checked(name, value, type(self).__name__))
        if _norm(self) not in NORMS:
            msg = f"{type(self).__name__}: there is no norm {_norm(self)!r}; use 1, 2 or inf"
            raise ParameterError(msg)

    @property
    def constants(self) -> dict[str, Constant]:
        """The constants by name: fractions, or what was left open."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in {"known", "why", "norm"}}

    @property
    def statement(self) -> Statement:
        """What is assumed, with its constants."""
        shown = {name: _shown(name if value is None else value) for name, value in self.constants.items()}
        bracketed = {name: f"({value})" if "/" in value else value for name, value in shown.items()}
        text = self.text.format(**bracketed, p=_SUBSCRIPTS[_norm(self)], q=_SUBSCRIPTS[_dual(_norm(self))])
        return Statement(text, re.sub("|".join(map(re.escape, _LATEX)), lambda found: _LATEX[found[0]], text))

    def implies(self, hypothesis: "Assumption", dimension: int | None = None) -> Constants | None:
        """Return what `constants` returns for this promise alone."""
        return constants([self], hypothesis, dimension)

    def __repr__(self) -> str:
        shown = [_shown(value) for value in self.constants.values() if value is not None]
        return f"{type(self).__name__}({', '.join(shown + [f'norm={_norm(self)}'] * hasattr(self, 'norm'))})"


def _checked(name: str, value: Constant, owner: str) -> Constant:
    """Return a number as a Fraction, and unchanged what leaves the constant open."""
    if value is None or (isinstance(value, str) and value.isidentifier()):
        return value
    wanted, holds = _RANGES.get(name, _SIZE)
    if not isinstance(value, bool | np.bool | Collection) and isinstance(value, Hashable):
        if not isinstance(value, Number):
            return value
        with suppress(ValueError):  # NaN, infinities and complex numbers are no fractions
            if holds(number := Fraction(str(value))):
                return number
    msg = f"{owner}: {name} = {value!r} is not {wanted}; give one, or leave the constant open with None or a name"
    raise ParameterError(msg)


_SIZE: tuple[str, Callable[[Fraction], bool]] = ("a number ≥ 0", lambda c: c >= 0)
_RANGES: dict[str, tuple[str, Callable[[Fraction], bool]]] = {
    "mu": ("a number > 0", lambda c: c > 0),
    "value": ("a finite number", lambda _: True),
    "d": ("a positive integer", lambda c: c > 0 and c.denominator == 1),
}
_FLOORS = {"mu", "value"}  # lower bounds, which say less when smaller; all others say less when larger


def _norm(assumption: Assumption) -> float:
    return getattr(assumption, "norm", 2)


def _dual(norm: float) -> float:
    return {1: inf, 2: 2, inf: 1}[norm]


def _shown(value: Constant) -> str:
    if isinstance(value, Fraction):
        decimal = str(Decimal(value.numerator) / value.denominator)
        return decimal if "E" not in decimal and Fraction(decimal) == value else str(value)
    return _GREEK.get(str(value), str(value).replace("_inf", "∞"))


_GREEK = {"mu": "μ", "rho": "ρ", "sigma": "σ"}
_SUBSCRIPTS = {1: "₁", 2: "₂", inf: "∞"}
_MACROS = r"""
‖ \|   ≤ \le   ≥ \ge   ∇ \nabla   ⟨ \langle   ⟩ \rangle   ₁ _1   ₂ _2   ∞ _\infty   ² ^2   ½ \tfrac12   · \cdot   * ^*
∈ \in   ∃ \exists   × \times   … \dots   μ \mu   ρ \rho   σ \sigma   inf \inf   E_t \mathbb{E}_t   R^d \mathbb{R}^d
"""
_LATEX = {sign: f"{macro} " for sign, macro in re.findall(r"(\S+) (\S+)", _MACROS)}


class Linear(Assumption, text="f_t(x) = ⟨c_t, x⟩ + b_t"):
    """Every loss is affine, and its gradient c_t."""


class Convex(Assumption, text="f_t(u) ≥ f_t(x) + ⟨∇f_t(x), u - x⟩"):
    """Every loss lies above its tangents."""


class StronglyConvex(Assumption, text=Convex.text + " + ½·{mu}·‖u - x‖{p}²"):
    """Every loss lies above its tangents by a quadratic."""

    mu: Constant = None
    norm: float = 2


class WeaklyConvex(Assumption, text=Convex.text + " - ½·{rho}·‖u - x‖₂²"):
    """Every loss lies above its tangents but for a quadratic."""

    rho: Constant = None


class Smooth(Assumption, text="‖∇f_t(u) - ∇f_t(x)‖{q} ≤ {L}·‖u - x‖{p}"):
    """Every loss is differentiable, with a Lipschitz gradient (from the norm to its dual)."""

    L: Constant = None
    norm: float = 2


class Lipschitz(Assumption, text="|f_t(u) - f_t(x)| ≤ {G}·‖u - x‖{p}"):
    """Every loss is Lipschitz."""

    G: Constant = None
    norm: float = 2


class PolyakLojasiewicz(Assumption, text="‖∇f_t(x)‖₂² ≥ 2·{mu}·(f_t(x) - inf f_t)"):
    """The gradient (its own norm, not that of a projected step) dominates the gap."""

    mu: Constant = None


class LowerBounded(Assumption, text="f_t(x) ≥ {value}"):
    """Every loss is bounded below."""

    value: Constant = None


class FixedObjective(Assumption, text="f_t = f_1"):
    """The loss is the same in all rounds: theorems on stationarity need it, online problems lack it."""


class CriticalPoint(Assumption, text="∃ z_t ∈ V: ∇f_t(z_t) = 0"):
    """The gradient of every loss vanishes somewhere in V."""


class BoundedDomain(Assumption, text="‖u - x‖{p} ≤ {D}"):
    """The feasible set has a diameter."""

    D: Constant = None
    norm: float = 2


class Box(Assumption, text="V = [l_1, h_1] × … × [l_d, h_d]"):
    """The feasible set is a product of intervals, perhaps infinite: projection acts coordinate by coordinate."""


class Unconstrained(Assumption, text="V = R^d"):
    """Every point is feasible."""


class Dimension(Assumption, text="d ≤ {d}"):
    """Points have at most that many coordinates."""

    d: Constant = None


class BoundedGradients(Assumption, text="‖g_t‖{p} ≤ {G}"):
    """The oracle's answers are bounded, almost surely."""

    G: Constant = None
    norm: float = 2


class ExactGradients(Assumption, text="g_t = ∇f_t(x_t)"):
    """The oracle answers with the gradient of the loss."""


class UnbiasedGradients(Assumption, text="E_t g_t = ∇f_t(x_t)"):
    """The oracle answers with the gradient of the loss on average."""


class BoundedNoise(Assumption, text="‖g_t - ∇f_t(x_t)‖{p} ≤ {S}"):
    """The oracle's error is bounded, almost surely."""

    S: Constant = None
    norm: float = 2


class BoundedVariance(Assumption, text="E_t ‖g_t - ∇f_t(x_t)‖₂² ≤ {sigma}²"):
    """The oracle's error, all coordinates together, is bounded in mean square."""

    sigma: Constant = None


class BoundedCoordinateVariance(Assumption, text="E_t (g_t - ∇f_t(x_t))_i² ≤ {sigma}²"):
    """The oracle's error is bounded in mean square in each coordinate i."""

    sigma: Constant = None


class AffineVariance(Assumption, text="E_t ‖g_t - ∇f_t(x_t)‖₂² ≤ {a}·‖∇f_t(x_t)‖₂² + {b}"):
    """The oracle's error is bounded in mean square, and may grow with the gradient."""

    a: Constant = None
    b: Constant = None


class BoundedSecondMoment(Assumption, text="E_t ‖g_t‖₂² ≤ {G}²"):
    """The oracle's answers are bounded in mean square."""

    G: Constant = None


class Implication(NamedTuple):
    """A row of the table: premises, what follows as a function of their constants in order, and why."""

    premises: tuple[Assumption, ...]
    conclude: Callable[..., Assumption]
    why: str


def _root(n: Fraction) -> Fraction:
    """Return the square root of a positive integer, rounded up to 20 decimals where it is not an integer."""
    return Fraction(isqrt(int(n) * 10**40 - 1) + 1, 10**20)


def _from_norm_to_norm(p: float, q: float) -> Iterator[Implication]:
    """‖v‖_q ≤ r ‖v‖_p where r² = d^k, and so the dual norms satisfy ‖v‖_p* ≤ r ‖v‖_q*."""
    k = max(0, NORMS.index(p) - NORMS.index(q))
    given = (Dimension("d"),) if k else ()
    why = f"‖v‖{_SUBSCRIPTS[q]} ≤ {('', '√d ', 'd ')[k]}‖v‖{_SUBSCRIPTS[p]}"
    for kind in (BoundedDomain, BoundedGradients, BoundedNoise):
        yield Implication((kind("c", norm=p), *given), lambda c, d=1, kind=kind: kind(c * _root(d**k), norm=q), why)
    yield Implication((Lipschitz("G", norm=q), *given), lambda G, d=1: Lipschitz(G * _root(d**k), norm=p), why)
    yield Implication((Smooth("L", norm=q), *given), lambda L, d=1: Smooth(L * d**k, norm=p), why)
    yield Implication((StronglyConvex("mu", norm=p), *given), lambda mu, d=1: StronglyConvex(mu / d**k, norm=q), why)


def _within_norm(p: float) -> Iterator[Implication]:
    """What joins points, in one norm, and gradients, in the dual norm."""
    q = _dual(p)
    smooth = (Smooth("L", norm=p), BoundedDomain("D", norm=p), CriticalPoint())
    why = "the gradient grows from 0 at rate L over a distance of at most D"
    yield Implication(smooth, lambda L, D: Lipschitz(L * D, norm=p), why)
    yield Implication((*smooth, BoundedNoise("S", norm=q)), lambda L, D, S: BoundedGradients(L * D + S, norm=q), why)
    bounded = (BoundedGradients("G", norm=q), UnbiasedGradients(), WeaklyConvex("rho"))
    why = "the gradient is the mean of bounded answers; add up tangents along ever finer subdivisions of a segment"
    yield Implication(bounded, lambda G, rho: Lipschitz(G, norm=p), why)  # noqa: ARG005  # any rho will do


IMPLICATIONS = (
    Implication((Linear(),), Convex, "an affine loss is its own tangent"),
    Implication((Linear(),), lambda: Smooth(0, norm=inf), "an affine loss has a constant gradient"),
    Implication((StronglyConvex("mu", norm=inf),), lambda mu: Convex(), "drop the quadratic"),  # noqa: ARG005
    Implication((StronglyConvex("mu", norm=2),), PolyakLojasiewicz, "minimize over u, the lower bound over all of R^d"),
    Implication((Convex(),), lambda: WeaklyConvex(0), "the quadratic may be zero"),
    Implication((Smooth("L", norm=2),), WeaklyConvex, "integrate the gradient along the segment"),
    Implication((Unconstrained(),), Box, "R^d is a product of lines"),
    Implication((ExactGradients(),), UnbiasedGradients, "there is no error"),
    Implication((ExactGradients(),), lambda: BoundedNoise(0, norm=1), "there is no error"),
    Implication((BoundedNoise("S", norm=2),), BoundedVariance, "a mean is at most the largest value"),
    Implication((BoundedNoise("S", norm=inf),), BoundedCoordinateVariance, "a mean is at most the largest value"),
    Implication((BoundedVariance("sigma"),), BoundedCoordinateVariance, "a coordinate is part of the whole"),
    Implication(
        (BoundedCoordinateVariance("sigma"), Dimension("d")),
        lambda sigma, d: BoundedVariance(sigma * _root(d)),
        "add up the coordinates",
    ),
    Implication((BoundedGradients("G", norm=2),), BoundedSecondMoment, "a mean is at most the largest value"),
    Implication((BoundedSecondMoment("G"), UnbiasedGradients()), BoundedVariance, "E‖g - Eg‖² = E‖g‖² - ‖Eg‖²"),
    Implication((BoundedVariance("sigma"),), lambda sigma: AffineVariance(0, sigma**2), "it need not grow"),
    *(row for p in NORMS for row in _within_norm(p)),
    *(row for p, q in permutations(NORMS, 2) for row in _from_norm_to_norm(p, q)),
)
"""What follows from what; that a smaller bound implies a larger one is not in the table, but in `_answer`."""


def consequences(promises: Iterable[Assumption], dimension: int | None = None) -> tuple[Assumption, ...]:
    """Return the promises and all that follows from them, with the best constants and the reasons (see `constants`)."""
    facts = [*promises, *([] if dimension is None else [Dimension(dimension)])]
    for fact in facts:
        if not all(isinstance(value, Fraction) for value in fact.constants.values()):
            msg = f"the promise {fact} leaves a constant open; give every constant of a promise a number"
            raise ParameterError(msg)
    return _closure(tuple((fact, fact.known, fact.why) for fact in facts))


@lru_cache(maxsize=1024)
def _closure(promises: tuple[tuple[Assumption, str | None, str], ...]) -> tuple[Assumption, ...]:
    """Apply the table until nothing new appears; how facts are known is named again, as equality ignores it."""
    facts: list[Assumption] = []
    new = [promise for promise, _, _ in promises]
    for _ in range(len(IMPLICATIONS) + 1):  # no chain of reasons need apply a row twice
        for fact in new:
            if not any(_answer(fact, known) for known in facts):
                facts = [*(known for known in facts if not _answer(known, fact)), fact]
        if not (new := [fact for row in IMPLICATIONS for fact in _conclusions(row, facts)]):
            break
    return tuple(facts)


def _conclusions(row: Implication, facts: list[Assumption]) -> Iterator[Assumption]:
    """Return what a row adds to the facts."""
    matches = [[(fact, met) for fact in facts if (met := _answer(premise, fact))] for premise in row.premises]
    for chosen in product(*matches):
        new = row.conclude(*(number for _, met in chosen for number in met.values()))
        if not any(_answer(new, fact) for fact in facts):
            reasons = dict.fromkeys([*(fact.why for fact, _ in chosen if fact.why), row.why])
            yield replace(new, known="derived", why="; ".join(reasons))


def constants(promises: Iterable[Assumption], hypothesis: Assumption, dimension: int | None = None) -> Constants | None:
    """Return numbers for the open constants of a hypothesis that the promises together imply, or None if they do not.

    Parameters
    ----------
    promises
        What is true of one problem.
    hypothesis
        What is asked.  The best number that follows answers an open constant, under its name (if None, the field's); a
        number in the hypothesis is met by a promise that says as much or more.
    dimension
        The number of coordinates; left out, only what holds in every dimension follows.

    Raises
    ------
    ParameterError
        A promise leaves a constant open, or the dimension is not a positive integer.
    """
    return next(filter(None, (_answer(hypothesis, fact) for fact in consequences(promises, dimension))), None)


def _answer(hypothesis: Assumption, fact: Assumption) -> Constants | None:
    """Answer a hypothesis from a fact of its own class and norm, whose constants must say as much or more."""
    if type(fact) is not type(hypothesis) or _norm(fact) != _norm(hypothesis):
        return None
    answer, said = Constants(), fact.constants
    for name, asked in hypothesis.constants.items():
        weaker = min if name in _FLOORS else max
        if not isinstance(asked, Fraction):
            key = name if asked is None else str(asked)
            answer[key] = weaker(said[name], answer.get(key, said[name]))
        elif weaker(said[name], asked) != asked:
            return None
    return answer
