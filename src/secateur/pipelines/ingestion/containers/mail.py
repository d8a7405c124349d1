"""E-mail: the message as it reads, then its attachments in whatever format they are."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import MIMEPart
from importlib.util import find_spec

from secateur.pipelines.document.document import Bytes, Part
from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.files.detect import EML, MSG
from secateur.pipelines.ingestion.layout.reading import Reading, Source

# What the header parser of the standard library is known to raise on broken messages.
_DAMAGES = (ValueError, LookupError, AttributeError, TypeError, RecursionError)
_SIGNATURES = frozenset(
    ("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature")
)
_SUBJECT = re.compile(rb"^subject:[ \t]*([^\n]*(?:\n[ \t][^\n]*)*)", re.IGNORECASE | re.MULTILINE)
_HEADER_END = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True)
class _Part:
    """A part of a message.

    Attributes:
        step: As in `Passage.part`.
        name: For messages.
        content: Decoded; text is in UTF-8.
        dropped: Why it is left out, "" if it is not.
    """

    step: str
    name: str
    content: bytes
    dropped: str = ""


def read_eml(data: bytes, source: Source) -> Reading:
    """Reads an e-mail message (RFC 5322, MIME).

    Its subject is the title, then come its body (HTML where there is a choice) and its attachments.
    The other header fields and bodies are left out and counted; an attachment that cannot be read
    is a warning.

    Args:
        data: The content.
        source: Where it comes from.

    Returns:
        What was found.

    Raises:
        IngestionError: The message is damaged, or a bound is passed.
    """
    reading = Reading(media_type=EML, sections=[])
    try:
        message = message_from_bytes(data, policy=policy.default)
        _add_subject(str(message.get("subject", "")), reading, source=_subject_place(data))
        # Raw: the library's parsing of each field would take seconds on a header without end.
        header = sum(len(name) + len(str(text)) for name, text in message.raw_items())
        reading.drop("mail header", header)
        parts = list(_parts(message))
    except _DAMAGES:
        raise source.refusal("the message is damaged", "save it again, or as text") from None
    for part in parts:
        if part.dropped:
            reading.drop(part.dropped, len(part.content.decode("utf-8", "replace")))
    _include_all(parts, source, reading)
    return reading


def read_msg(data: bytes, source: Source) -> Reading:
    """Reads a message of Outlook by python-oxmsg, as `read_eml` does others.

    Args:
        data: The content.
        source: Where it comes from.

    Returns:
        What was found.

    Raises:
        IngestionError: `secateur[mail]` is not installed, the message is damaged, or a bound is
            passed.
    """
    if find_spec("oxmsg") is None:
        raise source.refusal(
            "is an Outlook message (msg)",
            "install secateur[mail] (`pip install 'secateur[mail]'`), or save it as EML or text",
        )
    reading = Reading(media_type=MSG, sections=[])
    try:
        subject, *parts = _outlook_parts(data)
    except MemoryError:
        raise
    # A compound file is a file system of its own, and its readers raise whatever comes. The kind is
    # told, so that a fault of ours shows; the words are not, which may quote the message.
    except Exception as error:
        raise source.refusal(
            f"the message is damaged ({type(error).__name__})", "save it again, or as EML"
        ) from None
    content = subject.content
    _add_subject(content.decode(), reading, source=(0, len(content)), part=(subject.step,))
    _include_all(parts, source, reading)
    return reading


def open_mail_part(data: bytes, step: str, media_type: str) -> bytes:
    """Unpacks a part of a message.

    Args:
        data: The message.
        step: Which part, as in `Passage.part`.
        media_type: `EML` or `MSG`.

    Returns:
        Its content, transfer encoding undone; text in UTF-8.

    Raises:
        ValueError: There is no such part.
    """
    if media_type == MSG:
        found = {part.step: part.content for part in _outlook_parts(data)}
    else:
        message = message_from_bytes(data, policy=policy.default)
        found = {part.step: part.content for part in _parts(message)}
    if step not in found:
        raise ValueError(f"no part {step!r}")
    return found[step]


def _outlook_parts(data: bytes) -> Iterator[_Part]:
    """Subject, body and attachments."""
    import oxmsg

    message = oxmsg.Message.load(io.BytesIO(data))
    yield _Part("subject", "subject", _utf8(message.subject or ""))
    yield _Part("body", "body", _utf8(message.html_body or message.body or ""))
    for number, attachment in enumerate(message.attachments, 1):
        if attachment.attached_by_value:
            name = f"attachment {attachment.file_name or ''}".strip()
            yield _Part(f"attachment {number}", name, attachment.file_bytes or b"")


def _parts(message: MIMEPart, step: str = "", dropped: str = "") -> Iterator[_Part]:
    """The leaves of a message, numbered as IMAP does (RFC 9051, 6.4.5.1)."""
    if message.get_content_maintype() != "multipart" or not message.is_multipart():
        name = message.get_filename()
        label = "body" if name is None and not message.is_attachment() else f"attachment {name}"
        if message.get_content_type() in _SIGNATURES:
            dropped = "mail signature"
        yield _Part(step or "1", label, _content(message), dropped)
        return
    inner = list(message.iter_parts())
    chosen = _best(inner) if message.get_content_subtype() == "alternative" else None
    for number, part in enumerate(inner, 1):
        other = chosen is not None and part is not chosen
        number_inside = f"{step}.{number}" if step else f"{number}"
        yield from _parts(part, number_inside, "other mail body" if other else dropped)


def _best(alternatives: list[MIMEPart]) -> MIMEPart | None:
    """The one with HTML, else the first in plain text, else the last."""
    for kind in ("text/html", "text/plain"):
        for part in alternatives:
            if any(inner.get_content_type() == kind for inner in part.walk()):
                return part
    return alternatives[-1] if alternatives else None


def _content(part: MIMEPart) -> bytes:
    if part.get_content_maintype() == "text":
        return _utf8(str(part.get_content(errors="replace")))
    if part.is_multipart():
        return b"\n".join(inner.as_bytes() for inner in part.iter_parts())
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _subject_place(data: bytes) -> Bytes | None:
    """Where the subject's field stands, without its name."""
    end = _HEADER_END.search(data)
    found = _SUBJECT.search(data, 0, end.start() if end else len(data))
    if found is None:
        return None
    value = found.group(1)
    return found.end() - len(value.lstrip()), found.start(1) + len(value.rstrip())


def _add_subject(subject: str, reading: Reading, *, source: Bytes | None, part: Part = ()) -> None:
    text = " ".join(_utf8(subject).decode().split())
    if text:
        reading.assembly.add_text(text, "title", strong=True, source=source, part=part)


def _include_all(parts: list[_Part], source: Source, reading: Reading) -> None:
    for part in parts:
        if part.dropped or not part.content.strip():
            continue
        printable = "".join(c if c.isprintable() else "_" for c in part.name)[:100]
        try:
            reading.include(source.read_inner(part.content, printable), (part.step,))
        except IngestionError as error:
            reading.warnings.append(str(error))
