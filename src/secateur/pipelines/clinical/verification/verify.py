"""Ties a summary's sentences to the note and flags what the note does not say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from secateur.pipelines.clinical.verification.evidence import EvidenceFinder, evidence_at
from secateur.pipelines.clinical.verification.exchange import Exchanges, Name, measured, words_in
from secateur.pipelines.clinical.verification.facts import check, check_reworded
from secateur.pipelines.clinical.verification.quantities import numbers_of
from secateur.pipelines.clinical.verification.sense import SenseFinder
from secateur.pipelines.clinical.verification.terms import NoteTerms, TermReader
from secateur.pipelines.clinical.verification.told import Told
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.summary import Evidence, SummarySentence

NO_EVIDENCE = "no evidence"
OTHER_WORDS = "other words"
QUOTED = "quoted"
_UNKNOWN_TERM = "term"
_CONTENT = re.compile(r"[a-z]{4,}")
_PART = re.compile(
    r"\b(hip|eye|ear|toe|jaw|rib|lip|knee|wrist|elbow|ankle|shoulder|thumb|heel)s?\b", re.IGNORECASE
)
"""Parts of the body that are too short for a word of content, or stand in terms of several."""
_ALIKE = 0.5
"""Share of a sentence's word weight in one place from which a term that is new there is wrong."""
_COPIED = 3
"""Words of the note around one concept from which another one stands in its place."""
# A longer sentence of the note is no wording for a short summary.
QUOTABLE_WORDS = 45


class Verifier:
    """Checks sentences against one note.

    Args:
        document: The note.
        sentences: Its sentences, half-open offsets.
        reader: Reads clinical terms; None leaves the check of terms out.
    """

    def __init__(
        self,
        document: Document,
        sentences: Sequence[tuple[int, int]],
        reader: TermReader | None = None,
    ) -> None:
        self._document = document
        self._sentences = sentences
        self._finder = EvidenceFinder(document, sentences)
        self._texts = [document.text[start:end] for start, end in sentences]
        passages = (document.passage_at(start) for start, _ in sentences)
        sections = [passage.section if passage else None for passage in passages]
        drugs = partial(_drugs, reader, measured(document.text))
        self._told = Told(zip(self._texts, sections, strict=True), drugs)
        self._terms = NoteTerms(reader, document.text) if reader else None
        names = self._terms.names if self._terms else lambda _: ()
        self._named = Exchanges(self._texts, names, _COPIED)
        self._sense = SenseFinder(self._texts, self._finder, self._terms)
        self._examined: dict[str, tuple[tuple[Evidence, ...], tuple[str, ...]]] = {}

    def terms(self, text: str) -> tuple[str, ...]:
        """Names of clinical concepts in a text that the note knows; none without a reader."""
        return self._terms.supported(text)[0] if self._terms else ()

    def knows(self, text: str) -> bool:
        """Whether the note knows every clinical concept that a text names; so without a reader."""
        return not (self._terms and self._terms.supported(text)[1])

    def concepts(self, text: str) -> frozenset[str]:
        """Clinical concepts of a text, by whatever names; none without a reader."""
        return self._terms.concepts(text) if self._terms else frozenset()

    def examine(self, sentence: SummarySentence) -> SummarySentence:
        """Adds a sentence's evidence and flags.

        Args:
            sentence: As the model wrote it.

        Returns:
            The sentence with its evidence, and beside its own flags: "no evidence", "term" (one, or
            a clinical word, that the note does not know or has another one for), or what
            `facts.check` finds.
        """
        # Drafts say the same again and again.
        if sentence.text not in self._examined:
            self._examined[sentence.text] = self._examine(sentence.text)
        evidence, flags = self._examined[sentence.text]
        return replace(sentence, evidence=evidence, flags=(*sentence.flags, *flags))

    def _examine(self, text: str) -> tuple[tuple[Evidence, ...], tuple[str, ...]]:
        """A sentence's evidence and flags."""
        evidence = self._finder.find(text)
        if not evidence:
            return (), (NO_EVIDENCE,)
        support = self._finder.needed(text, evidence)
        support += self._holding_numbers(text, support)
        flags = check(text, support, self._document.text, self._told)
        parts = _parts(text) - _parts(self._document.text)
        unknown = self._terms is not None and _names_unknown(text, self._terms)
        if parts or unknown or self._named.is_exchanged(text):
            flags = (*flags, _UNKNOWN_TERM)
        return evidence, flags

    def compare(self, found: Sequence[SummarySentence]) -> tuple[SummarySentence, ...]:
        """Ties sentences without evidence to what the note says in other words, if anything.

        Args:
            found: As `examine` returns them.

        Returns:
            The same; in place of "no evidence" a sentence that is like places of the note has these
            and "other words", which asks to compare them, and what is wrong with its details.
        """
        return tuple(
            self._compared(sentence) if NO_EVIDENCE in sentence.flags else sentence
            for sentence in found
        )

    def _compared(self, sentence: SummarySentence) -> SummarySentence:
        places = self._sense.find(sentence.text)
        if not places:
            return sentence
        support = [self._texts[index] for index in places]
        support += self._holding_numbers(sentence.text, support)
        details = check_reworded(sentence.text, support, self._document.text, self._told)
        alike = max(self._finder.shares(sentence.text)) >= _ALIKE
        if alike and self._terms and self._terms.supported(sentence.text)[1]:
            details = (*details, _UNKNOWN_TERM)
        kept = (flag for flag in sentence.flags if flag != NO_EVIDENCE)
        return replace(
            sentence,
            evidence=tuple(evidence_at(self._document, *self._sentences[i]) for i in places),
            flags=(*kept, OTHER_WORDS, *details),
        )

    def _holding_numbers(self, sentence: str, support: Sequence[str]) -> list[str]:
        """Sentences that hold a number which the evidence lacks, and share a word with it."""
        missing = numbers_of(sentence) - numbers_of("\n".join(support))
        words = set(_CONTENT.findall(sentence.lower()))
        if not missing:
            return []
        return [
            text
            for text in self._texts
            if missing & numbers_of(text) and words & set(_CONTENT.findall(text.lower()))
        ]


def _parts(text: str) -> set[str]:
    return {match[1].lower() for match in _PART.finditer(text)}


def _names_unknown(text: str, terms: NoteTerms) -> bool:
    return bool(terms.supported(text)[1] or terms.foreign(text))


def _drugs(reader: TermReader | None, dosed: frozenset[str], text: str) -> list[Name]:
    """Drugs that the vocabulary knows, and the words that the note gives a dose."""
    terms = reader.vocabulary.find(text) if reader else ()
    known = [(m.start, m.end, m.term.concept) for m in terms if m.term.kind == "drug"]
    others = words_in(text, dosed)
    return sorted(
        [*known, *(n for n in others if not any(a < n[1] and n[0] < b for a, b, _ in known))]
    )


def quote(sentence: SummarySentence) -> SummarySentence:
    """Says a flagged sentence in the note's own words.

    Args:
        sentence: As `Verifier.examine` returns it.

    Returns:
        Its best evidence, flagged "quoted"; the sentence itself where nothing is flagged, it has
        no evidence, or the evidence is too long.
    """
    if not sentence.flags or not sentence.evidence:
        return sentence
    best = sentence.evidence[0]
    words = best.text.split()
    if len(words) > QUOTABLE_WORDS:
        return sentence
    return replace(sentence, text=" ".join(words), evidence=(best,), flags=(QUOTED,))
