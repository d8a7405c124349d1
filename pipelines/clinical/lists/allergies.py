"""What a note names as allergies and intolerances, from its section, its tables or its text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from secateur.pipelines.clinical.lists.intolerances import harmful_drugs, told_allergens
from secateur.pipelines.clinical.lists.tables import Row, rows, typed_rows
from secateur.pipelines.document import Document, Passage
from secateur.pipelines.ingestion.sections.headings import canonical_section
from secateur.pipelines.ingestion.sections.notes import opens_section
from secateur.pipelines.terminology.matcher import TermMatcher

_SECTION = "Allergies"
_HEAD = re.compile(
    r"\s*(?:(?:known )?(?:drug|medication|food) )?allerg(?!ic (?:rhin|conj|derm|asth|react))"
    r"(?![^:\n]*immun)[^:\n]{0,40}?(?::|\s[-–]\s|$)"
    r"|\s*sensitivit(?:y|ies)(?=: ?[a-z]+ \()"
    r"|\s*(?:(?-i:ALL|All)|allg|ADRs?|(?:(?:drug|medication|food) )?intolerances?"
    r"|adverse (?:drug )?reactions?):",
    re.IGNORECASE,
)
_OTHER_HEAD = re.compile(
    r"[\w/ ]{0,30}\b(?:history|medications?|exam\w*|systems?|plan|assessment|status)\b[^:]{0,20}:",
    re.IGNORECASE,
)
_ALLERGEN_HEAD = re.compile(r"substance|allerg|agent|drug|medication|product", re.IGNORECASE)
_INFORMANT = (
    r"(?:(?:the|his|her) )?(?:patient|pt|s?he|mother|mom|father|dad|parents?|family|wife|husband"
    r"|spouse|daughter|son|caregiver|guardian)"
)
_PATIENT = r"(?:the )?(?:patient|pt|s?he|there)"
_NONE = re.compile(
    rf"\W*(?:(?:{_INFORMANT}|there)\s+)?"
    r"(?:(?:has|have|had|reports?|is|are|states?|says?|admits?)\s+)?"
    r"(?:(?:to have|that s?he has)\s+)?"
    r"(?:no\b|none\b|nk[dfm]?a\b|note\b|den(?:ies|ied|y)\b|without\b|not\b|negative\b|nil\b"
    r"|n/a\b|unknown\b|unobtainable|avoid\b|reviewed|refer\b|see\b"
    r"|as (?:above|per|noted|listed)|per\b|unchanged|ø|zero\b|tolerat(?:es?|ed|ing)\b)"
    r"|.*\b(?:no known|none)\b",
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
    rf"|{_PATIENT}\s+(?:is|was)\s+(?:also\s+)?allergic\s+"
    r"|it (?:is|was) (?:listed|noted|reported|documented) that\s+|on occasions?\s+|the\s+"
    rf"|{_PATIENT}\s+(?:reports?|has|gives|endorses)\s+(?:an?\s+)?(?:history of\s+)?"
    rf"|{_INFORMANT}\s+(?:reports?|says?|states?|thinks?|believes?)\s+(?:that\s+)?"
    r"|(?:true|drug|food|med(?:ication)?) allerg(?:y|ies)\s*:\s*"
    r"|(?:foods?|env(?:ironment(?:al)?)?|drugs?|medications?|inhalants?|insects?|other)\s*:\s*"
    r"|(?:feels?|felt|gets?|got) [\w ]{2,30}? (?:on|with|from|after)\s+"
    r"|(?:\d{1,2}[.)]\s*|(?:also|to|(?:multiple )?includ(?:es?|ing)|said to be|questionable"
    r"|possible|perhaps|severe|known|some|is|has)\s+)",
    re.IGNORECASE,
)
_HARM = (
    r"(?:(?:severe|mild|moderate|skin|some|bad|facial|tongue|throat|lip|difficulty|shortness of|gi"
    r"|stomach|nasal|local|generalized|possible)\s+)*"
    r"(?:hives|rash(?:es)?|nausea|vomiting|anaphyla\w+|angioedema|itch\w*|swelling|upset|diarrhea"
    r"|breathing|breath|disorientation|stuffiness|wheez\w+|cough|myalgias?|hallucinations?"
    r"|urticaria|(?:list|label)l?ed\b.*|headaches?|dizziness|blisters|redness"
    r"|fatigue|palpitations|hypotension|syncope"
    r"|shock|bronchospasm|dyspnea|(?:adverse |unknown )?reactions?"
    r"(?: (?:is |was )?(?:unknown|unsure|unclear|unspecified|not known))?)"
)
_TAIL = re.compile(
    r"\s*(?:\bdoses?\s+)?(?:\b(?:which|that|(?:ha(?:s|ve|d) )?(?:caus|produc)(?:e|es|ed|ing)"
    r"|result(?:s|ed|ing) in|gives?|gave|makes?|made|lead(?:s|ing)? to|when|both|may|might|does"
    r"|at higher|but|with (?:rash|hives|itching|nausea|swelling))\b.*"
    rf"|\s[-–—=]\s.*|\s*--+.*|(?:->|→).*|[\[(:].*|\s*[=/]\s*{_HARM}.*"
    r"|(?<!seasonal )(?<!environmental )\b(?:drug )?allerg(?:y|ies)"
    r"|\s(?:is|are|was|were) (?:avoided|listed|not)\b.*|\bintolerance|\breactions?\b.*)$",
    re.IGNORECASE,
)
_REACTION = re.compile(_HARM, re.IGNORECASE)
_COLUMN = re.compile(
    r"(?:drug|allergen|substance|agent|medication|allergy)s?|(?:mild|moderate|severe|high|low)"
    r"|severity|type|status|onset|date|comments?|reactions?"
    rf"|(?:{_PATIENT} )?(?:is|has)(?: known)? (?:allergic|sensitive|allergies|intolerances?)",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"(?<=[\w\"”])\s*\((?P<what>[^()]*)\)")
_CLASS = re.compile(
    r"\b(?:antibiotics?|foods?|drugs?|medic\w+|environmental|metals?|multiple|seasonal|nuts?|pollens?"
    r"|dyes?|nsaids?|opioids?|narcotics|statins?|contrast|inhalants?|anim\w+|insects?|others?)\W*$",
    re.IGNORECASE,
)
"""What may name its members in brackets; behind an allergen they hold reactions."""
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
    r"(?:makes?|made|caus(?:es?|ed)|gives?|gave|produces?|result(?:s|ed))\b[^,;]*",
    re.IGNORECASE,
)
"""What a sentence says that an allergen did: "neosporin, it makes his skin red"."""
_IN_ERROR = re.compile(r"\bin error\b|\bnot an? (?:true )?allergy\b", re.IGNORECASE)
_REMARK = re.compile(
    r"(?:(?:at|in|since|for|age) \d+|as an?|removed|confirmed|verified|discussed|seen by"
    r"|reaction (?:was|is)|(?:i|we) (?:believe|think|suspect))\b",
    re.IGNORECASE,
)
"""What a note remarks on an allergy: "lisinopril (angioedema) — reaction was cough only"."""
_OTHER_LINE = re.compile(
    r"\s*(?:ECG|EKG|CXR|ASA [IVX]+|airway|labs?|vitals?|BP|procedure|PE|exam|ROS|[PFS]H|PMHx?"
    r"|social|meds|rx|plan|A/P|impression|lives|tobacco|smok)\b"
    r"|(?:creatinine|Cr|Hgb|Hct|plt|WBC|Na|BUN|A1c|INR|glucose)\b\W*\d",
    re.IGNORECASE,
)
"""A line below a list that speaks of something else: "ECG NSR", "Cr 1.1, Hgb 13.9"."""
_LABELLED = re.compile(r"[A-Z][A-Za-z -]{2,40}: ")
_LINE = 80
"""Characters of a line of a list; a longer one after the first is text of its own."""
_INNER_LABEL = re.compile(r"(?<=[.;] )(?P<label>[A-Z][A-Za-z /]{1,30}):")
_NAME_WORDS = 3
"""Most words of an allergen that stands on a line of its own in capitals."""
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
    typed = [row for row in typed_rows(document) if row.cells]
    for row in (*rows(document), *typed):
        if row.section == _SECTION and not row.is_over and not _is_measured(row):
            found.update(dict.fromkeys(_of_row(row)))
    if found:
        return tuple(found)
    for told in told_allergens(document.text):
        found.update(dict.fromkeys(_allergens(told)))
    named = " ".join(found)
    harmful = harmful_drugs(document.text, vocabulary) if vocabulary else ()
    return tuple(dict.fromkeys([*found, *(drug for drug in harmful if drug not in named)]))


def _sentences(document: Document) -> Iterator[str]:
    """Sentences of the section and of lines so headed, up to what is something else."""
    inside = listed = ended = False
    text = _untabled(document)
    last = 0
    for passage in document.passages:
        # A list that its head's own line begins ends with its paragraph.
        apart = passage.kind != "list" and "\n\n" in text[last : passage.start]
        last = passage.end
        if passage.kind == "cell":
            continue
        own = passage.section == _SECTION
        for line in _labelled_lines(text[passage.start : passage.end]):
            head = _HEAD.match(line)
            if head and (own or (head[0].rstrip()[-1:] in ":-–" and head[0].strip() != "All:")):
                inside, listed = own, False
                line = line[head.end() :]
                ended = bool(line.strip())
            elif (
                (ended and apart)
                or not inside
                or not own
                or _is_head(passage, line)
                or (listed and _is_text(line))
            ):
                inside = False
                continue
            listed = listed or bool(line.strip())
            for sentence in _SENTENCE.split(line):
                if _OTHER_HEAD.match(sentence.strip()):
                    inside = False
                    break
                yield sentence


def _untabled(document: Document) -> str:
    """The text without its typed tables, every character in its place."""
    text = document.text
    for row in typed_rows(document):
        text = f"{text[: row.start]}{' ' * (row.end - row.start)}{text[row.end :]}"
    return text


def _labelled_lines(text: str) -> Iterator[str]:
    """Lines, parted also where a sentence begins with the label of a section."""
    for line in text.splitlines():
        start = 0
        for label in _INNER_LABEL.finditer(line):
            if _HEAD.match(label[0]) or canonical_section(label["label"]):
                yield line[start : label.start()]
                start = label.start()
        yield line[start:]


def _is_head(passage: Passage, line: str) -> bool:
    """Whether a line in capitals is a head; "PENICILLIN" in a list is none."""
    if passage.kind != "title":
        return False
    is_long = len(line.split()) > _NAME_WORDS or line.rstrip().endswith(":")
    return is_long or opens_section(line) or _OTHER_HEAD.match(f"{line}:") is not None


def _is_text(line: str) -> bool:
    """Whether a line below a list is no item of it: long, or a sentence about something else."""
    label = _LABELLED.match(line)
    if _OTHER_LINE.match(line) or (label and not _REACTION.match(line, label.end())):
        return True
    is_sentence = line.rstrip().endswith(".") and len(line.split()) > _ITEM_WORDS
    speaks = _LEAD.match(line) or _REACTION.search(line) or "allerg" in line.lower()
    return len(line) > _LINE or (is_sentence and "," not in line and not speaks)


def _allergens(sentence: str) -> Iterator[str]:
    """What a sentence names; reactions, and what it says is not the case, are left out."""
    if _IN_ERROR.search(sentence):
        return
    sentence = _IT.sub("", _SOURCE.sub("", sentence, count=1), count=1)
    if _NONE.match(sentence):
        _, *exceptions = _EXCEPT.split(sentence, maxsplit=1)
        drugs = _NO_DRUGS.match(sentence)
        others = sentence[drugs.end() :] if drugs else ""
        sentence = exceptions[0] if exceptions else others
    for item in _ITEMS.split(_ASIDE.sub(_aside, sentence)):
        item = _OTHER_TOLERATED.sub("", item)
        name = _bare(item)
        if _TOLERATED.search(item) or _REMARK.match(item.strip()):
            continue
        is_other = any(p.fullmatch(name) for p in (_REACTION, _COLUMN)) or _NONE.match(name)
        if any(map(str.isalpha, name)) and not is_other:
            yield name.lower()


def _aside(aside: re.Match[str]) -> str:
    """Nothing for what brackets say of an item ("(rash, hives)"), else the items that they name."""
    if not _CLASS.search(aside.string[: aside.start()]):
        return ""
    items = _ITEMS.split(aside["what"])
    said = any(_REACTION.match(item) or _NO_ITEM.search(item) for item in items)
    return "" if said or len(items) == 1 or ":" in aside["what"] else f", {aside['what']}"


def _bare(item: str) -> str:
    """An item without what leads to it and what it does."""
    name = item.strip(_EDGES)
    while lead := _LEAD.match(name):
        name = name[lead.end() :]
    return _TAIL.sub("", name).strip(_EDGES)


def _is_measured(row: Row) -> bool:
    """Whether a row below a list of allergies is one of measurements: "IOP  15  21"."""
    return any(text[:1].isdigit() for _, text in row.cells[1:]) and not any(
        _ALLERGEN_HEAD.search(head) for head in row.heads
    )


def _of_row(row: Row) -> Iterable[str]:
    """What a row of a table is about; reaction, severity and status are not."""
    label, *others = (text for _, text in row.cells)
    if others and label.endswith(":"):
        return _allergens(others[0]) if _HEAD.match(label) else ()
    substance = row.under(_ALLERGEN_HEAD) or label
    return () if _NONE.match(substance) else (_bare(substance).lower(),)
