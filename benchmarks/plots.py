"""Plots of docs/plots from records, as SVG that is the same for the same records."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from records import Record, one, select

Points = Sequence[tuple[float, float]]
_DPI = 72
# Okabe and Ito's colours, told apart by colour-blind readers too; markers say it once more.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
_MARKERS = "osD^vPX"


def draw_all(records: Sequence[Record]) -> dict[str, str]:
    """Draws every plot that there are records for.

    Returns:
        SVG by name of the plot.
    """
    drawn = {name: plot(records) for name, (_, plot) in PLOTS.items()}
    return {name: svg for name, svg in drawn.items() if svg is not None}


def draw(
    curves: Mapping[str, Points], x: str, y: str, *, log_x: bool = False, log_y: bool = False
) -> str | None:
    """Draws curves into one frame.

    Args:
        curves: Points by name.
        x: What the horizontal axis says.
        y: What the vertical axis says.
        log_x: Horizontal axis in logarithms.
        log_y: Vertical axis in logarithms.

    Returns:
        SVG, None where there is no point.
    """
    import matplotlib as mpl
    from matplotlib import ticker
    from matplotlib.figure import Figure

    curves = {name: sorted(points) for name, points in curves.items() if points}
    if not curves:
        return None
    # Names in the file depend on nothing but the drawing, and letters stay letters.
    with mpl.rc_context({"svg.hashsalt": "secateur", "svg.fonttype": "none", "font.size": 9}):
        figure = Figure(figsize=(6.4, 4), dpi=_DPI, layout="constrained")
        axes = figure.add_subplot()
        for number, (name, points) in enumerate(curves.items()):
            look: dict[str, Any] = {
                "color": _COLOURS[number % len(_COLOURS)],
                "marker": _MARKERS[number % len(_MARKERS)],
                "linestyle": "-" if number < len(_COLOURS) else "--",
            }
            axes.plot(*zip(*points, strict=True), label=name, markersize=4, linewidth=1.3, **look)
        axes.set_xlabel(x)
        axes.set_ylabel(y)
        if log_x:
            axes.set_xscale("log", base=2)
            axes.set_xticks(sorted({at for points in curves.values() for at, _ in points}))
            axes.xaxis.set_major_formatter(ticker.StrMethodFormatter("{x:,.0f}"))
            axes.xaxis.set_minor_formatter(ticker.NullFormatter())
            axes.tick_params(axis="x", rotation=30)
        if log_y:
            axes.set_yscale("log")
        axes.grid(visible=True, which="major", linewidth=0.4, alpha=0.6)
        axes.legend(frameon=False, fontsize=8)
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"


def _layer(records: Sequence[Record], **wanted: Any) -> Points:
    """Milliseconds of one head by length."""
    found = select(records, suite="layer", figure="layer", head_dim=64, **wanted)
    return [(float(r.setting["n"]), r.best / float(r.setting["heads"])) for r in found]


def _time_by_length(records: Sequence[Record]) -> str | None:
    curves: dict[str, Points] = {}
    for dtype, short in (("float32", "fp32"), ("bfloat16", "bf16")):
        curves[f"torch, {short}"] = _layer(records, method="sdpa", dtype=dtype)
        for sparsity, name in ((0.0, "exact"), (0.9, "90 % sparse")):
            own = _layer(records, method="native", dtype=dtype, sparsity=sparsity)
            curves[f"{name}, {short}"] = own
    return draw(curves, "tokens", "ms a head", log_x=True, log_y=True)


def _time_by_density(records: Sequence[Record]) -> str | None:
    curves: dict[str, Points] = {}
    for dtype, short in (("float32", "fp32"), ("bfloat16", "bf16")):
        found = select(records, suite="layer", figure="layer", head_dim=64, n=8192, dtype=dtype)
        native = select(found, method="native")
        curves[f"kernel, {short}"] = [(1 - float(r.setting["sparsity"]), r.best) for r in native]
        torch_ms = [r.best for r in select(found, method="sdpa")]
        if torch_ms and native:
            curves[f"torch, all keys, {short}"] = [(at, torch_ms[0]) for at in (0.02, 1.0)]
    return draw(curves, "density at 8,192 tokens", "ms, 12 heads of 64", log_y=True)


def _memory_by_length(records: Sequence[Record]) -> str | None:
    names = {
        "sdpa": "torch",
        "native 0.0": "exact",
        "native 0.9": "90 % sparse",
        "eager": "n x n matrix",
    }
    curves = {
        label: [
            (float(r.setting["n"]), max(r.best, 0.1) / float(r.setting["heads"]))
            for r in select(records, suite="layer", figure="memory", method=name)
        ]
        for name, label in names.items()
    }
    return draw(curves, "tokens", "MiB a head beyond its inputs", log_x=True, log_y=True)


def _error_by_density(figure: str) -> Callable[[Sequence[Record]], str | None]:
    def plot(records: Sequence[Record]) -> str | None:
        found = select(records, suite="error", figure=figure)
        curves: dict[str, list[tuple[float, float]]] = {}
        for record in select(found, metric="error"):
            density = one(found, method=record.method, metric="density", **record.setting)
            if density is not None:
                curves.setdefault(record.method, []).append((density.best, record.best))
        return draw(curves, "density", "relative error of the output", log_y=True)

    return plot


def _quality_by_time(figure: str, metric: str, label: str) -> Callable[..., str | None]:
    def plot(records: Sequence[Record]) -> str | None:
        found = select(records, suite="tradeoff", figure=figure)
        curves: dict[str, list[tuple[float, float]]] = {}
        for time in select(found, metric="time"):
            for record in select(found, method=time.method, metric=metric):
                if record.setting == time.setting:
                    curves.setdefault(time.method, []).append((time.best / 1e3, record.best))
        return draw(curves, "seconds", label)

    return plot


def _document_by_length(records: Sequence[Record]) -> str | None:
    found = select(records, suite="documents", figure="report", metric="time", dtype="fp32")
    most = max((int(r.setting["threads"]) for r in found), default=1)
    curves = {
        method: [(float(r.setting["tokens"]), r.best) for r in select(found, method=method)
                 if r.setting["threads"] == most]
        for method in ("full", "windows512", "dap")
    }  # fmt: skip
    return draw(curves, "tokens, from file to records", "seconds, fp32", log_x=True, log_y=True)


PLOTS: dict[str, tuple[str, Callable[[Sequence[Record]], str | None]]] = {
    "time-by-length": ("Time of a head against tokens, logarithms", _time_by_length),
    "time-by-density": ("Time of a layer against density", _time_by_density),
    "memory-by-length": ("Memory of a head against tokens", _memory_by_length),
    "document-by-length": ("Time of a report against its tokens", _document_by_length),
    "error-by-rule": ("Error against density, by rule", _error_by_density("rule")),
    "error-by-profile": ("Error against density, by profile", _error_by_density("profile")),
    "quality-report": (
        "F1 against seconds, sample report",
        _quality_by_time("report", "f1", "strict F1, sample report"),
    ),
    "quality-notes": (
        "ROUGE-L against seconds, sample notes",
        _quality_by_time("notes", "rouge_l", "ROUGE-L, eight sample notes"),
    ),
}
"""What each plot shows, and how it is drawn."""
