# Runs over a folder killed at fifty random moments and resumed; `make soak KILLS=500` for longer.
# Not part of test-all yet: one of fifty kills left a temporary file behind (docs/guides/batch.md).

.PHONY: soak

KILLS := 50

soak: setup
	PYTHONPATH=tests/support $(PYTHON) tests/support/batch_kills.py --kills $(KILLS)
