"""Whether a line of an assessment names a problem, or orders what no problem is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain

from secateur.pipelines.clinical.language.prescribing import NUMBER
from secateur.pipelines.clinical.language.rules import any_of
from secateur.pipelines.clinical.language.wording import joined
from secateur.pipelines.clinical.lists.plan_cues import NEXT, ORDERED, SOON
from secateur.pipelines.document.summary import SummarySentence

_NAMED = re.compile(r"((?:(?!\s[-–]\s)[^.:;\n])*)")
"""The name of a problem, in front of what is said of it."""
_TOPIC = re.compile(r"([A-Za-z][^:.;\n]{1,40}?)(?::|\s[-–])\s")
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
    problems: list[list[SummarySentence]] = []
    ordered: list[SummarySentence] = []
    is_open = False
    for entry in entries:
        first = entry.evidence[0]
        has_order = _is_order(first.text)
        if not has_order and not _CARE.match(first.text):
            problems.append([entry])
            is_open = _NAME.fullmatch(entry.text) is not None
        elif is_open and has_order and _is_below(text, problems[-1][-1], first.start):
            problems[-1].append(entry)
        else:
            ordered.append(entry)
            is_open = False
    return [*chain.from_iterable(map(together, problems))], ordered


def attached(
    problems: Sequence[SummarySentence], plan: Iterable[SummarySentence]
) -> tuple[list[SummarySentence], list[SummarySentence]]:
    """Puts each part of a plan that stands apart with the problem that it names in front.

    Args:
        problems: An assessment's.
        plan: The entries of a plan.

    Returns:
        The problems, and what of the plan names none of them ("Gout: allopurinol" names gout).
    """
    words = [_words(_NAMED.match(problem.text)) for problem in problems]
    first = {word: at for at, named in reversed([*enumerate(words)]) for word in named}
    groups = [[problem] for problem in problems]
    rest: list[SummarySentence] = []
    for entry in plan:
        topic = _words(_TOPIC.match(entry.text))
        at = max((first.get(word, -1) for word in topic), default=-1)
        group = groups[at] if at >= 0 and topic <= words[at] else rest
        group.append(entry)
    return [*chain.from_iterable(map(together, groups))], rest


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


def _words(named: re.Match[str] | None) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", named[1].lower())) if named else frozenset()


def _is_order(line: str) -> bool:
    """Whether a line opens with what is to be done, or when: not "Lung nodule, repeat CT"."""
    said = _MARK.sub("", line, count=1)
    return any(cue.match(said) for cue in (_ORDER, NEXT, ORDERED, SOON))


def _is_below(text: str, above: SummarySentence, start: int) -> bool:
    """Whether a line without a number stands right below an entry."""
    gap = text[above.evidence[-1].end : start]
    return gap.count("\n") == 1 and not _COUNTED.match(text, start)
