"""Real filings: nothing lost against an independent reading, facts in place, items unshifted."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from lxml import etree, html

from secateur.pipelines.document.document import Document
from secateur.pipelines.ingestion.tagged import Fact, read_with_facts

SOME = ("aapl", "ko", "0000950153")
BLOCKS = set("p div td th tr table br li h1 h2 h3 h4 h5 h6 hr ul ol center body".split())
INVISIBLE = dict.fromkeys([0xAD, 0x200B, 0x2060, 0xFEFF])


def every_filing() -> list[object]:
    names = (
        "0000950153 0001193125 0001376474 aapl adbe amzn ba crm hd ibm jnj ko meta nke nvda pg tsla"
        " unh v wfc"
    ).split()
    return [pytest.param(name, marks=() if name in SOME else pytest.mark.slow) for name in names]


FILINGS = pytest.mark.parametrize("name", every_filing())


def filing(folder: Path, name: str) -> Path:
    (path,) = (folder / "finance" / "10k_html").glob(f"{name}-*.html.gz")
    return path


@cache
def read_once(path: Path) -> tuple[Document, list[Fact]]:
    return read_with_facts(path)


@cache
def parse_once(path: Path) -> etree._Element:
    data = gzip.decompress(path.read_bytes())
    try:
        return etree.fromstring(data)
    except etree.XMLSyntaxError:
        return html.fromstring(data)


def is_hidden(element: etree._Element) -> bool:
    style = element.get("style", "").replace(" ", "").lower()
    return "display:none" in style or etree.QName(element).localname in ("head", "script", "style")


def visible_text(element: etree._Element) -> str:
    """Another way to the text than the walk under test: recursion, no state, no layout."""
    if not isinstance(element.tag, str) or is_hidden(element):
        return ""
    name, style = etree.QName(element).localname.lower(), element.get("style", "")
    apart = " " if name in BLOCKS or name == "sup" or re.search(r"\btop:-", style) else ""
    inside = "".join(visible_text(child) + (child.tail or "") for child in element)
    return f"{apart}{element.text or ''}{inside}{apart}"


def tokens(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W\d_]+|\d(?:[\d,.]*\d)?", text.translate(INVISIBLE)))


@FILINGS
def test_words_and_numbers_recalled(shared_data: Path, name: str) -> None:
    path = filing(shared_data, name)
    body = parse_once(path).find(".//{*}body")
    body = parse_once(path).find(".//body") if body is None else body
    expected, found = tokens(visible_text(body)), tokens(read_once(path)[0].text)
    assert (expected & found).total() >= 0.999 * expected.total()
    assert (expected & found).total() >= 0.999 * found.total()


@FILINGS
def test_facts_stand_where_they_are_displayed(shared_data: Path, name: str) -> None:
    path = filing(shared_data, name)
    displayed = []
    for element in parse_once(path).iter("{*}nonFraction", "{*}nonNumeric"):
        hidden = any(map(is_hidden, element.iterancestors()))
        text = "" if hidden or element.get("escape") == "true" else visible_text(element)
        if text.strip():
            displayed.append((element.get("name"), "".join(text.split())))
    document, facts = read_once(path)
    mapped = [
        (fact.concept, "".join(document.text[fact.start : fact.end].split())) for fact in facts
    ]
    assert mapped == displayed


@FILINGS
def test_items_start_at_their_titles_in_order(shared_data: Path, name: str) -> None:
    document, _ = read_once(filing(shared_data, name))
    starts: dict[str, int] = {}
    for passage in document.passages:
        if passage.section is not None:
            starts.setdefault(passage.section, passage.start)
    # The older filings know fewer items: 1A came in 2005, 9B in 2004, 1C in 2023.
    assert len(starts) >= {"0000950153": 15, "0001193125": 20, "0001376474": 20}.get(name, 22)
    assert list(starts) == sorted(starts, key=lambda item: (int(re.findall(r"\d+", item)[0]), item))
    for item, start in starts.items():
        title = document.text[start : start + 60].replace("\t", " ")
        number = item.removeprefix("Item ")
        assert re.match(rf"(?i)(part\W+[iv]+\W+)?item\s?{number}(?![\da-z])", title), title
    listed_before = document.text[: starts["Item 1"]]
    assert len(listed_before) > 2_000, "cover and contents come before the first item"
