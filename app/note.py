"""The Note page: a summary of a clinical note, each sentence with its places in the note."""

from __future__ import annotations

import streamlit as st

from secateur.app.controls import choose, settings
from secateur.app.labels import EVIDENCE
from secateur.app.plain import plain_line
from secateur.app.running import busy, outcome, start
from secateur.app.viewer import Card, Mark, show_cards, show_text
from secateur.pipelines.document import Summary, SummarySentence
from secateur.pipelines.export.records import summary_as_json
from secateur.pipelines.tasks import NoteResult, read_note

_PAGE = "note"
_CHOSEN = "note-sentence"
_EMPTY = "The summary will appear here, beside the note."


def show() -> None:
    """Shows the page."""
    st.title("Note")
    st.caption("A short summary of a clinical note, and where in the note each sentence rests.")
    path = choose(_PAGE, ("note",), "Clinical note")
    chosen = settings(_PAGE)
    if st.button("Summarise", type="primary", disabled=path is None or busy(_PAGE)):
        st.session_state.pop(_CHOSEN, None)
        start(_PAGE, read_note, path, chosen.options, limit_s=chosen.limit_s)
    result = outcome(_PAGE, _EMPTY)
    if result is not None:
        _result(result)
    st.caption("Not a medical device. Read the note before you act on a summary.")


def _result(result: NoteResult) -> None:
    summary, document = result.summary, result.document
    for warning in document.warnings:
        st.caption(f":material/info: {plain_line(warning)}.")
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.subheader("Summary")
        if summary.sentences:
            st.caption("Choose a sentence to see what it rests on.")
            cards = [_card(number, s) for number, s in enumerate(summary.sentences, 1)]
            show_cards(cards, key="note-cards", on_click=_choose)
        else:
            st.info("The model wrote nothing for this note.", icon=":material/notes:")
        _cost(result)
        st.download_button(
            "JSON",
            summary_as_json(summary),
            file_name=f"{document.doc_id}.summary.json",
            mime="application/json",
            icon=":material/download:",
        )
    with right:
        st.subheader("Note")
        show_text(document.text, _marks(summary), key="note-text", on_click=_choose)


def _cost(result: NoteResult) -> None:
    kept = "full attention" if result.density is None else f"{result.density:.1%} of attention"
    st.caption(
        f"{result.summary.tokens:,} tokens read, all of the note's; {kept} computed; "
        f"{result.seconds:.1f} s, of which reading {result.summary.timings['prefill_s']:.1f} s "
        f"and writing {result.summary.timings['decode_s']:.1f} s."
    )


def _choose(numbers: str) -> None:
    """Chooses a sentence; a place that several rest on leads to each of them in turn."""
    offered = [int(number) for number in numbers.split(",")]
    now = st.session_state.get(_CHOSEN)
    following = offered.index(now) + 1 if now in offered else 0
    st.session_state[_CHOSEN] = offered[following % len(offered)]


def _card(number: int, sentence: SummarySentence) -> Card:
    places = sorted({evidence.section or "start of the note" for evidence in sentence.evidence})
    count = len(sentence.evidence)
    detail = f"Confidence {sentence.confidence:.2f}"
    if count:
        detail = f"{count} {'place' if count == 1 else 'places'}: {', '.join(places)} · {detail}"
    return Card(
        key=str(number),
        text=f"{number}. {sentence.text}",
        detail=detail,
        flags=sentence.flags,
        selected=number == st.session_state.get(_CHOSEN),
    )


def _marks(summary: Summary) -> list[Mark]:
    """Marks each place once, with the numbers of the sentences that rest on it."""
    places: dict[tuple[int, int], list[int]] = {}
    for number, sentence in enumerate(summary.sentences, 1):
        for evidence in sentence.evidence:
            places.setdefault((evidence.start, evidence.end), []).append(number)
    chosen = st.session_state.get(_CHOSEN)
    return [
        Mark(
            start,
            end,
            key=",".join(map(str, numbers)),
            tag=" ".join(map(str, numbers)),
            colour=EVIDENCE,
            title=f"Rests here: sentence {' and '.join(map(str, numbers))}",
            selected=chosen in numbers,
        )
        for (start, end), numbers in sorted(places.items())
    ]
