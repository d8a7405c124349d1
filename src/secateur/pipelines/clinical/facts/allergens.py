"""Names of allergens in a sentence or item of a list, without what they do to the patient."""

from __future__ import annotations

import re
from collections.abc import Iterator

_INFORMANT = (
    r"(?:(?:the|his|her) )?(?:patient|pt|s?he|mother|mom|father|dad|parents?|family|wife|husband"
    r"|spouse|daughter|son|caregiver|guardian)"
)
_PATIENT = r"(?:the )?(?:patient|pt|s?he|there)"
NONE = re.compile(
    rf"\W*(?:(?:{_INFORMANT}|there)\s+)?"
    r"(?:(?:has|have|had|reports?|is|are|states?|says?|admits?)\s+)?"
    r"(?:(?:to have|that s?he has)\s+)?"
    r"(?:no\b|none\b|nk[dfm]?a\b|note\b|den(?:ies|ied|y)\b|without\b|not\b|negative\b|nil\b"
    r"|n/a\b|unknown\b|unobtainable|avoid\b|reviewed|refer\b|see\b"
    r"|as (?:above|per|noted|listed)|per\b|unchanged|ø|zero\b|tolerat(?:es?|ed|ing)\b"
    r"|follow[- ]?up\b|f/?u\b|rtc\b|return\b|recheck\b)"
    r"|[^,;(]*\b(?:no known|none)\b",
    re.IGNORECASE,
)
# "NKDA, latex" denies drugs only.
_NO_DRUGS = re.compile(rf"\W*(?:{_PATIENT}\s+(?:has|is)\s+)?nk[dfm]?a\b\s*[,;–-]\s*", re.IGNORECASE)
# "Per patient: aspirin" says who names them.
_SOURCE = re.compile(
    r"(?<!\W)\W*(?:as )?(?:per|reviewed|see|note|no change)\b[^:,.;]{0,24}:\s*", re.IGNORECASE
)
_EXCEPT = re.compile(r"\b(?:except(?: for)?|other than|aside from|apart from|but)\b", re.I)
_ITEMS = re.compile(r"\s*[,;•*|]\s*(?:and |or )?|\s{3,}|\t|\s+(?:and|or)\s+|/\s+", re.IGNORECASE)
_TOLD_OF = (
    r".*\b(?:allerg(?:y|ies|ic)(?: reactions?)?|intoleran(?:t|ce)|sensitiv(?:e|ity)"
    r"|(?:adverse )?reactions?)\s+(?:only )?(?:to|of)\s+"
)
_OPENING = (
    rf"(?:{_PATIENT}\s+(?:\w+\s+){{0,3}}?(?:that|the|tolerating)\s+"
    rf"|{_PATIENT}\s+(?:is|was)\s+(?:also\s+)?allergic\s+"
    r"|it (?:is|was) (?:listed|noted|reported|documented) that\s+|on occasions?\s+|the\s+"
    rf"|{_PATIENT}\s+(?:reports?|has|gives|endorses)\s+(?:an?\s+)?(?:history of\s+)?"
    rf"|{_INFORMANT}\s+(?:reports?|says?|states?|thinks?|believes?)\s+(?:that\s+)?"
    r"|(?:true|drug|food|med(?:ication)?) allerg(?:y|ies)\s*:\s*"
    r"|(?:foods?|env(?:ironment(?:al)?)?|drugs?|medications?|inhalants?|insects?|other)\s*:\s*"
    r"|(?:feels?|felt|gets?|got) [\w ]{2,30}? (?:on|with|from|after)\s+"
    r"|(?:\d{1,2}[.)]\s*|\[[xX✓]\]\s*|(?:also|to|(?:multiple )?includ(?:es?|ing)|said to be"
    r"|questionable|possible|perhaps|severe|known|some|is|has)\s+))"
)
LEAD = re.compile(rf"{_TOLD_OF}|{_OPENING}", re.IGNORECASE)
_LEADS = re.compile(rf"(?:{_TOLD_OF})?{_OPENING}*", re.IGNORECASE)
"""All that leads to an item at once: asked for one by one, the first reads the rest each time."""
_HARM = (
    r"(?:(?:severe|mild|moderate|skin|some|bad|facial|tongue|throat|lip|difficulty|shortness of|gi"
    r"|stomach|nasal|local|generalized|possible)\s+)*"
    r"(?:hives|rash(?:es)?|nausea|vomiting|anaphyla\w+|angioedema|itch\w*|swelling|upset|diarrhea"
    r"|breathing|breath|disorientation|stuffiness|wheez\w+|cough|myalgias?|hallucinations?"
    r"|urticaria|(?:list|label)l?ed\b.*|headaches?|dizziness|blisters|redness"
    r"|fatigue|palpitations|hypotension|syncope"
    r"|shock|bronchospasm|dyspnea|edema|(?:adverse |unknown )?reactions?"
    r"(?: (?:is |was )?(?:unknown|unsure|unclear|unspecified|not known))?)"
)
_TAIL = re.compile(
    r"\s*(?:\bdoses?\s+)?(?:\b(?:which|that|(?:ha(?:s|ve|d) )?(?:caus|produc)(?:e|es|ed|ing)"
    r"|result(?:s|ed|ing) in|gives?|gave|makes?|made|lead(?:s|ing)? to|when|both|may|might|does"
    r"|at higher|but)\b.*"
    rf"|\bwith {_HARM}.*"
    rf"|\s[-–—=]\s.*|\s*(?:--+|\.{{3,}}).*|(?:->|→).*|[\[(:].*|\s*[-~=/]\s*{_HARM}.*"
    r"|(?<!seasonal )(?<!environmental )\b(?:drug )?allerg(?:y|ies)"
    r"|\s(?:is|are|was|were) (?:avoided|listed|not)\b.*|\bintolerance|\breactions?\b.*)$",
    re.IGNORECASE,
)
REACTION = re.compile(_HARM, re.IGNORECASE)
COLUMN = re.compile(
    r"(?:drug|allergen|substance|agent|medication|allergy)s?|(?:mild|moderate|severe|high|low)"
    r"|severity|type|status|onset|date|time|comments?|reactions?"
    rf"|(?:{_PATIENT} )?(?:is|has)(?: known)? (?:allergic|sensitive|allergies|intolerances?)",
    re.IGNORECASE,
)
_COLUMNS = re.compile(r" {3,}|\t+")
_ASIDE = re.compile(r"(?<=[\w\"”])\s*\((?P<what>[^()]*)\)")
_CLASS = re.compile(
    r"\b(?:antibiotics?|foods?|drugs?|medic\w+|environmental|metals?|multiple|seasonal|nuts?|pollens?"
    r"|dyes?|nsaids?|opioids?|narcotics|statins?|contrast|inhalants?|anim\w+|insects?|others?)\W*$",
    re.IGNORECASE,
)
"""What may name its members in brackets; behind an allergen they hold reactions."""
_NAME = 40
"""Characters before a bracket that may name such a class."""
_NO_ITEM = re.compile(
    r"\b(?:mild|moderate|severe|child\w*|unknown|unsure|year|age)\b|\d", re.IGNORECASE
)
_TOLERATED = re.compile(
    r"(?<!difficulty )(?<!trouble )(?<!not )(?<!poorly )(?<!badly )(?<!never )(?<!not well )"
    r"\btolerat(?:es?|ed|ing)\b",
    re.IGNORECASE,
)
# "Penicillin - tolerated cefazolin" speaks of another drug.
_OTHER_TOLERATED = re.compile(
    rf"{_TOLERATED.pattern} (?!well|fine|in|since|now|at|once|with|without|it|this|last|before"
    r"|recent|low|small|oral|by|as|on|for|when)[a-z].*",
    re.IGNORECASE,
)
_IT = re.compile(
    r",?\s*\b(?:it|which|they|both|this|that)\s+"
    r"(?:makes?|made|caus(?:es?|ed)|gives?|gave|produces?|result(?:s|ed)|\w+ (?:my|his|her))\b"
    r"[^,;]*",
    re.IGNORECASE,
)
"""What a sentence says that an allergen did: "neosporin, it makes his skin red"."""
_DENIED = re.compile(
    r".*\w\W*(?:[-–—:]|\bis)\s*(?:no(?:ne| reactions?)?|not allergic)(?:\W*|\s?:.*)|\[ ?\].*",
    re.IGNORECASE,
)
"""An item that is asked and denied: "shellfish - no", "amox - no: viral rash", "[ ] food"."""
_NOT_ONE = re.compile(
    r"(?<![^,;()])[^,;()]*\([^()]*(?<!likely )(?<!probably )\bnot (?:an? )?(?:true )?allergy\b"
    r"[^()]*\)(?:\s*[,;])?",
    re.IGNORECASE,
)
"""An item whose remark denies it: "oxaliplatin (neuropathy, not allergy)"."""
_WITH = re.compile(r"\bw/ ?", re.IGNORECASE)
_CODE = re.compile(r"\d{5}")
"""In what is billed, as no allergen is named: "CPT 97110x2"."""
_IN_ERROR = re.compile(
    r"\bin error\b|\bremoved (?:today|from)\b|\bdenies (?:any )?reaction\b"
    r"|\bnot an? (?:true )?allergy\b",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"(?:(?:at|in|since|for|age) \d+|as an?|they|can (?:take|have)|removed|confirmed"
    r"|verified|discussed|seen by|reaction (?:was|is)|(?:i|we) (?:believe|think|suspect))\b",
    re.IGNORECASE,
)
"""What a note remarks on an allergy: "lisinopril (angioedema) — reaction was cough only"."""
_DISPROVED = re.compile(
    r"\b(?:label|allergy) (?:was |has been )?(?:removed|disproved|ruled out)\b|\bde-?labell?ed\b"
    r"|\bwithout (?:any )?(?:difficulty|problems?|reactions?|incident)\b"
    r"|^[\w ]+ ok(?:ay)?\W*$|\bnegative (?:\w+ )?challenge\b|\bchallenge (?:was )?negative\b",
    re.IGNORECASE,
)
_EDGES = ' -*•.\t"“”'


def allergens_in(sentence: str) -> Iterator[str]:
    """Finds what a sentence of a list names as an allergy.

    Args:
        sentence: Of a section on allergies, or of what is told of them.

    Yields:
        Lower-case names in order; reactions, and what it says is not the case, are left out.
    """
    sentence = _WITH.sub("with ", _NOT_ONE.sub("", sentence))
    if _IN_ERROR.search(sentence):
        return
    sentence = _IT.sub("", _SOURCE.sub("", sentence, count=1), count=1)
    if NONE.match(sentence):
        _, *exceptions = _EXCEPT.split(sentence, maxsplit=1)
        drugs = _NO_DRUGS.match(sentence)
        others = sentence[drugs.end() :] if drugs else ""
        sentence = exceptions[0] if exceptions else others
    for item in _ITEMS.split(_ASIDE.sub(_aside, sentence)):
        item = _OTHER_TOLERATED.sub("", item)
        name = bare_name(item)
        denied = _DENIED.fullmatch(item) or _REMARK.match(item.strip(_EDGES))
        if denied or any(said.search(item) for said in (_TOLERATED, _DISPROVED, _CODE)):
            continue
        is_other = any(p.fullmatch(name) for p in (REACTION, COLUMN)) or NONE.match(name)
        if any(map(str.isalpha, name)) and not is_other:
            yield name.lower()


def _aside(aside: re.Match[str]) -> str:
    """Nothing for what brackets say of an item ("(rash, hives)"), else the items that they name."""
    # Two spaces part it from the next: "statin (myalgia)  latex (hives)".
    last = "," if aside.string.startswith("  ", aside.end()) else ""
    if not _CLASS.search(aside.string, max(aside.start() - _NAME, 0), aside.start()):
        return last
    items = _ITEMS.split(aside["what"])
    said = any(REACTION.match(item) or _NO_ITEM.search(item) for item in items)
    return last if said or len(items) == 1 or ":" in aside["what"] else f", {aside['what']}"


def bare_name(item: str) -> str:
    """Gives an item without what leads to it and what it does."""
    return _TAIL.sub("", _LEADS.sub("", item.strip(_EDGES), count=1)).strip(_EDGES)


def first_column(line: str) -> str:
    """Gives the allergen of a line whose further columns, set by spaces, tell what it does."""
    first, *others = _COLUMNS.split(line.strip())
    tells = any(REACTION.fullmatch(text) or COLUMN.fullmatch(text) for text in others)
    return first if tells else line
