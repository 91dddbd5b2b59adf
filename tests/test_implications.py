"""Every row of the table of implications is true, and none of its constants can be improved.

A world is a loss, a set and an oracle so small that statements can be tested by their definitions, at finitely many
points that include the extreme ones.  A row must hold in every world that meets its premises, and must fail in some
with a better constant.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import inf
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from convcheck.assumptions import (
    IMPLICATIONS,
    NORMS,
    AffineVariance,
    Assumption,
    BoundedCoordinateVariance,
    BoundedDomain,
    BoundedGradients,
    BoundedNoise,
    BoundedSecondMoment,
    BoundedVariance,
    Box,
    Convex,
    CriticalPoint,
    Dimension,
    ExactGradients,
    FixedObjective,
    Implication,
    Linear,
    Lipschitz,
    PolyakLojasiewicz,
    Smooth,
    StronglyConvex,
    UnbiasedGradients,
    Unconstrained,
    WeaklyConvex,
    _answer,
)

Array = NDArray[np.float64]
ROUNDING = 1e-9  # granted to inequalities between floats of size one
SHARP = 0.95  # constants that are better by this factor must fail somewhere


# --------------------------------------------------------------------------------------------------------- Worlds


@dataclass(frozen=True)
class World:
    """A loss with its gradients at points of a set, its least value, the oracle's errors and their probabilities."""

    points: Array  # (n, d)
    losses: Array  # (n,)
    gradients: Array  # (n, d)
    least: float
    errors: Array  # (m, d)
    chances: Array  # (m,)
    inside: Callable[[Array], bool]
    promises: tuple[Assumption, ...]

    def holds(self, claim: Assumption) -> bool:  # noqa: C901, PLR0911, PLR0912  # one case for each statement
        """Test a statement by its definition."""
        c = {name: float(value) for name, value in claim.constants.items()}
        p = getattr(claim, "norm", 2)
        q = {1: inf, 2: 2, inf: 1}[p]
        step = self.points[:, None] - self.points  # [u, x]
        rise = self.losses[:, None] - self.losses
        linear = np.einsum("uxi,xi->ux", step, self.gradients)
        square = norm(step, p) ** 2
        answers = self.gradients[:, None] + self.errors
        noise = self.chances @ norm(self.errors, 2) ** 2
        match claim:
            case Convex():
                return below(linear, rise)
            case StronglyConvex():
                return below(linear + c["mu"] / 2 * square, rise)
            case WeaklyConvex():
                return below(linear - c["rho"] / 2 * square, rise)
            case Smooth():
                return below(norm(self.gradients[:, None] - self.gradients, q), c["L"] * norm(step, p))
            case Lipschitz():
                return below(np.abs(rise), c["G"] * norm(step, p))
            case PolyakLojasiewicz():
                return below(2 * c["mu"] * (self.losses - self.least), norm(self.gradients, 2) ** 2)
            case BoundedDomain():
                return below(norm(step, p), c["D"])
            case Box():
                mixed = (np.where(mask, x, u) for x in self.points for u in self.points for mask in masks(x.size))
                return all(map(self.inside, itertools.islice(mixed, 500)))
            case BoundedGradients():
                return below(norm(answers, p), c["G"])
            case UnbiasedGradients():
                return below(np.abs(self.chances @ self.errors), 0)
            case BoundedNoise():
                return below(norm(self.errors, p), c["S"])
            case BoundedVariance():
                return below(noise, c["sigma"] ** 2)
            case AffineVariance():
                return below(noise, c["a"] * norm(self.gradients, 2) ** 2 + c["b"])
            case BoundedCoordinateVariance():
                return below(self.chances @ self.errors**2, c["sigma"] ** 2)
            case BoundedSecondMoment():
                return below(norm(answers, 2) ** 2 @ self.chances, c["G"] ** 2)
        raise TypeError(claim)


def norm(v: Array, p: float) -> Array:
    return np.asarray(np.linalg.norm(v, p, axis=-1))


def below(small: Any, large: Any) -> bool:
    return bool(np.all(small <= large + ROUNDING))


def masks(d: int) -> Array:
    return np.array(list(itertools.product([False, True], repeat=d)))


def size(number: float) -> Fraction:
    return Fraction(float(number)) * (1 + Fraction(1, 10**11))


def rate(number: float) -> Fraction:
    return Fraction(float(number)) * (1 - Fraction(1, 10**11))


def noises(d: int) -> list[tuple[Array, Array]]:
    ones, first = np.ones(d), np.eye(d)[0]
    return [
        (np.zeros((1, d)), np.array([1.0])),
        (np.array([ones, -ones]), np.array([0.5, 0.5])),
        (np.array([3 * first, -first]), np.array([0.25, 0.75])),
        (np.array([first, -ones]), np.array([0.5, 0.5])),  # biased
        (-ones[None], np.array([1.0])),  # biased so that it hides a gradient of ones
    ]


def curvature(A: Array) -> list[Assumption]:
    """What is true of x·Ax/2 + b·x everywhere, with the best constants."""
    signs = np.array(list(itertools.product([-1.0, 1.0], repeat=len(A))))
    eigenvalues = np.linalg.eigvalsh(A)
    gentle, steep = eigenvalues[0], np.abs(eigenvalues).max()
    facts = [WeaklyConvex(size(max(0, -gentle))), Smooth(size(np.abs(A).max()), 1), Smooth(size(steep), 2)]
    facts += [Smooth(size(norm(signs @ A, 1).max()), inf)]
    facts += [Convex()] if gentle > -ROUNDING / 10 else []
    facts += [Linear()] if not A.any() else []
    if gentle > ROUNDING:
        inverse = np.linalg.inv(A)
        facts += [StronglyConvex(rate(gentle), 2), StronglyConvex(rate(1 / np.diag(inverse).max()), inf)]
        facts += [StronglyConvex(rate(1 / np.einsum("si,ij,sj->s", signs, inverse, signs).max()), 1)]
    return facts


def oracle(errors: Array, chances: Array) -> list[Assumption]:
    """What is true of the oracle's errors, with the best constants."""
    squares = chances @ errors**2
    facts: list[Assumption] = [BoundedNoise(size(norm(errors, p).max()), p) for p in NORMS]
    facts += [BoundedVariance(size(np.sqrt(squares.sum()))), BoundedCoordinateVariance(size(np.sqrt(squares.max())))]
    facts += [UnbiasedGradients()] if not (chances @ errors).any() else []
    return facts + ([ExactGradients()] if not errors.any() else [])


def ranges(corners: Array, slopes: Array, errors: Array, chances: Array) -> list[Assumption]:
    """What is true of the gradients on a box, as they are largest in some corner, with the best constants."""
    answers = slopes[:, None] + errors
    facts: list[Assumption] = [BoundedDomain(size(norm(np.ptp(corners, axis=0), p).item()), p) for p in NORMS]
    facts += [BoundedGradients(size(norm(answers, p).max()), p) for p in NORMS]
    facts += [Lipschitz(size(norm(slopes, q).max()), p) for p, q in zip(NORMS, reversed(NORMS), strict=True)]
    return [*facts, BoundedSecondMoment(size(np.sqrt((norm(answers, 2) ** 2 @ chances).max())))]


def minimizer(A: Array, b: Array, low: Array, high: Array) -> Array:
    """Minimize a strongly convex quadratic function over a box, one coordinate after the other."""
    x = (low + high) / 2
    for _, i in itertools.product(range(300), range(len(b))):
        x[i] = np.clip(x[i] - (A[i] @ x + b[i]) / A[i, i], low[i], high[i])
    return x


def quadratic(A: Array, b: Array, box: tuple[Array, Array], noise: tuple[Array, Array], *, free: bool = False) -> World:
    """The loss x·Ax/2 + b·x on a box; if `free`, on all of space, of which only points in that box are looked at."""
    (low, high), (errors, chances), d = box, noise, len(b)
    corners = np.array([np.where(mask, high, low) for mask in masks(d)])
    points = [
        *corners,
        *(x + s * (y - x) for x, y in zip(corners, corners[::-1], strict=True) for s in (0.01, 0.3, 0.5)),
    ]
    facts = [Box(), FixedObjective(), Dimension(d), *curvature(A), *oracle(errors, chances)]
    facts += [Unconstrained()] if free else ranges(corners, corners @ A + b, errors, chances)
    least = np.linalg.lstsq(A, -b)[0].astype(np.float64)
    if np.allclose(A @ least + b, 0) and (free or np.all((low <= least) & (least <= high))):
        facts.append(CriticalPoint())
        points.append(least)
    elif any(isinstance(fact, StronglyConvex) for fact in facts):
        least = minimizer(A, b, low, high)
    x = np.array([*points, least if CriticalPoint() in facts else low])

    def loss(y: Array) -> Array:
        return np.asarray(np.einsum("...i,ij,...j->...", y, A, y) / 2 + y @ b)

    def inside(y: Array) -> bool:
        return free or bool(np.all((low <= y) & (y <= high)))

    return World(x, loss(x), x @ A + b, float(loss(least)), errors, chances, inside, tuple(facts))


def scalar(f: Callable[[Array], Array], slope: Callable[[Array], Array], x: Array, *promises: Assumption) -> World:
    """A loss on an interval, of which the ends are given among the points, with the exact oracle."""
    points = x[:, None]
    fixed = (Box(), ExactGradients(), FixedObjective(), Dimension(1), *promises)
    domain = tuple(BoundedDomain(size(np.ptp(x)), p) for p in NORMS)
    return World(
        points,
        f(x),
        slope(x)[:, None],
        float(f(x).min()),
        np.zeros((1, 1)),
        np.array([1.0]),
        lambda y: bool(x.min() <= y[0] <= x.max()),
        fixed + domain,
    )


def worlds() -> Iterator[World]:
    random = np.random.default_rng(2018)
    for d in (1, 2, 3):
        eye, ones, first = np.eye(d), np.ones((d, d)), np.diag(np.eye(d)[0])
        curvatures = [
            0 * eye,
            eye,
            -eye,
            ones,
            first,
            np.linalg.inv(ones + eye / 100),
            np.linalg.inv(first + eye / 100),
        ]
        slopes = [np.zeros(d), np.ones(d), eye[0]]
        cube, segment = (np.zeros(d), np.ones(d)), (np.zeros(d), eye[0])
        for A, b, box, noise in itertools.product(curvatures, slopes, (cube, segment), noises(d)):
            yield quadratic(A, b, box, noise)
        for _ in range(10):
            half, low = random.normal(size=(2, d, d)), random.normal(size=d)
            A, b, noise = half[0] @ half[0].T - random.integers(2) * eye, half[1, 0], noises(d)[random.integers(5)]
            yield quadratic(A, b, (low, low + random.random(d)), noise)
            yield quadratic(A, b, (-2 * np.ones(d), 2 * np.ones(d)), noise, free=True)
    x = np.array([-1, -0.99, -0.5, 0, 0.3, 0.7, 1])  # at the kink, 0.7 is the subgradient chosen
    mu = [StronglyConvex(1, p) for p in NORMS]
    bounds = [BoundedGradients(2, p) for p in NORMS] + [Lipschitz(2, p) for p in NORMS]
    yield scalar(
        lambda x: np.abs(x) + x * x / 2, lambda x: np.where(x == 0, 0.7, np.sign(x) + x), x, Convex(), *mu, *bounds
    )
    x = np.linspace(0, 2 * np.pi, 41)
    smooth = [Smooth(1, p) for p in NORMS] + [BoundedGradients(1, p) for p in NORMS]
    yield scalar(lambda x: 1 - np.cos(x), np.sin, x, CriticalPoint(), WeaklyConvex(1), *smooth)
    ball = np.array([[np.cos(s), np.sin(s)] for s in np.linspace(0, 2 * np.pi, 25)])
    one = np.array([1.0])
    disc = (Dimension(2), ExactGradients(), BoundedDomain(2, 2))
    yield World(
        ball, ball[:, 0], 0 * ball + one, -1.0, np.zeros((1, 2)), one, lambda y: bool(norm(y, 2) <= 1 + ROUNDING), disc
    )


WORLDS = tuple(worlds())


def outcomes(row: Implication) -> Iterator[tuple[World, Assumption]]:
    """What a row concludes from the promises of each world that meets its premises."""
    for world in WORLDS:
        choices = ([met for fact in world.promises if (met := _answer(h, fact))] for h in row.premises)
        for chosen in itertools.product(*choices):
            yield world, row.conclude(*(number for met in chosen for number in met.values()))


def better(claim: Assumption) -> Iterator[Assumption]:
    """The same statement with one constant improved, where zero does not forbid it."""
    for name, value in claim.constants.items():
        if value:
            stronger = value / Fraction(SHARP) if name == "mu" else value * Fraction(SHARP)
            yield replace(claim, **{name: stronger})


def name(row: Implication) -> str:
    return "-".join([str(IMPLICATIONS.index(row)), *map(str, row.premises)])


@pytest.mark.parametrize("row", IMPLICATIONS, ids=name)
def test_a_row_is_true_and_sharp(row: Implication) -> None:
    found = list(outcomes(row))
    assert found
    assert [claim for world, claim in found if not world.holds(claim)] == []
    improved = [(world, claim) for world, fact in found for claim in better(fact)]
    if improved:
        false_in = {world.points.shape[1] for world, claim in improved if not world.holds(claim)}
        assert false_in >= {2, 3}  # in one dimension all norms are equal
    else:  # no constant to improve: the conclusion is at least not true of everything
        assert not all(world.holds(found[0][1]) for world in WORLDS)


@pytest.mark.parametrize(
    "row",
    [
        Implication((BoundedGradients("G", norm=inf),), lambda G: BoundedGradients(G, norm=2), "forgets √d"),
        Implication(
            (BoundedDomain("D", norm=2), Dimension("d")), lambda D, d: BoundedDomain(D * d / 2, norm=1), "√d < d"
        ),
        Implication((Smooth("L", norm=2),), lambda L: Smooth(L, norm=inf), "forgets d"),
        Implication((Smooth("L", norm=2),), lambda L: WeaklyConvex(L / 2), "forgets a factor"),
        Implication((StronglyConvex("mu", norm=2),), lambda mu: StronglyConvex(mu, norm=1), "the wrong direction"),
        Implication((StronglyConvex("mu", norm=2),), lambda mu: PolyakLojasiewicz(2 * mu), "the other convention"),
        Implication((StronglyConvex("mu", norm=inf),), PolyakLojasiewicz, "the wrong norm"),
        Implication((Smooth("L"), BoundedDomain("D")), lambda L, D: Lipschitz(L * D), "needs a critical point"),
        Implication((Smooth("L"), BoundedDomain("D"), CriticalPoint()), lambda L, D: BoundedGradients(L * D), "noise"),
        Implication((BoundedGradients("G"), WeaklyConvex("rho")), lambda G, _: Lipschitz(G), "bias may cancel"),
        Implication(
            (BoundedGradients("G", norm=inf), UnbiasedGradients(), Convex()), lambda G: Lipschitz(G, norm=inf), "dual"
        ),
        Implication((BoundedSecondMoment("G"),), BoundedVariance, "bias adds to it"),
        Implication((BoundedNoise("S"),), lambda _: UnbiasedGradients(), "nothing to do with it"),
        Implication((WeaklyConvex("rho"),), lambda _: Convex(), "the wrong direction"),
        Implication((Dimension("d"),), lambda _: Box(), "a disc"),
        Implication((BoundedVariance("sigma"),), lambda sigma: AffineVariance(0, sigma), "forgets a square"),
        Implication(
            (BoundedVariance("sigma"), Dimension("d")), lambda sigma, d: BoundedCoordinateVariance(sigma / d), "…"
        ),
    ],
    ids=lambda row: f"{row.premises[0]}: {row.why}",
)
def test_a_wrong_row_fails(row: Implication) -> None:
    found = list(outcomes(row))
    assert found
    assert not all(world.holds(claim) for world, claim in found)


def test_worlds_keep_their_promises() -> None:
    tested = (Linear, FixedObjective, CriticalPoint, Dimension, Unconstrained, ExactGradients)
    for world in WORLDS:
        for promise in world.promises:
            assert isinstance(promise, tested) or world.holds(promise), promise
