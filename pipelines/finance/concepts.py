"""Which concepts of the us-gaap taxonomy the model tells apart, and the types of their figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from secateur.pipelines.finance.datasets import LabelledText

TAXONOMY = "us-gaap:"


def list_concepts(filings: Iterable[Sequence[LabelledText]], at_least: int) -> dict[str, str]:
    """Lists the concepts that many filings use for their figures.

    Args:
        filings: The labelled texts of each filing.
        at_least: In how many filings a concept must occur; 0 lists none.

    Returns:
        The type that most of its figures have, by qualified name ("us-gaap:Assets") in alphabetical
        order. Names of filers' own and of other taxonomies are left out.
    """
    if not at_least:
        return {}
    types: defaultdict[str, Counter[str]] = defaultdict(Counter)
    filers: Counter[str] = Counter()
    for filing in filings:
        marks = [mark for text in filing for mark in text.marks]
        stated = [(mark.concept, mark.label) for mark in marks if mark.concept and mark.label]
        for concept, label in stated:
            types[concept][label] += 1
        filers.update({concept for concept, _ in stated})
    return {
        concept: types[concept].most_common(1)[0][0]
        for concept, count in sorted(filers.items())
        if count >= at_least and concept.startswith(TAXONOMY)
    }
