"""Training of the model that tells stretches of time from days, on filings with inline XBRL.

`python -m secateur.pipelines.finance.training.durations FILINGS --out WEIGHTS`
"""

from __future__ import annotations

import argparse
import json
import sys
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.layout import layout_of
from secateur.pipelines.document.sentences import sentences_of
from secateur.pipelines.errors import UsageError
from secateur.pipelines.finance.figures.duration import (
    EDGE,
    Durations,
    features,
    name_features,
    row_features,
    weighed,
)
from secateur.pipelines.finance.figures.facts import figure_facts
from secateur.pipelines.finance.figures.sources import Sources
from secateur.pipelines.finance.fiscal.years import find_calendar
from secateur.pipelines.finance.training.line_items import line_items
from secateur.pipelines.ingestion.tagged import Fact, read_with_facts

Example = tuple[frozenset[str], bool]
_COMPANIES = 2
"""A word counts that so many companies use; names and products say nothing of other reports."""
_HEADS = (("column", "year"), ("column", "day"), ("above", "day"))
"""Heads that some companies give to balances and to flows alike, as the training ones may not."""
_OTHERWISE = 0.3
"""What an example counts that no filing holds: under another head, or a concept's name alone."""
_SPOKEN = 0.03
"""What a row's head counts as words of a sentence; a concept's name counts more."""
_SPOKEN_NAME = 0.1
"""What a concept's name counts as words of a sentence."""
_ITEM = 3.0
"""What a line item counts below years, in reports whose tables do not tell by how many they are."""
_YEARS = frozenset(("place=column", "kind=year", "both=column,year", "label=MONEY"))
_SENTENCES = (("default", "none"), ("sentence", "year"))
"""Sentences that name no time, and those that name a year, are where only the words tell."""


@dataclass(frozen=True)
class Company:
    """What a filing teaches.

    Attributes:
        figures: Its figures with their features, and whether they are for a duration.
        concepts: The names of its concepts read as heads of rows; each is for one kind only.
    """

    figures: tuple[Example, ...]
    concepts: tuple[Example, ...]


def read_company(document: Document, facts: Sequence[Fact]) -> Company:
    """Reads the examples of a filing.

    Args:
        document: The filing.
        facts: Its facts.

    Raises:
        UsageError: The filing names no fiscal year.
    """
    layout, fiscal = layout_of(document), find_calendar(document.text)
    if fiscal is None:
        raise UsageError(f"{document.doc_id}: names no fiscal year; give an annual report")
    sources = Sources(layout, fiscal)
    spans = sentences_of(document)
    starts = [start for start, _ in spans]
    figures: list[Example] = []
    concepts: dict[str, bool] = {}
    for figure in figure_facts(document.text, facts):
        if figure.form == "words":
            continue
        number = max(bisect_right(starts, figure.start) - 1, 0)
        passage = layout.passage_at(figure.start)
        first = passage.start if passage else 0
        near = [k for k in range(number - 1, max(number - 4, -1), -1) if spans[k][0] >= first]
        source = sources.find(figure.start, [spans[k] for k in (number, *near)])
        span = figure.start, figure.end
        found = features(layout, span, figure.label, source.place, source.time, spans[number])
        concepts[figure.facts[0].concept] = figure.facts[0].period_start is not None
        figures.append((found, concepts[figure.facts[0].concept]))
    named = tuple((name_features(concept), lasts) for concept, lasts in concepts.items())
    return Company(tuple(figures), named)


def under(found: frozenset[str], place: str, kind: str) -> frozenset[str]:
    """Puts a figure of a table under another head.

    Args:
        found: Its features.
        place: Where the other head stands, see `Source`.
        kind: What time it names, see `Time`.

    Returns:
        Its features with nothing left of its own heads; a figure outside tables as it is.
    """
    if not any(f"place={own}" in found for own in ("column", "head", "above")):
        return found
    of_heads = ("column", "head", "place=", "kind=", "both=")
    kept = {name for name in found if not name.startswith(of_heads)}
    return frozenset(kept | {f"place={place}", f"kind={kind}", f"both={place},{kind}"})


def spoken(found: frozenset[str], place: str, kind: str) -> frozenset[str]:
    """Puts the words of a row's head into a sentence, where filers tag few figures.

    Args:
        found: Features of a figure of the row, or of a concept's name.
        place: Where the sentence's time stands, see `Source`.
        kind: What time it is, see `Time`.

    Returns:
        Features of "(words) was (figure)"; none where the row has no head.
    """
    words = {name.removeprefix("row:") for name in found if name.startswith("row:")}
    if not words:
        return frozenset()
    said = {f"before:{word}" for word in words}
    said |= {f"sentence:{word}" for word in words if "_" not in word}
    label = {name for name in found if name.startswith("label=")}
    return frozenset(said | label | {f"place={place}", f"kind={kind}", f"both={place},{kind}"})


def fit(companies: Sequence[Company], strength: float = 1.0) -> dict[str, float]:
    """Fits the model.

    Args:
        companies: What each filing teaches.
        strength: Inverse of the ridge penalty.

    Returns:
        The weight of each feature, to three decimals; that of "" is the constant.
    """
    users: defaultdict[str, set[int]] = defaultdict(set)
    for number, company in enumerate(companies):
        for found, _ in company.figures:
            for name in found:
                users[name].add(number)
    least = min(_COMPANIES, len(companies))
    items = [(row_features(head), lasts) for head, lasts in line_items().items()]
    common = {name for name, who in users.items() if len(who) >= least}
    common |= {name for found, _ in items for name in (found | spoken(found, "", ""))}
    lessons = [lesson for company in companies for lesson in _lessons(company)]
    lessons += [(found | _YEARS, lasts, _ITEM) for found, lasts in items]
    lessons += _of_names(items)
    rows = [weighed(found & common) for found, _, _ in lessons]
    vectorizer = DictVectorizer()
    model = LogisticRegression(C=strength, max_iter=1_000)
    counts = np.array([count for _, _, count in lessons])
    answers = np.array([answer for _, answer, _ in lessons])
    model.fit(vectorizer.fit_transform(rows), answers, sample_weight=counts)
    weights = dict(zip(vectorizer.get_feature_names_out(), model.coef_[0], strict=True))
    weights[""] = model.intercept_[0]
    return {name: round(float(weight), 3) for name, weight in sorted(weights.items())}


def _lessons(company: Company) -> Iterator[tuple[frozenset[str], bool, float]]:
    """Yields features, answers and what each counts; rows at an edge are told without a model."""
    for found, answer in company.figures:
        if EDGE in found:
            continue
        yield found, answer, 1.0
        for place, kind in _HEADS:
            other = under(found, place, kind)
            if other is not found:
                yield other, answer, _OTHERWISE
                # Smaller companies give two years of what passed, too.
                yield frozenset(n for n in other if not n.startswith("years=")), answer, _OTHERWISE
        for place, kind in _SENTENCES:
            if said := spoken(found, place, kind):
                yield said, answer, _SPOKEN
    yield from _of_names(company.concepts)


def _of_names(names: Iterable[Example]) -> Iterator[tuple[frozenset[str], bool, float]]:
    """Names as heads of rows, and as the words of a sentence."""
    for found, answer in names:
        yield found, answer, _OTHERWISE
        for place, kind in _SENTENCES:
            yield spoken(found, place, kind), answer, _SPOKEN_NAME


def right(model: Durations, figures: Iterable[Example]) -> int:
    """Counts the figures whose kind a model tells."""
    return sum(model.lasts(found) == answer for found, answer in figures)


def main() -> None:
    """Fits on all filings and prints what leaving out each company gives on it.

    Beside its own heads each company is told with dates over all of its tables.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("filings", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    companies = [read_company(*read_with_facts(path)) for path in options.filings]
    own = dated = total = 0
    for number, company in enumerate(companies):
        model = Durations(fit([*companies[:number], *companies[number + 1 :]]))
        disguised = [(under(found, "column", "day"), lasts) for found, lasts in company.figures]
        counts = right(model, company.figures), right(model, disguised)
        own, dated, total = own + counts[0], dated + counts[1], total + len(company.figures)
        _report(options.filings[number].name, *counts, len(company.figures))
    _report("all", own, dated, total)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    weights = json.dumps(fit(companies), ensure_ascii=False, indent=0)
    options.out.write_text(weights + "\n", encoding="utf-8")


def _report(name: str, own: int, dated: int, total: int) -> None:
    sys.stdout.write(f"{name}: {own / total:.4f} left out, {dated / total:.4f} under dates\n")


if __name__ == "__main__":
    main()
