"""Language modelling: batches of text whose tokens are guessed, from all around or from before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from peft import PeftModel
from peft.helpers import disable_input_dtype_casting
from torch import Tensor, nn
from torch.utils.data import Dataset
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from secateur.core.training.annealing import PruningSettings
from secateur.core.training.answers import answer_loss, grouped
from secateur.core.training.run import TrainingSettings, train
from secateur.core.training.tagged import IGNORE
from secateur.core.training.trainer import Batch

Objective = Literal["masked", "causal"]

_MASKED, _RANDOM = 0.8, 0.1
"""Shares of asked tokens that are masked, and replaced at random; the rest stays: BERT's own
(arXiv:1810.04805)."""
# What leads from the encoder's last layer to the logits, so that these are computed where asked.
_HEADS = {"bert": ("cls",), "roberta": ("lm_head",), "modernbert": ("head", "decoder")}


@dataclass(frozen=True)
class Reading:
    """How a model is to read batches.

    Attributes:
        objective: "masked" (an encoder) or "causal" (a decoder).
        mask: Number of the mask token; -1 for "causal".
        pad: Number of the token to pad with.
        vocabulary: Tokens that a masked one may be replaced by are numbers under this.
        special: Numbers of tokens that are never masked.
        positions: Of longer rows the positions begin again after so many; 0 for never.
        mask_share: Share (0 to 1) of the tokens that are asked for.
    """

    objective: Objective
    mask: int
    pad: int
    vocabulary: int
    special: tuple[int, ...]
    positions: int = 0
    mask_share: float = 0.15


def reading(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    objective: Objective,
    max_seq_len: int,
    mask_share: float,
) -> Reading:
    """Finds out how a model is to read rows of at most `max_seq_len` tokens.

    Raises:
        ValueError: The tokenizer has no mask token, or rows are longer than the model's positions
            and it is no BERT, whose positions may begin again.
    """
    mask = tokenizer.mask_token_id
    if objective == "masked" and mask is None:
        raise ValueError('the tokenizer has no mask token; objective = "causal" needs none')
    positions = int(getattr(model.config, "max_position_embeddings", 0) or 0)
    longer = 0 < positions < max_seq_len
    if longer and model.config.model_type != "bert":
        raise ValueError(f"max_seq_len {max_seq_len} is above the model's {positions} positions")
    pad = tokenizer.pad_token_id
    return Reading(
        objective=objective,
        mask=-1 if mask is None else mask,
        pad=0 if pad is None else pad,
        vocabulary=len(tokenizer),
        special=tuple(tokenizer.all_special_ids),
        positions=positions if longer else 0,
        mask_share=mask_share,
    )


class LanguageBatches(Dataset[Batch]):
    """Batches of rows of like length; the same seed gives the same ones in any order of reading.

    Args:
        rows: Tokens of each row, special ones included.
        how: What the batches ask for.
        batch_tokens: Most tokens of a batch, padding included.
        count: Batches wanted; None takes every row once, from the shortest on.
        seed: Start of all random choices.

    Attributes:
        epochs: Passes over the rows that the batches make.
    """

    def __init__(
        self,
        rows: Sequence[Sequence[int]],
        how: Reading,
        batch_tokens: int,
        count: int | None = None,
        seed: int = 0,
    ) -> None:
        longest = max(map(len, rows), default=0)
        if not longest:
            raise ValueError("there is no text to learn from")
        if longest > batch_tokens:
            raise ValueError(
                f"a row of {longest} tokens does not fit in batch_tokens {batch_tokens}"
            )
        self._rows, self._how, self._seed = rows, how, seed
        rng = np.random.default_rng(seed)
        self._plan: list[list[int]] = []
        self.epochs = 0
        while not self.epochs or (count is not None and len(self._plan) < count):
            order = rng.permutation(len(rows)).tolist()
            batches = grouped([*map(len, rows)], order, batch_tokens)
            if count is not None:
                rng.shuffle(batches)
            self._plan += batches
            self.epochs += 1
        if count is not None:
            del self._plan[count:]

    def __len__(self) -> int:
        return len(self._plan)

    def __getitem__(self, index: int) -> Batch:
        """Builds a batch.

        Returns:
            input_ids, int64 `[B, N]`; labels, int64 `[B, N]`, -100 where nothing is asked; and
            for encoders, where they are needed, attention_mask and position_ids, int64 `[B, N]`.
        """
        rows = [np.array(self._rows[number]) for number in self._plan[index]]
        width = max(map(len, rows))
        tokens = np.full((len(rows), width), self._how.pad)
        mask = np.zeros((len(rows), width), dtype=np.int64)
        for number, row in enumerate(rows):
            tokens[number, : len(row)] = row
            mask[number, : len(row)] = 1
        if self._how.objective == "causal":
            labels = np.where(mask[:, 1:] == 1, tokens[:, 1:], IGNORE)
            return {"input_ids": torch.tensor(tokens[:, :-1]), "labels": torch.tensor(labels)}
        rng = np.random.default_rng((self._seed, index))
        seen, labels = self._masked(tokens, mask == 1, rng)
        batch = {"input_ids": torch.tensor(seen), "labels": torch.tensor(labels)}
        # Without a mask transformers takes positions that begin anew for packed sequences.
        if self._how.positions or not mask.all():
            batch["attention_mask"] = torch.tensor(mask)
        if self._how.positions:
            places = torch.arange(width) % self._how.positions
            batch["position_ids"] = places.expand(len(rows), -1).contiguous()
        return batch

    def _masked(
        self, tokens: NDArray[Any], there: NDArray[Any], rng: np.random.Generator
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """What the model sees and what it is asked, as BERT was trained (arXiv 1810.04805)."""
        how = self._how
        free = there & ~np.isin(tokens, how.special)
        asked = free & (rng.random(tokens.shape) < how.mask_share)
        fate = rng.random(tokens.shape)
        others = rng.integers(how.vocabulary, size=tokens.shape)
        seen = np.where(asked & (fate < _MASKED), how.mask, tokens)
        seen = np.where(asked & (fate >= 1 - _RANDOM), others, seen)
        return seen, np.where(asked, tokens, IGNORE)


def masked_loss(model: PreTrainedModel, batch: Batch) -> Tensor:
    """Cross-entropy summed over the labels of a masked batch.

    Args:
        model: A masked language model; of BERT, RoBERTa and ModernBERT kinds logits are computed
            for the labelled places only.
        batch: See `LanguageBatches`.

    Returns:
        A scalar.
    """
    asked = batch["labels"] != IGNORE
    given = {name: values for name, values in batch.items() if name != "labels"}
    heads = _HEADS.get(model.config.model_type)
    if heads is None:
        logits = model(**given).logits[asked]
    else:
        logits = model.base_model(**given).last_hidden_state[asked]
        for name in heads:
            logits = model.get_submodule(name)(logits)
    return nn.functional.cross_entropy(logits.float(), batch["labels"][asked], reduction="sum")


def train_language_model(
    model: PreTrainedModel | PeftModel,
    batches: LanguageBatches,
    valid: Dataset[Batch],
    settings: TrainingSettings,
    pruning: PruningSettings,
    objective: Objective,
) -> list[dict[str, float]]:
    """Trains a language model and leaves it with the weights of the lowest validation loss.

    Args:
        model: A masked or causal language model, or an adapter over a causal one.
        batches: As many as steps times `gradient_accumulation`.
        valid: Batches for validation.
        settings: Duration and speed; see `secateur.core.training.run.train`.
        pruning: Attention while training.
        objective: "masked" or "causal".

    Returns:
        The log.
    """
    epoch = ceil(settings.steps / batches.epochs)
    loss = masked_loss if objective == "masked" else answer_loss
    # Autocast casts what it multiplies; peft would turn every input to fp32 first.
    with disable_input_dtype_casting(model, isinstance(model, PeftModel)):
        return train(model, batches, settings, pruning, loss, valid=valid, epoch_steps=epoch)
