"""The rules against what torch, optax, pytorch_optimizer and timm really did; each difference with its whole reason.

Open loop: the recorded gradients are shown to the rule, and the iterates compared.  A method is in one of the tables
below: `SAME` (a line is the library's method, our rule and its hyper-parameters beside the recorded step size) or
`DIFFERENT` (our rule differs on purpose: the variant adds the reason and nothing else, and is what the library does).
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pytest

import convcheck as cc
from convcheck.optimizers.base import Optimizer
from tests.optimizers import reference_variants as variants
from tests.optimizers import reference_variants_of_layers as layers
from tests.optimizers.recordings import RECORDINGS, Array, Recording

TOLERANCE = 1e-10
"""Relative difference allowed to sixty steps of an algorithm that rounds in another order."""


def eps_before_correction(t: Any) -> Any:
    """Return what ε = 10⁻⁸, added to √v before v is corrected, is after it."""
    return 1e-8 / np.sqrt(1 - 0.999**t)


def debiased_rate(lr: float) -> Callable[[Any], Any]:
    """Return Adam's bias correction as a schedule of the rate."""
    return lambda t: lr * np.sqrt(1 - 0.999**t) / (1 - 0.9**t)


class Same(NamedTuple):
    """Our rule for a method; ``hyper`` are numbers, functions of t, or ``PerRun`` functions of the recorded run."""

    rule: str
    hyper: Mapping[str, Any] = {}
    tolerance: float = TOLERANCE

    def settings(self, run: Recording) -> dict[str, Any]:
        """Return the hyper-parameters for a run: its step size, and what the table says."""
        found = {} if run.lr is None else {"lr": run.lr}
        return found | {name: v.of(run) if isinstance(v, PerRun) else v for name, v in self.hyper.items()}


class PerRun(NamedTuple):
    """A hyper-parameter that depends on the options of the run."""

    of: Callable[[Recording], Any]


SAME: dict[str, Same] = {
    "torch SGD": Same("sgd"),
    # The libraries add up b = β b + g and step by lr b: at a constant rate the same as Polyak's displacement.
    "torch SGD momentum": Same("heavy_ball", {"beta": 0.9}),
    "optax sgd momentum": Same("heavy_ball", {"beta": 0.9}),
    "optax signum": Same("signum"),
    "pytorch_optimizer SignSGD": Same("signum"),
    "torch Adagrad": Same("adagrad", {"eps": 1e-10}),
    "torch RMSprop": Same("rmsprop", {"beta2": 0.99, "eps": 1e-8}),
    "torch Adam": Same("adam"),
    "optax adam": Same("adam"),
    "torch Adam amsgrad": Same("amsgrad_max_before"),
    "optax amsgrad": Same("amsgrad_max_after"),
    "torch AdamW": Same("adamw", {"weight_decay": 0.01}),
    "optax adamw": Same("adamw", {"weight_decay": 1e-4}),
    "torch Adamax": Same("adamax", {"eps": 1e-8}),
    "optax adamax": Same("adamax", {"eps": 1e-8}),
    "torch Adadelta": Same("adadelta", {"rho": 0.9}),
    "optax adadelta": Same("adadelta", {"rho": 0.9}),
    "pytorch_optimizer AdaDelta": Same("adadelta", {"rho": 0.9}),
    "optax adam nesterov": Same("nadam"),
    "torch NAdam": Same("nadam_dozat"),
    "timm NAdamLegacy": Same("nadam_dozat"),
    "timm NAdamW": Same("nadamw", {"weight_decay": 0.0}),
    "torch RAdam": Same("radam", {"threshold": 5.0, "eps": eps_before_correction}),
    "optax radam": Same("radam", {"threshold": 5.0, "eps": 1e-8}),
    "optax adabelief": Same("adabelief"),
    "pytorch_optimizer AdaBelief": Same("adabelief"),
    "pytorch_optimizer Adan": Same("adan"),
    "timm Adan": Same("adan"),
    "optax lion": Same("lion"),
    "pytorch_optimizer Lion": Same("lion"),
    "pytorch_optimizer DiffGrad": Same("diffgrad", {"eps": eps_before_correction}),
    "optax.contrib adopt": Same("adopt"),
    "pytorch_optimizer ADOPT": Same("adopt"),
    "pytorch_optimizer AdaShift on reddi": Same("adashift"),
    "timm Adopt": Same("adopt"),
    # Bias correction, as a schedule of the rate and of ε.
    "pytorch_optimizer AdaBound": Same(
        "adabound", {"lr": PerRun(lambda run: debiased_rate(run.options["lr"])), "eps": 1e-8}
    ),
    "torch Adafactor": Same("adafactor"),
    "optax lamb": Same("lamb"),
    "optax lars momentum": Same("lars", {"coefficient": 0.01}),
    "pytorch_optimizer LARS on lsq34": Same("lars", {"coefficient": 0.01}),
    "pytorch_optimizer Shampoo": Same("shampoo"),
}

DIFFERENT: dict[str, tuple[str, Optimizer]] = {
    "optax adagrad": ("adagrad", variants.adagrad_from_a_tenth),
    "optax rmsprop": ("rmsprop", variants.rmsprop_eps_inside),
    "timm RMSpropTF": ("rmsprop", variants.rmsprop_tensorflow),
    "optax yogi": ("yogi", variants.yogi_debiased),
    "pytorch_optimizer Yogi": ("yogi", variants.yogi_debiased),
    "optax.contrib acprop": ("acprop", variants.acprop_against_the_last),
    "optax adan": ("adan", variants.adan_of_one_minus_beta),
    "pytorch_optimizer PAdam": ("padam", variants.padam_without_maximum),
    "pytorch_optimizer RAdam": ("radam", variants.radam_that_waits),
    "pytorch_optimizer AdaShift on quad5": ("adashift", variants.adashift_of_the_largest),
    "optax adafactor": ("adafactor", layers.adafactor_in_single_precision),
    "pytorch_optimizer AdaFactor": ("adafactor", layers.adafactor_of_average),
    "timm Adafactor": ("adafactor", layers.adafactor_of_given_rate),
    "torch Muon": ("muon", layers.muon_in_bfloat16(0.1, "torch.optim.Muon")),
    "optax.contrib muon": ("muon", layers.muon_debiased),
    "pytorch_optimizer Muon": ("muon", layers.muon_in_bfloat16(0.0, "pytorch_optimizer.Muon")),
    "pytorch_optimizer LARS on quad5": ("lars", layers.lars_of_matrices_only),
    "pytorch_optimizer LARS on reddi": ("lars", layers.lars_of_matrices_only),
    "timm Lars": ("lars", layers.lars_without_momentum),
    "pytorch_optimizer Lamb": ("lamb", layers.lamb_half_debiased),
    "timm Lamb": ("lamb", layers.lamb_of_clipped_gradients),
}


def distance(a: Array, b: Array) -> float:
    return float(np.max(np.abs(a - b) / (1e-3 + np.abs(b))))


def line(run: Recording, table: Mapping[str, object]) -> str | None:
    """Return the table's line for a run: the method, or the method on one problem."""
    return next((name for name in (run.method, f"{run.method} on {run.problem}") if name in table), None)


def of(table: Mapping[str, object]) -> list[Recording]:
    return [run for run in RECORDINGS if line(run, table)]


@pytest.mark.parametrize("run", of(SAME), ids=str)
def test_the_same_algorithm(run: Recording) -> None:
    same = SAME[line(run, SAME) or ""]
    ours = cc.replay(same.rule, run.gradients, run.iterates[0], **same.settings(run))
    assert distance(ours, run.iterates) < same.tolerance


@pytest.mark.parametrize("run", of(DIFFERENT), ids=str)
def test_another_algorithm_and_the_whole_reason(run: Recording) -> None:
    name, variant = DIFFERENT[line(run, DIFFERENT) or ""]
    rate: dict[str, Any] = {} if run.lr is None else {"lr": run.lr}
    assert variant.card.startswith("Reason: ")
    assert distance(cc.replay(variant, run.gradients, run.iterates[0], **rate), run.iterates) < TOLERANCE
    assert distance(cc.replay(name, run.gradients, run.iterates[0], **rate), run.iterates) > 10 * TOLERANCE


def test_every_recording_is_in_one_table() -> None:
    tables: list[Mapping[str, object]] = [SAME, DIFFERENT]
    found = [[name for table in tables if (name := line(run, table))] for run in RECORDINGS]
    assert all(len(names) == 1 for names in found)
    assert {name for (name,) in found} == {*SAME, *DIFFERENT}
