"""Whether a line of an assessment names a problem, or orders what no problem is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain

from secateur.pipelines.clinical.lists.patterns import NUMBER, any_of
from secateur.pipelines.clinical.lists.plan_cues import NEXT, ORDERED, SOON
from secateur.pipelines.clinical.wording import joined
from secateur.pipelines.document import SummarySentence

_COUNTED = re.compile(rf"\s*(?:{NUMBER}|#)")
_MARK = re.compile(rf"(?:{_COUNTED.pattern}\d{{0,2}})?\s*(?:[-*•–]+|\[[ xX✓]?\])?\s*")
# "Increase in size" and "discharge from the ear" are findings.
_ORDER = re.compile(
    r"(?:"
    + any_of(r"""
        cont(?:inue)?
        (?:re-?)?start
        begin
        resume
        stop
        discontinue
        d/c
        hold
        (?:in|de)crease(?! (?:in|of)\b)
        reduce
        titrate
        wean
        taper
        add
        give
        send
        obtain
        order
        check
        monitor
        trend
        await
        replete
        transfuse
        schedule
        arrange
        refer
        consult
        admit
        transfer
        discharge (?:to|home|when|if|once|today|tomorrow|in|on)
        avoid
        keep
        encourage
        call
        see (?:me|us|dr|him|her|them|back|pcp)
        (?:we |I |he |she |patient |pt )?will
    """)
    + r")\b",
    re.IGNORECASE,
)
_CARE = re.compile(
    _MARK.pattern
    + r"(?:"
    + any_of(r"""
        f/?e/?n
        (?:dvt |vte |gi |stress ulcer )?(?:ppx|prophylaxis)
        (?:iv )?access
        lines?(?:/\w+)*
        code(?: status)?
        dispo(?:sition)?
        contacts?
        diet
        activity
        condition
        hc?m
        health (?:care )?maintenance(?: due)?
    """)
    + r")\s*(?:[:.\n\t]|\s[-–]|$)",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^.:;]{2,60}")
"""A problem's name and no more."""


def parted(
    text: str, entries: Iterable[SummarySentence]
) -> tuple[list[SummarySentence], list[SummarySentence]]:
    """Parts the entries of an assessment.

    Args:
        text: The note's.
        entries: Its assessment's, in order.

    Returns:
        Problems, with the orders that stand right below a bare name; and what else is ordered, or
        said of the care that every patient gets.
    """
    problems: list[SummarySentence] = []
    ordered: list[SummarySentence] = []
    above: SummarySentence | None = None
    for entry in entries:
        first = entry.evidence[0]
        has_order = _is_order(first.text)
        if not has_order and not _CARE.match(first.text):
            problems.append(entry)
            above = entry if _NAME.fullmatch(entry.text) else None
        elif above and has_order and _is_below(text, above, first.start):
            [above] = problems[-1:] = together([above, entry])
        else:
            ordered.append(entry)
            above = None
    return problems, ordered


def together(entries: Sequence[SummarySentence]) -> list[SummarySentence]:
    """Makes one entry of several.

    Args:
        entries: Any number.

    Returns:
        One with the places of all, or none.
    """
    if len(entries) < 2:
        return [*entries]
    places = tuple(chain.from_iterable(entry.evidence for entry in entries))
    return [SummarySentence(joined(entries), places, 1.0)]


def _is_order(line: str) -> bool:
    """Whether a line opens with what is to be done, or when: not "Lung nodule, repeat CT"."""
    said = _MARK.sub("", line, count=1)
    return any(cue.match(said) for cue in (_ORDER, NEXT, ORDERED, SOON))


def _is_below(text: str, above: SummarySentence, start: int) -> bool:
    """Whether a line without a number stands right below an entry."""
    gap = text[above.evidence[-1].end : start]
    return gap.count("\n") == 1 and not _COUNTED.match(text, start)
