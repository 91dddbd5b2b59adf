"""A differentiable objective: a function with its gradient, about which assumptions of the shared vocabulary are made.

Functions are uninterpreted: that ``f.gradient`` is the gradient enters through what is assumed of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from convcheck import assumptions as vocabulary
from convcheck.errors import ProofError
from convcheck.kernel.terms import Term
from convcheck.language.fact import Fact
from convcheck.language.play import Game
from convcheck.language.proof import given
from convcheck.language.symbols import Function, expect, forall, function, inner, ints, norm2, reals, vectors
from convcheck.language.terms import Expression, Value, expression

_X, _Y = vectors("x y")
(_T,) = ints("t")


@dataclass(frozen=True, eq=False)
class Objective:
    """``f(x)`` is the value at a vector, ``f.gradient(x)`` the gradient, ``f.least`` its infimum or a lower bound."""

    value: Function
    gradient: Function
    least: Expression
    assumed: dict[Term, vocabulary.Assumption] = field(default_factory=dict)
    """Hypotheses that are words of the shared vocabulary."""

    def __call__(self, x: Value) -> Expression:
        """Return the value at a vector."""
        return self.value(x)

    def given(self, *assumptions: vocabulary.Assumption) -> Any:
        """Assume something of the shared vocabulary about this objective, at all points.

        Raises
        ------
        ProofError
            The assumption has no meaning for an objective yet.
        """
        facts = [given(self._formula(assumption)) for assumption in assumptions]
        self.assumed.update((f.theorem.conclusion, a) for f, a in zip(facts, assumptions, strict=True))
        return facts[0] if len(facts) == 1 else facts

    def _formula(self, assumption: vocabulary.Assumption) -> Expression:
        meaning = _MEANINGS.get(type(assumption))
        if meaning is None or getattr(assumption, "norm", 2) != 2:
            known = ", ".join(sorted(kind.__name__ for kind in _MEANINGS))
            raise ProofError(f"{assumption} has no meaning for an objective yet; these have, in the 2-norm: {known}")
        return meaning(self, assumption)

    def descended_by(self, game: Game) -> Fact:
        """Assume that the game's gradients are those of the objective, where they are asked: ∀t ≥ 1. g_t = ∇f(x_t)."""
        return given(forall(_T >= 1, game.g[_T] == self.gradient(game.asked[_T])))

    def estimated_by(self, game: Game, *assumptions: vocabulary.Assumption) -> Any:
        """Assume something of a game's random gradients, given the past: that they are unbiased, their variance.

        Raises
        ------
        ProofError
            The assumption has no meaning for random gradients yet.
        """
        facts = [given(forall(_T >= 1, self._estimate(assumption, game))) for assumption in assumptions]
        self.assumed.update((f.theorem.conclusion, a) for f, a in zip(facts, assumptions, strict=True))
        return facts[0] if len(facts) == 1 else facts

    def _estimate(self, assumption: vocabulary.Assumption, game: Game) -> Expression:
        mean = self.gradient(game.asked[_T])
        if isinstance(assumption, vocabulary.UnbiasedGradients):
            return expect(game.g[_T], given=_T) == mean
        if isinstance(assumption, vocabulary.BoundedVariance):
            return expect(norm2(game.g[_T] - mean), given=_T) <= expression(assumption.sigma) ** 2
        if isinstance(assumption, vocabulary.BoundedSecondMoment):
            return expect(norm2(game.g[_T]), given=_T) <= expression(assumption.G) ** 2
        known = "BoundedSecondMoment, BoundedVariance, UnbiasedGradients"
        raise ProofError(f"{assumption} has no meaning for random gradients yet; these have: {known}")


def objective(name: str = "f") -> Objective:
    """Return an objective on vectors."""
    (least,) = reals(f"{name}_min")
    return Objective(function(name, "V"), function(f"grad_{name}", "V", "V"), least)


def _tangent(f: Objective) -> Expression:
    return f(_X) + inner(f.gradient(_X), _Y - _X)


def _smooth(f: Objective, assumption: Any) -> Expression:
    """Return what a Lipschitz gradient gives by calculus: f lies below its tangents plus a quadratic."""
    return forall(_X, _Y, f(_Y) <= _tangent(f) + expression(assumption.L) / 2 * norm2(_Y - _X))


def _convex(f: Objective, _: Any) -> Expression:
    return forall(_X, _Y, _tangent(f) <= f(_Y))


def _strongly_convex(f: Objective, assumption: Any) -> Expression:
    return forall(_X, _Y, _tangent(f) + expression(assumption.mu) / 2 * norm2(_Y - _X) <= f(_Y))


def _polyak(f: Objective, assumption: Any) -> Expression:
    return forall(_X, 2 * expression(assumption.mu) * (f(_X) - f.least) <= norm2(f.gradient(_X)))


def _bounded(f: Objective, assumption: Any) -> Expression:
    return forall(_X, expression(assumption.value) <= f(_X))


_MEANINGS: Mapping[type[vocabulary.Assumption], Callable[[Objective, Any], Expression]] = {
    vocabulary.Smooth: _smooth,
    vocabulary.Convex: _convex,
    vocabulary.StronglyConvex: _strongly_convex,
    vocabulary.PolyakLojasiewicz: _polyak,
    vocabulary.LowerBounded: _bounded,
}
