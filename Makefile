# make run    the demo newspaper, archived and searchable at the printed address; nothing but this folder is touched
# make run SITES="https://... https://..."    the same with real sites
# make test   the whole gate

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PORT ?= 8080
BIN := .venv/bin
# The constraints hold for what is built on the way, too (newer versions of pip read the second variable for that).
PIP := PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt \
	$(BIN)/python -m pip --disable-pip-version-check install --quiet

# As pip does for what is not editable, so that the first command need not.
COMPILE := $(BIN)/python -m compileall -q archive index newsarchive

REPLAYWEBPAGE := 2.5.3

.PHONY: run test lint format bench interop fuzz soak clean
.DELETE_ON_ERROR:

run: .venv/ready
ifdef SITES
	$(BIN)/newsarchive --home home/sites run --port $(PORT) $(SITES)
else
	$(BIN)/newsarchive --home home/demo demo --port $(PORT)
endif

test: lint
	$(BIN)/python -m pytest --numprocesses auto

lint: .venv/dev-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/dev-ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev-ready
	$(BIN)/python -m benchmarks

# Other people's WARC tools on our files. They pin old libraries, so that they have an environment of their own.
interop: .venv/dev-ready .venv-interop/ready .venv-interop/replaywebpage/package.json
	$(BIN)/python -m pytest -m interop

# Whatever reads bytes of strangers, FUZZ_SECONDS (300) each; findings are written to home/fuzz.
fuzz: .venv-fuzz/ready
	.venv-fuzz/bin/python tests/fuzzing

# A thousand kills of the archive, a thousand of the index, and a thousand losses of power; then crawls of sources that misbehave in turn, SOAK_MINUTES (30),
# with a clock that runs fast.
soak: .venv/dev-ready
	$(BIN)/python tests/soak/kills.py 1000
	$(BIN)/python tests/soak/index_kills.py 1000
	$(BIN)/python tests/soak/power.py 1000
	$(BIN)/python tests/soak

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "newsarchive needs Python 3.11 or newer: install it, or say make PYTHON=..."; exit 1; }
	$(PYTHON) -m venv .venv

.venv/ready: pyproject.toml constraints.txt | .venv/bin/python
	$(PIP) --editable .
	$(COMPILE)
	@touch $@

.venv/dev-ready: pyproject.toml constraints.txt | .venv/bin/python
	$(PIP) --editable '.[dev]'
	$(COMPILE)
	@touch $@ .venv/ready

.venv-interop/ready: constraints-interop.txt
	$(PYTHON) -m venv .venv-interop
	.venv-interop/bin/python -m pip --disable-pip-version-check install --quiet --requirement constraints-interop.txt
	@touch $@

# The player of WACZ files, as it is published: files for a browser, of which nothing is run here.
.venv-interop/replaywebpage/package.json: .venv-interop/ready
	cd .venv-interop && npm pack --silent replaywebpage@$(REPLAYWEBPAGE) && mkdir -p replaywebpage && \
		tar -xzf replaywebpage-$(REPLAYWEBPAGE).tgz -C replaywebpage --strip-components=1
	@touch $@

# What newsarchive is measured beside. Their pins are complete, so that nothing is resolved.
.venv-peers/ready: constraints-peers.txt
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --requirement constraints-peers.txt
	@touch $@

.venv-fuzz/ready: constraints-fuzz.txt pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv-fuzz
	PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt .venv-fuzz/bin/python -m pip \
		--disable-pip-version-check install --quiet --requirement constraints-fuzz.txt --editable .
	@touch $@

clean:
	rm -rf .venv .venv-interop .venv-peers .venv-fuzz home dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
