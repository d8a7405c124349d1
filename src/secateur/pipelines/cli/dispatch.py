"""The commands of `secateur`: what each takes, and what it runs.

Torch and the models' libraries take seconds to load, so a command loads what it needs.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from itertools import chain

from secateur.pipelines.cli.arguments import (
    RUN,
    add_common,
    add_files,
    add_limits,
    add_machine,
    add_pruning,
    add_targets,
    refuse_unused,
    run_options,
)
from secateur.pipelines.cli.exits import OK
from secateur.pipelines.cli.results import write_each
from secateur.pipelines.cli.typed import count, place, port
from secateur.pipelines.clinical.handover.render import HANDOVER_FORMATS
from secateur.pipelines.document.handover import STYLES
from secateur.pipelines.errors import UsageError
from secateur.pipelines.export.formats import FORMATS, Frame
from secateur.pipelines.ingestion import isolation

_TRAININGS = {
    "adapt": ("training.adapt", "adapt"),
    "breakdowns": ("finance.training.breakdowns", "train_breakdowns"),
    "compression": ("clinical.training.compression", "train_compression"),
    "concepts": ("finance.training.concepts", "train_concepts"),
    "entities": ("finance.training.recipe", "train_entities"),
    "importance": ("clinical.training.importance", "train_importance"),
    "summaries": ("clinical.training.recipe", "train_summaries"),
}
"""What is learnt: the module below `pipelines`, and its function of a config file."""
Declare = Callable[[argparse.ArgumentParser], None]
"""Adds options to a command."""


@dataclass(frozen=True)
class Command:
    """A command.

    Attributes:
        help: What `secateur --help` says of it.
        example: Words after its name, for its own help.
        run: Does it, and returns the exit code.
        options: What adds its options, in the order of its own help.
    """

    help: str
    example: str
    run: Callable[[argparse.Namespace], int]
    options: tuple[Declare, ...]


def _add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format", choices=list(FORMATS), default="jsonl", help="of the results (jsonl)"
    )


def _add_summary(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--style", choices=list(STYLES),
        help="what the next clinician needs, in sections (handover, the default), or one to three "
        "sentences that a decoder writes (brief)",
    )  # fmt: skip
    parser.add_argument(
        "--format", choices=list(HANDOVER_FORMATS),
        help="of a handover (text); places in the note are in the other formats",
    )  # fmt: skip
    parser.add_argument(
        "--timeline", action="store_true",
        help="the files, and those in folders given, are one record: one handover a patient over "
        "all notes, with a line a note in the order of their dates; a file of several notes is "
        "read so without it",
    )  # fmt: skip
    parser.add_argument(
        "--deidentify", action="store_true",
        help="names, dates, numbers, addresses and phones out of the text first; some are missed",
    )  # fmt: skip
    parser.add_argument(
        "--drafts", type=count, metavar="N",
        help="with --style brief: drafts of the note, and as many of its telling sections (6), "
        "of a transcript four times as many; the one most like the others is taken, 1 is fastest",
    )  # fmt: skip


def _add_training(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", choices=_TRAININGS,
        metavar="|".join(_TRAININGS),
        help="a model of the hub to one's own texts, the model that tells breakdowns of statements "
        "apart, the ranker of concepts, a tagger, the models "
        "that choose and shorten what goes into a handover, or an adapter for summaries",
    )  # fmt: skip
    parser.add_argument(
        "--config",
        type=place,
        required=True,
        metavar="FILE",
        help="TOML; configs/ of the source has examples",
    )
    parser.add_argument(
        "--seed", type=int, metavar="N",
        help="adapt: in place of the config's; run and checkpoint get names of their own",
    )  # fmt: skip


def _add_port(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=port, default=8501, metavar="N", help="of the page (8501)")


def _add_information(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="machine-readable result")
    parser.add_argument(
        "--calibrate-routing", action="store_true",
        help="measure from which length on pruning pays on this machine, and keep it",
    )  # fmt: skip


def _entities(options: argparse.Namespace) -> int:
    isolation.start()
    from secateur.pipelines.cli.entities import entity_reader

    if options.out is None and not FORMATS[options.format].text:
        raise UsageError(f"--format {options.format} is no stream of text; give --out FOLDER")
    reader = entity_reader(run_options(options), options.format)
    found = chain.from_iterable(map(reader, options.files))
    return write_each(found, options.out, FORMATS[options.format].frame, quiet=options.quiet)


def _view(options: argparse.Namespace) -> int:
    isolation.start()
    from secateur.pipelines.cli import view as views

    if options.found or options.view == "totals":
        refuse_unused(options, RUN, "where no model runs")
    text, code = views.execute(options, run_options(options))
    if text:
        print(text)
    return code


def _summarize(options: argparse.Namespace) -> int:
    isolation.start()
    if options.style != "brief":
        return _hand_over(options)
    if options.timeline:
        raise UsageError("--timeline is of handovers; leave out --style brief")
    if options.format not in (None, "json"):
        raise UsageError(f"--format {options.format} is of handovers; leave out --style brief")
    from secateur.pipelines.cli.summaries import summary_writer
    from secateur.pipelines.clinical.handover.brief import DRAFTS

    chosen = run_options(options)
    writer = summary_writer(chosen, hide=options.deidentify, drafts=options.drafts or DRAFTS)
    results = chain.from_iterable(map(writer, options.files))
    return write_each(results, options.out, Frame(), quiet=options.quiet)


def _hand_over(options: argparse.Namespace) -> int:
    refuse_unused(options, RUN, "of a handover, which no decoder writes")
    if options.drafts:
        raise UsageError("--drafts changes nothing of a handover; give --style brief")
    form = options.format or "text"
    if options.out is None and not HANDOVER_FORMATS[form].text:
        raise UsageError(f"--format {form} is no stream of text; give --out FOLDER")
    from secateur.pipelines.cli.handovers import handover_writer

    writer = handover_writer(
        run_options(options), form, hide=options.deidentify, as_record=options.timeline
    )
    return write_each(
        writer(options.files), options.out, HANDOVER_FORMATS[form].frame, quiet=options.quiet
    )


def _batch(options: argparse.Namespace) -> int:
    from secateur.pipelines.cli import batch

    return batch.execute(options, run_options(options))


def _compare(options: argparse.Namespace) -> int:
    isolation.start()
    from secateur.pipelines.cli import compare

    return compare.execute(options, run_options(options))


def _calibrate(options: argparse.Namespace) -> int:
    from secateur.pipelines.cli import calibrate

    if options.out:
        refuse_unused(options, ["target_speedup"], "without --check")
    return calibrate.execute(options, run_options(options))


def _train(options: argparse.Namespace) -> int:
    if options.seed is not None and options.what != "adapt":
        raise UsageError("--seed is for train adapt; elsewhere set it in the config, [training]")
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    module, name = _TRAININGS[options.what]
    train = getattr(import_module(f"secateur.pipelines.{module}"), name)
    seed = [options.seed] if options.what == "adapt" else []
    print(train(options.config, *seed))
    return OK


def _evaluate(options: argparse.Namespace) -> int:
    from secateur.pipelines.cli import evaluate as evaluation

    if not evaluation.runs_model(options):
        refuse_unused(options, RUN, "where no model runs")
    print(evaluation.execute(options, run_options(options)))
    return OK


def _bench(options: argparse.Namespace) -> int:
    from secateur.pipelines.cli import bench

    print(bench.execute(options))
    return OK


def _app(options: argparse.Namespace) -> int:
    from secateur.pipelines.cli import page

    return page.serve(options.port)


def _info(options: argparse.Namespace) -> int:
    from secateur.pipelines.runs.information import information

    if options.calibrate_routing:
        from secateur.pipelines.runs.routing import calibrate

        calibrate(run_options(options))
    else:
        refuse_unused(options, RUN, "without --calibrate-routing")
    found = information()
    if options.json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name:<14}{value}")
    return OK


def _options_of(module: str) -> Declare:
    """Adds the options that a module declares, loading it only then."""

    def add(parser: argparse.ArgumentParser) -> None:
        import_module(f"secateur.pipelines.{module}").add_arguments(parser)

    return add


COMMANDS = {
    "entities": Command(
        "entities and figures of annual reports", "report.html --format xlsx --out results",
        _entities, (add_files, _add_format, add_common),
    ),
    "view": Command(
        "statements, filings compared, names and totals of reports",
        "compare 10-k.html 10-q.html --out book.xlsx", _view,
        (_options_of("cli.view"), add_limits, add_common),
    ),
    "summarize": Command(
        "handovers and summaries of clinical notes", "note.txt --out handovers", _summarize,
        (add_files, _add_summary, add_common),
    ),
    "batch": Command(
        "every document of a folder, resumable", "filings/ --pipeline finance --out found", _batch,
        (_options_of("cli.batch"), add_limits, add_common),
    ),
    "compare": Command(
        "full attention against DAP on one document", "report.html", _compare,
        (_options_of("cli.compare"), add_limits, add_pruning, add_machine),
    ),
    "calibrate": Command(
        "thresholds for a domain, measured by head",
        "--domain legal --data contracts/ --out legal.json", _calibrate,
        (_options_of("cli.calibrate"), add_limits, add_targets, add_machine),
    ),
    "train": Command(
        "train a model from a config file", "entities --config contracts.toml", _train,
        (_add_training,),
    ),
    "evaluate": Command(
        "scores of predictions against gold", "entities gold.jsonl results/report.html.jsonl",
        _evaluate, (_options_of("cli.evaluate"), add_limits, add_common),
    ),
    "bench": Command(
        "speed against torch's attention and others", "attention --lengths 8192", _bench,
        (_options_of("cli.bench"),),
    ),
    "app": Command("the page, in a browser", "--port 9000", _app, (_add_port,)),
    "info": Command(
        "versions, devices, kernels and models found", "--json", _info,
        (_add_information, add_pruning, add_machine),
    ),
}  # fmt: skip
"""The commands by name, in the order of `--help`."""
