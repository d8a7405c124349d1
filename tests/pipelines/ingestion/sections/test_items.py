"""Items start at their titles, not where they are listed or spoken of."""

from __future__ import annotations

from pathlib import Path

import pytest
from time_growth import LINEAR, growth

from secateur.pipelines.document.document import Document
from secateur.pipelines.ingestion.layout.blocks import Line
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.ingestion.sections.items import find_items

ITEMS = {
    "1": "Business",
    "1A": "Risk Factors",
    "1B": "Unresolved Staff Comments",
    "2": "Properties",
    "7": "Management’s Discussion and Analysis",
    "7A": "Quantitative and Qualitative Disclosures About Market Risk",
    "8": "Financial Statements and Supplementary Data",
    "15": "Exhibits, Financial Statement Schedules",
}
PROSE = "We make pumps and sell them. As Item 7 of this report says, demand was even."


def read_report(folder: Path, contents: str, form: str = "<p><b>Item {0}. {1}</b></p>") -> Document:
    body = "".join(form.format(*item) + f"<p>{PROSE}</p>" for item in ITEMS.items())
    path = folder / "report.html"
    path.write_text(f"<html><body><p>Cover</p>{contents}{body}</body></html>", encoding="utf-8")
    return read(path)


def starts(document: Document) -> dict[str | None, int]:
    found: dict[str | None, int] = {}
    for passage in document.passages:
        found.setdefault(passage.section, passage.start)
    return found


def assert_starts_at_titles(document: Document) -> None:
    found = starts(document)
    assert list(found) == [None, *(f"Item {item}" for item in ITEMS)]
    for item, title in ITEMS.items():
        text = document.text[found[f"Item {item}"] :].casefold()
        first = text[: text.index("we make")]
        assert len(first) < 100, "the list of contents, not the title"
        assert first.startswith(("item", "part"))
        assert title.casefold() in first


TABLE = (
    "<table>"
    + "".join(
        f"<tr><td>Item {item}.</td><td>{title}</td><td>{page}</td></tr>"
        for page, (item, title) in enumerate(ITEMS.items(), 1)
    )
    + "</table>"
)
LINES = "".join(
    f"<p>Item {item}. {title} ..... {page}</p>"
    for page, (item, title) in enumerate(ITEMS.items(), 1)
)


@pytest.mark.parametrize(
    "contents", ["", TABLE, LINES], ids=["no contents", "table", "dotted lines"]
)
def test_contents_do_not_shift_items(tmp_path: Path, contents: str) -> None:
    assert_starts_at_titles(read_report(tmp_path, contents))


@pytest.mark.parametrize(
    "form",
    [
        "<p>ITEM&nbsp;{0}&nbsp;&ndash; {1}</p>",
        "<p>Item {0}:</p><p>{1}</p>",
        "<table><tr><td>Item {0}.</td><td></td><td>{1}</td></tr></table>",
        "<p>PART II, Item {0}. {1}</p>",
        "<p>Item {0}(T). {1}</p>",
    ],
    ids=["capitals and dash", "two blocks", "one-row table", "with part", "temporary"],
)
def test_forms_of_a_title(tmp_path: Path, form: str) -> None:
    assert_starts_at_titles(read_report(tmp_path, TABLE, form))


def test_running_heads_do_not_shift_items(tmp_path: Path) -> None:
    form = f"<p>Item {{0}}. {{1}}</p><p>{PROSE}</p><p>Item {{0}}. {{1}}</p>"
    document = read_report(tmp_path, "", form)
    title = "Item 1A. Risk Factors"
    assert starts(document)["Item 1A"] == document.text.index(title)


def test_reference_at_the_start_of_a_paragraph_is_no_title(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(
        "<html><p>Item 1. Business</p><p>Item 7 of this report tells more.</p>"
        "<p>Item 1A. Risk Factors</p><p>Risks.</p><p>Item 2. Properties</p><p>Plants.</p></html>"
    )
    assert [p.section for p in read(path).passages] == [
        *["Item 1"] * 2,
        *["Item 1A"] * 2,
        *["Item 2"] * 2,
    ]


def test_paragraph_that_opens_like_a_title_is_none(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    prose = "Item 2. Properties that we own are described at length. " * 8
    path.write_text(
        f"<html><p>Item 1. Business</p><p>{prose}</p><p>Item 1A. Risk Factors</p><p>Risks.</p>"
        "<p>Item 2. Properties</p><p>Plants.</p></html>"
    )
    assert read(path).passages[1].section == "Item 1"


def test_an_excerpt_of_the_form_has_the_items_that_it_shows(tmp_path: Path) -> None:
    path = tmp_path / "excerpt.html"
    items = (
        "<p>Item 7. Management's Discussion</p><p>It rose.</p><p>Item 8. Financial Statements</p>"
    )
    path.write_text(f"<html><p>FORM 10-K</p>{items}<p>Cash was $2.</p></html>")
    found = [passage.section for passage in read(path).passages]
    assert found == [None, "Item 7", "Item 7", "Item 8", "Item 8"]


def test_letter_that_speaks_of_items_has_no_sections(tmp_path: Path) -> None:
    path = tmp_path / "letter.html"
    of = "<p>Form 10-K for the year ended May 31, 2024</p>"
    path.write_text(f"<html>{of}<p>Item 2. Properties</p><p>Please correct it.</p></html>")
    assert {p.section for p in read(path).passages} == {None}


def test_time_for_titles_grows_with_their_number() -> None:
    def find(titles: str) -> object:
        return find_items([Line(0, len(title), title, "title") for title in titles.splitlines()])

    assert growth(find, "Item 1. Business\nItem 2. Properties\n", 250) < LINEAR
