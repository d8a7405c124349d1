"""`secateur view`: statements, filings compared, names and totals of reports."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from secateur.pipelines.cli.books import check_out, write_books, write_comparison
from secateur.pipelines.cli.exits import FAILED, OK, PARTLY, error_of, fail, say
from secateur.pipelines.cli.typed import place
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.errors import IngestionError, UsageError
from secateur.pipelines.export.formats import read_entities
from secateur.pipelines.export.records import to_json
from secateur.pipelines.finance.candidates.found import NAMES
from secateur.pipelines.finance.views.names import Name, list_names
from secateur.pipelines.finance.views.totals import check_totals
from secateur.pipelines.ingestion.files.limits import Limits
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.runs.options import RunOptions

if TYPE_CHECKING:
    from secateur.pipelines.finance.statements.book import StatementBook
    from secateur.pipelines.ingestion.tagged import Fact

_RECORDS = (b'{"schema_version": ', b'{"doc_id": ', b'{"path": ')
"""How lines begin of `secateur entities` and of `secateur batch`."""
_NAMELESS = f"no name: no entity is {', '.join(sorted(NAMES)[:-1])} or {max(NAMES)}"
_VIEWS = ("statements", "compare", "names", "totals")


_OF_STATEMENTS = ("statements", "compare")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's own arguments."""
    parser.add_argument(
        "view", choices=_VIEWS, metavar="|".join(_VIEWS),
        help="the primary statements as printed, filings of one company or of several compared by "
        "standard line, names merged, or totals checked",
    )  # fmt: skip
    parser.add_argument("files", nargs="+", type=place, metavar="FILE", help="reports")
    parser.add_argument(
        "--found", type=place, action="append", default=[], metavar="ENTITIES",
        help="what `secateur entities` found, instead of running the model again; totals need none",
    )  # fmt: skip
    parser.add_argument(
        "--ignore-tags", action="store_true",
        help="read statements blind; by default the tags of inline XBRL come first, and the "
        "reading checks them",
    )  # fmt: skip
    parser.add_argument(
        "--like", type=place, action="append", default=[], metavar="EARLIER",
        help="statements, compare: an earlier filing of the company with inline XBRL, whose "
        "concepts come first for the same rows",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="machine-readable result")
    parser.add_argument(
        "--out", type=place, metavar="FILE",
        help="statements, compare: a workbook (book.xlsx) or a line a figure (book.csv); "
        "statements: facts with schemas beside them (book.xbrl.json)",
    )  # fmt: skip


def execute(options: argparse.Namespace, run: RunOptions) -> tuple[str, int]:
    """Makes a view of reports, of those that can be read.

    Args:
        options: The command's arguments.
        run: Model and attention, where the pipeline has to run.

    Returns:
        Lines for people, or one JSON value, and the exit code. The error of each file that has no
        view is told.

    Raises:
        UsageError: Nothing was found in a file by `--found`, entities may be of several files, or a
            file holds found entities itself.
    """
    if options.out is not None:
        check_out(options)
    tagged = options.view in _OF_STATEMENTS and not options.ignore_tags
    readable = list(_reports(options.files, run.limits, tagged=tagged))
    paths, documents = [path for path, _, _ in readable], [each for _, each, _ in readable]
    known = {path: read_entities(path) for path in options.found}
    if options.view == "totals":
        done = len(documents)
        text = _view_totals(_told_apart(paths, documents), options.json)
    else:
        reports = list(_found(paths, documents, known, run)) if documents else []
        if known and not options.quiet:
            _tell_moved(reports)
        done = len(reports)
        named = _told_apart(paths, documents)
        facts = {d.doc_id: own for d, (_, _, own) in zip(named, readable, strict=True)}
        text = _view(options, reports, facts) if reports else ""
    if not done:
        return "", FAILED
    return text, OK if done == len(options.files) else PARTLY


def _view_totals(documents: Iterable[Document], as_json: bool) -> str:
    rows = [
        {"doc_id": document.doc_id, "foots": total.foots} | asdict(total)
        for document in documents
        for total in check_totals(document)
    ]
    return _json(rows) if as_json else _totals(rows)


def _view(
    options: argparse.Namespace,
    reports: Sequence[tuple[Document, Sequence[Entity]]],
    facts: Mapping[str, Sequence[Fact]],
) -> str:
    if options.view in _OF_STATEMENTS:
        return _statements(reports, facts, options)
    lists = [(document.doc_id, list_names(document, found)) for document, found in reports]
    if options.json:
        return _json([{"doc_id": d} | asdict(name) for d, names in lists for name in names])
    return _headed((doc_id, _names(names) or _NAMELESS) for doc_id, names in lists)


def _statements(
    reports: Iterable[tuple[Document, Sequence[Entity]]],
    facts: Mapping[str, Sequence[Fact]],
    options: argparse.Namespace,
) -> str:
    """The statements of each report, one JSON object for one report and a list for several."""
    # Their rules take a second to load, which help and other views need not wait for.
    from secateur.pipelines.finance.statements.as_text import as_text as as_statements
    from secateur.pipelines.finance.statements.tagged import assemble_tagged
    from secateur.pipelines.finance.statements.tagged_items import read_precedents

    like = read_precedents(options.like) if options.like else None
    books = [assemble_tagged(each, found, facts[each.doc_id], like) for each, found in reports]
    if options.view == "compare":
        return _compared(books, options)
    if options.out is not None:
        write_books(books, options.out, quiet=options.quiet)
        return ""
    if not options.json:
        return _headed((book.document, as_statements(book)) for book in books)
    found = [book.to_dict() for book in books]
    return json.dumps(found[0] if len(found) == 1 else found, ensure_ascii=False)


def _compared(books: Sequence[StatementBook], options: argparse.Namespace) -> str:
    from secateur.pipelines.finance.statements.comparison.as_text import as_text
    from secateur.pipelines.finance.statements.comparison.compare import compare_statements

    comparison = compare_statements(books)
    if options.out is not None:
        write_comparison(comparison, books, options.out, quiet=options.quiet)
        return ""
    if options.json:
        return json.dumps(comparison.to_dict(), ensure_ascii=False)
    return as_text(comparison)


def _headed(parts: Iterable[tuple[str, str]]) -> str:
    return "\n\n".join(f"{doc_id}\n{lines}" if doc_id else lines for doc_id, lines in parts)


def _told_apart(paths: Sequence[Path], documents: Sequence[Document]) -> list[Document]:
    """Calls documents that share a name by their paths."""
    alike = Counter(document.doc_id for document in documents)
    return [
        replace(document, doc_id=str(path)) if alike[document.doc_id] > 1 else document
        for path, document in zip(paths, documents, strict=True)
    ]


def _reports(
    paths: Iterable[Path], limits: Limits, *, tagged: bool
) -> Iterator[tuple[Path, Document, list[Fact]]]:
    """The files that can be read, with their tags where these are wanted."""
    for path in paths:
        if _holds_records(path):
            raise UsageError(
                f"{path}: holds entities that were found, not a report; give the report, and these"
                f" by --found {path}"
            )
        try:
            if tagged:
                from secateur.pipelines.ingestion.tagged import read_with_facts

                yield path, *read_with_facts(path, limits=limits)
            else:
                yield path, read(path, limits=limits), []
        except IngestionError as error:
            fail(str(error))


def _holds_records(path: Path) -> bool:
    if not path.is_file():  # reading tells what is wrong with it; to open a pipe is to wait
        return False
    try:
        with path.open("rb") as file:
            return file.readline(len(_RECORDS[0])).startswith(_RECORDS)
    except OSError:
        return False


def _found(
    paths: Sequence[Path],
    documents: Sequence[Document],
    known: Mapping[Path, Sequence[Entity]],
    run: RunOptions,
) -> Iterator[tuple[Document, list[Entity]]]:
    named = _told_apart(paths, documents)
    if not known:
        # Both take seconds to load, and files of entities need neither.
        from secateur.pipelines.finance.reader.entities import extract
        from secateur.pipelines.runs.models import load_model

        loaded = load_model("finance", run)
        for document in named:
            try:
                entities = extract(document, loaded.model, loaded.tokenizer)
            except Exception as error:
                fail(str(error_of(document.doc_id, error)))
            else:
                yield document, entities
        return
    named_after = {path.stem for path in known}
    alike = Counter(document.doc_id for document in documents)
    for path, document, told in zip(paths, documents, named, strict=True):
        # Of a batch, files of one name go by their paths.
        names = {document.doc_id} | {"/".join(path.parts[at:]) for at in range(len(path.parts))}
        own = [entity for found in known.values() for entity in found if entity.doc_id in names]
        if not own and document.doc_id not in named_after:
            raise UsageError(f"--found: nothing found in {document.doc_id}; give its entities too")
        if alike[document.doc_id] > 1 and any(e.doc_id == document.doc_id for e in own):
            raise UsageError(
                f"{alike[document.doc_id]} reports are called {document.doc_id}, and --found does "
                "not say whose its entities are; view each by itself with its own, or leave "
                "--found out"
            )
        yield told, own


def _tell_moved(reports: Iterable[tuple[Document, Sequence[Entity]]]) -> None:
    """Tells where a file is no longer the one in which its entities were found."""
    for document, found in reports:
        moved = sum(
            document.text[entity.start : entity.end].split() != entity.text.split()
            for entity in found
        )
        if moved:
            say(
                f"{document.doc_id}: {moved:,} of the {len(found):,} entities of --found are not "
                "at their places in the text; if the file has changed since, find them anew"
            )


def _totals(rows: Sequence[dict[str, Any]]) -> str:
    if not rows:
        return "no total was found"
    foot = sum(row["foots"] for row in rows)
    lines = [
        f"{foot} of {len(rows)} totals foot; of differences, gross profit, net amounts, balances"
        " carried forward and taxes from the statutory rate are checked"
    ]
    lines += [
        f"  {row['doc_id']}, character {row['start']:,}: {row['row']}"
        f"{', ' + row['column'] if row['column'] else ''}: printed {row['printed']:,f}, "
        f"{len(row['parts'])} parts make {row['sum']:,f}"
        for row in rows
        if not row["foots"]
    ]
    return "\n".join(lines)


def _names(names: Iterable[Name]) -> str:
    lines = []
    for name in names:
        others = [form for form in (*name.forms, *name.aliases) if form != name.name]
        mark = " (registrant)" if name.registrant else ""
        also = f"; also {', '.join(others)}" if others else ""
        lines.append(f"{name.count:>6}  {name.label:<4} {name.name}{mark}{also}")
    return "\n".join(" ".join(line.split("\n")) for line in lines)


def _json(rows: Iterable[Mapping[str, Any]]) -> str:
    return f"[{', '.join(map(to_json, rows))}]"
