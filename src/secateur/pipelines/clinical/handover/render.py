"""A handover in its formats: text, Markdown and JSON here, Word and FHIR by their modules."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from importlib import import_module
from types import MappingProxyType

from secateur.pipelines.document.handover import (
    NOT_STATED,
    NOTICE,
    SECTION_TITLES,
    Handover,
    HandoverItem,
    HandoverSection,
    Medication,
)
from secateur.pipelines.export.formats import Files, Frame


def section_text(section: HandoverSection) -> str:
    """Writes a section: its title, then an item a line."""
    title = SECTION_TITLES[section.name]
    if not section.items:
        return f"{title}: {NOT_STATED}"
    if len(section.items) == 1:
        return f"{title}: {_line(section.items[0])}"
    return "\n".join([f"{title}:", *(f"- {_line(item)}" for item in section.items)])


def as_text(sections: Sequence[HandoverSection], notices: Sequence[str] = ()) -> str:
    """Writes notices and the sections of a handover, one item a line, unwrapped."""
    return "\n".join([*notice_lines(notices), *map(section_text, sections)])


def notice_lines(notices: Sequence[str]) -> list[str]:
    """Writes what could not be read as it should, a line each."""
    return [f"{NOTICE}: {notice}" for notice in notices]


def _line(item: HandoverItem) -> str:
    return f"{item.text} (check: {', '.join(item.flags)})" if item.flags else item.text


def as_markdown(handover: Handover) -> str:
    """Writes a handover with the table of medications, flags, codes and places."""
    lines = [f"# Handover: {handover.doc_id}"]
    lines += [line for notice in notice_lines(handover.notices) for line in ("", f"**{notice}**")]
    for section in handover.sections:
        lines += ["", f"## {SECTION_TITLES[section.name]}", ""]
        rows = [item for item in section.items if item.medication]
        if rows:
            columns = [each.name for each in fields(Medication)]
            lines.append(f"| {' | '.join(columns)} | check | place |")
            lines.append("|---" * (len(columns) + 2) + "|")
            lines += [_table_row(item, columns) for item in rows]
            lines.append("")
        lines += [_bullet(item) for item in section.items if not item.medication]
        if not section.items:
            lines.append(NOT_STATED)
    notes = note_lines(handover)
    lines += ["", "## Notes", "", *(f"- {note}" for note in notes)] if notes else []
    return "\n".join(lines).rstrip() + "\n"


def note_lines(handover: Handover) -> list[str]:
    """Writes which notes a record's places are in, a line each."""
    told = (" ".join(filter(None, (each.doc_id, each.when, each.kind))) for each in handover.notes)
    return [f"{number}: {note}" for number, note in enumerate(told, 1)]


def _table_row(item: HandoverItem, columns: Sequence[str]) -> str:
    cells = [str(getattr(item.medication, name)) for name in columns]
    cells += [", ".join(item.flags), item.places()]
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _bullet(item: HandoverItem) -> str:
    codes = "".join(f" `{code.code}` {code.probability:.2f}" for code in item.codes)
    return f"- {_line(item)}{codes} [{item.places()}]"


def as_json(handover: Handover) -> str:
    """Writes a handover as one JSON line: its text, and its sections with places and flags."""
    return json.dumps(asdict(handover), ensure_ascii=False) + "\n"


def _of(module: str, name: str) -> Callable[[Handover], str | bytes]:
    """A function of a module that loads a library of its own."""

    def write(handover: Handover) -> str | bytes:
        found = import_module(f"secateur.pipelines.clinical.handover.{module}")
        written: str | bytes = getattr(found, name)(handover)
        return written

    return write


@dataclass(frozen=True)
class HandoverFormat:
    """A format of handovers.

    Attributes:
        suffix: End of the file's name.
        write: Makes its content.
        text: Whether it is text, which fits a stream.
        frame: How several make one stream.
    """

    suffix: str
    write: Callable[[Handover], str | bytes]
    text: bool = True
    frame: Frame = field(default_factory=Frame)


HANDOVER_FORMATS: Mapping[str, HandoverFormat] = MappingProxyType(
    {
        "text": HandoverFormat("txt", lambda handover: f"{handover.text}\n", frame=Frame("", "\n")),
        "md": HandoverFormat("md", as_markdown, frame=Frame("", "\n")),
        "json": HandoverFormat("json", as_json),
        "docx": HandoverFormat("docx", _of("word", "as_docx"), text=False),
        "fhir": HandoverFormat("fhir.json", _of("fhir", "as_fhir")),
    }
)


def handover_files(handover: Handover, form: str) -> Files:
    """Writes a handover in one of `HANDOVER_FORMATS`."""
    chosen = HANDOVER_FORMATS[form]
    written = chosen.write(handover)
    # Half a surrogate pair, as broken input can hold, fits no file; one character stays one.
    content = written.encode(errors="replace") if isinstance(written, str) else written
    return {chosen.suffix: content}
