"""Statements of a report as a person reads them: columns, rows and cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from secateur.pipelines.document.document import Box

Kind = Literal[
    "income_statement", "comprehensive_income", "balance_sheet", "cash_flow", "equity", "breakdown"
]
Source = Literal["read", "tagged", "both"]
Subject = Literal["segment", "product", "region", "maturity"]
SUBJECTS: tuple[Subject, ...] = ("segment", "product", "region", "maturity")
"""What a breakdown may be about."""
PRIMARY: tuple[Kind, ...] = (
    "income_statement",
    "comprehensive_income",
    "balance_sheet",
    "cash_flow",
    "equity",
)
"""Kinds of primary statements, in the order of an annual report."""


@dataclass(frozen=True)
class Column:
    """A column of a statement.

    Attributes:
        label: Its printed head.
        period: Period of most of its cells: a day, or first and last day; None where nothing says.
        dimensions: Member by axis, where the filing's tags give its cells one.
    """

    label: str
    period: str | None
    dimensions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """What was read of a figure that the filer tagged as something else.

    Attributes:
        value: The number read.
        period: Its period.
        unit: Its unit.
    """

    value: Decimal
    period: str | None
    unit: str | None


@dataclass(frozen=True)
class Cell:
    """One figure of a statement.

    Attributes:
        column: Number of its column, None for a figure inside a row's caption.
        period: Its own period; None where it is the column's.
        unit: As in `Entity.unit`.
        printed: The text of the page.
        value: The number meant, with the sign that the row's concept asks for; without a concept
            as printed. A dash is 0.
        probability: That the figure is one of its type, 0 to 1; None for a dash.
        start: First character in `Document.text`.
        end: One past the last.
        page: Page number from 1 where the format has pages.
        box: Place on the page.
        source: Whether the value was read from the page, tagged by the filer, or both.
        agrees: Whether tag and reading are the same; None where there is one of them alone.
        concept: By its tag, None where it is its row's.
        dimensions: By its tag, member by axis; None where they are its column's and row's.
        reading: What was read, where `agrees` is False.
    """

    column: int | None
    period: str | None
    unit: str | None
    printed: str
    value: Decimal
    probability: float | None
    start: int
    end: int
    page: int | None = None
    box: Box | None = None
    source: Source = "read"
    agrees: bool | None = None
    concept: str | None = None
    dimensions: Mapping[str, str] | None = None
    reading: Reading | None = None


@dataclass(frozen=True)
class Row:
    """A row of a statement.

    Attributes:
        label: The printed row head in full, without marks of notes; `level` stands for captions.
        level: How many captions it stands under.
        total: Whether it is a total by its head.
        concept: What its figures measure ("us-gaap:Assets"), None where that is not known.
        cells: Its figures in order; none for a caption.
        concept_probability: That `concept` is right, 0 to 1; None without a concept.
        concept_ranked: The most probable concepts, the first first, also where `concept` is None.
        standard: Name of the standard line that it is ("revenue"), None where it is none.
        dimensions: Member by axis, where the filing's tags give its cells one.
        start: First character of its head in `Document.text`; not in the JSON.
        chances: Probability by concept, of the likeliest ones; not in the JSON.
    """

    label: str
    level: int
    total: bool
    concept: str | None
    cells: tuple[Cell, ...]
    concept_probability: float | None = None
    concept_ranked: tuple[str, ...] = ()
    standard: str | None = None
    dimensions: Mapping[str, str] = field(default_factory=dict)
    start: int = 0
    chances: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Statement:
    """A statement.

    Attributes:
        kind: Which one it is.
        title: The line above that names it, "" where none does.
        section: Section of the document that it stands in.
        page: Page of its first cell.
        scale: Power of ten of most of its amounts: 6 for millions.
        columns: Its columns of figures.
        rows: Its rows in the company's order, captions included.
        source: Whether its tables were found by their printed lines, by the concepts of their tags,
            or by both.
        about: What a breakdown is about, None where it is none of `SUBJECTS`.
    """

    kind: Kind
    title: str
    section: str | None
    page: int | None
    scale: int
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    source: Source = "read"
    about: Subject | None = None
