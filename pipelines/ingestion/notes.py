"""Sections of clinical notes, recognised from their headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from secateur.pipelines.ingestion.blocks import Line
from secateur.pipelines.ingestion.druglists import (
    DISCHARGE,
    MEDICATIONS,
    drug_list,
    is_part_of_list,
)
from secateur.pipelines.ingestion.reading import SectionStart

# Canonical name, then the headings that open it; singular and plural, "&" and "and" are equal.
_HEADINGS: dict[str, str] = {
    "Chief Complaint": "chief complaint|cc|presenting complaint|reason for visit|presenting problem"
    "|reason for admission|reason for consultation|reason for consult|reason for referral"
    "|identification and chief complaint|complaint",
    "HPI": "history of present illness|hpi|history of the present illness|present illness"
    "|history of presenting illness|history of present complaint|interval history"
    "|interim history|brief history|clinical history|history|brief clinical history",
    "Subjective": "subjective|s|narrative|patient narrative",
    "Past Medical History": "past medical history|pmh|pmhx|medical history|past history"
    "|significant past medical history|past medical and surgical history|past medical problem"
    "|past medical/surgical history|past psychiatric history"
    "|psychiatric history|past ocular history|past obstetric history|obstetric history"
    "|ob history|gynecologic history|past ob/gyn history|past gyn history|birth history"
    "|neonatal history|developmental history|cardiac risk factor|coronary risk factor",
    "Problems": "problem list|active problem|active problem list|current problem|health concern"
    "|active diagnosis|current diagnosis",
    "Past Surgical History": "past surgical history|psh|surgical history|previous surgery"
    "|prior surgery|past surgeries|past operative history",
    "Medications": "dhx|drug list",
    "Discharge Medications": "discharge medications/instructions",
    "Allergies": "allergy|drug allergy|allergies to medication|medication allergy|allergic"
    "|known drug allergy|allergies and reactions|allergies and intolerances",
    "Family History": "family history|fh|fhx|family medical history|family psychiatric history",
    "Social History": "social history|sh|shx|personal history|psychosocial history|habit"
    "|personal and social history|occupational history|substance abuse history"
    "|family social history|family and social history|social and family history|substance use",
    "Review of Systems": "review of systems|ros|review of system|system review"
    "|complete review of systems|ros systems",
    "Vital Signs": "vital sign|vital|vs",
    "Physical Exam": "physical examination|physical exam|pe|exam|examination|objective findings"
    "|physical findings|general physical examination|focused physical examination"
    "|neurologic examination|neurological examination|mental status examination|mental status"
    "|mental status exam|physical examination on discharge|gen exam|general exam",
    "Objective": "objective|o",
    "Results": "result|laboratory data|lab data|laboratory|lab|laboratory studies|laboratory result"
    "|laboratory finding|diagnostic studies|diagnostic data|studies|imaging|radiology|x-ray|ekg|ecg"
    "|diagnostic testing|pertinent laboratory data|laboratory and diagnostic data|imaging studies"
    "|radiologic studies|labs and studies|data|radiographic studies|test result|diagnostics"
    "|laboratory values|laboratory evaluation|pathology|hemodynamic data|electrocardiogram"
    "|laboratory examination|labs on admission|imaging data",
    "Hospital Course": "hospital course|brief hospital course|course in hospital|hospital course"
    " by problem|summary of hospital course|course|emergency department course|ed course"
    "|emergency room course|clinical course|hospital course and treatment|hospital summary",
    "Procedure": "procedure|procedure performed|operation|operation performed|title of operation"
    "|operative procedure|title of procedure|name of operation|name of procedure|procedure done"
    "|operations/procedures|principal procedure|procedures and operations|procedures during"
    " hospitalization|surgery|procedure name|surgical procedure",
    "Description of Procedure": "description of procedure|procedure in detail|procedure detail"
    "|description of operation|details of procedure|details of the procedure|operative procedure in"
    " detail|description of the procedure|operation in detail|description of the operation"
    "|details of operation|operative technique|technique|procedure note|operative note"
    "|procedure description|operative description|operative course|detail of operation",
    "Indications": "indication|indication for procedure|indications for surgery|indication for"
    " operation|indications for the procedure|indication for surgery|clinical indication"
    "|indication for exam|reason for exam|reason for examination|reason for the exam"
    "|reason for study|reason for procedure|indications for the operation|history and indication",
    "Findings": "finding|operative finding|intraoperative finding|gross finding|interpretation"
    "|surgical finding|findings at surgery|exam findings|radiology report",
    "Preoperative Diagnosis": "preoperative diagnosis|preop diagnosis|pre-op diagnosis"
    "|pre-operative diagnosis|preprocedure diagnosis|pre-procedure diagnosis"
    "|preoperative diagnosis (es)|admitting diagnosis|admission diagnosis|diagnosis on admission",
    "Postoperative Diagnosis": "postoperative diagnosis|postop diagnosis|post-op diagnosis"
    "|post-operative diagnosis|postprocedure diagnosis|post-procedure diagnosis"
    "|postoperative diagnosis (es)",
    "Discharge Diagnosis": "discharge diagnosis|final diagnosis|diagnosis at discharge"
    "|principal diagnosis|secondary diagnosis|diagnosis on discharge|primary diagnosis"
    "|principal discharge diagnosis|secondary discharge diagnosis",
    "Assessment": "assessment|impression|diagnosis|clinical impression|diagnostic impression"
    "|a|opinion|assessment and diagnosis|conclusion|summary|dx|problem|discussion|formulation"
    "|overall impression|medical decision making|mdm|final impression|summary and impression",
    "Plan": "plan|recommendation|treatment plan|p|plan of care|plan and recommendation|treatment"
    "|plan of treatment|care plan|follow-up plan|postoperative plan|discharge plan"
    "|initial treatment plan|recommended therapy|treatment recommendation",
    "Assessment and Plan": "a/p|ap|a&p|assessment plan|evaluation/treatment plan",
    "Disposition": "disposition|discharge disposition|condition on discharge|discharge condition"
    "|condition at discharge|condition|discharge status|prognosis",
    "Instructions": "discharge instruction|instruction|patient instruction|follow up|follow-up"
    "|followup|follow-up instruction|discharge instructions/medications|discharge followup"
    "|followup instruction|instructions to patient|diet|activity|discharge follow-up",
    "Anesthesia": "anesthesia|anesthetic|type of anesthesia",
    "Complications": "complication",
    "Specimens": "specimen|specimens removed|pathology specimen",
    "Blood Loss": "estimated blood loss|ebl|blood loss",
    "Immunizations": "immunization|vaccination|immunization history",
    "Study": "comparison|examination performed|study|type of exam|type of study",
}
# Parts of an examination or a review: they stay in the section they stand in.
_PARTS_WORDS = """
    abdomen anus axis back bp bones breast cardiac cardiovascular chest cns constitutional
    coordination coord cranial derm dermatologic ear ears ekg endocrine ent ext extremity
    extremities eye eyes gait gastrointestinal gen general genitalia genitourinary gi gu head
    heart heent height hematologic immunologic integumentary lung lungs lymphatic lymph
    lymphatics motor mouth musculoskeletal neck neuro neurologic neurological nose oropharynx
    pelvic pelvis psych psychiatric pulmonary pulse rectal reflex reflexes respiratory sensory
    skin station temperature throat urinary vascular weight allergic note warning addendum
"""
_PARTS = frozenset(_PARTS_WORDS.split())
# What the two halves of a note in the SOAP form hold, where it names them.
_HALVES = {
    "Subjective": frozenset(
        "Chief Complaint|HPI|Past Medical History|Past Surgical History|Medications|Allergies"
        "|Family History|Social History|Review of Systems|Immunizations".split("|")
    ),
    "Objective": frozenset(("Vital Signs", "Physical Exam", "Results", "Study", "Findings")),
}
_LABEL = re.compile(r"(?:\d{1,2}[.)]\s+|#\s*)?([A-Za-z][A-Za-z0-9 /&,'’()-]{0,58}?)\s?:(?!\d)")
_ALONE = re.compile(r"(?:\d{1,2}[.)]\s+|#+\s*)?([A-Za-z][A-Za-z0-9 /&,'’()-]{1,58}?)[:.]?")
_LONGEST_HEADING = 66
_KNOWN_NEEDED = 2
# Headings that other kinds of document do not have: one is enough.
_TELLING = frozenset(("impression", "final impression", "clinical impression"))
_NUMBERS = frozenset("0123456789#")
# Sections that a line of its own opens in small letters as well ("Home Meds").
_LISTS = frozenset((MEDICATIONS, DISCHARGE, "Allergies"))
# Two headings in one.
_JOINED = re.compile(r"\s*/\s*|\s+-\s+|\s+(?:and|&)\s+", re.IGNORECASE)
_SHORTEST_JOINED = 4


def _key(label: str) -> str:
    words = label.lower().replace("&", " and ").replace("’", "'").replace("-", " ").split()
    return " ".join(_singular(word) for word in words)


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("noses"):
        return word[:-2] + "is"
    if word.endswith("s") and len(word) > 3 and not word.endswith(("ss", "is", "us")):
        return word[:-1]
    return word


_CANONICAL = {
    _key(heading): name for name, headings in _HEADINGS.items() for heading in headings.split("|")
}


def canonical_section(label: str) -> str | None:
    """Name the clinical section that a heading opens.

    Args:
        label: The heading without its colon, in any case.

    Returns:
        Its canonical name ("HPI"), None if the heading is not known. Two joined by a stroke or
        "and" are known if they have the same name, or are an assessment and a plan, or a plan and
        where the patient goes; of two by a stroke one may be unknown.
    """
    name = _named(label)
    if name is not None:
        return name
    parts = _JOINED.split(label)
    if len(parts) < 2 or len(min(parts, key=len)) < _SHORTEST_JOINED:
        return None
    names = {_named(part) for part in parts}
    if names == {"Assessment", "Plan"}:
        return "Assessment and Plan"
    if names <= {"Plan", "Disposition", "Instructions"} and "Plan" in names:
        return "Plan"
    known = names - {None}
    return next(iter(known)) if len(known) == 1 and ("/" in label or None not in names) else None


def _named(label: str) -> str | None:
    key = _key(label)
    return drug_list(key) or _CANONICAL.get(key)


def opens_section(text: str) -> bool:
    """Tell whether a line of a note opens a section.

    Args:
        text: The line.

    Returns:
        True for a known heading with a colon or alone in capitals, one of drugs or allergies alone
        in any letters, and for an unknown one in capitals with a colon.
    """
    return any(True for _ in _headings(text, alone=_is_set_apart(text)))


def part_label(text: str) -> str | None:
    """Name the part of an examination or a review that a line opens.

    Args:
        text: The line.

    Returns:
        Its label without the colon ("HEENT"), None if it opens none.
    """
    match = _LABEL.match(text)
    return match.group(1) if match and _is_part(match.group(1)) else None


def find_note_sections(lines: Sequence[Line]) -> list[SectionStart]:
    """Find where the sections of a clinical note start.

    A heading is a label with a colon at the start of a line, or a line of its own in capitals or
    bold, for drugs and allergies in any letters. Known headings get a canonical name; unknown ones
    in capitals keep their words. Parts of an examination ("HEENT:") do not open a section, nor do
    problems that a plan goes through ("COPD:").

    Args:
        lines: The document's blocks and table rows in order.

    Returns:
        Each section in document order, those of a SOAP note inside the half that the note names;
        empty if fewer than two known headings are found and none says "impression", because
        other documents use labels with colons as well. Its confidence is the share of four signs
        that hold: it looks like a heading; its words are known; they are in capitals or bold; they
        stand on a line of their own.
    """
    found: list[SectionStart] = []
    known = 0
    half = ""
    for line in lines:
        alone = line.strong or line.kind == "title" or _is_set_apart(line.text)
        for name, is_known in _headings(line.text, alone=alone):
            if found and _is_inside(line.text, is_known, found[-1].name):
                continue
            known += _KNOWN_NEEDED if _label(line.text) in _TELLING else is_known
            set_apart = line.strong or line.kind == "title" or _is_capital(line.text)
            by_itself = _ALONE.fullmatch(line.text) is not None
            confidence = (1 + is_known + set_apart + by_itself) / 4
            inside = name in _HALVES.get(half, ())
            if not inside:
                half = name
            parents = (half,) if inside else ()
            found.append(SectionStart(line.start, name, confidence, parents=parents))
    return found if known >= _KNOWN_NEEDED else []


def _headings(text: str, *, alone: bool) -> Iterator[tuple[str, bool]]:
    """The section that a line opens, with whether its name is a known one; at most one."""
    match = _LABEL.match(text)
    labelled = match is not None
    if match is None and alone:
        match = _ALONE.fullmatch(text)
    if match is None:
        return
    label = match.group(1)
    name = canonical_section(label)
    if name is not None and (len(label) > 2 or label.isupper()):
        yield name, True
    elif labelled and name is None and label.isupper() and len(label) > 3 and not _is_part(label):
        yield label, False


def _is_set_apart(text: str) -> bool:
    if text.isupper():
        return True
    if len(text) > _LONGEST_HEADING or not text[:1].isupper():
        return False
    # "Allergies" alone may be one of a list of problems.
    return text != "Allergies" and canonical_section(text) in _LISTS


def _is_inside(text: str, is_known: bool, section: str | None) -> bool:
    """Whether a heading stays in the section before it: a problem's name or a kind of drugs."""
    if section == DISCHARGE or (section == MEDICATIONS and not is_known):
        return is_part_of_list(_label(text))
    if is_known:
        return False
    is_numbered = section in ("Assessment", "Plan") and text[:1] in _NUMBERS
    return is_numbered or section == "Assessment and Plan"


def _label(text: str) -> str:
    match = _LABEL.match(text) or _ALONE.fullmatch(text)
    return _key(match.group(1)) if match else ""


def _is_capital(text: str) -> bool:
    label = _LABEL.match(text)
    return (label.group(1) if label else text).isupper()


def _is_part(label: str) -> bool:
    words = re.findall(r"[a-z]+", label.lower())
    return bool(words) and words[0] in _PARTS
