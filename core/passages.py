"""Teaches a BERT encoder to tell its own passage from others, before it learns any task.

Positions restart in every passage. A head that looks for the token before a query finds one in
every passage, and over a document of hundreds of passages its attention drowns: a tagger trained
on pieces of up to eight passages fell from 0.64 to 0.29 F1 on twenty of them. So the token types
carry a code of the passage, and the encoder is taught to use it in two steps.

1. Each head's queries and keys get a component that reads the code: equal codes raise the score,
   others leave it alone. The component is a linear map fitted by ridge regression from hidden
   states to codes, layer by layer.
2. The encoder imitates its former self: over a piece of many passages its hidden states shall be
   those that the untouched encoder gives each passage alone. No labels are needed.

Later training is free to let passages see each other again where that helps.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from secateur.core.tagger import CASES, PASSAGE_CODES

CODE_NORM = 0.5
"""Length of a passage's vector, as a share of the mean length of the summed embeddings."""

READING_WEIGHT = 0.3
"""Share of the weights, against that of the embeddings, in what counts as a used direction."""


def passage_codes(width: int) -> Tensor:
    """Builds codes of which any two are orthogonal or opposite.

    Args:
        width: Numbers in a code, at least half of `PASSAGE_CODES` and a power of two.

    Returns:
        `[PASSAGE_CODES, width]`, each of length 1.

    Raises:
        ValueError: The width is too small or no power of two.
    """
    if width < PASSAGE_CODES // 2 or width & (width - 1):
        raise ValueError(
            f"codes need a width of {PASSAGE_CODES // 2} or more, a power of two; got {width}"
        )
    rows = torch.ones(1, 1)
    while rows.shape[0] < width:
        rows = torch.cat([torch.cat([rows, rows], 1), torch.cat([rows, -rows], 1)])
    half = rows[: PASSAGE_CODES // 2] / width**0.5
    return torch.cat([half, -half])


@torch.no_grad()
def teach_passages(
    model: nn.Module, batches: Sequence[dict[str, Tensor]], strength: float, free_heads: int = 2
) -> list[float]:
    """Gives a tagger's passages their codes and its heads the sense for them.

    Args:
        model: A tagger of `secateur.core.tagger.new_tagger` with heads of 32 dimensions or another
            power of two.
        batches: Inputs with `token_type_ids` of many passages; a few thousand tokens do.
        strength: What equal codes add to a score after its scaling; 8 keeps nine tenths of a
            head's weight in the own passage among three hundred.
        free_heads: Heads of each layer of the upper half that stay as they are, so that content of
            other passages is seen.

    Returns:
        For each layer the share (0 to 1) of the codes' variance that the fitted map explains.
    """
    bert: Any = model.bert
    width = bert.config.hidden_size // bert.config.num_attention_heads
    codes = passage_codes(width)
    model.eval()
    _place_codes(bert, batches, codes)
    layers = list(bert.encoder.layer)
    fits = []
    for number, layer in enumerate(layers):
        hidden, targets = _hidden_states(bert, batches, number, codes)
        weight, bias, fit = _ridge(hidden, targets)
        fits.append(fit)
        gain = (strength * width**0.5) ** 0.5
        heads = bert.config.num_attention_heads
        if number >= len(layers) // 2:
            heads -= free_heads
        for projection in (layer.attention.self.query, layer.attention.self.key):
            for head in range(heads):
                rows = slice(head * width, (head + 1) * width)
                projection.weight[rows] += gain * weight
                projection.bias[rows] += gain * bias
    return fits


def _place_codes(bert: Any, batches: Sequence[dict[str, Tensor]], codes: Tensor) -> None:
    """Writes the passages' vectors in directions that embeddings and weights use least."""
    summed: list[Tensor] = []
    keep = bert.embeddings.LayerNorm.register_forward_pre_hook(
        lambda _, inputs: summed.append(inputs[0].flatten(0, 1))
    )
    for batch in batches:
        bert.embeddings(
            input_ids=batch["input_ids"],
            token_type_ids=batch["token_type_ids"] % CASES,
            position_ids=batch["position_ids"],
        )
    keep.remove()
    values = torch.cat(summed)
    spread = torch.cov(values.T)
    weights = torch.cat(
        [
            part.weight
            for layer in bert.encoder.layer
            for part in (
                layer.attention.self.query,
                layer.attention.self.key,
                layer.attention.self.value,
                layer.intermediate.dense,
            )
        ]
    )
    reading = weights.T @ weights
    use = spread / spread.trace() + READING_WEIGHT * reading / reading.trace()
    directions = torch.linalg.eigh(use).eigenvectors[:, : codes.shape[1]]
    length = CODE_NORM * (values - values.mean(0)).norm(dim=1).mean()
    bert.embeddings.token_type_embeddings.passages.copy_(length * codes @ directions.T)


def _hidden_states(
    bert: Any, batches: Sequence[dict[str, Tensor]], layer: int, codes: Tensor
) -> tuple[Tensor, Tensor]:
    hidden, targets = [], []
    for batch in batches:
        inputs = {name: values for name, values in batch.items() if name != "labels"}
        states = bert(**inputs, output_hidden_states=True).hidden_states[layer]
        seen = batch.get("attention_mask", torch.ones_like(batch["input_ids"])).bool()
        hidden.append(states[seen])
        targets.append(codes[batch["token_type_ids"][seen] // CASES])
    return torch.cat(hidden), torch.cat(targets)


def _ridge(inputs: Tensor, targets: Tensor) -> tuple[Tensor, Tensor, float]:
    """Fits `targets = inputs @ weight.T + bias` and reports the explained share of variance."""
    mean, goal = inputs.mean(0), targets.mean(0)
    left, right = (inputs - mean).double(), (targets - goal).double()
    gram = left.T @ left
    gram += 1e-3 * gram.diagonal().mean() * torch.eye(len(gram), dtype=gram.dtype)
    weight = torch.linalg.solve(gram, left.T @ right)
    rest = (right - left @ weight).square().sum() / right.square().sum()
    weight = weight.T.to(inputs.dtype)
    return weight, goal - weight @ mean, 1.0 - float(rest)


class Imitation(nn.Module):
    """Measures how far an encoder over many passages is from another over each passage alone.

    Args:
        student: Encoder with passage codes.
        teacher: Encoder without; it is not trained.
    """

    def __init__(self, student: nn.Module, teacher: nn.Module) -> None:
        super().__init__()
        self.student = student
        self._teacher = [teacher.eval().requires_grad_(False)]  # a list keeps it out of checkpoints

    def forward(
        self,
        input_ids: Tensor,
        token_type_ids: Tensor,
        position_ids: Tensor,
        attention_mask: Tensor | None = None,
        labels: Tensor | None = None,
    ) -> dict[str, Tensor]:
        """Returns the squared distance of last hidden states, in units of the teacher's spread.

        Args:
            input_ids: int64 `[B, N]`.
            token_type_ids: int64 `[B, N]`.
            position_ids: int64 `[B, N]`, 0 where a passage opens.
            attention_mask: int64 `[B, N]`, 0 in the padding.
            labels: Not used.
        """
        seen = torch.ones_like(input_ids) if attention_mask is None else attention_mask
        seen = seen.bool()
        states = self.student(
            input_ids=input_ids,
            token_type_ids=token_type_ids,
            position_ids=position_ids,
            attention_mask=attention_mask,
        ).last_hidden_state[seen]
        flat = input_ids[seen]
        starts = [*(position_ids[seen] == 0).nonzero()[:, 0].tolist(), len(flat)]
        rows = [flat[start:end] for start, end in pairwise(starts)]
        alone = nn.utils.rnn.pad_sequence(rows, batch_first=True)
        inside = nn.utils.rnn.pad_sequence([torch.ones_like(row) for row in rows], batch_first=True)
        with torch.no_grad():
            wanted = self._teacher[0](input_ids=alone, attention_mask=inside).last_hidden_state
            wanted = wanted[inside.bool()].float()
        spread = (wanted - wanted.mean(0)).square().mean()
        return {"loss": (states.float() - wanted).square().mean() / spread}
