"""Notes of passages, without a file."""

from __future__ import annotations

from secateur.pipelines.document.document import Coverage, Document, Passage


def note(*parts: tuple[str | None, str]) -> Document:
    """A note of paragraphs, each on its line, with the section that it stands in."""
    text, passages = "", []
    for section, words in parts:
        passages.append(Passage(len(text), len(text) + len(words), section=section))
        text += words + "\n"
    return Document("note.txt", text, tuple(passages), "text/plain", (), Coverage(len(text)))
