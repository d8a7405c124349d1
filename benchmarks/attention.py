"""Attention kernel benchmark: prints one JSON list of rows, or a table.

Run from the repository root: ``python benchmarks/attention.py --json``.
"""

from __future__ import annotations

import argparse
import json
import sys

import torch

from secateur.kernels.benchmark import RIVALS, benchmark_attention


def main() -> None:
    """Parse arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lengths", type=int, nargs="+", default=[2048, 8192, 32768])
    parser.add_argument("--head-dims", type=int, nargs="+", default=[64, 32])
    parser.add_argument("--dtypes", nargs="+", default=["float32", "bfloat16"])
    parser.add_argument("--sparsities", type=float, nargs="+", default=[0.0, 0.8, 0.9, 0.95])
    parser.add_argument("--heads", type=int, default=12)
    parser.add_argument("--rivals", nargs="+", default=["sdpa"], choices=RIVALS)
    parser.add_argument("--instruction-set", default="")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    rows = benchmark_attention(
        tuple(options.lengths),
        tuple(options.head_dims),
        tuple(getattr(torch, name) for name in options.dtypes),
        tuple(options.sparsities),
        heads=options.heads,
        rivals=tuple(options.rivals),
        instruction_set=options.instruction_set,
        repeats=options.repeats,
    )
    if options.json:
        json.dump(rows, sys.stdout, indent=1)
        sys.stdout.write("\n")
        return
    shown = ["n", "head_dim", "dtype", "sparsity", "rival", "ms_rival", "ms_native", "ratio"]
    shown += ["gflops", "peak_share"]
    sys.stdout.write("  ".join(f"{name:>9}" for name in shown) + "\n")
    for row in rows:
        sys.stdout.write("  ".join(f"{row[name]:>9}" for name in shown) + "\n")


if __name__ == "__main__":
    main()
