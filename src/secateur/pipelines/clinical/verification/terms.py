"""Clinical concepts of a text, and which of a summary's the note knows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from spacy.lang.en.stop_words import STOP_WORDS

from secateur.core.models import bases
from secateur.pipelines.clinical.verification.exchange import Name
from secateur.pipelines.clinical.verification.quantities import SPELT_OUT
from secateur.pipelines.clinical.verification.words import FUNCTION_WORDS, singular
from secateur.pipelines.terminology import sources
from secateur.pipelines.terminology.abbreviations import Abbreviations
from secateur.pipelines.terminology.matcher import TermMatcher

_WORD = re.compile(r"[a-z0-9]+")
_LONG_WORD = re.compile(r"[a-z]{5,}")
_SHORT = re.compile(r"\b(?![IVX]+\b)([A-Z]{2,6})s?\b")
_USUAL = frozenset("BID TID QID PRN QHS QAM QPM AM PM PO IM MD AND NOT FOR WITH USA".split())
"""Capitals that need no word of the note."""
_BEGINNING = 5
"""Letters by which forms of a word are known as one."""
_ALIKE = 0.9
"""Likeness, 1 at most, from which a word is one of the note's with a letter wrong."""
_OPENING = re.compile(r"\W*(?:\d{1,2}[.)]\s+)?([A-Za-z][^\s,:;.]*(?: [^\s,:;.]+){0,2}),\s")
"""What a line is about, whether any list knows it or not: "T2DM, uncontrolled"."""
_ENDING = 3
"""Letters by which forms of a word may differ in length."""
_STOPS = STOP_WORDS | {*SPELT_OUT, "thirteen", "fourteen", "sixteen", "seventeen", "eighteen",
                       "nineteen", "thirty", "seventy", "eighty", "ninety"}  # fmt: skip
_ENDS = ("", "s", "d", "n", "ed", "ing")
_PLAIN = frozenset(
    "patient patients sample template consult consultation evaluation evaluate history female "
    "woman women infant child children letter standard request death probable bilateral "
    "stress routine normal report procedure presented presents secondary without under status "
    "discharge admission transfer operative insertion placement removal repair excision "
    "treated treatment planned right weeks months".split()
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

    def about(self, note: str) -> Abbreviations:
        """Reads once what a note says of its abbreviations, for many texts about it."""
        return Abbreviations(self._meanings, note)

    def read(self, text: str, about: Abbreviations | None = None) -> list[Mention]:
        """Finds the concepts of a text.

        Args:
            text: The text.
            about: What a note says of its abbreviations; None where the text stands alone.

        Returns:
            In order of place.
        """
        found = [
            Mention(m.start, m.end, m.term.concept, text[m.start : m.end].lower())
            for m in self.vocabulary.find(text)
        ]
        taken = {mention.start for mention in found}
        for short in (about or self.about("")).find(text):
            inside = self.vocabulary.find(short.long)
            if inside and short.start not in taken:
                concept = inside[0].term.concept
                found.append(Mention(short.start, short.end, concept, short.short.lower()))
        return sorted(found, key=lambda mention: mention.start)

    def meanings_of(self, short: str) -> Sequence[str]:
        """All that an abbreviation may mean, whatever the text; none if it is not known."""
        return self._meanings.get(short, ())

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
        about = self.about(note)
        mentions = [self.read(text, about) for text in texts]
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
        self._about = reader.about(note)
        self._concepts = {mention.concept for mention in reader.read(note)}
        self._words = set(_WORD.findall(note.lower()))
        self._singular = set(map(singular, self._words))
        self._beginnings = {word[:_BEGINNING] for word in self._words}
        letters = re.findall(r"[^\W\d_]+", note.lower())
        self._initials = " ".join(
            "".join(word[0] for word in letters if word not in skipped) for skipped in ((), _STOPS)
        )

    def supported(self, summary: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """See `TermReader.supported`."""
        yes: dict[str, None] = {}
        no: dict[str, None] = {}
        for mention in self._reader.read(summary, self._about):
            words = set(_WORD.findall(mention.name))
            there = mention.concept in self._concepts or words <= self._words | self._singular
            (yes if there else no)[mention.name] = None
        return tuple(yes), tuple(no)

    def concepts(self, text: str) -> frozenset[str]:
        """Concepts of a text about the note, or of a part of it."""
        return frozenset(mention.concept for mention in self._reader.read(text, self._about))

    def names(self, text: str) -> list[Name]:
        """What a sentence of the note, or about it, names: concepts, and what it opens with."""
        found = [(m.start, m.end, m.concept) for m in self._reader.read(text, self._about)]
        opening = _OPENING.match(text)
        if opening and not any(start < opening.end(1) for start, _, _ in found):
            name = opening[1].lower()
            if FUNCTION_WORDS.isdisjoint(name.split()):  # "she was confused" names no problem
                found.insert(0, (*opening.span(1), name))
        return found

    def spelt_out(self, text: str) -> str:
        """A text about the note, or a part of it, with abbreviations by what they mean there."""
        for short in reversed(self._about.find(text)):
            text = text[: short.start] + short.long + text[short.end :]
        return text

    def foreign(self, summary: str) -> tuple[str, ...]:
        """Lists words of a summary that the note has in no form: "nervosa", or no words at all.

        Args:
            summary: The summary, or a sentence of it.

        Returns:
            Words of five letters or more that stand in some term of the vocabulary, but in none of
            the note's concepts here, or are no English ("bogusitis"), and with which no word of
            the note begins alike; abbreviations for nothing that the note says. Words that any text
            uses and numbers are not listed.
        """
        known = [m for m in self._reader.read(summary, self._about) if m.concept in self._concepts]
        short = () if summary.isupper() else _SHORT.finditer(summary)
        abbreviations = tuple(
            match[0]
            for match in short
            if not self._has_short(match[1])
            and not any(m.start <= match.start() < m.end for m in known)
        )
        return abbreviations + tuple(
            match[0]
            for match in _LONG_WORD.finditer(summary.lower())
            if match[0] not in _PLAIN
            and match[0][:_BEGINNING] not in self._beginnings
            and not _is_plain(match[0])
            and (self._reader.vocabulary.has_word(match[0]) or self._is_invented(match[0]))
            and not any(m.start <= match.start() < m.end for m in known)
        )

    def _has_short(self, short: str) -> bool:
        """Whether the note has an abbreviation, its letters as initials, or what it may mean."""
        lower = short.lower()
        begins = any(word.startswith(lower) for word in self._words)
        if short in _USUAL or begins or lower in self._initials:
            return True
        return any(self._has_words(meaning) for meaning in self._reader.meanings_of(short))

    def _has_words(self, meaning: str) -> bool:
        words = [word for word in _WORD.findall(meaning.lower()) if word not in _STOPS]
        return all(word[:_BEGINNING] in self._beginnings for word in words)

    def _is_invented(self, word: str) -> bool:
        """Whether a word is no English, and none of the note's with a letter wrong."""
        return not _is_english(word) and not get_close_matches(word, self._words, 1, _ALIKE)


def _is_plain(word: str) -> bool:
    """Whether a word, in any form, says little: "takes", "given", "three"."""
    return any(word.endswith(end) and word.removesuffix(end) in _STOPS for end in _ENDS)


def _is_english(word: str) -> bool:
    """Whether a word, or one that begins like it and is about as long, is known."""
    known = _english().get(word[:_BEGINNING], ())
    return not _english() or any(abs(length - len(word)) <= _ENDING for length in known)


@cache
def _english() -> Mapping[str, Collection[int]]:
    """Beginnings of the words of a language model's vocabulary, with their lengths; may be none."""
    lengths: dict[str, set[int]] = defaultdict(set)
    try:
        words = (bases.find("minilm-l6") / "vocab.txt").read_text(encoding="utf-8").split()
    except (bases.BaseNotFoundError, bases.BaseDamagedError):
        return {}
    for word in words:
        lengths[word[:_BEGINNING]].add(len(word))
    return lengths


def _renamed(text: str, found: Sequence[Mention], kept: Mapping[str, str]) -> str:
    for mention in reversed(found):
        name = kept[mention.concept]
        if singular(mention.name) != singular(name):
            old = text[mention.start : mention.end]
            new = name.capitalize() if old[0].isupper() and mention.start == 0 else name
            text = text[: mention.start] + new + text[mention.end :]
    return text


def term_lists(
    texts: Iterable[str], note: str, reader: TermReader | None
) -> dict[str, tuple[str, ...]]:
    """Sorts the terms of a summary for its record.

    Args:
        texts: The sentences of the summary.
        note: The note.
        reader: Reads clinical terms, or None.

    Returns:
        As in `Summary.terms`.
    """
    if reader is None:
        return {}
    supported, unsupported = reader.supported("\n".join(texts), note)
    return {"supported": supported, "unsupported": unsupported}


def installed_reader() -> TermReader | None:
    """Builds the reader over the packages of `secateur[clinical]`; None where one is missing."""
    if not sources.is_installed():
        return None
    return TermReader(sources.vocabulary(), sources.abbreviations())
