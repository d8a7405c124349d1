"""The numbers of a document, and what stands around each, for the head that types them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, starmap
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerBase

from secateur.core.models.word_kinds import NO_LETTERS
from secateur.core.models.word_weights import Texts
from secateur.pipelines.document.calendar_words import YEAR
from secateur.pipelines.document.dates import MONTH
from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.document.layout import Layout, layout_of, row_at
from secateur.pipelines.finance.candidates.number_types import FIGURE_TYPES, KINDS, KINDS_OF_TEXT
from secateur.pipelines.finance.candidates.tokens import Tokens, tokenise, with_kinds
from secateur.pipelines.finance.numbers.context import MONEY_SIGN, Context, column_kinds, contexts
from secateur.pipelines.finance.numbers.headed import types_by_head
from secateur.pipelines.finance.numbers.marks import marks_of_notes, unsaid_changes
from secateur.pipelines.finance.numbers.printed import number_spans
from secateur.pipelines.finance.numbers.rows import NO_FIGURE, states_money
from secateur.pipelines.finance.numbers.said import earned_a_share, said_around, said_in_prose
from secateur.pipelines.finance.numbers.signed import cells_by_sign
from secateur.pipelines.finance.numbers.written import NO_TYPE, Possible, possible_types
from secateur.pipelines.finance.numbers.years_ahead import YearsAhead

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
            order of `secateur.pipelines.finance.reader.figure_head.KINDS_OF_TEXT`.
        possible: Whether it may be no figure, and whether of each of `FIGURE_TYPES`, by how it is
            written and by signs in its column `[F, 1 + types]`.
        percent: Whether it is a percentage by its column, and bears no currency sign `[F]`.
        years: In which year after the report's it falls by its row or column, 1 to `MOST_YEARS`;
            0 where they name none `[F]`.
        signs: How it is written `[F, SIGNS]`.
        rows: Which row of a table it stands in, where years and days alone head its column; -1
            elsewhere `[F]`.
        running: Whether it stands in running text, in no cell `[F]`.
    """

    spans: NDArray[np.int64]
    texts: tuple[Texts, ...]
    possible: NDArray[np.bool_]
    percent: NDArray[np.bool_]
    years: NDArray[np.int64]
    signs: NDArray[np.float32]
    rows: NDArray[np.int64]
    running: NDArray[np.bool_]

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
    layout = layout_of(document)
    tokens = with_kinds(tokens, column_kinds(layout))
    reader = _Reader(document, layout, tokens, sentences)
    found = list(filter(None, starmap(reader.read, number_spans(document))))
    lettered = tokens.cases < NO_LETTERS
    before = np.append(0, np.cumsum(lettered))
    words = torch.from_numpy(tokens.ids[lettered])
    pieces = np.array([number.pieces for number in found], dtype=np.int64).reshape(-1, 8)
    row, near, above, below = (
        Texts(words, torch.from_numpy(before[pieces[:, at : at + 2]])) for at in (0, 2, 4, 6)
    )
    around = zip(*(number.around for number in found), strict=True)
    kinds = list(around) or [()] * (len(KINDS_OF_TEXT) - 4)
    possible = np.array([number.possible for number in found], dtype=np.bool_)
    return FoundNumbers(
        spans=np.array([number.span for number in found], dtype=np.int64).reshape(-1, 2),
        texts=(row, near, *(_texts(kind, tokenizer) for kind in kinds), above, below),
        possible=possible.reshape(-1, 1 + len(FIGURE_TYPES)),
        percent=np.array([number.percent for number in found], dtype=np.bool_),
        years=np.array([number.years for number in found], dtype=np.int64),
        signs=np.array([number.signs for number in found], dtype=np.float32).reshape(-1, SIGNS),
        rows=_rows_below_times([number.place for number in found]),
        running=np.array([number.running for number in found], dtype=np.bool_),
    )


class _Number(NamedTuple):
    """One of `FoundNumbers`.

    Attributes:
        span: First character and one past the last.
        pieces: First piece and one past the last of its sentence or row, of what is near it, and of
            the beginnings of the rows before and after.
        around: Texts around it.
        possible: What it may be.
        percent: Whether it is a percentage by its column.
        years: In which year after the report's it falls.
        signs: How it is written.
        place: Number of its row, and the head of its column.
        running: Whether it stands in running text.
    """

    span: tuple[int, int]
    pieces: tuple[int, ...]
    around: tuple[str, ...]
    possible: Possible
    percent: bool
    years: int
    signs: list[float]
    place: tuple[int, str]
    running: bool


class _Reader:
    """Reads the numbers of one document, one by one."""

    def __init__(
        self, document: Document, layout: Layout, tokens: Tokens,
        sentences: Sequence[tuple[int, int]],
    ) -> None:  # fmt: skip
        self._text, self._passages, self._layout = document.text, document.passages, layout
        self._tokens, self._sentences = tokens, sentences
        self._around = contexts(layout, sentences)
        self._signed, self._headed = cells_by_sign(layout), types_by_head(layout)
        self._ahead = YearsAhead(document)
        self._marks = marks_of_notes(layout) | unsaid_changes(layout)
        self._starts = [start for start, _ in sentences]
        self._openings = [passage.start for passage in document.passages]
        self._bounds = np.append(np.searchsorted(tokens.starts, self._starts), len(tokens))

    def read(self, start: int, end: int) -> _Number | None:
        """Reads the number between two characters; None where no sentence or piece holds it."""
        piece = int(np.searchsorted(self._tokens.ends, start, side="right"))
        sentence = bisect_right(self._starts, start) - 1
        if piece >= len(self._tokens) or sentence < 0:
            return None
        passage = self._passages[max(bisect_right(self._openings, start) - 1, 0)]
        head, in_table = passage.column or "", passage.kind == "cell"
        rate = "%" in head and not MONEY_SIGN.search(self._text[max(start - 3, 0) : start])
        return _Number(
            span=(start, end),
            pieces=self._pieces(piece, sentence),
            around=(*self._around[sentence], head),
            possible=self._possible(start, end, sentence, passage),
            percent=rate or start in self._signed.percent,
            years=self._ahead.of(self._starts[sentence], start, head) if in_table else 0,
            signs=_signs(self._text, start, end, int(self._tokens.cases[piece]), in_table),
            place=(sentence, head),
            running=not in_table,
        )

    def _pieces(self, piece: int, sentence: int) -> tuple[int, ...]:
        first, last = int(self._bounds[sentence]), int(self._bounds[sentence + 1])
        near = max(first, piece - _BEFORE), min(last, piece + _AFTER)
        beside = (_opening(self._bounds, other) for other in (sentence - 1, sentence + 1))
        return (first, last, *near, *chain.from_iterable(beside))

    def _possible(self, start: int, end: int, sentence: int, passage: Passage) -> Possible:
        text, signed = self._text, self._signed
        left = NO_TYPE if start in self._marks else possible_types(text, start, end, passage)
        said = text[self._starts[sentence] : self._sentences[sentence][1]]
        if passage.kind == "cell":
            around = self._around[sentence]
            own = _own(self._layout, passage, around, start in signed.rates)
            left = said_around(left, " ".join((said, *around, passage.column or "")), own)
        else:
            earlier = max(passage.start, self._starts[max(sentence - 1, 0)])
            left = said_in_prose(left, text[earlier : self._sentences[sentence][1]], said)
            left = earned_a_share(left, text, (start, end), self._starts[sentence])
        kind = self._headed.get(passage.start)
        figure = start in signed.figures or (start in signed.money and text[end - 1].isdigit())
        amount = start in signed.amounts and kind != "PERCENT"
        left = _in_its_column(left, figure and kind != NO_FIGURE, amount)
        return _under_its_heads(left, kind, text[start:end])


def _own(layout: Layout, cell: Passage, around: Context, rate: bool) -> dict[str, str]:
    """Where a percentage and shares must be spoken of, by type.

    A percentage by the cell, its row's unit and its table (but not what stands above one of money
    without a percent sign), unless its column holds rates; shares by cell and heads, in such a one.
    """
    table = layout.table_at(cell.start)
    heads = layout.heads(table, row_at(table, cell.start)) if table else ()
    own = (*heads, cell.row, cell.column, layout.unit_at(cell.start), layout.text_of(cell))
    # In lines, so that "except per share data" ends with its own.
    said = "\n".join((around.parent, *filter(None, own)))
    money = table if table and states_money(layout, table) else None
    signed = money is None or "%" in layout.document.text[money.start : money.end]
    spoken = "\n".join((*around._replace(heads="", parent=""), said)) if signed else said
    return ({} if rate else {"PERCENT": spoken}) | ({"SHARES": said} if money else {})


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
