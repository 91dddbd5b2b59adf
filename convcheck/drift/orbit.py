"""Where the state of a rule ends up under periodic gradients: a box that every late period starts in.

Let F take the state through one period and let s be its value after k periods, enclosed by following the rule.

*Invariance.*  A box H with s in H and F(H) in H holds the state at the start of every period from the k-th on.

*Contraction.*  Let C be slots whose new values depend on slots in C alone, M bounds of |∂F_C| over H, ℓ a point of H_C,
r ≥ |F_C(ℓ) - ℓ| and ρ > 0 with r + Mρ < ρ, all componentwise.  Then |s_n - ℓ| < ρ on C for all large n.
Proof: the mean value theorem on the convex set H gives e_{n+1} ≤ M e_n + r for e_n = |s_n - ℓ|.  As Mρ < ρ, the
spectral radius of the nonnegative matrix M is below 1 (Collatz and Wielandt), so limsup e_n ≤ (I - M)⁻¹ r, and
ρ - (I - M)⁻¹ r = (I - M)⁻¹ (ρ - Mρ - r) > 0.  ∎

*Shrinking.*  If all late states lie in E, then they lie in E ∩ F(E).

Every inclusion and inequality is decided in ball arithmetic.  The boxes are found by inflating hulls (Rump 2010, Acta
Numerica 19, doi:10.1017/S096249291000005X) around a Newton step, which nothing relies on.  Where the rule uses the
round's number, F is the enclosure of its values for all late rounds at once: M and r hold for all of them.
"""

from flint import arb, arb_mat, ctx

from convcheck.arithmetic.ball import Ball
from convcheck.drift.cycle import Box, Cycle, Slope

ATTEMPTS = 8
"""Widenings of a box until a period maps it into itself, each in proportion four times the one before."""
NEWTON = 6
"""Newton steps towards the point around which the state contracts."""
SHRINK = 4
"""Times that a box which does not contract is intersected with its image."""


class UnsettledError(Exception):
    """No box was found that a period maps into itself; the message says which slot left it."""


def late_moves(cycle: Cycle, periods: int) -> tuple[arb, ...]:
    """Return enclosures of the displacements of x in the rounds of every late period, in units of the step size.

    Raises
    ------
    UnsettledError
        The state is not seen to settle when followed for so many periods.
    """
    state = cycle.after(periods)
    box, slopes, ahead = _invariant(cycle, state)
    slots = contracting(slopes)
    late = _pinned(cycle, box, slopes, slots, ahead)
    for _ in range(0 if len(slots) == len(box) else SHRINK):
        _, image = cycle.follow(Ball, late, None)
        late = tuple(_meet(a, b) for a, b in zip(late, image, strict=True))
    return tuple(cycle.follow(Ball, late, None)[0])


def contracting(slopes: Slope) -> tuple[int, ...]:
    """Return the slots that contract together with all the slots that they depend on."""
    found: set[int] = set()
    for i in range(len(slopes)):
        closure, fresh = {i}, {i}
        while fresh:
            fresh = {j for k in fresh for j, s in enumerate(slopes[k]) if not s.is_zero()} - closure
            closure |= fresh
        if i not in found and radii(slopes, tuple(sorted(closure)), [arb(1)] * len(closure)) is not None:
            found |= closure
    return tuple(sorted(found))


def radii(slopes: Slope, slots: tuple[int, ...], residues: list[arb]) -> list[arb] | None:
    """Return ρ > 0 with r + Mρ < ρ for residues r and bounds M of the slopes among ``slots``; None if none is found."""
    if not slots:
        return []
    bounds = [[abs(slopes[i][j]).upper() for j in slots] for i in slots]
    system = [[(1 if i == j else 0) - bound for j, bound in enumerate(row)] for i, row in enumerate(bounds)]
    solution = _solve(system, [2 * r for r in residues])
    if solution is None:
        return None
    rho = [value.upper() for value in solution]
    enough = all(
        radius > 0 and r + sum((m * other for m, other in zip(row, rho, strict=True)), arb(0)) < radius
        for radius, r, row in zip(rho, residues, bounds, strict=True)
    )
    return rho if enough else None


def _invariant(cycle: Cycle, state: Box) -> tuple[Box, Slope, Box]:
    """Return a box around ``state`` that a period maps into itself, the slopes over it, and a guess of the end."""
    image, slopes = cycle.with_slopes(state)
    ahead = _newton(state, image, slopes)
    margin = arb(2) ** (-ctx.prec // 8)  # in units of the box's radius
    room = arb(2) ** (ctx.prec // 2)  # in units of the rounding error of a period
    hulls = [s.union(p).union(q) for s, p, q in zip(state, image, ahead, strict=True)]
    box = tuple(_widen(hull, hull.rad() * margin + room * p.rad()) for hull, p in zip(hulls, image, strict=True))
    stays = [side.is_finite() for side in box]
    for attempt in range(ATTEMPTS if all(stays) else 0):
        image, slopes = cycle.with_slopes(box)
        stays = [side.contains(new) for side, new in zip(box, image, strict=True)]
        if not all(stays):
            stays = [a or b for a, b in zip(stays, _stays(cycle, box, slopes), strict=True)]
        if all(stays) and all(side.contains(s) for side, s in zip(box, state, strict=True)):
            return box, slopes, ahead
        if not all(new.is_finite() for new in image):
            break
        box = tuple(
            side if inside else _widen(side.union(new), side.rad() * margin * 4**attempt)
            for side, new, inside in zip(box, image, stays, strict=True)
        )
    leaving = [name for name, inside in zip(cycle.optimizer.state, stays, strict=True) if not inside]
    raise UnsettledError(", ".join(leaving))


def _pinned(cycle: Cycle, box: Box, slopes: Slope, slots: tuple[int, ...], point: Box) -> Box:
    """Return the box with the contracting slots pinned to what they come to, which ``point`` guesses."""
    for steps in range(NEWTON):
        image, local = cycle.with_slopes(tuple(point[i] if i in slots else side for i, side in enumerate(box)))
        residues = [max(abs(image[i] - point[i]).upper(), _tiny(box[i])) for i in slots]
        rounding = [4 * image[i].rad() + _tiny(box[i]) for i in slots]
        if steps + 1 == NEWTON or all(r <= least for r, least in zip(residues, rounding, strict=True)):
            break
        point = _newton(point, image, local, slots)
    rho = radii(slopes, slots, residues)
    if rho is None or not all(box[i].contains(point[i]) for i in slots):
        return box
    pinned = dict(zip(slots, rho, strict=True))
    return tuple(arb(point[i], pinned[i]) if i in pinned else side for i, side in enumerate(box))


def _newton(state: Box, image: Box, slopes: Slope, slots: tuple[int, ...] | None = None) -> Box:
    """Return a guess of the fixed point: a Newton step in the slots that contract, one period in the others."""
    slots = contracting(slopes) if slots is None else slots
    system = [[(1 if i == j else 0) - slopes[i][j].mid() for j in slots] for i in slots]
    steps = _solve(system, [(image[i] - state[i]).mid() for i in slots])
    moved = {} if steps is None else dict(zip(slots, steps, strict=True))
    return tuple((state[i] + moved[i] if i in moved else image[i]).mid() for i in range(len(state)))


def _stays(cycle: Cycle, box: Box, slopes: Slope) -> list[bool]:
    """Tell, for each slot, whether the mean value theorem shows that the image of the box lies in the box.

    A ball's radius has 30 bits whatever the precision, too few for a rule that contracts by less than that in a period;
    the ends of the image are computed with all bits.
    """
    center = tuple(side.mid() for side in box)
    _, start = cycle.follow(Ball, center, None)
    found = []
    for home, value, row in zip(box, start, slopes, strict=True):
        low, high = value.lower(), value.upper()
        for slope, side, middle in zip(row, box, center, strict=True):
            reach = (side.lower() - middle, side.upper() - middle)
            products = [s * away for s in (slope.lower(), slope.upper()) for away in reach]
            low, high = low + min(p.lower() for p in products), high + max(p.upper() for p in products)
        known = all(slope.is_finite() for slope in row)
        found.append(known and home.contains(low) and home.contains(high))
    return found


def _solve(system: list[list[arb]], right: list[arb]) -> list[arb] | None:
    """Return the solution of a linear system, None if it is not seen to be regular."""
    if not right:
        return []
    size = len(right)
    matrix = arb_mat(size, size, [entry for row in system for entry in row])
    found: list[arb] = matrix.solve(arb_mat(size, 1, right), nonstop=True).entries()
    return found if all(value.is_finite() for value in found) else None


def _widen(side: arb, by: arb) -> arb:
    return arb(side.mid(), side.rad() + by + _tiny(side))


def _tiny(side: arb) -> arb:
    """Return a length that is negligible beside the ball and the numbers it is made of, yet not zero."""
    return abs(side).upper() * arb(2) ** (-ctx.prec - 8) + arb(2) ** (-4 * ctx.prec)


def _meet(a: arb, b: arb) -> arb:
    return a.intersection(b) if b.is_finite() else a
