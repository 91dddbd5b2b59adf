"""Half of every proved bound: put in the place of the bound in a proof file, and held against runs."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

from convcheck.claims import discovery
from convcheck.claims.claim import Kind
from convcheck.claims.discovery import ClaimFile
from convcheck.claims.instance import Instance
from convcheck.claims.published import PublishedClaim
from convcheck.evidence.matrix import Cell, matrix
from convcheck.language.scope import current

PROOFS = Path(__file__).parents[2] / "proofs"
STEP_SIZES = [Fraction(2) ** k for k in range(-6, 5)]
MEMORIES = (Fraction(1, 2), Fraction(1, 100), Fraction(99, 100))
SMALL = {"D": 2, "G": 1, "low": -1, "high": 1, "d": 1, "u": (-1,), "β1": 0, "ε": 0, "λ": Fraction(1, 100)}
"""Constants on the interval [-1, 1], with slope 1 and without momentum."""


def proved(root: Path = PROOFS.parent) -> list[str]:
    """Return the claims that are proved and bound something."""
    return [name for name in discovery.entries(root) if bounds_something(discovery.load(name, root))]


def bounds_something(file: ClaimFile) -> bool:
    """Tell whether a claim is a theorem that ends in an inequality."""
    return (
        file.claim.verdict == "proved"
        and file.claim.kind is not Kind.LEMMA
        and any(inequalities(ast.parse(file.path.read_text("utf-8"))))
    )


# ---- in the file


def inequalities(tree: ast.Module) -> Iterator[ast.Compare]:
    """Yield the inequalities that the statement of a proof file joins."""
    named = {
        t.id: n.value for n in tree.body if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Name)
    }

    def conclusions(node: ast.expr) -> Iterator[ast.Compare]:
        if isinstance(node, ast.Name) and node.id in named:
            yield from conclusions(named[node.id])
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("forall", "implies"):
            yield from conclusions(node.args[-1])
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd):
            yield from (found for part in (node.left, node.right) for found in conclusions(part))
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.LtE):
            yield node

    yield from conclusions(named["statement"])


class Halved(ast.NodeTransformer):
    """Puts half or twice of some expressions in their place, wherever they are written: in statement and proof."""

    def __init__(self, wanted: set[str], change: ast.operator) -> None:
        self.wanted, self.change = wanted, change

    def visit(self, node: ast.AST) -> Any:
        """Replace an expression that is one of them; look into any other."""
        if isinstance(node, ast.expr) and ast.dump(node) in self.wanted:
            return ast.BinOp(node, self.change, ast.Constant(2))
        return self.generic_visit(node)


def halved(file: ClaimFile) -> str:
    """Return a proof file with half of its bounds; with twice those that are bounds from below."""
    tree = ast.parse(file.path.read_text("utf-8"))
    below = any(bound.below for bound in PublishedClaim(file).bounds)
    wanted = {ast.dump(found.left if below else found.comparators[0]) for found in inequalities(tree)}
    changed = Halved(wanted, ast.Mult() if below else ast.Div()).visit(tree)
    return ast.unparse(ast.fix_missing_locations(changed))


# ---- on runs


class Said:
    """What a claim says, whether it is proved or not."""

    def __init__(self, file: ClaimFile) -> None:
        self.conclusion = file.statement.term
        self.hypotheses = file.within(lambda: frozenset(current().given))


def tightest(file: ClaimFile) -> Cell | None:
    """Return the run on which the bound is tightest: one of the suite, or a small game if none there is below twice."""
    said: Any = Said(file)
    cells = matrix(file, said).cells
    for T in (1, 2, 6):
        if file.claim.kind is Kind.REGRET and all(cell.ratio_min >= 2 for cell in cells):
            cells += matrix(file, said, small_games(file, T)).cells
    return min(cells, key=lambda cell: cell.ratio_min, default=None)


def alone(file: ClaimFile, instance: Instance) -> tuple[Cell, ...]:
    """Return what one run shows of a claim."""
    said: Any = Said(file)
    return matrix(file, said, [instance]).cells


def small_games(file: ClaimFile, T: int) -> Iterator[Instance]:
    """Yield T rounds of one constant slope on [-1, 1], without momentum, with step sizes that are powers of 2."""
    for own, step, memory in product(file.claim.audit[:1], STEP_SIZES, MEMORIES):
        posed = replace(own, problem="linear_box", T=T, parameters={"signs": (1.0,)}, x0=(1.0,), certified=1)
        constants = {name: _small(name, value, step, memory) for name, value in own.constants.items()}
        yield replace(posed, constants=constants)


def _small(name: str, value: Any, step: Fraction, memory: Fraction) -> Any:
    """Return a constant of a small game in place of the audit's."""
    if name == "β":
        return lambda t: 0 * t
    if name == "α":
        return value.with_parameters(alpha=float(step)) if callable(value) else step
    if name == "ζ":
        return step
    if callable(value):
        return value
    if name == "β2":
        return memory
    return -1 if name == "u" and not isinstance(value, tuple) else SMALL.get(name, value)
