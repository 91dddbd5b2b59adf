"""Adam without momentum: how large its gradients are on a smooth function that need not be convex, for every β₂ < 1.

    (1/T) Σ_{t ≤ T} E‖∇F(x_t)‖²  ≤  2R(E F(x_1) - F*)/(αT) + C(ln(1 + R²/((1-β₂)ε))/T - ln β₂),
    C = 4dR²/√(1-β₂) + αdRL/(1-β₂).

For a constant β₂ the term -C ln β₂ stays; it vanishes if β₂ tends to 1 as in defossez2020/known-horizon.

Source
    Défossez, Bottou, Bach & Usunier (2022; preprint 2020), Theorem 2 (constants as remembered: the text that was
    read lacks displays); with β₁ = 0 their random index is uniform.
Assumptions
    F is bounded below by F* and L-smooth; stochastic gradients are unbiased and at most R - √ε in each coordinate.
"""

from fractions import Fraction

from convcheck.assumptions import LowerBounded
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import count, decorrelation, expected_sum, log_rise, shares, swap, telescope
from convcheck.library.logarithm import axiom
from convcheck.optimizers.adam_defossez import adam_defossez

claim = Claim(
    kind="stationarity",
    source=Source("defossez2020", "Theorem 2"),
    verdict="proved",
    flags=("as-quoted",),
    # After the first round roots are irrational: what is exact is the first.
    audit=(
        Instance(
            "noisy_quadratic",
            T=6,
            parameters={"sigma": 3.0},
            hyper={"lr": 0.5, "beta1": 0.0, "beta2": 0.75, "eps": 16.0},
            constants={"α": Fraction(1, 2), "β2": Fraction(3, 4), "ε": 16, "L": 1, "R": 16, "d": 1},
            x0=(0.0,),
            certified=1,
        ),
    ),
)

t, T, n, i, d = ints("t T n i d")
α, β2, ε, L, R = reals("α β2 ε L R")
F = objective("F")

given(1 <= d)
given(0 < α)
given(0 < β2)
given(β2 < 1)
given(0 < ε)
given(0 <= L)
wide = given(sqrt(ε) <= R)
game = play(adam_defossez, coordinates=(i, d), random=True, lr=α, beta1=0, beta2=β2, eps=ε)
X = game.x
x, g, m, v, c = (lambda t, y=y: y[t][i] for y in (game.x, game.g, game.m, game.v, game.c))
a = lambda t: F.gradient(X[t])[i]
second = function("s", "ZZW", adapted=0)
s = lambda t: second[t, i]

# fmt: off
below    = F.given(LowerBounded(F.least))
smooth   = given(forall(1 <= t, F(X[t+1]) <= F(X[t]) + Sum(a(t)*(x(t+1) - x(t)) + L/2*(x(t+1) - x(t))**2, i, 1, d)))
unbiased = given(forall(1 <= t, i, expect(g(t), given=t) == a(t)))
bounded  = given(forall(1 <= t, i, abs(g(t)) <= R - sqrt(ε)))
moment   = given(forall(1 <= t, i, expect(g(t)**2, given=t) == s(t)))

norm = lambda t: Sum(a(t)**2, i, 1, d)
Z = R**2/((1 - β2)*ε)
z = 1 + Z
C = 4*d*R**2/sqrt(1 - β2) + α*d*R*L/(1 - β2)
claimed = (Sum(expect(norm(t)), t, 1, T)/T
    <= 2*R*(expect(F(X[1])) - F.least)/(α*T) + C*(log(z)/T - log(β2)))
statement = forall(1 <= T, claimed)

# the denominator, and with the conditional mean of g²; the step's factor; what a coordinate pays and costs
r = lambda t: sqrt(ε + β2*v(t-1) + g(t)**2)
q = lambda t: sqrt(ε + β2*v(t-1) + s(t))
k = lambda t: sqrt(β2*c(t-1) + 1)
paid = lambda t: g(t)**2/r(t)**2
cost = lambda t: -α*k(t)*a(t)*g(t)/r(t) + L/2*α**2*k(t)**2*g(t)**2/r(t)**2
B = 2*R*α/sqrt(1 - β2) + α**2*L/(2*(1 - β2))


def ranges() -> tuple[Fact, Fact, Fact, Fact]:
    """0 ≤ v ≤ (R² - ε)c, 0 ≤ c ≤ 1/(1 - β₂) and ε + g² ≤ R², in each coordinate."""
    always(have(0 < R,                                                                     by=[wide, nonneg(sqrt(ε))]))
    always(have(0 <= R**2 - ε,                                                  by=[wide.times(R + sqrt(ε)), root(ε)]))
    with let(i):
        with let(1 <= t):
            gap = bounded(t, i).times(R - sqrt(ε) + abs(g(t)))
            same = have(abs(g(t))**2 == g(t)**2)
            size = have(ε + g(t)**2 <= R**2,                            by=[gap, same, wide.times(2*sqrt(ε)), root(ε)])
        with induction(0 <= v(t), t, base=game.v_start(i)) as v_low:
            have(0 <= v(t+1),                                                 by=[game.v_step(t+1, i), square(g(t+1))])
        with induction((0 <= c(t)) & (c(t) <= 1/(1-β2)), t, base=game.c_start(i)) as c_range:
            have((0 <= c(t+1)) & (c(t+1) <= 1/(1-β2)),              by=[game.c_step(t+1, i), inverse(1 - β2), c_range])
        with induction(v(t) <= (R**2 - ε)*c(t), t, base=[game.v_start(i), game.c_start(i)]) as v_high:
            steps = [game.v_step(t+1, i), game.c_step(t+1, i)]
            have(v(t+1) <= (R**2 - ε)*c(t+1),                                 by=[*steps, size(t+1), v_high.times(β2)])
    return v_low, v_high, c_range, size


def one_coordinate(v_low: Fact, v_high: Fact, c_range: Fact, size: Fact) -> tuple[Fact, Fact]:
    """A step costs at most -α√c a g/r + …, which in the mean is at most B g²/r² - αa²/(2R)."""
    with let(i, 1 <= t):
        low_c, high_c = parts(c_range(i, t-1))
        always(v_low(i, t), v_low(i, t-1), low_c)
        always(have(0 <= s(t),                                     by=[moment(t, i), averaged(square(g(t)), given=t)]))
        s_high = have(s(t) <= R**2 - ε,                               by=[moment(t, i), averaged(size(i, t), given=t)])
        deviation = averaged(square(g(t) - a(t)), given=t)
        spread = always(have(a(t)**2 <= s(t),                            by=[deviation, unbiased(t, i), moment(t, i)]))
        qq, rr = have(q(t)**2 == ε + β2*v(t-1) + s(t)), have(r(t)**2 == ε + β2*v(t-1) + g(t)**2)
        always(have(q(t)**2 - r(t)**2 == s(t) - g(t)**2,                                                  by=[qq, rr]))
        always(have(s(t) <= q(t)**2,  by=qq), have(g(t)**2 <= r(t)**2,  by=rr))
        always(by_squares(s(t) <= R*q(t),                                     by=[s_high.times(s(t)), qq.times(R**2)]))

        # the gradient against its mean, of which the denominator knows
        apart = averaged(decorrelation(a(t), g(t), s(t), q(t), r(t), R), given=t)
        spent = expect(paid(t), given=t)
        for calm in cases(s(t) <= 0):
            kept = square_zero(a(t),           by=[spread, calm]) if calm else inverse(s(t))[0].times(a(t)**2/(4*q(t)))
            correlated = have(a(t)**2/(2*q(t)) - 2*R*spent <= expect(a(t)*g(t)/r(t), given=t),
                                                                        by=[apart, unbiased(t, i), moment(t, i), kept])

        # the factor of the step is at least q/R and at most 1/√(1 - β₂)
        short = have(β2*c(t-1) + 1 <= 1/(1-β2),                                 by=[high_c.times(β2), inverse(1 - β2)])
        k_high = by_squares(k(t) <= 1/sqrt(1-β2),                            by=[short.times(1 - β2), inverse(1 - β2)])
        k_square = have(k(t)**2 <= 1/(1-β2),                                                                  by=short)
        k_low = by_squares(q(t) <= R*k(t),                by=[qq, s_high, v_high(i, t-1).times(β2), low_c.times(β2*ε)])
        slope = have(a(t)**2/(2*R) <= k(t)*a(t)**2/(2*q(t)),                        by=k_low.times(a(t)**2/(2*q(t)*R)))
        always(have(0 <= spent,                                                 by=averaged(nonneg(paid(t)), given=t)))
        prices = [k_high.times(2*R*α*spent), k_square.times(L/2*α**2*spent)]
        mean = have(expect(cost(t), given=t) <= B*spent - α*a(t)**2/(2*R),
                                                                by=[correlated.times(α*k(t)), slope.times(α), *prices])
        factor = image(sqrt, have(c(t) == β2*c(t-1) + 1,                                         by=game.c_step(t, i)))
        moved = have(x(t+1) - x(t) == -α*k(t)*g(t)/r(t),               by=[game.step(t, i), game.m_step(t, i), factor])
        step = have(a(t)*(x(t+1) - x(t)) + L/2*(x(t+1) - x(t))**2 <= cost(t),                                 by=moved)
    return step, mean


def all_rounds(v_low: Fact, v_high: Fact, c_range: Fact) -> Fact:
    """Σ_t E g²/r² ≤ ln(1 + R²/((1-β₂)ε)) - T ln β₂: the logarithm of ε + v grows by what is paid."""
    Ψ = lambda t: -expect(log(ε + v(t-1)))
    with let(i):
        with let(1 <= t):
            before = ε + β2*v(t-1)
            always(v_low(i, t), v_low(i, t-1))
            rr = always(have(r(t)**2 == before + g(t)**2))
            now = image(log, have(r(t)**2 == ε + v(t),                                     by=[rr, game.v_step(t, i)]))
            split = axiom("log_mul", β2, ε + v(t-1),  by=(have(0 < β2), have(0 < ε + v(t-1))))
            fewer = have(β2*(ε + v(t-1))/before <= 1)
            decay = have(log(β2) + log(ε + v(t-1)) <= log(before), by=[log_rise(β2*(ε + v(t-1)), before), split, fewer])
            gain = have(paid(t) <= log(ε + v(t)) - log(ε + v(t-1)) - log(β2),
                                             by=[log_rise(before, r(t)**2), now, decay, shares(before, g(t)**2, r(t))])
            mean = have(expect(paid(t)) <= Ψ(t) - Ψ(t+1) - log(β2),                                  by=averaged(gain))
        with let(1 <= T):
            always(v_low(i, T), have(0 < z, by=nonneg(Z)))
            always(have(0 < ε + v(T)), nonneg(ε*z))
            even = have(ε*R**2/((1-β2)*ε) == R**2/(1-β2),
                                                         by=[inverse((1-β2)*ε)[0].times(R**2/(1-β2)), inverse(1 - β2)])
            full = have(ε + v(T) <= ε*z,
                        by=[v_high(i, T), parts(c_range(i, T))[1].times(R**2 - ε), even, have(0 <= ε/(1-β2))])
            product = axiom("log_mul", ε, z,  by=(have(0 < ε), have(0 < z)))
            end = have(log(ε + v(T)) <= log(ε) + log(z),
                                              by=[log_rise(ε + v(T), ε*z), product, full.times(1/(ε*z)), inverse(ε*z)])
            start = image(log, have(ε + v(0) == ε,                                                 by=game.v_start(i)))
            prices = (calc(Sum(expect(paid(t)), t, 1, T))
                .le(Sum(Ψ(t) - Ψ(t+1) - log(β2), t, 1, T),                                    by=summed(mean, t, 1, T))
                .eq(Ψ(1) - Ψ(T+1) - T*log(β2),                           by=[telescope(Ψ, T), count(T).times(log(β2))])
                .le(log(z) - T*log(β2),                                           by=[averaged(end), averaged(start)]))
    return prices


def proof() -> Fact:
    """One step of the objective and its mean; the sum over rounds and coordinates."""
    v_low, v_high, c_range, size = ranges()
    always(v_low, *parts(c_range))
    cheap, mean = one_coordinate(v_low, v_high, c_range, size)
    prices = all_rounds(v_low, v_high, c_range)

    Φ = lambda t: expect(F(X[t]))
    with let(1 <= t):
        one = have(F(X[t+1]) <= F(X[t]) + Sum(cost(t), i, 1, d),          by=[smooth(t), summed(cheap(i, t), i, 1, d)])
        spent = expect(paid(t), given=t)
        step = (calc(expect(F(X[t+1]), given=t))
            .le(F(X[t]) + expect(Sum(cost(t), i, 1, d), given=t),                            by=averaged(one, given=t))
            .eq(F(X[t]) + Sum(expect(cost(t), given=t), i, 1, d),              by=expected_sum(cost(t), i, d, given=t))
            .le(F(X[t]) + B*Sum(spent, i, 1, d) - α/(2*R)*norm(t),                     by=summed(mean(i, t), i, 1, d)))
        one_step = have(α/(2*R)*expect(norm(t)) <= Φ(t) - Φ(t+1) + B*Sum(expect(paid(t)), i, 1, d),
                                                                        by=[averaged(step), expected_sum(spent, i, d)])
    with let(1 <= T):
        limit = log(z) - T*log(β2)
        all_prices = summed(prices(i, T), i, 1, d).times(B)
        total = (calc(α/(2*R)*Sum(expect(norm(t)), t, 1, T))
            .le(Sum(Φ(t) - Φ(t+1) + B*Sum(expect(paid(t)), i, 1, d), t, 1, T),            by=summed(one_step, t, 1, T))
            .eq(Φ(1) - Φ(T+1) + B*Sum(Sum(expect(paid(t)), t, 1, T), i, 1, d),
                                                               by=[telescope(Φ, T), swap(expect(paid(t)), t, T, i, d)])
            .le(Φ(1) - F.least + B*d*limit,         by=[averaged(below(X[T+1])), all_prices, count(d).times(B*limit)]))
        result = have(claimed,                                                               by=total.times(2*R/(α*T)))
    return result
