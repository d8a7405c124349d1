"""Assembles a handover: what goes in, in which section, in which order, within its words.

Everything is in the note's own words, shortened, see `compression`. A writer's sentence
could take the place of an item in `_item`, once it is checked against the item's evidence.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from secateur.pipelines.clinical.handover.allergy_items import allergy_items
from secateur.pipelines.clinical.handover.drug_table import drug_table
from secateur.pipelines.clinical.handover.pieces import Piece, Unit, pieces
from secateur.pipelines.clinical.handover.problem_codes import codes_of
from secateur.pipelines.clinical.handover.render import section_text
from secateur.pipelines.clinical.verification.evidence import evidence_at
from secateur.pipelines.document.document import Document, Span
from secateur.pipelines.document.handover import (
    NOT_STATED,
    TITLES,
    HandoverItem,
    HandoverSection,
    count_words,
    limit_of,
)
from secateur.pipelines.document.sentences import sentences_of
from secateur.pipelines.terminology.matcher import TermMatcher

_EXPONENT = 0.45
"""Power of its words by which a piece's weight is divided: at 1 the shortest pieces win."""
_SHORT = 3
"""Words up to which a piece is no cheaper for being short."""
_NEW = 0.5
"""Power of the share of a piece's words that are new, by which its weight is multiplied."""
_SAME = 0.75
"""Share of a piece's words that others say already from which it adds nothing."""
_ROW_WEIGHTS = {"new": 2.5, "changed": 2.5, "stopped": 2.5, "held": 2.5, "given": 1.5}
_HOME_WEIGHT = 2.5
"""Weight of a drug that just goes on."""
_SPEAKS = 1.0
"""Weight from which on a piece is enough for a section to be stated."""
_LEAST = 0.15
"""Weight below which a piece is left out, whatever room there is."""
_GAP = 3
"""Characters between two parts of a line."""
_ALSO = "also"
_UNSTATED = count_words(NOT_STATED)
"""Words that a section's first item saves."""

_CONDITION = re.compile(
    r"\b(?:if|unless|until|when|not|never|avoid|after|before|because|since|due to)\b", re.IGNORECASE
)
"""What a sentence on a drug says beyond its row."""
_TOKEN = re.compile(r"\d+(?:[.,/]\d+)*|[a-z]{3,}", re.IGNORECASE)
_FUNCTION = frozenset("the and for with was were has had are this that from her his she".split())


@dataclass(frozen=True)
class _Choice:
    """What goes in: pieces, and rows of the table of medications; and the words still free."""

    pieces: tuple[Piece, ...]
    rows: tuple[HandoverItem, ...]
    room: int

    def spelled_out(self) -> Iterator[Piece]:
        """The pieces, those that weigh most unshortened where there is room."""
        room, whole = self.room, set()
        for piece in sorted(self.pieces, key=lambda piece: -piece.weight):
            more = count_words(piece.whole) - piece.words
            if 0 <= more <= room:
                room -= more
                whole.add(id(piece))
        for piece in self.pieces:
            yield replace(piece, text=piece.whole) if id(piece) in whole else piece


@dataclass(frozen=True)
class _Candidate:
    """What may go in: its weight, the words that it costs, and those that it says."""

    entry: Piece | HandoverItem
    weight: float
    words: int
    said: set[str]

    def new(self, said: set[str]) -> float:
        """The share of its words that nothing says yet."""
        return len(self.said - said) / len(self.said) if self.said else 1.0

    def gain(self, said: set[str]) -> float:
        """What it adds for its words."""
        return self.weight * self.new(said) ** _NEW / max(self.words, _SHORT) ** _EXPONENT


def assemble(
    document: Document,
    sentences: Sequence[Span],
    units: Sequence[Unit],
    vocabulary: TermMatcher | None,
    *,
    reserved: int = 0,
) -> tuple[HandoverSection, ...]:
    """Assembles the sections of a handover.

    Args:
        document: The note.
        sentences: Its sentences, half-open offsets.
        units: Its sentences, rows or turns in reading order, with section and weight.
        vocabulary: Clinical terms; without it only lists of drugs are read.
        reserved: Words of the limit that are for something else.

    Returns:
        All sections in their order. The words of their text are within `limit_of` the note.
    """
    rows = drug_table(document, sentences, vocabulary)
    harms = allergy_items(document, sentences, vocabulary)
    said, limit = pieces(document, units), limit_of(document.text) - reserved
    return arrange(document, said, rows, harms, units, vocabulary, limit)


def arrange(
    document: Document,
    said: Sequence[Piece],
    rows: Sequence[HandoverItem],
    harms: tuple[HandoverItem, ...],
    units: Sequence[Unit],
    vocabulary: TermMatcher | None,
    limit: int,
) -> tuple[HandoverSection, ...]:
    """Chooses what goes in and puts it in order.

    Args:
        document: The note, or the notes of a record as one text.
        said: What may go in, in reading order.
        rows: The table of medications.
        harms: The allergies.
        units: As for `assemble`.
        vocabulary: Clinical terms.
        limit: Words of all sections at most.
    """
    empty = _sections({"allergies": harms})
    room = limit - sum(count_words(section_text(each)) for each in empty)
    if rows:
        room += _UNSTATED - count_words(_ALSO)
    candidates = [
        piece for piece in said if piece.weight >= _LEAST and not _is_told(piece, rows, harms)
    ]
    chosen = _choose(candidates, rows, units, room)
    items = {
        name: tuple(
            _item(document, piece, vocabulary)
            for piece in _joined(document, [p for p in chosen.spelled_out() if p.section == name])
        )
        for name in TITLES
    }
    items["medications"] = _table(rows, chosen.rows) + items["medications"]
    items["allergies"] = harms or items["allergies"]
    return within(_sections(items), limit)


def _sections(items: Mapping[str, tuple[HandoverItem, ...]]) -> tuple[HandoverSection, ...]:
    return tuple(HandoverSection(name, items.get(name, ())) for name in TITLES)


def _joined(document: Document, chosen: Sequence[Piece]) -> Iterator[Piece]:
    """Puts clauses of a sentence that follow each other into one item."""
    starts = [start for start, _ in sentences_of(document)]
    last: Piece | None = None
    for piece in chosen:
        if last is not None and _follows(last, piece, starts):
            text = f"{last.text.rstrip(' .,')}, {piece.text[:1].lower()}{piece.text[1:]}"
            span = (last.spans[-1][0], piece.spans[0][1])
            last = replace(last, text=text, spans=(*last.spans[:-1], span, *piece.spans[1:]))
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last


def _follows(last: Piece, piece: Piece, starts: Sequence[int]) -> bool:
    """Whether a piece goes on with the sentence of the one before; `starts` are the sentences'."""
    (first, end), start = last.spans[-1], piece.spans[0][0]
    return 0 <= start - end <= _GAP and bisect_right(starts, first) == bisect_right(starts, start)


def _item(document: Document, piece: Piece, vocabulary: TermMatcher | None) -> HandoverItem:
    evidence = tuple(evidence_at(document, *span) for span in piece.spans)
    codes = codes_of(piece.text, vocabulary) if piece.section == "problems" else ()
    return HandoverItem(piece.text, evidence, codes=codes)


def _is_told(piece: Piece, rows: Sequence[HandoverItem], harms: Sequence[HandoverItem]) -> bool:
    """Whether a piece only says what the table or the allergies say."""
    if piece.section == "allergies" and harms:
        return True
    said = {word for harm in harms for place in harm.evidence for word in _words(place.text)}
    if _share(piece.text, said) >= _SAME:
        return True
    if piece.section != "medications":
        return False
    told = _words(" ".join(row.text for row in rows))
    own = _words(piece.text)
    numbers = {word for word in own if word[0].isdigit()}
    drugs = {row.medication.drug.lower() for row in rows if row.medication}
    named = any(drug in piece.text.lower() for drug in drugs)
    is_order = not _CONDITION.search(piece.text)
    return _share(piece.text, told) >= _SAME or (named and is_order and numbers <= told)


def _choose(
    candidates: Sequence[Piece], rows: Sequence[HandoverItem], units: Sequence[Unit], room: int
) -> _Choice:
    """Takes the pieces and rows that weigh most for their words, until there is no room.

    What others say already counts less, as in maximal marginal relevance (Carbonell and Goldstein,
    SIGIR 1998).
    """
    left = [
        _Candidate(piece, piece.weight, piece.words, _words(piece.text)) for piece in candidates
    ]
    # A drug without room for its row is named, which is one word of it.
    left += [
        _Candidate(row, _row_weight(row, units), count_words(row.text) - 1, set()) for row in rows
    ]
    room -= len(rows)
    taken: list[Piece | HandoverItem] = []
    told: set[str] = set()
    untold = set(TITLES) - ({"medications"} if rows else set())
    while left:
        silent = _silent(left, taken)
        best = max(left, key=lambda each: (id(each.entry) in silent, each.gain(told)))
        left.remove(best)
        first = best.entry.section in untold if isinstance(best.entry, Piece) else False
        if best.words <= room + first * _UNSTATED and best.new(told) > 1 - _SAME:
            taken.append(best.entry)
            told |= best.said
            room -= best.words - first * _UNSTATED
            if isinstance(best.entry, Piece):
                untold.discard(best.entry.section)
    return _Choice(
        tuple(piece for piece in candidates if any(piece is each for each in taken)),
        tuple(row for row in rows if any(row is each for each in taken)),
        room,
    )


def _silent(left: Sequence[_Candidate], taken: Sequence[Piece | HandoverItem]) -> set[int]:
    """The best pieces of sections that the note speaks of and that have none yet, by identity."""
    told = {piece.section for piece in taken if isinstance(piece, Piece)}
    best: dict[str, Piece] = {}
    for each in left:
        piece = each.entry
        if isinstance(piece, Piece) and piece.weight >= _SPEAKS and piece.section not in told:
            first = best.setdefault(piece.section, piece)
            if piece.weight > first.weight:
                best[piece.section] = piece
    return set(map(id, best.values()))


def _row_weight(row: HandoverItem, units: Iterable[Unit]) -> float:
    status = row.medication.status if row.medication else ""
    told = [
        unit.weight
        for unit in units
        for place in row.evidence
        if unit.start < place.end and place.start < unit.end
    ]
    return max([_ROW_WEIGHTS.get(status, _HOME_WEIGHT), *told]) / 2


def _table(
    rows: Sequence[HandoverItem], chosen: Sequence[HandoverItem]
) -> tuple[HandoverItem, ...]:
    """The chosen rows in their order, and one that names the other drugs."""
    kept = tuple(row for row in rows if row in chosen)
    others = [row for row in rows if row not in chosen]
    if not others:
        return kept
    names = [row.medication.drug for row in others if row.medication]
    places = tuple(place for row in others for place in row.evidence)
    return (*kept, HandoverItem(f"{_ALSO}: {', '.join(names)}", places))


def within(sections: tuple[HandoverSection, ...], limit: int) -> tuple[HandoverSection, ...]:
    """Drops last items of the longest sections as long as there are too many words."""
    while sum(count_words(section_text(each)) for each in sections) > limit:
        longest = max(sections, key=lambda each: len(each.items))
        if len(longest.items) < 2:
            return sections
        shorter = replace(longest, items=longest.items[:-1])
        sections = tuple(shorter if each is longest else each for each in sections)
    return sections


def _words(text: str) -> set[str]:
    return {word.lower() for word in _TOKEN.findall(text)} - _FUNCTION


def _share(text: str, said: set[str]) -> float:
    """How much of a text's words are said already."""
    words = _words(text)
    return len(words & said) / len(words) if words else 1.0
