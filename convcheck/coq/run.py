"""Having Coq check a file."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from convcheck.errors import MissingToolError


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether Coq accepts a file; else its message."""

    accepted: bool
    message: str
    seconds: float


def version() -> str:
    """Return Coq's version; raises `MissingToolError` where it is not installed."""
    done = subprocess.run([_program(), "--print-version"], capture_output=True, text=True, check=True)  # noqa: S603  # no input of others
    return done.stdout.split()[0]


def check(document: str) -> Checked:
    """Have Coq check the text of a file; raises `MissingToolError` where it is not installed."""
    with TemporaryDirectory(prefix="convcheck-coq-") as folder:
        path = Path(folder, "steps.v")
        path.write_text(document, "utf-8")
        start = perf_counter()
        done = subprocess.run([_program(), "-q", path.name], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603  # as above
    return Checked(done.returncode == 0, done.stderr.strip(), perf_counter() - start)


def _program() -> str:
    found = shutil.which("coqc")
    if found is None:
        raise MissingToolError("coqc is not installed; on Debian and Ubuntu: apt install coq")
    return found
