"""Sentences and tables that count shares, or state an amount a share."""

from __future__ import annotations

from pathlib import Path

import pytest
from told_concepts import concept

STOCK = "CommonStock"
BASIC = "WeightedAverageNumberOfSharesOutstandingBasic"
DILUTED = "WeightedAverageNumberOfDilutedSharesOutstanding"
ANTIDILUTIVE = "AntidilutiveSecuritiesExcludedFromComputationOfEarningsPerShareAmount"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We are authorized to issue up to 900 million shares of common stock.", "Authorized"),
        (
            "The charter authorizes 5 million shares of preferred and 900 million shares of common "
            "stock.",
            "Authorized",
        ),
        ("We have 900 million authorized shares of common stock.", "Authorized"),
        ("Authorized shares of common stock went from 100 million to 900 million.", None),
        ("The Board authorized the repurchase of 900 million shares of common stock.", None),
        ("The plan authorizes the issuance of 900 million shares of common stock.", None),
        ("There were 900 million shares of our common stock outstanding.", "Outstanding"),
        ("There were 900 million shares of common stock outstanding as of May 1, 2025.", None),
        ("Warrants for 900 million shares of common stock were outstanding.", None),
        ("Common shares outstanding were 900 million.", "Outstanding"),
    ],
)
def test_shares_of_stock_said_in_a_sentence(
    tmp_path: Path, text: str, expected: str | None
) -> None:
    found = concept(tmp_path, f"<p>{text}</p>", "900 million", "SHARES")
    assert found == (expected and f"{STOCK}Shares{expected}")


@pytest.mark.parametrize(
    "text",
    [
        "We may issue 900 authorized shares of common stock, par value $9 a share.",
        "We have 900 shares of $9 par value common stock authorized.",
    ],
)
def test_par_value_said_in_a_sentence(tmp_path: Path, text: str) -> None:
    found = concept(tmp_path, f"<p>{text}</p>", "$9", "PER_SHARE")
    assert found == "CommonStockParOrStatedValuePerShare"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Basic earnings per share were $9 in 2025.", "EarningsPerShareBasic"),
        ("Diluted EPS was $8 in 2025 and $9 in 2024.", "EarningsPerShareDiluted"),
        ("Adjusted diluted EPS was $9.", None),
        ("The effect on diluted EPS was $9.", None),
        ("Net earnings were $2 billion, or $9 per diluted share.", "EarningsPerShareDiluted"),
        ("A charge of $2 billion, or $9 per diluted share, was taken.", None),
    ],
)
def test_earnings_a_share_said_in_a_sentence(
    tmp_path: Path, text: str, expected: str | None
) -> None:
    assert concept(tmp_path, f"<p>{text}</p>", "$9", "PER_SHARE") == expected


def test_what_diluted_earnings_leave_out(tmp_path: Path) -> None:
    text = "<p>Diluted earnings per share excludes 9 million shares subject to options.</p>"
    assert concept(tmp_path, text, "9 million", "SHARES") == ANTIDILUTIVE


PARTS = """<table>
<tr><td></td><td>Class A</td><td>Class B</td></tr>
<tr><td>Basic net income per share:</td></tr>
<tr><td>Number of shares used in the computation</td><td>101</td><td>102</td></tr>
<tr><td>Net income per share</td><td>1.01</td><td>1.02</td></tr>
<tr><td>Diluted net income per share:</td></tr>
<tr><td>Number of shares used in basic computation</td><td>103</td><td>104</td></tr>
<tr><td>Effect of dilutive shares</td><td>105</td><td>106</td></tr>
<tr><td>Number of shares used in the computation</td><td>107</td><td>108</td></tr>
<tr><td>Net income per share</td><td>1.03</td><td>1.04</td></tr>
</table>"""


@pytest.mark.parametrize(
    ("figure", "label", "expected"),
    [
        ("102", "SHARES", BASIC),
        ("1.02", "PER_SHARE", "EarningsPerShareBasic"),
        ("103", "SHARES", BASIC),
        ("105", "SHARES", None),
        ("108", "SHARES", DILUTED),
        ("1.04", "PER_SHARE", "EarningsPerShareDiluted"),
    ],
)
def test_shares_below_a_heading_are_of_its_kind(
    tmp_path: Path, figure: str, label: str, expected: str | None
) -> None:
    assert concept(tmp_path, PARTS, figure, label) == expected


CLASSES = """<p>{} earnings per share</p><table>
<tr><td></td><td>Net income</td><td>Average shares</td><td>Per share</td></tr>
<tr><td>Class A common stock</td><td>$401</td><td>101</td><td>$1.01</td></tr>
<tr><td>Class B common stock</td><td>402</td><td>102</td><td>1.02</td></tr>
</table>"""


@pytest.mark.parametrize(
    ("kind", "shares", "earnings"),
    [("Basic", BASIC, "EarningsPerShareBasic"), ("Diluted", DILUTED, "EarningsPerShareDiluted")],
)
def test_classes_below_a_title_are_of_its_kind(
    tmp_path: Path, kind: str, shares: str, earnings: str
) -> None:
    body = CLASSES.format(kind)
    assert concept(tmp_path, body, "102", "SHARES") == shares
    assert concept(tmp_path, body, "1.02", "PER_SHARE") == earnings


ROLLED = """<table>
<tr><td></td><td>2025</td><td>2024</td></tr>
<tr><td>Common stock:</td></tr>
<tr><td>Shares at beginning of year</td><td>101</td><td>102</td></tr>
<tr><td>Treasury stock:</td></tr>
<tr><td>Shares at beginning of year</td><td>103</td><td>104</td></tr>
<tr><td>Shares outstanding at end of year</td><td>105</td><td>106</td></tr>
</table>"""


@pytest.mark.parametrize(
    ("figure", "expected"),
    [("101", "CommonStockSharesIssued"), ("103", None), ("106", "CommonStockSharesOutstanding")],
)
def test_shares_at_the_beginning_and_end_of_a_year(
    tmp_path: Path, figure: str, expected: str | None
) -> None:
    assert concept(tmp_path, ROLLED, figure, "SHARES") == expected
