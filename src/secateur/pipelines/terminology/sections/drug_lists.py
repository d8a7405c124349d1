"""Headings of lists of drugs, of which there are too many to name: "Current Home Meds (list)"."""

from __future__ import annotations

import re

from secateur.pipelines.terminology.drug_words import DOSE_UNIT, LIST_OF_ENDED, NO_MORE_OF, STOPPED

MEDICATIONS = "Medications"
DISCHARGE = "Discharge Medications"
_WHICH = (
    r"(?:d/c|dc|your|active|acute|admission|admitting|chronic|continuing|current|daily|discharge|facility"
    r"|administered|general|home|infant|inpatient|maintenance|ocular|ongoing|otc|outpatient|outpt"
    r"|patient|pertinent|pre ?admission|prescribed|prescription|present|prn|reconciled|regular"
    r"|relevant|repeat|routine|scheduled|standing|usual|cardiac|diabetic|oral|other|pain|psychiatric"
    r"|psychotropic|spine|systemic|topical)"
)
_HEADING = re.compile(
    rf"(?:{_WHICH} )*(?:(?:medication|medicine|med|prescription|analgesic|psychotropic)"
    r"(?: (?:list|reconciliation|review|to take|to continue)(?: at home| done)?)?"
    rf"|rx list|mar)(?: {_WHICH})*"
    r"(?: (?:at|before|for|on|prior to|upon)(?: the)?(?: time of)?"
    r" (?:admission|arrival|home|presentation|transfer|visit)"
    r"|(?: and (?:advice|instruction|recommendation))?"
    r" (?:at|for|on|upon)(?: the)?(?: time of)? discharge| pta"
    r"| on file(?: prior to(?: this)? visit)?| and instruction)?"
    r"(?: (?:(?:given|due) )?(?:this|on|during|at) (?:the |this )?(?:shift|dialysis|treatment))?"
    r"(?: (?:reviewed|reconciled|verified|confirmed|updated|completed))?"
    r"(?: (?:(?:with|by|per|from)(?: (?:the|her|his))? \w+(?: and (?:her |his )?\w+)?"
    r"|(?:after|as) [\w' /]{1,40}|(?:at|in) (?:the )?home"
    r"|(?:that )?(?:s?he|patient|pt) (?:will )?(?:take|taking|go|on)[\w ]*))?"
)
# Of drugs that go on after the stay as well.
_KIND = re.compile(
    r"(?:active|continuing|current|daily|maintenance|otc|patient|prescribed|prescription|prn"
    r"|regular|routine|scheduled|standing)\b"
)
_ORDER = re.compile(
    r"(?:(?:start|continue|change|keep|new|resume|take|unchanged|same)(?:e?d)?(?: taking)?"
    rf"(?: for now)?|{NO_MORE_OF})(?: (?:these|your|the following))?"
    rf"(?: (?:medication|med|medicine|drug))?|{LIST_OF_ENDED}"
)
_MARKS = str.maketrans("", "", "()'")
# Headings that are of drugs where doses follow, and of anything elsewhere.
_MAYBE = re.compile(
    r"(?:iv |continuous |current )?(?:drip|infusion|gtt|antibiotic)|scheduled|standing|prn|drug"
    r"|(?:start|stop|continue|change|keep)(?: taking)?|medication history|(?:taking|using) now"
    r"|also take"
    r"|(?:[a-z]+ ){0,2}order(?: reviewed)?|immunosuppression"
    r"|prophylaxis|current(?: treatment| therapy)?|at home"
    r"|in center|systemic|regular|kept|altered|added|others?"
    rf"|(?:{STOPPED}|taken off|off)(?: today| now| list)?"
)
_OTHER = re.compile(
    r"(?!past|previou|prior|stopped|discontinued|no |not |allerg)"
    r"(?!.*\b(?:given|administered|discharge|during|used|trial|allergy|procedure|study|total|(?:intra|pre)?op\w*|an(?:a)?esthe\w*|sedation)\b)"
    r"(?:[\w']+ ){0,4}(?:medication|med|medicine|pill ?box|pill organizer)(?: [\w'/]+){0,8}"
)
"""Any other words around a list: "Comfort medications in the home"."""
_DOSE = re.compile(rf"\d ?(?:{DOSE_UNIT}|puffs?|%)(?![a-z])", re.IGNORECASE)


def drug_list(heading: str) -> str | None:
    """Names the section that a heading opens if it is one of drugs.

    Args:
        heading: In lower case, its words in the singular.

    Returns:
        "Medications", or "Discharge Medications" if it speaks of discharge; else None.
    """
    if _HEADING.fullmatch(heading.translate(_MARKS)) is None:
        return None
    is_last = "discharge" in heading or heading.startswith(("d/c ", "dc "))
    return DISCHARGE if is_last else MEDICATIONS


def is_part_of_list(heading: str) -> bool:
    """Whether a list of drugs may have a part so headed ("Scheduled medications", "STOP").

    Args:
        heading: In lower case, its words in the singular.

    Returns:
        False where it says of when the drugs are, or where.
    """
    is_kind = drug_list(heading) and _KIND.match(heading) and "admission" not in heading
    return bool(is_kind) or any(part.fullmatch(heading) for part in (_ORDER, _MAYBE))


def is_list_of_doses(heading: str, content: str) -> bool:
    """Whether a heading of many meanings ("Scheduled", "Drips") is one of drugs here.

    Args:
        heading: In lower case, its words in the singular.
        content: The text below it.

    Returns:
        True where a dose follows.
    """
    named = any(heads.fullmatch(heading) for heads in (_MAYBE, _OTHER))
    return named and _DOSE.search(content) is not None
