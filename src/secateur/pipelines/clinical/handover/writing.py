"""The decoder at work on a note: parts that fit its context, their summaries, and their merging."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from secateur.core import hf
from secateur.core.decoder import decoding
from secateur.core.decoder.decoding import Generation
from secateur.pipelines.clinical.handover.prompt import (
    BRIEF,
    NotePrompt,
    build_prompt,
    frame_length,
)
from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.document.sentences import sentences as find_sentences
from secateur.pipelines.document.summary import SummarySentence
from secateur.pipelines.errors import UsageError

_CUT_SHORT = "cut short"
# A small decoder left to itself can fall into a loop; a doctor's sentence does not say the same six
# tokens twice.
_NO_REPEAT = 6
# Positions of a model that does not tell how many it has.
_UNTOLD = 1024
# At 0.5 most drafts are the likeliest text again.
_TEMPERATURE = 0.7
# Words that join the note's own ones.
_CONNECTING = "The patient A a and with for of the in on is was who has had He She after to by"

Draft = list[SummarySentence]
"""A summary before it is checked."""


class Writer:
    """Runs the model on texts and adds up what it read and how long it took.

    Args:
        model: A causal language model, or an encoder with a decoder, its attention already chosen.
        tokenizer: Its fast tokenizer.
        max_sentences: Most sentences of a summary.
        max_new_tokens: Most tokens written for one.
        request: What is asked for; encoders were trained for one task and are told its name only.
        drafts: How many texts are written for a summary, the first by the likeliest tokens.

    Attributes:
        max_sentences: As above.
        note_tokens: Tokens of the note that was summarized last.
        longest_prompt: Tokens of the longest prompt so far.
        prefill_s: Seconds of reading so far.
        decode_s: Seconds of writing so far.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        max_sentences: int,
        max_new_tokens: int,
        request: str = BRIEF,
        drafts: int = 1,
    ) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self.max_sentences = max_sentences
        self._max_new_tokens = max_new_tokens
        self._encoder = bool(model.config.is_encoder_decoder)
        self._request = _task_name(model.config) if self._encoder else request
        self._drafts = drafts
        self._allowed: Tensor | None = None
        self.note_tokens = 0
        self.longest_prompt = 0
        self.prefill_s = 0.0
        self.decode_s = 0.0

    def summarize(
        self,
        document: Document,
        sentences: Sequence[tuple[int, int]],
        beside: Sequence[str] = (),
    ) -> list[list[Draft]]:
        """Summarizes a whole note: at once where it fits, else by parts that are then merged.

        Args:
            document: The note.
            sentences: Its sentences, half-open offsets.
            beside: Sentences that are summarized too, in the same go.

        Returns:
            Drafts of the note, then those of the sentences beside it where there are any. A part
            has a single one, and drafts are made of what all parts say.

        Raises:
            UsageError: The model reads too little at once to merge what it wrote.
        """
        frame = frame_length(self._tokenizer, self._request, encoder=self._encoder)
        positions = _positions(self._model.config)
        room = positions - self._max_new_tokens - frame
        if room < 2 * self._max_new_tokens:  # two parts' summaries are the least that is merged
            raise UsageError(
                f"{self._model.name_or_path} reads {positions:,} tokens at once, too few for a "
                f"summary of {self._max_new_tokens:,}; use another model"
            )
        parts = _parts(document, sentences, self._tokenizer, room)
        prompts = [self._prompt(document.text, part) for part in parts]
        self.note_tokens = sum(prompt.note_tokens for prompt in prompts)
        if len(prompts) > 1:
            written = [self._write([prompt], 1)[0][0] for prompt in prompts]
            while len(groups := _groups(written, self._tokenizer, room)) > 1:
                lines = map(_lines, groups)
                written = [self._write([self._prompt_of(part)], 1)[0][0] for part in lines]
            prompts = [self._prompt_of(_lines(written))]
        if beside:
            prompts.append(self._prompt_of(beside))
        return self._write(prompts, self._drafts)

    @contextmanager
    def constrained(self, text: str) -> Iterator[None]:
        """Writes only with the tokens of a text for a while, and those of `_CONNECTING`."""
        pieces = [*re.findall(r"\S+", text), *_CONNECTING.split()]
        known = {*pieces, *(" " + piece for piece in pieces), text, *".,:;()", " ("}
        tokens = self._tokenizer(sorted(known), add_special_tokens=False, split_special_tokens=True)
        size = self._model.get_output_embeddings().out_features
        self._allowed = torch.zeros(size, dtype=torch.bool)
        self._allowed[sorted({token for row in tokens["input_ids"] for token in row})] = True
        self._allowed[self._tokenizer.eos_token_id] = True
        try:
            yield
        finally:
            self._allowed = None

    def _prompt(self, text: str, sentences: Sequence[tuple[int, int]]) -> NotePrompt:
        begin, end = sentences[0][0], sentences[-1][1]
        inside = [(start - begin, stop - begin) for start, stop in sentences]
        return build_prompt(
            text[begin:end], inside, self._tokenizer, self._request, encoder=self._encoder
        )

    def _prompt_of(self, lines: Sequence[str]) -> NotePrompt:
        """The prompt around sentences that are put together, one a line."""
        text, sentences = "", []
        for line in lines:
            sentences.append((len(text), len(text) + len(line)))
            text += line + "\n"
        return self._prompt(text, sentences)

    def _write(self, prompts: Sequence[NotePrompt], drafts: int) -> list[list[Draft]]:
        device = self._model.device
        try:
            written = decoding.write(
                self._model, [prompt.to(device) for prompt in prompts],
                max_new_tokens=self._max_new_tokens, end_tokens={self._tokenizer.eos_token_id},
                stop=self._is_full, no_repeat=_NO_REPEAT, allowed=self._allowed, texts=drafts,
                temperature=_TEMPERATURE,
            )  # fmt: skip
        except hf.IgnoredError as error:
            raise UsageError(str(error)) from error
        longest = max(prompt.tokens.shape[1] for prompt in prompts)
        self.longest_prompt = max(self.longest_prompt, longest)
        self.prefill_s += written.prefill_s
        self.decode_s += written.decode_s
        return [[self._sentences(text) for text in texts] for texts in written.texts]

    def count(self, text: str) -> int:
        """Counts the tokens of a text, and one for the gap after it."""
        return _count(text, self._tokenizer)

    def _is_full(self, tokens: tuple[int, ...]) -> bool:
        text = self._text(tokens)
        # "1." may go on as "1.5" or open a list: a number's stop does not end the sentence yet.
        ended = text.endswith((".", "!", "?")) and not text[:-1][-1:].isdigit()
        return ended and len(split_sentences(text)) >= self.max_sentences

    def _text(self, tokens: Sequence[int]) -> str:
        return str(self._tokenizer.decode(list(tokens), skip_special_tokens=True)).strip()

    def _sentences(self, generation: Generation) -> Draft:
        text = self._text(generation.tokens)
        mean = sum(math.log(max(p, 1e-9)) for p in generation.probabilities)
        confidence = math.exp(mean / max(len(generation.probabilities), 1))
        cut = len(generation.tokens) == self._max_new_tokens
        sentences: list[str] = []
        for sentence in split_sentences(text):
            if sentence not in sentences:
                # "Heart failure. Heart failure (LVEF 25%)." says the first twice.
                sentences = [s for s in sentences if not _begins(sentence, s)]
                sentences.append(sentence)
        if cut and len(sentences) > 1 and not sentences[-1].endswith((".", "!", "?")):
            sentences.pop()
        return [
            SummarySentence(
                text=sentence,
                evidence=(),
                confidence=confidence,
                flags=() if sentence.endswith((".", "!", "?")) else (_CUT_SHORT,),
            )
            for sentence in sentences[: self.max_sentences]
        ]


def _begins(sentence: str, other: str) -> bool:
    return re.match(rf"{re.escape(other.rstrip('.'))}(?!\w)", sentence) is not None


def _task_name(config: Any) -> str:
    """What T5's kin read before a text that is to be summarized; other encoders read nothing."""
    tasks = getattr(config, "task_specific_params", None) or {}
    return str(tasks.get("summarization", {}).get("prefix", ""))


def _positions(config: Any) -> int:
    """The most tokens a model reads at once; T5 counts them by another name."""
    named = (getattr(config, name, None) for name in ("max_position_embeddings", "n_positions"))
    return next((int(most) for most in named if most), _UNTOLD)


def split_sentences(text: str) -> list[str]:
    """Splits a written text into sentences, white space collapsed."""
    flat = " ".join(text.split())
    return [flat[start:end] for start, end in find_sentences(flat, [Passage(0, len(flat))])]


def _parts(
    document: Document,
    sentences: Sequence[tuple[int, int]],
    tokenizer: PreTrainedTokenizerBase,
    room: int,
) -> list[list[tuple[int, int]]]:
    """Groups consecutive sentences into parts that fit, cut where a section or passage begins."""
    heads = {section.start for section in document.sections}
    starts = {passage.start for passage in document.passages}
    parts: list[list[tuple[int, int]]] = [[]]
    used = 0
    for start, end in _fitting(document.text, sentences, tokenizer, room):
        length = _count(document.text[start:end], tokenizer)
        if parts[-1] and used + length > room:
            # A section that began in the part's first half is cut, or the part would be small.
            cut = _last(parts[-1], heads, len(parts[-1]) // 2) or _last(parts[-1], starts, 0)
            moved = parts[-1][cut:] if cut else []
            parts[-1] = parts[-1][:cut] if cut else parts[-1]
            parts.append(moved)
            used = sum(_count(document.text[a:b], tokenizer) for a, b in moved)
        parts[-1].append((start, end))
        used += length
    return parts


def _last(part: Sequence[tuple[int, int]], places: Collection[int], above: int) -> int:
    """The last sentence, numbered above the given one, that begins at one of the places; else 0."""
    numbers = range(len(part) - 1, above, -1)
    return next((number for number in numbers if part[number][0] in places), 0)


def _fitting(
    text: str,
    sentences: Sequence[tuple[int, int]],
    tokenizer: PreTrainedTokenizerBase,
    room: int,
) -> list[tuple[int, int]]:
    """Cuts any sentence that alone is longer than a part (a list without stops)."""
    pieces = []
    # No token is shorter than a character, so this many characters always fit.
    for start, end in sentences:
        if _count(text[start:end], tokenizer) <= room // 2:
            pieces.append((start, end))
        else:
            step = max(1, room // 4)
            pieces += [(at, min(at + step, end)) for at in range(start, end, step)]
    return pieces


def _groups(
    written: Sequence[Draft], tokenizer: PreTrainedTokenizerBase, room: int
) -> list[list[Draft]]:
    """Groups part summaries so that each group fits, at least two to a group."""
    groups: list[list[Draft]] = []
    used = room + 1
    for part in written:
        length = sum(_count(sentence.text, tokenizer) + 1 for sentence in part)
        if used + length > room and (not groups or len(groups[-1]) > 1):
            groups.append([])
            used = 0
        groups[-1].append(part)
        used += length
    return groups


def _lines(written: Sequence[Draft]) -> list[str]:
    return [sentence.text for part in written for sentence in part]


def _count(text: str, tokenizer: PreTrainedTokenizerBase) -> int:
    return (
        len(tokenizer(text, add_special_tokens=False, split_special_tokens=True)["input_ids"]) + 1
    )
