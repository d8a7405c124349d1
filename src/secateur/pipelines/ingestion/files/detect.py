"""What a file is, told from its content; the name is never asked."""

from __future__ import annotations

import codecs
import io
import re
import zipfile

from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.files.csvrows import delimiter_of
from secateur.pipelines.ingestion.files.json_values import (
    RepeatedNameError,
    is_text,
    parse_json,
    strings,
)

HTML = "text/html"
XHTML = "application/xhtml+xml"
TEXT = "text/plain"
CSV = "text/csv"
MARKDOWN = "text/markdown"
RTF = "application/rtf"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CDA = "application/hl7-cda+xml"
FHIR = "application/fhir+json"
JSON = "application/json"
ZIP = "application/zip"
EML = "message/rfc822"
MSG = "application/vnd.ms-outlook"

PLAIN = frozenset((TEXT, CSV, MARKDOWN))
"""What a file is that is no other kind."""

LOOKED_AT = 65_536
"""Bytes that tell what a file is, where all of it need not be seen."""
_PDF_MARK, _PDF_WITHIN = b"%PDF-", 1_024
_PDF_ENDS = (b"startxref", b"%%EOF")
# The first member of what Office programs save, behind the 30 bytes of its header.
_OFFICE_FIRST = re.compile(
    rb"PK\x03\x04.{26}(?:\[Content_Types\]\.xml|_rels/|word/|xl/|docProps/)", re.S
)
_OFFICE_NAMES = (".docx", ".xlsx", ".xlsm")
_LOCAL_NAME = re.compile(rb"PK\x03\x04(?=.{26}([!-~]{1,32}))", re.S)
_PACKAGE_HEAD = 128
"""Bytes in which an OpenDocument or e-book package names its kind."""
_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "an old Office file (doc, xls or ppt)", "save it as DOCX or PDF"),
    (b"\x1f\x8b", "a gzip file inside a gzip file", "unpack it once"),
    (b"BZh", "a bzip2 archive", "unpack it first"),
    (b"\xfd7zXZ", "an xz archive", "unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it first"),
    (b"Rar!", "a rar archive", "unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", "unpack it first"),
    (b"\x89PNG", "a PNG image", "run text recognition on it first"),
    (b"\xff\xd8\xff", "a JPEG image", "run text recognition on it first"),
    (b"GIF8", "a GIF image", "run text recognition on it first"),
    (b"II*\x00", "a TIFF image", "run text recognition on it first"),
    (b"MM\x00*", "a TIFF image", "run text recognition on it first"),
    (b"\x7fELF", "a program", "give a document"),
    (b"SQLite format 3", "a database", "export its text"),
)
_OFFICE: tuple[tuple[bytes, str, str], ...] = (
    (b"\0xl/workbook.bin", "a binary Excel workbook", "save it as XLSX"),
    (b"\0ppt/presentation", "a PowerPoint file", "save it as PDF or text"),
    (b"mimetypeapplication/vnd.oasis", "an OpenDocument file", "save it as DOCX or PDF"),
    (b"mimetypeapplication/epub", "an e-book", "convert it to HTML or PDF"),
)
_HTML_TAG = re.compile(
    rb"<(?:html|head|body|table|div|p|span|font|center|title|h[1-6]|ul|ol|br|b|i|hr|pre|meta)"
    rb"(?=[\s/>])",
    re.IGNORECASE,
)
_XHTML_NAMESPACE = b"http://www.w3.org/1999/xhtml"
_CDA_SECTION = re.compile(rb"urn:hl7-org:v3|<templateId\s")
_NAME = re.compile(rb"<([A-Za-z_][\w:.-]*)")
_DOCTYPE = re.compile(rb"<!doctype[^>\[]*(?:\[[^\]]*\]\s*)?>", re.IGNORECASE)
# Plain text filings of the 1990s mark pages and the columns of tables for typesetting.
_SGML = re.compile(r"^[ \t]*<(?:page>|s>.*<c>)", re.IGNORECASE | re.MULTILINE)
_TAGS_OF_HTML = re.compile(r"<(?:html|body|p|div|tr|td|font|br)\b", re.IGNORECASE)
_FIELD = rb"([!-9;-~]{1,70}):[^\n]*\n(?:[ \t][^\n]*\n)*"
_HEADER = re.compile(rb"(?:From [^\n]*\n)?(?:" + _FIELD + rb")+")
_FIELDS = re.compile(_FIELD)
# Fields that programs write, never people: notes and memos have a "Date:" and a "Subject:" too.
_MAIL_FIELDS = frozenset((b"message-id", b"mime-version", b"received", b"return-path"))
_OUTLOOK = "__substg1.0_".encode("utf-16-le")
_LOCKED = "EncryptedPackage".encode("utf-16-le")
"""What a DOCX or XLSX with a password is called in the old file that is put around it."""
_RESOURCE = re.compile(rb'"resourceType"\s*:\s*"')
_MARKDOWN = re.compile(rb"^#{2,6} \S|^```|\]\(https?://", re.MULTILINE)
# What stands below the heads of a table of Markdown.
_RULE = re.compile(
    rb"^[ \t]*(?:(?:\|[ \t]*)?:?-{3,}:?[ \t]*\|[ \t:|-]*|\|(?::?-+:?\|)+)\r?$", re.MULTILINE
)
# Everything below space but tab, newline, vertical tab, form feed, return and escape.
_CONTROLS = bytes(c for c in range(32) if c not in (9, 10, 11, 12, 13, 27))
_MOST_CONTROLS = 0.005
"""Share of control characters from which bytes are no text."""


def detect(data: bytes, name: str) -> str:
    """Recognises the media type of a file's content.

    Args:
        data: The content, decompressed.
        name: The file as the user gave it, for messages.

    Returns:
        One of the media types above.

    Raises:
        IngestionError: The content is of a kind that is not read; the kind is named.
    """
    if data.startswith(_MAGIC[0][0]):
        if _OUTLOOK in data:
            return MSG
        if _LOCKED in data:
            raise IngestionError(f"{name}: is locked with a password; save it without one")
    for magic, what, way_out in _MAGIC:
        if data.startswith(magic):
            raise IngestionError(f"{name}: is {what}, which is not read; {way_out}")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(data, name)
    if data.startswith(b"{\\rtf"):
        return RTF
    if _is_pdf(data):
        return PDF
    head = data[:LOOKED_AT]
    if _is_wide(head):
        head = head.replace(b"\0", b"")
        head = head.removeprefix(codecs.BOM_UTF16_LE).removeprefix(codecs.BOM_UTF16_BE)
    else:
        _refuse_controls(data, name)
    head = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if head.startswith(b"<"):
        if has_sgml(head.decode("latin-1")):
            return TEXT
        return _markup_kind(head, name)
    if _is_mail(head):
        return EML
    if head.startswith((b"{", b"[")):
        kind = _json_kind(data, name)
        if kind:
            return kind
    if _RULE.search(head):
        return MARKDOWN
    is_markdown = _MARKDOWN.search(head) is not None
    delimiter = delimiter_of(head.decode("latin-1"), len(data) <= LOOKED_AT)
    # Tables of Markdown have bars.
    if delimiter is not None and not (is_markdown and delimiter == "|"):
        return CSV
    return MARKDOWN if is_markdown else TEXT


def _is_pdf(data: bytes) -> bool:
    """Whether the mark opens the file, or stands behind junk in one that ends like a PDF.

    Mails, notes and pages may quote the mark: text in front of it is no junk.
    """
    junk, mark, _ = data[:_PDF_WITHIN].partition(_PDF_MARK)
    junk = junk.removeprefix(codecs.BOM_UTF8).strip()
    if not mark or not junk:
        return bool(mark)
    tail = data[-_PDF_WITHIN:]
    return not _is_text(junk) and any(end in tail for end in _PDF_ENDS)


def _is_text(data: bytes) -> bool:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    return all(c.isprintable() or c.isspace() for c in text)


def _json_kind(data: bytes, name: str) -> str | None:
    """FHIR, JSON with texts in it, or None where brackets only open a text."""
    lines = data.lstrip().split(b"\n", 2)
    try:
        if len(lines) > 1 and all(isinstance(_parsed(line), dict) for line in lines[:2]):
            raise IngestionError(
                f"{name}: is JSON Lines, many records in one file, which is not read; "
                "write each record to a file of its own and pack them as a zip archive"
            )
        if _RESOURCE.search(data):
            return FHIR
        return JSON if any(is_text(string) for _, string in strings(_parsed(data))) else None
    except RecursionError:
        raise IngestionError(
            f"{name}: is JSON whose values nest too deeply; give its texts as files of their own"
        ) from None
    except RepeatedNameError:
        raise IngestionError(
            f"{name}: is JSON that has two values of one name, of which only one would be read; "
            "give each a name of its own"
        ) from None


def _parsed(data: bytes) -> object:
    """An object or a list with something in it, else None."""
    try:
        value = parse_json(data)
    except RepeatedNameError:
        raise
    except ValueError:
        return None
    return value if isinstance(value, (dict, list)) and value else None


def _is_mail(head: bytes) -> bool:
    header = _HEADER.match(head)
    if header is None:
        return False
    names = {match.group(1).lower() for match in _FIELDS.finditer(header.group())}
    return not names.isdisjoint(_MAIL_FIELDS) and not names.isdisjoint((b"from", b"subject"))


def has_sgml(text: str) -> bool:
    """Tells whether plain text carries the typesetting marks of old filings to EDGAR.

    Args:
        text: The text, or its beginning.

    Returns:
        True for marks such as "<PAGE>" or "<S>" on lines of their own in text that is no HTML.
    """
    return "<" in text and bool(_SGML.search(text)) and not _TAGS_OF_HTML.search(text)


def _zip_kind(data: bytes, name: str) -> str:
    whole = True
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = b"\0".join(name.encode("utf-8", "replace") for name in archive.namelist())
        # OpenDocument and e-books say what they are in their first member, which is not packed.
        ends = b"\0" + names + b"\0" + data[:_PACKAGE_HEAD]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
        whole = False
        ends = b"\0" + b"\0".join(_LOCAL_NAME.findall(data)) + b"\0" + data[:_PACKAGE_HEAD]
    for mark, what, way_out in _OFFICE:
        if mark in ends:
            raise IngestionError(f"{name}: is {what}, which is not read; {way_out}")
    if not whole and (_OFFICE_FIRST.match(data) or name.lower().endswith(_OFFICE_NAMES)):
        raise IngestionError(
            f"{name}: the Office file is damaged or cut off; save it again, or as PDF"
        )
    if b"\0word/document.xml" in ends:
        return DOCX
    return XLSX if b"\0xl/workbook.xml" in ends else ZIP


def _markup_kind(head: bytes, name: str) -> str:
    root, is_xml = _root(head)
    local = root.rpartition(b":")[2].lower()
    if local == b"clinicaldocument" or (local == b"section" and _CDA_SECTION.search(head)):
        return CDA
    if local == b"html" or _HTML_TAG.search(head):
        return XHTML if is_xml or _XHTML_NAMESPACE in head[:4096] else HTML
    if is_xml:
        what = f"XML with root <{root.decode('ascii', 'replace')[:40]}>" if root else "XML"
        raise IngestionError(f"{name}: is {what}, not a report or a note; save it as HTML or text")
    return TEXT


def _root(head: bytes) -> tuple[bytes, bool]:
    """Name of the first element, and whether an XML declaration comes before it."""
    position, is_xml = 0, False
    while position < len(head):
        rest = head[position:].lstrip()
        position = len(head) - len(rest)
        if rest.startswith(b"<?"):
            is_xml = is_xml or rest.startswith(b"<?xml")
            end = rest.find(b"?>") + 2
        elif rest.startswith(b"<!--"):
            end = rest.find(b"-->") + 3
        else:
            doctype = _DOCTYPE.match(rest)
            end = doctype.end() if doctype else 0
        if end < 4:
            break
        position += end
    name = _NAME.match(head, position)
    return (name.group(1) if name else b""), is_xml


def _refuse_controls(data: bytes, name: str) -> None:
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if controls > _MOST_CONTROLS * len(data):
        raise IngestionError(f"{name}: is binary, not text; give a report or a note")


def _is_wide(head: bytes) -> bool:
    """Whether the bytes read as UTF-16 or UTF-32: by their mark, or by zeros on one side only."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)):
        return True
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) / 2
    return half >= 2 and max(even, odd) > 0.7 * half and min(even, odd) < 0.05 * half
