"""Key figures of a report: a table by period, and a chart of those chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from secateur.app.downloads import offer_table
from secateur.app.entity_table import FIGURES
from secateur.app.labels import SERIES
from secateur.app.running import made_with
from secateur.app.session import session
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.finance.views.key_figures import KeyFigure, fullest, key_figures
from secateur.pipelines.finance.views.measures import words

_PERIODS = 5
"""Periods that a table of key figures shows."""
_CHARTED = 3
"""Figures that are chosen for the chart at first."""
# On a phone a measure's name and a figure stand side by side, and names stay while one scrolls.
_MEASURES = st.column_config.TextColumn(width=200, pinned=True)
_ROW = 66
"""Pixels of a row: the browser breaks the lines of long names from 65 on."""
_ROWS = 9
"""Rows that are seen without scrolling."""
_HEAD = 40
"""Pixels of the heads of columns, lines around included."""


def show_figures(entities: Sequence[Entity], *, on_figure: Callable[[Entity], None]) -> None:
    """Shows the key figures.

    Args:
        entities: What was found in a report.
        on_figure: Given the entity of a figure that the user chose.
    """
    table = key_figures(entities)
    periods = fullest(table, _PERIODS)
    known = {_named(measure, row, periods): row for measure, row in table.rows.items()}
    rows = {name: row for name, row in known.items() if any(p in row for p in periods)}
    if not rows:
        st.info(
            "No figure with a known measure and period was found in this document.",
            icon=":material/table_chart:",
        )
        return
    _chart(rows, periods)
    frame = _frame(rows, periods)

    def chosen() -> None:
        for row, period in st.session_state["report-figures"].selection.cells:
            figure = list(rows.values())[row].get(period)
            if figure is not None:
                on_figure(figure.entity)

    st.caption("Choose a figure to see where it stands.")
    st.dataframe(
        frame,
        hide_index=True,
        on_select=chosen,
        selection_mode="single-cell",
        column_order=["Measure", *periods, "Unit"],
        column_config={"Measure": _MEASURES, **dict.fromkeys(periods, FIGURES)},
        row_height=_ROW,
        height=_ROW * min(len(rows), _ROWS) + _HEAD,
        key="report-figures",
        placeholder="",
    )
    if hidden := len(table.periods) - len(periods):
        st.caption(
            f"Left out here, in Excel: {hidden} of {len(table.periods)} periods, "
            f"{len(known) - len(rows)} of {quantity(len(known), 'measure')}."
        )
    whole = _frame(known, table.periods)
    offer_table(whole, f"{session().name(made_with('report')[0])}-figures")


def _named(measure: str, row: Mapping[str, KeyFigure], periods: Sequence[str]) -> str:
    """A measure in words; of figures that may be a part's with a word that says so."""
    several = any(row[period].one_of_several for period in periods if period in row)
    return f"{words(measure)}{' (one of several)' if several else ''}"


def _frame(rows: Mapping[str, Mapping[str, KeyFigure]], periods: Sequence[str]) -> pd.DataFrame:
    cells: dict[str, list[Any]] = {
        "Measure": list(rows),
        "Unit": [next(iter(row.values())).unit or "" for row in rows.values()],
    }
    for period in periods:
        cells[period] = [float(r[period].value) if period in r else None for r in rows.values()]
    return pd.DataFrame(cells)


def _chart(rows: Mapping[str, Mapping[str, KeyFigure]], periods: Sequence[str]) -> None:
    """Bars by period; measures of several units would share no axis."""
    unit_of = {name: next(iter(row.values())).unit or "" for name, row in rows.items()}
    usual = max(unit_of.values(), key=list(unit_of.values()).count)
    full = [n for n, row in rows.items() if unit_of[n] == usual and len(row) > 1]
    measures = st.multiselect(
        "Figures in the chart", list(rows), default=(full or list(rows))[:_CHARTED],
        max_selections=len(SERIES), key="report-charted",
    )  # fmt: skip
    oldest_first = list(reversed(periods))
    points = pd.DataFrame(
        [
            {"Measure": name, "Period": period, "Value": float(rows[name][period].value),
             "Unit": unit_of[name]}
            for name in measures
            if name in rows
            for period in oldest_first
            if period in rows[name]
        ]
    )  # fmt: skip
    if points.empty:
        return
    units = points["Unit"].unique()
    if len(units) > 1:
        st.caption("The figures chosen have different units: compare the bars of one colour only.")
    chart = (
        alt.Chart(points)
        .mark_bar()
        .encode(
            x=alt.X("Period:N", sort=oldest_first, title=None, axis=alt.Axis(labelAngle=0)),
            xOffset=alt.XOffset("Measure:N", sort=None),
            # SI calls a billion G.
            y=alt.Y(
                "Value:Q", title=" and ".join(units),
                axis=alt.Axis(format="~s", labelExpr="replace(datum.label, 'G', 'B')"),
            ),
            color=alt.Color(
                "Measure:N", sort=None, scale=alt.Scale(range=SERIES),
                legend=alt.Legend(title=None, orient="top", columns=1, labelLimit=400),
            ),
            tooltip=["Measure:N", "Period:N", alt.Tooltip("Value:Q", format=",.10~f"), "Unit:N"],
        )
    )  # fmt: skip
    st.altair_chart(chart, width="stretch", height=320)
