"""How a sentence of a note speaks of something: denied, doubted, past, or of a relative.

The method is that of ConText (Harkema et al., 2009): a cue reaches forward or backward within its
clause. The cues are this project's own list.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache

from secateur.pipelines.clinical.verification.relatives import relatives_of

_DENIES = (
    r"no(?! longer| further| change| increase| more|[ -]touch)|never|none|nor|neither"
    r"|not(?! only| certain| clear| sure)|without|denie[sd]|deny|denying|neg(?:ative)? for|free of"
    r"|(?:(?<=, )|(?<=; )|(?<=: ))neg(?= )"
    r"|absence of|ruled out for|rules out|ruled out|cannot|can't|doesn't|didn't|don't|isn't|wasn't"
    r"|hasn't|no evidence of|fails to show|failed to show|lack of|lacks|absent"
)
_DENIED = (
    r"(?:is|are|was|were|been) (?:negative|absent|ruled out|excluded|denied)|: ?(?:none|negative"
    # "Fever: no" denies the fever, "Penicillin allergy: no amoxicillin" the amoxicillin.
    r"|denied|no(?!\s+\w))"
    r"|not (?:seen|present|found|identified|noted|visualized|demonstrated)|unlikely"
)
# "may be", not "may return to work"; "likely", not "likely to".
_DOUBTS = (
    r"possib(?:le|ly)|probabl[ey]|likely(?! to)|(?:may|might|could) (?:be|have|represent|reflect)"
    r"|suspect(?:ed|s)?|suspicious for|suspicion (?:of|for)|concern(?:ing)? for|questionable"
    r"|question of|presumed|presumptive(?:ly)?|rule out|r/o|cannot exclude"
)
_DOUBTED = (
    r"(?:is|are|was|were|remains?) (?:also )?(?:possible|probable|likely|suspected|questionable"
    r"|presumed|a (?:possibility|concern))|suspected|cannot be (?:excluded|ruled out)"
)
_PAST = (
    r"history of|h/o|hx of|status post|s/p|previous(?:ly)?|prior|formerly|remote|in the past"
    r"|years ago|since childhood|old"
)
_BREAK = re.compile(
    r"[;.!?\n](?=\s|$)|[-=]>|→|\b(?:but|however|although|though|except|apart from|which|who"
    r"|aside from|secondary to|because|presents? with|presented with|complains? of)\b"
    r"|,\s(?=(?:and |so |and so )(?:I|we|he|she|they|you)\b)"
    r"|,\s(?=(?:comes?|came|returns?|returned|presents?|presented|underwent|is|was|has|had)\b)",
    re.IGNORECASE,
)


REACH = 1000
"""Characters of a clause on each side that may speak of a mention: some texts have no stops."""


def _cue(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE)


_FORWARD = _cue(_DENIES)
_DOUBTFUL = _cue(_DOUBTS)
_DOUBTFUL_AFTER = re.compile(rf" ?(?:{_DOUBTED})(?![\w-])", re.IGNORECASE)
# "Possible stone and dilated duct" doubts the stone alone.
_DOUBT_ENDS = re.compile(r"[,:(]|\b(?:in|on|of|at|with|for|from|during|by|and)\b", re.IGNORECASE)
# "No fracture on X-ray" denies the fracture, "no evidence of fracture" and "not in pain" all.
_PLACE = re.compile(r"\w\W+(?:in|on|of|at|during|due to)\b[^,;]*$", re.IGNORECASE)
_EMPTY = re.compile(
    r"\b(?:evidence|signs?|symptoms?|history|complaints?|indication|suggestion|sensation|episodes?"
    r"|use|problems?|presence|features|findings?|type|kind)\W+(?:in|on|of|with)\b",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?:\s+[\w-]+)?\s+neg(?:ative)?(?=\s*(?:$|[;,.)]))", re.IGNORECASE)
"""Behind what it denies, at the end of a clause: "HIT antibody negative; hold heparin"."""
_BACKWARD = re.compile(rf"(?:{_DENIED})(?![\w-])", re.IGNORECASE)
# "CT without contrast: fracture" denies the contrast alone, "Denies: fever" the fever.
_HEADED = re.compile(r"\w(?<!following):\s")
# "The tilt table test is negative" has the test done.
_TEST = re.compile(
    r"\b(?:tests?|testing|cultures?|screens?|screening|scans?|stud(?:y|ies)|exam(?:ination)?s?"
    r"|smears?|biops(?:y|ies)|films?|x-?rays?)\b[^,;:]*$",
    re.IGNORECASE,
)
_HISTORICAL = _cue(_PAST)
_PAST_SECTIONS = ("Past Medical History", "Past Surgical History")


@dataclass(frozen=True)
class Context:
    """What a mention's surroundings say of it.

    Attributes:
        negated: A cue that denies reaches it.
        aside: That cue denies something else in or on it: "no fracture on X-ray" and the X-ray.
        uncertain: It is doubted.
        past: It is of the patient's past.
        family: It is a relative's.
    """

    negated: bool = False
    aside: bool = False
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
    denied, doubted = _since(_FORWARD, before), _since(_DOUBTFUL, before)
    if denied is not None and _HEADED.search(denied):
        denied = None
    denied_after = _is_denied_after(sentence[start:end], after)
    return Context(
        negated=denied is not None or denied_after,
        aside=not denied_after and bool(_PLACE.search(_EMPTY.sub("", denied or ""))),
        uncertain=bool(_DOUBTFUL_AFTER.match(after))
        or (doubted is not None and not _DOUBT_ENDS.search(doubted)),
        past=section in _PAST_SECTIONS or bool(_HISTORICAL.search(before)),
        family=bool(relatives_of(before, after, section)),
    )


def doubtful(sentence: str) -> list[tuple[int, int]]:
    """Finds the words that doubt what follows them, half-open offsets."""
    return [match.span() for match in _DOUBTFUL.finditer(sentence)]


def is_doubted(sentence: str) -> bool:
    """Whether a sentence doubts anything."""
    return bool(_DOUBTFUL.search(sentence) or _DOUBTFUL_AFTER.search(sentence))


def _is_denied_after(mention: str, after: str) -> bool:
    """Whether what follows denies a mention, and not what a test of that name looked for."""
    cue = _BACKWARD.search(after[:40]) or _BARE.match(after)
    if cue is None:
        return False
    return "neg" not in cue[0].lower() or not _TEST.search(mention + after[: cue.start()])


def _since(cue: re.Pattern[str], before: str) -> str | None:
    """What stands between the last cue and the mention; None without a cue."""
    ends = [match.end() for match in cue.finditer(before)]
    return before[ends[-1] :] if ends else None


def clause_bounds(sentence: str, start: int, end: int) -> tuple[int, int]:
    """Finds the clause around a mention, half-open offsets into the sentence."""
    first, last = max(start - REACH, 0), min(end + REACH, len(sentence))
    begins, stops = _breaks(sentence)
    before, after = bisect_right(stops, start), bisect_left(begins, end)
    left = max(stops[before - 1], first) if before else first
    return left, min(begins[after], last) if after < len(begins) else last


# Every word of a long sentence asks for its clause.
@lru_cache(maxsize=256)
def _breaks(sentence: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Where the breaks between clauses begin, and where they stop."""
    spans = [match.span() for match in _BREAK.finditer(sentence)]
    return tuple(begin for begin, _ in spans), tuple(stop for _, stop in spans)
