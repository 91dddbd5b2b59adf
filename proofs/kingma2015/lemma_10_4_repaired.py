"""What Adam's momentum costs: √(1 + log T)/(1 - β₁/√β₂) times the norm of the gradients, in place of Lemma 10.4.

For Adam with constant β₁ < √β₂ < 1, both averages corrected for bias, and gradients of any size, in each coordinate,

    Σ_{t ≤ T} m̂_t²/√(t v̂_t)  ≤  √(1 + log T)/((1 - β₁/√β₂)√(1 - β₂)) ‖g_{1:T}‖.

Both sides are linear in g.  The published lemma has the constant 2 for √(1 + log T), and β₁² for β₁.

Source
    Of this project, in place of Kingma & Ba (2015), Lemma 10.4; for averages without correction and maxima of v the
    argument is that of Reddi, Kale & Kumar (2018) for AMSGrad, here by a recursion in place of exchanged sums.
Assumptions
    0 ≤ β₁ < √β₂ < 1, ε = 0.  A gradient may be 0 from the beginning on (0/0 = 0).
"""

from fractions import Fraction

from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import over_roots, root_of_product, telescope
from convcheck.optimizers.adam import adam
from convcheck.schedules.inverse_sqrt import inverse_sqrt

claim = Claim(
    kind="lemma",
    source=Source("kingma2015", "Lemma 10.4, repaired"),
    verdict="proved",
    # The first gradient is 0.
    audit=(
        Instance(
            "linear_box",
            T=60,
            parameters={"signs": (0, 3, -4)},
            hyper={"lr": inverse_sqrt, "beta1": 0.5, "beta2": 0.75, "eps": 0.0},
            constants={"β1": Fraction(1, 2), "β2": Fraction(3, 4)},
            x0=(1.0,),
        ),
    ),
)

t, T = ints("t T")
α, β1, β2 = reals("α β1 β2")

game = play(adam, lr=lambda t: α / sqrt(t), beta1=β1, beta2=β2, eps=0)
g, m, v, c1, c2 = game.g, game.m, game.v, game.c1, game.c2

# fmt: off
given(0 <= β1)
given(β1 < 1)
given(0 < β2)
given(β2 < 1)
given(β1 < sqrt(β2))

γ, q = β1/sqrt(β2), sqrt(1 - β2)
m_hat, v_hat = lambda t: m[t]/c1[t], lambda t: v[t]/c2[t]
statement = forall(1 <= T,
    Sum(m_hat(t)**2/sqrt(t*v_hat(t)), t, 1, T) <= sqrt(1 + log(T))/(1 - γ)/q*sqrt(Sum(g[t]**2, t, 1, T)))

# what pays for momentum
s, = ints("s")
discounted = lambda t: Sum(γ**(t-s)*abs(g[s]), s, 1, t)
P = lambda t: discounted(t)/q
K = lambda t: m[t]**2/c1[t]


def proof() -> Fact:
    """A discounted sum P of gradients is at least m̂²/√v̂; over roots it costs what the gradients cost."""
    # the discount
    always(have(0 < sqrt(β2)), have(0 < q))
    always(have(γ < 1))
    with let(0 <= t):
        with let(1 <= s, s <= t):
            term = have(γ**(t+1-s)*abs(g[s]) == γ*γ**(t-s)*abs(g[s]),            by=power_next(γ, t-s).times(abs(g[s])))
        recursion = have(discounted(t+1) == γ*discounted(t) + abs(g[t+1]),
            by=[last(discounted(t+1)), power_zero(γ).times(abs(g[t+1])), summed(term, s, 1, t)])
    with induction(0 <= discounted(t), t, base=empty(discounted(0))) as nonnegative:
        have(0 <= discounted(t+1),                         by=[recursion(t), nonnegative.times(γ), nonneg(abs(g[t+1]))])
    always(nonnegative)

    c1_pos, c2_one = _divisors()
    P_next, P_old, enough = _paid(recursion, nonnegative)

    # and so it pays for the momentum of a round
    with let(1 <= t):
        always(P_old(t))
        rooted = sqrt_mono(v[t], v_hat(t),                                             by=c2_one(t-1).times(v[t]/c2[t]))
        cost = (calc(m_hat(t)**2)
            .le((1 - β1)*sqrt(v[t])*P(t)/c1[t],                                             by=enough(t).times(1/c1[t]))
            .le(sqrt(v[t])*P(t),                                            by=c1_pos(t-1).times(sqrt(v[t])*P(t)/c1[t]))
            .le(sqrt(v_hat(t))*P(t),                                                             by=rooted.times(P(t))))
        split = root_of_product(t, v_hat(t))
        for silent in cases(sqrt(t*v_hat(t)) <= 0):
            price = m_hat(t)**2/sqrt(t*v_hat(t)) <= P(t)/sqrt(t)
            if silent:
                zero = have(sqrt(t*v_hat(t)) == 0)
                each = have(price, by=image(lambda y: m_hat(t)**2/y, zero))
            else:
                each = have(price, by=[cost.times(1/sqrt(t*v_hat(t))), split])

    # over √t the discounted sums cost what the gradients cost
    Φ = lambda t: γ*P(t-1)/sqrt(t-1)
    with let(1 <= t):
        for once in cases(t <= 1):
            faded = P(t-1)/sqrt(t) <= P(t-1)/sqrt(t-1)
            if once:
                one = have(t == 1)
                none = have(P(t-1) == 0, by=[image(lambda n: P(n-1), one), empty(discounted(0))])
                fading = have(faded, by=none)
            else:
                fading = have(faded, by=[sqrt_mono(t-1, t).times(P(t-1)/sqrt(t)/sqrt(t-1)), P_old(t-1)])
        step = have((1 - γ)*P(t)/sqrt(t) <= abs(g[t])/sqrt(t)/q + Φ(t) - Φ(t+1),
            by=[P_next(t-1).times(1/sqrt(t)), fading.times(γ)])
    with let(1 <= T):
        total = (calc((1 - γ)*Sum(m_hat(t)**2/sqrt(t*v_hat(t)), t, 1, T))
            .le(Sum((1 - γ)*P(t)/sqrt(t), t, 1, T),                               by=summed(each, t, 1, T).times(1 - γ))
            .le(Sum(abs(g[t])/sqrt(t), t, 1, T)/q + Φ(1) - Φ(T+1),          by=[summed(step, t, 1, T), telescope(Φ, T)])
            .le(Sum(abs(g[t])/sqrt(t), t, 1, T)/q,                 by=[empty(discounted(0)), P_old(T).times(γ/sqrt(T))])
            .le(sqrt(1 + log(T))*sqrt(Sum(g[t]**2, t, 1, T))/q,                   by=over_roots(g[t], t, T).times(1/q)))
        bound = have(Sum(m_hat(t)**2/sqrt(t*v_hat(t)), t, 1, T)
            <= sqrt(1 + log(T))/(1 - γ)/q*sqrt(Sum(g[t]**2, t, 1, T)),                        by=total.times(1/(1 - γ)))
    return bound


def _divisors() -> tuple[Fact, Fact]:
    """What the code divides by is positive, and at most 1."""
    with induction((0 <= c2[t]) & (c2[t] <= 1) & (0 <= v[t]), t, base=[game.c2_start, game.v_start]) as second:
        c2_old, c2_most, v_old = parts(second)
        c2_pos = have(1 - β2 <= c2[t+1],                                       by=[game.c2_step(t+1), c2_old.times(β2)])
        c2_one = have(c2[t+1] <= 1,                                           by=[game.c2_step(t+1), c2_most.times(β2)])
        v_sum  = have(0 <= v[t+1],                 by=[game.v_step(t+1), v_old.times(β2), square(g[t+1]).times(1 - β2)])
        have((0 <= c2[t+1]) & (c2[t+1] <= 1) & (0 <= v[t+1]),                                by=[c2_pos, c2_one, v_sum])
    with induction((0 <= c1[t]) & (c1[t] <= 1), t, base=game.c1_start) as first:
        c1_old, c1_most = parts(first)
        c1_pos = have(1 - β1 <= c1[t+1],                                       by=[game.c1_step(t+1), c1_old.times(β1)])
        c1_one = have(c1[t+1] <= 1,                                           by=[game.c1_step(t+1), c1_most.times(β1)])
        have((0 <= c1[t+1]) & (c1[t+1] <= 1),                                                       by=[c1_pos, c1_one])
    with let(0 <= t):
        always(parts(second(t))[2])
    with let(1 <= t):
        always(have(0 < c1[t], by=c1_pos(t-1)), have(0 < c2[t], by=c2_pos(t-1)))
    return c1_pos, c2_one


def _paid(recursion: Fact, nonnegative: Fact) -> tuple[Fact, Fact, Fact]:
    """m²/c₁ ≤ (1 - β₁)√v P: the recursions of √v and of P are those of m²/c₁."""
    with let(0 <= t):
        old = by_squares(sqrt(β2)*sqrt(v[t]) <= sqrt(v[t+1]),
            by=[*root(β2), *root(v[t]), *root(v[t+1]), game.v_step(t+1), square(g[t+1]).times(1 - β2)])
        new = by_squares(q*abs(g[t+1]) <= sqrt(v[t+1]),
            by=[*root(1 - β2), *root(v[t+1]), game.v_step(t+1), nonneg(β2*v[t])])
        fresh = have(g[t+1]**2 <= sqrt(v[t+1])*abs(g[t+1])/q,                               by=new.times(abs(g[t+1])/q))
        P_next = have(P(t+1) == γ*P(t) + abs(g[t+1])/q,                                      by=recursion(t).times(1/q))
        P_old = have(0 <= P(t),                                                            by=nonnegative(t).times(1/q))
        held = have(β1*sqrt(v[t])*P(t) <= γ*sqrt(v[t+1])*P(t),                                     by=old.times(γ*P(t)))
    claimed = lambda t: K(t) <= (1 - β1)*sqrt(v[t])*P(t)
    start = have(K(1) == (1 - β1)*g[1]**2,        by=[game.m_step(1), game.c1_step(1), game.m_start(), game.c1_start()])
    P_one = have(P(1) == abs(g[1])/q,                                   by=[P_next(0), empty(discounted(0)).times(γ/q)])
    by_one = have(K(1) <= (1 - β1)*sqrt(v[1])*abs(g[1])/q,                           by=[start, fresh(0).times(1 - β1)])
    base = [by_one, P_one.times((1 - β1)*sqrt(v[1]))]
    with induction(claimed(t), t, start=1, base=base) as enough:
        convexity = square(c1[t]*g[t+1] - m[t]).times(β1*(1 - β1)/c1[t])
        mixed = have(m[t+1]**2 <= c1[t+1]*(β1*K(t) + (1 - β1)*g[t+1]**2),
            by=[game.m_step(t+1), game.c1_step(t+1), convexity])
        average = have(K(t+1) <= β1*K(t) + (1 - β1)*g[t+1]**2,                                by=mixed.times(1/c1[t+1]))
        have(claimed(t+1),     by=[average, enough.times(β1), held(t).times(1 - β1), fresh(t).times(1 - β1), P_next(t)])
    return P_next, P_old, enough
