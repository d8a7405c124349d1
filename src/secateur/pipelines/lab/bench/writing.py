"""Sixty-four tokens after a prompt, by our decoding and by transformers' own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import torch
from torch import Tensor
from transformers import StoppingCriteria, StoppingCriteriaList

from secateur.core.decoder import decoding
from secateur.core.decoder.decoding import Prompt
from secateur.pipelines.runs.models import LoadedModel

NEW_TOKENS = 64
"""Tokens that every side writes, so that their times compare."""


@dataclass(frozen=True)
class Written:
    """What a decoder wrote.

    Attributes:
        text: The words.
        prefill_s: Seconds until the first new token was known.
        decode_s: Seconds for the others.
    """

    text: str
    prefill_s: float
    decode_s: float


Write = Callable[[Sequence[Prompt], LoadedModel], Written]
"""Writes `NEW_TOKENS` tokens after the prompts, whatever they are; what follows the first is kept.

Rivals read the first prompt only."""


def write_pruned(prompts: Sequence[Prompt], loaded: LoadedModel, drafts: int = 1) -> Written:
    """Writes so many texts after each prompt with our decoding; the attention is the model's."""
    written = decoding.write(
        loaded.model, prompts, max_new_tokens=NEW_TOKENS, end_tokens=(), texts=drafts
    )
    tokens = list(written.texts[0][0].tokens)
    text = str(loaded.tokenizer.decode(tokens, skip_special_tokens=True))
    return Written(text, written.prefill_s, written.decode_s)


def write_stock(prompts: Sequence[Prompt], loaded: LoadedModel) -> Written:
    """Writes with transformers' own `generate`, greedily, after the first prompt."""
    model: Any = loaded.model
    prompt = prompts[0]
    clock = _FirstToken()
    begin = perf_counter()
    with torch.inference_mode():
        tokens = model.generate(
            prompt.tokens,
            attention_mask=torch.ones_like(prompt.tokens),
            min_new_tokens=NEW_TOKENS,
            max_new_tokens=NEW_TOKENS,
            do_sample=False,
            pad_token_id=loaded.tokenizer.eos_token_id,
            stopping_criteria=StoppingCriteriaList([clock]),
        )
    end = perf_counter()
    new = tokens[0, prompt.tokens.shape[1] :]
    text = str(loaded.tokenizer.decode(new, skip_special_tokens=True))
    return Written(text, clock.at - begin, end - clock.at)


class _FirstToken(StoppingCriteria):
    """Remembers when the first new token was there; stops nothing."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self, input_ids: Tensor, scores: Any, **kwargs: Any) -> Tensor:
        """Asked after every token."""
        self.at = self.at or perf_counter()
        return torch.zeros(len(input_ids), dtype=torch.bool)
