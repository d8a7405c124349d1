"""Buttons that hand out what a page shows."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from secateur.pipelines.export.workbook import write_table

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def offer_table(rows: pd.DataFrame, name: str) -> None:
    """Offers a table as an Excel workbook.

    Args:
        rows: The table as it is shown.
        name: Of the file, without its end; tells the button from others.
    """
    st.download_button(
        "Excel",
        # Made when it is asked for.
        lambda: write_table(
            list(rows.columns), rows.astype(object).where(rows.notna(), None).to_numpy(), name
        ),
        file_name=f"{name}.xlsx",
        mime=_EXCEL,
        icon=":material/download:",
        key=f"excel-{name}",
    )
