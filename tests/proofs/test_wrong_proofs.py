"""A proof does not survive a better constant, a weaker hypothesis, or another optimizer."""

from pathlib import Path

import pytest

from convcheck.errors import StepFailedError
from convcheck.language.files import read

PROOFS = Path(__file__).parents[2] / "proofs"

MUTANTS = [
    ("zinkevich2003/theorem_1", "α*G**2*(sqrt(T) - Fraction(1, 2))", "α*G**2*(sqrt(T) - Fraction(2, 3))"),
    ("zinkevich2003/theorem_1", "given(0 < α)", "given(0 <= α)"),
    ("zinkevich2003/theorem_1", "lr=η, project=u", "lr=lambda t: 2*η(t), project=u"),
    ("duchi2011/adagrad_interval", "(D**2/(2*α) + α) * sqrt", "(D**2/(2*α) + α/2) * sqrt"),
    ("duchi2011/adagrad_interval", "given(high - low <= D)", "given(high - low <= 2*D)"),
    ("orabona2019/constant_step", "norm2(x[1] - u)/(2*η) + η/2", "norm2(x[1] - u)/(2*η) + η/3"),
    ("orabona2019/theorem_5_4", "sqrt(2) - Fraction(4, 3)\n", "sqrt(2) - Fraction(5, 4)\n"),
    ("orabona2019/theorem_5_4", "φ/2 * T * sqrt(T) <= regret(T)", "2*φ/3 * T * sqrt(T) <= regret(T)"),
    ("orabona2019/theorem_5_4", "sharper   = φ * (2*n)", "sharper   = 2*φ * (2*n)"),
    ("nesterov2004/gd_convex", "L*norm2(x[1] - u)/(2*N)", "L*norm2(x[1] - u)/(3*N)"),
    ("nesterov2004/descent_lemma", "norm2(f.gradient(x[t]))/(2*L))\n", "norm2(f.gradient(x[t]))/L)\n"),
    ("karimi2016/linear_rate", "given(μ <= L)", "given(μ <= 2*L)"),
    ("karimi2016/linear_rate", "play(sgd, lr=1 / L", "play(sgd, lr=2 / L"),
    ("ghadimi2013/nonconvex_sgd", "short = given(α * L <= 1)", "short = given(α * L <= 2)"),
    ("reddi2018/theorem_1", "2*(C - 2)*n", "2*(C - 1)*n"),
    ("reddi2018/theorem_1", "rate   = given(α**2 <= 1 - β)", "rate   = given(α**2 <= 2 - β)"),
    ("reddi2018/theorem_1", "beta1=0, beta2", "beta1=Fraction(1, 10), beta2"),
    ("convcheck/adam_denominator", "(w(t) <= Y(t))", "(w(t-1) <= w(t))"),
    ("convcheck/adam_momentum", "<= 2*(G(t) - G(t-1)) + λ", "<= G(t) - G(t-1) + λ"),
    ("convcheck/adam_round", "given(forall(i, low[i] <= u[i]))", "given(forall(i, low[i] - 1 <= u[i]))"),
    ("convcheck/adam_regret_weighted", "high[i] - low[i] <= D", "high[i] - low[i] <= 2*D"),
    ("convcheck/adam_regret", "high[i] - low[i] <= D", "high[i] - low[i] <= 2*D"),
    ("convcheck/adam_regret_sqrt_e", "T*(1 - β2) <= 1", "T*(1 - β2) <= 2"),
    ("convcheck/adam_regret_sharp", "a, b = Fraction(13153, 10000)", "a, b = Fraction(13150, 10000)"),
    ("reddi2018/lemma_2", "1/(1 - β1)*α*sqrt", "1/(2 - 2*β1)*α*sqrt"),
    ("reddi2018/theorem_4_sharp", "β[t+1] <= β[t]", "β[t+1] <= 2*β[t]"),
    ("reddi2018/theorem_4_sharp", "lr=step", "lr=lambda t: α"),
    ("reddi2018/theorem_4_any_schedule", "β[t] <= β1)", "β[t] <= 2*β1)"),
    ("reddi2018/theorem_4_sharp_box", "high[i] - low[i] <= D", "high[i] - low[i] <= 2*D"),
    ("reddi2018/theorem_5_sharp", "h(t)/α[t] <= h(t+1)/α[t+1]", "h(t)/α[t] <= 2*h(t+1)/α[t+1]"),
    ("reddi2018/theorem_5", "length(t) <= ζ*h(t)/α[t]", "length(t) <= 2*ζ*h(t)/α[t]"),
    ("tran2019/adamx", "forall(1 <= t, β[t] <= β1)", "forall(1 <= t, β[t] <= 2*β1)"),
    ("alacaoglu2020/theorem_1_sharp", "given(β1**2 < β2)", "given(β1**2 <= β2)"),
]


@pytest.mark.parametrize(("name", "old", "new"), MUTANTS, ids=[f"{name}: {new}" for name, _, new in MUTANTS])
def test_a_mutant_is_not_proved(name: str, old: str, new: str, tmp_path: Path) -> None:
    source = (PROOFS / f"{name}.py").read_text(encoding="utf-8")
    assert old in source
    path = tmp_path / "mutant" / "proof.py"
    path.parent.mkdir()
    path.write_text(source.replace(old, new), encoding="utf-8")
    with pytest.raises(StepFailedError):
        read(path).prove()
