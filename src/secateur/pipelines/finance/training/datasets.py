"""Labelled sets, read from any folder in their published formats (plain or gzip)."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from secateur.pipelines.errors import UsageError
from secateur.pipelines.finance.candidates.found import NAMES
from secateur.pipelines.finance.mentions.known import listed


@dataclass(frozen=True)
class Mark:
    """A labelled run of characters.

    Attributes:
        start: First character.
        end: One past the last.
        label: Its type; None means that nothing is known about it.
        concept: What a figure measures ("us-gaap:Revenues"), None where that is unknown.
    """

    start: int
    end: int
    label: str | None
    concept: str | None = None


@dataclass(frozen=True)
class LabelledText:
    """A sentence, or a whole document, with its labels.

    Attributes:
        text: The text; words of a tokenised set are joined by single spaces.
        marks: Ascending and disjoint.
        annotated: Types the set labels completely. Elsewhere "no label" says nothing about a type.
        words: Character spans of the set's own words, for scoring; empty where it has none.
        plain: Words in small letters and numbers are no names, whatever the set annotates.
    """

    text: str
    marks: tuple[Mark, ...]
    annotated: frozenset[str]
    words: tuple[tuple[int, int], ...] = ()
    plain: bool = False


Labelled = tuple[tuple[LabelledText, ...], ...]
"""Documents, each a run of sentences."""

Rows = Sequence[tuple[str, str | None]]
"""Words with their label: "O", a type in BIO form, or None where nothing is known."""


def read_conll(
    path: str | Path,
    types: Mapping[str, str | None],
    annotated: frozenset[str] = NAMES,
    mend: Callable[[list[tuple[str, str | None]]], Rows] | None = None,
) -> Labelled:
    """Reads one word a line with its tag in the last column, a blank line after each sentence.

    Args:
        path: Text file; a name that ends in `.gz` is decompressed.
        types: The set's types in ours; a type that is missing counts as no entity, one that maps to
            None as unknown. Tags may be IO, IOB1 or IOB2.
        annotated: Types of ours that the set labels completely.
        mend: Applied to the words and labels of each sentence.

    Returns:
        Documents, divided at `-DOCSTART-`, or one for the whole file.

    Raises:
        UsageError: The file cannot be read, or a line has no tag column or an odd tag; the message
            names file and line.
    """
    documents: list[list[LabelledText]] = [[]]
    rows: list[tuple[str, str | None]] = []

    def close() -> None:
        if rows:
            mended = mend(rows) if mend else rows
            documents[-1].append(join_words(mended, annotated))
            rows.clear()

    for number, line in enumerate(_lines(path), 1):
        columns = [
            column.strip() for column in (line.split("\t") if "\t" in line else line.split())
        ]
        if not any(columns) or columns[0] == "-DOCSTART-":
            close()
            if any(columns):
                documents.append([])
            continue
        if not columns[0]:  # a word of white space only, as tweets have
            continue
        tag = columns[-1]
        if len(columns) < 2 or not (tag == "O" or re.match(r"[BIES]-\S", tag)):
            raise UsageError(
                f"{path}, line {number}: expected a word and a tag such as O or B-ORG, "
                f"got {line.strip()!r}"
            )
        label = types.get(tag[2:], "O")
        rows.append((columns[0], f"{tag[0]}-{label}" if label not in ("O", None) else label))
    close()
    return tuple(tuple(document) for document in documents if document)


def join_words(rows: Rows, annotated: frozenset[str]) -> LabelledText:
    """Joins words by single spaces and turns their BIO labels into marks."""
    text = " ".join(word for word, _ in rows)
    marks: list[Mark] = []
    words: list[tuple[int, int]] = []
    start = 0
    before: str | None = "O"
    for word, tag in rows:
        end = start + len(word)
        words.append((start, end))
        if tag is None:
            marks.append(Mark(start, end, None))
        elif tag != "O":
            goes_on = before is not None and before[2:] == tag[2:] and tag[0] in "IE"
            if goes_on:
                marks[-1] = Mark(marks[-1].start, end, tag[2:])
            else:
                marks.append(Mark(start, end, tag[2:]))
        before, start = tag, end + 1
    return LabelledText(text, tuple(marks), annotated, tuple(words))


def read_fire(path: str | Path) -> Labelled:
    """Reads FIRE's JSON: a list of sentences with `tokens` and `entities`.

    Companies become ORG, locations and geopolitical entities LOC (adjectives such as "Indian" are
    left unknown), quantities with a percent sign PERCENT; business units are left unknown.

    Raises:
        UsageError: The file is not in that form.
    """
    try:
        entries = json.loads("".join(_lines(path)))
        sentences = [_fire_sentence(entry) for entry in entries]
    except (json.JSONDecodeError, KeyError, TypeError, IndexError) as error:
        raise UsageError(
            f"{path}: not FIRE's JSON, a list of objects with tokens and entities ({error!r})"
        ) from error
    return tuple((sentence,) for sentence in sentences)


_FIRE = {
    "Company": "ORG",
    "Person": "PER",
    "Location": "LOC",
    "GeopoliticalEntity": "LOC",
    "Date": "DATE",
    "Money": "MONEY",
}
FIRE_TYPES = frozenset({"ORG", "PER", "LOC", "DATE", "MONEY", "PERCENT"})
_PERCENT = re.compile(r"%|per ?cent\b", re.IGNORECASE)


def _fire_sentence(entry: dict[str, Any]) -> LabelledText:
    tokens = [" ".join(token.split()) or "_" for token in entry["tokens"]]
    tags: list[str | None] = ["O"] * len(tokens)
    for entity in entry["entities"]:
        start, end = entity["start"], entity["end"]
        label: str | None = _FIRE.get(entity["type"], "O")
        if entity["type"] == "Quantity" and _PERCENT.search(entity["text"]):
            label = "PERCENT"
        if entity["type"] == "BusinessUnit" or (
            entity["type"] == "GeopoliticalEntity" and is_demonym(entity["text"])
        ):
            label = None
        if label == "O":
            continue
        for position in range(start, end):
            mark = "B" if position == start else "I"
            tags[position] = None if label is None else f"{mark}-{label}"
    return join_words(list(zip(tokens, tags, strict=True)), FIRE_TYPES)


def read_kpi_edgar(path: str | Path) -> Labelled:
    """Reads KPI-EDGAR's JSON lines: `tokens`, `ner_tags` and the `doc` they come from.

    Metrics that own a value (`kpi`) become KPI; the values, whose currency signs the set leaves
    out, are left unknown, like everything that it marks but does not call a metric.

    Raises:
        UsageError: A line is not in that form.
    """
    documents: dict[str, list[LabelledText]] = {}
    for number, line in enumerate(_lines(path), 1):
        try:
            entry = json.loads(line)
            rows = [
                (word, tag if tag == "O" else f"{tag[0]}-KPI" if tag[2:] == "kpi" else None)
                for word, tag in zip(entry["tokens"], entry["ner_tags"], strict=True)
            ]
            documents.setdefault(entry["doc"], []).append(join_words(rows, frozenset({"KPI"})))
        except (json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise UsageError(
                f"{path}, line {number}: not KPI-EDGAR's JSON with doc, tokens and ner_tags "
                f"({error!r})"
            ) from error
    return tuple(tuple(document) for document in documents.values())


def is_demonym(text: str) -> bool:
    """Says whether a text is a country's adjective or people; sets disagree whether that is LOC."""
    name = text.lower().strip(" #'").removesuffix("-based")
    return name in listed("demonyms") or text.endswith("-based")


def _lines(path: str | Path) -> Iterator[str]:
    path = Path(path)
    opener = gzip.open if path.name.endswith(".gz") else open
    try:
        with opener(path, "rt", encoding="utf-8") as lines:
            yield from lines
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file; is the data folder right?") from None
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read as UTF-8 text: {error}") from error
