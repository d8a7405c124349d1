"""What the fields of a FHIR resource say, as cells: for sections that only refer to resources."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from secateur.pipelines.ingestion.files.json_values import valid

Fields = Mapping[str, Any]

# R4 names what a medication is in two ways, R5 in one; of an immunization it is the vaccine.
_NAMES = ("code", "medicationCodeableConcept", "medicationReference", "medication", "vaccineCode")
_DOSES = ("dosageInstruction", "dosage")
_ALLERGY, _MEDICATION = "AllergyIntolerance", "Medication"
_WRONG = frozenset(("entered-in-error", "refuted"))


def cells_of(resource: Fields, resolve: Callable[[str], Fields]) -> tuple[tuple[str, str], ...]:
    """Says what a resource holds: its name, dose or value, reactions and status.

    Args:
        resource: An allergy, a condition, a medication's order or any resource with a code.
        resolve: Gives the resource that a reference names, an empty one if it is not at hand.

    Returns:
        Heads and what stands below them, such as ("Reaction", "hives"), as far as it is said; empty
        if the resource has no name or was entered in error.
    """
    name = next(filter(None, (_concept(resource.get(key), resolve) for key in _NAMES)), "")
    kind = _text(resource, "resourceType")
    is_drug = kind.startswith(_MEDICATION)
    status = _code(resource.get("clinicalStatus")) or _text(resource, "status")
    if not name or not _WRONG.isdisjoint((status, _code(resource.get("verificationStatus")))):
        return ()
    doses = ", ".join(_text(dose, "text") for key in _DOSES for dose in _objects(resource, key))
    cells = (
        ("Allergen" if kind == _ALLERGY else _MEDICATION if is_drug else "Name", name),
        ("Dose", doses),
        ("Value", _value(resource)),
        ("Reaction", ", ".join(_reactions(resource, resolve))),
        ("Status", status.replace("-", " ") if is_drug or "clinicalStatus" in resource else ""),
    )
    return tuple((head, text) for head, text in cells if text)


def _concept(value: object, resolve: Callable[[str], Fields]) -> str:
    """The words of a CodeableConcept, or of what a reference to a resource with a code names."""
    if not isinstance(value, dict):
        return ""
    displays = (_text(coding, "display") for coding in _objects(value, "coding"))
    text = _text(value, "text") or next(filter(None, displays), "")
    reference = value.get("reference")
    if isinstance(reference, str):
        named = resolve(reference).get("code")
        return _concept(named, lambda _: {}) or _text(value, "display")
    # R5 holds one of both inside the element.
    return text or _concept(value.get("concept"), resolve) or _concept(reference, resolve)


def _reactions(resource: Fields, resolve: Callable[[str], Fields]) -> Iterator[str]:
    for reaction in _objects(resource, "reaction"):
        shown = [_concept(sign, resolve) for sign in _objects(reaction, "manifestation")]
        yield from filter(None, shown or [_text(reaction, "description")])


def _code(value: object) -> str:
    codes = _objects(value, "coding") if isinstance(value, dict) else iter(())
    return next((_text(coding, "code") for coding in codes), "")


def _value(resource: Fields) -> str:
    quantity = resource.get("valueQuantity")
    if isinstance(quantity, dict) and isinstance(quantity.get("value"), (int, float)):
        return f"{quantity['value']} {_text(quantity, 'unit')}".strip()
    return _text(resource, "valueString")


def _objects(fields: Fields, name: str) -> Iterator[Fields]:
    value = fields.get(name)
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    return " ".join(valid(value).split()) if isinstance(value, str) else ""
