"""Readers of the summary sets: pairs of a clinical text and what is to be written about it."""

from __future__ import annotations

import csv
import gzip
import json
import re
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from secateur.pipelines.clinical.handover.prompt import BRIEF, HISTORY, section_request
from secateur.pipelines.document.document import Document
from secateur.pipelines.errors import UsageError
from secateur.pipelines.ingestion.read import read

# A value that is missing, or of another type, is first seen where it is put to use.
_WRONG_VALUES = (AttributeError, KeyError, TypeError, ValueError)
_NO_SET = (*_WRONG_VALUES, EOFError, OSError, csv.Error, zlib.error)

_SECTIONS = {
    "FAM/SOCHX": "family and social history",
    "GENHX": "history of present illness",
    "PASTMEDICALHX": "past medical history",
    "CC": "chief complaint",
    "PASTSURGICAL": "past surgical history",
    "ROS": "review of systems",
    "EDCOURSE": "emergency department course",
    "GYNHX": "gynecologic history",
    "OTHER_HISTORY": "other history",
}
_HISTORY = re.compile(
    r"HISTORY OF PRESENT ILLNESS\s*\n+(.+?)(?=\n\s*\n[A-Z][A-Z ,/&]{3,}\n|\Z)", re.DOTALL
)


@dataclass(frozen=True)
class Pair:
    """One item of a set.

    Attributes:
        name: Its name in the set.
        text: The note or dialogue.
        request: What is asked for.
        answer: What a person wrote.
    """

    name: str
    text: str
    request: str
    answer: str


def read_pairs(kind: str, path: Path, part: str = "train") -> tuple[Pair, ...]:
    """Reads a set.

    Args:
        kind: "mtsamples" (JSON lines with a split), "mts_dialog" or "aci_bench" (CSV).
        path: The file, gzip-compressed or not.
        part: Split of MTSamples to read; the other sets have a file for each.

    Returns:
        The pairs in the file's order; items without text or answer are left out, and of MTSamples
        those whose answer stands in another split too.

    Raises:
        UsageError: The kind is unknown, or the file is missing or not of that kind.
    """
    readers: Mapping[str, Callable[[TextIO, str], Iterator[Pair]]] = {
        "mtsamples": _mtsamples,
        "mts_dialog": _mts_dialog,
        "aci_bench": _aci_bench,
    }
    if kind not in readers:
        raise UsageError(f"unknown kind of set {kind!r}; one of {', '.join(readers)}")
    try:
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8", newline="") as file:
            pairs = [p for p in readers[kind](file, part) if p.text.strip() and p.answer.strip()]
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file") from None
    except _NO_SET as error:
        raise UsageError(f"{path}: not a set of kind {kind}: {error}") from error
    return tuple(pairs)


def as_documents(pairs: Sequence[Pair]) -> list[Document]:
    """Reads texts as `secateur summarize` reads files of them."""
    documents = []
    with tempfile.TemporaryDirectory() as folder:
        for pair in pairs:
            path = Path(folder) / f"{pair.name}.txt"
            path.write_text(pair.text, encoding="utf-8")
            documents.append(read(path))
    return documents


def _mtsamples(file: TextIO, part: str) -> Iterator[Pair]:
    rows = [json.loads(line) for line in file]
    elsewhere = {_flat(row["description"]).lower() for row in rows if row["split"] == "train"}
    for row in rows:
        answer = _flat(row["description"])
        if row["split"] == part and (part == "train" or answer.lower() not in elsewhere):
            yield Pair(str(row["id"]), row["transcription"], BRIEF, answer)


def _mts_dialog(file: TextIO, part: str) -> Iterator[Pair]:
    for row in csv.DictReader(file):
        header = row["section_header"]
        request = section_request(_SECTIONS.get(header, header.lower()))
        yield Pair(row["ID"], row["dialogue"], request, _flat(row["section_text"]))


def _aci_bench(file: TextIO, part: str) -> Iterator[Pair]:
    """Of each encounter the opening of its note's history, the part a brief summary opens with."""
    for row in csv.DictReader(file):
        history = _HISTORY.search(row["note"])
        if history:
            answer = _flat(history[1].strip().split("\n\n")[0])
            yield Pair(row["encounter_id"], row["dialogue"], HISTORY, answer)


def _flat(text: str) -> str:
    return " ".join(text.split())
