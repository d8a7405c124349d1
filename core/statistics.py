"""What one attention module was told to do and what it did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from torch import Tensor

from secateur.core.attention import AttentionReport
from secateur.core.config import DapConfig
from secateur.core.spans import SpanTable
from secateur.kernels.lists import KeyLists
from secateur.kernels.masks import scaled_scores


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


@dataclass
class ModuleState:
    """Settings and running totals of one attention module.

    Attributes:
        name: The module's name within its model.
        config: Its pruning settings.
        reports: One for every call since the state was made.
        observe: Shown every call; None for nobody.
        recall: Where set, a call's queries are a few of a document's that was run before; given
            their keys and values it returns the whole document's.
    """

    name: str
    config: DapConfig
    reports: list[AttentionReport] = field(default_factory=list)
    observe: Callable[[AttentionCall], None] | None = None
    recall: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]] | None = None

    @property
    def calls(self) -> int:
        """Attention calls since the state was made."""
        return len(self.reports)

    def record(self, report: AttentionReport) -> None:
        """Adds one call."""
        self.reports.append(report)

    def record_again(self, share: float, milliseconds: float) -> None:
        """Counts queries that were run again over all keys with the call they belong to.

        Args:
            share: Of the call's queries, 0 to 1.
            milliseconds: What that took.
        """
        last = self.reports[-1]
        self.reports[-1] = replace(
            last,
            density=last.density + share,
            recovered_share=last.recovered_share + share,
            attention_ms=last.attention_ms + milliseconds,
        )

    def summary(self) -> dict[str, float]:
        """Returns means over the pruned calls, and sums of the times over all."""
        pruned = [report for report in self.reports if report.pruned]
        mean = 1 / max(len(pruned), 1)
        return {
            "calls": self.calls,
            "pruned_calls": len(pruned),
            "density": sum(float(r.density) for r in pruned) * mean if pruned else 1.0,
            "kept_mass": sum(float(r.kept_mass) for r in pruned) * mean if pruned else 1.0,
            "recovered_share": sum(float(r.recovered_share) for r in pruned) * mean,
            "selection_ms": sum(r.selection_ms for r in self.reports),
            "attention_ms": sum(r.attention_ms for r in self.reports),
        }
