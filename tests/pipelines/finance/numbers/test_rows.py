"""What heads of rows leave of the types of their figures."""

from __future__ import annotations

from pathlib import Path

import pytest
from time_growth import LINEAR, growth

from secateur.pipelines.document.document import Passage
from secateur.pipelines.document.layout import Layout
from secateur.pipelines.finance.numbers.rows import states_per_share, types_of_rows
from secateur.pipelines.ingestion.read import read


def types(tmp_path: Path, rows: str) -> dict[str, str]:
    """Types by the heads of rows; rows stand on lines, cells between bars."""
    path = tmp_path / "report.html"
    lines = (f"<tr><td>{'<td>'.join(row.split('|'))}</tr>" for row in rows.splitlines())
    path.write_text(f"<table>{''.join(lines)}</table>")
    layout = Layout(read(path))
    (table,) = layout.tables
    found = types_of_rows(layout, table)
    return {layout.text_of(table.rows[number][0]): kind for number, kind in found.items()}


def test_a_corner_of_amounts_a_share_holds_for_all_rows(tmp_path: Path) -> None:
    heads = "(Yen per share)|Second|Fiscal\nquarter-end|year-end\n"
    found = types(tmp_path, f"{heads}Fiscal year 2025|24.00|26.00\nFiscal year 2026|25.00|30.00")
    assert found == {"Fiscal year 2025": "PER_SHARE", "Fiscal year 2026": "PER_SHARE"}


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ("EUR million|2024\nShare premium|340.2", "MONEY"),
        ("|2024\nShare premium account|340.2", "MONEY"),
        ("£m|2024\nTreasury shares|(20.1)", "MONEY"),
        ("£m|2024\nOwn shares held, at cost|(20.1)", "MONEY"),
        ("£m|2024\nCalled-up share capital|24.9", "MONEY"),
        ("€m|2024\nEquity holders of the parent|380", "MONEY"),
        ("CHF million|2025\nDividend paid|–62.1", "MONEY"),
        ("CHF million|2025\nDividends paid|0.45", None),
        ("€000|2024\nReinsurers’ share|(12,918)", "MONEY"),
        ("|2024\nClass A ordinary shares issuance costs|(13,005,108)", "MONEY"),
        ("€m|2024\nOrdinary shareholders|380", "MONEY"),
        ("€m|2024\nShareholders of Acme|380", "MONEY"),
        ("€m|2024\nShareholders of record|380", None),
        ("€m|2024\nShareholders|380", None),
        ("|2024\nTreasury shares|(20,100)", None),
        ("EUR million|2024\nNumber of shares|\nTreasury shares|(20,100)", "SHARES"),
    ],
)
def test_a_balance_sheet_holds_premiums_and_own_shares_in_money(
    tmp_path: Path, rows: str, kind: str | None
) -> None:
    head = rows.splitlines()[-1].split("|")[0]
    assert types(tmp_path, rows).get(head) == kind


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("Combined ratio|95.5|98.0", "PERCENT"),
        ("Liquidity coverage ratio (LCR)|165,2|158", "PERCENT"),
        ("NSFR|118.4|—", "PERCENT"),
        ("Acquisition cost ratio|18.4|18.1", "PERCENT"),
        ("Combined ratio, excluding catastrophes|87.0|88.9", "PERCENT"),
        ("Loss and LAE ratio|62.5|65.6", "PERCENT"),
        ("Loss ratio|0.64|0.66", None),
        ("Solvency ratio|2.1|2.0", None),
        ("Capital ratio|$95|$98", None),
        ("Return on capital employed (%)|14.6|13.3", "PERCENT"),
        ("Sales growth (in %)|(0.6)|1.3", "PERCENT"),
        ("Payout (%)|$95|$98", None),
    ],
)
def test_ratios_of_insurers_and_banks_need_no_percent_sign(
    tmp_path: Path, row: str, kind: str | None
) -> None:
    assert types(tmp_path, f"$ in millions|2024|2023\n{row}").get(row.split("|")[0]) == kind


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("Paid-up equity share capital (Face value of ₹ 10/- each)", "MONEY"),
        ("Share capital (of ₹ 1 each)", "MONEY"),
        ("Number of shares in the share capital of ₹ 1 each", "SHARES"),
    ],
)
def test_share_capital_of_shares_at_a_price_is_money(tmp_path: Path, row: str, kind: str) -> None:
    assert types(tmp_path, f"|2024\n{row}|120.50") == {row: kind}


def test_a_statement_of_cash_flows_holds_what_was_paid_for_shares(tmp_path: Path) -> None:
    rows = "|2024\nRepurchases of common stock|(27,195)\nIssuance of shares|1,195"
    flows = "Net cash from operating activities|10\nNet cash used in financing activities|(20)"
    assert types(tmp_path, f"{rows}\n{flows}") == {
        "Repurchases of common stock": "MONEY",
        "Issuance of shares": "MONEY",
    }
    assert types(tmp_path, rows) == {}


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ("|2024|2023\nLoss ratio||\nCatastrophes|6.2|(0.9)", "PERCENT"),
        ("|2024|2023\nLoss ratio||\nCatastrophes|620|890", None),
        ("|2024|2023\nLosses||\nCatastrophes|6.2|0.9", None),
        ("Ratios in points|2024|2023\nCatastrophes|6.2|-0.9", "PERCENT"),
        ("|2024 (points)|2023 (points)\nCatastrophes|6.2|0.9", "PERCENT"),
    ],
)
def test_what_ratios_are_made_of_is_in_points(tmp_path: Path, rows: str, kind: str | None) -> None:
    head = rows.splitlines()[-1].split("|")[0]
    assert types(tmp_path, rows).get(head) == kind


@pytest.mark.timeout(60)
def test_time_for_the_brackets_of_a_head_grows_with_their_number() -> None:
    def asked(brackets: str) -> bool:
        return states_per_share(Passage(0, 1, row="Basic EPS", column=f"Income{brackets} of all"))

    assert growth(asked, " (in all)", 4) < LINEAR
