"""What a file is, told from its content; the name is never asked."""

from __future__ import annotations

import codecs
import re

from secateur.pipelines.errors import IngestionError

HTML = "text/html"
XHTML = "application/xhtml+xml"
TEXT = "text/plain"

_HEAD = 65_536
_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF file", "save it as HTML or text"),
    (b"{\\rtf", "an RTF file", "save it as HTML or plain text"),
    (b"\xd0\xcf\x11\xe0", "an old Office file (doc, xls, ppt or msg)", "save it as HTML or text"),
    (b"\x1f\x8b", "a gzip file inside a gzip file", "unpack it once"),
    (b"BZh", "a bzip2 archive", "unpack it first"),
    (b"\xfd7zXZ", "an xz archive", "unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it first"),
    (b"Rar!", "a rar archive", "unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", "unpack it first"),
    (b"\x89PNG", "a PNG image", "give the text instead"),
    (b"\xff\xd8\xff", "a JPEG image", "give the text instead"),
    (b"GIF8", "a GIF image", "give the text instead"),
    (b"II*\x00", "a TIFF image", "give the text instead"),
    (b"MM\x00*", "a TIFF image", "give the text instead"),
    (b"\x7fELF", "a program", "give a document"),
    (b"MZ", "a program", "give a document"),
    (b"SQLite format 3", "a database", "export its text"),
)
_ZIP_KINDS: tuple[tuple[bytes, str, str], ...] = (
    (b"word/", "a Word document (DOCX)", "save it as HTML or plain text"),
    (b"xl/", "an Excel workbook (XLSX)", "save the sheets as HTML or text"),
    (b"ppt/", "a PowerPoint file (PPTX)", "save it as text"),
    (b"opendocument", "an OpenDocument file", "save it as HTML or plain text"),
)
_MARKUP = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|table|div|p|span|font|center|title|h[1-6]|ul|ol|br)"
    rb"(?=[\s/>])",
    re.IGNORECASE,
)
_OPENING = re.compile(rb"\s*(?:<\?xml[^>]*>|<!--.*?-->|\s+)*\s*<[!a-z]", re.IGNORECASE | re.DOTALL)
_XHTML = re.compile(rb"\s*<\?xml\b|http://www\.w3\.org/1999/xhtml")
_XML_ROOT = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*>|\s+)*<([\w:.-]+)", re.DOTALL)
# Everything below space but tab, newline, vertical tab, form feed, return and escape.
_CONTROLS = bytes(c for c in range(32) if c not in (9, 10, 11, 12, 13, 27))
_MOST_CONTROLS = 0.005


def detect(data: bytes, name: str) -> str:
    """Recognise the media type of a file's content.

    Args:
        data: The content, decompressed.
        name: The file as the user gave it, for messages.

    Returns:
        `HTML`, `XHTML` or `TEXT`.

    Raises:
        IngestionError: If the content is binary or of a kind that is not read; it is named.
    """
    _refuse_binary(data, name)
    head = data[:_HEAD]
    if _is_wide(head):
        head = head.replace(b"\0", b"")
    head = head.removeprefix(codecs.BOM_UTF8)
    if _OPENING.match(head) and _MARKUP.search(head):
        return XHTML if _XHTML.search(head[:4096]) else HTML
    if head.lstrip().startswith(b"<?xml"):
        root = _XML_ROOT.match(head.decode("latin-1"))
        what = f"XML with root <{root.group(1)[:40]}>" if root else "XML"
        raise IngestionError(f"{name}: is {what}, not a report or a note; save it as HTML or text")
    return TEXT


def _refuse_binary(data: bytes, name: str) -> None:
    for magic, what, way_out in _MAGIC:
        if data.startswith(magic):
            raise IngestionError(f"{name}: is {what}, which is not read; {way_out}")
    if data.startswith(b"PK\x03\x04"):
        what, way_out = "a zip archive", "unpack it first"
        for mark, kind, kind_way_out in _ZIP_KINDS:
            if mark in data[:_HEAD] or mark in data[-_HEAD:]:
                what, way_out = kind, kind_way_out
                break
        raise IngestionError(f"{name}: is {what}, which is not read; {way_out}")
    if _is_wide(data[:_HEAD]):
        return
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if controls > _MOST_CONTROLS * len(data):
        raise IngestionError(f"{name}: is binary, not text; give an HTML or a plain text file")


def _is_wide(head: bytes) -> bool:
    """Whether the bytes read as UTF-16 or UTF-32: by their mark, or by zeros on one side only."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)):
        return True
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) / 2
    return half >= 2 and max(even, odd) > 0.7 * half and min(even, odd) < 0.05 * half
