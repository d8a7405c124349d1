"""Figures take the concepts that statements name, in them and elsewhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from transformers import PreTrainedTokenizerFast

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.finance.candidates.found import Found
from secateur.pipelines.finance.candidates.tokens import tokenise
from secateur.pipelines.finance.numbers.inputs import find_numbers
from secateur.pipelines.finance.numbers.scores import NumberScores
from secateur.pipelines.finance.statements.stated import with_stated
from secateur.pipelines.ingestion.read import read

KNOWN = {
    "us-gaap:DebtInstrumentInterestRateStatedPercentage": "PERCENT",
    "us-gaap:EarningsPerShareBasic": "PER_SHARE",
    "us-gaap:IncomeTaxExpenseBenefit": "MONEY",
    "us-gaap:LesseeOperatingLeaseLiabilityPaymentsDueYearTwo": "MONEY",
    "us-gaap:InventoryNet": "MONEY",
    "us-gaap:LongTermDebtMaturitiesRepaymentsOfPrincipalInYearThree": "MONEY",
    "us-gaap:OperatingIncomeLoss": "MONEY",
}
REPORT = """
    <table><tr><td></td><td>2025</td><td>2024</td></tr>
    <tr><td>Net sales</td><td>9,100</td><td>8,700</td></tr>
    <tr><td>Operating income</td><td>1,790</td><td>1,700</td></tr>
    <tr><td>Provision for income taxes</td><td>{tax}</td><td>336</td></tr>
    <tr><td>Net income</td><td>1,416</td><td>1,344</td></tr>
    <tr><td>Basic earnings per share</td><td>2.83</td><td>2.69</td></tr></table>
    <p>In all {tax} was due, of which 336 abroad.</p>
    <table><tr><td></td><td>Toys</td><td>Group</td></tr>
    <tr><td>Taxes</td><td>77</td><td>{tax}</td></tr>
    <tr><td>Stores</td><td>78</td><td>91</td></tr></table>
    <table><tr><td></td><td>Interest rate</td><td>Effective rate</td></tr>
    <tr><td>Notes due 2031</td><td>3.25%</td><td>3.40%</td></tr>
    <tr><td>Term loan</td><td>3.35%</td><td>3.45%</td></tr>
    <tr><td>Working capital facility</td><td>1.92%</td><td>1.95%</td></tr></table>
    """


@pytest.fixture
def report(tmp_path: Path) -> Document:
    path = tmp_path / "report.html"
    path.write_text(f"<html><body>{REPORT.format(tax='2,354')}</body></html>")
    return read(path)


def concepts(
    document: Document,
    tokenizer: PreTrainedTokenizerFast,
    told: dict[str, str],
    said: str | None = None,
    chance: float = 0.01,
) -> list[tuple[str, str | None]]:
    """Concepts of figures of these types, of which the head says `said`."""
    text = document.text
    spans = sentences(text, document.passages)
    numbers = find_numbers(document, tokenise(text, tokenizer), spans, tokenizer)
    rows = np.full((len(numbers), 1 + len(KNOWN)), np.log(chance), dtype=np.float32)
    scores = NumberScores(np.zeros((len(numbers), 5), dtype=np.float32), rows, KNOWN)
    found = []
    for start, end in numbers.spans.tolist():
        if text[start:end] in told:
            found.append(Found(start, end, told[text[start:end]], 0.9, said))
    entities = with_stated(document, spans, found, numbers, scores)
    return [
        (text[entity.start : entity.end], entity.concept and entity.concept.partition(":")[2])
        for entity in entities
    ]


def test_a_line_decides_before_the_head(
    report: Document, tokenizer: PreTrainedTokenizerFast
) -> None:
    told = {"9,100": "MONEY", "1,790": "MONEY", "2.83": "PER_SHARE"}
    assert concepts(report, tokenizer, told, "us-gaap:IncomeTaxExpenseBenefit") == [
        ("9,100", None),
        ("1,790", "OperatingIncomeLoss"),
        ("2.83", "EarningsPerShareBasic"),
    ]


def test_a_figure_of_another_type_than_its_line_stays(
    report: Document, tokenizer: PreTrainedTokenizerFast
) -> None:
    said = "us-gaap:WeightedAverageNumberOfSharesOutstandingBasic"
    assert concepts(report, tokenizer, {"1,416": "SHARES"}, said) == [
        ("1,416", said.partition(":")[2])
    ]


def test_the_same_figure_elsewhere_has_the_concept_of_the_statement(
    report: Document, tokenizer: PreTrainedTokenizerFast
) -> None:
    assert concepts(report, tokenizer, {"2,354": "MONEY", "336": "MONEY"}) == [
        ("2,354", "IncomeTaxExpenseBenefit"),
        ("336", "IncomeTaxExpenseBenefit"),
        ("2,354", "IncomeTaxExpenseBenefit"),
        # Three digits are too few to be the same.
        ("336", None),
        ("2,354", "IncomeTaxExpenseBenefit"),
    ]


def test_figures_beside_one_that_a_statement_tells_have_its_concept(
    report: Document, tokenizer: PreTrainedTokenizerFast
) -> None:
    told = {"2,354": "MONEY", "77": "MONEY", "78": "MONEY", "91": "MONEY"}
    assert concepts(report, tokenizer, told)[2:] == [
        ("77", "IncomeTaxExpenseBenefit"),
        ("2,354", "IncomeTaxExpenseBenefit"),
        ("78", None),
        ("91", None),
    ]


def test_the_head_must_think_it_possible(
    report: Document, tokenizer: PreTrainedTokenizerFast
) -> None:
    assert concepts(report, tokenizer, {"2,354": "MONEY"}, chance=1e-4) == [
        ("2,354", "IncomeTaxExpenseBenefit"),
        ("2,354", None),
        ("2,354", None),
    ]


def test_what_the_head_knows_elsewhere_stays(
    report: Document, tokenizer: PreTrainedTokenizerFast
) -> None:
    assert concepts(report, tokenizer, {"2,354": "MONEY"}, "us-gaap:InventoryNet") == [
        ("2,354", "IncomeTaxExpenseBenefit"),
        ("2,354", "InventoryNet"),
        ("2,354", "InventoryNet"),
    ]


def test_what_the_words_around_rule_out_does_not(
    report: Document, tokenizer: PreTrainedTokenizerFast
) -> None:
    assert concepts(report, tokenizer, {"77": "MONEY"}, "us-gaap:OperatingIncomeLoss") == [
        ("77", None)
    ]


def test_stated_rates_of_notes_are_told_from_effective_ones(
    report: Document, tokenizer: PreTrainedTokenizerFast
) -> None:
    rates = dict.fromkeys(("3.25", "3.40", "1.92"), "PERCENT")
    assert concepts(report, tokenizer, rates) == [
        ("3.25", "DebtInstrumentInterestRateStatedPercentage"),
        ("3.40", None),
        ("1.92", "DebtInstrumentInterestRateStatedPercentage"),
    ]


def test_debt_that_falls_due_is_told_by_its_year(
    tmp_path: Path, tokenizer: PreTrainedTokenizerFast
) -> None:
    path = tmp_path / "report.html"
    path.write_text(
        "<html><body><p>For the fiscal year ended December 31, 2024</p>"
        "<p>Maturities of long-term debt are as follows:</p><table>"
        "<tr><td></td><td>2026</td><td>2027</td><td>After 2027</td></tr>"
        "<tr><td>Notes</td><td>1,811</td><td>1,812</td><td>1,813</td></tr></table></body></html>"
    )
    third = "LongTermDebtMaturitiesRepaymentsOfPrincipalInYearThree"
    told = dict.fromkeys(("1,811", "1,812", "1,813"), "MONEY")
    assert concepts(read(path), tokenizer, told, "us-gaap:InventoryNet") == [
        ("1,811", None),
        ("1,812", third),
        ("1,813", None),
    ]


@pytest.mark.parametrize(
    ("head", "columns", "second"),
    [
        ("Payments of operating leases", ("Amount",), True),
        ("Payments of leases", ("Operating", "Finance"), True),
        ("Payments of leases", ("Amount",), False),
        ("Receipts of operating leases", ("Amount",), False),
    ],
)
def test_payments_of_leases_are_told_by_their_year(
    tmp_path: Path,
    tokenizer: PreTrainedTokenizerFast,
    head: str,
    columns: tuple[str, ...],
    second: bool,
) -> None:
    heads = "".join(f"<td>{column}</td>" for column in columns)
    cells = "".join(f"<td>1,81{number}</td>" for number in range(len(columns)))
    path = tmp_path / "report.html"
    path.write_text(
        "<html><body><p>For the fiscal year ended December 31, 2024</p>"
        f"<p>{head} are as follows:</p><table><tr><td></td>{heads}</tr>"
        f"<tr><td>2026</td>{cells}</tr></table></body></html>"
    )
    told = {f"1,81{number}": "MONEY" for number in range(len(columns))}
    due = "LesseeOperatingLeaseLiabilityPaymentsDueYearTwo" if second else "InventoryNet"
    wanted = [("1,810", due), ("1,811", None)][: len(columns)]
    found = concepts(read(path), tokenizer, told, "us-gaap:InventoryNet")
    assert found == wanted


def test_a_balance_on_a_day_to_come_is_no_payment(
    tmp_path: Path, tokenizer: PreTrainedTokenizerFast
) -> None:
    path = tmp_path / "report.html"
    path.write_text(
        "<html><body><p>For the fiscal year ended December 31, 2024</p><table>"
        "<tr><td></td><td>February 2, 2026</td></tr>"
        "<tr><td>Operating lease liabilities</td><td>1,811</td></tr></table></body></html>"
    )
    found = concepts(read(path), tokenizer, {"1,811": "MONEY"}, "us-gaap:InventoryNet")
    assert found == [("1,811", "InventoryNet")]


def test_what_a_company_adjusts_has_no_concept_beside_what_it_reports(
    tmp_path: Path, tokenizer: PreTrainedTokenizerFast
) -> None:
    path = tmp_path / "adjusted.html"
    path.write_text(
        "<table><tr><td></td><td>As Reported (GAAP)</td><td>Restructuring</td><td></td>"
        "<td>Core (Non-GAAP)</td></tr><tr><td>Operating income</td><td>1,790</td><td>301</td>"
        "<td>302</td><td>1,811</td></tr><tr><td colspan='4'></td><td>Core</td></tr>"
        "<tr><td>Operating income abroad</td><td>401</td><td>402</td><td>403</td><td>404</td></tr>"
        "</table><table><tr><td></td><td>As reported</td><td>2024</td></tr>"
        "<tr><td>Operating income</td><td>1,920</td><td>1,930</td></tr></table>"
    )
    told = dict.fromkeys(("1,790", "301", "302", "1,811", "401", "404", "1,920"), "MONEY")
    given = concepts(read(path), tokenizer, told, "us-gaap:OperatingIncomeLoss")
    kept = [text for text, concept in given if concept == "OperatingIncomeLoss"]
    assert kept == ["1,790", "401", "1,920"]
