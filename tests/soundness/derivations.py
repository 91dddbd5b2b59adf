"""Random inferences: arguments under which each rule applies, and ways to spoil them."""

# ruff: noqa: D102  # for_rule returns arguments for the rule

from fractions import Fraction
from random import Random
from typing import Any

from convcheck.kernel import AXIOMS, RULES, Symbol, Term, Theorem, make
from tests.soundness.random_terms import Terms
from tests.soundness.support import (
    REFUSED,
    R,
    V,
    W,
    X,
    Z,
    add,
    app,
    eq,
    every,
    f,
    f2,
    gv,
    h,
    i0,
    imp,
    k,
    le,
    lt,
    mul,
    q,
    total,
    xs,
)

VARIABLES = (Z("n"), Z("m"), R("x"), R("y"), R("z"), V("u"), V("v"), W("a"))
SYMBOLS = (f, h, k, f2, gv, xs, X)


class Source:
    """A growing pool of theorems, and proposals for the next inference."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311  # reproducible, not secret
        self.terms = Terms(seed)
        self.pool: list[Theorem] = [RULES["assume"](self.relation()) for _ in range(3)]

    def pick(self, values: Any) -> Any:
        """Return one of some values."""
        return self.random.choice(list(values))

    def term(self, sort: str) -> Term:
        """Return a small closed term."""
        return self.terms.term(sort, self.random.randint(0, 2))

    def relation(self, sort: str = "R") -> Term:
        """Return a relation between small terms."""
        if self.random.random() < 0.15:
            return eq(self.term("V"), self.term("V"))
        return make(self.pick(("le", "lt", "eq", "le")), self.term(sort), self.term(sort))

    def proposition(self) -> Term:
        """Return a proposition, sometimes one with connectives."""
        kind, p = self.random.random(), self.relation()
        if kind < 0.15:
            return make(self.pick(("imp", "and")), p, self.relation())
        if kind < 0.35:
            variable = self.pick(VARIABLES)
            return self.closed_over(variable, p)
        return p

    def closed_over(self, variable: Term, p: Term) -> Term:
        """Return ∀ variable. p."""
        conclusion: Term = RULES["gen"](variable, RULES["discharge"](p, RULES["assume"](p))).conclusion
        return every(conclusion.args[0], conclusion.args[1].args[1])

    def assumed(self, p: Term) -> Theorem:
        """Return a theorem of the pool that says p, or p ⊢ p."""
        return self.pick([t for t in self.pool if t.conclusion is p] or [RULES["assume"](p)])  # type: ignore[no-any-return]

    def having(self, op: str) -> Theorem:
        """Return a theorem of the pool whose conclusion has a certain form, or make one by assumption."""
        found = [t for t in self.pool if t.conclusion.op == op]
        if found and self.random.random() < 0.8:
            return self.pick(found)  # type: ignore[no-any-return]
        while True:
            p = self.proposition()
            if op in ("imp", "and"):
                p = make(op, p, self.proposition())
            if p.op == op:
                return RULES["assume"](p)

    def propose(self) -> tuple[str, list[Any]]:
        """Return a rule and arguments, most of which fit."""
        rule = self.pick(RULES)
        arguments = getattr(self, f"for_{rule}")()
        if self.random.random() < 0.4:
            position = self.random.randrange(len(arguments))
            arguments[position] = self.spoil(arguments[position])
        return rule, arguments

    def spoil(self, argument: Any) -> Any:
        """Return something else of the same kind."""
        if isinstance(argument, Term):
            return self.other_term(argument)
        others = {Theorem: self.pool, Symbol: SYMBOLS, str: [*AXIOMS, "sqrt", ""]}
        if type(argument) in others:
            return self.pick(others[type(argument)])
        if isinstance(argument, Fraction):
            return self.pick((-argument, argument + 1, Fraction(0)))
        if isinstance(argument, tuple) and argument:
            i = self.random.randrange(len(argument))
            kind = self.random.random()
            changed = (*argument[:i], self.spoil(argument[i]), *argument[i + 1 :])
            return (
                argument[:i] + argument[i + 1 :] if kind < 0.2 else (*argument, argument[i]) if kind < 0.3 else changed
            )
        return self.pick((None, self.term("R"))) if argument is None else argument

    def other_term(self, term: Term) -> Term:
        """Return a term near by."""
        kind = self.random.random()
        if kind < 0.3:
            return self.pick(VARIABLES)  # type: ignore[no-any-return]
        if kind < 0.5:
            return self.term(self.pick("ZRV"))
        if kind < 0.7 and term.op in ("le", "lt", "eq", "add", "imp", "and") and len(term.args) == 2:
            return make(term.op, term.args[1], term.args[0])
        if term.op in ("le", "lt") and kind < 0.9:
            return make("lt" if term.op == "le" else "le", *term.args)
        return self.proposition() if term.sort == "B" else self.term("Z" if term.sort == "Z" else "R")

    # -- one for each rule

    def for_assume(self) -> list[Any]:
        return [self.proposition()]

    def for_discharge(self) -> list[Any]:
        theorem = self.pick(self.pool)
        return [self.pick([*theorem.hypotheses, self.relation()]), theorem]

    def for_mp(self) -> list[Any]:
        theorem = self.having("imp")
        return [theorem, self.assumed(theorem.conclusion.args[0])]

    def for_both(self) -> list[Any]:
        return [self.pick(self.pool), self.pick(self.pool)]

    def for_left(self) -> list[Any]:
        return [self.having("and")]

    def for_right(self) -> list[Any]:
        return [self.having("and")]

    def for_gen(self) -> list[Any]:
        theorem = self.pick(self.pool)
        if self.random.random() < 0.7 and theorem.hypotheses:
            p = self.pick(theorem.hypotheses)
            theorem = RULES["discharge"](p, theorem)
        return [self.pick(VARIABLES), theorem]

    def for_spec(self) -> list[Any]:
        theorem = self.having("all")
        return [theorem, self.terms.term(theorem.conclusion.args[0], 1)]

    def for_instance(self) -> list[Any]:
        theorem = self.pick(self.pool)
        symbols = [s for p in (theorem.conclusion, *theorem.hypotheses) for s in p.free if isinstance(s, Symbol)]
        symbol = self.pick(symbols or SYMBOLS)
        parameters = tuple(make("var", name, sort) for name, sort in zip("pqrs", symbol.domain, strict=False))
        body = self.term(symbol.codomain)
        if symbol.codomain != "V" and parameters[0].sort in ("Z", "R"):
            body = add(mul(body, parameters[0]), parameters[0])
        return [theorem, symbol, parameters, self.term("Z") if symbol.codomain == "Z" else body]

    def for_cases(self) -> list[Any]:
        theorem = self.pick(self.pool)
        left, right = self.term("R"), self.term("R")
        le_ = [p.args for p in theorem.hypotheses if p.op == "le"]
        a, c = self.pick(le_) if le_ else (left, right)
        other = RULES["mp"](RULES["discharge"](lt(c, a), theorem), RULES["assume"](lt(c, a)))
        return [theorem, other, a, c]

    def for_antisym(self) -> list[Any]:
        theorem = self.having("le")
        return [theorem, self.assumed(le(*reversed(theorem.conclusion.args)))]

    def for_cong(self) -> list[Any]:
        theorem = self.having("eq")
        x = V("v") if theorem.conclusion.args[0].sort == "V" else R("x")
        return [theorem, x, self.terms.term(self.pick("RV"), 2)]

    def for_integer(self) -> list[Any]:
        return [self.assumed(lt(self.term("Z"), self.term("Z")))]

    def for_induction(self) -> list[Any]:
        n, start = Z("n"), self.pick((q(0), q(1), Z("m"), add(Z("m"), q(1))))
        if self.random.random() < 0.5:
            e = add(self.terms.term("R", 1), n)
            p = RULES["square"](e).conclusion
            step = RULES["square"](self.replaced(e, n, add(n, q(1))))
            base = RULES["square"](self.replaced(e, n, start))
            return [base, step, n, start, p]
        p = self.pick((self.relation(), le(app(f, n), app(f, add(n, q(1))))))
        if p.op == "eq" and p.args[0].sort == "V":
            p = le(app(f, n), self.term("R"))
        following = self.replaced(p, n, add(n, q(1)))
        every_step = RULES["assume"](self.closed_over(n, imp(le(start, n), p, following)))
        at_n = RULES["mp"](RULES["spec"](every_step, n), RULES["assume"](le(start, n)))
        step = RULES["mp"](at_n, RULES["assume"](p))
        return [self.assumed(self.replaced(p, n, start)), step, n, start, p]

    def replaced(self, term: Term, variable: Term, value: Term) -> Term:
        """Return a term with a value for a variable."""
        if term.sort == "B":
            theorem = RULES["spec"](RULES["assume"](self.closed_over(variable, term)), value)
            return theorem.conclusion
        body: Term = self.closed_over(variable, eq(term, term)).args[1].args[0]
        return RULES["spec"](RULES["assume"](every(variable.sort, eq(body, body))), value).conclusion.args[0]  # type: ignore[no-any-return]

    def sum(self) -> Term:
        """Return a sum of numbers."""
        while True:
            term = total(self.terms.term("Z", 0), self.terms.term("Z", 0), self.terms.term("R", 2, ("Z",)))
            if not term.loose:
                return term

    def for_sum_empty(self) -> list[Any]:
        term = self.sum()
        return [term, self.assumed(lt(term.args[1], term.args[0]))]

    def for_sum_last(self) -> list[Any]:
        term = self.sum()
        return [term, self.assumed(le(term.args[0], term.args[1]))]

    def for_sum_mono(self) -> list[Any]:
        sort = self.pick("RRV")
        sides = [self.terms.term(sort, 1, ("Z",)) for _ in range(2)]
        relation = eq(*sides) if sort == "V" else make(self.pick(("le", "le", "eq", "lt")), *sides)
        low, high = self.terms.term("Z", 0), self.terms.term("Z", 0)
        guards = [g for g in (le(low, i0), le(i0, high)) if self.random.random() < 0.7]
        return [RULES["assume"](every("Z", imp(*guards, relation))), low, high]

    def for_expectation_mono(self) -> list[Any]:
        sort = self.pick("RRV")
        sides = [self.terms.term(sort, 1, ("W",)) for _ in range(2)]
        relation = eq(*sides) if sort == "V" else make(self.pick(("le", "le", "eq", "lt")), *sides)
        condition = self.pick((None, (self.terms.term("Z", 0), self.terms.term("W", 0))))
        return [RULES["assume"](every("W", relation)), condition]

    def for_square(self) -> list[Any]:
        return [self.term(self.pick("ZRV"))]

    def for_polynomial(self) -> list[Any]:
        usable = [t for t in self.pool if t.conclusion.op in ("le", "lt", "eq") and t.conclusion.args[0].sort != "V"]
        usable = usable or [RULES["square"](R("x"))]
        products, slack = [], self.pick((q(0), q(0), q(1)))
        for _ in range(self.random.randint(0, 2)):
            theorems = tuple(self.pick(usable) for _ in range(self.random.randint(0, 2)))
            equation = any(t.conclusion.op == "eq" for t in theorems)
            c = Fraction(self.random.randint(1, 3), self.random.randint(1, 2)) * (-1 if equation else 1)
            multiplier = self.term("R") if equation and self.random.random() < 0.5 else None
            products.append((c, theorems, multiplier))
            slacks = [add(t.conclusion.args[1], mul(q(-1), t.conclusion.args[0])) for t in theorems]
            slack = add(slack, mul(q(c), *slacks, *([multiplier] if multiplier else [])))
        equations: tuple[Theorem, ...] = ()
        side = self.term("R")
        if self.random.random() < 0.4:
            equation = self.pick(
                [t for t in usable if t.conclusion.op == "eq"] or [RULES["assume"](eq(app(f, Z("n")), R("y")))]
            )
            left, right = equation.conclusion.args
            equations, slack = (equation,), add(slack, mul(side, add(left, mul(q(-1), right))))
        op = self.pick(("le", "le", "lt", "eq"))
        return [make(op, side, add(slack, side)), tuple(products), equations]

    def for_vector_equation(self) -> list[Any]:
        equations = [t for t in self.pool if t.conclusion.op == "eq" and t.conclusion.args[0].sort == "V"]
        equation = self.pick([*equations, RULES["assume"](eq(app(xs, Z("n")), self.term("V")))])
        left, right = equation.conclusion.args
        u, c = self.term("V"), self.term("R")
        goal = eq(add(u, make("smul", c, left)), add(make("smul", c, right), u))
        return [self.pick((goal, eq(add(u, left), add(right, u)))), (equation,)]

    def for_absurd(self) -> list[Any]:
        values = [q(Fraction(self.random.randint(-2, 2), self.random.randint(1, 2))) for _ in range(2)]
        relation = make(self.pick(("le", "lt", "eq")), *values)
        return [self.assumed(relation), self.proposition()]

    def for_axiom(self) -> list[Any]:
        return [self.pick(AXIOMS)]


def derive(rule: str, arguments: list[Any]) -> Theorem | None:
    """Return what the kernel derives, or None if it refuses."""
    try:
        return RULES[rule](*arguments)
    except REFUSED:
        return None
