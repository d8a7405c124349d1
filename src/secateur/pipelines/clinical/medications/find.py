"""Finds where a note tells of drugs: in lists, tables, sentences and speech, with what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from secateur.pipelines.clinical.language.dialogue import is_question, turns
from secateur.pipelines.clinical.language.drug_names import known_drugs
from secateur.pipelines.clinical.language.tables import typed_rows
from secateur.pipelines.clinical.medications.changes import NAMES_DRUGS, changes_of
from secateur.pipelines.clinical.medications.classes import is_class
from secateur.pipelines.clinical.medications.columns import drug_rows, row_mentions
from secateur.pipelines.clinical.medications.ended import stopped_by_class, stopped_by_name
from secateur.pipelines.clinical.medications.lines import Line, drug_lines
from secateur.pipelines.clinical.medications.mention import Mention
from secateur.pipelines.clinical.medications.names import DrugNames
from secateur.pipelines.clinical.medications.places import end_of_item, grouped, read_place, shares
from secateur.pipelines.clinical.medications.prose import UNTAKEN
from secateur.pipelines.clinical.medications.regimen import read_regimen
from secateur.pipelines.clinical.medications.regions import TAKEN
from secateur.pipelines.clinical.medications.spoken import spoken_drugs
from secateur.pipelines.clinical.medications.status import is_past
from secateur.pipelines.clinical.medications.weighed import is_of_relative
from secateur.pipelines.clinical.verification.context import context_of
from secateur.pipelines.document.document import Document, Span
from secateur.pipelines.terminology.drug_words import WEIGHED
from secateur.pipelines.terminology.matcher import TermMatcher

_CONDITION = re.compile(
    rf"\b(?:{WEIGHED}|would like|whether|allerg\w*|risks?)\b[^.;]*$", re.IGNORECASE
)
_WANTS = re.compile(r"\b(?:want|would like|['’]d like|should)\b[^.;]{0,30}$", re.IGNORECASE)
_AS_WELL = re.compile(r"\b(?:as well|along with|and also)\b[^.?]{0,30}$", re.IGNORECASE)
"""Between two drugs of which the same is said."""
_TALKED = re.compile(r"\b(?:how about|are you|have you been|you were supposed)\b", re.IGNORECASE)
_STORY = ("Chief Complaint", "HPI", "Subjective", "Past Medical History", "Past Surgical History")
_SILENT = (
    "Allergies",
    "Family History",
    "Social History",
    "Review of Systems",
    "Results",
    "Physical Exam",
)
"""Sections in which a sentence about a drug is not of the patient's treatment."""
_AT_HAND = re.compile(
    r"\b(?:(?-i:EDs?|ER|EMS)|emergency|hospital|here|admitted|admission|paramedics?|ambulance"
    r"|route|today|tonight|this morning|unit|floor)\b",
    re.IGNORECASE,
)
"""In a story, where what was given belongs to this stay or visit."""
_OPERATING = ("Procedure", "Description of Procedure", "Anesthesia", "Findings")


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
    tables = drug_rows(document, {line.section for line in lines if line.is_told})
    tables += [row for row in typed_rows(document) if row.section in TAKEN]
    found = [mention for row in tables for mention in row_mentions(document, row, vocabulary)]
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
    for line, changes, mode in changes_of(document, lines, tables, vocabulary):
        mentions = _of_changes(document, line, changes, names, vocabulary)
        for mention in mentions if mode else ():
            mention.status = mention.status or mode
        names.add(*(mention.name for mention in mentions if mention.lists))
        found += sorted(mentions, key=lambda mention: mention.on is not False)
    off = stopped_by_class(document, lines, vocabulary)
    return [*found, *stopped_by_name(document, lines, found, vocabulary), *off]


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
    mention = read_place(text, (first, last), drug, known, on, None)
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
    spans = grouped(text, sorted(spans), told, vocabulary)
    end = end_of_item(document.text, line.end, vocabulary) if line.lists else line.end
    found = []
    for span in spans:
        mention = read_place(
            document.text, (line.start, end), span, spans, told.get(span), line.section
        )
        mention.lists = line.lists or NAMES_DRUGS.match(text) is not None
        if not line.is_told:
            mention.changes = False
            if mention.lists and mention.on:
                mention.on = None
                found.append(mention)
                continue
            if mention.lists:
                continue
        if found and shares(document.text, found[-1], mention):
            found[-1].regimen = mention.regimen
        if (
            mention.on is not None
            or _is_telling(mention, text, span, line, vocabulary)
            or (line.is_told and names.called(mention.name))
        ):
            found.append(mention)
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
        if mention.regimen.frequency:
            mention.status = "new"
            return True
        is_given = mention.status in ("given", "new") or dosed
        mention.status = "given" if is_given else mention.status
        return is_given
    if mention.status in ("stopped", "held"):
        return line.section not in _STORY
    if line.section not in _STORY:
        return mention.status != ""
    if mention.status == "given" and _AT_HAND.search(text):
        return True
    is_now = mention.status == "home" or (mention.status and mention.regimen.frequency)
    if not is_now or is_past(text) or context.past:
        return False
    mention.status = "home"
    return True
