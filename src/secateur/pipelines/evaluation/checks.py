"""How many wrong sentences the checks of summaries flag, and how many right ones.

`python -m secateur.pipelines.evaluation.checks --help` prints the figures of the model card.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from secateur.pipelines.clinical.handover.writing import split_sentences
from secateur.pipelines.clinical.training.datasets import as_documents, read_pairs
from secateur.pipelines.clinical.verification.terms import TermReader, installed_reader
from secateur.pipelines.clinical.verification.verify import Verifier
from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.document.sentences import sentences_of
from secateur.pipelines.document.summary import Evidence, SummarySentence
from secateur.pipelines.evaluation.planting import KINDS, plant


@dataclass(frozen=True)
class Trial:
    """One sentence held against a note.

    Attributes:
        kind: What was done to it.
        source: "copied" from the note, "written" by a person about it, or "medec".
        text: The sentence.
        flags: What was flagged.
    """

    kind: str
    source: str
    text: str
    flags: tuple[str, ...]


def try_note(
    document: Document, written: Sequence[str], reader: TermReader | None, rng: random.Random
) -> Iterator[Trial]:
    """Holds true, changed and orphaned sentences against a note.

    Args:
        document: The note.
        written: Sentences that a person wrote about it.
        reader: Reads clinical terms; None leaves that check out.
        rng: Chooses sentences and changes.

    Yields:
        For each true sentence a trial of kind "true" and one "without evidence", of the note with
        all its evidence deleted (only where it was not flagged before); for each kind of planted
        change at most one trial a source.
    """
    spans = sentences_of(document)
    note = [document.text[start:end] for start, end in spans]
    verifier = Verifier(document, spans, reader)
    copied = [text for text in note if len(text.split()) > 4]
    copied = rng.sample(copied, min(12, len(copied)))
    for source, texts in (("copied", copied), ("written", list(written))):
        for text in texts:
            found = verifier.examine(SummarySentence(text, (), 1.0))
            yield Trial("true", source, text, found.flags)
            if not found.flags:
                orphaned = without(document, found.evidence)
                yield Trial("without evidence", source, text, _flags(text, orphaned, reader))
        for kind in KINDS:
            changed = [plant(kind, text, note, rng) for text in rng.sample(texts, len(texts))]
            false = next((text for text in changed if text is not None), None)
            if false is not None:
                flags = verifier.examine(SummarySentence(false, (), 1.0)).flags
                yield Trial(kind, source, false, flags)


def without(document: Document, evidence: Sequence[Evidence]) -> Document:
    """Deletes evidence from a note; what stands around it keeps its passage."""
    gone = sorted((place.start, place.end) for place in evidence)
    text, passages = "", []
    for passage in document.passages:
        begin, at = len(text), passage.start
        for start, end in gone:
            if passage.start <= start < passage.end:
                text += document.text[at:start]
                at = min(end, passage.end)
        text += document.text[at : passage.end]
        if text[begin:].strip():
            passages.append(replace(passage, start=begin, end=len(text)))
        text += "\n"
    return replace(document, text=text, passages=tuple(passages))


def try_medec(path: Path, reader: TermReader | None) -> Iterator[Trial]:
    """Holds the sentences of MEDEC that were changed by its authors against their notes.

    Args:
        path: A CSV file of MEDEC.
        reader: Reads clinical terms.

    Yields:
        For each note with an error the wrong sentence and the right one, each against the right
        note ("wrong, note at hand") and against the rest of the note alone ("…, rest of the note").
    """
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Error Flag"] == "1"]
    for row in rows:
        wrong, right = row["Error Sentence"].strip(), row["Corrected Sentence"].strip()
        whole = row["Corrected Text"]
        rest = whole.replace(right, "")
        for name, text in (("wrong", wrong), ("right", right)):
            for place, note in (("note at hand", whole), ("rest of the note", rest)):
                flags = _flags(text, as_text(row["Text ID"], note), reader)
                yield Trial(f"{name}, {place}", "medec", text, flags)


def as_text(name: str, text: str) -> Document:
    """Makes a document of one passage."""
    return Document(name, text, (Passage(0, len(text)),), "text/plain")


def _flags(text: str, document: Document, reader: TermReader | None) -> tuple[str, ...]:
    spans = sentences_of(document)
    return Verifier(document, spans, reader).examine(SummarySentence(text, (), 1.0)).flags


def table(trials: Sequence[Trial]) -> str:
    """Counts flagged trials by kind and source."""
    every = Counter((trial.source, trial.kind) for trial in trials)
    flagged = Counter((trial.source, trial.kind) for trial in trials if trial.flags)
    lines = [f"{'sentences':<10}{'kind':<28}{'flagged':>8}{'of':>6}{'share':>8}  flags"]
    for (source, kind), count in every.items():
        names = Counter(
            flag for t in trials if (t.source, t.kind) == (source, kind) for flag in t.flags
        )
        share = flagged[source, kind] / count
        told = ", ".join(f"{name} {number}" for name, number in names.most_common())
        lines.append(
            f"{source:<10}{kind:<28}{flagged[source, kind]:>8}{count:>6}{share:>8.3f}  {told}"
        )
    return "\n".join(lines)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="MTSamples as JSON lines with splits")
    parser.add_argument("--part", default="valid")
    parser.add_argument("--notes", type=int, default=60, help="how many, drawn by the seed")
    parser.add_argument("--skip", type=int, default=0, help="leaves out so many of those drawn")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--medec", type=Path, help="a CSV file of MEDEC")
    parser.add_argument("--show", action="store_true", help="list the sentences judged wrongly")
    options = parser.parse_args()
    pairs = list(read_pairs("mtsamples", options.data, options.part))
    random.Random(options.seed).shuffle(pairs)
    pairs = pairs[options.skip : options.skip + options.notes]
    reader = installed_reader()
    rng = random.Random(options.seed)
    trials: list[Trial] = []
    for pair, document in zip(pairs, as_documents(pairs), strict=True):
        trials += try_note(document, split_sentences(pair.answer), reader, rng)
    if options.medec:
        trials += try_medec(options.medec, reader)
    sys.stdout.write(table(trials) + "\n")
    if options.show:
        for trial in trials:
            if bool(trial.flags) == (trial.kind == "true"):
                sys.stdout.write(f"{trial.source}, {trial.kind}: {trial.text} {trial.flags}\n")


if __name__ == "__main__":
    main()
