"""Momentum, corrected for its bias, costs what AdaGrad's own steps cost.

In each coordinate let K_t = m_t² / (1 - β₁ᵗ), G_t = ‖g_{1:t}‖ and λ = β₁/(1 - β₁).  Then for all t ≥ 1

    K_t  ≤  G_t²,        (1 + λ) K_t/G_t  ≤  2 (G_t - G_{t-1}) + λ K_{t-1}/G_{t-1},

so that the sum of K_t/G_t is at most 2 G_T.  The reason is convexity: K_t ≤ β₁ K_{t-1} + (1 - β₁) g_t².

Source
    Of this project.
Assumptions
    0 ≤ β₁ < 1, constant; 0/0 = 0.
"""

from fractions import Fraction

from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.optimizers.adam import adam
from convcheck.schedules.inverse_sqrt import inverse_sqrt

claim = Claim(
    kind="lemma",
    source=Source("convcheck", "the momentum of Adam"),
    verdict="proved",
    audit=(
        Instance(
            "linear_box",
            T=60,
            parameters={"signs": (0, 3, -4)},
            hyper={"lr": inverse_sqrt, "beta1": 0.5, "beta2": 0.75, "eps": 0.0},
            constants={"β1": Fraction(1, 2), "β2": Fraction(3, 4)},
            x0=(1.0, -1.0),
        ),
    ),
)

t, s, i, d = ints("t s i d")
α, β1, β2, ε = reals("α β1 β2 ε")

game = play(adam, coordinates=(i, d), lr=lambda t: α / sqrt(t), beta1=β1, beta2=β2, eps=ε)
g, m, v, c1, c2 = (lambda t, y=y: y[t][i] for y in (game.g, game.m, game.v, game.c1, game.c2))

# fmt: off
given(0 <= β1)
given(β1 < 1)
given(0 < β2)
given(β2 < 1)

λ = β1/(1 - β1)
squares = lambda t: Sum(g(s)**2, s, 1, t)
G = lambda t: sqrt(squares(t))
K = lambda t: m(t)**2/c1(t)
bounds = lambda t: (
    (0 < c1(t)) & (c1(t) <= 1) & (0 <= c1(t-1)) & (c1(t-1) <= c1(t)) & (K(t) <= squares(t))
    & ((1 + λ)*K(t)/G(t) <= 2*(G(t) - G(t-1)) + λ*K(t-1)/G(t-1)))
statement = forall(i, 1 <= t, bounds(t))


def proof() -> Fact:
    """K is at most an average of squares; divided by G, which grows, that is AdaGrad's sum."""
    with let(i):
        # what the code divides by
        with induction((0 <= c2(t)) & (0 <= v(t)), t, base=[game.c2_start(i), game.v_start(i)]) as second:
            c2_old, v_old = parts(second)
            c2_pos = have(0 < c2(t+1),                                      by=[game.c2_step(t+1, i), c2_old.times(β2)])
            v_nonneg = have(0 <= v(t+1),            by=[game.v_step(t+1, i), v_old.times(β2), nonneg((1-β2)*g(t+1)**2)])
            have((0 <= c2(t+1)) & (0 <= v(t+1)),                                                  by=[c2_pos, v_nonneg])
        with induction((0 <= c1(t)) & (c1(t) <= 1), t, base=game.c1_start(i)) as first:
            low, high = parts(first)
            c1_pos = have(0 < c1(t+1),                                         by=[game.c1_step(t+1, i), low.times(β1)])
            c1_up = have(c1(t) <= c1(t+1),                                  by=[game.c1_step(t+1, i), high.times(1-β1)])
            have((0 <= c1(t+1)) & (c1(t+1) <= 1),                     by=[c1_pos, game.c1_step(t+1, i), high.times(β1)])
        with let(0 <= t):
            c1_nonneg, c1_small = parts(first(t))
            always(c1_nonneg)
        with let(1 <= t):
            always(have(0 < c2(t), by=c2_pos(t-1)), have(0 <= v(t), by=v_nonneg(t-1)))
            always(have(0 < c1(t),                                                                      by=c1_pos(t-1)))

        # K is at most an average of squares, and so at most their sum
        average = lambda t: K(t) <= β1*K(t-1) + (1-β1)*g(t)**2
        start = [game.m_step(1, i), game.c1_step(1, i), game.m_start(i), game.c1_start(i)]
        with induction(average(t), t, start=1, base=start) as averaged:
            convexity = square(c1(t)*g(t+1) - m(t)).times(β1*(1-β1)/c1(t))
            state = [game.m_step(t+1, i), game.c1_step(t+1, i)]
            mixed = have(m(t+1)**2 <= c1(t+1)*(β1*K(t) + (1-β1)*g(t+1)**2),                      by=[*state, convexity])
            have(average(t+1),                                                                by=mixed.times(1/c1(t+1)))
        with induction(K(t) <= squares(t), t, base=[game.m_start(i), empty(squares(0))]) as small:
            rest = [nonneg((1-β1)*squares(t)), nonneg(β1*g(t+1)**2)]
            have(K(t+1) <= squares(t+1),                 by=[averaged(t+1), last(squares(t+1)), small.times(β1), *rest])

        # divided by G, which grows
        with let(1 <= t):
            grows = always(sqrt_mono(squares(t-1), squares(t),                                     by=last(squares(t))))
            for unseen in cases(squares(t-1) <= 0):
                fading = K(t-1)/G(t) <= K(t-1)/G(t-1)
                if unseen:
                    fades = have(fading, by=have(K(t-1) == 0, by=[small(t-1), unseen, nonneg(K(t-1))]))
                else:
                    always(have(0 < squares(t),                            by=[last(squares(t)), unseen, square(g(t))]))
                    fades = have(fading,                                             by=grows.times(K(t-1)/G(t)/G(t-1)))
            for silent in cases(squares(t) <= 0):
                falling = (1 + λ)*K(t)/G(t) <= 2*(G(t) - G(t-1)) + λ*K(t-1)/G(t-1)
                if silent:
                    nothing = have(K(t) == 0,                                       by=[small(t), silent, nonneg(K(t))])
                    falls = have(falling,                                         by=[nothing, nonneg(λ*K(t-1)/G(t-1))])
                else:
                    price = have(g(t)**2/G(t) <= 2*(G(t) - G(t-1)),        by=[last(squares(t)), square(G(t) - G(t-1))])
                    falls = have(falling,                  by=[averaged(t).times(1/G(t)/(1-β1)), price, fades.times(λ)])
            found = have(bounds(t),                                       by=[c1_small(t), c1_up(t-1), small(t), falls])
    return found
