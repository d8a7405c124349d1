"""Decoding, of one text or several, with its timings and token probabilities apart."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Protocol, cast

import torch
from torch import Tensor
from transformers import (
    EncoderDecoderCache,
    LlamaForCausalLM,
    NoRepeatNGramLogitsProcessor,
    PreTrainedModel,
)
from transformers.modeling_outputs import BaseModelOutput

from secateur.core import llama
from secateur.core.cache import roomy_cache


@dataclass(frozen=True)
class Generation:
    """What a decoder wrote.

    Attributes:
        tokens: The new tokens, the end token left out.
        probabilities: The model's probability of each, 0 to 1.
        prefill_s: Seconds to read the prompt and choose the first token.
        decode_s: Seconds for the tokens after it.
    """

    tokens: tuple[int, ...]
    probabilities: tuple[float, ...]
    prefill_s: float
    decode_s: float


@torch.inference_mode()
def write(
    model: PreTrainedModel,
    prompt: Tensor,
    *,
    max_new_tokens: int,
    end_tokens: Collection[int],
    stop: Callable[[tuple[int, ...]], bool] | None = None,
    no_repeat: int = 0,
    allowed: Tensor | None = None,
    span_offsets: Tensor | None = None,
    texts: int = 1,
    temperature: float = 1.0,
) -> list[Generation]:
    """Reads a prompt once and writes one or several texts after it.

    The first text has the likeliest token at each step, the others are drawn. Every call draws the
    same random numbers for a text, so that the same input gives the same texts, and inputs that
    differ little mostly the same ones.

    Args:
        model: A causal language model, or an encoder with a decoder.
        prompt: int64 `[1, n]`.
        max_new_tokens: Most tokens written, 1 or more.
        end_tokens: Tokens that end a text.
        stop: Called with the tokens of a text so far; True ends it early.
        no_repeat: Runs of this many new tokens are never written twice in a text; 0 allows it.
        allowed: bool `[vocabulary]`, True for the tokens that may be written; None allows all.
        span_offsets: int32 `[1, S + 1]` sentence boundaries of the prompt, for DAP.
        texts: How many, 1 or more.
        temperature: What logits are divided by before a token is drawn, above 0.

    Returns:
        For each text its tokens with probabilities; the timings are those of all together.

    Raises:
        ValueError: The prompt is not one row of tokens.
    """
    if prompt.ndim != 2 or prompt.shape[0] != 1 or not prompt.shape[1]:
        raise ValueError(f"the prompt must be one row of tokens, got {list(prompt.shape)}")
    read = reader(model)
    choose = _Choice(no_repeat, allowed, temperature)
    drafts = going = [_Draft(number) for number in range(texts)]
    begin = perf_counter()
    logits = read(prompt, span_offsets).float()
    tokens, probabilities = choose(logits.expand(texts, -1), drafts)
    prefilled = perf_counter()
    if texts > 1:
        read.branch(texts)
    while True:
        for draft, token, probability in zip(going, tokens, probabilities, strict=True):
            draft.add(token, probability, end_tokens, max_new_tokens, stop)
        rows = [row for row, draft in enumerate(going) if not draft.ended]
        if not rows:
            break
        if len(rows) < len(going):
            read.keep(rows)
            going = [going[row] for row in rows]
        step = torch.tensor([draft.tokens[-1:] for draft in going], device=prompt.device)
        tokens, probabilities = choose(read(step).float(), going)
    spent = {"prefill_s": prefilled - begin, "decode_s": perf_counter() - prefilled}
    return [Generation(tuple(d.tokens), tuple(d.probabilities), **spent) for d in drafts]


class Reader(Protocol):
    """Reads a text, keeping keys and values between the calls; for use in inference mode."""

    def __call__(self, tokens: Tensor, span_offsets: Tensor | None = None) -> Tensor:
        """Reads the next tokens `[1, n]`; returns logits of what follows `[1, vocabulary]`."""

    def branch(self, texts: int) -> None:
        """From now on reads the next token of each of several texts, `[texts, 1]`."""

    def keep(self, rows: Sequence[int]) -> None:
        """From now on reads these of its texts; the others have ended."""


def reader(model: PreTrainedModel) -> Reader:
    """Chooses how a causal language model, or an encoder with a decoder, reads a text."""
    if model.config.is_encoder_decoder:
        return _EncoderReader(model)
    if llama.covers(model):
        return llama.LlamaReader(cast(LlamaForCausalLM, model))
    return _ModuleReader(model)


class _ModuleReader:
    """Reads by calling the model."""

    def __init__(self, model: PreTrainedModel) -> None:
        self._model = model
        self._cache = roomy_cache(model)
        self._memory = {_cache_keyword(model): self._cache, "use_cache": True}

    def __call__(self, tokens: Tensor, span_offsets: Tensor | None = None) -> Tensor:
        spans = {} if span_offsets is None else {"span_offsets": span_offsets}
        read = self._model(tokens, logits_to_keep=1, **self._memory, **spans)
        logits: Tensor = read.logits[:, -1]
        return logits

    def branch(self, texts: int) -> None:
        self._cache.batch_repeat_interleave(texts)

    def keep(self, rows: Sequence[int]) -> None:
        self._cache.batch_select_indices(torch.tensor(rows))


class _EncoderReader:
    """Reads the first text with the encoder, what follows with the decoder."""

    def __init__(self, model: PreTrainedModel) -> None:
        self._model = model
        self._cache = EncoderDecoderCache(roomy_cache(model), roomy_cache(model))
        self._memory = {_cache_keyword(model): self._cache, "use_cache": True}
        self._encoded: Tensor | None = None

    def __call__(self, tokens: Tensor, span_offsets: Tensor | None = None) -> Tensor:
        if self._encoded is None:
            spans = {} if span_offsets is None else {"span_offsets": span_offsets}
            self._encoded = self._model.get_encoder()(tokens, **spans).last_hidden_state
            tokens = torch.full_like(tokens[:, :1], self._model.config.decoder_start_token_id)
        read = self._model(
            encoder_outputs=BaseModelOutput(last_hidden_state=self._encoded),
            decoder_input_ids=tokens, **self._memory,
        )  # fmt: skip
        logits: Tensor = read.logits[:, -1]
        return logits

    def branch(self, texts: int) -> None:
        if self._encoded is not None:
            self._encoded = self._encoded.repeat_interleave(texts, 0)
        self._cache.batch_repeat_interleave(texts)

    def keep(self, rows: Sequence[int]) -> None:
        chosen = torch.tensor(rows)
        if self._encoded is not None:
            self._encoded = self._encoded[chosen]
        self._cache.batch_select_indices(chosen)


def _cache_keyword(model: PreTrainedModel) -> str:
    """Names the cache argument of `forward`, which transformers 5.24 renamed with a warning."""
    known = inspect.signature(model.forward).parameters
    return "cache" if "cache" in known else "past_key_values"


@dataclass
class _Draft:
    """A text in the making.

    Attributes:
        number: 0 has the likeliest tokens, others have tokens drawn with this seed.
        tokens: Those so far.
        probabilities: The model's probability of each.
        ended: Whether it is whole.
        random: What its tokens are drawn with.
    """

    number: int
    tokens: list[int] = field(default_factory=list)
    probabilities: list[float] = field(default_factory=list)
    ended: bool = False
    random: torch.Generator = field(init=False)

    def __post_init__(self) -> None:
        self.random = torch.Generator().manual_seed(self.number)

    def add(
        self,
        token: int,
        probability: float,
        end_tokens: Collection[int],
        most: int,
        stop: Callable[[tuple[int, ...]], bool] | None,
    ) -> None:
        """Takes the next token and sees whether the text ends now."""
        if token in end_tokens:
            self.ended = True
            return
        self.tokens.append(token)
        self.probabilities.append(probability)
        full = len(self.tokens) == most
        self.ended = full or (stop is not None and stop(tuple(self.tokens)))


class _Choice:
    """Chooses the next token of each text: the first one's likeliest, the others' at random."""

    def __init__(self, no_repeat: int, allowed: Tensor | None, temperature: float) -> None:
        self._unrepeated = NoRepeatNGramLogitsProcessor(no_repeat) if no_repeat else None
        self._allowed = allowed
        self._temperature = temperature

    def __call__(self, scores: Tensor, drafts: Sequence[_Draft]) -> tuple[list[int], list[float]]:
        """Args: fp32 logits `[R, vocabulary]`. Returns: R tokens and the model's probabilities."""
        probabilities = scores.softmax(-1)
        if self._unrepeated is not None:
            rows = [
                self._unrepeated(torch.tensor([draft.tokens], dtype=torch.long), row[None])
                for draft, row in zip(drafts, scores, strict=True)
            ]
            scores = torch.cat(rows)
        if self._allowed is not None:
            scores = scores.masked_fill(~self._allowed.to(scores.device), float("-inf"))
        chosen = torch.stack(
            [self._pick(row, draft) for row, draft in zip(scores, drafts, strict=True)]
        )
        picked = probabilities.gather(1, chosen[:, None])[:, 0]
        return chosen.tolist(), picked.tolist()

    def _pick(self, row: Tensor, draft: _Draft) -> Tensor:
        if draft.number:
            # Gumbel's way of drawing: the same draws meet each token again in another run.
            draws = torch.rand(row.shape, generator=draft.random).log_().neg_().log_()
            row = row / self._temperature - draws.to(row.device)
        return row.argmax()
