# `make help` explains each target. Everything made at run time lies under var/.
PORT ?= 8000
PYTHON ?= python3
PY := .venv/bin/python
export DJANGO_SETTINGS_MODULE ?= marketplace.settings.test

.PHONY: help install demo test test-full lint format bench faults services lock clean

help: ## What can be made here
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

install: var/installed ## The Python packages, from the lock files

var/installed: requirements-dev.txt requirements.txt
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	@test -x .venv/bin/uv || .venv/bin/pip install -q uv
	@.venv/bin/uv pip sync -q --require-hashes --python .venv/bin/python requirements-dev.txt
	@mkdir -p var && touch var/installed

demo: install ## The seeded site in a browser: make demo PORT=8000
	@DJANGO_SETTINGS_MODULE=marketplace.settings.demo exec $(PY) manage.py demo --port $(PORT)

test: install ## Lint, types, structure and the tests (a tenth of the fault counts)
	@tests/run.sh

test-full: install ## The same with every fault count in full
	@FULL=1 tests/run.sh

lint: install ## Only the checks that run nothing: style, types, import contracts, migrations
	@tests/lint.sh

format: install ## Let ruff put the code in order
	@.venv/bin/ruff check -q --fix . ; .venv/bin/ruff format -q .

bench: install ## Measure; writes var/bench.json
	@tests/bench/run.sh

faults: install ## The fault and attack rows; FULL=1 for whole counts; writes var/faults.json
	@tests/faults.sh

services: ## Start the real servers for tests and print what to export
	@tests/services/services start

lock: ## Fix versions and hashes anew from requirements*.in
	@.venv/bin/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header requirements.in -o requirements.txt
	@.venv/bin/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header requirements-dev.in -o requirements-dev.txt

clean: ## Remove everything made at run time
	@rm -rf var
