"""A sum of T fair coins is √(T/3) away from 0 in the mean, by its second and fourth moments.

    E|ε_1 + … + ε_T|  ≥  √(T/3).

Source
    The classical argument (Littlewood's): |s| ≥ (3√3/2)(λs² - λ³s⁴) for all λ > 0, here with λ² = 1/(9T).  The
    constant ⅓ becomes ½ in `orabona2019/theorem-5-1`.
Assumptions
    ε_t = ±1, fair given the past.
"""

from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import tower

claim = Claim(
    kind="lemma",
    source=Source("orabona2019", "Theorem 5.1, by moments"),
    verdict="proved",
    # Gradient descent with step 1 on the losses ε_t·y: its points are the sums, up to their sign.
    audit=(
        Instance(
            "linear_box",
            T=12,
            parameters={"D": 100},
            hyper={"lr": 1.0},
            x0=(0.0,),
            certified=4,
            optimizer="sgd",
            sequences={"ε": "g", "S": "-x"},
        ),
    ),
)

t, T, n = ints("t T n")
(ε,) = processes("ε", adapted=1)
(S,) = processes("S")

# fmt: off
coin  = given(forall(1 <= t, ε[t]**2 == 1))
fair  = given(forall(1 <= t, expect(ε[t], given=t) == 0))
start = given(forall(S[1] == 0))
walk  = given(forall(1 <= t, S[t+1] == S[t] + ε[t]))

statement = forall(1 <= T, sqrt(T)/sqrt(3) <= expect(abs(S[T+1])))


def proof() -> Fact:
    """The moments; and a polynomial below |s|."""
    with let(1 <= t):
        blind = lambda k: have(expect(S[t]**k*ε[t], given=t) == 0,                                          by=fair(t))
        first = have(expect(S[t]*ε[t]) == 0,                              by=[tower(S[t]*ε[t], t), averaged(blind(1))])
        third = have(expect(S[t]**3*ε[t]) == 0,                        by=[tower(S[t]**3*ε[t], t), averaged(blind(3))])
        squared = have(S[t+1]**2 == S[t]**2 + 2*S[t]*ε[t] + 1,                                   by=[walk(t), coin(t)])
        power = have(S[t+1]**4 == S[t]**4 + 4*S[t]**3*ε[t] + 6*S[t]**2 + 4*S[t]*ε[t] + 1,        by=[walk(t), coin(t)])
    with induction(expect(S[n+1]**2) == n, n, base=averaged(image(lambda s: s**2, start()))) as second:
        have(expect(S[n+2]**2) == n + 1,                                       by=[averaged(squared(n+1)), first(n+1)])
    with induction(expect(S[n+1]**4) <= 3*n**2, n, base=averaged(image(lambda s: s**4, start()))) as fourth:
        have(expect(S[n+2]**4) <= 3*(n+1)**2,             by=[averaged(power(n+1)), first(n+1), third(n+1), second(n)])

    with let(1 <= T):
        s, y, r = S[T+1], abs(S[T+1])*sqrt(T)/(3*T), sqrt(3)
        near = have(y**2 == s**2/(9*T))
        same = [near, near.times(y**2), near.times(s**2/(9*T))]
        touching = square(r*y - 1).times(y*(r*y + 2)/2)
        below = have(3*r/2*(s**2/(9*T) - s**4/(81*T**2)) <= y,                                     by=[touching, same])
        far = have(sqrt(T)/sqrt(3) <= expect(abs(s)),      by=[averaged(below).times(3*sqrt(T)), second(T), fourth(T)])
    return far
