"""`secateur view statements --out`: the workbook, or the lines, of the statements of reports."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from secateur.core.whole_files import whole
from secateur.pipelines.cli.exits import say
from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.errors import UsageError
from secateur.pipelines.runs.output_paths import check_file

if TYPE_CHECKING:
    from secateur.pipelines.finance.statements.book import StatementBook

_SUFFIXES = (".xlsx", ".csv")


def check_out(options: argparse.Namespace) -> None:
    """Refuses an --out that makes no sense or cannot be written, before hours of reading.

    Args:
        options: Of `secateur view`, with --out.

    Raises:
        UsageError: It is so; the message says what to give instead.
    """
    out: Path = options.out
    if options.view != "statements":
        raise UsageError(f"--out goes with view statements, not {options.view}; leave it out")
    if options.json:
        raise UsageError("--json goes to stdout, and --out to a file; give one of them")
    if out.suffix.lower() not in _SUFFIXES:
        raise UsageError(f"--out {out}: its name ends in neither {' nor '.join(_SUFFIXES)}")
    check_file("--out", out)
    if out.resolve() in {path.resolve() for path in options.files}:
        raise UsageError(f"--out {out}: is one of the reports; give another name")


def write_books(books: Sequence[StatementBook], out: Path, *, quiet: bool) -> None:
    """Writes statements into a file, which is whole or not there.

    Args:
        books: Those of each report.
        out: A name that ends in ".xlsx" or ".csv".
        quiet: Does not tell what was written.

    Raises:
        UsageError: The file cannot be written.
    """
    # Both take a second to load, which help and other views need not wait for.
    from secateur.pipelines.finance.statements.long_form import as_csv
    from secateur.pipelines.finance.statements.workbook import write_workbook

    if out.suffix.lower() == ".csv":
        # Half a surrogate pair, as broken input can hold, fits no file; one character stays one.
        content = as_csv(books).encode(errors="replace")
    else:
        content = write_workbook(books)
    try:
        with whole(out) as file:
            file.write(content)
    except OSError as error:
        raise UsageError(f"--out {out}: {error.strerror}; give another") from error
    if not quiet:
        count = sum(len(book.statements) for book in books)
        say(f"{out}: {quantity(count, 'statement')} of {quantity(len(books), 'report')}")
