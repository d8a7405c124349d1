"""What a breakdown is about by its filing's tags: the axis that tells its figures apart."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from secateur.pipelines.finance.statements.statement import SUBJECTS, Subject

_AXES: Mapping[str, Subject] = {
    "us-gaap:StatementBusinessSegmentsAxis": "segment",
    "srt:ProductOrServiceAxis": "product",
    "us-gaap:ProductOrServiceAxis": "product",
    "srt:StatementGeographicalAxis": "region",
    "us-gaap:StatementGeographicalAxis": "region",
}
_MATURITY = re.compile(
    r"(?!.*Originated)(?!.*BeforeLatest).*(?:"
    r"(?:Year|Years)(?:Two|Three|Four|Five)|(?:Two|Three|Four|Five)Years"
    r"|(?:Second|Third|Fourth|Fifth)Year|Thereafter|NextTwelveMonths|NextRolling|Rolling"
    r"|RemainderOf(?:Fiscal)?Year|(?:Within|After|Through)(?:One|Five|Ten)(?:Through|Year)"
    r"|DueAfter|AfterYear)"
)
"""Names of concepts that are for the time in which something falls due; loans by the year in which
they were made are not."""
_REGION = re.compile(r".*IncomeTaxes(?:Domestic|Foreign)")
"""Names of concepts that tell home and abroad apart without an axis."""
_CONCEPTS: tuple[tuple[Subject, re.Pattern[str]], ...] = (
    ("maturity", _MATURITY),
    ("region", _REGION),
)
LEAST_FACTS = 2
"""Facts of a table from which on its tags say what it is about."""
_SHARE = 1 / 3
"""Share of a table's facts that tell what it is about: totals, and what leads to them, do not."""
_BESIDE = 0.5
"""Share of the facts of the first axis from which on another one tells as well."""


def subjects_by_tags(facts: Iterable[tuple[str, Mapping[str, str]]]) -> tuple[Subject, ...]:
    """Says what a table is about by its facts.

    An axis counts if the table has several of its members. A third of the facts must be of an axis,
    or of concepts that say the same.

    Args:
        facts: Concept and dimensions of each fact of the table.

    Returns:
        What most facts say first, then other axes that at least half as many bear; empty where the
        table is about none of these.
    """
    facts = list(facts)
    members: defaultdict[Subject, set[str]] = defaultdict(set)
    for _, dimensions in facts:
        for axis, member in dimensions.items():
            if axis in _AXES:
                members[_AXES[axis]].add(member)
    several = {subject for subject, own in members.items() if len(own) > 1}
    counts: Counter[Subject] = Counter()
    told = 0
    for concept, dimensions in facts:
        own = {_AXES[axis] for axis in dimensions if axis in _AXES} & several
        own |= {subject for subject, names in _CONCEPTS if names.match(concept)}
        counts.update(own)
        told += bool(own)
    if not told or told < _SHARE * len(facts):
        return ()
    ordered = sorted(counts, key=lambda subject: (-counts[subject], SUBJECTS.index(subject)))
    return tuple(s for s in ordered if counts[s] >= _BESIDE * counts[ordered[0]])
