"""Releases of plain text, and the figures in them."""

from __future__ import annotations

from pathlib import Path

from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.finance.figures.reader import Figure, FigureReader
from secateur.pipelines.ingestion.read import read


def figure_of(
    folder: Path, text: str, span: str, label: str = "MONEY", name: str = "release.txt"
) -> Figure:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    document = read(path)
    start = document.text.index(span)
    reader = FigureReader(document, sentences(document.text, document.passages))
    figure = reader.read(start, start + len(span), label)
    assert figure is not None
    return figure


def period(folder: Path, text: str, span: str, label: str = "MONEY") -> str:
    return str(figure_of(folder, text, span, label).period)


def cases(text: str, *told: tuple[str, ...]) -> list[tuple[str, str, str, str]]:
    """Of one document: what stands there, its period, and its type where it is no money."""
    return [
        (text, span, label[0] if label else "MONEY", expected) for span, expected, *label in told
    ]
