"""The runs on which bundled theorems are audited whose files do not declare any: by the id of the claim."""

from collections.abc import Mapping
from fractions import Fraction

from convcheck.claims.instance import Instance
from convcheck.schedules.inverse_sqrt import inverse_sqrt

_QUADRATIC = {"spectrum": (1, 4)}

INSTANCES: Mapping[str, tuple[Instance, ...]] = {
    # Large steps: for twelve rounds every point is a corner of the box, so that the losses are known exactly.
    "zinkevich2003/theorem-1": (
        Instance(
            "linear_box",
            300,
            {"signs": (3, -1, -1)},
            {"lr": inverse_sqrt.with_parameters(alpha=8.0)},
            {"α": 8, "D": 3, "G": 5, "u": (-1, -1)},
            x0=(1.0, 1.0),
        ),
    ),
    "reddi2018/theorem-1": (
        Instance(
            "reddi",
            300,
            {"C": 3},
            {"lr": inverse_sqrt.with_parameters(alpha=0.5), "beta1": 0.0, "beta2": 0.1},
            {"α": Fraction(1, 2), "β": Fraction(1, 10), "C": 3},
        ),
    ),
    "orabona2019/constant-step": (
        Instance(
            "linear_box",
            300,
            {"signs": (3, -1, -1)},
            {"lr": 0.25},
            {"η": Fraction(1, 4), "u": (-1, Fraction(1, 2))},
            x0=(1.0, 0.5),
        ),
    ),
    "nesterov2004/descent-lemma": (Instance("quadratic", 50, _QUADRATIC, {"lr": 0.25}, {"L": 4}),),
    "nesterov2004/min-gradient-norm": (Instance("quadratic", 50, _QUADRATIC, {"lr": 0.25}, {"L": 4}),),
    "nesterov2004/gd-convex": (Instance("quadratic", 50, _QUADRATIC, {"lr": 0.25}, {"L": 4, "u": (0, 0)}),),
    "karimi2016/linear-rate": (Instance("quadratic", 50, _QUADRATIC, {"lr": 0.25}, {"L": 4, "μ": 1}),),
    # The first gradient is 0, where the rule's convention 0/0 = 0 counts; for twelve rounds points are ends again.
    "duchi2011/adagrad-interval": (
        Instance(
            "linear_box",
            100,
            {"signs": (0, 3, -4)},
            {"lr": 8.0},
            {"α": 8, "low": -1, "high": 1, "D": 2, "u": -1},
        ),
    ),
    # One outcome: the answers are the gradients themselves, so that noise is not audited.
    "karimi2016/sgd-constant-step": (
        Instance("quadratic", 50, _QUADRATIC, {"lr": 0.25}, {"L": 4, "μ": 1, "α": Fraction(1, 4), "C": 5}),
    ),
    "ghadimi2013/nonconvex-sgd": (
        Instance("quadratic", 50, _QUADRATIC, {"lr": 0.25}, {"L": 4, "σ": 1, "α": Fraction(1, 4)}),
    ),
    # The box is so large that no point reaches its sides.
    "orabona2019/theorem-5-4": (
        Instance(
            "linear_box",
            40,
            {"D": 100, "signs": (-1,) * 20 + (1,) * 20},
            {"lr": inverse_sqrt},
            {"n": 20},
            x0=(0.0,),
            certified=40,
        ),
    ),
}
