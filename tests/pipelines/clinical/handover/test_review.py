"""Edits and approval of a summary."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from secateur.pipelines.clinical.handover.review import Review, reexamine
from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.document.summary import Summary, SummarySentence
from secateur.pipelines.terminology import sources

NOTE = "Valsartan 160 mg daily was started.\nShe denies chest pain."
PASSAGES = (Passage(0, 35), Passage(36, len(NOTE)))
DOCUMENT = Document("n.txt", NOTE, PASSAGES, "text/plain")
WRITTEN = SummarySentence("Valsartan 160 mg daily was started.", (), 0.5)
SUMMARY = Summary("n.txt", "brief", WRITTEN.text, (WRITTEN,), "dap", 9, False, {})


def test_edit_after_approval_takes_it_back_and_history_keeps_all() -> None:
    review = Review.of(SUMMARY).approve()
    assert review.approved
    review = review.edit(reexamine(DOCUMENT, review.sentences, ["She rests."]))
    assert not review.approved
    record = json.loads(review.as_json())
    assert record["summary"] == "She rests."
    assert [step["step"] for step in record["history"]] == ["written", "approved", "edited"]
    assert record["history"][0]["summary"] == WRITTEN.text


def test_items_of_every_version_end_in_stops() -> None:
    review = Review.of(SUMMARY).edit(reexamine(DOCUMENT, (), ["Asthma", "Gout"])).approve()
    record = json.loads(review.as_json())
    assert record["summary"] == review.text == "Asthma. Gout."
    assert record["history"][1]["summary"] == "Asthma. Gout."


def test_edited_sentences_are_compared_with_the_note() -> None:
    texts = [WRITTEN.text, "Valsartan 320 mg daily was started.", "She denies chest pain."]
    same, wrong, right = reexamine(DOCUMENT, [WRITTEN], texts).sentences
    assert same is WRITTEN
    assert "number" in wrong.flags
    assert not right.flags
    assert right.evidence[0].text == "She denies chest pain."
    assert right.confidence == 1.0


@pytest.mark.skipif(not sources.is_installed(), reason="the clinical extra is not installed")
def test_terms_of_the_record_are_those_of_what_holds() -> None:
    review = Review.of(replace(SUMMARY, terms={"supported": ("valsartan",), "unsupported": ()}))
    edited = review.edit(reexamine(DOCUMENT, [WRITTEN], ["She denies chest pain and asthma."]))
    terms = json.loads(edited.as_json())["terms"]
    assert terms == {"supported": ["chest pain"], "unsupported": ["asthma"]}
