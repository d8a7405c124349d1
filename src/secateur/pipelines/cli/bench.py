"""`secateur bench`: its arguments, and what it does."""

from __future__ import annotations

import argparse

from secateur.pipelines.cli.typed import count, place, sparsity, threads
from secateur.pipelines.errors import UsageError
from secateur.pipelines.lab.bench import attention
from secateur.pipelines.lab.bench import entities as bench_entities
from secateur.pipelines.lab.bench import summaries as bench_summaries
from secateur.pipelines.lab.bench.drawn import RIVALS
from secateur.pipelines.runs.models import DTYPES
from secateur.pipelines.runs.options import INT8


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of `secateur bench attention` and `documents`."""
    kinds = parser.add_subparsers(dest="what", required=True, metavar="attention|documents")
    _add_attention(kinds.add_parser("attention", help="the kernel against torch's and others"))
    _add_documents(kinds.add_parser("documents", help="whole pipelines, from file to records"))


def _add_attention(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--device", choices=["cpu", "cuda"], default="cpu", help="where it runs (cpu)"
    )
    parser.add_argument(
        "--lengths",
        type=count,
        nargs="+",
        metavar="TOKENS",
        help="default 2048 8192 32768; on cuda 4096 to 131072",
    )
    parser.add_argument(
        "--head-dims", type=count, nargs="+", metavar="N", help="default 64 32; on cuda 64 128"
    )
    parser.add_argument(
        "--dtypes", nargs="+", choices=list(DTYPES), help="default fp32 bf16; on cuda bf16"
    )
    parser.add_argument(
        "--sparsities", type=sparsity, nargs="+", metavar="SHARE", help="default 0 0.8 0.9 0.95"
    )
    parser.add_argument("--heads", type=count, default=12, metavar="N", help="of the layer (12)")
    parser.add_argument(
        "--captured",
        type=place,
        metavar="FILE",
        help="with queries and keys of a decoder that reads FILE; selection included",
    )
    parser.add_argument(
        "--rivals", nargs="+", choices=[*RIVALS, "flash", "cudnn"],
        help="default sdpa; on cuda flash cudnn flex_attention",
    )  # fmt: skip
    parser.add_argument(
        "--instruction-set",
        default="",
        metavar="NAME",
        help="of the native kernel; the default is the best one here",
    )
    parser.add_argument(
        "--repeats", type=count, default=5, metavar="N", help="runs in turns, the best counts (5)"
    )
    parser.add_argument(
        "--threads", type=threads, metavar="N", help="of the CPU; the default is torch's own number"
    )
    parser.add_argument("--json", action="store_true", help="machine-readable result")


def _add_documents(parser: argparse.ArgumentParser) -> None:
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


def execute(options: argparse.Namespace) -> str:
    """Measures, and returns what to print.

    Raises:
        UsageError: A document or the native kernel is missing; the message says which.
    """
    try:
        return attention.run(options)
    except RuntimeError as error:
        raise UsageError(str(error)) from error
