"""No algorithm has regret below (√2/4) DG√T: coin flips see to it.

The losses are linear, g_t = G ε_t (v - w)/D with fair coins ε_t = ±1 and two points v, w of the feasible set at the
distance D.  Whatever is played, before the coin of the round is flipped,

    E max{R_T(v), R_T(w)}  ≥  (DG/2) E|ε_1 + … + ε_T|  ≥  (√2/4) DG√T,

so that for some losses the regret is at least (√2/4) DG√T.

Source
    Orabona (2019), Theorem 5.1 (number and constant as quoted by others).  There the second inequality is Khintchine's;
    here it follows from a recursion that the central binomial coefficients satisfy, a_{n+2} = a_n + a_{n+1}/(n+1) for
    a_n = E|ε_1 + … + ε_n|.  It is an equality at T = 2.
Assumptions
    None: x_t is any function of ε_1, …, ε_{t-1}, whether it is feasible or not.
"""

from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import tower

claim = Claim(
    kind="regret",
    source=Source("orabona2019", "Theorem 5.1"),
    verdict="proved",
    flags=("as-quoted",),
    # Gradient descent with step 1 on the losses ε_t·y: its points are the sums, up to their sign.
    audit=(
        Instance(
            "linear_box",
            T=12,
            parameters={"D": 100},
            hyper={"lr": 1.0},
            constants={"D": 2, "G": 1, "v": 1, "w": -1},
            x0=(0.0,),
            certified=4,
            optimizer="sgd",
            sequences={"ε": "g", "S": "-x", "x": "x"},
        ),
    ),
)

t, T, n, c = ints("t T n c")
D, G = reals("D G")
v, w = vectors("v w")
(x,) = processes("x", sort="V")
(ε,) = processes("ε", adapted=1)
(S,) = processes("S")

# fmt: off
given(0 < D)
given(0 <= G)
apart = given(norm2(v - w) == D**2)
coin  = given(forall(1 <= t, ε[t]**2 == 1))
fair  = given(forall(1 <= t, expect(ε[t], given=t) == 0))
start = given(forall(S[1] == 0))
walk  = given(forall(1 <= t, S[t+1] == S[t] + ε[t]))

g = lambda t: G/D*ε[t]*(v - w)
R = lambda u, T: Sum(inner(g(t), x[t] - u), t, 1, T)
statement = forall(1 <= T, (D*G/2 * expect(abs(S[T+1])) <= expect(maximum(R(v, T), R(w, T))))
                         & (sqrt(2)/4*D*G*sqrt(T) <= D*G/2 * expect(abs(S[T+1]))))


def khintchine() -> Fact:
    """√(T/2) ≤ E|ε_1 + … + ε_T|, from a(n, c) = E|ε_1 + … + ε_n + c| for all integers c."""
    a = lambda n, c: expect(abs(S[n+1] + c))

    # a fair coin averages the two neighbours
    with let(0 <= n, c):
        e, here = ε[n+1], S[n+1] + c
        halves = (1 + e)/2*abs(here + 1) + (1 - e)/2*abs(here - 1)
        low  = have(-1 <= e,                                                             by=[coin(n+1), square(1 + e)])
        high = have(e <= 1,                                                              by=[coin(n+1), square(1 - e)])
        for tails in cases(e <= 0):
            flip = (have(e == -1,                                          by=[low, coin(n+1), low.times(-e)]) if tails
               else have(e == 1,                                                  by=[high, coin(n+1), high.times(e)]))
            moved  = have(S[n+2] == S[n+1] + (-1 if tails else 1),                                by=[walk(n+1), flip])
            either = have(abs(S[n+2] + c) == halves,                     by=[flip, image(lambda y: abs(y + c), moved)])
        mean = (calc(expect(abs(S[n+2] + c), given=n+1))
            .eq(expect(halves, given=n+1),                                              by=averaged(either, given=n+1))
            .eq((abs(here + 1) + abs(here - 1))/2,                                                       by=fair(n+1)))
        averages = have(a(n+1, c) == (a(n, c+1) + a(n, c-1))/2,                                      by=averaged(mean))
    around = lambda n, c: [averages(n, c), averages(n+1, c), averages(n, c-1), averages(n, c+1)]

    # where the walk starts, integers are their signs times their sizes
    with let(0 <= c):
        right = have(abs(c) == c)
    with let(c <= 0):
        left = have(abs(c) == -c)
    with let(c):
        first = have(a(0, c) == abs(c),                              by=averaged(image(lambda y: abs(y + c), start())))
        slope = 2*abs(c) == c*(abs(c+1) - abs(c-1))
        for negative in cases(c <= -1):
            if negative:
                sign = have(slope,                                                  by=[left(c), left(c+1), left(c-1)])
            else:
                for zero in cases(c <= 0):
                    ends = [have(c == 0), right(c)] if zero else [right(c), right(c+1), right(c-1)]
                    sign = have(slope,                                                                         by=ends)

    # a recursion that survives averaging
    recursion = lambda n, c: a(n+1, c) == (n+1)*(a(n+2, c) - a(n, c)) + c*(a(n+1, c+1) - a(n+1, c-1))/2
    with let(c):
        ends = [first(c-2), first(c-1), first(c), first(c+1), first(c+2), sign(c-1), sign(c+1)]
        base = have(recursion(0, c), by=[*around(0, c), *ends])
    with induction(forall(c, recursion(n, c)), n, base=base) as recurs:
        with let(c):
            have(recursion(n+1, c),                     by=[recurs(c-1), recurs(c+1), averages(n, c), *around(n+1, c)])

    # at c = 0 it makes products of neighbours grow like n/2
    b = lambda n: a(n, 0)
    with let(0 <= n):
        two = have(b(n+2) == b(n) + b(n+1)/(n+1),                                       by=recurs(n, 0).times(1/(n+1)))
    b0 = have(b(0) == 0,                                                                       by=[first(0), right(0)])
    b1 = have(b(1) == 1,                                  by=[averages(0, 0), first(1), first(-1), right(1), left(-1)])
    b2 = have(b(2) == 1,                                                                           by=[two(0), b0, b1])
    grown = lambda n: (n/2 <= b(n)**2) & ((n+1)/2 <= b(n)*b(n+1)) & ((n+1)/2 <= b(n+1)**2)
    with induction(grown(n), n, start=1, base=[b1, b2, b1.times(b(1)), b1.times(b(2)), b2.times(b(2))]) as grows:
        have(grown(n+1),                     by=[two(n), *(two(n).times(factor) for factor in (b(n), b(n+1), b(n+2)))])
    with let(1 <= T):
        always(have(0 <= b(T),                                                   by=averaged(nonneg(abs(S[T+1] + 0)))))
        far = by_squares(sqrt(T)*sqrt(2)/2 <= b(T),                                                        by=grows(T))
    return far


def proof() -> Fact:
    """What is played gains nothing; the better of two points gains what the walk is away from 0."""
    far = khintchine()
    with let(1 <= t):
        loss  = inner(g(t), x[t] - v)
        blind = have(expect(loss) == 0,   by=[tower(loss, t), averaged(have(expect(loss, given=t) == 0, by=fair(t)))])
        still = have(expect(ε[t]) == 0,                                                           by=averaged(fair(t)))
    with induction(expect(R(v, n)) == 0, n, base=averaged(empty(R(v, 0)))) as nothing:
        have(expect(R(v, n+1)) == 0,                                        by=[averaged(last(R(v, n+1))), blind(n+1)])
    with induction(expect(S[n+1]) == 0, n, base=averaged(start())) as centred:
        have(expect(S[n+2]) == 0,                                                 by=[averaged(walk(n+1)), still(n+1)])
    coins = lambda n: Sum(ε[t], t, 1, n)
    with induction(coins(n) == S[n+1], n, base=[empty(coins(0)), start()]) as position:
        have(coins(n+1) == S[n+2],                                                    by=[last(coins(n+1)), walk(n+1)])
    with let(1 <= T):
        better = maximum(R(v, T), R(w, T))
        lead = have(R(w, T) - R(v, T) == D*G*S[T+1],                                           by=[position(T), apart])
        gain = have(R(v, T) + D*G/2*S[T+1] + D*G/2*abs(S[T+1]) <= better,                                      by=lead)
        above = have(D*G/2*expect(abs(S[T+1])) <= expect(better),          by=[averaged(gain), nothing(T), centred(T)])
        below = have(sqrt(2)/4*D*G*sqrt(T) <= D*G/2*expect(abs(S[T+1])),                        by=far(T).times(D*G/2))
        result = have(above.formula & below.formula,                                                 by=[above, below])
    return result
