"""Whether a sentence says the opposite of its evidence: another value of a scale, an end turned."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from secateur.pipelines.clinical.verification.content import content_words
from secateur.pipelines.clinical.verification.quantities import plain
from secateur.pipelines.clinical.verification.words import FUNCTION_WORDS

# Values of one scale, in any of their words; no two of a line's hold at once.
_SCALES = tuple(
    tuple(frozenset(value.split()) for value in line.split(" / "))
    for line in """
    increase / decrease
    increased / decreased
    elevated high / low
    better improved improving / worse worsened worsening / stable unchanged
    mild mildly / moderate moderately / severe severely
    resolved / ongoing persistent worse worsened worsening
    upper / lower
    start started starting begin continue continued continuing resume resumed take increase / stop \
stopped discontinue discontinued hold held avoid
    positive pos / negative neg
    failed fails / passed passes
    agreed agrees accepted accepts consented / declined declines refused refuses
    patent / occluded
    grown larger bigger / shrunk shrunken smaller
    new / unchanged
    acute / chronic
    benign / malignant
    normal unremarkable / abnormal
    stable / unstable
    anterior / posterior
    proximal / distal
    medial / lateral
    superior / inferior
    ct computed / mri magnetic
    tachycardia / bradycardia
    with / without
    including included / except excluding
    """.strip().splitlines()
)
# Values that are opposite only before the same word: "open reduction", "long nail".
_ATTRIBUTES = tuple(
    frozenset(line.split())
    for line in """
    open closed
    short long
    internal external
    primary secondary
    voluntary involuntary
    general spinal epidural local regional
    oral intravenous subcutaneous intramuscular topical
    partial complete
    hot cold
    """.strip().splitlines()
)
_PREFIX = re.compile(r"\b(hyper|hypo|over|under)-?([a-z]{4,})", re.IGNORECASE)
_OTHER_PREFIX = {"hyper": "hypo", "hypo": "hyper", "over": "under", "under": "over"}
# Results that a note gives one after the other; they change places without a new word.
_RESULTS = {
    "positive": "positive", "pos": "positive", "negative": "negative", "neg": "negative",
    "detected": "positive", "mutated": "positive", "wild-type": "negative",
    "wild type": "negative",
    "patent": "patent", "occluded": "occluded",
}  # fmt: skip
_RESULT = re.compile(rf"(?<!not )\b(?:{'|'.join(_RESULTS)})\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:.\n](?=\s|$)|\b(?:and|but|while|with)\b", re.IGNORECASE)
_BOUND = re.compile(
    r"(?P<up>(?<![-=])>=?|≥|\b(?:above|over|at least|(?<!no )(?:more|greater|higher) than))"
    r"|(?:<=?|≤|\b(?:below|under|at most|(?<!no )(?:less|fewer|lower) than))",
    re.IGNORECASE,
)
_LIMIT = re.compile(r" ?(\d+(?:[.,]\d+)?)(?![\d/:])")
_TOWARDS = re.compile(
    r"\b(?:(?P<up>increas\w+|rais\w+|rose)|decreas\w+|lower(?:s|ed)?|reduc\w+|fell|taper\w*)"
    r"\b[^.;,\d]{0,40}? to (?P<to>\d+(?:\.\d+)?)(?![\d/])",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"\b(before|after) (?:(?:the|his|her|a|an) )?([a-z]{4,})", re.IGNORECASE)
_THEN = re.compile(r"\b([a-z]{4,}),? (?:and )?then ([a-z]{4,})", re.IGNORECASE)
_BRACKET = re.compile(r"\b([A-Za-z][A-Za-z-]{3,40}) \(([A-Za-z][A-Za-z '-]{2,40})\)")
_WORD = re.compile(r"[a-z][a-z-]+|[.;,:]")


def is_opposite(sentence: str, evidence: str) -> bool:
    """Tells whether a sentence and its evidence cannot both hold.

    Args:
        sentence: A sentence of a summary.
        evidence: What it rests on.

    Returns:
        Whether it has another value of a scale, of an attribute or of a result than the evidence,
        the opposite prefix, or an order, a limit or what stands in brackets the other way round.
    """
    claimed = set(re.findall(r"[a-z]+", sentence.lower()))
    stated = set(re.findall(r"[a-z]+", evidence.lower()))
    for scale in _SCALES:
        here = {value for value in scale if value & claimed}
        there = {value for value in scale if value & stated}
        if here - there and there - here:
            return True
    return (
        has_other_prefix(sentence, evidence)
        or _exchanges_results(sentence, evidence)
        or _has_other_attribute(sentence, evidence)
        or _is_reversed(set(_limits(sentence)), set(_limits(evidence)))
        or _is_reversed(set(_ways(sentence)), set(_ways(evidence)))
        or _is_reversed(set(_moments(sentence)), set(_moments(evidence)))
        or _exchanges_brackets(sentence, evidence)
    )


def has_other_prefix(sentence: str, evidence: str) -> bool:
    """Whether the evidence has a word with the opposite prefix only: "hypo-" for "hyper-"."""
    claimed, stated = _prefixed(sentence), _prefixed(evidence)
    return any((_OTHER_PREFIX[prefix], stem) in stated for prefix, stem in claimed - stated)


def _prefixed(text: str) -> set[tuple[str, str]]:
    return {(match[1], match[2]) for match in _PREFIX.finditer(text.lower())}


def _exchanges_results(sentence: str, evidence: str) -> bool:
    """Whether the evidence gives what stands beside a result other results only."""
    stated = set(_results(evidence))
    names = {name for name, _ in stated}
    return any(name in names and (name, one) not in stated for name, one in _results(sentence))


def _results(text: str) -> Iterator[tuple[str, str]]:
    """Each word of content of a clause with the clause's one result."""
    for clause in _CLAUSE.split(text):
        found = {_RESULTS[match[0].lower()] for match in _RESULT.finditer(clause)}
        if len(found) == 1:
            for word in content_words(_RESULT.sub(" ", clause)):
                yield word, next(iter(found))


def _has_other_attribute(sentence: str, evidence: str) -> bool:
    """Whether the evidence gives a word other attributes of a kind only."""
    stated = set(_neighbours(evidence))
    return any(
        word in kind
        and (word, thing) not in stated
        and any((other, thing) in stated for other in kind - {word})
        for word, thing in _neighbours(sentence)
        for kind in _ATTRIBUTES
    )


def _neighbours(text: str) -> Iterator[tuple[str, str]]:
    return pairwise(_WORD.findall(text.lower()))


def _is_reversed(claimed: set[tuple[str, bool]], stated: set[tuple[str, bool]]) -> bool:
    """Whether the evidence has something the other way round only."""
    return any((what, not way) in stated for what, way in claimed - stated)


def _limits(text: str) -> Iterator[tuple[str, bool]]:
    """Each limit, and whether it is the least: of "PEEP > 8" the 8."""
    for match in _BOUND.finditer(text):
        number = _LIMIT.match(text, match.end())
        if number:
            yield plain(number[1]), match["up"] is not None


def _ways(text: str) -> Iterator[tuple[str, bool]]:
    """What something is changed to, and whether it goes up."""
    for match in _TOWARDS.finditer(text):
        yield plain(match["to"]), match["up"] is not None


def _moments(text: str) -> Iterator[tuple[str, bool]]:
    """What something is before or after, and of "one, then other" which is first."""
    for match in _BESIDE.finditer(text.lower()):
        yield match[2], match[1] == "before"
    for match in _THEN.finditer(text.lower()):
        first, other = match.groups()
        if not {first, other} & FUNCTION_WORDS:
            yield " ".join(sorted((first, other))), first < other


def _exchanges_brackets(sentence: str, evidence: str) -> bool:
    """Whether what stands in brackets stands in those behind another word there."""
    stated = {(match[1].lower(), match[2].lower()) for match in _BRACKET.finditer(evidence)}
    heads, inside = {head for head, _ in stated}, {what for _, what in stated}
    return any(
        head in heads and what in inside and (head, what) not in stated
        for head, what in (
            (match[1].lower(), match[2].lower()) for match in _BRACKET.finditer(sentence)
        )
    )
