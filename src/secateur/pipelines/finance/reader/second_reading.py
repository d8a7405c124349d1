"""The least sure words of a document, read again with full attention, once and within a budget."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import PreTrainedModel

from secateur.core.config import DapConfig
from secateur.core.recovery import Memory, read_again
from secateur.core.states import CONFIG_KEY
from secateur.pipelines.finance.reader.encode import Encoded

SURE = 0.6
"""Probability of a word's likeliest label from which its reading stands."""


def second_reading(
    encoded: Encoded,
    model: PreTrainedModel,
    memory: Memory,
    columns: dict[str, Tensor],
    certainty: NDArray[np.float32],
) -> tuple[NDArray[np.int64], Tensor] | None:
    """Reads the words again whose labels are not sure.

    Args:
        encoded: The document.
        model: The tagger.
        memory: Its run over the whole document.
        columns: The run's inputs by token, `[1, N]` each.
        certainty: Probability of the likeliest label of each piece `[tokens]`, 0 to 1.

    Returns:
        Tokens of the sequence that were read again, ascending `[R]`, and their logits
        `[R, labels]`; None where the run is sure or cannot be read again.
    """
    if not memory:
        return None
    rows = unsure(encoded, certainty, _budget(model, memory.tokens))
    if not len(rows):
        return None
    chosen = torch.from_numpy(rows).to(model.device)
    return rows, read_again(model, memory, chosen, columns).logits[0]


def unsure(encoded: Encoded, certainty: NDArray[np.float32], most: int) -> NDArray[np.int64]:
    """Chooses the least sure words, all pieces of each.

    Args:
        encoded: The document.
        certainty: Of each piece, 0 to 1; a word has its first piece's.
        most: Pieces that may be chosen.

    Returns:
        Tokens of the sequence, ascending.
    """
    firsts = np.flatnonzero(encoded.tokens.opens_word)
    lengths = np.diff(firsts, append=len(encoded.tokens))
    order = np.argsort(certainty[firsts], kind="stable")
    order = order[certainty[firsts[order]] < SURE]
    order = order[np.cumsum(lengths[order]) <= most]
    word = np.cumsum(encoded.tokens.opens_word) - 1
    inside = encoded.source >= 0
    chosen = np.zeros(len(encoded), dtype=np.bool_)
    chosen[inside] = np.isin(word[encoded.source[inside]], order)
    return np.flatnonzero(chosen)


def _budget(model: PreTrainedModel, tokens: int) -> int:
    """Tokens whose second reading costs `recovery_budget` of the first.

    A layer multiplies a token with 12 h² weights and, for each key that it reads, 2 h numbers.
    What the first reading kept is left out, so that it costs rather more than is counted.
    """
    config: Any = model.config
    settings = DapConfig.from_dict(getattr(config, CONFIG_KEY))
    layer = 6 * config.hidden_size
    return int(settings.recovery_budget * tokens * layer / (layer + tokens))
