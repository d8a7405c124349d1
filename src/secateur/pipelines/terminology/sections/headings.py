"""Headings of clinical notes and the sections that they open."""

from __future__ import annotations

import re

from secateur.pipelines.terminology.sections.drug_lists import drug_list
from secateur.pipelines.terminology.sections.titles import TITLES, titles_in

_INNER = re.compile(r"(?:^|(?<=[.;!?)] ))([A-Z][A-Za-z/& ]{0,30}):(?=\s)")
_INNER_NEEDED = 3
"""Different known headings within a paragraph from which on it is a note in one piece."""
STUDY = re.compile(
    r"(?!.*\b(?:is|was|were|are|clear|normal|shows?|showed)\b)(?:\w+[ ,-]+){0,6}?"
    r"(?:CT|MRI?|MRA|PET|DEXA|x-?rays?|radiographs?|scan|tomography|views?"
    r"|(?:ultra)?sono\w*|ultrasound|mammogra\w+|angiogra\w+|venogra\w+|fluoroscopy|doppler)\b"
    r"[^.:]*\.?",
    re.IGNORECASE,
)
"""What an "exam" is of in a report of radiology."""
_SHORT = {"hx": "history", "dx": "diagnosis"}
_SHORT_WORD = re.compile(r"\b(?:hx|dx)\b")
_HYPHENS = re.compile("[-\u2010\u2011]")
_ADVISES = re.compile(r"\band recommendations?$", re.IGNORECASE)
"""The end of a plan's heading, whatever else that names: "Discrepancies and recommendations"."""
# Two headings in one.
_JOINED = re.compile(r"\s*/\s*|\s+-\s+|\s+(?:and|&)\s+", re.IGNORECASE)
_LONGEST = 200
"""Most characters of a heading with all that stands behind it; a longer text is prose."""
_SHORTEST_JOINED = 4
"""Characters of each of two headings, if one of them is unknown ("SH/FH"); of known ones two."""
# What may stand behind a heading: "Labs 3/2", "Vitals (08:00)", "Exam (limited)".
_WHEN = re.compile(
    r"(?<!\s)(?:\s+(?:\((?:[^()\n]|\([^()\n]*\))*\)"
    r"|(?:at |on )?(?:\d{1,2}[/.-]\d{1,2}(?:[/.-](?:\d\d){1,2})?"
    r"|\d{4}-\d\d-\d\d|\d{1,2}:\d\d|\d{4}|today|yesterday)(?: ?[ap]m| ?h(?:rs)?)?"
    r"|this morning|(?:per|by|from) Dr\.?(?: [\w'’-]+){1,3}),?)+$",
    re.IGNORECASE,
)
_BY = re.compile(
    r"(?<=(?:p|n)) by (?:(?:organ )?system|problem)$|(?<=\bto do) for .*$"
    r"| (?:per|from|by) (?:dr\.?|md|pcp|gp|provider|attending|pharmacy|pharmacist|nursing)\b.*$"
)
"""How an assessment and plan goes on ("A/P by system"), and advice ("Advice per Dr. Roe")."""


def heading_key(label: str) -> str:
    """Spells a heading as it is looked up: small letters, words in the singular."""
    words = label.lower().replace("&", " and ").replace("’", "'")
    words = _SHORT_WORD.sub(lambda word: _SHORT[word[0]], words)
    return " ".join(map(_singular, _HYPHENS.sub(" ", words).split()))


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("noses"):
        return word[:-2] + "is"
    if word.endswith("s") and len(word) > 3 and not word.endswith(("ss", "is", "us")):
        return word[:-1]
    return word


_CANONICAL = {
    heading_key(title): name for name, titles in TITLES.items() for title in titles_in(titles)
}


def canonical_section(label: str) -> str | None:
    """Names the clinical section that a heading opens.

    Args:
        label: The heading without its colon, in any case.

    Returns:
        Its canonical name ("HPI"), whatever date, time or bracket stands behind it; None if the
        heading is not known, or longer than 200 characters. Two joined by a stroke or
        "and" are known if they have the same name, or are an assessment and a plan, or a plan and
        where the patient goes; of two by a stroke one may be unknown.
    """
    if len(label) > _LONGEST:
        return None
    name = _named(label) or _named(_WHEN.sub("", label))
    if name is not None:
        return name
    parts = _JOINED.split(label)
    names = {_named(part) for part in parts}
    shortest = len(min(parts, key=len))
    if len(parts) < 2 or shortest < (_SHORTEST_JOINED if None in names else 2):
        return None
    if len(names) > 1 and names <= {"Assessment", "Plan", "Assessment and Plan"}:
        return "Assessment and Plan"
    if names <= {"Plan", "Disposition", "Instructions"} and "Plan" in names:
        return "Plan"
    if _ADVISES.search(label) and names <= {"Plan", None}:
        return "Plan"
    known = names - {None}
    return next(iter(known)) if len(known) == 1 and ("/" in label or None not in names) else None


def _named(label: str) -> str | None:
    if label.lower() == "conditions":  # one of the patient's is how she is
        return "Problems"
    key = _BY.sub("", heading_key(label)).removeprefix("your ")
    return _CANONICAL.get(key) or drug_list(key)


def inner_headings(text: str) -> list[int]:
    """Find where a paragraph that is a whole note goes on with another section.

    Args:
        text: The paragraph ("S: well. O: afebrile. A: cold. P: rest.").

    Returns:
        Offsets of known headings behind a sentence; empty where it has fewer than three.
    """
    found = {match.start(): canonical_section(match[1]) for match in _INNER.finditer(text)}
    known = {start: name for start, name in found.items() if name is not None}
    is_note = len(set(known.values())) >= _INNER_NEEDED
    return [start for start in known if start] if is_note else []
