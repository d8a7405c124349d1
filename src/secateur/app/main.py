"""The page, started by `secateur app`."""

from __future__ import annotations

import streamlit as st

from secateur.app import about, attention, batch, compare, domains, evaluate, note, report
from secateur.app.session import session, worker
from secateur.app.signin import admitted

_PAGES = (
    (report.show, "Report", "report", ":material/finance:"),
    (note.show, "Note", "note", ":material/clinical_notes:"),
    (compare.show, "Compare", "compare", ":material/balance:"),
    (attention.show, "Attention", "attention", ":material/visibility:"),
    (batch.show, "Batch", "batch", ":material/folder_open:"),
    (evaluate.show, "Evaluate", "evaluate", ":material/grading:"),
    (domains.show, "Domains", "domains", ":material/tune:"),
    (about.show, "About", "about", ":material/info:"),
)
# Drawn here, because Streamlit fetches the icons that it names from another machine.
_ICON = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none"
stroke="#0072b2" stroke-width="2.4" stroke-linecap="round">
<circle cx="6" cy="6" r="3"/><circle cx="6" cy="18" r="3"/>
<path d="M8.5 8 20 19M8.5 16 20 5"/></svg>"""


def main() -> None:
    """Shows the page that the address names."""
    st.set_page_config("Secateur", _ICON, layout="wide")
    if not admitted():
        return
    session()
    worker()
    pages = [
        st.Page(show, title=title, url_path=path, icon=icon) for show, title, path, icon in _PAGES
    ]
    # Streamlit serves a default page at "/" only, and the first page would be it.
    start = st.Page(
        lambda: st.switch_page(pages[0]), title="Secateur", url_path="start", default=True,
        visibility="hidden",
    )  # fmt: skip
    page = st.navigation([start, *pages], position="top")
    st.set_page_config(page.title if page is start else f"{page.title} · Secateur")
    page.run()


if __name__ == "__main__":
    main()
