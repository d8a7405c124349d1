"""Which model a pipeline runs and how: one place for the command line, the page and the library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from secateur.core import hf
from secateur.pipelines.errors import UsageError

Pipeline = Literal["finance", "clinical"]

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
_DEFAULTS: dict[Pipeline, tuple[str, hf.Task]] = {
    "finance": ("finance", "tokens"),
    "clinical": ("clinical", "causal-lm"),
}


@dataclass(frozen=True)
class RunOptions:
    """How to run a pipeline.

    Attributes:
        attention: "dap" or "full".
        threshold: DAP threshold in units of the uniform share; None is the model's own.
        model: Name, folder or hub id; None is the model that ships for the pipeline.
        dtype: "fp32", "bf16" or "fp16".
        device: "auto", "cpu" or "cuda"; auto takes a GPU where there is one.
    """

    attention: hf.Attention = "dap"
    threshold: float | None = None
    model: str | None = None
    dtype: str = "fp32"
    device: str = "auto"


@dataclass(frozen=True)
class LoadedModel:
    """A model with its tokenizer, ready for a pipeline."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase

    def use(self, attention: hf.Attention, threshold: float | None = None) -> None:
        """Switches the attention and clears the statistics.

        Args:
            attention: "dap" or "full".
            threshold: DAP threshold; None is the model's own or the default.
        """
        if attention == "dap":
            hf.enable(self.model, threshold=threshold)
        else:
            hf.disable(self.model)


def load_model(pipeline: Pipeline, options: RunOptions) -> LoadedModel:
    """Loads the pipeline's model.

    Args:
        pipeline: "finance" or "clinical".
        options: What to load and how.

    Returns:
        The model with its attention chosen.

    Raises:
        UsageError: Model, dtype or device is not to be had; the message says what to do.
    """
    name, task = _DEFAULTS[pipeline]
    if options.dtype not in DTYPES:
        raise UsageError(f"unknown dtype {options.dtype!r}; one of {', '.join(DTYPES)}")
    try:
        model, tokenizer = hf.load(
            options.model or name,
            task,
            attention=options.attention,
            threshold=options.threshold,
            dtype=DTYPES[options.dtype],
            device=_device(options.device),
        )
    except (ValueError, RuntimeError) as error:
        raise UsageError(str(error)) from error
    return LoadedModel(model, tokenizer)


def _device(name: str) -> str:
    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if name == "cuda" and not torch.cuda.is_available():
        raise UsageError("no CUDA device is available; use --device cpu or auto")
    if name not in ("cpu", "cuda"):
        raise UsageError(f"unknown device {name!r}; one of auto, cpu, cuda")
    return name
