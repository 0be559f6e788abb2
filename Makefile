# Everything here works from a fresh checkout; `make` alone lists the targets.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
PYTEST ?=
BENCH ?=
# Tests make and drop thousands of databases; in memory they need not wait for a disk.
TEST_FOLDER ?= $(shell test -w /dev/shm && echo /dev/shm || echo "$${TMPDIR:-/tmp}")
.DEFAULT_GOAL := help
.PHONY: help run test setup parts fmt format lint types imports unit docs bench audit lock news clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1	\2/' | expand -t 18

run: $(VENV)/.run ## the demo, on this machine, with nothing else to install
	@scripts/run.sh

test: setup lint format types imports unit ## all checks and all tests, as the build machine runs them
	@echo "test: all is well"

setup: parts $(VENV)/.test

# Asked every time, because it is quick and a machine changes without telling make.
parts:
	@scripts/system-parts.sh

# Stamps: an environment is brought up to date when its pins or the package's own metadata change.
$(VENV)/.run: requirements/run.txt pyproject.toml
	@scripts/venv.sh $(VENV) run package && touch $@

$(VENV)/.test: requirements/test.txt pyproject.toml | parts
	@scripts/venv.sh $(VENV) test package && touch $@ $(VENV)/.run

$(VENV)-docs/.docs: requirements/docs.txt
	@scripts/venv.sh $(VENV)-docs docs && touch $@

$(VENV)-bench/.bench: requirements/bench.txt requirements/bench-build.txt
	@command -v cc >/dev/null || { echo "bench: building Isso needs a C compiler: sudo apt-get install gcc python3-dev libffi-dev" >&2; exit 1; }
	@scripts/venv.sh $(VENV)-bench bench && touch $@

$(VENV)-audit/.audit: requirements/audit.txt
	@scripts/venv.sh $(VENV)-audit audit && touch $@

$(VENV)-lock/.lock: requirements/lock.txt
	@scripts/venv.sh $(VENV)-lock lock && touch $@

fmt: $(VENV)/.test ## put the code in its usual form
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format .

lint: $(VENV)/.test ## habits and likely mistakes
	@echo "lint: ruff check"
	@$(BIN)/ruff check .
	@echo "lint: bandit"
	@$(BIN)/bandit --quiet --configfile pyproject.toml --recursive src scripts

format: $(VENV)/.test ## is the code in its usual form?
	@echo "format: ruff format --check"
	@$(BIN)/ruff format --check .

types: $(VENV)/.test ## types, strictly
	@echo "types: mypy --strict"
	@$(BIN)/mypy --strict src

imports: $(VENV)/.test ## which floor may import which
	@echo "imports: lint-imports"
	@$(BIN)/lint-imports --no-logo --cache-dir .cache/import-linter

unit: setup ## the tests; PYTEST="-k word tests/web" chooses some
	@echo "unit: pytest on SQLite, PostgreSQL, Valkey and Chromium"
	@TMPDIR=$(TEST_FOLDER) $(BIN)/pytest -n $(WORKERS) --dist worksteal $(PYTEST)

docs: $(VENV)-docs/.docs ## the manual, in docs/_build
	@echo "docs: sphinx-build, warnings are errors"
	@$(VENV)-docs/bin/sphinx-build -W --keep-going -q -b html docs docs/_build

bench: $(VENV)/.run $(VENV)-bench/.bench ## ours and Isso's figures, from one run on this machine
	@$(BIN)/python -m bench $(BENCH)

# Strict: a package that the advisory service does not answer for is a failure, not a pass.
audit: $(VENV)-audit/.audit ## known weaknesses of every pinned package; asks a service on the network
	@for pins in requirements/*.txt; do \
	  echo "audit: $$pins"; \
	  $(VENV)-audit/bin/pip-audit --strict --progress-spinner off --disable-pip --require-hashes -r $$pins || exit 1; \
	done

lock: $(VENV)-lock/.lock ## pin requirements/*.in anew; UPGRADE=--upgrade takes newer versions
	@scripts/lock.sh $(VENV)-lock/bin/uv $(UPGRADE)

news: $(VENV)/.test ## what the next release will say
	@$(BIN)/towncrier build --draft --version next

clean: ## all that make has made, the demo included
	@rm -rf $(VENV) $(VENV)-audit $(VENV)-bench $(VENV)-docs $(VENV)-lock var build dist docs/_build src/*.egg-info
	@rm -rf .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .schemathesis
	@find src tests bench docs scripts -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
