# `make verify` reproduces the results, `make test` checks the package; the first call of either sets up .venv.
PYTHON ?= python3
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)
INSTALL = $(if $(UV),$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python,$(BIN)/python -m pip install --quiet)

.PHONY: verify figures paper test lint bench coq docs clean
verify figures paper: .venv/ready
	$(BIN)/convcheck $@ $(ARGS)
test: .venv/ready
	$(BIN)/python -m pytest -n 2 $(ARGS)
lint: .venv/ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/typos
	$(BIN)/rumdl check --quiet .
	$(BIN)/sp-repo-review --show errskip .
bench: .venv/ready
	$(BIN)/python benchmarks/engine.py $(ARGS)
coq: .venv/ready
	$(BIN)/python benchmarks/coq.py $(ARGS)
docs: .venv/docs-ready
	$(BIN)/python -m sphinx --fail-on-warning --keep-going docs docs/_build/html
clean:
	rm -rf .venv build dist docs/_build docs/generated paper/generated .mypy_cache .pytest_cache .ruff_cache

.venv/ready: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "convcheck needs Python 3.11 or newer, and there is no $(PYTHON)." >&2; exit 1; }
	@$(PYTHON) -c "$$SUITABLE"
	$(PYTHON) -m venv .venv
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@
.venv/docs-ready: .venv/ready requirements-docs.lock
	$(INSTALL) --require-hashes -r requirements-docs.lock
	@touch $@
define SUITABLE
import sys
if sys.version_info < (3, 11): sys.exit("convcheck needs Python 3.11 or newer, and $(PYTHON) is %d.%d: name a newer one, as in 'make PYTHON=python3.12 verify'." % sys.version_info[:2])
try: import ensurepip, venv
except ImportError: sys.exit("This Python cannot make virtual environments: install its venv package ('apt install python3-venv' on Debian and Ubuntu) and call make again.")
endef
export SUITABLE
