"""The result of a run does not depend on who computes it."""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import numpy as np
import pytest

import convcheck as cc
from convcheck.errors import NonFiniteError, ParameterError
from convcheck.simulate import task as tasks
from convcheck.simulate.result import Run


class Serial(Executor):
    """Compute in this thread, at once."""

    def __init__(self) -> None:
        self.submitted = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call the function; the future is done when it is returned."""
        self.submitted += 1
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  # a future carries whatever was raised
            future.set_exception(error)
        return future


@contextmanager
def dask(*, processes: bool) -> Iterator[Executor]:
    """Start two workers of a real cluster on this machine."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2 if processes else 1, threads_per_worker=1, processes=processes, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster) as client,
        client.get_executor() as pool,
    ):
        yield pool


EXECUTORS: dict[str, Callable[[], AbstractContextManager[Executor | None]]] = {
    "our own threads": nullcontext,
    "one thread": lambda: ThreadPoolExecutor(1),
    "three threads": lambda: ThreadPoolExecutor(3),
    "new processes": lambda: ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")),
    "none at all": lambda: nullcontext(Serial()),
    "dask in this process": lambda: dask(processes=False),
    "dask in processes": lambda: dask(processes=True),
}


@pytest.fixture(autouse=True)
def _narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "WIDTH", 4)  # so that few lanes are many parts


def course(executor: Executor | None) -> Run:
    """Run 72 lanes in 18 parts, with a schedule that leaves the vocabulary, hence is shipped as a table."""
    hyper: dict[str, Any] = {"beta2": [0.5, 0.9, 0.99], "lr": cc.schedule("inverse_sqrt", alpha=[0.1, 0.5])}
    hyper["beta1"] = lambda t: 0.9 if t < 100 else 0.5
    return cc.run("amsgrad", "reddi_stochastic", 300, seeds=6, x0=[1.0, -0.25], executor=executor, **hyper)


def failing(executor: Executor | None, problem: Any) -> None:
    cc.run("sgd", problem, 300, lr=np.linspace(1e-4, 0.02, 21), x0=[0.5, 1.0], executor=executor)


@pytest.fixture(scope="module")
def expected() -> Run:
    return course(Serial())


@pytest.mark.parametrize("name", EXECUTORS)
def test_results_and_failures_do_not_depend_on_the_executor(name: str, expected: Run, toy: Callable[..., Any]) -> None:
    with EXECUTORS[name]() as executor:
        run = course(executor)
        with pytest.raises(NonFiniteError, match=r"at step 40 in the lane lr=0\.0130[0-9]*, seed 0, coordinate 0;"):
            failing(executor, toy("faulty", at=40))
    for field in ("x", "loss", "regret"):
        assert np.array_equal(getattr(run, field).view(np.int64), getattr(expected, field).view(np.int64))
    for slot, values in expected.state.items():
        assert np.array_equal(run.state[slot].view(np.int64), values.view(np.int64))


def test_an_executor_of_ones_own_is_used_and_left_open() -> None:
    executor = Serial()
    course(executor)
    assert executor.submitted == 18
    with ThreadPoolExecutor(1) as pool:
        course(pool)
        assert pool.submit(int, "3").result() == 3


@pytest.mark.parametrize("wrong", [4, "threads", True], ids=repr)
def test_what_is_no_executor_is_refused(wrong: Any) -> None:
    with pytest.raises(ParameterError, match=r"executor = .* must be a concurrent.futures.Executor"):
        course(wrong)


def test_an_error_cancels_what_has_not_begun() -> None:
    class Failing(Executor):
        """Fail at the first task, and never begin another."""

        def __init__(self) -> None:
            self.futures: list[Future[Any]] = []

        def submit(self, *_: Any, **__: Any) -> Future[Any]:
            self.futures.append(Future())
            if len(self.futures) == 1:
                self.futures[0].set_exception(KeyboardInterrupt())
            return self.futures[-1]

    executor = Failing()
    with pytest.raises(KeyboardInterrupt):
        course(executor)
    assert [future.cancelled() for future in executor.futures] == [False] + 17 * [True]
