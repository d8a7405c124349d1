"""Formats of tokens: CoNLL columns and spaCy's DocBin."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import spacy
from spacy.tokens import Doc, DocBin, Span

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.sentences import sentences_of
from secateur.pipelines.errors import UsageError
from secateur.pipelines.export.annotation import BREAKS
from secateur.pipelines.export.records import as_record, from_record

_TOKEN = re.compile(r"\w+|[^\w\s]|\s+")
_START = "-DOCSTART-"
_COLUMNS = 4
"""Columns of a line: word, start, end and tag."""
_ESCAPED = re.compile(rf"[{BREAKS}]|\\(?=u[0-9a-f]{{4}})")
"""What a document's name may not hold in a line of columns, and what would read as its escape."""
_ESCAPE = re.compile(r"\\u([0-9a-f]{4})")


def write_conll(document: Document, entities: Sequence[Entity]) -> str:
    """Writes one token a line: word, first character, one past the last, tag in BIO form.

    A blank line ends each sentence; the line that opens the document bears its name. Tokens end
    where entities do, so that none is lost.

    Args:
        document: The document.
        entities: What was found in it.

    Returns:
        The lines.
    """
    name = _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", document.doc_id)
    lines = [f"{_START}\t{name}\t-X-\tO", ""]
    tags = {entity.start: entity.label for entity in entities}
    ends = {entity.start: entity.end for entity in entities}
    breaks = {start for start, _ in sentences_of(document)}
    inside, label = 0, ""
    for start, end in _tokens(document.text, entities):
        word = document.text[start:end]
        if word.isspace():
            continue
        if start in breaks and lines[-1]:
            lines.append("")
        if start in tags:
            inside, label = ends[start], tags[start]
        tag = f"{'B' if start in tags else 'I'}-{label}" if start < inside else "O"
        lines.append(f"{word}\t{start}\t{end}\t{tag}")
    return "\n".join([*lines, "", ""])


def read_conll(text: str, name: str) -> list[Entity]:
    """Reads what `write_conll` writes.

    Args:
        text: The lines.
        name: The file, for messages.

    Returns:
        The entities with name, place, text and label; white space inside them reads as spaces.

    Raises:
        UsageError: A line has other columns.
    """
    found: list[Entity] = []
    doc_id, opened = name, False
    for number, line in enumerate(text.split("\n"), 1):
        columns = line.split("\t")
        if not line.strip():
            continue
        if len(columns) != _COLUMNS:
            raise UsageError(f"{name}, line {number}: not word, start, end and tag, tabs between")
        word, first, last, tag = columns
        if word == _START:
            doc_id = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), first)
            opened = False
            continue
        if not (first.isdigit() and last.isdigit()):
            raise UsageError(f"{name}, line {number}: start and end are not numbers")
        start, end, label = int(first), int(last), tag[2:]
        if tag.startswith("I-") and opened:
            before = found[-1]
            joined = before.text + " " * (start - before.end) + word
            found[-1] = Entity(doc_id, before.start, end, joined, label, 0.0)
        elif tag.startswith("B-"):
            found.append(Entity(doc_id, start, end, word, label, 0.0))
        opened = tag != "O"
    return found


def write_docbin(document: Document, entities: Sequence[Entity]) -> bytes:
    """Writes a DocBin of one Doc, see `as_doc`.

    Args:
        document: The document.
        entities: What was found in it.

    Returns:
        The bytes.
    """
    doc = as_doc(document, entities)
    return bytes(DocBin(store_user_data=True, docs=[doc]).to_bytes())


def as_doc(document: Document, entities: Sequence[Entity]) -> Doc:
    """Turns a document into a spaCy Doc with the same text.

    Args:
        document: The document.
        entities: In reading order, disjoint.

    Returns:
        The Doc; its tokens end where entities do, `ents` have the concept as `kb_id_`, and
        `user_data["secateur"]` holds all fields.
    """
    words: list[str] = []
    spaces: list[bool] = []
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    for start, end in _tokens(document.text, entities):
        word = document.text[start:end]
        if word == " " and words and not spaces[-1] and not words[-1].isspace():
            spaces[-1] = True
            continue
        starts[start], ends[end] = len(words), len(words) + 1
        words.append(word)
        spaces.append(False)
    doc = Doc(spacy.blank("en").vocab, words=words, spaces=spaces)
    doc.ents = [
        Span(doc, starts[e.start], ends[e.end], label=e.label, kb_id=e.concept or "")
        for e in entities
    ]
    doc.user_data["secateur"] = [as_record(entity) for entity in entities]
    return doc


def read_docbin(data: bytes, name: str) -> list[Entity]:
    """Reads what `write_docbin` writes, or any DocBin with entities.

    Args:
        data: The bytes.
        name: The file, for messages and for Docs of others.

    Returns:
        The entities in the order of the Docs.

    Raises:
        UsageError: The bytes are no DocBin.
    """
    try:
        docs = list(DocBin().from_bytes(data).get_docs(spacy.blank("en").vocab))
    except Exception as error:  # zlib, msgpack and spaCy each raise their own kinds
        raise UsageError(f"{name}: not a DocBin ({type(error).__name__})") from None
    found: list[Entity] = []
    for doc in docs:
        records = {record["start"]: record for record in doc.user_data.get("secateur", ())}
        for span in doc.ents:
            plain = {"doc_id": name, "start": span.start_char, "end": span.end_char}
            plain |= {"text": span.text, "label": span.label_, "score": 0.0}
            found.append(from_record(records.get(span.start_char, plain), name))
    return found


def _tokens(text: str, entities: Sequence[Entity]) -> Iterator[tuple[int, int]]:
    """Words, single signs and white space, cut where entities start and end."""
    cuts = sorted({cut for entity in entities for cut in (entity.start, entity.end)})
    number = 0
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        while number < len(cuts) and cuts[number] <= start:
            number += 1
        while number < len(cuts) and cuts[number] < end:
            yield start, cuts[number]
            start = cuts[number]
            number += 1
        yield start, end
