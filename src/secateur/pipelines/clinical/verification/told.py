"""How a note speaks of each of its words: of whom, how surely, or that it is not so."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from secateur.pipelines.clinical.verification.codes import Codes
from secateur.pipelines.clinical.verification.content import content
from secateur.pipelines.clinical.verification.context import (
    Context,
    clause_bounds,
    context_of,
    is_doubted,
)
from secateur.pipelines.clinical.verification.doubts import Doubts
from secateur.pipelines.clinical.verification.exchange import Exchanges, Namer
from secateur.pipelines.clinical.verification.fates import Fates
from secateur.pipelines.clinical.verification.figures import Figures
from secateur.pipelines.clinical.verification.relatives import (
    ANYONE,
    named_relatives,
    names_family,
    relatives_in,
    relatives_of,
)
from secateur.pipelines.clinical.verification.severity import Severities
from secateur.pipelines.clinical.verification.sites import Sites
from secateur.pipelines.clinical.verification.studies import Studies, findings

# Words that speak of a family's history as of the patient's.
_FRAME = frozenset(
    "history family significant positive died death deceased passed diagnosed diagnosis".split()
)

_STOP = re.compile(r"[.,;:()]")
_TO_COME = re.compile(
    r"\s+(?:precautions|prophylaxis|screen(?:ing)?|education|counsel(?:l?ing)|risks?|prevention)\b",
    re.IGNORECASE,
)
"""Behind what nobody has: "preeclampsia precautions reviewed"."""


@dataclass(frozen=True)
class Mention:
    """A word in a sentence.

    Attributes:
        sentence: The sentence.
        start: First character of the word in it.
        end: One past its last.
        section: Canonical name of the sentence's section.
    """

    sentence: str
    start: int
    end: int
    section: str | None = None

    @cached_property
    def context(self) -> Context:
        """What its surroundings say of it."""
        return context_of(self.sentence, self.start, self.end, self.section)

    @cached_property
    def relatives(self) -> frozenset[str]:
        """Whose it is, if not the patient's."""
        left, right = clause_bounds(self.sentence, self.start, self.end)
        before, after = self.sentence[left : self.start], self.sentence[self.end : right]
        return relatives_of(before, after, self.section)


class Told:
    """Every mention of every word of a note.

    Args:
        sentences: Its sentences, each with the canonical name of its section.
        drugs: Finds names of drugs; without it their exchange is not looked for.
    """

    def __init__(
        self, sentences: Iterable[tuple[str, str | None]], drugs: Namer | None = None
    ) -> None:
        self._mentions: dict[str, list[Mention]] = defaultdict(list)
        self._sentences = list(sentences)
        self._find_drugs = drugs
        for sentence, section in self._sentences:
            for word, start, end in content(sentence):
                self._mentions[word].append(Mention(sentence, start, end, section))

    @cached_property
    def doubts(self) -> Doubts:
        """Words that the note says in doubt only."""
        return Doubts(sentence for sentence, _ in self._sentences)

    @cached_property
    def studies(self) -> Studies:
        """The sites of which the note's studies are."""
        return Studies(sentence for sentence, _ in self._sentences)

    @cached_property
    def sites(self) -> Sites:
        """Its arteries, lobes, bones and so on."""
        return Sites(sentence for sentence, _ in self._sentences)

    @cached_property
    def findings(self) -> Exchanges:
        """What stands beside each finding of a test that the note names."""
        return Exchanges([sentence for sentence, _ in self._sentences], findings, 1)

    @cached_property
    def codes(self) -> Codes:
        """Its stages, grades, vertebrae and other codes."""
        return Codes(sentence for sentence, _ in self._sentences)

    @cached_property
    def severities(self) -> Severities:
        """The degrees of its findings."""
        return Severities(sentence for sentence, _ in self._sentences)

    @cached_property
    def figures(self) -> Figures:
        """What it measures and counts."""
        return Figures(sentence for sentence, _ in self._sentences)

    @cached_property
    def relatives(self) -> Exchanges:
        """What stands beside each relative whom the note names."""
        return Exchanges([sentence for sentence, _ in self._sentences], named_relatives, 1)

    @cached_property
    def drugs(self) -> Exchanges | None:
        """What stands beside each drug that the note names."""
        texts = [sentence for sentence, _ in self._sentences]
        return Exchanges(texts, self._find_drugs, 2) if self._find_drugs else None

    @cached_property
    def fates(self) -> Fates | None:
        """What becomes of its drugs."""
        texts = [sentence for sentence, _ in self._sentences]
        return Fates(texts, self._find_drugs) if self._find_drugs else None

    def of(self, word: str) -> Sequence[Mention]:
        """Mentions of a word in the spelling of `content`."""
        return self._mentions.get(word, ())


def turns_negation(sentence: str, evidence: Sequence[str]) -> bool:
    """Whether the sentence denies a word that its evidence affirms everywhere, or affirms one."""
    told = Told((other, None) for other in evidence)
    for word, here in _words(sentence):
        there = told.of(word)
        if there and not any(
            here.context.negated == other.context.negated
            or here.context.aside
            or other.context.aside
            for other in there
        ):
            return True
    unsaid = defaultdict[tuple[str, str], set[bool]](set)
    for pair, negated in _denials(sentence):
        unsaid[pair].add(negated)
    stated = set[tuple[str, str]]()
    for other in evidence:
        # A pair that is said as the sentence says it is not looked for any further.
        for pair, negated in _denials(other, unsaid):
            stated.add(pair)
            unsaid[pair].discard(negated)
            if not unsaid[pair]:
                del unsaid[pair]
    return not stated.isdisjoint(unsaid)


def _denials(
    text: str, pairs: Container[tuple[str, str]] | None = None
) -> Iterator[tuple[tuple[str, str], bool]]:
    """Neighbouring words of content, and whether the first is denied: "no fracture of the ulna".

    Where pairs are given, of these alone.
    """
    for (one, start, end), (other, begin, _) in pairwise(content(text)):
        if pairs is not None and (one, other) not in pairs:
            continue
        context = context_of(text, start, end)
        if not context.aside and not _STOP.search(text, end, begin):
            yield (one, other), context.negated


def drops_doubt(sentence: str, note: Told) -> bool:
    """Whether the sentence is sure of a word that the note doubts wherever it stands, or there."""
    if note.doubts.are_dropped(sentence):
        return True
    if is_doubted(sentence):
        return False
    for word, here in _words(sentence):
        there = note.of(word)
        doubted = all(mention.context.uncertain for mention in there)
        if there and doubted and not here.context.negated:
            return True
    return False


def is_of_another(sentence: str, note: Told) -> bool:
    """Whether the note tells of somebody else what the sentence tells of patient or relative."""
    familiar = names_family(sentence)
    return note.relatives.is_exchanged(sentence) or any(
        _is_anothers(here, note.of(word), familiar)
        for word, here in _words(sentence)
        if word not in _FRAME and not names_family(word)
    )


def exchanges_drugs(sentence: str, note: Told) -> bool:
    """Whether the sentence says of a drug what the note says of another one."""
    return note.drugs is not None and note.drugs.is_exchanged(sentence)


def turns_orders(sentence: str, note: Told) -> bool:
    """Whether the sentence stops a drug that the note keeps, or keeps one that it stops."""
    return note.fates is not None and note.fates.are_turned(sentence)


def _is_anothers(here: Mention, there: Sequence[Mention], familiar: bool) -> bool:
    if _TO_COME.match(here.sentence, here.end):
        return False
    there = [mention for mention in there if not _TO_COME.match(mention.sentence, mention.end)]
    if here.relatives and there:
        stated = frozenset[str]().union(*(mention.relatives for mention in there))
        around = {mention.sentence for mention in there if not mention.relatives}
        stated = stated.union(*map(relatives_in, around))
        return ANYONE not in stated and bool(here.relatives - {ANYONE} - stated)
    if familiar or here.context.negated or not there:
        return False
    return all(mention.relatives for mention in there)


def _words(sentence: str) -> Iterable[tuple[str, Mention]]:
    return ((word, Mention(sentence, start, end)) for word, start, end in content(sentence))
