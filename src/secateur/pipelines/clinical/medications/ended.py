"""Finds drugs that a plan stops by a class or by a name that no vocabulary has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from secateur.pipelines.clinical.medications.classes import named_classes
from secateur.pipelines.clinical.medications.lines import Line
from secateur.pipelines.clinical.medications.mention import CLASS, Mention
from secateur.pipelines.clinical.verification.orders import Fate, fate_of
from secateur.pipelines.document.document import Document
from secateur.pipelines.terminology.drug_words import (
    STOP,
)
from secateur.pipelines.terminology.matcher import TermMatcher

_ORDER = re.compile(rf"\b(?:{STOP}|d/?c) (?P<article>(?:the|her|his) )?", re.IGNORECASE)
_END = re.compile(r"\b(?! (?:if|when|for|before))", re.IGNORECASE)
"""Where the name of a drug may end that an order stops in any case."""
_LOOKAHEAD = len(" before") + 1


def stopped_by_class(
    document: Document, lines: Sequence[Line], vocabulary: TermMatcher | None
) -> Iterator[Mention]:
    """Classes that a plan ends: "Stop OCPs", "no further triptans"; each named by its members."""
    for line in lines:
        if line.lists or not line.is_told:
            continue
        text = line.text(document)
        for span, no_more, member in named_classes(text):
            if no_more or fate_of(text, span, [span]) is Fate.STOPPED:
                start, end = line.start + span[0], line.start + span[1]
                yield Mention(
                    start, end, f"{CLASS}{member.pattern}", False, False, line.section, "stopped",
                    (line.start, line.end),
                )  # fmt: skip


def stopped_by_name(
    document: Document,
    lines: Sequence[Line],
    found: Iterable[Mention],
    vocabulary: TermMatcher | None,
) -> Iterator[Mention]:
    """Drugs that no vocabulary knows and a plan stops: "Stop Santyl"."""
    names = {mention.name for mention in found if mention.on}
    unknown = {name for name in names if vocabulary is None or not vocabulary.find(name)}
    reach = max(map(len, unknown), default=0) + _LOOKAHEAD
    for line in lines:
        if line.lists or not line.is_told:
            continue
        text = line.text(document)
        for order in _ORDER.finditer(text):
            for start in {order.end(), order.start("article")} - {-1}:
                for end in _END.finditer(text, start + 1, start + reach):
                    name = text[start : end.start()].lower()
                    if name in unknown:
                        first, last = line.start + start, line.start + end.start()
                        item = (line.start, line.end)
                        yield Mention(
                            first, last, name, False, False, line.section, "stopped", item
                        )
