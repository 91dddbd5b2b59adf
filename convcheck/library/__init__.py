"""The library: theorems about sums, roots and means, each proved from the kernel's rules when it is first used.

Nothing here is trusted.  The names are words of proof files.
"""

from convcheck.library.decorrelation import decorrelation, shares
from convcheck.library.expectations import expected_sum, tower
from convcheck.library.increments import weighted_increments
from convcheck.library.logarithm import (
    euler,
    log_below,
    log_increment,
    log_monotone,
    log_nonneg,
    log_of_one,
    log_of_power,
    log_of_product,
    log_rise,
    power_above,
)
from convcheck.library.means import (
    cauchy_schwarz,
    cauchy_schwarz_vectors,
    jensen,
    size_of_average,
    young,
    young_vectors,
)
from convcheck.library.powers import bernoulli, mean_of_powers, power_at_most_one, power_falls, power_of_product
from convcheck.library.projection import clip_below, clip_inside, clip_nearer, nearest_point
from convcheck.library.roots import inverse_roots_between, root_of_product, square_of_inverse_root, sum_of_roots
from convcheck.library.series import (
    adagrad_sum,
    arithmetic_geometric,
    arithmetic_geometric_bound,
    geometric,
    logarithmic_sum,
    over_roots,
    shift,
    triangular_swap,
)
from convcheck.library.sums import count, inverse_roots, inverses, swap, telescope
from convcheck.library.telescoping import telescope_rising, telescope_weighted

__all__ = [
    "adagrad_sum",
    "arithmetic_geometric",
    "arithmetic_geometric_bound",
    "bernoulli",
    "cauchy_schwarz",
    "cauchy_schwarz_vectors",
    "clip_below",
    "clip_inside",
    "clip_nearer",
    "count",
    "decorrelation",
    "euler",
    "expected_sum",
    "geometric",
    "inverse_roots",
    "inverse_roots_between",
    "inverses",
    "jensen",
    "log_below",
    "log_increment",
    "log_monotone",
    "log_nonneg",
    "log_of_one",
    "log_of_power",
    "log_of_product",
    "log_rise",
    "logarithmic_sum",
    "mean_of_powers",
    "nearest_point",
    "over_roots",
    "power_above",
    "power_at_most_one",
    "power_falls",
    "power_of_product",
    "root_of_product",
    "shares",
    "shift",
    "size_of_average",
    "square_of_inverse_root",
    "sum_of_roots",
    "swap",
    "telescope",
    "telescope_rising",
    "telescope_weighted",
    "tower",
    "triangular_swap",
    "weighted_increments",
    "young",
    "young_vectors",
]
