"""`secateur view --out`: the workbook, or the lines, of statements and of their comparison."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from secateur.core.whole_files import whole
from secateur.pipelines.cli.exits import say
from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.errors import UsageError
from secateur.pipelines.runs.output_paths import check_file

if TYPE_CHECKING:
    from secateur.pipelines.finance.statements.book import StatementBook
    from secateur.pipelines.finance.statements.comparison.compare import StatementComparison

_ENDINGS = {"statements": (".xlsx", ".csv", ".xbrl.json"), "compare": (".xlsx", ".csv")}


def check_out(options: argparse.Namespace) -> None:
    """Refuses an --out that makes no sense or cannot be written, before hours of reading.

    Args:
        options: Of `secateur view`, with --out.

    Raises:
        UsageError: It is so; the message says what to give instead.
    """
    out: Path = options.out
    if options.view not in _ENDINGS:
        views = " and ".join(_ENDINGS)
        raise UsageError(f"--out goes with view {views}, not {options.view}; leave it out")
    if options.json:
        raise UsageError("--json goes to stdout, and --out to a file; give one of them")
    endings = _ENDINGS[options.view]
    if not out.name.lower().endswith(endings):
        raise UsageError(f"--out {out}: its name ends in neither {' nor '.join(endings)}")
    if _is_xbrl(out) and len(options.files) > 1:
        raise UsageError(f"--out {out}: holds one report; give one, or a name for each")
    check_file("--out", out)
    if out.resolve() in {path.resolve() for path in options.files}:
        raise UsageError(f"--out {out}: is one of the reports; give another name")


def write_books(books: Sequence[StatementBook], out: Path, *, quiet: bool) -> None:
    """Writes statements into a file, which is whole or not there.

    Args:
        books: Those of each report.
        out: A name that ends in ".xlsx" or ".csv", or for one report in ".xbrl.json".
        quiet: Does not tell what was written.

    Raises:
        UsageError: The file cannot be written.
    """
    if _is_xbrl(out):
        _write_xbrl(books[0], out, quiet=quiet)
        return
    # Both take a second to load, which help and other views need not wait for.
    from secateur.pipelines.export.record_tables import as_csv
    from secateur.pipelines.finance.statements.long_form import COLUMNS
    from secateur.pipelines.finance.statements.workbook import write_workbook

    cells = chain.from_iterable(book.records() for book in books)
    content = as_csv(cells, COLUMNS) if _is_csv(out) else write_workbook(books)
    _write(out, content)
    if not quiet:
        count = sum(len(book.statements) for book in books)
        say(f"{out}: {quantity(count, 'statement')} of {quantity(len(books), 'report')}")


def write_comparison(
    comparison: StatementComparison, books: Sequence[StatementBook], out: Path, *, quiet: bool
) -> None:
    """Writes a comparison into a file, which is whole or not there.

    Args:
        comparison: The comparison.
        books: The statements that are compared; a workbook has them too.
        out: A name that ends in ".xlsx" or ".csv".
        quiet: Does not tell what was written.

    Raises:
        UsageError: The file cannot be written.
    """
    from secateur.pipelines.export.record_tables import as_csv
    from secateur.pipelines.finance.statements.comparison.long_form import COLUMNS
    from secateur.pipelines.finance.statements.comparison.sheets import sheets_of
    from secateur.pipelines.finance.statements.workbook import write_workbook

    if _is_csv(out):
        _write(out, as_csv(comparison.records(), COLUMNS))
    else:
        _write(out, write_workbook(books, sheets_of(comparison)))
    if not quiet:
        count = sum(len(series.figures) for series in comparison.companies)
        companies = quantity(len(comparison.companies), "company", "companies")
        say(f"{out}: {quantity(count, 'figure')} of {companies}")


def _write_xbrl(book: StatementBook, out: Path, *, quiet: bool) -> None:
    from secateur.pipelines.finance.statements.xbrl import write_xbrl_json

    try:
        done = write_xbrl_json(book, out)
    except OSError as error:
        raise UsageError(f"--out {out}: {error.strerror}; give another") from error
    if quiet:
        return
    left_out = (
        (done.without_concept, "without a concept"),
        (done.without_context, "without period, unit or named member"),
        (done.contradicting, "unlike another fact of the same concept and period"),
    )
    told = ", ".join(f"{count:,} {why}" for count, why in left_out if count)
    told = f"; left out: {told}" if told else ""
    schemas = quantity(len(done.files) - 1, "schema")
    say(f"{out}: {quantity(done.facts, 'fact')}, {schemas} beside it{told}")


def _is_xbrl(out: Path) -> bool:
    return out.name.lower().endswith(".xbrl.json")


def _is_csv(out: Path) -> bool:
    return out.suffix.lower() == ".csv"


def _write(out: Path, content: str | bytes) -> None:
    # Half a surrogate pair, as broken input can hold, fits no file; one character stays one.
    written = content.encode(errors="replace") if isinstance(content, str) else content
    try:
        with whole(out) as file:
            file.write(written)
    except OSError as error:
        raise UsageError(f"--out {out}: {error.strerror}; give another") from error
