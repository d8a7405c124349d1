"""Tells what cannot be handed over as it is: not English, no clinical text, cut short."""

from __future__ import annotations

import re
from types import MappingProxyType

from secateur.pipelines.document.document import Document
from secateur.pipelines.terminology.matcher import TermMatcher
from secateur.pipelines.terminology.sections.headings import canonical_section

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_ENGLISH = frozenset(
    "the of and to with was is for on no has had were are he she this that be not by from at or an "
    "as his her it which have been who will there without denies".split()
)
_OTHERS = MappingProxyType(
    {
        "French": "le la les des du une est et pas avec pour dans sur au aux qui sans par son ses "
        "cette depuis il elle ne plus été",
        "German": "der die das und ist nicht mit von den dem ein eine einer zu im bei seit wurde "
        "keine auf für sich nach oder wird",
        "Spanish": "el los las del una y con por para en sin se su es no desde al que como fue "
        "está paciente refiere años",
        "Italian": "il gli della di che non con per una nel del alla dei si è da sono delle la "
        "senza anche stato dal",
        "Portuguese": "os das da do com uma em não para por que ao foi sem na no dos se mais há "
        "nega desde sua é",
        "Dutch": "de het een van en is niet met bij op voor geen te zijn aan naar sinds wordt werd "
        "ook heeft uit patiënt",
        "Polish": "i w na z do nie się jest przez oraz od po bez dla pacjent chory pacjentka był",
        "Swedish": "och i att det som på är av för med till den har inte om ett en utan vid från",
    }
)
"""Function words of languages that notes near English ones may be in."""
_FEW = 12
"""Words below which a text is too short to tell its language or its kind."""
_FOREIGN = 0.12
"""Share of a text's words that are function words of another language, from which on it is in it;
as it shares some with English, they are also twice those of English."""
_LATIN = 0.5
"""Share of letters that are Latin, below which a text is in another script."""
_CLINICAL = 0.035
"""Share of clinical words and terms below which a text without a note's sections is none."""
_CLINICAL_WORDS = frozenset(
    "patient patients pt denies exam examination diagnosis diagnosed history symptoms symptom "
    "treatment treated therapy surgery surgical procedure incision anesthesia anesthetic sterile "
    "postoperative preoperative operating supine suture sutures sutured skin tissue artery vein "
    "vessel nerve bone muscle left right bilateral anterior posterior lateral medial proximal "
    "distal abdomen abdominal chest heart lung lungs liver kidney bladder bowel spine cervical "
    "lumbar knee hip shoulder eye eyes throat head neck mg ml cc mmhg bpm blood pressure pulse "
    "temperature oxygen glucose creatinine hemoglobin platelets culture biopsy scan ultrasound "
    "mri ct xray lesion mass tumor fracture stenosis effusion edema swelling tenderness pain "
    "fever cough nausea vomiting diarrhea bleeding infection acute chronic mild moderate severe "
    "normal unremarkable medication medications dose tablet tablets daily bid tid prn po iv "
    "allergies allergic clinic hospital admitted discharged discharge follow-up doctor nurse "
    "physician emergency prescribed prescription injection catheter visit year-old weeks "
    "tooth teeth dental oral mandibular maxillary cognitive memory mood depression anxiety "
    "psychiatric psychological weight diet referral referred consultation "
    "vaginal uterine pregnancy delivery cardiac coronary pulmonary renal".split()
)
"""Words of clinical texts of any kind, beside the vocabulary's drugs and diseases."""
_LEADING = frozenset(
    "a an and are as at be because but by during for from had has have if in into is of on or "
    "that the their then to was were which while who with without his her this these".split()
)
"""Words with which no sentence ends."""
_STOPS = (".", "!", "?", ":", ";", ")", "]", '"', "”", "’")
_SENTENCE, _SENTENCES = 8, 3
"""Words of a line from which on it is a sentence, and how many show that stops end them."""
_FAREWELL = re.compile(r"(?:\w+ ){0,3}(?:sincerely|regards|wishes|thanks|truly)\W*", re.IGNORECASE)


def language_of(text: str) -> str:
    """Tells the language of a text by its function words, or its script.

    Returns:
        "English", also of what is too short to tell; another language's name; or "another script".
    """
    letters = [c for c in text if c.isalpha()]
    latin = sum(c < "\u0250" for c in letters)
    if len(letters) > _FEW and latin < _LATIN * len(letters):
        return "another script"
    words = [word.lower() for word in _WORD.findall(text)]
    if len(words) < _FEW:
        return "English"
    shares = {
        name: sum(word in own for word in words) / len(words)
        for name, own in ((name, frozenset(told.split())) for name, told in _OTHERS.items())
    }
    best = max(shares, key=lambda name: shares[name])
    english = sum(word in _ENGLISH for word in words) / len(words)
    return best if shares[best] >= max(_FOREIGN, 2 * english) else "English"


def is_clinical(document: Document, vocabulary: TermMatcher | None) -> bool:
    """Tells whether a text is of a patient: it has sections of notes, or clinical terms enough.

    Args:
        document: Any text in English.
        vocabulary: Clinical terms; without it everything is taken for clinical.
    """
    names = {section.name for section in document.sections}
    if any(name.startswith("Item ") for name in names):
        return False
    if vocabulary is None or len(names) > 1 or len(document.text.split()) < _FEW:
        return True
    return clinical_share(document.text, vocabulary) >= _CLINICAL


def clinical_share(text: str, vocabulary: TermMatcher) -> float:
    """Returns the share of a text's words that are clinical words or begin clinical terms."""
    words = [word.lower() for word in re.findall(r"[A-Za-z][A-Za-z-]*", text)]
    found = sum(word in _CLINICAL_WORDS for word in words) + len(vocabulary.find(text))
    return found / max(len(words), 1)


def cut_short(document: Document) -> str:
    """Says how a text ends before its time; empty where it does not.

    Returns:
        "ends in mid-sentence", or "ends with the heading of …" and nothing below it.
    """
    lines = [line.strip() for line in document.text.splitlines() if line.strip()]
    if not lines:
        return ""
    last = lines[-1]
    heading = last.rstrip(": ")
    is_heading = last.endswith(":") or last.isupper()
    section = canonical_section(heading) if len(lines) > 1 and is_heading else None
    if section:
        return f"ends with the heading of {section} and nothing below it"
    if _FAREWELL.fullmatch(last):
        return ""
    words = _WORD.findall(last)
    is_led = words and words[-1].lower() in _LEADING and last[-1].isalpha()
    is_open = last.endswith((",", "-", "(", "/")) or is_led
    is_last = len(re.split(r"[.!?]\s", last)[-1].split()) >= 2
    is_text = re.search(r"[a-z)][.!?]\s+[A-Z]", last) and is_last
    told = [line for line in lines[:-1] if len(line.split()) >= _SENTENCE]
    stopped = sum(line.endswith(_STOPS) for line in told)
    is_styled = len(told) >= _SENTENCES and stopped == len(told)
    is_text = is_text or (is_styled and len(last.split()) >= _SENTENCE)
    goes_on = is_text and not last.endswith(_STOPS)
    return "ends in mid-sentence" if is_open or goes_on else ""
