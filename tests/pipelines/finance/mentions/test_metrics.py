"""Metrics that a sentence states with a figure."""

from __future__ import annotations

import pytest
from marked_texts import read_marks, write_marks

from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.finance.mentions.metrics import stated_metrics

LONG = "words of prose that go on " * 6


def stated(marked: str, kind: str = "paragraph") -> str:
    """Each line is a sentence, each part of it between tabs a passage."""
    text, found = read_marks(marked)
    passages, start = [], 0
    for part in text.replace("\n", "\t").split("\t"):
        passages.append(Passage(start, start + len(part), kind=kind))
        start += len(part) + 1
    lines, start = [], 0
    for line in text.split("\n"):
        lines.append((start, start + len(line)))
        start += len(line) + 1
    document = Document("a.html", text, tuple(passages), "text/html")
    return write_marks(text, stated_metrics(document, lines, found))


def test_nothing_found_is_nothing_stated() -> None:
    assert stated("Nothing here.") == "Nothing here."


def test_the_head_of_a_row_is_no_metric_of_a_sentence() -> None:
    row = "[Deferred tax|KPI] (2)\t[5|MONEY]\t[2025|DATE]"
    assert stated(row, "cell") == "Deferred tax (2)\t[5|MONEY]\t[2025|DATE]"


def test_a_long_cell_is_prose() -> None:
    cell = f"{LONG}[sales|KPI] rose to [5|MONEY]"
    assert stated(cell, "cell") == cell


def test_a_metric_is_stated_with_a_figure_of_its_sentence() -> None:
    text = "Our [sales|KPI] grew.\n[Backlog|KPI] was [5|MONEY] in [2025|DATE]."
    assert stated(text) == "Our sales grew.\n[Backlog|KPI] was [5|MONEY] in [2025|DATE]."


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
        ("[Basic|KPI] [earnings per|KPI] share", "[Basic earnings per share|KPI]"),
        ("[Gross|KPI] profit margin", "[Gross profit margin|KPI]"),
        ("[noninterest|KPI]-bearing deposits", "[noninterest-bearing deposits|KPI]"),
        ("[deposits and four|KPI] branches", "[deposits|KPI] and four branches"),
        ("[Gross premiums|KPI] written", "[Gross premiums written|KPI]"),
        ("[Net investment|KPI] income", "[Net investment income|KPI]"),
        ("[Organic|KPI] growth fell", "[Organic growth|KPI] fell"),
        ("[Profit|KPI] before tax", "[Profit before tax|KPI]"),
        ("[Cash|KPI] flow from operating activities", "[Cash flow from operating activities|KPI]"),
        ("[Book value|KPI] [per share|KPI] [2024|DATE]", "[Book value per share|KPI] [2024|DATE]"),
        ("[loss before|KPI] tax", "[loss before tax|KPI]"),
        ("[non|KPI]-GAAP operating income", "[non-GAAP operating income|KPI]"),
        ("[Non|KPI]-[GAAP net income|KPI]", "[Non-GAAP net income|KPI]"),
        ("non-GAAP [net income|KPI]", "[non-GAAP net income|KPI]"),
        ("Underlying [operating|KPI] profit", "[Underlying operating profit|KPI]"),
        ("[Free cash flow totalled|KPI]", "[Free cash flow|KPI] totalled"),
        (
            "[Cash provided|KPI] by operating activities",
            "[Cash provided by operating activities|KPI]",
        ),
        ("[Third|KPI] quarter sales", "Third quarter sales"),
        ("[dividend|KPI] of [CHF|KPI]", "[dividend|KPI] of CHF"),
    ],
)
def test_sentences(marked: str, expected: str) -> None:
    assert stated(f"{marked} by [5%|PERCENT]") == f"{expected} by [5%|PERCENT]"
