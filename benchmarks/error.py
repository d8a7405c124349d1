"""Error of attention's output against density, by rule and by profile; the same on every machine.

By rule: queries, keys and values of three layers of the 135M decoder, causal, the error of each
query against exact attention. By profile: all layers, thresholds by head from the shipped profiles
beside one threshold for all heads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import torch
from measured import REPORT
from records import Record, Recorder, Setting
from torch import Tensor

from secateur.core import hf, profile_files
from secateur.core.calibration import check
from secateur.core.config import DapConfig
from secateur.core.profiles import Choice
from secateur.core.selection import select
from secateur.core.spans import SpanTable
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.lab.bench.captured import Captured, capture

_N = 2048
_THRESHOLDS = (0.1, 0.2, 0.45, 1.0, 2.0, 4.0)
_TARGETS = (0.02, 0.05, 0.1, 0.2)
_SIMILARITIES = (-4.0, -2.0, 0.0, 0.5, 2.0, 4.0)
_WIDTHS = (64, 128, 256, 512, 1024)
_SPAN = 8

Keep = Callable[[Captured, float], Tensor]
Weigh = Callable[[Captured, float], tuple[Tensor, Tensor]]


def measure_error(recorder: Recorder, *, quick: bool) -> Iterator[Record]:
    """Measures the suite; a quick run takes the product's rule alone."""
    model, tokenizer = hf.load("smollm2-135m", "causal-lm", attention="full")
    n = _N
    tokens = tokenizer(read(REPORT).text, return_tensors="pt", verbose=False).input_ids[:, :n]
    layers = capture(model, tokens)
    rules = {"dap": _RULES["dap"]} if quick else _RULES
    for name, (values, weigh) in rules.items():
        for value in values:
            costs = [_cost(layer, *weigh(layer, value)) for layer in layers]
            errors, densities = zip(*costs, strict=True)
            yield from _pair(recorder, "rule", name, n, value, errors, densities)
    if quick:
        return
    hf.disable(model)
    named = {
        f"profile {domain}": [
            (target, profile_files.shipped(domain, "smollm2-135m").choose(target_error=target))
            for target in _TARGETS
        ]
        for domain in ("finance", "clinical")
    }
    heads = next(iter(named["profile finance"][0][1].thresholds.values()))
    modules = named["profile finance"][0][1].thresholds
    named["one threshold"] = [
        (value, Choice(dict.fromkeys(modules, (value,) * len(heads)), 0.0, 0.0, 0.0, 0))
        for value in _THRESHOLDS
    ]
    choices = [choice for chosen in named.values() for _, choice in chosen]
    found = iter(check(model, [lambda: model(tokens, use_cache=False)], choices))
    for name, chosen in named.items():
        for (value, _), (error, density) in zip(chosen, found, strict=False):
            yield from _pair(recorder, "profile", name, n, value, [error], [density])


def _pair(
    recorder: Recorder,
    figure: str,
    method: str,
    n: int,
    value: float,
    errors: tuple[float, ...] | list[float],
    densities: tuple[float, ...] | list[float],
) -> Iterator[Record]:
    setting: Setting = {"n": n, "value": value}
    for metric, found in (("error", errors), ("density", densities)):
        mean = sum(found) / len(found)
        yield recorder.record(figure, method, metric, "", setting, [mean], portable=True)


def _cost(layer: Captured, weights: Tensor, kept: Tensor) -> tuple[float, float]:
    """Mean relative error of the queries' outputs, and the share of visible pairs kept."""
    query, key, value = layer
    probabilities, visible = _probabilities(query, key)
    full = probabilities @ _wide(value, query)
    total = weights.sum(-1, keepdim=True)
    output = weights / total.clamp(min=1e-30) @ _wide(value, query)
    error = (output - full).norm(dim=-1) / full.norm(dim=-1).clamp(min=1e-12)
    density = (kept & visible).sum() / (visible.sum() * query.shape[1])
    return float(error.mean()), float(density)


def _left_out(keep: Keep) -> Weigh:
    """Leaves what a rule does not keep out of the softmax."""

    def weigh(layer: Captured, value: float) -> tuple[Tensor, Tensor]:
        kept = keep(layer, value)
        return _probabilities(*layer[:2])[0] * kept, kept

    return weigh


def _probabilities(query: Tensor, key: Tensor) -> tuple[Tensor, Tensor]:
    scores = query @ _wide(key, query).transpose(-1, -2) / query.shape[-1] ** 0.5
    return _softmax(scores), _visible(query)


def _softmax(scores: Tensor) -> Tensor:
    return scores.masked_fill(~_visible(scores), -torch.inf).softmax(-1)


def _visible(rows: Tensor) -> Tensor:
    n = rows.shape[2]
    return torch.ones(n, n, dtype=torch.bool).tril()


def _wide(states: Tensor, query: Tensor) -> Tensor:
    """Repeats grouped heads `[1, Hkv, n, D]` for the query's."""
    return states.repeat_interleave(query.shape[1] // states.shape[1], 1)


def _dap(layer: Captured, threshold: float) -> Tensor:
    query, key, _ = layer
    config = replace(DapConfig(fallback=False), threshold=threshold)
    spans = SpanTable.uniform(1, key.shape[2], config.span_length, key.device)
    lists = select(query, key, spans, config, causal=True).lists
    return lists.mask(1, query.shape[1], query.shape[2], key.shape[2])


def _oracle(layer: Captured, threshold: float) -> Tensor:
    """The product's rule on the exact mass of each span in each tile of 64 queries."""
    query, key, _ = layer
    probabilities, visible = _probabilities(query, key)
    mass = probabilities.unflatten(3, (-1, _SPAN)).sum(-1).unflatten(2, (-1, 64)).sum(3)
    share = visible / visible.sum(-1, keepdim=True)
    uniform = share.unflatten(1, (-1, _SPAN)).sum(-1).unflatten(0, (-1, 64)).sum(1)
    kept = mass >= threshold * uniform
    return kept.repeat_interleave(64, 2).repeat_interleave(_SPAN, 3)


def fixed_similarity(query: Tensor, key: Tensor, threshold: float = 0.5) -> Tensor:
    """The formula that DAP started from; `docs/theory.md` says why it is not the rule.

    Args:
        query: `[..., Nq, D]`.
        key: `[..., Nk, D]`.
        threshold: On `q·kᵀ/√d`, not on a probability.

    Returns:
        `[..., Nq, Nk]`: the similarity where it is above the threshold, 0 elsewhere.
    """
    similarity = query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5
    return similarity * (similarity > threshold)


def fixed_as_written(layer: Captured, threshold: float) -> tuple[Tensor, Tensor]:
    """The starting formula under softmax: a dropped score is 0 there and weighs exp(0).

    Args:
        layer: Query, key and value `[1, H, n, D]`; each query sees the keys up to its own.
        threshold: As in `fixed_similarity`.

    Returns:
        Weights `[1, H, n, n]`, which sum to 1 over what a query sees, and which similarities stay.
    """
    query, key, _ = layer
    similarity = fixed_similarity(query, _wide(key, query), threshold)
    return _softmax(similarity), similarity != 0


def _fixed(layer: Captured, threshold: float) -> Tensor:
    """The starting formula as a mask; a query keeps its own key, so that none is without any."""
    query, key, _ = layer
    kept = fixed_similarity(query, _wide(key, query), threshold) != 0
    return kept | torch.eye(query.shape[2], dtype=torch.bool)


def _window(layer: Captured, width: float) -> Tensor:
    """The last `width` keys and the first four, as streaming decoders keep them."""
    query = layer[0]
    at = torch.arange(query.shape[2])
    kept = (at[:, None] - at < width) | (at < 4)
    return kept.expand(1, query.shape[1], -1, -1)


_RULES: dict[str, tuple[tuple[float, ...], Weigh]] = {
    "dap": (_THRESHOLDS, _left_out(_dap)),
    "exact mass of spans": (_THRESHOLDS, _left_out(_oracle)),
    "fixed similarity as written": (_SIMILARITIES, fixed_as_written),
    "fixed similarity, masked": (_SIMILARITIES, _left_out(_fixed)),
    "window and first four": (_WIDTHS, _left_out(_window)),
}
"""Values of each rule, and what it makes of a layer: weights of the pairs, and which are kept."""
