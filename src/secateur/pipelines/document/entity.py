"""Entity: one found name or figure, with its place, value, unit, scale and period."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from secateur.pipelines.document.document import Box, Bytes, Part


@dataclass(frozen=True)
class Entity:
    """One found entity.

    `value` to `concept` are for figures, and None where they are not known; `section`, `page` and
    `box` to `section_path` are those of its passage.

    Attributes:
        doc_id: The document's name.
        start: First character in `Document.text`.
        end: One past the last.
        text: What stands there.
        label: Its type ("ORG", "MONEY").
        score: Mean probability of its words' labels, 0 to 1.
        sentence: Its sentence or table row; of one above 1,000 characters what is around it, "…".
        row: In a table, the text of its row head.
        column: In a table, the text of its column heads.
        value: The number meant, scale applied, signed as printed: negative in parentheses or after
            a minus. At most 15 significant digits, so that a float64 loses none.
        unit: As in XBRL: "USD", "USD/shares", "shares", "pure" (percentages).
        scale: Power of ten that the printed number is multiplied by: 6 for millions, -2 for "%".
        period: ISO 8601: a day ("2024-09-28"), or first and last day ("2023-10-01/2024-09-28").
        concept: What the figure measures: one of the model's list ("us-gaap:Revenues"), None for
            others; "other" where a filing tags one of them.
        recovered: Whether full attention was needed to find it.
        row_path: In a table, the captions that its row stands under, the outermost first, and the
            row's own head.
        column_path: In a table, its column heads one by one, the outermost first.
    """

    doc_id: str
    start: int
    end: int
    text: str
    label: str
    score: float
    section: str | None = None
    page: int | None = None
    sentence: str | None = None
    row: str | None = None
    column: str | None = None
    value: Decimal | None = None
    unit: str | None = None
    scale: int | None = None
    period: str | None = None
    concept: str | None = None
    recovered: bool = False
    box: Box | None = None
    source: Bytes | None = None
    part: Part = ()
    section_path: tuple[str, ...] = ()
    row_path: tuple[str, ...] = ()
    column_path: tuple[str, ...] = ()
