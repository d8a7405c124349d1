"""ICD-10-CM codes of the problems of a handover."""

from __future__ import annotations

from secateur.pipelines.clinical.verification.context import context_of
from secateur.pipelines.document.handover import Code
from secateur.pipelines.terminology.matcher import TermMatcher

# Set by hand and not measured: no coded notes were at hand to calibrate them on.
_ALONE, _AMONG, _DOUBTED = 0.9, 0.75, 0.5
"""Probability of a code whose name is most of the problem, is some of it, is doubted or past."""
_MOSTLY = 0.5
_MOST = 3
"""Codes of one problem."""


def codes_of(text: str, vocabulary: TermMatcher | None) -> tuple[Code, ...]:
    """Finds the codes of the diseases that a problem names.

    Args:
        text: The problem.
        vocabulary: Clinical terms with their codes; None finds none.

    Returns:
        Codes of what is neither denied nor a relative's, the likeliest first.
    """
    found: dict[str, Code] = {}
    for match in vocabulary.find(text) if vocabulary else ():
        if match.term.code is None:
            continue
        context = context_of(text, match.start, match.end)
        if context.negated or context.family:
            continue
        share = (match.end - match.start) / max(len(text), 1)
        likely = _ALONE if share > _MOSTLY else _AMONG
        likely *= _DOUBTED if context.uncertain or context.past else 1.0
        found.setdefault(
            match.term.code, Code(match.term.code, match.term.concept, round(likely, 2))
        )
    return tuple(sorted(found.values(), key=lambda code: -code.probability)[:_MOST])
