"""Shorter wordings of a note's own sentences that lose no number, side, negation or time."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from secateur.pipelines.document.calendar_words import MONTH, WEEKDAY


class Rule(NamedTuple):
    """A wording that says the same in fewer words.

    Attributes:
        name: Its id.
        pattern: What is reworded, case ignored.
        shorter: What takes its place.
        example: A sentence that it shortens.
        other: A sentence that it leaves as it is.
    """

    name: str
    pattern: str
    shorter: str
    example: str
    other: str


_WHO = r"(?:(?:the|this) )?(?:patient|pt)|s?he"
_STARTS = r"(?:^|(?<=[.;] ))"

RULES = (
    Rule("mark", r"^(?:\(?\d{1,2}[.)]|[-*•#]+)\s+(?=[^\W\d])", "", "1. Gout.", "2.5 cm mass."),
    Rule(
        "is_a", rf"{_STARTS}(?:{_WHO}|this) is (?:an? )?(?:very |pleasant |well-known )*(?=\d+[ -]y)",
        "", "The patient is a 67-year-old female.", "The patient is 5 feet tall.",
    ),
    Rule(
        "is_known", rf"{_STARTS}(?:{_WHO}) (?:is|was|has)(?: also| currently)?(?: been)? "
        r"(?=[a-z])(?!not\b|no\b)(?:an? )?", "", "She has gout.", "She has not eaten.",
    ),
    Rule(
        "subject", rf"{_STARTS}(?:{_WHO}) (?:also |currently |still )?(?=[a-z])", "",
        "The patient denies fever.", "The patients deny fever.",
    ),
    Rule(
        "there_is", r"\b(?:there (?:is|was|are|were)|it (?:is|was) (?:felt|noted|thought) that) ",
        "", "There is no fracture.", "Is there a fracture?",
    ),
    Rule(
        "aside",
        r"(?:,? (?:at (?:this|the present) (?:time|point)|as (?:noted|mentioned|stated|described|"
        r"outlined|discussed) (?:above|earlier|before|below|previously)|of note|please note(?: that)?"
        r"|in (?:my|our) opinion|in detail|again),?(?= |[.;]|$))", "",
        "No fever at this time.", "Seen again in May: above average.",
    ),
    Rule(
        "opening", r"^(?:of note|please note(?: that)?|again|also|in addition|additionally|otherwise"
        r"|overall|at this (?:time|point)|i (?:feel|think|believe) (?:that )?|we will also|i will also),? ",
        "", "Of note, he smokes.", "He also smokes.",
    ),
    Rule("we_will", r"\b(?:i|we) (?:will|would|shall) ", "will ", "We will stop it.", "He will stop."),
    Rule(
        "found_to", r"\b(?:is|was|were|are) (?:found|noted|seen|felt) to (?:be|have)(?: an?)? ", "",
        "He was found to have gout.", "Gout was found.",
    ),
    Rule(
        "article", r"(?<!vitamin )(?<!hepatitis )(?<!group )(?<!type )(?<!class )(?<!grade )"
        r"(?-i:\b(?:[Tt]he|[Aa]n|[Aa])) (?=[a-z])", "", "A mass in the lung.", "Vitamin A is low.",
    ),
)  # fmt: skip
"""What a note says in more words than it needs."""

_HEDGE = r"(?:um+|uh+|er|mm-?hmm|hmm|okay|ok|all right|alright|yeah|yep|you know|i mean|like|well)"
SPOKEN = (
    Rule(
        "dragon", r"\bhey,? dragon\b[^.]*\.?", "", "Hey dragon, show me the X-ray.", "He saw a dragon fly.",
    ),
    Rule("hedge_between", rf"(?:,\s*{_HEDGE}\s*)+(?=,)", "", "I have, uh, pain.", "I like pain."),
    Rule(
        "hedge_first", rf"(?:^|(?<=[.;] ))(?:(?:{_HEDGE}|so|and|but|now|then)\s*[,.]\s*)+", "",
        "Okay, take it.", "Okay to take.",
    ),
    Rule("and_so", r"^(?:and so|and then|and|so|but)\s+(?=[a-z])", "", "And your heart is fine.", "Andy is fine."),
    Rule("stutter", r"\b(\w+(?: \w+)?),? (?=\1\b(?!-))", "", "I, I have pain.", "That hat."),
    Rule(
        "go_ahead", r"\bgo ahead and ", "", "Go ahead and stop it.", "Go ahead.",
    ),
    Rule(
        "intend", r"\b(?:i|we)(?:['’](?:m|re|d|ll)| am| are| will| would)?(?: just| also)*"
        r" (?:want to|wanna|going to|gonna|gon na|like to)(?: just| also)* (?=[a-z])", "",
        "I'm gonna stop it.", "He wants to stop it.",
    ),
    Rule("want_you", r"\b(?:i|we)(?:['’]d| would)?(?: just)? (?:want|like|need) you to ", "", "I want you to rest.", "You want to rest."),
    Rule("lets", r"\blet['’]?s (?:just )?", "", "Let's stop it.", "It lets go."),
    Rule("just", r"\b(?:just|really|kind of|kinda|sort of|basically|actually|pretty much) ", "", "Just rest.", "A just man's rest."),
    Rule("appreciate", r"\bi (?:do )?(?:also )?(?:appreciate|see|hear|notice|feel) (?:that )?(?:there['’]?s |you have )?", "", "I do appreciate a murmur.", "Do you hear me?"),
    Rule("think", r"\bi (?:do )?(?:think|believe) (?:that )?", "", "I think it is gout.", "Do you think so?"),
)  # fmt: skip
"""What speech has in more words than it needs."""

_TYPED = (
    (re.compile(r"\s+([,.;:?!])(?=\s|$)"), r"\1"),
    (re.compile(r"\b(\w+) n['’]t\b"), r"\1n't"),
    (re.compile(r"\bgon na\b"), "gonna"),
    (re.compile(r"\bwan na\b"), "wanna"),
)
"""A transcript's tokens as they are written."""

_KEPT = re.compile(
    r"\d+(?:[.,/:-]\d+)*%?"
    r"|\b(?:no|not|nor|never|none|without|neither|cannot|den(?:y|ies|ied)|negative|absent|free"
    r"|\w+n['’]t|right|left|bilateral(?:ly)?|both|upper|lower|proximal|distal|medial|lateral"
    r"|if|unless|until|possible|possibly|probable|probably|likely|may|might|could|suspect\w*"
    r"|ago|today|tomorrow|yesterday|tonight|since|before|after|prior|previous\w*|daily|weekly"
    r"|(?:hour|day|week|month|year)s?|stop\w*|start\w*|continu\w*|discontinu\w*|h[eo]ld\w*"
    rf"|mother|father|brother|sister|son|daughter|famil\w+|{WEEKDAY}|{MONTH})\b",
    re.IGNORECASE,
)
"""Words that no shorter wording may lose or gain."""

_COMPILED = {
    table: tuple((re.compile(rule.pattern, re.IGNORECASE), rule.shorter) for rule in table)
    for table in (RULES, SPOKEN)
}


def compress(text: str, *, spoken: bool = False) -> str:
    """Says a sentence in fewer of its own words.

    Args:
        text: The sentence.
        spoken: Whether it is from a transcript.

    Returns:
        The sentence in one line, with the same numbers, sides, negations, times and relatives.
    """
    said = " ".join(text.split())
    if spoken:
        for pattern, typed in _TYPED:
            said = pattern.sub(typed, said)
    for table in (SPOKEN, RULES) if spoken else (RULES,):
        for pattern, shorter in _COMPILED[table]:
            new = " ".join(pattern.sub(shorter, said).split())
            if keeps(said, new) and any(map(str.isalpha, new)):
                said = new
    said = re.sub(r"^[\s,;.:]+|\s+(?=[,.;:])|(?<=,)\s*,", "", said)
    return said[:1].upper() + said[1:]


def keeps(text: str, shorter: str) -> bool:
    """Tells whether a shorter wording has every number, side, negation and time, and no other."""
    return _critical(text) == _critical(shorter)


def _critical(text: str) -> Counter[str]:
    return Counter(match[0].lower() for match in _KEPT.finditer(text))
