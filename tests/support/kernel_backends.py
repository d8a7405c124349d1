"""The backends that share the kernel tests' cases."""

from __future__ import annotations

import importlib.util

import pytest

from secateur.kernels.native import INSTRUCTION_SETS

needs_triton = pytest.mark.skipif(
    importlib.util.find_spec("triton") is None,
    reason="Triton is not installed; pip install 'secateur[gpu]' brings it",
)
# Without a GPU these run in Triton's interpreter, seconds each: test_triton.py is the quick set.
_TRITON = pytest.param("triton", "", id="triton", marks=[pytest.mark.slow, needs_triton])

BACKENDS = [
    pytest.param("portable", "", id="portable"),
    *(pytest.param("native", name, id=name) for name in INSTRUCTION_SETS),
    _TRITON,
]
"""Each backend, the native one with each instruction set that this processor runs."""

CHOICES = ["auto", "portable", pytest.param("triton", marks=[pytest.mark.slow, needs_triton])]
"""The same without instruction sets."""
