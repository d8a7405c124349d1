"""The table of medications of a handover: each drug once, with its regimen, status and reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from secateur.pipelines.clinical.handover.compress import compress
from secateur.pipelines.clinical.lists.allergies import allergies
from secateur.pipelines.clinical.lists.drugclasses import drug_family
from secateur.pipelines.clinical.lists.druglines import TAKEN
from secateur.pipelines.clinical.lists.medications import medications
from secateur.pipelines.clinical.lists.prescriptions import prescriptions
from secateur.pipelines.clinical.verification.evidence import evidence_at
from secateur.pipelines.clinical.verification.orders import Fate, fate_of
from secateur.pipelines.document.document import Document, Span
from secateur.pipelines.document.handover import HandoverItem, Medication
from secateur.pipelines.document.summary import Evidence, Prescription
from secateur.pipelines.terminology.matcher import TermMatcher

_STATUS = (
    ("held", r"\b(?:on hold|held|hold(?:ing)?)\b"),
    ("changed", r"\b(?:(?:in|de)creas|titrat|taper|chang|adjust|doubl|switch|lower|rais|reduc)\w*"),
    ("continued", r"\b(?:continu|resum|restart|remain|stay|keep|maintain)\w*"),
    ("new", r"\b(?:start|begin|began|begun|initiat|prescri|add|try|order|write|writing"
            r"|(?:will|to) (?:give|put|place)|put (?:\w+ )?on|placed on)\w*"),
    ("given", r"\b(?:received|given|administered|bolus|loaded|gave)\b"),
)  # fmt: skip
"""Verbs near a drug that tell what becomes of it; the one nearest before it decides."""
_VERBS = tuple((status, re.compile(pattern, re.IGNORECASE)) for status, pattern in _STATUS)
_DURATION = re.compile(
    r"\b(?:for|x) ?(?:(?:the )?next |another |a total of )?(?:\d+(?: ?(?:-|to) ?\d+)?|one|two|three"
    r"|four|five|six|seven|ten|fourteen)(?: more)?[ -](?:day|week|month|dose)s?\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:prn|p\.r\.n\.?|as needed)(?: for)? (?P<needed>[a-z][a-z/ -]{2,30})"
    r"|\bfor (?P<reason>(?:his |her |your |the )?(?!\d|the next|a total|another|an? |at |now)"
    r"[a-z][a-z/ -]{2,30})",
    re.IGNORECASE,
)
_REACH = 60
"""Characters before a drug in which a verb decides of it."""
_CLAUSE = re.compile(r"[.;:](?:\s|$)|\n")
_ITEM_WORDS = 14
"""Most words of a place that is a row by itself; what is longer is read into columns."""
_DANGLES = re.compile(
    r"(?:[\s,;.(]+(?:and|or|with|as well as|plus|then|a|an|the|to|in|for|on|of|by|he|she|does"
    r"|that))*[\s,;.(]*$",
    re.IGNORECASE,
)
"""Words at the end of a row that lead to what is not in it."""
_HOME = "Medications"
_LEAVING = "Discharge Medications"


def drug_table(
    document: Document, sentences: Sequence[Span], vocabulary: TermMatcher | None
) -> tuple[HandoverItem, ...]:
    """Lists the drugs of a note.

    Args:
        document: The note.
        sentences: Its sentences, half-open offsets.
        vocabulary: Drug names; without it only lists are read.

    Returns:
        A row a drug: those taken in their order, then those stopped. A row reads as the note
        writes the drug, its regimen and what becomes of it.
    """
    found = medications(document, sentences, vocabulary)
    taken = prescriptions(document, sentences, found.taken, vocabulary)
    harmful = allergies(document, vocabulary)
    homes = {name for name in found.taken if _in_section(document, name, _HOME)}
    leaves = any(section.name == _LEAVING for section in document.sections)
    rows = [_taken(document, sentences, each, homes, leaves=leaves) for each in taken]
    rows += [row for name in found.stopped if (row := _stopped(document, sentences, name))]
    return tuple(_flagged(row, harmful, vocabulary) for row in rows)


def _taken(
    document: Document,
    sentences: Sequence[Span],
    drug: Prescription,
    homes: set[str],
    *,
    leaves: bool,
) -> HandoverItem:
    said = drug.evidence.text if drug.evidence else ""
    status, place = _status(document, sentences, drug.name)
    if not status and drug.name in homes:
        status = "home"
    elif not status and leaves and homes and drug.evidence and drug.evidence.section == _LEAVING:
        status = "new"
    reason = _REASON.search(said)
    lasts = _DURATION.search(said)
    row = Medication(
        drug=_written(document, drug),
        dose=drug.dose,
        route=drug.route,
        frequency=drug.frequency,
        duration=lasts[0] if lasts else "",
        status=status,
        reason=(reason["needed"] or reason["reason"]).strip() if reason else "",
    )
    evidence = tuple(filter(None, (drug.evidence, place)))
    if not evidence:
        evidence = _named(document, drug.name)
    return HandoverItem(row_text(row, said), evidence, medication=row)


def row_text(row: Medication, said: str = "") -> str:
    """Writes a row in one line: in the note's own words where these are few, then its status."""
    short = compress(said.strip(" .,;")) if said else ""
    own = bool(short) and len(short.split()) <= _ITEM_WORDS and row.drug.lower() in short.lower()
    columns = (row.drug, row.dose, row.route, row.frequency, row.duration)
    short = _DANGLES.sub("", short)
    text = short if own else " ".join(filter(None, columns))
    return f"{text} — {row.status}" if row.status else text


def _stopped(document: Document, sentences: Sequence[Span], name: str) -> HandoverItem | None:
    """The row of a drug that is stopped or held, with the sentence that says so."""
    pattern = _name(name)
    for start, end in reversed(sentences):
        text = document.text[start:end]
        for match in pattern.finditer(text):
            if fate_of(text, match.span(), [match.span()]) is Fate.STOPPED:
                held = re.search(r"\b(?:h[eo]ld|holding)\b", text, re.IGNORECASE)
                status = "held" if held else "stopped"
                row = Medication(match[0], status=status)
                return HandoverItem(row_text(row), (evidence_at(document, start, end),), (), row)
    places = _named(document, name)
    row = Medication(places[0].text if places else name, status="stopped")
    return HandoverItem(row_text(row), places, medication=row) if places else None


def _status(
    document: Document, sentences: Sequence[Span], name: str
) -> tuple[str, Evidence | None]:
    """What the last sentence with a verb for a drug does with it, outside the lists of drugs."""
    pattern = _name(name)
    for start, end in reversed(sentences):
        passage = document.passage_at(start)
        if passage is not None and passage.section in TAKEN:
            continue
        text = document.text[start:end]
        for match in reversed(list(pattern.finditer(text))):
            before = _CLAUSE.split(text[max(match.start() - _REACH, 0) : match.start()])[-1]
            verbs = [
                (verb.end(), status) for status, verbs in _VERBS for verb in verbs.finditer(before)
            ]
            if verbs and not re.search(r"\b(?:not|never|if|consider)\b", before, re.IGNORECASE):
                return max(verbs)[1], evidence_at(document, start, end)
    return "", None


def _name(name: str) -> re.Pattern[str]:
    words = r"[\s-]+".join(map(re.escape, name.split()))
    return re.compile(rf"(?<![\w-]){words}(?![\w-])", re.IGNORECASE)


def _in_section(document: Document, name: str, section: str) -> bool:
    pattern = _name(name)
    return any(
        pattern.search(document.text, passage.start, passage.end)
        for passage in document.passages
        if passage.section == section
    )


def _written(document: Document, drug: Prescription) -> str:
    """A drug's name as the note writes it."""
    where = drug.evidence.text if drug.evidence else document.text
    match = _name(drug.name).search(where)
    return match[0] if match else drug.name


def _named(document: Document, name: str) -> tuple[Evidence, ...]:
    """The last place that names a drug."""
    found = [match.span() for match in _name(name).finditer(document.text)]
    return (evidence_at(document, *found[-1]),) if found else ()


def _flagged(
    item: HandoverItem, harmful: Sequence[str], vocabulary: TermMatcher | None
) -> HandoverItem:
    """Flags a drug that the patient takes and is allergic to, by its name or its class."""
    drug = item.medication
    if drug is None or drug.status in ("stopped", "held"):
        return item
    own = set(_kinds(drug.drug, vocabulary))
    if any(own.intersection(_kinds(name, vocabulary)) for name in harmful):
        return HandoverItem(item.text, item.evidence, ("allergy",), drug)
    return item


def _kinds(name: str, vocabulary: TermMatcher | None) -> Iterator[str]:
    """A drug's name, the substances that it stands for, and their families."""
    names = [name.lower()]
    if vocabulary:
        names += [m.term.concept for m in vocabulary.find(name) if m.term.kind == "drug"]
    for each in names:
        yield each
        yield from filter(None, (drug_family(each),))
