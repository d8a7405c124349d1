"""What is told of a note takes time that grows with its length, whatever fills its lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from time_growth import LINEAR, growth

from secateur.pipelines.clinical.facts.allergies import allergies
from secateur.pipelines.clinical.facts.follow_up import follow_up
from secateur.pipelines.clinical.facts.intolerances import told_allergens
from secateur.pipelines.clinical.medications.reconciliation import courses, medications
from secateur.pipelines.clinical.verification import told
from secateur.pipelines.clinical.verification.context import Context
from secateur.pipelines.clinical.verification.pairs import is_former_value
from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.terminology.matcher import Term, TermMatcher


def allergens(text: str) -> object:
    return list(told_allergens(text))


def listed_allergens(text: str) -> object:
    note = f"ALLERGIES: Latex {text} tape."
    passages = (Passage(0, len(note), section="Allergies"),)
    return allergies(Document("note.txt", note, passages, "text/plain"))


def plans(text: str) -> object:
    note = f"PLAN: Rest {text} at home."
    passages = (Passage(0, len(note), section="Plan"),)
    return follow_up(Document("note.txt", note, passages, "text/plain"), [(0, len(note))])


def former(text: str) -> object:
    return is_former_value("Weight 80.", [f"Weight {text} 80."])


@pytest.mark.parametrize("part", ["\n", "\x0c\n", "\r\n", " \n", ": ", " "])
@pytest.mark.parametrize("step", [allergens, plans, former])
def test_time_does_not_grow_with_the_square(step: Callable[[str], object], part: str) -> None:
    assert growth(step, part) < LINEAR


def test_the_time_to_tell_of_whom_a_finding_is_told_grows_with_the_note() -> None:
    def kin(text: str) -> object:
        return told.is_of_another("Her mother had knee pain.", told.Told([(text, None)]))

    assert growth(kin, "knee pain ", 200) < LINEAR


def test_no_more_of_a_note_is_read_than_until_it_says_what_a_summary_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reads = 0
    context_of = told.context_of

    def counted(*arguments: Any) -> Context:
        nonlocal reads
        reads += 1
        return context_of(*arguments)

    monkeypatch.setattr(told, "context_of", counted)
    assert not told.turns_negation("No knee pain.", ["no knee pain " * 1_000])
    assert reads < 10


@pytest.mark.parametrize(
    "part",
    [" ", ": ", "(rash), tape ", "the ", "is not allergic "],
    ids=["gap", "stops", "brackets", "leads", "denials"],
)
def test_the_time_for_a_list_of_allergies_grows_with_its_length(part: str) -> None:
    assert growth(listed_allergens, part) < LINEAR


def test_the_time_for_drugs_that_are_listed_and_stopped_grows_with_their_number() -> None:
    def stops(text: str) -> object:
        digits = str.maketrans("0123456789", "abcdefghij")
        names = [f"qua{number}in".translate(digits) for number in range(len(text))]
        listed = "\n".join(f"- {name} 5 mg daily" for name in names)
        note = f"{listed}\n" + "\n".join(f"Stop {name}." for name in names)
        passages = (
            Passage(0, len(listed), section="Medications"),
            Passage(len(listed) + 1, len(note), section="Plan"),
        )
        document = Document("note.txt", note, passages, "text/plain")
        vocabulary = TermMatcher(Term(name, name, "drug") for name in names)
        found = courses(document, sentences(note, passages), vocabulary)
        assert [course.status for course in found] == ["stopped"] * len(names)
        return found

    assert growth(stops, ".", 100) < LINEAR


def test_the_time_for_a_line_of_drugs_beside_the_rows_of_a_table_grows_with_its_length() -> None:
    def listed(text: str) -> object:
        passages = list[Passage]()
        for at in range(0, 30 * len(text), 30):
            passages.append(Passage(at, at + 10, "cell", "Medications", column="Drug"))
            passages.append(Passage(at + 15, at + 25, section="Medications"))
        note = f"{'quaxin':15}" * 2 * len(text)
        spans = [(passage.start, passage.end) for passage in passages]
        return medications(Document("note.txt", note, tuple(passages), "text/plain"), spans, None)

    assert growth(listed, ".", 100) < LINEAR
