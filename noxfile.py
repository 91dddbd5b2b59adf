#!/usr/bin/env -S uv run --script
# /// script
# dependencies = ["nox>=2025.2.9"]
# ///
"""What the Makefile does not do: other Pythons, other versions of the dependencies, new locks."""

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"

PYTHONS = ["3.11", "3.12", "3.13"]
COMPILE = [
    "--universal",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--no-annotate",
    "--custom-compile-command=nox -s lock",
]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests on each Python that we support, with the locked versions."""
    session.install("--require-hashes", "-r", "requirements.lock")
    session.install("--no-deps", "--no-build-isolation", "-e", ".")
    session.run("python", "-m", "pytest", "-n", "2", *session.posargs)


@nox.session(python=PYTHONS[0], default=False, venv_backend="uv")
def lowest(session: nox.Session) -> None:
    """Run the tests with the oldest dependencies that pyproject.toml admits."""
    session.install("--resolution=lowest-direct", "-e", ".[dask,frames,notebook]", "--group=test", "--group=build")
    session.run("python", "-m", "pytest", "-n", "2", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Run what `make lint` runs."""
    session.run("make", "lint", external=True)


@nox.session
def review(session: nox.Session) -> None:
    """Compare the repository with the guidelines of Scientific Python, and audit the workflows."""
    session.install("sp-repo-review[cli]", "zizmor")
    session.run("sp-repo-review", ".")
    session.run("zizmor", "--offline", ".github")


@nox.session
def docs(session: nox.Session) -> None:
    """Run what `make docs` runs."""
    session.run("make", "docs", external=True)


@nox.session(default=False)
def lock(session: nox.Session) -> None:
    """Write both locks anew: names, versions and hashes, and no address."""
    session.install("uv")
    compile_lock = ["uv", "pip", "compile", "pyproject.toml", "--quiet", "--upgrade", *COMPILE]
    session.run(*compile_lock, "--group=dev", "--output-file=requirements.lock")
    session.run(*compile_lock, "--group=docs", "--constraint=requirements.lock", "--output-file=requirements-docs.lock")


@nox.session(default=False, venv_backend="uv")
def references(session: nox.Session) -> None:
    """Record anew what torch, optax and pytorch_optimizer do."""
    session.install("--group=reference")
    libraries = [f"--library={name}" for name in ("torch", "optax", "optax.contrib", "pytorch_optimizer")]
    session.run("python", "benchmarks/record_references.py", *libraries, *session.posargs)


if __name__ == "__main__":
    nox.main()
