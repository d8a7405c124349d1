"""Words that a concept's figures never lack, and words that they never stand by."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from told_concepts import placed

from secateur.core.models.shipped import shipped
from secateur.pipelines.finance.candidates.number_types import CONCEPTS_KEY
from secateur.pipelines.finance.numbers.concepts import TAXONOMY
from secateur.pipelines.finance.statements.words import NEEDED_AND_NEVER, Words

ABROAD = "IncomeLossFromContinuingOperationsBeforeIncomeTaxesForeign"
AWARDS = (
    "ShareBasedCompensationArrangementByShareBasedPaymentAwardEquityInstrumentsOtherThanOptions"
)
POSITIONS = "UnrecognizedTaxBenefits"
HEADS = "<tr><td></td><td>2025</td><td>2024</td></tr>"


def allowed(folder: Path, body: str, figure: str, concept: str, label: str = "MONEY") -> bool:
    layout, found, sentence = placed(folder, body, figure, label)
    return Words(layout).allow(found, f"{TAXONOMY}{concept}", sentence)


def by_country(total: str, above: str = "Details are as follows:") -> str:
    return (
        f"<p>{above}</p><table>{HEADS}<tr><td>U.S.</td><td>811</td><td>812</td></tr>"
        "<tr><td>International</td><td>821</td><td>822</td></tr>"
        f"<tr><td>{total}</td><td>1,632</td><td>1,634</td></tr></table>"
    )


def test_revenues_by_country_are_no_income_before_taxes(tmp_path: Path) -> None:
    assert not allowed(tmp_path, by_country("Net revenue"), "821", ABROAD)
    assert allowed(tmp_path, by_country("Income before income taxes"), "821", ABROAD)
    assert allowed(tmp_path, by_country("Total", "Pre-tax income was:"), "821", ABROAD)


@pytest.mark.parametrize(
    ("row", "concept", "fits"),
    [
        (
            "Non-U.S. tax effect, net of federal benefit",
            "IncomeTaxReconciliationStateAndLocalIncomeTaxes",
            False,
        ),
        ("Allowances for receivables", "AccountsReceivableNetCurrent", False),
        ("Receivables, less allowance of $3", "AccountsReceivableNetCurrent", True),
        ("State income taxes", "IncomeTaxReconciliationStateAndLocalIncomeTaxes", True),
        ("Total lease assets", "Assets", False),
        ("Total assets", "Assets", True),
        ("Total assets of businesses held for sale", "Assets", False),
        ("Total operating costs", "OperatingIncomeLoss", False),
        ("Operating earnings", "OperatingIncomeLoss", True),
        ("Accumulated depreciation", "Depreciation", False),
        ("Depreciation expense", "Depreciation", True),
        ("Real estate depreciation", "DepreciationDepletionAndAmortization", False),
        ("Depreciation and amortization", "DepreciationDepletionAndAmortization", True),
        ("United States federal", "CurrentFederalTaxExpenseBenefit", True),
        ("State", "CurrentFederalTaxExpenseBenefit", False),
        ("Distributed earnings", "NetIncomeLoss", False),
        ("Net earnings", "NetIncomeLoss", True),
        ("Operating lease liabilities, non-current", "OperatingLeaseLiabilityCurrent", False),
        ("Operating lease liabilities, current", "OperatingLeaseLiabilityNoncurrent", False),
        ("Operating lease liabilities, non-current", "OperatingLeaseLiabilityNoncurrent", True),
        (
            "Fair value per option granted",
            f"{AWARDS}GrantsInPeriodWeightedAverageGrantDateFairValue",
            False,
        ),
        (
            "Restricted units granted",
            f"{AWARDS}GrantsInPeriodWeightedAverageGrantDateFairValue",
            True,
        ),
        ("Restricted cash and equivalents", "CashAndCashEquivalentsAtCarryingValue", False),
        ("Cash and cash equivalents", "CashAndCashEquivalentsAtCarryingValue", True),
        (
            "Cash, cash equivalents and marketable securities",
            "CashAndCashEquivalentsAtCarryingValue",
            False,
        ),
        ("Income tax benefit", "IncomeTaxExpenseBenefit", False),
        ("Income tax expense (benefit)", "IncomeTaxExpenseBenefit", True),
        ("Basic earnings per share, continuing operations", "EarningsPerShareBasic", False),
        ("Growth of profit", "DebtInstrumentInterestRateStatedPercentage", False),
        ("Notes of 2021", "DebtInstrumentInterestRateStatedPercentage", True),
        ("Prior years", f"{POSITIONS}DecreasesResultingFromPriorPeriodTaxPositions", False),
        ("Prior tax years", f"{POSITIONS}DecreasesResultingFromPriorPeriodTaxPositions", True),
        ("Current year", f"{POSITIONS}IncreasesResultingFromCurrentPeriodTaxPositions", False),
        ("FFO per share, diluted", "EarningsPerShareDiluted", False),
        ("SBC per diluted share", "EarningsPerShareDiluted", False),
        ("Whatever it is", "InventoryNet", True),
    ],
)
def test_the_row_of_a_table_rules_concepts_out(
    tmp_path: Path, row: str, concept: str, fits: bool
) -> None:
    body = f"<table>{HEADS}<tr><td>{row}</td><td>811</td><td>812</td></tr></table>"
    assert allowed(tmp_path, body, "811", concept) is fits


def test_grants_below_prices_of_options_are_of_options(tmp_path: Path) -> None:
    heads = "<tr><td></td><td>Shares</td><td>{}</td></tr>"
    granted = "<tr><td>Granted</td><td>811</td><td>$8.12</td></tr>"
    concept = f"{AWARDS}GrantsInPeriod"
    of_options = f"<table>{heads.format('Weighted average option price')}{granted}</table>"
    assert not allowed(tmp_path, of_options, "811", concept, "SHARES")
    of_units = f"<table>{heads.format('Weighted average fair value')}{granted}</table>"
    assert allowed(tmp_path, of_units, "811", concept, "SHARES")


def test_taxes_in_the_head_of_a_row_are_not_what_it_is_of(tmp_path: Path) -> None:
    row = "<tr><td>Currency translation, net of tax of $801</td><td>811</td><td>812</td></tr>"
    concept = (
        "OtherComprehensiveIncomeLossForeignCurrencyTransactionAndTranslationAdjustmentNetOfTax"
    )
    assert not allowed(tmp_path, f"<table>{HEADS}{row}</table>", "$801", concept)
    assert allowed(tmp_path, f"<table>{HEADS}{row}</table>", "811", concept)


def test_asides_in_a_head_say_nothing(tmp_path: Path) -> None:
    heads = "<tr><td></td><td>2025 (in millions, except per share data)</td></tr>"
    body = f"<table>{heads}<tr><td>Net income</td><td>811</td></tr></table>"
    assert allowed(tmp_path, body, "811", "NetIncomeLoss")


@pytest.mark.parametrize(
    ("said", "concept", "label"),
    [
        ("Goodwill impairment charges totaled $811.", "Goodwill", "MONEY"),
        (
            "Of the receivables an allowance for doubtful accounts of $811 was made.",
            "AccountsReceivableNetCurrent",
            "MONEY",
        ),
        (
            "Cash used in investing activities comprised capital expenditures of $811.",
            "NetCashProvidedByUsedInInvestingActivities",
            "MONEY",
        ),
        (
            "The notes bear LIBOR plus 811%.",
            "DebtInstrumentInterestRateStatedPercentage",
            "PERCENT",
        ),
        (
            "Preferred stock, par value $811 a share, beside common stock.",
            "CommonStockParOrStatedValuePerShare",
            "PER_SHARE",
        ),
        (
            "A charge of $70 ($54, net of tax, or $811 per diluted share).",
            "EarningsPerShareDiluted",
            "PER_SHARE",
        ),
        ("Earnings per share (of $811/- each)", "EarningsPerShareDiluted", "PER_SHARE"),
        (
            "We guide to funds from operations per diluted share of $811.",
            "EarningsPerShareDiluted",
            "PER_SHARE",
        ),
        ("$70 pretax, or $811 per diluted share.", "EarningsPerShareDiluted", "PER_SHARE"),
        (
            "Depreciation of $9 included amortization of $811.",
            "DepreciationDepletionAndAmortization",
            "MONEY",
        ),
        ("Accelerated depreciation came to $811.", "Depreciation", "MONEY"),
        ("Beside depreciation, amortization expense was $811.", "Depreciation", "MONEY"),
        (
            "Revenue recognized of what was deferred came to $811.",
            "ContractWithCustomerLiabilityCurrent",
            "MONEY",
        ),
    ],
)
def test_what_sentences_say_of_else(tmp_path: Path, said: str, concept: str, label: str) -> None:
    assert not allowed(tmp_path, f"<p>{said}</p>", "811", concept, label)


def test_what_stands_behind_a_figure_in_a_sentence_is_of_others(tmp_path: Path) -> None:
    sentence = "<p>The provision for taxes was $811 million, of which $31 million was paid.</p>"
    assert allowed(tmp_path, sentence, "811", "IncomeTaxExpenseBenefit")
    paid = "<p>Taxes paid were $811 million, for which we had provided.</p>"
    assert not allowed(tmp_path, paid, "811", "IncomeTaxExpenseBenefit")


def test_every_entry_is_a_concept_that_the_model_knows() -> None:
    config = json.loads((shipped("finance") / "config.json").read_text(encoding="utf-8"))
    known = {name.removeprefix(TAXONOMY) for name in config[CONCEPTS_KEY]}
    assert set(NEEDED_AND_NEVER) <= known


@pytest.mark.parametrize("row", ["Additions", "Disposals", "Exchange differences", "Transfers"])
@pytest.mark.parametrize("kind", ["Gross", "Net"])
def test_what_leads_from_one_balance_of_plant_to_the_next_is_no_balance(
    tmp_path: Path, row: str, kind: str
) -> None:
    body = "<p>Property, plant and equipment</p><table><tr><td></td><td>Total</td></tr>"
    body += f"<tr><td>At 1 January</td><td>811</td></tr><tr><td>{row}</td><td>812</td></tr></table>"
    concept = f"PropertyPlantAndEquipment{kind}"
    assert allowed(tmp_path, body, "811", concept)
    assert not allowed(tmp_path, body, "812", concept)
