"""What a person does with a summary: edits, approves, and leaves for another document."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from page_harness import DOCUMENT, SUMMARY, job, press, show
from streamlit.testing.v1 import AppTest

from secateur.app.session import session
from secateur.app.tasks import NoteResult
from secateur.app.viewer import Card, Mark
from secateur.pipelines.clinical.handover.review import Review, Version
from secateur.pipelines.document.document import Document, Section
from secateur.pipelines.document.summary import Evidence, Prescription, SummarySentence
from secateur.pipelines.runs.jobs.processes import State

RESULT = NoteResult(DOCUMENT, SUMMARY, density=0.25, seconds=3.5)
OWN = "Bolt did."


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are done at once: notes give the same result, and edits are taken as they are."""

    def summarise(page: str, task: object, *arguments: Any, limit_s: float) -> None:
        session().jobs[page] = job(State.DONE, arguments, result=RESULT)

    def check(
        page: str,
        task: object,
        document: Document,
        before: Sequence[SummarySentence],
        texts: Sequence[str],
        *,
        limit_s: float,
    ) -> None:
        known = {sentence.text: sentence for sentence in before}
        edited = tuple(known.get(text) or SummarySentence(text, (), 1.0) for text in texts)
        version = Version("edited", "2026-01-01T00:00:00+00:00", edited, {"supported": ("bolt",)})
        session().jobs[page] = job(State.DONE, result=version)

    monkeypatch.setattr("secateur.app.note.start", summarise)
    monkeypatch.setattr("secateur.app.review.start", check)


@pytest.fixture
def cards(monkeypatch: pytest.MonkeyPatch) -> list[Card]:
    """The cards that were shown last."""
    latest: list[Card] = []

    def take(shown: Sequence[Card], **more: object) -> None:
        latest[:] = shown

    monkeypatch.setattr("secateur.app.note.show_cards", take)
    return latest


@pytest.fixture
def record(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The record that the page offers to download now."""
    latest: dict[str, Any] = {}
    write = Review.as_json

    def take(review: Review) -> str:
        latest.update(json.loads(write(review)))
        return write(review)

    monkeypatch.setattr(Review, "as_json", take)
    return latest


def summarised() -> AppTest:
    page = show("note")
    press(page, "Summarise")
    return page


def write(page: AppTest, text: str) -> None:
    page.text_area[0].set_value(text).run()


def edit(page: AppTest, text: str) -> None:
    write(page, text)
    press(page, "Save")


def approve(page: AppTest) -> Any:
    return next(button for button in page.button if button.label == "Approve")


def test_what_an_unsaved_edit_would_replace_is_not_approved(record: dict[str, Any]) -> None:
    page = summarised()
    write(page, OWN)
    assert approve(page).disabled
    assert any("not saved yet" in caption.value for caption in page.caption)
    press(page, "Save")
    assert not approve(page).disabled
    press(page, "Approve")
    assert record["summary"] == OWN
    assert record["approved"]


def test_approval_that_comes_with_an_unsaved_edit_is_none_and_the_edit_stays(
    record: dict[str, Any],
) -> None:
    page = summarised()
    page.text_area[0].set_value(OWN)
    press(page, "Approve")
    assert not record["approved"]
    assert page.text_area[0].value == OWN


def test_edit_and_approval_are_there_again_when_their_note_is() -> None:
    page = summarised()
    edit(page, OWN)
    press(page, "Approve")
    page.toggle(key="note-hide").set_value(True).run()
    press(page, "Summarise")
    assert not page.success
    page.toggle(key="note-hide").set_value(False).run()
    press(page, "Summarise")
    assert page.success[0].value.startswith("Approved")
    assert page.text_area[0].value == OWN


def test_terms_are_those_of_the_edited_summary(record: dict[str, Any]) -> None:
    page = summarised()
    edit(page, OWN)
    assert "Terms that the note knows (1)" in [part.label for part in page.expander]
    assert record["terms"] == {"supported": ["bolt"]}


def test_drugs_that_are_stopped_stand_beside_those_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = replace(SUMMARY, medications=("aspirin", "iron"), stopped=("ibuprofen",))
    monkeypatch.setitem(globals(), "RESULT", replace(RESULT, summary=listed))
    labels = [part.label for part in summarised().expander]
    at = labels.index("Medications (2)")
    assert labels[at + 1] == "Stopped medications (1)"


def test_a_drug_shows_how_it_is_taken_and_leads_to_its_place(
    monkeypatch: pytest.MonkeyPatch, cards: list[Card]
) -> None:
    place = Evidence(14, 19, DOCUMENT.text[14:19], "Item 1")
    told = (Prescription("aspirin", "81 mg", "PO", "daily", place), Prescription("iron"))
    listed = replace(SUMMARY, medications=("aspirin", "iron"), prescriptions=told)
    monkeypatch.setitem(globals(), "RESULT", replace(RESULT, summary=listed))
    shown: list[Mark] = []
    monkeypatch.setattr("secateur.app.note.show_text", lambda text, marks, **more: take(marks))

    def take(marks: Sequence[Mark]) -> None:
        shown[:] = marks

    page = summarised()
    assert [(card.text, card.detail) for card in cards] == [
        ("aspirin 81 mg PO daily", "Item 1"),
        ("iron", ""),
    ]
    page.session_state["note-drug"] = 0
    page.run()
    assert cards[0].selected
    assert [(mark.start, mark.end) for mark in shown if mark.key == "drug"] == [(14, 19)]


@pytest.mark.parametrize("start", [0, 5], ids=["at the heading", "behind it"])
def test_section_that_is_gone_to_leaves_the_evidence_on_its_line_marked(
    monkeypatch: pytest.MonkeyPatch, start: int
) -> None:
    rests = Evidence(start, 13, DOCUMENT.text[start:13], "Item 1")
    summary = replace(SUMMARY, sentences=(SummarySentence("Acme paid.", (rests,), 0.8),))
    document = replace(DOCUMENT, sections=(Section(0, 13, "Item 1", 1.0),))
    monkeypatch.setitem(globals(), "RESULT", replace(RESULT, document=document, summary=summary))
    shown: list[Mark] = []
    monkeypatch.setattr("secateur.app.note.show_text", lambda text, marks, **more: take(marks))

    def take(marks: Sequence[Mark]) -> None:
        shown[:] = marks

    page = summarised()
    page.button_group(key="note-section").set_value(0).run()
    assert [(mark.start, mark.end) for mark in shown if mark.key == "1"] == [(start, 13)]
    assert [(mark.start, mark.end) for mark in shown if mark.key == "section"] == (
        [(0, start)] if start else []
    )
    assert [mark.start for mark in shown if mark.selected] == [0]


def test_persons_sentence_bears_no_score_and_is_not_chosen_in_anothers_place(
    cards: list[Card],
) -> None:
    page = summarised()
    page.session_state["note-sentence"] = 1
    page.run()
    assert [card.selected for card in cards] == [True, False]
    assert "Confidence 0.80" in cards[0].detail
    edit(page, OWN)
    (card,) = cards
    assert card.detail == "Written by you"
    assert not card.selected


def test_who_takes_all_sentences_out_is_not_told_that_the_model_wrote_none() -> None:
    page = summarised()
    edit(page, "")
    assert "You took all sentences out." in [info.value for info in page.info]
