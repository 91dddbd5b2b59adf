"""`Experiment`: one figure or table of a paper, as the file of its name in a folder ``experiments/`` defines it."""

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from convcheck.claims.verdict import Expectation
from convcheck.discovery import load
from convcheck.errors import CatalogError, UnknownNameError
from convcheck.evidence.table import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

T = TypeVar("T")

PRESETS = ("quick", "paper")
FUNCTIONS = ("compute", "draw", "expect", "numbers")


@dataclass(frozen=True)
class Experiment:
    """What computes, draws and judges one figure; make one with `Experiment.load`.

    Parameters
    ----------
    name
        The file's name, which is also the figure's.
    title
        The first line of the file's docstring, without its full stop.
    path
        The file.
    presets
        Parameters by name of preset: ``quick`` and ``paper`` at least, all of one frozen dataclass.
    module
        The module, with the functions ``compute``, ``draw``, ``expect`` and ``numbers``.
    """

    name: str
    title: str
    path: Path
    presets: Mapping[str, Any]
    module: ModuleType = field(repr=False)

    @classmethod
    def load(cls, name: str, root: Path | None = None) -> "Experiment":
        """Return the experiment of this name, bundled or of the user's repository (at ``root``); its file is executed.

        Raises
        ------
        UnknownNameError
            With the nearest name that exists.
        CatalogError
            The file lacks something that an experiment has.
        """
        module: ModuleType = load("experiment", name, root)
        path = Path(module.__file__ or name)
        if not (module.__doc__ or "").strip():
            raise CatalogError(f"{path} must begin with a docstring; its first line is the experiment's title")
        for function in FUNCTIONS:
            if not callable(getattr(module, function, None)):
                raise CatalogError(f"{path} must define the functions {', '.join(FUNCTIONS)}; there is no {function}")
        return cls(name, title(module.__doc__), path, _presets(module, path), module)

    def compute(self, preset: str, executor: Executor | None = None) -> Table:
        """Return the table for a preset.

        Raises
        ------
        UnknownNameError
            The experiment has no such preset.
        CatalogError
            The file's ``compute`` returned something else than a table.
        """
        if preset not in self.presets:
            raise UnknownNameError("preset", preset, self.presets, where=f"of the experiment {self.name}")
        table = self.module.compute(self.presets[preset], executor)
        return self._checked("compute", table, Table, "a Table")

    def draw(self, table: Table) -> "Figure":
        """Return the figure of a table; raises `CatalogError` if the file's ``draw`` returned something else."""
        from matplotlib.figure import Figure

        return self._checked("draw", self.module.draw(table), Figure, "a Matplotlib Figure")

    def expect(self, table: Table) -> tuple[Expectation, ...]:
        """Return what the figure must show, judged on a table.

        Raises
        ------
        CatalogError
            The file's ``expect`` returned something else than expectations with names of their own, or none: what
            expects nothing can show nothing.
        """
        returned = self._checked("expect", self.module.expect(table), tuple, "a tuple of Expectations")
        found = tuple(self._checked("expect", item, Expectation, "Expectations") for item in returned)
        names = [expectation.name for expectation in found]
        if not names:
            raise CatalogError(f"{self.path}: expect returned no Expectation; say what the figure must show")
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise CatalogError(f"{self.path}: expect returned two Expectations named {repeated[0]!r}; rename one")
        return found

    def numbers(self, table: Table) -> dict[str, str]:
        """Return the numbers that a text may quote, as LaTeX by name; raises `CatalogError` unless they are strings."""
        found = self._checked("numbers", self.module.numbers(table), dict, "a dict of strings")
        for name, text in found.items():
            if not isinstance(name, str) or not isinstance(text, str):
                raise CatalogError(f"{self.path}: numbers must return strings by name, but {name!r} is {text!r}")
        return dict(found)

    @property
    def line(self) -> int:
        """The line at which ``expect`` begins: where an editor is to open when an expectation fails."""
        code = getattr(self.module.expect, "__code__", None)
        return 1 if code is None else int(code.co_firstlineno)

    def _checked(self, function: str, value: object, kind: type[T], wanted: str) -> T:
        if not isinstance(value, kind):
            raise CatalogError(f"{self.path}: {function} must return {wanted}, not {type(value).__name__}")
        return value


def _presets(module: ModuleType, path: Path) -> Mapping[str, Any]:
    """Return the presets after checking that they are parameters that nobody can change."""
    parameters: Any = getattr(module, "Parameters", None)
    declared = getattr(parameters, "__dataclass_params__", None)
    if not isinstance(parameters, type) or declared is None or not declared.frozen:
        raise CatalogError(f"{path} must define Parameters, a dataclass with frozen=True")
    presets: Any = getattr(module, "presets", None)
    if not isinstance(presets, Mapping) or not set(PRESETS) <= set(presets):
        raise CatalogError(f'{path} must define presets = {{"quick": Parameters(…), "paper": Parameters(…)}}')
    for name, values in presets.items():
        if not isinstance(values, parameters):
            raise CatalogError(f"{path}: the preset {name!r} must be Parameters(…), not {type(values).__name__}")
    return presets


def title(docstring: str | None) -> str:
    """Return the first line of a docstring, without its full stop."""
    lines = (docstring or "").strip().splitlines()
    return lines[0].strip().removesuffix(".") if lines else ""
