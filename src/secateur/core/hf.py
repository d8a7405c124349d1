"""DAP for Hugging Face models: importing this module registers the attention named "dap".

After the import, `from_pretrained(..., attn_implementation="dap")` is all that a plain script
needs. `enable`, `disable` and `statistics` set a model's threshold and show what it kept; their
state lives on the model's own modules and config, so models share it only where they were built
from one config object: its attention and its settings then hold for both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args

import torch
from torch import nn
from transformers import (
    AttentionInterface,
    AttentionMaskInterface,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from secateur.core import profile_files
from secateur.core.attention_modules import body_of
from secateur.core.config import Attention, DapConfig, Fallback
from secateur.core.interface import dap_attention_forward
from secateur.core.model_configs import ATTENTION_KEY, drops_layers, give_back, keep, own_settings
from secateur.core.model_masks import dap_mask
from secateur.core.models.files import LOADERS, Task, read_model
from secateur.core.models.linear import use_fast_products
from secateur.core.models.quantised import quantise
from secateur.core.profiles import Profile
from secateur.core.states import (
    CONFIG_KEY,
    NAME,
    STATE_KEY,
    THRESHOLDS_KEY,
    check_heads,
    forget,
    make_states,
    saved_settings,
    states,
)

_HOOK_KEY = "_dap_hook"
_OWN_KEY = "_dap_own_settings"
_IGNORES = (
    "{} computes its own attention and never calls transformers' attention interface, so "
    f'attn_implementation="{NAME}" would prune nothing. Use full attention (--attention full), or '
    "a model that supports the interface."
)


class IgnoredError(RuntimeError):
    """A model never called the attention that was chosen for it."""


def load(
    name_or_path: str | Path,
    task: Task,
    *,
    attention: Attention = "dap",
    domain: str | None = None,
    threshold: float | None = None,
    dtype: torch.dtype | None = None,
    device: str | torch.device | None = None,
    int8: bool = False,
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Loads a model with its tokenizer, ready to run in evaluation mode.

    Args:
        name_or_path: A model that ships, "smollm2-135m", "minilm-l6", a folder or a hub id.
        task: "tokens" (token classification), "causal-lm", "seq2seq" or "encoder".
        attention: "dap", or "full" for torch's own attention.
        domain: Thresholds by head from the profile that ships for the
            model and the domain, within its own target error.
        threshold: DAP threshold; None keeps the model's own or the default.
        dtype: Weights and activations; None is fp32.
        device: Where the model goes; None is the CPU.
        int8: Whether the weights of linear layers are rounded to bytes.

    Returns:
        Model and tokenizer.

    Raises:
        ValueError: The model is not found, cannot be read, or does not fit the task; the message
            says what to type.
        RuntimeError: The model would ignore DAP.
    """
    known: dict[str, tuple[str, ...]] = {"task": tuple(LOADERS), "attention": get_args(Attention)}
    for what, asked in (("task", task), ("attention", attention)):
        if asked not in known[what]:
            raise ValueError(f"unknown {what} {asked!r}; one of {', '.join(known[what])}")
    if not isinstance(name_or_path, str | Path):
        raise ValueError(f"{type(name_or_path).__name__} is no name of a model, nor a folder")
    if attention == "full" and (domain is not None or threshold is not None):
        raise ValueError('attention is "full"; a domain or a threshold needs "dap"')
    model, tokenizer = read_model(str(name_or_path), task, dtype or torch.float32)
    model.to(torch.device(device or "cpu"))  # type: ignore[arg-type]
    model.eval()
    if int8:
        quantise(model)
    else:
        use_fast_products(model)
    if attention == "dap":
        profile = None if domain is None else profile_files.shipped(domain, str(name_or_path))
        enable(model, threshold=threshold, profile=profile)
    return model, tokenizer


def enable(
    model: PreTrainedModel,
    *,
    threshold: float | None = None,
    profile: Profile | str | Path | None = None,
    target_error: float | None = None,
    target_speedup: float | None = None,
    fallback: Fallback | None = None,
    **settings: Any,
) -> PreTrainedModel:
    """Switches a model to DAP and clears its statistics.

    Args:
        model: Any model that calls transformers' attention interface, with peft's adapters or
            without.
        threshold: In units of the uniform share; 0.0 is full attention through our kernels, None
            keeps what the model's config says, or the default.
        profile: A calibration profile or its file: every head gets its own threshold.
        target_error: Relative output error that the profile's thresholds keep to; None is the
            profile's own.
        target_speedup: Speed of attention against torch's that they reach instead.
        fallback: What is recovered by dense attention: "auto", True (all) or False (nothing), see
            `DapConfig`; None keeps what the model's config says.
        **settings: Other fields of `DapConfig`.

    Returns:
        The same model.

    Raises:
        ValueError: A setting is out of range, or the profile is damaged or another model's.
        RuntimeError: The model computes its own attention and would ignore the setting; raised
            here where transformers knows it, else at the first forward call.
    """
    body = body_of(model)
    values = {**saved_settings(body.config), **settings}
    came_with = getattr(body.config, THRESHOLDS_KEY, None) or {}
    by_module: dict[str, Sequence[float]] = came_with if threshold is None else {}
    if profile is not None:
        if threshold is not None:
            raise ValueError("give a threshold or a profile, not both")
        profile = profile if isinstance(profile, Profile) else profile_files.read(profile)
        profile.check(body)
        choice = profile.choose(target_error=target_error, target_speedup=target_speedup)
        by_module, threshold = dict(choice.thresholds), profile.start_threshold
    elif target_error is not None or target_speedup is not None:
        raise ValueError("a target error or a target speedup needs a profile")
    given = {"threshold": threshold, "fallback": fallback}
    values |= {name: value for name, value in given.items() if value is not None}
    config = DapConfig.from_dict(values)
    check_heads(body, config.threshold, by_module)
    own = own_settings(body)
    _switch(body)
    body.__dict__.setdefault(_OWN_KEY, own)
    for each, _ in own:
        setattr(each, CONFIG_KEY, config.to_dict())
    keep(body.config, THRESHOLDS_KEY, by_module)
    for module in body.modules():
        _forget(module)
    make_states(body)
    setattr(body, _HOOK_KEY, body.register_forward_hook(refuse_ignored))
    return model


def disable(model: PreTrainedModel) -> PreTrainedModel:
    """Gives a model the attention back that it had before `enable`, and drops its statistics.

    Parts of a model that had attentions of their own get these. One that was loaded with DAP gets
    torch's own, or where it does not support that, its own. Its DAP settings go back to those that
    it came with, or to none.

    Args:
        model: Any model, under DAP or not.

    Returns:
        The same model.
    """
    body = body_of(model)
    give_back(body.__dict__.pop(_OWN_KEY, None) or own_settings(body))
    for module in body.modules():
        _forget(module)
    return model


@contextmanager
def restored(model: PreTrainedModel) -> Iterator[None]:
    """Leaves a model, however it is switched meanwhile, as it was: attention, settings, counts.

    Args:
        model: Any model, under DAP or not.

    Yields:
        Nothing; the model may be enabled and disabled inside.
    """
    body = body_of(model)
    found = [
        (config, {**own, ATTENTION_KEY: config._attn_implementation})
        for config, own in own_settings(body)
    ]
    keys = (_OWN_KEY, _HOOK_KEY, STATE_KEY)
    told = [
        (module, {key: module.__dict__.pop(key) for key in keys if key in module.__dict__})
        for module in body.modules()
    ]
    try:
        yield
    finally:
        disable(body)
        give_back(found)
        for module, own in told:
            module.__dict__.update(own)


def statistics(model: nn.Module) -> dict[str, dict[str, float]]:
    """Reports what each attention module kept since `enable`.

    Args:
        model: A model that ran under DAP; others give an empty report.

    Returns:
        By module name: calls, pruned_calls, density, kept_mass and recovered_share (0 to 1, means
        over the pruned calls, weighted equally), selection_ms and attention_ms (sums over all, in
        milliseconds). Modules that were not called are left out.

    Raises:
        ValueError: It is no model.
    """
    return {name: state.summary() for name, state in states(model).items() if state.calls}


def reset_statistics(model: nn.Module) -> None:
    """Sets every module's counts back to zero; settings stay.

    Args:
        model: Any model.

    Raises:
        ValueError: It is no model.
    """
    for state in states(model).values():
        state.reset()


def _switch(model: PreTrainedModel) -> None:
    """Sets the attention's name, and refuses where transformers only warns and goes on."""
    # BigBird's kin compute both of the kinds that their config chooses from by themselves.
    own = getattr(model.config, "attention_type", None) in ("block_sparse", "original_full")
    if own or not model._can_set_attn_implementation():
        raise IgnoredError(_IGNORES.format(type(model).__name__))
    model.set_attn_implementation(NAME)


def _forget(module: nn.Module) -> None:
    _remove_hook(module)
    forget(module)


def _remove_hook(module: nn.Module) -> None:
    hook = module.__dict__.pop(_HOOK_KEY, None)
    if hook is not None:
        hook.remove()


def refuse_ignored(model: nn.Module, args: Any, output: Any) -> None:
    """Refuses, after the first call that ran layers, a model of which no module asked for DAP.

    Args:
        model: The model, whose forward hook this is.
        args: Of the call; not looked at.
        output: Of the call; not looked at.

    Raises:
        IgnoredError: The model computes its own attention.
    """
    if getattr(model.config, "_attn_implementation", None) != NAME:
        return
    if not statistics(model):
        if model.training and drops_layers(model):
            return
        raise IgnoredError(_IGNORES.format(type(model).__name__))
    _remove_hook(model)


# Of these torch.compile would trace Python that no graph holds, anew in every call.
AttentionInterface.register(NAME, torch.compiler.disable(dap_attention_forward))
AttentionMaskInterface.register(NAME, torch.compiler.disable(dap_mask))
