"""With g_t² for |g_t| Lemma 10.3 is true: a sum of squares over √t is at most 2G∞ times the norm.

For |g_t| ≤ G,

    Σ_{t ≤ T} g_t²/√t  ≤  2G ‖g_{1:T}‖.

Both sides are quadratic in g.  Some texts of the lemma display g_t²/√t in place of √(g_t²/t).  The proof of Lemma 10.4
needs the other sum, of which this says nothing.

Source
    Kingma & Ba (2015), Lemma 10.3, of the arXiv text, in the form of a display of one conversion to plain text.
Assumptions
    |g_t| ≤ G.
"""

from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import adagrad_sum, count

claim = Claim(
    kind="lemma",
    source=Source("kingma2015", "Lemma 10.3, with squares"),
    verdict="proved",
    # The first gradient is 0.
    audit=(
        Instance(
            "linear_box",
            T=60,
            parameters={"signs": (0, 0.1, -3)},
            constants={"G": 3},
            optimizer="sgd",
            sequences={"g": "g"},
        ),
    ),
)

t, s, T = ints("t s T")
(G,) = reals("G")
(g,) = sequences("g")

# fmt: off
given(0 <= G)
small = given(forall(1 <= t, g[t]**2 <= G**2))
statement = forall(1 <= T, Sum(g[t]**2/sqrt(t), t, 1, T) <= 2*G*sqrt(Sum(g[t]**2, t, 1, T)))


def proof() -> Fact:
    """‖g_{1:t}‖ ≤ G√t, and AdaGrad's sum."""
    squares = lambda t: Sum(g[s]**2, s, 1, t)
    with let(1 <= t):
        total = have(squares(t) <= G**2*t,                                        by=[summed(small, s, 1, t), count(t)])
        norm = by_squares(sqrt(squares(t)) <= G*sqrt(t),                                                       by=total)
        for silent in cases(squares(t) <= 0):
            if silent:
                none = square_zero(g[t],                            by=[silent, last(squares(t)), nonneg(squares(t-1))])
                price = have(g[t]**2/sqrt(t) <= G*g[t]**2/sqrt(squares(t)),                                     by=none)
            else:
                price = have(g[t]**2/sqrt(t) <= G*g[t]**2/sqrt(squares(t)),
                    by=norm.times(g[t]**2/sqrt(t)/sqrt(squares(t))))
    with let(1 <= T):
        paid = (calc(Sum(g[t]**2/sqrt(t), t, 1, T))
            .le(Sum(G*g[t]**2/sqrt(squares(t)), t, 1, T),                                     by=summed(price, t, 1, T))
            .le(2*G*sqrt(Sum(g[t]**2, t, 1, T)),                                   by=adagrad_sum(g[t], t, T).times(G)))
    return paid
