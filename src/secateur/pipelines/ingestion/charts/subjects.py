"""Whose a chart's document is, in lines as the header of a note prints them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree


def subject_of_fhir(patient: Mapping[str, Any], reference: str) -> str:
    """Writes who a FHIR Patient is.

    Args:
        patient: The resource; empty where the file does not hold it.
        reference: What refers to it, which tells patients apart without the resource.
    """
    name = _first(patient, "name")
    given = name.get("given")
    words = [*(given if isinstance(given, list) else ()), name.get("family") or name.get("text")]
    number = _first(patient, "identifier").get("value") or reference
    return _lines(words, number, patient.get("birthDate"), patient.get("gender"))


def subject_of_cda(root: etree._Element) -> str:
    """Writes who the record target of a C-CDA document is; empty where it has none."""
    role = root.find("{*}recordTarget/{*}patientRole")
    if role is None:
        return ""
    number, born = role.find("{*}id"), role.find("{*}patient/{*}birthTime")
    sex = role.find("{*}patient/{*}administrativeGenderCode")
    parts = role.iterfind("{*}patient/{*}name[1]/*")
    day = "" if born is None else born.get("value", "")[:8]
    return _lines(
        [part.text for part in parts if etree.QName(part).localname in ("given", "family")],
        None if number is None else number.get("extension"),
        "-".join(filter(None, (day[:4], day[4:6], day[6:]))),
        None if sex is None else sex.get("code"),
    )


def _first(resource: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    values = resource.get(name)
    first = values[0] if isinstance(values, list) and values else {}
    return first if isinstance(first, dict) else {}


def _lines(words: list[Any], number: Any, born: Any, sex: Any) -> str:
    name = " ".join(" ".join(word.split()) for word in words if isinstance(word, str))
    told = (("Name", name), ("MRN", number), ("DOB", born), ("Sex", sex))
    return "\n".join(
        f"{label}: {value}" for label, value in told if value and isinstance(value, str)
    )
