"""Concepts that words tell, on pages made for it."""

from __future__ import annotations

from pathlib import Path

from secateur.pipelines.document.document import Span
from secateur.pipelines.document.layout import Layout
from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.finance.candidates.found import Found
from secateur.pipelines.finance.statements.phrases import Phrases
from secateur.pipelines.ingestion.read import read


def placed(folder: Path, body: str, figure: str, label: str) -> tuple[Layout, Found, Span]:
    """A page with such a body, a figure found on it, and the ends of its sentence."""
    path = folder / "report.html"
    path.write_text(f"<html><body>{body}</body></html>")
    document = read(path)
    start = document.text.index(figure)
    spans = sentences(document.text, document.passages)
    sentence = max(span for span in spans if span[0] <= start)
    return Layout(document), Found(start, start + len(figure), label, 0.9), sentence


def concept(folder: Path, body: str, figure: str, label: str) -> str | None:
    """The concept that words tell of a figure on a page with such a body."""
    layout, found, sentence = placed(folder, body, figure, label)
    return Phrases(layout).concept(found, sentence)


def row(*cells: str, above: str = "Details follow.") -> str:
    """A page's body: a row of a table, with another and heads of two years."""
    head = "<tr><td></td><td>2025</td><td>2024</td></tr>"
    cells_ = "".join(f"<td>{cell}</td>" for cell in cells)
    other = "<tr><td>Others</td><td>812</td><td>811</td></tr>"
    return f"<p>{above}</p><table>{head}<tr>{cells_}</tr>{other}</table>"
