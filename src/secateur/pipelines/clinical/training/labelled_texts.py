"""Texts of a data folder that were labelled by reading, with their labels.

Labels are JSON lines of ids, offsets and what is said of them, with the SHA-256 of the text that
they were made from (`benchmarks/importance`, `benchmarks/compression`).
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from secateur.pipelines.document.document import Document
from secateur.pipelines.errors import UsageError
from secateur.pipelines.ingestion.files.limits import DEFAULT_LIMITS
from secateur.pipelines.ingestion.parse import parse

_AGAIN = "again"
"""In the reader's name of a text's second labels, which only measure agreement."""


@dataclass(frozen=True)
class DataSettings:
    """What is learnt from; paths start at the config file's folder.

    Attributes:
        labels: The file of labels.
        folder: The data folder.
        sets: File in it by group of ids ("note", "dialogue", "mts").
    """

    labels: str
    folder: str
    sets: dict[str, str]


def labelled_texts(
    labels: Path, folder: Path, sets: Mapping[str, str]
) -> Iterator[tuple[Document, dict[str, Any]]]:
    """Reads labels and the texts that they are of, first labels alone.

    Args:
        labels: JSON lines with `id`, `reader`, `sha256` and more.
        folder: The data folder.
        sets: File in the folder by group of ids.

    Yields:
        A text as `secateur summarize` reads a file of it, and its record.

    Raises:
        UsageError: A file is missing, or a labelled text is not in it or is another one.
    """
    texts = {group: dict(_texts(folder / file, group)) for group, file in sets.items()}
    for record in _records(labels):
        if _AGAIN in record["reader"]:
            continue
        text = texts.get(record["id"].split("-")[0], {}).get(record["id"])
        if text is None or hashlib.sha256(text.encode()).hexdigest() != record["sha256"]:
            raise UsageError(f"{labels}: the text of {record['id']} is not in {folder}")
        yield _document(record["id"], text), record


def _records(path: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: no file of labels; benchmarks/importance has one") from error


def _texts(path: Path, group: str) -> Iterator[tuple[str, str]]:
    """Ids and texts of a set: MTSamples as JSON lines, dialogues as CSV."""
    try:
        content = gzip.decompress(path.read_bytes()).decode("utf-8")
    except OSError as error:
        raise UsageError(f"{path}: no gzip-compressed set; check the config's [data]") from error
    if path.name.endswith(".jsonl.gz"):
        for row in map(json.loads, content.splitlines()):
            yield f"{group}-{row['id']}", row["transcription"]
        return
    for row in csv.DictReader(io.StringIO(content, newline="")):
        yield f"{group}-{row.get('encounter_id') or row['ID']}", row["dialogue"]


def _document(name: str, text: str) -> Document:
    """Reads a text in this process: it is our own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.txt"
        path.write_bytes(text.encode())
        return parse(path, DEFAULT_LIMITS)
