"""Training of what tells which sentence of a note its description says, on notes with descriptions.

`python -m secateur.pipelines.clinical.training.salience NOTES --out FILE`; the file is
`models/salience/weights.safetensors`.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from rouge_score.rouge_scorer import RougeScorer
from torch import Tensor
from torch.nn.functional import dropout, gelu

from secateur.core import hf
from secateur.pipelines.clinical.handover.salience import MeanWords, Salience
from secateur.pipelines.clinical.training.datasets import Pair, as_documents, read_pairs
from secateur.pipelines.clinical.training.overlap import apart
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.sentences import sentences_of

_BASE = "smollm2-135m"
_EPOCHS, _NOTES, _LEARNING_RATE, _DECAY = 16, 16, 1e-3, 1e-2
_DROP_INPUT, _DROP_HIDDEN = 0.2, 0.3
_SHARPNESS = 20.0
"""By how much a sentence counts more than another: exp(20 times the difference of ROUGE-L)."""
_NOTES_OF_SECTION = 8
"""A section is known apart that so many notes have."""


@dataclass(frozen=True)
class Example:
    """A note: its sentences' features `[S, F]`, and their ROUGE-L with its description `[S]`."""

    features: Tensor
    rouge: Tensor


def train(examples: Sequence[Example], salience: Salience, seed: int = 0) -> None:
    """Trains the layers in place.

    Args:
        examples: Of the training notes.
        salience: New layers.
        seed: Of the order and of dropout.
    """
    torch.manual_seed(seed)
    order = random.Random(seed)
    optimizer = torch.optim.AdamW(salience.parameters(), lr=_LEARNING_RATE, weight_decay=_DECAY)
    steps = _EPOCHS * -(-len(examples) // _NOTES)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, _LEARNING_RATE, total_steps=steps, pct_start=0.1
    )
    left = list(examples)
    for _ in range(_EPOCHS):
        order.shuffle(left)
        for first in range(0, len(left), _NOTES):
            some = left[first : first + _NOTES]
            loss = sum((_loss(salience, example) for example in some), torch.zeros(())) / _NOTES
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()


def _loss(salience: Salience, example: Example) -> Tensor:
    """Cross-entropy with the softmax of the sentences' ROUGE-L."""
    hidden = gelu(salience.inner(dropout(example.features, _DROP_INPUT)))
    said = salience.outer(dropout(hidden, _DROP_HIDDEN))[:, 0].log_softmax(0)
    return -((_SHARPNESS * example.rouge).softmax(0) * said).sum()


@torch.no_grad()
def mean_rouge(examples: Sequence[Example], salience: Salience) -> float:
    """ROUGE-L of each note's likeliest sentence with its description, 0 to 1, mean."""
    chosen = (float(one.rouge[salience(one.features).argmax()]) for one in examples)
    return sum(chosen) / len(examples)


def _read(pairs: Sequence[Pair]) -> tuple[list[Document], list[str]]:
    return as_documents(pairs), [pair.answer for pair in pairs]


def _examples(
    documents: Sequence[Document],
    answers: Sequence[str],
    salience: Salience,
    mean_words: MeanWords,
) -> list[Example]:
    scorer = RougeScorer(["rougeL"], use_stemmer=True)
    found = []
    for document, answer in zip(documents, answers, strict=True):
        spans = sentences_of(document)
        if not spans:
            continue
        texts = [document.text[start:end] for start, end in spans]
        rouge = [scorer.score(answer, text)["rougeL"].fmeasure for text in texts]
        features = salience.features(document, spans, mean_words)
        found.append(Example(features, torch.tensor(rouge)))
    return found


def _frequent_sections(documents: Sequence[Document]) -> list[str]:
    own = ({passage.section for passage in document.passages} for document in documents)
    counts = Counter(name for names in own for name in names if name)
    return sorted(name for name, count in counts.items() if count >= _NOTES_OF_SECTION)


def main(arguments: Sequence[str] | None = None) -> None:
    """Trains on the training part, prints the score on the validation part, writes the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notes", type=Path, help="MTSamples as JSON lines with a split")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    model, tokenizer = hf.load(_BASE, "causal-lm", attention="full")
    mean_words = MeanWords(model, tokenizer)
    learnt, valid, test = (
        read_pairs("mtsamples", options.notes, part) for part in ("train", "valid", "test")
    )
    # What shares text with another part would be learnt and measured too.
    documents, answers = _read(apart(learnt, (*valid, *test)))
    salience = Salience(model.config.hidden_size, _frequent_sections(documents))
    salience.learnt_with(mean_words)
    train(_examples(documents, answers, salience, mean_words), salience)
    held_out = _examples(*_read(valid), salience, mean_words)
    score = mean_rouge(held_out, salience)
    sys.stdout.write(f"likeliest sentence of {len(held_out)} notes: ROUGE-L {score:.3f}\n")
    salience.save(options.out)


if __name__ == "__main__":
    main()
