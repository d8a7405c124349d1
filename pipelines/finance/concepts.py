"""Which concepts of the us-gaap taxonomy the model tells apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from secateur.pipelines.finance.datasets import LabelledText

TAXONOMY = "us-gaap:"


def list_concepts(filings: Iterable[Sequence[LabelledText]], at_least: int) -> list[str]:
    """Lists the concepts that many filings use for their figures.

    Args:
        filings: The labelled texts of each filing.
        at_least: In how many filings a concept must occur; 0 lists none.

    Returns:
        Qualified names ("us-gaap:Assets") in alphabetical order. Names of filers' own and of other
        taxonomies are left out.
    """
    if not at_least:
        return []
    occurs: Counter[str] = Counter()
    for filing in filings:
        occurs.update(
            {mark.concept for text in filing for mark in text.marks if mark.concept is not None}
        )
    return sorted(
        name for name, count in occurs.items() if count >= at_least and name.startswith(TAXONOMY)
    )
