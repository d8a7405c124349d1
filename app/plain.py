"""Text of documents and files, made safe for Streamlit's Markdown."""

from __future__ import annotations

import string

_ESCAPES = str.maketrans({sign: f"\\{sign}" for sign in string.punctuation} | {"\n": " "})


def plain_line(text: str) -> str:
    """Escapes a line of text and begins it with a capital, unless it begins with a file's name."""
    first = text.partition(" ")[0]
    return plain(text if "." in first else text[:1].upper() + text[1:])


def plain(text: str) -> str:
    """Escapes every sign that Markdown or Streamlit's directives could read as markup.

    Args:
        text: Any text.

    Returns:
        Markdown that shows exactly this text, on one line.
    """
    return text.translate(_ESCAPES)
