"""Objects of a PDF file as PDFium writes it anew: numbered, none packed in streams, unlocked.

PDFium has no call for the objects that pages are made of. What it writes is what it would paint,
repairs included, in one notation: names unescaped where they can be, streams under their length.
"""

from __future__ import annotations

import binascii
import io
import re
import zlib
from base64 import a85decode
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium

_TOKEN = re.compile(
    rb"\s*(?:(?P<mark><<|>>|\[|\])|(?P<ref>\d+)\s+\d+\s+R\b|/(?P<name>[^\s<>\[\]()/%]*)"
    rb"|\((?:[^\\()]|\\.)*\)|<[^<>]*>|(?P<word>[^\s<>\[\]()/%]+))",
    re.DOTALL,
)
_BEGIN = re.compile(rb"\s*\d+\s+\d+\s+obj\b")
_STREAM = re.compile(rb"\s*stream\r?\n")
_TABLE = re.compile(rb"\s*(\d+) (\d+)\s*((?:\d{10} \d{5} [fn]\s*)*)")
_ENTRY = re.compile(rb"(\d{10}) \d{5} ([fn])")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_CHUNK = 1 << 16
"""Bytes that are unpacked at a time."""
_DEEPEST = 100
"""Most values inside one another; PDFium itself keeps to fewer."""
_WITHOUT_LOCK = 3
"""Flags of PDFium's: written whole, without encryption."""


@dataclass(frozen=True)
class Ref:
    """A reference to an object, by its number."""

    number: int


class Objects:
    """The objects of a file, each parsed when it is asked for.

    Args:
        document: The file, open.

    Raises:
        PdfiumError: PDFium cannot write it.
    """

    def __init__(self, document: pdfium.PdfDocument) -> None:
        copy = io.BytesIO()
        document.save(copy, flags=_WITHOUT_LOCK)
        self._data = copy.getvalue()
        self._places, self._trailer = _places(self._data)
        self._known: dict[int, tuple[Any, int]] = {}

    def mentions(self, words: bytes) -> bool:
        """Tells whether some bytes stand anywhere in the file."""
        return words in self._data

    def root(self) -> Any:
        """Returns the document's catalog."""
        trailer, _ = _value(self._data, self._trailer) if self._trailer >= 0 else ({}, 0)
        return self.resolve(trailer.get(b"Root")) if isinstance(trailer, dict) else None

    def resolve(self, value: Any) -> Any:
        """Follows references, those of references too, to what they lead to; None if to nothing."""
        for _ in range(_DEEPEST):
            if not isinstance(value, Ref):
                return value
            value = self._object(value.number)[0]
        return None

    def content(self, ref: Any, most: int) -> bytes | None:
        """Unpacks the content of a stream.

        Args:
            ref: The reference to it.
            most: Bytes that are unpacked at most.

        Returns:
            The content, cut off at one byte more than `most`; None where its packing is not known
            here, and nothing where there is no stream.
        """
        if not isinstance(ref, Ref):
            return b""
        value, end = self._object(ref.number)
        begun = _STREAM.match(self._data, end)
        if not isinstance(value, dict) or begun is None:
            return b""
        length = self.resolve(value.get(b"Length"))
        size = int(length) if isinstance(length, bytes) and length.isdigit() else 0
        if value.get(b"DecodeParms"):
            return None
        data: bytes | None = self._data[begun.end() : begun.end() + size]
        filters = self.resolve(value.get(b"Filter"))
        for name in filters if isinstance(filters, list) else [filters]:
            data = _unpack(data, self.resolve(name), most)
        return data

    def _object(self, number: int) -> tuple[Any, int]:
        """The value of an object, and where it ends."""
        if number not in self._known:
            self._known[number] = (None, 0)
            begun = _BEGIN.match(self._data, self._places.get(number, len(self._data)))
            if begun:
                self._known[number] = _value(self._data, begun.end())
        return self._known[number]


def unescaped(name: bytes) -> bytes:
    """Returns a name with its escapes ("#20") undone."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), name)


def _places(data: bytes) -> tuple[dict[int, int], int]:
    """Where each object begins, by its number, and where the trailer's dictionary does."""
    start = re.compile(rb"startxref\s+(\d+)").search(data, data.rfind(b"startxref"))
    position = data.find(b"xref", int(start[1])) + 4 if start else len(data)
    places: dict[int, int] = {}
    while part := _TABLE.match(data, position):
        for number, entry in enumerate(_ENTRY.finditer(part[3]), int(part[1])):
            if entry[2] == b"n":
                places[number] = int(entry[1])
        position = part.end()
    return places, data.find(b"<<", position)


def _value(data: bytes, at: int) -> tuple[Any, int]:
    """The value that begins at a place, and where it ends; None for what nests too deeply."""
    open_lists: list[list[Any]] = [[]]
    while (found := _TOKEN.match(data, at)) and len(open_lists) <= _DEEPEST:
        at = found.end()
        if found["mark"] in (b"<<", b"["):
            open_lists.append([])
            continue
        if found["mark"]:
            if len(open_lists) == 1:
                break
            value: Any = open_lists.pop()
            if found["mark"] == b">>":
                value = dict(zip(value[::2], value[1::2], strict=False))
        elif found["ref"]:
            value = Ref(int(found["ref"]))
        else:
            value = unescaped(found["name"]) if found["name"] is not None else found["word"]
        open_lists[-1].append(value)
        if len(open_lists) == 1:
            return value, at
    return None, at


def _unpack(data: bytes | None, name: Any, most: int) -> bytes | None:
    if data is None or name is None:
        return data
    if name in (b"FlateDecode", b"Fl"):
        return _inflated(data, most)
    try:
        if name in (b"ASCII85Decode", b"A85"):
            return a85decode(data.partition(b"~>")[0].strip())
        if name in (b"ASCIIHexDecode", b"AHx"):
            return binascii.unhexlify(b"".join(data.partition(b">")[0].split()))
    except ValueError:
        return None
    return None


def _inflated(data: bytes, most: int) -> bytes:
    """As much as can be unpacked of damaged data, as PDFium does."""
    stream = zlib.decompressobj()
    unpacked = bytearray()
    with suppress(zlib.error):
        for begin in range(0, len(data), _CHUNK):
            unpacked += stream.decompress(data[begin : begin + _CHUNK], most + 1 - len(unpacked))
            if stream.eof or len(unpacked) > most:
                break
    return bytes(unpacked)
