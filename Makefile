# `make run` and `make test` are all a newcomer needs; `make help` lists the rest.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.locked-$(shell cksum requirements.lock pyproject.toml 2>/dev/null | cksum | cut -d' ' -f1)

# Tests sync thousands of small files, and a disk takes milliseconds for each: in memory, where 6 GB of it are free.
IN_MEMORY := $(shell test "$$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)" -gt 6000000 2>/dev/null && echo TMPDIR=/dev/shm)

.PHONY: ablate help run up env environment test test-cluster lint lint-types lint-rest fuzz audit bench superset bench-archive bench-sites format lock docs samples clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(STAMP):
	@$(PYTHON) tools/bootstrap.py $(VENV)
	@touch $@

environment: $(STAMP)

run: $(STAMP) ## demo site, Airflow, the ingest DAG for 2021 and 2023, and what came out
	@PYTHONPATH=tools $(BIN)/python -m local_airflow.run

up: $(STAMP) ## Airflow itself (UI and scheduler) on loopback, until Ctrl-C
	@PYTHONPATH=tools $(BIN)/python -m local_airflow.up

env: ## write .env with generated secrets for docker compose; CONTACT=you@your.office
	@$(PYTHON) tools/make_env.py "$(CONTACT)"

lint: $(STAMP) ## check style, types and SQL; changes nothing
	@$(MAKE) --no-print-directory --jobs 2 --output-sync lint-types lint-rest

lint-types:
	$(BIN)/mypy

lint-rest:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --cache-dir var/imports
	$(BIN)/hadolint deploy/Dockerfile
	$(BIN)/sqlfluff lint sql
	$(BIN)/sqlfluff lint --config sql/.sqlfluff docs/queries

test-cluster: $(STAMP) ## two Celery workers, PostgreSQL, Redis, S3: a worker is killed, the marts are the same
	@env $(IN_MEMORY) PYTHONPATH=tools $(BIN)/python -m local_airflow.cluster

test: $(STAMP) ## run the tests
	env -u PYTHONDONTWRITEBYTECODE $(IN_MEMORY) $(BIN)/pytest -n 2

fuzz: $(STAMP) ## 1,500 damaged files through the reader (nightly); the tests try 300
	JIXIAO_FUZZ=1500 $(BIN)/pytest -n 2 tests/read/test_fuzz.py

audit: $(STAMP) ## known weaknesses of what the locks name, where an advisory source can be reached
	@$(BIN)/python tools/audit.py

bench: $(STAMP) ## speed and memory, as ratios within one run; REPORTS=1000000 for the warehouse at scale, SIZES="1000 10000" for what changed, DBT=VENV for dbt-duckdb beside it
	@REPORTS=$(REPORTS) $(BIN)/python tools/bench.py
	@$(BIN)/python tools/bench_changed.py $(SIZES)
	@$(if $(DBT),$(BIN)/python tools/bench_dbt.py $(DBT) $(SIZES))
	@$(BIN)/python tools/bench_pipeline.py
	@$(BIN)/python tools/bench_dashboard.py $(or $(REPORTS),5 50000)

superset: $(STAMP) ## import the dashboards into the Superset of SUPERSET=VENV and ask each chart for its data (a minute or two)
	@$(BIN)/python tools/ask_superset.py $(SUPERSET) $(or $(MARTS),var/published/current/marts.duckdb)

bench-archive: $(STAMP) ## an archive of many documents, with nothing new (minutes to an hour); SIZES="10000 1000000"
	@$(BIN)/python tools/bench_archive.py $(SIZES)

bench-sites: $(STAMP) ## a walk of 1,000 demo hosts on loopback and the walk after it (minutes); HOSTS="100 1000"
	@PYTHONPATH=. $(BIN)/python tools/bench_sites.py $(HOSTS)

ablate: $(STAMP) ## what each cost and scope rule of the prose reader is worth on the blind sets (minutes)
	@$(BIN)/python tools/ablate.py

docs: $(STAMP) ## write the generated documents anew
	@$(BIN)/jixiao docs

samples: $(STAMP) ## render the sample reports anew (needs Debian's fonts-wqy-zenhei)
	@$(BIN)/python -m demo.samples.render

format: $(STAMP) ## rewrite the code in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## resolve the dependencies anew into requirements.lock
	@$(PYTHON) tools/bootstrap.py --lock

clean: ## remove everything that run and test made
	rm -rf $(VENV) var
