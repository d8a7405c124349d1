"""Facts of a filing become labelled figures; blocks without facts stay open."""

from __future__ import annotations

from pathlib import Path

import pytest

from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.errors import UsageError
from secateur.pipelines.finance.training.datasets import LabelledText, Mark
from secateur.pipelines.finance.training.filings import label_filing, list_concepts, read_filings
from secateur.pipelines.ingestion.tagged import Fact


def fact(text: str, shown: str, unit: str = "USD", scale: int = 6) -> Fact:
    start = text.index(shown)
    return Fact(start, start + len(shown), shown, "a:B", 1.0, unit, scale)


def labels(text: str, *facts: Fact) -> list[tuple[str, str | None]]:
    document = Document("a", text, (Passage(0, len(text)),), "text/html")
    (sentence,) = label_filing(document, facts)
    return [(sentence.text[mark.start : mark.end], mark.label) for mark in sentence.marks]


@pytest.mark.parametrize(
    ("text", "shown", "unit", "scale", "expected"),
    [
        ("we paid $ 728 million then", "728", "USD", 6, ("$ 728 million", "MONEY")),
        ("a loss of $(1,234) then", "1,234", "USD", 6, ("$(1,234)", "MONEY")),
        ("a loss of (1,234) then", "1,234", "USD", 6, ("(1,234)", "MONEY")),
        ("paid (about 12 of it)", "12", "USD", 6, ("12", "MONEY")),
        ("rate of 3.7% then", "3.7", "pure", -2, ("3.7%", "PERCENT")),
        ("rate of (3.7)% then", "3.7", "pure", -2, ("(3.7)%", "PERCENT")),
        ("exercised 18 million options", "18", "shares", 6, ("18 million", "SHARES")),
        ("earned $2.47 a share", "2.47", "USD/shares", 0, ("$2.47", "PER_SHARE")),
        ("in 3 segments", "3", "pure", 0, ("3", None)),
        ("about — then", "—", "USD", 6, ("—", None)),
    ],
)
def test_a_fact_takes_in_what_belongs_to_its_number(
    text: str, shown: str, unit: str, scale: int, expected: tuple[str, str | None]
) -> None:
    assert labels(text, fact(text, shown, unit, scale)) == [expected]


def test_numbers_of_a_block_with_facts_are_no_figures_unless_tagged() -> None:
    text = "Note 5 says we paid 728 of it"
    assert labels(text, fact(text, "728")) == [("728", "MONEY")]


def test_numbers_of_a_block_without_facts_stay_unknown() -> None:
    text = "In 2024 Note 5 says $ 9 of 12%"
    assert labels(text) == [("2024", "DATE"), ("5", None), ("$ 9", "MONEY"), ("12%", "PERCENT")]


def test_each_sentence_gets_its_own_facts() -> None:
    text = "We paid 5 dollars then. It rose by 7 dollars."
    document = Document("a", text, (Passage(0, len(text)),), "text/html")
    found = list(label_filing(document, [fact(text, "5"), fact(text, "7")]))
    assert [[sentence.text[m.start : m.end] for m in sentence.marks] for sentence in found] == [
        ["5"],
        ["7"],
    ]


def test_a_filing_without_facts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plain.html"
    path.write_text("<html><body><p>We sell pumps.</p></body></html>")
    with pytest.raises(UsageError, match=r"plain\.html: holds no inline XBRL facts"):
        read_filings([path])


def test_a_figure_carries_its_concept_and_what_no_form_explains_none() -> None:
    text = "we paid $ 728 million and $ 5"
    document = Document("a", text, (Passage(0, len(text)),), "text/html")
    (sentence,) = label_filing(document, [fact(text, "728")])
    assert [mark.concept for mark in sentence.marks] == ["a:B", None]
    assert sentence.plain


def stating(*concepts: str | None) -> list[LabelledText]:
    marks = tuple(Mark(n, n + 1, "MONEY", name) for n, name in enumerate(concepts))
    return [LabelledText("1" * len(concepts), marks, frozenset({"MONEY"}))]


FILINGS = [
    stating("us-gaap:Assets", "us-gaap:Assets", "us-gaap:Goodwill", "ko:Syrup", None),
    stating("us-gaap:Assets", "ko:Syrup", "dei:EntityPublicFloat"),
    stating("dei:EntityPublicFloat"),
]


@pytest.mark.parametrize(
    ("at_least", "expected"),
    [(1, ["us-gaap:Assets", "us-gaap:Goodwill"]), (2, ["us-gaap:Assets"]), (3, []), (0, [])],
)
def test_a_concept_is_counted_once_in_each_filing(at_least: int, expected: list[str]) -> None:
    assert list(list_concepts(FILINGS, at_least)) == expected


def test_a_concept_has_the_type_of_most_of_its_figures() -> None:
    kinds = ("MONEY", "PERCENT", "PERCENT")
    marks = (Mark(n, n + 1, kind, "us-gaap:Rate") for n, kind in enumerate(kinds))
    texts = [LabelledText("123", tuple(marks), frozenset({"MONEY", "PERCENT"}))]
    assert list_concepts([texts], 1) == {"us-gaap:Rate": "PERCENT"}
