# The gate: what the product finds in fixed documents, against the results and scores committed in
# benchmarks/golden. QUALITY_ARGS=--write renews them.

.PHONY: quality quality-full

# Threads sleep soon, as in the command itself, where the machine has other work.
GOLDEN := GOMP_SPINCOUNT=10000 PYTHONPATH=benchmarks $(PYTHON) -m golden.gate

quality: setup
	$(GOLDEN) $(QUALITY_ARGS)

# Validation filings and notes; skipped without the folder of public data sets.
quality-full: setup
	$(GOLDEN) --full $(or $(DATA),../shared/data) $(QUALITY_ARGS)
