"""Facts as xBRL-JSON, with schemas that declare their concepts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal

import pytest
from lxml import etree

from secateur.pipelines.export.xbrl_json import XbrlFact, write_report

YEAR, LAST = "2024-01-01/2024-12-31", "2024-12-31"
REGION = {"srt:StatementGeographicalAxis": "acme:EuropeMember"}


def fact(
    concept: str = "us-gaap:Revenues", value: str = "5000000", period: str = YEAR,
    unit: str = "USD", dimensions: Mapping[str, str] = REGION,
) -> XbrlFact:  # fmt: skip
    return XbrlFact(concept, Decimal(value), -6, period, unit, dimensions)


def test_a_fact_has_value_decimals_and_dimensions() -> None:
    report = json.loads(write_report("a", "Acme Corp.", [fact()]).report)
    assert report["documentInfo"]["documentType"] == "https://xbrl.org/2021/xbrl-json"
    assert report["facts"] == {
        "f1": {
            "value": "5000000",
            "decimals": -6,
            "dimensions": {
                "concept": "us-gaap:Revenues",
                "entity": "company:Acme_Corp.",
                "period": "2024-01-01T00:00:00/2025-01-01T00:00:00",
                "unit": "iso4217:USD",
                "srt:StatementGeographicalAxis": "acme:EuropeMember",
            },
        }
    }


@pytest.mark.parametrize(
    ("unit", "written", "type_"),
    [
        ("USD", "iso4217:USD", "xbrli:monetaryItemType"),
        ("USD/shares", "iso4217:USD/xbrli:shares", "xbrli:decimalItemType"),
        ("shares", "xbrli:shares", "xbrli:sharesItemType"),
        ("pure", None, "xbrli:pureItemType"),
        ("store", "unit:store", "xbrli:decimalItemType"),
    ],
)
def test_units(unit: str, written: str | None, type_: str) -> None:
    made = write_report("a", "Acme", [fact(unit=unit, dimensions={})])
    report = json.loads(made.report)
    assert report["facts"]["f1"]["dimensions"].get("unit") == written
    for prefix in {part.partition(":")[0] for part in (written or "").split("/") if part}:
        assert prefix in report["documentInfo"]["namespaces"]
    assert f'type="{type_}"' in made.schemas["a.us-gaap.xsd"]


def test_a_day_is_the_midnight_after_it() -> None:
    report = json.loads(write_report("a", "Acme", [fact("us-gaap:Assets", period=LAST)]).report)
    assert report["facts"]["f1"]["dimensions"]["period"] == "2025-01-01T00:00:00"


def test_schemas_declare_concepts_axes_and_members() -> None:
    made = write_report("a", "Acme", [fact(), fact("us-gaap:Assets", period=LAST, dimensions={})])
    found = {}
    for name, schema in made.schemas.items():
        for element in etree.fromstring(schema.encode()).iter("{*}element"):
            period = element.get("{http://www.xbrl.org/2003/instance}periodType")
            found[name, element.get("name")] = element.get("substitutionGroup"), period
    assert found == {
        ("a.us-gaap.xsd", "Assets"): ("xbrli:item", "instant"),
        ("a.us-gaap.xsd", "Revenues"): ("xbrli:item", "duration"),
        ("a.srt.xsd", "StatementGeographicalAxis"): ("xbrldt:dimensionItem", "duration"),
        ("a.acme.xsd", "EuropeMember"): ("xbrli:item", "duration"),
    }
    assert json.loads(made.report)["documentInfo"]["taxonomy"] == sorted(made.schemas)


def test_one_fact_a_meaning() -> None:
    others = [fact(), fact(), fact(value="6"), fact(period=LAST), fact(dimensions={})]
    made = write_report("a", "Acme", others)
    assert (made.facts, made.repeated, made.contradicting) == (2, 1, 2)
