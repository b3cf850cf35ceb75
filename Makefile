# `make demo` and `make test` need only Python 3.11 and make; everything else is installed into .venv from the lock.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
JIGYO := $(BIN)/jigyo

.DEFAULT_GOAL := help
.PHONY: help demo playground playground-build pictures message-pictures test test-slow check format lock clean bench eval vectors vectors-check golden ask-properties bench-search bench-start bench-load bench-input bench-http crash-store oracle crash failover bench-cities demo-reminders bench-reminders fuzz soak faults mcp-inspect slack-compat slack-types

help:  ## this list
	@echo 'Every day (seconds; test a few minutes, and the first of all makes the environment):'
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([^:]*):.*## /  \1\t/' | sort | expand -t 20
	@echo 'Long (minutes and more; best on an otherwise idle machine):'
	@grep -hE '^[a-z-]+:.*##\+ ' $(MAKEFILE_LIST) | sed -E 's/^([^:]*):.*##\+ /  \1\t/' | sort | expand -t 20

# The hashes in the lock are what makes the environment the same everywhere; the project itself comes last.
.venv/installed: requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	PYTHONWARNINGS='ignore:Editable installation' \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: .venv/installed  ## load the published list and ask a running bot /jigyo スマートシティ
	@$(JIGYO) load seeds/
	@$(BIN)/python -m tests.demo

playground: .venv/installed  ## a page on this machine where one talks to the real bot, without Slack
	@$(JIGYO) playground

playground-build:  ##+ build that page anew from bot/playground/web (the one thing that needs Node)
	cd bot/playground/web && npm ci --no-audit --no-fund && npm run build

pictures: .venv/installed  ##+ take the README's pictures anew, with the tests of the page (needs Chromium)
	JIGYO_PICTURES=docs/pictures $(BIN)/python -m pytest -n 0 -m "" tests/test_playground_page.py

message-pictures: .venv/installed  ##+ the commonest messages of Slack on a phone and a desk, into docs (needs Chromium)
	$(BIN)/python -m tests.message_pictures

test: .venv/installed  ## the test suite, four minutes on two cores
	$(BIN)/python -m pytest

test-slow: .venv/installed  ##+ the tests that take long by their nature, and the properties with many more examples; their times
	$(BIN)/python -m pytest -m "slow or hypothesis" --hypothesis-profile many --durations 30

check: .venv/installed  ## ruff, mypy strict, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: bench-http bench-start bench-load bench-search  ##+ the benchmarks of serving, starting, loading and searching

eval: .venv/installed  ## search quality by kind of query, against targets and the last accepted run
	$(BIN)/python -m bench.eval --failures 5

golden: .venv/installed  ##+ answers on every surface beside those of a commit (BASE=main; SHARE=1 for all in Slack)
	$(BIN)/python -m bench.golden $(or $(BASE),HEAD) --share $(or $(SHARE),8) --most $(or $(MOST),20)

ask-properties: .venv/installed  ##+ every reply about every project: verbatim, and as Slack takes it
	$(BIN)/python -m bench.ask_properties

bench-search: .venv/installed  ##+ keyword queries on 1k to 1M rows next to tantivy (ROWS=1k,10k for less)
	$(BIN)/python -m bench.search --rows $(or $(ROWS),1k,10k,100k,1M)

bench-input: .venv/installed  ##+ texts of one or two characters over and over: nothing may stall (EVERY=1 for all)
	$(BIN)/python -m bench.input --every $(or $(EVERY),2)

bench-load: .venv/installed  ##+ rows a second into the database, without and with tokenising
	$(BIN)/python -m bench.load

crash-store: .venv/installed  ##+ load, backup, restore, migration killed at 200 random moments each (KILLS=20 for fewer)
	$(BIN)/python -m bench.store_crash --kills $(or $(KILLS),200)

bench-start: .venv/installed  ##+ process start to first answer, what loading costs, resident memory
	$(BIN)/python -m bench.start

format: .venv/installed  ## put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: .venv/installed  ## pin dependencies anew, with hashes
	$(BIN)/uv pip compile --quiet --universal --upgrade --python-version 3.11 --generate-hashes --no-header \
	  --no-annotate --no-emit-index-url --no-emit-find-links --output-file requirements.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --upgrade --python-version 3.11 --generate-hashes --no-header \
	  --no-annotate --no-emit-index-url --no-emit-find-links --extra dev --extra bench --extra mcp --extra postgresql \
	  --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml

	$(BIN)/uv pip compile --quiet --universal --upgrade --python-version 3.11 --generate-hashes --no-header \
	  --no-annotate --no-emit-index-url --no-emit-find-links --no-deps --extra vectors \
	  --constraint requirements.txt --output-file requirements-vectors.txt pyproject.toml

# An environment of its own: ja-ginza, of which only a file is read, asks for other versions of what we use.
.venv-vectors/installed: requirements.txt requirements-vectors.txt
	$(PYTHON) -m venv .venv-vectors
	.venv-vectors/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	.venv-vectors/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-vectors.txt
	@touch $@

vectors: .venv-vectors/installed  ##+ the word vectors made anew, into build/ (over an hour; ONE_IN=20 tries the way)
	.venv-vectors/bin/python -m bench.vectors --one-in $(or $(ONE_IN),1)

vectors-check: .venv-vectors/installed  ##+ the same, compared with those that are shipped
	.venv-vectors/bin/python -m bench.vectors --check --one-in $(or $(ONE_IN),1)

slack-compat: .venv/installed  ##+ the whole path against emulate, a Slack server that we did not write (npx), with strict scopes
	@$(BIN)/python -m tests.slack_compat

slack-types: .venv/installed  ## what the bot sends, by the compiler against Slack's @slack/types (npm; SUITE=1: all of the suite)
	@$(BIN)/python -m tests.slack_types $(if $(SUITE),--suite)

mcp-inspect: .venv/installed  ## both ways of MCP with a client that we did not write (npx; Node 22.19 or newer)
	@$(BIN)/python -m tests.inspect_mcp

oracle: .venv/installed  ##+ 10,000 random seasons of reminders against a plain oracle (SEASONS=1000 for fewer)
	$(BIN)/python -m bench.oracle

clean:  ## remove the environment and caches
	rm -rf .venv .venv-vectors build/vectors .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis *.egg-info

crash: .venv/installed  ##+ reminders: processes killed at 1,000 random moments and every step; 0 lost, 0 doubled (ENGINE=postgresql)
	$(BIN)/python -m bench.crash --engine $(or $(ENGINE),sqlite) --kills $(or $(KILLS),1000)

bench-cities: .venv/installed  ##+ a prefecture on one PostgreSQL: times, memory, connections (CITIES=10 for less)
	$(BIN)/python -m bench.cities --cities $(or $(CITIES),60)

failover: .venv/installed  ##+ PostgreSQL's primary killed under load, its standby promoted: 0 lost, 0 doubled (TIMES=5)
	$(BIN)/python -m bench.failover --times $(or $(TIMES),5)

demo-reminders: .venv/installed  ## a season of reminders in fast-forward: what each section got
	@$(BIN)/python -m tests.demo_reminders

bench-reminders: .venv/installed  ##+ 500 reminders due in one minute while /jigyo is answered
	$(BIN)/python -m bench.reminders

bench-http: .venv/installed  ##+ /jigyo over signed HTTP next to an empty Bolt listener
	@$(BIN)/python -m bench.http

soak: .venv/installed  ##+ ten minutes of 100 requests a second, then 300, then 1,000 (SECONDS=120 for less)
	@$(BIN)/python -m bench.soak --seconds $(or $(SECONDS),600)

faults: .venv/installed  ##+ disk, database, clock and Slack broken one by one: what people see, what recovers
	@$(BIN)/python -m bench.faults

fuzz: .venv/installed  ##+ hostile input through every way in: nothing unhandled, slow or large (COUNT=200 for less)
	@$(BIN)/python -m bench.fuzz $(if $(COUNT),--count $(COUNT))
