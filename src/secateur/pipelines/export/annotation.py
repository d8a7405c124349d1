"""Formats of annotation tools: brat's standoff files and Label Studio's tasks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.errors import UsageError
from secateur.pipelines.export.records import as_record, from_record, refuse_summary

_SPAN = re.compile(r"T(\d+)\t(\S+) ((?:\d{1,15}[ ;]+)*\d{1,15})\t(.*)")
_NOTE = re.compile(r"#\d+\tAnnotatorNotes T(\d+)\t(.*)")
_LABELS = "labels"
BREAKS = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x85\u2028\u2029"
"""What parts fields and lines for brat; an annotation of it holds none."""
_BREAK = re.compile(f"[{BREAKS}]")
_OWN = ("start", "end", "text", "label")


def write_brat(entities: Sequence[Entity]) -> str:
    """Writes an `.ann` file: a text-bound annotation each, and a note with its other fields.

    Args:
        entities: Of one document.

    Returns:
        The lines.
    """
    lines = []
    for number, entity in enumerate(entities, 1):
        parts = list(_lines(entity))
        places = ";".join(f"{start} {end}" for start, end, _ in parts)
        text = " ".join(text for _, _, text in parts)
        lines.append(f"T{number}\t{entity.label} {places}\t{text}")
        note = json.dumps(_others(entity) | {"text": entity.text}, ensure_ascii=False)
        note = _BREAK.sub(lambda match: f"\\u{ord(match[0]):04x}", note)
        lines.append(f"#{number}\tAnnotatorNotes T{number}\t{note}")
    return "".join(line + "\n" for line in lines)


def _lines(entity: Entity) -> Iterator[tuple[int, int, str]]:
    """An annotation of brat may not hold a line break or a tab: it has a place for each part."""
    at = entity.start
    for text in _BREAK.split(entity.text):
        if text:
            yield at, at + len(text), text
        at += len(text) + 1


def read_brat(text: str, name: str) -> list[Entity]:
    """Reads an `.ann` file, ours or another.

    Args:
        text: The file.
        name: Its name, for messages and for entities whose note does not name their document.

    Returns:
        The entities in the order of the text.

    Raises:
        UsageError: A line of an annotation or note is damaged.
    """
    spans: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(text.split("\n"), 1):
        where = f"{name}, line {number}"
        if span := _SPAN.fullmatch(line):
            places = [int(place) for place in re.findall(r"\d+", span[3])]
            own = {"start": places[0], "end": places[-1], "label": span[2], "text": span[4]}
            spans[span[1]] = {"doc_id": name, "score": 0.0} | own
        elif line.startswith("T"):
            raise UsageError(f"{where}: not a text-bound annotation of brat")
        elif (note := _NOTE.fullmatch(line)) and note[1] in spans and note[2].startswith("{"):
            spans[note[1]] |= _noted(spans[note[1]], _parsed(note[2], where))
    return sorted(
        (from_record(record, name) for record in spans.values()), key=lambda entity: entity.start
    )


def _noted(span: Mapping[str, Any], note: dict[str, Any]) -> dict[str, Any]:
    """A note's fields: the text as it was, breaks and all, unless the annotation was moved."""
    text = str(note.pop("text", ""))
    if " ".join(filter(None, _BREAK.split(text))) == span["text"]:
        start = span["start"] - (len(text) - len(text.lstrip(BREAKS)))
        note |= {"text": text, "start": start, "end": start + len(text)}
    return note


def write_label_studio(document: Document, entities: Sequence[Entity]) -> str:
    """Writes a list of one task with predictions, for a labelling config of `Labels` on `Text`.

    Args:
        document: The document.
        entities: What was found in it.

    Returns:
        The JSON.
    """
    result = [
        {
            "id": f"e{number}",
            "from_name": "label",
            "to_name": "text",
            "type": _LABELS,
            "score": entity.score,
            "value": {
                "start": entity.start,
                "end": entity.end,
                "text": entity.text,
                "labels": [entity.label],
            },
            "meta": _others(entity),
        }
        for number, entity in enumerate(entities, 1)
    ]
    task = {
        "data": {"text": document.text, "doc_id": document.doc_id},
        "predictions": [{"model_version": "secateur", "result": result}],
    }
    return json.dumps([task], ensure_ascii=False) + "\n"


def read_label_studio(text: str, name: str) -> list[Entity]:
    """Reads tasks with predictions or, before these, annotations; relations and choices are none.

    Args:
        text: The JSON.
        name: The file, for messages and for tasks that do not name their document.

    Returns:
        The entities in the order of the tasks.

    Raises:
        UsageError: The text is no list of tasks, or a summary.
    """
    tasks = _parsed(text, name)
    refuse_summary(tasks, name)
    found = []
    try:
        if not isinstance(tasks, list):
            raise TypeError("one task")
        for task in tasks:
            answers = task.get("annotations") or task.get("predictions") or [{"result": []}]
            doc_id = task["data"].get("doc_id", name)
            for entry in answers[0]["result"]:
                if entry.get("type", _LABELS) != _LABELS:
                    continue
                value = entry["value"]
                own = {"start": value["start"], "end": value["end"], "text": value["text"]}
                own["label"] = value["labels"][0]
                known = {"doc_id": doc_id, "score": entry.get("score", 0.0)}
                found.append(from_record(known | entry.get("meta", {}) | own, name))
    except (KeyError, TypeError, IndexError, AttributeError):
        raise UsageError(
            f"{name}: not a list of Label Studio tasks; give a file of `secateur entities`"
        ) from None
    return found


def _others(entity: Entity) -> dict[str, Any]:
    record = as_record(entity)
    return {key: value for key, value in record.items() if key not in _OWN and value is not None}


def _parsed(text: str, where: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise UsageError(f"{where}: not JSON") from None
