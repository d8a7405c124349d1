"""Paging, highlighting, escaping and colours, without a page."""

from __future__ import annotations

import pytest

from secateur.app.labels import colour, in_order, spelled
from secateur.app.paging import page_of, pages
from secateur.app.plain import plain, shortened
from secateur.app.viewer import Mark, segments
from secateur.pipelines.document.document import Document, Passage


def document(*parts: tuple[int, str | None]) -> Document:
    """Builds a document of passages with the given lengths and sections, a line break apart."""
    passages, at = [], 0
    for length, section in parts:
        passages.append(Passage(at, at + length, section=section))
        at += length + 1
    return Document("d", "x" * max(at - 1, 0), tuple(passages), "text/plain")


def mark(start: int, end: int) -> Mark:
    return Mark(start, end, key=str(start), tag="ORG", colour="#000000", title="")


@pytest.mark.parametrize(
    "parts",
    [[], [(10, None)], [(30, None), (30, "A"), (30, "A"), (30, "B")], [(500, "A"), (3, "A")]],
    ids=["empty", "short", "sections", "long passage"],
)
def test_pages_cover_the_text_without_gaps(parts: list[tuple[int, str | None]]) -> None:
    text = document(*parts)
    found = pages(text, 50)
    assert [page.start for page in found] == [0, *(page.end for page in found[:-1])]
    assert found[-1].end == len(text.text)
    assert all(page.end - page.start <= 51 for page in found)


def test_page_begins_where_a_section_begins() -> None:
    found = pages(document((10, None), (10, "Item 1"), (30, "Item 1"), (30, "Item 1")), 50)
    assert [(page.section, page.number) for page in found] == [
        (None, 1), ("Item 1", 1), ("Item 1", 2),
    ]  # fmt: skip


def test_every_character_is_found_on_its_page() -> None:
    text = document((30, None), (30, "A"), (130, "A"))
    found = pages(text, 50)
    for position in range(len(text.text)):
        page = found[page_of(found, position)]
        assert page.start <= position < page.end


def test_segments_join_up_to_the_part_shown() -> None:
    runs = segments("0123456789", [mark(1, 3), mark(6, 8)], 0, 10)
    assert [run["text"] for run in runs] == ["0", "12", "345", "67", "89"]
    assert ["mark" in run for run in runs] == [False, True, False, True, False]


def test_marks_outside_the_part_are_left_out_and_crossing_ones_are_cut() -> None:
    runs = segments("0123456789", [mark(0, 1), mark(2, 5), mark(7, 9)], 3, 8)
    assert [(run["text"], "mark" in run) for run in runs] == [
        ("34", True), ("56", False), ("7", True),
    ]  # fmt: skip


@pytest.mark.parametrize("sign", list("*_`[]<>#$:~\\|-!&"))
def test_signs_of_markdown_are_escaped(sign: str) -> None:
    assert plain(f"a{sign}b") == f"a\\{sign}b"


def test_line_breaks_cannot_begin_a_block() -> None:
    assert "\n" not in plain("one\n# two")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("It cost $40\nmillion.", "It cost $40 million."),
        ("It cost $40 million net.", "It cost $40 million …"),
        ("It was worth $405,000 then.", "It was worth …"),
        ("x" * 30, "x" * 20 + " …"),
    ],
    ids=["whole", "at a space", "in a figure", "one word"],
)
def test_long_text_is_cut_between_words(text: str, shown: str) -> None:
    assert shortened(text, 20) == shown


def test_labels_have_a_colour_each_and_a_steady_order() -> None:
    labels = ["DATE", "ORG", "NEW", "PER", "LOC", "MONEY", "PERCENT", "SHARES", "KPI"]
    assert len({colour(label) for label in labels}) == len(labels)
    assert in_order(labels) == in_order(reversed(labels))
    assert in_order(labels)[-1] == "NEW"
    assert spelled("NEW") == "NEW"
