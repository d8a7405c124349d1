"""`secateur compare`: both attentions on one document."""

from __future__ import annotations

import argparse
import json

from secateur.pipelines.cli.exits import OK, say
from secateur.pipelines.cli.typed import place, positive
from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.lab.comparison import Comparison, compare, pipeline_for
from secateur.pipelines.runs.models import load_model
from secateur.pipelines.runs.options import Pipeline, RunOptions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's own options; those of model and machine are common."""
    parser.add_argument("file", type=place, metavar="FILE", help="a report or a note")
    parser.add_argument(
        "--pipeline", choices=["auto", "finance", "clinical"], default="auto",
        help="auto (the default) tells a note from a report by its kind and its sections",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="machine-readable result")
    parser.add_argument(
        "--budget", type=positive, default=120.0, metavar="SECONDS",
        help="full attention's time; above it, its time is projected from prefixes (120)",
    )  # fmt: skip


def execute(arguments: argparse.Namespace, options: RunOptions) -> int:
    """Compares and prints the result.

    Raises:
        SecateurError: The file or the model cannot be read.
    """
    document = read(arguments.file, limits=options.limits)
    chosen: Pipeline = arguments.pipeline
    if arguments.pipeline == "auto":
        chosen = pipeline_for(document)

    def progress(message: str) -> None:
        if not arguments.quiet:
            say(f"{document.doc_id}: {message}")

    if arguments.pipeline == "auto":
        kind, other = ("a note", "finance") if chosen == "clinical" else ("a report", "clinical")
        progress(f"taken for {kind}, --pipeline {other} if it is none")
    loaded = load_model(chosen, options)

    comparison = compare(
        document, chosen, loaded,
        threshold=options.threshold, budget_s=arguments.budget,
        progress=lambda message: progress(f"running {message}"),
    )  # fmt: skip
    if arguments.json:
        print(json.dumps(comparison.to_dict(), ensure_ascii=False))
    else:
        print(_table(comparison))
    return OK


def _table(comparison: Comparison) -> str:
    full, dap = comparison.full, comparison.dap
    mark = " (projected)" if comparison.projected else ""
    lines = [
        f"{comparison.file}: {comparison.tokens:,} tokens, {comparison.pipeline}, "
        f"{comparison.dtype}, {quantity(comparison.threads, 'thread')}",
        f"{'':<16}{'full':>12}{'dap':>12}",
        f"{'seconds':<16}{full.seconds:>12.2f}{dap.seconds:>12.2f}{mark}",
    ]
    for name in ("attention_s", "selection_s", "prefill_s", "decode_s", "density", "peak_mib"):
        values = [getattr(side, name) for side in (full, dap)]
        if any(value is not None for value in values):
            cells = "".join("-".rjust(12) if v is None else f"{v:>12.3f}" for v in values)
            lines.append(f"{name:<16}{cells}")
    (name, value), *_ = comparison.agreement.items()
    gain = f"speedup {comparison.speedup:.2f}x{mark}"
    if not dap.selection_s:  # two times of the same work would boast a speed
        gain = "nothing was pruned, as documents of up to 512 tokens never are"
    lines.append(f"{gain}, {name} {value:.4f} against full")
    if comparison.agreement_tokens < comparison.tokens:
        lines[-1] += f" (on the first {comparison.agreement_tokens:,} tokens)"
    lines.append(f"{len(comparison.changed)} changed")
    lines += [
        f"  only in {c['only_in']}: {c.get('label', '')} {c['text']}".rstrip()
        for c in comparison.changed[:10]
    ]
    if len(comparison.changed) > 10:
        lines.append("  … --json lists all")
    return "\n".join(lines)
