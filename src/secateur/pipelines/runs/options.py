"""How a pipeline is to be run, said without loading what runs it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from secateur.core.config import Attention as Attention  # for the page, too
from secateur.kernels.processor import multiplies_bfloat16
from secateur.pipelines.ingestion.files.limits import DEFAULT_LIMITS, Limits

Pipeline = Literal["finance", "clinical"]
Device = Literal["auto", "cpu", "cuda"]
Dtype = Literal["fp32", "bf16", "fp16", "int8"]

FLOATS: tuple[Dtype, ...] = ("fp32", "bf16", "fp16")
"""Numbers that models compute in."""

INT8: Dtype = "int8"
"""What a model may compute in beside `FLOATS`: weights in bytes, all else in bfloat16."""


def usual_dtype() -> Dtype:
    """What a user who does not choose gets: bf16 where the processor multiplies it, else fp32."""
    return "bf16" if multiplies_bfloat16() else "fp32"


@dataclass(frozen=True)
class RunOptions:
    """How to run a pipeline.

    Attributes:
        attention: "dap" or "full".
        threshold: DAP threshold in units of the uniform share; None is the model's own.
        model: Name, folder or hub id; None is the model that ships for the pipeline.
        dtype: "fp32", "bf16" or "fp16"; "int8" for a decoder's weights in bytes under bf16.
        device: "auto", "cpu" or "cuda"; auto takes a GPU where there is one.
        profile: File of a calibration profile, or a domain whose profile ships for the model;
            instead of a threshold.
        target_error: Relative output error that the profile's thresholds keep to; None is the
            profile's own.
        target_speedup: Speed of attention against torch's that they reach instead.
        limits: Bounds on the files that are read.
    """

    attention: Attention = "dap"
    threshold: float | None = None
    model: str | Path | None = None
    dtype: Dtype = "fp32"
    device: Device = "auto"
    profile: str | Path | None = None
    target_error: float | None = None
    target_speedup: float | None = None
    limits: Limits = DEFAULT_LIMITS

    def __post_init__(self) -> None:
        """Refuses an attention that there is not, and a threshold that none has.

        Raises:
            ValueError: The attention is not known, or the threshold below 0 or not finite.
        """
        if self.attention not in (known := get_args(Attention)):
            raise ValueError(f"unknown attention {self.attention!r}; one of {', '.join(known)}")
        if self.threshold is not None and not 0 <= self.threshold < math.inf:
            raise ValueError(f"threshold {self.threshold} is not a number of 0 or more")
