"""`secateur bench`: speed against the rivals, both sides measured in the same run."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

from secateur.pipelines.bench import documents as bench_documents
from secateur.pipelines.bench.drawn import RIVALS, benchmark_attention
from secateur.pipelines.models import DTYPES
from secateur.pipelines.options import Dtype
from secateur.pipelines.typed import count, place, sparsity, threads

_DTYPES: tuple[Dtype, ...] = ("fp32", "bf16")
_SHOWN = ("n", "head_dim", "dtype", "sparsity", "rival", "ms_rival", "ms_native", "ratio")
_SHOWN_CAPTURED = (
    "n", "dtype", "sparsity", "ms_rival", "ms_native", "ms_selection", "ratio",
    "ratio_with_selection", "selection_share",
)  # fmt: skip
_SHOWN_CUDA = (
    "n", "head_dim", "dtype", "lists", "density", "rival", "ms_rival", "ms_triton", "ms_selection",
    "ratio_with_selection", "tflops", "target", "met",
)  # fmt: skip
_SHOWN_UNMEASURED = ("n", "head_dim", "dtype", "lists", "density", "rival", "target", "status")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of `secateur bench attention` and `documents`."""
    kinds = parser.add_subparsers(dest="what", required=True, metavar="attention|documents")
    _add_attention(kinds.add_parser("attention", help="the kernel against torch's and others"))
    bench_documents.add_arguments(
        kinds.add_parser("documents", help="whole pipelines, from file to records")
    )


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


def run(options: argparse.Namespace) -> str:
    """Measures and returns what to print: a JSON list, or a table.

    Raises:
        RuntimeError: The native kernel is not built.
        UsageError: A document does not do; the message says why.
    """
    if options.what == "documents":
        found = [
            dict.fromkeys(bench_documents.SHOWN) | row for row in bench_documents.rows(options)
        ]
        return json.dumps(found) if options.json else _table(found, bench_documents.SHOWN)
    if options.device == "cuda":
        return _run_cuda(options)
    if options.captured:
        return _run_captured(options)
    rows = benchmark_attention(
        tuple(options.lengths or (2048, 8192, 32768)),
        tuple(options.head_dims or (64, 32)),
        tuple(DTYPES[name] for name in options.dtypes or _DTYPES),
        tuple(options.sparsities or (0.0, 0.8, 0.9, 0.95)),
        heads=options.heads,
        rivals=tuple(options.rivals or ("sdpa",)),
        instruction_set=options.instruction_set,
        repeats=options.repeats,
    )
    return json.dumps(rows) if options.json else _table(rows, _SHOWN)


def _run_captured(options: argparse.Namespace) -> str:
    # Only here: it loads a model.
    from secateur.pipelines.bench.captured import benchmark_captured

    rows = benchmark_captured(
        options.captured,
        options.lengths or (8192,),
        [DTYPES[name] for name in options.dtypes or _DTYPES],
        [sparsity for sparsity in options.sparsities or (0.8, 0.9, 0.95) if sparsity],
        repeats=options.repeats,
    )
    return json.dumps(rows) if options.json else _table(rows, _SHOWN_CAPTURED)


def _run_cuda(options: argparse.Namespace) -> str:
    # Only here: the CPU's bench needs none of it.
    from secateur.pipelines.bench import captured_cuda as bench_captured_cuda
    from secateur.pipelines.bench import cuda as bench_cuda

    dtypes = [DTYPES[name] for name in options.dtypes or _DTYPES[1:]]
    if options.captured:
        rows = [
            row
            for dtype in dtypes
            for row in bench_captured_cuda.benchmark_captured_cuda(
                options.captured,
                options.lengths or tuple(bench_cuda.CAPTURED_TARGETS),
                dtype=dtype,
                repeats=options.repeats,
            )
        ]
    else:
        sparsities = options.sparsities or [1 - density for density in bench_cuda.DENSITIES]
        rows = [
            row
            for dtype in dtypes
            for head_dim in options.head_dims or (64, 128)
            for row in bench_cuda.benchmark_cuda(
                options.lengths or bench_cuda.LENGTHS,
                [round(1 - sparsity, 6) for sparsity in sparsities],
                heads=options.heads,
                head_dim=head_dim,
                dtype=dtype,
                rivals=options.rivals or bench_cuda.RIVALS,
                repeats=options.repeats,
            )
        ]
    if options.json:
        return json.dumps(rows)
    if any(row["status"] == "measured" for row in rows):
        return _table([dict.fromkeys(_SHOWN_CUDA) | row for row in rows], _SHOWN_CUDA)
    note = "not measured: {reason}; {how}".format(**rows[0])
    return f"{_table(rows, _SHOWN_UNMEASURED)}\n{note}"


def _table(rows: Sequence[dict[str, Any]], names: Sequence[str]) -> str:
    cells = [["-" if row[name] is None else str(row[name]) for name in names] for row in rows]
    table = [list(names), *cells]
    width = max(len(cell) for line in table for cell in line) + 2
    return "\n".join("".join(f"{cell:>{width}}" for cell in line) for line in table)
