"""What the records say at a glance: the README's tables, and where pruning does not pay."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from document_tables import NAMES, most_threads
from records import Record, one, ratio, select
from tables import Records, Rendered, markdown, perplexities, whole_calls

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
    return [
        f"- A call of {rival.setting['n']:,} tokens, {rival.setting['dtype']}: selection takes "
        f"longer than it saves ({rival.best / (selection.best + native.best):.2f}x)."
        for rival, selection, native in whole_calls(records, sparsity=0.9)
        if rival.best < selection.best + native.best
    ]


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
    """Kernel, calls and perplexity: the second table of the README."""
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
            what = f"kernel on given lists, speedup over torch, {n:,} tokens, heads of 64"
            rows.append((what, "; ".join(cells), "`make bench`"))
    rows += _summary_calls(records)
    rows += _summary_perplexity(records)
    return markdown(("what", "figure", "command"), rows)


def _summary_calls(records: Records) -> list[Sequence[str]]:
    cells = []
    for rival, selection, native in whole_calls(records, n=8192):
        faster = rival.best / (selection.best + native.best)
        short = "fp32" if rival.setting["dtype"] == "float32" else "bf16"
        cells.append(f"{short} {rival.setting['sparsity']:.0%} {faster:.1f}x")
    if not cells:
        return []
    what = "whole calls, **selection included**, 8,192 tokens of the sample report, 135M decoder"
    return [(what, "; ".join(cells), "`python benchmarks/run.py --only calls`")]


def _summary_perplexity(records: Records) -> list[Sequence[str]]:
    return [
        (
            f"perplexity of the 135M decoder, 8,192 tokens of {full.setting['document']}",
            f"{full.best:.2f} with full attention, {ours.best:.2f} by DAP, "
            f"which keeps {density.best:.0%} of the pairs",
            f"`{full.command}`",
        )
        for full, ours, density in perplexities(records, tokens=8192)
    ]


def headline(records: Records) -> Rendered:
    """Whole pipelines beside full attention: the table at the top of the README."""
    rows: list[Sequence[str]] = []
    times = select(records, suite="documents", metric="time", threads=most_threads(records))
    times.sort(
        key=lambda time: (
            time.figure != "report", int(time.setting["tokens"]), time.setting["dtype"] != "fp32"
        )
    )  # fmt: skip
    for full in select(times, method="full"):
        tokens, dtype = int(full.setting["tokens"]), str(full.setting["dtype"])
        report = full.figure == "report"
        shown = 8192 <= tokens < 9000 or tokens > _LONG if report else full.figure == "record"
        ours = one(times, figure=full.figure, method="dap" if report else "drafts", **full.setting)
        if not shown or ours is None or dtype == "int8":
            continue
        windows = one(times, figure=full.figure, method="windows512", **full.setting)
        again = one(records, suite="documents", metric="read_again", **full.setting)
        name = str(full.setting["document"]).partition(".")[0]
        mark = ", composed" if full.note.startswith("composed") else ""
        rows.append(
            (
                f"{name}, {tokens:,} tokens, {dtype}, to {'records' if report else 'a summary'}",
                _seconds(full) + (mark if report else ", one draft"),
                _seconds(windows) if windows else "",
                _seconds(ours) + _made(report, again.best if again else None),
                f"**{ratio(full, ours).value:.1f}**",
            )
        )
    heads = ("", "full attention", "windows of 512 tokens", "Secateur", "speedup over full")
    return markdown(heads, rows)


def _made(report: bool, again: float | None) -> str:
    if not report:
        return ", the best of twelve drafts"
    return ", no second reading" if again == 0 else ""


def _seconds(time: Record) -> str:
    return f"{time.best:,.1f} s" if time.best < 100 else f"{time.best:,.0f} s"


TABLES: dict[str, Callable[[Records], Rendered]] = {
    "limits": limits,
    "headline": headline,
    "summary": summary,
}
