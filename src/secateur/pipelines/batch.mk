# Runs over a folder killed at fifty random moments and resumed; `make soak KILLS=500` for longer.

.PHONY: soak

KILLS := 50

test-all: soak

soak: setup
	PYTHONPATH=tests/support $(PYTHON) tests/support/batch_kills.py --kills $(KILLS)
