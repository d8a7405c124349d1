"""Training of what tells breakdowns apart: `secateur train breakdowns --config FILE`.

Tables of filings with inline XBRL are told by the axes and concepts of their facts. The second
model learns from what the first one says of companies that it has not seen, and the thresholds come
from companies that neither has seen.
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from secateur.core.training.settings import build_tables, read_toml
from secateur.pipelines.document.layout import layout_of
from secateur.pipelines.errors import UsageError, usage_errors
from secateur.pipelines.finance.statements.breakdowns import find_breakdowns
from secateur.pipelines.finance.statements.primary import find_primary
from secateur.pipelines.finance.statements.statement import SUBJECTS, Subject
from secateur.pipelines.finance.statements.subject_features import (
    Features,
    Heads,
    features_of_tables,
    heads_of,
    of_other_tables,
)
from secateur.pipelines.finance.statements.subject_tags import LEAST_FACTS, subjects_by_tags
from secateur.pipelines.finance.statements.subjects import (
    CLASSES,
    NONE,
    Subjects,
    Weights,
    chosen,
    probabilities,
)
from secateur.pipelines.ingestion.tagged import read_with_facts

Told = tuple[dict[str, float], tuple[Subject, ...]]
"""Probabilities of a table, and what it is about by its tags."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class DataSettings:
    """What is learnt from.

    Attributes:
        folder: The data folder, from the config file's folder.
        filings: Patterns of filings in it.
        left_out: Companies, the first parts of names, that are not learnt from.
    """

    folder: str
    filings: list[str]
    left_out: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class BreakdownTraining:
    """How is learnt.

    Attributes:
        checkpoint: Folder for the weights, from the config file's folder.
        valid: Companies to score at the end, which are not learnt from.
        first: Inverse of the first model's ridge penalty.
        second: Inverse of the second's.
        companies: A feature counts that so many companies have.
        parts: Parts of the companies, each left out in turn.
        precision: Share of right answers by subject, on companies left out, that sets thresholds.
    """

    checkpoint: str
    valid: list[str] = field(default_factory=list)
    first: float = 30.0
    second: float = 10.0
    companies: int = 2
    parts: int = 5
    precision: float = 0.9


@dataclass(frozen=True)
class Recipe:
    """The whole config file."""

    data: DataSettings
    training: BreakdownTraining


@dataclass(frozen=True)
class Filing:
    """What a filing teaches.

    Attributes:
        company: The first part of its name.
        tables: Its breakdowns with facts.
        answers: What each is about by its tags.
        features: What the first model looks at.
    """

    company: str
    tables: tuple[Heads, ...]
    answers: tuple[tuple[Subject, ...], ...]
    features: tuple[Features, ...]


def read_filing(path: Path) -> Filing:
    """Reads the breakdowns of a filing; tables with fewer than two facts teach nothing."""
    document, facts = read_with_facts(path)
    layout = layout_of(document)
    numbers = [fact for fact in facts if fact.value is not None]
    taken = [table for each in find_primary(layout) for table in each.tables]
    tables, answers = [], []
    for group in find_breakdowns(layout, taken, sorted(fact.start for fact in numbers)):
        own = [
            (fact.concept, fact.dimensions)
            for fact in numbers
            if any(table.start <= fact.start < table.end for table in group)
        ]
        if len(own) >= LEAST_FACTS:
            tables.append(heads_of(layout, group))
            answers.append(subjects_by_tags(own))
    features = tuple(features_of_tables(tables))
    return Filing(path.name.partition("-")[0], tuple(tables), tuple(answers), features)


def fit(filings: Sequence[Filing], settings: BreakdownTraining) -> tuple[Weights, Weights]:
    """Fits both models."""
    found = [list(filing.features) for filing in filings]
    first = _fit(filings, found, settings.first, settings.companies)
    for held in _parts(filings, settings.parts):
        rest = [filing for filing in filings if filing.company not in held]
        other = _fit(rest, [list(f.features) for f in rest], settings.first, settings.companies)
        for number, filing in enumerate(filings):
            if filing.company in held:
                told = [probabilities(other, each) for each in filing.features]
                more = of_other_tables(filing.tables, told)
                found[number] = [a | b for a, b in zip(filing.features, more, strict=True)]
    return first, _fit(filings, found, settings.second, settings.companies)


def _parts(filings: Sequence[Filing], parts: int) -> list[set[str]]:
    companies = sorted({filing.company for filing in filings})
    return [set(companies[part::parts]) for part in range(parts)]


def _fit(
    filings: Sequence[Filing], found: Sequence[Sequence[Features]], strength: float, least: int
) -> Weights:
    """Fits one model; a table about two things is an example of each."""
    users: defaultdict[str, set[str]] = defaultdict(set)
    for filing, tables in zip(filings, found, strict=True):
        for name in {name for table in tables for name in table}:
            users[name].add(filing.company)
    common = {name for name, who in users.items() if len(who) >= least}
    rows, answers, counts = [], [], []
    for filing, tables in zip(filings, found, strict=True):
        for table, subjects in zip(tables, filing.answers, strict=True):
            for subject in subjects or (NONE,):
                rows.append({name: value for name, value in table.items() if name in common})
                answers.append(CLASSES.index(subject))
                counts.append(1 / max(len(subjects), 1))
    vectorizer = DictVectorizer()
    model = LogisticRegression(C=strength, max_iter=1_000)
    model.fit(vectorizer.fit_transform(rows), answers, sample_weight=counts)
    weights = np.zeros((len(CLASSES), len(vectorizer.get_feature_names_out())))
    constants = np.full(len(CLASSES), -np.inf)
    weights[model.classes_] = model.coef_
    constants[model.classes_] = model.intercept_
    columns = np.round(weights.T, 2).tolist()
    names = vectorizer.get_feature_names_out()
    kept = {name: own for name, own in zip(names, columns, strict=True) if any(own)}
    return {"": constants.round(2).tolist(), **kept}


def left_out(filings: Sequence[Filing], settings: BreakdownTraining) -> list[Told]:
    """Tells the tables of each company by models that have not seen it."""
    found = []
    for held in _parts(filings, settings.parts):
        rest = [filing for filing in filings if filing.company not in held]
        first, second = fit(rest, settings)
        found += tell(Subjects(first, second, {}), [f for f in filings if f.company in held])
    return found


def tell(model: Subjects, filings: Sequence[Filing]) -> list[Told]:
    """Tells the tables of filings."""
    return [
        pair
        for filing in filings
        for pair in zip(model.probabilities(filing.tables), filing.answers, strict=True)
    ]


def thresholds_of(told: Sequence[Told], precision: float) -> dict[str, float]:
    """Finds the least probability by subject from which on enough answers are right."""
    found: dict[str, float] = {}
    for subject in SUBJECTS:
        own = [
            (each, right) for each, right in told if max(SUBJECTS, key=each.__getitem__) == subject
        ]
        own.sort(key=lambda pair: -pair[0][subject])
        right = np.cumsum([subject in answer for _, answer in own]) / np.arange(1, len(own) + 1)
        enough = np.flatnonzero(right >= precision)
        found[subject] = round(own[int(enough[-1])][0][subject], 3) if len(enough) else 1.0
    return found


def score(
    told: Sequence[Told], thresholds: dict[str, float]
) -> dict[str, tuple[int, int, int, int]]:
    """Counts by subject: answers, right ones, tables about it first of all, those told rightly.

    A table about two things is told rightly by either.
    """
    counts: dict[str, tuple[int, int, int, int]] = {}
    pairs = [(chosen(each, thresholds), answer) for each, answer in told]
    for subject in SUBJECTS:
        said = [answer for found, answer in pairs if found == subject]
        meant = [found in answer for found, answer in pairs if answer[:1] == (subject,)]
        counts[subject] = (len(said), sum(subject in a for a in said), len(meant), sum(meant))
    return counts


def _report(name: str, counts: dict[str, tuple[int, int, int, int]]) -> None:
    for subject, (said, right, meant, told) in counts.items():
        logger.info(
            "%s, %s: precision %.3f of %d, recall %.3f of %d", name, subject,
            right / max(said, 1), said, told / max(meant, 1), meant,
        )  # fmt: skip


def train_breakdowns(config: str | Path) -> Path:
    """Trains what tells breakdowns apart.

    Args:
        config: A file such as `configs/finance_breakdowns.toml`.

    Returns:
        The file with the weights.

    Raises:
        UsageError: The config is wrong, or no filing is there.
    """
    with usage_errors():
        recipe = build_tables(Recipe, read_toml(config, ("data", "training")), config)
    data, settings = recipe["data"], recipe["training"]
    root = Path(config).resolve().parent
    folder = root / data.folder
    paths = sorted({path for pattern in data.filings for path in folder.glob(pattern)})
    known = [(path, path.name.partition("-")[0]) for path in paths]
    found = [read_filing(path) for path, company in known if company not in data.left_out]
    filings = [filing for filing in found if filing.tables]
    if not filings:
        raise UsageError(f"{folder}: no tagged filing is there; check folder and filings")
    seen = left_out(filings, settings)
    thresholds = thresholds_of(seen, settings.precision)
    _report("left out", score(seen, thresholds))
    first, second = fit(filings, settings)
    unseen = [read_filing(path) for path, company in known if company in settings.valid]
    model = Subjects(first, second, thresholds)
    _report("validation", score(tell(model, unseen), thresholds))
    out = root / settings.checkpoint / "weights.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    weights = {"thresholds": thresholds, "first": first, "second": second}
    out.write_text(json.dumps(weights, ensure_ascii=False) + "\n", encoding="utf-8")
    return out
