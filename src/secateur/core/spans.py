"""Where each row's key tokens are cut into spans: pieces of sentences, at most 8 tokens long.

Pieces never cross a sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

MAX_SPAN_LENGTH = 8
"""Tokens of a piece: the first look's output error was 0.17 for pieces of 32, 0.14 for 16 and 0.11
for 8 (docs/design.md)."""
_COVERED_KEY = "_dap_covered"


@dataclass(frozen=True)
class SpanTable:
    """Span boundaries of every row of a batch.

    Attributes:
        offsets: int32 `[B, S + 1]`, ascending. Span j of row b holds key tokens `offsets[b, j]` up
            to `offsets[b, j + 1]`; rows with fewer spans repeat their last offset.
    """

    offsets: Tensor

    def __post_init__(self) -> None:
        """Checks the form.

        Raises:
            ValueError: Wrong type or shape, or offsets that descend or begin under 0.
        """
        if self.offsets.ndim != 2 or self.offsets.dtype != torch.int32:
            found = f"{self.offsets.dtype} {list(self.offsets.shape)}"
            raise ValueError(f"span offsets must be int32 [B, S + 1], got {found}")
        # Looking at values on a GPU would make the host wait for it, in every layer.
        if (
            self.offsets.device.type == "cpu"
            and self.offsets.numel()
            and (bool((self.offsets[:, 0] < 0).any()) or bool((self.lengths < 0).any()))
        ):
            raise ValueError("span offsets must ascend from 0 or more in every row")

    def covers(self, batch: int, keys: int) -> bool:
        """Tells whether every row's offsets ascend from 0 to `keys`.

        Args:
            batch: Rows of the input.
            keys: Keys in each of them, padding included.
        """
        offsets, asked = self.offsets, (batch, keys)
        # A table on a GPU, for whose values the host waits, is looked at once, not in every layer.
        known = getattr(offsets, _COVERED_KEY, None) if offsets.is_cuda else None
        if known is not None and known[0] == asked:
            return bool(known[1])
        whole = len(offsets) == batch and offsets.shape[1] > 1
        if whole:
            ends = (offsets[:, 0] == 0) & (offsets[:, -1] == keys)
            whole = bool((ends & (self.lengths >= 0).all(1)).all())
        setattr(offsets, _COVERED_KEY, (asked, whole))
        return whole

    def check_covers(self, batch: int, keys: int) -> None:
        """Refuses spans that leave keys out, which nobody would read, or that reach beyond them.

        Args:
            batch: Rows of the input.
            keys: Keys in each of them, padding included.

        Raises:
            ValueError: Not every row's offsets ascend from 0 to `keys`.
        """
        if not self.covers(batch, keys):
            raise ValueError(
                f"span offsets of {batch} x {keys} keys must be int32 [{batch}, S + 1], each row "
                f"ascending from 0 to {keys}, as SpanTable.from_boundaries makes them; got "
                f"{list(self.offsets.shape)} that do not"
            )

    @property
    def starts(self) -> Tensor:
        """int32 `[B, S]`: the first token of each span."""
        return self.offsets[:, :-1]

    @property
    def ends(self) -> Tensor:
        """int32 `[B, S]`: one past the last token of each span."""
        return self.offsets[:, 1:]

    @property
    def lengths(self) -> Tensor:
        """int32 `[B, S]`: tokens in each span, 0 in the padding."""
        return self.offsets.diff(dim=1)

    @classmethod
    def uniform(cls, batch: int, length: int, span_length: int, device: torch.device) -> SpanTable:
        """Cuts every row into spans of one length, the last one shorter.

        Args:
            batch: Rows.
            length: Tokens of a row.
            span_length: Tokens of a span, 1 or more.
            device: Where the table lies.

        Returns:
            The table.
        """
        cuts = torch.arange(0, length + span_length, span_length, dtype=torch.int32, device=device)
        return cls(cuts.clamp(max=length).expand(batch, -1))

    @classmethod
    def from_boundaries(
        cls, rows: Sequence[Sequence[int]], length: int, max_length: int = MAX_SPAN_LENGTH
    ) -> SpanTable:
        """Builds a table from sentence ends, cutting longer sentences evenly.

        Args:
            rows: For each row of the batch, ascending token positions at which a span ends.
            length: Key tokens in a row; whatever follows the last end becomes spans of its own.
            max_length: Longest span allowed, in tokens.

        Returns:
            A table whose spans cover tokens 0 to `length` of every row.

        Raises:
            ValueError: An end lies outside 0 to `length` or does not ascend, there are no rows, or
                the longest span is shorter than a token.
        """
        if not rows or max_length < 1:
            raise ValueError(
                f"spans need a row and a length of 1 or more, got {len(rows)} rows and {max_length}"
            )
        tables = [_split(row, length, max_length) for row in rows]
        width = max(len(table) for table in tables)
        padded = [table + [length] * (width - len(table)) for table in tables]
        return cls(torch.tensor(padded, dtype=torch.int32))


def _split(ends: Sequence[int], length: int, max_length: int) -> list[int]:
    cuts = [0]
    for end in [*ends, length]:
        if not cuts[-1] <= end <= length:
            raise ValueError(f"span end {end} is outside {cuts[-1]} to {length}")
        if end == cuts[-1]:
            continue
        start, size = cuts[-1], end - cuts[-1]
        pieces = -(-size // max_length)
        cuts += [start + size * piece // pieces for piece in range(1, pieces + 1)]
    return cuts
