# The kernel's and the selection's tests on an extension built with AddressSanitizer and UBSan, beside the usual one:
# a copy of the tree under build/sanitize holds it, first on the path.

.PHONY: sanitize

SANITIZE_DIR := build/sanitize
SANITIZERS = $(foreach lib,asan ubsan stdc++,$(shell $(CXX) -print-file-name=lib$(lib).so))

test-all: sanitize

sanitize: setup
	rm -rf $(SANITIZE_DIR)
	mkdir -p $(SANITIZE_DIR)/secateur/kernels
	SECATEUR_SANITIZE=address,undefined $(PYTHON) setup.py -q build_ext \
	    --build-temp $(SANITIZE_DIR)/objects --build-lib $(SANITIZE_DIR)
	test -f $(SANITIZE_DIR)/secateur/kernels/_C.abi3.so
	cp src/secateur/kernels/*.py $(SANITIZE_DIR)/secateur/kernels
	cp src/secateur/__init__.py $(SANITIZE_DIR)/secateur
	ln -s $(foreach part,app core models pipelines,$(CURDIR)/src/secateur/$(part)) $(SANITIZE_DIR)/secateur
	PYTHONPATH=$(SANITIZE_DIR) LD_PRELOAD="$(SANITIZERS)" \
	    ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
	    $(PYTHON) -m pytest tests/kernels tests/core/test_native_selection.py -p no:cacheprovider \
	    --deselect tests/kernels/test_operator.py --ignore-glob '*/test_triton*' $(PYTEST_ARGS)
