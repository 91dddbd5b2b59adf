r"""The rules of inference, each with the reason why it is sound.

Natural deduction with →, ∧ and ∀; a second-order instance; case distinction; equality; one rule for integers and
induction; sums; monotonicity of expectations.  Arithmetic is the one rule of `convcheck.kernel.arithmetic`.

assume(p)                 p ⊢ p
discharge(p, f)           H ⊢ q          gives  H \ {p} ⊢ p → q
mp(f, g)                  p → q and p    give   q
both(f, g)                p and q        give   p ∧ q
left(f), right(f)         p ∧ q          gives  p; q
gen(x, f)                 H ⊢ p          gives  H ⊢ ∀x p, if x is not free in H
spec(f, t)                ∀x p           gives  p[x := t]
instance(f, s, xs, t)     the function symbol s becomes λxs. t, everywhere
cases(f, g, a, b)         H, a ≤ b ⊢ p   and    H', b < a ⊢ p   give  p
antisym(f, g)             a ≤ b and b ≤ a  give  a = b
cong(f, x, t)             a = b          gives  t[x := a] = t[x := b]
integer(f)                a < b in Z     gives  a + 1 ≤ b
induction(f, g, n, m)     p(m)  and  m ≤ n, p(n) ⊢ p(n + 1)   give  ∀n. m ≤ n → p(n)
sum_empty(s, f)           hi < lo        gives  Σ[lo..hi] = 0
sum_last(s, f)            lo ≤ hi        gives  Σ[lo..hi] t = Σ[lo..hi-1] t + t(hi)
sum_mono(f, lo, hi)       ∀i. lo ≤ i → i ≤ hi → a(i) ≤ b(i)     gives  Σ a ≤ Σ b   (also for =)
expectation_mono(f, c)    ∀w. X ≤ Y      gives  E X ≤ E Y, or with c = (t, w') the same for E[· | F_t](w')
"""

from convcheck.kernel.axioms import BUILTIN
from convcheck.kernel.terms import (
    ONE,
    ZERO,
    Symbol,
    Term,
    abstract,
    instantiate,
    make,
    number,
    rebuild,
    require,
    shift,
    substitute,
)
from convcheck.kernel.theorem import Result, Theorem, hypotheses_of, rule


@rule
def assume(p: Term) -> Result:
    """What is assumed follows."""
    require(p.sort == "B", "only a proposition can be assumed")
    return {p}, p


@rule
def discharge(p: Term, f: Theorem) -> Result:
    """If q follows from H and p, then p → q follows from H."""
    return hypotheses_of(f) - {p}, make("imp", p, f.conclusion)


@rule
def mp(f: Theorem, g: Theorem) -> Result:
    """Modus ponens."""
    hypotheses = hypotheses_of(f, g)
    require(f.conclusion.op == "imp" and f.conclusion.args[0] is g.conclusion, "not the premise of the implication")
    return hypotheses, f.conclusion.args[1]


@rule
def both(f: Theorem, g: Theorem) -> Result:
    """Two truths are true together."""
    return hypotheses_of(f, g), make("and", f.conclusion, g.conclusion)


@rule
def left(f: Theorem) -> Result:
    """A conjunction contains its first part."""
    hypotheses = hypotheses_of(f)
    require(f.conclusion.op == "and", "not a conjunction")
    return hypotheses, f.conclusion.args[0]


@rule
def right(f: Theorem) -> Result:
    """A conjunction contains its second part."""
    hypotheses = hypotheses_of(f)
    require(f.conclusion.op == "and", "not a conjunction")
    return hypotheses, f.conclusion.args[1]


@rule
def gen(x: Term, f: Theorem) -> Result:
    """What follows from hypotheses that do not speak of x holds for all x."""
    hypotheses = hypotheses_of(f)
    require(x.op == "var" and all(x not in h.free for h in hypotheses), "the variable is free in a hypothesis")
    return hypotheses, make("all", x.sort, abstract(f.conclusion, x))


@rule
def spec(f: Theorem, t: Term) -> Result:
    """What holds for all values of a sort holds for a term of that sort (integers are reals)."""
    hypotheses = hypotheses_of(f)
    require(f.conclusion.op == "all", "not a universal statement")
    sort, body = f.conclusion.args
    require(t.sort == sort or (t.sort, sort) == ("Z", "R"), "an instance of another sort")
    return hypotheses, instantiate(body, t)


@rule
def instance(f: Theorem, symbol: Symbol, parameters: tuple[Term, ...], body: Term) -> Result:
    """A theorem holds for all interpretations of a symbol, hence for λ parameters. body, in hypotheses as well.

    The built-in functions have fixed interpretations and adapted symbols restricted ones, so they are excluded.
    """
    hypotheses = hypotheses_of(f)
    require(symbol.adapted is None and symbol not in BUILTIN, "not a free symbol")
    require(all(p.op == "var" for p in parameters) and len(set(parameters)) == len(parameters), "distinct variables")
    require(tuple(p.sort for p in parameters) == symbol.domain, "parameters of other sorts than the symbol's")
    require(body.sort == symbol.codomain or (body.sort, symbol.codomain) == ("Z", "R"), "a body of another sort")

    def leaf(u: Term, depth: int) -> Term | None:
        if symbol not in u.free:
            return u
        if u.op != "app" or u.args[0] is not symbol:
            return None
        arguments = [rebuild(arg, leaf, depth) for arg in u.args[1:]]
        return substitute(body, dict(zip(parameters, arguments, strict=True)))

    return {rebuild(h, leaf) for h in hypotheses}, rebuild(f.conclusion, leaf)


@rule
def cases(f: Theorem, g: Theorem, a: Term, b: Term) -> Result:
    """Reals are ordered linearly: a ≤ b or b < a."""
    hypotheses_of(f, g)
    require(f.conclusion is g.conclusion, "the cases conclude differently")
    return (f.hypotheses - {make("le", a, b)}) | (g.hypotheses - {make("lt", b, a)}), f.conclusion


@rule
def antisym(f: Theorem, g: Theorem) -> Result:
    """The order is antisymmetric."""
    hypotheses = hypotheses_of(f, g)
    require(f.conclusion.op == "le" and g.conclusion.op == "le", "two weak inequalities are wanted")
    require(f.conclusion.args == g.conclusion.args[::-1], "not converse inequalities")
    return hypotheses, make("eq", *f.conclusion.args)


@rule
def cong(f: Theorem, x: Term, t: Term) -> Result:
    """Equals may replace equals (Leibniz)."""
    hypotheses = hypotheses_of(f)
    require(f.conclusion.op == "eq", "not an equation")
    a, b = f.conclusion.args
    return hypotheses, make("eq", substitute(t, {x: a}), substitute(t, {x: b}))


@rule
def integer(f: Theorem) -> Result:
    """There is no integer strictly between a and a + 1."""
    hypotheses = hypotheses_of(f)
    require(f.conclusion.op == "lt" and all(t.sort == "Z" for t in f.conclusion.args), "not a < b between integers")
    a, b = f.conclusion.args
    return hypotheses, make("le", make("add", a, ONE), b)


@rule
def induction(base: Theorem, step: Theorem, n: Term, start: Term, p: Term) -> Result:
    """Induction from ``start``: the step may use start ≤ n and p; n is not free in start or other hypotheses."""
    hypotheses_of(base, step)
    require(n.op == "var" and n.sort == start.sort == "Z" and n not in start.free, "induct on an integer variable")
    require(base.conclusion is substitute(p, {n: start}), "the base is another statement")
    require(step.conclusion is substitute(p, {n: make("add", n, ONE)}), "the step concludes another statement")
    guard = make("le", start, n)
    hypotheses = base.hypotheses | (step.hypotheses - {guard, p})
    require(all(n not in h.free for h in hypotheses), "the induction variable is free in a hypothesis")
    return hypotheses, make("all", "Z", abstract(make("imp", guard, p), n))


@rule
def sum_empty(s: Term, f: Theorem) -> Result:
    """A sum whose upper limit is below its lower one is 0, by definition."""
    hypotheses = hypotheses_of(f)
    require(s.op == "sum" and s.sort != "V" and f.conclusion is make("lt", s.args[1], s.args[0]), "not an empty sum")
    return hypotheses, make("eq", s, ZERO)


@rule
def sum_last(s: Term, f: Theorem) -> Result:
    """A sum that is not empty is the sum without its last term, plus that term, by definition."""
    hypotheses = hypotheses_of(f)
    require(s.op == "sum" and f.conclusion is make("le", s.args[0], s.args[1]), "the sum may be empty")
    low, high, body = s.args
    shorter = make("sum", low, make("add", high, number(-1)), body)
    return hypotheses, make("eq", s, make("add", shorter, instantiate(body, high)))


@rule
def sum_mono(f: Theorem, low: Term, high: Term) -> Result:
    """Termwise (in)equalities add up; the terms need to be compared within the limits only."""
    hypotheses = hypotheses_of(f)
    require(f.conclusion.op == "all" and f.conclusion.args[0] == "Z", "not a statement for all integers")
    index, relation = make("bvar", 0, "Z"), f.conclusion.args[1]
    for guard in (make("le", shift(low, 1), index), make("le", index, shift(high, 1))):
        if relation.op == "imp" and relation.args[0] is guard:
            relation = relation.args[1]
    require(relation.op in ("le", "eq"), "the terms are not compared within the limits")
    return hypotheses, make(relation.op, *(make("sum", low, high, side) for side in relation.args))


@rule
def expectation_mono(f: Theorem, condition: tuple[Term, Term] | None) -> Result:
    """Averages with non-negative weights preserve ≤ and =; E[· | F_t] at w' is such an average over the cell of w'."""
    hypotheses = hypotheses_of(f)
    require(f.conclusion.op == "all" and f.conclusion.args[0] == "W", "not a statement for all outcomes")
    relation = f.conclusion.args[1]
    require(relation.op in ("le", "eq"), "not a relation")
    if condition is None:
        return hypotheses, make(relation.op, *(make("E", side) for side in relation.args))
    time, outcome = condition
    return hypotheses, make(relation.op, *(make("CE", time, side, outcome) for side in relation.args))
