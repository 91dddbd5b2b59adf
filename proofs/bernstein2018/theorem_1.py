"""signSGD with large batches finds points at which the ℓ₁ norm of the gradient is small.

After T steps of the size 1/√(‖L‖₁T) with batches of T examples each,

    (1/T) Σ_{t ≤ T} E‖∇f(x_t)‖₁  ≤  (√‖L‖₁ (E f(x_1) - f* + ½) + 2‖σ‖₁)/√T.

Source
    Bernstein, Wang, Azizzadenesheli & Anandkumar (2018), Theorem 1, where N = T² counts gradients; the square that is
    printed outside of its expectation is taken off.
Assumptions
    f is bounded below by f*, and along the steps it lies below its tangents plus Σ L_i(y_i - x_i)²/2.  Given the past,
    the mean of a batch has in coordinate i the second moment σ_i²/T around the gradient; it may be biased.
"""

from fractions import Fraction

from convcheck.assumptions import LowerBounded
from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import count, expected_sum, root_of_product, telescope
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
statement = (Sum(expect(norm1(t)), t, 1, T)/T
    <= (sqrt(Λ)*(expect(f(X[1])) - f.least + Fraction(1, 2)) + 2*Sum(σ[i], i, 1, d))/sqrt(T))


def proof() -> Fact:
    """A wrong sign costs at most twice the noise; the noise is small in the mean; one step, and its mean."""
    always(have(0 < δ))
    size = lambda t: abs(g(t) - a(t))

    with let(1 <= t, i):
        always(L_pos(i), σ_pos(i))
        move = x(t+1) - x(t)
        cheap = (a(t)*move <= 2*δ*size(t) - δ*abs(a(t))) & (move**2 <= δ**2)
        for down in cases(g(t) <= 0):
            if down:
                for zero in cases(0 <= g(t)):
                    sign = game.choice1_yes(t, i) if zero else game.choice1_no(t, i)
                    moved = have(move == (0 if zero else δ),        by=[game.step(t, i), game.choice2_yes(t, i), sign])
                    short = have(cheap,                                                                       by=moved)
            else:
                moved = have(move == -δ,                                   by=[game.step(t, i), game.choice2_no(t, i)])
                short = have(cheap,                                                                           by=moved)
        linear, quadratic = parts(short)
        cost = 2*δ*size(t) - δ*abs(a(t)) + L[i]/2*δ**2
        paid = have(a(t)*move + L[i]/2*move**2 <= cost,                           by=[linear, quadratic.times(L[i]/2)])

        mean = expect(size(t), given=t)
        with let(c):
            jensen = have(2*c*mean - c**2 <= expect(size(t)**2, given=t),    by=averaged(square(size(t) - c), given=t))
        always(have(0 <= mean,                                                  by=averaged(nonneg(size(t)), given=t)))
        second = averaged(have(size(t)**2 == (g(t) - a(t))**2), given=t)
        small = by_squares(mean <= σ[i]/sqrt(T),                                by=[jensen(mean), second, noise(t, i)])

    Φ = lambda t: expect(f(X[t]))
    rest = 2*δ*Sum(σ[i], i, 1, d)/sqrt(T) + δ**2/2*Λ
    with let(1 <= t):
        one = have(f(X[t+1]) <= f(X[t]) + Sum(cost, i, 1, d),                    by=[smooth(t), summed(paid, i, 1, d)])
        step = (calc(expect(f(X[t+1]), given=t))
            .le(f(X[t]) + expect(Sum(cost, i, 1, d), given=t),                               by=averaged(one, given=t))
            .eq(f(X[t]) + 2*δ*Sum(mean, i, 1, d) - δ*norm1(t) + δ**2/2*Λ,         by=expected_sum(cost, i, d, given=t))
            .le(f(X[t]) - δ*norm1(t) + rest,                                     by=summed(small, i, 1, d).times(2*δ)))
        one_step = have(δ*expect(norm1(t)) <= Φ(t) - Φ(t+1) + rest,                                  by=averaged(step))

    unit = have(δ*sqrt(Λ)*sqrt(T) == 1,                                by=[root_of_product(Λ, T), *inverse(sqrt(Λ*T))])
    total = (calc(δ*Sum(expect(norm1(t)), t, 1, T))
        .le(Sum(Φ(t) - Φ(t+1) + rest, t, 1, T),                                           by=summed(one_step, t, 1, T))
        .eq(Φ(1) - Φ(T+1) + rest*T,                                         by=[telescope(Φ, T), count(T).times(rest)])
        .le(Φ(1) - f.least + rest*T,                                                       by=averaged(below(X[T+1]))))
    return have(statement,                                                   by=[total.times(sqrt(Λ)*sqrt(T)/T), unit])
