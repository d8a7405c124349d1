"""The drugs that a note lists, one by one, and those that its plan gives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from spacy.lang.en.stop_words import STOP_WORDS

from secateur.pipelines.clinical.context import context_of
from secateur.pipelines.clinical.follow_up import PLANNED
from secateur.pipelines.clinical.tables import head_rows, rows
from secateur.pipelines.document import Document
from secateur.pipelines.terminology.matcher import TermMatcher

_DISCHARGE = "Discharge Medications"
_TAKEN = (_DISCHARGE, "Medications")
_DOSE = r"\d[\d,.]*(?:\s?-\s?[\d,.]+)?\s?(?:mg|mcg|µg|g|units?|iu|meq|ml|puffs?)\b"
_AFTER = re.compile(rf"[^.;\n]{{0,32}}?{_DOSE}", re.IGNORECASE)
_GIVEN = re.compile(
    r"\b(?:continue[sd]?|start(?:s|ed)?|resume|increase[sd]?|decrease[sd]?|reduce[sd]?|raise[sd]?"
    r"|takes?|taking|prescri\w+|refill(?:ed)?|add(?:ed)?|switch(?:ed)? to|on)\W+(?:\w+\W+){0,3}$",
    re.IGNORECASE,
)
_WITH = re.compile(r"[^.;]{0,40}\b(?:and|plus)\s+", re.IGNORECASE)
_ENDED = re.compile(
    r"\b(?:stop(?:ped|s)?|discontinu\w+|d/c|held|on hold|declin\w+|refus\w+|avoid\w*|allerg\w+"
    r"|intoleran\w+|consider\w*|ruled out|instead of|rather than|past trials?|failed"
    r"|we[ae]n(?:ed|ing)|contraindicated|reaction|side effects?|completed|discuss|do not)\b",
    re.IGNORECASE,
)
_STOPPED = re.compile(
    r"\b(?:stopped|quit|discontinued|d/c|held|on hold|no longer|weaned off|completed)\b",
    re.IGNORECASE,
)
# A drug that no vocabulary knows: "I will prescribe Lortab, 5 mg".
_ORDERED = re.compile(
    r"\b(?:prescri\w+|start(?:s|ed)?|initiat\w+|continue[sd]?|takes?|taking)\s+"
    rf"(?P<name>[A-Z][a-z-]{{3,}}),?\s+{_DOSE}"
)
_STOP = re.compile(r"[.;](?!\d)|\n")
_FREE = re.compile(r"[- ]free\b", re.IGNORECASE)
_HEAD_OFF = re.compile(r"\s*(?:on hold|held|stopped?|discontinued|stop taking)\b", re.IGNORECASE)
_HEAD_ON = re.compile(r"\s*(?:new|changed|unchanged|continued?|start|same)\b", re.IGNORECASE)
_HEAD = 40
"""Characters of a line below which it may head a part of the list."""

_DRUG_HEAD = re.compile(r"\b(?:medication|drug|medicine|name|product)s?\b", re.IGNORECASE)
_LABEL = re.compile(r"\W*(?:\d{1,2}[.)]\s*)?(?:(?P<label>[A-Za-z][A-Za-z ,/&.-]{2,40}):)?\s*")
_OWN_LABEL = re.compile(
    r"med|drug|prescri|counter|herb|otc|p\.?r\.?n|home|patient|current|new", re.I
)
_ITEMS = re.compile(
    r"\s*[;\n]\s*|,\s+(?!\d)(?:also\s+)?|\s+and\s+(?!(?:a )?half)|\s+plus\s+", re.IGNORECASE
)
_INCLUDE = re.compile(r"[^.,;]{0,90}\binclud(?:es?|ing)\b[:,]?\s*", re.IGNORECASE)
_LEAD = re.compile(
    r"\A(?:(?:and|right|now|presently|currently|current|home|outpatient|inpatient|his|her|the"
    r"|patient|pt|s?he|has|is|are|was|on|takes?|taking|uses?|using|utilizes|reports|reported|endorses|states|started|also|still|of|one|generic"
    r"|medications?|meds|some|an?|low-dose|baby|occasional|prescription|oral|only|p\.?r\.?n\.?"
    r"|[\d.]+\s?(?:mg|mcg|g|ml|units?)\s+of)\s+)+",
    re.IGNORECASE,
)
_ITEM = re.compile(
    r"(?P<name>[A-Za-z][\w'’®/-]*(?:\s[\w'’®/-]+){0,3}?)"
    r"(?=[\s.]*$|\s*\(|\s-\s|\s+(?:\d|po\b|p\.o\.|q\.?\w{0,3}\b|b\.?i\.?d|t\.?i\.?d|p\.?r\.?n"
    r"|(?:daily|once|twice|one|two|three|half|as needed|at (?:bedtime|night|h\.?s)|every|weekly"
    r"|monthly|inhale\w*|nasal|cream|patch|ointment|tab(?:let)?s?|cap(?:sule)?s?|sliding|iv|im"
    r"|subq?|spray|topical|gel|lotion|powder|inhaler|pump|for|unclear|chronically|occasionally)\b))",
    re.IGNORECASE,
)
_DAYS = "sunday monday tuesday wednesday thursday friday saturday"
_IDLE_WORDS = """
    none refer chart dose doses dosing unsure unknown unclear reviewed unchanged note noted denied
    denies listed overall usual medications medication medicine drugs list patient otherwise please
    history include included received started dispense dispensed admission presentation transfer
    watch call look return monitor check records allergic apparently previously diet snacks swish
    swallow spit tablet tablets cap caps capsule capsules time new changed hold maximum
"""
_IDLE = frozenset(
    (STOP_WORDS - {"with", "and"})
    | {*_IDLE_WORDS.split(), *_DAYS.split(), *(f"{day}s" for day in _DAYS.split())}
)
_REMARK = re.compile(r"(?:s?he|it|this|but|which|who|that)\b", re.IGNORECASE)
_WORDS = 2
"""Most words of a drug that no vocabulary knows and no dose or time follows."""
_LISTED = 2 / 3
"""Share of a sentence's items that are drugs from which it is a list of them."""


def medications(
    document: Document, sentences: Sequence[tuple[int, int]], vocabulary: TermMatcher | None
) -> tuple[str, ...]:
    """Lists the drugs that the patient takes or is prescribed when the note ends.

    Discharge medications decide where the note has them; else the medications on admission and
    what the plan gives. Every item of such a list counts, known drug or not; in sentences known
    drugs with a dose, or that someone takes or is given. Drugs that were stopped, held, declined
    or only weighed are left out.

    Args:
        document: The note.
        sentences: Its sentences, half-open offsets.
        vocabulary: Drug names; without it only lists of medications are read.

    Returns:
        Lower-case names as the note writes them, each once and as long as anywhere ("lithium
        carbonate"), in order.
    """
    sections = {passage.section for passage in document.passages}
    planned = PLANNED if vocabulary else ()
    wanted = (_DISCHARGE,) if _DISCHARGE in sections else (*_TAKEN, *planned)
    anywhere = vocabulary is not None and not sections & set(wanted)
    found: dict[str, None] = {}
    heads = head_rows(document)
    tables = [row for row in rows(document) if row.section in wanted and row.section in _TAKEN]
    for row in tables:
        if not row.is_over:
            drug = row.under(_DRUG_HEAD) or row.cells[0][1]
            found.update(dict.fromkeys(_of_line(drug, True, vocabulary)))
    off = False
    for line, at, section in _lines(document, sentences):
        in_table = at in heads or any(row.start <= at < row.end for row in tables)
        if in_table or not (anywhere or section in wanted):
            continue
        taken = section in _TAKEN
        if _HEAD_OFF.match(line) and len(line) < _HEAD:
            off = True
        elif (_HEAD_ON.match(line) and len(line) < _HEAD) or not taken:
            off = False
        if not off:
            found.update(dict.fromkeys(_of_line(line, taken, vocabulary)))
    return tuple(name for name in found if not any(n.startswith(f"{name} ") for n in found))


def _lines(
    document: Document, sentences: Sequence[tuple[int, int]]
) -> Iterator[tuple[str, int, str | None]]:
    """Lines of each sentence, where the sentence begins, and its section."""
    passages = iter(document.passages)
    passage = next(passages, None)
    for start, end in sentences:
        while passage is not None and passage.end <= start:
            passage = next(passages, None)
        section = passage.section if passage is not None and passage.start <= start else None
        for line in document.text[start:end].splitlines():
            yield line, start, section


def _of_line(line: str, taken: bool, vocabulary: TermMatcher | None) -> Iterator[str]:
    label = _LABEL.match(line)
    name = label["label"] if label else None
    if taken and not (name and name.isupper() and not _OWN_LABEL.search(name)):
        listed = _listed(line[label.end() if label else 0 :], vocabulary)
        if listed is not None:
            yield from listed
            return
    if vocabulary is not None:
        yield from _told(line, taken, vocabulary)


def _listed(text: str, vocabulary: TermMatcher | None) -> list[str] | None:
    """Drugs of a list, or None where the text is none."""
    items: list[tuple[str, str]] = []
    for item in _ITEMS.split(_INCLUDE.sub("", text, count=1)):
        bare = _LEAD.sub("", item.strip(" .-*•"), count=1)
        if items and _is_remark(item, bare, vocabulary):
            items[-1] = items[-1][0], f"{items[-1][1]}, {item}"
        elif bare:
            items.append((bare, item))
    names = [_name(bare, vocabulary) for bare, _ in items]
    found = [name for name in names if name]
    if not names or names[0] is None or len(found) < _LISTED * len(names):
        return None
    whole = [item for _, item in items]
    return [
        n.lower() for n, item in zip(names, whole, strict=True) if n and not _STOPPED.search(item)
    ]


def _is_remark(item: str, bare: str, vocabulary: TermMatcher | None) -> bool:
    """Whether an item says more of the one before: "which is an antimalarial", "two at noon"."""
    first = bare.split(maxsplit=1)[:1]
    if _REMARK.match(item) or _STOPPED.fullmatch(bare) or (first and first[0].lower() in _IDLE):
        return True
    found = vocabulary.find(bare) if vocabulary else []
    return bool(found) and found[0].start == 0 and found[0].term.kind != "drug"


def _name(item: str, vocabulary: TermMatcher | None) -> str | None:
    """What an item of a list calls its drug, or None where it is no drug."""
    for start, end in _known(item, vocabulary) if vocabulary else ():
        if start == 0:
            return item[:end]
    match = _ITEM.match(item)
    words = match["name"].lower().split() if match else []
    alone = match is not None and not item[match.end() :].strip(" .")
    if (
        not match
        or not _IDLE.isdisjoint(words)
        or (alone and len(words) > _WORDS + ("with" in words))
    ):
        return None
    return match["name"]


def _told(line: str, taken: bool, vocabulary: TermMatcher) -> Iterator[str]:
    """Known drugs that a sentence says are taken or given, or names where drugs are listed."""
    last = 0
    for start, end in _known(line, vocabulary):
        clause = _STOP.split(line[:start])[-1]
        after = _STOP.split(line[end:])[0]
        context = context_of(line, start, end)
        given = (taken and not context.past) or _AFTER.match(after) or _GIVEN.search(clause)
        joined = last and _WITH.fullmatch(line, last, start)
        ended = _ENDED.search(clause) or _ENDED.match(after.lstrip(" ,"))
        if (given or joined) and not ended and not context.negated and not _FREE.match(after):
            yield line[start:end].lower()
            last = end
    for order in _ORDERED.finditer(line):
        name = order["name"].lower()
        before = _STOP.split(line[: order.start()])[-1]
        unknown = not vocabulary.find(name) and name not in _IDLE
        if unknown and not _ENDED.search(before) and not context_of(line, *order.span()).negated:
            yield name


def _known(line: str, vocabulary: TermMatcher) -> list[tuple[int, int]]:
    """Drug names, those joined by a hyphen or a stroke as one."""
    found: list[tuple[int, int]] = []
    for match in vocabulary.find(line):
        if match.term.kind != "drug":
            continue
        if found and line[found[-1][1] : match.start] in ("-", "/"):
            found[-1] = (found[-1][0], match.end)
        else:
            found.append((match.start, match.end))
    return found
