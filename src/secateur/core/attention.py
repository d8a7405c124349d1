"""Dynamic Attention Pruning of one attention call: select, attend, report."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING

from torch import Tensor

from secateur.core import gpu_selection
from secateur.core.config import DapConfig
from secateur.core.selection import Selection, select
from secateur.core.spans import SpanTable
from secateur.kernels import ops
from secateur.kernels.lists import KeyLists
from secateur.kernels.masks import EXACT_MARGIN, scaled_scores

if TYPE_CHECKING:
    from secateur.kernels.triton_selection import DeviceSelection


@dataclass(frozen=True)
class AttentionReport:
    """What one call kept and cost.

    On a GPU the first three are tensors, so that nobody waits for them before they are read; of a
    pruned call the kept mass is one on the CPU, too.

    Attributes:
        density: Computed share of the visible pairs, 0 to 1; 1 for full attention.
        kept_mass: Mean estimated kept probability before recovery, 0 to 1.
        recovered_share: Share of query tiles run over their full row.
        selection_ms: Time of the selection, milliseconds; on a GPU, of handing it over.
        attention_ms: Time of the attention kernel, milliseconds; on a GPU, of handing it over.
        lists: The key runs that the kernel ran over; None for all visible keys.
    """

    density: float | Tensor
    kept_mass: float | Tensor
    recovered_share: float | Tensor
    selection_ms: float
    attention_ms: float
    lists: KeyLists | None = None

    @classmethod
    def exact(cls, attention_ms: float) -> AttentionReport:
        """Reports full attention that took some time."""
        return cls(1.0, 1.0, 0.0, 0.0, attention_ms)

    @property
    def pruned(self) -> bool:
        """Whether a selection was made at all."""
        return self.lists is not None


@dataclass(frozen=True)
class AttentionCall:
    """One call as an attention module made it, with its output; see `dap_attention` for the rest.

    Attributes:
        output: `[B, H, Nq, D]`.
        lse: Log of the sum of the kept keys' exponentials `[B, H, Nq]`, fp32.
        lists: Key runs that were kept; None for all visible keys.
    """

    query: Tensor
    key: Tensor
    value: Tensor
    output: Tensor
    spans: SpanTable | None
    key_mask: Tensor | None
    bias: Tensor | None
    scale: float | None
    softcap: float | None
    causal: bool
    window: tuple[int, int] | None
    lse: Tensor
    lists: KeyLists | None

    def scores(self, query: Tensor, key: Tensor) -> Tensor:
        """Scores of some of its queries `[..., Nq, D]` and keys `[..., Nk, D]`, before the bias."""
        scale = query.shape[-1] ** -0.5 if self.scale is None else self.scale
        return scaled_scores(query, key, scale, self.softcap or 0.0)


def dap_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    config: DapConfig,
    *,
    spans: SpanTable | None = None,
    key_mask: Tensor | None = None,
    bias: Tensor | None = None,
    scale: float | None = None,
    softcap: float | None = None,
    causal: bool = False,
    window: tuple[int, int] | None = None,
    dropout_p: float = 0.0,
    seed: int = 0,
) -> tuple[Tensor, Tensor, AttentionReport]:
    """Attends to the keys that matter.

    Full attention runs instead where there is nothing to gain: a threshold of 0, `fallback=True`,
    at most `config.exact_below` keys, a few query rows against a cache, a sliding window (already
    sparse) or an empty batch.

    Args:
        query: `[B, H, Nq, D]`.
        key: `[B, Hkv, Nk, D]`, H a multiple of Hkv.
        value: `[B, Hkv, Nk, D]`.
        config: Threshold, recovery and kernel choice.
        spans: Sentence boundaries of the keys; None cuts every `config.span_length` tokens.
        key_mask: bool `[B, Nk]`, True where the key may be read.
        bias: `[1|B, 1|H, Nq, Nk]`, added to the scaled scores.
        scale: Factor of the scores; None is `D ** -0.5`.
        softcap: Scaled scores `s` become `softcap * tanh(s / softcap)`. The selection estimates
            without it: it ranks spans the same, and overrates the heaviest.
        causal: Query i, at key position `i + Nk - Nq`, sees keys up to its own.
        window: Keys `(left, right)` around a query's position; -1 is unlimited.
        dropout_p: Dropout of the probabilities, 0 to 1.
        seed: Seed of the dropout mask.

    Returns:
        Output `[B, H, Nq, D]`, lse `[B, H, Nq]` (fp32) and the report.

    Raises:
        ValueError: Shapes or values do not fit together.
    """
    begin = perf_counter()
    config = config.at(key.shape[2])
    selection: Selection | DeviceSelection | None = None
    if prunes(query, key, config, window):
        ops.check_tensors(query, key, value, key_mask, bias)
        if spans is None:
            spans = SpanTable.uniform(key.shape[0], key.shape[2], config.span_length, key.device)
        else:
            spans.check_covers(key.shape[0], key.shape[2])
        inputs = (query.detach(), key.detach(), spans, config)
        if gpu_selection.covers(query, key, config, bias):
            selection = gpu_selection.select(*inputs, key_mask=key_mask, scale=scale, causal=causal)
        else:
            selection = select(
                *inputs, key_mask=key_mask, bias=None if bias is None else bias.detach(),
                scale=scale, causal=causal,
            )  # fmt: skip
    chosen = perf_counter()
    lists = None if selection is None else selection.lists
    output, lse = ops.attention(
        query, key, value, lists,
        key_mask=key_mask, bias=bias, scale=scale, softcap=softcap, causal=causal, window=window,
        dropout_p=dropout_p, seed=seed, backend=config.backend,
        margin=EXACT_MARGIN if selection is None else config.margin,
    )  # fmt: skip
    return output, lse, _report(selection, chosen - begin, perf_counter() - chosen)


def prunes(query: Tensor, key: Tensor, config: DapConfig, window: tuple[int, int] | None) -> bool:
    """Tells whether a call is pruned, or runs full attention.

    Args:
        query: `[B, H, Nq, D]`.
        key: `[B, Hkv, Nk, D]`.
        config: Threshold, recovery and lengths from which pruning pays.
        window: The sliding window, or None.

    Returns:
        Whether a selection is made.
    """
    thresholds = config.threshold if isinstance(config.threshold, tuple) else (config.threshold,)
    return (
        config.fallback is not True
        and max(thresholds) > 0
        and key.shape[2] > config.exact_below
        and query.shape[2] > config.decode_rows
        and window is None
        and query.numel() > 0
    )


def _report(
    selection: Selection | DeviceSelection | None, selecting: float, attending: float
) -> AttentionReport:
    if selection is None:
        return AttentionReport.exact(1e3 * attending)
    return AttentionReport(
        density=selection.density,
        kept_mass=selection.kept_mass.mean(),
        recovered_share=selection.recovered_share,
        selection_ms=1e3 * selecting,
        attention_ms=1e3 * attending,
        lists=selection.lists,
    )
