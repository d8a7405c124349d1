"""Clinical concepts of a text, and which of a summary's the note knows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from secateur.pipelines.terminology import sources
from secateur.pipelines.terminology.abbreviations import expand
from secateur.pipelines.terminology.matcher import TermMatcher

_WORD = re.compile(r"[a-z0-9]+")
_LONG_WORD = re.compile(r"[a-z]{5,}")
_BEGINNING = 5
_PLAIN = frozenset(
    "patient patients sample template consult consultation evaluation evaluate history female "
    "woman women infant child children letter standard request death probable bilateral "
    "stress routine normal report procedure presented presents secondary without under status "
    "discharge admission transfer operative insertion placement removal repair excision".split()
)
"""Words of terms that say little alone."""


@dataclass(frozen=True)
class Mention:
    """A concept where a text names it, half-open character offsets."""

    start: int
    end: int
    concept: str
    name: str


class TermReader:
    """Reads concepts, abbreviations expanded by context.

    Args:
        vocabulary: All known terms.
        meanings: Meanings of abbreviations.
    """

    def __init__(self, vocabulary: TermMatcher, meanings: Mapping[str, Sequence[str]]) -> None:
        self.vocabulary = vocabulary
        self._meanings = meanings

    def read(self, text: str, context: str = "") -> list[Mention]:
        """Finds the concepts of a text.

        Args:
            text: The text.
            context: More text that may decide what an abbreviation means.

        Returns:
            In order of place.
        """
        found = [
            Mention(m.start, m.end, m.term.concept, text[m.start : m.end].lower())
            for m in self.vocabulary.find(text)
        ]
        taken = {mention.start for mention in found}
        for short in expand(text + "\n" + context, self._meanings):
            inside = self.vocabulary.find(short.long)
            if inside and short.end <= len(text) and short.start not in taken:
                concept = inside[0].term.concept
                found.append(Mention(short.start, short.end, concept, short.short.lower()))
        return sorted(found, key=lambda mention: mention.start)

    def supported(self, summary: str, note: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Sorts a summary's names of concepts by whether the note knows them.

        Args:
            summary: The summary, or a sentence of it.
            note: The note.

        Returns:
            Names with the note naming the concept, or at least all of the name's words; and names
            without. Each once, lower case, in order.
        """
        return NoteTerms(self, note).supported(summary)

    def one_name(self, texts: Sequence[str], note: str) -> list[str]:
        """Calls each concept by one name throughout.

        Args:
            texts: The sentences of a summary.
            note: The note; of a concept's names in the summary the first that it uses is kept.

        Returns:
            The sentences, other names of the concept replaced.
        """
        mentions = [self.read(text, note) for text in texts]
        names: dict[str, list[str]] = {}
        for mention in (mention for found in mentions for mention in found):
            names.setdefault(mention.concept, []).append(mention.name)
        lowered = note.lower()
        kept = {
            concept: next((name for name in found if name in lowered), found[0])
            for concept, found in names.items()
        }
        return [_renamed(text, found, kept) for text, found in zip(texts, mentions, strict=True)]


class NoteTerms:
    """What one note names, read once for many summaries.

    Args:
        reader: Reads concepts.
        note: The note.
    """

    def __init__(self, reader: TermReader, note: str) -> None:
        self._reader = reader
        self._note = note
        self._concepts = {mention.concept for mention in reader.read(note)}
        self._words = set(_WORD.findall(note.lower()))
        self._beginnings = {word[:_BEGINNING] for word in self._words}

    def supported(self, summary: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """See `TermReader.supported`."""
        yes: dict[str, None] = {}
        no: dict[str, None] = {}
        for mention in self._reader.read(summary, self._note):
            words = set(_WORD.findall(mention.name))
            there = mention.concept in self._concepts or words <= self._words
            (yes if there else no)[mention.name] = None
        return tuple(yes), tuple(no)

    def foreign(self, summary: str) -> tuple[str, ...]:
        """Lists clinical words of a summary that the note has in no form, "nervosa" for diabetes.

        Args:
            summary: The summary, or a sentence of it.

        Returns:
            Words of five letters or more that stand in some term of the vocabulary, but in none of
            the note's concepts here, and with which no word of the note begins alike.
        """
        known = [m for m in self._reader.read(summary, self._note) if m.concept in self._concepts]
        return tuple(
            match[0]
            for match in _LONG_WORD.finditer(summary.lower())
            if match[0] not in _PLAIN
            and match[0][:_BEGINNING] not in self._beginnings
            and self._reader.vocabulary.has_word(match[0])
            and not any(m.start <= match.start() < m.end for m in known)
        )


def _renamed(text: str, found: Sequence[Mention], kept: Mapping[str, str]) -> str:
    for mention in reversed(found):
        name = kept[mention.concept]
        if mention.name.rstrip("s") != name.rstrip("s"):
            old = text[mention.start : mention.end]
            new = name.capitalize() if old[0].isupper() and mention.start == 0 else name
            text = text[: mention.start] + new + text[mention.end :]
    return text


def installed_reader() -> TermReader | None:
    """Builds the reader over the packages of `secateur[clinical]`; None where one is missing."""
    if not sources.is_installed():
        return None
    return TermReader(sources.vocabulary(), sources.abbreviations())
