"""`secateur view compare`: filings of one company, and companies side by side."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from openpyxl import load_workbook
from report_pages import table
from tagged_reports import filing, tag

from secateur.pipelines.cli import main as cli

CONCEPTS = {
    "Net sales": "Revenues", "Cost of sales": "CostOfRevenue",
    "Income before income taxes": "OperatingIncomeLoss",
    "Income taxes": "IncomeTaxExpenseBenefit", "Net income": "NetIncomeLoss",
}  # fmt: skip
NAME = (
    '<p><ix:nonNumeric name="dei:EntityRegistrantName" contextRef="y24">{}</ix:nonNumeric></p>'
    "<p>(Exact name of registrant as specified in its charter)</p>"
)
Columns = Sequence[tuple[str, str, Sequence[str]]]
"""Head, context and figures of each column."""
ANNUAL: Columns = [
    ("Year ended December 31, 2024", "y24", "100 60 30 8 22".split()),
    ("Year ended December 31, 2023", "y23", "80 50 25 5 20".split()),
]
OTHER: Columns = [("Year ended December 31, 2024", "y24", "900 500 300 90 210".split())]
NINE_MONTHS: Columns = [("Nine months ended September 30, 2024", "n24", "70 45 19 5 14".split())]
Write = Callable[..., list[str]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes filings, of which the model found nothing, and gives the command's arguments."""

    def write(**filings: tuple[str, Columns]) -> list[str]:
        files, known = [], []
        for name, (company, columns) in filings.items():
            rows = [
                [label, *(tag(figures[line], concept, context) for _, context, figures in columns)]
                for line, (label, concept) in enumerate(CONCEPTS.items())
            ]
            income = table(["", *(head for head, _, _ in columns)], *rows)
            body = f"{NAME.format(company)}<p>Statements of Income</p><p>(in millions)</p>{income}"
            filing(tmp_path, body, f"{name}.html")
            (tmp_path / f"{name}.html.jsonl").write_text("", encoding="utf-8")
            files.append(str(tmp_path / f"{name}.html"))
            known += ["--found", str(tmp_path / f"{name}.html.jsonl")]
        return [*files, *known]

    return write


def compare(*arguments: str) -> int:
    return cli.main(["view", "compare", *arguments])


def test_filings_of_one_company_become_years_and_quarters(write: Write, capsys) -> None:
    files = write(year=("Acme Corp.", ANNUAL), quarters=("ACME CORP", NINE_MONTHS))
    assert compare(*files) == 0
    out = capsys.readouterr().out
    assert out.startswith("Acme Corp.: USD millions")
    lines = [line.split() for line in out.splitlines()]
    assert ["revenue", "80", "100", "20", "+25.0%"] in lines
    assert ["revenue", "30", "d"] in lines
    assert ["net", "margin", "26.7%"] in lines


def test_json_has_the_figures_with_their_inputs(write: Write, capsys) -> None:
    files = write(year=("Acme Corp.", ANNUAL), quarters=("Acme Corp.", NINE_MONTHS))
    assert compare(*files, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    (company,) = found["companies"]
    assert [each["document"] for each in company["filings"]] == ["quarters.html", "year.html"]
    (quarter,) = (each for each in company["figures"]
                  if (each["line"], each["label"]) == ("net_income", "Q4"))  # fmt: skip
    assert (quarter["value"], quarter["formula"]) == (8_000_000, "fiscal year - nine months")
    assert [each["source"]["printed"] for each in quarter["inputs"]] == ["22", "14"]


def test_companies_stand_side_by_side(write: Write, capsys) -> None:
    files = write(acme=("Acme Corp.", ANNUAL), zenith=("Zenith Ltd.", OTHER))
    assert compare(*files) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == ["Companies", "by", "the", "latest", "fiscal", "year"]
    assert lines[1] == ["Acme", "Corp.", "Zenith", "Ltd."]
    assert ["revenue", "100", "+25.0%", "900"] in lines


def test_a_workbook_has_the_tables_and_the_statements(write: Write, tmp_path: Path, capsys) -> None:
    files = write(year=("Acme Corp.", ANNUAL), quarters=("Acme Corp.", NINE_MONTHS))
    assert compare(*files, "--out", str(tmp_path / "book.xlsx")) == 0
    book = load_workbook(tmp_path / "book.xlsx")
    assert book.sheetnames == [
        "Contents", "Fiscal years", "Quarters", "Nine months", "Derived", "Income Acme 2024-12",
        "Income Acme 2024-09", "Standard lines", "Checks", "Sources",
    ]  # fmt: skip
    assert book["Quarters"]["B8"].value == 30
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"{tmp_path / 'book.xlsx'}: 28 figures of 1 company\n")


def test_csv_has_a_line_a_figure(write: Write, tmp_path: Path, capsys) -> None:
    files = write(year=("Acme Corp.", ANNUAL))
    assert compare(*files, "--out", str(tmp_path / "book.csv"), "--quiet") == 0
    with (tmp_path / "book.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert {line["line"]: line["value"] for line in lines if line["period"][:4] == "2024"} == {
        "revenue": "100000000", "cost_of_revenue": "60000000", "operating_income": "30000000",
        "income_tax": "8000000", "net_income": "22000000", "net_margin": "0.220000",
        "operating_margin": "0.300000",
    }  # fmt: skip
    assert capsys.readouterr() == ("", "")


def test_tags_are_ignored_where_that_is_asked_for(write: Write, capsys) -> None:
    """Without tags and without a model's entities no row has a concept."""
    files = write(year=("Acme Corp.", ANNUAL))
    assert compare(*files, "--ignore-tags") == 0
    assert "no row is known to be a standard line" in capsys.readouterr().out


def test_an_earlier_report_without_tags_is_refused(write: Write, tmp_path: Path, capsys) -> None:
    (tmp_path / "plain.html").write_text("<p>Revenue was $ 5 million.</p>", encoding="utf-8")
    plain = str(tmp_path / "plain.html")
    assert cli.main(["view", "statements", *write(a=("Acme Corp", OTHER)), "--like", plain]) == 1
    assert "plain.html: no figure is tagged" in capsys.readouterr().err
