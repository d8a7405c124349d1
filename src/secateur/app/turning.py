"""Turning the pages of a long document: the same on every page that shows one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from secateur.app import paging
from secateur.app.viewer import Mark, show_text
from secateur.pipelines.document.document import Document


def turn_to(page: str, number: int) -> None:
    """Turns to a page of the document that a page of the application shows."""
    st.session_state[f"{page}-at"] = number


def page_at(document: Document, page: str) -> paging.Page:
    """Returns the page of the document that is turned to."""
    found = paging.pages(document)
    return found[min(st.session_state.get(f"{page}-at", 0), len(found) - 1)]


def show_page(
    document: Document,
    marks: Callable[[paging.Page], Sequence[Mark]],
    *,
    key: str,
    on_click: Callable[[str], None],
) -> None:
    """Shows the page that the user has turned to, with controls to turn.

    Args:
        document: The document.
        marks: Gives the marks of a page.
        key: Name of the application's page.
        on_click: Given the key of a clicked mark.
    """
    found = paging.pages(document)
    state = f"{key}-at"
    page = page_at(document, key)
    at = found.index(page)
    row = st.container(horizontal=True, vertical_alignment="bottom")
    row.button(
        "Previous", help="Page before", disabled=at == 0,
        on_click=turn_to, args=(key, at - 1), key=f"{key}-back",
    )  # fmt: skip
    st.session_state[state] = at
    row.selectbox(
        "Part of the document",
        range(len(found)),
        format_func=lambda index: _name(found, index),
        key=state,
        persist_state="session",
    )
    row.button(
        "Next", help="Next page", disabled=at == len(found) - 1,
        on_click=turn_to, args=(key, at + 1), key=f"{key}-forth",
    )  # fmt: skip
    show_text(
        document.text, marks(page), key=f"{key}-text", on_click=on_click,
        start=page.start, end=page.end,
    )  # fmt: skip


def _name(found: Sequence[paging.Page], index: int) -> str:
    page = found[index]
    section = page.section or "Front matter"
    return f"{section}, part {page.number} · page {index + 1} of {len(found)}"
