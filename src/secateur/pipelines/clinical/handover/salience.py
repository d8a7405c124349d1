"""Which sentence of a note its one-line description says, as people write such lines.

Drafts of a small model agree on what it finds easy to say. What a person takes from a note is told
by a sentence's own words, those of the sentence before it, its section and its place, and two
layers over these say it better. They are learnt from each sentence's ROUGE with what people wrote,
as in SummaRuNNer (Nallapati et al., AAAI 2017, arXiv 1611.04230), by shares in place of yes and no.
The weights, some 155,000, ship in `models/salience` and go with the word embeddings of
one base model only; other models' drafts are chosen without.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn.functional import embedding_bag, gelu, one_hot
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from secateur.core.models.shipped import shipped
from secateur.pipelines.document.document import Document

Spans = Sequence[tuple[int, int]]
PLACES = 13
"""Numbers that say where a sentence stands and how it is written."""

_WIDTH = 128
"""Hidden units; 256 came to no more (docs/tried.md)."""
_SECTIONS = "sections"
_PROBE, _PROBED = "Chest pain; no known allergies.", "probe"
_ALIKE = 0.02
"""How far a mean embedding may be from the training's, as a share: fp16 and bf16 round."""


class MeanWords:
    """Means of a model's word embeddings over texts.

    Args:
        model: Any model with word embeddings.
        tokenizer: Its fast tokenizer.
    """

    def __init__(self, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> None:
        self._model = model
        self._tokenizer = tokenizer

    def __call__(self, texts: Sequence[str]) -> Tensor:
        """Returns the means, fp32 `[S, D]` on the CPU; zeros for a text without words."""
        embeddings: Any = self._model.get_input_embeddings()
        weight = embeddings.weight.detach()
        rows = self._tokenizer(
            list(texts), add_special_tokens=False, split_special_tokens=True, verbose=False
        )["input_ids"]
        ids = torch.tensor([token for row in rows for token in row], dtype=torch.int64)
        ends = torch.tensor([len(row) for row in rows]).cumsum(0)
        before = torch.cat([ends.new_zeros(1), ends[:-1]])
        used, places = ids.unique(return_inverse=True)
        means: Tensor = embedding_bag(places, weight[used.to(weight.device)].cpu().float(), before)
        return means


class Salience(nn.Module):
    """Two layers over the words and the place of each sentence of a note.

    Attributes:
        sections: Names of the sections that it knows apart.
        probe: Mean embedding of a text `[D]`, by which the right base model is known.
    """

    probe: Tensor

    def __init__(self, size: int, sections: Sequence[str]) -> None:
        """Builds the layers.

        Args:
            size: Of a word embedding.
            sections: Names of the sections to know apart.
        """
        super().__init__()
        self.sections = tuple(sections)
        self.register_buffer("probe", torch.zeros(size))
        self.inner = nn.Linear(2 * size + PLACES + 1 + len(self.sections), _WIDTH)
        self.outer = nn.Linear(_WIDTH, 1)

    def forward(self, features: Tensor) -> Tensor:
        """Scores the sentences of a note: features `[S, F]` to logarithms of shares `[S]`."""
        said: Tensor = self.outer(gelu(self.inner(features)))[:, 0]
        return said.log_softmax(0)

    def features(self, document: Document, sentences: Spans, mean_words: MeanWords) -> Tensor:
        """Says of each sentence what its score is made of.

        Args:
            document: The note.
            sentences: Its sentences, half-open offsets; at least one.
            mean_words: Of the base model.

        Returns:
            `[S, F]`.
        """
        texts = [document.text[start:end] for start, end in sentences]
        words = mean_words(texts)
        words = words / words.norm(dim=-1, keepdim=True).clamp_min(1e-6) * words.shape[1] ** 0.5
        before = torch.cat([torch.zeros_like(words[:1]), words[:-1]]) / 2
        own, kinds = _sections(document, sentences)
        numbers = [self.sections.index(name) + 1 if name in self.sections else 0 for name in own]
        sections = one_hot(torch.tensor(numbers), 1 + len(self.sections)).float()
        places = torch.tensor(list(map(list, _places(texts, own, kinds))), dtype=torch.float32)
        return torch.cat([words, before, places, sections], 1)

    def fits(self, mean_words: MeanWords) -> bool:
        """Tells whether these are the embeddings that the weights were learnt with."""
        found = mean_words([_PROBE])[0]
        if found.shape != self.probe.shape:
            return False
        return float((found - self.probe).norm()) < _ALIKE * float(self.probe.norm())

    def learnt_with(self, mean_words: MeanWords) -> None:
        """Remembers the embeddings that the weights are about to be learnt with."""
        self.probe.copy_(mean_words([_PROBE])[0])

    def save(self, path: Path) -> None:
        """Writes the weights in fp16, with the names of the sections."""
        tensors = {name: tensor.half().contiguous() for name, tensor in self.state_dict().items()}
        save_file(tensors, path, {_SECTIONS: json.dumps(self.sections)})


def read_salience(path: Path) -> Salience:
    """Reads what `Salience.save` wrote."""
    with safe_open(path, framework="pt") as file:
        sections = json.loads(file.metadata()[_SECTIONS])
        tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
    salience = Salience(len(tensors[_PROBED]), sections)
    salience.load_state_dict(tensors)
    return salience.eval()


@lru_cache(maxsize=1)
def shipped_salience() -> Salience:
    """Loads the weights that ship."""
    return read_salience(shipped("salience") / "weights.safetensors")


@torch.inference_mode()
def salient(
    document: Document,
    sentences: Spans,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
) -> list[float]:
    """Tells how likely each sentence is what a person would say of a note in one line.

    Args:
        document: The note.
        sentences: Its sentences, half-open offsets.
        model: The model that summarizes it.
        tokenizer: Its fast tokenizer.

    Returns:
        A share of 0 to 1 for each, 1 together; nothing where the model's word embeddings are not
        those that the weights were learnt with.
    """
    salience, mean_words = shipped_salience(), MeanWords(model, tokenizer)
    if not sentences or not salience.fits(mean_words):
        return []
    shares: list[float] = (
        salience(salience.features(document, sentences, mean_words)).exp().tolist()
    )
    return shares


def _sections(document: Document, sentences: Spans) -> tuple[list[str], list[str]]:
    """Section ("" for none) and kind of the passage in which each sentence begins."""
    starts = [passage.start for passage in document.passages]
    found = [
        document.passages[max(bisect_right(starts, start) - 1, 0)] if starts else None
        for start, _ in sentences
    ]
    names = [passage.section or "" if passage else "" for passage in found]
    return names, [passage.kind if passage else "" for passage in found]


def _places(
    texts: Sequence[str], sections: Sequence[str], kinds: Sequence[str]
) -> Iterator[tuple[float, ...]]:
    count = len(texts)
    earlier = Counter[str]()
    for number, (text, section, kind) in enumerate(zip(texts, sections, kinds, strict=True)):
        yield (
            number / count,
            1 / (1 + number),
            min(number, 30) / 30,
            min(len(text), 400) / 200,
            min(len(text.split()), 60) / 60,
            float(kind == "title"),
            1 / (1 + earlier[section]),
            float(text.isupper()),
            float(text.endswith(".")),
            float(text.endswith(":")),
            min(count, 200) / 100,
            float(number == 0),
            float(number == count - 1),
        )
        earlier[section] += 1
