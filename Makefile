# Everything starts here: `make` lists what there is. Needs Python 3.11 or newer, Node 20 or newer and make.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.DELETE_ON_ERROR:
.PHONY: help install foreign page browser demo test check reliability picture audit lock format clean

BIN := .venv/bin
INSTALLED := .venv/.installed
PAGE := bot/sandbox/page
PAGE_BUILT := $(PAGE)/dist/.built
BROWSERS := chromium chromium-browser google-chrome google-chrome-stable microsoft-edge
FOREIGN := .cache/foreign/.installed
# Errors only.
PIP := pip -qq --disable-pip-version-check

# For every platform and Python at once; the files name hashes but no index, so that any mirror may serve them.
LOCK := .cache/uv/bin/uv pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 \
	--generate-hashes --no-header --no-emit-index-url

ON_POSTGRESQL := --database postgresql
# What failed beside others, which may have taken all of the machine, is told and run once more, alone: twice is broken.
again = { echo "FAILED, SEE ABOVE. Once more, alone; what passes now depends on its neighbors and is to be mended too:"; \
	$(BIN)/python -m pytest -v --last-failed --last-failed-no-failures none $(1); }

# The first of these that is new enough; say `make PYTHON=…` for another.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s%s\n", $$1, $$2 }' Makefile

install: $(INSTALLED) page ## set up .venv from the lock file; quick when nothing changed

$(INSTALLED): requirements-dev.txt pyproject.toml
	@test -n "$(PYTHON)" && "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Python 3.11 or newer is needed: install it, or name it with make PYTHON=/path/to/python3." >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "This Python lacks its venv module: install it (Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@echo "Installing into .venv, which takes a minute the first time."
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || "$(PYTHON)" -m venv --clear .venv
	@$(BIN)/python -m $(PIP) install --require-hashes --no-deps -r requirements-dev.txt
	@$(BIN)/python -m $(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

page: $(PAGE_BUILT) ## build the sandbox's page (needs Node 20 or newer); quick when nothing changed

$(PAGE_BUILT): $(wildcard $(PAGE)/*.js* $(PAGE)/.npmrc $(PAGE)/src/* $(PAGE)/static/*)
	@if ! command -v npm >/dev/null; then \
		echo "The sandbox's page is not built: it needs Node 20 or newer with npm. All else works without." >&2; \
	else cd $(PAGE) && { test node_modules/.package-lock.json -nt package-lock.json || npm ci --silent; } && \
		npm run --silent build && touch dist/.built; fi

browser: install ## find a browser for the tests of the page, or install one where that can be done
	@for name in $(BROWSERS); do command -v $$name >/dev/null && exit 0; done; mkdir -p .cache; \
	timeout 300 $(BIN)/playwright install chromium >.cache/browser.log 2>&1 || \
		echo "No browser was found and none could be installed, so the tests of the page are skipped: install Chromium." >&2

foreign: $(FOREIGN) ## set up the environment of the foreign clients that the tests drive

$(FOREIGN): tests/foreign/requirements.txt
	@"$(PYTHON)" -m venv --clear .cache/foreign
	@.cache/foreign/bin/python -m $(PIP) install --require-hashes --no-deps -r tests/foreign/requirements.txt
	@touch $@

demo: install ## try it all on this machine; make demo ONCE=1 plays the scene and ends
	@$(BIN)/license-bot demo $(if $(ONCE),--once)

test: browser ## run the tests of the bot over the sandbox (under two minutes on 2 shared cores, 2026-11-22)
	@$(BIN)/python -m pytest -n 4 --dist worksteal -m "not processes and not thorough"

check: install foreign ## what must hold before a change is done: style, types, imports, all tests, PostgreSQL too
	@echo "ruff check" && $(BIN)/ruff check
	@echo "ruff format" && $(BIN)/ruff format --check
	@echo "mypy" && $(BIN)/mypy --strict
	@echo "lint-imports" && $(BIN)/lint-imports
	@echo "pytest, on SQLite" && $(MAKE) test || $(call again)
	@echo "pytest, what takes longer" && $(BIN)/python -m pytest -rs -n 3 -m "processes or thorough" || $(call again)
	@echo "pytest, with real processes on PostgreSQL" && $(BIN)/python -m pytest -rs -n 3 $(ON_POSTGRESQL) \
		-m processes tests/durability tests/crash || $(call again,$(ON_POSTGRESQL))
	@echo "pytest, on PostgreSQL" && $(BIN)/python -m pytest -n 4 --dist worksteal $(ON_POSTGRESQL) \
		-m "not processes" tests/scenarios tests/durability tests/store tests/workflows || $(call again,$(ON_POSTGRESQL))

reliability: install ## break things on purpose on both databases, and print what went wrong (13 minutes on 2 shared cores, 2026-11-22)
	@$(BIN)/python -m tests.reliability

picture: browser ## take the README's pictures anew: the sandbox's page and the cards
	@$(BIN)/python -m pytest -p no:randomly tests/browser/test_picture.py --pictures docs

audit: install ## look the locked packages up among the published advisories (needs the network)
	@mkdir -p .cache; $(BIN)/pip-audit --strict --disable-pip --require-hashes -r requirements.txt --timeout 15 \
		>.cache/audit 2>&1; status=$$?; tail -n 40 .cache/audit; \
		test $$status -eq 0 || grep -q 'known vulnerabilit' .cache/audit || \
		echo "not audited: no advisories could be read; see above."; exit $$status

lock: ## choose package versions anew and write both lock files (needs the network)
	@test -x .cache/uv/bin/uv || { "$(PYTHON)" -m venv .cache/uv && .cache/uv/bin/python -m $(PIP) install uv; }
	@$(LOCK) --output-file requirements.txt
	@$(LOCK) --extra dev --output-file requirements-dev.txt
	@$(subst pyproject.toml,tests/foreign/requirements.in,$(LOCK)) --output-file tests/foreign/requirements.txt

format: install ## put the code into the one format
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

clean: ## remove what the commands above made
	rm -rf .venv .cache build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf $(PAGE)/node_modules $(PAGE)/dist
	find bot cards migrations tests -name __pycache__ -type d -prune -exec rm -rf {} +
