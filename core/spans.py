"""Where each row's key tokens are cut into spans: pieces of sentences, at most 8 tokens long.

Pieces never cross a sentence. On captured attention of a 135M decoder (4,096 tokens, density 0.2)
the first look's output error was 0.17 for pieces of 32 tokens, 0.14 for 16 and 0.11 for 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

MAX_SPAN_LENGTH = 8


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
        """Cuts every row into spans of `span_length` tokens, the last one shorter."""
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
            ValueError: An end lies outside 0 to `length` or does not ascend.
        """
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
