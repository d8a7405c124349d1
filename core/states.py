"""The state of each attention module of a model: made by its config where there is none yet.

A config may hold settings for all of the model (`CONFIG_KEY`) and thresholds by module and head
(`THRESHOLDS_KEY`); it is all that a model loaded with attn_implementation="dap" has.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from types import FrameType

from torch import nn
from transformers import PreTrainedModel

from secateur.core.config import DapConfig
from secateur.core.profiles import body_of, is_attention, module_name
from secateur.core.statistics import ModuleState

NAME = "dap"
CONFIG_KEY = "dap"
THRESHOLDS_KEY = "dap_thresholds"
_STATE_KEY = "_dap_state"


def states(model: nn.Module) -> dict[str, ModuleState]:
    """Returns the states that there are, by module name."""
    found = ((name, known_state(module)) for name, module in model.named_modules())
    return {name: state for name, state in found if state is not None}


def known_state(module: nn.Module) -> ModuleState | None:
    """Returns a module's state if it has one."""
    return module.__dict__.get(_STATE_KEY)


def forget(module: nn.Module) -> None:
    """Drops a module's state."""
    module.__dict__.pop(_STATE_KEY, None)


def make_states(model: PreTrainedModel) -> None:
    """Gives the attention modules of a model that have no state the one that its config asks for.

    Raises:
        ValueError: The config holds a setting that is unknown or out of range.
    """
    body = body_of(model)
    by_module = getattr(body.config, THRESHOLDS_KEY, None) or {}
    for name, module in body.named_modules():
        if is_attention(module) and known_state(module) is None:
            settings = _settings(module if hasattr(module, "config") else body)
            own = by_module.get(module_name(body, name))
            if own is not None:
                settings = replace(settings, threshold=tuple(own))
            setattr(module, _STATE_KEY, ModuleState(name, settings))


def runs_dap(model: nn.Module) -> bool:
    """Tells whether a model, or a part of it, is under attention "dap"."""
    configs = (getattr(module, "config", None) for module in model.modules())
    return any(getattr(config, "_attn_implementation", None) == NAME for config in configs)


def state_of(module: nn.Module) -> ModuleState:
    """Returns a module's state; where it has none, its whole model's are made."""
    state = known_state(module)
    if state is None:
        model = _model_around(module)
        if model is not None:
            make_states(model)
        state = known_state(module) or ModuleState(type(module).__name__, _settings(module))
        setattr(module, _STATE_KEY, state)
    return state


def _settings(module: nn.Module) -> DapConfig:
    return DapConfig.from_dict(getattr(getattr(module, "config", None), CONFIG_KEY, None) or {})


def _model_around(module: nn.Module) -> PreTrainedModel | None:
    """Finds the outermost model whose call led to a module's.

    A module does not know its parents, and transformers tells the attention function no model; so
    it is looked for among the callers, once.
    """
    found = None
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        caller = frame.f_locals.get("self")
        if isinstance(caller, PreTrainedModel) and any(m is module for m in caller.modules()):
            found = caller
        frame = frame.f_back
    return found
