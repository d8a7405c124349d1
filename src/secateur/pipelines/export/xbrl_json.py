"""Facts as xBRL-JSON (OIM 1.0), with schemas beside it that declare their concepts.

A report needs a taxonomy. The public ones are large and lie on the web; what is written here stands
by itself: a schema a namespace, which declares the concepts, axes and members that the facts use.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import quoteattr

DOCUMENT_TYPE = "https://xbrl.org/2021/xbrl-json"
_OWN = "urn:secateur"
_KNOWN = {
    "us-gaap": "http://fasb.org/us-gaap/2024",
    "srt": "http://fasb.org/srt/2024",
    "dei": "http://xbrl.sec.gov/dei/2024",
    "ecd": "http://xbrl.sec.gov/ecd/2024",
    "country": "http://xbrl.sec.gov/country/2024",
    "ifrs-full": "https://xbrl.ifrs.org/taxonomy/2024-03-27/ifrs-full",
}
"""Namespaces of public taxonomies; other prefixes have one of this writer's."""
_ISO = "http://www.xbrl.org/2003/iso4217"
_XBRLI = "http://www.xbrl.org/2003/instance"
_CURRENCY = 3
"""Letters of a currency's code."""
_SCHEMA = """<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
    xmlns:xbrli="http://www.xbrl.org/2003/instance"
    xmlns:xbrldt="http://xbrl.org/2005/xbrldt"
    xmlns:own={namespace} targetNamespace={namespace} elementFormDefault="qualified">
  <xs:import namespace="http://www.xbrl.org/2003/instance"
      schemaLocation="http://www.xbrl.org/2003/xbrl-instance-2003-12-31.xsd"/>
  <xs:import namespace="http://xbrl.org/2005/xbrldt"
      schemaLocation="http://www.xbrl.org/2005/xbrldt-2005.xsd"/>
{elements}
</xs:schema>
"""
_ELEMENT = (
    "  <xs:element name={name} id={id} type={type} substitutionGroup={group} abstract={abstract} "
    'nillable="true" xbrli:periodType={period}/>'
)


@dataclass(frozen=True)
class XbrlFact:
    """A fact to write.

    Attributes:
        concept: Qualified name ("us-gaap:Assets").
        value: The number.
        decimals: Decimals to which it is exact, below 0 left of the point.
        period: A day, or first and last day with "/" between.
        unit: "USD", "USD/shares", "shares", "pure".
        dimensions: Member by axis, both qualified names.
    """

    concept: str
    value: Decimal
    decimals: int
    period: str
    unit: str
    dimensions: Mapping[str, str]


@dataclass(frozen=True)
class XbrlReport:
    """A report in xBRL-JSON.

    Attributes:
        report: Text of the JSON file.
        schemas: Text of each schema by the name of its file, which the JSON names.
        facts: How many facts it has.
        repeated: Facts left out that say again what another one says.
        contradicting: Those of the same concept, period, unit and dimensions as an earlier one, or
            of another kind of period than most of their concept's, with another value.
    """

    report: str
    schemas: Mapping[str, str]
    facts: int
    repeated: int
    contradicting: int


def write_report(name: str, entity: str, facts: Iterable[XbrlFact]) -> XbrlReport:
    """Writes facts as a report.

    Args:
        name: How the names of the schemas' files begin.
        entity: The company.
        facts: Its facts; of several of one meaning the first counts.
    """
    facts = list(facts)
    kinds = _period_types(facts)
    kept: dict[tuple[Any, ...], XbrlFact] = {}
    repeated = contradicting = 0
    for fact in facts:
        key = fact.concept, fact.period, fact.unit, frozenset(fact.dimensions.items())
        if _period_type(fact) != kinds[fact.concept]:
            contradicting += 1
        elif (known := kept.setdefault(key, fact)) is not fact:
            repeated += known.value == fact.value
            contradicting += known.value != fact.value
    own = list(kept.values())
    schemas = _schemas(own, kinds)
    files = {prefix: f"{name}.{prefix}.xsd" for prefix in schemas}
    namespaces = {prefix: namespace_of(prefix) for prefix in schemas}
    namespaces |= {"xbrl": "https://xbrl.org/2021", "company": f"{_OWN}:company"}
    namespaces |= _unit_namespaces(own)
    report = {
        "documentInfo": {
            "documentType": DOCUMENT_TYPE,
            "namespaces": namespaces,
            "taxonomy": list(files.values()),
        },
        "facts": {
            f"f{number}": _fact(fact, "_".join(entity.split()) or "unknown")
            for number, fact in enumerate(own, 1)
        },
    }
    return XbrlReport(
        json.dumps(report, ensure_ascii=False, indent=1) + "\n",
        {files[prefix]: schema for prefix, schema in schemas.items()},
        len(own), repeated, contradicting,
    )  # fmt: skip


def namespace_of(prefix: str) -> str:
    """Names the namespace that a prefix stands for."""
    return _KNOWN.get(prefix, f"{_OWN}:taxonomy:{prefix}")


def _fact(fact: XbrlFact, entity: str) -> dict[str, Any]:
    dimensions = {
        "concept": fact.concept,
        "entity": f"company:{entity}",
        "period": "/".join(_times(fact.period)),
        **fact.dimensions,
    }
    if fact.unit != "pure":
        dimensions["unit"] = "/".join(_measure(part) for part in fact.unit.split("/"))
    return {"value": f"{fact.value:f}", "decimals": fact.decimals, "dimensions": dimensions}


def _times(period: str) -> list[str]:
    """Midnights at which a period begins and ends; a day stands for its end."""
    *start, end = map(date.fromisoformat, period.split("/"))
    return [f"{day}T00:00:00" for day in (*start, end + timedelta(days=1))]


def _measure(unit: str) -> str:
    if unit in ("shares", "pure"):
        return f"xbrli:{unit}"
    return f"iso4217:{unit}" if _is_currency(unit) else f"unit:{unit}"


def _is_currency(unit: str) -> bool:
    return len(unit) == _CURRENCY and unit.isascii() and unit.isupper()


def _unit_namespaces(facts: Sequence[XbrlFact]) -> dict[str, str]:
    known = {"iso4217": _ISO, "xbrli": _XBRLI, "unit": f"{_OWN}:unit"}
    measures = (_measure(part) for f in facts if f.unit != "pure" for part in f.unit.split("/"))
    used = {measure.partition(":")[0] for measure in measures}
    return {prefix: space for prefix, space in known.items() if prefix in used}


def _period_type(fact: XbrlFact) -> str:
    return "duration" if "/" in fact.period else "instant"


def _period_types(facts: Sequence[XbrlFact]) -> dict[str, str]:
    """The kind of period of most facts of each concept, which has one."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for fact in facts:
        counts[fact.concept][_period_type(fact)] += 1
    return {concept: own.most_common(1)[0][0] for concept, own in counts.items()}


def _schemas(facts: Sequence[XbrlFact], kinds: Mapping[str, str]) -> dict[str, str]:
    """A schema by prefix, in alphabetical order."""
    units: defaultdict[str, set[str]] = defaultdict(set)
    for fact in facts:
        units[fact.concept].add(fact.unit)
    declared = {
        concept: _element(concept, _type(own), "xbrli:item", "false", kinds[concept])
        for concept, own in units.items()
    }
    domain = "xbrli:stringItemType"
    for fact in facts:
        for axis, member in fact.dimensions.items():
            declared[axis] = _element(axis, domain, "xbrldt:dimensionItem", "true", "duration")
            declared.setdefault(member, _element(member, domain, "xbrli:item", "true", "duration"))
    by_prefix: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(declared):
        by_prefix[name.partition(":")[0]].append(declared[name])
    return {
        prefix: _SCHEMA.format(
            namespace=quoteattr(namespace_of(prefix)), elements="\n".join(elements)
        )
        for prefix, elements in by_prefix.items()
    }


def _type(units: set[str]) -> str:
    if all(map(_is_currency, units)):
        return "xbrli:monetaryItemType"
    (unit,) = units if len(units) == 1 else ("",)
    return {"shares": "xbrli:sharesItemType", "pure": "xbrli:pureItemType"}.get(
        unit, "xbrli:decimalItemType"
    )


def _element(name: str, type_: str, group: str, abstract: str, period: str) -> str:
    prefix, _, local = name.partition(":")
    return _ELEMENT.format(
        name=quoteattr(local), id=quoteattr(f"{prefix}_{local}"), type=quoteattr(type_),
        group=quoteattr(group), abstract=quoteattr(abstract), period=quoteattr(period),
    )  # fmt: skip
