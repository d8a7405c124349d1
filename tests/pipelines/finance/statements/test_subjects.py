"""What a breakdown is about: by its tags, by its words, and where it is shown."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from report_pages import table
from statement_books import BOOK, SEGMENTS
from statement_reports import WHOLE, YEARS, assembled, titled
from tagged_reports import filing, readings, tag

from secateur.pipelines.finance.statements.as_text import as_text
from secateur.pipelines.finance.statements.statement import Subject
from secateur.pipelines.finance.statements.subject_features import (
    Heads,
    features_of_tables,
    of_other_tables,
)
from secateur.pipelines.finance.statements.subject_tags import subjects_by_tags
from secateur.pipelines.finance.statements.subjects import shipped_subjects
from secateur.pipelines.finance.statements.tagged import assemble_tagged
from secateur.pipelines.finance.statements.workbook import write_workbook

SEGMENT, PRODUCT = "us-gaap:StatementBusinessSegmentsAxis", "srt:ProductOrServiceAxis"
REGION = "srt:StatementGeographicalAxis"
MADE = "us-gaap:FinancingReceivableOriginatedTwoYearsBeforeLatestFiscalYear"
ANNUAL = tuple(f"Year ended December 31, {year}" for year in ("2024", "2023", "2022"))
DEBT = "us-gaap:LongTermDebtMaturitiesRepaymentsOfPrincipalIn"


def facts(*axes: Mapping[str, str], concept: str = "us-gaap:Revenues") -> list:
    return [(concept, dimensions) for dimensions in axes]


def members(axis: str, *names: str) -> list[Mapping[str, str]]:
    return [{axis: f"acme:{name}Member"} for name in names]


BY_TAGS: dict[str, tuple[list, tuple[Subject, ...]]] = {
    "members of an axis": (facts(*members(REGION, "A", "B"), {}), ("region",)),
    "one member is what all is of": (facts(*members(SEGMENT, "A", "A", "A")), ()),
    "few of its facts": (facts(*members(PRODUCT, "A", "B"), *[{}] * 5), ()),
    "two axes": (
        facts(*members(PRODUCT, "A", "B", "C"), *members(SEGMENT, "A", "B")),
        ("product", "segment"),
    ),
    "alike often": (facts({SEGMENT: "a:A", REGION: "a:C"}, {SEGMENT: "a:B", REGION: "a:D"}),
        ("segment", "region")),
    "maturities": (
        [(f"{DEBT}{name}", {}) for name in ("YearTwo", "YearThree", "NextTwelveMonths")],
        ("maturity",),
    ),
    "years in which loans were made": (
        facts({}, {}, concept=MADE),
        (),
    ),
    "home and abroad": (
        [(f"us-gaap:IncomeLossFromContinuingOperationsBeforeIncomeTaxes{name}", {})
            for name in ("Domestic", "Foreign")], ("region",),
    ),
    "nothing": ([], ()),
}  # fmt: skip


@pytest.mark.parametrize(("own", "expected"), BY_TAGS.values(), ids=BY_TAGS)
def test_tags_tell(own: list, expected: tuple[Subject, ...]) -> None:
    assert subjects_by_tags(own) == expected


def heads(title: str, rows: tuple[str, ...], columns: tuple[str, ...] = ANNUAL) -> Heads:
    return Heads(title, (), "Item 8", rows, columns)


BY_WORDS: dict[str, tuple[Heads, Subject | None]] = {
    "region": (
        heads("Revenue by geographic area", ("Americas", "Europe", "Japan", "Total revenue")),
        "region",
    ),
    "maturity": (
        heads("Future minimum lease payments",
            ("2025", "2026", "2027", "2028", "2029", "Thereafter", "Total"), ("Operating leases",)),
        "maturity",
    ),
    "none": (
        heads("Accrued liabilities", ("Compensation", "Taxes", "Other", "Total")), None,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("own", "expected"), BY_WORDS.values(), ids=BY_WORDS)
def test_words_tell(own: Heads, expected: Subject | None) -> None:
    others = [heads("Inventories", ("Raw materials", "Finished goods", "Total"))] * 3
    assert shipped_subjects().about([own, *others])[0] == expected


def test_a_table_with_the_heads_of_one_about_segments_is_likelier_about_them() -> None:
    names = ("Widgets", "Gadgets", "Total")
    named = heads("Segment information: revenue by reportable segment", names)
    bare = heads("Depreciation", names)
    model = shipped_subjects()
    alone, beside = model.probabilities([bare])[0], model.probabilities([bare, named])[0]
    assert beside["segment"] > alone["segment"]


def test_other_tables_count_without_the_own_one() -> None:
    tables = [heads("a", ("Widgets",), ()), heads("b", ("Widgets", "Gadgets"), ())]
    sure = {"segment": 1.0, "product": 0.0, "region": 0.0, "maturity": 0.0}
    first, second = of_other_tables(tables, [sure, dict.fromkeys(sure, 0.0)])
    assert (first["row~segment"], second["row~segment"]) == (0.0, 1.0)


def test_years_to_come_are_those_after_the_usual_one() -> None:
    ahead = heads("Debt", ("2025", "2026", "Thereafter"), ("Amount",))
    found = features_of_tables([heads("Sales", ("Total",)), heads("Costs", ("Total",)), ahead])
    assert "row=ahead2" in found[2]
    assert not [name for name in found[0] if "=ahead" in name]


def test_it_is_in_the_json_the_terminal_the_lines_and_the_workbook() -> None:
    book = replace(BOOK, statements=(replace(SEGMENTS, about="region", title="Sales"),))
    assert book.to_dict()["statements"][0]["about"] == "region"
    assert "1 breakdown in the JSON\n  by region:\n    Sales" in as_text(book)
    assert {line["about"] for line in book.records()} == {"region"}
    workbook = load_workbook(io.BytesIO(write_workbook([book])))
    assert "Region - Sales" in workbook.sheetnames
    assert [cell.value for cell in workbook["Contents"][2]][:3] == [
        "Region - Sales", "Sales", "region",
    ]  # fmt: skip


REVENUE = titled(
    "Revenue by geographic region", YEARS,
    [("Americas", "300", "250"), ("Europe", "200", "200"), ("Total revenue", "500", "450")],
)  # fmt: skip


def test_a_breakdown_of_a_report_is_told(tmp_path: Path) -> None:
    book = assembled(tmp_path, WHOLE + REVENUE)
    assert [each.about for each in book.statements] == [None, None, None, "region"]


def test_tags_come_before_words(tmp_path: Path) -> None:
    lines = [
        [name, tag(first, "Revenues", f"y24-{SEGMENT[8:]}-{name}Member"), second]
        for name, first, second in [("Americas", "300", "250"), ("Europe", "200", "200")]
    ]
    body = f"<p><b>Revenue by geographic region</b></p>{table(['', *YEARS], *lines)}"
    document, tags = filing(tmp_path, body)
    (found,) = assemble_tagged(document, readings(document, tags, {}), tags).statements
    assert found.about == "segment"
