"""E-mail: the message as it reads, then its attachments in whatever format they are."""

from __future__ import annotations

import io
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from importlib.util import find_spec

from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.detect import EML, MSG
from secateur.pipelines.ingestion.reading import Reading, Source

# What the header parser of the standard library is known to raise on broken messages.
_DAMAGES = (ValueError, LookupError, AttributeError, TypeError, RecursionError)


def read_eml(data: bytes, source: Source) -> Reading:
    """Read an e-mail message (RFC 5322, MIME).

    Args:
        data: The message.
        source: Where it comes from.

    Returns:
        Its subject as title, its body (HTML where there is a choice) and its attachments. The
        other header fields are left out and counted; an attachment that cannot be read is a
        warning.

    Raises:
        IngestionError: If the message is damaged.
    """
    reading = Reading(media_type=EML, sections=[])
    try:
        message = message_from_bytes(data, policy=policy.default)
        _add_subject(str(message.get("subject", "")), reading)
        # Raw: the library's parsing of each field would take seconds on a header without end.
        header = sum(len(name) + len(str(text)) for name, text in message.raw_items())
        reading.drop("mail header", header)
        parts = list(_parts(message))
    except _DAMAGES:
        raise source.refusal("the message is damaged", "save it again, or as text") from None
    for name, content in parts:
        _include(name, content, source, reading)
    return reading


def read_msg(data: bytes, source: Source) -> Reading:
    """Read a message of Outlook by python-oxmsg; arguments, result and errors as `read_eml`."""
    if find_spec("oxmsg") is None:
        raise source.refusal(
            "is an Outlook message (msg)",
            "install secateur[mail] (`pip install 'secateur[mail]'`), or save it as EML or text",
        )
    import oxmsg

    reading = Reading(media_type=MSG, sections=[])
    try:
        message = oxmsg.Message.load(io.BytesIO(data))
        subject, body = message.subject or "", message.html_body or message.body or ""
        parts = [("body", body.encode("utf-8", "replace"))]
        parts += [
            (f"attachment {attachment.file_name or ''}".strip(), attachment.file_bytes or b"")
            for attachment in message.attachments
            if attachment.attached_by_value
        ]
    # A compound file is a file system of its own, and its readers raise whatever comes. The kind is
    # told, so that a fault of ours shows; the words are not, which may quote the message.
    except Exception as error:
        raise source.refusal(
            f"the message is damaged ({type(error).__name__})", "save it again, or as EML"
        ) from None
    _add_subject(subject, reading)
    for name, content in parts:
        _include(name, content, source, reading)
    return reading


def _parts(message: EmailMessage) -> Iterator[tuple[str, bytes]]:
    body = message.get_body(preferencelist=("html", "plain"))
    if body is not None or not message.is_multipart():
        yield "body", _content(body or message)
    for part in message.iter_attachments():
        yield f"attachment {part.get_filename() or ''}".strip(), _content(part)


def _content(part: MIMEPart) -> bytes:
    if part.get_content_maintype() == "text":
        return str(part.get_content(errors="replace")).encode("utf-8", "replace")
    if part.get_content_type() == "message/rfc822":
        return bytes(part.get_content().as_bytes())
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _add_subject(subject: str, reading: Reading) -> None:
    text = " ".join(subject.encode("utf-8", "replace").decode().split())
    if text:
        reading.assembly.add_text(text, "title", strong=True)


def _include(name: str, content: bytes, source: Source, reading: Reading) -> None:
    if not content.strip():
        return
    printable = "".join(c if c.isprintable() else "_" for c in name)[:100]
    try:
        reading.include(source.read_inner(content, printable))
    except IngestionError as error:
        reading.warnings.append(str(error))
