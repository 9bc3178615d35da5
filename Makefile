# make demo: install, evolve, sweep, film. make test: install, check, test. make test-lowest: test with the oldest packages
# that pyproject admits. All else is foragescape's own command line.
PYTHON ?= python3
BIN := .venv/bin

PIP = $(1)/python -m pip install --quiet --disable-pip-version-check --constraint $(2)
PYTEST := -m pytest --numprocesses auto --dist worksteal

.PHONY: demo test test-lowest bench clean

demo: .venv/installed
	$(BIN)/foragescape demo

test: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python $(PYTEST)

test-lowest: .venv-lowest/installed
	.venv-lowest/bin/python $(PYTEST)

bench: .venv/installed
	$(BIN)/foragescape bench

.venv/installed: pyproject.toml .ci/constraints.txt
	$(PYTHON) -m venv .venv
	$(call PIP,$(BIN),.ci/constraints.txt) --editable '.[dev]'
	touch $@

.venv-lowest/installed: pyproject.toml .ci/lowest.txt
	$(PYTHON) -m venv .venv-lowest
	$(call PIP,.venv-lowest/bin,.ci/lowest.txt) --editable '.[dev]'
	touch $@

clean:
	rm -rf .venv .venv-lowest
