"""Small reports with statements, and what a reader finds in them."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.finance.statements.assemble import assemble
from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.statement import Statement
from secateur.pipelines.ingestion.read import read

Line = tuple[str, ...]
INCOME: list[Line] = [
    ("Net sales", "500", "450"), ("Cost of sales", "(300)", "(280)"), ("Expenses:",),
    (">Research (1)", "40", "35"), (">Selling", "60", "55"),
    ("Income before income taxes", "100", "80"), ("Provision for income taxes", "20", "16"),
    ("Net income", "$ 80", "$ 64"),
]  # fmt: skip
SHEET: list[Line] = [
    ("Current assets:",), (">Cash", "50", "40"), (">Inventories", "30", "—"),
    ("Total current assets", "80", "40"), ("Goodwill", "20", "20"), ("Total assets", "100", "60"),
    ("Accounts payable", "10", "5"), ("Total liabilities", "10", "5"),
    ("Common stock, $0.01 par value; 900 shares authorized", "90", "55"),
    ("Total liabilities and equity", "100", "60"),
]  # fmt: skip
FLOWS: list[Line] = [
    ("Net income", "80", "64"), ("Depreciation", "10", "9"),
    ("Net cash provided by operating activities", "90", "73"),
    ("Purchases of equipment", "(30)", "(20)"),
    ("Net cash used in investing activities", "(30)", "(20)"),
    ("Dividends", "(50)", "(40)"), ("Net cash used in financing activities", "(50)", "(40)"),
]  # fmt: skip
YEARS = ("Year ended December 31, 2024", "Year ended December 31, 2023")
DAYS = ("December 31, 2024", "December 31, 2023")


def table(heads: Line, lines: list[Line]) -> str:
    """An HTML table; ">" before a head sets its row in."""
    rows = [("", *heads), *lines]
    html = ""
    for row in rows:
        cells = "".join(f"<td>{cell}</td>" for cell in row[1:])
        inset = ' style="padding-left:9pt"' if row[0].startswith(">") else ""
        html += f"<tr><td{inset}>{row[0].removeprefix('>')}</td>{cells}</tr>"
    return f"<table>{html}</table>"


def titled(title: str, heads: Line, lines: list[Line]) -> str:
    """A table in millions below its title."""
    return f"<p><b>{title}</b></p><p>(in millions)</p>{table(heads, lines)}"


WHOLE = (
    titled("Consolidated Statements of Income", YEARS, INCOME)
    + titled("Consolidated Balance Sheets", DAYS, SHEET)
    + titled("Consolidated Statements of Cash Flows", YEARS, FLOWS)
)


def report(folder: Path, body: str) -> Document:
    """A report of some HTML."""
    path = folder / "report.html"
    path.write_text(f"<html><body>{body}</body></html>", encoding="utf-8")
    return read(path)


def figures(document: Document) -> list[Entity]:
    """What the reader finds: the numbers of tables in millions, each of its column's time."""
    found = []
    for passage in document.passages:
        text = document.text[passage.start : passage.end]
        form = r"\(?\d[\d.,]*\)" if is_figure(text) else r"\d+(?:[.,]\d+)*"
        numbers = re.finditer(rf"{form}|\d[\d.,]*", text) if passage.kind == "cell" else ()
        caption = passage.column is None
        for number in numbers:
            if caption and (text.isdigit() or re.fullmatch(r"20\d\d\)?", number[0])):
                continue
            if caption and not re.search(r"par value|shares", text):
                continue
            if not caption and not is_figure(text):
                continue
            value = Decimal(re.sub(r"[^\d.]", "", number[0]))
            year = (passage.column or "2024")[-4:]
            whole = "Year" in (passage.column or "")
            period = f"{year}-01-01/{year}-12-31" if whole else f"{year}-12-31"
            signed = -value if number[0].startswith("(") else value
            begin = passage.start + number.start()
            found.append(
                Entity(
                    document.doc_id,
                    begin,
                    begin + len(number[0]),
                    number[0],
                    "MONEY",
                    0.9,
                    value=signed * 10**6,
                    unit="USD",
                    scale=6,
                    period=period,
                )
            )
    return found


def assembled(folder: Path, body: str = WHOLE) -> StatementBook:
    """The statements of a report."""
    document = report(folder, body)
    return assemble(document, figures(document))


def statement(book: StatementBook, kind: str) -> Statement:
    """The first statement of a kind."""
    return next(each for each in book.statements if each.kind == kind)
