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


def decode(data: bytes, *, markup: bool = False) -> tuple[str, str]:
    """Decode bytes, preferring what they say of themselves over what is likely.

    The order: a byte order mark; UTF-16 without a mark (zeros on one side); strict UTF-8; for
    markup the declared encoding; Windows-1252; Latin-1, which accepts every byte. Strict UTF-8
    comes before the declaration, because no other encoding passes it by accident with
    non-ASCII text in it, while declarations are often wrong.

    Args:
        data: The bytes.
        markup: Whether an encoding declared in the first bytes counts.

    Returns:
        The text without its mark, and the name of the encoding used.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), encoding
    candidates = [*_wide(data), "utf-8"]
    if markup and (declared := _DECLARED.search(data[:_DECLARED_WITHIN])):
        candidates.append(declared.group(1).decode("ascii", "replace"))
    for encoding in (*candidates, "cp1252"):
        try:
            return data.decode(encoding), encoding
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("latin-1"), "latin-1"


def _wide(data: bytes) -> tuple[str, ...]:
    head = data[:4096]
    half = len(head) / 2
    if half >= 2 and head[1::2].count(0) > 0.7 * half:
        return ("utf-16-le",)
    if half >= 2 and head[0::2].count(0) > 0.7 * half:
        return ("utf-16-be",)
    return ()
