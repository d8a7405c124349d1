"""Takes names, dates, numbers, addresses, phones and record numbers out of what is shown.

Rules on surface form and cues, after the identifiers of the HIPAA safe harbour list (45 CFR
164.514(b)(2)). A name is learnt where a cue gives it away (a title, a label, a relative) and then
taken out wherever it stands. Rules miss identifiers: the model card has the measured recall.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from secateur.pipelines.document import Document

_MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_STREET = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl"
    r"|Terrace|Highway|Hwy|Parkway|Pkwy|Circle|Square|Trail)\b\.?"
)
_UPPER, _LOWER = "A-ZÀ-ÖØ-Þ", "a-zß-öø-ÿ"
_NAME = (
    rf"[{_UPPER}][{_LOWER}]*(?:['’-][{_UPPER}])?[{_UPPER}{_LOWER}’'-]*[{_LOWER}]"
    rf"|[{_UPPER}]{{3,}}(?:-[{_UPPER}]+)?"
)
_FULL = (
    rf"(?:{_NAME}|[{_UPPER}]\.)"
    rf"(?:,? (?:{_NAME}|[{_UPPER}]\.|[{_UPPER}]\b|(?:de|van|der|von|la|del|al)\b)){{0,3}}"
)
_TWO = rf"(?:{_NAME}),? (?:[{_UPPER}]\.? )?(?:{_NAME})"
_TITLES = r"(?:Dr|Drs|Mr|Mrs|Ms|Miss|Prof|Professor|Doctor|Nurse|Sister|Rev)\b\.?"
_DEGREES = (
    r"(?:M\.?D|D\.?O|R\.?N|N\.?P|P\.?A(?:-C)?|Ph\.?D|LCSW|(?:PMH|F)NP(?:-BC)?|APRN|CRNA|D\.?D\.?S"
    r"|FACS|PharmD)\b"
)
_LABELS = (
    r"(?:patient(?: name)?|name|attending(?: physician)?|physician|surgeon|assistant"
    r"|anesthesiologist|pcp|primary care physician|referring(?: physician)?|provider|author"
    r"|dictated by|signed by|signed|electronically signed by|cc|consultant|next of kin"
    r"|emergency contact|spouse|guarantor|dear|seen by|referred by|health care proxy)"
)
_RELATIVES = (
    r"(?:wife|husband|spouse|partner|mother|father|sons?|daughters?|brothers?|sisters?|aunt|uncle"
    r"|friend|neighbor|cousin|grand(?:mother|father|son|daughter)|named|called|goes by)"
)
_AGES = r"(?:years?|months?|weeks?|days?|yrs?|y\.?/?o|yo)\b"
_DOES = (
    r"(?:returns|returned|presents|presented|comes|came|arrives|arrived|reports|reported|denies"
    r"|denied|states|stated|complains|complained|underwent|tolerated|feels|felt"
    r"|(?:is|was) (?:seen|here|admitted|brought|discharged|referred|transferred|evaluated))"
)
_IDS = (
    r"(?:mrn|medical record|record|account|acct|chart|case|patient id|visit|encounter|accession"
    r"|policy|member(?: id)?|insurance(?: id)?|licen[sc]e|dea|npi|ssn|social security|serial"
    r"|device|lot|id)"
)
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, flags))
    for name, pattern, flags in (
        ("EMAIL", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", 0),
        ("URL", r"(?:https?://|www\.)\S+", 0),
        (
            "NUMBER",
            rf"\b{_IDS}\b(?: (?:number|no\.?|id))?\s*[:#]*\s*#?\s*"
            r"(?P<found>[A-Z]{0,4}-?\d[\w-]{3,}\b)",
            re.IGNORECASE,
        ),
        ("NUMBER", r"\b\d{3}-\d{2}-\d{4}\b", 0),
        (
            "PHONE",
            r"(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\b\d{3}[ .-])\d{3}[ .-]\d{4}\b"
            r"(?:,? ?(?:x|ext\.?|extension) ?\d+)?|\b\d{3}-\d{4}\b"
            r"|\(\d{3}\) ?\d{4}\b",
            0,
        ),
        (
            "ADDRESS",
            rf"\b\d{{1,6}}[A-Z]?(?: [NSEW]\.?)?(?: (?:[A-Z][\w'-]*|\d+(?:st|nd|rd|th))){{1,4}} "
            rf"{_STREET}(?:,? (?:Apt|Apartment|Suite|Ste|Unit|#)\.? ?#?\w+)?|\bP\.? ?O\.? Box \d+",
            0,
        ),
        ("ADDRESS", r"\b[A-Z][a-z]+(?: [A-Z][a-z]+){0,2},? [A-Z]{2} \d{5}(?:-\d{4})?\b", 0),
        (
            "DATE",
            r"\b\d{1,2}[/-]\d{1,2}[/-](?:\d{4}|\d{2})\b|\b\d{4}-\d{1,2}-\d{1,2}\b"
            r"|(?<![\d/.])(?:0?[1-9]|1[0-2])/(?:0[1-9]|[12]\d|3[01])"
            r"(?![\d/%]|\.\d| (?:sites|strength|pain|on the (?:left|right))\b)"
            r"|\b(?:0?[1-9]|1[0-2])/(?:19|20)\d\d\b",
            0,
        ),
        (
            "DATE",
            rf"\b{_MONTHS}\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}}\b)?"
            rf"|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTHS}\b\.?(?:,? \d{{4}}\b)?"
            rf"|\b{_MONTHS}\.?,? \d{{4}}\b",
            re.IGNORECASE,
        ),
        ("NUMBER", r"(?<![\d.,])\d{6,}(?![\d.,]\d)|\b[A-Z]{1,3}-?\d{5,}\b", 0),
        ("AGE", r"\b(?:9\d|1[01]\d)(?=[- ]?(?:years?[- ]old|y/?o|yr))", re.IGNORECASE),
        (
            "PLACE",
            r"\b(?!The )(?:[A-Z][\w'’.-]* (?:of )?){1,4}(?:Medical Center|Hospital|Clinic|Health"
            r"|Rehabilitation|Nursing Home|Hospice|Infirmary)\b",
            0,
        ),
    )
)
_NAMED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_TITLES} (?P<found>{_FULL})",
        rf"(?P<found>{_FULL}),? {_DEGREES}",
        rf"(?i:\b{_LABELS})\b ?[:,]? ?(?P<found>{_FULL})(?=\W|$)(?!:)",
        rf"(?P<found>{_TWO}) {_DOES}\b",
        rf"\b(?:discussed|spoke|spoken|talked|conferred|met) with (?P<found>{_TWO})",
        rf"(?P<found>{_FULL}),? (?:is |was )?an? (?:[a-z]+,? ){{0,3}}\d{{1,3}}[- ]?{_AGES}",
        rf"\b{_RELATIVES},? (?:is |was )?(?P<found>{_FULL})",
    )
)
_JOINT = re.compile(r",? ?(?:[A-Z]\.? ?)?")
# Capitals that open a sentence or a heading after a cue, and are no names.
_NO_NAMES = frozenset(
    """the this that patient she he they his her it is was has had and or no not for with without
    of on in at to by from as an a if we i you there when who which dr mr mrs ms miss prof doctor
    nurse professor rev sister md do rn np pa phd history physical examination exam diagnosis
    procedure plan assessment impression findings medications allergies date name age sex male
    female admitted discharged service attending status chief complaint complaints normal none
    indications anesthesia general operative preoperative postoperative report summary note
    department emergency surgery medicine cardiology neurology oncology internal family social past
    medical review systems vital signs left right bilateral chest heart lungs abdomen
    denies reports states presents consultation reason position condition education information
    tolerated understood will well was mother father sister brother son daughter wife husband
    infant baby child boy girl man woman gentleman lady individual caucasian hispanic
    african american asian white black history""".split()
)


class Redactor:
    """Finds identifiers in texts about one patient.

    Args:
        text: The note; names are learnt from it.
    """

    def __init__(self, text: str) -> None:
        words = {
            word
            for pattern in _NAMED
            for match in pattern.finditer(text)
            for word in _name_words(match["found"])
        }
        either = "|".join(sorted(map(re.escape, words), key=len, reverse=True)) or "(?!)"
        letters = f"{_UPPER}{_LOWER}"
        self._known = re.compile(rf"(?<![{letters}])(?:{either})(?![{_LOWER}])", re.IGNORECASE)

    def find(self, text: str) -> list[tuple[int, int, str]]:
        """Finds identifiers.

        Args:
            text: The note, or anything written about it.

        Returns:
            Half-open character offsets and kind ("NAME", "DATE", …), in order, disjoint.
        """
        found: list[tuple[int, int, str]] = []
        for start, end, kind in self._candidates(text):
            if not any(start < other_end and other < end for other, other_end, _ in found):
                found.append((start, end, kind))
        merged: list[tuple[int, int, str]] = []
        for start, end, kind in sorted(found):
            last = merged[-1] if merged else (0, 0, "")
            if kind == last[2] == "NAME" and _JOINT.fullmatch(text, last[1], start):
                merged[-1] = (last[0], end, kind)
            else:
                merged.append((start, end, kind))
        return merged

    def redact(self, text: str) -> str:
        """Replaces identifiers by their kind in brackets: "[NAME]", "[DATE]", …."""
        return _replaced(text, self.find(text))

    def _candidates(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Matches of all patterns, those that may take words of others first."""
        for kind, pattern in _PATTERNS:
            group = "found" if "found" in pattern.groupindex else 0
            for match in pattern.finditer(text):
                yield match.start(group), match.end(group), kind
        for pattern in _NAMED:
            for match in pattern.finditer(text):
                if any(_name_words(match["found"])):
                    yield match.start("found"), match.end("found"), "NAME"
        for match in self._known.finditer(text):
            yield match.start(), match.end(), "NAME"


def deidentify(document: Document) -> Document:
    """Takes identifiers out of a document, before it is summarised, shown or written.

    Args:
        document: As it was read.

    Returns:
        The document with each identifier replaced by its kind in brackets; offsets count in the new
        text, places in the file (`Passage.source`, pages) stay. Its name stays too.
    """
    redactor = Redactor(document.text)
    found = redactor.find(document.text)
    text = _replaced(document.text, found)

    def moved(position: int, *, closes: bool) -> int:
        shift = 0
        for start, end, kind in found:
            if end <= position:
                shift += len(kind) + 2 - (end - start)
            elif start < position:
                return start + shift + (len(kind) + 2 if closes else 0)
        return position + shift

    return replace(
        document,
        text=text,
        dated=None,
        passages=tuple(
            replace(
                passage,
                start=moved(passage.start, closes=False),
                end=moved(passage.end, closes=True),
                section=passage.section and redactor.redact(passage.section),
                row=passage.row and redactor.redact(passage.row),
                column=passage.column and redactor.redact(passage.column),
                section_path=tuple(map(redactor.redact, passage.section_path)),
            )
            for passage in document.passages
        ),
        sections=tuple(
            replace(
                section,
                start=moved(section.start, closes=False),
                end=moved(section.end, closes=True),
                name=redactor.redact(section.name),
                path=tuple(map(redactor.redact, section.path)),
            )
            for section in document.sections
        ),
    )


def _replaced(text: str, found: Sequence[tuple[int, int, str]]) -> str:
    pieces, at = [], 0
    for start, end, kind in found:
        pieces += [text[at:start], f"[{kind}]"]
        at = end
    return "".join([*pieces, text[at:]])


def _name_words(found: str) -> Iterator[str]:
    for word in re.findall(r"[^\W\d_](?:[^\W\d_]|['’-])*[^\W\d_]", found):
        if len(word) > 2 and word.lower() not in _NO_NAMES:
            yield word
