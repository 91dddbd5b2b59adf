"""The bounds of a claim, read off its statement: ∀… T …. premises ⇒ left ≤ right, so that what is plotted is proved.

A bound's conditions are the premises and the hypotheses that speak of its constants only, 1 ≤ T and 0 < α for instance.
"""

from collections.abc import Iterator

import sympy as sp
from sympy.core.function import AppliedUndef

from convcheck.claims.discovery import ClaimFile
from convcheck.claims.formula import Bound
from convcheck.errors import AlgebraError, BoundError
from convcheck.kernel.axioms import BUILTIN
from convcheck.kernel.terms import Symbol, Term, instantiate, make
from convcheck.language.algebra import plain_symbol, to_sympy
from convcheck.language.hints import hint
from convcheck.language.names import free_name, names_of
from convcheck.language.printing import text
from convcheck.language.scope import current
from convcheck.language.terms import COORDINATE, Expression


def bounds(file: ClaimFile) -> tuple[Bound, ...]:
    """Return the bounds of a claim: one for each relation ≤ that its statement joins with ∧."""
    return file.within(lambda: tuple(_read(file)))


def bound(file: ClaimFile) -> Bound:
    """Return the one bound of a claim.

    Raises
    ------
    BoundError
        Its statement is no inequality with a formula on one side, or it has several bounds.
    """
    found = bounds(file)
    if not found:
        raise BoundError(f"{file.id} does not bound anything by a formula: {file.text}")
    if len(found) > 1:
        shown = "; ".join(map(repr, found))
        raise BoundError(f"{file.id} has {len(found)} bounds, take one of claim.bounds: {shown}")
    return found[0]


def _read(file: ClaimFile) -> Iterator[Bound]:
    if not isinstance(file.statement, Expression):
        return
    hypotheses = [fact.conclusion for fact in current().context.facts]
    for premises, relation in _conclusions(file.statement.term, []):
        if relation.op not in ("le", "lt"):
            continue
        left, right = relation.args
        # The formula is on the right, or on the left; if neither is one, what is played may occur on the right.
        for one, other, played in ((left, right, False), (right, left, False), (left, right, True)):
            try:
                yield _made(file, one, other, [*hypotheses, *premises], below=one is right, played=played)
            except AlgebraError:
                continue
            break


def _conclusions(p: Term, premises: list[Term]) -> Iterator[tuple[list[Term], Term]]:
    """Yield the relations that a statement joins, each with what is assumed; bound variables become free ones."""
    if p.op == "and":
        for part in p.args:
            yield from _conclusions(part, premises)
    elif p.op == "imp":
        yield from _conclusions(p.args[1], [*premises, p.args[0]])
    elif p.op == "all":
        taken = names_of(p, *premises)
        variable = make("var", free_name(hint(p) or "n", (), taken).replace("'", "1"), p.args[0])
        yield from _conclusions(instantiate(p.args[1], variable), premises)
    else:
        yield premises, p


def _made(file: ClaimFile, left: Term, right: Term, assumed: list[Term], *, below: bool, played: bool) -> Bound:
    relations = [p for p in assumed if p.op in ("le", "lt", "eq") and not _opaque(p)]
    variables = {v for v in right.free if isinstance(v, Term)}
    scalars = [p for p in relations if p.free - BUILTIN <= variables]
    positive = {p.args[1] for p in scalars if p.op == "lt" and _is_number(p.args[0], 0)}
    positive |= {p.args[1] for p in scalars if p.op == "le" and _is_number(p.args[0], 1)}
    symbols = {v: _symbol(v, positive=v in positive) for v in sorted(variables, key=lambda v: v.key)}
    horizons = {v for v in variables if v.sort == "Z"}
    stand_ins: dict[str, sp.Symbol] = {}

    def other(term: Term) -> sp.Expr | None:
        inside = {v for v in term.free if isinstance(v, Term) and v.sort != "W"}
        if not _opaque(term, deep=False) or term.sort == "V" or not inside <= variables - horizons:
            return None
        name = text(term)
        return stand_ins.setdefault(name, sp.Symbol(name, real=True))

    expression = to_sympy(right, evaluate=True, symbols=symbols, other=other)
    if not played and expression.has(AppliedUndef):
        raise AlgebraError(f"{text(right)} depends on what is played")
    used = {s.name: s for s in [*symbols.values(), *stand_ins.values()] if s in expression.free_symbols}
    conditions = {p: to_sympy(p, symbols=symbols) for p in scalars}
    kept = {p: c for p, c in conditions.items() if c.free_symbols <= set(used.values())}
    constants = [p for p in relations if all(isinstance(thing, Term) or thing in BUILTIN for thing in p.free)]
    elsewhere = tuple(text(p) for p in constants if p not in kept)
    counted = [v for v in horizons if v.args[0] in used]
    counted = [v for v in counted if v not in file.statement.term.free] or counted
    functions = {name: thing for name, thing in names_of(right).items() if isinstance(thing, Symbol)}
    functions.pop(COORDINATE.name, None)
    return Bound(
        file.id,
        file.claim.kind,
        file.optimizers,
        expression,
        text(left),
        str(counted[0].args[0]) if len(counted) == 1 else "",
        used,
        tuple(kept.values()),
        below,
        elsewhere,
        {name: s for name, s in sorted(functions.items()) if expression.has(AppliedUndef)},
        right,
        {str(v.args[0]): v for v in variables},
    )


def _symbol(variable: Term, *, positive: bool) -> sp.Symbol:
    name = str(variable.args[0])
    if not positive:
        return plain_symbol(name, variable.sort)
    return sp.Symbol(name, positive=True, integer=True) if variable.sort == "Z" else sp.Symbol(name, positive=True)


def _is_number(term: Term, least: int) -> bool:
    return term.op == "q" and bool(term.args[0] >= least)


def _opaque(term: Term, *, deep: bool = True) -> bool:
    """Tell whether a term is a number made of vectors or random quantities, or has one inside."""
    own = term.op in ("inner", "E", "CE") or term.sort in ("V", "W")
    if term.op == "app":
        own |= any(a.sort in ("V", "W") for a in term.args[1:])
    return own or (deep and any(_opaque(a) for a in term.args if isinstance(a, Term)))
