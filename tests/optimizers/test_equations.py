"""A rule's equations and its LaTeX: what a reader sees is what the code says, in the order in which it says it."""

# ruff: noqa: ARG001  # a rule takes t whether it uses it or not

from typing import Any

import numpy as np
import pytest
import sympy as sp
from matplotlib.mathtext import MathTextParser

import convcheck as cc
from convcheck.arithmetic.elementary import exp, log, tanh
from convcheck.discovery import entries
from convcheck.errors import RuleError
from convcheck.optimizers.base import optimizer, ratio
from convcheck.optimizers.equations import symbol

ZERO = r" \qquad \left(\tfrac{0}{0} = 0\right)"
GROWTH = r"\left(\frac{1 - \beta_{1}}{1 - \beta_{1,t-1}}\right)^{2}"
GOLDEN = {
    "sgd": [r"x_{t+1} &= x_{t} - \alpha g_{t}"],
    "heavy_ball": [r"d_{t} &= \beta d_{t-1} - \alpha g_{t}", r"x_{t+1} &= x_{t} + d_{t}"],
    "signsgd": [r"x_{t+1} &= x_{t} - \alpha \operatorname{sign}\left(g_{t}\right)"],
    "amsgrad": [
        r"m_{t} &= \beta_{1} m_{t-1} + \left(1 - \beta_{1}\right) g_{t}",
        r"v_{t} &= \beta_{2} v_{t-1} + \left(1 - \beta_{2}\right) g_{t}^{2}",
        r"\hat{v}_{t} &= \max\left(\hat{v}_{t-1}, v_{t}\right)",
        r"x_{t+1} &= x_{t} - \alpha \frac{m_{t}}{\sqrt{\hat{v}_{t}} + \varepsilon}" + ZERO,
    ],
    "adamnc": [
        r"m_{t} &= \beta_{1} m_{t-1} + \left(1 - \beta_{1}\right) g_{t}",
        r"v_{t} &= v_{t-1} + \frac{g_{t}^{2} - v_{t-1}}{t}",
        r"x_{t+1} &= x_{t} - \alpha \frac{m_{t}}{\sqrt{v_{t}} + \varepsilon}" + ZERO,
    ],
    "adam_defossez": [
        r"m_{t} &= \beta_{1} m_{t-1} + g_{t}",
        r"v_{t} &= \beta_{2} v_{t-1} + g_{t}^{2}",
        r"c_{t} &= \beta_{2} c_{t-1} + 1",
        r"x_{t+1} &= x_{t} - \alpha \left(1 - \beta_{1}\right) \sqrt{c_{t}} \frac{m_{t}}{\sqrt{\varepsilon + v_{t}}}"
        + ZERO,
    ],
    "adadelta": [
        r"v_{t} &= \rho v_{t-1} + \left(1 - \rho\right) g_{t}^{2}",
        r"y_{1} &= \frac{\sqrt{u_{t-1} + \varepsilon} g_{t}}{\sqrt{v_{t} + \varepsilon}}",
        r"x_{t+1} &= x_{t} - \alpha y_{1}",
        r"u_{t} &= \rho u_{t-1} + \left(1 - \rho\right) y_{1}^{2}" + ZERO,
    ],
    "adamx": [
        r"\beta_{1,t} &= \beta_{1}",
        r"m_{t} &= \beta_{1} m_{t-1} + \left(1 - \beta_{1}\right) g_{t}",
        r"v_{t} &= \beta_{2} v_{t-1} + \left(1 - \beta_{2}\right) g_{t}^{2}",
        r"\hat{v}_{t} &= \max\left(" + GROWTH + r" \hat{v}_{t-1}, v_{t}\right)",
        r"x_{t+1} &= x_{t} - \alpha \frac{m_{t}}{\sqrt{\hat{v}_{t}} + \varepsilon}" + ZERO,
    ],
}


def rows(latex: str) -> list[str]:
    first, *middle, last = latex.split("\n")
    assert (first, last) == (r"\begin{aligned}", r"\end{aligned}")
    return [row.removesuffix(r" \\") for row in middle]


@pytest.mark.parametrize("name", GOLDEN)
def test_latex_reads_as_on_paper(name: str) -> None:
    assert rows(cc.optimizer(name).latex) == GOLDEN[name]


def test_a_query_comes_first() -> None:
    """In LaTeX with what it is for; as an equation by itself."""
    nesterov = cc.optimizer("nesterov")
    assert rows(nesterov.latex)[0] == (r"y_{t} &= x_{t} + \beta d_{t-1}, \quad g_{t} = \nabla f_{t}\left(y_{t}\right)")
    first, *rest = nesterov.equations
    assert first.rhs == symbol("x", "t") + symbol("beta") * symbol("d", "t-1")
    assert len(rest) == 2


def test_draws_are_symbols() -> None:
    noise = symbol("xi", "t")
    assert noise in cc.optimizer("noisy_sgd").equations[0].free_symbols


def test_an_array_rule_has_no_equations() -> None:
    with pytest.raises(RuleError, match="local_sgd is an array rule: it sees whole points, and has no straight-line"):
        cc.optimizer("local_sgd").equations  # noqa: B018  # asking is the test
    assert cc.optimizer("local_sgd")._repr_latex_() is None


CASES = {
    r"\begin{cases}": r"\{",
    r"\end{cases}": r"\}",
    r"\\": ";",
    r"\text{if }": "if",
    r"\text{otherwise}": "else",
    r"\le ": r"\leq ",
    r"\ge ": r"\geq ",
    r"\ne ": r"\neq ",
}
"""What Matplotlib knows in place of what only TeX knows."""


@pytest.mark.parametrize("name", [name for name in entries("optimizer") if cc.optimizer(name).kind == "elementwise"])
def test_latex_is_rendered_by_matplotlib(name: str) -> None:
    parser = MathTextParser("path")
    for row in rows(cc.optimizer(name).latex):
        formula = row.replace("&", "").removesuffix(ZERO)
        for tex, known in CASES.items():
            formula = formula.replace(tex, known)
        assert parser.parse(f"${formula}$").width > 0
    assert str(cc.optimizer(name)._repr_latex_()).startswith("$$\n\\begin{aligned}")


def odd(x: Any, g: Any, t: Any, a: Any = 0, b: Any = 0, c: Any = 1, g_last: Any = 0, *, lr: Any = 0.1) -> Any:
    a = np.where(g > 0, x * x * x, -g) + 1e-8
    x = x - lr * (a + b) * (a + b) * np.clip(g, -1, 1) / abs(t % 3 - 2 * t)
    return x, a, a, 3, g


def test_unusual_rules() -> None:
    made = optimizer(source="nobody1900")(odd)
    assert rows(made.latex) == [
        r"c_{t} &= 3",
        r"a_{t} &= \begin{cases} x_{t}^{3} & \text{if } g_{t} > 0 \\ -g_{t} & \text{otherwise} \end{cases} + 10^{-8}",
        r"b_{t} &= a_{t}",
        (
            r"x_{t+1} &= x_{t} - \frac{\alpha \left(a_{t} + b_{t-1}\right)^{2}"
            r" \min\left(\max\left(g_{t}, -1\right), 1\right)}{\left|t \bmod 3 - 2 t\right|}"
        ),
    ]
    a, b = symbol("a", "t"), symbol("b", "t")
    assert [equation.lhs for equation in made.equations] == [
        symbol("c", "t"), symbol("g_last", "t"), a, b, symbol("x", "t+1")
    ]  # fmt: skip
    assert made.equations[3].rhs == a


def test_pieces_are_put_together_as_they_bind() -> None:
    def rule(x: Any, g: Any, t: Any, *, lr: Any = 0.5, weight_decay: Any = 0.0) -> Any:
        first = (x - (g - lr)) * -g - -(x + g) + -g
        second = 2 * (3 * g) * (x / g) * (x / g) * np.sqrt(g) * np.sqrt(g) - (-1.5) * x
        third = exp(-(weight_decay * x)) + tanh(x + 2.5e-9) + np.where(x == g, 1, np.where(x != g, x, g) + lr)
        return (first + second + third + ratio(x, g) - ratio(x + 1, g) * np.where(g <= 0, 0, x / g),)

    latex = rows(optimizer(source="nobody1900")(rule).latex)[0]
    assert latex == (
        r"x_{t+1} &= \left(x_{t} - \left(g_{t} - \alpha\right)\right) \left(-g_{t}\right)"
        r" - \left(-\left(x_{t} + g_{t}\right)\right) - g_{t}"
        r" + 2 \cdot 3 g_{t} \left(\frac{x_{t}}{g_{t}}\right)^{2} \left(\sqrt{g_{t}}\right)^{2}"
        r" - \left(-1.5\right) x_{t}"
        r" + \exp\left(-\lambda x_{t}\right) + \tanh\left(x_{t} + 2.5 \cdot 10^{-9}\right)"
        r" + \begin{cases} 1 & \text{if } x_{t} = g_{t} \\ \begin{cases} x_{t} & \text{if } x_{t} \ne g_{t} \\"
        r" g_{t} & \text{otherwise} \end{cases} + \alpha & \text{otherwise} \end{cases}"
        r" + \frac{x_{t}}{g_{t}} - \frac{x_{t} + 1}{g_{t}}"
        r" \begin{cases} 0 & \text{if } g_{t} \le 0 \\ \frac{x_{t}}{g_{t}} & \text{otherwise} \end{cases}"
        r" \qquad \left(\tfrac{0}{0} = 0\right)"
    )


def test_powers_are_written_as_powers() -> None:
    def rule(x: Any, g: Any, t: Any, g_last: Any = 0, x_last: Any = 0, *, lr: Any = 0.5, p: Any = 0.1) -> Any:
        guarded = exp(p * log(np.where(g <= 0, 1, g)))
        first = exp(-p * log(lr + g)) * exp(t * p * log(lr)) / exp(log(g / x) * 2)
        return x - first * guarded - exp(log(x)) - exp(p * x) - g_last * x_last, g, x

    made = optimizer(source="nobody1900")(rule)
    (row,) = rows(made.latex)
    assert row == (
        r"x_{t+1} &= x_{t} - \frac{\left(\alpha + g_{t}\right)^{-p} \alpha^{t p}}{\left(\frac{g_{t}}{x_{t}}\right)^{2}}"
        r" \left(\begin{cases} 1 & \text{if } g_{t} \le 0 \\ g_{t} & \text{otherwise} \end{cases}\right)^{p}"
        r" - \exp\left(\log\left(x_{t}\right)\right) - \exp\left(p x_{t}\right) - g_{t-1} x_{t-1}"
    )
    assert len(made.equations) == 3


def test_long_expressions_are_written_once() -> None:
    def rule(x: Any, g: Any, t: Any, m: Any = 0, *, lr: Any = 0.5) -> Any:
        inner = np.sqrt(1 + g * g + x * x + t)
        outer = inner / (1 + inner) + abs(inner - 3)
        return x - lr * outer * g - outer + ratio(g, inner), outer * m

    assert rows(optimizer(source="nobody1900")(rule).latex) == [
        r"y_{1} &= \sqrt{1 + g_{t}^{2} + x_{t}^{2} + t}",
        r"y_{2} &= \frac{y_{1}}{1 + y_{1}} + \left|y_{1} - 3\right|",
        r"x_{t+1} &= x_{t} - \alpha y_{2} g_{t} - y_{2} + \frac{g_{t}}{y_{1}}",
        r"m_{t} &= y_{2} m_{t-1}" + ZERO,
    ]


def test_symbols() -> None:
    names = {
        symbol("lr"): r"\alpha",
        symbol("eps"): r"\varepsilon",
        symbol("beta1"): r"\beta_{1}",
        symbol("v_max", "t-1"): r"\hat{v}_{t-1}",
        symbol("x_bar", "t"): r"\bar{x}_{t}",
        symbol("c12", "t"): "c_{12,t}",
        symbol("beta1_last", "t"): r"\beta_{1,t}",
        symbol("m_slow", "t"): r"m^{\mathrm{slow}}_{t}",
        symbol("final_lr"): r"\alpha^{*}",
        symbol("threshold"): r"\bar{\rho}",
    }
    assert {made.name for made in names} == set(names.values())
    assert all(made.is_real for made in names)


def test_equations_are_sympys() -> None:
    m, m_before, beta1, g = symbol("m", "t"), symbol("m", "t-1"), symbol("beta1"), symbol("g", "t")
    equation = cc.optimizer("adam").equations[0]
    assert isinstance(equation, sp.Eq)
    assert equation.lhs == m
    assert sp.expand(equation.rhs - (beta1 * m_before + (1 - beta1) * g)) == 0
    assert cc.optimizer("adam").equations is cc.optimizer("adam").equations
