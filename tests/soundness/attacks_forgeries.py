"""Attacks on the record: theorems forged in Python, and certificates changed after the fact."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from convcheck.kernel import AXIOMS, RULES, Symbol, Term, Theorem, make
from convcheck.kernel.normal import scalar
from convcheck.kernel.theorem import _SEAL, Result, rule
from tests.soundness.attacks_rules import A, a, below, m, n, one, t, x, xy, y, zero
from tests.soundness.support import Json, R, app, eq, f, given, le, lt, mul, q, total, w0

FALSE = lt(one, zero)
Document = dict[str, Json]


# ---- theorems forged in Python: refused by Python, or by the checker -----------------------------------------------


def made(conclusion: Term, how: tuple[str, tuple[Any, ...]], hypotheses: tuple[Term, ...] = ()) -> Theorem:
    """Return a theorem that no rule made."""
    theorem: Theorem = object.__new__(Theorem)
    for slot, value in (("conclusion", conclusion), ("hypotheses", frozenset(hypotheses)), ("how", how)):
        object.__setattr__(theorem, slot, value)
    return theorem


def without_the_seal() -> Theorem:
    return Theorem(None, (), FALSE, ("assume", (FALSE,)))


def with_the_stolen_seal() -> Theorem:
    return Theorem(_SEAL, (), FALSE, ("axiom", ("inv_mul",)))


def an_assumption_without_hypothesis() -> Theorem:
    return made(FALSE, ("assume", (FALSE,)))


def from_a_lie() -> Theorem:
    return RULES["both"](made(FALSE, ("square", (x,))), xy)


def without_attributes() -> Theorem:
    return RULES["left"](object.__new__(Theorem))


def of_a_subclass() -> Theorem:
    class Mine(Theorem):
        """A theorem of one's own."""

        def __init__(self) -> None:
            """Skip the seal."""

    mine = Mine()
    object.__setattr__(mine, "conclusion", FALSE)
    object.__setattr__(mine, "hypotheses", frozenset())
    return RULES["both"](mine, xy)


def with_another_conclusion() -> Theorem:
    theorem = RULES["square"](x)
    object.__setattr__(theorem, "conclusion", FALSE)
    return theorem


def with_an_attribute_set() -> Theorem:
    theorem = RULES["square"](x)
    theorem.conclusion = FALSE
    return theorem


def without_its_hypotheses() -> Theorem:
    theorem = RULES["both"](xy, xy)
    object.__setattr__(theorem, "hypotheses", frozenset())
    return theorem


def an_axiom_of_ones_own() -> Theorem:
    AXIOMS["false"] = FALSE  # type: ignore[index]
    try:
        return RULES["axiom"]("false")
    finally:
        del AXIOMS["false"]  # type: ignore[attr-defined]


def an_axiom_exchanged() -> Theorem:
    true = AXIOMS["inv_mul"]
    AXIOMS["inv_mul"] = FALSE  # type: ignore[index]
    try:
        return RULES["axiom"]("inv_mul")
    finally:
        AXIOMS["inv_mul"] = true  # type: ignore[index]


def a_rule_of_ones_own() -> Theorem:
    def oracle(p: Term) -> Result:
        return (), p

    try:
        return rule(oracle)(FALSE)
    finally:
        del RULES["oracle"]


def a_rule_under_another_name() -> Theorem:
    true = RULES["assume"]

    def assume(p: Term) -> Result:
        return (), p

    try:
        return rule(assume)(FALSE)
    finally:
        RULES["assume"] = true


def a_number_changed_in_place() -> Theorem:
    number = Fraction(123457, 1000003)
    goal = lt(zero, make("q", number))
    theorem = RULES["polynomial"](goal, (below(times=Fraction(123457, 1000003)),), ())
    number._numerator = -1  # type: ignore[attr-defined]
    return theorem


def a_symbol_changed_in_place() -> Theorem:
    late = Symbol("late", ("Z", "W"), "R", 1)
    object.__setattr__(late, "adapted", 0)
    theorem = RULES["polynomial"](eq(given(t, app(late, t, w0), a), app(late, t, a)), (), ())
    object.__setattr__(late, "adapted", 1)
    return theorem


def a_normal_form_changed_in_place() -> Theorem:
    poisoned = R("poisoned")
    scalar(poisoned).clear()
    return RULES["polynomial"](eq(poisoned, zero), (), ())


def a_term_of_ones_own() -> Theorem:
    fake: Term = object.__new__(Term)
    for slot in Term.__slots__:
        object.__setattr__(fake, slot, getattr(FALSE, slot))
    return RULES["discharge"](fake, A(FALSE))


def a_loose_term_that_says_it_is_closed() -> Theorem:
    loose: Term = make("le", make("bvar", 3, "R"), make("bvar", 3, "R"))
    closed: Term = object.__new__(Term)
    for slot in Term.__slots__:
        object.__setattr__(closed, slot, frozenset() if slot == "loose" else getattr(loose, slot))
    return RULES["assume"](closed)


class Turncoat:
    """A collection that yields something else the second time."""

    def __init__(self, first: tuple[Any, ...], then: tuple[Any, ...]) -> None:
        """Remember both."""
        self.turns = iter((first, then, then, then))

    def __iter__(self) -> Iterator[Any]:
        """Yield what it is the turn of."""
        return iter(next(self.turns))


def equations_that_turn() -> Theorem:
    return RULES["polynomial"](eq(x, y), (), Turncoat((), (A(eq(x, y)),)))


def products_that_turn() -> Theorem:
    return RULES["polynomial"](le(x, y), Turncoat((), (below(xy),)), ())


def vector_equations_that_turn() -> Theorem:
    u, v = make("var", "u", "V"), make("var", "v", "V")
    return RULES["vector_equation"](eq(u, v), Turncoat((), (A(eq(u, v)),)))


def parameters_that_turn() -> Theorem:
    return RULES["instance"](A(le(app(f, n), x)), f, Turncoat((n,), (m,)), n)


class Chameleon(str):
    """A string that equals every other."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        """Agree."""
        return True

    def __ne__(self, other: object) -> bool:
        """Agree."""
        return False

    def __contains__(self, other: object) -> bool:
        """Agree."""
        return True


def an_operation_that_is_equal_to_all() -> Theorem:
    return RULES["left"](RULES["assume"](make(Chameleon("le"), zero, R("chameleon"))))


def an_integer_between_0_and_1() -> Theorem:
    """A function whose values are integers and, for an instance, real: 1/2 is no integer, so 1 < 0."""
    whole = Symbol("chameleon", ("R",), Chameleon("Z"))
    value = make("app", whole, x)
    above = RULES["integer"](A(lt(zero, value)))  # 0 < c(x) gives 0 + 1 ≤ c(x)
    nothing = RULES["polynomial"](lt(zero, zero), (below(above), below(A(lt(value, one)))), ())
    half = RULES["instance"](RULES["absurd"](nothing, FALSE), whole, (x,), q("1/2"))
    for p in (lt(zero, q("1/2")), lt(q("1/2"), one)):
        half = RULES["mp"](RULES["discharge"](p, half), RULES["polynomial"](p, (below(times=Fraction(1, 2)),), ()))
    return half


def a_sequence_at_one_half() -> Theorem:
    """A function of integers that takes real numbers."""
    sequence = Symbol("chameleon", (Chameleon("Z"),), "R")
    return RULES["square"](app(sequence, q("1/2")))


FORGERIES: dict[str, Callable[[], Theorem]] = {
    function.__name__.replace("_", " "): function
    for function in (
        without_the_seal,
        with_the_stolen_seal,
        an_assumption_without_hypothesis,
        from_a_lie,
        without_attributes,
        of_a_subclass,
        with_another_conclusion,
        with_an_attribute_set,
        without_its_hypotheses,
        an_axiom_of_ones_own,
        an_axiom_exchanged,
        a_rule_of_ones_own,
        a_rule_under_another_name,
        a_number_changed_in_place,
        a_symbol_changed_in_place,
        a_normal_form_changed_in_place,
        a_term_of_ones_own,
        a_loose_term_that_says_it_is_closed,
        equations_that_turn,
        products_that_turn,
        vector_equations_that_turn,
        parameters_that_turn,
        an_operation_that_is_equal_to_all,
        an_integer_between_0_and_1,
        a_sequence_at_one_half,
    )
}


# ---- certificates changed after the fact ---------------------------------------------------------------------------


def example() -> Theorem:
    """Return a theorem with a hypothesis, an axiom, a symbol, a sum, a rational and several steps."""
    premise = le(one, n)
    last = RULES["sum_last"](total(one, n, app(f, make("bvar", 0, "Z"))), A(premise))
    inverse = RULES["mp"](RULES["spec"](RULES["axiom"]("inv_mul"), y), A(lt(zero, y)))
    scaled = RULES["polynomial"](le(mul(q("1/2"), x, y), mul(q("1/2"), y, x)), (), ())
    every = RULES["gen"](x, RULES["discharge"](le(x, x), scaled))
    return RULES["both"](RULES["both"](last, inverse), every)


def entry(key: str, value: Json = None) -> Callable[[Document], None]:
    """Return what sets an entry of the certificate."""

    def change(data: Document) -> None:
        data[key] = value

    return change


def without(key: str) -> Callable[[Document], None]:
    """Return what removes an entry of the certificate."""

    def change(data: Document) -> None:
        del data[key]

    return change


def append(key: str, value: Json) -> Callable[[Document], None]:
    """Return what appends to a list of the certificate."""

    def change(data: Document) -> None:
        data[key].append(value)

    return change


def false_conclusion(data: Document) -> None:
    size = len(data["terms"])
    data["terms"] += [["q", "1"], ["q", "0"], ["lt", size, size + 1]]
    data["conclusion"] = size + 2


def nested(depth: int) -> Json:
    value: Json = []
    for _ in range(depth):
        value = [value]
    return value


def chain(op: str, length: int, *row: Json) -> Callable[[Document], None]:
    """Return what appends a term that refers to the last one, and that to the one before, and so on."""

    def change(data: Document) -> None:
        data["terms"].append(["var", "x", "R"])
        for _ in range(length):
            last = len(data["terms"]) - 1
            data["terms"].append([op, *(last if part == "last" else part for part in row)])

    return change


def computing(*rows: Json) -> Callable[[Document], None]:
    """Return what appends terms to the table and a step that calculates with the last of them."""

    def change(data: Document) -> None:
        size = len(data["terms"])
        for row in rows:
            data["terms"].append([part if type(part) is not int else part + size for part in row])
        last = len(data["terms"]) - 1
        data["terms"].append(["le", last, last])
        data["steps"].append(["polynomial", ["term", last + 1], ["list", []], ["list", []]])

    return change


STEP, NONE = ["theorem", 0], ["list", list[Json]()]
CLAIMS: dict[str, Callable[[Document], None]] = {
    # claims
    "another conclusion": entry("conclusion", 0),
    "a false conclusion": false_conclusion,
    "a conclusion out of range": entry("conclusion", 10**6),
    "a negative conclusion": entry("conclusion", -1),
    "True as a conclusion": entry("conclusion", value=True),
    "a conclusion that is a float": entry("conclusion", 1.0),
    "no conclusion": entry("conclusion", None),
    "a hypothesis dropped": lambda data: data["hypotheses"].pop(),
    "all hypotheses dropped": entry("hypotheses", []),
    "a hypothesis added": lambda data: data["hypotheses"].append(data["conclusion"]),
    "a hypothesis twice": lambda data: data["hypotheses"].append(data["hypotheses"][0]),
    "another hypothesis": lambda data: data["hypotheses"].__setitem__(0, data["conclusion"]),
    "hypotheses that are no list": entry("hypotheses", {}),
    "an axiom dropped": entry("axioms", []),
    "an axiom added": append("axioms", "sqrt_square"),
    "an axiom twice": append("axioms", "inv_mul"),
    "another axiom": entry("axioms", ["inv_pos"]),
    "axioms that are a string": entry("axioms", "inv_mul"),
    "the last step dropped": lambda data: data["steps"].pop(),
    # names
    "a name for a term that binds nothing": entry("names", {"0": "i"}),
    "a name for a term out of range": entry("names", {"1000000": "i"}),
    "a name for no number": entry("names", {"first": "i"}),
    "a name for a letter": entry("names", {"x": "i"}),
    "a name for a number with a sign": entry("names", {"+1": "i"}),
    "a name for a number and a letter": entry("names", {"1x": "i"}),
    "a name for a padded number": entry("names", {"007": "i"}),
    "a name for a number of another script": entry("names", {"\u0663": "i"}),
    "a name for a huge number": entry("names", {"9" * 5000: "i"}),
    "names that are a list": entry("names", []),
    "names that are null": entry("names", None),
}
"""Changes of what a certificate claims, after each of which it must be rejected."""

CHANGES: dict[str, Callable[[Document], None]] = {
    # the frame
    "another format": entry("format", "convcheck/certificate/2"),
    "no format": without("format"),
    "no symbols": without("symbols"),
    "no steps at all": without("steps"),
    "no names": without("names"),
    "an empty derivation": entry("steps", []),
    "an unknown key": entry("trusted", value=True),
    "steps that are an object": entry("steps", {"0": ["assume"]}),
    "terms that are a string": entry("terms", "q"),
    # steps
    "an unknown rule": append("steps", ["oracle", ["term", 0]]),
    "a rule of the kernel's machinery": append("steps", ["rule", ["term", 0]]),
    "a rule that is a number": append("steps", [0, ["term", 0]]),
    "a rule that is a list": append("steps", [["assume"], ["term", 0]]),
    "a step that is empty": append("steps", []),
    "a step that is a string": append("steps", "assume"),
    "a step that is null": append("steps", None),
    "an argument too many": append("steps", ["left", STEP, STEP]),
    "an argument too few": append("steps", ["both", STEP]),
    "a theorem of the future": append("steps", ["both", ["theorem", 10**6], STEP]),
    "a theorem that is the step itself": lambda data: data["steps"].append(
        ["both", ["theorem", len(data["steps"])], STEP]
    ),
    "a theorem from the end": append("steps", ["both", ["theorem", -1], STEP]),
    "True as a theorem": append("steps", ["both", ["theorem", True], STEP]),
    "a float as a theorem": append("steps", ["both", ["theorem", 0.0], STEP]),
    "a term as a theorem": append("steps", ["both", ["term", 0], STEP]),
    "a theorem as a term": append("steps", ["square", STEP]),
    "a bare number as a term": append("steps", ["square", 0]),
    "a term of the future": append("steps", ["square", ["term", 10**6]]),
    "a term with a third part": append("steps", ["square", ["term", 0, 0]]),
    "a tag that is no tag": append("steps", ["square", ["expression", 0]]),
    "a symbol as a term": append("steps", ["square", ["symbol", 0]]),
    "a list as a theorem": append("steps", ["left", ["list", [STEP]]]),
    "null as a theorem": append("steps", ["left", None]),
    "an axiom that is a term": append("steps", ["axiom", ["term", 0]]),
    "a float as a coefficient": append(
        "steps",
        ["polynomial", ["term", 0], ["list", [["list", [["rational", 0.5], ["list", []], None]]]], ["list", []]],
    ),
    "products without the tag of lists": append("steps", ["polynomial", ["term", 0], [], []]),
    "a condition that is an empty list": append("steps", ["expectation_mono", STEP, ["list", []]]),
    "a condition that is false": append("steps", ["expectation_mono", STEP, False]),
    # terms
    "a term that refers to itself": lambda data: data["terms"].append(["inv", len(data["terms"])]),
    "a term of a later one": append("terms", ["inv", 10**6]),
    "a term from the end of the table": append("terms", ["inv", -1]),
    "True as a reference": append("terms", ["inv", True]),
    "an empty row": append("terms", []),
    "a row that is a string": append("terms", "x"),
    "a symbol from the end of the table": append("terms", ["app", -1, 0]),
    "a symbol of three parts": append("symbols", ["f", "Z", "R"]),
    "a symbol of five parts": append("symbols", ["f", "Z", "R", None, None]),
    "a symbol whose domain is a list": append("symbols", ["f", ["Z"], "R", None]),
    # sizes
    "a deep term": chain("inv", 2000, "last"),
    "a term that is huge when written out": chain("add", 60, "last", "last"),
    "deeply nested JSON": entry("names", nested(100_000)),
    "a deeply nested argument": append("steps", ["square", nested(50_000)]),
    "an exponent just too large": append("terms", ["pow", 0, 201]),
    "a huge exponent": append("terms", ["pow", 0, 10**9]),
    "an exponent with many digits": append("terms", ["pow", 0, 10**4000]),
    "a huge index": append("terms", ["bvar", 10**9, "Z"]),
    "a number with many digits": append("terms", ["q", "7" * 5000]),
    "a power of a power of a power of 7": computing(["q", "7"], ["pow", 0, 200], ["pow", 1, 200], ["pow", 2, 200]),
    "a polynomial of many monomials": computing(
        *(["var", f"x{i}", "R"] for i in range(30)), ["add", *range(30)], ["pow", 30, 12]
    ),
    "a binomial to a high power": computing(
        ["var", "x", "R"], ["q", "1"], ["add", 0, 1], ["pow", 2, 200], ["pow", 3, 200]
    ),
}
"""Changes of a certificate, after each of which the replay must stop."""

HINTS = {
    "a hint with a line break": "i\n",
    "a hint with an escape sequence": "\x1b[2J",
    "a hint that is an operator": "≤",
    "a hint that closes a bracket": "i](0) = 0 → Σ[j",
    "a hint with a Cyrillic letter": "\u0456",
    "a hint with an accent": "i\u0301",
    "an empty hint": "",
    "a hint that is a number": 7,
    "a hint that is null": None,
}
"""Names for a sum's variable, with each of which the certificate must be rejected."""
