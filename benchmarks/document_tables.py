"""Tables of whole pipelines: speed, memory and quality beside each other, and the error."""

from __future__ import annotations

import math
from collections.abc import Callable

import llama
import stock_int8
from records import Record, one, select
from tables import Records, Rendered, exponent, markdown, speedup

NAMES = {
    "dap": "**DAP**",
    "drafts": "DAP, six drafts each of note and sections",
    "full": "full attention",
    "torchao": "full attention, weights by torchao",
    "windows512": "windows of 512, stride 384",
    "regex": "pattern for numbers",
    "extractive": "sentences of the most frequent words",
    "lead 3": "first three sentences",
}


def reports(records: Records) -> Rendered:
    """Reports from file to records."""
    heads = (
        "report", "tokens", "dtype", "method", "seconds", "DAP's speedup", "attention, s",
        "tokens a second", "peak MiB", "density", "read again", "F1 against full", "",
    )  # fmt: skip
    return markdown(heads, _rows(records, "report", _report_cells))


def document_growth(records: Records) -> Rendered:
    """How the time of one report grows where it was cut at several lengths."""
    found = select(records, suite="documents", figure="report", metric="time",
                   threads=most_threads(records))  # fmt: skip
    rows = []
    for name, dtype in dict.fromkeys((r.setting["document"], r.setting["dtype"]) for r in found):
        own = select(found, document=name, dtype=dtype)
        for method in ("dap", "windows512"):
            times = sorted(select(own, method=method), key=lambda r: int(r.setting["tokens"]))
            if len(times) > 1:
                rows.append(_document_growth_cells(own, times))
    heads = ("report", "dtype", "method", "tokens", "exponent of time in n",
             "tokens a second", "DAP's speedup")  # fmt: skip
    return markdown(heads, rows)


def _document_growth_cells(found: Records, times: Records) -> list[str]:
    lengths = [int(time.setting["tokens"]) for time in times]
    points = [(float(n), time.best) for n, time in zip(lengths, times, strict=True)]
    rates = [n / seconds for n, seconds in points]
    faster = [_faster(found, time).partition(" ")[0] for time in times]
    return [
        str(times[0].setting["document"]).partition(".")[0], str(times[0].setting["dtype"]),
        _named(times[0].method), f"{lengths[0]:,} to {lengths[-1]:,}", f"{exponent(points):.2f}",
        f"{rates[0]:,.0f} to {rates[-1]:,.0f}", " to ".join(filter(None, (faster[0], faster[-1]))),
    ]  # fmt: skip


def clinical(records: Records) -> Rendered:
    """Notes from file to summary, 64 new tokens."""
    heads = (
        "note", "dtype", "method", "seconds", "DAP's speedup", "prefill, s", "decoding, s",
        "attention, s", "peak MiB", "density", "",
    )  # fmt: skip
    rows = [
        row
        for figure in ("note", "record")
        for row in _rows(records, figure, _summary_cells)
    ]  # fmt: skip
    if rows and not any("llama.cpp" in row for row in rows):
        rows.append(["", "", "llama.cpp", *[""] * 7, llama.MISSING])
    if rows and not select(records, suite="documents", method="torchao"):
        rows.append(["", "int8", NAMES["torchao"], *[""] * 7, stock_int8.MISSING])
    return markdown(heads, rows)


def growth(records: Records) -> Rendered:
    """Attention of the finance model by length, and the exponents that fit."""
    found = select(records, suite="growth")
    times = select(found, method="dap", metric="time")
    heads = (
        "tokens", "dtype", "attention, ms", "us a token", "selection's share", "keys a query",
        "peak MiB",
    )  # fmt: skip
    table = markdown(heads, (_growth_cells(found, time) for time in times))
    fits = []
    for dtype in dict.fromkeys(time.setting["dtype"] for time in times):
        points = [(float(time.setting["n"]), time.best) for time in select(times, dtype=dtype)]
        if len(points) > 1:
            last = sorted(points)[-2:]
            fits.append(
                f"{dtype}: time grows as n to the power of {exponent(points):.2f}, between the "
                f"last two lengths {exponent(last):.2f}."
            )
    return table and "\n\n".join([table, *fits])


def _growth_cells(found: Records, time: Record) -> list[str]:
    def other(method: str, metric: str) -> float:
        record = one(found, method=method, metric=metric, **time.setting)
        return math.nan if record is None else record.best

    n = int(time.setting["n"])
    return [
        f"{n:,}",
        str(time.setting["dtype"]),
        f"{time.best:,.0f}",
        f"{1e3 * time.best / n:.1f}",
        f"{other('selection', 'time') / time.best:.2f}",
        f"{other('dap', 'density') * n:,.0f}",
        f"{other('dap', 'peak_memory'):,.0f}",
    ]


def _rows(
    records: Records, figure: str, cells: Callable[[Records, Record], list[str]]
) -> list[list[str]]:
    most = most_threads(records)
    found = select(records, suite="documents", figure=figure, threads=most)
    times = select(found, metric="time")
    times.sort(key=lambda r: (int(r.setting["tokens"]), str(r.setting["dtype"]) != "fp32"))
    return [cells(found, time) for time in times]


def _report_cells(found: Records, time: Record) -> list[str]:
    other = _other(found, time)
    tokens = int(time.setting["tokens"])
    rate = f"{tokens / time.best:,.0f}"
    return [
        str(time.setting["document"]).partition(".")[0], f"{tokens:,}",
        str(time.setting["dtype"]), _named(time.method), f"{time.best:,.2f}",
        _faster(found, time), other("attention"), rate,
        other("peak_memory", 0), other("density", 3), other("read_again", 0),
        other("f1_against_full", 3), _note(time),
    ]  # fmt: skip


def _summary_cells(found: Records, time: Record) -> list[str]:
    other = _other(found, time)
    return [
        f"{int(time.setting['tokens']):,} tokens", str(time.setting["dtype"]), _named(time.method),
        f"{time.best:,.2f}", _faster(found, time), other("prefill"), other("decode"),
        other("attention"), other("peak_memory", 0), other("density", 3), _note(time),
    ]  # fmt: skip


def _other(found: Records, time: Record) -> Callable[..., str]:
    """Gives other metrics of the same run, "-" where there is none."""

    def other(metric: str, digits: int = 2) -> str:
        record = one(found, method=time.method, metric=metric, **time.setting)
        return "-" if record is None else f"{record.best:,.{digits}f}"

    return other


def _faster(found: Records, time: Record) -> str:
    ours = one(found, method="dap", metric="time", **time.setting)
    return "" if ours is None or ours is time else speedup(time, ours)


def _note(time: Record) -> str:
    runs = f"{len(time.samples)} runs" if len(time.samples) > 1 else "one run"
    return f"{runs}; {time.note}" if time.note else runs


def tradeoff(records: Records) -> Rendered:
    """Quality against speed on the samples."""
    found = select(records, suite="tradeoff")
    rows = []
    for time in select(found, metric="time"):
        quality = [
            record
            for name in ("f1", "rouge_l")
            for record in select(found, figure=time.figure, method=time.method, metric=name)
            if record.setting == time.setting
        ]
        for record in quality:
            rows.append(
                (
                    str(time.setting["document"]), _with_threshold(time), f"{time.best / 1e3:,.2f}",
                    f"{record.best:.3f}", _interval(record),
                )
            )  # fmt: skip
    return markdown(("documents", "method", "seconds", "F1 or ROUGE-L", "95 % interval"), rows)


def quality(records: Records) -> Rendered:
    """A filing against its own facts, by every way of reading it."""
    found = select(records, suite="quality", figure="filing")
    metrics = ("span+type.f1", "+value.f1", "+period.f1", "concept.f1", "f1_against_full")
    rows = []
    for first in select(found, metric=metrics[0]):
        cells = [one(found, method=first.method, metric=name, **first.setting) for name in metrics]
        shown = [_with_interval(cell) if cell else "-" for cell in cells]
        rows.append((f"{first.setting['tokens']:,}", _with_threshold(first), *shown))
    heads = (
        "tokens", "method", "span and type", "and value", "and period", "concepts",
        "agrees with full",
    )  # fmt: skip
    return markdown(heads, rows)


def _with_threshold(record: Record) -> str:
    threshold = record.setting.get("threshold")
    return _named(record.method) + ("" if threshold is None else f", threshold {threshold}")


def _interval(record: Record) -> str:
    """The interval, "-" where there is none."""
    return record.note.removeprefix("95 % interval ")


def _with_interval(record: Record) -> str:
    interval = _interval(record)
    return f"{record.best:.3f}" + (f" ({interval})" if interval else "")


def errors(records: Records) -> Rendered:
    """Error against density by rule and by profile."""
    found = select(records, suite="error")
    rows = []
    for record in select(found, metric="error"):
        density = one(found, figure=record.figure, method=record.method, metric="density",
                      **record.setting)  # fmt: skip
        if density is not None:
            layers = "three layers" if record.figure == "rule" else "all layers"
            rows.append(
                (
                    layers, record.method, f"{record.setting['value']:g}", f"{density.best:.3f}",
                    f"{record.best:.3f}",
                )
            )  # fmt: skip
    heads = ("measured on", "rule or profile", "threshold, target or width", "density", "error")
    return markdown(heads, rows)


def reading(records: Records) -> Rendered:
    """Files to text with places, beside their parser alone, and the rate of terms."""
    found = select(records, suite="reading")
    rows = []
    for ours in select(found, method="reader"):
        parser = one(found, method="parser", **ours.setting)
        rows.append(
            (
                str(ours.setting["document"]), f"{int(ours.setting['bytes']) / 1e6:.1f} MB",
                f"{ours.best / 1e3:.2f} s",
                f"{parser.best / 1e3:.2f} s, {ours.best / parser.best:.1f}x" if parser else "-",
            )
        )  # fmt: skip
    for terms in select(found, method="matcher"):
        size = int(terms.setting["terms"])
        rows.append((f"terms in a text, of {size:,}", "", f"{terms.best:.1f} MB a second", "-"))
    heads = ("what is read", "size", "time, one core", "its parser alone, and the ratio")
    return markdown(heads, rows)


def most_threads(records: Records) -> int:
    """Threads of the runs that tables show: the most that were measured."""
    return max((int(record.setting["threads"]) for record in records), default=1)


def _named(method: str) -> str:
    return NAMES.get(method, method)


TABLES: dict[str, Callable[[Records], Rendered]] = {
    "reports": reports,
    "document-growth": document_growth,
    "clinical": clinical,
    "growth": growth,
    "tradeoff": tradeoff,
    "quality": quality,
    "errors": errors,
    "reading": reading,
}
