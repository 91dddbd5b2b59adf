"""Assumptions of the shared vocabulary as hypotheses about a game: what they say of the points that are played.

Those on losses speak of the points at which gradients are asked, which are the points x_t unless the rule declares a
query.  A theorem needs less than a problem promises: convexity at the points x_t against one comparator u, for example.
"""

from collections.abc import Callable, Mapping
from math import inf
from typing import TYPE_CHECKING, Any

from convcheck import assumptions as vocabulary
from convcheck.errors import ProofError
from convcheck.language.symbols import Sum, forall, inner, ints, norm2
from convcheck.language.terms import Expression, expression

if TYPE_CHECKING:
    from convcheck.language.play import Game

(_T,) = ints("t")


def formula(assumption: vocabulary.Assumption, game: "Game", u: Expression | None) -> Expression:
    """Return what an assumption says about a game and a comparator u.

    Raises
    ------
    ProofError
        The assumption has no meaning for games yet, leaves a constant open, or needs a comparator that is missing.
    """
    meaning = _MEANINGS.get(type(assumption))
    if meaning is None:
        known = ", ".join(sorted(kind.__name__ for kind in _MEANINGS))
        raise ProofError(f"{assumption} has no meaning for a game yet; these have: {known}")
    if getattr(assumption, "norm", 2) not in _norms(game):
        raise ProofError(f"{assumption}: in this game the norm is 2; write the hypothesis out for another one")
    if any(value is None or isinstance(value, str) for value in assumption.constants.values()):
        raise ProofError(f"{assumption} leaves a constant open; name it with a term: D, = reals('D')")
    if u is None and type(assumption) in _NEED_COMPARATOR:
        raise ProofError(f"{assumption} speaks of a comparator; give one with u=…")
    return meaning(assumption, game, u)


def _norms(game: "Game") -> tuple[float, ...]:
    if game.coordinates is not None:
        return (2, inf)
    return (2,) if game.x.symbol.codomain == "V" else (1, 2, inf)


def _norm2(game: "Game", *vector: Expression) -> Expression:
    """Return the squared 2-norm of a vector, or of the difference of two."""
    if game.coordinates is None:
        return norm2(_difference(*vector))
    i, d = game.coordinates
    return Sum(norm2(_difference(*(v[i] for v in vector))), i, 1, d)


def _bounded(game: "Game", assumption: Any, bound: object, *vector: Expression) -> Expression:
    """Return ∀t ≥ 1. ‖vector‖² ≤ bound², in the assumption's norm; two vectors stand for their difference."""
    square = expression(bound) ** 2
    if game.coordinates is None or assumption.norm == 2:
        return forall(_T >= 1, _norm2(game, *vector) <= square)
    i, _ = game.coordinates
    return forall(_T >= 1, i, norm2(_difference(*(v[i] for v in vector))) <= square)


def _difference(a: Expression, b: Expression | None = None) -> Expression:
    return a if b is None else a - b


def _linear(game: "Game", u: Expression) -> Expression:
    """Return ⟨g_t, x_t - u⟩, where x_t is where the gradient is asked."""
    g, x = game.g[_T], game.asked[_T]
    if game.coordinates is None:
        return inner(g, x - u)
    i, d = game.coordinates
    return Sum(g[i] * (x[i] - u[i]), i, 1, d)


def _gap(game: "Game", u: Expression) -> Expression:
    """Return f_t(x_t) - f_t(u), where x_t is where the gradient is asked."""
    return game.f[_T](game.asked[_T]) - game.f[_T](u)


def _convex(_: Any, game: "Game", u: Any) -> Expression:
    return forall(_T >= 1, _gap(game, u) <= _linear(game, u))


def _strongly_convex(assumption: Any, game: "Game", u: Any) -> Expression:
    curve = expression(assumption.mu) / 2 * _norm2(game, game.asked[_T], u)
    return forall(_T >= 1, _gap(game, u) <= _linear(game, u) - curve)


def _bounded_domain(assumption: Any, game: "Game", u: Any) -> Expression:
    return _bounded(game, assumption, assumption.D, game.x[_T], u)


def _bounded_gradients(assumption: Any, game: "Game", _: Any) -> Expression:
    return _bounded(game, assumption, assumption.G, game.g[_T])


_MEANINGS: Mapping[type[vocabulary.Assumption], Callable[[Any, "Game", Any], Expression]] = {
    vocabulary.Convex: _convex,
    vocabulary.StronglyConvex: _strongly_convex,
    vocabulary.BoundedDomain: _bounded_domain,
    vocabulary.BoundedGradients: _bounded_gradients,
}
_NEED_COMPARATOR = {vocabulary.Convex, vocabulary.StronglyConvex, vocabulary.BoundedDomain}
