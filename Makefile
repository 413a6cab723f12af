# Every target's help is its own `##` comment. Set-up runs once per content of the requirement files.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
KEY := $(shell cat requirements.txt pyproject.toml | cksum | cut -d' ' -f1)
READY := $(VENV)/.ready-$(KEY)
# nbgrader starts `alembic` by name, so the environment's programs must be on PATH.
export PATH := $(CURDIR)/$(BIN):$(PATH)
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root,)

.DEFAULT_GOAL := help
.PHONY: help lab class student test test-browser bench setup

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-14s %s\n", $$1, $$2}'

setup: $(READY) ## make .venv and install the pinned packages (the other targets do this by themselves)

$(READY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version.split()[0])'
	@rm -f $(VENV)/.ready-*
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --compile -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

lab: $(READY) ## open JupyterLab, in Chinese, at the course home
	$(BIN)/jupyter lab $(AS_ROOT) --ServerApp.root_dir=. notebooks/crossborder_crm/home.ipynb

class: $(READY) ## run a simulated class of 24 from release to grades, in a scratch folder
	$(BIN)/ecrm class

student: $(READY) ## build the bundle a student gets, without solutions, into build/student
	$(BIN)/ecrm student --out build/student

test: $(READY) ## run the checks and tests that need nothing but Python
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -m "not browser" -n auto --dist loadfile

test-browser: $(READY) ## run the tests that drive headless Chromium (chromium, node and npm needed)
	$(BIN)/pytest -m browser tests -n auto --dist loadfile

bench: $(READY) ## time the code beside its alternatives; rows go to bench/results.json
	@for script in bench/bench_*.py; do $(BIN)/python $$script || exit 1; done
