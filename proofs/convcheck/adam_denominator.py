"""What Adam divides by grows no faster than a root that only grows.

With q = √β₂, in each coordinate let w_t = √t √(v_t / (1 - β₂ᵗ)), the denominator of the step α/√t if ε = 0, and let
Y_t = √(Σ_{s ≤ t} g_s² / β₂ˢ⁻¹), G_t = ‖g_{1:t}‖.  Then for all t ≥ 1

    qᵗ⁻¹ Y_t  ≤  w_t  ≤  Y_t,    w_t - w_{t-1}  ≤  √(qᵗ⁻¹) (Y_t - Y_{t-1}),    g_t²  ≤  2 qᵗ⁻¹ w_t (Y_t - Y_{t-1}),

and G_t ≤ Y_t ≤ G_t/qᵗ⁻¹.

That w_t itself grows, which the proof of Theorem 4.1 of Kingma & Ba (2015) uses and Reddi, Kale & Kumar (2018) object
to, is false for every β₂ < 1: the gradients 1, 0 give w_2² = 2β₂/(1 + β₂) < 1 = w_1².

Source
    Of this project.  That discounted sums become plain ones by the weights β₂⁻ˢ is common knowledge.
Assumptions
    0 < β₂ < 1; steps α/√t; 0 ≤ β₁ < 1, so that the code is defined.  The second bound is what a regret pays with for
    distances, the third for steps.
"""

from fractions import Fraction

from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import (
    bernoulli,
    mean_of_powers,
    power_at_most_one,
    power_falls,
    power_of_product,
    root_of_product,
)
from convcheck.optimizers.adam import adam
from convcheck.schedules.inverse_sqrt import inverse_sqrt

claim = Claim(
    kind="lemma",
    source=Source("convcheck", "the denominator of Adam"),
    verdict="proved",
    audit=(
        Instance(
            "linear_box",
            T=60,
            parameters={"signs": (0, 3, -4)},
            hyper={"lr": inverse_sqrt, "beta1": 0.9, "beta2": 0.75, "eps": 0.0},
            constants={"β1": Fraction(9, 10), "β2": Fraction(3, 4)},
            x0=(1.0, -1.0),
        ),
    ),
)

t, s, i, d = ints("t s i d")
α, β1, β2, ε = reals("α β1 β2 ε")

game = play(adam, coordinates=(i, d), lr=lambda t: α / sqrt(t), beta1=β1, beta2=β2, eps=ε)
g, v, c1, c2 = (lambda t, y=y: y[t][i] for y in (game.g, game.v, game.c1, game.c2))

# fmt: off
given(0 <= β1)
given(β1 < 1)
given(0 < β2)
given(β2 < 1)

q = sqrt(β2)
w = lambda t: sqrt(t)*sqrt(v(t)/c2(t))
S = lambda t: Sum(g(s)**2/β2**(s-1), s, 1, t)
Y = lambda t: sqrt(S(t))
squares = lambda t: Sum(g(s)**2, s, 1, t)
G = lambda t: sqrt(squares(t))
bounds = lambda t: (
    (0 < c2(t)) & (0 <= v(t)) & (G(t) <= Y(t)) & (q**(t-1)*Y(t) <= G(t)) & (q**(t-1)*Y(t) <= w(t)) & (w(t) <= Y(t))
    & (w(t) - w(t-1) <= sqrt(q**(t-1))*(Y(t) - Y(t-1)))
    & (g(t)**2 <= 2*q**(t-1)*w(t)*(Y(t) - Y(t-1))))
statement = forall(i, 1 <= t, bounds(t))


def proof() -> Fact:
    """In closed form w = a·Y, with a factor a that falls and lies between qᵗ⁻¹ and √qᵗ⁻¹."""
    a2 = lambda t: t*(1-β2)*β2**(t-1)/c2(t)
    a = lambda t: sqrt(a2(t))
    always(have(q <= 1, by=by_squares(q <= 1, by=root(β2))))
    with let(0 <= t):
        squared = have(β2**t == (q**t)**2,           by=[power_of_product(q, q, t), image(lambda b: b**t, root(β2)[0])])

    with let(i):
        # the state in closed form
        with induction(0 <= c1(t), t, base=game.c1_start(i)) as c1_nonneg:
            c1_pos = have(0 < c1(t+1),                                   by=[game.c1_step(t+1, i), c1_nonneg.times(β1)])
        with induction(c2(t) == 1 - β2**t, t, base=[game.c2_start(i), power_zero(β2)]) as c2_is:
            have(c2(t+1) == 1 - β2**(t+1),                                 by=[game.c2_step(t+1, i), power_next(β2, t)])
        with induction(β2*v(t) == (1-β2)*β2**t*S(t), t, base=[game.v_start(i), empty(S(0))]) as v_is:
            now = [last(S(t+1)), power_next(β2, t)]
            have(β2*v(t+1) == (1-β2)*β2**(t+1)*S(t+1),                             by=[game.v_step(t+1, i), v_is, *now])
        with let(0 <= t):
            always(have(0 <= c2(t),                                            by=[c2_is(t), power_at_most_one(β2, t)]))
            always(have(0 <= v(t),                              by=[v_is(t).times(1/β2), nonneg((1-β2)*β2**t*S(t)/β2)]))
        with let(1 <= t):
            always(have(0 < c1(t),                                                                      by=c1_pos(t-1)))
            always(have(0 < c2(t),            by=[c2_is(t), power_next(β2, t-1), power_at_most_one(β2, t-1).times(β2)]))
            v_now = have(v(t) == (1-β2)*β2**(t-1)*S(t),                   by=[v_is(t).times(1/β2), power_next(β2, t-1)])

        # w = a·Y
        with let(1 <= t):
            product = have(t*(v(t)/c2(t)) == a2(t)*S(t),                                     by=v_now(t).times(t/c2(t)))
            roots = [root_of_product(t, v(t)/c2(t)), root_of_product(a2(t), S(t))]
            w_is = have(w(t) == a(t)*Y(t),                                            by=[image(sqrt, product), *roots])

            least = have(c2(t) <= t*(1-β2),                                             by=[bernoulli(β2, t), c2_is(t)])
            large = have(β2**(t-1) <= a2(t),                                            by=least.times(β2**(t-1)/c2(t)))
            a_low = by_squares(q**(t-1) <= a(t),                                 by=[large, squared(t-1), *root(a2(t))])
            above = have(q**(t-1)*Y(t) <= w(t),                                            by=[w_is, a_low.times(Y(t))])

            most = have(t*(1-β2)*q**(t-1) <= c2(t),        by=[mean_of_powers(q, t-1), c2_is(t), squared(t), *root(β2)])
            small = have(a2(t) <= q**(t-1),                               by=[most.times(q**(t-1)/c2(t)), squared(t-1)])
            a_high = have(a(t) <= sqrt(q**(t-1)), by=sqrt_mono(a2(t), q**(t-1), by=small))
            a_one = by_squares(a(t) <= 1,                           by=[small, power_at_most_one(q, t-1), *root(a2(t))])
            below = have(w(t) <= Y(t),                                                     by=[w_is, a_one.times(Y(t))])

        # so w grows by at most a times what Y grows by
        with let(1 <= t):
            shares = [bernoulli(β2, t+1), c2_is(t), c2_is(t+1), power_next(β2, t)]
            order = have((t+1)*β2*c2(t) <= t*c2(t+1),                 by=shares).times((1-β2)*β2**(t-1)/(c2(t)*c2(t+1)))
            falling = have(a2(t+1) <= a2(t),                                            by=[order, power_next(β2, t-1)])
            falls = have(a(t+1) <= a(t), by=sqrt_mono(a2(t+1), a2(t), by=falling))
        with let(1 <= t):
            for begin in cases(t < 2):
                if begin:
                    nothing = have(Y(t-1) == 0,                                      by=[empty(S(t-1)), root_of_zero()])
                    kept = have(a(t)*Y(t-1) <= w(t-1),                                     by=[nothing, nonneg(w(t-1))])
                else:
                    kept = have(a(t)*Y(t-1) <= w(t-1),                         by=[w_is(t-1), falls(t-1).times(Y(t-1))])
            always(sqrt_mono(S(t-1), S(t),                                                               by=last(S(t))))
            rest = a_high(t).times(Y(t) - Y(t-1))
            growth = have(w(t) - w(t-1) <= sqrt(q**(t-1))*(Y(t) - Y(t-1)),                     by=[w_is(t), kept, rest])
            price = (calc(g(t)**2)
                .eq(β2**(t-1)*(S(t) - S(t-1)),                                           by=last(S(t)).times(β2**(t-1)))
                .eq((q**(t-1))**2*(Y(t) - Y(t-1))*(Y(t) + Y(t-1)),        by=[squared(t-1), *root(S(t)), *root(S(t-1))])
                .le(2*(q**(t-1))**2*(Y(t) - Y(t-1))*Y(t),                 by=square(Y(t) - Y(t-1)).times((q**(t-1))**2))
                .le(2*q**(t-1)*w(t)*(Y(t) - Y(t-1)),                     by=above(t).times(2*q**(t-1)*(Y(t) - Y(t-1)))))
            found = have(bounds(t),                            by=[*_plain(squared), above(t), below(t), growth, price])
    return found


def _plain(squared: Fact) -> list[Fact]:
    """G ≤ Y ≤ G/qᵗ⁻¹, at one t and i: the weights lie between 1 and β₂⁻⁽ᵗ⁻¹⁾."""
    with let(1 <= s, s <= t):
        weight = power_at_most_one(β2, s-1).times(g(s)**2/β2**(s-1))
        heavier = have(g(s)**2 <= g(s)**2/β2**(s-1),                                                          by=weight)
        last_weight = power_falls(β2, s-1, t-s).times(g(s)**2/β2**(s-1))
        lighter = have(β2**(t-1)*g(s)**2/β2**(s-1) <= g(s)**2,                                           by=last_weight)
    low = sqrt_mono(squares(t), S(t),                                                       by=summed(heavier, s, 1, t))
    high = have((q**(t-1))**2*S(t) <= squares(t),               by=[summed(lighter, s, 1, t), squared(t-1).times(S(t))])
    return [low, by_squares(q**(t-1)*Y(t) <= G(t),                           by=[high, *root(S(t)), *root(squares(t))])]
