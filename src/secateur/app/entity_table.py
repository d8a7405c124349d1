"""Entities as the rows of a table, with what figures are worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import pandas as pd
import streamlit as st

from secateur.app.labels import spelled
from secateur.pipelines.document.entity import Entity

# The browser measures a few rows: a longer figure further down would lose its first digits.
FIGURES = st.column_config.NumberColumn(format="localized", width=130)
"""A column of figures, as wide as "48,036,704,000,000"."""


def show_entities(
    entities: Sequence[Entity],
    *,
    on_select: Callable[[], None] | Literal["ignore"] = "ignore",
    key: str | None = None,
) -> None:
    """Shows a row for each entity; a name has no value.

    Args:
        entities: What was found.
        on_select: Called when a row is chosen; "ignore" lets none be chosen.
        key: Of the table.
    """
    rows = pd.DataFrame(
        {
            "Text": [entity.text for entity in entities],
            "Label": [spelled(entity.label) for entity in entities],
            "Value": [None if e.value is None else float(e.value) for e in entities],
            "Unit": [entity.unit or "" for entity in entities],
            "Period": [entity.period or "" for entity in entities],
            "Score": [entity.score for entity in entities],
            "Section": [entity.section or "" for entity in entities],
        }
    )
    st.dataframe(
        rows,
        hide_index=True,
        on_select=on_select,
        selection_mode="single-row",
        column_config={
            "Value": FIGURES,
            "Score": st.column_config.NumberColumn(format="%.2f", width="small"),
        },
        key=key,
        placeholder="",
    )
