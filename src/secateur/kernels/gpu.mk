# The Triton kernels without a GPU: compiled for every card here, run in Triton's interpreter by the
# tests. Triton (285 MB) is left out of the usual set-up, so these targets and CI bring it.

.PHONY: gpu-setup gpu-compile gpu-table

test-all: gpu-compile

gpu-setup: setup
	$(PYTHON) -c 'import triton' 2> /dev/null || $(PIP) install 'triton>=3.4'

# CARDS="80 90" narrows it to some compute capabilities.
gpu-compile: gpu-setup
	$(PYTHON) scripts/compile_gpu.py $(if $(CARDS),--cards $(CARDS))

gpu-table: gpu-setup
	$(PYTHON) scripts/compile_gpu.py --write docs/gpu.md
