"""The rules against what torch, optax, pytorch_optimizer and timm really did; each difference with its whole reason.

Open loop: the recorded gradients are shown to the rule, and the iterates compared.  A method is in one of the tables
below: `SAME` (a line is the library's method, our rule and its hyper-parameters beside the recorded step size),
`DIFFERENT` (our rule differs on purpose: the variant, in `reference_variants`, adds the reason and nothing else, and is
what the library does) or `AWAITED` (the rule is not written yet).
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pytest

import convcheck as cc
from convcheck.discovery import entries
from convcheck.optimizers.base import Optimizer
from tests.optimizers import reference_variants as variants
from tests.optimizers.recordings import RECORDINGS, Array, Recording

TOLERANCE = 1e-10
"""Relative difference allowed to sixty steps of an algorithm that rounds in another order."""


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
    "torch Adagrad": Same("adagrad", {"eps": 1e-10}),
    "torch RMSprop": Same("rmsprop", {"beta2": 0.99, "eps": 1e-8}),
    "torch Adam": Same("adam"),
    "optax adam": Same("adam"),
}

DIFFERENT: dict[str, tuple[str, Optimizer]] = {
    "optax adagrad": ("adagrad", variants.adagrad_from_a_tenth),
    "optax rmsprop": ("rmsprop", variants.rmsprop_eps_inside),
    "optax signum": ("signsgd", variants.signum),
    "pytorch_optimizer SignSGD": ("signsgd", variants.signum),
}

AWAITED: dict[str, str] = {
    "torch Adadelta": "adadelta",
    "torch Adam amsgrad": "amsgrad_debiased",
    "torch AdamW": "adamw",
    "torch Adamax": "adamax",
    "torch NAdam": "nadam",
    "torch RAdam": "radam",
    "optax adabelief": "adabelief",
    "optax adadelta": "adadelta",
    "optax adam nesterov": "nadam",
    "optax adamax": "adamax",
    "optax adamw": "adamw",
    "optax adan": "adan",
    "optax amsgrad": "amsgrad_of_debiased",
    "optax lion": "lion",
    "optax radam": "radam",
    "optax yogi": "yogi",
    "optax.contrib acprop": "acprop",
    "optax.contrib adopt": "adopt",
    "pytorch_optimizer ADOPT": "adopt",
    "pytorch_optimizer AdaBelief": "adabelief",
    "pytorch_optimizer AdaBound": "adabound",
    "pytorch_optimizer AdaDelta": "adadelta",
    "pytorch_optimizer AdaShift": "adashift",
    "pytorch_optimizer Adan": "adan",
    "pytorch_optimizer DiffGrad": "diffgrad",
    "pytorch_optimizer Lion": "lion",
    "pytorch_optimizer PAdam": "padam",
    "pytorch_optimizer RAdam": "radam",
    "pytorch_optimizer Yogi": "yogi",
    "timm Adan": "adan",
    "timm Adopt": "adopt",
    "timm NAdamLegacy": "nadam",
    "timm NAdamW": "nadam",
    "timm RMSpropTF": "rmsprop_momentum",
    # structured rules
    "torch Adafactor": "adafactor",
    "optax adafactor": "adafactor",
    "pytorch_optimizer AdaFactor": "adafactor",
    "timm Adafactor": "adafactor",
    "torch Muon": "muon",
    "optax.contrib muon": "muon",
    "pytorch_optimizer Muon": "muon",
    "optax lamb": "lamb",
    "pytorch_optimizer Lamb": "lamb",
    "timm Lamb": "lamb",
    "optax lars momentum": "lars",
    "pytorch_optimizer LARS": "lars",
    "timm Lars": "lars",
    "pytorch_optimizer Shampoo": "shampoo",
}


def distance(a: Array, b: Array) -> float:
    return float(np.max(np.abs(a - b) / (1e-3 + np.abs(b))))


def of(table: Mapping[str, object]) -> list[Recording]:
    return [run for run in RECORDINGS if run.method in table]


@pytest.mark.parametrize("run", of(SAME), ids=str)
def test_the_same_algorithm(run: Recording) -> None:
    line = SAME[run.method]
    ours = cc.replay(line.rule, run.gradients, run.iterates[0], **line.settings(run))
    assert distance(ours, run.iterates) < line.tolerance


@pytest.mark.parametrize("run", of(DIFFERENT), ids=str)
def test_another_algorithm_and_the_whole_reason(run: Recording) -> None:
    name, variant = DIFFERENT[run.method]
    rate = {} if run.lr is None else {"lr": run.lr}
    assert variant.card.startswith("Reason: ")
    assert distance(cc.replay(variant, run.gradients, run.iterates[0], **rate), run.iterates) < TOLERANCE
    assert distance(cc.replay(name, run.gradients, run.iterates[0], **rate), run.iterates) > 10 * TOLERANCE


def test_every_recording_is_in_one_table() -> None:
    tables = [*SAME, *DIFFERENT, *AWAITED]
    assert len(set(tables)) == len(tables)
    assert {run.method for run in RECORDINGS} == set(tables)


def test_what_is_awaited_is_not_there_yet() -> None:
    assert not {line: rule for line, rule in AWAITED.items() if rule in entries("optimizer")}
