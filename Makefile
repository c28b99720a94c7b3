# The targets that people use; each does the ones it needs first.
# `make demo` and `make test` are all that a newcomer types.

PY := .venv/bin/python
N ?= 100

.PHONY: setup setup-tests demo demo-state test check bench rehearse-state bench-language bench-fairness bench-urgent crash faults calendars-table lock clean
.DEFAULT_GOAL := help

help:  ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## */\t/' | expand -t 18

setup: .venv/run.done  ## make .venv with all that running needs, from the lock file

.venv/run.done: requirements.lock scripts/venv.sh
	@sh scripts/venv.sh requirements.lock
	@touch $@

.venv/dev.done: .venv/run.done requirements-dev.lock
	@sh scripts/venv.sh requirements-dev.lock
	@touch $@

setup-tests: .venv/dev.done
	@sh scripts/browser.sh

demo: setup  ## a whole round on this machine, told step by step
	@$(PY) run.py demo --once

demo-state: .venv/dev.done  ## a whole state on this machine: two web processes, two workers, a clock, 5,000 pretend pages
	@$(PY) run.py demo-state $(ARGS)

# One worker more than there are processors: tests often wait for a browser or a server.
test: setup-tests check  ## everything that is tested
	@$(PY) -m pytest -n $$($(PY) -c 'import os; print((os.cpu_count() or 1) + 1)') --dist loadfile --no-loadscope-reorder

check: .venv/dev.done  ## style, types, and who may import whom
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports

crash: setup-tests  ## N schedules of kills, half on each database: make crash N=2000
	@$(PY) -m tests.crash --schedules $(N)

faults: setup-tests  ## what can go wrong, row by row, and whether each is proven
	@$(PY) -m tests.faults

calendars-table: setup-tests  ## what feeds get wrong, case by case, and what we do
	@$(PY) -m tests.calendars

bench: setup-tests  ## every figure beside its floor or peer: make bench ONLY=webhooks,inbox; KEEP=1 makes it the baseline
	@$(PY) -m benchmarks.run $(if $(ONLY),--only $(ONLY)) $(if $(KEEP),--keep)

rehearse-state: setup-tests  ## kills and restarts the machines of a pretend state, tells what was lost and late: MINUTES=5
	@$(PY) -m tests.state --minutes $(or $(MINUTES),5) $(ARGS)

bench-fairness: setup-tests  ## a term of comments: is every language answered equally soon, and what lacks where not
	@$(PY) -m benchmarks.fairness

bench-language: .venv/dev.done  ## how well languages are told: LANGUAGE_DATA=texts.jsonl make bench-language
	@$(PY) -m benchmarks.language

bench-urgent: .venv/dev.done  ## how often the urgent words alarm for nothing: LANGUAGE_DATA=texts.jsonl make bench-urgent
	@$(PY) -m benchmarks.urgent

lock: .venv/run.done  ## renew the lock files after pyproject.toml changed
	@.venv/bin/uv pip compile pyproject.toml --universal --generate-hashes --no-header --no-annotate --python-version 3.11 -q -o requirements.lock
	@.venv/bin/uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-header --no-annotate --python-version 3.11 -c requirements.lock -q -o requirements-dev.lock

clean:  ## forget .venv and caches
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
