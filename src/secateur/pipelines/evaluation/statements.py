"""Scores of statements over several filings, for people and programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from secateur.pipelines.document.document import Document
from secateur.pipelines.errors import UsageError, unreadable
from secateur.pipelines.evaluation.metric import Metric, share_of
from secateur.pipelines.evaluation.statement_gold import SCORED, Gold, gold_of
from secateur.pipelines.evaluation.statement_scores import (
    Difference,
    FilingScore,
    Tally,
    score_statements,
)
from secateur.pipelines.ingestion.files.limits import Limits
from secateur.pipelines.ingestion.tagged_tables import read_with_tables

Book = Mapping[str, Any]
"""Statements as in `StatementBook.to_dict`."""
_SHARES = {
    "found": "cells",
    "signed": "cells",
    "concept": "us_gaap",
    "shown": "found",
    "shown_right": "shown",
    "extra": "product",
    "headlines_right": "headlines",
    "headlines_wrong": "headlines",
}
"""Counts of `Tally`, and of what each is a share."""


@dataclass(frozen=True)
class TaggedFiling:
    """A filing with gold for its statements.

    Attributes:
        path: The file.
        document: What it says.
        gold: The tagged cells of its statements; none where no table is one of them.
    """

    path: Path
    document: Document
    gold: Gold


@dataclass(frozen=True)
class StatementShare:
    """One score of one kind of statement.

    Attributes:
        statement: The kind, "all" for all of them.
        part: How many are counted.
        share: Of its support, with the interval over filings; named as in `Tally`.
    """

    statement: str
    part: int
    share: Metric


def read_filings(paths: Sequence[Path], limits: Limits) -> list[TaggedFiling]:
    """Reads filings with the gold of their statements.

    Args:
        paths: Filings with inline XBRL.
        limits: Bounds on what is read.

    Returns:
        The filings in order.

    Raises:
        UsageError: None of them has a tagged statement.
        IngestionError: One cannot be read.
    """
    found = []
    for path in paths:
        document, tables = read_with_tables(path, limits=limits)
        found.append(TaggedFiling(path, document, gold_of(tables)))
    if not any(filing.gold for filing in found):
        names = ", ".join(map(str, paths))
        raise UsageError(f"{names}: no primary statement is tagged, nothing to score against")
    return found


def books_of(filings: Sequence[TaggedFiling], files: Sequence[Path]) -> list[Book]:
    """Takes each filing's statements out of files of `secateur view statements --json`.

    Args:
        filings: The filings.
        files: The statements, one report or several a file.

    Returns:
        The statements of each filing in order.

    Raises:
        UsageError: A file is no such JSON, or a filing has no statements or several.
    """
    books = [book for file in files for book in _books_in(file)]
    return [_book_of(filing, books) for filing in filings]


def _books_in(file: Path) -> Iterator[Book]:
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise unreadable(file, error) from None
    except (ValueError, RecursionError):
        record = None
    for book in record if isinstance(record, list) else [record]:
        if not isinstance(book, dict) or not {"document", "statements"} <= book.keys():
            raise UsageError(f"{file}: no JSON of `secateur view statements --json`; give that")
        yield book


def _book_of(filing: TaggedFiling, books: Sequence[Book]) -> Book:
    """The statements under a filing's name, or under its path where several share the name."""
    parts = filing.path.parts
    names = {filing.document.doc_id} | {"/".join(parts[at:]) for at in range(len(parts))}
    own = [book for book in books if book["document"] in names]
    if len(own) != 1:
        which = "no" if not own else f"{len(own)} sets of"
        raise UsageError(f"--statements: {which} statements of {filing.path}; give one set")
    return own[0]


def evaluate_statements(
    filings: Sequence[TaggedFiling], books: Sequence[Book]
) -> tuple[FilingScore, ...]:
    """Scores the statements of filings.

    Args:
        filings: The filings.
        books: What was read in each, in the same order.

    Returns:
        The scores of each filing.

    Raises:
        UsageError: Statements lack what their JSON has.
    """
    found = []
    for filing, book in zip(filings, books, strict=True):
        try:
            found.append(score_statements(filing.document.doc_id, filing.gold, book))
        except (KeyError, TypeError, ValueError, IndexError, AttributeError):
            raise UsageError(
                f"{book.get('document')}: its statements are not as `secateur view statements "
                "--json` writes them; make them anew"
            ) from None
    return tuple(found)


def shares(scores: Sequence[FilingScore]) -> tuple[StatementShare, ...]:
    """Sums the scores of filings up, over all statements and by kind."""
    groups = {"all": [Tally.sum(score.tallies.values()) for score in scores]}
    for kind in SCORED:
        groups[kind] = [score.tallies[kind] for score in scores if kind in score.tallies]
    return tuple(
        StatementShare(name, sum(parts), share_of(part, parts, wholes))
        for name, tallies in groups.items()
        if tallies
        for part, whole in _SHARES.items()
        for parts, wholes in [[[getattr(t, column) for t in tallies] for column in (part, whole)]]
    )


def as_table(scores: Sequence[FilingScore], *, listed: bool = False) -> str:
    """Writes the scores for people.

    Args:
        scores: Those of all filings.
        listed: Whether every difference is listed.

    Returns:
        A line a score of all statements and of each kind, the gold cells of each filing by kind,
        then the differences.
    """
    lines = [
        f"{'statement':<18}{'score':<17}{'share':>7}{'95 % interval':>18}{'cells':>8}{'of':>8}"
    ]
    for each in shares(scores):
        share = each.share
        lines.append(
            f"{each.statement:<18}{share.name.replace('_', ' '):<17}{share.value:>7.4f}"
            f"{share.interval():>18}{each.part:>8}{share.support:>8}"
        )
    width = max(len(score.document) for score in scores) + 2
    lines += ["", f"{'gold cells':<{width}}" + "".join(f"{kind:>18}" for kind in SCORED)]
    for score in scores:
        cells = [str(score.tallies[k].cells) if k in score.tallies else "-" for k in SCORED]
        lines.append(f"{score.document:<{width}}" + "".join(map("{:>18}".format, cells)))
    if listed:
        for score in scores:
            lines += ["", score.document, *map(_line, score.differences)]
    return "\n".join(lines)


def _line(difference: Difference) -> str:
    name = f"headline {difference.name}" if difference.is_headline else difference.name
    read, tagged = (
        ", ".join(f"{value:,.15g}" for value in values)
        for values in (difference.read, difference.tagged)
    )
    numbers = f"{read} for {tagged}" if read and tagged else read or tagged
    where = f"{difference.statement} {difference.period}"
    return f"  {difference.what:<7} {where} {numbers}  {name[:60]}"


def as_json(scores: Sequence[FilingScore]) -> str:
    """Writes the scores as one JSON object: `scores` over all, and `filings` one by one."""
    found = {
        "scores": [
            {"statement": each.statement, "part": each.part} | asdict(each.share)
            for each in shares(scores)
        ],
        "coverage": dict(Counter(kind for score in scores for kind in score.tallies)),
        "filings": [asdict(score) for score in scores],
    }
    return json.dumps(found)
