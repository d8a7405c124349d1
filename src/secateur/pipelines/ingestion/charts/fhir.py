"""FHIR R4 and R5 JSON: the narrative and the attachments that hold a document's text."""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from secateur.pipelines.document.document import PassageKind
from secateur.pipelines.ingestion.charts.loinc import section_name
from secateur.pipelines.ingestion.charts.resources import cells_of
from secateur.pipelines.ingestion.charts.subjects import subject_of_fhir
from secateur.pipelines.ingestion.files.detect import FHIR
from secateur.pipelines.ingestion.files.json_values import (
    RepeatedNameError,
    parse_json,
    string_at,
    valid,
)
from secateur.pipelines.ingestion.layout.blocks import Cell
from secateur.pipelines.ingestion.layout.reading import NoteStart, Reading, Source, day_of
from secateur.pipelines.ingestion.layout.textrun import Run

_DOCUMENTS = ("Composition", "DocumentReference", "DiagnosticReport", "Binary")
_PACKED = "data"
"""The elements of type base64Binary that hold content: `Attachment.data` and `Binary.data`."""
_PAGE = "<html><body>", "</body></html>"
_TAG = re.compile(r"<[^<>]*>")
_DEEPEST = 200
"""Sections are walked by recursion, and no document nests them so deep."""


@dataclass(frozen=True)
class _Node:
    """An object of the JSON and where it stands.

    Attributes:
        pointer: To the object (RFC 6901).
        value: Its members; none if there is something else than an object.
        address: Of a Bundle's entry, its full URL.
    """

    pointer: str
    value: Mapping[str, Any] = field(default_factory=dict)
    address: str = ""

    def child(self, name: str) -> _Node:
        """The object that is a member's value."""
        value = self.value.get(name)
        return _Node(f"{self.pointer}/{name}", value if isinstance(value, dict) else {})

    def children(self, name: str) -> Iterator[_Node]:
        """The objects in a member that is a list."""
        value = self.value.get(name)
        if isinstance(value, list):
            yield from _items(f"{self.pointer}/{name}", value)

    def text(self, name: str) -> str:
        """A member that is a string, else an empty one."""
        value = self.value.get(name)
        return valid(value) if isinstance(value, str) else ""


def read_fhir(data: bytes, source: Source) -> Reading:
    """Reads a FHIR resource, or the documents of a Bundle.

    Of compositions the sections are read, whose entries tell what no narrative does; the
    attachments of DocumentReferences, DiagnosticReports and Binaries in whatever format they are;
    else the resource's narrative. Narratives that only repeat or accompany these are counted as
    dropped.

    Args:
        data: The content.
        source: Where it comes from.

    Returns:
        What was found.

    Raises:
        IngestionError: The JSON or an attachment is damaged, a name stands twice in an object,
            there is no text, or a bound is passed.
    """
    try:
        content = parse_json(data)
    except RepeatedNameError:
        raise source.refusal(
            "an object of the JSON has two values of one name", "export the resource again"
        ) from None
    except (ValueError, RecursionError):
        raise source.refusal("the JSON is damaged", "export the resource again") from None
    outer = _items("", content) if isinstance(content, list) else _items("", [content], bare=True)
    found = [inner for node in outer for inner in _unbundle(node, source)]
    documents = [node for node in found if node.value.get("resourceType") in _DOCUMENTS]
    reader = _Reader(source, Reading(media_type=FHIR, sections=[]), _addresses(found))
    for node in documents or found:
        reader.begin_note(node)
        reader.read(node)
    others = [node for node in found if node.value.get("resourceType") not in _DOCUMENTS]
    for node in others if documents else ():
        reader.drop_narrative(node, "other resources")
    if not reader.reading.assembly.length:
        kinds = ", ".join(sorted({_kind(node) for node in found})) or "none"
        raise source.refusal(
            f"no text in its FHIR resources ({kinds})",
            "give a DocumentReference, Composition or DiagnosticReport with text in it",
        )
    unread = [node for node in others if documents or not node.child("text").text("div").strip()]
    unread = [node for node in unread if node.pointer not in reader.told]
    if unread:
        counts = sorted(Counter(map(_kind, unread)).items())
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in counts)
        reader.reading.warnings.append(f"only documents and narratives are read, not {kinds}")
    return reader.reading


def open_pointer(data: bytes, pointer: str) -> bytes:
    """Unpacks a string of a FHIR file.

    Args:
        data: The JSON.
        pointer: To the string, as in `Passage.part`.

    Returns:
        The string in UTF-8, or what it holds in base64.

    Raises:
        ValueError: There is no such string, or the file is damaged.
    """
    string = string_at(data, pointer)
    return base64.b64decode(string) if pointer.endswith(f"/{_PACKED}") else string.encode()


class _Reader:
    """Reads resources one after another into one reading."""

    def __init__(self, source: Source, reading: Reading, addresses: dict[str, _Node]) -> None:
        self._source = source
        self._addresses = addresses
        self.told: set[str] = set()
        self.reading = reading

    def begin_note(self, node: _Node) -> None:
        """Notes where a document begins, its day and whose it is."""
        reference = node.child("subject").text("reference")
        subject = subject_of_fhir(self._fields(reference), reference) if reference else ""
        start = self.reading.assembly.next_start
        self.reading.notes.append(NoteStart(start, _day(node), subject))

    def read(self, node: _Node) -> None:
        """Appends a resource."""
        kind = node.value.get("resourceType")
        self.reading.dated = self.reading.dated or _day(node)
        if kind == "Composition":
            self._add(node, "title", "title")
            self._add_notes(node)
            self.drop_narrative(node, "narrative")
            for section in node.children("section"):
                self._read_section(section, (), 1)
        elif kind == "DocumentReference":
            self._add(node, "description", "title")
            self.drop_narrative(node, "narrative")
            for content in node.children("content"):
                self._include_attachment(content.child("attachment"))
        elif kind == "Binary":
            self._include_attachment(node)
        else:
            self._include_narrative(node, ())
            if kind == "DiagnosticReport":
                self._add(node, "conclusion", "paragraph")
                self._add_notes(node)
                for form in node.children("presentedForm"):
                    self._include_attachment(form)

    def drop_narrative(self, node: _Node, reason: str) -> None:
        """Counts a narrative that is left out."""
        parts = _TAG.split(node.child("text").text("div"))
        self.reading.drop(reason, sum(len(part.strip()) for part in parts))

    def _read_section(self, section: _Node, parents: tuple[str, ...], depth: int) -> None:
        if depth > min(_DEEPEST, self._source.limits.nesting):
            raise self._source.refusal("sections nest too deeply", "export the resource again")
        title = " ".join(section.text("title").split())
        codes = [coding.text("code") for coding in section.child("code").children("coding")]
        codes = [code for code in codes if code]
        names = (section_name(code, "") for code in codes)
        name = next(filter(None, names), None) or section_name("", title)
        path = (*parents, name) if name else parents
        start = self.reading.assembly.next_start
        self.reading.begin_section(start, path, next(iter(codes), None))
        self._add(section, "title", "title")
        self._include_narrative(section, path)
        if not section.child("text").text("div").strip():
            self._add_entries(section)
        for inner in section.children("section"):
            self._read_section(inner, path, depth + 1)

    def _add_entries(self, section: _Node) -> None:
        """Appends a row for each resource that a section without a narrative refers to."""
        rows: list[list[Cell]] = []
        for entry in section.children("entry"):
            resource = self._resource(entry.text("reference"))
            shown = " ".join(entry.text("display").split())
            cells = cells_of(resource.value, self._fields) or (("Name", shown),) * bool(shown)
            if cells:
                self.told.add(resource.pointer)
                rows.append([_cell(number, *cell) for number, cell in enumerate(cells)])
            elif not resource.value:
                self.reading.warnings.append("a section refers to what the file does not hold")
        self.reading.assembly.add_table(rows)

    def _fields(self, address: str) -> Mapping[str, Any]:
        return self._resource(address).value

    def _resource(self, address: str) -> _Node:
        return self._addresses.get(address.partition("/_history/")[0], _Node(""))

    def _include_narrative(self, node: _Node, parents: tuple[str, ...]) -> None:
        text = node.child("text")
        markup = text.text("div")
        if markup.strip():
            page = markup.join(_PAGE).encode()
            inner = self._source.read_inner(page, "narrative")
            part = (f"{text.pointer}/div",)
            self.reading.include(inner, part, offset=-len(_PAGE[0]), parents=parents)

    def _include_attachment(self, node: _Node) -> None:
        content, address = node.text(_PACKED), node.text("url")
        if content.strip():
            try:
                data = base64.b64decode(content)
            except (binascii.Error, ValueError):
                raise self._source.refusal(
                    "an attachment is damaged base64", "export the resource again"
                ) from None
            if data:
                inner = self._source.read_inner(data, "attachment")
                self.reading.include(inner, (f"{node.pointer}/{_PACKED}",))
        elif address and address not in self._addresses:
            self.reading.warnings.append(
                "an attachment is given by its address only and was not fetched"
            )

    def _add_notes(self, node: _Node) -> None:
        for note in node.children("note"):
            self._add(note, "text", "paragraph")

    def _add(self, node: _Node, name: str, kind: PassageKind) -> None:
        raw = node.text(name)
        text = " ".join(raw.split())
        if text:
            start = len(raw) - len(raw.lstrip())
            first = len(raw[:start].encode())
            self.reading.assembly.add_text(
                text,
                kind,
                strong=kind == "title",
                source=(first, first + len(raw.strip().encode())),
                part=(f"{node.pointer}/{name}",),
            )


def _cell(number: int, head: str, text: str) -> Cell:
    run = Run()
    run.add(text)
    return Cell((run,), text, number, number + 1, column=head)


def _items(pointer: str, values: list[object], *, bare: bool = False) -> Iterator[_Node]:
    for number, value in enumerate(values):
        if isinstance(value, dict):
            yield _Node(pointer if bare else f"{pointer}/{number}", value)


def _unbundle(node: _Node, source: Source, depth: int = 0) -> Iterator[_Node]:
    if depth > source.limits.archive_depth:
        raise source.refusal(
            f"Bundles nest deeper than {source.limits.archive_depth}",
            "export the resource again, or raise Limits.archive_depth (--limit archive_depth=N)",
        )
    if node.value.get("resourceType") != "Bundle":
        yield node
        return
    for entry in node.children("entry"):
        resource = entry.child("resource")
        if resource.value:
            resource = replace(resource, address=entry.text("fullUrl"))
            yield from _unbundle(resource, source, depth + 1)


def _addresses(found: list[_Node]) -> dict[str, _Node]:
    """What attachments and sections may call the resources of the file."""
    by_id = {
        f"{node.text('resourceType')}/{node.text('id')}": node for node in found if node.text("id")
    }
    return by_id | {node.address: node for node in found if node.address}


def _day(node: _Node) -> str | None:
    """The day of what a document tells of, else the one when it was written."""
    periods = (node.child("context").child("period"), node.child("period"))
    starts = (period.text("start") for period in periods)
    told = next(filter(None, starts), None) or node.text("effectiveDateTime")
    return day_of(told or node.text("date"))


def _kind(node: _Node) -> str:
    """The type of a resource if it can be one: nothing else of a file may stand in a message."""
    name = str(node.value.get("resourceType"))
    return name if name.isascii() and name.isalpha() and len(name) <= 40 else "unknown"
