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
from time import perf_counter
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention
from transformers import PreTrainedModel

from secateur.core import hf
from secateur.core.attention import prunes
from secateur.core.config import DEFAULT_THRESHOLD, DapConfig
from secateur.core.entropy import mean_entropy, starting_threshold
from secateur.core.interface import STATE_KEY
from secateur.core.profiles import ModuleCurves, Profile, module_name, module_weights
from secateur.core.selection import select
from secateur.core.spans import SpanTable
from secateur.core.statistics import AttentionCall
from secateur.kernels import ops
from secateur.kernels.lists import KeyLists

LADDER = tuple(0.05 * 600 ** (step / 11) for step in range(12))
"""Thresholds from 0.05 to 30, each 1.79 times the one before."""

_LEAST_NORM = 1e-12


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
    """Measures a profile. Afterwards the model has torch's own attention.

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
        ValueError: A document was padded, or no call was long enough to be pruned.
    """
    if not 0 < target_error < math.inf:
        raise ValueError(f"the target error must be above 0, got {target_error}")
    meter = _Meter(tuple(ladder))
    hf.enable(model, threshold=0.0)
    for name, module in model.named_modules():
        state = getattr(module, STATE_KEY, None)
        if state is not None:
            state.observe = lambda call, name=name, config=state.config: meter.add(
                module_name(model, name), call, config
            )
    try:
        with torch.no_grad():
            for run in runs:
                run()
    finally:
        hf.disable(model)
    if not meter.modules:
        raise ValueError(
            "no document was long enough to be pruned: give documents of more than "
            f"{DapConfig().exact_below} tokens"
        )
    return meter.profile(model, described, target_error, base)


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

    def add(self, name: str, call: AttentionCall, config: DapConfig) -> None:
        """Measures one call of a module."""
        config = replace(config, threshold=1.0, fallback=False)
        if not prunes(call.query, call.key, config, call.window):
            return
        if len(call.query) != 1 or call.key_mask is not None:
            raise ValueError("calibration reads documents one at a time, without padding")
        heads, rungs = call.query.shape[1], len(self.ladder)
        sums = self.modules.setdefault(
            name,
            _Sums(torch.zeros(heads, rungs), torch.zeros(heads, rungs), torch.zeros(rungs)),
        )
        spans = call.spans or SpanTable.uniform(
            1, call.key.shape[2], config.span_length, call.key.device
        )
        sums.full_ms += _full_ms(call)
        sums.entropy += mean_entropy(call, spans, config.tile)
        sums.tokens += call.key.shape[2]
        sums.calls += 1
        for rung, threshold in enumerate(self.ladder):
            error, density, pruned_ms = _prune(call, spans, replace(config, threshold=threshold))
            sums.error[:, rung] += error
            sums.density[:, rung] += density
            sums.pruned_ms[rung] += pruned_ms

    def profile(
        self, model: PreTrainedModel, described: Described, target_error: float, base: float
    ) -> Profile:
        """Fits the curves."""
        weights = module_weights(model)
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


def _prune(
    call: AttentionCall, spans: SpanTable, config: DapConfig
) -> tuple[Tensor, Tensor, float]:
    """Prunes a call: error and density by head `[H]`, and milliseconds with the selection."""
    shape: dict[str, Any] = {"bias": call.bias, "scale": call.scale, "causal": call.causal}
    begin = perf_counter()
    lists = select(call.query, call.key, spans, config, **shape).lists
    output, _ = ops.attention(
        call.query, call.key, call.value, lists,
        backend=config.backend, margin=config.margin, **shape,
    )  # fmt: skip
    pruned_ms = 1e3 * (perf_counter() - begin)
    full = call.output.float()
    error = (output.float() - full).norm(dim=-1) / full.norm(dim=-1).clamp(min=_LEAST_NORM)
    n_query, n_key = call.query.shape[2], call.key.shape[2]
    density = kept_share(lists, call.query.shape[1], n_query, n_key, call.causal)
    return error.mean(-1)[0].cpu(), density.cpu(), pruned_ms


def kept_share(lists: KeyLists, heads: int, n_query: int, n_key: int, causal: bool) -> Tensor:
    """Counts the visible (query, key) pairs that the lists of one row keep.

    Returns:
        Their share by head, fp32 `[heads]`, 0 to 1.
    """
    tiles = -(-n_query // lists.tile)
    row = torch.repeat_interleave(torch.arange(lists.rows), lists.offsets.cpu().diff())
    query = (row % tiles)[:, None] * lists.tile + torch.arange(lists.tile)
    reach = query + n_key - n_query + 1 if causal else torch.full_like(query, n_key)
    reach = reach.masked_fill(query >= n_query, 0)
    starts, ends = lists.starts.cpu().long()[:, None], lists.ends.cpu().long()[:, None]
    pairs = (ends.minimum(reach) - starts).clamp(min=0).sum(1)
    kept = torch.zeros(heads, dtype=torch.int64).index_add_(0, row // tiles, pairs)
    visible = n_query * n_key
    if causal:
        visible = int((torch.arange(n_query) + n_key - n_query + 1).clamp(min=0).sum())
    return kept / visible


def _full_ms(call: AttentionCall) -> float:
    """Times torch's own attention on a call, as the model would run it."""
    begin = perf_counter()
    scaled_dot_product_attention(
        call.query, call.key, call.value, attn_mask=call.bias, scale=call.scale,
        is_causal=call.causal and call.bias is None,
        enable_gqa=call.query.shape[1] != call.key.shape[1],
    )  # fmt: skip
    return 1e3 * (perf_counter() - begin)


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
