"""Numbers as reports print them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from secateur.pipelines.finance.figures.numbers import (
    read_numeral,
    read_printed,
    uses_decimal_commas,
)


def read(text: str, span: str, *, comma: bool = False):
    start = text.index(span)
    return read_printed(text, start, start + len(span), comma=comma)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234", "1234"),
        ("1,234.5", "1234.5"),
        ("1.234,56", "1234.56"),
        ("1.234.567", "1234567"),
        ("1,23,45,678", "12345678"),
        ("12,5", "12.5"),
        ("0,125", "0.125"),
        ("1 234 567", "1234567"),
        ("1\u00a0234,5", "1234.5"),
        ("1'234'567", "1234567"),
        (".75", "0.75"),
        ("8 3/8", "8.375"),
        ("1-2/3", "1.666667"),
        ("5½", "5.5"),
        ("0.000006", "0.000006"),
        ("123,456,789,012,345", "123456789012345"),
    ],
)
def test_grouping_tells_how_a_numeral_is_read(text: str, number: str) -> None:
    assert read_numeral(text) == Decimal(number)


def test_a_numeral_that_does_not_tell_is_read_as_its_document_writes() -> None:
    assert read_numeral("1,234") == Decimal(1234)
    assert read_numeral("1,234", comma=True) == Decimal("1.234")
    assert read_numeral("1.234") == Decimal("1.234")
    assert read_numeral("1.234", comma=True) == Decimal(1234)


def test_numbers_longer_than_a_float_keeps_are_no_figures() -> None:
    assert read_numeral("1234567890123456") is None
    assert read_numeral("0.0001234567890123456") is None


def test_a_document_tells_its_decimal_sign() -> None:
    assert uses_decimal_commas("Umsatz 1.234,5 und 12,75 sowie 3.000.000")
    assert not uses_decimal_commas("Sales of 1,234.5, 12.75 and 3,000,000; item 7,8")


@pytest.mark.parametrize(
    ("text", "span", "number"),
    [
        ("Net loss\t(1,234)\t5", "1,234", -1234),
        ("Net loss\t$(1,234)\t5", "$(1,234)", -1234),
        ("Net loss\t($1,234)", "($1,234)", -1234),
        ("change\t(5.2)%", "(5.2)%", Decimal("-5.2")),
        ("Net loss\t-1,234", "1,234", -1234),
        ("Net loss\t\u22121,234", "\u22121,234", -1234),
        ("Net loss\t\u2013$1,234", "1,234", -1234),
        ("Other\t5.2-\t3", "5.2", Decimal("-5.2")),
        ("Other\t<13.0>\t3", "13.0", -13),
        ("Other\t<5%\t3", "5%", 5),
        ("5- and 10-year notes", "5", 5),
        ("The fund returned minus 0.5%", "0.5%", Decimal("-0.5")),
        ("a face value of Rs.10/- each", "Rs.10", 10),
        ("Dividend of Rs.7.50/- per share", "Rs.7.50", Decimal("7.5")),
        ("net of tax of $(407), $230", "$(407)", -407),
        ("¥11,402 million [△27.5%]; 2024", "△27.5%", Decimal("-27.5")),
        ("a loss of $(3.4) million", "$(3.4) million", Decimal("-3.4")),
        ("a loss of ($210) thousand", "$210", -210),
        ("a loss of ($210,000) for", "$210,000", -210000),
        ("margins fell (1.5)% then", "1.5", Decimal("-1.5")),
        ("driven by lower prices (–6%) and", "6%", -6),
    ],
)
def test_parentheses_and_minus_are_signs(text: str, span: str, number) -> None:
    assert read(text, span).number == number


@pytest.mark.parametrize(
    ("text", "span", "number"),
    [
        ("Rates\t1.43% - 2.50%\t7", "2.50%", Decimal("2.50")),
        ("rates of 1.7 -4.4%", "4.4%", Decimal("4.4")),
        ("10-12 million", "12 million", 12),
        ("costs ($3.3 billion) rose", "$3.3 billion", Decimal("3.3")),
        ("(1,234 shares held)", "1,234", 1234),
        ("income (see note 5) of $7", "$7", 7),
        ("increased $7,725,000 (6%) in", "6%", 6),
        ("the remaining $0.2 million (1%) is", "1%", 1),
        ("capital required ($1,150,000) was", "$1,150,000", 1150000),
        ("fifty percent (50%) of", "50%", 50),
    ],
)
def test_ranges_and_asides_are_not_negative(text: str, span: str, number) -> None:
    assert read(text, span).number == number


@pytest.mark.parametrize(
    ("text", "span", "scale", "currency"),
    [
        ("sales of $1.2 billion in", "$1.2 billion", 9, "USD"),
        ("sales of $1.2 billion in", "1.2", 9, "USD"),
        ("EUR 5 million", "5 million", 6, "EUR"),
        ("€3.4bn", "3.4", 9, "EUR"),
        ("5 million euros", "5 million", 6, "EUR"),
        ("Rs. 1,234 crore", "1,234 crore", 7, "INR"),
        ("₹ 12.5 lakh", "12.5", 5, "INR"),
        ("rose to Ps. 1,234 million in", "1,234", 6, "MXN"),
        ("rose to MSEK 1,204", "1,204", 6, "SEK"),
        ("was T€ 63.205 then", "63.205", 3, "EUR"),
        ("profit of 11,402百万円。", "11,402", 6, "JPY"),
        ("dividend of 60円", "60", None, "JPY"),
        ("rose to MSEK 1,204 (1,125)", "1,125", 6, "SEK"),
        ("rose to NOKm 310", "310", 6, "NOK"),
        ("debt of EURbn 1.2", "1.2", 9, "EUR"),
        ("profit of 142 MSEK", "142", 6, "SEK"),
        ("flow of TEUR 4,310", "4,310", 3, "EUR"),
        ("US$ 7", "7", None, "USD"),
        ("HK$12 million", "12", 6, "HKD"),
        ("grew 8.3%", "8.3%", -2, None),
        ("grew 8.3 percent", "8.3", -2, None),
        ("25 basis points", "25", -4, None),
        ("₹4.5 lakh crore", "4.5", 12, "INR"),
        ("a dividend of 12.4 pence", "12.4", -2, "GBP"),
        ("a dividend of 11.9p.", "11.9", -2, "GBP"),
        ("Fees were 1.2 million pounds.", "1.2", 6, "GBP"),
        ("Debt of 300 M€ or 45 k€", "300", 6, "EUR"),
        ("45 cents a share", "45", -2, None),
        ("raised 225.5 billion won", "225.5", 9, "KRW"),
        ("cost 45 million Swiss francs", "45", 6, "CHF"),
        ("cost 45 million Canadian dollars", "45", 6, "CAD"),
        ("12 members", "12", None, None),
    ],
)
def test_scale_words_and_currencies(text: str, span: str, scale, currency) -> None:
    printed = read(text, span)
    assert (printed.scale, printed.currency) == (scale, currency)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("between $1.2 and $1.5 billion", "$1.2"),
        ("$10 to $12 billion", "$10"),
        ("$10-$12 billion", "$10"),
        ("were $20, $15 and $6 billion, respectively", "$20"),
    ],
)
def test_ranges_and_lists_share_the_scale_of_their_last_number(text: str, span: str) -> None:
    assert read(text, span).scale == 9


@pytest.mark.parametrize(
    ("text", "span", "value", "currency"),
    [
        ("between eight and ten million dollars", "eight", 8_000_000, "USD"),
        ("between eight and ten million dollars", "ten million", 10_000_000, "USD"),
        ("twenty-five to thirty billion euros", "twenty-five", 25_000_000_000, "EUR"),
        ("one to two percent", "one", "0.01", None),
        ("a half to three quarters of a point", "a half", "0.005", None),
        ("a half to three quarters of a point", "three quarters", "0.0075", None),
        ("one-half of one percent", "one-half", "0.005", None),
        ("one tenth of one percent", "one tenth", "0.001", None),
        ("two and a half percent", "two and a half percent", "0.025", None),
        ("twenty to thirty basis points", "twenty", "0.002", None),
        ("two or three million shares", "two", 2_000_000, None),
    ],
)
def test_ranges_in_words_share_what_their_last_number_counts(
    text: str, span: str, value: float | str, currency: str | None
) -> None:
    printed = read(text, span)
    assert printed.number.scaleb(printed.scale) == Decimal(value)
    assert printed.currency == currency


def test_the_scale_of_another_quantity_is_not_taken() -> None:
    assert read("at a price of $298.53, 1.1 million shares", "$298.53").scale is None


@pytest.mark.parametrize("dash", ["—", "–", "-", "$—", "—%"])
def test_a_dash_alone_is_zero(dash: str) -> None:
    assert read(f"Goodwill\t{dash}\t3", dash).number == 0


def test_a_dash_on_the_line_above_is_no_minus() -> None:
    assert read("Impairment\n-\n0.3%", "0.3%").number == Decimal("0.3")


def test_footnote_marks_are_no_part_of_the_number() -> None:
    assert read("Total (1)\t1,234 (2)\t5", "1,234").number == 1234
    assert read("Total\t29,000*\t5", "29,000").number == 29000


def test_small_numbers_may_be_words() -> None:
    assert read("forty-two million shares", "forty-two million").number == 42
    assert read("none issued", "none").number == 0
    assert read("an immaterial amount", "immaterial") is None


@pytest.mark.parametrize("text", ["NOK 14 million (1,158)", "NOK -4 million in the year (1,158)"])
def test_last_year_s_figure_alone_in_parentheses_is_like_what_stands_before(text: str) -> None:
    printed = read(text, "1,158")
    assert (printed.number, printed.scale, printed.currency) == (1158, 6, "NOK")


def test_other_numbers_in_parentheses_are_negative_or_notes() -> None:
    assert read("Loss\t(1,158)", "1,158").number == -1158
    assert read("paid NOK 14 million (12)", "12").scale is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("cash flow was minus £12 million", -12),
        ("Growth\tminus 12", -12),
        ("between minus 12 and 4", -12),
        ("minus 10 or minus 12", -12),
        ("plus or minus $12 million", 12),
        ("EBITDA minus 12", 12),
        ("costs, minus £12 million of charges", 12),
    ],
)
def test_minus_in_words(text: str, number: int) -> None:
    assert read(text, "12").number == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("yen\t▲ 980", -980),
        ("yen\t△980", -980),
        ("£m\t▲ 980", 980),
        ("yen ▼ 3\t▲ 980", 980),
    ],
    ids=["Japan", "white", "arrow", "arrows up and down"],
)
def test_triangles_are_minus_signs_in_japan(text: str, number: int) -> None:
    printed = read_printed(text, text.index("980"), len(text))
    assert printed is not None
    assert printed.number == number
