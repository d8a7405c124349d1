"""Finds where a note tells of drugs: in lists, tables, sentences and speech, with what it says."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from secateur.pipelines.clinical.language.dialogue import is_question, turns
from secateur.pipelines.clinical.language.drug_names import known_drugs
from secateur.pipelines.clinical.language.plans import PLANNED
from secateur.pipelines.clinical.language.tables import Row, head_rows, rows, typed_rows
from secateur.pipelines.clinical.medications.classes import is_class, named_classes
from secateur.pipelines.clinical.medications.items import listed_drugs
from secateur.pipelines.clinical.medications.lines import (
    LABEL,
    OFF_LED,
    TAKEN,
    Line,
    drug_lines,
    is_remark,
)
from secateur.pipelines.clinical.medications.mentions import is_of_relative, is_only_mentioned
from secateur.pipelines.clinical.medications.names import DrugNames, is_same
from secateur.pipelines.clinical.medications.prose import ASKS, UNTAKEN, told_drugs
from secateur.pipelines.clinical.medications.regimen import Regimen, led_in, read_regimen
from secateur.pipelines.clinical.medications.spoken import spoken_drugs
from secateur.pipelines.clinical.medications.status import Status, cue_after, cue_before
from secateur.pipelines.clinical.verification.context import context_of
from secateur.pipelines.clinical.verification.orders import Fate, fate_of
from secateur.pipelines.document.document import Document, Span
from secateur.pipelines.terminology.drug_words import (
    ENDED,
    LIST_OF_ENDED,
    NO_MORE_OF,
    NOT_TAKEN,
    STOP,
    STOPPED,
)
from secateur.pipelines.terminology.matcher import TermMatcher
from secateur.pipelines.terminology.sections.drug_lists import drug_list, is_part_of_list
from secateur.pipelines.terminology.sections.headings import canonical_section, heading_key

_OFF = re.compile(
    r"\s*(?:(?:hospital|inpatient|facility|recently|newly|already|home"
    r"|(?:med(?:ication|icine)?|drug)s?) )*"
    rf"(?:d/c(?=\W*$)|{STOP}|{STOPPED}|{ENDED}|removed|cancell?ed|ceased|taken off"
    rf"|(?:filled,? (?:but )?)?(?:{NOT_TAKEN})"
    r"|tried(?: earlier| before)?|prior|past|previous|off"
    rf"|{NO_MORE_OF}|(?:home )?med(?:ication)?s not resumed|{LIST_OF_ENDED})\b"
    r"(?P<rest>[^:\d]*:\s*|(?:\s+(?:taking|these|your|home|medications?|meds|medicines?|today"
    r"|(?:for )?now|list))*\W*)$",
    re.IGNORECASE,
)
_ON = re.compile(
    r"\s*(?:new|keep|changed?|unchanged|continued?|start|same|take|kept|altered|added|adjusted)\b",
    re.IGNORECASE,
)
_NAMES_DRUGS = re.compile(
    r"\W*(?:(?:his|her|current|present|regular|usual) ){1,2}"
    r"(?:medications?|meds|medicines|drugs|regimen)(?::|\s(?:is|are|includes?|consists? of)\b)",
    re.IGNORECASE,
)
"""A sentence of a letter that lists drugs: "Current medication: aspirin, Zocor"."""
_OPERATION, _VISIT = (
    ("Procedure", "Description of Procedure"),
    ("HPI", "Subjective", "Hospital Course"),
)
_SEDATION = re.compile(
    r"\b(?:MAC|an(?:a)?esthesia|sedation|versed|midazolam|propofol|visipaque|omnipaque)\b",
    re.IGNORECASE,
)
"""In a list of drugs of a report on an operation: what was given for it."""
_ORDER = re.compile(rf"\b(?:{STOP}|d/?c) (?P<article>(?:the|her|his) )?", re.IGNORECASE)
_END = re.compile(r"\b(?! (?:if|when|for|before))", re.IGNORECASE)
"""Where the name of a drug may end that an order stops in any case."""
_LOOKAHEAD = len(" before") + 1
_HEAD = 40
"""Characters of a line below which it may head a part of the list."""

_DRUG_HEAD = re.compile(r"\b(?:medication|drug|medicine|name|product)s?\b", re.IGNORECASE)
_OWN_LABEL = re.compile(
    r"antibiotic|drip|med|drug|prescri|counter|herb|otc|p\.?r\.?n|home|patient|current|new", re.I
)

_ACTION_HEAD = re.compile(r"\b(?:action|status|change|comment)", re.IGNORECASE)
_DIRECTIONS_HEAD = re.compile(
    r"\b(?:dos(?:es?|age|ing)|strength|amount|directions?|sig|instructions?|how to take)\b",
    re.IGNORECASE,
)
_ROUTE_HEAD = re.compile(r"\broute\b", re.IGNORECASE)
_OFTEN_HEAD = re.compile(r"\b(?:frequency|freq|schedule|how often)\b", re.IGNORECASE)
_CHANGED = re.compile(
    r"\b(?:(?:in|de)creas|reduc|rais|lower|titrat|taper|chang|adjust|cut|doubl|halv|up|down|back to"
    r"|now|start|switch)\w*|->|=>|→|^\s*to\b",
    re.IGNORECASE,
)
_WEIGHED = re.compile(
    r"\b(?:could|may(?! take)|might|would|consider\w*|if|whether)\b", re.IGNORECASE
)
_CONDITION = re.compile(
    r"\b(?:consider\w*|could|might|would like|if|whether|allerg\w*|rather than|instead of|avoid\w*"
    r"|risks?|discuss\w*|refus\w+|declin\w+)\b[^.;]*$",
    re.IGNORECASE,
)
_HELD = re.compile(r"\bh[eo]ld\b|\bholding\b|withh[eo]ld|\bon hold\b|\bomit", re.IGNORECASE)
_STOPS = re.compile(r"\bstop|\bdiscontinu|\bd/?c\b|\boff\b", re.IGNORECASE)
_WANTS = re.compile(r"\b(?:want|would like|['’]d like|should)\b[^.;]{0,30}$", re.IGNORECASE)
_AS_WELL = re.compile(r"\b(?:as well|along with|and also)\b[^.?]{0,30}$", re.IGNORECASE)
"""Between two drugs of which the same is said."""
_TALKED = re.compile(r"\b(?:how about|are you|have you been|you were supposed)\b", re.IGNORECASE)
_AGAIN = re.compile(r"[\s®™]*[(\[/-]\s*(?:brand |generic |aka )?")
"""Between two names of a drug: "Lasix (furosemide)"."""
_JOINS = re.compile(r"\s*(?:,|,?\s+and|&|,?\s+plus)\s+", re.IGNORECASE)
_TAPERS = re.compile(r"\b(?:and )?then (?:\w+ )?$", re.IGNORECASE)
_GOES_ON = re.compile(
    r"\s*(?:take|inject|apply|use|inhale|instill|place|give|spray|put|chew|dissolve|insert|sig|dose"
    r"|dosage|directions|instructions|route|frequency|how)\b",
    re.IGNORECASE,
)
"""How a line begins that tells of the item above it how it is taken."""
_CLAUSE = re.compile(r"\.(?=\s+[A-Z(\[])|(?<=\s)\.(?=\s)|;(?!\d)|\n")
"""The end of a clause, not a point of "b.i.d."."""
_SENTENCE = re.compile(
    r"\.\s+(?=(?:The|He|She|His|Her|It|They|This|We|I|There|Patient|In|If|At)\b)"
)
"""The end of what a list says of a drug."""
_SPOKEN = re.compile(
    r"\s(?=(?:and )?(?:i|we|you|that|this)(?: (?:do|also|just|am|are|is|will|gon na))*"
    r" (?:want|think|can|would|have|need|going|help|helps|continue)\b"
    r"(?! you to (?:take|use) (?:that|it|this)\b))",
    re.IGNORECASE,
)
"""Where speech without stops goes on with something else."""
_BEHIND = re.compile(r"[\s,;.:(–-]+(?:and\s*)?$", re.IGNORECASE)
_LONGEST = 400
"""Characters behind a drug that may tell how it is taken."""
_LINES = 4
"""Most lines below an item that go on with it."""
_COURSE = "Hospital Course"
_STORY = ("Chief Complaint", "HPI", "Subjective", "Past Medical History", "Past Surgical History")
_SILENT = ("Allergies", "Family History", "Social History", "Review of Systems", "Results")
"""Sections in which a sentence about a drug is not of the patient's treatment."""
_OPERATING = ("Procedure", "Description of Procedure", "Anesthesia", "Findings")
_MODES: tuple[tuple[Status, re.Pattern[str]], ...] = (
    ("new", re.compile(r"\b(?:new|start(?:ed)?|added)\b", re.IGNORECASE)),
    ("changed", re.compile(r"\b(?:changed?|altered|adjusted)\b", re.IGNORECASE)),
    ("continued", re.compile(r"\b(?:keep|kept|unchanged|continued?|same|resume)\b", re.IGNORECASE)),
)
"""Heads of parts of a list of drugs."""
CLASS = "class:"
"""Before the pattern of a class's members, in place of a name."""


@dataclass
class Mention:
    """A place that tells of a drug.

    Attributes:
        start: First character of its name.
        end: One past the last.
        name: Its name in small letters.
        on: Whether the patient takes it from now on; None where the place does not say.
        lists: Whether the place is of a list of drugs.
        section: The section of the place.
        status: What the words around do with it.
        item: All the words that tell of it, half-open offsets.
        regimen: How it is taken.
        holds: Whether that is so from now on, not weighed, given once or long ago.
        changes: Whether the place changes something or plans it.
    """

    start: int
    end: int
    name: str
    on: bool | None
    lists: bool
    section: str | None
    status: Status = ""
    item: Span = (0, 0)
    regimen: Regimen = field(default_factory=Regimen)
    holds: bool = True
    changes: bool = False


def find_mentions(
    document: Document, sentences: Sequence[Span], vocabulary: TermMatcher | None
) -> list[Mention]:
    """Finds where a note tells of drugs.

    Args:
        document: The note.
        sentences: Its sentences, half-open offsets.
        vocabulary: Drug names; without it only lists of medications are read.

    Returns:
        Places of tables, then of lists, then of sentences; of a sentence those that end a drug
        stand first.
    """
    lines = drug_lines(document, sentences, vocabulary is not None)
    tables = _drug_rows(document, {line.section for line in lines if line.is_told})
    tables += [row for row in typed_rows(document) if row.section in TAKEN]
    found = [mention for row in tables for mention in _of_row(document, row, vocabulary)]
    said = turns(document) if vocabulary is not None else []
    if said and vocabulary is not None:
        found += _asked(document, vocabulary)
        for told in spoken_drugs(document, said, vocabulary):
            for drug in sorted(told, key=lambda drug: drug.on):
                mention = _spoken(document, drug.span, drug.on, drug.answered, vocabulary)
                last = found[-1] if found else mention
                if _AS_WELL.search(document.text, last.end, mention.start):
                    mention.status = last.status
                found.append(mention)
        return found
    names = DrugNames(vocabulary)
    names.add(*(mention.name for mention in found))
    for line, changes, mode in _changes(document, lines, tables, vocabulary):
        mentions = _of_changes(document, line, changes, names, vocabulary)
        for mention in mentions if mode else ():
            mention.status = mention.status or mode
        names.add(*(mention.name for mention in mentions if mention.lists))
        found += sorted(mentions, key=lambda mention: mention.on is not False)
    off = _stopped_by_class(document, lines, vocabulary)
    return [*found, *_stopped_by_name(document, lines, found, vocabulary), *off]


def _of_row(document: Document, row: Row, vocabulary: TermMatcher | None) -> Iterator[Mention]:
    """The drug of a row, and what its action says takes its place."""
    if not row.cells:
        return
    item = (row.start, row.end)
    for name in _named(row.replacement, vocabulary):
        start = document.text.lower().find(name, *item)
        yield Mention(start, start + len(name), name, True, True, row.section, "new", item)
    drug = row.under(_DRUG_HEAD) or row.cells[0][1]
    at = max(document.text.find(drug, *item), row.start)
    for (start, end), on in _of_line(drug, True, vocabulary):
        is_on = on and not row.is_over
        regimen = _in_columns(row, drug, drug[end:])
        status: Status = cue_after(f" ({row.under(_ACTION_HEAD) or ''})", (0, 0), [])
        held = re.search(r"\bhold|\bheld", document.text[row.start : row.end], re.IGNORECASE)
        status = status if is_on else "held" if held else "stopped"
        name = drug[start:end].lower()
        yield Mention(at + start, at + end, name, is_on, True, row.section, status, item, regimen)


def _in_columns(row: Row, drug: str, after: str) -> Regimen:
    """Columns for route and frequency tell these, words of others the rest."""
    route, often = row.under(_ROUTE_HEAD) or "", row.under(_OFTEN_HEAD) or ""
    cells = [text for head, text in row.cells if _DIRECTIONS_HEAD.search(head) and text != drug]
    read = read_regimen(", ".join(filter(None, (*_once(after, *cells), route, often))))
    return read._replace(route=route or read.route, frequency=often or read.frequency)


def _once(*cells: str) -> list[str]:
    """Cells, none that another one holds: "600mg, 1 tablet" and "600 MG" tell one dose."""
    told: list[str] = []
    for cell in filter(str.strip, cells):
        if not any(_holds(other, cell) for other in told):
            told = [*(other for other in told if not _holds(cell, other)), cell]
    return told


def _holds(cell: str, other: str) -> bool:
    words, others = ("".join(text.lower().split()).strip(",;.") for text in (cell, other))
    return re.search(rf"(?<![\w.]){re.escape(others)}(?!\w)", words) is not None


def _spoken(
    document: Document, span: Span, on: bool, answered: bool, vocabulary: TermMatcher
) -> Mention:
    """A drug of speech, with what is said of it up to the next one."""
    text = document.text
    turn = next(t for t in turns(document) if t.sentences and span[0] < t.sentences[-1][1])
    first, last = next(each for each in turn.sentences if span[0] < each[1])
    line = text[first:last]
    known = known_drugs(line, vocabulary)
    drug = (span[0] - first, span[1] - first)
    mention = _told(text, (first, last), drug, known, on, None)
    before = line[: drug[0]]
    if not on:
        mention.status = mention.status if mention.status == "held" else "stopped"
    elif mention.status == "" and turn.is_clinician and not answered:
        mention.status = "new" if mention.regimen.dose else ""
    elif not turn.is_clinician or answered:
        mention.status = mention.status if mention.status in ("changed", "new") else "home"
    elif mention.status == "home" and _WANTS.search(before):
        mention.status = "new"
    mention.holds = not is_question(line) or answered
    mention.changes = turn.is_clinician and not answered and not _TALKED.search(before)
    return mention


def _asked(document: Document, vocabulary: TermMatcher) -> Iterator[Mention]:
    """The drugs of a clinician's questions with what the patient answers: "Ten milligrams"."""
    text = document.text
    for asking, answering in pairwise(turns(document)):
        asked = [span for span in asking.sentences if is_question(text[slice(*span)])]
        if not (asking.is_clinician and asked and answering.sentences):
            continue
        start, end = asked[-1][0], answering.sentences[-1][1]
        known = known_drugs(text[slice(*asked[-1])], vocabulary)
        answer = text[answering.sentences[0][0] : end]
        regimen = read_regimen(answer)
        if len(known) != 1 or answering.is_clinician or not any(regimen):
            continue
        if not known_drugs(answer, vocabulary):
            first, last = start + known[0][0], start + known[0][1]
            name = text[first:last].lower()
            yield Mention(first, last, name, None, False, None, "", (start, end), regimen)


def _of_changes(
    document: Document,
    line: Line,
    changes: Sequence[tuple[Span, bool]],
    names: DrugNames,
    vocabulary: TermMatcher | None,
) -> list[Mention]:
    """All drugs of a line, those that it gives or stops and those that it only tells of."""
    text = line.text(document)
    told = dict(changes)
    known = known_drugs(text, vocabulary) if vocabulary else []
    spans = sorted(told)
    for span in known:
        name = text[slice(*span)].lower()
        if name in UNTAKEN or (vocabulary and is_class(name, vocabulary)):
            continue
        if not any(a < span[1] and span[0] < b for a, b in spans):
            spans.append(span)
    spans = _grouped(text, sorted(spans), told, vocabulary)
    end = _end_of_item(document.text, line.end, vocabulary) if line.lists else line.end
    found = []
    for span in spans:
        mention = _told(document.text, (line.start, end), span, spans, told.get(span), line.section)
        mention.lists = line.lists or _NAMES_DRUGS.match(text) is not None
        if not line.is_told:
            mention.changes = False
            if mention.lists and mention.on:
                mention.on = None
                found.append(mention)
                continue
            if mention.lists:
                continue
        if found and _shares(document.text, found[-1], mention):
            found[-1].regimen = mention.regimen
        if (
            mention.on is not None
            or _is_telling(mention, text, span, line, vocabulary)
            or (line.is_told and names.called(mention.name))
        ):
            found.append(mention)
    return found


def _shares(text: str, first: Mention, second: Mention) -> bool:
    """Whether two drugs are taken in one way: "albuterol and Atrovent nebulizers q.4 h."."""
    is_joined = _JOINS.fullmatch(text, first.end, second.start)
    return bool(is_joined) and not any(first.regimen) and not second.regimen.dose


def _grouped(
    text: str, spans: list[Span], told: dict[Span, bool], vocabulary: TermMatcher | None
) -> list[Span]:
    """Names, several of one drug in a row as one: "Lasix (furosemide)"."""
    found: list[Span] = []
    for span in spans:
        is_again = found and _AGAIN.fullmatch(text, found[-1][1], span[0])
        same = is_again and is_same(text[slice(*found[-1])], text[slice(*span)], vocabulary)
        taper = found and _TAPERS.search(text, found[-1][1], span[0])
        same = same or (taper and text[slice(*found[-1])].lower() == text[slice(*span)].lower())
        if not same:
            found.append(span)
    return found


def _is_telling(
    mention: Mention, text: str, span: Span, line: Line, vocabulary: TermMatcher | None
) -> bool:
    """Whether a sentence that does not say what is taken from now on tells something of a drug."""
    if mention.lists or vocabulary is None or line.section in _SILENT:
        return False
    context = context_of(text, *span)
    clause = text[: span[0]]
    if context.family or context.negated or is_of_relative(clause) or is_question(text):
        return False
    if is_class(mention.name, vocabulary) or _CONDITION.search(clause):
        return False
    dosed = bool(mention.regimen.dose)
    if line.section in _OPERATING:
        is_given = mention.status in ("given", "new") or dosed
        mention.status = "given" if is_given else mention.status
        return is_given
    if mention.status in ("stopped", "held"):
        return line.section not in _STORY
    if mention.status == "given" and line.section in _STORY:
        return False
    return mention.status != "" and (
        line.section in (None, *PLANNED, _COURSE) or mention.status == "given"
    )


def _told(
    text: str,
    line: Span,
    span: Span,
    spans: Sequence[Span],
    on: bool | None,
    section: str | None,
) -> Mention:
    """What a line says of one of its drugs."""
    lists = section in TAKEN
    words = text[slice(*line)]
    before = max((end for _, end in spans if end <= span[0]), default=0)
    following = next((start for start, _ in spans if start >= span[1]), None)
    after = words[span[1] : following if following is not None else len(words)]
    led = led_in(after) if following is not None else None
    after = after[: led.start() if led else _LONGEST]
    flat = words.replace("\n", " ")
    after = after if lists else _CLAUSE.split(after)[0]
    after = _SENTENCE.split(after)[0]
    after = after if section or lists else _SPOKEN.split(after)[0]
    regimen = read_regimen(after, words[before : span[0]])
    stop = line[0] + span[1] + len(_BEHIND.sub("", after))
    mention = Mention(
        line[0] + span[0], line[0] + span[1], " ".join(words[slice(*span)].lower().split()), on, lists, section,
        item=(line[0] + span[0], stop), regimen=regimen,
    )  # fmt: skip
    mention.status = _status(flat, span, spans, on, before if lists else 0)
    if not lists:
        clause = ASKS.split(_CLAUSE.split(flat[: span[0]])[-1])[-1]
        context = context_of(flat, *span)
        is_other = context.past or context.family or context.negated or _WEIGHED.search(clause)
        mention.holds = not (is_other or is_only_mentioned(clause, after))
        is_planned = section in PLANNED and regimen.dose
        changes = is_planned or _CHANGED.search(clause) or _CHANGED.search(after)
        mention.changes = bool(changes and any(regimen[:4]))
    return mention


def _status(text: str, span: Span, spans: Sequence[Span], on: bool | None, bound: int) -> Status:
    """What the words around a drug do with it."""
    behind = cue_after(text, span, spans)
    ahead, _ = cue_before(text, span[0], bound=bound)
    if on is False or (on is None and fate_of(text, span, spans) is Fate.STOPPED):
        near = text[max(span[0] - 60, 0) : span[1] + 60]
        return "held" if _HELD.search(near) and not _STOPS.search(near) else "stopped"
    if behind in ("stopped", "held") or (not behind and ahead in ("stopped", "held")):
        return "" if on is None and behind not in ("stopped", "held") else behind or ""
    return behind or ahead


def _end_of_item(text: str, end: int, vocabulary: TermMatcher | None) -> int:
    """Where an item of a list ends: with its line and those below that say how it is taken."""
    for number in range(_LINES):
        most = min(end + _LONGEST, len(text))
        stop = text.find("\n", end + (number > 0), most)
        line = text[end : stop if stop >= 0 else most]
        known = known_drugs(line, vocabulary) if vocabulary else ()
        if (number and not _GOES_ON.match(line)) or known:
            break
        end += len(line)
    return end


def _stopped_by_class(
    document: Document, lines: Sequence[Line], vocabulary: TermMatcher | None
) -> Iterator[Mention]:
    """Classes that a plan ends: "Stop OCPs", "no further triptans"; each named by its members."""
    for line in lines:
        if line.lists or not line.is_told:
            continue
        text = line.text(document)
        for span, no_more, member in named_classes(text):
            if no_more or fate_of(text, span, [span]) is Fate.STOPPED:
                start, end = line.start + span[0], line.start + span[1]
                yield Mention(
                    start, end, f"{CLASS}{member.pattern}", False, False, line.section, "stopped",
                    (line.start, line.end),
                )  # fmt: skip


def _stopped_by_name(
    document: Document,
    lines: Sequence[Line],
    found: Iterable[Mention],
    vocabulary: TermMatcher | None,
) -> Iterator[Mention]:
    """Drugs that no vocabulary knows and a plan stops: "Stop Santyl"."""
    names = {mention.name for mention in found if mention.on}
    unknown = {name for name in names if vocabulary is None or not vocabulary.find(name)}
    reach = max(map(len, unknown), default=0) + _LOOKAHEAD
    for line in lines:
        if line.lists or not line.is_told:
            continue
        text = line.text(document)
        for order in _ORDER.finditer(text):
            for start in {order.end(), order.start("article")} - {-1}:
                for end in _END.finditer(text, start + 1, start + reach):
                    name = text[start : end.start()].lower()
                    if name in unknown:
                        first, last = line.start + start, line.start + end.start()
                        item = (line.start, line.end)
                        yield Mention(
                            first, last, name, False, False, line.section, "stopped", item
                        )


def _named(text: str | None, vocabulary: TermMatcher | None) -> list[str]:
    """The known drugs of a cell, those that a hyphen or stroke joins as one."""
    known = known_drugs(text, vocabulary) if text and vocabulary else []
    return [text[slice(*span)].lower() for span in known] if text else []


def _drug_rows(document: Document, wanted: set[str | None]) -> list[Row]:
    return [
        row
        for row in rows(document)
        if row.section in TAKEN
        and (row.section in wanted or _DRUG_HEAD.search(" ".join(row.heads)))
    ]


def _changes(
    document: Document,
    lines: Sequence[Line],
    tables: Sequence[Row],
    vocabulary: TermMatcher | None,
) -> Iterator[tuple[Line, list[tuple[Span, bool]], Status]]:
    """Each line, with the drugs that it gives (True) and stops, and what its head does."""
    heads = head_rows(document)
    spans = sorted((row.start, row.end) for row in tables)
    begins, ends = [begin for begin, _ in spans], [end for _, end in spans]
    sections = {passage.section for passage in document.passages}
    is_operation = not sections.isdisjoint(_OPERATION) and sections.isdisjoint(_VISIT)
    off = False
    mode: Status = ""
    stopped_here = set[str]()
    for at in lines:
        row = bisect_right(begins, at.start) - 1
        if at.start in heads or (row >= 0 and at.start < ends[row]):
            continue
        line = at.text(document)
        taken = at.lists or _NAMES_DRUGS.match(line) is not None
        if (taken and is_operation and _SEDATION.search(line)) or not (at.is_told or at.lists):
            yield at, [], ""
            continue
        bare = _untitled(line) if taken else line
        ahead = len(line) - len(bare)
        if taken and _heads(bare):
            off = _OFF.match(bare) is not None
            mode = _mode(bare)
            continue
        if _OFF.match(bare) and len(bare) < _HEAD:
            off = True
            mode = ""
        elif (_ON.match(bare) and len(bare) < _HEAD) or not taken:
            off = False
            mode = _mode(bare) if taken else ""
        alone = not is_remark(document.text, at.start)
        changes = [
            ((start + ahead, end + ahead), on and not off)
            for (start, end), on in _of_line(bare, taken, vocabulary, alone=alone)
        ]
        # "Stop clopidogrel, on warfarin alone" does not resume the warfarin held above.
        told_on = {
            name
            for name in stopped_here.intersection(line[a:b].lower() for (a, b), _ in changes)
            if re.search(rf"\bon {re.escape(name)}\b(?! \d)", bare, re.IGNORECASE)
        }
        yield (
            at,
            [
                (span, on)
                for span, on in changes
                if not (on and line[slice(*span)].lower() in told_on)
            ],
            mode,
        )
        stopped_here |= {line[a:b].lower() for (a, b), on in changes if not (on or taken)}


def _mode(head: str) -> Status:
    """What the head of a part of a list does with the drugs below: "NEW", "Continue taking"."""
    return next((status for status, pattern in _MODES if pattern.search(head)), "")


def _heads(line: str) -> bool:
    """Whether a line is but the head of a list or of a part of it: "Kept", "Active orders"."""
    title = line.strip(" :.")
    key = heading_key(title)
    names_list = drug_list(key) or is_part_of_list(key) or canonical_section(title) in TAKEN
    return bool(names_list) and not any(map(str.isdigit, line))


def _untitled(line: str) -> str:
    """A line without the titles of its section ("Medications: Home meds: Zocor")."""
    title = LABEL.match(line)
    while title and title["label"] and canonical_section(title["label"]) in TAKEN:
        line = line[title.end() :]
        title = LABEL.match(line)
    return line


def _of_line(
    line: str, taken: bool, vocabulary: TermMatcher | None, *, alone: bool = True
) -> Iterator[tuple[Span, bool]]:
    """Drugs of a line, each with whether the patient takes it; it may say more of one before."""
    if is_of_relative(line):
        return
    led = OFF_LED.match(line) if taken else None
    label = led or LABEL.match(line)
    name = label["label"] if label else None
    off = led is not None or (name is not None and _OFF.match(name) is not None)
    if taken and (off or not (name and name.isupper() and not _OWN_LABEL.search(name))):
        is_sure = (alone and name is None) or any(p.search(name or "") for p in (_OWN_LABEL, _ON))
        at = label.end() if label else 0
        listed = listed_drugs(line[at:], vocabulary, is_sure=is_sure or off)
        if listed is not None:
            for drug, on in listed:
                at = max(line.lower().find(drug, at), at)
                yield (at, at + len(drug)), on and not off
                at += len(drug)
            return
    if vocabulary is not None:
        yield from told_drugs(line, taken, vocabulary)
