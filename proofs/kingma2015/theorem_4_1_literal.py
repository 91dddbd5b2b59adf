"""Adam's regret bound to the letter is false in the first round, with the default β₁ and β₂: its units do not fit.

Printed, for convex losses, α_t = α/√t, β₁ₜ = β₁λ^(t-1) and γ = β₁²/√β₂ < 1, where no two iterates are farther apart
than D and D∞:

    R_T  ≤  D²/(2α(1 - β₁)) Σ_i √(T v̂_{T,i})  +  α(1 + β₁)G∞/((1 - β₁)√(1 - β₂)(1 - γ)²) Σ_i ‖g_{1:T,i}‖
            + Σ_i D∞²G∞√(1 - β₂)/(2α(1 - β₁)(1 - λ)²).

Under f → cf the regret and two of the terms grow like c, the second like c².  It is the dearest term at the usual
settings, and vanishes before the others as c → 0.  Here T = 1, the loss is x/10⁷ from 1 against -1, with α = 40,
β₁ = 9/10, β₂ = 999/1000 and λ = 1/2: the regret is 2·10⁻⁷, the bound less than a third of it.

Whoever reads the theorem with gradients of a fair size, G∞ ≥ 1, finds it refuted in kingma2015/theorem-4-1, where the
breaks of the proof are listed.  The break here is E1, Lemma 10.3 (kingma2015/lemma-10-3).

Source
    Kingma & Ba (2015), Theorem 4.1, of the arXiv text, read in two conversions to plain text; see
    kingma2015/theorem-4-1.
Assumptions
    The losses are convex with ‖∇f_t‖ ≤ G and ‖∇f_t‖∞ ≤ G∞ everywhere: the one of the instance is linear.  Up to T the
    iterates are within D and D∞ of each other and of u.  ε = 0, as in the printed proof.  In the first round the bias
    is corrected alike by 1 - β₁ᵗ and by the rule's average of ones.
"""

from fractions import Fraction
from typing import Any

import numpy as np

from convcheck.assumptions import Convex
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.optimizers.adam import adam
from convcheck.refute import write
from convcheck.schedules.inverse_sqrt import inverse_sqrt

SMALL = Fraction(1, 10**7)
β1_, β2_, λ_ = Fraction(9, 10), Fraction(999, 1000), Fraction(1, 2)

claim = Claim(
    kind="regret",
    source=Source("kingma2015", "Theorem 4.1"),
    verdict="refuted",
    flags=("proof-step-false", "repaired-by:convcheck/adam-regret"),
    audit=(
        Instance(
            "linear_box",
            T=1,
            parameters={"signs": (1,), "G": SMALL, "D": 100},
            hyper={"lr": inverse_sqrt.with_parameters(alpha=40.0), "beta1": β1_, "beta2": β2_, "eps": 0},
            constants={"α": 40, "β1": β1_, "β2": β2_, "λ": λ_, "d": 1, "T": 1, "u": -1}
            | {"D": 2, "D_inf": 2, "G": SMALL, "G_inf": SMALL},
            x0=(1.0,),
            certified=1,
        ),
    ),
)

t, s, T, i, d = ints("t s T i d")
α, β1, β2, λ, D, D_inf, G, G_inf = reals("α β1 β2 λ D D_inf G G_inf")
(u,) = vectors("u")

game = play(adam, coordinates=(i, d), lr=lambda t: α / sqrt(t), beta1=lambda t: β1 * λ ** (t - 1), beta2=β2, eps=0)
x, g, f, v, c2 = game.x, game.g, game.f, game.v, game.c2

# fmt: off
γ = β1**2/sqrt(β2)
given(0 < α)
given(0 <= β1)
given(β1 < 1)
given(0 < β2)
given(β2 < 1)
given(γ < 1)
given(0 < λ)
given(λ < 1)
given(1 <= d)
given(1 <= T)
convex = game.given(Convex(), u=u)
gradients     = given(forall(1 <= t, t <= T, Sum(g[t][i]**2, i, 1, d) <= G**2, over=[t]))
gradients_max = given(forall(1 <= t, t <= T, abs(g[t][i]) <= G_inf, over=[t, i]))
distances     = given(forall(1 <= s, s <= T, 1 <= t, t <= T, Sum((x[s][i] - x[t][i])**2, i, 1, d) <= D**2, over=[s, t]))
distances_max = given(forall(1 <= s, s <= T, 1 <= t, t <= T, abs(x[s][i] - x[t][i]) <= D_inf, over=[s, t, i]))
comparator    = given(forall(1 <= t, t <= T, Sum((x[t][i] - u[i])**2, i, 1, d) <= D**2, over=[t]))
comparator_max = given(forall(1 <= t, t <= T, abs(x[t][i] - u[i]) <= D_inf, over=[t, i]))

bound = (D**2/(2*α*(1 - β1))*Sum(sqrt(T*v[T][i]/c2[T][i]), i, 1, d)
    + α*(1 + β1)*G_inf/((1 - β1)*sqrt(1 - β2)*(1 - γ)**2)*Sum(sqrt(Sum(g[t][i]**2, t, 1, T)), i, 1, d)
    + Sum(D_inf**2*G_inf*sqrt(1 - β2)/(2*α*(1 - β1)*(1 - λ)**2), i, 1, d))
statement = Sum(f[t](x[t]) - f[t](u), t, 1, T) <= bound
# fmt: on

counterexample = "theorem_4_1_literal.json"


def printed(  # noqa: PLR0913, PLR0917  # the quantities of the bound, by name
    D: Any, G: Any, alpha: Any, beta1: Any, beta2: Any, lam: Any, T: Any, v_: Any, c2_: Any, S: Any
) -> Any:
    """Return the bound, in one dimension."""
    gamma = beta1 * beta1 / np.sqrt(beta2)
    first = D * D / (2 * alpha * (1 - beta1)) * np.sqrt(T * v_ / c2_)
    second = alpha * (1 + beta1) * G / ((1 - beta1) * np.sqrt(1 - beta2) * (1 - gamma) ** 2) * np.sqrt(S)
    return first + second + D * D * G * np.sqrt(1 - beta2) / (2 * alpha * (1 - beta1) * (1 - lam) ** 2)


def refutation() -> dict[str, Any]:
    """Return the counterexample as data: one round, in which the gradient is 10⁻⁷."""
    game = write.Game(
        [SMALL],
        adam,
        hyper={"lr": lambda alpha, t: alpha / np.sqrt(t), "eps": 0, "beta1": β1_, "beta2": β2_},
        start=1,
        comparator=-1,
        sums={"R": write.regret, "S": lambda g: g * g},
        require=[lambda g, G: abs(g) <= G, lambda x, D: abs(x - -1) <= D],
    )
    return write.counterexample(
        "kingma2015/theorem-4-1-literal",
        printed,
        game,
        observed=lambda R: R,
        constants={"alpha": 40, "D": 2, "G": SMALL, "lam": λ_},
        require=[lambda beta1, beta2: beta1 * beta1 < np.sqrt(beta2), lambda lam: lam > 0, lambda lam: lam < 1],
        note="T = 1, default beta1 and beta2; the second term is quadratic in g",
    )
