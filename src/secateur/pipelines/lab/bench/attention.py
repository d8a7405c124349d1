"""`secateur bench`: speed against the rivals, both sides measured in the same run."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

from secateur.pipelines.lab.bench import documents as bench_documents
from secateur.pipelines.lab.bench.drawn import benchmark_attention
from secateur.pipelines.runs.models import DTYPES
from secateur.pipelines.runs.options import Dtype

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
    from secateur.pipelines.lab.bench.captured import benchmark_captured

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
    from secateur.pipelines.lab.bench import captured_cuda as bench_captured_cuda
    from secateur.pipelines.lab.bench import cuda as bench_cuda

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
