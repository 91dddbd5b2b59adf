"""A sum of gradients over √t is at most √(1 + log T) times their norm: what holds in place of Lemma 10.3.

For any real g_1, …, g_T, of whatever size,

    Σ_{t ≤ T} |g_t|/√t  ≤  √(1 + log T) ‖g_{1:T}‖.

The order of the factor is right: for g_t = 1/√t it cannot be less than √(1 + 1/2 + … + 1/T).

Source
    The Cauchy-Schwarz inequality; it takes the place of Kingma & Ba (2015), Lemma 10.3.
Assumptions
    None.
"""

from convcheck.claims.claim import Claim, Source
from convcheck.claims.instance import Instance
from convcheck.language import *
from convcheck.library import over_roots

claim = Claim(
    kind="lemma",
    source=Source("kingma2015", "Lemma 10.3, repaired"),
    verdict="proved",
    audit=(Instance("linear_box", T=60, parameters={"signs": (0.1, -3, 0)}, optimizer="sgd", sequences={"g": "g"}),),
)

t, T = ints("t T")
(g,) = sequences("g")

# fmt: off
statement = forall(1 <= T, Sum(abs(g[t])/sqrt(t), t, 1, T) <= sqrt(1 + log(T))*sqrt(Sum(g[t]**2, t, 1, T)))


def proof() -> Fact:
    """Cauchy-Schwarz, and 1 + 1/2 + … + 1/T ≤ 1 + log T."""
    with let(1 <= T):
        bound = have(Sum(abs(g[t])/sqrt(t), t, 1, T) <= sqrt(1 + log(T))*sqrt(Sum(g[t]**2, t, 1, T)),
            by=over_roots(g[t], t, T))
    return bound
