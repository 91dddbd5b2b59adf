"""The rate of the Transformer: it grows along a line and then falls as the inverse root."""

import numpy as np

from convcheck.parameters import Range
from convcheck.schedules.base import schedule


@schedule(source="vaswani2017, Equation (3)", ranges={"d": Range(1.0), "T": Range(1.0)})
def noam(t, *, alpha=1.0, d=512.0, T=4000.0):
    r"""Return a rate that grows linearly for some steps, and then is a constant over the root of the step.

    .. math::

        \alpha_t = \frac{\alpha}{\sqrt d} \min\Bigl(\frac{1}{\sqrt t}, \frac{t}{T \sqrt T}\Bigr)

    Parameters
    ----------
    alpha
        Factor, α > 0; 1 in the source.  The greatest value is α/√(d T), at t = T.
    d
        Width of the model, >= 1.
    T
        Number of steps of the growth, >= 1.

    Source
        Vaswani et al. (2017), Equation (3); named after Noam Shazeer.
    Differs
        With T = 1 and d = 1 it is `inverse_sqrt`.
    """
    return alpha / np.sqrt(d) * np.minimum(1 / np.sqrt(t), t / (T * np.sqrt(T)))
