"""Projection onto an interval and onto a convex set: the nearest point comes no farther from any point of the set."""

from convcheck.language.fact import Fact
from convcheck.language.proof import always, cases, have, let
from convcheck.language.symbols import clip, forall, inner, norm2, reals, vectors
from convcheck.language.words import inverse, square_zero
from convcheck.library.lemma import Lemma

_y, _u, _low, _high, _s = reals("y u low high s")
_Y, _P, _U, _V, _E = vectors("y p u v e")


# fmt: off


@Lemma
def clip_inside() -> Fact:
    """∀y low high. low ≤ high → low ≤ clip(y, low, high)."""
    with let(_y, _low, _high, _low <= _high):
        above = have(_low <= clip(_y, _low, _high))
    return above


@Lemma
def clip_below() -> Fact:
    """∀y low high. clip(y, low, high) ≤ high."""
    with let(_y, _low, _high):
        below = have(clip(_y, _low, _high) <= _high)
    return below


@Lemma
def clip_nearer() -> Fact:
    """∀y u low high. low ≤ u → u ≤ high → (clip(y, low, high) - u)² ≤ (y - u)²."""
    with let(_y, _u, _low, _high, _low <= _u, _u <= _high) as (above, below):
        nearer = have((clip(_y, _low, _high) - _u)**2 <= (_y - _u)**2,                               by=[above, below])
    return nearer


@Lemma
def _obtuse() -> Fact:
    """∀v e. (∀s. 0 ≤ s → s ≤ 1 → ‖v‖² ≤ ‖v - se‖²) → ⟨v, e⟩ ≤ 0."""
    c, w = inner(_V, _E), norm2(_E)
    with let(_V, _E, forall(0 <= _s, _s <= 1, norm2(_V) <= norm2(_V - _s*_E), over=[_s])) as no_shorter:
        for right in cases(c <= 0):
            if right:
                angle = have(c <= 0,                                                                           by=right)
            else:
                for far in cases(w <= c):
                    if far:
                        angle = have(c <= 0,                                         by=[no_shorter(1), far, right])
                    else:
                        always(have(0 < w,                                                             by=[right, far]))
                        always(have(0 <= c/w, by=right.times(1/w)), have(c/w <= 1, by=far.times(1/w)))
                        short = have(c**2/w <= 0,                               by=[no_shorter(c/w), *inverse(w)])
                        angle = have(c <= 0,                                      by=square_zero(c, by=short.times(w)))
    return angle


@Lemma
def nearest_point() -> Fact:
    """∀y p u. (∀s. 0 ≤ s → s ≤ 1 → ‖y - p‖² ≤ ‖y - (p + s(u - p))‖²) → ‖y - p‖² + ‖p - u‖² ≤ ‖y - u‖².

    The points p + s(u - p) lie in every convex set that p and u lie in: p need only be the nearest of its points to y.
    """
    nearest = forall(0 <= _s, _s <= 1, norm2(_Y - _P) <= norm2(_Y - (_P + _s*(_U - _P))), over=[_s])
    with let(_Y, _P, _U, nearest) as no_nearer:
        angle = _obtuse.of({}, _Y - _P, _U - _P, by=no_nearer)
        bound = have(norm2(_Y - _P) + norm2(_P - _U) <= norm2(_Y - _U),                                       by=angle)
    return bound
