"""Words of rows and sentences that leave a figure one concept."""

from __future__ import annotations

from pathlib import Path

import pytest

from secateur.pipelines.finance.found import Found
from secateur.pipelines.finance.layout import Layout
from secateur.pipelines.finance.statements.phrases import Phrases
from secateur.pipelines.finance.statements.schedules import AWARDS_OTHERS
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.sentences import sentences


def concept(folder: Path, body: str, figure: str, label: str) -> str | None:
    path = folder / "report.html"
    path.write_text(f"<html><body>{body}</body></html>")
    document = read(path)
    start = document.text.index(figure)
    spans = sentences(document.text, document.passages)
    sentence = max(span for span in spans if span[0] <= start)
    found = Found(start, start + len(figure), label, 0.9)
    return Phrases(Layout(document)).concept(found, sentence)


def row(*cells: str, above: str = "Details follow.") -> str:
    head = "<tr><td></td><td>2025</td><td>2024</td></tr>"
    cells_ = "".join(f"<td>{cell}</td>" for cell in cells)
    other = "<tr><td>Others</td><td>812</td><td>811</td></tr>"
    return f"<p>{above}</p><table>{head}<tr>{cells_}</tr>{other}</table>"


STOCK = (
    "Common stock, $0.01 par value; 900 shares authorized; 601 and 602 shares issued; 503 and 504 "
    "shares outstanding"
)


@pytest.mark.parametrize(
    ("figure", "label", "expected"),
    [
        ("$0.01", "PER_SHARE", "CommonStockParOrStatedValuePerShare"),
        ("900", "SHARES", "CommonStockSharesAuthorized"),
        ("601", "SHARES", "CommonStockSharesIssued"),
        ("602", "SHARES", "CommonStockSharesIssued"),
        ("503", "SHARES", "CommonStockSharesOutstanding"),
        ("$6", "MONEY", None),
    ],
)
def test_a_balance_sheet_says_how_many_shares_there_are(
    tmp_path: Path, figure: str, label: str, expected: str | None
) -> None:
    assert concept(tmp_path, row(STOCK, "$6", "$5"), figure, label) == expected


def test_preferred_stock_is_another(tmp_path: Path) -> None:
    body = row(f"Preferred{STOCK.removeprefix('Common')}", "$6", "$5")
    assert concept(tmp_path, body, "900", "SHARES") is None


@pytest.mark.parametrize(
    ("text", "figure", "label", "expected"),
    [
        ("Common shares: authorized, 900; issued, 601.", "900", "SHARES", "Authorized"),
        ("Common shares: authorized, 900; issued, 601.", "601", "SHARES", "Issued"),
        (
            "Common stock (900 shares authorized; issued: 2025 - 601, 2024 - 602).",
            "602",
            "SHARES",
            "Issued",
        ),
        (
            "Options of 77 million were antidilutive.",
            "77 million",
            "SHARES",
            "EarningsPerShareAmount",
        ),
        ("Depreciation expense on equipment was $9 then.", "$9", "MONEY", "Depreciation"),
        (
            "Depreciation and amortization expense was $9.",
            "$9",
            "MONEY",
            "DepreciationDepletionAndAmortization",
        ),
        ("Depreciation and amortization expense on plant was $9.", "$9", "MONEY", None),
        ("Its deferred tax assets bear a valuation allowance of $9.", "$9", "MONEY", "Allowance"),
        ("The increase in the tax valuation allowance was $9.", "$9", "MONEY", None),
        ("It recorded $9 of goodwill.", "$9", "MONEY", "Goodwill"),
        ("It impaired $9 of goodwill.", "$9", "MONEY", None),
        ("Trade receivables, net of allowances, were $9.", "$9", "MONEY", "NetCurrent"),
        ("It sold 3.25% senior notes due 2031.", "3.25%", "PERCENT", "StatedPercentage"),
        ("It sold notes and 3.25% of its stores.", "3.25%", "PERCENT", None),
        ("Its pension assets are 40% bonds.", "40%", "PERCENT", "StatedPercentage"),
    ],
)
def test_sentences_tell_what_their_figures_are(
    tmp_path: Path, text: str, figure: str, label: str, expected: str | None
) -> None:
    found = concept(tmp_path, f"<p>{text}</p>", figure, label)
    assert found is None if expected is None else found is not None and found.endswith(expected)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("State taxes, net of federal benefit", "IncomeTaxReconciliationStateAndLocalIncomeTaxes"),
        ("State taxes", None),
        ("Operating cash flows from operating leases", "OperatingLeasePayments"),
        ("Operating cash flows from finance leases", None),
        (
            "Right-of-use assets obtained in exchange for operating lease liabilities",
            "RightOfUseAssetObtainedInExchangeForOperatingLeaseLiability",
        ),
        ("Right-of-use assets obtained in exchange for finance lease liabilities", None),
    ],
)
def test_heads_of_rows_tell_what_their_figures_are(
    tmp_path: Path, head: str, expected: str | None
) -> None:
    assert concept(tmp_path, row(head, "$6", "$5"), "$6", "MONEY") == expected


@pytest.mark.parametrize(
    ("head", "above", "expected"),
    [
        ("Domestic", "Income before income taxes (in millions)", "Domestic"),
        ("Non-U.S.", "Pretax earnings consist of the following:", "Foreign"),
        ("Total", "Income before income taxes (in millions)", "NoncontrollingInterest"),
        ("Domestic", "Revenues by region:", None),
        ("Total", "Income before income taxes by segment", None),
        ("Total", "Stores grew. Income was low before taxes. They are as follows.", None),
        ("Stock options", "Stock-based compensation expense (in millions)", "CompensationExpense"),
        ("Stock options", "Shares reserved for issue:", None),
        ("Total other noncurrent liabilities", "Details:", "OtherLiabilitiesNoncurrent"),
        (
            "Provision for income taxes",
            "Taxes differ from the statutory rate by:",
            "ExpenseBenefit",
        ),
    ],
)
def test_titles_of_tables_tell_what_their_rows_are(
    tmp_path: Path, head: str, above: str, expected: str | None
) -> None:
    found = concept(tmp_path, row(head, "$6", "$5", above=above), "$6", "MONEY")
    assert found is None if expected is None else found is not None and found.endswith(expected)


@pytest.mark.parametrize(
    ("head", "above", "told"),
    [
        ("2.80%, due August 2031", "Long-term debt:", True),
        ("2.80%, due August 2031", "Stores:", False),
        ("Effective rate of 2.80%, due August 2031", "Long-term debt:", False),
    ],
)
def test_rates_in_the_heads_of_tables_of_debt_are_stated_ones(
    tmp_path: Path, head: str, above: str, told: bool
) -> None:
    found = concept(tmp_path, row(head, "$6", "$5", above=above), "2.80%", "PERCENT")
    assert (found == "DebtInstrumentInterestRateStatedPercentage") is told


@pytest.mark.parametrize(
    ("head", "label", "expected"),
    [
        ("Total operating lease liabilities", "MONEY", "OperatingLeaseLiability"),
        ("Operating lease liabilities, non-current", "MONEY", "OperatingLeaseLiabilityNoncurrent"),
        (
            "Current portion of operating lease liabilities",
            "MONEY",
            "OperatingLeaseLiabilityCurrent",
        ),
        ("Finance lease liabilities, current", "MONEY", None),
        ("Operating lease right-of-use assets", "MONEY", "OperatingLeaseRightOfUseAsset"),
        ("Operating lease ROU assets, amortized", "MONEY", None),
        (
            "Basic weighted-average shares",
            "SHARES",
            "WeightedAverageNumberOfSharesOutstandingBasic",
        ),
        ("Average diluted shares", "SHARES", "WeightedAverageNumberOfDilutedSharesOutstanding"),
        ("Effect of dilutive shares, average", "SHARES", None),
    ],
)
def test_leases_and_average_shares_by_their_rows(
    tmp_path: Path, head: str, label: str, expected: str | None
) -> None:
    assert concept(tmp_path, row(head, "701", "702"), "701", label) == expected


def test_balances_below_words_on_valuation_allowances(tmp_path: Path) -> None:
    body = row(
        "Balance at end of year",
        "$701",
        "$702",
        above="The valuation allowance on deferred tax assets:",
    )
    assert concept(tmp_path, body, "$701", "MONEY") == "DeferredTaxAssetsValuationAllowance"
    other = row(
        "Balance at end of year", "$701", "$702", above="The allowance for doubtful accounts:"
    )
    assert concept(tmp_path, other, "$701", "MONEY") is None


@pytest.mark.parametrize(
    ("figure", "known"), [("$3.7 billion", True), ("$3.1 billion", True), ("$0.9 billion", False)]
)
def test_income_before_taxes_said_in_a_sentence(tmp_path: Path, figure: str, known: bool) -> None:
    said = "Earnings before provision for taxes on income was $3.7 billion and $3.1 billion"
    body = f"<p>{said}, and taxes were $0.9 billion.</p>"
    found = concept(tmp_path, body, figure, "MONEY")
    assert (
        found is not None and found.endswith("ExtraordinaryItemsNoncontrollingInterest")
    ) is known


WOULD = "UnrecognizedTaxBenefitsThatWouldImpactEffectiveTaxRate"
TO_COME = (
    "EmployeeServiceShareBasedCompensationNonvestedAwardsTotalCompensationCostNotYetRecognized"
)


@pytest.mark.parametrize(
    ("sentence", "figure", "expected"),
    [
        (
            "Gross unrecognized tax benefits were $22.0 billion, of which $10.8 billion, if "
            "recognized, would affect our effective tax rate.",
            "$10.8 billion",
            WOULD,
        ),
        (
            "Gross unrecognized tax benefits were $22.0 billion, of which $10.8 billion, if "
            "recognized, would affect our effective tax rate.",
            "$22.0 billion",
            "UnrecognizedTaxBenefits",
        ),
        (
            "Interest on unrecognized tax benefits of $31 million was accrued.",
            "$31 million",
            None,
        ),
        (
            "A provision for (benefit from) income taxes of $1.84 billion, $(5.00) billion and "
            "$1.13 billion has been recognized.",
            "$1.13 billion",
            "IncomeTaxExpenseBenefit",
        ),
        (
            "Income tax expense of $31 million related to the sale was recorded.",
            "$31 million",
            None,
        ),
        (
            "Foreign pretax earnings were $77.3 billion and $72.9 billion in 2024 and 2023.",
            "$72.9 billion",
            "IncomeLossFromContinuingOperationsBeforeIncomeTaxesForeign",
        ),
        (
            "Depreciation and amortization expense totaled $1.0 billion, $1.1 billion and $903 "
            "million during fiscal 2025, 2024 and 2023, respectively.",
            "$903 million",
            "DepreciationDepletionAndAmortization",
        ),
        (
            "Operating lease costs, including short-term lease costs, were $1.4 billion.",
            "$1.4 billion",
            "OperatingLeaseCost",
        ),
        (
            "Non-cash transactions to recognize operating lease assets and liabilities for new "
            "leases totaled $490, $488 and $245.",
            "$245",
            "RightOfUseAssetObtainedInExchangeForOperatingLeaseLiability",
        ),
        (
            "As of January 26, aggregate unearned stock-based compensation expense was $11.6 "
            "billion.",
            "$11.6 billion",
            TO_COME,
        ),
        (
            "Unrecognized tax benefits that would affect our tax rate were $509 and $568 million.",
            "$568 million",
            WOULD,
        ),
        (
            "There was $687 million of unrecognized stock-based compensation expense.",
            "$687 million",
            TO_COME,
        ),
        (
            "At June 30, $180 of compensation cost had not yet been recognized.",
            "$180",
            TO_COME,
        ),
        (
            "The total fair value of shares vested was $258, $256 and $220 in these years.",
            "$220",
            f"{AWARDS_OTHERS}VestedInPeriodTotalFairValue",
        ),
        (
            "The total fair value of options vested was $258.",
            "$258",
            None,
        ),
        (
            "Right-of-use assets obtained in exchange for lease liabilities were $261 and $357.",
            "$357",
            "RightOfUseAssetObtainedInExchangeForOperatingLeaseLiability",
        ),
        (
            "Cash payments made on operating lease liabilities were $1.1 billion.",
            "$1.1 billion",
            "OperatingLeasePayments",
        ),
        (
            "Stock-based compensation expense was $117 million and $116 million.",
            "$116 million",
            "AllocatedShareBasedCompensationExpense",
        ),
        (
            "The tax benefit of stock-based compensation expense was $25 million.",
            "$25 million",
            None,
        ),
    ],
)
def test_what_sentences_say_in_so_many_words(
    tmp_path: Path, sentence: str, figure: str, expected: str | None
) -> None:
    assert concept(tmp_path, f"<p>{sentence}</p>", figure, "MONEY") == expected


@pytest.mark.parametrize(
    ("above", "head", "expected"),
    [
        ("Segment assets are as follows:", "Global services", "Assets"),
        ("Segment assets are as follows:", "Goodwill", None),
        ("Segment assets and revenues are as follows:", "Global services", None),
        (
            "Property and equipment, net, by geographic area:",
            "Americas",
            "PropertyPlantAndEquipmentNet",
        ),
        ("Depreciation and amortization", "Corporate", "DepreciationDepletionAndAmortization"),
    ],
)
def test_segments_below_words_on_what_a_table_is_of(
    tmp_path: Path, above: str, head: str, expected: str | None
) -> None:
    assert concept(tmp_path, row(head, "701", "702", above=above), "701", "MONEY") == expected


def test_awards_below_words_on_dilution(tmp_path: Path) -> None:
    above = "These were left out because their effect was anti-dilutive:"
    excluded = row("Restricted units", "701", "702", above=above)
    assert (concept(tmp_path, excluded, "701", "SHARES") or "").startswith("Antidilutive")
    basic = row("Basic shares", "701", "702", above=above)
    assert concept(tmp_path, basic, "701", "SHARES") is None


def test_restricted_units_that_stand_at_a_day(tmp_path: Path) -> None:
    above = "Restricted share units were as follows:"
    standing = row("Shares at January 3, 2025", "701", "702", above=above)
    assert concept(tmp_path, standing, "701", "SHARES") == f"{AWARDS_OTHERS}NonvestedNumber"
    options = row("Shares at January 3, 2025", "701", "702", above="Stock options were:")
    assert concept(tmp_path, options, "701", "SHARES") is None


def test_columns_say_what_segments_have(tmp_path: Path) -> None:
    heads = "<tr><td></td><td>{} 2025</td><td>Depreciation and amortization 2025</td></tr>"
    rows = "<tr><td>Vision</td><td>701</td><td>702</td></tr>"
    body = f"<p>Details follow.</p><table>{heads.format('Identifiable assets')}{rows}</table>"
    assert concept(tmp_path, body, "701", "MONEY") == "Assets"
    assert concept(tmp_path, body, "702", "MONEY") == "DepreciationDepletionAndAmortization"
    plans = body.replace("Details follow.", "Plan assets at fair value are:")
    assert concept(tmp_path, plans, "701", "MONEY") is None


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("GAAP diluted EPS", "EarningsPerShareDiluted"),
        ("Diluted earnings per common share", "EarningsPerShareDiluted"),
        ("Basic earnings per share", "EarningsPerShareBasic"),
        ("Ongoing diluted EPS", None),
        ("Diluted earnings per share from continuing operations", None),
    ],
)
def test_earnings_a_share_by_their_rows(tmp_path: Path, head: str, expected: str | None) -> None:
    assert concept(tmp_path, row(head, "3.44", "3.21"), "3.44", "PER_SHARE") == expected


@pytest.mark.parametrize(
    ("above", "head", "expected"),
    [
        (
            "A reconciliation of the statutory federal rate to the effective tax rate follows:",
            "Total",
            "IncomeTaxExpenseBenefit",
        ),
        (
            "A reconciliation of the statutory federal rate to the effective tax rate follows:",
            "Income tax at the statutory rate",
            None,
        ),
        (
            "Stock-based compensation expense was recorded as follows:",
            "Research and development",
            "AllocatedShareBasedCompensationExpense",
        ),
        ("Details follow.", "Research and development", None),
        (
            "Details follow.",
            "Pre-tax stock-based compensation expense",
            "AllocatedShareBasedCompensationExpense",
        ),
    ],
)
def test_taxes_and_functions_below_words_on_what_a_table_states(
    tmp_path: Path, above: str, head: str, expected: str | None
) -> None:
    assert concept(tmp_path, row(head, "701", "702", above=above), "701", "MONEY") == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("These notes bear interest at 4.5% a year.", True),
        ("We issued notes due 2027 that bear an annual interest rate of 4.5%.", True),
        ("The notes bear a variable interest rate of 4.5%.", False),
        ("The loan has an effective interest rate of 4.5%.", False),
    ],
)
def test_the_rate_that_notes_bear(tmp_path: Path, sentence: str, expected: bool) -> None:
    found = concept(tmp_path, f"<p>{sentence}</p>", "4.5%", "PERCENT")
    assert (found == "DebtInstrumentInterestRateStatedPercentage") is expected


GRANTS = f"{AWARDS_OTHERS}GrantsInPeriod"
GRANTED = "In 2024 and 2023, we granted 153,306 and 199,899 performance restricted stock units, "


@pytest.mark.parametrize(
    ("sentence", "figure", "label", "expected"),
    [
        (GRANTED + "half of them to officers.", "153,306", "SHARES", GRANTS),
        (GRANTED + "half of them to officers.", "199,899", "SHARES", GRANTS),
        ("We granted 2,000 stock options.", "2,000", "SHARES", None),
        (
            "We granted 90 RSUs with a grant date fair value of $192.94 per unit.",
            "$192.94",
            "PER_SHARE",
            f"{GRANTS}WeightedAverageGrantDateFairValue",
        ),
        (
            "We are authorized to issue 5,000 million shares of Class A common stock and 4,141 "
            "million shares of Class B common stock.",
            "4,141 million",
            "SHARES",
            "CommonStockSharesAuthorized",
        ),
        (
            "There were 1,200,000 shares of common stock and 20,000 shares of preferred stock "
            "authorized.",
            "1,200,000",
            "SHARES",
            "CommonStockSharesAuthorized",
        ),
        ("We authorized the repurchase of 900 shares.", "900", "SHARES", None),
    ],
)
def test_awards_and_authorized_shares_in_sentences(
    tmp_path: Path, sentence: str, figure: str, label: str, expected: str | None
) -> None:
    assert concept(tmp_path, f"<p>{sentence}</p>", figure, label) == expected


def test_shares_that_stand_in_a_statement_of_equity_or_by_their_name(tmp_path: Path) -> None:
    heads = "<tr><td></td><td>{} Shares</td><td>Amount</td><td>Retained earnings</td></tr>"
    rows = "<tr><td>{}</td><td>701</td><td>$702</td><td>703</td></tr>"

    def told(column: str, line: str) -> str | None:
        body = f"<table>{heads.format(column)}{rows.format(line)}</table>"
        return concept(tmp_path, body, "701", "SHARES")

    assert told("Common stock", "Balance at May 31, 2025") == "CommonStockSharesOutstanding"
    assert told("Common stock", "Stock issued") is None
    assert told("Treasury stock", "Balance at May 31, 2025") is None
    balances = row("Common stock outstanding, beginning balances", "701", "702")
    assert concept(tmp_path, balances, "701", "SHARES") == "CommonStockSharesOutstanding"


def test_total_assets_of_segments_are_assets_but_not_those_at_fair_values(tmp_path: Path) -> None:
    segments = row("Total assets", "701", "702", above="Segment information follows.")
    assert concept(tmp_path, segments, "701", "MONEY") == "Assets"
    levels = row("Total assets", "701", "702", above="Assets measured at fair value were:")
    assert concept(tmp_path, levels, "701", "MONEY") is None
