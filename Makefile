# totalplace: two commands matter, `make demo` and `make test`; see README.md.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
WORKERS ?= 2
WORKERS_RUN = -n $(WORKERS) --dist loadgroup --no-loadscope-reorder
# What tests take from the system; scripts/apt_packages.sh knows the packages.
PROGRAMS := java chromium libreoffice libreoffice-calc poppler postgresql

# Processes start in half the time where their modules are compiled.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo test test-fast test-long lint docs lock clean

setup: $(STAMP)
	$(BIN)/python -m compileall -q src

$(STAMP): requirements/dev.lock pyproject.toml frontend/package-lock.json scripts/frontend.py
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python scripts/frontend.py
	touch $@

demo: setup
	$(BIN)/totalplace demo

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Every test but the longest, with a tenth of the counts of faults, attacks and random worlds.
test: lint
	scripts/apt_packages.sh $(PROGRAMS)
	$(BIN)/python -m pytest $(WORKERS_RUN) -m "not long"

# What takes no time: no Spark, no browser, no public data, no place that is published.
test-fast: setup
	$(BIN)/python -m pytest $(WORKERS_RUN) -m "not long and not slow and not real"

# What `test` leaves out, and again, with all of their counts, what it ran with a tenth of them; then
# the workbench on PostgreSQL.
test-long: setup
	scripts/apt_packages.sh $(PROGRAMS)
	TOTALPLACE_FULL_COUNTS=1 $(BIN)/python -m pytest $(WORKERS_RUN) -m "long or counted"
	TOTALPLACE_TEST_POSTGRES=1 $(BIN)/python -m pytest $(WORKERS_RUN) -m "not long and not counted" tests/workbench

docs: setup
	$(BIN)/python -m sphinx -W -q -b html docs docs/_build/html

lock:
	uv pip compile requirements/base.in --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header --no-annotate -q $(UPGRADE) -o requirements/base.lock
	uv pip compile requirements/dev.in --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header --no-annotate -q $(UPGRADE) -o requirements/dev.lock

clean:
	rm -rf $(VENV) docs/_build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
