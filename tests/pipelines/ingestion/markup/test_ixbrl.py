"""Facts of inline XBRL stand in the text where the reader sees them."""

from __future__ import annotations

from pathlib import Path

import pytest

from secateur.pipelines.document.numerals import parse_words
from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.tagged import Fact, read_with_facts

XHTML = """<?xml version="1.0" encoding="utf-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:ix="http://www.xbrl.org/2013/inlineXBRL"
 xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:xbrldi="http://xbrl.org/2006/xbrldi"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><head><title>t</title></head><body>
<div style="display:none"><ix:header><ix:hidden>
<ix:nonFraction name="a:Hidden" contextRef="c1" unitRef="usd">5</ix:nonFraction></ix:hidden>
<ix:resources><xbrli:context id="c1"><xbrli:entity>
<xbrli:identifier scheme="s">1</xbrli:identifier><xbrli:segment>
<xbrldi:explicitMember dimension="a:Axis">a:Member</xbrldi:explicitMember></xbrli:segment>
</xbrli:entity><xbrli:period><xbrli:startDate>2024-01-01</xbrli:startDate>
<xbrli:endDate>2024-12-31</xbrli:endDate></xbrli:period></xbrli:context>
<xbrli:context id="c2"><xbrli:period><xbrli:instant>2023-12-31</xbrli:instant></xbrli:period>
</xbrli:context><xbrli:unit id="usd"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>
<xbrli:unit id="eps"><xbrli:divide><xbrli:unitNumerator><xbrli:measure>iso4217:USD</xbrli:measure>
</xbrli:unitNumerator><xbrli:unitDenominator><xbrli:measure>xbrli:shares</xbrli:measure>
</xbrli:unitDenominator></xbrli:divide></xbrli:unit></ix:resources></ix:header></div>
{body}</body></html>"""


def write(folder: Path, body: str) -> Path:
    path = folder / "filing.htm"
    path.write_text(XHTML.replace("{body}", body), encoding="utf-8")
    return path


def number(text: str, attributes: str = "") -> str:
    return (
        f'<ix:nonFraction name="a:Sales" contextRef="c1" unitRef="usd" {attributes}>'
        f"{text}</ix:nonFraction>"
    )


def facts(path: Path) -> list[Fact]:
    return read_with_facts(path)[1]


def only(path: Path) -> Fact:
    (fact,) = facts(path)
    return fact


def test_fact_in_prose(tmp_path: Path) -> None:
    fact = number("1,018", "scale='6' decimals='-6'")
    path = write(tmp_path, f"<p>Sales were  ${fact} million.</p>")
    document, found = read_with_facts(path)
    assert document.text == "Sales were $1,018 million."
    assert found == [
        Fact(
            12,
            17,
            "1,018",
            "a:Sales",
            value=1_018_000_000.0,
            unit="USD",
            scale=6,
            period_start="2024-01-01",
            period_end="2024-12-31",
            dimensions={"a:Axis": "a:Member"},
        )
    ]


def test_fact_in_a_joined_cell_of_a_table(tmp_path: Path) -> None:
    loss = number("7.5", "sign='-'")
    path = write(
        tmp_path,
        "<table><tr><td>x</td><td>2024</td></tr><tr><td>Loss</td><td>$</td>"
        f"<td>({loss}</td><td>)</td></tr></table>",
    )
    document, (fact,) = read_with_facts(path)
    assert document.text.endswith("Loss\t$(7.5)")
    assert document.text[fact.start : fact.end] == fact.text == "7.5"
    assert fact.value == -7.5


def test_fact_in_a_laid_out_cell_with_several_blocks(tmp_path: Path) -> None:
    path = write(
        tmp_path, f"<table><tr><td><p>One.</p><p>Now {number('12')} here.</p></td></tr></table>"
    )
    document, (fact,) = read_with_facts(path)
    assert document.text == "One.\n\nNow 12 here."
    assert document.text[fact.start : fact.end] == "12"


def test_nested_facts_share_their_place(tmp_path: Path) -> None:
    inner = number("9").replace("a:Sales", "a:Inner")
    found = facts(write(tmp_path, f"<p>{number(inner)}</p>"))
    assert [(f.concept, f.start, f.end) for f in found] == [("a:Sales", 0, 1), ("a:Inner", 0, 1)]


def test_text_fact_spans_inline_elements(tmp_path: Path) -> None:
    name = '<ix:nonNumeric name="dei:Name" contextRef="c2">Alder <b>Mills</b></ix:nonNumeric>'
    fact = only(write(tmp_path, f"<p>By {name},</p>"))
    assert (fact.text, fact.value, fact.unit, fact.scale) == ("Alder Mills", None, None, None)
    assert (fact.period_start, fact.period_end) == (None, "2023-12-31")


def test_text_blocks_hidden_and_empty_facts_are_left_out(tmp_path: Path) -> None:
    body = (
        '<ix:nonNumeric name="a:Block" contextRef="c1" escape="true"><p>All</p></ix:nonNumeric>'
        f"<p>{number('')}</p>"
    )
    assert facts(write(tmp_path, body)) == []


@pytest.mark.parametrize(
    ("text", "attributes", "value"),
    [
        pytest.param("—", 'format="ixt:fixed-zero"', 0.0, id="dash"),
        pytest.param("1.234,5", 'format="ixt:num-comma-decimal"', 1234.5, id="comma decimal"),
        pytest.param("forty-two", 'format="ixt-sec:numwordsen"', 42.0, id="words"),
        pytest.param("12.5", 'scale="-2"', 0.125, id="percent"),
        pytest.param("0.1", 'scale="6" sign="-"', -100_000.0, id="exact scale"),
        pytest.param("5", 'xsi:nil="true"', None, id="nil"),
        pytest.param("n/a", "", None, id="not a number"),
        pytest.param("5", "scale='many'", None, id="damaged scale"),
        pytest.param("5", "scale='999999'", None, id="absurd scale"),
        pytest.param("9" * 400, "", None, id="absurd number"),
    ],
)
def test_value(tmp_path: Path, text: str, attributes: str, value: float | None) -> None:
    assert only(write(tmp_path, f"<p>Costs {number(text, attributes)}</p>")).value == value


def test_ratio_unit(tmp_path: Path) -> None:
    body = f"<p>{number('1.5').replace('usd', 'eps')}</p>"
    assert only(write(tmp_path, body)).unit == "USD/shares"


def test_filing_that_is_not_well_formed_keeps_its_facts(tmp_path: Path) -> None:
    sales = number("3", "scale='3'")
    path = write(tmp_path, f"<p>Sales<br> {sales} &nbsp; up")
    fact = only(path)
    assert (fact.text, fact.value, fact.unit) == ("3", 3000.0, "USD")
    assert fact.dimensions == {"a:Axis": "a:Member"}


def test_file_without_inline_xbrl_has_no_facts(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("HPI: cough for 3 days.")
    assert facts(path) == []


def test_missing_file_is_an_ingestion_error(tmp_path: Path) -> None:
    with pytest.raises(IngestionError, match="no such file"):
        facts(tmp_path / "none.htm")


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("no", 0),
        ("Seven", 7),
        ("one hundred and five", 105),
        ("two thousand ten", 2010),
        ("x", None),
    ],
)
def test_numbers_in_words(words: str, value: int | None) -> None:
    assert parse_words(words) == value
