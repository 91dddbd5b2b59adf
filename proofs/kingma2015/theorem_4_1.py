"""The regret bound of Adam is false: it breaks in four rounds, with gradients at most 1 and no projection.

Printed, for convex losses, α_t = α/√t, β₁ₜ = β₁λ^(t-1) and γ = β₁²/√β₂ < 1, where no two iterates are farther apart
than D and D∞:

    R_T  ≤  D²/(2α(1 - β₁)) Σ_i √(T v̂_{T,i})  +  α(1 + β₁)G∞/((1 - β₁)√(1 - β₂)(1 - γ)²) Σ_i ‖g_{1:T,i}‖
            + Σ_i D∞²G∞√(1 - β₂)/(2α(1 - β₁)(1 - λ)²).

Here it is read so that it says least: G∞ ≥ 1 (the second term has one G∞ too many, so that in other units, as in
kingma2015/theorem-4-1-literal, it breaks at once); the comparator, too, is within D of all iterates.  It fails for the
losses x, -x/98, x, 0, from x_1 = 1, with α = 1, β₁ = 0, β₂ = 10⁻⁶, λ = 10⁻⁹: the regret against -1 is 3.69, the bound
3.42.  The tiny second gradient is followed by a step of full length; the last gradient, 0, makes √v̂_T vanish, and with
it the first term, which ought to pay for all rounds.  Iterates are 1, 0, .704, .126, so that clipping to [-1, 1] would
change nothing, and max(x, -1) for x makes -1 a least point without a feasible set.

All sides are continuous in β₁, so that a small β₁ > 0 does as well.  λ, of which nothing depends at β₁ = 0 but the last
term, is small here; at λ = 1/4 these four rounds break nothing, and at the value that the paper suggests, 1 - 10⁻⁸, the
last term is 10¹⁶ times what it is here.  No λ saves the theorem where iterates are projected: on the losses of
kingma2015/corollary-4-2 the regret grows linearly, the bound like √T.

What breaks in the printed proof
    E1  Lemma 10.3 is false, even with G∞ = 1 (kingma2015/lemma-10-3, lemma-10-3-unit).
    E2  In Lemma 10.4 sums are exchanged with √(t + j) where 1/√(t + j) belongs, and Σ_j tγ^j is bounded like Σ_j jγ^j.
    E3  Lemma 10.4 is stated with one bound and proved with another (lemma-10-4, lemma-10-4-proved).
    E4  1/(1 - β₁ₜ) becomes 1/(1 - β₁) before differences whose sign is not known.
    E5  Telescoping takes √(t v̂_t) to be non-decreasing.  Here it falls; this is what the instance shows.
    E6  √v̂_t is taken for at most G∞√(1 - β₂); it is at most G∞, which constant gradients attain.
    E7  The bias is corrected by 1 - β₁ᵗ, which is right for a constant β₁ only.

Source
    Kingma & Ba (2015), Theorem 4.1, of the arXiv text, read in two conversions to plain text.  In the appendix the last
    term is printed with β₁ in place of 1 - β₁, which at β₁ = 0 is no bound.  One conversion has β₁, β₂ in (0, 1).
Assumptions
    The losses are convex with ‖∇f_t‖ ≤ G and ‖∇f_t‖∞ ≤ G∞ everywhere: those of the instance are linear, so that the
    gradients g_t that are played are all there are.  Up to T the iterates are within D and D∞ of each other and of u.
    ε = 0, as in the printed proof.  The rule divides m by an average of ones where print has 1 - β₁ᵗ (E7); at β₁ = 0
    both are 1.
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

GRADIENTS = (1, Fraction(-1, 98), 1, 0)
β2_, λ_ = Fraction(1, 10**6), Fraction(1, 10**9)

claim = Claim(
    kind="regret",
    source=Source("kingma2015", "Theorem 4.1"),
    verdict="refuted",
    flags=("proof-step-false", "repaired-by:convcheck/adam-regret"),
    # A box that is never touched; x_1 = 1.
    audit=(
        Instance(
            "linear_box",
            T=4,
            parameters={"signs": tuple(int(98 * g) for g in GRADIENTS), "G": Fraction(1, 98), "D": 100},
            hyper={"lr": inverse_sqrt.with_parameters(alpha=1.0), "beta1": 0, "beta2": β2_, "eps": 0},
            constants={"α": 1, "β1": 0, "β2": β2_, "λ": λ_, "d": 1, "T": 4, "u": -1}
            | {"D": 2, "D_inf": 2, "G": 1, "G_inf": 1},
            x0=(1.0,),
            certified=4,
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
given(1 <= G_inf)
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

counterexample = "theorem_4_1.json"


def printed(  # noqa: PLR0913, PLR0917  # the quantities of the bound, by name
    D: Any, G: Any, alpha: Any, beta1: Any, beta2: Any, lam: Any, T: Any, v_: Any, c2_: Any, S: Any
) -> Any:
    """Return the bound, in one dimension."""
    gamma = beta1 * beta1 / np.sqrt(beta2)
    first = D * D / (2 * alpha * (1 - beta1)) * np.sqrt(T * v_ / c2_)
    second = alpha * (1 + beta1) * G / ((1 - beta1) * np.sqrt(1 - beta2) * (1 - gamma) ** 2) * np.sqrt(S)
    return first + second + D * D * G * np.sqrt(1 - beta2) / (2 * alpha * (1 - beta1) * (1 - lam) ** 2)


def refutation() -> dict[str, Any]:
    """Return the counterexample as data: four rounds of linear losses, α = 1, β₁ = 0."""
    game = write.Game(
        GRADIENTS,
        adam,
        hyper={"lr": lambda alpha, t: alpha / np.sqrt(t), "eps": 0, "beta1": 0, "beta2": β2_},
        start=1,
        comparator=-1,
        sums={"R": write.regret, "S": lambda g: g * g},
        require=[lambda g, G: abs(g) <= G, lambda x, D: abs(x - -1) <= D, lambda x: 0 <= x, lambda x: x <= 1],
    )
    return write.counterexample(
        "kingma2015/theorem-4-1",
        printed,
        game,
        observed=lambda R: R,
        constants={"alpha": 1, "D": 2, "G": 1, "lam": λ_},
        require=[lambda beta1, beta2: beta1 * beta1 < np.sqrt(beta2), lambda lam: lam > 0, lambda lam: lam < 1],
        note="G >= 1, the comparator within D of the iterates, which lie in [0, 1]; no projection",
    )
