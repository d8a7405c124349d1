"""Where a note says in other words what a summary's sentence says.

Shared words find nothing of a sentence that says it anew, "spinal fluid" where the note has "CSF".
A sentence encoder does (Sentence-BERT, Reimers and Gurevych, EMNLP 2019, arXiv 1908.10084; its
weights are those of all-MiniLM-L6-v2). It hardly tells one number or drug from another, and knows
few abbreviations; so words and clinical concepts that are shared count beside its likeness, and
abbreviations are spelt out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, cached_property, partial

import torch
from torch import Tensor
from torch.nn.functional import normalize
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from secateur.core import hf
from secateur.core.models.bases import BaseDamagedError, BaseNotFoundError
from secateur.pipelines.clinical.verification.evidence import BETWEEN_PARTS, EvidenceFinder
from secateur.pipelines.clinical.verification.terms import NoteTerms

_BATCH = 32
"""Texts that are encoded at once: bounds memory, not the result."""
_MOST_TOKENS = 256
"""Tokens of a text that are read; sentences of notes have fewer."""
# What the shares of a text's word weight and concepts that a place holds count beside its likeness.
_WORDS, _CONCEPTS = 0.5, 0.2
# Places below this say something else; those this near to the best of a part say it too.
_ENOUGH = 0.55
_NEAR = 0.85
_PLACES = 2
"""Most places that a sentence, or a part of it, rests on by its sense."""
_LEAST_WORDS = 4
"""Words from which a part of a sentence says something by itself."""

_Encoder = Callable[[list[str]], Tensor]


class SenseFinder:
    """Finds sentences of one note by their sense.

    Args:
        texts: The note's sentences.
        words: Finds the same sentences by shared words.
        terms: The note's; None leaves concepts and abbreviations out.
    """

    def __init__(
        self, texts: Sequence[str], words: EvidenceFinder, terms: NoteTerms | None
    ) -> None:
        self._texts = texts
        self._words = words
        self._terms = terms
        self._note: Tensor | None = None

    def find(self, sentence: str) -> tuple[int, ...]:
        """Finds the places that are most like a sentence and like each of its longer parts.

        Args:
            sentence: A sentence of a summary.

        Returns:
            Which of the note's sentences, the likest to the whole first; none where nothing is
            like it, or the encoder is not installed.
        """
        encode = _encoder()
        if encode is None or not self._texts:
            return ()
        if self._note is None:
            self._note = self._embedded(self._texts, encode)
        parts = [part for part in BETWEEN_PARTS.split(sentence) if _length(part) >= _LEAST_WORDS]
        found: dict[int, None] = {}
        for text in [sentence, *(parts if len(parts) > 1 else ())]:
            likeness = (self._note @ self._embedded([text], encode).mT)[..., 0].amax(0)
            found |= dict.fromkeys(self._nearest(text, likeness))
        return tuple(found)

    def _nearest(self, text: str, likeness: Tensor) -> list[int]:
        scores = likeness + _WORDS * torch.tensor(self._words.shares(text))
        if self._terms is not None:
            own = self._terms.concepts(text)
            shared = [len(own & there) / max(1, len(own)) for there in self._concepts]
            scores += _CONCEPTS * torch.tensor(shared)
        best, order = scores.topk(min(_PLACES, len(scores)))
        least = max(_ENOUGH, _NEAR * float(best[0]))
        return [int(index) for score, index in zip(best, order, strict=True) if score >= least]

    @cached_property
    def _concepts(self) -> list[frozenset[str]]:
        return [self._terms.concepts(text) for text in self._texts] if self._terms else []

    def _embedded(self, texts: Sequence[str], encode: _Encoder) -> Tensor:
        """Vectors `[2, S, D]` of texts as they stand and with abbreviations spelt out."""
        spelt = [self._terms.spelt_out(text) for text in texts] if self._terms else list(texts)
        numbers = {text: number for number, text in enumerate(dict.fromkeys([*texts, *spelt]))}
        vectors = encode(list(numbers))
        return torch.stack(
            [vectors[[numbers[text] for text in written]] for written in (texts, spelt)]
        )


def _length(text: str) -> int:
    return len(re.findall(r"\S+", text))


@cache
def _encoder() -> _Encoder | None:
    try:
        model, tokenizer = hf.load("minilm-l6", "encoder", attention="full")
    except (BaseNotFoundError, BaseDamagedError):
        return None
    # Not torch's: its calls are timed as those of the model that writes (`pipelines.measure`).
    model.set_attn_implementation("eager")
    return partial(_encoded, model, tokenizer)


def _encoded(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, texts: Sequence[str]
) -> Tensor:
    """Means of the encoder's last states `[S, D]`, of length 1."""
    # Texts of a batch are as long as the longest.
    order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
    vectors = []
    for begin in range(0, len(texts), _BATCH):
        batch = tokenizer(
            [texts[number] for number in order[begin : begin + _BATCH]],
            padding=True,
            truncation=True,
            max_length=_MOST_TOKENS,
            split_special_tokens=True,
            return_tensors="pt",
        )
        mask = batch["attention_mask"][..., None].float()
        with torch.inference_mode():
            states = model(**batch).last_hidden_state.float()
        vectors.append(normalize((states * mask).sum(1) / mask.sum(1).clamp_min(1), dim=-1))
    return torch.cat(vectors)[torch.tensor(order).argsort()]
