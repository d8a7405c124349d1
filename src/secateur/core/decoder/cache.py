"""Keys and values of what a decoder has read, with room ahead."""

from __future__ import annotations

from typing import Any

from torch import Tensor
from transformers import DynamicCache, PreTrainedModel
from transformers.cache_utils import DynamicLayer


class RoomyLayer(DynamicLayer):
    """A cache layer with room ahead.

    Transformers' own grows by copying all keys and values for every new token, which costs time
    and leaves the heap in pieces: gigabytes over a summary of 6,000 tokens.
    """

    _ROOM = 256
    _buffers: list[Tensor]

    def update(
        self, key_states: Tensor, value_states: Tensor, *args: Any, **kwargs: Any
    ) -> tuple[Tensor, Tensor]:
        """Appends keys and values `[B, H, T, D]`; returns views of all so far."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
            self._buffers = [key_states[:, :, :0], value_states[:, :, :0]]
        used = self.get_seq_length()
        length = used + key_states.shape[2]
        if length > self._buffers[0].shape[2]:
            for number, old in enumerate(self._buffers):
                shape = (*old.shape[:2], length + self._ROOM, old.shape[3])
                self._buffers[number] = old.new_empty(shape)
                self._buffers[number][:, :, :used] = old[:, :, :used]
        for buffer, new in zip(self._buffers, (key_states, value_states), strict=True):
            buffer[:, :, used:length] = new
        return self._show(length)

    def reorder_cache(self, beam_idx: Tensor) -> None:
        """Takes these texts of the batch in place of all: some of several, or one several times."""
        if self.is_initialized:
            self._buffers = [buffer[beam_idx] for buffer in self._buffers]
            self._show(self.get_seq_length())

    def held(self) -> tuple[Tensor, Tensor]:
        """Keys and values `[B, H, T, D]` of all that was read."""
        return self._show(self.get_seq_length())

    def _show(self, length: int) -> tuple[Tensor, Tensor]:
        keys, values = (buffer[:, :, :length] for buffer in self._buffers)
        self.keys, self.values = keys, values
        return keys, values


def roomy_cache(model: PreTrainedModel) -> DynamicCache:
    """Makes an empty cache for a model; layers of other kinds than the plain one stay."""
    cache = DynamicCache(config=model.config)
    cache.layers = [
        RoomyLayer() if type(layer) is DynamicLayer else layer for layer in cache.layers
    ]
    return cache
