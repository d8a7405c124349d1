"""The statements that a whole run ends in: a file a report, and a table of all by standard line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import Any, BinaryIO

from secateur.pipelines.export.csv_cells import csv_lines
from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.standard import STANDARD_COLUMNS, standard_figures
from secateur.pipelines.runs.batch.ledger import Outcome
from secateur.pipelines.runs.durable import UNFINISHED, StorageError, replacing, sync_folder
from secateur.pipelines.runs.output_paths import file_name

FOLDER, TABLE = "statements", "standard_lines.csv"
"""Names of the folder of files and of the table in a run's output."""
_SUFFIX = ".statements.json"


def statements_record(book: StatementBook) -> dict[str, Any]:
    """Makes what the ledger keeps of a report's statements.

    Args:
        book: The statements.

    Returns:
        "book" as `secateur view statements --json` writes it, and "standard_lines": name, period,
        value and unit of each figure.
    """
    whole = book.to_dict()
    lines = [
        [figure.line, figure.period, f"{figure.value:f}", figure.unit]
        for figure in standard_figures(book)
    ]
    # Half a surrogate pair, as broken input can hold, fits no file; one character stays one.
    text = json.dumps({"book": whole, "standard_lines": lines}, ensure_ascii=False)
    record: dict[str, Any] = json.loads(text.encode(errors="replace"))
    return record


class Statements:
    """Writes the files of reports and their lines of the table.

    Args:
        folder: Where the files are written.
        table: The table, open for writing.

    Attributes:
        names: Names of the files so far.
    """

    def __init__(self, folder: Path, table: BinaryIO) -> None:
        self.names: set[str] = set()
        self._folder, self._table = folder, table
        self._taken: set[str] = set()
        self._table.write(csv_lines([STANDARD_COLUMNS]).encode())

    def write(self, outcome: Outcome) -> str | None:
        """Writes the statements of a report.

        Args:
            outcome: The report's.

        Returns:
            The name of the file; None of a result that an earlier version left without statements.
        """
        if outcome.statements is None:
            return None
        book, lines = outcome.statements["book"], outcome.statements["standard_lines"]
        path = str(outcome.record["path"])
        name = self._name(path)
        with replacing(self._folder / name) as file:
            file.write(json.dumps(book, ensure_ascii=False).encode() + b"\n")
        rows = ([path, book["company"], *line] for line in lines)
        self._table.write(csv_lines(rows).encode())
        return name

    def _name(self, path: str) -> str:
        plain = name = file_name(path)
        number = 1
        # Two names that differ in case alone are one file on some systems.
        while name.casefold() in self._taken:
            number += 1
            name = f"{number} {plain}"
        self._taken.add(name.casefold())
        self.names.add(f"{name}{_SUFFIX}")
        return f"{name}{_SUFFIX}"


@contextmanager
def statements_of(out: Path) -> Iterator[Statements]:
    """Opens the statements of a run, which take their places when all of them are whole.

    Files of reports that the run does not have any more are deleted then.

    Args:
        out: The output folder.

    Yields:
        Their writer.

    Raises:
        StorageError: The disk refuses.
    """
    fresh = out / f"{UNFINISHED}{FOLDER}"
    try:
        rmtree(fresh, ignore_errors=True)  # of a run that was killed
        fresh.mkdir()
        with replacing(out / TABLE) as table:
            writer = Statements(fresh, table)
            yield writer
            _put(fresh, out / FOLDER, writer.names)
        sync_folder(out)
    except OSError as error:
        raise StorageError(
            f"{out / FOLDER}: cannot be written ({error.strerror or error}); make room or mend the "
            "folder, then run again with --resume"
        ) from error
    finally:
        rmtree(fresh, ignore_errors=True)


def _put(fresh: Path, folder: Path, names: set[str]) -> None:
    folder.mkdir(exist_ok=True)
    for name in names:
        (fresh / name).replace(folder / name)
    for path in folder.glob(f"*{_SUFFIX}"):
        if path.name not in names:
            path.unlink()
    sync_folder(folder)
