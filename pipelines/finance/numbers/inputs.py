"""The numbers of a document, and what stands around each, for the head that types them.

A dash that fills a cell of a table is a number too: zero.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerBase

from secateur.core.models.figure_head import KINDS_OF_TEXT
from secateur.core.models.word_kinds import FIGURE_TYPES, KINDS, NO_LETTERS
from secateur.core.models.word_weights import Texts
from secateur.pipelines.calendar_words import YEAR
from secateur.pipelines.document import Document, Passage
from secateur.pipelines.finance.figures.dates import MONTH, Dates, dates_of
from secateur.pipelines.finance.figures.numbers import MINUS
from secateur.pipelines.finance.figures.vocabulary import CURRENCY, SCALE_WORD
from secateur.pipelines.finance.layout import Layout, row_at
from secateur.pipelines.finance.numbers.context import MONEY_SIGN, Context, column_kinds, contexts
from secateur.pipelines.finance.numbers.headed import types_by_head
from secateur.pipelines.finance.numbers.marks import marks_of_notes
from secateur.pipelines.finance.numbers.rows import NO_FIGURE, states_money
from secateur.pipelines.finance.numbers.said import said_around, said_in_prose
from secateur.pipelines.finance.numbers.signed import cells_by_sign, compares
from secateur.pipelines.finance.numbers.written import (
    NO_TYPE,
    Possible,
    possible_types,
)
from secateur.pipelines.finance.numbers.years_ahead import YearsAhead
from secateur.pipelines.finance.tokens import Tokens, tokenise, with_kinds
from secateur.pipelines.ingestion.markup.numerals import FRACTION

_SPACED = r"\d{1,3}(?: \d{3})+(?!\d)(?:[.,]\d+)?"
_CODES = "AUD CAD CHF CNY DKK EUR GBP HKD INR JPY NOK NZD RMB SEK SGD USD"
NUMBER = re.compile(
    # What no digit or point begins is no number: that is seen before all else is tried.
    r"(?=[\d.])(?:"
    "(?<![\\d.,])\\d{1,3}(?:['’\u00a0\u2009\u202f]\\d{3})+(?!\\d)(?:[.,]\\d+)?"
    rf"|(?:(?<=[$€£¥₹])|(?<=(?:{_CODES.replace(' ', '|')})[ \u00a0])"
    rf"|(?<=(?:{_CODES.replace(' ', '|')})m[ \u00a0])){_SPACED}"
    rf"|(?<![\d.,]){_SPACED}(?=\)? ?(?i:{SCALE_WORD}|{CURRENCY}|(?:ordinary )?shares\b))"
    rf"|(?:(?<=[\t\n(])|(?<=[\t\n][{MINUS}])|(?<=[\t\n][{MINUS}] ))"
    rf"{_SPACED}(?=\)?(?:[\t\n]|\Z))"
    rf"|(?<=\(){_SPACED}(?=\))"
    rf"|(?<![\d.,/-])\d{{1,3}}{FRACTION}"
    r"|(?:(?<![\w.,)%])\.)?\d+(?:[.,]\d+)*)"
)
"""Plain spaces group digits beside a currency or scale, and alone in a cell or in parentheses."""
_ZERO = re.compile(r"[$€£¥₹]?\s?([-−–—‐‑]{1,2})\s?%?(?:(?<=[—%])\s?\(\d{1,2}\))?")
"""A cell that prints zero as a dash, perhaps with a note's mark."""
_YEAR = re.compile(YEAR)
_TIMES = re.compile(
    rf"(?=.*\d)(?:[\W\d_]|(?:{MONTH}|years?|fiscal|ended|ending|as|of|at|the|months?|weeks?|quarters?"
    r"|three|six|nine|twelve|for|and|in|FY|Q)(?![a-z]))+",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\((?:(?:un)?audited|restated|[^()%]*\bexcept\b[^()]*)\)", re.IGNORECASE)
"""What in a column's head says nothing of what it holds."""
_BEFORE, _AFTER = 12, 8
"""Pieces around a number that count as near."""
_BESIDE = 24
"""Pieces of the rows before and after, from their first on."""


@dataclass(frozen=True)
class FoundNumbers:
    """The numbers of a document.

    Attributes:
        spans: First character and one past the last `[F, 2]`, ascending.
        texts: The words with letters of its sentence or table row, near it, and around it, in the
            order of `secateur.core.models.figure_head.KINDS_OF_TEXT`.
        possible: Whether it may be no figure, and whether of each of `FIGURE_TYPES`, by how it is
            written and by signs in its column `[F, 1 + types]`.
        percent: Whether it is a percentage by its column, and bears no currency sign `[F]`.
        years: In which year after the report's it falls by its row or column, 1 to `MOST_YEARS`;
            0 where they name none `[F]`.
        signs: How it is written `[F, SIGNS]`.
        rows: Which row of a table it stands in, where years and days alone head its column; -1
            elsewhere `[F]`.
        running: Whether it stands in running text, in no cell `[F]`.
        dates: Those that the document names.
    """

    spans: NDArray[np.int64]
    texts: tuple[Texts, ...]
    possible: NDArray[np.bool_]
    percent: NDArray[np.bool_]
    years: NDArray[np.int64]
    signs: NDArray[np.float32]
    rows: NDArray[np.int64]
    running: NDArray[np.bool_]
    dates: Dates

    def __len__(self) -> int:
        return len(self.spans)


SIGNS = KINDS + 9


def find_numbers(
    document: Document,
    tokens: Tokens,
    sentences: Sequence[tuple[int, int]],
    tokenizer: PreTrainedTokenizerBase,
) -> FoundNumbers:
    """Finds every number of a document.

    Args:
        document: The document.
        tokens: Its pieces.
        sentences: Character spans, ascending.
        tokenizer: The model's tokenizer.
    """
    text = document.text
    layout, dates = Layout(document), dates_of(text)
    tokens = with_kinds(tokens, column_kinds(layout))
    around_sentence = contexts(layout, sentences)
    signed, headed = cells_by_sign(layout), types_by_head(layout)
    ahead = YearsAhead(text, dates)
    marks = marks_of_notes(layout)
    starts = [start for start, _ in sentences]
    passages = [passage.start for passage in document.passages]
    bounds = np.append(np.searchsorted(tokens.starts, starts), len(tokens))
    found: list[tuple[int, ...]] = []
    around: list[tuple[str, ...]] = []
    possible: list[Possible] = []
    percent: list[bool] = []
    years: list[int] = []
    running: list[bool] = []
    signs: list[list[float]] = []
    places: list[tuple[int, str]] = []
    for start, end in _spans(document):
        piece = int(np.searchsorted(tokens.ends, start, side="right"))
        sentence = bisect_right(starts, start) - 1
        if piece >= len(tokens) or sentence < 0:
            continue
        first, last = int(bounds[sentence]), int(bounds[sentence + 1])
        near = max(first, piece - _BEFORE), min(last, piece + _AFTER)
        beside = (*_opening(bounds, sentence - 1), *_opening(bounds, sentence + 1))
        passage = document.passages[max(bisect_right(passages, start) - 1, 0)]
        found.append((start, end, first, last, *near, *beside))
        head = passage.column or ""
        around.append((*around_sentence[sentence], head))
        rate = "%" in head and not MONEY_SIGN.search(text[max(start - 3, 0) : start])
        percent.append(rate or start in signed.percent)
        no_figure = start in marks or (not text[end - 1].isnumeric() and compares(head))
        left = NO_TYPE if no_figure else possible_types(text, start, end, passage)
        said = text[starts[sentence] : sentences[sentence][1]]
        if passage.kind == "cell":
            context = around_sentence[sentence]
            own = _own(layout, passage, context, start in signed.rates)
            left = said_around(left, " ".join((said, *context, head)), own)
        else:
            earlier = max(passage.start, starts[max(sentence - 1, 0)])
            left = said_in_prose(left, text[earlier : sentences[sentence][1]], said)
        kind = headed.get(passage.start)
        figure = start in signed.figures or (start in signed.money and text[end - 1].isdigit())
        amount = start in signed.amounts and kind != "PERCENT"
        left = _in_its_column(left, figure and kind != NO_FIGURE, amount)
        possible.append(_under_its_heads(left, kind, text[start:end]))
        case = int(tokens.cases[piece])
        in_table = passage.kind == "cell"
        running.append(not in_table)
        years.append(ahead.of(starts[sentence], start, head) if in_table else 0)
        places.append((sentence, head))
        signs.append(_signs(text, start, end, case, in_table))
    table = np.array(found, dtype=np.int64).reshape(-1, 10)
    lettered = tokens.cases < NO_LETTERS
    before = np.append(0, np.cumsum(lettered))
    words = torch.from_numpy(tokens.ids[lettered])
    row, around_it, above, below = (
        Texts(words, torch.from_numpy(before[table[:, at : at + 2]])) for at in (2, 4, 6, 8)
    )
    kinds = list(zip(*around, strict=True)) or [()] * (len(KINDS_OF_TEXT) - 4)
    return FoundNumbers(
        spans=table[:, :2],
        texts=(row, around_it, *(_texts(kind, tokenizer) for kind in kinds), above, below),
        possible=np.array(possible, dtype=np.bool_).reshape(-1, 1 + len(FIGURE_TYPES)),
        percent=np.array(percent, dtype=np.bool_),
        years=np.array(years, dtype=np.int64),
        signs=np.array(signs, dtype=np.float32).reshape(-1, SIGNS),
        rows=_rows_below_times(places),
        running=np.array(running, dtype=np.bool_),
        dates=dates,
    )


def _own(layout: Layout, cell: Passage, around: Context, rate: bool) -> dict[str, str]:
    """Where a percentage and shares must be spoken of, by type.

    A percentage by the cell itself, its row's unit and its table, unless its column holds rates;
    shares by the cell and its heads, in a table of money.
    """
    table = layout.table_at(cell.start)
    heads = layout.heads(table, row_at(table, cell.start)) if table else ()
    unit = layout.unit_at(cell.start)
    own = filter(None, (*heads, cell.row, cell.column, unit, layout.text_of(cell)))
    # In lines, so that "except per share data" ends with its own.
    said = "\n".join((around.parent, *own))
    found = {} if rate else {"PERCENT": "\n".join((*around._replace(heads="", parent=""), said))}
    return found | ({"SHARES": said} if table and states_money(layout, table) else {})


def _in_its_column(possible: Possible, figure: bool, amount: bool) -> Possible:
    """What a column of figures, or of amounts, leaves of what a number may be; marks stay marks."""
    none, money, percent, shares, per_share = possible
    if not any(possible[1:]):
        return possible
    return none and not figure, money, percent and not (amount and money), shares, per_share


def _under_its_heads(possible: Possible, kind: str | None, printed: str) -> Possible:
    """What heads leave; zeros and dashes under them may say that nothing is there."""
    if kind == NO_FIGURE:
        return NO_TYPE if possible[0] else possible
    if kind is None or not possible[1 + FIGURE_TYPES.index(kind)]:
        return possible
    empty = not any(digit in printed for digit in "123456789")
    return possible[0] and empty, *(kind == other for other in FIGURE_TYPES)


def _rows_below_times(places: Sequence[tuple[int, str]]) -> NDArray[np.int64]:
    """Rows of the numbers that years and days alone head, each its own; -1 of all others."""
    repeated = {row for (row, head), count in Counter(places).items() if head and count > 1}
    times = {head for _, head in places if _TIMES.fullmatch(_ASIDE.sub("", head))}
    level = (row if row not in repeated and head in times else -1 for row, head in places)
    return np.array(list(level), dtype=np.int64)


def _opening(bounds: NDArray[np.int64], sentence: int) -> tuple[int, int]:
    """First piece of a sentence and one past the last that counts; none where there is none."""
    if not 0 <= sentence < len(bounds) - 1:
        return 0, 0
    first, last = int(bounds[sentence]), int(bounds[sentence + 1])
    return first, min(last, first + _BESIDE)


def _texts(texts: Sequence[str], tokenizer: PreTrainedTokenizerBase) -> Texts:
    """Cuts texts, many of them alike, into words."""
    different = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    # No word crosses a line's end, and one long text is cut faster than many short ones.
    tokens = tokenise("\n".join(different), tokenizer)
    lengths = np.array([len(text) + 1 for text in different], dtype=np.int64)
    borders = np.searchsorted(tokens.starts, np.append(0, np.cumsum(lengths)))
    lettered = tokens.cases < NO_LETTERS
    ends = np.append(0, np.cumsum(lettered))[borders]
    ranges = np.stack([ends[:-1], ends[1:]], 1).reshape(-1, 2)
    chosen = np.array([different[text] for text in texts], dtype=np.int64)
    return Texts(torch.from_numpy(tokens.ids[lettered]), torch.from_numpy(ranges[chosen]))


def _spans(document: Document) -> list[tuple[int, int]]:
    text = document.text
    cells = (passage for passage in document.passages if passage.kind == "cell")
    zeros = (_ZERO.fullmatch(text, cell.start, cell.end) for cell in cells)
    digits = (match.span() for match in NUMBER.finditer(text))
    return sorted([*digits, *(match.span(1) for match in zeros if match)])


def _signs(text: str, start: int, end: int, kind: int, cell: bool) -> list[float]:
    printed = text[start:end]
    before, after = text[max(start - 3, 0) : start], text[end : end + 3]
    return [
        *(float(kind == number) for number in range(KINDS)),
        float("$" in before),
        float("%" in after),
        float("(" in before),
        float("." in printed),
        (end - start) / 8,
        float(_YEAR.fullmatch(printed) is not None),
        float(not printed[-1].isdigit()),
        float(cell),
        float(before[-1:].isalpha() or after[:1].isalpha()),
    ]
