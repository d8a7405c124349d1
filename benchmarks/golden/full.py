"""The validation filings and notes of the shared data folder, which the repository may not hold."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from golden.documents import Case, Gold
from golden.visits import NoteGold

from secateur.pipelines.clinical.training.datasets import as_documents, read_pairs
from secateur.pipelines.evaluation.filings import Filing
from secateur.pipelines.ingestion.tagged import read_with_facts

_FOLDERS = ("finance/10k_html", "finance/filings/10k", "finance/filings/10q")
_TUNED_ON = ("crm", "pg")
"""Companies in view of which rules were made and models chosen."""
_OTHERS = ("cl", "csco", "tmo", "vz")
_SETS = (
    ("mtsamples", "clinical/mtsamples/notes.jsonl.gz", 40),
    ("aci_bench", "clinical/aci_bench/valid.csv.gz", 5),
)
"""Kind, file, and the most texts that are read of each: a dialogue takes as long as ten notes."""


def cases(data: Path) -> tuple[Case, ...]:
    """Reads every validation document.

    Args:
        data: The shared data folder.

    Returns:
        The filings of the companies that are kept for validation, those that the rules were made
        in view of in a group of their own, and a fixed part of the notes and dialogues with what
        people wrote of them.
    """
    return (*filings(data), *notes(data))


def filings(data: Path) -> Iterator[Case]:
    """Reads the filings, with their facts."""
    for group, companies in (("filings.tuned", _TUNED_ON), ("filings.others", _OTHERS)):
        for company in companies:
            for folder in _FOLDERS:
                for path in sorted((data / folder).glob(f"{company}-10-*.html.gz")):
                    document, facts = read_with_facts(path)
                    yield Case(group, "finance", document, Gold(filing=Filing.of(document, facts)))


def notes(data: Path) -> Iterator[Case]:
    """Reads the notes and dialogues, with the summary that a person wrote."""
    for kind, place, most in _SETS:
        pairs = read_pairs(kind, data / place, "valid")
        pairs = pairs[:: math.ceil(len(pairs) / most)]
        for pair, document in zip(pairs, as_documents(pairs), strict=True):
            gold = Gold(note=NoteGold(summary=pair.answer, listed=False))
            named = replace(document, doc_id=f"{kind} {pair.name}")
            yield Case(kind, "clinical", named, gold)
