"""The value of a formula of the kernel for numbers and for the sequences of a run, in doubles.

What is evaluated is the term of the theorem itself: sums run over the rounds and coordinates that are given.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convcheck.claims.fields import Doubles
from convcheck.claims.interpret import Evaluator, Meaning
from convcheck.claims.ranges import Samples
from convcheck.kernel.terms import Symbol, Term
from convcheck.language.terms import COORDINATE

Floats = NDArray[np.float64]

LIMIT = 50_000_000
"""Points, sums included, beyond which a formula is not evaluated."""


def evaluated(term: Term, constants: Mapping[Term, Floats], sequences: Mapping[Symbol, Floats]) -> Floats:
    """Return the value of a number.

    Parameters
    ----------
    term
        A number without expectations.
    constants
        Numbers for its variables, or arrays of one shape, which is the value's then.
    sequences
        The entries at 1, 2, … of its sequences of numbers, shape (T,), and of vectors, shape (T, d).

    Returns
    -------
    numpy.ndarray
        NaN where the term speaks of an entry that is not given.

    Raises
    ------
    AuditError
        The term takes more than `LIMIT` points.
    """
    shape = np.broadcast_shapes(*(c.shape for c in constants.values()))
    depth = 1 if shape else 0
    known = {v: _lifted(v, np.broadcast_to(c, shape).ravel() if c.shape else c) for v, c in constants.items()}
    symbols: dict[Symbol, Meaning] = {COORDINATE: _coordinate}
    symbols |= {s: partial(_entry, entries) for s, entries in sequences.items()}
    nothing = Samples(0, np.empty(0), (np.empty(0),), 0, LIMIT)
    evaluator = Evaluator(Doubles(), symbols, known, nothing, 1)
    with np.errstate(all="ignore"):  # what is not a number is for the caller to refuse
        found = np.asarray(evaluator.number(term, (), depth), dtype=np.float64)
    return np.broadcast_to(found, (int(np.prod(shape)),)).reshape(shape) if depth else found.reshape(())


def _lifted(variable: Term, numbers: Floats) -> Any:
    return numbers.astype(np.int64) if variable.sort == "Z" else numbers


def _entry(entries: Floats, t: NDArray[np.int64]) -> Any:
    """Return entry t of a sequence that begins at 1: a number, or a vector as the tuple of its coordinates."""
    inside = (t >= 1) & (t <= len(entries))
    place = np.clip(t - 1, 0, len(entries) - 1)
    columns = tuple(np.where(inside, column[place], np.nan) for column in np.atleast_2d(entries.T))
    return columns if entries.ndim == 2 else columns[0]


def _coordinate(vector: tuple[Floats, ...], i: NDArray[np.int64]) -> Floats:
    """Return coordinate i of a vector, counted from 1."""
    return np.select([i == k for k in range(1, len(vector) + 1)], [*vector], np.nan)
