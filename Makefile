# Every command a person or the CI runs. `make` alone says what there is.
PYTHON ?= python3
SHELL := /bin/bash
# The environment's programs, and its node where the system has none.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
PYTEST = .venv/bin/python -m pytest

# What asks an instance of `make up` says it where there is none.
INSTANCE = @at="$${IRONCLAD_HOME:-.ironclad}"; [ -e "$$at/secrets.json" ] || { \
  printf '%s\n' "✗ there is no instance in $$at" "  → name its folder: make $@ IRONCLAD_HOME=…" >&2; exit 1; }

# What `make test` does before the tests that leave the processors half idle; the CI begins other work.
AFTER_QUICK =

# Where tests with these marks are: to collect all the others takes longer than to read these.
SERVERS = tests/acceptance tests/browser

# make has an AS of its own, the assembler, and some environments set it: only the command line counts.
ifneq ($(origin AS),command line)
AS =
endif

RULES = deploy/monitoring/prometheus/rules.yaml

.DEFAULT_GOAL := help
.PHONY: help python up develop check test test-js test-pg15 test-stack test-servers test-servers-timed test-servers-patient test-recovery manifests acceptance acceptance-overload acceptance-timed acceptance-patient rules bench load load-environment drill logs reload sign-in-link game-day audit licences sbom lock format clean

help: ## say what there is
	@sed -nE 's/^([a-z0-9-]+):.*## (.*)$$/\1|\2/p' $(MAKEFILE_LIST) | awk -F '|' '{printf "make %-13s %s\n", $$1, $$2}'

python:
	@command -v $(PYTHON) >/dev/null || { printf '%s\n' "✗ there is no $(PYTHON) here" "  → install Python 3.11 or newer, or name one: make up PYTHON=python3.12" >&2; exit 1; }

# exec: a signal to make's child is a signal to Ironclad itself.
up: python ## start everything; Ctrl-C stops it
	@exec $(PYTHON) -m ironclad.embedded.bootstrap up

develop: python
	@$(PYTHON) -m ironclad.embedded.bootstrap develop

check: develop ## lint, types, import contracts, templates, JavaScript, CSS, secrets
	@.ci/check

test: develop ## the tests, Python and JavaScript, and the heart of it on a real server
	@$(PYTEST) -q -n auto -m "not acceptance and not stack and not manifests" $(ARGS)
	@$(AFTER_QUICK)
	@$(PYTEST) -q -m core $(SERVERS)
	@$(MAKE) --no-print-directory test-js

test-js: develop
	@node --test $$(find tests/js -name '*.test.js' | sort)

test-pg15: develop ## those of the tests that ask PostgreSQL, on 15
	@.venv/bin/python -m ironclad.embedded.tools postgresql-15
	@IRONCLAD_TEST_POSTGRES=15 $(PYTEST) -q -n auto -m "not acceptance" tests/integration $(ARGS)

test-stack: test-servers test-recovery ## both of those: all that need servers of the system's packages

test-servers: test-servers-timed test-servers-patient ## the tests with real servers: Prometheus, Alertmanager, exporters, Redis, nginx

test-servers-timed: develop
	@.venv/bin/python -m ironclad.embedded.tools stack
	@.venv/bin/python -m ironclad.embedded.tools postgresql-15
	@$(PYTEST) -q -m "stack and not patient" tests/stack $(ARGS)

test-servers-patient: develop
	@.venv/bin/python -m ironclad.embedded.tools stack
	@.venv/bin/python -m ironclad.embedded.tools postgresql-15
	@$(PYTEST) -q -n 2 --dist loadfile -m "stack and patient and not recovery" tests/stack $(ARGS)

test-recovery: develop ## small disasters of a PostgreSQL 15: backup, restore, validation, failover
	@.venv/bin/python -m ironclad.embedded.tools stack
	@.venv/bin/python -m ironclad.embedded.tools postgresql-15
	@$(PYTEST) -q -n 2 --dist loadfile -m recovery tests/stack $(ARGS)

manifests: develop ## render every Kubernetes overlay and judge it; needs kubectl
	@$(PYTEST) -q tests/manifests $(ARGS)

acceptance: acceptance-overload acceptance-timed acceptance-patient ## the other tests that start real servers; takes minutes

# It takes all of the machine: the CI begins with it what others are beside.
OVERLOAD = tests/acceptance/test_overload.py

acceptance-overload: develop
	@$(PYTEST) -q $(OVERLOAD) $(ARGS)

acceptance-timed: load-environment
	@$(PYTEST) -q -m "acceptance and not core and not patient" --ignore $(OVERLOAD) $(SERVERS) $(ARGS)

# In the order of their names: one long test in a file of its own must not be begun last.
acceptance-patient: load-environment
	@$(PYTEST) -q -n 2 --dist loadfile --no-loadscope-reorder -m "acceptance and patient" $(SERVERS) $(ARGS)

rules: develop ## write the Prometheus rules that follow from deploy/slo
	@IRONCLAD_PROFILE=builtin SECRET_KEY=only-for-the-rules-xxxxxxxxxxxxxxxxxxxxx \
	  .venv/bin/python -m ironclad.embedded.scratch .venv/bin/python manage.py prometheus_rules > $(RULES).new
	@mv $(RULES).new $(RULES)

bench: develop ## measure what the product promises, on this machine
	@.venv/bin/python -m tests.load $(ARGS)

load-environment: develop
	@.venv/bin/python -m tests.load.shaped.environment

# A name and its option: what is not given is the shape's own choice.
load: load-environment ## load an instance of its own and report; SHAPE=ramp is one shape, URL=… one that runs
	@exec .venv/bin/python -m tests.load.shaped $(if $(SHAPE),--shape $(SHAPE)) $(if $(URL),--url $(URL)) $(if $(ALLOW),--allow $(ALLOW)) \
	  $(if $(RATE),--rate $(RATE)) $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SET),--set "$(SET)") $(ARGS)

SCALE ?= 100
drill: develop ## lose a database of 1.5 GB and have it back, measured; SCALE=10 is a tenth of it
	@.venv/bin/python -m ironclad.embedded.tools postgresql-15
	@exec .venv/bin/python -m tests.load.drill --scale $(SCALE) $(ARGS)

logs: ## follow the logs of the instance that runs
	$(INSTANCE)
	@exec tail -n 50 -F $$(ls "$${IRONCLAD_HOME:-.ironclad}"/log/*.log | grep -v install)

reload: ## replace the server processes of the instance that runs, two or more, without a pause
	$(INSTANCE)
	@.venv/bin/python -m ironclad.embedded.reload

sign-in-link: ## print a new one-time link; AS=administrator, approver or viewer
	$(INSTANCE)
	@.venv/bin/python manage.py sign_in_link $(if $(AS),--as $(AS))

game-day: ## run SCENARIO to its verdict, on the instance that runs
	$(INSTANCE)
	@.venv/bin/python manage.py game_day run --wait $(ARGS) $(SCENARIO)

audit: develop ## hold every locked package against the advisory databases
	@.venv/bin/python -m supply.audit

licences: develop ## list every part's licence; fails on a kind nobody has decided about
	@.venv/bin/python -m supply.licences

SBOM ?= dist/sbom.cdx.json
APP_VERSION ?= 0.0.0-dev
sbom: develop ## list every part as CycloneDX, with digests and licences, to SBOM
	@.venv/bin/python -m supply.sbom $(SBOM) $(APP_VERSION)

# Also where the lock files are broken, after a merge say: hence not `develop` first.
lock: python ## write the lock files from requirements/*.in; UPGRADE=1 takes newer versions
	@[ -x .venv/bin/uv ] || $(MAKE) --no-print-directory develop
	@.venv/bin/python -m supply.locking $(if $(UPGRADE),--upgrade)

format: develop ## put the code in order
	@ruff format .; ruff check --fix .; npx --no-install eslint --fix static/js tests/js; npx --no-install stylelint --fix 'static/css/**/*.css'

clean: ## remove what is built; the data in .ironclad stays
	@rm -rf .venv .venv-load node_modules static/vendor staticfiles dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
	@echo "removed; your data is still in $${IRONCLAD_HOME:-.ironclad}"
