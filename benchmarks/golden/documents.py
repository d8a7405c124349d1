"""The documents that the gate reads, with what is known to be in them.

They are the samples of the project and documents written here; `full.py` has those of the shared
data folder.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from gold import gold_entities
from golden.forms import FORMS
from golden.quarters import LATEST, Line, blocks, lines
from golden.visits import WRITTEN, NoteGold
from measured import REPORT, SAMPLES

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.evaluation.filings import Filing
from secateur.pipelines.export.records import read_jsonl
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.ingestion.tagged import read_with_facts
from secateur.pipelines.runs.options import Pipeline

TEXTS = Path(__file__).with_name("texts")
_PARTY = "PARTY"
"""The contracts' own label; to the product a party is an organisation."""


@dataclass(frozen=True)
class Gold:
    """What is known of a document; any part may be missing.

    Attributes:
        entities: All its entities of the labels among them.
        filing: Its XBRL facts.
        lines: What the cells of its tables say.
        note: What a person says of a note.
    """

    entities: tuple[Entity, ...] = ()
    filing: Filing | None = None
    lines: tuple[Line, ...] = ()
    note: NoteGold | None = None


@dataclass(frozen=True)
class Case:
    """A document that is read.

    Attributes:
        group: What it is scored with: "report", "contracts", "forms.pdf", "notes", ...
        pipeline: What reads it.
        document: The document.
        gold: What is known of it.
        earlier: Reports of the same company on earlier years.
    """

    group: str
    pipeline: Pipeline
    document: Document
    gold: Gold
    earlier: tuple[Document, ...] = ()

    @property
    def name(self) -> str:
        """The document's name, which no other case has."""
        return self.document.doc_id


def cases() -> tuple[Case, ...]:
    """Reads every document of the gate, the same on every machine."""
    return (
        *(report(), *contracts(), *quarters(), *texts()),
        *(*sample_notes(), *written_notes()),
    )


def report() -> Case:
    """Reads the sample annual report, with its labels and its facts."""
    document, facts = read_with_facts(REPORT)
    labels = gold_entities(document, REPORT.read_bytes(), REPORT.parent / "gold_entities.jsonl")
    gold = Gold(entities=tuple(labels), filing=Filing.of(document, facts))
    return Case("report", "finance", document, gold)


def contracts() -> Iterator[Case]:
    """Reads the sample contracts, in which parties, amounts and dates are marked."""
    for path in sorted((SAMPLES / "contracts").glob("*.txt")):
        marks = read_jsonl(path.with_suffix(".txt.jsonl").read_text(encoding="utf-8"), path.name)
        known = (replace(m, label="ORG") if m.label == _PARTY else m for m in marks)
        yield Case("contracts", "finance", read(path), Gold(entities=tuple(known)))


def quarters() -> Iterator[Case]:
    """Writes and reads a quarterly report in every form, and the one of the year before."""
    with tempfile.TemporaryDirectory() as folder:
        before = Path(folder) / f"quarter_{LATEST - 1}.html"
        before.write_bytes(FORMS["html"](blocks(LATEST - 1)))
        earlier = read(before)
        yield Case("forms.earlier", "finance", earlier, Gold(lines=lines(LATEST - 1)))
        for form, write in FORMS.items():
            path = Path(folder) / f"quarter_{LATEST}.{form}"
            path.write_bytes(write(blocks(LATEST)))
            side = (earlier,) if form == "html" else ()
            yield Case(f"forms.{form}", "finance", read(path), Gold(lines=lines(LATEST)), side)


def texts() -> Iterator[Case]:
    """Reads short reports of many countries and forms, which the rules for rare wordings meet."""
    for path in sorted(TEXTS.iterdir()):
        yield Case("texts", "finance", read(path), Gold())


def sample_notes() -> Iterator[Case]:
    """Reads the sample notes, with the summaries and lists of their author."""
    text = (SAMPLES / "notes" / "gold_summaries.jsonl").read_text(encoding="utf-8")
    for line in text.splitlines():
        known = json.loads(line)
        gold = NoteGold(
            summary=known["summary"],
            medications=tuple(known["medications"]),
            allergies=tuple(known["allergies"]),
            follow_up=tuple(known["follow_up"]),
        )
        document = read(SAMPLES / "notes" / known["doc_id"])
        yield Case("notes", "clinical", document, Gold(note=gold))


def written_notes() -> Iterator[Case]:
    """Writes and reads notes whose lists are hard to read."""
    with tempfile.TemporaryDirectory() as folder:
        for name, (text, gold) in WRITTEN.items():
            path = Path(folder) / name
            path.write_text(text, encoding="utf-8")
            yield Case("written notes", "clinical", read(path), Gold(note=gold))
