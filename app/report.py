"""The Report page: entities of an annual report, in its text and in a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from secateur.app import paging
from secateur.app.controls import choose, settings
from secateur.app.labels import colour, in_order, spelled
from secateur.app.plain import plain, plain_line
from secateur.app.running import busy, outcome, start
from secateur.app.viewer import Mark, show_text
from secateur.pipelines.document import Document, Entity
from secateur.pipelines.export.formats import FORMATS
from secateur.pipelines.tasks import ReportResult, read_report

_PAGE = "report"
_CHOSEN = "report-entity"
_AT = "report-at"
_EMPTY = "The entities of the report will appear here, in its text and in a table."


def show() -> None:
    """Shows the page."""
    st.title("Report")
    st.caption("Companies, people, places, amounts and dates of an annual report.")
    path = choose(_PAGE, ("report",), "Annual report")
    chosen = settings(_PAGE)
    if st.button("Find entities", type="primary", disabled=path is None or busy(_PAGE)):
        for key in (_CHOSEN, _AT, "report-labels", "report-score"):
            st.session_state.pop(key, None)
        start(_PAGE, read_report, path, chosen.options, limit_s=chosen.limit_s)
    result = outcome(_PAGE, _EMPTY)
    if result is not None:
        _result(result)


def _result(result: ReportResult) -> None:
    _figures(result)
    for warning in result.document.warnings:
        st.caption(f":material/info: {plain_line(warning)}.")
    if not result.entities:
        st.info("No entities were found in this document.", icon=":material/search_off:")
    entities = _filtered(result.entities)
    text, table = st.columns([3, 2], gap="medium")
    with table:
        _table(result.document, entities)
    with text:
        _text(result.document, entities)


def _figures(result: ReportResult) -> None:
    figures = [
        ("Tokens read", f"{result.tokens:,}", "All of the document's; nothing is cut off."),
        ("Entities", f"{len(result.entities):,}", None),
        (
            "Attention computed",
            "all" if result.density is None else f"{result.density:.1%}",
            "Share of the pairs of tokens that the model looked at.",
        ),
        ("Seconds", f"{result.seconds:.1f}", "Reading the file and finding its entities."),
    ]
    row = st.container(horizontal=True, gap="large")
    for name, value, help_text in figures:
        row.metric(name, value, help=help_text, width="content")
    dropped = result.document.coverage.dropped
    if dropped:
        left_out = ", ".join(f"{count:,} ({plain(why)})" for why, count in dropped.items())
        st.caption(f"Characters left out because a reader does not see them: {left_out}.")


def _filtered(entities: Sequence[Entity]) -> list[Entity]:
    """Shows the filters and returns what passes them."""
    counts = Counter(entity.label for entity in entities)
    if not counts:
        return []
    left, right = st.columns([3, 2], gap="medium")
    labels = left.pills(
        "Labels",
        in_order(counts),
        selection_mode="multi",
        default=in_order(counts),
        format_func=lambda label: f"{spelled(label)} {counts[label]:,}",
        key="report-labels",
        wrap=True,
    )
    least = right.slider("Lowest score", 0.0, 1.0, 0.0, 0.05, key="report-score")
    return [entity for entity in entities if entity.label in labels and entity.score >= least]


def _table(document: Document, entities: Sequence[Entity]) -> None:
    if entities:
        rows = pd.DataFrame(
            {
                "Text": [entity.text for entity in entities],
                "Label": [spelled(entity.label) for entity in entities],
                "Score": [entity.score for entity in entities],
                "Section": [entity.section or "" for entity in entities],
            }
        )
        st.dataframe(
            rows,
            hide_index=True,
            height=420,
            on_select=lambda: _choose_row(document, entities),
            selection_mode="single-row",
            column_config={"Score": st.column_config.NumberColumn(format="%.2f", width="small")},
            key="report-table",
        )
    else:
        st.info("No entity passes the filters.", icon=":material/filter_alt_off:")
    chosen = next((e for e in entities if e.start == st.session_state.get(_CHOSEN)), None)
    if chosen is not None:
        _detail(chosen)
    left, right = st.columns(2)
    for column, form, mime in ((left, "jsonl", "application/jsonl"), (right, "csv", "text/csv")):
        column.download_button(
            f"{form.upper()} ({len(entities):,})",
            # Made when it is asked for: a filing has thousands of records.
            partial(_written, document, entities, form),
            file_name=f"{document.doc_id}.{form}",
            mime=mime,
            icon=":material/download:",
            width="stretch",
            help="The entities that pass the filters.",
        )


def _written(document: Document, entities: Sequence[Entity], form: str) -> bytes:
    return FORMATS[form].write(document, entities)[form]


def _choose_row(document: Document, entities: Sequence[Entity]) -> None:
    rows = st.session_state["report-table"].selection.rows
    if rows:
        _choose(document, entities[rows[0]].start)


def _choose(document: Document, start: int) -> None:
    st.session_state[_CHOSEN] = start
    st.session_state[_AT] = paging.page_of(paging.pages(document), start)


def _detail(entity: Entity) -> None:
    with st.container(border=True):
        place = f"characters {entity.start:,} to {entity.end:,}"
        if entity.section:
            place = f"{plain(entity.section)}, {place}"
        st.markdown(f"**{plain(entity.text)}** · {spelled(entity.label)} · {entity.score:.2f}")
        st.caption(place)
        if entity.sentence:
            st.markdown(f"What the model read: {plain(entity.sentence)}")


def _text(document: Document, entities: Sequence[Entity]) -> None:
    found = paging.pages(document)
    at = min(st.session_state.get(_AT, 0), len(found) - 1)
    row = st.container(horizontal=True, vertical_alignment="bottom")
    row.button(
        "", icon=":material/chevron_left:", help="Page before", disabled=at == 0,
        on_click=_turn, args=(at - 1,), key="report-back",
    )  # fmt: skip
    st.session_state[_AT] = at
    row.selectbox(
        "Part of the report",
        range(len(found)),
        format_func=lambda index: _name(found, index),
        key=_AT,
    )
    row.button(
        "", icon=":material/chevron_right:", help="Next page", disabled=at == len(found) - 1,
        on_click=_turn, args=(at + 1,), key="report-forth",
    )  # fmt: skip
    page = found[at]
    show_text(
        document.text,
        [_mark(e) for e in entities if page.start < e.end and e.start < page.end],
        key="report-text",
        on_click=lambda start: _choose(document, int(start)),
        start=page.start,
        end=page.end,
    )


def _turn(at: int) -> None:
    st.session_state[_AT] = at


def _name(found: Sequence[paging.Page], index: int) -> str:
    page = found[index]
    section = page.section or "Front matter"
    return f"{section}, part {page.number} · page {index + 1} of {len(found)}"


def _mark(entity: Entity) -> Mark:
    return Mark(
        entity.start,
        entity.end,
        key=str(entity.start),
        tag=entity.label,
        colour=colour(entity.label),
        title=f"{spelled(entity.label)}, score {entity.score:.2f}",
        selected=entity.start == st.session_state.get(_CHOSEN),
    )
