"""The drift of an optimizer on periodic linear losses: on which side the iterates end up, certified.

On losses whose gradients repeat after P rounds and do not depend on x, the state of a rule

    x_{t+1} = x_t + α_t u(s_{t-1}, g_t),    s_t = S(s_{t-1}, g_t)

lives without x.  If it settles, so do the displacements u_t of x in the rounds of a period; their sum is the *drift*,
in units of the step size and without projection.

Hypotheses
----------
(R) For every α_t > 0 the rule is of this form, and neither x nor α_t occurs in u and S.
(P) The gradients do not depend on x, are not random, and repeat after P rounds.
(K) After every step x is clipped to a bounded interval [a, b].
(D) In round j of every late period the displacement u_t is at least d_j, and d = d₁ + … + d_P > 0.

(R), (P) and (K) are decided on the traced programs of the rule and the problem (`convcheck.drift.form`), (D) in ball
arithmetic (`convcheck.drift.orbit`).  `drift` raises where (R) or (P) fails, and gives a sign where (D) or its mirror
image holds; without (K) it draws no conclusion from the sign.  "Late" means: from some round on.

Lemma
-----
Let the step sizes be (a) constant, or (b) such that α_{t+1}/α_t → 1 and Σ α_t = ∞.  Then there are a phase at which
x_t = b in every late period, and a constant E with b - x_t ≤ E α_t for all late t.

So with (b) and α_t → 0, x_t → b.  In case (a) the unprojected x moves by at least α d in every late period.  The mirror
image, with displacements of at most d_j and d < 0, leads to the end a.

Let γ be the sum of the gradients of a period.  If γ < 0, b is the best point, the regret is R_T = O(1 + α₁ + … + α_T),
and R_T/T → 0 for α_t → 0.  If γ > 0, b is the worst point, and R_T/T → γ (b - a)/P for α_t → 0.

Proof
-----
1. *A phase to watch* (cycle lemma).  Continue d_j with period P, let A_j = d₁ + … + d_j for 0 ≤ j ≤ P, and let p be the
   first j ≥ 1 at which A_j is largest.  The sums d_{i+1} + … + d_p with p - P ≤ i < p are positive: for 0 < i < p they
   are A_p - A_i > 0 by the choice of p; for i ≤ 0 they are d + A_p - A_{i+P} ≥ d.  Let μ > 0 be the least of them.
2. *Step sizes.*  In case (b) α_r/α_t → 1 uniformly for t - P ≤ r ≤ t.  So for late t in phase p and t - P ≤ i < t,
   α_{i+1} u_{i+1} + … + α_t u_t ≥ α_t μ/2.  Stretches of more than a period are put together from such ones, so their
   sums are positive too.  In case (a) this is plain.
3. *Monotone clipping.*  Clip at b alone: w_{t+1} = min(w_t + α_t u_t, b), with w = x at some late time t₀.  From there
   on x_t ≥ w_t, by induction: clipping at a only lifts, and y ↦ min(y, b) is monotone.  Unfolding the recursion,
   w_{t+1} = min(w_{t₀} + S_{t₀}, b + S_{t₀+1}, …, b + S_t, b)  with  S_i = α_i u_i + … + α_t u_t.
   For late t in phase p every S_i is positive, and S_{t₀} → ∞, since each period adds at least α_t μ/2 and Σ α_t = ∞.
   Hence b = w_{t+1} ≤ x_{t+1}.
4. *In between* there are P rounds, in each of which x falls by at most α_t |d_j|.
5. *Regret.*  R_T is the sum of g_t (x_t - x*).  If x* = b, its terms are O(α_t); if x* = a, a period contributes
   γ (b - a) + O(α_t).  ∎

A rule whose state settles in no box (AdaGrad's sum grows), or in which the round's number matters (AdamNC's average),
gets no sign, and the outcome says why.  The statement is about the rule over the real numbers, with every float read as
the decimal that it was written as.
"""

import sys
from types import ModuleType
from typing import Any

from convcheck.drift.certify import drift
from convcheck.drift.result import Drift

__all__ = ["Drift", "drift"]


class _Package(ModuleType):
    """A package that can be called: ``convcheck.drift`` names the function and, once imported, also this package."""

    def __call__(self, *args: Any, **options: Any) -> Drift:
        return drift(*args, **options)


sys.modules[__name__].__class__ = _Package
