"""Wrapped lines read as the line that they are, whatever their width, and all is found again."""

from __future__ import annotations

import textwrap
from pathlib import Path

import numpy as np
import pytest

from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.document.reflow import reflow
from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.finance.figures.reader import FigureReader
from secateur.pipelines.ingestion.read import read

PARAGRAPH = (
    "Operating income for the year ended December 31, 1996 was $212.5 million, a decrease of 11.5 "
    "percent from $240.1 million in 1995. Interest expense was $29.0 million compared with $31.0 "
    "million in the prior year. Long-term debt was minus $3.1 million (45 percentage points of it "
    "due), and average prices were 72 cents at the year-end, up from 60 cents a year earlier."
)
FIGURES = {
    "212.5": "MONEY", "11.5": "PERCENT", "240.1": "MONEY", "29.0": "MONEY", "31.0": "MONEY",
    "3.1": "MONEY", "45": "PERCENT", "72": "MONEY", "60": "MONEY",
}  # fmt: skip
LONG = "Sales of the company in the year rose, as planned, to $5"


def figures(folder: Path, text: str) -> list[object]:
    path = folder / "report.txt"
    path.write_text(f"ANNUAL REPORT 1996\n\n{text}\n", encoding="utf-8")
    document = read(path)
    reader = FigureReader(document, sentences(document.text, document.passages))
    starts = {figure: document.text.index(figure) for figure in FIGURES}
    return [reader.read(at, at + len(f), FIGURES[f]) for f, at in starts.items()]


@pytest.mark.parametrize("indent", ["", "       "])
@pytest.mark.parametrize("width", range(68, 101, 3))
def test_the_width_of_lines_changes_no_figure(tmp_path: Path, width: int, indent: str) -> None:
    item = f"1. {PARAGRAPH}"
    wrapped = textwrap.fill(item, width, subsequent_indent=indent)
    assert "\n" in wrapped
    assert figures(tmp_path, wrapped) == figures(tmp_path, item)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{LONG}\nmillion.", f"{LONG} million."),
        (f"{LONG}  \n     million.", f"{LONG} million."),
        (f"{LONG} of short-\n  term debt", f"{LONG} of short-term debt"),
        (f"{LONG} -\nmillion.", f"{LONG} - million."),
        ("Acme Inc.\n1 Main Street", "Acme Inc.\n1 Main Street"),
    ],
)
def test_what_is_joined(text: str, expected: str) -> None:
    document = Document("d", text, (Passage(0, len(text)),), "text/plain")
    assert reflow(document).document.text == expected


def test_passages_keep_their_words_and_cells_their_lines() -> None:
    text = f"{LONG}\nmillion.\n\n{LONG}\nmillion\t5\n\nEnd"
    ends = [(0, 65, "paragraph"), (67, 131, "cell"), (132, 133, "cell"), (135, 138, "title")]
    passages = tuple(Passage(start, end, kind) for start, end, kind in ends)
    flow = reflow(Document("d", text, passages, "text/plain"))
    read = [flow.document.text[entry.start : entry.end] for entry in flow.document.passages]
    assert read == [f"{LONG} million.", f"{LONG}\nmillion", "5", "End"]


def test_the_way_back() -> None:
    text = f"{LONG}   \n  million, or $7"
    flow = reflow(Document("d", text, (Passage(0, len(text)),), "text/plain"))
    at = np.array([flow.document.text.index(word) for word in ("$5", "million", "$7")])
    ends = at + np.array([10, 7, 2])
    starts, lasts = flow.former(at), flow.former_ends(ends)
    there = [text[first:last] for first, last in zip(starts, lasts, strict=True)]
    assert there == ["$5   \n  million", "million", "$7"]
    np.testing.assert_array_equal(flow.moved(starts), at)
    np.testing.assert_array_equal(flow.moved(lasts), ends)
