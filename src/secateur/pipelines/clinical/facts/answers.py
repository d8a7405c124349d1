"""What is affirmed and what is denied in the transcript of a visit, question by question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from secateur.pipelines.clinical.facts.matters import FAMILY, PAIN, PLACES, PROBLEM, Matter, matters
from secateur.pipelines.clinical.language.dialogue import Turn, is_question
from secateur.pipelines.clinical.medications.spoken import spoken_drugs
from secateur.pipelines.clinical.verification.context import context_of, is_doubted
from secateur.pipelines.clinical.verification.relatives import names_family
from secateur.pipelines.document.document import Document
from secateur.pipelines.terminology.matcher import TermMatcher

Item = frozenset[str]
"""What is asked for or told, by the names of its `matters`."""

_WHICH = re.compile(
    r"(?:\W|and|so|okay|ok|now|then|well)*"
    r"(?:what|how|when|where|which|who|whose|why)\b(?! about\b)",
    re.IGNORECASE,
)
"""What opens a question that neither yes nor no answers."""
_OTHERS = re.compile(r"\b(?:any(?:one|body)|some(?:one|body)|or not)\b", re.IGNORECASE)
_COMPARED = re.compile(
    r"\b(?:other|else|similar|like (?:this|that|these)|before|worse|more|better)\b", re.IGNORECASE
)
"""In what is asked beyond what is known: to have no headaches like this is to have had others."""
_ASKED_FOR = re.compile(r"(?:\b(?:any|an?|history of|use|wear|have)\s|^\W*)(?:\w+\s)?$", re.I)
"""Before the name of a thing that is asked for: "Do you have a pacemaker", "Oxygen?"."""
_FILLER = r"(?:\W|oh|well|um+|uh|god|hm+|actually|honestly)*"
_WHO = r"(?:I|he|she|it|they|we)"
_COUNT = r"(?:one|two|three|four|five|six|eight|ten|half|\d+|some|several|a (?:few|lot|couple))"
_DENIES = re.compile(
    rf"{_FILLER}(?:(?:no|nope|nah|never|none|neither|nothing|uh-uh|negative)\b"
    r"(?! (?:idea|wait|more than))"
    r"|not\b(?! (?:sure|always|only|all |every|so ))"
    rf"|{_WHO} (?:do|did|have|has|does|is|was|ca) not\b(?! (?:know|remember|recall|tell))"
    rf"|(?:I['’]m|he['’]s|she['’]s|{_WHO} (?:am|is|was|have|has)) (?:not|never)\b(?! sure))",
    re.IGNORECASE,
)
_AFFIRMS = re.compile(
    rf"{_FILLER}(?:(?:yes|yeah|yep|yup|right|correct|sure|definitely|absolutely|of course"
    r"|uh-huh|mm-hmm|sometimes|often|occasionally|constantly|always|now and then|once in a while"
    rf"|all the time|like crazy|most|every|just|only|a (?:little|bit)|{_COUNT})\b(?! not\b)"
    rf"|[^.]*\b{_WHO} (?:\w+ )?(?:had|have|has|got|get|put) {_COUNT}\b"
    rf"|[^.]*\b{_WHO} (?:do|does|did)\b(?! not\b)"
    rf"|[^.]*\b{_WHO} (?:am|is|was|are|were|have|has)\W*(?:$|\.)|[^.]*, (?:yes|yeah)\W*(?:$|\.))",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"\b(?:quit|stopped|ran out|gave (?:it|that|them) up|came off|took me off|any ?more"
    r"|no longer)\b",
    re.IGNORECASE,
)
_CLAUSES = re.compile(r"[.,;:!?]+\s|\b(?:but|just|only|though|except)\b", re.IGNORECASE)
_PARTS = re.compile(r"[,;.?!]\s*|\b(?:or|and)\b", re.IGNORECASE)
_NEGATIVE = re.compile(r"\b(?:not|no|never)\b", re.IGNORECASE)
_SHORT = re.compile(r"(?<=\w)n['’]t\b", re.IGNORECASE)
_WEIGHED = re.compile(
    r"\b(?:if|whether|worr\w+|afraid|scared|wonder\w*|could|might|would|should|maybe|think|like an?"
    r"|for|until|when|before|used to|ago)\b",
    re.IGNORECASE,
)
_YOURS = re.compile(r"\byour (?:\w+ ){0,2}$", re.IGNORECASE)


class Answers(NamedTuple):
    """What a visit says is so of the patient, and what is not.

    Attributes:
        affirmed: What the patient has, takes or does.
        denied: What the patient does not; nothing of this is affirmed.
        takes: Whether the patient takes any drug.
    """

    affirmed: frozenset[Item]
    denied: frozenset[Item]
    takes: bool


def answers(document: Document, said: Sequence[Turn], vocabulary: TermMatcher | None) -> Answers:
    """Reads what the patient, or who speaks for one, affirms and denies.

    Yes and no are of the last question. Beside them counts what an answer itself names: of
    "Nausea or vomiting?" the answer "Nausea, but I haven't thrown up" affirms one and denies one.

    Args:
        document: The transcript.
        said: Its turns.
        vocabulary: Clinical terms; without it fewer words for one thing are known as such.

    Returns:
        All of it.
    """
    told: tuple[set[Item], set[Item]] = set(), set()
    questions: list[str] = []
    for turn in said:
        texts = [_SHORT.sub(" not", document.text[slice(*span)]) for span in turn.sentences]
        if turn.is_clinician:
            questions = [text for text in texts if is_question(text)]
            found = _presumed(texts, vocabulary)
        else:
            statements = [text for text in texts if not is_question(text)]
            found = _answered(questions, " ".join(statements), vocabulary)
            questions = []
        for item, denied in found:
            told[denied].add(item)
    takes = False
    asked = [_questions_of(document, turn) if turn.is_clinician else turn for turn in said]
    for drugs in spoken_drugs(document, asked, vocabulary) if vocabulary else ():
        for drug in drugs:
            name = document.text[slice(*drug.span)].lower()
            told[not drug.on].add(_item(matters(name, vocabulary)))
            takes = takes or drug.on
    affirmed = frozenset(told[False])
    # Of numbness denied here and told of an arm there nothing general is known.
    left = frozenset(item for item in told[True] if not any(item <= one for one in affirmed))
    return Answers(affirmed, left, takes)


def _questions_of(document: Document, turn: Turn) -> Turn:
    spans = (span for span in turn.sentences if is_question(document.text[slice(*span)]))
    return turn._replace(sentences=tuple(spans))


def _item(named: Sequence[Matter]) -> Item:
    return frozenset(one.name for one in named)


def _presumed(texts: Sequence[str], vocabulary: TermMatcher | None) -> Iterator[tuple[Item, bool]]:
    """What a clinician takes for granted: "Tell me about your chest pain"."""
    for text in texts:
        if is_question(text) and not _WHICH.match(text):
            continue
        for one in matters(text, vocabulary):
            if one.is_term and _YOURS.search(text, 0, one.start) and not _NEGATIVE.search(text):
                yield _item([one]), False


def _answered(
    questions: Sequence[str], answer: str, vocabulary: TermMatcher | None
) -> Iterator[tuple[Item, bool]]:
    """What an answer says of what was asked, and of what else it names."""
    denies = bool(_DENIES.match(answer) or _ENDS.search(answer))
    asked = [item for text in questions for item, _ in _asked(text, vocabulary)]
    told: list[tuple[Item, bool]] = []
    for clause in _CLAUSES.split(answer):
        told += _stated(clause, asked, vocabulary)
    # "No, I don't. Smoking is gross."
    if denies and not any(denied for _, denied in told):
        told = [(item, denied) for item, denied in told if item not in asked]
    yield from told
    if not questions or not answer.strip():
        return
    last = list(_asked(questions[-1], vocabulary))
    if denies:
        for item, is_whole in last:
            if is_whole and not any(item <= other or other <= item for other, _ in told):
                yield item, True
    elif _AFFIRMS.match(answer) and len(last) == 1 and not _NEGATIVE.search(questions[-1]):
        yield last[0][0], False


def _asked(question: str, vocabulary: TermMatcher | None) -> Iterator[tuple[Item, bool]]:
    """What a question asks for that yes or no answers, and whether no denies it altogether."""
    if _WHICH.match(question) or _OTHERS.search(question):
        return
    family = {FAMILY} & _item(matters(question, vocabulary))
    if names_family(question) and not family:
        return
    for part in _PARTS.split(question):
        named = matters(part, vocabulary)
        item = _item(named) | family
        if _is_telling(item) and (
            len(named) > 1 or named[0].is_term or _ASKED_FOR.search(part, 0, named[0].start)
        ):
            yield item, not _COMPARED.search(part)


def _is_telling(item: Item) -> bool:
    """Whether it names more than a part of the body, or trouble of no part."""
    return len(item - {FAMILY}) > 1 or not item <= PLACES | {FAMILY, PROBLEM, PAIN}


def _stated(
    clause: str, asked: Sequence[Item], vocabulary: TermMatcher | None
) -> Iterator[tuple[Item, bool]]:
    """What a clause of an answer says of what was asked, and of terms."""
    named = matters(clause, vocabulary)
    words = _item(named)
    if names_family(clause):
        about = [item for item in asked if FAMILY in item]
        if not _NEGATIVE.search(clause):
            yield from ((item, False) for item in about if len(about) == 1 or item & words)
        return
    denied = {one.name for one in named if context_of(clause, one.start, one.end).negated}
    yield from ((item, bool(item & denied)) for item in asked if item <= words)
    if not (_WEIGHED.search(clause) or is_doubted(clause)):
        places = words & PLACES
        for one in named:
            if one.is_term and one.name not in PLACES:
                is_denied = one.name in denied
                yield frozenset({one.name} if is_denied else {one.name} | places), is_denied
