"""Which of several drafts becomes the summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from made_notes import note

from secateur.pipelines.clinical.handover.drafts import agreed, telling_sentences, write_drafts
from secateur.pipelines.clinical.verification.verify import Verifier
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.sentences import sentences as find_sentences
from secateur.pipelines.document.summary import SummarySentence

DISEASE = "Perforated sigmoid diverticulitis and septic shock."
SHORTER = "Perforated sigmoid diverticulitis."
VISIT = "Wound check with the surgeon next Tuesday morning."
COMPLAINT = "Fever and cramps since Sunday evening."
UNSAID = "Broken left ankle."


NOTE = note(("HPI", COMPLAINT), ("Assessment", DISEASE), ("Instructions", VISIT))


def draft(*texts: str) -> list[SummarySentence]:
    return [SummarySentence(text, (), 1.0) for text in texts]


class Told:
    """Writes what it is told to; a word counts as a token."""

    def __init__(self, whole: Sequence[str], excerpt: Sequence[str]) -> None:
        self._whole = whole
        self._excerpt = excerpt
        self.lines: list[str] = []

    def summarize(
        self, document: Document, sentences: object, beside: Sequence[str]
    ) -> list[list[list[SummarySentence]]]:
        self.lines += beside
        told = [self._whole, self._excerpt] if beside else [self._whole]
        return [[draft(text) for text in texts] for texts in told]

    def count(self, text: str) -> int:
        return len(text.split())


def drafts(document: Document, told: Told) -> list[str]:
    sentences = find_sentences(document.text, document.passages)
    found = write_drafts(document, sentences, Verifier(document, sentences), told)
    return [sentence.text for sentence in found]


@pytest.mark.parametrize(
    ("whole", "excerpt", "expected"),
    [
        pytest.param([VISIT, DISEASE, SHORTER], [COMPLAINT], DISEASE, id="what most say"),
        pytest.param([COMPLAINT], [DISEASE], COMPLAINT, id="whole note before sections"),
        pytest.param([COMPLAINT, SHORTER], [DISEASE] * 3, DISEASE, id="sections may win"),
        pytest.param([UNSAID, UNSAID, DISEASE], [DISEASE], DISEASE, id="flagged gives way"),
        pytest.param([UNSAID], [UNSAID], UNSAID, id="all flagged"),
        pytest.param([UNSAID], [DISEASE], DISEASE, id="whole flagged"),
    ],
)
def test_the_draft_is_taken_that_is_most_like_the_others(whole, excerpt, expected) -> None:
    assert drafts(NOTE, Told(whole, excerpt)) == [expected]


def test_naming_the_terms_of_the_drafts_counts(monkeypatch) -> None:
    """Of two drafts alike in words the one is taken whose terms most drafts name."""
    text = "Sepsis and a cut. Gout and a cut. Gout."
    document = note(("HPI", "Sepsis and a cut."), ("Plan", "Gout and a cut."), (None, "Gout."))
    sentences = find_sentences(document.text, document.passages)
    told = [(draft(words), 1.0) for words in text.replace(". ", ".|").split("|")]
    terms = {"Sepsis and a cut.": ("sepsis",), "Gout and a cut.": ("gout",), "Gout.": ("gout",)}
    verifier = Verifier(document, sentences)
    assert agreed(told[:2], verifier)[0].text == "Sepsis and a cut."
    monkeypatch.setattr(verifier, "terms", terms.__getitem__)
    assert agreed(told, verifier)[0].text == "Gout and a cut."
    assert agreed([*told, told[0], told[0]], verifier)[0].text == "Sepsis and a cut."


def test_naming_what_the_note_comes_to_counts(monkeypatch) -> None:
    asked, found = "Rule out cancer.", "A nodule has grown."
    document = note(("HPI", asked), ("Impression", found))
    sentences = find_sentences(document.text, document.passages)
    verifier = Verifier(document, sentences)
    told = [(draft(asked), 1.0), (draft(found), 1.0)]
    assert agreed(told, verifier, conclusion=found)[0].text == asked
    words = {"cancer", "nodule"}
    monkeypatch.setattr(verifier, "concepts", lambda text: words & {*text.lower().split()})
    assert agreed(told, verifier, conclusion=found)[0].text == found
    assert agreed(told, verifier)[0].text == asked


@pytest.mark.parametrize(
    ("other", "concept", "expected"),
    [
        pytest.param("Indications", "sepsis", DISEASE, id="a report"),
        pytest.param("Procedure", "sepsis", VISIT, id="an operation"),
        pytest.param("Indications", "none", VISIT, id="nothing concluded"),
    ],
)
def test_how_a_study_was_made_is_no_summary(monkeypatch, other, concept, expected) -> None:
    """Without it a draft has to name what the report comes to."""
    document = note(
        ("Description of Procedure", VISIT), (other, COMPLAINT), ("Assessment", DISEASE)
    )
    names = {DISEASE: frozenset((concept,)) - {"none"}}
    monkeypatch.setattr(Verifier, "concepts", lambda self, text: names.get(text, frozenset()))
    assert drafts(document, Told([VISIT] * 3, [DISEASE])) == [expected]


def test_what_a_person_would_say_counts_as_much_as_what_drafts_say() -> None:
    sentences = find_sentences(NOTE.text, NOTE.passages)
    verifier = Verifier(NOTE, sentences)
    told = [(draft(VISIT), 1.0), (draft(VISIT), 1.0), (draft(DISEASE), 1.0)]
    assert agreed(told, verifier)[0].text == VISIT
    assert agreed(told, verifier, said=[(DISEASE, 0.4)])[0].text == DISEASE
    assert agreed(told, verifier, said=[(DISEASE, 0.1), (VISIT, 0.3)])[0].text == VISIT


def test_the_likeliest_sentences_are_what_a_person_would_say() -> None:
    sentences = find_sentences(NOTE.text, NOTE.passages)
    verifier = Verifier(NOTE, sentences)
    shares = [float(NOTE.text[start:end] == DISEASE) for start, end in sentences]
    told = Told([VISIT, VISIT, DISEASE], [])
    assert write_drafts(NOTE, sentences, verifier, told)[0].text == VISIT
    assert write_drafts(NOTE, sentences, verifier, told, shares)[0].text == DISEASE


@pytest.mark.parametrize(
    ("whole", "expected"),
    [
        pytest.param([UNSAID, UNSAID, VISIT], DISEASE, id="mostly flagged"),
        pytest.param([UNSAID, VISIT, VISIT], VISIT, id="mostly sound"),
        pytest.param([UNSAID], DISEASE, id="all flagged"),
    ],
)
def test_the_note_speaks_for_itself_where_most_drafts_are_flagged(whole, expected) -> None:
    document = note(("HPI", COMPLAINT), ("Findings", "- " + DISEASE), ("Instructions", VISIT))
    sentences = find_sentences(document.text, document.passages)
    shares = [float(DISEASE in document.text[start:end]) for start, end in sentences]
    found = write_drafts(
        document, sentences, Verifier(document, sentences), Told(whole, []), shares
    )
    assert [sentence.text for sentence in found] == [expected]
    assert found[0].evidence[0].text.endswith(expected)


def test_a_sentence_too_long_for_a_summary_or_the_title_does_not_speak_for_the_note() -> None:
    long = " ".join([DISEASE.rstrip(".")] * 10) + "."
    document = note((None, "PROGRESS NOTE"), ("HPI", COMPLAINT), ("Course", long))
    sentences = find_sentences(document.text, document.passages)
    told = Told([UNSAID], [])
    for likeliest in ("PROGRESS NOTE", long):
        shares = [float(document.text[start:end] == likeliest) for start, end in sentences]
        found = write_drafts(document, sentences, Verifier(document, sentences), told, shares)
        assert [sentence.text for sentence in found] == [COMPLAINT]


def test_what_a_person_would_say_of_a_report_does_not_count() -> None:
    """That is what was studied, not what was found."""
    document = note(
        ("Description of Procedure", VISIT), ("Indications", COMPLAINT), ("Course", DISEASE)
    )
    sentences = find_sentences(document.text, document.passages)
    shares = [float(document.text[start:end] == COMPLAINT) for start, end in sentences]
    told = Told([DISEASE, DISEASE, COMPLAINT], [])
    verifier = Verifier(document, sentences)
    assert write_drafts(document, sentences, verifier, told, shares)[0].text == DISEASE


def test_what_agrees_most_gives_way_where_it_is_flagged() -> None:
    sentences = find_sentences(NOTE.text, NOTE.passages)
    told = [(draft(UNSAID), 1.0), (draft(UNSAID), 1.0), (draft(DISEASE), 1.0)]
    verifier = Verifier(NOTE, sentences)
    assert agreed(told, verifier)[0].text == DISEASE


def test_an_empty_draft_gives_way() -> None:
    sentences = find_sentences(NOTE.text, NOTE.passages)
    verifier = Verifier(NOTE, sentences)
    found = agreed([([], 1.0), ([], 1.0), (draft(DISEASE), 1.0)], verifier)
    assert [sentence.text for sentence in found] == [DISEASE]
    assert found[0].evidence
    assert agreed([([], 1.0)], verifier) == ()


def test_the_excerpt_holds_the_telling_sections_only() -> None:
    told = Told([COMPLAINT], [DISEASE])
    drafts(NOTE, told)
    assert told.lines == [COMPLAINT, DISEASE]


@pytest.mark.parametrize(
    "document",
    [note((None, COMPLAINT), ("Instructions", VISIT)), note(("HPI", COMPLAINT))],
    ids=["none are telling", "all are"],
)
def test_a_note_without_other_sections_is_read_once(document: Document) -> None:
    told = Told([COMPLAINT], [DISEASE])
    assert drafts(document, told) == [COMPLAINT]
    assert told.lines == []


def test_room_goes_to_the_most_telling_sections() -> None:
    long = " ".join(["cough"] * 200) + "."
    document = note(("HPI", long), ("Findings", long), ("Assessment", DISEASE))
    sentences = find_sentences(document.text, document.passages)
    chosen = telling_sentences(document, sentences, lambda text: len(text.split()))
    assert [document.text[start:end] for start, end in chosen] == [long, DISEASE]
    assert chosen[0][0] > len(long)


@pytest.mark.parametrize(("kind", "expected"), [("title", DISEASE), ("paragraph", DISEASE)])
def test_what_only_says_the_title_is_no_summary(kind: str, expected: str) -> None:
    named = note((None, "ICU note, day 4"), ("Assessment", DISEASE), ("Instructions", VISIT))
    passages = (replace(named.passages[0], kind=kind), *named.passages[1:])
    told = Told(["ICU note.", "ICU note.", "ICU note.", DISEASE], [])
    assert drafts(replace(named, passages=passages), told) == [expected]


def test_a_title_in_other_forms_of_its_words_is_no_summary() -> None:
    named = note(
        (None, "Palliative care consult"), ("Assessment", DISEASE), ("Instructions", VISIT)
    )
    passages = (replace(named.passages[0], kind="title"), *named.passages[1:])
    told = Told(["Palliative care consultation."] * 3 + [DISEASE], [])
    assert drafts(replace(named, passages=passages), told) == [DISEASE]


def test_without_telling_sections_the_likeliest_sentences_tell() -> None:
    document = note((None, "In-center treatment record"), ("Instructions", VISIT), (None, DISEASE))
    sentences = find_sentences(document.text, document.passages)
    shares = [0.1, 0.2, 0.7]
    chosen = telling_sentences(document, sentences, lambda text: 200, shares)
    assert [document.text[start:end] for start, end in chosen] == [DISEASE]


def test_what_is_told_of_relatives_alone_is_no_summary(monkeypatch) -> None:
    document = note(("Family History", COMPLAINT), ("Assessment", DISEASE))
    names = {COMPLAINT: frozenset(("epilepsy",)), DISEASE: frozenset(("sepsis",))}
    monkeypatch.setattr(Verifier, "concepts", lambda self, text: names.get(text, frozenset()))
    assert drafts(document, Told([COMPLAINT] * 3, [DISEASE])) == [DISEASE]


def test_what_names_no_more_than_the_letterhead_is_no_summary(monkeypatch) -> None:
    head = "Visit type: follow-up of chronic disease"
    document = note((None, head), ("Assessment", DISEASE), ("Instructions", VISIT))
    history = note((None, f"{head}."), ("Assessment", DISEASE), ("Instructions", VISIT))
    names = {word: frozenset((word,)) for word in ("chronic", "septic")}

    def concepts(_: Verifier, text: str) -> frozenset[str]:
        return frozenset[str]().union(*(found for word, found in names.items() if word in text))

    monkeypatch.setattr(Verifier, "concepts", concepts)
    assert drafts(document, Told([head] * 3, [DISEASE])) == [DISEASE]
    assert drafts(document, Told(["Chronic and septic."] * 3, [])) == ["Chronic and septic."]
    assert drafts(document, Told([VISIT] * 3, [DISEASE])) == [VISIT]
    assert drafts(history, Told([f"{head}."] * 3, [DISEASE])) == [f"{head}."]
