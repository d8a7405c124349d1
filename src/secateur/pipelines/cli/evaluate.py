"""`secateur evaluate`: its arguments, and what it does."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

from secateur.core.models.shipped import shipped
from secateur.pipelines.cli.exits import say
from secateur.pipelines.cli.typed import place
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.errors import UsageError
from secateur.pipelines.evaluation import counts, handovers, statements
from secateur.pipelines.evaluation.entities import evaluate_files
from secateur.pipelines.evaluation.filings import Filing, by_regex, score_filings
from secateur.pipelines.evaluation.key_facts import HALVES
from secateur.pipelines.evaluation.metric import Metric, as_json
from secateur.pipelines.export.formats import read_entities
from secateur.pipelines.finance.candidates.number_types import CONCEPTS_KEY
from secateur.pipelines.ingestion.tagged import read_with_facts
from secateur.pipelines.runs.options import RunOptions

_WHOSE = {
    "against_xbrl": ("entities", "statements"),
    "facts": ("handovers",),
    "half": ("handovers",),
    "list": ("statements",),
    "notes": ("summaries", "handovers"),
    "statements": ("statements",),
}
"""What the options that are not for all files are for."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's own arguments."""
    parser.add_argument(
        "what", choices=["entities", "summaries", "handovers", "statements"],
        metavar="entities|summaries|handovers|statements", help="what is scored",
    )  # fmt: skip
    parser.add_argument(
        "files", type=place, nargs="*", metavar="FILE",
        help="GOLD, what is right, and PREDICTED, what was found: files of `secateur entities` or "
        "`batch`, or of summaries; of handovers PREDICTED alone, a folder with ID.txt, or .json "
        "with a field text; of statements more filings",
    )  # fmt: skip
    parser.add_argument(
        "--against-xbrl", type=place, action="append", default=[], metavar="FILING",
        help="entities, statements: score against a filing's own facts, without GOLD; without "
        "PREDICTED or --statements, what the pipeline finds in it; may be given again",
    )  # fmt: skip
    parser.add_argument(
        "--statements", type=place, action="append", default=[], metavar="JSON",
        help="statements: of `secateur view statements --json`, instead of reading the filings; "
        "may be given again",
    )  # fmt: skip
    parser.add_argument(
        "--list", action="store_true", help="statements: list cells absent, extra or wrong"
    )  # fmt: skip
    parser.add_argument(
        "--facts", type=place, action="append", default=[], metavar="GOLD",
        help="handovers: key facts, a file or a folder of them; may be given again",
    )  # fmt: skip
    parser.add_argument(
        "--half", choices=HALVES, help="handovers: score this half of the gold only"
    )  # fmt: skip
    parser.add_argument(
        "--notes", type=place, metavar="FOLDER",
        help="summaries: notes, for terms and consistency; handovers: notes, ID.txt, for the limit "
        "of words",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="machine-readable result")
    parser.set_defaults(late="files")


def execute(options: argparse.Namespace, run: RunOptions) -> str:
    """Scores, and writes the scores.

    Args:
        options: The command's arguments.
        run: Model and attention, where the pipeline has to run.

    Returns:
        A table, or JSON.

    Raises:
        UsageError: Files are missing or too many, or one cannot be read.
        IngestionError: A filing cannot be read.
    """
    _refuse_foreign(options)
    if options.what == "handovers":
        return _handovers(options)
    if options.what == "statements":
        return _statements(options, run)
    if options.what == "summaries":
        from secateur.pipelines.evaluation import summaries

        metrics = summaries.evaluate_summaries(
            *_both(options), options.notes, run.limits, None if options.quiet else say
        )
        return as_json(metrics) if options.json else summaries.as_table(metrics)
    if options.against_xbrl:
        if len(options.files) > 1:
            raise UsageError("with --against-xbrl give PREDICTED alone: the facts are the gold")
        predicted = options.files[0] if options.files else None
        metrics = against_xbrl(options.against_xbrl, predicted, run, options.quiet)
    else:
        metrics = evaluate_files(*_both(options), None if options.quiet else say)
    return as_json(metrics) if options.json else counts.as_table(metrics)


def runs_model(options: argparse.Namespace) -> bool:
    """Returns whether the command has to read filings with a model."""
    given = options.statements if options.what == "statements" else options.files
    return bool(options.against_xbrl) and not given


def _refuse_foreign(options: argparse.Namespace) -> None:
    """Refuses options that are for other files."""
    for name, whose in _WHOSE.items():
        if getattr(options, name) and options.what not in whose:
            option = name.replace("_", "-")
            raise UsageError(f"--{option} is for {' and '.join(whose)}; leave it out")


def _handovers(options: argparse.Namespace) -> str:
    if not options.facts or not options.files or options.notes is None:
        raise UsageError("evaluate handovers needs --facts GOLD, PREDICTED and --notes FOLDER")
    if len(options.files) > 1:
        raise UsageError("with --facts give PREDICTED alone: the key facts are the gold")
    coverages = handovers.evaluate_handovers(
        options.facts, options.files[0], options.notes, options.half
    )
    return handovers.as_json(coverages) if options.json else handovers.as_table(coverages)


def _statements(options: argparse.Namespace, run: RunOptions) -> str:
    if not options.against_xbrl:
        raise UsageError("evaluate statements needs --against-xbrl FILING")
    filings = statements.read_filings([*options.against_xbrl, *options.files], run.limits)
    if options.statements:
        books = statements.books_of(filings, options.statements)
    else:
        # Its rules take a second to load, which files of statements need not wait for.
        from secateur.pipelines.finance.statements.assemble import assemble

        documents = [filing.document for filing in filings]
        found = _read_blind(documents, run, options.quiet)
        books = [assemble(*each).to_dict() for each in zip(documents, found, strict=True)]
    scores = statements.evaluate_statements(filings, books)
    if options.json:
        return statements.as_json(scores)
    return statements.as_table(scores, listed=options.list)


def against_xbrl(
    paths: Sequence[Path], predicted: Path | None, run: RunOptions, quiet: bool = True
) -> tuple[Metric, ...]:
    """Scores figures against the facts of filings, beside a pattern for numbers.

    Args:
        paths: Filings with inline XBRL.
        predicted: Entities found in them, None to run the pipeline.
        run: Model and attention of the pipeline, limits of the filings. The concepts scored are
            those that the model tells apart, whether it found `predicted` here or before.
        quiet: Nothing on stderr.

    Returns:
        The metrics of `score_filings`, and those of `by_regex` with "regex" before their names.
    """
    filings = [Filing.of(*read_with_facts(path, limits=run.limits)) for path in paths]
    if predicted is not None:
        found = _of_documents(predicted, filings)
    else:
        found = _read_blind([filing.document for filing in filings], run, quiet)
    baseline = [by_regex(filing.document) for filing in filings]
    return (
        *score_filings(filings, found, _listed(run.model)),
        *score_filings(filings, baseline, (), prefix="regex "),
    )


def _read_blind(documents: Sequence[Document], run: RunOptions, quiet: bool) -> list[list[Entity]]:
    """What the pipeline finds in each filing, without its facts."""
    # Both take seconds to load, and files of what was found need neither.
    from secateur.pipelines.finance.reader.entities import extract
    from secateur.pipelines.runs.models import load_model

    loaded = load_model("finance", run)
    found = []
    for document in documents:
        if not quiet:
            say(f"{document.doc_id}: reading")
        found.append(extract(document, loaded.model, loaded.tokenizer))
    return found


def _listed(model: str | Path | None) -> Collection[str] | None:
    """Concepts that a model tells apart, None of one that does not say."""
    config = (shipped("finance") if model is None else Path(model)) / "config.json"
    listed: Collection[str] | None = None
    if config.is_file():
        listed = json.loads(config.read_text(encoding="utf-8")).get(CONCEPTS_KEY)
    return listed


def _of_documents(path: Path, filings: Sequence[Filing]) -> list[list[Entity]]:
    names = Counter(filing.document.doc_id for filing in filings)
    (name, count), *_ = names.most_common(1)
    if count > 1:
        raise UsageError(
            f"{count} filings are called {name}, {path} does not say whose its entities are; "
            "score each by itself, with its own entities"
        )
    entities = read_entities(path)
    found = []
    for filing in filings:
        name = filing.document.doc_id
        found.append([entity for entity in entities if entity.doc_id == name])
        if not found[-1]:
            raise UsageError(f"{path}: nothing found in {name}; give the entities of that file")
    return found


def _both(options: argparse.Namespace) -> tuple[Path, Path]:
    if len(options.files) != 2:
        raise UsageError(f"evaluate {options.what} needs GOLD and PREDICTED, and no other file")
    gold, predicted = options.files
    return gold, predicted
