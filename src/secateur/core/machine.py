"""The machine that a measurement was made on."""

from __future__ import annotations

import platform

import torch

from secateur.kernels.ops import native_status


def machine() -> dict[str, str]:
    """Names what a measured threshold depends on."""
    return {
        "processor": platform.processor() or platform.machine(),
        "threads": str(torch.get_num_threads()),
        "kernel": native_status()[1],
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else "none",
        "torch": torch.__version__,
    }
