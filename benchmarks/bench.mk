# Measuring, rendering and the gate. DATA names the folder of public data sets, where there is one.

.PHONY: bench bench-render bench-quick bench-check

BENCH_DATA := $(if $(DATA),--data $(DATA))
BENCH_NEW := build/bench

bench: setup
	$(PYTHON) benchmarks/run.py $(BENCH_DATA) $(BENCH_ARGS)
	$(PYTHON) benchmarks/render.py

bench-render: setup
	$(PYTHON) benchmarks/render.py

# Keeps the commands alive; its times are compared by bench-check alone, on a quiet machine.
bench-quick: setup
	rm -rf $(BENCH_NEW)
	$(PYTHON) benchmarks/run.py --quick --out $(BENCH_NEW)

test-all: bench-quick

bench-check: bench-quick
	$(PYTHON) benchmarks/check.py $(BENCH_NEW) $(BENCH_ARGS)
