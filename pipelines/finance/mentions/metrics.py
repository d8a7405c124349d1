"""Metrics of tables: the whole of a row's head where the labels saw some of its words.

The model learnt metrics from sentences (KPI-EDGAR), where they are part of a longer text. In a
table the cell is the phrase: "Deferred" of "Deferred tax liability (2)" names nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import fmean

from secateur.pipelines.document import Document, Passage
from secateur.pipelines.finance.found import Found

_LONGEST = 120
"""Characters of a cell from which on it holds text of its own."""

_DANGLING = re.compile(
    r"(?:\s+(?:of|in|on|for|from|to|and|or|by|with|at|as|the|an?|our|its|less|related|associated"
    r"|attributable|remaining))+$",
    re.IGNORECASE,
)
_MODIFIERS = re.compile(
    r"(?:(?:net|total|gross|paid|annual|adjusted|other|average|consolidated|underlying)\s*)+",
    re.IGNORECASE,
)
_MEASURE_NEXT = re.compile(
    r"(?: [a-z-]+){0,2}? (?:sales|revenues?|income|loss(?:es)?|earnings|profits?|margins?|assets"
    r"|liabilities|debt|expenses?|costs?|ratio|cash flows?|interest|equity|proceeds|EBITDA?)\b"
)
_MARKS = re.compile(r"(?:[\s,:*†‡¹²³]|\(\w{1,2}\)|(?<=\s)\d{1,2}(?=$|[\s,:]))+$")


def whole_metrics(document: Document, found: Sequence[Found]) -> list[Found]:
    """Widens metrics to the cell that they stand in.

    Args:
        document: The document.
        found: What was found in it, ascending and disjoint.

    Returns:
        The same, but for table cells in which only metrics were found, or metrics and then dates:
        of each, one metric that is the whole cell, as far as the dates, without colon and footnote
        marks, its score their mean. In prose, and in cells of more than 120 characters, metrics
        lose words that lead on ("Sales in"), and "net" alone goes on to "net sales" or is none.
    """
    starts = [passage.start for passage in document.passages]
    inside: defaultdict[int, list[Found]] = defaultdict(list)
    for other in found:
        inside[bisect_right(starts, other.start) - 1].append(other)
    whole: list[Found] = []
    for number, others in inside.items():
        passage = document.passages[number] if number >= 0 else None
        done = whole[-1].end if whole else 0
        metrics = [other for other in others if other.label == "KPI"]
        dates = others[len(metrics) :]
        if passage and metrics and passage.start >= done and _is_head(passage, others, dates):
            whole.append(_whole(document.text, passage, metrics, dates))
            whole += dates
        else:
            whole += _in_prose(document.text, others)
    return whole


def _in_prose(text: str, found: Sequence[Found]) -> Iterator[Found]:
    """Metrics of a sentence without words that lead on, "net" and "total" with what they modify."""
    for number, other in enumerate(found):
        if other.label == "KPI":
            dangling = _DANGLING.search(text, other.start, other.end)
            other = replace(other, end=dangling.start()) if dangling else other
            if _MODIFIERS.fullmatch(text, other.start, other.end):
                measure = _MEASURE_NEXT.match(text, other.end)
                following = found[number + 1].start if number + 1 < len(found) else len(text)
                if measure is None or measure.end() > following:
                    continue
                other = replace(other, end=measure.end())
        yield other


def _is_head(passage: Passage, found: Sequence[Found], dates: Sequence[Found]) -> bool:
    is_cell = passage.kind == "cell" and passage.end - passage.start <= _LONGEST
    in_order = all(date.label == "DATE" for date in dates)
    return is_cell and in_order and found[-1].end <= passage.end


def _whole(text: str, passage: Passage, metrics: Sequence[Found], dates: Sequence[Found]) -> Found:
    end = dates[0].start if dates else passage.end
    marks = _MARKS.search(text[passage.start : end])
    end = passage.start + marks.start() if marks else end
    return replace(
        metrics[0],
        start=passage.start,
        end=max(end, metrics[-1].end),
        score=round(fmean(metric.score for metric in metrics), 4),
        recovered=any(metric.recovered for metric in metrics),
    )
