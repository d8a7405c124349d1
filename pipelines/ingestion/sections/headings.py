"""Headings of clinical notes and the sections that they open."""

from __future__ import annotations

import re

from secateur.pipelines.ingestion.sections.druglists import drug_list

# Canonical name, then the headings that open it; singular and plural, "&" and "and" are equal.
_HEADINGS: dict[str, str] = {
    "Chief Complaint": "chief complaint|cc|presenting complaint|reason for visit|presenting problem"
    "|reason for admission|reason for consultation|reason for consult|reason for referral"
    "|identification and chief complaint|complaint|you were seen for|reason for your visit|reason"
    "|why you were here|why you were in the hospital|why you came in",
    "HPI": "history of present illness|hpi|history of the present illness|present illness"
    "|history of presenting illness|history of present complaint|interval history"
    "|interim history|brief history|clinical history|history|brief clinical history",
    "Subjective": "subjective|subj|s|narrative|patient narrative",
    "Past Medical History": "past medical history|pmh|pmhx|medical history|med history|past history"
    "|pmhx/pshx|past psych history|psych history|obstetrical history|gyn history|ob/gyn history"
    "|gynecological history|primary medical history|past cardiac history|comorbidity"
    "|medical problem|significant past medical history|past medical and surgical history"
    "|past medical problem|previous medical history|pertinent medical history|other medical history"
    "|oncologic history|oncology history|oncological history|cancer history|treatment history"
    "|past medical/surgical history|past psychiatric history"
    "|past treatment|previous treatment|prior treatment|prior agent|past medication"
    "|previous medication|prior medication|past medication trial|medication trial"
    "|psychiatric history|past ocular history|past obstetric history|obstetric history"
    "|ob history|gynecologic history|past ob/gyn history|past gyn history|birth history"
    "|neonatal history|developmental history|cardiac risk factor|coronary risk factor",
    "Problems": "problem list|active problem|active problem list|medical problem list"
    "|current problem|health concern|active diagnosis|current diagnosis",
    "Past Surgical History": "past surgical history|psh|pshx|surgical history|previous surgery"
    "|prior surgery|past surgeries|past operative history",
    "Medications": "dhx|dh|drug history|drug list|rx|home rx|current rx|med at dialysis"
    "|medication at dialysis|dialysis medication|dialysis med|medicationrequest"
    "|medicationstatement",
    "Discharge Medications": "discharge medications/instructions|medication changes"
    "|medicine changes|changes to your medications|changes to your medicines",
    "Allergies": "allergy|drug allergy|food allergy|allergy reviewed|allergies to medication"
    "|allergies to medicine|medication allergy|allergic"
    "|known drug allergy|allergies and reactions|allergies and intolerances|allergy / intolerance"
    "|allergies/intol.|sensitivity to drug|allg|adr"
    "|intolerance|drug intolerance|medication intolerance|adverse drug reaction"
    "|allergyintolerance|allergy review|allergy list",
    "Family History": "family history|fh|fhx|family medical history|family psychiatric history"
    "|maternal history|mother's history|maternal medication|mother's medication|maternal lab",
    "Social History": "social history|sh|shx|personal history|psychosocial history|habit"
    "|personal and social history|occupational history|substance abuse history"
    "|family social history|family and social history|social and family history|substance use"
    "|social|soc history|social and developmental history|substance and alcohol history|fhx/shx"
    "|shx/fhx|fh/sh|sh/fh",
    "Review of Systems": "review of systems|ros|review of system|system review"
    "|complete review of systems|ros systems",
    "Vital Signs": "vital sign|vital|vs|growth parameter|growth chart",
    "Physical Exam": "physical examination|physical exam|pe|exam|examination|objective findings"
    "|physical findings|general physical examination|focused physical examination"
    "|o/e|on examination|on exam"
    "|neurologic examination|neurological examination|mental status examination|mental status"
    "|mental status exam|mse|physical examination on discharge|gen exam|general exam",
    "Objective": "objective|obj|o",
    "Results": "result|laboratory data|lab data|laboratory|lab|laboratory studies|laboratory result"
    "|laboratory finding|diagnostic studies|diagnostic data|studies|imaging|radiology|x-ray|ekg|ecg"
    "|diagnostic testing|pertinent laboratory data|laboratory and diagnostic data|imaging studies"
    "|radiologic studies|labs and studies|data|radiographic studies|test result|diagnostics"
    "|laboratory values|laboratory evaluation|pathology|hemodynamic data|electrocardiogram"
    "|laboratory examination|labs on admission|imaging data|radiographs|radiologic data"
    "|gross description|microscopic description|gross examination|microscopic examination"
    "|biomarker|immunohistochemistry|treatment log|infusion log",
    "Hospital Course": "hospital course|brief hospital course|course in hospital|hospital course"
    " by problem|summary of hospital course|course|emergency department course|ed course"
    "|emergency room course|clinical course|hospital course and treatment|hospital summary"
    "|mdm/course|ed course/mdm|course/mdm"
    "|24 hour event|24h event|overnight event|interval event|events overnight|event note"
    "|intraprocedural event|hospital course until now|hospital course to date"
    "|course in the hospital"
    "|history and hospital course|brief h and p and hospital course"
    "|clinical summary|hospital course and clinical summary",
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
    "|reason for study|reason for procedure|indications for the operation|history and indication"
    "|clinical|clinical information|clinical data|clinical details",
    "Findings": "finding|operative finding|intraoperative finding|gross finding|interpretation"
    "|surgical finding|findings at surgery|exam findings|radiology report"
    "|endoscopic finding|abnormal finding|findings at operation|angiographic finding",
    "Preoperative Diagnosis": "preoperative diagnosis|preop diagnosis|pre-op diagnosis"
    "|pre-operative diagnosis|preprocedure diagnosis|pre-procedure diagnosis"
    "|preoperative diagnosis (es)|admitting diagnosis|admission diagnosis|diagnosis on admission",
    "Postoperative Diagnosis": "postoperative diagnosis|postop diagnosis|post-op diagnosis"
    "|post-operative diagnosis|postprocedure diagnosis|post-procedure diagnosis"
    "|postoperative diagnosis (es)|preoperative and postoperative diagnosis"
    "|pre- and postoperative diagnosis|pre and postoperative diagnosis|pre and post operative"
    " diagnosis|preop and postop diagnosis",
    "Discharge Diagnosis": "discharge diagnosis|final diagnosis|diagnosis at discharge"
    "|principal diagnosis|secondary diagnosis|diagnosis on discharge|primary diagnosis"
    "|principal discharge diagnosis|secondary discharge diagnosis",
    "Assessment": "assessment|impression|imp|diagnosis|clinical impression|diagnostic impression"
    "|a|opinion|assessment and diagnosis|conclusion|summary|dx|problem|discussion|formulation"
    "|overall impression|medical decision making|mdm|final impression|summary and impression"
    "|diagnostic formulation|case formulation|clinical formulation|differential diagnosis"
    "|initial diagnosis|initial impression|provisional diagnosis|medical diagnosis"
    "|risk assessment|endoscopic impression|nutrition diagnosis|nutritional diagnosis"
    "|terminal diagnosis|hospice diagnosis|treatment diagnosis|nursing diagnosis|diagnostic comment"
    "|synoptic report|synoptic summary|pathologic diagnosis"
    "|working diagnosis|psychiatric diagnosis",
    "Plan": "plan|recommendation|rec|recs|suggestion|treatment plan|p|plan of care"
    "|plan and recommendation|treatment"
    "|tx|advised|plan of treatment|care plan|follow-up plan|postoperative plan|discharge plan"
    "|impression and order|change"
    "|initial treatment plan|initial treatment and plan|post-op plan|postop plan"
    "|recommended therapy|treatment recommendation|management plan"
    "|plan for today|what to do next|next step|advice|advice given|action for gp|gp action"
    "|action required|action for the gp|careplan|to do|todo|to do list"
    "|order received",
    "Assessment and Plan": "mdm/a&p|mdm/plan|problem list items addressed this visit"
    "|a/p|ap|a&p|assessment plan|evaluation/treatment plan|imp/plan|i/p|symptom management",
    "Disposition": "disposition|dispo|discharge disposition|condition on discharge"
    "|discharge condition"
    "|condition at discharge|condition|discharge status|prognosis",
    "Instructions": "discharge instruction|instruction|patient instruction|follow up|follow-up"
    "|upcoming appointment"
    "|followup|follow-up instruction|discharge instructions/medications|discharge followup"
    "|followup instruction|instructions to patient|diet|activity|discharge follow-up|f/u|rtc"
    "|post-procedure instruction|postprocedure instruction|discharge order|followup care"
    "|follow-up care|return precaution|return to clinic|follow-up appointment|appointment"
    "|what you need to do|what to do at home|when to call|pending result|pending test|test pending"
    "|pending lab|result pending|result pending at discharge|test pending at discharge"
    "|discharge need|test still pending|test still pending when you left",
    "Anesthesia": "anesthesia|anesthetic|type of anesthesia",
    "Complications": "complication",
    "Specimens": "specimen|specimens removed|pathology specimen",
    "Blood Loss": "estimated blood loss|ebl|blood loss",
    "Immunizations": "immunization|vaccination|immunization history",
    "Study": "comparison|examination performed|study|type of exam|type of study",
}
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
    r"(?<=(?:p|n)) by (?:(?:organ )?system|problem)$"
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
    heading_key(heading): name
    for name, headings in _HEADINGS.items()
    for heading in headings.split("|")
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
