# make demo and make test set everything up by themselves on a fresh Debian or Ubuntu.
PY := .venv/bin/python
CORPUS ?= ../shared/corpus
JOBS ?= 2

.PHONY: setup browser demo test lint eval bench gauntlet pictures lock clean format

setup: .venv/.ready

.venv/.ready: requirements-dev.lock pyproject.toml
	scripts/setup.sh .venv requirements-dev.lock
	@touch $@

.venv-bench/.ready: requirements-bench.lock pyproject.toml
	scripts/setup.sh .venv-bench requirements-bench.lock
	@touch $@

demo: setup
	.venv/bin/dragonwatch demo --dir demo

test: setup browser
	$(PY) -m pytest -n $(JOBS) --dist loadgroup -m "not gauntlet" $(ARGS)

browser:
	@scripts/browser.sh

pictures: setup browser
	$(PY) scripts/pictures.py

lint: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

format: setup
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

eval: .venv-bench/.ready
	.venv-bench/bin/python -m benchmarks.eval $(CORPUS)

bench: .venv-bench/.ready
	.venv-bench/bin/python -m benchmarks $(ARGS)

gauntlet: setup
	$(PY) -m pytest -m gauntlet $(ARGS)

lock:
	scripts/lock.sh

clean:
	rm -rf .venv .venv-bench demo .mypy_cache .ruff_cache .pytest_cache build dist
