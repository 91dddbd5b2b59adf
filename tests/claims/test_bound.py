"""A claim's bound: the formula that was proved, as SymPy's, on arrays, tuned, and against a run."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp

import convcheck as cc
from convcheck.claims.bound import bounds
from convcheck.claims.discovery import entries, load, read
from convcheck.claims.formula import Bound, ascii_name
from convcheck.claims.published import PublishedClaim
from convcheck.claims.verdict import Verdict
from convcheck.errors import BoundError, CatalogError, ParameterError, UnknownNameError

CLAIM = '''
"""Some claim."""
from convcheck.claims.claim import Claim, Source
from convcheck.language import *
from convcheck.optimizers.sgd import sgd

claim = Claim(kind="regret", source=Source("nobody2020", "Theorem 1"), verdict="open")
t, T = ints("t T")
α, G = reals("α G")
(u,) = vectors("u")
game = play(sgd, lr=α, project=u)
x, f = game.x, game.f
regret = Sum(f[t](x[t]) - f[t](u), t, 1, T)
{rest}
'''


def made(folder: Path, rest: str) -> PublishedClaim:
    path = folder / "nobody2020" / "theorem_1.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(CLAIM.format(rest=rest), "utf-8")
    return PublishedClaim(read(path))


@pytest.fixture(scope="module")
def theorem() -> PublishedClaim:
    return cc.claim("zinkevich2003/theorem-1")


@pytest.fixture(scope="module")
def bound(theorem: PublishedClaim) -> Bound:
    return theorem.bound


def test_it_is_the_formula_of_the_statement(bound: Bound) -> None:
    α, D, G, T = (bound.symbols[name] for name in "αDGT")
    assert bound.expression == D**2 * sp.sqrt(T) / (2 * α) + α * G**2 * (sp.sqrt(T) - sp.Rational(1, 2))
    assert (bound.left, bound.horizon, bound.below) == ("Σ[t=1..T] (f_t(x_t) - f_t(u))", "T", False)
    assert (α.is_positive, T.is_positive, T.is_integer, D.is_positive) == (True, True, True, None)
    assert bound.elsewhere == ()
    assert r"{2 \alpha}" in bound.latex


def test_sympy_takes_it_for_its_formula(bound: Bound) -> None:
    T = bound.symbols["T"]
    assert sp.diff(bound, T) == sp.diff(bound.expression, T)
    assert sp.simplify(sp.limit(sp.sympify(bound) / sp.sqrt(T), T, sp.oo) - bound.leading) == 0


def test_its_values_are_those_of_the_formula(bound: Bound) -> None:
    T, α = np.array([1, 4, 10**6]), np.array([[0.5], [2.0]])
    by_hand = 3.0**2 * np.sqrt(T) / (2 * α) + α * 7.0**2 * (np.sqrt(T) - 0.5)
    assert bound(T=T, alpha=α, D=3, G=7).shape == (2, 3)
    np.testing.assert_allclose(bound(T=T, α=α, D=3, G=7), by_hand, rtol=1e-15)
    np.testing.assert_allclose(bound(T, α=α, D=3, G=7), by_hand, rtol=1e-15)


@pytest.mark.parametrize(
    ("values", "error", "sentence"),
    [
        ({"T": 1, "alpa": 1, "D": 1, "G": 1}, UnknownNameError, "no constant 'alpa' .* did you mean 'alpha'"),
        ({"T": 1, "D": 1}, BoundError, "needs a value for G, alpha"),
        ({"T": 1, "alpha": 1, "α": 1, "D": 1, "G": 1}, BoundError, "α twice"),
        ({"T": 0, "alpha": 1, "D": 1, "G": 1}, ParameterError, "1 ≤ T only"),
        ({"T": [1, 2], "alpha": [1, 0], "D": 1, "G": 1}, ParameterError, "0 < α only"),
        ({"T": 1, "alpha": float("nan"), "D": 1, "G": 1}, ParameterError, "α must be finite"),
        ({"T": 1, "alpha": "a", "D": 1, "G": 1}, ParameterError, "no array of numbers"),
    ],
)
def test_what_it_cannot_be_given_is_refused(
    bound: Bound, values: dict[str, Any], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        bound(**values)


def test_the_best_step_size(theorem: PublishedClaim) -> None:
    bound = theorem.bound
    best, T = theorem.tune("alpha"), 50.0
    value = float(best.subs({bound.symbols["D"]: 3, bound.symbols["G"]: 2, bound.symbols["T"]: T}))
    grid = np.geomspace(value / 3, value * 3, 2001)
    assert grid[np.argmin(bound(T=T, α=grid, D=3, G=2))] == pytest.approx(value, rel=1e-3)
    D, G = bound.symbols["D"], bound.symbols["G"]
    assert theorem.tune("α", T=sp.oo) == D / (sp.sqrt(2) * G)
    assert sp.simplify(theorem.tune("α", T=1) - D / G / 1) == 0
    with pytest.raises(BoundError, match="no positive D is known"):
        theorem.tune("D")
    with pytest.raises(UnknownNameError):
        theorem.tune("beta")


def test_rates() -> None:
    def rate(name: str) -> str:
        return str(cc.claim(name).bound.rate)

    assert rate("zinkevich2003/theorem-1") == "sqrt(T)"
    assert [str(bound.rate) for bound in cc.claim("orabona2019/theorem-5-4").bounds] == ["T**(3/2)", "n**(3/2)"]
    assert rate("reddi2018/theorem-1") == "n"
    assert rate("nesterov2004/gd-convex") == "1/N"
    with pytest.raises(BoundError, match="no power of n"):
        _ = cc.claim("karimi2016/linear-rate").bound.rate


def test_a_logarithm_is_part_of_the_rate(tmp_path: Path) -> None:
    claim = made(tmp_path, "statement = forall(1 <= T, regret <= G**2*(1 + log(T))*sqrt(T))")
    T, G = claim.bound.symbols["T"], claim.bound.symbols["G"]
    assert claim.bound.rate == sp.sqrt(T) * sp.log(T)
    assert claim.bound.leading == G**2


def test_bounds_from_below_and_bounds_with_stand_ins() -> None:
    reddi = cc.claim("reddi2018/theorem-1").bound
    assert reddi.below
    assert float(reddi(5, C=3)) == 10
    assert repr(reddi).startswith("2*n*(C - 2) ≤ Σ")
    smooth = cc.claim("nesterov2004/gd-convex").bound
    assert float(smooth(N=2, L=8, **{"‖x_1 - u‖²": 3})) == 6


@pytest.mark.parametrize("name", entries())
def test_every_bound_in_the_catalogue_is_read(name: str) -> None:
    for bound in bounds(load(name)):
        assert bound.latex
        assert bound.expression.free_symbols <= set(bound.symbols.values())


def test_several_bounds_and_none(tmp_path: Path) -> None:
    claim = made(tmp_path, "statement = forall(1 <= T, regret <= G*T) & forall(1 <= T, regret <= G**2*T)")
    assert len(claim.bounds) == 2
    with pytest.raises(BoundError, match=r"2 bounds, take one of claim\.bounds"):
        _ = claim.bound
    with pytest.raises(BoundError, match="does not bound anything"):
        _ = made(tmp_path, "statement = forall(1 <= T, regret == 0)").bound


def test_names_in_ascii() -> None:
    assert [ascii_name(n) for n in ("α", "β1", "λ", "D_inf", "f_μ", "T")] == [
        "alpha", "beta1", "lambda", "D_inf", "f_mu", "T",
    ]  # fmt: skip


# ---- formulas that speak of what is played


@pytest.fixture(scope="module")
def gradients() -> Any:
    return np.random.default_rng(1).normal(size=(50, 2))


def test_a_bound_in_coordinates_is_a_formula_of_sympy() -> None:
    bound = cc.claim("duchi2011/theorem-5").bounds[0]
    t, i = sp.symbols("t i", integer=True)
    T, d, D, α = (bound.symbols[name] for name in ("T", "d", "D", "α"))
    inner = sp.Sum(sp.Function("g", real=True)(t, i) ** 2, (t, 1, T))
    assert bound.expression == (D**2 / (2 * α) + α) * sp.Sum(sp.sqrt(inner), (i, 1, d))
    assert (bound.horizon, [*bound.sequences]) == ("T", ["g"])
    assert r"\sum" in bound.latex


def test_its_value_on_a_run_is_that_of_the_formula(gradients: Any) -> None:
    T = np.array([1, 7, 50])
    adagrad = cc.claim("duchi2011/theorem-5").bounds[0](T=T, alpha=0.5, D=2, d=2, g=gradients)
    length = np.sqrt(np.cumsum(gradients**2, axis=0))
    np.testing.assert_allclose(adagrad, 4.5 * length.sum(axis=1)[T - 1], rtol=1e-14)

    # sums within sums, and a schedule as a function or as its entries
    adamnc, rate = cc.claim("reddi2018/corollary-2").bound, 0.9 / np.arange(1, 51)
    values = {"T": T, "alpha": 0.5, "D": 2, "d": 2, "beta1": 0.9, "g": gradients}
    by_hand = 10 * 4 * length + 20 * np.cumsum(2 * rate[:, None] * length, axis=0) + 1000 * length
    np.testing.assert_allclose(adamnc(**values, beta=rate), by_hand.sum(axis=1)[T - 1], rtol=1e-12)
    np.testing.assert_array_equal(adamnc(**values, beta=lambda t: 0.9 / t), adamnc(**values, beta=rate))


def test_constants_may_be_arrays_beside_sequences(gradients: Any) -> None:
    bound = cc.claim("duchi2011/theorem-5").bounds[0]
    T, α = np.array([1, 7, 50]), np.array([[0.5], [2.0]])
    both = bound(T=T, alpha=α, D=2, d=2, g=gradients)
    assert both.shape == (2, 3)
    for row, a in zip(both, (0.5, 2.0), strict=True):
        np.testing.assert_array_equal(row, bound(T=T, alpha=a, D=2, d=2, g=gradients))
    assert bound(T=7, alpha=0.5, D=2, d=2, g=gradients).shape == ()


@pytest.mark.parametrize(
    ("changes", "error", "sentence"),
    [
        ({"g": np.ones((49, 2))}, BoundError, r"entries that are not given: .*g has the shape \(49, 2\)"),
        ({"g": np.ones((50, 1))}, BoundError, "entries that are not given"),
        ({"g": np.ones(50)}, BoundError, r"are \(T, d\)"),
        ({"g": np.full((50, 2), np.nan)}, ParameterError, "g must be finite"),
        ({"beta2": 0.5}, ParameterError, re.escape("β1**2 < β2 only")),
        ({"gg": 1}, UnknownNameError, "no constant 'gg'"),
    ],
)
def test_wrong_sequences_are_refused(
    changes: dict[str, Any], error: type[Exception], sentence: str, gradients: Any
) -> None:
    good = {"T": 50, "alpha": 1, "beta1": 0.9, "beta2": 0.99, "D": 2, "d": 2, "g": gradients, "v_max": gradients**2}
    bound = cc.claim("alacaoglu2020/theorem-1").bound
    assert bound(**good) > 0
    with pytest.raises(error, match=sentence):
        bound(**good | changes)


def test_sequences_are_asked_for(theorem: PublishedClaim) -> None:
    with pytest.raises(BoundError, match=r"needs a value for .*g"):
        cc.claim("duchi2011/theorem-5").bounds[1](T=1, D=1, d=1)
    assert theorem.bound.sequences == {}


# ---- the card


def test_the_card(theorem: PublishedClaim) -> None:
    page = theorem._repr_html_()
    for part in (
        "Projected online gradient descent",
        "zinkevich2003, Theorem 1",
        "0 &lt; α",
        "declared proved",
        r"\sum",
    ):
        assert part in page
    assert theorem._repr_latex_() == f"${theorem.latex}$"
    assert "∀T. 1 ≤ T" in repr(theorem)
    assert theorem.prove().theorem.conclusion is theorem.file.statement.term


def test_unknown_and_unproved_claims(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'zinkevich2003/theorem-1'"):
        cc.claim("zinkevich2003/theorem-2")
    with pytest.raises(CatalogError, match="has no proof"):
        made(tmp_path, "statement = forall(1 <= T, regret <= G*T)").prove()


# ---- against runs

RATES = cc.schedule("inverse_sqrt", alpha=[0.1, 0.7, 3.0])


@pytest.mark.parametrize("given", ["claim", "bound"])
def test_a_run_stays_below_the_theorem(theorem: PublishedClaim, given: str) -> None:
    problem = cc.problem("linear_box", signs="adversarial", d=2)
    bound = theorem if given == "claim" else theorem.bound
    found = cc.check_bound("sgd", problem, bound, 2000, lr=RATES)
    assert found.holds

    def by_hand(T: Any, *, D: Any, G: Any, alpha: Any) -> Any:
        return D**2 * np.sqrt(T) / (2 * alpha) + alpha * G**2 * (np.sqrt(T) - 0.5)

    same = cc.check_bound("sgd", problem, by_hand, 2000, lr=RATES)
    assert found.ratio_min == pytest.approx(same.ratio_min, rel=1e-14)
    assert found.ratio_min > 1


def test_a_false_claim_is_found_out(tmp_path: Path) -> None:
    claim = made(tmp_path, "statement = forall(1 <= T, 0 < G, regret <= G*sqrt(T)/2, over=[T, G])")
    found = cc.check_bound("sgd", cc.problem("linear_box", signs=(1.0,)), claim, 200, lr=0.001)
    assert found.verdict is Verdict.VIOLATED


def test_a_claim_is_not_used_for_what_it_is_not_about(theorem: PublishedClaim, tmp_path: Path) -> None:
    rates: dict[str, Any] = {"lr": cc.schedule("inverse_sqrt", alpha=0.5)}
    with pytest.raises(BoundError, match="is about sgd, not about adam"):
        cc.check_bound("adam", "reddi", theorem, 10, **rates)
    with pytest.raises(BoundError, match="does not bound the regret from above"):
        cc.check_bound("adam_undebiased", "reddi", cc.claim("reddi2018/theorem-1"), 10, **rates)
    with pytest.raises(BoundError, match="does not bound the regret"):
        cc.check_bound("sgd", "reddi", cc.claim("nesterov2004/gd-convex"), 10, lr=0.1)
    with pytest.raises(UnknownNameError, match="no constant 'alpha'"):
        cc.check_bound("sgd", "reddi", theorem, 10, lr=0.1)
    elsewhere = made(tmp_path, "given(α <= 1)\nstatement = forall(1 <= T, regret <= G*T)")
    with pytest.raises(BoundError, match=re.escape("also assumes α ≤ 1")):
        cc.check_bound("sgd", "reddi", elsewhere, 10, lr=0.1)
