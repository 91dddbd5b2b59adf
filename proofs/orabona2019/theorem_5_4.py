"""Gradient descent with steps 1/√t on an unbounded domain: regret that grows like T^{3/2}.

The losses are -x in the first half of T = 2n rounds and x in the second; gradient descent from 0 runs away in the first
half and does not come back.  Against u = 0, for every even T,

    Σ_{t ≤ T} f_t(x_t) - f_t(0)  ≥  (√2 - 4/3) T√T.

Source
    Orabona (2019), Theorem 5.4, at its exponent ½, where half of this constant is shown, for T ≥ 50.
Assumptions
    None but the setting: T is even.
"""

from fractions import Fraction

from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import inverse_roots_between, root_of_product, sum_of_roots
from convcheck.optimizers.sgd import sgd
from convcheck.schedules.inverse_sqrt import inverse_sqrt

claim = Claim(
    kind="divergence",
    source=Source("orabona2019", "Theorem 5.4"),
    verdict="proved",
    # The box is so large that no point reaches its sides.
    audit=tuple(
        Instance(
            "linear_box",
            T=2 * rounds,
            parameters={"D": 2000, "signs": (-1,) * rounds + (1,) * rounds},
            hyper={"lr": inverse_sqrt},
            constants={"n": rounds},
            x0=(0.0,),
            certified=40,
        )
        for rounds in (20, 50_000)
    ),
)

t, n, k, j = ints("t n k j")
(y,) = reals("y")
game = play(sgd, lr=lambda t: 1 / sqrt(t))
x, g, f = game.x, game.g, game.f

# fmt: off
given(1 <= n)
start  = given(x[1] == 0)
linear = given(forall(1 <= t, y, f[t](y) == g[t]*y))
away   = given(forall(1 <= t, t <= n, g[t] == -1, over=[t]))
back   = given(forall(n + 1 <= t, g[t] == 1, over=[t]))

statement = (sqrt(2) - Fraction(4, 3)) * (2*n) * sqrt(2*n) <= Sum(f[t](x[t]) - f[t](0), t, 1, 2*n)


def proof() -> Fact:
    """The points and the regret in closed form, S and Q being sums of 1/√t and √t; then integrals."""
    S = lambda m: Sum(1/sqrt(t), t, 1, m)
    Q = lambda m: Sum(sqrt(t), t, 1, m)
    R = lambda m: Sum(f[t](x[t]) - f[t](0), t, 1, m)
    cost = lambda t: [linear(t, x[t]), linear(t, 0)]

    with let(1 <= t):
        unit = have(t/sqrt(t) == sqrt(t))

    # away:  x_{k+1} = S_k,  and the regret is -(k S_k - Q_k)
    with induction(implies(k <= n, x[k+1] == S(k)), k, base=[start, empty(S(0))]) as point, let(k + 1 <= n):
        have(x[k+2] == S(k+1),                                by=[game.step(k+1), away(k+1), point(), last(S(k+1))])
    with induction(implies(k <= n, R(k) == Q(k) - k*S(k)), k, base=[empty(R(0)), empty(Q(0))]) as early:
        with let(k + 1 <= n):
            loss = have(f[k+1](x[k+1]) - f[k+1](0) == -S(k),                       by=[*cost(k+1), away(k+1), point(k)])
            ends = [last(R(k+1)), last(Q(k+1)), last(S(k+1)), unit(k+1)]
            have(R(k+1) == Q(k+1) - (k+1)*S(k+1),                                             by=[early(), loss, *ends])

    # back:  x_{n+j+1} = 2 S_n - S_{n+j},  and the regret is 2j S_n - (n+j) S_{n+j} + Q_{n+j}
    with induction(x[n+j+1] == 2*S(n) - S(n+j), j, base=point(n)) as later:
        have(x[n+j+2] == 2*S(n) - S(n+j+1),                   by=[game.step(n+j+1), back(n+j+1), later, last(S(n+j+1))])
    with induction(R(n+j) == 2*j*S(n) - (n+j)*S(n+j) + Q(n+j), j, base=early(n)) as total:
        loss = have(f[n+j+1](x[n+j+1]) - f[n+j+1](0) == 2*S(n) - S(n+j),       by=[*cost(n+j+1), back(n+j+1), later(j)])
        ends = [last(R(n+j+1)), last(Q(n+j+1)), last(S(n+j+1)), unit(n+j+1)]
        have(R(n+j+1) == 2*(j+1)*S(n) - (n+j+1)*S(n+j+1) + Q(n+j+1),                            by=[total, loss, *ends])

    short = inverse_roots_between(n, n).times(2*n)
    regret = (calc((sqrt(2) - Fraction(4, 3)) * (2*n) * sqrt(2*n))
        .eq(4*n*sqrt(n) - Fraction(8, 3)*n*sqrt(2*n),                              by=[root_of_product(2, n), *root(2)])
        .le(Q(2*n) - 2*n*(S(2*n) - S(n)),                                                 by=[sum_of_roots(2*n), short])
        .eq(R(2*n),                                                                                        by=total(n)))
    return regret
