# What there is to do: `make` lists it. Each target is a few plain commands, shown in README.
PYTHON ?= python3
BIN := .venv/bin
export PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help run dev admin test bench lint lock clean python browser

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-7s %s\n", $$1, $$2}'

run: .venv/installed ## serve the site on http://127.0.0.1:$PORT (default 8000), from an empty folder if need be
	@exec $(BIN)/python manage.py serve

dev: .venv/installed ## the same for working on it: DEBUG, autoreload
	@DEBUG=on $(BIN)/python manage.py migrate --verbosity 0
	@DEBUG=on exec $(BIN)/python manage.py runserver $(PORT)

admin: .venv/installed ## a new administrator, or a new password (NAME=… for another name)
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py set_admin $(NAME)

test: .venv/installed-dev browser ## lint, types and all tests, in a real browser too
	@$(MAKE) --no-print-directory lint
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

bench: .venv/installed-dev browser ## measure the site beside its peers and limits (QUICK=1: a look within two minutes)
	@$(BIN)/python -m benchmarks.speed $(if $(QUICK),--quick)
	@$(BIN)/python -m benchmarks.queue $(if $(QUICK),10000)

lint: .venv/installed-dev ## style, types, templates, direction of imports
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy .
	@$(BIN)/djlint templates --lint --quiet
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -c "import tests.settings" && DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py makemigrations --check --dry-run --verbosity 0

lock: .venv/installed-dev ## resolve the dependencies of pyproject.toml anew into the two requirements files
	@$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements.txt pyproject.toml
	@$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -c requirements.txt --group dev -o requirements-dev.txt

clean: ## remove the virtual environment and caches; the data folder stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "error: newsite needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) --version 2>&1). Name another with: make PYTHON=python3.12 …" >&2; exit 1; }

.venv/bin/python: | python
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "error: the virtual environment could not be made; on Debian: apt-get install python3-venv" >&2; exit 1; }

.venv/installed: requirements.txt | .venv/bin/python
	@echo "Installing what newsite needs …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

browser: .venv/installed-dev
	@$(BIN)/python -m tests.browser.install
