"""What the figures of a report measure: by concept, by the head of a row, by a sentence."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from secateur.pipelines.document.dates import MONTH
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.finance.candidates.vocabulary import CURRENCY, SCALE_WORD
from secateur.pipelines.finance.fiscal.forecasts import is_forecast

_OTHER = "other"
STATEMENTS = ("Item 8", "Item 14", "Item 15")
"""Items of an annual report with its financial statements; before 2003 the last was the 14th."""
_KEY = re.compile(
    r"(?:(?:total|net|insurance|rental|operating|sales|group) )?(?:revenues?|sales|turnover)"
    r"(?: from operations)?$|net sales|cost of (?:sales|revenue)"
    r"|gross (?:profit|margin)|(?:total )?operating (?:income|expenses|profit|result)"
    r"|income from operations"
    r"|(?:income|earnings|loss|profit).{0,12} before .{0,30}tax"
    r"|(?:consolidated )?net (?:income|earnings|loss|profit)"
    r"|(?:profit|loss)(?: \((?:loss|profit)\))? (?:after tax|(?:for|attributable to) )"
    r"|(?:basic|diluted)|research and development|total (?:current )?(?:assets|liabilities)"
    r"|total .{0,14}(?:equity)|cash and cash equivalents|long-term debt|inventories"
    r"|(?:net cash .{0,40}|cash flows? (?:from|used in) )(?:operating|investing|financing)"
    r"|(?:net )?interest (?:income|expenses?)$|financ(?:e|ial) (?:costs?|expenses?)$"
    r"|(?:adjusted )?ebit(?:d?a)?$|free cash flow"
    r"|(?:headline |underlying )?(?:earnings|dividends?) per"
    r"|(?:net|total) debt$|total deposits|(?:nareit |core |normali[sz]ed )?a?ffo\b|net asset value"
    r"|arr$|annual(?:i[sz]ed)? recurring revenue|nrr\b|(?:dollar-based )?net (?:revenue|dollar)"
    r" retention",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"cash|equity", re.IGNORECASE)
"""Heads of main lines in a report without items; in others of plan assets too."""
_SHARE_OF = re.compile(r"%|per ?cent|margin|rate|ratio|yield|retention|\bnrr\b", re.IGNORECASE)
_MARKS = re.compile(r"\s*\(?\d\)?$|\s*\([^)]*\)")
_NUMBER = re.compile(r"\A\(?(?:\d{1,2}|[ivx]{1,4}|[a-z])[.)]\s+", re.IGNORECASE)
"""Before the head of a row: "1. Revenue from operations", "d) Finance costs"."""
_TIME = re.compile(
    r"(?=.*\d)(?:[\W\d]|(?:fiscal|financial|full|years?|quarters?|months?|weeks?|first|second"
    r"|third|fourth|three|six|nine|twelve|half|end(?:ed|ing)?|as|of|at|for|the|in|on|fy|q|h"
    rf"|{MONTH})(?![a-z]))+",
    re.IGNORECASE,
)
"""Head of a row of a table whose columns are headed by what they measure."""
_UNIT = re.compile(
    r"\W+(?:(?:in )?(?:thousand|million|billion)s?(?: of)? \w+|(?:yen|\w*円))\W*$", re.IGNORECASE
)
_FIRST = re.compile(r"[\s:]+")
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_EQUITY = "us-gaap:StockholdersEquity"
WHOLE = re.compile(r"\b(?:total|consolidated|combined)\b", re.IGNORECASE)
"""Head of what is the whole company's beside its segments."""
_AHEAD = re.compile(r"\b(?:outlook|guidance|forecasts?|targets?)\b|\d[EF]$", re.IGNORECASE)
"""Head of a column of what is expected: "2026E"."""
_WHEN = (
    r"(?:,? (?:for|in|at|as|of|the|during|on|fiscal|full|years?|quarter|half|months?|ended|first"
    rf"|second|third|fourth|three|six|nine|twelve|q[1-4]|fy ?\d+|h[12]|\d+|{MONTH})(?!\w))*"
)
_PERCENT = r"[\d.]+ ?(?:%|per ?cent)(?:,? year[- ]o(?:ver|n)[- ]year)?"
_WAS = (
    rf"{_WHEN},? (?:was|were|of|totall?ed|amounted to|reached|came to|came in at|stood at"
    r"|(?:rose|grew|increased|climbed|fell|declined|decreased|dropped|(?:was|were) (?:up|down))"
    rf"(?: (?:by )?{_PERCENT})?,? to) (?:approximately |about )?"
)
_SAID = re.compile(_WAS, re.IGNORECASE)
"""Between a metric and the figure that a sentence says it was."""
_COMPARED = re.compile(
    rf"{_WAS}\(?(?:{CURRENCY} ?)?[\d.,]*\d\)?(?: ?(?:{SCALE_WORD}|%|per ?cent))?{_WHEN},?"
    rf" (?:(?:(?:up|down)(?: {_PERCENT})? )?from|(?:as )?compared (?:to|with)|versus|vs\."
    r"|against) ",
    re.IGNORECASE,
)
"""Between a metric and what the figure is compared with: "was $5.2 million, up from"."""
_OPENS = re.compile(r"(?:(?:our|the|total|its) )?", re.IGNORECASE)
_SAME = dict.fromkeys(
    ("operating profit", "operating income", "income from operations"),
    "us-gaap:OperatingIncomeLoss",
)
"""Heads of rows that say what a concept of the list means."""


def measured(entities: Sequence[Entity]) -> Iterator[tuple[str, Entity]]:
    """Finds the figures of a report with what each measures.

    Args:
        entities: What was found in the document, in reading order.

    Yields:
        A concept that the model names, else the row head of the statements' item, without its
        number, or its column's where rows are times, or the metric that opens a sentence and "was"
        the figure, or what that is compared with, if it is an annual report's usual measure; with
        the figure. What is expected is left out, and so are balances of a part of equity where the
        report has rows of equity as such. A name that heads rows of one concept is that concept.
    """
    entities = _concepts_of_rows(entities)
    named = _concepts_of_heads(entities)
    names_equity = any(e.concept == _EQUITY and "equity" in (e.row or "").lower() for e in entities)
    concepts = {entity.concept for entity in entities}
    metric: Entity | None = None
    for entity in entities:
        if entity.label == "KPI":
            metric = entity
        left_out = (names_equity and _is_component(entity)) or _is_ahead(entity)
        measure = None if left_out else _measure(entity) or _stated(entity, metric)
        if measure is not None:
            concept = named.get((measure.lower(), entity.label)) or _SAME.get(measure.lower())
            yield (concept if concept in concepts and concept else measure), entity


def _concepts_of_rows(entities: Iterable[Entity]) -> list[Entity]:
    """Gives figures of no concept that of the others of their row, where these agree."""
    entities = list(entities)
    told: defaultdict[tuple[str | None, str | None, str], set[str]] = defaultdict(set)
    for entity in entities:
        timed = _TIME.fullmatch(entity.row or "")
        if entity.row and not timed and entity.concept not in (None, _OTHER):
            told[entity.row, entity.sentence, entity.label].add(entity.concept or "")
    return [
        replace(entity, concept=next(iter(of_row)))
        if entity.concept is None
        and len(of_row := told.get((entity.row, entity.sentence, entity.label), set())) == 1
        else entity
        for entity in entities
    ]


def _concepts_of_heads(entities: Iterable[Entity]) -> dict[tuple[str, str], str]:
    """The concepts that heads of rows mean, in small letters, by the type of their figures."""
    told: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for entity in entities:
        if entity.row and entity.concept not in (None, _OTHER):
            told[_head(entity).lower(), entity.label].add(entity.concept or "")
    return {name: next(iter(concepts)) for name, concepts in told.items() if len(concepts) == 1}


def _is_ahead(entity: Entity) -> bool:
    """Whether a figure is what a company expects."""
    if entity.row:
        return _AHEAD.search(entity.column or "") is not None
    text = entity.sentence or ""
    return is_forecast(text, max(text.find(entity.text), 0))


def _stated(entity: Entity, metric: Entity | None) -> str | None:
    """The metric that opens a figure's sentence, if it says that it was the figure."""
    text = entity.sentence or ""
    at = text.find(metric.text) if metric and metric.sentence == text else -1
    if metric is None or at < 0 or entity.row or entity.section not in (None, *STATEMENTS):
        return None
    end, start = at + len(metric.text), at + entity.start - metric.start
    said = _SAID.fullmatch(text, end, start) or _COMPARED.fullmatch(text, end, start)
    if said is None or not _OPENS.fullmatch(text, 0, at):
        return None
    return _usual(metric.text[:1].upper() + metric.text[1:], entity)


def _measure(entity: Entity) -> str | None:
    """What a figure measures by its concept, else by the head of its row."""
    if entity.concept not in (None, _OTHER):
        return entity.concept
    if entity.concept is None and entity.row and entity.section in (None, *STATEMENTS):
        return _usual(_head(entity), entity)
    return None


def _head(entity: Entity) -> str:
    """The head of a figure's row, or of its column where that of the row is a time."""
    head = entity.row or ""
    if _TIME.fullmatch(head) and entity.column:
        head = _UNIT.sub("", entity.column)
    return _NUMBER.sub("", _MARKS.sub("", head)).strip(" :")


def _usual(name: str, entity: Entity) -> str | None:
    """A name if it is of a usual measure, and a figure fits it."""
    # "Change in %" beside the amounts of a row is none of them.
    is_change = entity.label == "PERCENT" and not _SHARE_OF.search(name)
    is_usual = _KEY.match(name) or (entity.section is None and _PLAIN.fullmatch(name))
    return _FIRST.sub(" ", name) if is_usual and not is_change else None


def _is_component(entity: Entity) -> bool:
    """Whether a balance of equity may be that of common stock, or of what else heads its part."""
    words = f"{entity.row} {entity.column}".lower()
    is_balance = entity.concept == _EQUITY and (entity.row or "").lower().startswith("balance")
    return is_balance and "equity" not in words and not WHOLE.search(words)


def words(measure: str) -> str:
    """Writes a concept's name as words; a row head as it is."""
    prefix, colon, name = measure.partition(":")
    return _CAPITAL.sub(" ", name) if colon and " " not in prefix else measure
