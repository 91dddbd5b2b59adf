"""The corpus of attacks: each is refused by the kernel and by the checker, or does no harm in print.

An attack on a rule or on terms is tried on both programs; one on the record (a theorem forged in Python, a certificate
changed afterwards) on the checker, which does not share the kernel's memory.
"""

import json
from typing import Any

import pytest

from convcheck import check
from convcheck.kernel import AXIOMS, RULES, Symbol, Term, certificate, make
from tests.soundness import attacks_arithmetic, attacks_rules
from tests.soundness.attacks_forgeries import CHANGES, CLAIMS, FORGERIES, HINTS, example
from tests.soundness.attacks_print import PRINTED
from tests.soundness.attacks_rules import A, a, fi, fn, fs, m, n, one, t, u, x, xy, y, z, zero
from tests.soundness.attacks_terms import ROWS, SYMBOLS
from tests.soundness.support import (
    REFUSED,
    X,
    Z,
    agree,
    app,
    attempted,
    document,
    eq,
    every,
    f,
    imp,
    into,
    k,
    kernel_accepts,
    le,
    lt,
    mul,
    plain,
    replay,
    w0,
    with_row,
)

INFERENCES = attacks_rules.ATTACKS | attacks_arithmetic.ATTACKS


def test_the_corpus_is_large() -> None:
    corpora: tuple[dict[str, Any], ...] = (ROWS, SYMBOLS, INFERENCES, FORGERIES, CHANGES, CLAIMS, HINTS, KEPT, PRINTED)
    assert len(attacks_rules.ATTACKS.keys() & attacks_arithmetic.ATTACKS.keys()) == 0
    assert sum(map(len, corpora)) >= 400
    assert {rule for rule, *_ in INFERENCES.values()} >= RULES.keys() - {"both"}  # which nothing can go wrong with


@pytest.mark.parametrize("name", INFERENCES)
def test_no_wrong_inference(name: str) -> None:
    rule, *arguments = INFERENCES[name]
    assert not kernel_accepts(rule, *arguments)
    data = attempted(rule, *arguments)
    refused(data, f"^step {len(data['steps']) - 1}: |whole number")


@pytest.mark.parametrize("name", ROWS)
def test_no_wrong_term(name: str) -> None:
    op, *args = ROWS[name]
    with pytest.raises(REFUSED):
        make(op, *args)
    data = with_row(op, *args)
    refused(data, f"^term {len(data['terms']) - 1}: |whole number")


def refused(data: dict[str, Any], where: str) -> None:
    """Require that the checker refuses a certificate, and says where."""
    with pytest.raises(check.CheckError, match=where) as error:
        check.check(json.dumps(data))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", SYMBOLS)
def test_no_wrong_symbol(name: str) -> None:
    word, domain, codomain, adapted = SYMBOLS[name]
    with pytest.raises(REFUSED):
        Symbol(word, domain, codomain, adapted)
    data = document(A(le(x, y)))
    data["symbols"].append([word, "".join(domain), codomain, plain(adapted)])
    refused(data, "symbol|whole number")


@pytest.mark.parametrize("name", FORGERIES)
def test_no_forgery_is_believed(name: str) -> None:
    try:
        data = json.dumps(certificate(FORGERIES[name]()))
    except REFUSED:
        return
    with pytest.raises(check.CheckError):
        check.check(data)


@pytest.mark.parametrize("name", CHANGES | CLAIMS)
def test_no_changed_certificate_is_accepted(name: str) -> None:
    data = document(example())
    check.check(json.dumps(data))
    (CHANGES | CLAIMS)[name](data)
    text = written(data)
    with pytest.raises(check.CheckError) as error:
        check.check(text)
    assert len(str(error.value).splitlines()) == 1
    if name in CHANGES:  # then not only the claims are wrong
        with pytest.raises((check.CheckError, RecursionError)):
            check.Replay(check.parse(text.encode()))


def written(data: dict[str, Any]) -> str:
    """Write JSON, of any depth."""
    try:
        return json.dumps(data)
    except RecursionError:
        depth = 100_000
        return json.dumps({**data, "names": 0, "steps": []})[:-1] + ', "more": ' + "[" * depth + "]" * depth + "}"


@pytest.mark.parametrize("name", HINTS)
def test_no_wrong_name(name: str) -> None:
    data = document(A(le(fs, x)))
    (binder,) = (i for i, row in enumerate(data["terms"]) if row[0] == "sum")
    data["names"] = {str(binder): "j"}
    assert check.check(json.dumps(data)).statement == "Σ[j=1..n](f(j)) ≤ x"
    data["names"] = {str(binder): HINTS[name]}
    refused(data, "names")


# ---- hypotheses that must stay -------------------------------------------------------------------------------------

p, r = le(x, y), le(y, z)
KEPT: dict[str, tuple[tuple[Any, ...], tuple[Term, ...]]] = {
    "discharging something else": (("discharge", r, A(p)), (p,)),
    "discharging what only looks equal": (("discharge", le(mul(one, x), y), A(p)), (p,)),
    "discharging the strict inequality": (("discharge", lt(x, y), A(p)), (p,)),
    "discharging one of two": (("discharge", p, RULES["both"](A(p), A(r))), (r,)),
    "cases the wrong way": (("cases", A(p), A(p), y, x), (p,)),
    "cases with exchanged branches": (
        ("cases", RULES["mp"](RULES["discharge"](lt(y, x), A(r)), A(lt(y, x))), A(r), x, y),
        (lt(y, x), r),
    ),
    "cases with a weak second branch": (
        ("cases", A(r), RULES["left"](RULES["both"](A(r), A(le(y, x)))), x, y),
        (le(y, x), r),
    ),
    "cases with the strict inequality first": (
        ("cases", RULES["left"](RULES["both"](A(r), A(lt(x, y)))), A(r), x, y),
        (lt(x, y), r),
    ),
    "cases that are not exhaustive": (
        ("cases", RULES["left"](RULES["both"](A(r), A(p))), RULES["left"](RULES["both"](A(r), A(lt(y, z)))), x, y),
        (lt(y, z), r),
    ),
    "mp of two assumptions": (("mp", A(imp(p, r)), A(p)), (imp(p, r), p)),
    "both of two assumptions": (("both", A(p), A(r)), (p, r)),
    "left of an assumption": (("left", A(make("and", p, r))), (make("and", p, r),)),
    "right of an assumption": (("right", A(make("and", p, r))), (make("and", p, r),)),
    "gen over what does not occur": (("gen", n, A(p)), (p,)),
    "gen over a variable of the same name": (("gen", Z("x"), A(p)), (p,)),
    "spec of an assumption": (("spec", A(every("Z", le(fi, x))), n), (every("Z", le(fi, x)),)),
    "instance in a hypothesis": (("instance", A(le(fn, x)), f, (m,), m), (le(n, x),)),
    "instance of another symbol": (("instance", A(le(fn, x)), k, (m,), m), (le(fn, x),)),
    "antisym of two assumptions": (("antisym", A(p), A(le(y, x))), (p, le(y, x))),
    "cong of an assumption": (("cong", A(eq(x, y)), z, mul(z, z)), (eq(x, y),)),
    "integer of an assumption": (("integer", A(lt(n, m))), (lt(n, m),)),
    "induction with a hypothesis of the base": (
        ("induction", A(le(zero, app(f, zero))), attacks_rules.step, n, zero, le(zero, fn)),
        (le(zero, app(f, zero)), attacks_rules.step_hypothesis),
    ),
    "an empty sum by assumption": (("sum_empty", fs, A(lt(n, one))), (lt(n, one),)),
    "a last term by assumption": (("sum_last", fs, A(le(one, n))), (le(one, n),)),
    "sums compared by assumption": (("sum_mono", A(every("Z", le(fi, x))), one, n), (every("Z", le(fi, x)),)),
    "expectations compared by assumption": (
        ("expectation_mono", A(every("W", le(app(X, n, w0), x))), None),
        (every("W", le(app(X, n, w0), x)),),
    ),
    "conditional expectations compared by assumption": (
        ("expectation_mono", A(every("W", le(app(X, n, w0), x))), (t, a)),
        (every("W", le(app(X, n, w0), x)),),
    ),
    "a product of assumptions": (
        ("polynomial", le(zero, mul(one, one)), ((attacks_rules.ONE, (), None),), ()),
        (),
    ),
    "a product with an assumption that does not matter": (
        ("polynomial", le(zero, one), ((attacks_rules.ONE, (A(eq(x, x)), xy), None),), ()),
        (eq(x, x), p),
    ),
    "an equation that does not matter": (("polynomial", le(zero, one), (), (A(eq(fn, x)),)), (eq(fn, x),)),
    "a vector equation that does not matter": (("vector_equation", eq(u, u), (A(eq(fn, x)),)), (eq(fn, x),)),
    "absurd from an assumption": (("absurd", A(lt(one, zero)), r), (lt(one, zero),)),
}
"""An inference that is allowed, and the hypotheses it must leave."""


@pytest.mark.parametrize("name", KEPT)
def test_no_hypothesis_is_lost(name: str) -> None:
    (rule, *arguments), hypotheses = KEPT[name]
    theorem = RULES[rule](*arguments)
    assert theorem.hypotheses == set(hypotheses)
    agree(theorem)
    replayed = check.Replay(document(theorem))
    assert replayed.facts[-1].hypotheses == {into(replayed.terms, hypothesis) for hypothesis in hypotheses}


# ---- print ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PRINTED)
def test_print_does_not_deceive(name: str) -> None:
    theorem, hints, statement, symbols = PRINTED[name]
    result = replay(theorem, names=hints)
    assert result.statement == statement
    assert not symbols or result.symbols == symbols


def test_the_axioms_are_the_same() -> None:
    terms = check.Terms()
    assert {name: terms.plant(tree) for name, tree in check.AXIOMS.items()} == {
        name: into(terms, p) for name, p in AXIOMS.items()
    }
