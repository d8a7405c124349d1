"""A handover as text, Markdown and JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, fields

from secateur.pipelines.document.handover import (
    NOT_STATED,
    TITLES,
    Handover,
    HandoverItem,
    HandoverSection,
    Medication,
)


def section_text(section: HandoverSection) -> str:
    """Writes a section: its title, then an item a line."""
    title = TITLES[section.name]
    if not section.items:
        return f"{title}: {NOT_STATED}"
    if len(section.items) == 1:
        return f"{title}: {_line(section.items[0])}"
    return "\n".join([f"{title}:", *(f"- {_line(item)}" for item in section.items)])


def as_text(sections: Sequence[HandoverSection]) -> str:
    """Writes the sections of a handover, one item a line, unwrapped."""
    return "\n".join(map(section_text, sections))


def _line(item: HandoverItem) -> str:
    return f"{item.text} (check: {', '.join(item.flags)})" if item.flags else item.text


def as_markdown(handover: Handover) -> str:
    """Writes a handover with the table of medications, flags, codes and places."""
    lines = [f"# Handover: {handover.doc_id}"]
    for section in handover.sections:
        lines += ["", f"## {TITLES[section.name]}", ""]
        rows = [item for item in section.items if item.medication]
        if rows:
            columns = [field.name for field in fields(Medication)]
            lines.append(f"| {' | '.join(columns)} | check | place |")
            lines.append("|---" * (len(columns) + 2) + "|")
            lines += [_table_row(item, columns) for item in rows]
            lines.append("")
        lines += [_bullet(item) for item in section.items if not item.medication]
        if not section.items:
            lines.append(NOT_STATED)
    return "\n".join(lines).rstrip() + "\n"


def _table_row(item: HandoverItem, columns: Sequence[str]) -> str:
    cells = [str(getattr(item.medication, name)) for name in columns]
    cells += [", ".join(item.flags), _places(item)]
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _bullet(item: HandoverItem) -> str:
    codes = "".join(f" `{code.code}` {code.probability:.2f}" for code in item.codes)
    return f"- {_line(item)}{codes} [{_places(item)}]"


def _places(item: HandoverItem) -> str:
    return ", ".join(f"{place.start}-{place.end}" for place in item.evidence)


def as_json(handover: Handover) -> str:
    """Writes a handover as one JSON line: its text, and its sections with places and flags."""
    return json.dumps(asdict(handover), ensure_ascii=False) + "\n"
