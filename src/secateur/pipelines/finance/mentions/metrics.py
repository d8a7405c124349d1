"""Metrics that a sentence states with their figure, whole as a reader would say them.

The model learnt metrics from sentences (KPI-EDGAR) and sees some in tables too, where the head of
its row tells what a figure measures (`Entity.row`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from secateur.pipelines.document.document import Document
from secateur.pipelines.finance.candidates.found import FIGURES, Found
from secateur.pipelines.finance.candidates.vocabulary import CURRENCIES

_LONGEST = 120
"""Characters of a cell from which on it holds text of its own."""

_DANGLING = re.compile(
    r"(?:\s+(?:one|two|three|four|five|six|seven|eight|nine|ten|of|in|on|for|from|to|and|or|by|with"
    r"|at|as|the|an?|our|its|less|related|associated"
    r"|attributable|remaining|c\.|totall?ed|amounted|reached|stood|was|were))+$",
    re.IGNORECASE,
)
_KIND = re.compile(r"\b(?:(?:non-)?GAAP|underlying|adjusted|statutory|organic) $", re.IGNORECASE)
_MODIFIERS = re.compile(
    r"(?:(?:net|total|gross|paid|annual|adjusted|other|average|consolidated|underlying)\s*)+",
    re.IGNORECASE,
)
_NTH = frozenset(("first", "second", "third", "fourth"))
_MEASURE_NEXT = re.compile(
    r"(?: [a-z-]+){0,2}? (?:sales|revenues?|income|loss(?:es)?|earnings|profits?|margins?|assets"
    r"|liabilities|debt|expenses?|costs?|ratio|cash flows?|interest|equity|proceeds|EBITDA?)\b"
)
_REST = re.compile(
    r"(?: flows?(?: (?:from|used in|provided by) (?:operating|investing|financing) activities)?"
    r"|(?: (?:before|after)|(?<=\bbefore)|(?<=\bafter)) (?:income )?tax(?:es|ation)?"
    r"| (?:margin|ratio)s?|(?<=quarterly) dividends?|(?<=operating) (?:profit|income|loss)(?:es)?"
    r"|(?:(?<=cash)|(?<=Cash)) (?:provided by|used in) (?:operating|investing|financing) activities"
    r"|(?<=ash provided) by (?:operating|investing|financing) activities"
    r"|(?<=\b[Nn]on)-GAAP (?:[a-z-]+ ){0,2}(?:income|loss|earnings|margin|expenses?|EPS)"
    r"|(?<=\bload) factor|(?<=premiums) (?:written|earned)|(?<=investment) income"
    r"|(?<=interest)-bearing (?:deposits|liabilities|debt|loans)"
    r"|(?<=\borganic) (?:(?:revenue|sales) )?growth"
    r"|(?<=\bper) (?:(?:diluted|basic|ordinary|common) )*share"
    r"| per (?:(?:diluted|basic|ordinary|common) )*share)(?!\w)",
    re.IGNORECASE,
)
"""Words with which a metric goes on that was found without them."""


def stated_metrics(
    document: Document, sentences: Sequence[tuple[int, int]], found: Sequence[Found]
) -> list[Found]:
    """Keeps the metrics of running text whose figure the same sentence gives.

    Args:
        document: The document.
        sentences: Its sentences in order.
        found: What was found in it, ascending and disjoint.

    Returns:
        The same without metrics in cells of tables, but in those of more than 120 characters, and
        of sentences without a figure. Metrics lose words that lead on ("Sales in"), go on to
        "Profit before tax" and "Basic earnings per share", and "net" alone goes on to "net sales"
        or is none.
    """
    starts = [start for start, _ in sentences]
    told = {bisect_right(starts, other.start) for other in found if other.label in FIGURES}
    kept = [
        other
        for other in found
        if other.label != "KPI"
        or (bisect_right(starts, other.start) in told and _is_in_text(document, other))
    ]
    return _joined(document.text, list(_whole(document.text, kept)))


def _is_in_text(document: Document, metric: Found) -> bool:
    passage = document.passage_at(metric.start)
    return passage is None or passage.kind != "cell" or passage.end - passage.start > _LONGEST


def _joined(text: str, found: Sequence[Found]) -> list[Found]:
    """Metrics side by side as one, with the words that a metric goes on with; no currencies."""
    done: list[Found] = []
    for number, other in enumerate(found):
        following = found[number + 1].start if number + 1 < len(found) else len(text)
        if other.label == "KPI":
            wording = other.wording(text).lower()
            if wording in CURRENCIES or wording in _NTH:
                continue
            kind = _KIND.search(text, done[-1].end if done else 0, other.start)
            other = replace(other, start=kind.start()) if kind else other
            while (rest := _REST.match(text, other.end)) and rest.end() <= following:
                other = replace(other, end=rest.end())
            before = done[-1] if done else None
            if before and before.label == "KPI" and text[before.end : other.start] in (" ", "-"):
                done[-1] = replace(before, end=other.end, score=min(before.score, other.score))
                continue
        done.append(other)
    return done


def _whole(text: str, found: Sequence[Found]) -> Iterator[Found]:
    """Metrics without words that lead on, "net" and "total" with what they modify."""
    for number, other in enumerate(found):
        dangling = _DANGLING.search(text, other.start, other.end) if other.label == "KPI" else None
        other = replace(other, end=dangling.start()) if dangling else other
        if other.label == "KPI" and _MODIFIERS.fullmatch(text, other.start, other.end):
            measure = _MEASURE_NEXT.match(text, other.end)
            following = found[number + 1].start if number + 1 < len(found) else len(text)
            if measure is None or measure.end() > following:
                continue
            other = replace(other, end=measure.end())
        yield other
