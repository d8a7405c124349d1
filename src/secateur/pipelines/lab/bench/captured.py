"""Speed of whole DAP calls, selection included, on queries and keys of a real document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel

from secateur.core import hf
from secateur.core.config import DapConfig
from secateur.core.selection import Selection, select
from secateur.core.spans import SpanTable
from secateur.kernels.ops import attention
from secateur.pipelines.errors import UsageError, usage_errors
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.lab.bench.timing import Times, context, time_calls

_NAME = "secateur-capture"
_TRIALS = 18
"""Times that the range of thresholds, 2^-6 to 2^8, is halved."""

Captured = tuple[Tensor, Tensor, Tensor]


def benchmark_captured(
    document: Path,
    lengths: Sequence[int],
    dtypes: Sequence[torch.dtype],
    sparsities: Sequence[float],
    *,
    model: str = "smollm2-135m",
    repeats: int = 5,
) -> list[dict[str, Any]]:
    """Times selection and attention against torch's causal attention, interleaved.

    Queries, keys and values are those of a few layers of a decoder that reads the document. The
    threshold of each layer is set so that the wanted share of pairs is left out.

    Args:
        document: A file that the ingestion reads, long enough.
        lengths: Numbers of tokens.
        dtypes: Of queries, keys and values.
        sparsities: Shares of the visible pairs left out.
        model: A causal language model that `secateur.core.hf.load` finds.
        repeats: Interleaved runs, of which each side's best counts.

    Returns:
        One row for each setting, as in the design's machine-readable results; times are means over
        the layers, `…_all` those of each run, by the clock and in processor time.

    Raises:
        UsageError: The document has fewer tokens than asked for, or the model does not load.
    """
    with usage_errors():
        loaded, tokenizer = hf.load(model, "causal-lm", attention="full")
    tokens = tokenizer(read(document).text, return_tensors="pt", verbose=False).input_ids
    rows = []
    for length in lengths:
        if tokens.shape[1] < length:
            raise UsageError(f"{document.name} has {tokens.shape[1]} tokens, not {length}")
        layers = capture(loaded, tokens[:, :length])
        for dtype in dtypes:
            inputs = [tuple(x.to(dtype) for x in layer) for layer in layers]
            for sparsity in sparsities:
                rows.append(_time_setting(inputs, sparsity, repeats))  # type: ignore[arg-type]
    return rows


def capture(model: PreTrainedModel, tokens: Tensor) -> list[Captured]:
    """Reads the tokens once and keeps what a few layers attend with.

    Args:
        model: A causal language model.
        tokens: int64 `[1, n]`.

    Returns:
        Query `[1, H, n, D]`, key and value `[1, Hkv, n, D]` of three layers.
    """
    kept: list[Captured] = []
    depth = model.config.num_hidden_layers
    layers = {depth // 6, depth // 2, depth * 5 // 6}

    def collect(
        module: nn.Module, query: Tensor, key: Tensor, value: Tensor, *_: Any, **options: Any
    ) -> tuple[Tensor, None]:
        if module.layer_idx in layers:
            kept.append((query.clone(), key.clone(), value.clone()))
        output = F.scaled_dot_product_attention(
            query, key, value, is_causal=True, scale=options.get("scaling"), enable_gqa=True
        )
        return output.transpose(1, 2).contiguous(), None

    AttentionInterface.register(_NAME, collect)
    AttentionMaskInterface.register(_NAME, lambda *_, **__: None)
    model.set_attn_implementation(_NAME)
    with torch.no_grad():
        model(tokens, use_cache=False, logits_to_keep=1)
    return kept


def _time_setting(inputs: list[Captured], sparsity: float, repeats: int) -> dict[str, Any]:
    configs = [_tune(layer, sparsity) for layer in inputs]
    runs = {
        name: Times([0.0] * repeats, [0.0] * repeats) for name in ("rival", "selection", "native")
    }
    kept = 0.0
    best = dict.fromkeys(runs, 0.0)
    for layer, config in zip(inputs, configs, strict=True):
        selection = _select(layer, config)
        kept += selection.density / len(inputs)
        for name, times in time_calls(_calls(layer, config, selection), repeats).items():
            best[name] += min(times.wall_ms)
            for number, (wall, cpu) in enumerate(zip(times.wall_ms, times.cpu_ms, strict=True)):
                runs[name].wall_ms[number] += wall / len(inputs)
                runs[name].cpu_ms[number] += cpu / len(inputs)
    query, key, _ = inputs[0]
    mean = {name: total / len(inputs) for name, total in best.items()}
    both = mean["native"] + mean["selection"]
    return {
        "n": query.shape[2],
        "heads": query.shape[1],
        "kv_heads": key.shape[1],
        "head_dim": query.shape[3],
        "dtype": str(query.dtype).removeprefix("torch."),
        "causal": True,
        "lists": "captured",
        "sparsity": round(1 - kept, 4),
        "rival": "sdpa",
        "ms_rival": round(mean["rival"], 3),
        "ms_native": round(mean["native"], 3),
        "ms_selection": round(mean["selection"], 3),
        "ratio": round(mean["rival"] / mean["native"], 2),
        "ratio_with_selection": round(mean["rival"] / both, 2),
        "selection_share": round(mean["selection"] / both, 3),
        **{f"ms_{name}_all": _rounded(times.wall_ms) for name, times in runs.items()},
        **{f"cpu_ms_{name}_all": _rounded(times.cpu_ms) for name, times in runs.items()},
        **context(),
    }


def _rounded(values: list[float]) -> list[float]:
    return [round(value, 3) for value in values]


def _tune(layer: Captured, sparsity: float) -> DapConfig:
    """Finds the threshold that leaves out the wanted share of pairs, by bisection of its log."""
    low, high = -6.0, 8.0
    config = DapConfig(fallback=False)
    for _ in range(_TRIALS):
        middle = (low + high) / 2
        config = replace(config, threshold=2.0**middle)
        if _select(layer, config).density > 1 - sparsity:
            low = middle
        else:
            high = middle
    return config


def _select(layer: Captured, config: DapConfig) -> Selection:
    query, key, _ = layer
    spans = SpanTable.uniform(1, key.shape[2], config.span_length, key.device)
    return select(query, key, spans, config, causal=True)


def _calls(
    layer: Captured, config: DapConfig, selection: Selection
) -> dict[str, Callable[[], object]]:
    query, key, value = layer
    groups = query.shape[1] // key.shape[1]
    # The rival at its best: repeated heads lie ready, outside the timing.
    keys, values = (x.repeat_interleave(groups, 1) for x in (key, value))
    return {
        "rival": lambda: F.scaled_dot_product_attention(query, keys, values, is_causal=True),
        "selection": lambda: _select(layer, config),
        "native": lambda: attention(
            query, key, value, selection.lists, causal=True, margin=config.margin, backend="native"
        ),
    }
