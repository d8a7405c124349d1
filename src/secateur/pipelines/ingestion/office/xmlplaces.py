"""Where the text of elements stands in the bytes of an XML file, told by expat."""

from __future__ import annotations

import codecs
from xml.parsers import expat

from secateur.pipelines.document.document import Bytes


def text_places(xml: bytes, tag: str) -> list[Bytes | None]:
    """Finds the text of all elements of a name.

    Args:
        xml: An XML file.
        tag: The name, with its namespace in braces.

    Returns:
        For each of them in document order the bytes of its text, white space around it left out,
        None where it is empty. Nothing at all if the file is damaged or has a document type.
    """
    finder = _Finder(tag.removeprefix("{"))
    try:
        finder.parser.Parse(xml, True)
    except (expat.ExpatError, _DocumentTypeError):
        return []
    return [None if place is None else _without_space(xml, *place) for place in finder.places]


class _DocumentTypeError(Exception):
    """Entities would move text away from its bytes."""


class _Finder:
    """Notes where the text of each wanted element begins and ends."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._begin: int | None = None
        self._inside = False
        self.places: list[Bytes | None] = []
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._refuse

    def _start(self, name: str, _: dict[str, str]) -> None:
        if name == self._name:
            self._inside, self._begin = True, None

    def _text(self, _: str) -> None:
        if self._inside and self._begin is None:
            self._begin = self.parser.CurrentByteIndex

    def _end(self, name: str) -> None:
        if name == self._name:
            self._inside = False
            end = self.parser.CurrentByteIndex
            self.places.append(None if self._begin is None else (self._begin, end))

    def _refuse(self, *_: object) -> None:
        raise _DocumentTypeError


def _without_space(xml: bytes, start: int, end: int) -> Bytes:
    text = xml[start:end]
    bare = text.strip()
    if not bare or xml.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return start, end
    start += len(text) - len(text.lstrip())
    return start, start + len(bare)
