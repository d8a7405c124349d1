"""Shorter wordings of a note's own sentences that lose no number, side, negation or time."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from secateur.pipelines.clinical.handover.critical import CRITICAL


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
    Rule(
        "is_a",
        rf"{_STARTS}(?:{_WHO}|this) is (?:an? )?(?:very |pleasant |well-known )*(?=\d+[ -]y)",
        "",
        "The patient is a 67-year-old female.",
        "The patient is 5 feet tall.",
    ),
    Rule(
        "is_known",
        rf"{_STARTS}(?:{_WHO}) (?:is|was|has)(?: also| currently)?(?: been)? "
        r"(?=[a-z])(?!not\b|no\b)(?:an? )?",
        "",
        "She has gout.",
        "She has not eaten.",
    ),
    Rule(
        "subject",
        rf"{_STARTS}(?:{_WHO}) (?:also |currently |still )?(?=[a-z])",
        "",
        "The patient denies fever.",
        "The patients deny fever.",
    ),
    Rule(
        "there_is",
        r"\b(?:there (?:is|was|are|were)|it (?:is|was) (?:felt|noted|thought) that) ",
        "",
        "There is no fracture.",
        "Is there a fracture?",
    ),
    Rule(
        "aside",
        r"(?:,? (?:at (?:this|the present) (?:time|point)|as (?:noted|mentioned|stated|described|"
        r"outlined|discussed) (?:above|earlier|before|below|previously)|of note"
        r"|please note(?: that)?"
        r"|in (?:my|our) opinion|in detail|again),?(?= |[.;]|$))",
        "",
        "No fever at this time.",
        "Worse after the time at sea.",
    ),
    Rule(
        "opening",
        r"^(?:of note|please note(?: that)?|again|also|in addition|additionally|otherwise"
        r"|overall|at this (?:time|point)|i (?:feel|think|believe) (?:that )?|we will also"
        r"|i will also),? ",
        "",
        "Of note, he smokes.",
        "He also smokes.",
    ),
    Rule(
        "we_will", r"\b(?:i|we) (?:will|would|shall) ", "will ", "We will stop it.", "He will stop."
    ),
    Rule(
        "found_to",
        r"(?<!who )(?<!which )(?<!that )\b(?:is|was|were|are) (?:found|noted|seen"
        r"|felt) to (?:be|have)(?: an?)? ",
        "",
        "He was found to have gout.",
        "Gout was found.",
    ),
    Rule(
        "article",
        r"(?<!vitamin )(?<!hepatitis )(?<!group )(?<!type )(?<!class )(?<!grade )"
        r"(?-i:\b(?:[Tt]he|[Aa]n|[Aa])) (?=[a-z])(?!(?:second|minute|hour|day|night|week|month"
        r"|year|few|couple|half|dozen|lot|little)s?\b)",
        "",
        "A mass in the lung.",
        "Vitamin A is low.",
    ),
)
"""What a note says in more words than it needs."""

_HEDGE = r"(?:um+|uh+|er|mm-?hmm|hmm|okay|ok|all right|alright|yeah|yep|you know|i mean|like|well)"
SPOKEN = (
    Rule(
        "dragon",
        r"^(?:hey,? )?dragon,? ",
        "",
        "Hey dragon, she is 48.",
        "He saw a dragon fly.",
    ),
    Rule("hedge_between", rf"(?:,\s*{_HEDGE}\s*)+(?=,)", "", "I have, uh, pain.", "I like pain."),
    Rule(
        "hedge_first",
        rf"(?:^|(?<=[.;] ))(?:(?:{_HEDGE}|so|and|but|now|then)\s*[,.]\s*)+",
        "",
        "Okay, take it.",
        "Okay to take.",
    ),
    Rule(
        "and_so",
        r"^(?:and so|and then|and|so|but)\s+(?=[a-z])",
        "",
        "And your heart is fine.",
        "Andy is fine.",
    ),
    Rule("stutter", r"\b(\w+(?: \w+)?),? (?=\1\b(?!-))", "", "I, I have pain.", "That hat."),
    Rule(
        "go_ahead",
        r"\bgo ahead and ",
        "",
        "Go ahead and stop it.",
        "Go ahead.",
    ),
    Rule(
        "intend",
        r"\b(?:i|we)(?:['’](?:m|re|d|ll)| am| are| will| would)?(?: just| also)*"
        r" (?:want to|wanna|going to|gonna|gon na|like to)(?: just| also)* (?=[a-z])",
        "",
        "I'm gonna stop it.",
        "He wants to stop it.",
    ),
    Rule(
        "want_you",
        r"\b(?:i|we)(?:['’]d| would)?(?: just)? (?:want|like|need) you to ",
        "",
        "I want you to rest.",
        "You want to rest.",
    ),
    Rule("lets", r"\blet['’]?s (?:just )?", "", "Let's stop it.", "It is outlet."),
    Rule(
        "just",
        r"\b(?:just|really|kind of|kinda|sort of|basically|actually|pretty much) ",
        "",
        "Just rest.",
        "An adjustment.",
    ),
    Rule(
        "appreciate",
        r"\bi (?:do )?(?:also )?(?:appreciate|see|hear|notice|feel) (?:that )?(?:there['’]?s "
        r"|you have )?",
        "",
        "I do appreciate a murmur.",
        "Do you hear me?",
    ),
    Rule(
        "looks",
        r"^(?:(?:and|so|then|in summary|basically)[, ]+)*(?:(?:it|that|this) (?:looks|seems"
        r"|sounds|appears)"
        r" (?:like|to be|that)|looking at (?:the|your)(?: results of (?:the|your))?"
        r"|in summary after (?:my|the) exam"
        r"|my recommendation (?:would be|is) (?:to|that)|what (?:i|we)(?:'d| would)? (?:want"
        r"|like) (?:you )?to do is"
        r"|the (?:first|next|other|last) thing(?: is)?(?: that)?)[, ]*(?:there['’]s )?",
        "",
        "It looks like gout.",
        "He looks like his father.",
    ),
    Rule(
        "now",
        r",? (?:right now|at this point|at this time|for now|as well|or anything like that"
        r"|or something|and everything|and stuff)(?=[,.]|$)",
        "",
        "It is sore right now.",
        "Right now it is sore.",
    ),
    Rule(
        "give_you",
        r"\b(?:recommend (?:that )?)?(?:we(?:['’]ll| will)?|to) (?:have|give) you (?=[a-z])(?!no)",
        "",
        "We'll give you a brace.",
        "It will give you trouble.",
    ),
    Rule(
        "some",
        r"\b(?:a little bit of|a bit of|a little bit|some of|some) (?=[a-z])",
        "",
        "A little bit of edema.",
        "He bit it.",
    ),
    Rule(
        "you_have",
        r"(?:^|(?<=, ))(?:you|there)(?: do| still)?(?: (?:have|is|are|had)|['’]s"
        r"|['’]ve) (?:got |had )?(?=[a-z])(?!to\b|been\b|you\b)",
        "",
        "You have edema.",
        "Have you edema?",
    ),
    Rule("your", r"\byour (?=[a-z])", "", "Your lungs are clear.", "Yours are clear."),
    Rule(
        "think",
        r"\bi (?:do )?(?:think|believe) (?:that )?",
        "",
        "I think it is gout.",
        "Do you think so?",
    ),
)
"""What speech has in more words than it needs."""

_TYPED = (
    (re.compile(r"\s+([,.;:?!])(?=\s|$)"), r"\1"),
    (re.compile(r"\b(\w+) n['’]t\b"), r"\1n't"),
    (re.compile(r"\bgon na\b"), "gonna"),
    (re.compile(r"\bwan na\b"), "wanna"),
)
"""A transcript's tokens as they are written."""

_MARK = re.compile(r"^(?:\(?\d{1,2}[.)]|[-*•#]+)\s+(?=[^\W\d])")
"""The number or bullet of an item; of all that a number says it may be left out."""
_COMPILED = {
    table: tuple((re.compile(rule.pattern, re.IGNORECASE), rule.shorter) for rule in table)
    for table in (RULES, SPOKEN)
}


_LETTERS = (
    (re.compile(r"\b([btq])\.\s?i\.\s?d\b\.?", re.IGNORECASE), r"\1id"),
    (re.compile(r"\bp\.\s?o\b\.?", re.IGNORECASE), "po"),
    (re.compile(r"\bp\.\s?r\.\s?n\b\.?", re.IGNORECASE), "prn"),
    (re.compile(r"\bi\.\s?([vm])\b\.?", re.IGNORECASE), r"i\1"),
    (re.compile(r"\bq\.\s?h\.\s?s\b\.?", re.IGNORECASE), "qhs"),
    (re.compile(r"\bq\.\s?(a|p)\.\s?m\b\.?", re.IGNORECASE), r"q\1m"),
    (re.compile(r"\bq\.\s?(o\.\s?)?d\b\.?", re.IGNORECASE), lambda m: "qod" if m[1] else "qd"),
    (re.compile(r"\bq\.\s?(\d+)(?:[ .-]*(?:h(?:ours?|rs?)?)\b\.?)?", re.IGNORECASE), r"q\1h"),
    (re.compile(r"\b([ap])\.m\b\.?", re.IGNORECASE), r"\1m"),
)
"""Dotted Latin of prescriptions without its dots: each letter would count as a word."""


def compress(text: str, *, spoken: bool = False) -> str:
    """Says a sentence in fewer of its own words.

    Args:
        text: The sentence.
        spoken: Whether it is from a transcript.

    Returns:
        The sentence in one line, with the same numbers, sides, negations, times and relatives.
    """
    said = _MARK.sub("", " ".join(text.split()))
    for pattern, letters in _LETTERS:
        said = pattern.sub(letters, said)
    if spoken:
        for pattern, typed in _TYPED:
            said = pattern.sub(typed, said)
    for table in (SPOKEN, RULES) if spoken else (RULES,):
        for pattern, shorter in _COMPILED[table]:
            new = " ".join(pattern.sub(shorter, said).split())
            if keeps(said, new, spoken=spoken) and any(map(str.isalpha, new)):
                said = new
    said = re.sub(r"^[\s,;.:]+|\s+(?=[,.;:])|(?<=,)\s*,", "", said)
    return said[:1].upper() + said[1:]


def keeps(text: str, shorter: str, *, spoken: bool = False) -> bool:
    """Tells whether a shorter wording has every number, side, negation and time, and no other.

    Args:
        text: What is said.
        shorter: In fewer words.
        spoken: Whether a word may be said once where it was said again and again.
    """
    before, after = _critical(text), _critical(shorter)
    return before.keys() == after.keys() if spoken else before == after


def _critical(text: str) -> Counter[str]:
    return Counter(match[0].lower() for match in CRITICAL.finditer(text))
