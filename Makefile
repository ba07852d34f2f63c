# Linli. The two commands of a new installation: `make setup`, `make demo`.
PYTHON ?= python3
BIN := .venv/bin
.NOTPARALLEL:
.PHONY: setup roster dev needs demo test check unit unit-postgres browser fault bench bench-gate bench-permits bench-import bench-search bench-board bench-rounds bench-roster bench-nrp bench-manifest bench-handover messages lock clean help

help:            ## what there is to make
	@grep -E '^[a-z-]+: .*##|^[a-z-]+:  *##' Makefile | sed -E 's/:.*## /\t/' | expand -t 16

setup:           ## .venv with .venv/bin/linli; quick the second time
	@$(PYTHON) scripts/bootstrap.py

dev:             ## setup and the tools for testing
	@$(PYTHON) scripts/bootstrap.py --dev --quiet

roster: setup    ## the solver that proposes rosters (OR-Tools, 200 MB); without it a simple way does
	@$(PYTHON) scripts/bootstrap.py --roster --quiet

demo: roster     ## a fictional neighbourhood in your browser; neither root nor a browser needed to start it
	@$(BIN)/linli demo

needs: dev       ## Chromium and CJK fonts for the browser suite: installs them as root, else says what to install
	@$(BIN)/python scripts/system_needs.py

check: dev       ## lint, types, contracts, budgets and every other rule a machine keeps
	@$(BIN)/python scripts/run_steps.py check

test: needs      ## everything, on SQLite and PostgreSQL, with a browser
	@$(BIN)/python scripts/run_steps.py check unit unit-postgres browser fault

unit: dev        ## the unit suite on SQLite
	@$(BIN)/python scripts/run_steps.py unit

unit-postgres: dev  ## the unit suite on PostgreSQL
	@$(BIN)/python scripts/run_steps.py unit-postgres

browser: needs   ## the browser suite
	@$(BIN)/python scripts/run_steps.py browser

fault: dev       ## kill tests
	@$(BIN)/python scripts/run_steps.py fault

bench: bench-gate bench-permits bench-import bench-search bench-board bench-rounds bench-roster bench-nrp bench-manifest bench-handover  ## every measurement; results in docs/benchmarks.md

bench-gate: dev  ## the online gate check beside the baseline, batches beside bulk_create; fails below a floor; GATE=--quick for less
	@$(BIN)/python bench/gate.py $(GATE)

bench-permits: dev  ## 3,500 cards
	@$(BIN)/python bench/permits.py

bench-import: dev  ## the office's register
	@$(BIN)/python bench/imports.py

bench-search: dev  ## search among 100,000 persons; every median under 50 ms; SEARCH=--quick for less
	@$(BIN)/python bench/search.py --postgres $(SEARCH)

bench-board: dev  ## the pages of one neighbourhood among 1, 10 and 100; BOARD=--quick or BOARD="--cities 1,10" for less (100 takes 5 GB and ten minutes)
	@$(BIN)/python bench/board.py $(BOARD)

bench-rounds: dev  ## opening a round of 100,000 targets beside bulk_create, coverage by zone over 100,000 visits; ROUNDS=--quick for less
	@$(BIN)/python bench/rounds.py $(ROUNDS)

bench-roster: dev  ## 616 duties for 40 people in 20 s and in 60 s; fails below the floor; 90 seconds
	@$(BIN)/python bench/roster.py $(ROSTER)

bench-nrp: dev   ## the public rostering instances 1-5 beside the best known; two minutes
	@$(BIN)/python bench/nrp.py $(NRP)

bench-manifest: dev  ## 303 travellers beside 100,000 residents; fails above 5 s
	@$(BIN)/python bench/manifest.py

bench-handover: dev  ## alarms with 10,000 open hand-overs; fails above one turn of the worker, or a transaction above 200 ms; HANDOVER=--quick for less
	@$(BIN)/python bench/handover.py $(HANDOVER)

messages: dev    ## bring every app's translations up to date with its code (then fill in what is empty)
	@$(BIN)/python scripts/extract_messages.py
	@$(BIN)/python scripts/compile_messages.py

lock: dev        ## lock the newest allowed versions with hashes
	@bash scripts/lock.sh

clean:           ## remove what can be made again (not .venv)
	@rm -rf .cache build dist
	@find src -name '*.mo' -delete
