"""Rules on the layers of a network: what they are given, what is kept of it, and that no library adds anything up."""

# ruff: noqa: ARG001  # a rule takes t whether it uses it or not

import ast
import inspect
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import convcheck as cc
from convcheck.arithmetic import matrices
from convcheck.discovery import entries
from convcheck.errors import RuleError, ShapeError
from convcheck.optimizers import kronecker
from convcheck.optimizers.base import Optimizer, optimizer
from convcheck.problems import networks, teachers

LAYERED = [name for name in entries("optimizer") if cc.optimizer(name).layers]
T = 12


@optimizer(source="nobody1900", init=lambda x: (np.zeros(x.shape[1]), 0.0), layers="each")
def by_columns(x: Any, g: Any, t: Any, sums: Any = 0, count: Any = 0, *, lr: float = 0.1) -> Any:
    """Keep an array for each layer, and a number."""
    sums, count = sums + g.sum(axis=0), count + x.shape[0]
    return x - lr * sums / count, sums, count


@optimizer(source="nobody1900", init=lambda x, layers: ((x, ()), tuple(layer.kernel for layer in layers)), layers="all")
def looks(x: Any, g: Any, t: Any, kept: Any = 0, kernels: Any = 0, *, lr: float = 0.1) -> Any:
    """Keep the last point as a nested tuple, and what the layers are."""
    moved = tuple(w - lr * s.mean(axis=0)[:, None] * 1.0 for w, s in zip(x, map(flat, g.signals), strict=True))
    return moved, (x, ()), kernels


def nothing(x: Any, layers: Any) -> tuple[Any, ...]:
    """Return no state."""
    return ()


@optimizer(source="nobody1900", init=nothing, layers="all")
def transposes(x: Any, g: Any, t: Any, *, lr: float = 0.1) -> Any:
    """Return matrices of as many entries and other shapes."""
    return (tuple(w.T for w in x),)


def flat(signals: Any) -> Any:
    return signals.reshape(-1, signals.shape[-1])


def test_a_rule_for_each_layer_keeps_its_slots_layer_by_layer() -> None:
    problem = cc.problem("mlp", widths=(2, 3, 4))
    run = cc.run(by_columns, problem, T, record=T)
    assert {name: slot.shape for name, slot in run.state.items()} == {"sums": (1, T + 1, 3 + 4), "count": (1, T + 1, 2)}
    assert run.state["count"][0, -1].tolist() == [3 * T, 4 * T]
    whole = cc.replay(by_columns, np.ones((2, 2, 5)), np.zeros((2, 5)))
    np.testing.assert_allclose(whole[:, 0, 0], [0, -0.1, -0.2])


def test_a_rule_for_all_layers_sees_them_at_once() -> None:
    problem = cc.problem("convnet")
    run = cc.run(looks, problem, T, record=T)
    np.testing.assert_array_equal(run.state["kernels"][0, -1], [9, 0])
    np.testing.assert_array_equal(run.state["kept"][0, 1:], run.x[0, :-1])
    assert np.ptp(run.x) > 0


def test_batches_are_drawn_as_for_any_other_rule() -> None:
    """A pass is that of the batch of the round: K-FAC with a step as small as its damping goes down the gradient."""
    problem = cc.problem("mlp", batch=4)
    seeds = cc.run("kfac", problem, 3, seeds=3, record=3, damping=1e12, lambda_every=99, gamma_every=99)
    gradients = cc.run("sgd", problem, 1, seeds=3, record=1, lr=1.0)
    for a, b in zip(np.diff(seeds.x[:, :2], axis=1)[:, 0], np.diff(gradients.x, axis=1)[:, 0], strict=True):
        np.testing.assert_allclose(a / np.linalg.norm(a), b / np.linalg.norm(b), atol=1e-4)


def test_mistakes_are_named() -> None:
    with pytest.raises(ShapeError, match="transposes must return x and each slot as arrays of the shapes"):
        cc.run(transposes, "mlp", 1)
    with pytest.raises(RuleError, match="looks into a network, and the problem reddi has none"):
        cc.run(looks, "reddi", 1)
    with pytest.raises(RuleError, match="looks into a network, so gradients alone do not do"):
        cc.replay(looks, np.zeros((1, 2, 2)), np.zeros((2, 2)))
    with pytest.raises(RuleError, match=r"must begin \(x, layers\)"):
        optimizer(source="nobody1900", init=lambda x: (x,), layers="all")(looks.rule)


def test_axes_and_schedules_reach_the_layers() -> None:
    run = cc.run("shampoo", "mlp", T, lr=cc.schedule("inverse_sqrt", alpha=[0.1, 0.4]), eps=[1e-4, 1e-2], record=T)
    assert run.x.shape == (2, 2, 1, T + 1, 44)
    alone = cc.run("shampoo", "mlp", T, lr=lambda t: 0.4 / np.sqrt(t), eps=1e-2, record=T)
    np.testing.assert_array_equal(run.x[1, 1], alone.x)


def made_of(rule: Optimizer) -> Path:
    return Path(inspect.getfile(rule.rule))


@pytest.mark.parametrize(
    "path",
    sorted({made_of(cc.optimizer(name)) for name in LAYERED})
    + [Path(inspect.getfile(module)) for module in (matrices, kronecker, networks, teachers)],
    ids=lambda path: path.stem,
)
def test_no_sum_is_left_to_a_library(path: Path) -> None:
    """Neither matrix products nor sums, decompositions or powers of NumPy's: their bits depend on the machine."""
    refused = {"sum", "mean", "dot", "matmul", "inner", "outer", "vdot", "einsum", "tensordot"}
    refused |= {"linalg", "trace", "var", "std", "power"}
    refused |= {"exp", "log", "tanh", "sin", "cos"}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.BinOp(op=ast.MatMult()):
                pytest.fail(ast.unparse(node))
            case ast.BinOp(op=ast.Pow(), left=ast.Name() | ast.Attribute() | ast.Call(), right=power):
                assert isinstance(power, ast.Constant), ast.unparse(node)
            case ast.Attribute(value=ast.Name(id="np"), attr=name):
                assert name not in refused, ast.unparse(node)
            case ast.Attribute(
                value=ast.Name() | ast.Call() | ast.BinOp() | ast.Subscript(), attr="sum" | "mean" | "dot"
            ):
                pytest.fail(ast.unparse(node))


BITS = {
    "adafactor": 575_319_886_146,
    "kbfgs": 300_230_808_001,
    "kfac": 683_930_856_208,
    "kfac_tridiagonal": 837_106_105_257,
    "lamb": 907_021_872_614,
    "lars": 542_117_192_303,
    "mbf": 201_537_103_525,
    "muon": 298_670_046_575,
    "shampoo": 645_277_781_142,
    "tnt": 834_138_105_545,
}
"""Last digits of the first 64 bits of the SHA-256 of the points of a run on a network."""


@pytest.mark.parametrize("name", LAYERED)
def test_the_bits_of_a_run_are_the_same_everywhere(name: str) -> None:
    hyper: dict[str, Any] = {"damping": 1.0} if name.startswith("kfac") else {}
    run = cc.run(name, cc.problem("mlp", batch=8), 25, record=25, **hyper)
    digest = sha256(np.ascontiguousarray(run.x).astype("<f8").tobytes()).digest()
    assert int.from_bytes(digest[:8], "big") % 10**12 == BITS[name]
