"""What a person changes in entities, and that the result trains."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.errors import UsageError
from secateur.pipelines.export.corrections import Action, Correction, corrected, places_of
from secateur.pipelines.export.formats import FORMATS
from secateur.pipelines.finance.training.sets import read_set

TEXT = "Acme paid $5 to Bolt. Acme rests."
DOCUMENT = Document("r.html", TEXT, (Passage(0, len(TEXT), section="Item 7"),), "text/html")
ACME = Entity("r.html", 0, 4, "Acme", "ORG", 0.7, concept="x")
FIVE = Entity("r.html", 10, 12, "$5", "MONEY", 0.6)


def after(*corrections: Correction) -> list[Entity]:
    return corrected(DOCUMENT, [ACME, FIVE], corrections)


def of(action: Action, entity: Entity, label: str) -> Correction:
    return Correction(action, entity.start, entity.end, label)


def test_accepted_entity_is_sure_and_otherwise_as_it_was() -> None:
    kept, other = after(of("accepted", ACME, "ORG"))
    assert (kept.label, kept.score, kept.concept) == ("ORG", 1.0, "x")
    assert other is FIVE


def test_relabelled_figure_has_nothing_that_was_read_as_of_its_old_type() -> None:
    read = replace(
        FIVE, value=Decimal(5_000_000), unit="USD", scale=6, period="2024-12-31", concept="x"
    )
    (kept,) = corrected(DOCUMENT, [read], [of("relabelled", read, "PERCENT")])
    assert kept == replace(FIVE, label="PERCENT", score=1.0)


def test_removed_entity_is_gone() -> None:
    assert after(of("removed", ACME, "ORG")) == [FIVE]


def test_added_entity_stands_in_order_with_its_section() -> None:
    added = after(Correction("added", 16, 20, "ORG"))[2]
    assert (added.text, added.label, added.section, added.score) == ("Bolt", "ORG", "Item 7", 1.0)


def test_removed_place_can_be_added_anew() -> None:
    found = after(of("removed", ACME, "ORG"), Correction("added", 0, 9, "PER"))
    assert [entity.text for entity in found] == ["Acme paid", "$5"]


@pytest.mark.parametrize(("start", "end"), [(2, 9), (5, 5), (30, 99)])
def test_places_without_room_are_refused(start: int, end: int) -> None:
    with pytest.raises(UsageError, match=f"characters {start} to {end}"):
        after(Correction("added", start, end, "ORG"))


def test_text_is_found_outside_of_entities() -> None:
    assert places_of(DOCUMENT, [ACME, FIVE], " Acme ", 0, len(TEXT)) == [(22, 26)]
    assert places_of(DOCUMENT, [FIVE], "Acme", 0, len(TEXT)) == [(0, 4), (22, 26)]
    assert places_of(DOCUMENT, [ACME, FIVE], "Acme", 0, 20) == []
    assert places_of(DOCUMENT, [], " ", 0, 20) == []


@pytest.mark.parametrize(
    ("text", "places"),
    [("US", [(9, 11), (22, 24)]), ("$5 mill", []), ("$5", [(24, 26)]), ("(AG)", [(30, 34)])],
)
def test_text_is_found_as_whole_words(text: str, places: list[tuple[int, int]]) -> None:
    page = replace(DOCUMENT, text="BUSINESS US STATUS in US$5 mil(AG)")
    assert places_of(page, [], text, 0, len(page.text)) == places


def test_corrections_are_read_as_training_data(tmp_path: Path) -> None:
    found = after(Correction("added", 16, 20, "ORG"), of("relabelled", FIVE, "SHARES"))
    path = tmp_path / "r.html.conll"
    path.write_bytes(FORMATS["conll"].write(DOCUMENT, found)["conll"])
    ((first, second),) = read_set("corrected", path)
    marked = [(first.text[mark.start : mark.end], mark.label) for mark in first.marks]
    assert marked == [("Acme", "ORG"), ("$ 5", "SHARES"), ("Bolt", "ORG")]
    assert "SHARES" in first.annotated
    assert second.marks == ()
