"""Models by name: those that ship, bases from packages, adapters, folders and hub ids."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, Literal

import torch
from transformers import (
    AutoConfig,
    AutoModel,
    AutoModelForCausalLM,
    AutoModelForSeq2SeqLM,
    AutoModelForTokenClassification,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from secateur.core.models import bases, lora
from secateur.core.models.shipped import shipped
from secateur.core.models.tagger import tagger_class

Task = Literal["tokens", "causal-lm", "seq2seq", "encoder"]

SHIPPED = ("finance", "clinical")

LOADERS: dict[Task, Any] = {
    "tokens": AutoModelForTokenClassification,
    "causal-lm": AutoModelForCausalLM,
    "seq2seq": AutoModelForSeq2SeqLM,
    "encoder": AutoModel,
}
_WORK = {"tokens": "labelling tokens", "causal-lm": "writing", "seq2seq": "writing"}


def read_model(
    name: str, task: Task, dtype: torch.dtype
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Reads a shipped model, a base, a folder or a hub id, in that order.

    Args:
        name: One of these.
        task: What it is to do.
        dtype: Of its weights.

    Raises:
        ValueError: The folder does not exist, or the model was not trained for the task.
        OSError: It cannot be read.
    """
    if task == "causal-lm" and name in bases.NAMES:
        return bases.load_causal_lm(name, dtype=dtype)
    source: str | Path = name
    if name in SHIPPED:
        source = shipped(name)
    elif name in bases.NAMES:
        source = bases.find(name)
    elif _looks_like_a_folder(name) and not Path(name).is_dir():
        raise ValueError(f"model folder {name} does not exist; check its path")
    if task == "causal-lm" and lora.is_adapter(source):
        model, tokenizer = read_model(lora.base_name(source), task, torch.float32)
        return lora.merge(model, source).to(dtype), tokenizer  # type: ignore[arg-type]
    loader = LOADERS[task]
    if task == "tokens":
        loader = tagger_class(AutoConfig.from_pretrained(source)) or loader
    # Transformers takes torch's attention where the model supports it.
    model, report = loader.from_pretrained(source, dtype=dtype, output_loading_info=True)
    if task != "encoder":
        _refuse_untrained(name, model, task, report["missing_keys"])
    return model, AutoTokenizer.from_pretrained(source)


def _refuse_untrained(
    name: str, model: PreTrainedModel, task: Task, missing: Collection[str]
) -> None:
    """Refuses a model whose head the file lacks: transformers fills it with random numbers."""
    head = sorted(key for key in missing if not key.startswith(f"{model.base_model_prefix}."))
    if head:
        raise ValueError(
            f"model {name} was not trained for {_WORK[task]}: it lacks {', '.join(head[:3])}; "
            "give one that was"
        )


def _looks_like_a_folder(name: str) -> bool:
    return name.startswith((".", "/", "~")) or name.count("/") > 1
