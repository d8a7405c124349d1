"""JSON as values, and the strings in it by their pointers (RFC 6901)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from secateur.pipelines.ingestion.files.decode import decode

_MOST_DIGITS = 4_300
"""Of an integer that Python reads; a longer one is no figure, and infinite."""
_OPENING = 1_024
"""Bytes in which an object's first name is looked for."""
_OBJECT = re.compile(r'[\s\[]*\{\s*"[^"\n]*"\s*:')


class RepeatedNameError(ValueError):
    """One object has two values of one name, of which only one could be read."""


def parse_json(data: bytes) -> object:
    """Parses JSON in any encoding.

    Raises:
        RepeatedNameError: A name stands twice in one object, with another value.
        ValueError: It is damaged.
        RecursionError: It nests far too deeply.
    """
    return json.loads(decode(data)[0], object_pairs_hook=_members, parse_int=_integer)


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs) and any(members[name] != value for name, value in pairs):
        raise RepeatedNameError
    return members


def _integer(digits: str) -> float:
    return int(digits) if len(digits) <= _MOST_DIGITS else float(digits)


def is_damaged(data: bytes) -> bool:
    """Whether bytes begin as an object of JSON does, but are none: cut off, or spoilt."""
    if not _OBJECT.match(decode(data[:_OPENING])[0]):
        return False
    try:
        parse_json(data)
    except ValueError:
        return True
    return False


def valid(text: str) -> str:
    """Half a surrogate pair, which JSON can escape, fits no file and no page."""
    return text.encode("utf-8", "replace").decode()


def strings(value: object, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Finds the strings of a value, in the order of the file.

    Args:
        value: A parsed value.
        pointer: To it.

    Yields:
        Pointer and content; names of members are none.
    """
    if isinstance(value, str):
        yield pointer, valid(value)
    elif isinstance(value, dict):
        for name, inner in value.items():
            step = name.replace("~", "~0").replace("/", "~1")
            yield from strings(inner, f"{pointer}/{step}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from strings(inner, f"{pointer}/{number}")


def is_text(string: str) -> bool:
    """Whether a string has two words: a number, a code or an address has one."""
    return len(string.split(maxsplit=2)) > 1


def string_at(data: bytes, pointer: str) -> str:
    """Looks a string up.

    Args:
        data: The JSON.
        pointer: To the string, as in `Passage.part`.

    Returns:
        The string.

    Raises:
        ValueError: There is no such string, or the file is damaged.
    """
    value = parse_json(data)
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        elif isinstance(value, dict) and name in value:
            value = value[name]
        else:
            raise ValueError(f"no string at {pointer!r}")
    if not isinstance(value, str):
        raise ValueError(f"no string at {pointer!r}")
    return valid(value)
