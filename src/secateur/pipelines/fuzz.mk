# 20,000 broken files through the ingestion, half of them by hypothesis, half by atheris.

.PHONY: fuzz

FUZZ_INPUTS := 20000

test-all: fuzz

fuzz: setup
	SECATEUR_FUZZ_INPUTS=$(FUZZ_INPUTS) $(PYTHON) -m pytest tests/fuzz -p no:cacheprovider $(PYTEST_ARGS)
