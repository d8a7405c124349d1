"""A metric of a table is its cell."""

from __future__ import annotations

import pytest
from marked_texts import read_marks, write_marks

from secateur.pipelines.document import Document, Passage
from secateur.pipelines.finance.mentions.metrics import whole_metrics

LONG = "words of prose that go on " * 6


def whole(marked: str, kind: str = "cell") -> str:
    text, found = read_marks(marked)
    passages, start = [], 0
    for cell in text.split("\t"):
        passages.append(Passage(start, start + len(cell), kind=kind))
        start += len(cell) + 1
    document = Document("a.html", text, tuple(passages), "text/html")
    return write_marks(text, whole_metrics(document, found))


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("[Deferred|KPI] tax liability\t[5|MONEY]", "[Deferred tax liability|KPI]\t[5|MONEY]"),
        ("[Net|KPI] loss (2), (3):\t5", "[Net loss|KPI] (2), (3):\t5"),
        ("[Net|KPI] loss 1\t5", "[Net loss|KPI] 1\t5"),
        ("Total [costs|KPI] and [taxes|KPI]\t5", "[Total costs and taxes|KPI]\t5"),
        ("[Costs and|KPI] fees, [2025|DATE]\t5", "[Costs and fees|KPI], [2025|DATE]\t5"),
        ("[8%|PERCENT] [notes|KPI] due\t5", "[8%|PERCENT] [notes|KPI] due\t5"),
        ("[Acme|ORG] [shares|KPI]\t5", "[Acme|ORG] [shares|KPI]\t5"),
        ("Cash\t[5|MONEY]\t[2025|DATE]", "Cash\t[5|MONEY]\t[2025|DATE]"),
        (f"{LONG}[sales|KPI] rose\t5", f"{LONG}[sales|KPI] rose\t5"),
    ],
)
def test_cells(marked: str, expected: str) -> None:
    assert whole(marked) == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("our [sales|KPI] of parts rose", "our [sales|KPI] of parts rose"),
        ("our [net|KPI] income rose", "our [net income|KPI] rose"),
        ("our [total|KPI] net leverage ratio", "our [total net leverage ratio|KPI]"),
        ("[Sales in|KPI] [France|LOC] fell", "[Sales|KPI] in [France|LOC] fell"),
        ("the [goodwill related|KPI] to it", "the [goodwill|KPI] related to it"),
        ("we [paid|KPI] rent, [net|KPI] of tax", "we paid rent, net of tax"),
        ("[net|KPI] [2024|DATE] sales", "net [2024|DATE] sales"),
    ],
)
def test_sentences(marked: str, expected: str) -> None:
    assert whole(marked, "paragraph") == expected
