"""Joins what a note tells of each drug: whether it is taken, how, and what becomes of it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from sys import maxsize
from typing import NamedTuple

from secateur.pipelines.clinical.medications.find import find_mentions
from secateur.pipelines.clinical.medications.mention import CLASS, Mention
from secateur.pipelines.clinical.medications.names import DrugNames, SameDrugs
from secateur.pipelines.clinical.medications.outcome import DECIDING, OFF, status_of
from secateur.pipelines.clinical.medications.regimen import Regimen
from secateur.pipelines.clinical.medications.status import Status
from secateur.pipelines.clinical.verification.evidence import evidence_at
from secateur.pipelines.document.document import Document, Span
from secateur.pipelines.document.summary import Prescription
from secateur.pipelines.terminology.matcher import TermMatcher

_BETWEEN = {
    "; ": re.compile(r"[\W\d]*"),
    ", ": re.compile(r"\W*(?:(?:commonly|also) )?known as\W*", re.IGNORECASE),
}
"""Between two items of a list for one drug, and two names of one; what joins what they tell."""


class Medications(NamedTuple):
    """Names of drugs, lower case as the note writes them, each once, in order.

    Attributes:
        taken: What the patient takes or is prescribed when the note ends, as long as anywhere
            ("lithium carbonate").
        stopped: What the note says is stopped, held or switched to another; none of those taken.
    """

    taken: tuple[str, ...]
    stopped: tuple[str, ...]


@dataclass
class Course:
    """A drug of a note with all that the note tells of it.

    Attributes:
        name: As the note writes it, in small letters.
        mentions: Where it tells of the drug, lists first.
        status: What becomes of it.
        regimen: How it is taken.
        place: Words that tell how.
        cue: The place that tells its status, where that is another.
    """

    name: str
    mentions: list[Mention] = field(default_factory=list)
    status: Status = ""
    regimen: Regimen = field(default_factory=Regimen)
    place: Span | None = None
    cue: Span | None = None


def medications(
    document: Document, sentences: Sequence[Span], vocabulary: TermMatcher | None
) -> Medications:
    """Lists the drugs that the patient takes when the note ends, and those that were stopped.

    Discharge medications decide where the note has them and they do more than point at those
    before; else the medications on admission and what the plan gives or stops. Every item of such
    a list counts, known drug or not; in sentences known drugs with a dose, or that someone takes or
    is given. Drugs that were stopped, held, declined or only weighed are not taken, also where
    another part of the note lists them; what is only to be stopped or held in some case is.

    Args:
        document: The note.
        sentences: Its sentences, half-open offsets.
        vocabulary: Drug names; without it only lists of medications are read.

    Returns:
        Both lists.
    """
    taken, ended = _fates(find_mentions(document, sentences, vocabulary), vocabulary)
    return Medications(
        taken=tuple(taken.longest()),
        stopped=tuple(name for name in ended if not taken.called(name)),
    )


def prescriptions(
    document: Document,
    sentences: Sequence[Span],
    names: Sequence[str],
    vocabulary: TermMatcher | None,
) -> tuple[Prescription, ...]:
    """Tells how each drug of a list is taken.

    The last list of the note that gives a dose counts, and the doses to which its sentences change
    it; what is only weighed, given once, or was taken before changes nothing.

    Args:
        document: The note.
        sentences: Its sentences, half-open offsets.
        names: Drugs, as `medications` names those that are taken.
        vocabulary: Drug names, as for `medications`.

    Returns:
        One for each name, in order.
    """
    mentions = find_mentions(document, sentences, vocabulary)
    same = SameDrugs([*names, *(mention.name for mention in mentions)], vocabulary)
    found = []
    for name in names:
        own = [mention for mention in mentions if same.are_same(name, mention.name)]
        regimen, place = _regimen(document.text, own)
        evidence = evidence_at(document, *place) if place else None
        found.append(Prescription(name, *regimen[:3], evidence))
    return tuple(found)


def courses(
    document: Document, sentences: Sequence[Span], vocabulary: TermMatcher | None
) -> list[Course]:
    """Reconciles the drugs of a note.

    Args:
        document: The note.
        sentences: Its sentences, half-open offsets.
        vocabulary: Drug names; without it only lists of medications are read.

    Returns:
        One a drug, whatever names the note has for it: those taken, in order, then those stopped
        or held, then those that were only given during the stay, visit or operation.
    """
    mentions = find_mentions(document, sentences, vocabulary)
    taken, ended = _fates(mentions, vocabulary)
    same = SameDrugs((mention.name for mention in mentions), vocabulary)
    active = _grouped(taken.longest(), mentions, same)
    off = _grouped((name for name in ended if not taken.called(name)), mentions, same)
    known = {id(mention) for course in (*active, *off) for mention in course.mentions}
    others = (m.name for m in mentions if id(m) not in known and not m.name.startswith(CLASS))
    rest = [
        course
        for course in _grouped(dict.fromkeys(others), mentions, same)
        if any(m.status in ("given", *OFF, *DECIDING, "home") for m in course.mentions)
    ]
    lists = {m.section for m in mentions if m.lists}
    classes = [m for m in mentions if m.name.startswith(CLASS)]
    for course in active:
        own = [m for m in course.mentions if m.on is not False]
        course.regimen, course.place = _regimen(document.text, course.mentions)
        course.status, course.cue = status_of(document.text, own, lists, is_active=True)
    for course in off:
        last = [m for m in course.mentions if m.status in OFF]
        last += [m for m in classes if _members(m.name, vocabulary)(course.name)]
        last = last or course.mentions
        course.status = last[-1].status if last[-1].status in OFF else "stopped"
        course.place = course.cue = last[-1].item
        course.regimen = last[-1].regimen
    for course in rest:
        course.regimen, course.place = _regimen(document.text, course.mentions, is_all=True)
        course.status, course.cue = status_of(
            document.text, course.mentions, lists, is_active=False
        )
    for course in (*active, *off, *rest):
        course.cue = _sentence_of(sentences, course.cue) if course.cue else None
    stopped = [course for course in rest if course.status in OFF]
    given = [course for course in rest if course.status not in OFF]
    return [*active, *off, *stopped, *given]


def _sentence_of(sentences: Sequence[Span], place: Span) -> Span:
    """The sentence in which a place begins: its verb tells the status."""
    number = bisect_right(sentences, (place[0], maxsize)) - 1
    return sentences[number] if number >= 0 and place[0] < sentences[number][1] else place


def _fates(
    mentions: Iterable[Mention], vocabulary: TermMatcher | None
) -> tuple[DrugNames, DrugNames]:
    """Drugs that the patient takes when the note ends, and those that it says are stopped."""
    found, ended = DrugNames(vocabulary), DrugNames(vocabulary)
    for mention in mentions:
        name = mention.name
        if mention.on is False and name.startswith(CLASS):
            is_member = _members(name, vocabulary)
            off = [each for each in found if is_member(each)]
            ended.add(*off)
            found.remove(*off)
        elif mention.on and (
            mention.lists or not (found.called(name) or _are_parts_of(name, found))
        ):
            found.add(name)
        elif mention.on is False:
            ended.add(name)
            for part in {name, *name.split("/")}:
                found.remove(*found.called(part))
    found.remove(*[name for name in found if _are_parts_of(name, ended)])
    return found, ended


def _are_parts_of(name: str, names: DrugNames) -> bool:
    """Whether all drugs of a joined name ("letrozole/ribociclib") are there one by one."""
    parts = name.split("/")
    return len(parts) > 1 and all(map(names.cover, parts))


def _members(name: str, vocabulary: TermMatcher | None) -> Callable[[str], bool]:
    member = re.compile(name.removeprefix(CLASS), re.IGNORECASE)

    def is_member(drug: str) -> bool:
        known = vocabulary.find(drug) if vocabulary else []
        called = (drug, *(match.term.concept for match in known))
        return any(map(member.fullmatch, called))

    return is_member


def _grouped(names: Iterable[str], mentions: Sequence[Mention], same: SameDrugs) -> list[Course]:
    """One course a drug, of whatever names."""
    found: list[Course] = []
    for name in names:
        if not any(same.are_same(course.name, name) for course in found):
            found.append(Course(name, [m for m in mentions if same.are_same(name, m.name)]))
    return found


def _regimen(
    text: str, mentions: Sequence[Mention], *, is_all: bool = False
) -> tuple[Regimen, Span | None]:
    """How a drug is taken by the last place that holds, and that place."""
    last: Mention | None = None
    for mention in mentions:
        if mention.on is False and any(m.on for m in mentions):
            continue
        if not is_all and mention.status == "given" and mention.on is None:
            continue
        last = _latest(text, last, mention) if last else mention
    return (last.regimen, last.item) if last else (Regimen(), None)


def _latest(text: str, before: Mention, told: Mention) -> Mention:
    """What holds of a drug that the note tells of again."""
    for mark, between in _BETWEEN.items() if told.lists and before.lists else ():
        if between.fullmatch(text, before.item[1], told.start):
            both = zip(before.regimen, told.regimen, strict=True)
            joined = (mark.join(dict.fromkeys(filter(None, pair))) for pair in both)
            item = (before.item[0], told.item[1])
            return _with(told, Regimen(*joined), item)
    is_later = told.changes or (told.regimen.dose and told.lists >= before.lists)
    if (told.holds and is_later) or not (before.holds and any(before.regimen)):
        return _with(told, told.regimen.over(before.regimen), told.item)
    return before


def _with(mention: Mention, regimen: Regimen, item: Span) -> Mention:
    return Mention(
        mention.start, mention.end, mention.name, mention.on, mention.lists, mention.section,
        mention.status, item, regimen, mention.holds, mention.changes,
    )  # fmt: skip
