"""Measures what pruning costs each attention head of a model on documents of a domain.

The model runs with full attention. At every call that DAP would prune, the same queries, keys and
values are pruned again at each threshold of a ladder, by the selection and the kernel that run
later, without recovery; the output is compared with that of full attention. Errors of one layer are
therefore measured on exact inputs: how they add up over layers is seen on held-out documents only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean

import torch
from torch import Tensor
from transformers import PreTrainedModel

from secateur.core.attention import AttentionCall
from secateur.core.attention_modules import body_of, module_weights
from secateur.core.config import DEFAULT_THRESHOLD, DapConfig
from secateur.core.entropy import mean_entropy, starting_threshold
from secateur.core.profiles import Choice, ModuleCurves, Profile
from secateur.core.pruned_calls import full_ms, observe, prune
from secateur.core.spans import SpanTable

LADDER = tuple(0.05 * 600 ** (step / 11) for step in range(12))
"""Thresholds from 0.05 to 30, each 1.79 times the one before."""


@dataclass(frozen=True)
class Described:
    """What a profile says of its making.

    Attributes:
        domain: Name of the domain.
        model: Name of the model, for people.
        versions: Of packages and machine.
        data: sha256 and number of the documents.
    """

    domain: str
    model: str
    versions: Mapping[str, str]
    data: Mapping[str, str | int]


def calibrate(
    model: PreTrainedModel,
    runs: Iterable[Callable[[], object]],
    described: Described,
    *,
    target_error: float = 0.1,
    ladder: Sequence[float] = LADDER,
    base: float = DEFAULT_THRESHOLD,
) -> Profile:
    """Measures a profile. Afterwards the model has the attention that it had before.

    Args:
        model: Any model that DAP supports, in evaluation mode.
        runs: Each runs the model once over one document, without padding.
        described: What the profile says of its making.
        target_error: Relative output error that the profile's thresholds keep to unless asked.
        ladder: Thresholds to measure, ascending, above 0; two or more.
        base: Threshold of a domain whose attention is all on one span.

    Returns:
        The profile.

    Raises:
        ValueError: A document was padded, no call was long enough to be pruned, or the model reads
            by sliding windows alone.
    """
    if not 0 < target_error < math.inf:
        raise ValueError(f"the target error must be above 0, got {target_error}")
    meter = _Meter(tuple(ladder))
    observe(model, runs, meter.add)
    return meter.profile(model, described, target_error, base)


def check(
    model: PreTrainedModel, runs: Iterable[Callable[[], object]], choices: Sequence[Choice]
) -> list[tuple[float, float]]:
    """Measures chosen thresholds on documents that they were not chosen by.

    Args:
        model: The model.
        runs: As for `calibrate`.
        choices: Thresholds for every module that prunes.

    Returns:
        For each choice the relative output error and the density, means over heads and calls.

    Raises:
        ValueError: As `calibrate`.
    """
    found: list[list[tuple[float, float]]] = [[] for _ in choices]

    def add(name: str, call: AttentionCall, spans: SpanTable, config: DapConfig) -> None:
        for number, choice in enumerate(choices):
            own = replace(config, threshold=choice.thresholds[name])
            error, density, _ = prune(call, spans, own)
            found[number].append((float(error.mean()), float(density.mean())))

    observe(model, runs, add)
    return [(fmean(error for error, _ in one), fmean(kept for _, kept in one)) for one in found]


@dataclass
class _Sums:
    """Totals of one module over its calls."""

    error: Tensor
    density: Tensor
    pruned_ms: Tensor
    full_ms: float = 0.0
    entropy: float = 0.0
    tokens: int = 0
    calls: int = 0


@dataclass
class _Meter:
    """Prunes every observed call at every threshold and adds up what that cost."""

    ladder: tuple[float, ...]
    modules: dict[str, _Sums] = field(default_factory=dict)

    def add(self, name: str, call: AttentionCall, spans: SpanTable, config: DapConfig) -> None:
        """Measures one call of a module."""
        heads, rungs = call.query.shape[1], len(self.ladder)
        sums = self.modules.setdefault(
            name,
            _Sums(torch.zeros(heads, rungs), torch.zeros(heads, rungs), torch.zeros(rungs)),
        )
        sums.full_ms += full_ms(call)
        sums.entropy += mean_entropy(call, spans, config.tile)
        sums.tokens += call.key.shape[2]
        sums.calls += 1
        for rung, threshold in enumerate(self.ladder):
            error, density, pruned_ms = prune(call, spans, replace(config, threshold=threshold))
            sums.error[:, rung] += error
            sums.density[:, rung] += density
            sums.pruned_ms[rung] += pruned_ms

    def profile(
        self, model: PreTrainedModel, described: Described, target_error: float, base: float
    ) -> Profile:
        """Fits the curves."""
        weights = module_weights(body_of(model))
        calls = sum(sums.calls for sums in self.modules.values())
        entropy = sum(sums.entropy for sums in self.modules.values()) / calls
        tokens = round(sum(sums.tokens for sums in self.modules.values()) / calls)
        return Profile(
            domain=described.domain,
            model=described.model,
            model_type=model.config.model_type,
            versions=described.versions,
            data={**described.data, "tokens": tokens},
            target_error=target_error,
            mean_entropy=entropy,
            start_threshold=starting_threshold(entropy, base),
            ladder=self.ladder,
            modules={name: _fit(sums, weights[name]) for name, sums in self.modules.items()},
        )


def _fit(sums: _Sums, weights: tuple[float, ...]) -> ModuleCurves:
    """Makes monotone curves of a module's totals, and a straight line of its times."""
    error = [isotonic(row) for row in (sums.error / sums.calls).tolist()]
    density = [isotonic(row, rising=False) for row in (sums.density / sums.calls).tolist()]
    fixed_ms, pairs_ms = _line(sums.density.mean(0) / sums.calls, sums.pruned_ms / sums.calls)
    return ModuleCurves(
        error=tuple(error),
        density=tuple(density),
        full_ms=sums.full_ms / sums.calls,
        fixed_ms=fixed_ms,
        pairs_ms=pairs_ms,
        weights=weights,
    )


def isotonic(values: Sequence[float], *, rising: bool = True) -> tuple[float, ...]:
    """The monotone sequence nearest to the values in squared error, by pooling neighbours.

    Pool adjacent violators, Ayer et al. 1955 (Annals of Mathematical Statistics 26).

    Args:
        values: Any number of values.
        rising: Whether the result never falls, or never rises.

    Returns:
        As many values.
    """
    sign = 1 if rising else -1
    pools: list[tuple[float, int]] = []
    for value in values:
        pools.append((sign * value, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (low, many), (high, few) = pools[-2:]
            pools[-2:] = [((low * many + high * few) / (many + few), many + few)]
    return tuple(sign * mean for mean, count in pools for _ in range(count))


def _line(x: Tensor, y: Tensor) -> tuple[float, float]:
    """Intercept and slope, both 0 or more, of the least-squares line through times."""
    spread = x - x.mean()
    square = float((spread**2).sum())
    slope = max(float((spread * y).sum()) / square, 0.0) if square > 0 else 0.0
    intercept = float(y.mean()) - slope * float(x.mean())
    if intercept >= 0:
        return intercept, slope
    return 0.0, float((x * y).sum() / (x * x).sum())
