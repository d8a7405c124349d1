"""The About page: versions, device, kernels, models, licences and limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from secateur.app.plain import plain
from secateur.app.running import busy, forget, outcome, start
from secateur.app.session import session
from secateur.app.signin import offer_sign_out
from secateur.app.tasks import describe

_PAGE = "about"
_LIMIT_S = 300.0
"""Seconds that collecting versions may take; the libraries load first."""
_LICENCES = {
    "Secateur": "Apache-2.0",
    "Finance model (from all-MiniLM-L6-v2)": "Apache-2.0",
    "SmolLM2-135M-Instruct": "Apache-2.0",
    "PyTorch": "BSD-3-Clause",
    "Transformers": "Apache-2.0",
    "spaCy": "MIT",
    "Streamlit": "Apache-2.0",
}
_LIMITS = """
- **Not a medical device.** Summaries are an aid to reading; they can be wrong or leave out what
  matters. Read the note before you act.
- **Not financial advice.** Check a figure in the report before you use it.
- The models read English. Text in pictures is not read, and scanned PDF pages only where the extra
  `ocr` is installed.
- A file may have up to 100 MB. One document is processed at a time; others wait.
- Documents stay on this machine. Uploads lie in a private temporary folder and are deleted when
  you close the page, and so are all results; download what you want to keep. The page makes no
  request to any other machine.
"""


def show() -> None:
    """Shows the page."""
    st.title("About")
    st.caption(
        "Secateur reads long professional documents with Dynamic Attention Pruning (DAP): the "
        "model looks only at those parts of a document that matter to each sentence."
    )
    offer_sign_out()
    st.header("Limits")
    st.markdown(_LIMITS)
    st.header("Licences")
    st.table(pd.DataFrame(_LICENCES.items(), columns=["Part", "Licence"]).set_index("Part"))
    st.header("This machine")
    if _PAGE not in session().jobs:
        start(_PAGE, describe, limit_s=_LIMIT_S)
    found = outcome(_PAGE, "")
    if found is not None:
        _information(found)
    elif not busy(_PAGE):
        st.button("Look again", icon=":material/refresh:", on_click=forget, args=(_PAGE,))


def _information(found: dict[str, Any]) -> None:
    # Cells of a table are Markdown too. Where a model lies is nobody's business but the server's.
    rows = {
        plain(str(name)): "found" if Path(str(value)).is_absolute() else plain(str(value))
        for name, value in found.items()
    }
    st.table(pd.DataFrame(rows.items(), columns=["What", "Found"]).set_index("What"))
