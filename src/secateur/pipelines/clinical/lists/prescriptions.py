"""How each drug of a note's list is taken, and where the note says so."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise, zip_longest
from typing import NamedTuple

from secateur.pipelines.clinical.lists.dialogue import is_question, turns
from secateur.pipelines.clinical.lists.directions import Directions, led_in, read_directions
from secateur.pipelines.clinical.lists.drugitems import known_drugs
from secateur.pipelines.clinical.lists.druglines import TAKEN, drug_lines
from secateur.pipelines.clinical.lists.drugmentions import is_only_mentioned
from secateur.pipelines.clinical.lists.drugnames import DrugNames
from secateur.pipelines.clinical.lists.drugprose import ASKS, UNTAKEN
from secateur.pipelines.clinical.lists.follow_up import PLANNED
from secateur.pipelines.clinical.lists.tables import Row, rows, typed_rows
from secateur.pipelines.clinical.verification.context import context_of
from secateur.pipelines.clinical.verification.evidence import evidence_at
from secateur.pipelines.document.document import Document, Span
from secateur.pipelines.document.summary import Prescription
from secateur.pipelines.terminology.matcher import TermMatcher

_DRUG = re.compile(r"\b(?:medication|drug|medicine|name|product)s?\b", re.IGNORECASE)
_DIRECTIONS = re.compile(
    r"\b(?:dos(?:es?|age|ing)|strength|amount|directions?|sig|instructions?|how to take)\b",
    re.IGNORECASE,
)
_ROUTE = re.compile(r"\broute\b", re.IGNORECASE)
_OFTEN = re.compile(r"\b(?:frequency|freq|schedule|how often)\b", re.IGNORECASE)
_CHANGED = re.compile(
    r"\b(?:(?:in|de)creas|reduc|rais|lower|titrat|taper|chang|adjust|cut|doubl|halv|up|down|back to"
    r"|now|start|switch)\w*|->|=>|→|^\s*to\b",
    re.IGNORECASE,
)
_WEIGHED = re.compile(
    r"\b(?:could|may(?! take)|might|would|consider\w*|if|whether)\b", re.IGNORECASE
)
_AGAIN = re.compile(r"[\s®™]*[(\[/-]\s*(?:brand |generic |aka )?")
"""Between two names of a drug: "Lasix (furosemide)"."""
_GOES_ON = re.compile(
    r"\s*(?:take|inject|apply|use|inhale|instill|place|give|spray|put|chew|dissolve|insert|sig|dose"
    r"|dosage|directions|instructions|route|frequency|how)\b",
    re.IGNORECASE,
)
"""How a line begins that tells of the item above it how it is taken."""
_BETWEEN = {
    "; ": re.compile(r"[\W\d]*"),
    ", ": re.compile(r"\W*(?:(?:commonly|also) )?known as\W*", re.IGNORECASE),
}
"""Between two items of a list for one drug, and two names of one; what joins what they tell."""
_CLAUSE = re.compile(r"(?:(?<!\b[A-Za-z])\.|;)(?!\d)|\n")
"""The end of a clause, not a point of "b.i.d."."""
_BEHIND = re.compile(r"[\s,;.:(–-]+(?:and\s*)?$", re.IGNORECASE)
_LONGEST = 400
"""Characters behind a drug that may tell how it is taken."""
_LINES = 4
"""Most lines below an item that go on with it."""


class _Told(NamedTuple):
    """What a place of the note says of a drug.

    Attributes:
        directions: How it is taken.
        start: First character.
        end: One past the last.
        lists: Whether the place lists drugs.
        holds: Whether it tells what is so from now on.
        changes: Whether it says that something is changed, or plans it.
    """

    directions: Directions
    start: int
    end: int
    lists: bool
    holds: bool = True
    changes: bool = False


class _Drugs:
    """The drugs of a list, by all their names."""

    def __init__(self, names: Sequence[str], vocabulary: TermMatcher | None) -> None:
        self._vocabulary = vocabulary
        self._names = DrugNames(vocabulary)
        self._names.add(*names)
        # The longest first: "insulin glargine" is no insulin.
        words = (r"\s+".join(map(re.escape, name.split())) for name in sorted(names, key=len)[::-1])
        self._literal = re.compile(rf"(?<![\w-])(?:{'|'.join(words)})(?![\w-])", re.IGNORECASE)

    def called(self, name: str) -> set[str]:
        """The drugs of the list that a name is of."""
        return self._names.called(" ".join(name.lower().split()))

    def named(self, mention: str) -> set[str]:
        """The drugs of the list that a mention is of, by one of its names or all."""
        spans = self._spans(mention)
        return self.called(mention).union(*(self.called(mention[slice(*span)]) for span in spans))

    def mentions(self, text: str) -> list[Span]:
        """Where drugs are named, of the list or not, several names of one in a row together."""
        found: list[Span] = []
        for start, end in self._spans(text):
            if found and _AGAIN.fullmatch(text, found[-1][1], start):
                found[-1] = found[-1][0], end
            else:
                found.append((start, end))
        return found

    def _spans(self, text: str) -> list[Span]:
        listed = [match.span() for match in self._literal.finditer(text)]
        known = known_drugs(text, self._vocabulary) if self._vocabulary else []
        others = (
            (start, end)
            for start, end in known
            if text[start:end].lower() not in UNTAKEN
            and not any(a < end and start < b for a, b in listed)
        )
        return sorted([*listed, *others])


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
    if not names:
        return ()
    drugs = _Drugs(names, vocabulary)
    found: dict[str, _Told] = {}
    tables = [row for row in (*rows(document), *typed_rows(document)) if row.section in TAKEN]
    lines = _lines(document, sentences, tables, vocabulary is not None)
    places = (
        _of_rows(tables, drugs),
        _of_answers(document, drugs) if vocabulary is not None else (),
        _of_lines(document.text, lines, drugs),
    )
    for mention, told in chain.from_iterable(places):
        for name in drugs.named(mention):
            before = found.get(name)
            found[name] = _latest(document.text, before, told) if before else told
    return tuple(_prescription(document, name, found.get(name)) for name in names)


def _latest(text: str, before: _Told, told: _Told) -> _Told:
    """What holds of a drug that the note tells of again."""
    for mark, between in _BETWEEN.items() if told.lists and before.lists else ():
        if between.fullmatch(text, before.end, told.start):
            both = zip(before.directions, told.directions, strict=True)
            joined = (mark.join(dict.fromkeys(filter(None, pair))) for pair in both)
            return told._replace(directions=Directions(*joined), start=before.start)
    is_later = told.changes or (told.directions.dose and told.lists >= before.lists)
    if (told.holds and is_later) or not (before.holds and any(before.directions)):
        return told._replace(directions=told.directions.over(before.directions))
    return before


def _prescription(document: Document, name: str, told: _Told | None) -> Prescription:
    if told is None:
        return Prescription(name)
    return Prescription(name, *told.directions, evidence_at(document, told.start, told.end))


def _of_rows(tables: Sequence[Row], drugs: _Drugs) -> Iterator[tuple[str, _Told]]:
    """Drugs of tables: columns for route and frequency tell these, words of others the rest."""
    for row in tables:
        drug = (row.under(_DRUG) or row.cells[0][1]) if row.cells else ""
        for start, end in drugs.mentions(drug)[:1]:
            directions = _in_columns(row, drug, drug[end:])
            yield drug[start:end], _Told(directions, row.start, row.end, lists=True)


def _in_columns(row: Row, drug: str, after: str) -> Directions:
    route, often = row.under(_ROUTE) or "", row.under(_OFTEN) or ""
    cells = [text for head, text in row.cells if _DIRECTIONS.search(head) and text != drug]
    read = read_directions(", ".join(filter(None, (*_once(after, *cells), route, often))))
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


def _of_answers(document: Document, drugs: _Drugs) -> Iterator[tuple[str, _Told]]:
    """The drugs of a clinician's questions with what the patient answers: "Ten milligrams"."""
    text = document.text
    for asking, answering in pairwise(turns(document)):
        asked = [span for span in asking.sentences if is_question(text[slice(*span)])]
        if not (asking.is_clinician and asked and answering.sentences):
            continue
        start, end = asked[-1][0], answering.sentences[-1][1]
        mentions = drugs.mentions(text[slice(*asked[-1])])
        answer = text[answering.sentences[0][0] : end]
        if len(mentions) == 1 and not answering.is_clinician and not drugs.mentions(answer):
            name = text[start + mentions[0][0] : start + mentions[0][1]]
            yield name, _Told(read_directions(answer), start, end, lists=False)


def _of_lines(
    text: str, lines: Iterable[tuple[int, int, str | None]], drugs: _Drugs
) -> Iterator[tuple[str, _Told]]:
    """The drugs of lines, each with the words up to the next."""
    for begin, end, section in lines:
        lists = section in TAKEN
        line = text[begin : _end_of_item(text, end, drugs) if lists else end]
        mentions = drugs.mentions(line)
        before = 0
        for (start, last), following in zip_longest(mentions, mentions[1:]):
            after = line[last : following[0] if following else len(line)]
            led = led_in(after) if following else None
            after = after[: led.start() if led else _LONGEST]
            after = after if lists else _CLAUSE.split(after)[0]
            directions = read_directions(after, line[before:start])
            stop = last + len(_BEHIND.sub("", after))
            told = _Told(directions, begin + start, begin + stop, lists)
            if not lists:
                told = _weighed(told, line, (start, last), after, section)
            yield line[start:last], told
            before = last


def _weighed(told: _Told, line: str, drug: Span, after: str, section: str | None) -> _Told:
    """What a sentence says of a drug, with whether it holds from now on, and changes what did."""
    clause = ASKS.split(_CLAUSE.split(line[: drug[0]])[-1])[-1]
    context = context_of(line, *drug)
    is_other = context.past or context.family or context.negated or _WEIGHED.search(clause)
    is_planned = section in PLANNED and told.directions.dose
    changes = is_planned or _CHANGED.search(clause) or _CHANGED.search(after)
    return told._replace(
        holds=not (is_other or is_only_mentioned(clause, after)),
        changes=bool(changes and any(told.directions)),
    )


def _end_of_item(text: str, end: int, drugs: _Drugs) -> int:
    """Where an item of a list ends: with its line and those below that say how it is taken."""
    for number in range(_LINES):
        most = min(end + _LONGEST, len(text))
        stop = text.find("\n", end + (number > 0), most)
        line = text[end : stop if stop >= 0 else most]
        if (number and not _GOES_ON.match(line)) or drugs.mentions(line):
            break
        end += len(line)
    return end


def _lines(
    document: Document,
    sentences: Sequence[Span],
    tables: Sequence[Row],
    knows_drugs: bool,
) -> Iterator[tuple[int, int, str | None]]:
    """Where the lines stand that may tell drugs, with their sections; those of tables left out."""
    for turn in turns(document) if knows_drugs else ():
        yield from ((start, end, None) for start, end in turn.sentences)
    spans = sorted((row.start, row.end) for row in tables)
    ends = dict(sentences)
    cursor = 0
    for line, at, section in drug_lines(document, sentences, knows_drugs):
        row = bisect_right(spans, (at, len(document.text))) - 1
        if row >= 0 and at < spans[row][1]:
            continue
        words = re.compile(r"\s+".join(map(re.escape, line.split())))
        begin = cursor if at <= cursor < ends[at] else at
        match = words.search(document.text, begin, ends[at])
        if match and match[0]:
            cursor = match.end()
            yield *match.span(), section
