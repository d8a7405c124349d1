"""A small report and what is found in it, for the views."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from report_pages import table

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.ingestion.read import read

COVER = "<p>ACME CONTROLS, INC.</p><p>(Exact name of registrant as specified in its charter)</p>"
STATEMENT = table(
    ["", "2024", "2023"],
    ["Cash", "$10", "$9"],
    ["Receivables, less allowance", "5", "4"],
    ["Total current assets", "15", "13"],
    ["Property", "7.5", "7"],
    ["Less: depreciation", "2.5", "1"],
    ["Total property", "5.0", "6"],
    ["Total assets", "20", "21"],
)


def page(folder: Path, body: str, name: str = "a.html") -> Document:
    path = folder / name
    path.write_text(f"<html><body>{COVER}{body}</body></html>", encoding="utf-8")
    return read(path)


def named(document: Document, *spans: tuple[str, str]) -> list[Entity]:
    """Entities at the texts, one after another."""
    found, at = [], 0
    for text, label in spans:
        at = document.text.index(text, at)
        found.append(Entity(document.doc_id, at, at + len(text), text, label, 1.0))
        at += len(text)
    return found


def measured(
    doc_id: str, period: str, value: int, concept: str | None = "Revenues", **fields: Any
) -> Entity:
    return Entity(doc_id, fields.pop("start", 0), 5, "x", "MONEY", 1.0, value=Decimal(value),
                  unit="USD", period=period, concept=concept, **fields)  # fmt: skip
