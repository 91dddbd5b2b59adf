"""The library: theorems about sums, roots and means, each proved from the kernel's rules when it is first used.

Nothing here is trusted.  The names are words of proof files.
"""

from convcheck.library.sums import count, inverse_roots, inverses, swap, telescope

__all__ = ["count", "inverse_roots", "inverses", "swap", "telescope"]
