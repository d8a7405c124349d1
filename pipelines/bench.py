"""`secateur bench`: speed against the rivals, both sides measured in the same run."""

from __future__ import annotations

import argparse
import json

from secateur.kernels.benchmark import RIVALS, benchmark_attention
from secateur.pipelines.models import DTYPES

_SHOWN = ("n", "head_dim", "dtype", "sparsity", "rival", "ms_rival", "ms_native", "ratio")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the options of `secateur bench attention`."""
    parser.add_argument("what", choices=["attention"])
    parser.add_argument("--lengths", type=int, nargs="+", default=[2048, 8192, 32768])
    parser.add_argument("--head-dims", type=int, nargs="+", default=[64, 32])
    parser.add_argument("--dtypes", nargs="+", default=["fp32", "bf16"], choices=list(DTYPES))
    parser.add_argument("--sparsities", type=float, nargs="+", default=[0.0, 0.8, 0.9, 0.95])
    parser.add_argument("--heads", type=int, default=12)
    parser.add_argument("--rivals", nargs="+", default=["sdpa"], choices=list(RIVALS))
    parser.add_argument("--instruction-set", default="", metavar="NAME")
    parser.add_argument("--repeats", type=int, default=5, help="interleaved runs, the best counts")
    parser.add_argument("--threads", type=int, metavar="N")
    parser.add_argument("--json", action="store_true")


def run(options: argparse.Namespace) -> str:
    """Measures and returns what to print: a JSON list, or a table.

    Raises:
        RuntimeError: The native kernel is not built.
    """
    rows = benchmark_attention(
        tuple(options.lengths),
        tuple(options.head_dims),
        tuple(DTYPES[name] for name in options.dtypes),
        tuple(options.sparsities),
        heads=options.heads,
        rivals=tuple(options.rivals),
        instruction_set=options.instruction_set,
        repeats=options.repeats,
    )
    if options.json:
        return json.dumps(rows)
    table = [[str(row[name]) for name in _SHOWN] for row in rows]
    return "\n".join("".join(f"{cell:>12}" for cell in line) for line in [list(_SHOWN), *table])
