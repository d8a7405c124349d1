"""`secateur bench documents`: whole pipelines from file to records, against what one would use."""

from __future__ import annotations

import argparse
from typing import Any

from secateur.pipelines.bench import entities as bench_entities
from secateur.pipelines.bench import summaries as bench_summaries
from secateur.pipelines.errors import UsageError
from secateur.pipelines.options import INT8
from secateur.pipelines.samples import samples
from secateur.pipelines.typed import count, place, threads

_FINANCE_LENGTHS = (8192,)
"""Tokens of a report that are measured unless others are asked for."""
_CLINICAL_TOKENS = 7680
"""Tokens of a record: SmolLM2's context of 8,192 less what the summary needs."""
SHOWN = (
    "document", "tokens", "method", "dtype", "seconds", "attention_s", "tokens_per_s", "peak_mib",
    "density",
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of `secateur bench documents`."""
    parser.add_argument(
        "files", nargs="*", type=place, metavar="FILE",
        help="one report, or notes that are read as one record; default: the samples",
    )  # fmt: skip
    parser.add_argument(
        "--pipeline", choices=["finance", "clinical"], default="finance",
        help="entities of a report (finance), or a summary of notes",
    )  # fmt: skip
    parser.add_argument(
        "--lengths", type=int, nargs="+", metavar="TOKENS",
        help="where the document is cut, 0 for nowhere; default 8192, clinical 7680",
    )  # fmt: skip
    parser.add_argument(
        "--words", type=count, metavar="N", help="clinical: words instead of tokens"
    )
    parser.add_argument(
        "--dtypes",
        nargs="+",
        choices=["fp32", "bf16", INT8],
        default=["fp32", "bf16"],
        help="default fp32 bf16",
    )
    parser.add_argument(
        "--methods", nargs="+", metavar="NAME",
        help=f"finance {' '.join(bench_entities.METHODS)}; "
        f"clinical {' '.join(bench_summaries.METHODS)}",
    )  # fmt: skip
    parser.add_argument(
        "--compose-above", type=count, metavar="TOKENS",
        help="finance: above it full attention is timed in a part and counted for the whole",
    )  # fmt: skip
    parser.add_argument(
        "--threshold", type=float, metavar="T", help="of DAP; the default is the model's own"
    )
    parser.add_argument(
        "--model", metavar="NAME", help="a name, a folder or a hub id; default: the pipeline's"
    )
    parser.add_argument(
        "--repeats", type=count, default=3, metavar="N", help="runs of each method in turns (3)"
    )
    parser.add_argument(
        "--threads", type=threads, metavar="N", help="of the CPU; the default is torch's own number"
    )
    parser.add_argument("--json", action="store_true", help="machine-readable result")


def rows(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Measures.

    Raises:
        UsageError: There is no document, or it does not have the length; the message says which.
    """
    clinical = options.pipeline == "clinical"
    files = options.files or samples("note" if clinical else "report")
    if not files:
        raise UsageError("no FILE is given and there are no samples here; give a document")
    common = {"repeats": options.repeats, "threshold": options.threshold, "model": options.model}
    if not clinical:
        if len(files) > 1:
            raise UsageError(f"one report at a time, got {len(files)} files")
        return bench_entities.benchmark_entities(
            files[0],
            options.lengths or _FINANCE_LENGTHS,
            options.dtypes,
            options.methods or bench_entities.METHODS,
            compose_above=options.compose_above,
            **common,
        )
    methods = options.methods or bench_summaries.METHODS
    if options.words:
        return bench_summaries.benchmark_summaries(
            files, options.dtypes, words=options.words, methods=methods, **common
        )
    return [
        row
        for length in options.lengths or (_CLINICAL_TOKENS,)
        for row in bench_summaries.benchmark_summaries(
            files, options.dtypes, tokens=length or None, methods=methods, **common
        )
    ]
