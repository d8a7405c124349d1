"""What tells breakdowns apart is learnt from tagged tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from report_pages import table
from tagged_reports import filing, tag

from secateur.pipelines.errors import UsageError
from secateur.pipelines.finance.statements.statement import Subject
from secateur.pipelines.finance.statements.subject_features import Heads, features_of_tables
from secateur.pipelines.finance.statements.subjects import Subjects
from secateur.pipelines.finance.training.breakdowns import (
    BreakdownTraining,
    Filing,
    Told,
    fit,
    left_out,
    read_filing,
    score,
    tell,
    thresholds_of,
    train_breakdowns,
)

SETTINGS = BreakdownTraining("", parts=2)
EVEN = dict.fromkeys(("segment", "product", "region", "maturity"), 0.5)


def made(company: str) -> Filing:
    """A filing whose titles tell, with a table whose heads alone do."""
    names = (f"{company} mills", f"{company} farms")
    kinds: list[tuple[str, tuple[str, ...], tuple[Subject, ...]]] = [
        ("Revenue by segment", names, ("segment",)),
        ("Depreciation", names, ("segment",)),
        ("Revenue by product", ("Soap", "Paper"), ("product",)),
        ("Revenue by region", ("Asia", "Europe"), ("region",)),
        ("Debt falls due", ("Next", "Thereafter"), ("maturity",)),
        ("Inventories", ("Raw", "Finished"), ()),
        ("Taxes", ("Current", "Deferred"), ()),
    ]
    heads = tuple(Heads(title, (), "", rows, ("2024",)) for title, rows, _ in kinds)
    answers = tuple(answer for _, _, answer in kinds)
    return Filing(company, heads, answers, tuple(features_of_tables(heads)))


FILINGS = [made(name) for name in ("alpha", "beta", "gamma", "delta", "omega", "sigma")]


def test_a_company_that_none_has_seen_is_told() -> None:
    model = Subjects(*fit(FILINGS[1:], SETTINGS), EVEN)
    counts = score(tell(model, FILINGS[:1]), EVEN)
    assert {subject: own[2:] for subject, own in counts.items()} == {
        "segment": (2, 2), "product": (1, 1), "region": (1, 1), "maturity": (1, 1),
    }  # fmt: skip


def test_each_company_is_told_by_models_that_have_not_seen_it() -> None:
    settings = BreakdownTraining("", companies=1, parts=2)
    assert len(left_out(FILINGS, settings)) == sum(len(each.tables) for each in FILINGS)


def test_a_word_of_one_company_has_no_weight() -> None:
    first, _ = fit(FILINGS, SETTINGS)
    assert "row:alpha" not in first
    assert "title:segment" in first


def told(chance: float, *answer: Subject) -> Told:
    return {"none": 1 - chance, **dict.fromkeys(EVEN, 0.0), "segment": chance}, answer


def test_thresholds_are_where_enough_answers_are_right() -> None:
    pairs = [told(0.9, "segment"), told(0.8, "segment"), told(0.7), told(0.6, "segment")]
    assert thresholds_of(pairs, 1.0) == dict.fromkeys(EVEN, 1.0) | {"segment": 0.8}
    assert thresholds_of(pairs, 0.7)["segment"] == 0.6


def test_either_of_two_answers_is_right() -> None:
    pairs = [told(0.9, "product", "segment"), told(0.9), told(0.1, "segment")]
    counts = score(pairs, EVEN)
    assert (counts["segment"], counts["product"]) == ((2, 1, 1, 0), (0, 0, 1, 1))


def test_a_filing_teaches_by_its_tags(tmp_path: Path) -> None:
    rows = [
        [name, tag(sum_, "Revenues", f"y24-StatementBusinessSegmentsAxis-{name}Member")]
        for name, sum_ in (("Mills", "30"), ("Farms", "20"))
    ]
    body = f"<p><b>Sales</b></p>{table(['', 'Year ended December 31, 2024'], *rows)}"
    filing(tmp_path, body)
    (path,) = tmp_path.iterdir()
    found = read_filing(path)
    assert found.answers == (("segment",),)
    assert found.tables[0].rows == ("Mills", "Farms")


def test_no_filing_is_refused(tmp_path: Path) -> None:
    config = tmp_path / "a.toml"
    config.write_text('[data]\nfolder = "."\nfilings = ["*.gz"]\n[training]\ncheckpoint = "out"\n')
    with pytest.raises(UsageError, match="no tagged filing is there"):
        train_breakdowns(config)
