"""Decoding, of one text or several, with its timings and token probabilities apart."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from random import Random
from time import perf_counter
from typing import NamedTuple, cast

import torch
from torch import Tensor
from transformers import NoRepeatNGramLogitsProcessor, PreTrainedModel

from secateur.core.decoder import llama
from secateur.core.decoder.llama import LlamaReader
from secateur.core.decoder.reading import reader


@dataclass(frozen=True)
class Prompt:
    """What a text is written after.

    Attributes:
        tokens: int64 `[1, n]`.
        span_offsets: int32 `[1, S + 1]`, sentence boundaries in tokens, for DAP; None: not known.
    """

    tokens: Tensor
    span_offsets: Tensor | None

    def to(self, device: torch.device) -> Prompt:
        """Returns the prompt with its tensors on a device."""
        spans = None if self.span_offsets is None else self.span_offsets.to(device)
        return Prompt(self.tokens.to(device), spans)


@dataclass(frozen=True)
class Generation:
    """A text that was written.

    Attributes:
        tokens: The new tokens, the end token left out.
        probabilities: The model's probability of each, 0 to 1.
    """

    tokens: tuple[int, ...]
    probabilities: tuple[float, ...]


@dataclass(frozen=True)
class Written:
    """What a decoder wrote.

    Attributes:
        texts: The texts after each prompt.
        prefill_s: Seconds to read the prompts and choose the first tokens.
        decode_s: Seconds for the tokens after them.
    """

    texts: tuple[tuple[Generation, ...], ...]
    prefill_s: float
    decode_s: float


def write(
    model: PreTrainedModel,
    prompts: Sequence[Prompt],
    *,
    max_new_tokens: int,
    end_tokens: Collection[int],
    stop: Callable[[tuple[int, ...]], bool] | None = None,
    no_repeat: int = 0,
    allowed: Tensor | None = None,
    texts: int = 1,
    temperature: float = 1.0,
) -> Written:
    """Reads each prompt once and writes one or several texts after it.

    The first text after a prompt has the likeliest token at each step, the others are drawn. Every
    call draws the same random numbers for a text, so that the same input gives the same texts, and
    inputs that differ little mostly the same ones. Where our own reader covers the model, the texts
    of all prompts are written side by side, and weights read once for all of them.

    Args:
        model: A causal language model, or an encoder with a decoder.
        prompts: One or several.
        max_new_tokens: Most tokens of a text, 1 or more.
        end_tokens: Tokens that end a text.
        stop: Called with the tokens of a text so far; True ends it early.
        no_repeat: Runs of this many new tokens are never written twice in a text; 0 allows it.
        allowed: bool `[vocabulary]`, True for the tokens that may be written; None allows all.
        texts: How many after each prompt, 1 or more.
        temperature: What logits are divided by before a token is drawn, above 0.

    Returns:
        For each prompt its texts, and the time for all.

    Raises:
        ValueError: A prompt is not one row of tokens, or a number is too low.
    """
    for name, number in (("max_new_tokens", max_new_tokens), ("texts", texts)):
        if number < 1:
            raise ValueError(f"{name} must be 1 or more, got {number}")
    if not temperature > 0:
        raise ValueError(f"temperature must be above 0, got {temperature}")
    for prompt in prompts:
        if prompt.tokens.ndim != 2 or len(prompt.tokens) != 1 or not prompt.tokens.numel():
            shape = list(prompt.tokens.shape)
            raise ValueError(f"the prompt must be one row of tokens, got {shape}")
    ends = _Ends(max_new_tokens, end_tokens, stop)
    choose = _Choice(no_repeat, allowed, temperature)
    together = prompts and llama.covers(model)
    groups = [prompts] if together else [[prompt] for prompt in prompts]
    parts = [_write_together(model, group, texts, choose, ends) for group in groups]
    return Written(
        tuple(text for part in parts for text in part.texts),
        sum(part.prefill_s for part in parts),
        sum(part.decode_s for part in parts),
    )


@torch.inference_mode()
def _write_together(
    model: PreTrainedModel, prompts: Sequence[Prompt], texts: int, choose: _Choice, ends: _Ends
) -> Written:
    drafts = [[_Draft(number) for number in range(texts)] for _ in prompts]
    going = [draft for group in drafts for draft in group]
    begin = perf_counter()
    readers = [reader(model) for _ in prompts]
    logits = [
        each(prompt.tokens, prompt.span_offsets).float().expand(texts, -1)
        for each, prompt in zip(readers, prompts, strict=True)
    ]
    tokens, probabilities = choose(torch.cat(logits), going)
    prefilled = perf_counter()
    for each in readers:
        each.branch(texts)
    read = readers[0] if len(readers) == 1 else llama.side_by_side(cast(list[LlamaReader], readers))
    while True:
        for draft, token, probability in zip(going, tokens, probabilities, strict=True):
            draft.add(token, probability, ends)
        rows = [row for row, draft in enumerate(going) if not draft.ended]
        if not rows:
            break
        if len(rows) < len(going):
            read.keep(rows)
            going = [going[row] for row in rows]
        step = torch.tensor([draft.tokens[-1:] for draft in going], device=model.device)
        tokens, probabilities = choose(read(step).float(), going)
    return Written(
        tuple(tuple(draft.generation() for draft in group) for group in drafts),
        prefill_s=prefilled - begin,
        decode_s=perf_counter() - prefilled,
    )


class _Ends(NamedTuple):
    """What ends a text; see `write`."""

    max_new_tokens: int
    tokens: Collection[int]
    stop: Callable[[tuple[int, ...]], bool] | None


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
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.number)

    def add(self, token: int, probability: float, ends: _Ends) -> None:
        """Takes the next token and sees whether the text ends now."""
        if token in ends.tokens:
            self.ended = True
            return
        self.tokens.append(token)
        self.probabilities.append(probability)
        full = len(self.tokens) == ends.max_new_tokens
        self.ended = full or (ends.stop is not None and ends.stop(tuple(self.tokens)))

    def generation(self) -> Generation:
        """The text as it is."""
        return Generation(tuple(self.tokens), tuple(self.probabilities))


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
        chosen = self._pick(scores, drafts)
        picked = probabilities.gather(1, chosen[:, None])[:, 0]
        return chosen.tolist(), picked.tolist()

    def _pick(self, scores: Tensor, drafts: Sequence[_Draft]) -> Tensor:
        """Takes the likeliest token of a row, or the one where sums of chances reach a share."""
        sums = (scores / self._temperature).softmax(-1).cumsum(-1)
        shares = torch.tensor([[draft.random.random()] for draft in drafts], device=sums.device)
        drawn = torch.searchsorted(sums, shares * sums[:, -1:])[:, 0]  # rounded, all is not quite 1
        likeliest = torch.tensor([not draft.number for draft in drafts], device=sums.device)
        return torch.where(likeliest, scores.argmax(-1), drawn)
