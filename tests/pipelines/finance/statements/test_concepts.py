"""Lines of statements tell what their figures measure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from statement_tables import layout, stated
from time_growth import LINEAR, growth

from secateur.pipelines.finance.statements.concepts import cells_stated
from secateur.pipelines.finance.statements.kinds import find_statements, has_minority
from secateur.pipelines.finance.statements.naming import line_name

INCOME = """
    | 2025 | 2024
    Net sales | 9,100 | 8,700
    Cost of sales | 4,100 | 4,000
    Depreciation and amortization | 310 | 300
    Selling, general and administrative | 2,900 | 2,700
    Income from operations | 1,790 | 1,700
    Income before income taxes | 1,770 | 1,680
    Provision for income taxes (Note 9) | 354 | 336
    Net income | 1,416 | 1,344
    Earnings per share: | |
    Basic | 2.83 | 2.69
    Diluted | 2.80 | 2.66
    """
BALANCE = """
    | 2025 | 2024
    Cash and cash equivalents | 800 | 700
    Accounts receivable, net of allowances of $14 | 600 | 550
    Total current assets | 1,700 | 1,500
    Property, plant and equipment, net | 2,500 | 2,400
    Operating lease right-of-use assets | 310 | 300
    Other assets | 120 | 110
    Total assets | 4,900 | 4,600
    Accounts payable | 400 | 380
    Deferred revenue | 90 | 80
    Operating lease liabilities | 60 | 55
    Total current liabilities | 640 | 610
    Operating lease liabilities | 260 | 250
    Deferred revenue | 30 | 20
    Other liabilities | 70 | 75
    Total liabilities | 2,000 | 1,900
    Retained earnings | 2,300 | 2,100
    Total shareholders’ equity | 2,900 | 2,700
    Total liabilities and shareholders’ equity | 4,900 | 4,600
    """
CASH = """
    | 2025 | 2024
    Net income | 1,416 | 1,344
    Depreciation and amortization | 310 | 300
    Stock-based compensation | 95 | 90
    Deferred income taxes | (20) | (10)
    Other | 7 | 6
    Changes in operating assets and liabilities: | |
    Accounts receivable | (50) | (40)
    Other | 3 | 2
    Net cash provided by operating activities | 1,700 | 1,650
    Purchases of property and equipment | (400) | (390)
    Other | (9) | (8)
    Net cash used in investing activities | (420) | (400)
    Repurchases of common stock | (700) | (650)
    Other financing activities, net | (11) | (12)
    Net cash used in financing activities | (1,100) | (1,000)
    Net increase in cash, cash equivalents and restricted cash | 180 | 250
    Cash, cash equivalents and restricted cash, beginning of year | 720 | 470
    Cash, cash equivalents and restricted cash, end of year | 900 | 720
    Less restricted cash | 100 | 20
    Cash and cash equivalents at end of year | 800 | 700
    """
EQUITY = """
    | Common stock shares | Amount | Additional paid-in capital | Retained earnings | Total
    Balance, June 30, 2024 | 500 | 5 | 600 | 2,100 | 2,705
    Net income | | | | 1,416 | 1,416
    Stock-based compensation | | | 95 | | 95
    Dividends | | | | (516) | (516)
    Balance, June 30, 2025 | 505 | 5 | 695 | 3,000 | 3,700
    """


def test_lines_of_an_income_statement_tell_their_concepts(tmp_path: Path) -> None:
    found = stated(tmp_path, INCOME)
    assert found["9,100"] == found["4,100"] == found["2,900"] == ()
    assert found["1,790"] == ("OperatingIncomeLoss",)
    assert found["1,770"][0].startswith("IncomeLossFromContinuingOperationsBeforeIncomeTaxes")
    assert found["354"] == ("IncomeTaxExpenseBenefit",)
    assert found["1,416"] == ("NetIncomeLoss",)
    assert "EarningsPerShareBasic" in found["2.83"]
    assert "EarningsPerShareDiluted" in found["2.80"]


def test_depreciation_in_an_income_statement_stays_what_the_head_says(tmp_path: Path) -> None:
    assert "310" not in stated(tmp_path, INCOME)


def test_lines_of_a_balance_sheet_are_told_by_their_part(tmp_path: Path) -> None:
    found = stated(tmp_path, BALANCE)
    assert found["600"] == ("AccountsReceivableNetCurrent",)
    assert found["310"] == ("OperatingLeaseRightOfUseAsset",)
    assert found["120"] == ("OtherAssetsNoncurrent",)
    assert found["90"] == ("ContractWithCustomerLiabilityCurrent",)
    assert found["60"] == ("OperatingLeaseLiabilityCurrent",)
    assert found["260"] == ("OperatingLeaseLiabilityNoncurrent",)
    assert found["30"] == found["400"] == ()
    assert found["70"] == ("OtherLiabilitiesNoncurrent",)
    assert found["2,900"] == ("StockholdersEquity",)
    assert found["4,900"] == ("LiabilitiesAndStockholdersEquity",)


def test_an_allowance_in_the_name_of_a_line_is_not_what_the_line_is(tmp_path: Path) -> None:
    arranged = layout(tmp_path, BALANCE)
    row = next(
        start
        for start, concepts, _ in cells_stated(arranged)
        if not concepts and arranged.document.text.startswith("Accounts receivable", start)
    )
    assert arranged.document.text[row:].split("\t")[0].endswith("$14")


def test_lines_of_cash_flows_are_told_by_their_part(tmp_path: Path) -> None:
    found = stated(tmp_path, CASH)
    assert found["310"] == ("DepreciationDepletionAndAmortization",)
    assert found["95"] == ("ShareBasedCompensation",)
    assert found["(20)"] == ("DeferredIncomeTaxExpenseBenefit",)
    assert found["7"] == ("OtherNoncashIncomeExpense",)
    assert found["(50)"] == found["3"] == found["(9)"] == found["(390)"] == ()
    assert found["1,700"] == ("NetCashProvidedByUsedInOperatingActivities",)
    assert found["(700)"] == ("PaymentsForRepurchaseOfCommonStock",)
    assert found["(11)"] == ("ProceedsFromPaymentsForOtherFinancingActivities",)
    assert found["100"] == ()
    assert found["800"] == ("CashAndCashEquivalentsAtCarryingValue",)
    assert found["900"][0].startswith("CashCashEquivalentsRestrictedCash")


def test_exchange_rates_below_the_change_of_cash_make_it_another(tmp_path: Path) -> None:
    assert stated(tmp_path, CASH)["180"][0].endswith("IncludingExchangeRateEffect")
    before = "    Cash, cash equivalents and restricted cash, beg"
    rates = CASH.replace(before, f"    Effect of exchange rate changes | 1 | 1\n{before}")
    assert stated(tmp_path, rates)["180"] == ()


def test_balances_of_equity_are_told_from_what_changes_them(tmp_path: Path) -> None:
    found = stated(tmp_path, EQUITY)
    assert found["2,705"] == ("StockholdersEquity",)
    assert found["95"][0].startswith("AdjustmentsToAdditionalPaidInCapital")
    assert found["(516)"] == ()


def test_accounts_of_equity_may_stand_one_below_the_other(tmp_path: Path) -> None:
    found = stated(
        tmp_path,
        """
        | 2025 | 2024
        Common stock | |
        Balance at beginning of year | 5 | 4
        Shares issued | 3 | 1
        Retained earnings | |
        Balance at beginning of year | 2,100 | 1,900
        Net earnings | 1,416 | 1,344
        Noncontrolling interests | |
        Balance at beginning of year | 60 | 50
        Net income | 16 | 14
        Total shareholders’ equity | 3,700 | 2,705
        """,
    )
    assert found["5"] == found["2,100"] == found["3,700"] == ("StockholdersEquity",)
    assert found["3"] == found["60"] == found["16"] == ()


def test_accounts_of_equity_do_not_count_as_the_same_figure_elsewhere(tmp_path: Path) -> None:
    assert not any(recurs for _, _, recurs in cells_stated(layout(tmp_path, EQUITY)))
    assert any(recurs for _, _, recurs in cells_stated(layout(tmp_path, CASH)))


def test_with_minority_interests_whole_lines_are_others(tmp_path: Path) -> None:
    shared = INCOME.replace(
        "    Earnings per share",
        "    Net income attributable to noncontrolling interests | 16 | 14\n"
        "    Net income attributable to Acme shareholders | 1,400 | 1,330\n    Earnings per share",
    )
    found = stated(tmp_path, shared, EQUITY, CASH)
    assert found["1,416"] == found["16"] == found["2,705"] == ()
    assert found["1,400"] == ("NetIncomeLoss",)
    assert found["1,700"] == ("NetCashProvidedByUsedInOperatingActivities",)


@pytest.mark.parametrize("name", ["Noncontrolling interests", "Non-controlling interest (NCI)"])
def test_minority_interests_are_seen_among_the_accounts(tmp_path: Path, name: str) -> None:
    accounts = EQUITY.replace("Total", name)
    arranged = layout(tmp_path, accounts)
    assert has_minority(arranged.document.text, find_statements(arranged))
    arranged = layout(tmp_path, EQUITY)
    assert not has_minority(arranged.document.text, find_statements(arranged))


def test_equity_of_nobody_in_particular_is_the_whole(tmp_path: Path) -> None:
    unowned = re.sub(r"(?i)total (?:share|stock)holders’ equity", "Total equity", BALANCE)
    unowned = re.sub(r"(?i)and (?:share|stock)holders’ equity", "and equity", unowned)
    found = stated(tmp_path, unowned, EQUITY, INCOME)
    assert found["2,900"] == found["2,705"] == ()
    assert found["1,416"] == ("NetIncomeLoss",)
    assert stated(tmp_path, BALANCE, EQUITY)["2,705"] == ("StockholdersEquity",)


def test_what_is_owed_may_stand_in_a_table_of_its_own(tmp_path: Path) -> None:
    lines = BALANCE.strip("\n").splitlines()
    last = next(number for number, line in enumerate(lines) if "Total assets" in line)
    found = stated(tmp_path, "\n".join(lines[: last + 1]), "\n".join(lines[last + 1 :]))
    assert found == stated(tmp_path, BALANCE)


def test_british_lines_are_known(tmp_path: Path) -> None:
    found = stated(
        tmp_path,
        """
        £m | 2025 | 2024
        Revenue | 910 | 870
        Operating profit | 180 | 170
        Finance costs | (12) | (11)
        Profit before taxation | 168 | 159
        Tax expense | (42) | (40)
        Profit for the year | 126 | 119
        Attributable to: | |
        Owners of the parent | 120 | 114
        Non-controlling interests | 6 | 5
        Basic earnings per share (p) | 25.2 | 23.8
        """,
    )
    assert found["910"] == found["(12)"] == ()
    assert found["180"] == ("OperatingIncomeLoss",)
    assert found["168"][0].startswith("IncomeLossFromContinuing")
    assert found["(42)"] == ("IncomeTaxExpenseBenefit",)
    assert found["126"] == found["6"] == ()
    assert found["120"] == ("NetIncomeLoss",)


def test_a_group_says_what_is_its_own_share(tmp_path: Path) -> None:
    shared = INCOME.replace(
        "    Earnings per share",
        "    of which, Group share | 1,400 | 1,330\n"
        "    of which, non-controlling interests | 16 | 14\n    Earnings per share",
    )
    found = stated(tmp_path, shared)
    assert found["1,400"] == ("NetIncomeLoss",)
    assert found["16"] == ()


def test_cash_at_days_is_known(tmp_path: Path) -> None:
    days = CASH.replace("beginning of year", "").replace(
        "Cash, cash equivalents and restricted cash,", "Cash and cash equivalents at 1 April"
    )
    assert stated(tmp_path, days)["720"][0].startswith("CashCashEquivalents")


@pytest.mark.parametrize(
    "rows",
    [
        # A pension plan's and a derivative's "total assets" are not the company's.
        "| Level 1 | Level 2 | Fair value\nCash | 5 | 6 | 11\nTotal assets | 15 | 16 | 31\n"
        "Total liabilities | 1 | 2 | 3",
        "| 2025 | 2024\nCurrent | 5 | 6\nDeferred | 2 | 1\nTotal | 7 | 7",
    ],
)
def test_other_tables_are_no_statements(tmp_path: Path, rows: str) -> None:
    assert stated(tmp_path, rows) == {}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Net income (loss)", "net income"),
        ("Income/(loss) from operations", "income from operations"),
        ("Total shareholders’ equity", "total shareholders' equity"),
        ("Right-of-use assets [1]", "right of use assets"),
    ],
)
def test_names_of_lines_are_read_without_asides(text: str, name: str) -> None:
    assert line_name(text) == name


def test_earnings_a_share_of_parts_of_the_result_are_others(tmp_path: Path) -> None:
    parts = (
        "Continuing operations - basic | 2.61 | 2.60\n    Total earnings per share - basic | 2.83"
    )
    found = stated(tmp_path, INCOME.replace("Basic | 2.83", parts))
    assert found["2.61"] == ()
    assert found["2.83"][0] == "EarningsPerShareBasic"


COMPREHENSIVE = """
    | 2025 | 2024
    Consolidated net income | 900 | 800
    Currency translation | 31 | 30
    Cash flow hedges | 21 | 20
    Total other comprehensive income | 52 | 50
    Comprehensive income, net of tax | 952 | 850
    {others}
    """


def test_lines_of_comprehensive_income_tell_their_concepts(tmp_path: Path) -> None:
    found = stated(tmp_path, COMPREHENSIVE.format(others=""))
    assert found["900"] == ("NetIncomeLoss",)
    assert found["952"] == ("ComprehensiveIncomeNetOfTax",)
    assert found["52"] == ()
    assert "31" not in found


def test_comprehensive_income_of_a_group_is_what_its_owners_have_of_it(tmp_path: Path) -> None:
    others = """Comprehensive income attributable to noncontrolling interests | 44 | 40
    Comprehensive income attributable to Corliss | 908 | 810"""
    found = stated(tmp_path, COMPREHENSIVE.format(others=others))
    assert found["908"] == ("ComprehensiveIncomeNetOfTax",)
    assert found["952"] == found["44"] == found["900"] == ()


def test_equity_below_minority_interests_is_the_whole(tmp_path: Path) -> None:
    sheet = BALANCE.replace(
        "Total shareholders’ equity | 2,900 | 2,700",
        "Stockholders’ deficit attributable to Corliss | 2,800 | 2,600\n"
        "Noncontrolling interests | 100 | 101\nTotal stockholders’ equity | 2,900 | 2,701",
    )
    found = stated(tmp_path, sheet)
    assert found["2,800"] == ("StockholdersEquity",)
    assert found["2,900"] == ()


@pytest.mark.parametrize(
    ("line", "replaced", "concept"),
    [
        ("Properties, net (Note 11)", "Property, plant and equipment, net", "Net"),
        ("Property and equipment, at cost", "Property, plant and equipment, net", "Gross"),
        ("Cash and equivalents", "Cash and cash equivalents", "CashEquivalentsAtCarryingValue"),
        ("Retained deficit", "Retained earnings", "RetainedEarningsAccumulatedDeficit"),
        ("Corliss share of equity", "Total shareholders’ equity", "StockholdersEquity"),
        ("Current portion of deferred revenue", "Deferred revenue", "ContractWithCustomer"),
    ],
)
def test_balance_sheets_have_other_names_for_their_lines(
    tmp_path: Path, line: str, replaced: str, concept: str
) -> None:
    start = BALANCE.index(replaced)
    row = BALANCE[start:].partition("\n")[0]
    found = stated(tmp_path, BALANCE.replace(row, row.replace(replaced, line), 1))
    assert concept in found[row.split("|")[1].strip()][0]


@pytest.mark.parametrize(
    ("line", "concept"),
    [
        ("Depreciation & amortization", "DepreciationDepletionAndAmortization"),
        ("Amortization and depreciation", "DepreciationDepletionAndAmortization"),
        ("Depreciation and depletion (impairments included)", "DepreciationDepletion"),
        ("Depreciation", "Depreciation"),
    ],
)
def test_what_is_used_up_has_many_names(tmp_path: Path, line: str, concept: str) -> None:
    found = stated(tmp_path, CASH.replace("Depreciation and amortization", line))
    assert found["310"][0].startswith(concept)


def test_assets_that_leases_brought_are_no_change_by_exchange_rates(tmp_path: Path) -> None:
    brought = "Right-of-use assets obtained in exchange for operating lease liabilities | 33 | 34"
    found = stated(tmp_path, f"{CASH.rstrip()}\n    {brought}")
    assert found["180"][0].endswith("PeriodIncreaseDecreaseIncludingExchangeRateEffect")
    assert found["33"] == ("RightOfUseAssetObtainedInExchangeForOperatingLeaseLiability",)


ACCUMULATED = """
    | Translation | Pensions | Total accumulated other comprehensive loss
    Balance at December 31, 2023 | (101) | (102) | (203)
    Amounts reclassified | 3 | 4 | 7
    Balance at December 31, 2024 | (98) | (97) | (195)
    """


@pytest.mark.parametrize(("minority", "expected"), [(False, ("StockholdersEquity",)), (True, ())])
def test_accumulated_comprehensive_income_leads_from_equity_to_equity(
    tmp_path: Path, minority: bool, expected: tuple[str, ...]
) -> None:
    other = INCOME + "Net income attributable to noncontrolling interests | 7 | 6\n"
    found = stated(tmp_path, ACCUMULATED, other if minority else INCOME)
    assert found["(101)"] == found["(203)"] == found["(195)"] == expected
    assert "3" not in found


def test_days_alone_are_balances_of_accumulated_comprehensive_income(tmp_path: Path) -> None:
    rows = """
        | Translation | Total accumulated other comprehensive loss
        January 2, 2023 | (101) | (203)
        Net 2023 changes | 3 | 8
        December 31, 2023 | (98) | (195)
        """
    assert stated(tmp_path, rows)["(98)"] == ("StockholdersEquity",)


@pytest.mark.parametrize(
    ("name", "paid"),
    [
        ("Stock-based compensation expense", True),
        ("Share-based payments", True),
        ("Employee stock compensation plans", True),
        ("Tax benefit of stock-based compensation", False),
        ("Stock issued for compensation", False),
        ("Stock options exercised", False),
    ],
)
def test_names_of_pay_in_shares(tmp_path: Path, name: str, paid: bool) -> None:
    found = stated(tmp_path, EQUITY.replace("Stock-based compensation", name))
    assert bool(found["95"]) is paid


def test_the_parent_s_part_of_a_profit_is_net_income(tmp_path: Path) -> None:
    others = """Profit for the year attributable to non-controlling interests | 16 | 14
    Profit for the year attributable to owners of the parent | 1,400 | 1,330
    Basic earnings per share (€) | 2.83 | 2.69"""
    told = stated(tmp_path, INCOME.replace("Net income |", "Profit for the year |") + others)
    assert told["1,400"] == ("NetIncomeLoss",)
    assert told["16"] == told["1,416"] == ()


def test_what_is_the_parent_s_has_others_whom_a_short_statement_leaves_out(tmp_path: Path) -> None:
    others = """Profit attributable to owners of the Company | 1,400 | 1,330
    Basic earnings per share (₹) | 2.83 | 2.69"""
    told = stated(tmp_path, INCOME.replace("Net income |", "Profit for the year |") + others)
    assert told["1,400"] == ("NetIncomeLoss",)
    assert told["1,416"] == ()


def test_profit_before_exceptional_items_is_not_that_before_taxes(tmp_path: Path) -> None:
    others = "Profit before exceptional items and tax | 1,780 | 1,690\n"
    assert stated(tmp_path, INCOME + others)["1,780"] == ()


def test_earnings_before_dilution_are_basic(tmp_path: Path) -> None:
    others = """Earnings per share before dilution, SEK | 3.83 | 3.69
    Earnings per share after dilution, SEK | 3.80 | 3.66"""
    told = stated(tmp_path, INCOME + others)
    assert told["3.83"][0] == "EarningsPerShareBasic"
    assert told["3.80"][0] == "EarningsPerShareDiluted"


def test_the_second_half_of_a_balance_sheet_in_a_table_of_its_own(tmp_path: Path) -> None:
    rows = "Equity | 9,905 | 9,611\nBorrowings | 6,426 | 7,118\n"
    told = stated(tmp_path, f"| 2025 | 2024\n{rows}Total equity and liabilities | 21,340 | 21,977")
    assert told["21,340"] == ("LiabilitiesAndStockholdersEquity",)
    assert told["6,426"] == ()


@pytest.mark.timeout(60)
def test_time_for_the_lines_of_a_statement_grows_with_their_number(tmp_path: Path) -> None:
    def read(lines: str) -> None:
        rows = f"| 2025\n{lines}Deferred tax assets | 9\nDeferred tax liabilities | 8\n"
        stated(tmp_path, f"{rows}Depreciation | 7")

    assert growth(read, "Total deferred tax assets | 9\n", 800) < LINEAR
