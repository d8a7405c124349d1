"""Standard lines of a report's statements: a table by period, and a chart of those chosen."""

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
from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.finance.statements.comparison.figures import Figure, Series, Source
from secateur.pipelines.finance.statements.comparison.table import TITLES, named, tables

_PERIODS = 5
"""Periods that the table shows."""
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


def show_figures(series: Series, *, on_figure: Callable[[Source], None]) -> None:
    """Shows the standard lines of a report's statements.

    Args:
        series: Its figures.
        on_figure: Given the place of a figure that the user chose, of a derived one that of its
            first input.
    """
    found = {TITLES[table.kind]: table for table in tables(series)}
    if not found:
        st.info(
            "No line of the statements is known in this document.", icon=":material/table_chart:"
        )
        return
    title = st.segmented_control(
        "Periods", list(found), default=next(iter(found)), required=True, key="report-periods",
        label_visibility="collapsed",
    )  # fmt: skip
    table = found[title]
    heads = [f"{column.label} {column.day}" for column in table.columns]
    known = {
        named(line): {head: each for head, each in zip(heads, figures, strict=True) if each}
        for lines in table.rows.values()
        for line, figures in lines.items()
    }
    periods = list(reversed(heads))[:_PERIODS]
    rows = {name: row for name, row in known.items() if any(p in row for p in periods)}
    _chart(rows, periods)

    def chosen() -> None:
        for row, period in st.session_state["report-figures"].selection.cells:
            source = _source(list(rows.values())[row].get(period))
            if source is not None:
                on_figure(source)

    st.caption("Choose a figure to see where it stands.")
    st.dataframe(
        _frame(rows, periods),
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
    if hidden := len(heads) - len(periods):
        st.caption(
            f"Left out here, in Excel: {hidden} of {len(heads)} periods, "
            f"{len(known) - len(rows)} of {quantity(len(known), 'measure')}."
        )
    whole = _frame(known, list(reversed(heads)))
    offer_table(whole, f"{session().name(made_with('report')[0])}-figures")


def _source(figure: Figure | None) -> Source | None:
    """Where a figure is printed, or the first input of a derived one."""
    while figure is not None and figure.source is None:
        figure = next(iter(figure.inputs), None)
    return figure.source if figure is not None else None


def _frame(rows: Mapping[str, Mapping[str, Figure]], periods: Sequence[str]) -> pd.DataFrame:
    cells: dict[str, list[Any]] = {
        "Measure": list(rows),
        "Unit": [next(iter(row.values())).unit or "" for row in rows.values()],
    }
    for period in periods:
        cells[period] = [float(r[period].value) if period in r else None for r in rows.values()]
    return pd.DataFrame(cells)


def _chart(rows: Mapping[str, Mapping[str, Figure]], periods: Sequence[str]) -> None:
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
