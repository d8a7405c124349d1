"""Training of the model that tells stretches of time from days, on filings with inline XBRL.

`python -m secateur.pipelines.finance.figures.train FILING... --out models/durations/weights.json`
"""

from __future__ import annotations

import argparse
import json
import sys
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from secateur.pipelines.document import Document
from secateur.pipelines.errors import UsageError
from secateur.pipelines.finance.figures.duration import Durations, features
from secateur.pipelines.finance.figures.facts import figure_facts
from secateur.pipelines.finance.figures.fiscal import find_calendar
from secateur.pipelines.finance.figures.periods import Periods
from secateur.pipelines.finance.layout import Layout
from secateur.pipelines.ingestion.ixbrl import Fact, read_with_facts
from secateur.pipelines.sentences import sentences

Example = tuple[frozenset[str], bool]
_COMPANIES = 3
"""A word counts that so many companies use; names and products say nothing of other reports."""


def examples(document: Document, facts: Sequence[Fact]) -> Iterator[Example]:
    """Lists the figures of a filing with their features, and whether they are for a duration.

    Args:
        document: The filing.
        facts: Its facts.

    Yields:
        Features and answer of each figure.

    Raises:
        UsageError: The filing names no fiscal year.
    """
    layout, fiscal = Layout(document), find_calendar(document.text)
    if fiscal is None:
        raise UsageError(f"{document.doc_id}: names no fiscal year; give an annual report")
    periods = Periods(layout, fiscal, Durations({}))
    spans = sentences(document.text, document.passages)
    starts = [start for start, _ in spans]
    for figure in figure_facts(document.text, facts):
        if figure.form == "words":
            continue
        number = max(bisect_right(starts, figure.start) - 1, 0)
        passage = layout.passage_at(figure.start)
        first = passage.start if passage else 0
        near = [k for k in range(number - 1, max(number - 4, -1), -1) if spans[k][0] >= first]
        source = periods.source(figure.start, [spans[k] for k in (number, *near)])
        span = figure.start, figure.end
        found = features(layout, span, figure.label, source.place, source.time, spans[number])
        yield found, figure.facts[0].period_start is not None


def fit(companies: Sequence[Sequence[Example]], strength: float = 0.3) -> dict[str, float]:
    """Fits the model.

    Args:
        companies: Examples of each company.
        strength: Inverse of the ridge penalty.

    Returns:
        The weight of each feature, to three decimals; that of "" is the constant.
    """
    users: defaultdict[str, set[int]] = defaultdict(set)
    for number, company in enumerate(companies):
        for found, _ in company:
            for name in found:
                users[name].add(number)
    least = min(_COMPANIES, len(companies))
    common = {name for name, who in users.items() if len(who) >= least}
    rows = [dict.fromkeys(found & common, 1.0) for company in companies for found, _ in company]
    answers = np.array([answer for company in companies for _, answer in company])
    vectorizer = DictVectorizer()
    model = LogisticRegression(C=strength, max_iter=1_000)
    model.fit(vectorizer.fit_transform(rows), answers)
    weights = dict(zip(vectorizer.get_feature_names_out(), model.coef_[0], strict=True))
    weights[""] = model.intercept_[0]
    return {name: round(float(weight), 3) for name, weight in sorted(weights.items())}


def main() -> None:
    """Fits on all filings and prints what leaving out each company gives on it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("filings", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    companies = [list(examples(*read_with_facts(path))) for path in options.filings]
    right = total = 0
    for number, company in enumerate(companies):
        model = Durations(fit([*companies[:number], *companies[number + 1 :]]))
        hits = sum(model.lasts(found) == answer for found, answer in company)
        right, total = right + hits, total + len(company)
        sys.stdout.write(f"{options.filings[number].name}: {hits / len(company):.4f} left out\n")
    sys.stdout.write(f"all: {right / total:.4f} of {total}\n")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    weights = json.dumps(fit(companies), ensure_ascii=False, indent=0)
    options.out.write_text(weights + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
