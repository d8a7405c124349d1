"""The matters that a text speaks of, each by one word however patients and clinicians call it."""

from __future__ import annotations

import re
from typing import NamedTuple

from spacy.lang.en.stop_words import STOP_WORDS

from secateur.pipelines.clinical.verification.words import BODY_PARTS, singular
from secateur.pipelines.terminology.matcher import TermMatcher

ALLERGY, FAMILY, PROBLEM, PAIN = "allergy", "family", "problem", "pain"
PLACES = BODY_PARTS | frozenset("lip tongue throat mouth gum tooth nose cheek belly groin".split())
"""Where a symptom may be: denied of one, it is not denied of another."""
HABITS = frozenset(("smoking", "alcohol"))
_GENERAL = frozenset((ALLERGY, FAMILY, PROBLEM, PAIN, "urine", "stool"))
"""Words that name nothing by themselves: the pain of one place is not that of another."""
# What patients say for what clinicians write.
_CALLED = {
    "vomiting": r"vomit\w*|thr(?:ow|ew|own)(?:ing|s)? (?:it |them )?up|emesis",
    "syncope": r"faint(?:ed|ing|s)?|pass(?:ed|ing)? out|black(?:ed|ing)? out|syncop\w+"
    r"|los(?:e|t|ing|s of) consciousness",
    "dyspnea": r"short(?:ness)? of breath|out of breath|dyspn\w+"
    r"|(?:trouble|difficulty|problems?) (?:with )?breathing"
    r"|breathing (?:trouble|difficult\w+|problems?)",
    "palpitations": r"palpitations?|heart (?:rac\w+|pound\w+|flutter\w+)|racing heart",
    "sweat": r"sweat\w*|diaphore\w+",
    "smoking": r"(?:non-?)?smok\w+|tobacco|cigarettes?|packs? (?:a|per) day",
    "alcohol": r"(?:drink\w* )?(?:alcohol\w*|beers?|wine|liquor)|drink(?:s|ing|er)?"
    r"(?=(?: at all| much| any ?more| daily| socially)?\W*$)",
    "edema": r"swell(?:s|ing|ed)?|swollen|swelled|edema",
    "diabetes": r"diabet\w+",
    "hypertension": r"high blood pressure|hypertens\w+",
    "pruritus": r"itch\w*|prurit\w+",
    "fever": r"(?:a?febrile|fever\w*)",
    "chills": r"chill\w*",
    "hallucinations": r"hear(?:s|ing)? (?:voices|things)|hallucinat\w+",
    "suicidality": r"suicid\w+|(?:hurt|kill)ing (?:yourself|(?:him|her|my)self)",
    "numbness": r"numb\w*",
    "tingling": r"tingl\w*|pins and needles|paresthesia\w*",
    "tremor": r"tremors?|shak(?:es?|ing|y)",
    "cramps": r"cramp\w*",
    "weakness": r"weak(?:ness)?",
    "dizziness": r"dizz\w+|light-?headed\w*",
    "chest pain": r"chest pains?|pains? in (?:my|his|her|the|your) chest",
    PAIN: r"pain\w*|hurts?|hurting|ach(?:e|es|ing|y)|sore(?:ness)?",
    "bleeding": r"bleed\w*|bled",
    "weight loss": r"los(?:t|ing|e) (?:\w+ )?weight|weight loss",
    "immunization": r"shots|immuni[sz]\w+|vaccin\w+",
    "tinnitus": r"ringing|tinnitus",
    "pregnancy": r"pregnan\w+",
    "urine": r"pee(?:ing)?|urin\w+",
    "stool": r"stools?|bowel movements?|poop\w*",
    "fall": r"(?:falls?|fell|fallen|falling)(?! asleep)",
    "cancer": r"cancers?",
    PROBLEM: r"problems?|troubles?|difficult\w+|diseases?|issues?|conditions?|disorders?",
    ALLERGY: r"allerg\w+|nk[dfm]?a",
    FAMILY: r"famil(?:y|ies)",
}
_LAY = re.compile(
    "|".join(rf"\b(?P<n{number}>{words})\b" for number, words in enumerate(_CALLED.values())),
    re.IGNORECASE,
)
_NAMES = tuple(_CALLED)
_WORD = re.compile(r"[a-z][a-z'’-]+", re.IGNORECASE)
_IDLE = (STOP_WORDS - PLACES) | frozenset(
    """
    patient taking taken took use having getting got feel feeling felt notice noticed saw seen
    new time today history report deny denies denied complain thing kind sort lot bit little
    okay ok right correct good great like know think recent recently currently lately past
    medical significant known experience experiencing run i'm i've don't doesn't didn't haven't
    isn't you're he's she's it's that's there's let's woman man year old female male try tried
    tell far home bring brought symptom treatment medication medicine doctor sir help confirm
    effect point
    """.split()
)
"""Words that name nothing that is had, taken or done."""
_ENDING = re.compile(r"(?:ings?|edly|ed|ness|es|ly|ers?|y|e)$")
_STEM = 4
"""Fewest letters that a word is cut to."""


class Matter(NamedTuple):
    """What a text names, with half-open offsets.

    Attributes:
        name: One word for all that it is called.
        start: First character.
        end: One past the last.
        is_term: Whether it is a clinical term of its own and no plain word.
    """

    name: str
    start: int
    end: int
    is_term: bool


def matters(text: str, vocabulary: TermMatcher | None) -> list[Matter]:
    """Lists what a text names.

    Args:
        text: A sentence or a part of one.
        vocabulary: Clinical terms, which count under the name of their concept.

    Returns:
        Terms and other words of content in order, none within another.
    """
    found: list[Matter] = []
    for match in _LAY.finditer(text):
        name = _NAMES[int((match.lastgroup or "n0")[1:])]
        found.append(Matter(name, *match.span(), name not in _GENERAL))
    terms = vocabulary.find(text) if vocabulary else ()
    words = [Matter(term.term.concept, term.start, term.end, True) for term in terms]
    for word in _WORD.finditer(text):
        plain = word[0].lower().replace("’", "'")
        if plain not in _IDLE and singular(plain) not in _IDLE:
            words.append(Matter(_stem(singular(plain)), *word.span(), False))
    for one in words:
        if not any(other.start < one.end and one.start < other.end for other in found):
            found.append(one)
    return sorted(found, key=lambda one: one.start)


def _stem(word: str) -> str:
    cut = _ENDING.sub("", word)
    return cut if len(cut) >= _STEM and word not in PLACES else word
