"""Text of documents and files, made safe for Streamlit's Markdown, or short."""

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


def shortened(text: str, most: int) -> str:
    """Cuts a text between words: a figure that is cut would be another one.

    Args:
        text: Any text; its line breaks become spaces.
        most: Characters that stay, at most.

    Returns:
        The text on one line, with a sign at its end where it was cut.
    """
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    return f"{line[: most + 1].rpartition(' ')[0] or line[:most]} …"
