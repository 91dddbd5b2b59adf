"""Running a rule on terms of the kernel: the arithmetic, and a record of what it met on the way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from convcheck.arithmetic.number import Number, as_decimal
from convcheck.errors import ProofError
from convcheck.kernel.axioms import ABS, EXP, LOG, MAX, MIN, SQRT
from convcheck.kernel.terms import ONE, ZERO, Symbol, Term, make, number, rebuild, subterms
from convcheck.language.terms import Expression, add, divide, lift, multiply, negative


@dataclass(frozen=True)
class Choice:
    """What ``np.where(condition, yes, no)`` became: a new sequence, here at t."""

    condition: Term
    yes: Term
    no: Term
    value: Term

    @property
    def otherwise(self) -> Term:
        """The condition of the other branch."""
        return make("lt" if self.condition.op == "le" else "le", *self.condition.args[::-1])


def _not_zero(a: Term) -> Term:
    return make("lt", ZERO, make("pow", a, 2))


def _defined(value: Term) -> Term | None:
    """Return the condition under which a quotient, root or logarithm is defined, if the term is one of these."""
    if value.op == "inv":
        return _not_zero(value.args[0])
    if value.op == "app" and value.args[0] in (SQRT, LOG):
        return make("le" if value.args[0] is SQRT else "lt", ZERO, value.args[1])
    return None


@dataclass(eq=False)
class Recorder:
    """What happens while a rule runs at the given indices: t, a coordinate, an outcome (the last two if there are any).

    ``defined`` are the conditions under which divisions, roots and logarithms are what the theorem takes them for.
    """

    indices: Sequence[Term]
    suffix: str = ""
    choices: list[Choice] = field(default_factory=list)
    defined: list[Term] = field(default_factory=list)

    def where(self, condition: Term, yes: Term, no: Term) -> Term:
        """Return a new sequence for a case distinction; the same one for the same distinction."""
        for choice in self.choices:
            if (choice.condition, choice.yes, choice.no) == (condition, yes, no):
                return choice.value
        domain = tuple(index.sort for index in self.indices)
        symbol = Symbol(f"choice{len(self.choices) + 1}{self.suffix}", domain, "R", 1 if domain[-1] == "W" else None)
        self.choices.append(Choice(condition, yes, no, make("app", symbol, *self.indices)))
        return self.choices[-1].value

    def divide(self, a: Term, b: Term) -> Term:
        """Return a/b, which is defined where b is not 0."""
        if b.op != "q" or b is ZERO:
            self.defined.append(_not_zero(b))
        return divide(a, b)

    def root(self, a: Term) -> Term:
        """Return √a, which is defined where 0 ≤ a."""
        self.defined.append(make("le", ZERO, a))
        return make("app", SQRT, a)

    def logarithm(self, a: Term) -> Term:
        """Return log a, which is defined where 0 < a."""
        self.defined.append(make("lt", ZERO, a))
        return make("app", LOG, a)

    def executes(self, value: Term) -> None:
        """Record what the computation of a hyper-parameter divides by and takes roots and logarithms of.

        Raises
        ------
        ProofError
            It does so within a sum, where the condition is not one for each t.
        """
        for part in subterms(value):
            self.executes(part)
        condition = _defined(value)
        if condition is not None and condition.loose:
            raise ProofError("a hyper-parameter divides or takes roots within a sum: name the sum with a sequence")
        if condition is not None:
            self.defined.append(condition)

    def sign(self, a: Term) -> Term:
        """Return the sign of a."""
        return self.where(make("le", a, ZERO), self.where(make("le", ZERO, a), ZERO, number(-1)), ONE)

    def fold(self, old: Term, short: Term) -> Callable[[Term], Term]:
        """Write ``short`` for ``old`` in all that is recorded, and return the function that does so."""

        def folded(term: Term) -> Term:
            return rebuild(term, lambda u, _: short if u is old else None)

        parts = ((folded(c.condition), folded(c.yes), folded(c.no), c.value) for c in self.choices)
        self.choices[:] = [Choice(*part) for part in parts]
        self.defined[:] = [folded(condition) for condition in self.defined]
        return folded

    def arithmetic(self) -> type[Number]:
        """Return the arithmetic of kernel terms that records here."""
        recorder = self

        class Formula(Number):
            """A kernel term; a float in a rule is the decimal it was written as (0.9 is 9/10)."""

            __slots__ = ()
            operations = {  # noqa: RUF012  # Number declares it a class variable
                "add": add,
                "sub": lambda a, b: add(a, negative(b)),
                "mul": multiply,
                "div": recorder.divide,
                "neg": negative,
                "abs": lambda a: make("app", ABS, a),
                "sqrt": recorder.root,
                "maximum": lambda a, b: make("app", MAX, a, b),
                "minimum": lambda a, b: make("app", MIN, a, b),
                "sign": recorder.sign,
                "where": recorder.where,
                "lt": lambda a, b: make("lt", a, b),
                "le": lambda a, b: make("le", a, b),
                "gt": lambda a, b: make("lt", b, a),
                "ge": lambda a, b: make("le", b, a),
                "exp": lambda a: make("app", EXP, a),
                "log": recorder.logarithm,
            }

            @classmethod
            def lift(cls, value: object) -> Term:
                return lift(value) if isinstance(value, Expression | Term) else number(as_decimal(value))

        return Formula
