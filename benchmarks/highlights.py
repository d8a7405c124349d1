"""What the records say at a glance: the README's first table, and where pruning does not pay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from document_tables import NAMES, most_threads
from records import one, ratio, select
from tables import Records, Rendered, markdown

_RIVALS = ("full", "windows512", "llama.cpp", "torchao")
_LONG = 60_000
"""Tokens from which a report counts as long."""


def limits(records: Records) -> Rendered:
    """Where pruning does not pay, and where it changes answers: what the records say of it."""
    lines = [*_calls_that_do_not_pay(records), *_documents_that_do_not_pay(records)]
    changed = [
        record
        for record in select(records, metric="f1_against_full", method="dap")
        if record.suite in ("documents", "quality") and record.best < 0.998
    ]
    for record in changed:
        tokens = int(record.setting["tokens"])
        dtype = f", {record.setting['dtype']}" if "dtype" in record.setting else ""
        lines.append(
            f"- {record.setting['document']}, {tokens:,} tokens{dtype}: the entities of DAP and of "
            f"full attention agree by F1 {record.best:.3f}."
        )
    return "\n".join(lines) or None


def _calls_that_do_not_pay(records: Records) -> list[str]:
    lines = []
    calls = select(records, suite="calls", figure="call", sparsity=0.9)
    for rival in select(calls, method="sdpa"):
        parts = [one(calls, method=name, **rival.setting) for name in ("selection", "native")]
        if all(parts):
            both = sum(part.best for part in parts if part)
            if rival.best < both:
                lines.append(
                    f"- A call of {rival.setting['n']:,} tokens, {rival.setting['dtype']}: "
                    f"choosing takes longer than it saves ({rival.best / both:.2f}x)."
                )
    return lines


def _documents_that_do_not_pay(records: Records) -> list[str]:
    lines = []
    most = most_threads(records)
    times = select(records, suite="documents", metric="time", threads=most)
    for ours in select(times, method="dap"):
        for rival in _RIVALS:
            other = one(times, figure=ours.figure, method=rival, **ours.setting)
            if other is not None and other.best < ours.best:
                lines.append(
                    f"- {ours.setting['document']}, {ours.setting['tokens']:,} tokens, "
                    f"{ours.setting['dtype']}: {NAMES.get(rival, rival)} takes "
                    f"{other.best:.2f} s, DAP {ours.best:.2f} s."
                )
    return lines


def summary(records: Records) -> Rendered:
    """The first table of the README."""
    rows: list[Sequence[str]] = []
    layer = select(records, suite="layer", figure="layer", head_dim=64)
    for n in (8192, 32_768):
        cells = []
        for dtype, short in (("float32", "fp32"), ("bfloat16", "bf16")):
            rival = one(layer, method="sdpa", n=n, dtype=dtype)
            if rival is None:
                continue
            found: list[str] = []
            for sparsity, name in ((0.0, "exact"), (0.8, "80 %"), (0.9, "90 %"), (0.95, "95 %")):
                ours = one(layer, method="native", n=n, dtype=dtype, sparsity=sparsity)
                if ours is not None:
                    found.append(f"{name} {ratio(rival, ours).value:.1f}x")
            cells.append(f"{short} {', '.join(found)}")
        if cells:
            what = f"kernel on given lists against torch's attention, {n:,} tokens, heads of 64"
            rows.append((what, "; ".join(cells), "`make bench`"))
    rows += _summary_calls(records)
    rows += _summary_documents(records)
    return markdown(("what", "figure", "command"), rows)


def _summary_calls(records: Records) -> list[Sequence[str]]:
    calls = select(records, suite="calls", figure="call", n=8192)
    cells = []
    for rival in select(calls, method="sdpa"):
        parts: list[Any] = [
            one(calls, method=name, **rival.setting) for name in ("selection", "native")
        ]
        if all(parts):
            faster = rival.best / sum(part.best for part in parts)
            short = "fp32" if rival.setting["dtype"] == "float32" else "bf16"
            cells.append(f"{short} {rival.setting['sparsity']:.0%} {faster:.1f}x")
    if not cells:
        return []
    what = "whole calls, **selection included**, 8,192 tokens of the sample report, 135M decoder"
    return [(what, "; ".join(cells), "`python benchmarks/run.py --only calls`")]


def _summary_documents(records: Records) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    times = select(records, suite="documents", metric="time", threads=most_threads(records))
    for ours in select(times, method="dap"):
        tokens, dtype = int(ours.setting["tokens"]), str(ours.setting["dtype"])
        shown = ours.figure != "report" or 8192 <= tokens < 9000 or tokens > _LONG
        cells = []
        for rival in _RIVALS:
            other = one(times, figure=ours.figure, method=rival, **ours.setting)
            if other is not None:
                mark = " (composed)" if other.note.startswith("composed") else ""
                cells.append(f"{ratio(other, ours).value:.2f}x {NAMES.get(rival, rival)}{mark}")
        if shown and cells:
            kind = "report to records" if ours.figure == "report" else "note to summary, 64 tokens"
            what = f"{kind}, {tokens:,} tokens, {dtype}, {ours.best:.1f} s: faster than"
            rows.append((what, ", ".join(cells), "`python benchmarks/run.py --only documents`"))
    return rows


TABLES: dict[str, Callable[[Records], Rendered]] = {"limits": limits, "summary": summary}
