"""Which keys each query tile reads: runs of keys in compressed sparse row form."""

from __future__ import annotations

from dataclasses import InitVar, dataclass

import torch
from torch import Tensor

TILE = 64
"""Queries that share one list of kept keys."""


@dataclass(frozen=True)
class KeyLists:
    """Kept key runs of every (batch, head, query tile).

    Row `(b * heads + h) * tiles + t` holds the runs `starts[i]:ends[i]` for `i` in
    `offsets[row]:offsets[row + 1]`. Runs of a row are disjoint and may come in any order; the
    heaviest may come first.

    Unchecked arrays may have room behind the last run, as those that a GPU fills, which alone
    knows how many runs there are. What stands there is in no row, and nobody looks at it.

    Args:
        offsets: int64 `[rows + 1]`, first 0, never falling, last the number of runs.
        starts: int32 `[runs]`, first key of each run, at least 0.
        ends: int32 `[runs]`, one past the last key of each run, above its start.
        tile: Queries per tile.
        check: Look at the values too. Producers that build valid runs by construction pass
            `False` to spare the sort. At each call `check_fit` checks bounds again, but for the
            Triton kernels, which ignore keys out of range and trust the offsets.

    Raises:
        ValueError: A dtype, shape or value breaks the rules above.
    """

    offsets: Tensor
    starts: Tensor
    ends: Tensor
    tile: int = TILE
    check: InitVar[bool] = True

    def __post_init__(self, check: bool) -> None:
        """Refuses malformed arrays."""
        self._check_form()
        if check and not torch.compiler.is_compiling():
            self._check_values()

    @property
    def rows(self) -> int:
        """Number of (batch, head, query tile) rows."""
        return self.offsets.shape[0] - 1

    def counts(self) -> Tensor:
        """Counts the kept keys of each row.

        Returns:
            int64 `[rows]`.
        """
        lengths = (self.ends - self.starts).to(torch.int64)
        total = torch.zeros(lengths.shape[0] + 1, dtype=torch.int64, device=lengths.device)
        torch.cumsum(lengths, 0, out=total[1:])
        return total[self.offsets[1:]] - total[self.offsets[:-1]]

    def to(self, device: torch.device | str) -> KeyLists:
        """Copies the arrays to a device.

        Args:
            device: Where to.

        Returns:
            Lists with the same runs.
        """
        offsets, starts, ends = (x.to(device) for x in (self.offsets, self.starts, self.ends))
        return KeyLists(offsets, starts, ends, tile=self.tile, check=False)

    def check_fit(
        self, batch: int, heads: int, n_queries: int, n_keys: int, *, values: bool = True
    ) -> None:
        """Refuses lists that do not belong to an attention problem.

        Args:
            batch: Batch size.
            heads: Number of query heads.
            n_queries: Queries per head.
            n_keys: Keys per head.
            values: Look at offsets and runs too, which waits for their device.

        Raises:
            ValueError: The number of rows differs, offsets fall or leave the runs, or a run leaves
                the keys.
        """
        tiles = -(-n_queries // self.tile)
        if self.rows != batch * heads * tiles:
            raise ValueError(
                f"lists have {self.rows} rows; {batch} x {heads} heads x {tiles} tiles of "
                f"{self.tile} queries need {batch * heads * tiles}"
            )
        if not values or torch.compiler.is_compiling():
            return
        edges, room = self.offsets, self.starts.shape[0]
        runs = int(edges[-1])
        if int(edges[0]) != 0 or runs > room or bool((edges.diff() < 0).any()):
            raise ValueError(f"offsets fall or leave the {room} runs")
        if runs == 0:
            return
        first, last = int(self.starts[:runs].min()), int(self.ends[:runs].max())
        if first < 0 or last > n_keys:
            raise ValueError(f"runs cover keys {first}:{last}, outside 0:{n_keys}")

    def _check_form(self) -> None:
        for name, wanted in (("offsets", torch.int64), ("starts", torch.int32)):
            array = getattr(self, name)
            if array.dtype != wanted or array.dim() != 1 or not array.is_contiguous():
                raise ValueError(
                    f"{name} must be a contiguous one-dimensional {wanted} tensor, "
                    f"not {array.dtype} of shape {tuple(array.shape)}"
                )
        if self.ends.dtype != torch.int32 or self.ends.shape != self.starts.shape:
            raise ValueError(
                f"ends must match starts (int32 {tuple(self.starts.shape)}), "
                f"not {self.ends.dtype} {tuple(self.ends.shape)}"
            )
        if not self.ends.is_contiguous():
            raise ValueError("ends must be contiguous")
        if self.offsets.shape[0] == 0:
            raise ValueError("offsets is empty; it needs one entry more than there are rows")
        if self.tile <= 0:
            raise ValueError(f"tile must be positive, not {self.tile}")

    def _check_values(self) -> None:
        runs = self.starts.shape[0]
        if int(self.offsets[0]) != 0 or int(self.offsets[-1]) != runs:
            raise ValueError(
                f"offsets run from {int(self.offsets[0])} to {int(self.offsets[-1])}, "
                f"not from 0 to the {runs} runs"
            )
        if bool((self.offsets[1:] < self.offsets[:-1]).any()):
            raise ValueError("offsets fall somewhere; they must never do")
        if runs == 0:
            return
        wrong = (self.starts < 0) | (self.ends <= self.starts)
        if bool(wrong.any()):
            i = int(wrong.nonzero()[0])
            raise ValueError(f"run {i} is {int(self.starts[i])}:{int(self.ends[i])}")
        self._check_disjoint()

    def _check_disjoint(self) -> None:
        row, starts, ends = self.runs()
        _, order = torch.sort(row * 2**32 + starts)
        row, starts, ends = row[order], starts[order], ends[order]
        overlap = (row[1:] == row[:-1]) & (starts[1:] < ends[:-1])
        if bool(overlap.any()):
            i = int(overlap.nonzero()[0])
            raise ValueError(
                f"runs {int(starts[i])}:{int(ends[i])} and {int(starts[i + 1])}:"
                f"{int(ends[i + 1])} of row {int(row[i])} overlap"
            )

    def runs(self) -> tuple[Tensor, Tensor, Tensor]:
        """Lists the runs without the room behind them.

        Returns:
            Row, first key and one past the last key of each, int64 `[runs]`.
        """
        rows = torch.arange(self.rows, device=self.offsets.device)
        rows = rows.repeat_interleave(self.offsets[1:] - self.offsets[:-1])
        return rows, self.starts[: len(rows)].long(), self.ends[: len(rows)].long()

    def mask(self, batch: int, heads: int, n_queries: int, n_keys: int) -> Tensor:
        """Writes the lists out as a dense mask, for the reference and for small inputs.

        Args:
            batch: Batch size.
            heads: Number of query heads.
            n_queries: Queries per head.
            n_keys: Keys per head.

        Returns:
            bool `[batch, heads, n_queries, n_keys]`, True where kept.

        Raises:
            ValueError: The lists do not fit these sizes.
        """
        self.check_fit(batch, heads, n_queries, n_keys)
        edges = torch.zeros(self.rows, n_keys + 1, dtype=torch.int32, device=self.starts.device)
        row, starts, ends = self.runs()
        one = torch.ones_like(row, dtype=torch.int32)
        edges.index_put_((row, starts), one, accumulate=True)
        edges.index_put_((row, ends), -one, accumulate=True)
        kept = edges.cumsum(1)[:, :n_keys] > 0
        tiles = -(-n_queries // self.tile)
        by_tile = kept.view(batch, heads, tiles, n_keys)
        return by_tile.repeat_interleave(self.tile, dim=2)[:, :, :n_queries]
