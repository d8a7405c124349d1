"""Allergies and intolerances that the text of a note tells outside any list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from secateur.pipelines.clinical.facts.allergens import REACTION
from secateur.pipelines.clinical.language.reactions import HIVES, REACTED_TO
from secateur.pipelines.clinical.verification.context import context_of
from secateur.pipelines.clinical.verification.relatives import names_family
from secateur.pipelines.terminology.matcher import TermMatcher

_TOLD = re.compile(
    r"\b(?:allerg(?:y|ies|ic)|intoleran(?:t|ce)(?: of)?|(?:adverse|bad|severe) reactions?"
    r"|react(?:s|ed)(?: badly)?)(?: reactions?)?"
    r"(?: to|(?<= of))\s+(?P<what>[a-z](?:[^.;:()\n]|\([^()\n]*\)){2,120})",
    re.IGNORECASE,
)
_TOLD_BEFORE = re.compile(
    r"(?:^[^\S\n]*|(?:[.,;:(]|\b(?:an?|has|is|with|of|and|reports?|states?|denie[sd]|endorses"
    r"|confirms|his|her|known|severe|to)\b)\s*)"
    r"(?!(?:reports?|states?|denie[sd]|endorses|confirms|known|drugs?|foods?|medic\w+|seasonal"
    r"|environmental|significant|any|other|only|no|not|new|history|severe|skin|nasal|non|possible|and|or|for|with|the|an?|his|her|this|that|patient|pt|patient's|atopic|eye|ears?|mild|chronic|ongoing|suspected|multiple|true)\b)"
    r"(?P<what>[a-z][a-z-]+(?: (?!and\b|or\b)[a-z][a-z-]+)?)[ -]allerg(?:y|ic)\b"
    r"(?! *(?:to\b|test|shot|list|clinic|medic|symptom|season|react|consult|special|immun|inject"
    r"|rhin|conj|dermat|asthma|sinus|:))",
    re.IGNORECASE | re.MULTILINE,
)
_SENSITIVE = re.compile(
    r"\b(?P<what>latex|adhesives?|tape|iodine|nickel|sulfa|penicillin)"
    r" (?:sensitivity|intolerance|allergies)\b",
    re.IGNORECASE,
)
# "Her only allergy is listed to latex".
_ONLY = re.compile(
    r"\b(?:only|sole|drug|medication) allerg(?:y|ies) (?:is|are|includes?)"
    r"(?: (?:listed|noted|recorded|documented))?(?: (?:as|to))? "
    r"(?!(?:none|not?|unknown|nkd?a|listed|noted|reviewed|as|per|see|documented|recorded)\b)"
    r"(?P<what>[a-z][^.;:()\n]{2,120})",
    re.IGNORECASE,
)
_TOLD_EXCEPT = re.compile(
    r"\b(?:nk[dfm]?a|no known (?:drug )?allerg(?:y|ies))\W+(?:except|other than)(?: for)?\s+"
    r"(?P<what>[a-z][^.;:()\n]{2,120})",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"\b(?:and|but|so|because|as|who|which|since|therefore)\s+"
    r"(?:s?he|it|we|i|is|was|has|the|her|his|had|will|would)\b.*",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:due to|because of|given|owing to|in view of|secondary to) (?:[\w'’]+ ){0,3}$",
    re.IGNORECASE,
)
"""Before what is so though the rest is not: "no Diamox due to his sulfa allergy"."""
_EFFORT = re.compile(r"(?:effort|exercise|heat|cold|glucose|activity)\b", re.IGNORECASE)
_GAVE = re.compile(
    r"(?: (?:the|that|which|my|I|we|you|they)\b[^.;,\n]{0,70}?)?"
    rf" (?:(?:has |have )?(?:caus\w+|g[ai]ve[sn]?|made|resulted in|led to)"
    rf"(?: (?:her|him|them|me|patient|the patient))?(?: break out in| to have)?)"
    rf" (?:{HIVES}|(?:acute )?(?:pancreatitis|hepatitis|seizures?|confusion|hallucinations))\b",
    re.IGNORECASE,
)
_REACTION_TO = re.compile(
    r"\b(?P<what>(?!(?:allergic|adverse|severe|mild|bad|skin|local|delayed|prior|previous|drug"
    r"|systemic|immediate|the|an?|had|no|past|possible)\b)[a-z][a-z-]+) reactions? "
    rf"\((?={HIVES})",
    re.IGNORECASE,
)
"""What an earlier reaction is named by: "prior contrast reaction (hives)"."""
_CANNOT_TAKE = re.compile(r"\b(?:can(?:no|['’])t|unable to|not able to) take $", re.IGNORECASE)
_NOT_TOLERATED = re.compile(
    r"\b(?:can(?:no| no|['’])t|could(?: not|n['’]t)|d(?:id|oes|o)(?: not|n['’]t)|unable to"
    r"|not able to) tolerate (?:(?:the|his|her|any) )?$",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(
    rf" \((?:{REACTION.pattern}|(?:makes?|made|g[ai]ves?|caus(?:es?|ed)) )", re.IGNORECASE
)
_LIST = r" to (?:(?:the|your|my|his|her) )?allerg(?:y list|ies)\b"
_ADDED = re.compile(
    rf"[^.;\n]{{0,20}}? (?:was|is|has been|to be) added{_LIST}"
    r"|[^.;\n]{0,100}[.;]\s+(?:(?:I|we)(?: have|['’]ve)? )?add(?:ed)?"
    rf" (?:both|it|them|this|these){_LIST}",
    re.IGNORECASE,
)
"""Behind a drug that the note adds to the list of allergies."""
_WRAP = re.compile(r"(?<=[\w,])\n(?=[a-z])")
"""Where a sentence goes on in the next line."""
_BEFORE = 80
"""Characters before and after a drug that tell what it did."""


def told_allergens(text: str) -> Iterator[str]:
    """Finds what the text says that the patient is allergic to.

    Args:
        text: The note's.

    Yields:
        Each stretch of text that names it, in order; none that is denied or of a relative.
    """
    flat = _WRAP.sub(" ", text)
    patterns = (_TOLD, _TOLD_BEFORE, _TOLD_EXCEPT, _SENSITIVE, _ONLY, _REACTION_TO)
    matches = chain.from_iterable(pattern.finditer(text) for pattern in patterns)
    for match in sorted(matches, key=lambda match: match.start("what")):
        context = context_of(flat, *match.span("what"))
        before = text[max(match.start("what") - _BEFORE, 0) : match.start("what")]
        negated = context.negated and not _REASON.search(before)
        if not negated and not context.family and not _EFFORT.match(match["what"]):
            yield _CLAUSE.sub("", match["what"])


def harmful_drugs(text: str, vocabulary: TermMatcher) -> Iterator[str]:
    """Finds drugs that the text says gave the patient a rash or the like, or are not tolerated.

    Args:
        text: The note's.
        vocabulary: Drug names.

    Yields:
        Lower-case names as the text writes them, in order.
    """
    for drug in vocabulary.find(text):
        if drug.term.kind != "drug":
            continue
        before = text[max(drug.start - _BEFORE, 0) : drug.start]
        told = REACTED_TO.search(before)
        if told and names_family(before[: told.start()].split(" ")[-2:][0]):
            continue
        after = text[drug.end : drug.end + 2 * _BEFORE]
        harms = told or _GAVE.match(after)
        refused = (
            _ADDED.match(after)
            or _NOT_TOLERATED.search(before)
            or (_CANNOT_TAKE.search(before) and _IN_BRACKETS.match(text, drug.end))
        )
        # The context is asked for last: it reads the text around, and few drugs are told so.
        context = context_of(text, drug.start, drug.end) if harms or refused else None
        if context and not context.family and (refused or not context.negated):
            yield text[drug.start : drug.end].lower()
