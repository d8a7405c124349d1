"""Which model a pipeline runs and how: one place for the command line, the page and the library."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from huggingface_hub import constants, try_to_load_from_cache
from transformers import AutoConfig, PreTrainedModel, PreTrainedTokenizerBase

from secateur.core import hf, profile_files
from secateur.core.config import Attention
from secateur.core.models import bases, lora
from secateur.core.models import files as model_files
from secateur.core.models.shipped import shipped_models
from secateur.core.profiles import Profile
from secateur.pipelines.document.models import check_tagger, check_writer
from secateur.pipelines.document.validation import check
from secateur.pipelines.errors import UsageError, usage_errors
from secateur.pipelines.runs.memory import keep_few_products, keep_freed_memory
from secateur.pipelines.runs.options import INT8, Dtype, Pipeline, RunOptions

DTYPES: dict[Dtype, torch.dtype] = {
    "fp32": torch.float32,
    "bf16": torch.bfloat16,
    "fp16": torch.float16,
}

_DEFAULTS: dict[Pipeline, tuple[str, model_files.Task]] = {
    "finance": ("finance", "tokens"),
    "clinical": ("clinical", "causal-lm"),
}
_FOR = {"finance": "reports (entities, view)", "clinical": "notes (summarize)"}


@dataclass(frozen=True)
class LoadedModel:
    """A model with its tokenizer, ready for a pipeline.

    Attributes:
        model: The model.
        tokenizer: Its tokenizer.
        profile: Gives every head its threshold where none is asked for.
        target_error: What the profile's thresholds keep to, see `RunOptions`.
        target_speedup: What they reach instead.
    """

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    profile: Profile | None = None
    target_error: float | None = None
    target_speedup: float | None = None

    def use(
        self,
        attention: Attention,
        threshold: float | None = None,
        exact_below: int | None = None,
    ) -> None:
        """Switches the attention and clears the statistics.

        Args:
            attention: "dap" or "full".
            threshold: DAP threshold; None is the profile's, the model's own or the default.
            exact_below: Inputs of at most this many tokens are not pruned; None is the model's own.

        Raises:
            UsageError: The profile or a target does not fit; the message says why.
        """
        if attention == "full":
            hf.disable(self.model)
            return
        settings: dict[str, Any] = {} if exact_below is None else {"exact_below": exact_below}
        with usage_errors():
            hf.enable(
                self.model,
                threshold=threshold,
                profile=self.profile,
                target_error=self.target_error,
                target_speedup=self.target_speedup,
                **settings,
            )

    def reset_statistics(self) -> None:
        """Forgets what earlier runs kept and took."""
        hf.reset_statistics(self.model)


def load_model(pipeline: Pipeline, options: RunOptions | None = None) -> LoadedModel:
    """Loads the pipeline's model; from then on this process keeps the memory that it frees.

    Args:
        pipeline: "finance" or "clinical".
        options: What to load and how; None is the model that ships, pruned.

    Returns:
        The model with its attention chosen.

    Raises:
        UsageError: Pipeline, model, dtype, device or profile is not to be had; the message says
            what to do.
    """
    _check_pipeline(pipeline)
    options = options or RunOptions()
    check(options, RunOptions)
    keep_freed_memory()
    keep_few_products()
    name, task = _DEFAULTS[pipeline]
    int8 = options.dtype == INT8
    if int8 and pipeline == "finance":
        raise UsageError("dtype int8 speeds up writing, which the entity model does not; use bf16")
    if not int8 and options.dtype not in DTYPES:
        raise UsageError(f"unknown dtype {options.dtype!r}; one of {', '.join((*DTYPES, INT8))}")
    dtype = torch.bfloat16 if int8 else DTYPES[options.dtype]
    name = str(options.model or name)
    _check_name(name, pipeline)
    task = "seq2seq" if task == "causal-lm" and _has_encoder(name) else task
    device = _device(options.device)
    try:
        profile = None if options.profile is None else read_profile(options.profile, name)
        model, tokenizer = hf.load(
            name, task, attention="full", dtype=dtype, device=device, int8=int8
        )
        loaded = LoadedModel(
            model, tokenizer, profile, options.target_error, options.target_speedup
        )
        if options.attention == "dap":
            loaded.use("dap", options.threshold)
    except (ValueError, RuntimeError) as error:
        raise UsageError(str(error)) from error
    return loaded


def check_loaded(loaded: LoadedModel, pipeline: Pipeline) -> None:
    """Refuses a loaded model that does not do a pipeline's task.

    Args:
        loaded: The model with its tokenizer.
        pipeline: "finance" or "clinical".

    Raises:
        UsageError: The pipeline is not known, or the model does not do its task.
    """
    _check_pipeline(pipeline)
    check = check_tagger if pipeline == "finance" else check_writer
    check(loaded.model, loaded.tokenizer)


def _check_pipeline(pipeline: object) -> None:
    if pipeline not in list(_DEFAULTS):  # what cannot be a key is none of them either
        raise UsageError(f"unknown pipeline {pipeline!r}; one of {', '.join(_DEFAULTS)}")


def _check_name(name: str, pipeline: Pipeline) -> None:
    """Refuses a name at once that stands for no model here.

    Raises:
        UsageError: It is the other pipeline's, or a hub id that is neither kept here nor to be had.
    """
    own, _ = _DEFAULTS[pipeline]
    if name in _DEFAULTS and name != own:
        raise UsageError(
            f"model {name} is for {_FOR[name]}; give {own}, a folder with a model, or a hub id"
        )
    known = name in _DEFAULTS or name in bases.NAMES or Path(name).is_dir()
    # What looks like a folder is told to be none when it is read.
    if known or model_files.looks_like_a_folder(name):
        return
    try:
        kept = try_to_load_from_cache(name, "config.json")
    except ValueError:  # no id of the hub
        kept = None
    if kept is None and (constants.is_offline_mode() or not bases.hub_answers()):
        raise UsageError(
            f"model {name}: there is no such folder, and the Hugging Face hub cannot be reached; "
            f"give {own}, or a folder with a model"
        )


def _has_encoder(name: str) -> bool:
    """Tells whether a model is an encoder with a decoder; one that cannot be read is not."""
    if name in shipped_models() or name in bases.NAMES or lora.is_adapter(name):
        return False
    try:
        return bool(AutoConfig.from_pretrained(name).is_encoder_decoder)
    except (OSError, ValueError, KeyError):
        return False


def read_profile(name: str | Path, model: str) -> Profile:
    """Reads a profile by its file, or by the domain whose profile ships for the model.

    Args:
        name: A file, or "finance" or "clinical".
        model: Name of the model that runs.

    Returns:
        The profile.

    Raises:
        ValueError: There is none; the message names it and the way out.
    """
    if Path(name).suffix == ".json" or Path(name).is_file():
        return profile_files.read(name)
    return profile_files.shipped(str(name), model)


def _device(name: str) -> str:
    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if name == "cuda" and not torch.cuda.is_available():
        raise UsageError("no CUDA device is available; use --device cpu or auto")
    if name not in ("cpu", "cuda"):
        raise UsageError(f"unknown device {name!r}; one of auto, cpu, cuda")
    return name
