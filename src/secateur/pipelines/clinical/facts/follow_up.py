"""What is to happen after the note: appointments, referrals, repeats, as the note words them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from secateur.pipelines.clinical.facts.plan_cues import (
    AHEAD,
    ANYWHERE,
    ASKED,
    BRIEFLY,
    CALLS,
    NEXT,
    ORDERED,
    ORDERED_LAST,
    SOON,
)
from secateur.pipelines.clinical.language.dialogue import clinician_says, turns
from secateur.pipelines.clinical.language.plans import PLANNED
from secateur.pipelines.clinical.language.prescribing import COUNT, FREQUENCY, NUMBER, TIME
from secateur.pipelines.clinical.language.tables import rows
from secateur.pipelines.clinical.verification.evidence import evidence_at
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.summary import Evidence
from secateur.pipelines.terminology.drug_words import DOSE_UNIT

_DEGREE = (
    r"M\.?D|D\.?O|D\.?P\.?M|N\.?P|P\.?A(?:-C)?|R\.?N|B\.?S\.?N|CRNP|FNP|PMHNP(?:-BC)?|LCSW"
    r"|Ph(?:arm)?\.?D|Psy\.?D|D?PT|OTR?|SLP"
)
"""What stands behind the name of who signs."""
_BRIEF, _LONG = 12, 30
"""Most words of a sentence in which `BRIEFLY`, and in which `SOON`, tells of a time ahead."""
_NUMBERS = re.compile(rf"\d ?(?!g\b)(?:{DOSE_UNIT}|%|\w{{1,5}}/d?L\b)", re.IGNORECASE)
"""A dose, or a value of the laboratory's; diets are in grams."""
_NONE = re.compile(
    rf"\b(?:(?:first|second|third|fourth|\d+(?:st|nd|rd|th)|{COUNT}|several) (?:[\w-]+ ){{0,3}}"
    rf"(?:episodes?|events?|falls?|admissions?|attacks?|flares?|times) (?:in|within) {TIME})"
    # How fast something changed, how often a drug is given.
    rf"|\b(?:smaller|larger|less|more|lower|higher|better|worse|loss|lost|gain|gained)"
    rf"(?: [\w.]+){{0,2}} in {TIME}"
    rf"|\b{FREQUENCY} scheduled\b"
    r"|(?:^|(?<=[.;]))[^.;\n]*\bno(?:t|ne) (?:needed|required|indicated|necessary)"
    r"(?=\W*$| (?:unless|if|for|at|now|today|currently)\b)"
    # What patients hope for is no appointment.
    r"|\b(?:s?he|they|couple|patient|pt|family|parents)"
    r"(?: (?:would|['’]d) like| hopes?| wish(?:es)?) (?!to (?:see|return|follow|be|have)\b)[^.;]*"
    r"|\bno (?:further |additional |specific |routine )*"
    r"(?:follow[-\u2010\u2011– ]?up|referral|repeat|recheck)\b[^.;]*"
    r"|\b(?:is|for|here for) an? return visit\b|\brepeat that\b"
    r"|\b(?:good|nice|great|glad|happy|pleased) to see\b"
    r"|\bat (?:the|his|her|your|my) (?:previous|prior|last) (?:visit|appointment|follow-up)\b"
    r"|\baware of (?:the|her|his|this|my|our)\b[^.;]*\breferral\b"
    r"|\b(?:here|seen|presents?|comes? in) (?:today )?for (?:(?:an?|his|her) )?(?:\w+ ){0,2}"
    r"(?:follow[-\u2010\u2011– ]?up|f/?u|repeat|recheck)\b[^.;,]*",
    re.IGNORECASE,
)
_RESULT = r"(?:neg(?:ative)?|pos(?:itive)?|normal|wnl|stable|unremarkable|unchanged|clear)\b"
_DONE = re.compile(
    # "Repeat MRI once stable" and "if clear" are ahead.
    r"\b(?:repeat|recheck)(?:ed)?\b(?:(?!\b(?:if|once|when|until|unless|after|for|to)\b)[^.;:]){0,40}?"
    rf"(?:(?:\s[-\u2013]\s*|:\s*)(?:{_RESULT}|no \w+)|\s{_RESULT}(?=\W*$|[.,;]))"
    # "Followup EKG done this morning", not "follow up if an X-ray shows".
    r"|\bfollow[-\u2010\u2011\u2013 ]?up"
    r"(?: (?!(?:if|once|when|until|unless|after|for|to|in|with)\b)\w+){1,3}"
    r" (?:show(?:s|ed|ing)|reveal(?:s|ed|ing)|demonstrat(?:es|ed|ing)"
    r"|done (?:today|this|yesterday|on|last))\b"
    r"|\brepeat (?:[\w+]+ ){1,3}(?:done|performed|was|were)\b[^.;]*"
    r"|\brepeat (?:[\w+]+ ){1,2}(?:\d+\.\d|(?:show|reveal|demonstrat)(?:s|ed|ing)\b[^.;]*)",
    re.IGNORECASE,
)
"""A repeat or follow-up that has been done, and what it showed."""
_PAST = re.compile(
    r"\b(?:thanks?|saw|did|quit(?! date)|undergone|occurred|underwent|experienced"
    r"|revealed|showed|was|were|had|has been|have been|came|took|stopped"
    r"|present(?:s|ed|ing)|last (?:dose|visit|seen))\b",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"\b(?:will|shall|should|must|would like|to (?:return|follow|see|be|have|obtain|recheck)"
    r"|return|recheck|repeat|next|please|instructed|asked|recommend\w*|advised|encouraged|needs?"
    r"|booked|arranged|ordered|ha(?:s|ve) been (?:requested|scheduled)"
    r"|to (?:call|phone|telephone|ring|arrange)|going to|continue|pending"
    r"|appointment (?:for|in|was scheduled|is scheduled|has been|was made)"
    r"|(?:can|may|could|is to) (?:follow|return|call|see)|upcoming|tomorrow|prn|p\.r\.n)\b",
    re.IGNORECASE,
)
_PLANNED_HEAD = re.compile(r"\b(?:planned|scheduled|appointment|due|visit)\b", re.IGNORECASE)
_HEAD = re.compile(
    r"\s*(?:\d{1,2}[.)]\s*|[-*•#]\s*)?"
    r"(?:(?:discharge )?follow[-\u2010\u2011 ]?up(?: (?:plans?|instructions?|appointments?))?|f/?u"
    r"|rtc|return to clinic|to do for [^:\n]{1,40}|(?:(?:upcoming|your) )?appointments?"
    r"|(?:(?:tests?|results?|labs?|studies)(?: still)? )?pending[^:\n]{0,30}"
    r"|next(?: (?:visit|review|appt|appointment)|(?=:))"
    r"|(?:return|come back|seek|call|when to|go to)\b[^:.\n]{0,60}(?=:)"
    r"|(?:red flags?|warning signs?|safety net\w*)\b[^:.\n]{0,30}(?=:))"
    r"(?::|[ \t]*(?:\n|$))",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"(?:.*, )?(?:(?:electronically|digitally) )?(?:signed|dictated|transcribed|authenticated)"
    r"(?: (?:electronically|digitally))?(?::| by\b| on\b| \d)|(?:total )?time (?:spent|\d)",
    re.IGNORECASE,
)
"""The end of a note, which a head of what follows may stand above."""
_DAY = r"(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d\d-\d\d|[A-Z][a-z]+ \d{1,2}, \d{4})"
_SIGNED = re.compile(
    r"(?:- )?(?:(?:Dr\.? )?[A-Z][\w.'’-]*,? ){1,4}"
    rf"(?:(?:{_DEGREE})\.?(?:, )?)+"
    rf"(?:,? ?{_DAY}|,? [-–] {_DAY}(?:,? \d{{1,2}}:\d\d)?)?\.?"
)
"""A name with its degrees, and a day: at the end of a note whoever wrote it.

With a time behind a comma it is an appointment."""
_LABEL = re.compile(
    rf"^(?:(?![^:]*\b(?:in (?:{COUNT}|an?) |tomorrow\b))"
    rf"[A-Za-z][A-Za-z ,/&-]{{2,40}}(?<!\bre):|{NUMBER}|[-*•#]|\[[ xX✓]?\])\s*"
)
_OTHER = re.compile(r"(?:code status|(?:discharge )?condition|diagnos[ie]s|prognosis)\b", re.I)
"""What a line below a head of what follows may be of in its place."""
_HOPED = re.compile(
    r"\W*(?:(?:(?:short|long)[- ]term )?goals?(?: \d+)?|[sl]tgs? ?\d*|prognosis)(?: \([^()]*\))?:",
    re.IGNORECASE,
)
"""What is hoped for or expected is no appointment: "Goals: full flexion in 6 weeks"."""
_EMPTY = re.compile(
    r"\W*+(?:none|n/a|nil|unknown|follow-?up(?: and dispositions?)?|\w+ \w+ follow-?up)?\W*",
    re.IGNORECASE,
)


_STORY = (
    *("Chief Complaint", "HPI", "Past Medical History", "Past Surgical History", "Family History"),
    *("Social History", "Review of Systems", "Allergies", "Physical Exam", "Medications"),
)
"""Sections that tell of what was."""


def follow_up(document: Document, sentences: Sequence[tuple[int, int]]) -> tuple[Evidence, ...]:
    """Lists the sentences that say what is to happen after the note.

    Args:
        document: The note.
        sentences: Its sentences, half-open offsets.

    Returns:
        Their places in order; rows of a table of what is planned are such sentences. What a
        sentence tells of the past only is not ahead, nor is "no follow-up needed". Of a transcript
        it is what the clinician says.
    """
    said = turns(document)
    if said:
        sentences = clinician_says(document, said)
    sections = {passage.section for passage in document.passages}
    has_plan = not sections.isdisjoint(("Plan", "Assessment and Plan", "Instructions"))
    wanted = sections & {*PLANNED} if has_plan else sections - {"Chief Complaint"}
    dated = {row.start for row in rows(document) if _PLANNED_HEAD.search(" ".join(row.heads))}
    headed = [s for s in document.sections if _HEAD.match(document.text, s.start)]
    last = len(document.text.rstrip())
    found = []
    for start, end in sentences:
        passage = document.passage_at(start)
        is_headed = any(s.start <= start < s.end for s in headed)
        whole = document.text[start:end]
        is_anywhere = (
            passage is not None
            and passage.section not in _STORY
            and ANYWHERE.search(whole) is not None
        )
        if passage is None or not (passage.section in wanted or is_headed or is_anywhere):
            continue
        text = _LABEL.sub("", whole)
        is_late = has_plan or start > len(document.text) / 2 or bool(said)
        is_told = (
            _HEAD.match(whole) is not None
            or (is_headed and not _OTHER.match(whole))
            or is_anywhere
            or (is_late and (_is_soon(text) or AHEAD.search(text) is not None))
            or (has_plan and (_is_ordered(whole, text)))
        )
        is_none = (
            (end >= last and _SIGNED.fullmatch(text))
            or _HEAD.fullmatch(whole)
            or any(other.match(whole) for other in (_SIGNATURE, _HOPED))
            or (passage.kind == "title" and whole.isupper())
        )
        cells = text.split("\t")
        if start in dated or (not is_none and any(_is_ahead(cell, is_told) for cell in cells)):
            found.append(evidence_at(document, end - len(text), end))
    return tuple(found)


def _is_ahead(text: str, is_told: bool) -> bool:
    """Whether a sentence is of what is to happen, as a head above it may tell."""
    if _SIGNATURE.match(text):
        return False
    text = _DONE.sub("", _NONE.sub("", text))
    if _EMPTY.fullmatch(text):
        return False
    only_past = _PAST.search(text) and not _AHEAD.search(text)
    says = any(cue.search(text) for cue in (NEXT, ASKED))
    return (is_told or says) and not only_past


def _is_soon(text: str) -> bool:
    """Whether a sentence of a plan tells when something is to happen, and gives no drug."""
    words = len(text.split())
    cues = [SOON] * (words <= _LONG) + [BRIEFLY] * (words <= _BRIEF)
    return not _NUMBERS.search(text) and any(cue.search(text) for cue in (CALLS, *cues))


def _is_ordered(whole: str, text: str) -> bool:
    """Whether a short sentence of a plan is but an order, with its label or without, or ends so."""
    words = len(whole.split())
    is_order = words <= _BRIEF and any(ORDERED.search(said) for said in (whole, text))
    return is_order or (words <= _LONG and ORDERED_LAST.search(text) is not None)
