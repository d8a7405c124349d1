"""Tables of attention for docs/results.md from records; None without records."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from statistics import linear_regression
from typing import Any

from records import Record, Setting, one, ratio, select

Records = Sequence[Record]
Rendered = str | None

_DTYPES = {"float32": "fp32", "bfloat16": "bf16"}
_ASYMPTOTIC = 2048
"""Tokens from which exponents are fitted: below, fixed costs weigh."""


def markdown(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Rendered:
    """Writes a Markdown table, None without rows."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    if not lines:
        return None
    return "\n".join(["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads), *lines])


def provenance(records: Records) -> Rendered:
    """Where, when and by which commands the records were made, one line a suite."""
    rows = []
    for suite in dict.fromkeys(record.suite for record in records):
        (first, *rest) = select(records, suite=suite)
        commits = dict.fromkeys(str(record.commit) for record in (first, *rest))
        machine, versions = first.machine, first.versions
        rows.append(
            (
                suite,
                f"{machine['cpu']}, {machine['cores']} cores, {machine['isa']}",
                ", ".join(f"{name} {number}" for name, number in versions.items()),
                f"{', '.join(commits)}, {first.date}",
                f"`{first.command}`",
            )
        )
    return markdown(("suite", "machine", "versions", "commit and day", "command"), rows)


def layer(records: Records) -> Rendered:
    """The kernel on given lists against torch's attention, by length, head and dtype."""
    rows = []
    for rival in select(records, suite="layer", figure="layer", method="sdpa"):
        if rival.setting["n"] not in (2048, 8192, 32_768):
            continue
        cells = []
        for sparsity in (0.0, 0.8, 0.9, 0.95):
            ours = _partner(records, rival, "native", {"sparsity": sparsity})
            cells.append("-" if ours is None else f"{speedup(rival, ours)}, {_ms(ours)} ms")
        setting = rival.setting
        rows.append(
            (
                f"{setting['n']:,}", str(setting["head_dim"]), _dtype(rival), *cells,
                str(len(rival.samples)),
            )
        )  # fmt: skip
    heads = ("n", "head_dim", "dtype", "exact", "80 % sparse", "90 %", "95 %", "repeats")
    return markdown(heads, rows)


def rivals(records: Records) -> Rendered:
    """What else reads the same lists, or all keys."""
    found = select(records, suite="layer", figure="rivals")
    rows = []
    for name in dict.fromkeys(record.method for record in found):
        cells = []
        for dtype in _DTYPES:
            own = one(found, method=name, dtype=dtype)
            ours = one(found, method="native", dtype=dtype)
            both = own is not None and ours is not None
            cells.append(f"{_ms(own)} ms ({speedup(own, ours)})" if both else "-")  # type: ignore[arg-type]
        rows.append((name, *cells))
    return markdown(("at 8,192 tokens, 90 % sparse", "fp32", "bf16"), rows)


def lengths(records: Records) -> Rendered:
    """Time of one layer from 512 to 131,072 tokens."""
    rows = []
    found = select(records, suite="layer", figure="layer", head_dim=64)
    for rival in select(found, method="sdpa"):
        cells = [_ms(rival)]
        for sparsity in (0.0, 0.9):
            ours = _partner(found, rival, "native", {"sparsity": sparsity})
            cells += ["-", "-"] if ours is None else [_ms(ours), speedup(rival, ours)]
        setting = rival.setting
        rows.append((f"{setting['n']:,}", _dtype(rival), *cells, rival.note))
    heads = ("n", "dtype", "torch, ms", "exact, ms", "", "90 % sparse, ms", "", "")
    return markdown(heads, rows)


def exponents(records: Records) -> Rendered:
    """Fitted exponents of time over length."""
    rows = []
    for label, found in _curves(records).items():
        for dtype in _DTYPES:
            points = [
                (float(r.setting["n"]) , r.best / float(r.setting["heads"]))
                for r in select(found, dtype=dtype)
                if float(r.setting["n"]) >= _ASYMPTOTIC
            ]  # fmt: skip
            if len(points) > 1:
                last = max(n for n, _ in points)
                span = f"{_ASYMPTOTIC:,} to {last:,.0f}"
                rows.append((label, _DTYPES[dtype], f"{exponent(points):.2f}", span))
    return markdown(("time of a head: exponent of n", "dtype", "", "over n"), rows)


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """Slope of the least-squares line through the logarithms of lengths and times."""
    xs, ys = ([math.log(value) for value in column] for column in zip(*points, strict=True))
    return linear_regression(xs, ys).slope


def memory(records: Records) -> Rendered:
    """Memory of one layer beyond its inputs."""
    found = select(records, suite="layer", figure="memory")
    names = ("sdpa", "native 0.0", "native 0.9", "eager")
    rows = []
    for first in select(found, method="sdpa"):
        cells = [_partner(found, first, name, {}, metric="peak_memory") for name in names]
        shown = ["-" if cell is None else f"{cell.best:,.0f}" for cell in cells]
        rows.append((f"{first.setting['n']:,}", str(first.setting["heads"]), *shown))
    heads = ("n", "heads", "torch", "exact", "90 % sparse", "n x n matrix (eager)")
    return markdown(heads, rows)


def whole_calls(records: Records, **wanted: Any) -> Iterator[tuple[Record, Record, Record]]:
    """Torch's attention over a decoder's queries and keys, our selection and our attention."""
    found = select(records, suite="calls", figure="call", **wanted)
    for rival in select(found, method="sdpa"):
        selection = one(found, method="selection", **rival.setting)
        native = one(found, method="native", **rival.setting)
        if selection is not None and native is not None:
            yield rival, selection, native


def calls(records: Records) -> Rendered:
    """Whole DAP calls on a decoder's queries and keys, selection included."""
    rows = []
    for rival, selection, native in whole_calls(records):
        both = selection.best + native.best
        rows.append(
            (
                f"{rival.setting['n']:,}", _dtype(rival), rival.note.removeprefix("sparsity "),
                _ms(rival), _ms(native), _ms(selection), f"{rival.best / native.best:.2f}x",
                f"**{rival.best / both:.2f}x**", f"{selection.best / both:.2f}",
                str(len(rival.samples)),
            )
        )  # fmt: skip
    heads = (
        "n", "dtype", "sparsity", "torch, ms", "attention, ms", "selection, ms", "without",
        "with selection", "selection's share", "repeats",
    )  # fmt: skip
    return markdown(heads, rows)


def recovery(records: Records) -> Rendered:
    """What recovery adds to a call."""
    found = select(records, suite="calls", figure="recovery")
    rows = []
    for density in select(found, metric="density"):
        name = density.method
        share = one(found, method=name, metric="recovered_share")
        selection, native = (
            one(found, method=f"{name} {part}") for part in ("selection", "native")
        )
        if share and selection and native:
            shares = f"{density.best:.3f}", f"{share.best:.3f}"
            rows.append((name, *shares, _ms(selection), _ms(native)))
    heads = ("recovery", "density", "recovered tiles", "selection, ms", "attention, ms")
    return markdown(heads, rows)


def threads(records: Records) -> Rendered:
    """One thread against all of them."""
    found = select(records, suite="layer", figure="threads")
    found += select(records, suite="documents", figure="report", metric="time", dtype="fp32")
    counts = sorted({int(record.setting["threads"]) for record in found})
    rows = []
    for first in select(found, threads=1):
        setting: Setting = {k: v for k, v in first.setting.items() if k != "threads"}
        most = one(found, figure=first.figure, method=first.method, threads=counts[-1], **setting)
        if most is not None and most is not first:
            what = "layer" if first.figure == "threads" else "document"
            size = setting.get("n") or setting["tokens"]
            rows.append(
                (
                    f"{what}, {size:,} tokens, {_dtype(first)}, {first.method}",
                    f"{first.best:,.1f} {first.unit}", f"{most.best:,.1f} {most.unit}",
                    f"{first.best / most.best:.2f}x",
                )
            )  # fmt: skip
    return markdown(("", "1 thread", f"{counts[-1]} threads", "ratio"), rows) if rows else None


def perplexities(records: Records, **wanted: Any) -> Iterator[tuple[Record, Record, Record]]:
    """Perplexity under full attention, under DAP, and DAP's density."""
    found = select(records, suite="perplexity", **wanted)
    for full in select(found, method="full", metric="perplexity"):
        ours = one(found, method="dap", metric="perplexity", **full.setting)
        density = one(found, method="dap", metric="density", **full.setting)
        if ours is not None and density is not None:
            yield full, ours, density


def perplexity(records: Records) -> Rendered:
    """The decoder's perplexity under full attention and DAP."""
    rows = [
        (
            str(full.setting["document"]).partition(".")[0],
            f"{full.setting['tokens']:,}", f"{full.best:.2f}",
            f"{ours.best:.2f} ({ours.best / full.best - 1:+.1%})", f"{density.best:.3f}",
        )
        for full, ours, density in perplexities(records)
    ]  # fmt: skip
    return markdown(("document", "tokens", "full attention", "DAP", "density"), rows)


def _partner(
    records: Records, rival: Record, method: str, more: Setting, metric: str = "time"
) -> Record | None:
    """The record of another method at the same setting."""
    own = {k: v for k, v in rival.setting.items() if k != "sparsity"}
    return one(records, suite=rival.suite, figure=rival.figure, method=method, metric=metric,
               **own, **more)  # fmt: skip


def _curves(records: Records) -> dict[str, list[Record]]:
    own = select(records, suite="layer", figure="layer", head_dim=64)
    called = select(records, suite="calls", figure="call", sparsity=0.9)
    return {
        "torch": select(own, method="sdpa"),
        "exact kernel": select(own, method="native", sparsity=0.0),
        "kernel on lists, 90 % sparse": select(own, method="native", sparsity=0.9),
        "selection, 90 % sparse": select(called, method="selection"),
    }


def speedup(rival: Record, ours: Record) -> str:
    """A ratio with its spread where there is one."""
    found = ratio(rival, ours)
    spread = f" ({found.low:.2f} to {found.high:.2f})" if len(ours.samples) > 1 else ""
    return f"{found.value:.2f}x{spread}"


def _ms(record: Record) -> str:
    return f"{record.best:,.1f}"


def _dtype(record: Record) -> str:
    name = str(record.setting["dtype"])
    return _DTYPES.get(name, name)


TABLES: dict[str, Callable[[Records], Rendered]] = {
    "provenance": provenance,
    "layer": layer,
    "rivals": rivals,
    "lengths": lengths,
    "exponents": exponents,
    "memory": memory,
    "calls": calls,
    "recovery": recovery,
    "threads": threads,
    "perplexity": perplexity,
}
