"""What a kernel is put to: wrong terms and inferences that it must refuse, right ones that it must make.

Everything is written in the terms of convcheck's own kernel and carried over to the one under test.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, product
from typing import Any

from convcheck import check
from convcheck.kernel import Symbol, Term, Theorem, axioms_of, canonical, certificate, make
from convcheck.kernel import terms as our_terms
from convcheck.kernel.terms import BODY
from tests.soundness import kernel_attacks
from tests.soundness.attacks_terms import ROWS, SYMBOLS
from tests.soundness.cases import Case, attacks, derived, proofs, proved, random_inferences, uses
from tests.soundness.conditional_terms import conditional_terms
from tests.soundness.kernel_replay import OURS, Kernel
from tests.soundness.random_terms import Terms
from tests.soundness.support import R, V, W, Z, app, f, into, le
from tests.soundness.surgery import operations, outcome

# ---- carrying over -------------------------------------------------------------------------------------------------


class Carrier:
    """Carries terms, symbols and theorems to another kernel."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.known: dict[int, tuple[Any, Any]] = {}  # by id, with the original, which must not be forgotten

    def carry(self, thing: Any) -> Any:
        """Return the same thing in the other kernel; a theorem is derived anew."""
        if isinstance(thing, tuple | list):
            return type(thing)(map(self.carry, thing))
        if not isinstance(thing, Term | Symbol | Theorem):
            return thing
        if id(thing) not in self.known:
            self.known[id(thing)] = thing, self._anew(thing)
        return self.known[id(thing)][1]

    def _anew(self, thing: Any) -> Any:
        if isinstance(thing, Symbol):
            return self.kernel.Symbol(thing.name, thing.domain, thing.codomain, thing.adapted)
        if isinstance(thing, Term):
            return self.kernel.make(thing.op, *map(self.carry, thing.args))
        return self.kernel.rules[thing.how[0]](*map(self.carry, thing.how[1]))

    def failure(self, case: Case) -> str | None:
        """Return what is wrong with the kernel's answer to a case, or None."""
        try:
            fact = self.kernel.rules[case.rule](*map(self.carry, case.arguments))
        except Exception as error:  # noqa: BLE001  # a mutant may fail in any way
            wrong = case.expected is not None or not kernel_attacks.refuses(error)
            return f"refused {case.name}: {error!r}" if wrong else None
        if case.expected is None:
            return f"accepted {case.name}"
        if derived(fact) != case.expected:
            return f"derived otherwise {case.name}"
        self.known[id(case.theorem)] = case.theorem, fact
        return None


# ---- terms ---------------------------------------------------------------------------------------------------------


def wrong_terms(kernel: Kernel) -> Iterator[str]:
    """Yield the names of the ill-formed terms and symbols that a kernel makes."""
    carrier = Carrier(kernel)
    for name, (op, *args) in ROWS.items():
        if kernel_attacks.accepts(lambda carried: kernel.make(*map(carrier.carry, carried)), (op, *args)):
            yield name
    for name, row in SYMBOLS.items():
        if kernel_attacks.accepts(kernel.Symbol, *row):
            yield name


class Sorted:
    """Every operation on arguments of all sorts: the checker, which has its own table, says which make terms."""

    def __init__(self) -> None:
        examples = {"Z": Z("n"), "R": R("x"), "V": V("u"), "W": W("a"), "B": le(R("x"), R("y"))}
        self.rows: list[tuple[str, tuple[Any, ...], str | None]] = []
        for op in (*check.SORTS, "pow", "all"):
            first, last = ("Z",) if op == "all" else (), (2,) if op == "pow" else ()
            for length in range(5) if op not in {"pow", "all"} else (1,):
                for sorts in product(examples, repeat=length):
                    args = (*first, *(examples[s] for s in sorts), *last)
                    self.rows.append((op, args, self.sort(op, args)))

    @staticmethod
    def sort(op: str, args: tuple[Any, ...]) -> str | None:
        """Return the sort of a term, or None if it is ill-formed."""
        table = check.Terms()
        try:
            return table.sorts[table.make(op, *(into(table, a) if isinstance(a, Term) else a for a in args))]
        except (check.CheckError, IndexError):
            return None

    def failure(self, kernel: Kernel) -> str | None:
        """Return the first term that is made wrongly."""
        carrier = Carrier(kernel)
        for op, args, sort in self.rows:
            try:
                found = kernel.make(op, *map(carrier.carry, args)).sort
            except Exception as error:  # noqa: BLE001  # a mutant may fail in any way
                found = None if kernel_attacks.refuses(error) else repr(error)
            if found != sort:
                return f"{op} of {args} has the sort {found}"
        return None


class Normal:
    """Terms whose normal forms must have the same value for the checker, which has its own."""

    def __init__(self, count: int) -> None:
        self.table = check.Terms()
        self.algebra = check.Algebra(self.table)
        self.cases = []
        random = (Terms(seed).term("RRRV"[seed % 4], 2 + seed % 3) for seed in range(count))
        for term in chain(conditional_terms(step=3), random):
            self.cases.append((term, self.algebra.value(self.into(OURS, term)), canonical(term).key))

    def into(self, kernel: Kernel, term: Any) -> int:
        """Return the checker's term for a term of some kernel."""
        args: list[Any] = []
        for arg in term.args:
            if isinstance(arg, kernel.Term):
                args.append(self.into(kernel, arg))
            elif hasattr(arg, "domain"):
                args.append(self.symbol(arg))
            else:
                args.append(arg)
        return self.table.make(term.op, *args)

    def misread(self, kernel: Kernel, term: Any) -> str | None:
        """Return what the kernel and the checker know differently of a term or of its parts."""
        number = self.into(kernel, term)
        free = {self.into(kernel, x) if isinstance(x, kernel.Term) else self.symbol(x) for x in term.free}
        for what, mine, theirs in (
            ("sort", term.sort, self.table.sorts[number]),
            ("loose", term.loose, self.table.loose[number]),
            ("free", free, self.table.free[number]),
        ):
            if mine != theirs:
                return what
        parts = (self.misread(kernel, arg) for arg in term.args if isinstance(arg, kernel.Term))
        return next((wrong for wrong in parts if wrong is not None), None)

    @staticmethod
    def symbol(symbol: Any) -> check.Symbol:
        """Return the checker's symbol for one of some kernel."""
        return check.Symbol(symbol.name, "".join(symbol.domain), symbol.codomain, symbol.adapted)

    def failure(self, kernel: Kernel) -> str | None:
        """Return the first term whose normal form has another value, or is not the one it should be."""
        carrier = Carrier(kernel)
        for term, value, key in self.cases:
            try:
                found = kernel.canonical(carrier.carry(term))
            except Exception as error:  # noqa: BLE001  # a mutant may fail in any way
                return f"no normal form of {term}: {error!r}"
            self.algebra.work = 0
            if (wrong := self.misread(kernel, carrier.carry(term))) is not None:
                return f"another {wrong} of a part of {term}"
            if found.key != key:
                other = self.algebra.value(self.into(kernel, found)) != value
                return f"another {'value' if other else 'normal form'} of {term}"
            if kernel.canonical(found) is not found:
                return f"no normal form of the normal form of {term}"
        return None


class Surgery:
    """Lifting, instantiating, abstracting, substituting."""

    def __init__(self, count: int) -> None:
        self.cases = [(case, outcome(case, our_terms, lambda term: term)) for case in operations(count)]

    def failure(self, kernel: Kernel) -> str | None:
        """Return the first operation that gives something else."""
        carrier = Carrier(kernel)
        for case, expected in self.cases:
            if outcome(case, kernel.modules["terms"], carrier.carry) != expected:
                return f"another outcome of {case}"
        return None


class Written:
    """Certificates: of all proofs, with names for all variables that are bound."""

    def __init__(self) -> None:
        self.cases = []
        for theorem in proved():
            names = dict.fromkeys(filter(lambda t: t.op in BODY, _parts(theorem.conclusion)), "j")
            names[make("E", app(f, Z("n")))] = "unused"
            self.cases.append((theorem, names, certificate(theorem, names), axioms_of(theorem)))

    def failure(self, kernel: Kernel) -> str | None:
        """Return what is written otherwise."""
        carrier, writer = Carrier(kernel), kernel.modules["certificate"]
        for theorem, names, data, axioms in self.cases:
            fact = carrier.carry(theorem)
            if writer.certificate(fact, {carrier.carry(t): name for t, name in names.items()}) != data:
                return "another certificate"
            if writer.axioms_of(fact) != axioms or writer.certificate(fact) != {**data, "names": {}}:
                return "other axioms or names"
        seal = kernel.modules["theorem"]._SEAL
        lie = kernel.Theorem(seal, (), self.cases[0][0].conclusion, ("square", (0.5,)))
        return "wrote a float" if kernel_attacks.accepts(writer.certificate, lie) else None


def _parts(term: Term) -> Iterator[Term]:
    yield term
    for arg in term.args:
        if isinstance(arg, Term):
            yield from _parts(arg)


# ---- all of it -----------------------------------------------------------------------------------------------------


class Suite:
    """Everything that a kernel is put to, the quickest first."""

    def __init__(self, runs: int = 60, length: int = 30, terms: int = 400) -> None:
        self.quick = (Sorted(), Surgery(60))
        self.cases = (attacks(), uses(), proofs(), random_inferences(runs, length))
        self.slow = (Normal(terms), Written())

    def failure(self, kernel: Kernel) -> str | None:
        """Return the first thing that a kernel does wrong, or None."""
        for name in chain(kernel_attacks.successes(kernel), wrong_terms(kernel)):
            return f"made {name}"
        quick = (battery.failure(kernel) for battery in self.quick)
        cases = (first_failure(Carrier(kernel), cases) for cases in self.cases)
        slow = (battery.failure(kernel) for battery in self.slow)
        return next((found for found in chain(quick, cases, slow) if found is not None), None)


def first_failure(carrier: Carrier, cases: Iterable[Case]) -> str | None:
    """Return the first wrong answer, or None."""
    return next((found for case in cases if (found := carrier.failure(case)) is not None), None)
