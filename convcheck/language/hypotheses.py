"""Assumptions of the shared vocabulary as hypotheses about a game: what they say of the points that are played.

A theorem needs less than a problem promises: convexity at the points x_t against one comparator u, for example.
"""

from collections.abc import Callable, Mapping
from math import inf
from typing import TYPE_CHECKING, Any

from convcheck import assumptions as vocabulary
from convcheck.errors import ProofError
from convcheck.language.symbols import forall, inner, ints, norm2
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
    return (2,) if game.x.symbol.codomain == "V" else (1, 2, inf)


def _convex(_: Any, game: "Game", u: Any) -> Expression:
    x = game.x[_T]
    return forall(_T >= 1, game.f[_T](x) - game.f[_T](u) <= inner(game.g[_T], x - u))


def _strongly_convex(assumption: Any, game: "Game", u: Any) -> Expression:
    x = game.x[_T]
    gap = inner(game.g[_T], x - u) - expression(assumption.mu) / 2 * norm2(x - u)
    return forall(_T >= 1, game.f[_T](x) - game.f[_T](u) <= gap)


def _bounded_domain(assumption: Any, game: "Game", u: Any) -> Expression:
    return forall(_T >= 1, norm2(game.x[_T] - u) <= expression(assumption.D) ** 2)


def _bounded_gradients(assumption: Any, game: "Game", _: Any) -> Expression:
    return forall(_T >= 1, norm2(game.g[_T]) <= expression(assumption.G) ** 2)


_MEANINGS: Mapping[type[vocabulary.Assumption], Callable[[Any, "Game", Any], Expression]] = {
    vocabulary.Convex: _convex,
    vocabulary.StronglyConvex: _strongly_convex,
    vocabulary.BoundedDomain: _bounded_domain,
    vocabulary.BoundedGradients: _bounded_gradients,
}
_NEED_COMPARATOR = {vocabulary.Convex, vocabulary.StronglyConvex, vocabulary.BoundedDomain}
