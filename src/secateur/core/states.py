"""What each attention module of a model was told and did: its state, made by the model's config.

A config may hold settings for all of the model (`CONFIG_KEY`) and thresholds by module and head
(`THRESHOLDS_KEY`); it is all that a model loaded with attn_implementation="dap" has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from inspect import currentframe
from threading import Lock, local
from traceback import walk_stack
from typing import Any

from torch import Tensor, nn
from transformers import PreTrainedModel

from secateur.core.attention import AttentionCall, AttentionReport
from secateur.core.attention_modules import body_of, heads_of, is_attention, module_name
from secateur.core.config import DapConfig

NAME = "dap"
CONFIG_KEY = "dap"
THRESHOLDS_KEY = "dap_thresholds"
STATE_KEY = "_dap_state"

_MEANS = {"density": 1.0, "kept_mass": 1.0, "recovered_share": 0.0}
_TIMES = ("selection_ms", "attention_ms")
# One for all states, as a state is copied and pickled with its model.
_counting = Lock()


@dataclass(eq=False)
class ModuleState:
    """Settings and running totals of one attention module; each is a key of its own.

    Attributes:
        name: The module's name within its model.
        config: Its pruning settings.
        calls: Attention calls since the state was made or reset.
        pruned_calls: Those that made a selection.
    """

    name: str
    config: DapConfig
    calls: int = 0
    pruned_calls: int = 0
    # On a GPU these stay there, so that nobody waits for them before they are read.
    _sums: dict[str, float | Tensor] = field(default_factory=dict)

    def record(self, report: AttentionReport) -> None:
        """Adds one call."""
        names = (*_MEANS, *_TIMES) if report.pruned else _TIMES
        with _counting:
            self.calls += 1
            self.pruned_calls += report.pruned
            self._add({name: getattr(report, name) for name in names})

    def record_again(self, share: float, milliseconds: float, *, pruned: bool) -> None:
        """Counts queries that were run again over all keys with the call they belong to.

        Args:
            share: Of the call's queries, 0 to 1.
            milliseconds: What that took.
            pruned: Whether the call was.
        """
        means = {"density": share, "recovered_share": share} if pruned else {}
        with _counting:
            self._add({"attention_ms": milliseconds, **means})

    def reset(self) -> None:
        """Sets the counts back to zero; settings stay."""
        with _counting:
            self.calls = self.pruned_calls = 0
            self._sums.clear()

    def summary(self) -> dict[str, float]:
        """Returns means over the pruned calls, and sums of the times over all."""
        with _counting:
            calls, pruned, sums = self.calls, self.pruned_calls, dict(self._sums)
        means = {
            name: float(sums[name]) / pruned if pruned else unpruned
            for name, unpruned in _MEANS.items()
        }
        times = {name: float(sums.get(name, 0.0)) for name in _TIMES}
        return {"calls": calls, "pruned_calls": pruned, **means, **times}

    def _add(self, amounts: dict[str, float | Tensor]) -> None:
        for name, amount in amounts.items():
            so_far = self._sums.get(name, 0.0)
            if isinstance(so_far, Tensor) and isinstance(amount, Tensor):
                # The model may have been moved, or a replica of it run, to another GPU.
                so_far = so_far.to(amount.device)
            self._sums[name] = so_far + amount


class _Asked(local):
    """What a thread asks of its own attention calls; others may run the same model meanwhile.

    Attributes:
        observe: Shown every call with the state of its module; None for nobody.
        recall: Where set, a call's queries are a few of a document's that was run before; given
            the module's state and their keys and values it returns the whole document's, and
            whether that run's call was pruned.
    """

    observe: Callable[[ModuleState, AttentionCall], None] | None = None
    recall: Callable[[ModuleState, Tensor, Tensor], tuple[Tensor, Tensor, bool]] | None = None


asked = _Asked()


def states(model: nn.Module) -> dict[str, ModuleState]:
    """Returns the states that there are, by module name.

    Raises:
        ValueError: It is no model, but what holds one, for instance.
    """
    if not isinstance(model, nn.Module):
        raise ValueError(f"{type(model).__name__} is no model; give the model that it holds")
    found = ((name, known_state(module)) for name, module in model.named_modules())
    return {name: state for name, state in found if state is not None}


def known_state(module: nn.Module) -> ModuleState | None:
    """Returns a module's state if it has one."""
    return module.__dict__.get(STATE_KEY)


def forget(module: nn.Module) -> None:
    """Drops a module's state."""
    module.__dict__.pop(STATE_KEY, None)


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
            # Another thread may have made it meanwhile.
            module.__dict__.setdefault(STATE_KEY, ModuleState(name, settings))


def check_heads(
    model: PreTrainedModel, threshold: object, by_module: Mapping[str, Sequence[float]]
) -> None:
    """Refuses thresholds by head that are not as many as the heads.

    Args:
        model: The model.
        threshold: A tuple is for every module.
        by_module: By module name, instead.

    Raises:
        ValueError: A module has another number of heads.
    """
    body = body_of(model)
    for name, module in body.named_modules():
        given = by_module.get(module_name(body, name), threshold)
        heads = heads_of(module) if is_attention(module) else None
        if heads is not None and isinstance(given, Sequence) and len(given) != heads:
            raise ValueError(f"{len(given)} thresholds for {heads} heads of module {name}")


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
        own = ModuleState(type(module).__name__, _settings(module))
        state = module.__dict__.setdefault(STATE_KEY, own)
    return state


def saved_settings(config: object) -> dict[str, Any]:
    """Returns the settings that a model's config holds; empty where there are none.

    Raises:
        ValueError: What it holds is no table of settings.
    """
    values = getattr(config, CONFIG_KEY, None) or {}
    if not isinstance(values, dict):
        raise ValueError(f'"{CONFIG_KEY}" in the model\'s config holds no settings: {values!r}')
    return values


def _settings(module: nn.Module) -> DapConfig:
    return DapConfig.from_dict(saved_settings(getattr(module, "config", None)))


def _model_around(module: nn.Module) -> PreTrainedModel | None:
    """Finds the outermost model whose call led to a module's.

    A module does not know its parents, and transformers tells the attention function no model. But
    the function runs within the model's forward call, so that the model is the `self` of one of the
    callers, who are looked through once for each model.
    """
    callers = (frame.f_locals.get("self") for frame, _ in walk_stack(currentframe()))
    models = (caller for caller in callers if isinstance(caller, PreTrainedModel))
    around = [model for model in models if any(part is module for part in model.modules())]
    return around[-1] if around else None
