"""Sentence boundaries of a document: spaCy's tokens and sentencizer, corrected by rules.

spaCy keeps the abbreviations it knows ("Inc.", "U.S.", "Dr.") in one token, which its sentencizer
then never splits after, not even where a sentence ends there; and it splits after units
("40 mg. b.i.d.") and numbered heads. The rules mend both from the words around the boundary.
Speech that is written down is split beforehand where its writing tells a sentence's start.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
import spacy
from spacy.language import Language
from spacy.pipeline import Sentencizer
from spacy.tokens import Doc

from secateur.pipelines.document.document import Document, Passage, Span
from secateur.pipelines.document.once import once
from secateur.pipelines.document.transcripts import breaks

_PROSE_CELL = 200
"""A table cell with more characters than this holds sentences of its own."""

_ABBREVIATIONS_WORDS = """
    inc corp co cos ltd llc llp plc lp l.p l.l.c bros assn assoc dept div govt univ mfg intl
    natl no nos vol vols art sec secs fig figs par para ch pt ex exh rev ed eds cf viz al ser pp
    p mr mrs ms messrs dr drs prof hon gen col lt sgt capt sen rep gov pres st ste ave blvd rd
    jr sr esq ph.d m.d d.o r.n p.a n.p jan feb mar apr jun jul aug sept sep oct nov dec mon tue
    wed thu fri u.s u.s.a u.k u.n e.u d.c n.y n.a n.v s.a s.a.s s.p.a b.v a.g a.m p.m i.e e.g
    etc vs v approx est mg mcg gm kg ml cc cm mm oz lb lbs meq hr hrs min mins sec secs wk wks
    mo mos yr yrs b.i.d t.i.d q.i.d q.d q.h.s p.o p.r.n q.a.m q.p.m a.c h.s i.v i.m s.q subq tab
    rs ps mio mrd tabs cap caps pt pts temp resp wt ht hx dx rx tx fx bp r.v l.v ext ref
"""
_ABBREVIATIONS = frozenset(_ABBREVIATIONS_WORDS.split())
# After these a capital does not mean a new sentence, because a name or number follows them.
_BINDING_WORDS = """
    mr mrs ms messrs dr drs prof hon gen col lt sgt capt sen rep gov pres st ste no nos vol vols
    art sec secs fig figs par para ch ex exh cf viz vs v e.g i.e approx est rs ps
"""
_BINDING = frozenset(_BINDING_WORDS.split())
_STARTERS_WORDS = """
    the a an in on at as for from to by with if when while since during after before under upon
    although because however these this those that there it its we our he she his her they their
    you your no not each all any both such some most many other additionally accordingly further
    furthermore moreover consequently therefore thus see refer based pursuant per prior due
    patient patients
"""
_STARTERS = frozenset(_STARTERS_WORDS.split())
_NUMBER = re.compile(r"\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,4})[.)]*")
_REFERENCE = re.compile(
    r"\b(?:items?|notes?|parts?|sections?|rules?|exhibits?|figures?|tables?|chapters?|articles?)"
    r"\s(?:\d{1,3}[A-Za-z]?|[IVX]{1,4})\.$",
    re.IGNORECASE,
)
_COLUMNS: list[int | str] = ["IDX", "LENGTH", "IS_SPACE", "SENT_START"]
_ENDLESS = re.compile(r"(\S{99})\S(?=\S{100})")
"""A hundred characters of an unbroken run, for which the tokenizer takes the square of its time."""
_MOST_WORDS = 200_000
"""spaCy keeps each word it has seen, at half a kilobyte; from so many on it begins anew."""
_CLOSING = "\"'”’)]»"
_OPENING = "\"'“‘([«"


@once
def sentences_of(document: Document) -> tuple[Span, ...]:
    """Returns the sentences of a document; see `sentences`."""
    return tuple(sentences(document.text, document.passages))


def sentences(text: str, passages: Sequence[Passage]) -> list[tuple[int, int]]:
    """Splits a document into sentences.

    Args:
        text: The document's text.
        passages: Its passages in order. Prose passages are split; a table row is one sentence,
            except that cells of more than 200 characters are split as prose.

    Returns:
        Half-open character spans in order, disjoint, without surrounding white space. Apart from
        table rows, which join their cells, none crosses the border of a passage.
    """
    found: list[tuple[int, int]] = []
    prose: list[tuple[int, int]] = []
    starts = breaks(text)
    for start, end, is_row in _units(text, passages):
        if is_row:
            found.append((start, end))
        else:
            inside = starts[bisect_right(starts, start) : bisect_left(starts, end)]
            prose.extend(pairwise((start, *inside, end)))
    # A space in place of a character moves no other, and no sentence ends inside a run.
    parsed = _pipeline().pipe(_ENDLESS.sub(r"\1 ", text[start:end]) for start, end in prose)
    for (base, last), doc in zip(prose, parsed, strict=True):
        found.extend((base + start, base + end) for start, end in _split(doc, text[base:last]))
    found.sort()
    return found


def _units(text: str, passages: Sequence[Passage]) -> Iterator[tuple[int, int, bool]]:
    """Table rows (True) and stretches of prose (False), in order."""
    row: list[Passage] = []
    for passage in passages:
        if row and (passage.kind != "cell" or text[row[-1].end : passage.start] != "\t"):
            yield from _row_units(row)
            row = []
        if passage.kind == "cell":
            row.append(passage)
        else:
            yield passage.start, passage.end, False
    if row:
        yield from _row_units(row)


def _row_units(row: list[Passage]) -> Iterator[tuple[int, int, bool]]:
    if all(cell.end - cell.start <= _PROSE_CELL for cell in row):
        yield row[0].start, row[-1].end, True
        return
    for cell in row:
        yield cell.start, cell.end, False


def _pipeline() -> Language:
    if len(_new_pipeline().vocab) > _MOST_WORDS:
        _new_pipeline.cache_clear()
    return _new_pipeline()


@lru_cache(maxsize=1)
def _new_pipeline() -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer", config={"punct_chars": [*Sentencizer.default_punct_chars, "…"]})
    nlp.max_length = 1 << 40
    return nlp


def _split(doc: Doc, text: str) -> Iterator[tuple[int, int]]:
    """Sentence spans of one stretch of prose; spaCy would put its text together from tokens."""
    start = 0
    for end in _ends(doc, text):
        if end > start and not _is_head(text[start:end]):
            yield from _trimmed(text, start, end)
            start = end
    yield from _trimmed(text, start, len(text))


def _ends(doc: Doc, text: str) -> Iterator[int]:
    """Where sentences end, as character offsets, the last one left out."""
    before, opens = "", False
    for at, length, spaces, starts in doc.to_array(_COLUMNS).astype(np.int64).tolist():
        opens = starts == 1 or opens
        if spaces:
            # A line's end is a token of its own to spaCy, and would open the sentence after it.
            continue
        word = text[at : at + length]
        if before and opens:
            if _splits(text, at, word):
                yield at
        elif before.endswith(".") and _ends_sentence(before[:-1].lower(), word):
            # An abbreviation that spaCy keeps whole may still end its sentence.
            yield at
        before, opens = word, False


def _splits(text: str, at: int, word: str) -> bool:
    """Whether the sentencizer's boundary before `word` holds."""
    left = text[max(at - 40, 0) : at].rstrip()
    closed = left.rstrip(_CLOSING)
    if not closed or text[at - 1] not in " \n\t":
        return False
    first = word.lstrip(_OPENING)[:1] or text[at + len(word) : at + len(word) + 1]
    if closed[-1] != ".":
        return not first.islower()
    if first.islower() or first in ",;:)%":
        return False
    if _REFERENCE.search(closed):
        return word in ("The", "We", "Our", "In")
    last = closed[:-1].split()[-1:] or [""]
    stem = last[0].lstrip(_OPENING).lower()
    if stem in _ABBREVIATIONS:
        return _ends_sentence(stem, word)
    is_initial = len(stem) == 1 and stem.isalpha() and last[0][-1].isupper()
    return not is_initial or word.lower() in _STARTERS


def _ends_sentence(stem: str, following: str) -> bool:
    """Whether an abbreviation ends its sentence, told by the word that follows it."""
    return (
        bool(stem)
        and stem not in _BINDING
        and following[0].isupper()
        and following.lower() in _STARTERS
    )


def _is_head(text: str) -> bool:
    """Whether the stretch is only a number or letter that heads what follows ("1.", "(a)")."""
    return bool(_NUMBER.fullmatch(text.strip()))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    content = text[start:end]
    left = len(content) - len(content.lstrip())
    if left < len(content):
        yield start + left, start + len(content.rstrip())
