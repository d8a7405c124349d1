"""Characters from bytes of unknown encoding."""

from __future__ import annotations

import codecs
import re

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_DECLARED_WITHIN = 2048
"""Bytes of markup in which an encoding is declared; HTML asks for the first 1,024."""
_LOST = "\ufffd"
_RIGHT_FOR_A_LOST = 3
"""Characters of UTF-8 for each wrong byte from which a text without declaration is UTF-8."""

_LATIN_LETTER = re.compile(r"[A-Za-z\xc0-\u02ff\u1e00-\u1eff\ufb00-\ufb06\uff21-\uff5a]")
_OTHER_LETTER = re.compile(rf"(?!{_LATIN_LETTER.pattern})[^\W\d_\x00-\xbf]")
_TOLD_WITHIN = 20_000
"""Characters that tell in which letters a text is written."""


def decode(data: bytes, *, markup: bool = False) -> tuple[str, str]:
    """Decodes bytes, preferring what they say of themselves over what is likely.

    The order: a byte order mark; UTF-16 without a mark (zeros on one side); strict UTF-8; UTF-8
    with a few bytes that are not, each of which becomes U+FFFD; for markup the declared encoding;
    Windows-1252; Latin-1, which accepts every byte. UTF-8 comes before the declaration, because
    nothing else passes as such by accident with non-ASCII text in it, while declarations are
    often wrong.

    Args:
        data: The bytes.
        markup: Whether an encoding declared in the first bytes counts.

    Returns:
        The text without its mark, and the name of the encoding used.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), encoding
    for encoding in (*_wide(data), "utf-8"):
        if (text := _decoded(data, encoding)) is not None:
            return text, encoding
    found = _DECLARED.search(data[:_DECLARED_WITHIN]) if markup else None
    declared = found.group(1).decode("ascii", "replace").lower() if found else ""
    if (text := _damaged_utf8(data, declared in ("utf-8", "utf8"))) is not None:
        return text, "utf-8"
    for encoding in (declared, "cp1252"):
        if (text := _decoded(data, encoding)) is not None:
            return text, encoding
    return data.decode("latin-1"), "latin-1"


def guessed(encoding: str) -> list[str]:
    """Warns of text that is not Unicode, since other encodings look the same.

    Args:
        encoding: As `decode` names it.

    Returns:
        A line with the way out, or nothing.
    """
    if encoding.startswith("utf"):
        return []
    return [f"no Unicode text: read as {encoding}; if its letters look wrong, save it as UTF-8"]


def undecoded(text: str) -> list[str]:
    """Warns of characters that were lost.

    Args:
        text: As decoded.

    Returns:
        A line that counts them, or nothing.
    """
    count = text.count(_LOST)
    return [f"{count} characters could not be decoded"] if count else []


def foreign(text: str) -> list[str]:
    """Warns of text that cannot be English.

    Args:
        text: Of a document.

    Returns:
        A line, or nothing where at least half of the first letters are Latin.
    """
    beginning = text[:_TOLD_WITHIN]
    if len(_OTHER_LETTER.findall(beginning)) <= len(_LATIN_LETTER.findall(beginning)):
        return []
    return ["most of its letters are not Latin, and the models read English"]


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _damaged_utf8(data: bytes, declared: bool) -> str | None:
    """The text of what is UTF-8 but for a few bytes, else None.

    Bytes of another encoding hardly ever make a character of UTF-8, so that a few of these are
    proof enough; with a declaration, as many as there are wrong ones.
    """
    text = data.decode("utf-8", "replace")
    lost = text.count(_LOST)
    right = len(text) - len(text.encode("ascii", "ignore")) - lost
    return text if right >= (lost if declared else _RIGHT_FOR_A_LOST * lost) else None


def _wide(data: bytes) -> tuple[str, ...]:
    head = data[:4096]
    half = len(head) / 2
    if half >= 2 and head[1::2].count(0) > 0.7 * half:
        return ("utf-16-le",)
    if half >= 2 and head[0::2].count(0) > 0.7 * half:
        return ("utf-16-be",)
    return ()
