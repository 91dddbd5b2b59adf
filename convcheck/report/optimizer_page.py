"""The documentation's page on optimizers, in MyST: a table of families, a table of each, and every rule with its card.

Everything on it is read off: the update from the rule's own lines, what it keeps and its family from running it, the
claims that speak of it from ``proofs/``, the rest from its card.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from convcheck.claims import discovery
from convcheck.claims.discovery import ClaimFile
from convcheck.discovery import entries, load
from convcheck.evidence.families import FAMILIES, Traits, family, traits
from convcheck.optimizers.base import Optimizer
from convcheck.optimizers.invariances import INVARIANCES
from convcheck.report.state_size import state_size

MARKS = ("corrected", "never decreases")

INTRODUCTION = """# Optimizers

{count} rules, by what they keep. Families, sizes and marks are found by running the rules: an *average* turns with the
gradients, from $g$ to $-g$; a *moment* does not notice this turn; what takes no notice of gradients at all is a
*number*, kept once. A rule is *corrected* if a number of it is the weight of an average, and *never decreases* if a
moment of it does not even where gradients vanish. A claim speaks of a rule if its file names it; the verdict is the one
that the file declares. Invariances are those that cards claim, and are tested:

{invariances}
"""


def optimizer_page(write_card: Callable[[str], str]) -> str:
    """Return the page; ``write_card`` gives a card, a docstring, the form of the documentation.

    Raises
    ------
    ConvcheckError
        A file of an optimizer or of a claim cannot be read.
    """
    rules = [load("optimizer", name) for name in entries("optimizer")]
    claims = _claims(discovery.read(entry.path) for entry in discovery.entries().values())
    members: dict[str, list[Optimizer]] = {name: [] for name in FAMILIES}
    for rule in rules:
        members[family(rule)].append(rule)
    members = {name: found for name, found in members.items() if found}
    meanings = "\n".join(f"- {name}: {meaning}" for name, meaning in INVARIANCES.items())
    parts = [INTRODUCTION.format(count=len(rules), invariances=meanings), _families(members)]
    for name, found in members.items():
        parts += [f"({_anchor(name)})=\n## {_title(name)}\n\n{FAMILIES[name]}\n\n{_members(found)}"]
        parts += [_rule(rule, claims.get(rule.name, ()), write_card) for rule in found]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _claims(files: Iterable[ClaimFile]) -> Mapping[str, list[ClaimFile]]:
    """Return the claims that speak of each optimizer: those whose file names it, which it does to play it."""
    found: dict[str, list[ClaimFile]] = {}
    for file in files:
        for name in file.optimizers:
            found.setdefault(name, []).append(file)
    return found


def _families(members: Mapping[str, Sequence[Optimizer]]) -> str:
    """Return the table that compares families."""
    heads = ("family", "rules", "state per parameter", "averages", "moments", *MARKS, *INVARIANCES)
    rows = []
    for name, rules in members.items():
        seen = [found for found in map(traits, rules) if found is not None]
        rows.append((
            f"[{name}](#{_anchor(name)})",
            str(len(rules)),
            _per_parameter(rules, seen),
            _span([len(one.averages) for one in seen]),
            _span([len(one.moments) for one in seen]),
            _share(one.corrected for one in seen),
            _share(one.growing for one in seen),
            *(_share(claim in rule.invariances for rule in rules) for claim in INVARIANCES),
        ))  # fmt: skip
    return _table(heads, rows)


def _members(rules: Sequence[Optimizer]) -> str:
    """Return the table of a family's rules."""
    heads = ("rule", "method", "state", *MARKS, *INVARIANCES)
    return _table(
        heads,
        [
            (
                f"[`{rule.name}`](#optimizer-{rule.name})",
                rule.label,
                state_size(rule),
                *_marks(traits(rule)),
                *(_mark(claim in rule.invariances) for claim in INVARIANCES),
            )
            for rule in rules
        ],
    )


def _rule(rule: Optimizer, claims: Sequence[ClaimFile], write_card: Callable[[str], str]) -> str:
    """Return the section of a rule."""
    return "\n\n".join([f"(optimizer-{rule.name})=\n### {rule.name}", *_facts(rule, claims), write_card(rule.card)])


def _facts(rule: Optimizer, claims: Sequence[ClaimFile]) -> Iterator[str]:
    """Yield what is read off the rule."""
    if rule.kind == "elementwise":
        yield f"Its own lines, as formulas:\n\n$$\n{rule.latex}\n$$"
    else:
        yield "An array rule: it runs on arrays only, and its lines are not formulas."
    defaults = ", ".join(f"`{name}` = {value:g}" for name, value in rule.hyperparameters.items())
    claimed = ", ".join(claim for claim in INVARIANCES if claim in rule.invariances)
    facts = {
        "State": state_size(rule) + (f" ({_slots(rule)})" if rule.state else ""),
        "Defaults": defaults,
        "Invariances": claimed or "none claimed",
        "Source": rule.source,
        "Claims": "".join(f"\n  - {_claim(file)}" for file in claims) or "none speaks of it",
    }
    yield "\n".join(f"- {what}: {fact}" for what, fact in facts.items())


def _slots(rule: Optimizer) -> str:
    """Name the slots of a rule by what they are, as far as that can be found out."""
    found = traits(rule)
    if found is None:
        return ", ".join(f"`{name}`" for name in rule.state)
    named = {
        "average": found.averages,
        "moment": found.moments,
        "memory": found.memories,
        "number": found.numbers,
    }
    return "; ".join(f"{kind}: {', '.join(f'`{name}`' for name in names)}" for kind, names in named.items() if names)


def _claim(file: ClaimFile) -> str:
    return f"`{file.id}`, {file.claim.verdict}: {file.title}"


def _per_parameter(rules: Sequence[Optimizer], seen: Sequence[Traits]) -> str:
    """Return from how many to how many floats elementwise rules keep for each parameter; of others, that it depends."""
    if any(rule.kind == "array" for rule in rules):
        return "see below"
    return _span([len(one.averages) + len(one.moments) + len(one.memories) for one in seen])


def _span(counts: Sequence[int]) -> str:
    if not counts:
        return "?"
    return str(min(counts)) if min(counts) == max(counts) else f"{min(counts)}–{max(counts)}"


def _share(marks: Iterable[bool]) -> str:
    """Return how many of the marks are set: all, some, or a dash for none; ? if it is not known of any rule."""
    found = list(marks)
    if not found:
        return "?"
    return "all" if all(found) else f"{sum(found)} of {len(found)}" if any(found) else "–"


def _marks(found: Traits | None) -> tuple[str, ...]:
    return ("?",) * len(MARKS) if found is None else (_mark(found.corrected), _mark(found.growing))


def _mark(holds: object) -> str:
    return "✓" if holds else "–"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows))


def _title(name: str) -> str:
    return name[0].upper() + name[1:]


def _anchor(name: str) -> str:
    return "family-" + "-".join(name.replace(",", "").split())
