"""Scores of a model's labels on the test parts of the labelled sets.

`python -m secateur.pipelines.evaluation.labels FOLDER` prints the tables of the model card: each
sentence by itself, and each set in one sequence by windows, by full attention and by DAP, and what
each method has less than full attention.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import accumulate
from pathlib import Path

import torch

from secateur.core import hf
from secateur.core.models.tagger import model_labels
from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.evaluation.counts import Counts, as_table
from secateur.pipelines.finance.reader.encode import Encoded
from secateur.pipelines.finance.reader.entities import decode, prepare
from secateur.pipelines.finance.reader.scoring import Scores, score
from secateur.pipelines.finance.reader.windows import score_windows
from secateur.pipelines.finance.training.datasets import Labelled, LabelledText
from secateur.pipelines.finance.training.sets import read_set
from secateur.pipelines.runs.models import DTYPES, LoadedModel, load_model
from secateur.pipelines.runs.options import RunOptions


@dataclass(frozen=True)
class TestSet:
    """A part of a set that no training reads.

    Attributes:
        kind: See `secateur.pipelines.finance.training.sets.read_set`.
        path: Its file, from the data folder.
        part: See `read_set`.
        renamed: Types that the set calls otherwise.
    """

    kind: str
    path: str
    part: str = "all"
    renamed: dict[str, str] = field(default_factory=dict)


SETS = {
    "wikigold": TestSet("wikigold", "ner_general/wikigold/wikigold.conll.txt.gz", "held-out"),
    "wnut17-dev": TestSet("wnut17", "ner_general/wnut17/emerging.dev.conll.gz"),
    "wnut17-test": TestSet("wnut17", "ner_general/wnut17/emerging.test.annotated.gz"),
    "fire": TestSet("fire", "finance/fire/fire_test.json.gz"),
    "fin3": TestSet("alvarado", "finance/alvarado/FIN3.txt.gz", renamed={"ROLE": "PER"}),
    "kpi-edgar": TestSet("kpi_edgar", "finance/kpi_edgar/test.jsonl.gz"),
}
"""The published sets by name; ROLE counts as PER in FIN3, as that set itself has it."""

METHODS = ("alone", "windows", "full", "once", "dap")
"""Each sentence by itself, and the set in one sequence: "once" is DAP without a second reading."""


def score_set(name: str, documents: Labelled, loaded: LoadedModel, method: str) -> Counts:
    """Counts strict matches, spans and types, over what a set annotates.

    Args:
        name: Of the set in `SETS`.
        documents: Its sentences, by document.
        loaded: A tagger.
        method: Of `METHODS`.

    Returns:
        Counts for "all" and for each type. A prediction that touches a run of which the set says
        that nothing is known is not counted.
    """
    texts = [
        ((f"{name} {number}", at), text)
        for number, document in enumerate(documents)
        for at, text in enumerate(document)
    ]
    groups = [[text] for text in texts] if method == "alone" else [texts]
    loaded.use("full")
    if method in ("once", "dap"):
        loaded.use("dap")
    if method == "once":
        hf.enable(loaded.model, recovery_budget=0.0)
    scorer: Callable[[Encoded], Scores] = partial(score, model=loaded.model)
    if method == "windows":
        scorer = partial(score_windows, model=loaded.model, tokenizer=loaded.tokenizer)
    # Sets of single sentences are one document: sentences are resampled there.
    counts = Counts(parts="sentences")
    for group in groups:
        document, starts = _joined(name, [text for _, text in group])
        encoded = replace(prepare(document, loaded.model, loaded.tokenizer), numbers=None)
        labels = model_labels(loaded.model)
        found = decode(document, encoded, scorer(encoded), labels, hidden=()).entities
        for (unit, text), start in zip(group, starts, strict=True):
            end = start + len(text.text)
            inside = [entity for entity in found if start <= entity.start < end]
            _count(counts, unit, text, inside, start, SETS[name].renamed)
    return counts


def _joined(name: str, texts: Sequence[LabelledText]) -> tuple[Document, list[int]]:
    """One document of some sentences, each a passage, and where each begins."""
    ends = list(accumulate(len(text.text) + 1 for text in texts))
    starts = [0, *ends[:-1]]
    passages = tuple(
        Passage(start, start + len(text.text)) for start, text in zip(starts, texts, strict=True)
    )
    return Document(name, "\n".join(text.text for text in texts), passages, "text/plain"), starts


def _count(
    counts: Counts,
    unit: tuple[str, int],
    text: LabelledText,
    found: Sequence[Entity],
    start: int,
    renamed: dict[str, str],
) -> None:
    def called(label: str) -> str:
        return renamed.get(label, label)

    scored = {called(kind) for kind in text.annotated}
    unknown = [mark for mark in text.marks if mark.label is None]
    gold = {(mark.start, mark.end, called(mark.label)) for mark in text.marks if mark.label}
    predicted = {(e.start - start, e.end - start, called(e.label)) for e in found}
    predicted = {
        (begin, end, label)
        for begin, end, label in predicted
        if label in scored and not any(begin < m.end and m.start < end for m in unknown)
    }
    for side, entities in (("gold", gold), ("predicted", predicted)):
        for entity in entities:
            right = float(entity in gold and entity in predicted)
            for line in ("all", entity[2]):
                counts.add(line, unit, correct=right, **{side: 1.0})


def main() -> None:
    """Prints a table for each set and method."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with finance/ and ner_general/")
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=["alone"])
    parser.add_argument("--model", help="another tagger than the one that ships")
    parser.add_argument("--dtype", choices=list(DTYPES), default="fp32")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    loaded = load_model("finance", RunOptions(model=options.model, dtype=options.dtype))
    for name in options.sets:
        wanted = SETS[name]
        documents = read_set(wanted.kind, options.data / wanted.path, wanted.part, weak=False)
        sentences = quantity(sum(map(len, documents)), "sentence")
        counted: dict[str, Counts] = {}
        for method in options.methods:
            counted[method] = score_set(name, documents, loaded, method)
            table = as_table(counted[method].metrics())
            sys.stdout.write(f"\n{name}, {method}, {sentences}\n{table}\n")
            sys.stdout.flush()
        for method in options.methods:
            if method != "full" and "full" in counted:
                less = counted[method].less(counted["full"], "all")
                ends = f"{less.value:+.4f} ({less.interval(4)})"
                sys.stdout.write(f"{name}, {method} less full: {ends}\n")


if __name__ == "__main__":
    main()
