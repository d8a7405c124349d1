"""Scores of figures against a filing's own facts, with no annotation by hand.

Filers tag the statements and notes, not the discussion. So recall counts every visible fact, and
precision only figures in blocks (paragraphs, tables) that bear at least one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from secateur.pipelines.document.calendar_words import YEAR
from secateur.pipelines.document.dates import MONTH
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.layout import layout_of
from secateur.pipelines.errors import UsageError
from secateur.pipelines.evaluation.counts import Counts
from secateur.pipelines.evaluation.entities import unit_at
from secateur.pipelines.evaluation.metric import Metric
from secateur.pipelines.finance.candidates.found import FIGURES
from secateur.pipelines.finance.candidates.number_types import FIGURE_TYPES
from secateur.pipelines.finance.figures.facts import FigureFact, figure_facts
from secateur.pipelines.finance.figures.numbers import read_printed
from secateur.pipelines.finance.figures.reader import plain
from secateur.pipelines.ingestion.tagged import Fact

_OTHER = "other"
_JUDGED = ("span", "span+type", "+value", "+value as tagged", "+unit", "+period")
_ORDER = (*_JUDGED, "concept", *FIGURE_TYPES, "digits", "dash", "words")
_NUMBER = re.compile(r"(?<![\w.,/-])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\w/]|[.,]\d|-\d)|—")
_MEASURED = re.compile(r"\)?\s?(?:%|percent|million|billion|shares)")
_YEAR = re.compile(YEAR)
_MONTH_BEFORE = re.compile(rf"{MONTH}\s$", re.IGNORECASE)


@dataclass(frozen=True)
class Filing:
    """A filing and its facts.

    Attributes:
        document: The filing.
        figures: Its tagged figures, in the order of the text.
    """

    document: Document
    figures: tuple[FigureFact, ...]

    @classmethod
    def of(cls, document: Document, facts: Iterable[Fact]) -> Filing:
        """Takes the figures among a document's facts.

        Raises:
            UsageError: There are none.
        """
        figures = tuple(figure_facts(document.text, facts))
        if not figures:
            raise UsageError(
                f"{document.doc_id}: holds no inline XBRL facts to score against; "
                "compare with a file of gold entities"
            )
        return cls(document, figures)


def score_filings(
    filings: Sequence[Filing],
    predictions: Sequence[Sequence[Entity]],
    listed: Collection[str] | None = None,
    prefix: str = "",
) -> tuple[Metric, ...]:
    """Scores figures against facts.

    Args:
        filings: The filings.
        predictions: What was found in each, in the same order.
        listed: Concepts that can be told apart; None takes those that are predicted.
        prefix: Put before the name of every score.

    Returns:
        Precision, recall and F1, each with a 95 % interval over filings, or stretches of 2,000
        characters of a single one, of

        - span: a figure holds the tagged digits, or the dash, and no other digit,
        - span+type: and it has the type of the fact's unit,
        - +value: and the value, signed as printed; +value as tagged: as the fact is, whose sign is
          that of its concept (money paid out is positive, though printed in parentheses),
        - +unit, +period: and unit, or period, of the fact,
        - concept: and the concept, of the listed ones,
        - MONEY, PERCENT, SHARES, PER_SHARE: span+type, by type,
        - digits, dash, words: span+type, by how the fact is printed (recall only).
    """
    if listed is None:
        named = {entity.concept for found in predictions for entity in found}
        listed = {name for name in named if name and name != _OTHER}
    counts = Counts()
    for number, (filing, found) in enumerate(zip(filings, predictions, strict=True)):
        figures = sorted((e for e in found if e.label in FIGURES), key=lambda e: e.start)
        # By number: the files of two companies may have one name.
        _count(counts, str(number), filing, figures, listed, prefix)
    return tuple(sorted(counts.metrics(), key=lambda metric: _place(metric, prefix)))


def _place(metric: Metric, prefix: str) -> int:
    """Where a score stands in the table."""
    return _ORDER.index(metric.name.removeprefix(prefix).rpartition(".")[0])


def by_regex(document: Document) -> list[Entity]:
    """Finds figures by a pattern for numbers: the baseline.

    Args:
        document: The document.

    Returns:
        Every number and dash but years, days of months and lone digits in prose; percentages by
        their sign, shares by the word that follows, all else money, with the number as printed.
    """
    layout, found = layout_of(document), []
    text = document.text
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        passage = layout.passage_at(start)
        in_cell = passage is not None and passage.row is not None
        if match.group() == "—" and not (in_cell and passage and passage.end - passage.start <= 3):
            continue
        plainly = _YEAR.fullmatch(match.group()) or (len(match.group()) < 3 and not in_cell)
        signed = text[max(start - 2, 0) : start].rstrip("(").endswith(("$", "€", "£"))
        signed = signed or _MEASURED.match(text, end) is not None
        if (plainly and not signed) or _MONTH_BEFORE.search(text, max(start - 12, 0), start):
            continue
        label = "PERCENT" if re.match(r"\)?\s?(?:%|percent)", text[end : end + 9]) else "MONEY"
        if re.match(r"(?: million)? shares", text[end : end + 16]):
            label = "SHARES"
        printed = read_printed(text, start, end)
        value = plain(printed.number.scaleb(printed.scale or 0)) if printed else None
        found.append(Entity(document.doc_id, start, end, match.group(), label, 1.0, value=value))
    return found


def _count(
    counts: Counts,
    document: str,
    filing: Filing,
    figures: Sequence[Entity],
    listed: Collection[str],
    prefix: str,
) -> None:
    pairs = _matched(filing.document.text, figures, filing.figures)
    blocks = _Blocks(filing)
    for entity, fact in pairs:
        if fact is None and not blocks.bear_a_fact(entity.start):
            continue
        judged, unit = _judged(entity, fact), unit_at(document, entity.start)
        for name, right in (*judged.items(), (entity.label, judged["span+type"])):
            counts.add(prefix + name, unit, correct=float(right), predicted=1)
        if entity.concept in listed:
            right = fact is not None and entity.concept == fact.facts[0].concept
            counts.add(f"{prefix}concept", unit, correct=float(right), predicted=1)
    by_fact = {fact.start: entity for entity, fact in pairs if fact is not None}
    for fact in filing.figures:
        unit = unit_at(document, fact.start)
        holder = by_fact.get(fact.start)
        judged = _judged(holder, fact)
        for name, right in (*judged.items(), (fact.label, judged["span+type"])):
            counts.add(prefix + name, unit, correct=float(right), gold=1)
        counts.recall(f"{prefix}{fact.form}", unit, correct=float(judged["span+type"]))
        if fact.facts[0].concept in listed:
            right = holder is not None and holder.concept == fact.facts[0].concept
            counts.add(f"{prefix}concept", unit, correct=float(right), gold=1)


def _judged(entity: Entity | None, fact: FigureFact | None) -> dict[str, bool]:
    if entity is None or fact is None:
        return dict.fromkeys(_JUDGED, False)
    kind = entity.label == fact.label
    return {
        "span": True,
        "span+type": kind,
        "+value": kind and entity.value == fact.printed,
        "+value as tagged": kind and entity.value == fact.tagged,
        "+unit": kind and entity.unit == fact.facts[0].unit,
        "+period": kind and entity.period in fact.periods,
    }


def _matched(
    text: str, figures: Sequence[Entity], facts: Sequence[FigureFact]
) -> list[tuple[Entity, FigureFact | None]]:
    """Pairs each figure with the one fact that it holds; no fact is held twice."""
    starts = [fact.start for fact in facts]
    taken: set[int] = set()
    pairs: list[tuple[Entity, FigureFact | None]] = []
    for entity in figures:
        first = bisect_left(starts, entity.start)
        own = facts[first] if first < len(facts) and facts[first].end <= entity.end else None
        if own is not None:
            around = text[entity.start : own.start] + text[own.end : entity.end]
            if own.start in taken or any(map(str.isdigit, around)):
                own = None
            else:
                taken.add(own.start)
        pairs.append((entity, own))
    return pairs


class _Blocks:
    """The paragraphs and tables of a filing that bear a fact."""

    def __init__(self, filing: Filing) -> None:
        self._layout = layout_of(filing.document)
        self._tagged = {self._block(fact.start) for fact in filing.figures}

    def bear_a_fact(self, start: int) -> bool:
        return self._block(start) in self._tagged

    def _block(self, start: int) -> int:
        table, passage = self._layout.table_at(start), self._layout.passage_at(start)
        return table.start if table else passage.start if passage else -1
