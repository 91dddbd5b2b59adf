"""Building the paper's PDF: the same bytes from the same sources."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from convcheck.errors import LatexError, MissingToolError
from convcheck.simulate.folders import write_atomically

PACKAGES = "latexmk texlive-latex-recommended texlive-fonts-recommended texlive-latex-extra lmodern"
_EPOCH = "1767225600"  # 1 January 2026: the date that TeX sees, so that no build depends on the day
_PRODUCTS = ("main.pdf", "*.aux", "*.bbl", "*.blg", "*.fdb_latexmk", "*.fls", "*.log", "*.out", "*.toc", ".*")
_HINT = f"on Debian and Ubuntu: apt install {PACKAGES}"


def build(source: Path) -> Path:
    """Build ``main.tex`` in a copy of its folder, where no earlier build has left anything; return ``source/main.pdf``.

    Raises
    ------
    MissingToolError
        latexmk, or a LaTeX package, is not installed; the message says which Debian packages have them.
    LatexError
        LaTeX stopped at an error; the message is its own, and ``source/main.log`` has the rest.
    """
    program = shutil.which("latexmk")
    if program is None:
        raise MissingToolError(f"the paper's PDF needs latexmk and LaTeX, which are not installed; {_HINT}")
    with TemporaryDirectory(prefix="convcheck-") as folder:
        copy = Path(folder, source.name)
        shutil.copytree(source, copy, ignore=shutil.ignore_patterns(*_PRODUCTS))
        command = [program, "-pdf", "-norc", "-interaction=nonstopmode", "-halt-on-error", "main.tex"]
        done = subprocess.run(command, cwd=copy, env=_environment(os.environ), capture_output=True, check=False)  # noqa: S603  # no input of others
        made, log = copy / "main.pdf", copy / "main.log"
        text = log.read_text("utf-8", errors="replace") if log.is_file() else done.stderr.decode(errors="replace")
        if done.returncode or not made.is_file():
            write_atomically(source / "main.log", text.encode())
            raise _why(text, source)
        write_atomically(source / "main.pdf", made.read_bytes())
    return source / "main.pdf"


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    epoch = environ.get("SOURCE_DATE_EPOCH", _EPOCH)
    # LaTeX breaks the lines of its log after 79 characters, in the middle of what we look for.
    return {**environ, "SOURCE_DATE_EPOCH": epoch, "FORCE_SOURCE_DATE": "1", "TZ": "UTC", "max_print_line": "1000"}


def _why(log: str, source: Path) -> LatexError | MissingToolError:
    if missing := re.search(r"^! LaTeX Error: File [`'](.+?)' not found", log, re.MULTILINE):
        return MissingToolError(f"LaTeX does not find {missing[1]}; {_HINT}")
    errors = re.findall(r"^! ?(.+)", log, re.MULTILINE)
    first = errors[0].rstrip(".") if errors else "it made no PDF"
    return LatexError(f"LaTeX stopped: {first}; see {source / 'main.log'}")
