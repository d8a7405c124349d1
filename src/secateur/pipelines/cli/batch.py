"""`secateur batch`: its options, and what it says at the end."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from secateur.pipelines.cli.arguments import RUN, refuse_unused
from secateur.pipelines.cli.exits import FAILED, OK, PARTLY, fail
from secateur.pipelines.cli.typed import count, place, positive
from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.errors import UsageError
from secateur.pipelines.runs.batch.settings import BatchSettings
from secateur.pipelines.runs.durable import StorageError
from secateur.pipelines.runs.options import RunOptions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's own options; those of model and attention are common."""
    add = parser.add_argument
    add("folder", type=place, metavar="FOLDER", help="documents, also in folders in it")
    add("--pipeline", choices=["finance", "clinical"], required=True,
        help="entities of reports, or summaries of notes")  # fmt: skip
    add("--style", choices=["handover", "brief"], default="handover",
        help="of a note's summary: a handover, or one to three sentences")  # fmt: skip
    add("--out", type=place, required=True, metavar="FOLDER", help="results, errors and manifest")
    add("--resume", action="store_true", help="go on with the run in --out")
    add("--retry-errors", action="store_true", help="with --resume: errors are tried again")
    add("--include", action="append", metavar="PATTERN",
        help="files to take, as in '*.html' (all); may be given again")  # fmt: skip
    add("--exclude", action="append", default=[], metavar="PATTERN",
        help="files and folders to leave out; may be given again")  # fmt: skip
    add("--format", choices=["jsonl", "parquet"], default="jsonl", help="of the results (jsonl)")
    add("--engine", choices=["local", "ray"], default="local",
        help="processes of this machine (local), or a Ray cluster")  # fmt: skip
    add("--address", metavar="RAY",
        help="with --engine ray: cluster to join; the default starts one here")  # fmt: skip
    add("--workers", type=count, metavar="N", help="models at work; the default is one a core")
    add("--time-limit", type=positive, default=600.0, metavar="S", help="seconds a document (600)")
    add("--memory-limit", type=count, metavar="MIB",
        help="resident memory of a worker; the default shares 80 %% of the machine's")  # fmt: skip
    add("--batch-memory", type=count, default=64, metavar="MIB",
        help="memory of a model call that short documents share (64)")  # fmt: skip
    add("--metrics", type=place, metavar="FILE", help="counters in Prometheus' text format")


def execute(arguments: argparse.Namespace, options: RunOptions) -> int:
    """Runs the command.

    Args:
        arguments: What was typed.
        options: Model and attention.

    Returns:
        0 if every document has a result, 2 if some have, 1 if none.

    Raises:
        UsageError: An option is given without the one that it goes with.
    """
    if arguments.retry_errors and not arguments.resume:
        raise UsageError("--retry-errors goes with --resume; give both")
    if arguments.address and arguments.engine != "ray":
        raise UsageError("--address changes nothing without --engine ray; leave it out")
    if arguments.style != "handover" and arguments.pipeline != "clinical":
        raise UsageError("--style goes with --pipeline clinical; leave it out")
    if arguments.pipeline == "clinical" and arguments.style == "handover":
        refuse_unused(arguments, RUN, "of a handover, which no decoder writes")
    from secateur.pipelines.runs.batch.manifest import ERRORS, MANIFEST, results_name
    from secateur.pipelines.runs.batch.run import run
    from secateur.pipelines.runs.batch.statements import TABLE

    settings = BatchSettings(
        pipeline=arguments.pipeline,
        options=options,
        style=arguments.style,
        include=tuple(arguments.include or ["*"]),
        exclude=tuple(arguments.exclude),
        format=arguments.format,
        engine=arguments.engine,
        workers=arguments.workers,
        threads=arguments.threads or 1,
        batch_mib=arguments.batch_memory,
        time_limit_s=arguments.time_limit,
        memory_limit_mib=arguments.memory_limit,
        retry_errors=arguments.retry_errors,
        address=arguments.address,
    )
    stream = None if arguments.quiet else sys.stderr
    out: Path = arguments.out
    try:
        report = run(
            arguments.folder, out, settings,
            resume=arguments.resume, stream=stream, metrics=arguments.metrics,
        )  # fmt: skip
    except StorageError as error:
        failed = fail(str(error))
        return PARTLY if any((out / "ledger").glob("*/[!.]*.gz")) else failed
    if report.left:
        print(
            f"secateur: stopped; of {quantity(report.documents, 'file')}, {report.left:,} "
            f"{'is' if report.left == 1 else 'are'} left: run again with --resume",
            file=sys.stderr,
        )  # fmt: skip
        return PARTLY
    if stream is not None:
        statements = f"{out / TABLE}; " if settings.pipeline == "finance" else ""
        print(
            f"{out / results_name(settings)}: {quantity(report.results, 'result')}; {statements}"
            f"{out / ERRORS}: {quantity(report.errors, 'error')}; {out / MANIFEST}", file=stream,
        )  # fmt: skip
    if report.errors:
        return PARTLY if report.results else FAILED
    return OK
