"""Gold entities of the sample report, from places in its blocks to places in the text read.

`python benchmarks/gold.py REPORT GOLD` prints them for `secateur evaluate entities`.
"""

from __future__ import annotations

import json
import re
import sys
from bisect import bisect_left
from decimal import Decimal
from pathlib import Path
from typing import Any

from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.export.records import write_jsonl
from secateur.pipelines.ingestion.read import read

_TAGGED = ("value", "unit", "scale", "period", "concept")
_BLOCK = re.compile(rb'id="(b\d+)"')


def gold_entities(document: Document, html: bytes, gold: Path) -> list[Entity]:
    """Reads the labels of the sample report (data_samples/report/README.md has their format).

    Args:
        document: What the ingestion read.
        html: The file that it read.
        gold: The labels, by the HTML id of their block.

    Returns:
        Every entity with its place in the document's text. A figure's span takes in the currency
        sign of the cell before it where the ingestion joined the two, as the format allows.

    Raises:
        ValueError: An entity is not where its block says.
    """
    places = {match[1].decode(): match.start() for match in _BLOCK.finditer(html)}
    passages = [passage for passage in document.passages if passage.source]
    begins = [passage.source[0] for passage in passages if passage.source]
    found = []
    for line in gold.read_text(encoding="utf-8").splitlines():
        entry: dict[str, Any] = json.loads(line, parse_float=Decimal)
        at = bisect_left(begins, places[entry["block"]])
        before = passages[max(at - 1, 0)]
        # A passage of joined cells holds the block's own beginning; else the next one is the block.
        joined = before.source is not None and before.source[1] > places[entry["block"]]
        start = _inside(document.text, before if joined else passages[at], entry)
        end = start + len(entry["text"])
        if "sign_block" in entry:
            start -= len(document.text[:start]) - len(document.text[:start].rstrip("$ "))
        text = document.text[start:end]
        tagged = {name: entry[name] for name in _TAGGED if name in entry}
        if tagged.get("unit") == "USD/share":
            tagged["unit"] = "USD/shares"  # as XBRL writes it
        found.append(Entity(document.doc_id, start, end, text, entry["label"], 1.0, **tagged))
    return found


def _inside(text: str, passage: Passage, entry: dict[str, Any]) -> int:
    """First character of an entity in the passage that holds its block."""
    block = text.find(entry["block_text"], passage.start, passage.end)
    if block < 0:
        raise ValueError(f"{entry['block']}: {entry['text']!r} is not in the text that was read")
    return block + int(entry["start"])


if __name__ == "__main__":
    read_from, labels = map(Path, sys.argv[1:])
    sys.stdout.write(write_jsonl(gold_entities(read(read_from), read_from.read_bytes(), labels)))
