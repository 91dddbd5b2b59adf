"""Time the engine: ``python benchmarks/engine.py [--json FILE] [--quick]``, or ``make bench``.

Times are CPU time of one thread, in nanoseconds per lane-step: one step of one rule at one setting, with the problem's
gradient, the projection and the running loss.  Candidates take turns (A B A B …) in runs of about 0.06 s, and the least
time of each counts, because noise only adds; a ratio is one of two such minima from the same minute.

The yardstick is a C kernel, written out below and compiled here: the same recursion on the same grid of settings in
strict IEEE arithmetic, in blocks of 64 lanes.  It is an oracle as well: its bits must be ours, and so must those of a
NumPy loop that calls the rule on arrays.  JAX, optax and torch take part where they are installed; those two correct
Adam's bias, which the others do not, and torch has one setting for all lanes.
"""

import argparse
import ctypes
import json
import math
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from time import process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

import convcheck as cc
from convcheck.optimizers.base import Optimizer
from convcheck.problems.base import Problem
from convcheck.simulate.arguments import recorded_steps
from convcheck.simulate.grid import make_grid
from convcheck.simulate.lane import Lane
from convcheck.simulate.rigorous import widen
from convcheck.simulate.run import make_task
from convcheck.simulate.task import Failure, Task, advance

Floats = NDArray[np.float64]
Candidate = Callable[[int], Any]
"""Runs so many steps from the start."""
Row = dict[str, Any]

RULES = ("adam_undebiased", "amsgrad")
FLAGS = ("-O3", "-march=native", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off", "-shared", "-fPIC")

C_SOURCE = r"""
#include <math.h>
#include <string.h>
#define WIDTH 64

/* Rows of state: x, m, v, v_max, loss.  Rows of settings: lr, beta1, beta2, eps.  Both have n columns. */
static inline void steps(long T, long n, double C, double *state, const double *settings, const int maximum)
{
    double s[5][WIDTH], h[4][WIDTH];
    for (long begin = 0; begin < n; begin += WIDTH) {
        const long lanes = n - begin < WIDTH ? n - begin : WIDTH;
        for (int row = 0; row < 5; row++) memcpy(s[row], state + row * n + begin, lanes * sizeof(double));
        for (int row = 0; row < 4; row++) memcpy(h[row], settings + row * n + begin, lanes * sizeof(double));
        for (long t = 1; t <= T; t++) {
            const double g = t % 3 == 1 ? C : -1.0;
            for (long k = 0; k < lanes; k++) {
                const double x = s[0][k];
                const double m = h[1][k] * s[1][k] + (1.0 - h[1][k]) * g;
                const double v = h[2][k] * s[2][k] + (1.0 - h[2][k]) * (g * g);
                const double w = maximum && s[3][k] > v ? s[3][k] : v;
                const double d = sqrt(w) + h[3][k];
                const double y = x - h[0][k] * (d <= 0.0 ? 0.0 : m / (d <= 0.0 ? 1.0 : d));
                const double z = y > -1.0 ? y : -1.0;
                s[0][k] = z < 1.0 ? z : 1.0;
                s[1][k] = m;
                s[2][k] = v;
                if (maximum) s[3][k] = w;
                s[4][k] += g * x;
            }
        }
        for (int row = 0; row < 5; row++) memcpy(state + row * n + begin, s[row], lanes * sizeof(double));
    }
}

void adam_undebiased(long T, long n, double C, double *state, const double *settings)
{
    steps(T, n, C, state, settings, 0);
}

void amsgrad(long T, long n, double C, double *state, const double *settings)
{
    steps(T, n, C, state, settings, 1);
}
"""


@dataclass(frozen=True)
class Effort:
    """How much is measured: numbers of lanes, rounds of taking turns, CPU seconds a run, and sizes of the rest."""

    lanes: tuple[int, ...] = (1, 64, 4096, 65536)
    few: tuple[int, ...] = (1, 4, 64, 4096)
    rounds: int = 30
    seconds: float = 0.06
    checked_steps: int = 1000
    figure_steps: int = 5_000_000
    repeats: int = 5


QUICK = Effort(lanes=(1, 20), few=(5,), rounds=1, seconds=1e-4, checked_steps=50, figure_steps=1000, repeats=1)


@dataclass(frozen=True)
class Work:
    """A rule on a problem with its lanes."""

    optimizer: Optimizer
    problem: Problem
    lane: Lane
    task: Task

    @property
    def settings(self) -> dict[str, Floats]:
        """The constants of all lanes: hyper-parameters, each under its own name."""
        rows = dict(zip(self.lane.constants, self.task.constants, strict=True))
        return {name: rows[f"h_{name}"] for name in self.optimizer.hyperparameters}


def work(rule: str, problem: Problem, hyper: Mapping[str, Any], T: int = 1, record: int = 1) -> Work:
    """Return the lanes of a run as `cc.run` would make them."""
    optimizer = cc.optimizer(rule)
    grid = make_grid(optimizer, hyper, T)
    steps = recorded_steps(T, record)
    return Work(optimizer, problem, *make_task(optimizer, problem, grid, problem.x0, (0,), steps))


def reddi(rule: str, lanes: int) -> Work:
    """Return lanes with settings of their own: step sizes times decay rates, on the three-round cycle."""
    rates = int(math.sqrt(lanes))
    while lanes % rates:
        rates -= 1
    axes = cc.grid(lr=np.linspace(0.1, 0.5, rates), beta2=np.linspace(0.1, 0.999, lanes // rates))
    return work(rule, cc.problem("reddi"), {**axes, "beta1": 0.9, "eps": 1e-8})


# ---------------------------------------------------------------------------------------------------------------------
# Candidates


def native(task: Task) -> Candidate:
    """Return our kernel as ``cc.run`` calls it; it returns what the lanes carry, shape (carried, lanes)."""

    def run(steps: int) -> Floats:
        records = advance(replace(task, stops=np.array([steps])))
        assert not isinstance(records, Failure)  # noqa: S101  # nothing here can fail
        last: Floats = records[-1]
        return last

    return run


def numpy_loop(made: Work) -> Candidate:
    """Return a loop that calls the rule on whole columns of lanes; it returns x, the slots and the loss."""
    optimizer, problem, settings = made.optimizer, made.problem, made.settings
    assert problem.project is not None  # noqa: S101  # Reddi's problem has an interval

    def run(steps: int) -> list[Floats]:
        x = np.full(made.task.lanes, problem.x0[0])
        state: list[Any] = list(optimizer.initial_state(x))
        loss = np.zeros_like(x)
        for step in range(1, steps + 1):
            t = np.float64(step)
            g = problem.call(problem.gradient, x, t)
            loss = loss + g * x
            x, *state = optimizer(x, g, t, *state, **settings)
            x = problem.call(problem.project, x)  # type: ignore[arg-type]  # asserted above
        return [x, *state, loss]

    return run


def c_kernel(function: Any, made: Work) -> Candidate:
    """Return the C kernel of the same rule; it returns x, the slots and the loss."""
    lanes, slots = made.task.lanes, len(made.optimizer.state)
    settings = np.stack([made.settings[name] for name in ("lr", "beta1", "beta2", "eps")])
    pointer = ctypes.POINTER(ctypes.c_double)

    def run(steps: int) -> Floats:
        state = np.zeros((5, lanes))
        state[0] = made.problem.x0[0]
        C = ctypes.c_double(made.problem.numeric["C"])
        addresses = state.ctypes.data_as(pointer), settings.ctypes.data_as(pointer)
        function(ctypes.c_long(steps), ctypes.c_long(lanes), C, *addresses)
        return state[[*range(1 + slots), 4]]

    return run


def compile_c(folder: Path) -> Any:
    """Compile the C kernels; None where there is no compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    source, library = folder / "kernel.c", folder / "kernel.so"
    source.write_text(C_SOURCE)
    subprocess.run([compiler, *FLAGS, str(source), "-o", str(library), "-lm"], check=True)  # noqa: S603  # the text above
    return ctypes.CDLL(str(library))


def jax_loops(rule: str, made: Work) -> dict[str, Candidate]:
    """Return JAX with the rule written by hand, and with optax."""
    jax, jnp = import_module("jax"), import_module("jax.numpy")
    jax.config.update("jax_enable_x64", True)  # noqa: FBT003  # JAX's interface
    h = {name: jnp.asarray(row) for name, row in made.settings.items()}
    C, lanes = made.problem.numeric["C"], made.task.lanes

    def by_hand(x: Any, g: Any, state: Any) -> Any:
        m, v, w = state
        m = h["beta1"] * m + (1 - h["beta1"]) * g
        v = h["beta2"] * v + (1 - h["beta2"]) * g * g
        w = jnp.maximum(w, v) if rule == "amsgrad" else v
        return x - h["lr"] * m / (jnp.sqrt(w) + h["eps"]), (m, v, w)

    def loop(update: Callable[..., Any], initial: Any) -> Candidate:
        def step(i: Any, carried: Any) -> Any:
            x, state, loss = carried
            g = jnp.where(i % 3 == 1, C, -1.0)
            moved, state = update(x, g, state)
            return jnp.clip(moved, -1, 1), state, loss + g * x

        x = jnp.ones(lanes)
        run = jax.jit(lambda steps: jax.lax.fori_loop(1, steps + 1, step, (x, initial, jnp.zeros(lanes))))
        return lambda steps: jax.block_until_ready(run(steps))

    zeros = jnp.zeros(lanes)
    found = {"jax": loop(by_hand, (zeros, zeros, zeros))}
    if find_spec("optax"):
        optax = import_module("optax")
        method = optax.amsgrad if rule == "amsgrad" else optax.adam
        transform = method(h["lr"], b1=h["beta1"], b2=h["beta2"], eps=h["eps"])

        def update(x: Any, g: Any, state: Any) -> Any:
            change, state = transform.update(jnp.full(lanes, g), state, x)
            return x + change, state

        found["optax"] = loop(update, transform.init(zeros))
    return found


def torch_loop(rule: str, made: Work) -> Candidate:
    """Return torch.optim.Adam on one thread, in its default implementation."""
    torch = import_module("torch")
    torch.set_num_threads(1)  # with more, its threads wait for each other busily
    h = {name: float(row[0]) for name, row in made.settings.items()}
    C = made.problem.numeric["C"]

    def run(steps: int) -> Any:
        x = torch.ones(made.task.lanes, dtype=torch.float64)
        loss = torch.zeros_like(x)
        betas = (h["beta1"], h["beta2"])
        method = torch.optim.Adam([x], lr=h["lr"], betas=betas, eps=h["eps"], amsgrad=rule == "amsgrad")
        for t in range(1, steps + 1):
            x.grad = torch.full_like(x, C if t % 3 == 1 else -1.0)
            loss += x.grad * x
            method.step()
            x.clamp_(-1, 1)
        return x

    return run


# ---------------------------------------------------------------------------------------------------------------------
# Measuring


def measure(candidates: Mapping[str, Candidate], lanes: int, effort: Effort) -> dict[str, float]:
    """Let the candidates take turns; return the least nanoseconds per lane-step of each."""
    steps = {name: _enough_steps(run, effort.seconds) for name, run in candidates.items()}
    least = dict.fromkeys(candidates, math.inf)
    for _ in range(effort.rounds):
        for name, run in candidates.items():
            least[name] = min(least[name], _seconds(run, steps[name]))
    return {name: least[name] / (steps[name] * lanes) * 1e9 for name in candidates}


def _seconds(run: Candidate, steps: int) -> float:
    before = process_time()
    run(steps)
    return process_time() - before


def _enough_steps(run: Candidate, seconds: float) -> int:
    steps = 16
    run(steps)  # compile
    while (taken := min(_seconds(run, steps) for _ in range(3))) < seconds / 4:  # a hiccup is not taken for work
        steps *= 4
    return max(1, round(steps * seconds / taken))


# ---------------------------------------------------------------------------------------------------------------------
# What is measured


def kernels(effort: Effort) -> list[Row]:
    """Nanoseconds per lane-step on Reddi's cycle over a grid of settings, and our time as a multiple of others'."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        library = compile_c(Path(folder))
        for rule in RULES:
            for lanes in effort.lanes:
                made = reddi(rule, lanes)
                candidates = {"native": native(made.task), "numpy": numpy_loop(made)}
                if library is not None:
                    candidates["c"] = c_kernel(getattr(library, rule), made)
                bits = same_bits(made, candidates, effort.checked_steps)
                if find_spec("jax"):
                    candidates |= jax_loops(rule, made)
                if find_spec("torch"):
                    candidates["torch"] = torch_loop(rule, made)
                times = measure(candidates, lanes, effort)
                ratios = {f"native / {name}": times["native"] / times[name] for name in times if name != "native"}
                rows.append({"rule": rule, "lanes": lanes, **times, **ratios, **bits})
    return rows


def same_bits(made: Work, candidates: Mapping[str, Candidate], steps: int) -> dict[str, bool]:
    """Tell for each other candidate whether its x, slots and loss have our bits after so many steps."""
    ours = dict(zip(made.lane.carried, candidates["native"](steps), strict=True))
    names = ["x_0", *(f"s_{name}_0" for name in made.optimizer.state), "loss"]
    bits = np.array([ours[name] for name in names]).tobytes()
    return {
        f"bits of {name}": np.array(run(steps)).tobytes() == bits
        for name, run in candidates.items()
        if run is not candidates["native"]
    }


def intervals(effort: Effort) -> list[Row]:
    """Nanoseconds per lane-step of the rigorous kernel, and its time as a multiple of the float kernel's."""
    rows: list[Row] = []
    for rule in RULES:
        for lanes in effort.few:
            made = reddi(rule, lanes)
            _, wide = widen(made.optimizer, made.problem, made.lane, made.task)
            times = measure({"float": native(made.task), "interval": native(wide)}, lanes, effort)
            rows.append({"rule": rule, "lanes": lanes, **times, "interval / float": times["interval"] / times["float"]})
    return rows


def schedules(effort: Effort) -> list[Row]:
    """Nanoseconds per lane-step of Adam: constant step sizes, one schedule for all lanes, one for each lane."""
    rows: list[Row] = []
    for lanes in effort.few:
        several = np.linspace(0.1, 0.5, lanes)
        hypers: dict[str, dict[str, Any]] = {
            "constant": {"lr": several},
            "shared": {"lr": cc.schedule("inverse_sqrt", alpha=0.3), "beta2": several},
            "own": {"lr": cc.schedule("inverse_sqrt", alpha=several)},
        }
        made = {name: work(RULES[0], cc.problem("reddi"), hyper) for name, hyper in hypers.items()}
        candidates = {name: in_parts(m.task) for name, m in made.items()}
        times = measure(candidates, lanes, effort)
        ratios = {f"{name} / constant": times[name] / times["constant"] for name in ("shared", "own")}
        rows.append({"lanes": lanes, **times, **ratios})
    return rows


def in_parts(task: Task) -> Candidate:
    """Return our kernel on the parts of a run, one after the other, as each worker of an executor sees them."""
    parts = [native(part) for part in task.parts()]
    return lambda steps: [run(steps) for run in parts]


def figure_1(effort: Effort) -> list[Row]:
    """CPU seconds of the deterministic panels of Reddi et al.'s Figure 1: two rules, four rates α/√t, one core."""
    period = cc.problem("periodic", P=101, scale=10)
    hyper = {"lr": cc.schedule("inverse_sqrt", alpha=[0.1, 0.5, 1.0, 5.0]), "beta1": 0.9, "beta2": 0.99}
    tasks = [work(rule, period, hyper, effort.figure_steps, record=1000).task for rule in RULES]
    for task in tasks:
        native(task)(1)  # compile
    least = math.inf
    for _ in range(effort.repeats):
        before = process_time()
        for task in tasks:
            advance(task)
        least = min(least, process_time() - before)
    return [{"steps": effort.figure_steps, "lanes": sum(task.lanes for task in tasks), "CPU seconds": least}]


def start_up(effort: Effort) -> list[Row]:
    """CPU seconds of whole processes: Python alone, our import and help, a first run that compiles, and a second."""
    run = ("-c", "import convcheck as cc; cc.run('adam_undebiased', 'reddi', 10)")
    with tempfile.TemporaryDirectory() as folder:
        return [
            _start("python -c pass", ("-c", "pass"), effort.repeats),
            _start("import convcheck", ("-c", "import convcheck"), effort.repeats),
            _start("convcheck --help", ("-m", "convcheck", "--help"), effort.repeats),
            _start("a run, compiling its kernel", run, 1, folder),
            _start("a run, its kernel compiled", run, effort.repeats, folder),
        ]


def _start(what: str, arguments: tuple[str, ...], repeats: int, cache: str | None = None) -> Row:
    environment = os.environ | ({"CONVCHECK_CACHE": cache} if cache else {})
    least = math.inf
    for _ in range(repeats):
        before = _children_seconds()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True, env=environment)  # noqa: S603  # ours
        least = min(least, _children_seconds() - before)
    return {"what": what, "CPU seconds": least}


def _children_seconds() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


# ---------------------------------------------------------------------------------------------------------------------
# Telling


def machine() -> Row:
    """Describe what was measured on."""
    info, compiler = Path("/proc/cpuinfo"), shutil.which("cc") or shutil.which("gcc")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    packages = ("convcheck", "numpy", "numba", "llvmlite", "jax", "optax", "torch")
    return {
        "processor": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "load": [round(load, 2) for load in os.getloadavg()],
        "system": platform.platform(),
        "python": platform.python_version(),
        "compiler": _output(compiler, "--version").splitlines()[0] if compiler else "none",
        **{name: version(name) for name in packages if find_spec(name)},
    }


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603  # our own commands


def print_table(title: str, rows: list[Row]) -> None:
    """Print rows that have the same columns."""
    columns = list(rows[0])
    cells = [[_cell(row[name]) for name in columns] for row in rows]
    widths = [max(len(text) for text in column) for column in zip(columns, *cells, strict=True)]
    print(f"\n{title}")
    for line in (columns, *cells):
        print("  ".join(text.rjust(width) for text, width in zip(line, widths, strict=True)))


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "ours" if value else "NOT OURS"
    return f"{value:.3g}" if isinstance(value, float) else f"{value}"


def main() -> None:
    """Measure and print; write the numbers to the file that ``--json`` names."""
    parser = argparse.ArgumentParser(description="Time the engine against C, NumPy and whatever else is installed.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there")
    parser.add_argument("--quick", action="store_true", help="tiny sizes, only to see that everything works")
    options = parser.parse_args()
    effort = QUICK if options.quick else Effort()
    report: dict[str, Any] = {"machine": machine()}
    print(*(f"{name}: {value}" for name, value in report["machine"].items()), sep="\n")
    for section in (kernels, intervals, schedules, figure_1, start_up):
        report[section.__name__] = section(effort)
        print_table(section.__doc__ or "", report[section.__name__])
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
