"""signSGD with large batches: the published theorem with half its noise.

    (1/T) Σ_{t ≤ T} E‖∇f(x_t)‖₁  ≤  (√‖L‖₁ (E f(x_1) - f* + ½) + ‖σ‖₁)/√T.

The published proof bounds the probability of a wrong sign by Markov's inequality; Cantelli's gives P ≤ ν/(a² + ν) for a
gradient a and the variance ν, and |a|·P is at most √ν/2.

Source
    Bernstein, Wang, Azizzadenesheli & Anandkumar (2018), Theorem 1, sharpened: there 2‖σ‖₁ in place of ‖σ‖₁.
Assumptions
    f is bounded below by f*, and along the steps it lies below its tangents plus Σ L_i(y_i - x_i)²/2.  Given the past,
    the mean of a batch is unbiased and has in coordinate i the variance σ_i²/T.
"""

from fractions import Fraction

from convcheck.assumptions import LowerBounded
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import count, expected_sum, root_of_product, square_of_inverse_root, telescope
from convcheck.optimizers.signsgd import signsgd

claim = Claim(
    kind="stationarity",
    source=Source("bernstein2018", "Theorem 1"),
    verdict="proved",
    audit=(
        Instance(
            "noisy_quadratic",
            T=4,
            hyper={"lr": 0.25},
            constants={"T": 4, "d": 2, "L": (2, 2), "σ": (2, 2)},
            x0=(1.0, -0.5),
            certified=4,
        ),
    ),
)

t, T, i, d = ints("t T i d")
L, σ = vectors("L σ")
(c,) = reals("c")
f = objective("f")
Λ = Sum(L[i], i, 1, d)
δ = 1 / sqrt(Λ * T)

given(1 <= T)
given(1 <= d)
L_pos, σ_pos = given(forall(i, 0 <= L[i])), given(forall(i, 0 <= σ[i]))
given(0 < Λ)
game = play(signsgd, coordinates=(i, d), random=True, lr=δ)
X = game.x
x, g = (lambda t, y=y: y[t][i] for y in (game.x, game.g))
a = lambda t: f.gradient(X[t])[i]

# fmt: off
below  = f.given(LowerBounded(f.least))
smooth = given(forall(1 <= t, f(X[t+1]) <= f(X[t]) + Sum(a(t)*(x(t+1) - x(t)) + L[i]/2*(x(t+1) - x(t))**2, i, 1, d)))
noise  = given(forall(1 <= t, i, expect((g(t) - a(t))**2, given=t) <= σ[i]**2/T))

norm1 = lambda t: Sum(abs(a(t)), i, 1, d)
unbiased = given(forall(1 <= t, i, expect(g(t), given=t) == a(t)))

statement = (Sum(expect(norm1(t)), t, 1, T)/T
    <= (sqrt(Λ)*(expect(f(X[1])) - f.least + Fraction(1, 2)) + Sum(σ[i], i, 1, d))/sqrt(T))


def proof() -> Fact:
    """Where the sign is wrong, a square is at least 1; its mean is small; one step, and its mean."""
    always(have(0 < δ))
    ν = σ[i]**2/T
    w = 1/(a(t)**2 + ν)
    miss = (a(t)*(g(t) - a(t)) - ν)**2 * w**2

    with let(1 <= t, i):
        always(L_pos(i), σ_pos(i))
        for nothing in cases(a(t)**2 + ν <= 0):
            if nothing:
                equal = image(abs, square_zero(a(t),                                        by=[nothing, nonneg(ν)]))
                share = have(w*(a(t)**2 + ν) <= 1,                                                by=nothing.times(w))
            else:
                unit, _ = inverse(a(t)**2 + ν)
                share = have(w*(a(t)**2 + ν) <= 1,                                                             by=unit)
                equal = unit.times(abs(a(t)))
            all_of_it = have(abs(a(t))*w*(a(t)**2 + ν) == abs(a(t)),                                          by=equal)
        whole = [all_of_it, all_of_it.times(w*(a(t)**2 + ν))]

        def missed() -> Fact:
            far = have((a(t)**2 + ν)**2 <= (a(t)*(g(t) - a(t)) - ν)**2,  by=have(a(t)*g(t) <= 0))
            return have(abs(a(t)) <= abs(a(t))*miss,                            by=[far.times(abs(a(t))*w**2), *whole])

        move = x(t+1) - x(t)
        always(nonneg(abs(a(t))*miss))
        cheap = (a(t)*move <= 2*δ*abs(a(t))*miss - δ*abs(a(t))) & (move**2 <= δ**2)
        for down in cases(g(t) <= 0):
            if down:
                for zero in cases(0 <= g(t)):
                    sign = game.choice1_yes(t, i) if zero else game.choice1_no(t, i)
                    moved = have(move == (0 if zero else δ),        by=[game.step(t, i), game.choice2_yes(t, i), sign])
                    for right in cases(a(t) < 0):
                        size = have(abs(a(t)) == (-a(t) if right else a(t)))
                        short = have(cheap,        by=[moved, size] if right and not zero else [moved, size, missed()])
            else:
                moved = have(move == -δ,                                   by=[game.step(t, i), game.choice2_no(t, i)])
                for right in cases(0 < a(t)):
                    size = have(abs(a(t)) == (a(t) if right else -a(t)))
                    short = have(cheap,                         by=[moved, size] if right else [moved, size, missed()])
        linear, quadratic = parts(short)
        cost = 2*δ*abs(a(t))*miss - δ*abs(a(t)) + L[i]/2*δ**2
        paid = have(a(t)*move + L[i]/2*move**2 <= cost,                           by=[linear, quadratic.times(L[i]/2)])

        # Cantelli: the mean of the square is at most ν/(a² + ν), and 2|a|√ν ≤ a² + ν
        lost = expect(abs(a(t))*miss, given=t)
        known = [noise(t, i).times(abs(a(t))*w**2*a(t)**2), unbiased(t, i), all_of_it.times(w*ν)]
        cantelli = have(lost <= abs(a(t))*w*ν,                                                                by=known)
        dev, size = σ[i]/sqrt(T), have(abs(a(t))**2 == a(t)**2)
        same = have(dev**2 == ν,                                           by=square_of_inverse_root(T).times(σ[i]**2))
        young = [square(abs(a(t)) - dev).times(w*dev), size.times(w*dev), same.times(2*w*abs(a(t))), same.times(w*dev)]
        small = (calc(2*lost)
            .le(2*abs(a(t))*w*ν,                                                                           by=cantelli)
            .le(dev*(w*(a(t)**2 + ν)),                                                                        by=young)
            .le(dev,                                                                              by=share.times(dev)))

    Φ = lambda t: expect(f(X[t]))
    rest = δ*Sum(σ[i], i, 1, d)/sqrt(T) + δ**2/2*Λ
    with let(1 <= t):
        one = have(f(X[t+1]) <= f(X[t]) + Sum(cost, i, 1, d),                    by=[smooth(t), summed(paid, i, 1, d)])
        step = (calc(expect(f(X[t+1]), given=t))
            .le(f(X[t]) + expect(Sum(cost, i, 1, d), given=t),                               by=averaged(one, given=t))
            .eq(f(X[t]) + 2*δ*Sum(lost, i, 1, d) - δ*norm1(t) + δ**2/2*Λ,         by=expected_sum(cost, i, d, given=t))
            .le(f(X[t]) - δ*norm1(t) + rest,                                       by=summed(small, i, 1, d).times(δ)))
        one_step = have(δ*expect(norm1(t)) <= Φ(t) - Φ(t+1) + rest,                                  by=averaged(step))

    unit = have(δ*sqrt(Λ)*sqrt(T) == 1,                                by=[root_of_product(Λ, T), *inverse(sqrt(Λ*T))])
    total = (calc(δ*Sum(expect(norm1(t)), t, 1, T))
        .le(Sum(Φ(t) - Φ(t+1) + rest, t, 1, T),                                           by=summed(one_step, t, 1, T))
        .eq(Φ(1) - Φ(T+1) + rest*T,                                         by=[telescope(Φ, T), count(T).times(rest)])
        .le(Φ(1) - f.least + rest*T,                                                       by=averaged(below(X[T+1]))))
    return have(statement,                                                   by=[total.times(sqrt(Λ)*sqrt(T)/T), unit])
