"""The Evaluate page: predictions against gold, as tables and plots."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import altair as alt
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from secateur.app.controls import pick
from secateur.app.downloads import offer_table
from secateur.app.folder_tasks import Kind, evaluate
from secateur.app.labels import BARS, SECOND, spelled
from secateur.app.plain import plain
from secateur.app.running import let_go, made_with, outcome, start, start_button, warn_unless
from secateur.app.session import session
from secateur.pipelines.evaluation.metric import Metric, as_json
from secateur.pipelines.evaluation.summaries import ROUGES

_PAGE = "evaluate"
_LIMIT_S = 600.0
"""Seconds that scoring two files may take."""
_EMPTY = "Precision, recall, F1 or ROUGE will appear here, each with its 95 % interval."
_KINDS: dict[Kind, str] = {"entities": "Entities", "summaries": "Summaries"}
_FILES = {
    "entities": "As Report downloads them: JSONL, CSV, Excel, CoNLL and the other formats.",
    "summaries": "JSON lines with doc_id and summary, as Note and Batch download them.",
}
_LABEL, _CONFUSION = "label.", "confusion "
_MEASURES = {"precision": "Precision", "recall": "Recall", "f1": "F1"}
_NAMES = {
    "seqeval.strict": "seqeval, strict IOB2",
    "seqeval.default": "seqeval, default",
    "strict": "Span and type",
    "exact": "Span",
    "partial": "Span, a half for overlap",
    "type": "Type of overlapping spans",
    "value": "Value of figures",
    "unit": "Unit of figures",
    "period": "Period of figures",
    "concept": "Concept of figures",
    "rouge1": "ROUGE-1",
    "rouge2": "ROUGE-2",
    "rougeL": "ROUGE-L",
    "rougeLsum": "ROUGE-Lsum",
    "term_precision": "Term precision",
    "key_term_recall": "Key-term recall",
    "one_name": "One name a concept",
    "consistency": "Consistency",
}


def show() -> None:
    """Shows the page."""
    st.title("Evaluate")
    st.caption("How well predictions agree with what people marked.")
    kind = pick("What to score", _KINDS, key="evaluate-kind")
    left, right = st.columns(2, gap="medium")
    gold = _field(left, "Gold", "gold", _FILES[kind])
    found = _field(right, "Predictions", "found", _FILES[kind])
    notes = None
    if kind == "summaries":
        notes = st.file_uploader(
            "Notes, if clinical terms are to be scored too", accept_multiple_files=True,
            key=session().uploader("evaluate-notes"), help="Files named as doc_id says.",
            on_change=let_go, args=(_PAGE, "evaluate-notes"),
        )  # fmt: skip
    given = {
        "evaluate-gold": [gold] if gold else [],
        "evaluate-found": [found] if found else [],
        "evaluate-notes": notes or [],
    }
    if start_button("Evaluate", _PAGE, ready=gold is not None and found is not None):
        start(_PAGE, evaluate, kind, *_paths(given, session().gather), limit_s=_LIMIT_S)
        st.rerun()
    metrics = outcome(_PAGE, _EMPTY)
    if metrics is not None:
        made = made_with(_PAGE)
        st.markdown(f"**{plain(made[2].name)}** against **{plain(made[1].name)}**")
        # Without files, as after another page, nothing else is asked for.
        asked = (kind, *_paths(given, session().gathered))
        warn_unless(made == asked if gold or found else made[0] == kind)
        _result(metrics)


def _field(column: DeltaGenerator, label: str, name: str, about: str) -> UploadedFile | None:
    """Shows a field of one file."""
    field = f"evaluate-{name}"
    return column.file_uploader(
        label, key=session().uploader(field), help=about, on_change=let_go, args=(_PAGE, field)
    )


def _paths(
    given: Mapping[str, Sequence[UploadedFile]],
    place: Callable[[str, Sequence[UploadedFile]], Path | None],
) -> tuple[Path | None, ...]:
    """Returns gold, predictions and the folder of notes, each where `place` says that it lies."""
    gold, found, notes = (place(field, files) if files else None for field, files in given.items())
    return (*(folder and next(folder.iterdir()) for folder in (gold, found)), notes)


def _result(metrics: Sequence[Metric]) -> None:
    if over := next((metric.over for metric in metrics if metric.over), None):
        st.caption(f"95 % intervals are over {over}.")
    if metrics and metrics[0].name in ROUGES:
        rows = pd.DataFrame([asdict(metric) for metric in metrics])
        rows["name"] = [_NAMES.get(name, name) for name in rows["name"]]
        _plot(rows, "Score")
        _table(
            rows.rename(
                columns={
                    "name": "Score", "value": "Mean", "support": "Documents",
                    "low": "95 % from", "high": "to",
                }
            )[["Score", "Mean", "95 % from", "to", "Documents"]],
            "summaries",
        )  # fmt: skip
    else:
        _entities(metrics)
    st.download_button(
        "JSON", as_json(metrics), file_name="scores.json", mime="application/json",
        icon=":material/download:",
    )  # fmt: skip


def _entities(metrics: Sequence[Metric]) -> None:
    labels = [metric for metric in metrics if metric.name.startswith(_LABEL)]
    confused = [metric for metric in metrics if metric.name.startswith(_CONFUSION)]
    others = [metric for metric in metrics if metric not in labels and metric not in confused]
    for title, part in (("All entities", others), ("By label", labels)):
        if part:
            st.header(title)
            left, right = st.columns([2, 3], gap="medium")
            with left:
                _plot(_f1(part), "F1")
            with right:
                _table(_grid(part), title.lower().replace(" ", "-"))
    shares = [metric for metric in confused if metric.name.endswith(".recall")]
    if shares:
        st.header("Confused concepts")
        pairs = [
            metric.name.removeprefix(_CONFUSION).removesuffix(".recall").split(" > ")
            for metric in shares
        ]
        _table(
            pd.DataFrame(
                {
                    "Concept": [pair[0] for pair in pairs],
                    "Taken for": [pair[1] for pair in pairs],
                    "Share": [metric.value for metric in shares],
                    "Gold": [metric.support for metric in shares],
                }
            ),
            "confused",
        )


def _f1(metrics: Sequence[Metric]) -> pd.DataFrame:
    rows = [asdict(metric) for metric in metrics if metric.name.endswith(".f1")]
    frame = pd.DataFrame(rows)
    frame["name"] = [_named(name) for name in frame["name"]]
    return frame


def _grid(metrics: Sequence[Metric]) -> pd.DataFrame:
    """One line a score: precision, recall, F1 with its interval, and how many there are."""
    rows: dict[str, dict[str, object]] = {}
    for metric in metrics:
        measure = metric.name.rpartition(".")[2]
        row = rows.setdefault(metric.name.rpartition(".")[0], {"Score": _named(metric.name)})
        row[_MEASURES[measure]] = metric.value
        if measure == "f1":
            row |= {"95 % from": metric.low, "to": metric.high, "Gold": metric.support}
    return pd.DataFrame(list(rows.values()))


def _named(name: str) -> str:
    name = name.rpartition(".")[0]
    if name.startswith(_LABEL):
        return spelled(name.removeprefix(_LABEL))
    return _NAMES.get(name, name)


def _plot(rows: pd.DataFrame, title: str) -> None:
    """Bars with their 95 % intervals."""
    base = alt.Chart(rows).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=220))
    )
    bars = base.mark_bar(color=BARS, opacity=0.75).encode(
        x=alt.X("value:Q", title=title, scale=alt.Scale(domain=[0, 1])),
        tooltip=[
            alt.Tooltip("name:N", title="Score"),
            alt.Tooltip("value:Q", title=title, format=".3f"),
        ],
    )
    spread = base.mark_rule(strokeWidth=2, color=SECOND).encode(x="low:Q", x2="high:Q")
    spread = spread.transform_filter("isValid(datum.low)")
    st.altair_chart(bars + spread, width="stretch")


def _table(rows: pd.DataFrame, name: str) -> None:
    numbers = rows.select_dtypes("float").columns
    st.dataframe(
        rows,
        hide_index=True,
        column_config={column: st.column_config.NumberColumn(format="%.3f") for column in numbers},
        placeholder="–",
    )
    offer_table(rows, f"scores-{name}")
