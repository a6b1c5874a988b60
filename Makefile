# Needs Python 3.11 or newer, Node 20 or newer, and make. Everything is put below this folder.
#   make lab        try it          make test       check it          make help       the rest

PYTHON ?= python3
LAB_ARGS ?=
PYTEST_ARGS ?=
BENCH_ARGS ?=
EVAL ?= ../shared/eval

VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
TRIAL_FOLDER := $(CURDIR)/.devassist
COURSE := $(CURDIR)/binder/course
WHEELHOUSE := build/wheelhouse
BUNDLE := jupyter_devassist/labextension/package.json

FRONT_END_SOURCES := $(shell find labextension -type f -not -path 'labextension/lib/*' -not -name '*.tsbuildinfo' 2>/dev/null) package.json
PACKAGED_SOURCES := $(shell find jupyter_devassist kernel_magics -type f -not -path '*/__pycache__/*' -not -path '*/labextension/*' 2>/dev/null)

PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
ALONE := $(BIN)/python tests/offline/loopback.py
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
           --custom-compile-command "make lock"

# A trial reads no configuration of the person who tries, and leaves nothing behind outside this folder.
TRIAL := JUPYTER_CONFIG_DIR="$(TRIAL_FOLDER)/jupyter/config" JUPYTER_DATA_DIR="$(TRIAL_FOLDER)/jupyter/data" \
         JUPYTER_RUNTIME_DIR="$(TRIAL_FOLDER)/jupyter/runtime" IPYTHONDIR="$(TRIAL_FOLDER)/ipython" \
         JUPYTERLAB_SETTINGS_DIR="$(TRIAL_FOLDER)/jupyter/settings" \
         JUPYTERLAB_WORKSPACES_DIR="$(TRIAL_FOLDER)/jupyter/workspaces" \
         JUPYTER_DEVASSIST_HOME="$(TRIAL_FOLDER)/home" PATH="$(CURDIR)/$(BIN):$$PATH"

.PHONY: help lab test lint check-python check-front-end wheel wheelhouse bench lock clean distclean
.DELETE_ON_ERROR:

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

lab: $(STAMPS)/installed ## Open JupyterLab on the sample course, indexed (LAB_ARGS="--no-browser --port 8899")
	@mkdir -p "$(TRIAL_FOLDER)"
	@$(TRIAL) jupyter devassist index "$(COURSE)" --home "$(TRIAL_FOLDER)/home"
	@test -e "$(TRIAL_FOLDER)/jupyter/workspaces" || $(TRIAL) jupyter lab workspaces import binder/lab/workspace.json
	@$(TRIAL) jupyter lab --ServerApp.root_dir="$(COURSE)" --LabApp.app_settings_dir="$(CURDIR)/binder/lab" $(LAB_ARGS)

test: lint check-front-end check-python ## Check everything: style, types, layers, front end, tests

lint: $(STAMPS)/developing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check-front-end: node_modules/.installed
	npm run --silent lint
	npm test --silent

# The suite runs where there is no network but loopback, if the system can give such a place; a browser and the
# installation of the wheel, which makes a place of its own, come after.
check-python: $(STAMPS)/developing wheel wheelhouse
	@if $(ALONE) true; then alone="$(ALONE)"; else alone=; fi; set -x; \
	$$alone $(BIN)/python -m pytest -m "not ui and not wheel" $(PYTEST_ARGS)
	$(BIN)/python -m pytest -m "ui or wheel" $(PYTEST_ARGS)

wheel: dist/.built ## Build the wheel and the source archive into dist/

bench: $(STAMPS)/installed ## Measure, and print the table of the README (BENCH_ARGS="--json")
	$(BIN)/jupyter-devassist bench $(if $(wildcard $(EVAL)),--eval-dir "$(EVAL)") $(BENCH_ARGS)

lock: $(STAMPS)/developing ## Resolve the dependencies anew into the lock files
	$(COMPILE) --upgrade --extra build --output-file requirements.lock pyproject.toml
	$(COMPILE) --upgrade --constraint requirements.lock --output-file requirements-course.lock binder/requirements.txt
	$(COMPILE) --upgrade --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

clean: ## Remove what was built and the caches
	rm -rf dist build labextension/lib jupyter_devassist/labextension .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find labextension jupyter_devassist kernel_magics tests -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -f $(STAMPS)/installed

distclean: clean ## Also remove the environments and the data of trials
	rm -rf $(VENV) node_modules .devassist

# --- files that stand for a finished step -------------------------------------------------------

$(STAMPS)/environment:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/locked: requirements.lock requirements-course.lock $(STAMPS)/environment
	$(PIP) install --require-hashes -r requirements.lock -r requirements-course.lock
	@touch $@

$(STAMPS)/locked-dev: requirements-dev.lock $(STAMPS)/environment
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

# Installed again after each change of the front end, because JupyterLab reads an installed copy.
$(STAMPS)/installed: $(STAMPS)/locked $(BUNDLE) pyproject.toml labextension/install.json jupyter_devassist/server/enable.json
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(STAMPS)/developing: $(STAMPS)/locked-dev $(STAMPS)/installed
	@touch $@

node_modules/.installed: package-lock.json package.json
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' \
	  || { echo "Node 20 or newer is needed, with npm, to build the front end."; exit 1; }
	npm ci --no-audit --no-fund
	@touch $@

$(BUNDLE): node_modules/.installed $(FRONT_END_SOURCES)
	npm run --silent build
	@touch $@

dist/.built: $(STAMPS)/locked-dev $(BUNDLE) $(PACKAGED_SOURCES) pyproject.toml README.md CHANGELOG.md LICENSE
	rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist .
	@touch $@

wheelhouse: $(WHEELHOUSE)/.filled ## Fetch what the wheel's test installs from, with the network cut

$(WHEELHOUSE)/.filled: requirements.lock $(STAMPS)/environment
	rm -rf $(WHEELHOUSE) && mkdir -p $(WHEELHOUSE)
	$(PIP) download --require-hashes --only-binary :all: --dest $(WHEELHOUSE) -r requirements.lock
	@touch $@
