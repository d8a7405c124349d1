"""Buttons that hand out what a page shows.

Files are made before they are asked for: Streamlit forgets what it should make later whenever the
page runs again, and a click just then gets nothing. They are made again only where their content
changed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

import pandas as pd
import streamlit as st

from secateur.app.session import session
from secateur.pipelines.export.workbook import write_table

_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def made_once(key: str, content: Hashable, make: Callable[[], bytes]) -> bytes:
    """Returns a file, made again where its content changed.

    Args:
        key: Tells it from other files of the session.
        content: What the file depends on.
        make: Makes it.
    """
    known = session().derived.get(key)
    if known is None or known[0] != content:
        known = (content, make())
        session().derived[key] = known
    made: bytes = known[1]
    return made


def offer_table(rows: pd.DataFrame, name: str) -> None:
    """Offers a table as an Excel workbook.

    Args:
        rows: The table as it is shown.
        name: Of the file, without its end; tells the button from others.
    """

    def make() -> bytes:
        values = rows.astype(object).where(rows.notna(), None).to_numpy()
        return write_table(list(rows.columns), values, name)

    content = (tuple(rows.columns), pd.util.hash_pandas_object(rows.astype(str)).sum())
    st.download_button(
        "Excel",
        made_once(f"made-excel-{name}", content, make),
        file_name=f"{name}.xlsx",
        mime=_EXCEL,
        icon=":material/download:",
        key=f"excel-{name}",
    )
