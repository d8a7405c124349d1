"""Which of two drafts a summary is made of."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from secateur.pipelines.clinical.drafts import telling_sentences, write_drafts
from secateur.pipelines.clinical.verify import Verifier
from secateur.pipelines.document import Document, Passage, SummarySentence
from secateur.pipelines.sentences import sentences as find_sentences

DISEASE = "Perforated sigmoid diverticulitis and septic shock."
VISIT = "Wound check with the surgeon next Tuesday morning."
COMPLAINT = "Fever and cramps since Sunday evening."
UNSAID = "Broken left ankle."


def note(*parts: tuple[str | None, str]) -> Document:
    """A document of passages, each with its section."""
    passages, text = [], ""
    for section, words in parts:
        passages.append(Passage(len(text), len(text) + len(words), section=section))
        text += words + "\n"
    return Document("note.txt", text, tuple(passages), "text/plain")


NOTE = note(("HPI", COMPLAINT), ("Assessment", DISEASE), ("Instructions", VISIT))


class Told:
    """Writes what it is told to; a word counts as a token."""

    max_sentences = 2

    def __init__(self, whole: str, excerpt: str, tokens: int) -> None:
        self.note_tokens = tokens
        self._whole = whole
        self._excerpt = excerpt
        self.lines: list[str] = []

    def summarize(self, *_: object) -> list[SummarySentence]:
        return [SummarySentence(self._whole, (), 1.0)]

    def write_lines(self, lines: Sequence[str]) -> list[SummarySentence]:
        self.lines += lines
        return [SummarySentence(self._excerpt, (), 1.0)]

    def count(self, text: str) -> int:
        return len(text.split())


def drafts(document: Document, told: Told) -> list[str]:
    sentences = find_sentences(document.text, document.passages)
    found = write_drafts(document, sentences, Verifier(document, sentences), told)
    return [sentence.text for sentence in found]


@pytest.mark.parametrize(
    ("whole", "excerpt", "tokens", "expected"),
    [
        pytest.param(COMPLAINT, DISEASE, 400, [COMPLAINT, DISEASE], id="short: whole note first"),
        pytest.param(COMPLAINT, DISEASE, 4000, [DISEASE, COMPLAINT], id="long: sections first"),
        pytest.param(VISIT, DISEASE, 4000, [DISEASE], id="long: beside the point"),
        pytest.param(VISIT, DISEASE, 400, [VISIT, DISEASE], id="short: whatever the note says"),
        pytest.param(UNSAID, DISEASE, 400, [DISEASE], id="whole flagged"),
        pytest.param(DISEASE, UNSAID, 4000, [DISEASE], id="excerpt flagged"),
        pytest.param(DISEASE, DISEASE, 400, [DISEASE], id="said twice"),
    ],
)
def test_two_drafts_make_one_summary(whole, excerpt, tokens, expected) -> None:
    assert drafts(NOTE, Told(whole, excerpt, tokens)) == expected


def test_the_excerpt_holds_the_telling_sections_only() -> None:
    told = Told(COMPLAINT, DISEASE, 400)
    drafts(NOTE, told)
    assert told.lines == [COMPLAINT, DISEASE]


@pytest.mark.parametrize(
    "document",
    [note((None, COMPLAINT), ("Instructions", VISIT)), note(("HPI", COMPLAINT))],
    ids=["none are telling", "all are"],
)
def test_a_note_without_other_sections_is_read_once(document: Document) -> None:
    told = Told(COMPLAINT, DISEASE, 400)
    assert drafts(document, told) == [COMPLAINT]
    assert told.lines == []


def test_room_goes_to_the_most_telling_sections() -> None:
    long = " ".join(["cough"] * 200) + "."
    document = note(("HPI", long), ("Findings", long), ("Assessment", DISEASE))
    sentences = find_sentences(document.text, document.passages)
    chosen = telling_sentences(document, sentences, lambda text: len(text.split()))
    assert [document.text[start:end] for start, end in chosen] == [long, DISEASE]
    assert chosen[0][0] > len(long)
