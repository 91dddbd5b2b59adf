"""The invariances that an optimizer's card may claim: each is tested for every rule that names it (tests/laws).

All speak of the sequence of points under given gradients, without projection, from the same initial state.
"""

from collections.abc import Mapping

INVARIANCES: Mapping[str, str] = {
    "scale-invariant": "gradients times c > 0 leave the points as they are (ε = 0, no weight decay)",
    "scale-equivariant": "gradients times c > 0 multiply the displacement by c (no weight decay)",
    "sign-symmetric": "-x and -g in place of x and g give the negated points",
    "translation-invariant": "x₁ + s in place of x₁ gives the points plus s (no weight decay)",
    "bounded-step": "a coordinate moves at most a constant times α, however large gradients are (no weight decay)",
    "rotation-equivariant": "gradients and x turned by an orthogonal matrix give the points turned by it",
}
"""Name and meaning of each.  That coordinates ignore each other is what `elementwise` means."""
