"""What a note names as allergies and intolerances, from its section, its tables or its text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from secateur.pipelines.clinical.checks.context import context_of
from secateur.pipelines.clinical.checks.relatives import names_family
from secateur.pipelines.clinical.lists.tables import Row, rows
from secateur.pipelines.document import Document
from secateur.pipelines.terminology.matcher import TermMatcher

_SECTION = "Allergies"
_HEAD = re.compile(
    r"\s*(?:(?:known )?(?:drug|medication|food) )?allerg(?![^:\n]*immun)[^:\n]{0,40}(?::|$)"
    r"|\s*(?-i:ALL|All):",
    re.IGNORECASE,
)
_OTHER_HEAD = re.compile(
    r"[\w/ ]{0,30}\b(?:history|medications?|exam\w*|systems?|plan|assessment|status)\b[^:]{0,20}:",
    re.IGNORECASE,
)
_ALLERGEN_HEAD = re.compile(r"substance|allerg|agent|drug|medication|product", re.IGNORECASE)
_PATIENT = r"(?:the )?(?:patient|pt|s?he|there)"
_NONE = re.compile(
    rf"\W*(?:{_PATIENT}\s+)?(?:(?:has|have|had|reports?|is|are|states?|admits?)\s+)?"
    r"(?:(?:to have|that s?he has)\s+)?"
    r"(?:no\b|none\b|nk[dfm]?a\b|note\b|den(?:ies|ied|y)\b|without\b|not\b|negative\b|nil\b"
    r"|n/a\b|unknown\b|unobtainable|reviewed|refer\b|see\b|as (?:above|per|noted|listed)|per\b"
    r"|unchanged|ø|zero\b|tolerat(?:es?|ed|ing)\b)|.*\b(?:no known|none)\b",
    re.IGNORECASE,
)
# "NKDA, latex" denies drugs only.
_NO_DRUGS = re.compile(rf"\W*(?:{_PATIENT}\s+(?:has|is)\s+)?nk[dfm]?a\b\s*[,;–-]\s*", re.IGNORECASE)
# "Per patient: aspirin" says who names them.
_SOURCE = re.compile(r"\W*(?:as )?(?:per|reviewed|see|note)\b[^:,.;]{0,24}:\s*", re.IGNORECASE)
_EXCEPT = re.compile(r"\b(?:except(?: for)?|other than|aside from|apart from|but)\b", re.I)
_SENTENCE = re.compile(r"(?<=[a-z\d)])[.;](?=\s|$)|\n", re.IGNORECASE)
_ITEMS = re.compile(r"\s*[,;•*]\s*(?:and |or )?|\s{3,}|\t|\s+(?:and|or)\s+|/\s+", re.IGNORECASE)
_LEAD = re.compile(
    r".*\b(?:allerg(?:y|ies|ic)(?: reactions?)?|intoleran(?:t|ce)|sensitiv(?:e|ity)"
    r"|(?:adverse )?reactions?)\s+(?:only )?(?:to|of)\s+"
    rf"|{_PATIENT}\s+(?:\w+\s+){{0,3}}?(?:that|the|tolerating)\s+"
    rf"|{_PATIENT}\s+(?:reports?|has|gives|endorses)\s+(?:an?\s+)?(?:history of\s+)?"
    r"|(?:foods?|env(?:ironment(?:al)?)?|drugs?|medications?|inhalants?|insects?|other)\s*:\s*"
    r"|(?:\d{1,2}[.)]\s*|(?:also|to|(?:multiple )?including|questionable|possible|perhaps|severe"
    r"|known|some|is|has)\s+)",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s*(?:\b(?:which|that|(?:ha(?:s|ve|d) )?(?:caus|produc)(?:e|es|ed|ing)|result(?:s|ed|ing) in"
    r"|gives?|gave|makes?|made|lead(?:s|ing)? to|when|both|may|might|does|at higher|but"
    r"|with (?:rash|hives|itching|nausea|swelling))\b.*"
    r"|\s[-–—=]\s.*|(?:->|→).*|[\[(:].*"
    r"|(?<!seasonal )(?<!environmental )\b(?:drug )?allerg(?:y|ies)"
    r"|\bintolerance)$",
    re.IGNORECASE,
)
_REACTION = re.compile(
    r"(?:(?:severe|mild|moderate|skin|some|bad|facial|tongue|throat|lip|difficulty|shortness of|gi"
    r"|stomach|nasal|local|generalized|possible)\s+)*"
    r"(?:hives|rash(?:es)?|nausea|vomiting|anaphyla\w+|angioedema|itch\w*|swelling|upset|diarrhea"
    r"|breathing|breath|disorientation|stuffiness|wheez\w+|cough|myalgias?|hallucinations?"
    r"|urticaria|(?:list|label)l?ed\b.*|headaches?|dizziness|blisters|redness"
    r"|fatigue|palpitations|hypotension|syncope"
    r"|shock|bronchospasm|dyspnea|(?:adverse |unknown )?reactions?)",
    re.IGNORECASE,
)
_COLUMN = re.compile(
    r"(?:drug|allergen|substance|agent|medication|allergy)s?|(?:mild|moderate|severe|high|low)",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"(?<=\w)\s*\((?P<what>[^()]*)\)")
_NO_ITEM = re.compile(
    r"\b(?:mild|moderate|severe|child\w*|unknown|unsure|year|age)\b|\d", re.IGNORECASE
)
_TOLD = re.compile(
    r"\b(?:allerg(?:y|ies|ic)|intoleran(?:t|ce)|adverse reactions?)(?: reactions?)?\s+to\s+"
    r"(?P<what>[a-z][^.;:()\n]{2,120})",
    re.IGNORECASE,
)
_TOLD_BEFORE = re.compile(
    r"(?:^|[,;:(]|\b(?:an?|has|is|with|of|and)\b)\s*"
    r"(?!(?:known|drugs?|foods?|medic\w+|seasonal|environmental|significant|any|other|no|not|new"
    r"|history|severe|skin|nasal|non|possible|and|or|for|with|the|an?|his|her|atopic|eye|ears?)\b)"
    r"(?P<what>[a-z][a-z-]+(?: [a-z][a-z-]+)?)[ -]allerg(?:y|ic)\b"
    r"(?! *(?:to\b|test|shot|list|clinic|medic|symptom|season|react|consult|special|immun|inject"
    r"|rhin|conj|dermat|asthma|sinus|:))",
    re.IGNORECASE | re.MULTILINE,
)
_SENSITIVE = re.compile(
    r"\b(?P<what>latex|adhesives?|tape|iodine|nickel|sulfa|penicillin)"
    r" (?:sensitivity|intolerance)\b",
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
_EFFORT = re.compile(r"(?:effort|exercise|heat|cold|glucose|activity)\b", re.IGNORECASE)
_TOLERATED = re.compile(
    r"(?<!difficulty )(?<!trouble )(?<!not )(?<!poorly )(?<!badly )(?<!never )(?<!not well )"
    r"\btolerat(?:es?|ed|ing)\b",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"(?:confirmed|verified|discussed|seen by|reaction (?:was|is))\b", re.IGNORECASE
)
"""What a note remarks on an allergy: "lisinopril (angioedema) — reaction was cough only"."""
_OTHER_LINE = re.compile(
    r"\s*(?:ECG|EKG|CXR|ASA [IVX]+|airway|labs?|vitals?|BP|procedure|PE|exam|ROS|[PFS]H|PMHx?"
    r"|social|meds|rx|plan|A/P|impression|lives|tobacco|smok)\b"
    r"|(?:creatinine|Cr|Hgb|Hct|plt|WBC|Na|BUN|A1c|INR|glucose)\b\W*\d",
    re.IGNORECASE,
)
"""A line below a list that speaks of something else: "ECG NSR", "Cr 1.1, Hgb 13.9"."""
_HIVES = (
    r"(?:(?:an?|severe|mild|diffuse|bad|facial|skin|itchy) )*"
    r"(?:rash|hives|urticaria|anaphyla\w+|angioedema|(?:lip|tongue|throat|facial) swelling)"
)
# "She gets a rash with amoxicillin", "amoxicillin gave her hives".
_REACTED_TO = re.compile(
    rf"\b(?:gets?|got|ha[sd]|develop(?:s|ed)?|br(?:ea|o)ks? out (?:in|with)|broke out (?:in|with)"
    rf"|history of) {_HIVES} (?:with|from|to|on|after)(?: (?:taking|receiving|using))? $",
    re.IGNORECASE,
)
_GAVE = re.compile(
    rf" (?:(?:has |have )?(?:caus\w+|g[ai]ve[sn]?|made|resulted in|led to)"
    rf"(?: (?:her|him|them|me|patient|the patient))?(?: break out in| to have)?) {_HIVES}\b",
    re.IGNORECASE,
)
_LINE = 80
"""Characters of a line of a list; a longer one after the first is text of its own."""
_ITEM_WORDS = 5
"""Most words of an item that ends with a stop and names no reaction."""
_EDGES = ' -*•.\t"“”'


def allergies(document: Document, vocabulary: TermMatcher | None = None) -> tuple[str, ...]:
    """Lists what the note names as an allergy or intolerance.

    The section on allergies decides where there is one, or a line so headed, with its tables; else
    what the text says that the patient is allergic to, or that a drug gave a rash or the like.

    Args:
        document: The note.
        vocabulary: Drug names; without it reactions in prose are not read.

    Returns:
        Lower-case names as the note writes them, each once, in order, without their reactions;
        empty where it says that there is none. What reads like no list is kept as it is.
    """
    found: dict[str, None] = {}
    for sentence in _sentences(document):
        found.update(dict.fromkeys(_allergens(sentence)))
    for row in rows(document):
        if row.section == _SECTION and not row.is_over:
            found.update(dict.fromkeys(_of_row(row)))
    for told in () if found else _told(document.text):
        context = context_of(document.text, *told.span("what"))
        if not context.negated and not context.family and not _EFFORT.match(told["what"]):
            found.update(dict.fromkeys(_allergens(_CLAUSE.sub("", told["what"]))))
    if not found and vocabulary:
        found.update(dict.fromkeys(_reacted(document.text, vocabulary)))
    return tuple(found)


def _reacted(text: str, vocabulary: TermMatcher) -> Iterator[str]:
    """Drugs that the text says gave the patient a rash or the like."""
    for drug in vocabulary.find(text):
        before, after = text[: drug.start][-_LINE:], text[drug.end :][:_LINE]
        told = _REACTED_TO.search(before)
        other = told is not None and names_family(before[: told.start()].split(" ")[-2:][0])
        context = context_of(text, drug.start, drug.end)
        if drug.term.kind != "drug" or other or context.negated or context.family:
            continue
        if told or _GAVE.match(after):
            yield text[drug.start : drug.end].lower()


def _told(text: str) -> Iterator[re.Match[str]]:
    """What the text names as an allergy outside any list, in order."""
    patterns = (_TOLD, _TOLD_BEFORE, _TOLD_EXCEPT, _SENSITIVE)
    matches = chain.from_iterable(pattern.finditer(text) for pattern in patterns)
    yield from sorted(matches, key=lambda match: match.start("what"))


def _sentences(document: Document) -> Iterator[str]:
    """Sentences of the section and of lines so headed, up to what is something else."""
    inside = listed = False
    for passage in document.passages:
        if passage.kind == "cell":
            continue
        own = passage.section == _SECTION
        for line in document.text[passage.start : passage.end].splitlines():
            head = _HEAD.match(line)
            if head and (own or (head[0].endswith(":") and head[0].strip() != "All:")):
                inside, listed = own, False
                line = line[head.end() :]
            elif not inside or not own or passage.kind == "title" or (listed and _is_text(line)):
                inside = False
                continue
            listed = listed or bool(line.strip())
            for sentence in _SENTENCE.split(line):
                if _OTHER_HEAD.match(sentence.strip()):
                    inside = False
                    break
                yield sentence


def _is_text(line: str) -> bool:
    """Whether a line below a list is no item of it: long, or a sentence about something else."""
    if _OTHER_LINE.match(line):
        return True
    is_sentence = line.rstrip().endswith(".") and len(line.split()) > _ITEM_WORDS
    speaks = _LEAD.match(line) or _REACTION.search(line) or "allerg" in line.lower()
    return len(line) > _LINE or (is_sentence and "," not in line and not speaks)


def _allergens(sentence: str) -> Iterator[str]:
    """What a sentence names; reactions, and what it says is not the case, are left out."""
    sentence = _SOURCE.sub("", sentence, count=1)
    if _NONE.match(sentence):
        _, *exceptions = _EXCEPT.split(sentence, maxsplit=1)
        drugs = _NO_DRUGS.match(sentence)
        others = sentence[drugs.end() :] if drugs else ""
        sentence = exceptions[0] if exceptions else others
    for item in _ITEMS.split(_ASIDE.sub(_aside, sentence)):
        name = _bare(item)
        if _TOLERATED.search(item) or _REMARK.match(item.strip()):
            continue
        is_other = any(p.fullmatch(name) for p in (_REACTION, _COLUMN)) or _NONE.match(name)
        if any(map(str.isalpha, name)) and not is_other:
            yield name.lower()


def _aside(aside: re.Match[str]) -> str:
    """Nothing for what brackets say of an item ("(rash, hives)"), else the items that they name."""
    items = _ITEMS.split(aside["what"])
    said = any(_REACTION.fullmatch(item) or _NO_ITEM.search(item) for item in items)
    return "" if said or len(items) == 1 else f", {aside['what']}"


def _bare(item: str) -> str:
    """An item without what leads to it and what it does."""
    name = item.strip(_EDGES)
    while lead := _LEAD.match(name):
        name = name[lead.end() :]
    return _TAIL.sub("", name).strip(_EDGES)


def _of_row(row: Row) -> Iterable[str]:
    """What a row of a table is about; reaction, severity and status are not."""
    label, *others = (text for _, text in row.cells)
    if others and label.endswith(":"):
        return _allergens(others[0]) if _HEAD.match(label) else ()
    substance = row.under(_ALLERGEN_HEAD) or label
    return () if _NONE.match(substance) else (_bare(substance).lower(),)
