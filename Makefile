# Everything runs from here on a fresh machine with Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TIER ?= 100k
SECONDS ?= 60
SEEDS ?= 5
SLOWER := tests/site tests/agents tests/editor tests/programs tests/browser tests/lifecycle tests/passepartout/image tests/billed tests/fleet tests/packaging tests/engine tests/kube tests/haproxy tests/faults tests/prices/store tests/pricing_fetch \
	tests/test_schedules.py tests/test_proposals.py
TOGETHER := --numprocesses auto --dist loadfile
# Tests that hold figures worked by hand: what they reach of bill, rating and rules stays
# over these floors, in percent. Tests that draw inputs reach something else every day.
COVERED := tests/bill tests/rating tests/test_cases.py \
	$(filter-out %odd_input.py,$(wildcard tests/rules/test_*.py))
FLOORS := bill:90 rating:96 rules:90

.DEFAULT_GOAL := help
.PHONY: help price report test coverage coverage-floor unit lint format docs site rule price-row facts bench bench-refresh bench-bill bench-spark bench-fleet bench-relay lifecycle fuzz dist audit lock clean languages
.DELETE_ON_ERROR:

help: ## Show these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

report: $(VENV)/.report ## Write a tier's report: make report TIER=100k
	@$(BIN)/fare report $(TIER) --out report.html

price: $(VENV)/.runtime ## Price a tier offline: make price TIER=100k
	@$(BIN)/fare price $(TIER)

test: lint ## Run everything: lint, unit, fault and real-engine tests
	@$(MAKE) --no-print-directory $(VENV)/.release $(VENV)/.moto $(VENV)/.bills $(VENV)/.spark $(VENV)/.browser $(VENV)/.editors $(VENV)/.site
	@echo "== the Pulumi engine"
	@$(BIN)/python tests/engine/build.py
	@echo "== Pulumi's other languages"
	@$(MAKE) --no-print-directory languages
	@echo "== the Kubernetes API server"
	@$(BIN)/python -m tests.kube.build
	@echo "== actionlint"
	@$(BIN)/python -m tests.forge.build
	@echo "== a minute of damaged documents, and how much the tests reach"
	@$(BIN)/python -m tests.fuzz --seconds 60 --inputs 12000 --seed 1 > .fuzzed.txt 2>&1 & fuzz=$$!; code=0; \
	  $(MAKE) --no-print-directory coverage-floor || code=1; \
	  wait $$fuzz || code=1; cat .fuzzed.txt; exit $$code
	@echo "== tests"
	@$(BIN)/python -m pytest $(TOGETHER) $(addprefix --ignore=,$(COVERED))

languages: $(VENV)/.node ## Make ready what TypeScript and YAML programs need in tests
	@$(BIN)/python -m tests.engine.languages.build

coverage-floor: $(VENV)/.dev ## Hold how much of bill, rating and rules their tests reach
	@$(BIN)/python -m coverage run -m pytest $(COVERED)
	@for floor in $(FLOORS); do \
	  printf 'percent of farebox/%s reached, at least %s: ' $${floor%:*} $${floor#*:}; \
	  $(BIN)/python -m coverage report --format=total --include="farebox/$${floor%:*}/*" \
	    --fail-under=$${floor#*:} || exit 1; \
	done

unit: $(VENV)/.dev ## Run the fast tests only: no engine, databases, servers or faults
	@$(BIN)/python -m pytest $(TOGETHER) $(addprefix --ignore=,$(SLOWER))

lint: $(VENV)/.dev ## Check style and types
	@echo "== style and types"
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

format: $(VENV)/.dev ## Put the code into its form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

coverage: $(VENV)/.dev ## Count the types of pulumi-aws: charged, free, no rule, not seen
	@$(BIN)/python -m tests.type_coverage

docs: $(VENV)/.dev ## Write the pages that are made from commands and from services
	@$(BIN)/python -m tests.cli_reference
	@$(BIN)/python -m tests.rule_pages

site: $(VENV)/.site ## Build the docs as a site, into .site/
	@NO_MKDOCS_2_WARNING=1 $(VENV)/site/bin/mkdocs build -f packaging/mkdocs.yml

rule: $(VENV)/.dev ## Begin a service: make rule TYPE=aws:ecr/repository:Repository
	@$(BIN)/python -m tests.new_rule "$(TYPE)"

ROW := SERVICE REGION USAGE_TYPE OPERATION UNIT USD URL DATE VERSION NOTE
price-row: $(VENV)/.dev ## Add a sourced price to the embedded book (CONTRIBUTING.md)
	@$(BIN)/python -m tests.price_row $(foreach name,$(ROW),"$(name)=$($(name))")

lifecycle: $(VENV)/.moto ## Live through a stack's life: make lifecycle SEEDS=20
	@LIFECYCLE_SEEDS=$(SEEDS) $(BIN)/python -m pytest tests/lifecycle --numprocesses auto \
	  -rP --show-capture=stdout

facts: $(VENV)/.dev ## Write the wide book from collected facts: make facts FACTS=folder
	@$(BIN)/python -m tests.facts "$(FACTS)"

bench: $(VENV)/.dev ## Print speed and memory as ratios against references
	@$(BIN)/python -m benchmarks

bench-refresh: $(VENV)/.dev ## Time a price list of AWS's size into a store, and the store
	@$(BIN)/python -m benchmarks.refresh
	@$(BIN)/python -m benchmarks.store

bench-bill: $(VENV)/.bills ## Import and add up a bill: make bench-bill ROWS=10000000
	@$(BIN)/python -m benchmarks.bills $(if $(ROWS),--rows $(ROWS))

bench-spark: $(VENV)/.spark ## A bill on one Spark worker and on two: make bench-spark ROWS=1000000
	@$(BIN)/python -m benchmarks.clusters $(if $(ROWS),--rows $(ROWS))

bench-fleet: $(VENV)/.bills ## Price a fleet against a loop: make bench-fleet STACKS=2000
	@$(BIN)/python -m benchmarks.fleet $(if $(STACKS),--stacks $(STACKS))

bench-relay: $(VENV)/.dev ## Measure what a core of the relay carries
	@$(BIN)/python -m benchmarks.relay

fuzz: $(VENV)/.dev ## Damage documents for a while: make fuzz SECONDS=60 SEED=1
	@$(BIN)/python -m tests.fuzz --seconds $(SECONDS) $(if $(SEED),--seed $(SEED))

dist: $(VENV)/.release ## Build the release: wheel, sdist, SBOM, licences, into dist/
	@$(VENV)/release/bin/python packaging/dist.py dist --sbom $(VENV)/release-runtime/bin/python

audit: $(VENV)/.release ## Ask the vulnerability data of the package index about the locks
	@$(VENV)/release/bin/pip-audit --disable-pip --no-deps -r requirements.lock

lock: ## Pin the newest allowed packages with hashes (needs uv)
	uv pip compile pyproject.toml --extra build --extra hosting --extra policy --extra postgresql --universal \
	  --generate-hashes --python-version 3.11 --no-header --no-annotate \
	  -o requirements.lock
	uv pip compile pyproject.toml --extra build --extra hosting --extra policy --extra postgresql --extra dev --universal \
	  --generate-hashes --python-version 3.11 --no-header --no-annotate \
	  -c requirements.lock -o requirements-dev.lock
	uv pip compile packaging/requirements.in --universal --generate-hashes --python-version 3.11 \
	  --no-header --no-annotate -o packaging/requirements.lock
	uv pip compile packaging/site.in --universal --generate-hashes --python-version 3.11 \
	  --no-header --no-annotate -o packaging/site.lock
	uv pip compile tests/passepartout/moto.in --universal --generate-hashes --python-version 3.11 \
	  --no-header --no-annotate -c requirements-dev.lock -o tests/passepartout/moto.lock
	uv pip compile pyproject.toml --extra report --universal --generate-hashes --python-version 3.11 \
	  --no-header --no-annotate -c requirements-dev.lock -o requirements-report.lock
	uv pip compile tests/browser/browser.in --universal --generate-hashes --python-version 3.11 \
	  --no-header --no-annotate -c requirements-dev.lock -o tests/browser/browser.lock
	for extra in mcp lsp; do \
	  uv pip compile pyproject.toml --extra $$extra --universal --generate-hashes --python-version 3.11 \
	    --no-header --no-annotate -c requirements-dev.lock -o requirements-$$extra.lock || exit 1; \
	done
	uv pip compile pyproject.toml --extra bills --universal --generate-hashes --python-version 3.11 \
	  --no-header --no-annotate -c requirements-dev.lock -o requirements-bills.lock
	uv pip compile tests/engine/languages/node/node.in --universal --generate-hashes --python-version 3.11 \
	  --no-header --no-annotate -o tests/engine/languages/node/node.lock
	uv pip compile relay/requirements.in --universal --generate-hashes --python-version 3.13 \
	  --no-header --no-annotate -o relay/requirements.lock

clean: ## Remove what was installed and built here
	rm -rf $(VENV) .engine .site .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .covered.txt

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Farebox needs Python 3.11 or newer; $(PYTHON) is older: make PYTHON=python3.11 ..." >&2; exit 1; }
	@echo "== making $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/.python
	@echo "== installing the pinned packages (a minute or two, once)"
	@$(BIN)/python -m pip install --disable-pip-version-check \
	  --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet \
	  --no-deps --no-build-isolation --config-settings editable_mode=compat --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "== installing the test tools (once)"
	@$(BIN)/python -m pip install --disable-pip-version-check \
	  --require-hashes -r requirements-dev.lock
	@touch $@

# DynamoDB and EC2 in a test's own process.
$(VENV)/.moto: tests/passepartout/moto.lock $(VENV)/.dev
	@echo "== installing stand-ins for AWS (once)"
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet \
	  --require-hashes -r tests/passepartout/moto.lock
	@touch $@

# What draws charts, and what drives a browser over them.
$(VENV)/.report: requirements-report.lock $(VENV)/.runtime
	@echo "== installing what draws charts (once)"
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet \
	  --require-hashes -r requirements-report.lock
	@touch $@

$(VENV)/.browser: tests/browser/browser.lock $(VENV)/.report $(VENV)/.dev
	@echo "== installing what drives a browser (once)"
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet \
	  --require-hashes -r tests/browser/browser.lock
	@touch $@

# What speaks to agents and to editors.
$(VENV)/.editors: requirements-mcp.lock requirements-lsp.lock $(VENV)/.dev
	@echo "== installing what speaks to agents and editors (once)"
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet \
	  --require-hashes -r requirements-mcp.lock
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet \
	  --require-hashes -r requirements-lsp.lock
	@touch $@

# The Node.js of the TypeScript programs in tests.
$(VENV)/.node: tests/engine/languages/node/node.lock $(VENV)/.dev
	@echo "== installing Node.js for tests (once)"
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet \
	  --require-hashes -r tests/engine/languages/node/node.lock
	@touch $@

# What reads bills: DuckDB through Ibis.
$(VENV)/.bills: requirements-bills.lock $(VENV)/.dev
	@echo "== installing what reads bills (once)"
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet \
	  --require-hashes -r requirements-bills.lock
	@touch $@

# Spark, which runs on the system's Java.
$(VENV)/.spark: requirements-spark.lock $(VENV)/.bills
	@echo "== installing Spark (once)"
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet \
	  --require-hashes -r requirements-spark.lock
	@touch $@

# What builds the docs as a site, in an environment of its own.
$(VENV)/.site: packaging/site.lock | $(VENV)/.python
	@echo "== installing what builds the site (once)"
	@$(PYTHON) -m venv $(VENV)/site
	@$(VENV)/site/bin/python -m pip install --disable-pip-version-check --quiet \
	  --require-hashes -r packaging/site.lock
	@touch $@

# What builds a release, and an environment of the pinned packages alone for its SBOM.
$(VENV)/.release: packaging/requirements.lock requirements.lock | $(VENV)/.python
	@echo "== installing what builds a release (once)"
	@$(PYTHON) -m venv $(VENV)/release
	@$(VENV)/release/bin/python -m pip install --disable-pip-version-check --quiet \
	  --require-hashes -r packaging/requirements.lock
	@$(PYTHON) -m venv --without-pip $(VENV)/release-runtime
	@$(VENV)/release/bin/python -m pip --python $(VENV)/release-runtime/bin/python install \
	  --disable-pip-version-check --quiet --require-hashes -r requirements.lock
	@touch $@
