"""Whether an error means that memory ran out, on a GPU or on the CPU."""

from __future__ import annotations

import torch

_SHORT_OF_MEMORY = (
    "CUDA error: out of memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
    "Triton Error [CUDA]: out of memory",
    # On the CPU torch raises a plain RuntimeError.
    "not enough memory",
    "can't allocate memory",
)


def is_out_of_memory(error: BaseException) -> bool:
    """Tells whether there was too little memory, also where torch's allocator was not asked."""
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or any(
        words in str(error) for words in _SHORT_OF_MEMORY
    )
