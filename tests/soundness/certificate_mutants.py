"""Small changes of certificates, one at a time."""

import json
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from random import Random
from typing import Any

from convcheck.kernel import AXIOMS, RULES
from tests.soundness.support import Json

Document = dict[str, Json]
Slot = tuple[Any, Any]  # a list or dict of the document, and an index into it

OPERATORS = {
    "le": ("lt", "eq"),
    "lt": ("le", "eq"),
    "eq": ("le", "lt"),
    "add": ("mul",),
    "mul": ("add",),
    "imp": ("and",),
    "and": ("imp",),
    "smul": ("inner",),
    "inner": ("smul", "add"),
    "inv": ("add", "E"),
    "E": ("inv", "add"),
    "sum": ("add", "mul"),
    "pow": ("bvar",),
}
SORTS = "ZRVWB"


class Mutator:
    """Random mutants of one certificate."""

    def __init__(self, document: Document, seed: int) -> None:
        self.document = document
        self.text = json.dumps(document)
        self.random = Random(seed)  # noqa: S311  # reproducible, not secret

    def mutant(self) -> tuple[str, Document]:
        """Return a changed copy and the kind of the change."""
        while True:
            kind = self.random.choice(list(KINDS))
            data = json.loads(self.text)
            if KINDS[kind](self, data) and data != self.document:
                return kind, data

    def mutants(self, count: int) -> Iterator[tuple[str, Document]]:
        """Yield as many different mutants."""
        seen = set[str]()
        while len(seen) < count:
            kind, data = self.mutant()
            text = json.dumps(data)
            if text not in seen:
                seen.add(text)
                yield kind, data

    # -- choices

    def pick(self, values: Any) -> Any:
        """Return one of some values, or None if there are none."""
        values = list(values)
        return self.random.choice(values) if values else None

    def row(self, data: Document, *ops: str) -> Any:
        """Return a row of the table of terms."""
        return self.pick(row for row in data["terms"] if not ops or row[0] in ops)

    def slot(self, data: Document, tag: str) -> Slot | None:
        """Return a place in the steps where an argument of this kind stands."""
        return self.pick(_slots(data["steps"], tag))  # type: ignore[no-any-return]

    # -- terms

    def constant(self, data: Document) -> bool:
        """Change a number."""
        row = self.row(data, "q")
        if row is not None:
            row[1] = self.pick(_other_numbers(row[1]))
        return row is not None

    def operator(self, data: Document) -> bool:
        """Change an operation."""
        row = self.row(data, *OPERATORS)
        row[0] = self.pick(OPERATORS[row[0]])
        return True

    def swap(self, data: Document) -> bool:
        """Exchange two arguments."""
        row = self.pick(r for r in data["terms"] if len(r) > 2)
        i, j = self.random.sample(range(1, len(row)), 2)
        row[i], row[j] = row[j], row[i]
        return True

    def subterm(self, data: Document) -> bool:
        """Put another earlier term in the place of an argument, or drop or double one."""
        place = self.pick(i for i, r in enumerate(data["terms"]) if i and r[0] not in ("q", "var", "bvar"))
        row = data["terms"][place]
        i = self.random.randrange(2 if row[0] in ("app", "all") else 1, len(row)) if len(row) > 2 else 1
        how = self.random.random()
        if how < 0.8:
            row[i] = self.random.randrange(place)
        elif how < 0.9:
            del row[i]
        else:
            row.insert(i, row[i])
        return True

    def index(self, data: Document) -> bool:
        """Change an index or an exponent."""
        row = self.row(data, "bvar", "pow")
        if row is not None:
            place = 1 if row[0] == "bvar" else 2
            row[place] += self.pick((-1, 1, 2))
        return row is not None

    def sort(self, data: Document) -> bool:
        """Change the sort of a variable or of a quantifier."""
        row = self.row(data, "var", "bvar", "all")
        if row is not None:
            row[1 if row[0] == "all" else 2] = self.pick(SORTS)
        return row is not None

    def variable(self, data: Document) -> bool:
        """Give a variable the name of another, or a new one."""
        row = self.row(data, "var")
        if row is not None:
            row[1] = self.pick([*(r[1] for r in data["terms"] if r[0] == "var"), "other", "E", "0", ""])
        return row is not None

    def symbol(self, data: Document) -> bool:
        """Change the name, the type or the time of a symbol."""
        row = self.pick(data["symbols"])
        place = self.random.randrange(4)
        if row is None:
            return False
        if place == 0:
            row[0] = self.pick([*(s[0] for s in data["symbols"]), "sqrt", "log", "other"])
        elif place == 1:
            i = self.random.randrange(len(row[1]))
            row[1] = self.pick((row[1][:i] + self.pick(SORTS) + row[1][i + 1 :], row[1] + "W", row[1][1:]))
        elif place == 2:
            row[2] = self.pick(SORTS)
        else:
            row[3] = self.pick((None, 0, 1, -1, True, "0"))
        return True

    def application(self, data: Document) -> bool:
        """Apply another symbol."""
        row = self.row(data, "app")
        if row is not None:
            row[1] = self.random.randrange(len(data["symbols"]) + 1)
        return row is not None

    # -- steps

    def premise(self, data: Document) -> bool:
        """Use another theorem."""
        return self._replace(data, "theorem", len(data["steps"]))

    def argument(self, data: Document) -> bool:
        """Use another term."""
        return self._replace(data, "term", len(data["terms"]))

    def instantiated(self, data: Document) -> bool:
        """Use another symbol."""
        return self._replace(data, "symbol", len(data["symbols"]))

    def _replace(self, data: Document, tag: str, size: int) -> bool:
        slot = self.slot(data, tag)
        if slot is not None:
            slot[0][slot[1]] = [tag, self.random.randrange(size)]
        return slot is not None

    def coefficient(self, data: Document) -> bool:
        """Change a coefficient."""
        slot = self.slot(data, "rational")
        if slot is not None:
            slot[0][slot[1]] = ["rational", self.pick(_other_numbers(slot[0][slot[1]][1]))]
        return slot is not None

    def listed(self, data: Document) -> bool:
        """Drop, double or exchange members of a list of arguments."""
        slot = self.pick(s for s in _slots(data["steps"], "list") if s[0][s[1]][1])
        if slot is None:
            return False
        parts = slot[0][slot[1]][1]
        i = self.random.randrange(len(parts))
        how = self.random.random()
        if how < 0.6:
            del parts[i]
        elif how < 0.8:
            parts.insert(i, parts[i])
        else:
            parts.reverse()
        return True

    def rule(self, data: Document) -> bool:
        """Change the name of a rule."""
        row = self.pick(data["steps"])
        same = [r[0] for r in data["steps"] if len(r) == len(row)]
        row[0] = self.pick(same if self.random.random() < 0.7 else RULES)
        return True

    def axiom(self, data: Document) -> bool:
        """Use another axiom."""
        row = self.pick(r for r in data["steps"] if r[0] == "axiom")
        if row is not None:
            row[1] = self.pick(AXIOMS)
        return row is not None

    def multiplier(self, data: Document) -> bool:
        """Give a product no multiplier, or another."""
        products = [p for r in data["steps"] if r[0] == "polynomial" for p in r[2][1]]
        chosen = self.pick(products)
        if chosen is not None:
            chosen[1][2] = self.pick((None, ["term", self.random.randrange(len(data["terms"]))]))
        return chosen is not None

    def step(self, data: Document) -> bool:
        """Drop the last step, or exchange two, or put one in another's place."""
        steps = data["steps"]
        i, j = self.random.randrange(len(steps)), self.random.randrange(len(steps))
        how = self.random.random()
        if how < 0.2:
            steps.pop()
        elif how < 0.6:
            steps[i], steps[j] = steps[j], steps[i]
        else:
            steps[i] = deepcopy(steps[j])
        return True

    # -- claims

    def hypothesis(self, data: Document) -> bool:
        """Drop, add or change a hypothesis of the claim."""
        claimed = data["hypotheses"]
        how = self.random.random()
        if how < 0.5 and claimed:
            claimed.remove(self.pick(claimed))
        elif how < 0.7 and claimed:
            claimed[self.random.randrange(len(claimed))] = self.random.randrange(len(data["terms"]))
        else:
            claimed.append(self.random.randrange(len(data["terms"])))
        return True

    def conclusion(self, data: Document) -> bool:
        """Claim another conclusion."""
        data["conclusion"] = self.random.randrange(len(data["terms"]) + 1)
        return True

    def axioms(self, data: Document) -> bool:
        """Claim other axioms."""
        data["axioms"] = self.pick((data["axioms"][1:], data["axioms"][:-1], sorted({*data["axioms"], "exp_ge"}), []))
        return True

    def assumption(self, data: Document) -> bool:
        """Claim one hypothesis fewer, and derive the theorem without assuming it."""
        claimed = data["hypotheses"]
        if not claimed:
            return False
        dropped = self.pick(claimed)
        claimed.remove(dropped)
        step = next((r for r in data["steps"] if r == ["assume", ["term", dropped]]), None)
        if step is not None:
            other = self.pick([*claimed, dropped, self.random.randrange(len(data["terms"]))])
            step[1] = ["term", other]
        return True


KINDS: Mapping[str, Callable[[Mutator, Document], bool]] = {
    name: function
    for name, function in vars(Mutator).items()
    if callable(function) and not name.startswith("_") and name not in {"mutant", "mutants", "pick", "row", "slot"}
}


def _slots(value: Json, tag: str) -> Iterator[Slot]:
    for i, part in enumerate(value):
        if type(part) is list:
            if len(part) == 2 and part[0] == tag:
                yield value, i
            yield from _slots(part, tag)


def _other_numbers(text: str) -> tuple[str, ...]:
    minus = text[1:] if text.startswith("-") else f"-{text}"
    return (minus, "0", "1", "2", "-1", f"{text}1", "1/2", "2/4", f"{text.partition('/')[0]}/7")
