"""Rules put together at random, jumps and kinks included: what is enclosed is where their float orbits end up."""

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest

import convcheck as cc
from convcheck.drift import drift
from convcheck.optimizers.base import Optimizer, optimizer

# ruff: noqa: ARG001, ARG005  # a term sees g and both slots, whether it uses them or not

Term = Callable[[Any, Any, Any], Any]

STEPS = 4000
CLOSE = 1e-7
"""Relative distance of a float orbit from its limit after so many steps: the slowest average below is 0.99."""
ATOMS: list[Term] = [
    lambda g, m, v: g,
    lambda g, m, v: m,
    lambda g, m, v: v,
    lambda g, m, v: g * g,
    lambda g, m, v: 0.5,
    lambda g, m, v: 2,
]


def term(random: Random, depth: int) -> Term:
    """A random expression in the vocabulary of rules, defined everywhere."""
    if depth == 0 or random.random() < 0.15:
        return random.choice(ATOMS)
    a, b, c = (term(random, depth - 1) for _ in range(3))
    weight = random.choice([0.9, 0.5, 0.1, 0.99])
    forms: list[Term] = [
        lambda *s: a(*s) + b(*s),
        lambda *s: a(*s) - b(*s),
        lambda *s: a(*s) * b(*s),
        lambda *s: a(*s) / (1 + abs(b(*s))),
        lambda *s: np.maximum(a(*s), b(*s)),
        lambda *s: np.minimum(a(*s), b(*s)),
        lambda *s: abs(a(*s)),
        lambda *s: np.sign(a(*s) + 0 * s[0]),
        lambda *s: np.where(a(*s) > b(*s) + 0 * s[0], a(*s), c(*s)),
        lambda *s: np.sqrt(abs(a(*s)) + 0.1),
        lambda *s: np.clip(a(*s) + 0 * s[0], -1, 2),
        lambda *s: weight * a(*s) + (1 - weight) * b(*s),
    ]
    return random.choice(forms)


def update(random: Random, own: Term) -> Term:
    """A random recursion of the kinds that optimizers have, and of others."""
    free, bound = term(random, 2), random.choice([0.9, 0.5, 0.3])
    fed = random.choice(ATOMS[:1] + ATOMS[3:])
    forms: list[Term] = [
        lambda *s: bound * own(*s) + (1 - bound) * fed(*s),
        lambda *s: bound * own(*s) + (1 - bound) * np.clip(free(*s) + 0 * s[0], -2, 3),
        lambda *s: np.maximum(bound * own(*s), fed(*s)),
        lambda *s: np.maximum(own(*s), fed(*s)),
        lambda *s: own(*s) + bound * (s[0] - own(*s)),
        lambda *s: own(*s) - 0.1 * np.sign(own(*s) - fed(*s)) * s[0] * s[0],
        free,
    ]
    return random.choice(forms)


def random_rule(random: Random) -> Optimizer:
    first, second, move = update(random, ATOMS[1]), update(random, ATOMS[2]), term(random, 2)

    def rule(x: Any, g: Any, t: Any, m: Any = 0, v: Any = 0, *, lr: Any = 1.0) -> tuple[Any, Any, Any]:
        m = first(g, m, v)
        v = second(g, m, v)
        return x - lr * move(g, m, v), m, v

    return optimizer(source="made at random")(rule)


@pytest.mark.parametrize("block", range(6))
def test_float_orbits_end_up_in_the_enclosures(block: int) -> None:
    enclosed = 0
    for seed in range(20 * block, 20 * block + 20):
        random = Random(seed)  # noqa: S311  # not a secret
        rule = random_rule(random)
        signs = tuple(random.choice([-2, -1, -0.5, 0, 0.25, 1, 3, 5]) for _ in range(random.randint(1, 5)))
        found = drift(rule, cc.problem("linear_box", signs=signs))
        if not found.displacements:
            continue
        enclosed += 1
        state: tuple[Any, ...] = (np.float64(0), np.float64(0))
        with np.errstate(all="ignore"):
            for t in range(1, STEPS // len(signs) * len(signs) + 1):
                x, *rest = rule(np.float64(0), np.float64(signs[(t - 1) % len(signs)]), np.float64(t), *state, lr=1.0)
                state = tuple(map(np.float64, rest))
                low, high = found.displacements[(t - 1) % len(signs)]
                if t > STEPS - 50:
                    error = CLOSE * (1 + abs(x))
                    assert low - error <= x <= high + error, (seed, signs)
    assert enclosed > 5
