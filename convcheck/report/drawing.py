"""Figure files: the same bytes for the same table, whoever draws it."""

import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from convcheck.evidence.experiment import Experiment
from convcheck.evidence.table import Table
from convcheck.simulate.folders import write_atomically

# What Matplotlib would write into each file besides the figure: the date, its own version.
_METADATA: Mapping[str, Mapping[str, None]] = {
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    "png": {"Software": None},
}


def figures_folder(root: Path, preset: str) -> Path:
    """Return where figures go: those of the preset ``paper`` to the paper, no others."""
    return root / "paper" / "generated" if preset == "paper" else root / ".convcheck" / preset


def write_figure(experiment: Experiment, table: Table, folder: Path) -> tuple[Path, ...]:
    """Draw the figure of a table and write ``folder/NAME.pdf`` and ``.png``; return the two files.

    The settings are Matplotlib's defaults and the house style, not those of a user's ``matplotlibrc``.
    """
    import matplotlib as mpl

    from convcheck.report.plots import style

    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with mpl.rc_context():
        mpl.rcdefaults()
        with style():
            figure = experiment.draw(table)
            for form, metadata in _METADATA.items():
                path = folder / f"{experiment.name}.{form}"
                write_atomically(path, partial(figure.savefig, format=form, metadata=dict(metadata)))
                written.append(path)
    _close(figure)
    return tuple(written)


def _close(figure: object) -> None:
    """Let pyplot forget a figure that was made with it; it keeps the others alive for nobody."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(figure)
