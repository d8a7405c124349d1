"""Batches for the GPU: how much memory one takes, and which documents go together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch

from secateur.core.config import DapConfig
from secateur.core.spans import MAX_SPAN_LENGTH
from secateur.core.states import saved_settings


class DeviceMemory(Protocol):
    """What routing asks of a device's memory."""

    def free_bytes(self) -> int:
        """Bytes that a batch may take now, those that the allocator holds unused included."""

    def reserve(self, size: int) -> None:
        """Has the allocator take so many bytes at once and keep them for what follows."""

    def empty_cache(self) -> None:
        """Gives unused memory back, so that no shape of the past stands in the way."""


@dataclass(frozen=True)
class CudaMemory:
    """Memory of one CUDA device."""

    device: torch.device

    def free_bytes(self) -> int:
        """See `DeviceMemory`."""
        free, _ = torch.cuda.mem_get_info(self.device)
        held = torch.cuda.memory_reserved(self.device) - torch.cuda.memory_allocated(self.device)
        return free + held

    def reserve(self, size: int) -> None:
        """See `DeviceMemory`."""
        torch.empty(size, dtype=torch.uint8, device=self.device)

    def empty_cache(self) -> None:
        """See `DeviceMemory`."""
        torch.cuda.empty_cache()


@dataclass(frozen=True)
class MemoryModel:
    """Bytes that one forward call takes beside the weights.

    Attributes:
        per_token: Bytes of one token, padding included: activations that live at the same time.
        per_tile_span: Bytes of one pair of query tile and span of one document: what the
            selection holds.
        safety: Share of the free memory that is planned with, 0 to 1.
        tile: Queries of a tile.
    """

    per_token: float
    per_tile_span: float
    safety: float = 0.8
    tile: int = DapConfig.tile

    @classmethod
    def of(cls, config: Any, dtype: torch.dtype) -> MemoryModel:
        """Reads the model's widths from its transformers config.

        Eight rows of the hidden width live at once in a layer (input, query, key, value, output,
        residual and two of the norms), and two of the feed-forward width; the selection holds five
        fp32 numbers a head for a query tile and a span.
        """
        hidden = int(config.hidden_size)
        wide = int(getattr(config, "intermediate_size", 4 * hidden))
        heads = int(config.num_attention_heads)
        return cls(
            per_token=dtype.itemsize * (8 * hidden + 2 * wide),
            per_tile_span=20.0 * heads,
            tile=int(saved_settings(config).get("tile", DapConfig.tile)),
        )

    def batch_bytes(self, count: int, length: int) -> int:
        """Bytes of a batch.

        Args:
            count: Documents.
            length: Tokens of the longest, to which the others are padded.
        """
        # One document of the batch is selected at a time.
        spans = -(-length // MAX_SPAN_LENGTH)
        selection = self.per_tile_span * -(-length // self.tile) * spans
        return int(self.per_token * count * length + selection)

    def tokens_within(self, room: int) -> int:
        """Tokens, padding included, of a call without selection that takes so many bytes."""
        return max(1, int(room // self.per_token))

    def largest_batch(self, length: int, free: int) -> int:
        """Documents of a length that fit, 0 where not even one does."""
        room = self.safety * free - self.batch_bytes(0, length)
        return max(0, int(room // (self.per_token * length)))


def cut_batches(
    indices: Sequence[int],
    lengths: Sequence[int],
    model: MemoryModel,
    free: int,
    *,
    largest: int,
    padding: float,
) -> list[tuple[int, ...]]:
    """Puts documents of like length together, the longest first.

    Args:
        indices: Numbers of the documents.
        lengths: Tokens of every document, by number.
        model: What a batch takes.
        free: Bytes that a batch may take.
        largest: Most documents in a batch.
        padding: Share of a document's row that may be padding, 0 to 1.

    Returns:
        Batches of document numbers. A document too long for the model stands alone: it is tried.
    """
    batches: list[list[int]] = []
    room = longest = 0
    for index in sorted(indices, key=lambda i: -lengths[i]):
        full = not batches or len(batches[-1]) >= room
        if full or lengths[index] < (1 - padding) * longest:
            longest = lengths[index]
            room = max(1, min(largest, model.largest_batch(longest, free)))
            batches.append([])
        batches[-1].append(index)
    return [tuple(batch) for batch in batches]


def short_batches(
    indices: Sequence[int], lengths: Sequence[int], most_tokens: int
) -> list[tuple[int, ...]]:
    """Puts documents of like length into calls of limited size, the longest first.

    The same documents always give the same batches: there is no looking at free memory.

    Args:
        indices: Numbers of the documents.
        lengths: Tokens of every document, by number.
        most_tokens: Tokens of a shared call, padding included; a longer document is alone.

    Returns:
        Batches of document numbers.
    """
    batches: list[list[int]] = []
    for index in sorted(indices, key=lambda i: (-lengths[i], i)):
        if batches and (len(batches[-1]) + 1) * lengths[batches[-1][0]] <= most_tokens:
            batches[-1].append(index)
        else:
            batches.append([index])
    return [tuple(batch) for batch in batches]


def next_size(size: int, usual_stop: int) -> int:
    """The batch to try after one did not fit: half, at the usual stop where that is near."""
    half = size // 2
    return usual_stop if usual_stop <= half < 2 * usual_stop else half


def working_dtype(device: torch.device) -> torch.dtype:
    """The dtype a device computes fastest: bf16 from compute capability 8, fp16 from 7, else fp32.

    Args:
        device: Where the model runs.
    """
    if device.type != "cuda":
        return torch.float32
    capability = torch.cuda.get_device_capability(device)
    if capability >= (8, 0):
        return torch.bfloat16
    return torch.float16 if capability >= (7, 0) else torch.float32
