"""Names of drugs in a text, as a vocabulary and prescribers' letters tell them."""

from __future__ import annotations

import re

from secateur.pipelines.terminology.matcher import TermMatcher

# Drugs by their letters, or what no list of drugs has; "ASA II" is a risk and "INH" a way to take
# one: those need a dose.
_LETTERS = re.compile(
    r"\b(?:[Ff][Ee][Ss][Oo]4|MTX|MMF|K[Cc][Ll]|D(?:5|10|20|50)W|HCTZ|NTG|APAP|PTU|6-MP|5-FU|5-ASA"
    r"|[Vv]it\.? ?[A-EK]\d{0,2}|TMP[-/]SM[XZ]"
    r"|(?:ASA|INH|[Gg]ent)(?=\s\d[\d.]*\s?mg\b)|NPH(?=\s\d+\s?(?:u|units?)\b)|(?:PEG|Mg|MgSO4)(?=\s\d[\d.]*\s?g\b)"
    r"|ASA(?=\s(?:81|162|325)\b(?!/))|(?<=[Bb]aby )ASA|(?<=[Dd]/[Cc] )ASA|(?<=[Ss]top )ASA"
    r"|(?<=[Hh]old )ASA|(?<=[Cc]ont )ASA|(?<=[Cc]ontinue )ASA"
    r"|D3(?=\s[\d,]+\s?(?i:iu|units?)\b)"
    r"|(?i:prenatal (?:multi)?vitamins?|multi-?vit(?:amin)?s?))(?![\w-])"
)
_NUMBERED = re.compile(
    r"(?<=tylenol)(?:,? with codeine)?,? (?:#|no\.? ?|number )[1-4]\b", re.IGNORECASE
)
"""What tells how much codeine: "Tylenol #3"."""
_WITH = frozenset((" with ", " w/ ", " w/"))
_ADDED = frozenset(("caffeine", "codeine", "clavulanate", "dipyridamole", "epinephrine", "iron"))
"""What is in one tablet or vial with another; of "metformin with insulin" each is a drug."""


def known_drugs(line: str, vocabulary: TermMatcher) -> list[tuple[int, int]]:
    """Finds names of drugs.

    Args:
        line: Any text.
        vocabulary: Drug names.

    Returns:
        Half-open offsets in order, names joined by a hyphen or a stroke as one, and with what a
        tablet has besides ("Tylenol with codeine"); letters that prescribers write for a drug
        ("HCTZ") count.
    """
    matches = vocabulary.find(line)
    spans = [(match.start, match.end) for match in matches if match.term.kind == "drug"]
    letters = [match.span() for match in _LETTERS.finditer(line)]
    spans += [(a, b) for a, b in letters if not any(m.start < b and a < m.end for m in matches)]
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        numbered = _NUMBERED.match(line, end)
        end = numbered.end() if numbered else end
        gap = line[found[-1][1] : start] if found else ""
        if gap in ("-", "/") or (gap in _WITH and line[start:end].lower() in _ADDED):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found
