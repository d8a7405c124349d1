"""Models by name: those that ship, bases from packages, adapters, folders and hub ids."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import torch
from safetensors import SafetensorError
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
from secateur.core.models.shipped import shipped, shipped_models
from secateur.core.models.tagger import EntityTagger, tagger_class

Task = Literal["tokens", "causal-lm", "seq2seq", "encoder"]

LOADERS: dict[Task, Any] = {
    "tokens": AutoModelForTokenClassification,
    "causal-lm": AutoModelForCausalLM,
    "seq2seq": AutoModelForSeq2SeqLM,
    "encoder": AutoModel,
}
_WORK = {"tokens": "labelling tokens", "causal-lm": "writing", "seq2seq": "writing"}
# What transformers and those below it raise for files that they cannot make a model of.
_UNREADABLE = (KeyError, OSError, RuntimeError, SafetensorError, TypeError, ValueError)


def read_model(
    name: str, task: Task, dtype: torch.dtype
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Reads a shipped model, a base, a folder or a hub id, in that order.

    Args:
        name: One of these.
        task: What it is to do.
        dtype: Of its weights.

    Returns:
        Model and tokenizer.

    Raises:
        ValueError: The folder does not exist, the model cannot be read, or it was not trained for
            the task; the message names it.
    """
    if task == "causal-lm" and name in bases.NAMES:
        return bases.load_causal_lm(name, dtype)
    source: str | Path = name
    if name in shipped_models():
        source = shipped(name)
    elif name in bases.NAMES:
        source = bases.find(name)
    elif looks_like_a_folder(name) and not Path(name).is_dir():
        raise ValueError(f"model folder {name} does not exist; check its path")
    if task == "causal-lm" and lora.is_adapter(source):
        model, tokenizer = read_model(lora.base_name(source), task, torch.float32)
        return lora.merge(model, source).to(dtype), tokenizer  # type: ignore[arg-type]
    with _named(name, task):
        model, report = _read_weights(source, task, dtype)
    _refuse_other_weights(name, report)
    if task != "encoder":
        _refuse_untrained(name, model, task, report["missing_keys"])
    elif isinstance(model, EntityTagger):
        model = model.bert
    with _named(name, task):
        return model, AutoTokenizer.from_pretrained(source)


@contextmanager
def _named(name: str, task: Task) -> Iterator[None]:
    """Makes one line of what is raised for files that are no model for the task."""
    try:
        yield
    except _UNREADABLE as error:
        reason = str(error).strip().partition("\n")[0].rstrip(" .:")
        raise ValueError(
            f"model {name} cannot be loaded: {reason}; give a folder or a hub id with a whole "
            f"model for task {task!r}"
        ) from error


def _read_weights(
    source: str | Path, task: Task, dtype: torch.dtype
) -> tuple[PreTrainedModel, dict[str, Any]]:
    """Reads a model, and says which of its weights the files lack and which they have beside."""
    loader = LOADERS[task]
    if task in ("tokens", "encoder"):
        loader = tagger_class(AutoConfig.from_pretrained(source)) or loader
    # Transformers takes torch's attention where the model supports it. Of weights of other sizes it
    # would only say that there are some.
    model, report = loader.from_pretrained(
        source, dtype=dtype, output_loading_info=True, ignore_mismatched_sizes=True
    )
    return model, report


def _refuse_other_weights(name: str, report: Mapping[str, Any]) -> None:
    """Refuses files whose weights the model of their config cannot take."""
    if report["mismatched_keys"]:
        key, found, expected = min(report["mismatched_keys"])
        raise ValueError(
            f"model {name} does not fit its config.json: {key} is {list(found)} and should be "
            f"{list(expected)}; give the config that it was saved with"
        )
    if any(key.endswith(".scales") for key in report["unexpected_keys"]):
        raise ValueError(
            f"model {name} was saved with weights in bytes; save it before it is quantised and "
            "load that with int8=True"
        )


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


def looks_like_a_folder(name: str) -> bool:
    """Tells whether a model's name can only be a folder's: a hub id is "model" or "owner/model"."""
    return name.startswith((".", "/", "~")) or name.count("/") > 1
