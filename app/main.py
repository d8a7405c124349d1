"""The page, started by `secateur app`."""

from __future__ import annotations

import streamlit as st

from secateur.app import about, compare, note, report
from secateur.app.session import session, worker

_PAGES = (
    (report.show, "Report", "report", ":material/finance:"),
    (note.show, "Note", "note", ":material/clinical_notes:"),
    (compare.show, "Compare", "compare", ":material/balance:"),
    (about.show, "About", "about", ":material/info:"),
)


def main() -> None:
    """Shows the page that the address names."""
    st.set_page_config("Secateur", ":material/content_cut:", layout="wide")
    session()
    worker()
    pages = [
        st.Page(show, title=title, url_path=path, icon=icon, default=path == "report")
        for show, title, path, icon in _PAGES
    ]
    st.navigation(pages, position="top").run()


if __name__ == "__main__":
    main()
