"""Memory of a call beside what a process holds already."""

import pytest
import torch
from layer import taken_mib

pytestmark = pytest.mark.tree


def test_memory_freed_before_a_call_does_not_hide_what_it_takes():
    blocks = [bytes(4000) for _ in range(50_000)]
    kept = blocks[::1000]  # so that the heap cannot shrink by itself
    del blocks
    assert taken_mib(lambda: torch.ones(2**23)) == pytest.approx(32, abs=8)
    assert kept
