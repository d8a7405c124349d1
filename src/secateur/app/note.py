"""The Note page: a summary of a clinical note, each sentence with its places in the note."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace

import streamlit as st

from secateur.app.controls import NUMBERS, choose, settings
from secateur.app.labels import EVIDENCE, HEADING
from secateur.app.names import told_apart
from secateur.app.plain import plain, plain_line
from secateur.app.review import CHOSEN, end_check, review_of, show_review
from secateur.app.running import outcome, show_origin, start, start_button
from secateur.app.tasks import NoteResult, read_note
from secateur.app.viewer import Card, Mark, show_cards, show_copy, show_text
from secateur.pipelines.clinical.handover.review import Review
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.document.summary import Prescription, Summary, SummarySentence

_PAGE = "note"
_SECTION = "note-section"
_DRUG = "note-drug"
_WENT_TO = ("section", "drug")
"""Keys of marks that rest no sentence."""
_EMPTY = "The summary will appear here, beside the note."


def show() -> None:
    """Shows the page."""
    st.title("Note")
    st.caption("A short summary of a clinical note, and where in the note each sentence rests.")
    path = choose(_PAGE, ("note",), "Clinical note")
    row = st.container(horizontal=True, gap="large", vertical_alignment="bottom")
    hide = row.toggle(
        "Hide identifiers", key="note-hide", persist_state="session",
        help="Names, dates, numbers and addresses are taken out before the model reads the note, "
        "and shown and downloaded nowhere. Rules and a tagger find them and miss some; the name "
        "of the file stays.",
    )  # fmt: skip
    chosen = settings(_PAGE, dtypes=tuple(NUMBERS))
    asked = (path, chosen.options, hide)
    if start_button("Summarise", _PAGE, ready=path is not None):
        for key in (CHOSEN, _SECTION, _DRUG):
            st.session_state.pop(key, None)
        end_check()
        start(_PAGE, read_note, *asked, limit_s=chosen.limit_s)
        st.rerun()
    result = outcome(_PAGE, _EMPTY)
    if result is not None:
        show_origin(_PAGE, asked)
        _result(result)
    st.caption("Not a medical device. Read the note before you act on a summary.")


def _result(result: NoteResult) -> None:
    document = result.document
    review = review_of(result.summary)
    for warning in document.warnings:
        st.caption(f":material/info: {plain_line(warning)}.")
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.header("Summary")
        if review.sentences:
            st.caption("Choose a sentence to see what it rests on.")
            cards = [
                _card(number, sentence, written=sentence in review.summary.sentences)
                for number, sentence in enumerate(review.sentences, 1)
            ]
            show_cards(cards, key="note-cards", on_click=_choose)
        elif review.summary.sentences:
            st.info("You took all sentences out.", icon=":material/notes:")
        else:
            st.info("The model wrote nothing for this note.", icon=":material/notes:")
        show_copy("Copy the summary", review.text, key="note-copy")
        show_review(document, review)
        _lists(review.holds)
        _cost(result)
    with right:
        st.header("Note")
        _note(document, review)


def _note(document: Document, review: Review) -> None:
    names = told_apart((section.name for section in document.sections), "{} {}")
    if names:
        st.pills(
            "Sections", range(len(names)), format_func=names.__getitem__, key=_SECTION,
            wrap=True,
            on_change=_leave_place,
        )  # fmt: skip
    show_text(
        document.text,
        _marks(document, review),
        key="note-text",
        on_click=lambda key: None if key in _WENT_TO else _choose(key),
    )


def _lists(summary: Summary) -> None:
    """Shows what stands in lists, each with its button to copy."""
    terms = summary.terms
    _medications(summary)
    parts = {
        "Stopped medications": list(summary.stopped),
        "Allergies": list(summary.allergies),
        "Follow-up": [place.text for place in summary.follow_up],
        "Terms that the note knows": list(terms.get("supported", ())),
        "Terms that it does not": list(terms.get("unsupported", ())),
    }
    for name, entries in parts.items():
        if entries:
            with st.expander(f"{name} ({len(entries)})"):
                st.markdown("\n".join(f"- {plain(entry)}" for entry in entries))
                show_copy("Copy the list", "\n".join(entries), key=f"note-copy-{name}")


def _medications(summary: Summary) -> None:
    """Shows how each drug is taken; a click leads to where the note says so."""
    drugs = summary.prescriptions or tuple(map(Prescription, summary.medications))
    if not drugs:
        return
    entries = [" ".join(filter(None, (d.name, d.dose, d.route, d.frequency))) for d in drugs]
    cards = [
        Card(
            key=str(number),
            text=entry,
            detail=(drug.evidence.section if drug.evidence else None) or "",
            selected=number == st.session_state.get(_DRUG),
        )
        for number, (drug, entry) in enumerate(zip(drugs, entries, strict=True))
    ]
    with st.expander(f"Medications ({len(cards)})"):
        show_cards(cards, key="note-drugs", on_click=_choose_drug)
        show_copy("Copy the list", "\n".join(entries), key="note-copy-Medications")


def _choose_drug(number: str) -> None:
    _leave_place()
    st.session_state[_SECTION] = None
    st.session_state[_DRUG] = int(number)


def _leave_place() -> None:
    """Forgets the sentence or drug that was chosen."""
    for key in (CHOSEN, _DRUG):
        st.session_state.pop(key, None)


def _cost(result: NoteResult) -> None:
    timings = result.summary.timings
    read = f"{result.summary.tokens:,} tokens read, all of the note's"
    if not timings["prefill_s"]:
        st.caption(f"{read}; said in its own words, without the model; {result.seconds:.1f} s.")
        return
    kept = "full attention" if result.density is None else f"{result.density:.1%} of attention"
    st.caption(
        f"{read}; {kept} computed; {result.seconds:.1f} s, of which reading "
        f"{timings['prefill_s']:.1f} s and writing {timings['decode_s']:.1f} s."
    )


def _choose(numbers: str) -> None:
    """Chooses a sentence; a place that several rest on leads to each of them in turn."""
    st.session_state[_SECTION] = None
    st.session_state.pop(_DRUG, None)
    offered = [int(number) for number in numbers.split(",")]
    now = st.session_state.get(CHOSEN)
    following = offered.index(now) + 1 if now in offered else 0
    st.session_state[CHOSEN] = offered[following % len(offered)]


def _card(number: int, sentence: SummarySentence, *, written: bool) -> Card:
    """The card of a sentence, which the model has `written` or a person."""
    places = sorted({evidence.section or "start of the note" for evidence in sentence.evidence})
    count = len(sentence.evidence)
    detail = f"Confidence {sentence.confidence:.2f}" if written else "Written by you"
    if count:
        detail = f"{quantity(count, 'place')}: {', '.join(places)} · {detail}"
    return Card(
        key=str(number),
        text=f"{number}. {sentence.text}",
        detail=detail,
        flags=sentence.flags,
        selected=number == st.session_state.get(CHOSEN),
    )


def _marks(document: Document, review: Review) -> list[Mark]:
    """Marks each place once, with the numbers of its sentences, and the chosen section."""
    places: dict[tuple[int, int], list[int]] = {}
    for number, sentence in enumerate(review.sentences, 1):
        for evidence in sentence.evidence:
            places.setdefault((evidence.start, evidence.end), []).append(number)
    chosen = st.session_state.get(CHOSEN)
    marks = [
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
    section = st.session_state.get(_SECTION)
    if section is not None and section < len(document.sections):
        _insert(marks, _heading(document, document.sections[section].start))
    drugs, drug = review.summary.prescriptions, st.session_state.get(_DRUG)
    if drug is not None and drug < len(drugs) and (place := drugs[drug].evidence):
        _insert(marks, _went_to(place.start, place.end, "drug", "Drug that you chose"))
    return marks


def _heading(document: Document, start: int) -> Mark:
    """Marks the first line of a section."""
    end = document.text.find("\n", start)
    end = len(document.text) if end < 0 else end
    return _went_to(start, end, "section", "Section that you went to")


def _went_to(start: int, end: int, key: str, title: str) -> Mark:
    return Mark(start, end, key=key, tag="", colour=HEADING, title=title, selected=True)


def _insert(marks: list[Mark], mark: Mark) -> None:
    """Puts a mark between the others, cut where the next one begins.

    Where another stands already it is that one which is gone to.
    """
    number = bisect_right(marks, mark.start, key=lambda other: other.start)
    if number and marks[number - 1].end > mark.start:
        marks[number - 1] = replace(marks[number - 1], selected=True)
        return
    following = marks[number].start if number < len(marks) else mark.end
    marks.insert(number, replace(mark, end=min(mark.end, following)))
