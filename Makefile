# Thin on purpose: each target is a line or two. `make demo` needs python3 and make, and finds out the rest.

# A third of the time a test waits, for a worker or a limit: one process more than there are cores.
PYTEST_FLAGS ?= -n $(shell expr $$(nproc) + 1) --dist worksteal
PYTEST = .venv/bin/python -m pytest $(PYTEST_FLAGS)

.PHONY: demo evidence check test test-slow test-full lint bench docs man format clean new-check new-rule

demo:
	@.ci/setup
	@.venv/bin/python examples/demo.py

evidence: # of example 4, on a machine with nothing else to do
	@.ci/setup
	@.venv/bin/python examples/evidence.py

check: lint
	$(PYTEST) -m unit

test:
	@.ci/setup dev
	$(PYTEST) --durations=10 --durations-min=2

test-slow: # what a merge must pass besides
	@.ci/setup dev
	$(PYTEST) -m slow

test-full:
	@.ci/setup dev
	@.venv/bin/python -m pip install -q --disable-pip-version-check -e ".[browser]"
	$(PYTEST) --full

lint:
	@.ci/setup dev
	.venv/bin/ruff check . && .venv/bin/ruff format --check .
	.venv/bin/mypy && .venv/bin/lint-imports

bench:
	@.ci/setup dev
	@.venv/bin/python -m pip install -q --disable-pip-version-check -e ".[bench]"
	.venv/bin/python -m benchmarks

man: # into build/man
	@.ci/setup dev
	@.venv/bin/python docs/make_man_pages.py build/man

docs:
	@.ci/setup docs
	@.venv/bin/python docs/make_site.py

format:
	.venv/bin/ruff check --fix . ; .venv/bin/ruff format .

new-check: # NAME=length-past-capacity IN=memory
	@.venv/bin/python tests/checks/new_check.py $(NAME) $(IN)

new-rule: # NAME=bit-field-changed
	@.venv/bin/python tests/abi_rules/new_rule.py $(NAME)

clean:
	rm -rf .venv build .abidance
