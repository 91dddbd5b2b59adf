"""Reading the text that `convcheck.language.printing` writes: ``parse(text(p), names_of(p)) is p``."""

import re
from collections.abc import Sequence
from fractions import Fraction

from convcheck.errors import ProofError
from convcheck.kernel.axioms import ABS, EXP, LOG, MAX, MIN, POWER, SQRT
from convcheck.kernel.terms import ONE, KernelError, Symbol, Term, abstract, make, number
from convcheck.language.names import Names, free_name
from convcheck.language.printing import is_sequence, leading_indices
from convcheck.language.terms import COORDINATE, OUTCOME

_FUNCTIONS = {s.name: s for s in (LOG, EXP, ABS, MAX, MIN)}
_SORTS = {"ℝ": "R", "V": "V", "Ω": "W"}
_RELATIONS = {"≤": "le", "<": "lt", "=": "eq"}
_NAME = re.compile(r"[A-Za-zΑ-Ωα-ω][A-Za-zΑ-Ωα-ω0-9_]*(?:‹[A-Z0-9-]+›)?'*")


def parse(text: str, names: Names) -> Term:
    """Return the term that a text denotes.

    Raises
    ------
    ProofError
        The text is not in the printed language, or uses a name that is not among ``names``.
    """
    reader = _Reader(text, names)
    try:
        term = reader.formula()
    except KernelError as error:
        raise ProofError(f"{text!r} makes no sense: {error}") from error
    if reader.at < len(text):
        reader.fail("nothing more")
    return term


class _Reader:
    """A place in a text, and the variables bound there."""

    def __init__(self, text: str, names: Names) -> None:
        self.text, self.names, self.at = text, names, 0
        self.bound: list[tuple[str, Term]] = []
        self.fresh = 0

    def fail(self, wanted: str) -> None:
        raise ProofError(f"{wanted} is wanted at {self.text[self.at : self.at + 20]!r} in {self.text!r}")

    def peek(self, *tokens: str) -> str | None:
        return next((token for token in tokens if self.text.startswith(token, self.at)), None)

    def take(self, *tokens: str) -> str:
        found = self.peek(*tokens)
        if found is None:
            self.fail(" or ".join(tokens))
            raise AssertionError
        self.at += len(found)
        return found

    def maybe(self, *tokens: str) -> str | None:
        found = self.peek(*tokens)
        self.at += len(found or "")
        return found

    # ---- formulas

    def formula(self) -> Term:
        if self.maybe("∀"):
            name = self.bound_name()
            sort = _SORTS[self.take(*_SORTS)] if self.maybe("∈") else "Z"
            self.take(". ")
            variable = self.bind(name, sort)
            body = self.formula()
            self.bound.pop()
            return make("all", sort, abstract(body, variable))
        left = self.conjunct()
        if self.maybe(" ∧ "):
            left = make("and", left, self.conjunction())
        return make("imp", left, self.formula()) if self.maybe(" ⇒ ") else left

    def conjunction(self) -> Term:
        left = self.conjunct()
        return make("and", left, self.conjunction()) if self.maybe(" ∧ ") else left

    def conjunct(self) -> Term:
        """Return a relation, or a formula in brackets, or a term where no relation follows."""
        left = self.sum()
        if left.sort != "B" and (sign := self.maybe(*(f" {s} " for s in _RELATIONS))):
            return make(_RELATIONS[sign.strip()], left, self.sum())
        return left

    def bind(self, name: str, sort: str) -> Term:
        """Return a variable for the one that a binder calls ``name``; its own name cannot be written."""
        self.fresh += 1
        taken = {thing.args[0] for thing in self.names.values() if isinstance(thing, Term)}
        while f"bound{self.fresh}" in taken:
            self.fresh += 1
        self.bound.append((name, make("var", f"bound{self.fresh}", sort)))
        return self.bound[-1][1]

    def bound_name(self) -> str:
        found = _NAME.match(self.text, self.at)
        if found is None:
            self.fail("a name")
            raise AssertionError
        self.at = found.end()
        return found[0]

    def outcome(self) -> Term:
        return next((variable for _, variable in reversed(self.bound) if variable.sort == "W"), OUTCOME)

    # ---- sums and products

    def sum(self) -> Term:
        parts = [self.product()]
        while sign := self.maybe(" + ", " - "):
            parts.append(self.product(negative=sign == " - "))
        return parts[0] if len(parts) == 1 else make("add", *parts)

    def product(self, *, negative: bool = False) -> Term:
        if not negative:
            negative = self.maybe("-") is not None
        if not negative and self.peek("Σ["):
            return self.summation()
        factors = self.factors()
        vector = factors.pop() if factors[-1].sort == "V" else None
        if negative:
            literal = bool(factors) and factors[0].op == "q" and factors[0].args[0] >= 0
            factors = [number(-factors[0].args[0]), *factors[1:]] if literal else [number(-1), *factors]
        if vector is None:
            return factors[0] if len(factors) == 1 else make("mul", *factors)
        if not factors:
            return vector
        return make("smul", factors[0] if len(factors) == 1 else make("mul", *factors), vector)

    def factors(self) -> list[Term]:
        start, found = self.at, [self.factor()]
        if self.text[start : self.at].isdigit() and self.maybe("/"):  # 1/x, 3/2, or 3/x
            digits = re.compile(r"\d+(?![\d²³^])").match(self.text, self.at)
            if digits is not None:
                self.at = digits.end()
                found = [number(Fraction(int(found[0].args[0]), int(digits[0])))]
            else:
                divisor = make("inv", self.factor())
                found = [divisor] if found[0] is ONE else [*found, divisor]
        while mark := self.maybe("·", "/"):
            factor = self.factor()
            if mark == "/":
                factor = number(1 / factor.args[0]) if factor.op == "q" else make("inv", factor)
            found.append(factor)
        return found

    def summation(self) -> Term:
        self.take("Σ[")
        name = self.bound_name()
        self.take("=")
        low = self.sum()
        self.take("..")
        high = self.sum()
        self.take("] ")
        variable = self.bind(name, "Z")
        body = self.product()
        self.bound.pop()
        return make("sum", low, high, abstract(body, variable))

    # ---- factors

    def factor(self) -> Term:
        term = self.primary()
        while mark := self.maybe("²", "³", "^{", "^"):
            if mark == "^{":
                exponent = self.sum()
                self.take("}")
                term = make("app", POWER, term, exponent)
            else:
                term = make("pow", term, {"²": 2, "³": 3}.get(mark) or self.digits())
        return term

    def digits(self) -> int:
        found = re.compile(r"\d+").match(self.text, self.at)
        if found is None:
            self.fail("a number")
            raise AssertionError
        self.at = found.end()
        return int(found[0])

    def primary(self) -> Term:
        mark = self.maybe("(", "√", "‖", "⟨", "𝔼[", "@add(", "@mul(", "@inv(")
        if mark is None:
            return number(self.digits()) if self.text[self.at : self.at + 1].isdigit() else self.named()
        if mark == "√":
            return make("app", SQRT, self.primary())
        if mark == "𝔼[":
            return self.expectation()
        inside = self.formula() if mark == "(" else self.sum()
        if mark == "‖":
            self.take("‖²")
            return make("inner", inside, inside)
        if mark == "⟨":
            self.take(", ")
            other = self.sum()
            self.take("⟩")
            return make("inner", inside, other)
        self.take(")")
        return inside if mark == "(" else make(mark[1:4], inside)

    def expectation(self) -> Term:
        outer = self.outcome()
        variable = self.bind(free_name("ω", (n for n, _ in self.bound), self.names), "W")
        body = self.sum()
        self.bound.pop()
        inside = abstract(body, variable)
        if not self.maybe(" | F_{"):
            self.take("]")
            return make("E", inside)
        time = self.sum()
        self.take("}]")
        return make("CE", time, inside, self.explicit_outcome() or outer)

    def explicit_outcome(self) -> Term | None:
        if not self.maybe("["):
            return None
        found = self.sum()
        self.take("]")
        return found

    def named(self) -> Term:
        found = _NAME.match(self.text, self.at)
        if found is None:
            self.fail("a term")
            raise AssertionError
        name = found[0]
        known = {n: variable for n, variable in self.bound}  # noqa: C416  # the last one of a name counts
        while name not in known and name not in self.names and name not in _FUNCTIONS:
            name = name.rpartition("_")[0] if "_" in name else self.refuse(found[0])
        self.at += len(name)
        if name in known:
            return self.perhaps_coordinate(known[name])
        thing = self.names.get(name)
        if isinstance(thing, Term):
            return self.perhaps_coordinate(thing)
        if thing is None:
            return make("app", _FUNCTIONS[name], *self.arguments())
        return self.application(thing)

    def refuse(self, name: str) -> str:
        raise ProofError(f"the name {name!r} in {self.text!r} means nothing here")

    def arguments(self) -> Sequence[Term]:
        self.take("(")
        found = [self.sum()]
        while self.maybe(", "):
            found.append(self.sum())
        self.take(")")
        return found

    def perhaps_coordinate(self, variable: Term) -> Term:
        if variable.sort != "V" or not self.peek("_"):
            return variable
        return make("app", COORDINATE, variable, *self.indices())

    def application(self, symbol: Symbol) -> Term:
        arguments: list[Term] = []
        leading = leading_indices(symbol)
        if leading:
            arguments += self.indices()
        beyond = arguments[leading:] if is_sequence(symbol) else []
        del arguments[len(arguments) - len(beyond) :]
        if len(arguments) < len(symbol.domain) - (symbol.domain[-1] == "W"):
            arguments += self.arguments()
        if symbol.domain[-1] == "W":
            arguments.append(self.explicit_outcome() or self.outcome())
        found = make("app", symbol, *arguments)
        return make("app", COORDINATE, found, *beyond) if beyond else found

    def indices(self) -> Sequence[Term]:
        self.take("_")
        if not self.maybe("{"):
            single = self.text[self.at : self.at + 1]
            if single.isdigit():
                self.at += 1
                return [number(int(single))]
            return [self.named()]
        found = [self.sum()]
        while self.maybe(","):
            found.append(self.sum())
        self.take("}")
        return found
