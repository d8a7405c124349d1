"""Training of a decoder's adapter on the answers to prompts, on transformers' Trainer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

import torch
from peft import PeftModel
from peft.helpers import disable_input_dtype_casting
from torch import Tensor, nn
from torch.utils.data import Dataset
from transformers import PreTrainedModel

from secateur.core.training.annealing import PruningSettings
from secateur.core.training.run import TrainingSettings, train
from secateur.core.training.tagged import IGNORE


@dataclass(frozen=True)
class AdapterTraining(TrainingSettings):
    """`TrainingSettings` with what an adapter's training adds.

    Attributes:
        batch_tokens: Most tokens of a batch, padding included; 1 or more.
    """

    batch_tokens: int = 2048

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.batch_tokens < 1:
            raise ValueError(f"batch_tokens must be 1 or more, got {self.batch_tokens}")


@dataclass(frozen=True)
class Example:
    """A prompt and what is to be written after it, in tokens, the end token included."""

    prompt: tuple[int, ...]
    answer: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.prompt) + len(self.answer)


def grouped(lengths: Sequence[int], order: Iterable[int], batch_tokens: int) -> list[list[int]]:
    """Puts rows of like length into batches; which of them meet follows from their order."""
    batches: list[list[int]] = [[]]
    for number in sorted(order, key=lengths.__getitem__):
        if (len(batches[-1]) + 1) * lengths[number] > batch_tokens:
            batches.append([])
        batches[-1].append(number)
    return batches


class AnswerBatches(Dataset[dict[str, Tensor]]):
    """Batches of examples of like length, padded on the right.

    Under causal attention no token sees the padding after it, so that none needs a mask.

    Args:
        examples: Shorter than `batch_tokens` each.
        batch_tokens: Most tokens of a batch, padding included.
        pad: Token to pad with.
        seed: Start of the shuffling that decides which examples of like length meet.
    """

    def __init__(
        self, examples: Sequence[Example], batch_tokens: int, pad: int, seed: int = 0
    ) -> None:
        longest = max(map(len, examples), default=0)
        if longest > batch_tokens:
            raise ValueError(f"an example of {longest} tokens does not fit in {batch_tokens}")
        self._pad = pad
        order = torch.randperm(len(examples), generator=torch.Generator().manual_seed(seed))
        batches = grouped([*map(len, examples)], order.tolist(), batch_tokens)
        self._batches = [[examples[number] for number in batch] for batch in batches]

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        """Builds a batch.

        Returns:
            input_ids, int64 `[B, N]`; labels, int64 `[B, N]`: the token to be written after each
            place, -100 where that is the prompt's or padding.
        """
        rows = self._batches[index]
        width = max(map(len, rows)) - 1
        tokens = torch.full((len(rows), width), self._pad)
        labels = torch.full((len(rows), width), IGNORE)
        for number, row in enumerate(rows):
            tokens[number, : len(row) - 1] = torch.tensor((*row.prompt, *row.answer)[:-1])
            labels[number, len(row.prompt) - 1 : len(row) - 1] = torch.tensor(row.answer)
        return {"input_ids": tokens, "labels": labels}


def answer_loss(model: PreTrainedModel, batch: dict[str, Tensor]) -> Tensor:
    """Cross-entropy summed over the labels; logits are computed for those places only.

    Args:
        model: A causal language model whose logits are its head's output, not scaled or capped.
        batch: See `AnswerBatches`.

    Returns:
        A scalar.
    """
    asked = batch["labels"] != IGNORE
    read = model.get_decoder()(input_ids=batch["input_ids"], use_cache=False)
    logits = model.get_output_embeddings()(read.last_hidden_state[asked])
    return nn.functional.cross_entropy(logits.float(), batch["labels"][asked], reduction="sum")


def train_adapter(
    model: PeftModel,
    batches: Dataset[dict[str, Tensor]],
    valid: Dataset[dict[str, Tensor]],
    settings: AdapterTraining,
    pruning: PruningSettings,
) -> list[dict[str, float]]:
    """Trains an adapter and leaves the model with the weights of the lowest validation loss.

    Args:
        model: See `secateur.core.models.lora.attach`. With bf16 arithmetic a bf16 base saves
            casting its weights in every forward call; the adapter's own weights stay fp32.
        batches: One batch an item, see `AnswerBatches`; shuffled in each epoch.
        valid: The same, for validation.
        settings: Duration, speed, checkpoints; see `secateur.core.training.run.train`.
        pruning: Attention while training.

    Returns:
        The log.
    """
    epoch = ceil(len(batches) / settings.gradient_accumulation)  # type: ignore[arg-type]
    # Autocast casts what it multiplies; peft would turn every input to fp32 first.
    with disable_input_dtype_casting(model):
        return train(
            model, batches, settings, pruning, answer_loss,
            valid=valid, epoch_steps=epoch, planned=False,
        )  # fmt: skip
