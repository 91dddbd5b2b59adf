"""One round of Adam without momentum is paid by a shorter distance and by a root that grows.

With q = √β₂, in each coordinate let w_t = √t √(v_t/(1 - β₂ᵗ)), Y_t = √(Σ_{s ≤ t} g_s² / β₂ˢ⁻¹) and r_t = x_t - u.  Then

    g_t r_t  ≤  w_t (r_t² - r_{t+1}²)/(2α) + α qᵗ⁻¹ (Y_t - Y_{t-1}),        r_t²  ≤  D².

Source
    Of this project.
Assumptions
    β₁ = 0, ε = 0, steps α/√t, coordinates clipped to intervals of length at most D; 0/0 = 0.
"""

from fractions import Fraction

from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import clip_below, clip_inside, clip_nearer
from convcheck.optimizers.adam import adam
from convcheck.schedules.inverse_sqrt import inverse_sqrt

claim = Claim(
    kind="lemma",
    source=Source("convcheck", "one round of Adam"),
    verdict="proved",
    # The first gradient is 0; steps are so long that for twelve rounds points are corners, where losses are exact.
    audit=(
        Instance(
            "linear_box",
            T=60,
            parameters={"signs": (0, 3, -4)},
            hyper={"lr": inverse_sqrt.with_parameters(alpha=20.0), "beta1": 0.0, "beta2": 0.75, "eps": 0.0},
            constants={"α": 20, "β2": Fraction(3, 4), "D": 2, "low": -1, "high": 1, "u": (-1, 1)},
            x0=(1.0, -1.0),
        ),
    ),
)

t, s, i, d = ints("t s i d")
α, D, β2 = reals("α D β2")
u, low, high = vectors("u low high")

clipped = lambda y: clip(y, low[i], high[i])
game = play(adam, coordinates=(i, d), project=clipped, lr=lambda t: α / sqrt(t), beta1=0, beta2=β2, eps=0)
x, g, v, c1, c2 = (lambda t, y=y: y[t][i] for y in (game.x, game.g, game.v, game.c1, game.c2))

# fmt: off
given(0 < α)
given(0 < β2)
given(β2 < 1)
u_low, u_high = given(forall(i, low[i] <= u[i])), given(forall(i, u[i] <= high[i]))
x_low, x_high = given(forall(i, low[i] <= x(1))), given(forall(i, x(1) <= high[i]))
width = given(forall(i, high[i] - low[i] <= D))

S = lambda t: Sum(g(s)**2/β2**(s-1), s, 1, t)
Y = lambda t: sqrt(S(t))
w = lambda t: sqrt(t)*sqrt(v(t)/c2(t))
r = lambda t: x(t) - u[i]
pays = lambda t: g(t)*r(t) <= w(t)*(r(t)**2 - r(t+1)**2)/(2*α) + α*sqrt(β2)**(t-1)*(Y(t) - Y(t-1))
statement = forall(i, 1 <= t, pays(t) & (r(t)**2 <= D**2))


def proof() -> Fact:
    """Clipping brings the step no farther from u; the square of the step costs g²/w, or nothing where 0/0 = 0."""
    denominator = theorem("convcheck/adam-denominator")
    raw = lambda t: x(t) - α*g(t)/w(t)
    with let(i):
        always(have(low[i] <= u[i], by=u_low(i)), have(u[i] <= high[i], by=u_high(i)))
        with let(1 <= t):
            c2_pos, v_nonneg, *_, price = parts(denominator(i, t))
            always(c2_pos, v_nonneg, have(0 < c1(t),                                             by=game.c1_step(t, i)))
            state = [game.m_step(t, i), game.c1_step(t, i)]
            step = have(x(t+1) == clip(raw(t), low[i], high[i]),                           by=[game.step(t, i), *state])
        with induction(low[i] <= x(t), t, start=1, base=x_low(i)) as above:
            have(low[i] <= x(t+1),                                   by=[step(t), clip_inside(raw(t), low[i], high[i])])
        with induction(x(t) <= high[i], t, start=1, base=x_high(i)) as below:
            have(x(t+1) <= high[i],                                   by=[step(t), clip_below(raw(t), low[i], high[i])])

        with let(1 <= t):
            always(sqrt_mono(S(t-1), S(t),                                                               by=last(S(t))))
            closer = have(r(t+1)**2 <= (raw(t) - u[i])**2,     by=[step(t), clip_nearer(raw(t), u[i], low[i], high[i])])
            for silent in cases(v(t) <= 0):
                if silent:  # no gradient so far: 0/0 = 0, and nothing moves
                    still = square_zero(sqrt(v(t)/c2(t)),                                      by=silent.times(1/c2(t)))
                    weight = still.times(2*sqrt(β2)**(t-1)*sqrt(t)*(Y(t) - Y(t-1)))
                    nothing = square_zero(g(t),                                                   by=[price(t), weight])
                    paid = have(pays(t),                                                            by=[nothing, still])
                else:
                    paid = have(pays(t),                        by=[closer.times(w(t)/(2*α)), price(t).times(α/2/w(t))])
            sides = have(0 <= D + r(t), by=[above(t), width(i)]), have(0 <= D - r(t), by=[below(t), width(i)])
            far = have(r(t)**2 <= D**2,                                                                        by=sides)
            found = have(pays(t) & (r(t)**2 <= D**2),                                                    by=[paid, far])
    return found
