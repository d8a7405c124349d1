"""Documents read from small pages of HTML."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from report_pages import COVER

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.finance.figures.reader import Figure, FigureReader
from secateur.pipelines.ingestion.read import read


@pytest.fixture
def page(tmp_path: Path) -> Callable[..., Document]:
    """Reads a page of a report whose fiscal year is 2024."""

    def make(body: str, cover: str = COVER) -> Document:
        path = tmp_path / "report.html"
        path.write_text(f"<html><body>{cover}{body}</body></html>", encoding="utf-8")
        return read(path)

    return make


@pytest.fixture
def figure(page: Callable[..., Document]) -> Callable[..., Figure]:
    """Reads the figure that stands at a text of a page."""

    def find(
        body: str, span: str, label: str = "MONEY", occurrence: int = 1, cover: str = COVER
    ) -> Figure:
        document = page(body, cover)
        start = -1
        for _ in range(occurrence):
            start = document.text.index(span, start + 1)
        reader = FigureReader(document, sentences(document.text, document.passages))
        found = reader.read(start, start + len(span), label)
        assert found is not None
        return found

    return find
