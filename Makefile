# The two commands of the README are `make demo` and `make test`. They need Python >= 3.11, make and a network.

PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if command -v $$name >/dev/null 2>&1 && $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	then echo $$name; break; fi; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SPLIT := demo/split
SHOP := demo/sample_monolith

.PHONY: help demo test test-slow check format lint types contracts fix bench bench-entries bench-recall bench-decomposition bench-decomposition-speed clean
.DEFAULT_GOAL := help

help:
	@echo "make demo       analyze and split sample_monolith, and prove that the split answers alike"
	@echo "make test       the tests"
	@echo "make test-slow  the tests that need minutes"
	@echo "make check      format, lint, types, contracts, tests (each also alone)"
	@echo "make fix        format the code and repair what can be repaired"
	@echo "make bench      how long reading and linking take, as ratios"
	@echo "make bench-entries  how many routes and tables of real applications are found (fetches them from PyPI)"
	@echo "make bench-recall  how many calls that really happen in tests of real projects are found (fetches them from PyPI)"
	@echo "make bench-decomposition  how near the services come to the domains that developers made (fetches real systems from PyPI)"
	@echo "make clean      remove the environment and everything that was made"

# A virtual environment with pip alone. Dependency groups need pip >= 25.1.
$(READY): pyproject.toml sample_monolith/requirements.txt
	@test -n "$(PYTHON)" || { echo "error: no Python >= 3.11 found; install one or run: make PYTHON=/path/to/python" >&2; exit 2; }
	@echo "Making $(VENV) with $(PYTHON) (once) ..."
	@$(PYTHON) -m venv $(VENV) || { echo "error: $(PYTHON) can't make an environment; on Debian: apt install python3-venv" >&2; exit 2; }
	@$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet -e '.[serve]' --group dev gunicorn -r sample_monolith/requirements.txt
	@touch $@

check: format lint types contracts test

format: $(READY)
	$(BIN)/ruff format --check .

lint: $(READY)
	$(BIN)/ruff check .

types: $(READY)
	$(BIN)/mypy

contracts: $(READY)
	$(BIN)/lint-imports

fix: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: $(READY)
	$(BIN)/python -m pytest -m "not slow"

test-slow: $(READY)
	$(BIN)/python -m pytest -m slow

bench: $(READY)
	$(BIN)/python tests/benchmarks/phases.py sample_monolith

# Kept in ~/.cache/refactor-bench, or in $REFACTOR_BENCH_CACHE. ENTRIES may name applications, and --missing.
bench-entries: $(READY)
	PYTHONPATH=tests/benchmarks $(BIN)/python -m entries $(ENTRIES)

# Kept in the same place; the tests of each project run once. RECALL may name projects, --missing 3 and --spurious 3.
bench-recall: $(READY)
	PYTHONPATH=tests/benchmarks $(BIN)/python -m recall $(RECALL)

# Kept in the same place, with an environment of its own. DECOMPOSITION may name systems, and --all, --stability, --json FILE.
bench-decomposition: $(READY)
	PYTHONPATH=tests/benchmarks $(BIN)/python -m decomposition $(DECOMPOSITION)

# How long a program of 50,000 functions takes, and its memory.
bench-decomposition-speed: $(READY)
	PYTHONPATH=tests/benchmarks $(BIN)/python -m decomposition.speed

# `verify` ends with 1 on a divergence, predicted or not; the last step judges both replays.
demo: $(READY)
	@rm -rf demo && mkdir demo && cp -R sample_monolith demo/sample_monolith
	$(BIN)/refactor analyze $(SHOP) --output demo/report > demo/analysis.txt
	@head -n 24 demo/analysis.txt && echo "  ... and so on: demo/analysis.txt"
	@echo
	$(BIN)/refactor split $(SHOP) -o $(SPLIT)
	@echo
	@echo "== State moved out (database, bucket): every answer must be equal."
	$(BIN)/refactor verify $(SPLIT) --against $(SHOP) --profile moved-out --json-output demo/moved-out.json
	@echo
	@echo "== As the shop grew (memory, disk): the divergences must be those that findings predicted."
	$(BIN)/refactor verify $(SPLIT) --against $(SHOP) --profile default --json-output demo/default.json \
		> demo/default.txt || test $$? -eq 1
	@head -n 16 demo/default.txt && echo "  ... and so on: demo/default.txt"
	@echo
	@$(BIN)/python .ci/verdicts.py demo/moved-out.json demo/default.json
	@echo "report: $(CURDIR)/demo/report/report.html"
	@echo "split:  $(CURDIR)/$(SPLIT)"

clean:
	rm -rf $(VENV) demo build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
