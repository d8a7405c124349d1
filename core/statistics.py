"""What one attention module was told to do and what it did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from torch import Tensor

from secateur.core.attention import AttentionReport
from secateur.core.config import DapConfig
from secateur.core.spans import SpanTable
from secateur.kernels.lists import KeyLists
from secateur.kernels.masks import scaled_scores

_MEANS = {"density": 1.0, "kept_mass": 1.0, "recovered_share": 0.0}
_TIMES = ("selection_ms", "attention_ms")


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


@dataclass(eq=False)
class ModuleState:
    """Settings and running totals of one attention module; each is a key of its own.

    Attributes:
        name: The module's name within its model.
        config: Its pruning settings.
        observe: Shown every call; None for nobody.
        recall: Where set, a call's queries are a few of a document's that was run before; given
            their keys and values it returns the whole document's.
        calls: Attention calls since the state was made or reset.
        pruned_calls: Those that made a selection.
    """

    name: str
    config: DapConfig
    observe: Callable[[AttentionCall], None] | None = None
    recall: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]] | None = None
    calls: int = 0
    pruned_calls: int = 0
    _last_pruned: bool = False
    # On a GPU these stay there, so that nobody waits for them before they are read.
    _sums: dict[str, float | Tensor] = field(default_factory=dict)

    def record(self, report: AttentionReport) -> None:
        """Adds one call."""
        self.calls += 1
        self.pruned_calls += report.pruned
        self._last_pruned = report.pruned
        self._add(report)

    def record_again(self, share: float, milliseconds: float) -> None:
        """Counts queries that were run again over all keys with the call they belong to.

        Args:
            share: Of the call's queries, 0 to 1.
            milliseconds: What that took.
        """
        self._add(AttentionReport(share, 0.0, share, 0.0, milliseconds, self._last_pruned))

    def reset(self) -> None:
        """Sets the counts back to zero; settings stay."""
        self.calls = self.pruned_calls = 0
        self._sums.clear()

    def summary(self) -> dict[str, float]:
        """Returns means over the pruned calls, and sums of the times over all."""
        means = {
            name: float(self._sums[name]) / self.pruned_calls if self.pruned_calls else unpruned
            for name, unpruned in _MEANS.items()
        }
        times = {name: float(self._sums.get(name, 0.0)) for name in _TIMES}
        return {"calls": self.calls, "pruned_calls": self.pruned_calls, **means, **times}

    def _add(self, report: AttentionReport) -> None:
        for name in (*_MEANS, *_TIMES) if report.pruned else _TIMES:
            self._sums[name] = self._sums.get(name, 0.0) + getattr(report, name)
