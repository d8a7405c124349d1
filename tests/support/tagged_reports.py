"""Small annual reports with inline XBRL, and what a reader finds in them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from report_pages import table

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.finance.figures.facts import figure_facts
from secateur.pipelines.ingestion.tagged import Fact, read_with_facts

_PAGE = """<?xml version="1.0" encoding="utf-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:ix="http://www.xbrl.org/2013/inlineXBRL"
 xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:xbrldi="http://xbrl.org/2006/xbrldi"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><head><title>t</title></head><body>
<div style="display:none"><ix:header><ix:resources>{contexts}
<xbrli:unit id="usd"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>
<xbrli:unit id="shares"><xbrli:measure>xbrli:shares</xbrli:measure></xbrli:unit>
<xbrli:unit id="each"><xbrli:divide><xbrli:unitNumerator><xbrli:measure>iso4217:USD</xbrli:measure>
</xbrli:unitNumerator><xbrli:unitDenominator><xbrli:measure>xbrli:shares</xbrli:measure>
</xbrli:unitDenominator></xbrli:divide></xbrli:unit></ix:resources></ix:header></div>
{body}</body></html>"""
_CONTEXT = re.compile(r'contextRef="(\w(\d\d)(?:-(\w+)-(\w+))?)"')


def tag(text: str, concept: str, context: str, unit: str = "usd", more: str = "") -> str:
    """Tags a figure.

    Args:
        text: What is printed.
        concept: Without the prefix "us-gaap:".
        context: "y24" is the year 2024, "n24" its nine months, "i24" its last day;
            "i24-SomeAxis-SomeMember" of a member.
        unit: "usd" in millions, "shares" and "each", an amount a share, in full.
        more: Further attributes.
    """
    scale = 'scale="6" ' if unit == "usd" else ""
    return (
        f'<ix:nonFraction name="us-gaap:{concept}" contextRef="{context}" unitRef="{unit}" '
        f"{scale}{more}>{text}</ix:nonFraction>"
    )


INCOME_STATEMENT = "<p><b>Consolidated Statements of Income</b></p><p>(in millions)</p>" + table(
    ["", "Year ended December 31, 2024", "Year ended December 31, 2023"],
    *(
        [label, tag(first, concept, "y24"), tag(second, concept, "y23")]
        for label, first, second, concept in [
            ("Net sales", "500", "450", "Revenues"),
            ("Cost of sales", "300", "280", "CostOfRevenue"),
            ("Income before income taxes", "200", "170", "IncomeLossBeforeTaxes"),
            ("Provision for income taxes", "40", "35", "IncomeTaxExpenseBenefit"),
            ("Net income", "160", "135", "NetIncomeLoss"),
        ]
    ),
)
"""The body of a report with one tagged statement."""


def _context(name: str, year: str, axis: str, member: str) -> str:
    days = (
        f"<xbrli:startDate>20{year}-01-01</xbrli:startDate>"
        f"<xbrli:endDate>20{year}-{'09-30' if name[0] == 'n' else '12-31'}</xbrli:endDate>"
    )
    if name[0] == "i":
        days = f"<xbrli:instant>20{year}-12-31</xbrli:instant>"
    segment = (
        f'<xbrli:segment><xbrldi:explicitMember dimension="us-gaap:{axis}">us-gaap:{member}'
        "</xbrldi:explicitMember></xbrli:segment>"
    )
    return (
        f'<xbrli:context id="{name}"><xbrli:entity><xbrli:identifier scheme="s">1'
        f"</xbrli:identifier>{segment if axis else ''}</xbrli:entity>"
        f"<xbrli:period>{days}</xbrli:period></xbrli:context>"
    )


def filing(folder: Path, body: str, name: str = "a.html") -> tuple[Document, list[Fact]]:
    """Writes a report and reads it."""
    contexts = {found.groups(default="") for found in _CONTEXT.finditer(body)}
    page = _PAGE.replace("{contexts}", "".join(_context(*each) for each in sorted(contexts)))
    path = folder / name
    path.write_text(page.replace("{body}", body), encoding="utf-8")
    return read_with_facts(path)


def readings(
    document: Document, facts: Sequence[Fact], changed: Mapping[str, Mapping[str, Any]]
) -> list[Entity]:
    """The tagged figures as a reader finds them: signed as printed, of the first fact's period.

    Args:
        document: The report.
        facts: Its facts.
        changed: By what is printed, what is read otherwise.
    """
    found = []
    for figure in figure_facts(document.text, facts):
        fact = figure.facts[0]
        if figure.form != "digits":
            continue
        start = figure.start - (figure.printed < 0)
        end = figure.end + (figure.printed < 0)
        entity = Entity(
            document.doc_id, start, end, document.text[start:end], figure.label, 0.9,
            value=Decimal(figure.printed), unit=fact.unit, scale=fact.scale,
            period=sorted(figure.periods)[-1],
        )  # fmt: skip
        found.append(replace(entity, **changed.get(fact.text, {})))
    return found
