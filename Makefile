# Everything a developer does here; each target first sets up what it needs.
# `make` alone prints what there is.

SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

UV_VERSION := 0.13.9
UV := $(or $(shell command -v uv 2>/dev/null),.tandem/uv/bin/uv)
BIN := .venv/bin
READY := .venv/ready
PACKAGES := $(wildcard libs/*/src services/*/src)
MANIFESTS := pyproject.toml uv.lock $(wildcard proto/*.py proto/pyproject.toml libs/*/pyproject.toml services/*/pyproject.toml)
CONTRACTS := $(shell find proto/tandem -name '*.proto' 2>/dev/null)
UNIT := $(wildcard proto/tests tests/unit tests/observability libs/*/tests/unit services/*/tests/unit)
INTEGRATION := $(wildcard libs/devstack/tests libs/*/tests/integration services/*/tests/integration)
PYTEST := $(BIN)/pytest $(if $(INFRA),--infra=$(INFRA)) $(ARGS)

##@ Run
run: $(READY) ## Bring the whole stack up; Ctrl-C stops it (ONLY=a,b for parts, REPLICAS=2 of each service, JSON=1)
	$(BIN)/devstack run $(if $(ONLY),--only $(ONLY)) $(if $(REPLICAS),--replicas $(REPLICAS)) $(if $(PARTITIONS),--partitions $(PARTITIONS)) $(if $(JSON),--json)

migrate: $(READY) ## Bring every database schema to its newest revision
	$(BIN)/devstack migrate

clean: ## Remove the stack's data and what tools keep; installed packages stay
	@if [ -d .tandem ]; then find .tandem -mindepth 1 -maxdepth 1 ! -name uv ! -name npm -exec rm -rf {} +; fi
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage

##@ Test
test: $(READY) ## Unit, integration and end-to-end tests (INFRA=docker for containers, ARGS=... for pytest)
	$(PYTEST) -m "not faults" --ignore tests/helm --cov --cov-report= --cov-fail-under=1

test-unit: $(READY) ## Rules alone, without any server
	$(call pytest,$(UNIT),unit tests)

test-integration: $(READY) ## Use cases, storage and messaging on real servers
	$(call pytest,$(INTEGRATION),integration tests)

test-e2e: $(READY) ## Journeys through the gateway over the whole stack
	$(call pytest,$(wildcard tests/e2e/test_*.py tests/e2e/*/test_*.py),end-to-end tests)

test-faults: $(READY) ## Kill, freeze and race the real processes, then check what they promised
	$(call pytest,-m faults,fault tests)

test-nightly: export TANDEM_TEST_FULL_LENGTH := 1
test-nightly: $(READY) ## The fault tests with their waits of minutes in full
	$(call pytest,-m faults,fault tests)

bench: $(READY) ## CPU of a write and a read against the floor of one process, in one run
	$(BIN)/python -m tests.bench.measure

footprint: $(READY) ## What a case followed to its end leaves in databases, streams and store, and costs in CPU
	$(BIN)/python -m tests.bench.footprint

##@ Check
lint: $(READY) ## Style, types, import rules, contracts, sizes, images, chart
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(PACKAGES) deploy/monitoring
	$(BIN)/lint-imports
	$(BIN)/python proto/lint.py
	$(BIN)/python .ci/sizes.py
	$(BIN)/hadolint $(wildcard deploy/docker/*Dockerfile)
	$(BIN)/docker-compose --file deploy/compose.yaml --profile observability config --quiet
	$(MAKE) chart

chart: $(READY) ## The Helm chart: lint, every value set against every Kubernetes, pods, network, settings
	$(BIN)/pytest --quiet tests/helm

format: $(READY) ## Put the code into its standard form
	$(BIN)/ruff check --fix --exit-zero --quiet .
	$(BIN)/ruff format .

##@ Build
proto: $(READY) ## Generate the Python of all contracts
	$(BIN)/python proto/generate.py

images: ## Build the services' images (SERVICE=name for one, BASE=image, OFFLINE=1 to pull nothing); needs a Docker engine
	UV_VERSION=$(UV_VERSION) python3 deploy/docker/images.py $(if $(OFFLINE),--offline) $(if $(BASE),--base $(BASE)) $(SERVICE)

docs: $(READY) ## Write the tables of the documents that come from the code
	$(BIN)/python docs/generate.py

monitoring: $(READY) ## Write the alerts of the SLOs, and the dashboards, that the chart brings
	$(BIN)/python -m deploy.monitoring

help: ## Print this
	@awk 'BEGIN {FS = ":.*## "} \
	  /^##@ / {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z0-9-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST)); echo

# Tests that are to run but do not exist are said to be missing, not passed over; pytest itself fails on them.
define pytest
	$(if $(strip $(1)),$(PYTEST) $(1),@echo "there are no $(2) in this tree")
endef

$(READY): $(MANIFESTS) $(CONTRACTS) | $(UV)
	$(UV) sync --all-packages --locked --quiet
	@touch $@

.tandem/uv/bin/uv:
	python3 .ci/get_uv.py $(UV_VERSION) .tandem/uv

.PHONY: run migrate clean test test-unit test-integration test-e2e test-faults test-nightly bench footprint lint chart format proto images docs help
