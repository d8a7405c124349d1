"""How a sentence of a note speaks of something: denied, doubted, past, or of a relative.

The method is that of ConText (Harkema et al., 2009): a cue reaches forward or backward within its
clause. The cues are this project's own list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_DENIES = (
    r"no(?! longer| further| change| increase| more)|not(?! only| certain| clear| sure)|never|none"
    r"|without|denie[sd]|deny|denying|negative for|free of|absence of|ruled out for|rules out"
    r"|ruled out|nor|neither|cannot|can't|doesn't|didn't|don't|isn't|wasn't|hasn't|no evidence of"
    r"|fails to show|failed to show|lack of|lacks|absent"
)
_DENIED = (
    r"(?:is|are|was|were|been) (?:negative|absent|ruled out|excluded|denied)|: ?(?:no|none|negative"
    r"|denied)|not (?:seen|present|found|identified|noted|visualized|demonstrated)|unlikely"
)
_DOUBTS = (
    r"possib(?:le|ly)|probabl[ey]|likely|may|might|could be|suspect(?:ed|s)?|suspicious for"
    r"|suspicion of|concern(?:ing)? for|questionable|question of|presumed|presumptive|rule out|r/o"
    r"|versus|vs|cannot exclude|consistent with|suggest(?:s|ive|ing)?|differential|if|versus"
)
_PAST = (
    r"history of|h/o|hx of|status post|s/p|previous(?:ly)?|prior|formerly|remote|in the past"
    r"|years ago|since childhood|old"
)
_RELATIVES = (
    r"mother|father|mom|dad|parents?|brothers?|sisters?|siblings?|sons?|daughters?|aunts?|uncles?"
    r"|cousins?|grand(?:mother|father|parents?|son|daughter)|wife|husband|spouse|family history"
    r"|family member|maternal|paternal"
)
_BREAK = re.compile(
    r"[;.!?\n](?=\s|$)|\b(?:but|however|although|though|except|apart from|which|who|aside from"
    r"|secondary to|because|presents? with|presented with|complains? of)\b",
    re.IGNORECASE,
)


def _cue(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE)


_FORWARD = _cue(_DENIES)
_BACKWARD = re.compile(rf"(?:{_DENIED})(?![\w-])", re.IGNORECASE)
_UNCERTAIN, _HISTORICAL, _FAMILY = _cue(_DOUBTS), _cue(_PAST), _cue(_RELATIVES)
_FAMILY_SECTIONS = ("Family History",)
_PAST_SECTIONS = ("Past Medical History", "Past Surgical History")


@dataclass(frozen=True)
class Context:
    """What a mention's surroundings say of it."""

    negated: bool = False
    uncertain: bool = False
    past: bool = False
    family: bool = False


def context_of(sentence: str, start: int, end: int, section: str | None = None) -> Context:
    """Reads the surroundings of a mention.

    Args:
        sentence: The sentence, or any text.
        start: First character of the mention in it.
        end: One past its last character.
        section: Canonical name of the section that the sentence stands in.

    Returns:
        What the cues of the mention's own clause say.
    """
    left, right = clause_bounds(sentence, start, end)
    before, after = sentence[left:start], sentence[end:right]
    return Context(
        negated=bool(_FORWARD.search(before) or _BACKWARD.match(after.lstrip(" ,"))
                     or _BACKWARD.search(after[:40])),
        uncertain=bool(_UNCERTAIN.search(before)),
        past=section in _PAST_SECTIONS or bool(_HISTORICAL.search(before)),
        family=section in _FAMILY_SECTIONS or bool(_FAMILY.search(before)),
    )  # fmt: skip


def clause_bounds(sentence: str, start: int, end: int) -> tuple[int, int]:
    """Finds the clause around a mention, half-open offsets into the sentence."""
    left = max((match.end() for match in _BREAK.finditer(sentence, 0, start)), default=0)
    following = _BREAK.search(sentence, end)
    return left, following.start() if following else len(sentence)
