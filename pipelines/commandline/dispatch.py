"""The commands of `secateur`: what each takes, and what it runs.

Torch and the models' libraries take seconds to load, so a command loads what it needs.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from itertools import chain
from pathlib import Path

from secateur.pipelines.commandline.arguments import (
    PRUNING,
    RUN,
    add_common,
    add_files,
    add_limits,
    add_machine,
    add_pruning,
    add_targets,
    count,
    port,
    refuse_unused,
    run_options,
)
from secateur.pipelines.commandline.results import Folder, Result, Stream
from secateur.pipelines.errors import SecateurError, UsageError
from secateur.pipelines.exits import FAILED, OK, PARTLY, fail, say
from secateur.pipelines.export.formats import FORMATS, Frame

Declare = Callable[[argparse.ArgumentParser], None]
"""Adds options to a command."""


@dataclass(frozen=True)
class Command:
    """A command.

    Attributes:
        help: What `secateur --help` says of it.
        run: Does it, and returns the exit code.
        options: What adds its options, in the order of its own help.
    """

    help: str
    run: Callable[[argparse.Namespace], int]
    options: tuple[Declare, ...]


def _add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format", choices=list(FORMATS), default="jsonl", help="of the results (jsonl)"
    )


def _add_summary(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--style", choices=["brief", "assessment"], default="brief",
        help="one to three sentences (brief), or the problems with status and plan",
    )  # fmt: skip
    parser.add_argument(
        "--timeline", action="store_true",
        help="the files are one patient's: one result, in the order of their dates",
    )  # fmt: skip
    parser.add_argument(
        "--deidentify", action="store_true",
        help="names, dates, numbers, addresses and phones out of the text first; some are missed",
    )  # fmt: skip
    parser.add_argument(
        "--drafts", type=count, metavar="N",
        help="of the note and of its telling sections; the one most like the others is taken",
    )  # fmt: skip


def _add_training(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", choices=["adapt", "entities", "summaries"],
        help="a model of the hub to one's own texts, a tagger, or an adapter for summaries",
    )  # fmt: skip
    parser.add_argument(
        "--config", type=Path, required=True, metavar="FILE", help="TOML; configs/ has examples"
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
    from secateur.pipelines.commandline.documents import entity_reader

    if options.out is None and not FORMATS[options.format].text:
        raise UsageError(f"--format {options.format} is no stream of text; give --out DIR")
    reader = entity_reader(run_options(options), options.format)
    found = chain.from_iterable(map(reader, options.files))
    return _each(options, found, FORMATS[options.format].frame)


def _view(options: argparse.Namespace) -> int:
    from secateur.pipelines.finance.views import command as views

    if options.found or options.view == "totals":
        refuse_unused(options, RUN, "where no model runs")
    print(views.execute(options, run_options(options)))
    return OK


def _summarize(options: argparse.Namespace) -> int:
    from secateur.pipelines.clinical.summarize import DRAFTS
    from secateur.pipelines.commandline.documents import summary_writer, timeline_writer

    chosen = (run_options(options), options.style)
    ways = {"hide": options.deidentify, "drafts": options.drafts or DRAFTS}
    if options.timeline:
        return _each(options, timeline_writer(*chosen, **ways)(options.files), Frame())
    writer = summary_writer(*chosen, **ways)
    return _each(options, chain.from_iterable(map(writer, options.files)), Frame())


def _each(options: argparse.Namespace, results: Iterable[Result | Exception], frame: Frame) -> int:
    """Processes every document, lists the failures, and says by the exit code how much was done."""
    done = failed = 0
    outlet = Stream(sys.stdout, frame) if options.out is None else Folder(options.out)
    with outlet:
        for result in results:
            if isinstance(result, Exception):
                failed += 1
                fail(str(result))
                continue
            try:
                kept_as = outlet.write(result)
            except SecateurError as error:
                failed += 1
                fail(str(error))
                continue
            done += 1
            if not options.quiet:
                _tell(result, kept_as)
    if not failed:
        return OK
    return PARTLY if done else FAILED


def _tell(result: Result, kept_as: str) -> None:
    place = f"; written as {kept_as!r}, for another is called so" if kept_as else ""
    for line in (f"{result.note}{place}", *result.warnings):
        say(line)


def _batch(options: argparse.Namespace) -> int:
    from secateur.pipelines.batch import command as batch

    return batch.execute(options, run_options(options))


def _compare(options: argparse.Namespace) -> int:
    from secateur.pipelines.commandline import compare

    return compare.execute(options, run_options(options))


def _calibrate(options: argparse.Namespace) -> int:
    from secateur.pipelines.commandline import calibrate

    if options.out:
        refuse_unused(options, ["target_speedup"], "without --check")
    return calibrate.execute(options, run_options(options))


def _train(options: argparse.Namespace) -> int:
    if options.seed is not None and options.what != "adapt":
        raise UsageError("--seed is for train adapt; elsewhere set it in the config, [training]")
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    if options.what == "adapt":
        from secateur.pipelines.training.adapt import adapt

        print(adapt(options.config, options.seed))
    elif options.what == "summaries":
        from secateur.pipelines.clinical.training.recipe import train_summaries

        print(train_summaries(options.config))
    else:
        from secateur.pipelines.finance.training.recipe import train_entities

        print(train_entities(options.config))
    return OK


def _evaluate(options: argparse.Namespace) -> int:
    from secateur.pipelines.evaluation import command as evaluation

    if not options.against_xbrl or options.gold:
        refuse_unused(options, RUN, "where no model runs")
    print(evaluation.execute(options, run_options(options)))
    return OK


def _bench(options: argparse.Namespace) -> int:
    from secateur.pipelines.bench import attention as bench

    try:
        print(bench.run(options))
    except RuntimeError as error:
        raise UsageError(str(error)) from error
    return OK


def _app(options: argparse.Namespace) -> int:
    from secateur.pipelines.commandline import page

    return page.serve(options.port)


def _info(options: argparse.Namespace) -> int:
    from secateur.pipelines.information import information

    if options.calibrate_routing:
        from secateur.pipelines.routing import calibrate

        calibrate(run_options(options))
    else:
        refuse_unused(options, PRUNING, "without --calibrate-routing")
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
        "entities and figures of annual reports", _entities, (add_files, add_common, _add_format)
    ),
    "view": Command(
        "names, key figures, years and totals of reports", _view,
        (_options_of("finance.views.command"), add_limits, add_common),
    ),
    "summarize": Command(
        "summaries of clinical notes", _summarize, (add_files, add_common, _add_summary)
    ),
    "batch": Command(
        "every document of a folder, resumable", _batch,
        (_options_of("batch.command"), add_limits, add_common),
    ),
    "compare": Command(
        "full attention against dap on one document", _compare,
        (_options_of("commandline.compare"), add_limits, add_pruning, add_machine),
    ),
    "calibrate": Command(
        "thresholds for a domain, measured by head", _calibrate,
        (_options_of("commandline.calibrate"), add_limits, add_targets, add_machine),
    ),
    "train": Command("train a model from a config file", _train, (_add_training,)),
    "evaluate": Command(
        "scores of predictions against gold", _evaluate,
        (_options_of("evaluation.command"), add_limits, add_common),
    ),
    "bench": Command(
        "speed against torch's attention and others", _bench, (_options_of("bench.attention"),)
    ),
    "app": Command("the page, in a browser", _app, (_add_port,)),
    "info": Command(
        "versions, devices, kernels and models found", _info,
        (_add_information, add_pruning, add_machine),
    ),
}  # fmt: skip
"""The commands by name, in the order of `--help`."""
