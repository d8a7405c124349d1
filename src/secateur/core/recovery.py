"""A second reading: some tokens of a document once more, each against every key of the document.

Keys and values of a pruned run are kept, those of every attention module. Tokens that came out
unsure then go through the layers again by themselves, with exact attention to all keys: their own
anew, the others' as the pruned run left them. Choosing all tokens would be full attention; a few
of them cost little.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from torch import Tensor
from transformers import PreTrainedModel

from secateur.core.attention import AttentionCall
from secateur.core.kept import watched
from secateur.core.models.distance import at_places
from secateur.core.states import ModuleState, asked

MEMORY_BYTES = 1 << 30
"""What keys and values of a run may take: 58,000 tokens of a six-layer encoder in fp32."""


class Memory:
    """Keys and values of one run, by attention module.

    Attributes:
        tokens: Length of the run, 0 before it.
    """

    def __init__(self, layers: int, limit: int) -> None:
        """Keeps nothing of a run whose `layers` need more than `limit` bytes."""
        self.tokens = 0
        self._layers, self._limit = layers, limit
        self._kept: dict[ModuleState, tuple[Tensor, Tensor, bool]] = {}
        self._covered, self._pruned = True, False

    def __bool__(self) -> bool:
        """Whether there is something to read again: a run of one row, pruned, and all kept."""
        return self._covered and self._pruned

    def take(self, state: ModuleState, call: AttentionCall) -> None:
        """Keeps one call of the run."""
        alone = len(call.query) == 1 and call.key_mask is None
        plain = not call.causal and call.window is None and call.bias is None
        size = 2 * call.key.numel() * call.key.element_size() * self._layers
        self._covered &= alone and plain and size <= self._limit
        pruned = call.lists is not None
        self._pruned |= pruned and state.config.fallback == "auto"
        self.tokens = call.key.shape[2]
        if self._covered:
            self._kept[state] = call.key, call.value, pruned
        else:
            self._kept.clear()

    def recall(
        self, rows: Tensor, state: ModuleState, key: Tensor, value: Tensor
    ) -> tuple[Tensor, Tensor, bool]:
        """Returns all keys and values of a module, those of `rows` replaced, and if it pruned."""
        keys, values, pruned = self._kept[state]
        return keys.index_copy_(2, rows, key), values.index_copy_(2, rows, value), pruned


@contextmanager
def remember(model: PreTrainedModel, limit: int = MEMORY_BYTES) -> Iterator[Memory]:
    """Keeps keys and values of what the model reads meanwhile in this thread: one run.

    Args:
        model: A model under attention "dap".
        limit: Bytes that they may take. Of a longer document nothing is kept.
    """
    memory = Memory(int(model.config.num_hidden_layers), limit)
    with watched(model, memory.take):
        yield memory


def read_again(
    model: PreTrainedModel, memory: Memory, rows: Tensor, columns: dict[str, Tensor]
) -> Any:
    """Runs some tokens of a document once more, each against all of its keys.

    The modules' statistics count these pairs with those of the run.

    Args:
        model: The model, as in the run that was kept.
        memory: That run; keys and values of `rows` are replaced in it.
        rows: Tokens, ascending, int64 `[R]`.
        columns: The run's inputs by token, `[1, N]` each: ids, positions, types.

    Returns:
        What the model gives for these tokens, as one row of R.

    Raises:
        ValueError: The run was not kept.
    """
    if not memory:
        raise ValueError("keys and values of the run were not kept")
    asked.recall = partial(memory.recall, rows)
    try:
        with at_places(rows):
            given = {name: column[:, rows] for name, column in columns.items()}
            # Without a mask transformers takes positions with gaps for packed sequences.
            given.setdefault("attention_mask", rows.new_ones(1, len(rows)))
            return model(**given)
    finally:
        asked.recall = None
