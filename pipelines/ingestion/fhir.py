"""FHIR R4 and R5 JSON: the narrative and the attachments that hold a document's text."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from typing import Any

from secateur.pipelines.ingestion.decode import decode
from secateur.pipelines.ingestion.detect import FHIR
from secateur.pipelines.ingestion.loinc import section_name
from secateur.pipelines.ingestion.reading import Reading, SectionStart, Source

_Resource = Mapping[str, Any]
_DOCUMENTS = ("Composition", "DocumentReference", "DiagnosticReport", "Binary")


def read_fhir(data: bytes, source: Source) -> Reading:
    """Read a FHIR resource, or the documents of a Bundle.

    Args:
        data: The JSON.
        source: Where it comes from.

    Returns:
        Compositions by section; attachments of DocumentReferences, DiagnosticReports and Binaries
        in whatever format they are; else the resource's narrative.

    Raises:
        IngestionError: If the JSON is damaged or holds none of these.
    """
    try:
        resource = json.loads(decode(data)[0])
    except (ValueError, RecursionError):
        raise source.refusal("the JSON is damaged", "export the resource again") from None
    resources = resource if isinstance(resource, list) else [resource]
    reading = Reading(media_type=FHIR, sections=[])
    found = [inner for outer in resources for inner in _unbundle(outer, source)]
    documents = [r for r in found if r.get("resourceType") in _DOCUMENTS]
    for document in documents or found:
        _read_resource(document, source, reading)
    if not reading.assembly.length:
        kinds = ", ".join(sorted({_kind(resource) for resource in found})) or "none"
        raise source.refusal(
            f"no text in its FHIR resources ({kinds})",
            "give a DocumentReference, Composition or DiagnosticReport with text in it",
        )
    return reading


def _unbundle(resource: object, source: Source, depth: int = 0) -> Iterator[_Resource]:
    if depth > 5:
        raise source.refusal("Bundles nest deeper than 5", "export the resource again")
    if not isinstance(resource, dict):
        return
    if resource.get("resourceType") != "Bundle":
        yield resource
        return
    for entry in _list(resource.get("entry")):
        yield from _unbundle(entry.get("resource"), source, depth + 1)


def _read_resource(resource: _Resource, source: Source, reading: Reading) -> None:
    kind = resource.get("resourceType")
    if kind == "Composition":
        _add_title(resource.get("title"), reading)
        for section in _list(resource.get("section")):
            _read_section(section, source, reading)
    elif kind == "DocumentReference":
        for content in _list(resource.get("content")):
            _include_attachment(content.get("attachment"), source, reading)
    elif kind == "Binary":
        _include_attachment(resource, source, reading)
    elif kind == "DiagnosticReport":
        _include_narrative(resource, source, reading)
        _add_paragraph(resource.get("conclusion"), reading)
        for form in _list(resource.get("presentedForm")):
            _include_attachment(form, source, reading)
    else:
        _include_narrative(resource, source, reading)


def _read_section(section: _Resource, source: Source, reading: Reading, depth: int = 0) -> None:
    if depth > 20:
        raise source.refusal("sections nest deeper than 20", "export the resource again")
    title = section.get("title") if isinstance(section.get("title"), str) else ""
    codings = _list(_mapping(section.get("code")).get("coding"))
    codes = [str(coding["code"]) for coding in codings if coding.get("code")]
    names = (section_name(code, "") for code in codes)
    name = next(filter(None, names), None)
    name = name or section_name("", " ".join(str(title).split()))
    if name is not None and reading.sections is not None:
        start = reading.assembly.length
        reading.sections.append(SectionStart(start, name, code=next(iter(codes), None)))
    _add_title(title, reading)
    _include_narrative(section, source, reading)
    for inner in _list(section.get("section")):
        _read_section(inner, source, reading, depth + 1)


def _include_narrative(resource: _Resource, source: Source, reading: Reading) -> None:
    markup = _mapping(resource.get("text")).get("div")
    if isinstance(markup, str) and markup.strip():
        page = f"<html><body>{markup}</body></html>"
        reading.include(source.read_inner(page.encode(), "narrative"))


def _include_attachment(attachment: object, source: Source, reading: Reading) -> None:
    holder = _mapping(attachment)
    content = holder.get("data")
    if isinstance(content, str) and content.strip():
        try:
            data = base64.b64decode(content)
        except (binascii.Error, ValueError):
            raise source.refusal(
                "an attachment is damaged base64", "export the resource again"
            ) from None
        if data:
            reading.include(source.read_inner(data, "attachment"))
    elif holder.get("url"):
        reading.warnings.append("an attachment is given by its address only and was not fetched")


def _add_title(title: object, reading: Reading) -> None:
    text = " ".join(title.split()) if isinstance(title, str) else ""
    if text:
        reading.assembly.add_text(text, "title", strong=True)


def _add_paragraph(content: object, reading: Reading) -> None:
    text = " ".join(content.split()) if isinstance(content, str) else ""
    if text:
        reading.assembly.add_text(text, "paragraph")


def _kind(resource: _Resource) -> str:
    """The type of a resource if it can be one: nothing else of a file may stand in a message."""
    name = str(resource.get("resourceType"))
    return name if name.isascii() and name.isalpha() and len(name) <= 40 else "unknown"


def _list(value: object) -> list[_Resource]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _mapping(value: object) -> _Resource:
    return value if isinstance(value, dict) else {}
