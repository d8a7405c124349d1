"""The Report page: entities of an annual report in its text and its table, and its figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence

import streamlit as st

from secateur.app import paging
from secateur.app.controls import choose, settings
from secateur.app.corrections import correct, edited, offer_addition, offer_downloads
from secateur.app.entity_table import show_entities
from secateur.app.figures import show_figures
from secateur.app.labels import colour, in_order, spelled
from secateur.app.plain import plain, plain_line
from secateur.app.reading import show_reading
from secateur.app.running import busy, forget, made_with, outcome, show_origin, start, start_button
from secateur.app.tasks import ReportResult, look, read_report
from secateur.app.turning import page_at, show_page, turn_to
from secateur.app.viewer import Mark
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.finance.statements.comparison.figures import Source

_PAGE = "report"
_LOOK = "report-look"
_CHOSEN = "report-entity"
_KNOWN = "report-known-labels"
_TABLE = "report-table"
_CHOICES = ("report-at", "report-view", "report-periods", "report-labels", "report-score")
"""What a user chose for an earlier result."""
_EMPTY = "The entities of the report will appear here, in its text and in a table."
_VIEWS = {"text": "Text", "figures": "Statements"}


def show() -> None:
    """Shows the page."""
    st.title("Report")
    st.caption("Companies, people, places, amounts and dates of an annual report.")
    path = choose(_PAGE, ("report",), "Annual report")
    chosen = settings(_PAGE)
    asked = (path, chosen.options)
    if start_button("Find entities", _PAGE, ready=path is not None):
        for key in (_CHOSEN, _KNOWN, *_CHOICES):
            st.session_state.pop(key, None)
        forget(_LOOK)
        start(_PAGE, read_report, *asked, limit_s=chosen.limit_s)
        st.rerun()
    result = outcome(_PAGE, _EMPTY)
    if result is None:
        return
    show_origin(_PAGE, asked)
    _, options = made_with(_PAGE)

    def ask(entity: Entity) -> None:
        """Asks the model what it reads for an entity."""
        start(
            _LOOK, look, result.document, "finance", options, entity.start, entity.end,
            limit_s=chosen.limit_s,
        )  # fmt: skip

    _result(result, ask)


def _result(result: ReportResult, ask: Callable[[Entity], None]) -> None:
    document = result.document
    _figures(result)
    for warning in document.warnings:
        st.caption(f":material/info: {plain_line(warning)}.")
    if not result.entities:
        st.info("No entities were found in this document.", icon=":material/search_off:")
    entities = edited(document, result.entities)
    view = st.segmented_control(
        "View", list(_VIEWS), default="text", required=True, format_func=_VIEWS.__getitem__,
        key="report-view", label_visibility="collapsed", persist_state="session",
    )  # fmt: skip
    if view == "figures":
        show_figures(
            result.figures, on_figure=lambda place: _show_in_text(document, entities, place)
        )
        return
    shown = _filtered(entities)
    text, table = st.columns([3, 2], gap="medium")
    with table:
        chosen = next((e for e in shown if e.start == st.session_state.get(_CHOSEN)), None)
        # Above the table: on a phone it then follows the text that it was chosen in.
        if chosen is not None:
            _detail(document, chosen, ask)
        if entities:
            _table(document, shown, chosen)
        offer_addition(document, entities, page_at(document, _PAGE))
        offer_downloads(document, entities, shown)
    with text:
        show_page(
            document,
            lambda page: [_mark(e) for e in shown if page.start < e.end and e.start < page.end],
            key=_PAGE,
            on_click=lambda at: _choose(document, int(at)),
        )


def _figures(result: ReportResult) -> None:
    figures = [
        ("Tokens read", f"{result.tokens:,}", "All of the document's; nothing is cut off."),
        ("Entities", f"{len(result.entities):,}", "As the model found them."),
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
    _show_new(counts)
    left, right = st.columns([3, 2], gap="medium")
    labels = left.pills(
        "Labels",
        in_order(counts),
        selection_mode="multi",
        format_func=lambda label: f"{spelled(label)} {counts[label]:,}",
        key="report-labels",
        persist_state="session",
        wrap=True,
    )
    least = right.slider(
        "Lowest score", 0.0, 1.0, 0.0, 0.05, key="report-score", persist_state="session"
    )
    return [entity for entity in entities if entity.label in labels and entity.score >= least]


def _show_new(labels: Collection[str]) -> None:
    """Lets all labels pass at first, and then those that a correction brings."""
    before = st.session_state.get(_KNOWN, ())
    shown = st.session_state.get("report-labels")
    if shown is None:
        st.session_state["report-labels"] = list(labels)
    elif new := [label for label in labels if label not in before]:
        st.session_state["report-labels"] = [*shown, *new]
    st.session_state[_KNOWN] = list(labels)


def _table(document: Document, entities: Sequence[Entity], chosen: Entity | None) -> None:
    if not entities:
        st.info("No entity passes the filters.", icon=":material/filter_alt_off:")
        return
    # The browser keeps the number of the row, whichever entity a correction or a filter puts there.
    ticked = [] if chosen is None else [entities.index(chosen)]
    if _ticked() != ticked:
        st.session_state[_TABLE] = {"selection": {"rows": ticked}}
    show_entities(entities, on_select=lambda: _choose_row(document, entities), key=_TABLE)


def _ticked() -> list[int]:
    table = st.session_state.get(_TABLE)
    return list(table["selection"]["rows"]) if table else []


def _choose_row(document: Document, entities: Sequence[Entity]) -> None:
    rows = _ticked()
    if rows:
        _choose(document, entities[rows[0]].start)
    else:
        st.session_state.pop(_CHOSEN, None)


def _choose(document: Document, start: int) -> None:
    if st.session_state.get(_CHOSEN) != start:
        forget(_LOOK)
    st.session_state[_CHOSEN] = start
    _turn(document, start)


def _turn(document: Document, start: int) -> None:
    turn_to(_PAGE, paging.page_of(paging.pages(document), start))


def _show_in_text(document: Document, entities: Sequence[Entity], place: Source) -> None:
    """Shows where a figure stands; filters that leave it out give way."""
    st.session_state["report-view"] = "text"
    found = (each for each in entities if each.start < place.end and place.start < each.end)
    entity = next(found, None)
    if entity is None:  # a dash is a figure of a statement and no entity
        _turn(document, place.start)
        return
    labels = st.session_state.get("report-labels", [entity.label])
    if entity.label not in labels:
        st.session_state["report-labels"] = [*labels, entity.label]
    if st.session_state.get("report-score", 0.0) > entity.score:
        st.session_state["report-score"] = 0.0
    _choose(document, entity.start)


def _detail(document: Document, entity: Entity, ask: Callable[[Entity], None]) -> None:
    with st.container(border=True):
        place = f"characters {entity.start:,} to {entity.end:,}"
        if entity.section:
            place = f"{plain(entity.section)}, {place}"
        st.markdown(f"**{plain(entity.text)}** · {spelled(entity.label)} · {entity.score:.2f}")
        st.caption(" · ".join([place, *map(plain, _meaning(entity))]))
        if entity.sentence:
            st.markdown(f"In its sentence: {plain(entity.sentence)}")
        correct(entity)
        st.button(
            "What the model read", icon=":material/visibility:", on_click=ask, args=(entity,),
            disabled=busy(_LOOK), help="Runs the model once more and shows it for each layer.",
        )  # fmt: skip
        readings = outcome(_LOOK, "")
        if readings is not None:
            pieces = [(passage.start, passage.end) for passage in document.passages]
            show_reading(
                document, readings, (entity.start, entity.end), pieces, key=_LOOK,
                on_place=lambda at: _turn(document, at),
            )  # fmt: skip


def _meaning(entity: Entity) -> list[str]:
    """What a figure is worth, where that is known."""
    found = [] if entity.value is None else [f"{entity.value:,f} {entity.unit or ''}".strip()]
    return [*found, *filter(None, (entity.period, entity.concept))]


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
