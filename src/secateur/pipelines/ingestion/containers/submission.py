"""Full submissions to EDGAR (.txt): the documents that one filing was sent as."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from secateur.pipelines.ingestion.containers.archive import Member
from secateur.pipelines.ingestion.layout.reading import Source

_HEAD = 65_536
"""Bytes in which a submission's header and first document begin."""
_OPENING = re.compile(rb"\s*(?:<SEC-DOCUMENT>|<SUBMISSION>|-----BEGIN PRIVACY-ENHANCED MESSAGE|"
                      rb"<IMS-DOCUMENT>|<DOCUMENT>\s*<TYPE>)")  # fmt: skip
_DOCUMENT = re.compile(rb"^<DOCUMENT>[ \t]*\r?$", re.MULTILINE)
_TEXT = re.compile(rb"<TEXT>[ \t]*\r?\n?")
_END = re.compile(rb"</TEXT>\s*</DOCUMENT>")
_FIELD = re.compile(rb"^<(TYPE|FILENAME)>([^\r\n<]*)", re.MULTILINE)
# A field of a damaged submission can hold a line of a document, which must not reach a message.
_NAME = re.compile(rb"[\w~-]+(?:\.[\w~-]+)+")
_TYPE = re.compile(rb"[A-Z0-9][A-Z0-9 ./&()-]{0,24}")
_FORM = re.compile(rb"CONFORMED SUBMISSION TYPE:\s*(\S+)")
_WRAPPING = re.compile(rb"\s*<(XBRL|XML|PDF|JSON)>\s*|\s*(begin) [0-7]{3} ", re.IGNORECASE)
_UNREAD_TYPES = ("GRAPHIC", "ZIP", "EXCEL", "XML", "JSON", "EX-101", "COVER")


def is_submission(data: bytes) -> bool:
    """Tells whether content is a full submission.

    Args:
        data: The content.

    Returns:
        True for the text file that EDGAR keeps of a whole filing.
    """
    return bool(_OPENING.match(data) and _DOCUMENT.search(data[:_HEAD]))


def submission_members(data: bytes, source: Source) -> Iterator[Member]:
    """Lists the documents of a submission that can be read, the filing's main one first.

    Graphics, data files and packed files, which the submission carries as encoded text, are left
    out.

    Args:
        data: The content.
        source: Where it comes from.

    Yields:
        The files, to be opened one at a time.

    Raises:
        IngestionError: It holds no document that can be read, or a bound is passed.
    """
    form = _FORM.search(data[:_HEAD])
    wanted = form.group(1) if form else b""
    found: list[tuple[bool, Member]] = []
    begins = [match.end() for match in _DOCUMENT.finditer(data)]
    source.budget.take_members(len(begins))
    for number, (begin, limit) in enumerate(pairwise([*begins, len(data)]), 1):
        text = _TEXT.search(data, begin, limit)
        if text is None:
            continue
        fields = dict(_FIELD.findall(data, begin, text.start()))
        kind = fields.get(b"TYPE", b"").strip()
        end = _END.search(data, text.end(), limit)
        start, stop = text.end(), end.start() if end else limit
        wrapping = _WRAPPING.match(data, start, stop)
        if wrapping:
            if wrapping.group(1) is None or wrapping.group(1).upper() != b"XBRL":
                continue
            start = wrapping.end()
        if kind.decode("latin-1").upper().startswith(_UNREAD_TYPES) or not data[start:stop].strip():
            continue
        name = fields.get(b"FILENAME", b"").strip()
        if not _NAME.fullmatch(name):
            name = (kind if _TYPE.fullmatch(kind) else b"document") + b"-%d" % number
        member = Member(name.decode(), partial(_slice, data, start, stop), start)
        found.append((kind != wanted, member))
    if not found:
        raise source.refusal("the submission holds no document", "download it again")
    # Documents of the form itself come before exhibits; the sort is stable.
    yield from (member for _, member in sorted(found, key=lambda pair: pair[0]))


def _slice(data: bytes, start: int, stop: int) -> bytes:
    return data[start:stop]
