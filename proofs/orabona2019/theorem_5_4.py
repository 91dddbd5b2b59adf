"""Gradient descent with steps 1/√t on an unbounded domain: regret that grows like T^{3/2}.

The losses are -x in the first n = ⌊T/2⌋ rounds and x in the others; gradient descent from 0 runs away in the first half
and does not come back.  Against u = 0, for every T ≥ 50,

    Σ_{t ≤ T} f_t(x_t) - f_t(0)  ≥  ½(√2 - 4/3) T√T,

which is what was published; and twice as much if T is even, from T = 2 on.

Source
    Orabona (2019), Theorem 5.4 (number as remembered), at its exponent ½, as quoted elsewhere: for steps t^(-α) and
    T ≥ 2/((1 - α)φ(α)) the regret is at least ½φ(α)T^(2 - α), with φ(½) = √2 - 4/3, hence 50 for T.
Assumptions
    None but the setting.
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
    flags=("as-quoted",),
    # The box is so large that no point reaches its sides.
    audit=tuple(
        Instance(
            "linear_box",
            T=2 * n + 1,
            parameters={"D": 2000, "signs": (-1,) * n + (1,) * (n + 1)},
            hyper={"lr": inverse_sqrt},
            constants={"n": n},
            x0=(0.0,),
            certified=61,
        )
        for n in (30, 50_000)
    ),
)

t, T, n, k, j = ints("t T n k j")
(y,) = reals("y")
game = play(sgd, lr=lambda t: 1 / sqrt(t))
x, g, f = game.x, game.g, game.f

# fmt: off
given(1 <= n)
start  = given(x[1] == 0)
linear = given(forall(1 <= t, y, f[t](y) == g[t]*y))
away   = given(forall(1 <= t, t <= n, g[t] == -1, over=[t]))
back   = given(forall(n + 1 <= t, g[t] == 1, over=[t]))

regret    = lambda T: Sum(f[t](x[t]) - f[t](0), t, 1, T)
φ         = sqrt(2) - Fraction(4, 3)
published = forall(50 <= T, 2*n <= T, T <= 2*n + 1, φ/2 * T * sqrt(T) <= regret(T), over=[T])
sharper   = φ * (2*n) * sqrt(2*n) <= regret(2*n)
statement = published & sharper


def proof() -> Fact:
    """The points and the regret in closed form, S and Q being sums of 1/√t and √t; then integrals."""
    S = lambda m: Sum(1/sqrt(t), t, 1, m)
    Q = lambda m: Sum(sqrt(t), t, 1, m)
    R = regret
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
    even = (calc(φ * (2*n) * sqrt(2*n))
        .eq(4*n*sqrt(n) - Fraction(8, 3)*n*sqrt(2*n),                              by=[root_of_product(2, n), *root(2)])
        .le(Q(2*n) - 2*n*(S(2*n) - S(n)),                                                 by=[sum_of_roots(2*n), short])
        .eq(R(2*n),                                                                                        by=total(n)))

    # one more round costs x_{2n+1} = 2 S_n - S_{2n} ≥ 0, and (2n+1)√(2n+1) ≤ 2·2n√(2n)
    with induction(S(n+j) <= S(n) + S(j), j, base=empty(S(0))) as slower:
        step = by_squares(1/sqrt(n+j+1) <= 1/sqrt(j+1))
        have(S(n+j+1) <= S(n) + S(j+1),                              by=[slower, step, last(S(n+j+1)), last(S(j+1))])
    loss = have(f[2*n+1](x[2*n+1]) - f[2*n+1](0) == 2*S(n) - S(2*n),       by=[*cost(2*n+1), back(2*n+1), later(n)])
    odd = have(R(2*n) <= R(2*n+1),                                                by=[last(R(2*n+1)), loss, slower(n)])
    cubes = have((2*n+1)**3 <= 32*n**3,                                            by=products(have(n >= 1), degree=3))
    twice = by_squares((2*n+1)*sqrt(2*n+1) <= 2*(2*n)*sqrt(2*n),                by=[*root(2*n+1), *root(2*n), cubes])

    always(by_squares(Fraction(4, 3) <= sqrt(2),                                                           by=root(2)))
    always(have(φ >= 0))
    spare = lambda m: R(m) - φ/2*m*sqrt(m)
    with let(50 <= T, 2*n <= T, T <= 2*n + 1):
        for case in cases(T <= 2*n):
            if case:
                same = have(T == 2*n)
                half = have(0 <= spare(T),                      by=[image(spare, same), even, nonneg(φ*n*sqrt(2*n))])
            else:
                same = have(T == 2*n + 1,                                                              by=whole(case))
                half = have(0 <= spare(T),                        by=[image(spare, same), even, odd, twice.times(φ/2)])
        bound = have(φ/2 * T * sqrt(T) <= R(T),                                                               by=half)
    return both(bound, even)
