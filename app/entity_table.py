"""Entities as the rows of a table, with what figures are worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pandas as pd
import streamlit as st

from secateur.app.labels import spelled
from secateur.pipelines.document import Entity

COLUMNS: Mapping[Any, Any] = MappingProxyType(
    {
        "Value": st.column_config.NumberColumn(format="localized"),
        "Score": st.column_config.NumberColumn(format="%.2f", width="small"),
    }
)
"""How Streamlit writes the numbers of `rows_of`."""


def rows_of(entities: Sequence[Entity]) -> pd.DataFrame:
    """Returns a row for each entity; a name has no value."""
    return pd.DataFrame(
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
