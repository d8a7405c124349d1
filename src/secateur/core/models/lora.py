"""Low-rank adapters over a frozen decoder: made, saved, and merged into the base.

The method is that of Hu et al., "LoRA" (arXiv 2106.09685), as peft implements it. An adapter is
merged into the weights when it is loaded, so a summary costs what it costs without one.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from peft import (
    LoraConfig,
    PeftModel,
    get_peft_model,
    get_peft_model_state_dict,
    set_peft_model_state_dict,
)
from peft.utils import CONFIG_NAME, SAFETENSORS_WEIGHTS_NAME
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from transformers import PreTrainedModel

_PROJECTIONS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


@dataclass(frozen=True)
class AdapterSettings:
    """Shape of an adapter.

    Attributes:
        rank: Rank of each update, 1 or more.
        alpha: Updates are scaled by alpha / rank.
        dropout: Chance (0 to 1) of dropping an input of the update.
        targets: Names of the linear layers that get one.
    """

    rank: int = 16
    alpha: int = 32
    dropout: float = 0.05
    targets: list[str] = field(default_factory=lambda: list(_PROJECTIONS))

    def __post_init__(self) -> None:
        if self.rank < 1:
            raise ValueError(f"rank must be 1 or more, got {self.rank}")
        if not 0 <= self.dropout < 1:
            raise ValueError(f"dropout must be 0 to 1, got {self.dropout}")


def attach(
    model: PreTrainedModel, settings: AdapterSettings, start: str | Path | None = None
) -> PeftModel:
    """Freezes a decoder and puts an adapter over it.

    Args:
        model: The decoder.
        settings: Shape of the adapter.
        start: Folder of an adapter of this shape to go on from; None makes a new one, whose
            update is zero.

    Returns:
        The decoder with the adapter, which alone is trained.

    Raises:
        ValueError: The model has no layer of the settings' names, or the adapter to go on from
            cannot be read or has another shape.
    """
    if start is not None:
        return _reopened(model, settings, start)
    config = LoraConfig(
        r=settings.rank,
        lora_alpha=settings.alpha,
        lora_dropout=settings.dropout,
        target_modules=list(settings.targets),
        task_type="CAUSAL_LM",
    )
    with _quiet():
        return get_peft_model(model, config)


def _reopened(model: PreTrainedModel, settings: AdapterSettings, start: str | Path) -> PeftModel:
    adapted = _with_saved(model, start, trainable=True)
    config: Any = adapted.peft_config["default"]
    saved = (config.r, config.lora_alpha, frozenset(config.target_modules))
    if saved != (settings.rank, settings.alpha, frozenset(settings.targets)):
        raise ValueError(
            f"{start}: has rank {config.r}, alpha {config.lora_alpha} and targets "
            f"{', '.join(sorted(config.target_modules))}; give the adapter to train the same"
        )
    for name, module in adapted.named_modules():
        if name.endswith("lora_dropout.default"):
            module.p = settings.dropout
    return adapted


@torch.no_grad()
def mix(model: PeftModel, folder: str | Path, share: float) -> None:
    """Moves an adapter part of the way back to where its training began.

    The mean of weights before and after a training can be better than either (Wortsman et al.,
    "Robust fine-tuning of zero-shot models", arXiv 2109.01903).

    Args:
        model: An adapter that `attach` began from `folder`.
        folder: The saved adapter.
        share: What `folder` counts, 0 to 1.
    """
    before = load_file(Path(folder) / SAFETENSORS_WEIGHTS_NAME)
    now = get_peft_model_state_dict(model, save_embedding_layers=False)
    mixed = {name: weight.lerp(before[name].to(weight), share) for name, weight in now.items()}
    set_peft_model_state_dict(model, mixed)


def save_adapter(model: PeftModel, folder: str | Path, base: str) -> None:
    """Writes an adapter in peft's form, fp16 safetensors; other files in the folder stay.

    Args:
        model: See `attach`.
        folder: Made where it is missing.
        base: Name of the base to load it over: one of `secateur.core.models.bases`, a folder or a
            hub id.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    state = get_peft_model_state_dict(model, save_embedding_layers=False)
    halves = {name: weight.half().contiguous() for name, weight in state.items()}
    save_file(halves, Path(folder) / SAFETENSORS_WEIGHTS_NAME)
    config: Any = model.peft_config["default"]
    config.base_model_name_or_path = base
    config.inference_mode = True
    config.target_modules = sorted(config.target_modules)  # a set, which has no order to rely on
    config.save_pretrained(str(folder))


def is_adapter(folder: str | Path) -> bool:
    """Says whether a folder holds an adapter rather than a whole model.

    Args:
        folder: Any path.

    Returns:
        Whether an adapter's config is there.
    """
    return (Path(folder) / CONFIG_NAME).is_file()


def base_name(folder: str | Path) -> str:
    """Reads the name of the base that an adapter was trained over.

    Args:
        folder: The adapter's.

    Returns:
        A name, folder or hub id.

    Raises:
        ValueError: The adapter's config does not say; the message names the file.
    """
    file = Path(folder) / CONFIG_NAME
    try:
        name = json.loads(file.read_text(encoding="utf-8")).get("base_model_name_or_path")
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"{file}: not an adapter's config: {error}") from error
    if not name or not isinstance(name, str):
        raise ValueError(f"{file}: base_model_name_or_path is missing")
    return name


def merge(model: PreTrainedModel, folder: str | Path) -> PreTrainedModel:
    """Adds a saved adapter to its base's weights.

    Args:
        model: The base; fp32 loses least.
        folder: See `save_adapter`.

    Returns:
        The base's own class, in evaluation mode, without a trace of peft.

    Raises:
        ValueError: The adapter's files cannot be read, or do not fit the base.
    """
    merged: PreTrainedModel = _with_saved(model, folder).merge_and_unload()
    return merged.eval()


def _with_saved(model: PreTrainedModel, folder: str | Path, trainable: bool = False) -> PeftModel:
    if not is_adapter(folder):
        raise ValueError(f"{folder}: no adapter here, {CONFIG_NAME} is missing")
    try:
        with _quiet():
            return PeftModel.from_pretrained(
                model, str(folder), is_trainable=trainable, low_cpu_mem_usage=not trainable
            )
    except (RuntimeError, SafetensorError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ValueError(f"{folder}: the adapter does not fit its base: {reason}") from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Holds back what peft's use of a name that transformers renamed would print."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*is_gradient_checkpointing", FutureWarning)
        yield
