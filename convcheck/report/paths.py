"""How a file is named in what people and programs read."""

from pathlib import Path


def shown(path: Path, base: Path | None = None) -> str:
    """Return the path relative to a folder (the current one by default) where it lies below it, else in full."""
    base = Path.cwd() if base is None else base
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else str(path)


def line_of_claim(file: Path) -> int:
    """Return the number of the line on which a claim file declares its verdict, or of the first."""
    lines = file.read_text("utf-8", errors="replace").splitlines() if file.is_file() else []
    return next((number for number, line in enumerate(lines, 1) if line.startswith("claim = ")), 1)
