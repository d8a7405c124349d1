"""Names, key figures, years side by side, and totals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from report_pages import table
from report_views import STATEMENT, measured, named, page

from secateur.pipelines.document.document import Document
from secateur.pipelines.errors import UsageError
from secateur.pipelines.finance.views.key_figures import as_text, key_figures, side_by_side
from secateur.pipelines.finance.views.names import key_of, list_names
from secateur.pipelines.finance.views.totals import check_totals
from secateur.pipelines.ingestion.read import read


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme Controls, Inc.", "ACME CONTROLS"),
        ("The Boeing Company", "Boeing"),
        ("Nike’s", "NIKE, Inc."),
        ("Deutsche Bank AG", "Deutsche Bank"),
        ("Acme\nControls", "Acme Controls Corp"),
        ("The Coca-Cola Company", "COCA COLA CO"),
        ("Crème Dürn Co.", "Creme Durn"),
        ("Mr. Durn", "Durn"),
        ("Ms. Roe", "Roe’s"),
    ],
)
def test_forms_of_one_name_share_a_key(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


def test_different_companies_have_different_keys() -> None:
    assert key_of("Bank of America") != key_of("Bank of New York")
    assert key_of("Company") == "company"


def test_names_are_counted_with_their_forms_and_aliases(tmp_path: Path) -> None:
    body = (
        "<p>Acme Controls, Inc. (“Acme”, the “Company”, “we”) sells valves. The Company reports to "
        "the Securities and Exchange Commission (“SEC”). Acme’s chief, Jane Roe, told the SEC. "
        "Roe joined the Company in Duluth. The Company Store is a shop.</p>"
    )
    document = page(tmp_path, body)
    entities = named(
        document,
        ("ACME CONTROLS, INC.", "ORG"),
        ("Acme Controls, Inc.", "ORG"),
        ("Securities and Exchange Commission", "ORG"),
        ("Acme’s", "ORG"),
        ("Jane Roe", "PER"),
        ("SEC", "ORG"),
        ("Roe", "PER"),
        ("Duluth", "LOC"),
    )
    first, *others = list_names(document, entities)
    assert (first.registrant, first.label) == (True, "ORG")
    assert sum(first.forms.values()) == 3
    assert first.aliases == {"the Company": 2}
    assert first.count == 5
    counts = {name.name: name.count for name in others}
    assert counts == {"Securities and Exchange Commission": 2, "Jane Roe": 2, "Duluth": 1}


def test_abbreviations_of_a_name_count_its_legal_form_or_are_letters_of_it(tmp_path: Path) -> None:
    body = "<p>Common Capital Corp. (“CCC”) and Gainsco, Inc. (“GAN”) met. CCC and GAN left.</p>"
    document = page(tmp_path, body)
    names = ("Common Capital Corp.", "CCC", "Gainsco, Inc.", "GAN", "CCC", "GAN")
    entities = named(document, *((name, "ORG") for name in names))
    counts = {name.name: name.count for name in list_names(document, entities)}
    assert counts == {"Common Capital Corp.": 3, "Gainsco, Inc.": 3}


def test_what_a_company_owns_is_no_alias_of_it(tmp_path: Path) -> None:
    body = "<p>Acme Controls, Inc. 2024 Share Plan (the “2024 Share Plan”). It ends.</p>"
    document = page(tmp_path, body)
    (name,) = list_names(document, named(document, ("Acme Controls, Inc.", "ORG")))
    assert name.aliases == {}


def test_what_a_company_is_called_is_no_alias_of_the_town_of_its_name(tmp_path: Path) -> None:
    body = "<p>Chester Ltd (the “Group”) makes pipes. The Group is in Chester.</p>"
    document = page(tmp_path, body)
    names = list_names(document, named(document, ("Chester Ltd", "ORG"), ("Chester", "LOC")))
    assert [(name.label, name.count, name.aliases) for name in names] == [
        ("ORG", 2, {"the Group": 1}),
        ("LOC", 1, {}),
    ]


def test_a_surname_that_two_persons_bear_is_not_merged(tmp_path: Path) -> None:
    document = page(tmp_path, "<p>Jane Roe met John Roe. Roe left.</p>")
    entities = named(document, ("Jane Roe", "PER"), ("John Roe", "PER"), ("Roe", "PER"))
    names = {name.name for name in list_names(document, entities)}
    assert names == {"Jane Roe", "John Roe", "Roe"}


def test_a_middle_initial_and_half_of_a_double_name_are_the_same_person(tmp_path: Path) -> None:
    document = page(tmp_path, "<p>Kim A. Stone-Abbott, Kim Stone-Abbott, Stone-Abbott.</p>")
    names = [("Kim A. Stone-Abbott", "PER"), ("Kim Stone-Abbott", "PER"), ("Stone-Abbott", "PER")]
    (person,) = list_names(document, named(document, *names))
    assert person.count == 3


def test_persons_that_differ_by_an_initial_are_not_one(tmp_path: Path) -> None:
    document = page(tmp_path, "<p>Jane A. Roe met Jane B. Roe. Roe left.</p>")
    names = {"Jane A. Roe", "Jane B. Roe", "Roe"}
    entities = named(document, *((name, "PER") for name in sorted(names)))
    assert {name.name for name in list_names(document, entities)} == names


def test_a_document_is_no_alias_of_whom_it_is_filed_with(tmp_path: Path) -> None:
    body = "<p>It filed with Zenith Bank (the “Proxy Statement”). The Proxy Statement says.</p>"
    document = page(tmp_path, body)
    (bank,) = list_names(document, named(document, ("Zenith Bank", "ORG")))
    assert bank.aliases == {}


@pytest.mark.parametrize(
    ("other", "count"), [("Zenith", 5), ("Acme Ink, Acme Glue, Acme Pen, Acme Tin", 4)]
)
def test_the_first_word_alone_is_the_registrant_where_others_begin_so_less_often(
    tmp_path: Path, other: str, count: int
) -> None:
    body = f"<p>{'Acme Controls, Inc. met. ' * 3}Acme sells. {other} buy.</p>"
    document = page(tmp_path, body)
    names = ["ACME CONTROLS, INC.", *["Acme Controls, Inc."] * 3, "Acme", *other.split(", ")]
    entities = named(document, *((name, "ORG") for name in names))
    (registrant,) = [name for name in list_names(document, entities) if name.registrant]
    assert registrant.count == count


def test_without_a_cover_whom_the_first_pages_name_most_reports() -> None:
    text = "Zenith Bank lent to Acme Tin. Acme Tin repaid."
    document = Document("a.txt", text, (), "text/plain")
    names = [("Zenith Bank", "ORG"), ("Acme Tin", "ORG"), ("Acme Tin", "ORG")]
    first, other = list_names(document, named(document, *names))
    assert (first.name, first.registrant, other.registrant) == ("Acme Tin", True, False)


def test_the_registrant_is_whom_the_cover_names_found_or_not(tmp_path: Path) -> None:
    document = page(tmp_path, "<p>The Securities and Exchange Commission asks.</p>")
    (name,) = list_names(document, named(document, ("Securities and Exchange Commission", "ORG")))
    assert not name.registrant


def test_without_a_cover_the_parent_of_subsidiaries_reports(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("ESPN rose. ESPN fell. Walt Co., together with subsidiaries.")
    document = read(tmp_path / "a.txt")
    names = list_names(
        document, named(document, ("ESPN", "ORG"), ("ESPN", "ORG"), ("Walt Co.", "ORG"))
    )
    assert {name.name: name.registrant for name in names} == {"ESPN": False, "Walt Co.": True}


def test_key_figures_stand_by_measure_and_period() -> None:
    found = key_figures([
        measured("a", "2024-01-01/2024-12-31", 10),
        measured("a", "2023-01-01/2023-12-31", 9),
        measured("a", "2024-12-31", 7, "Assets"),
        measured("a", "2024-10-01/2024-12-31", 3),
        measured("a", "2024-01-01/2024-12-31", 99, "other"),
    ])  # fmt: skip
    assert found.periods == ("2024-12-31", "2024-10-01/2024-12-31", "2023-12-31")
    assert {period: f.value for period, f in found.rows["Revenues"].items()} == {
        "2024-12-31": 10,
        "2023-12-31": 9,
        "2024-10-01/2024-12-31": 3,
    }
    assert found.rows["Assets"]["2024-12-31"].value == 7
    assert "other" not in found.rows
    assert "Revenues" in as_text(found)


def test_a_table_shows_the_whole_name_of_a_concept_in_words() -> None:
    concept = "us-gaap:WeightedAverageNumberOfSharesOutstandingBasic"
    found = key_figures([measured("a", "2024-01-01/2024-12-31", 10, concept)])
    head, row = as_text(found).splitlines()
    assert row.startswith("Weighted Average Number Of Shares Outstanding Basic  ")
    assert len(row) == len(head)


def test_a_table_says_how_many_periods_and_measures_it_leaves_out() -> None:
    figures = [measured("a", f"{year}-12-31", 10) for year in range(2015, 2024)]
    figures += [measured("a", "2024-12-31", 10), measured("a", "2024-12-31", 7, "Assets")]
    older = measured("a", "2014-12-31", 7, "Inventories")
    found = key_figures([*figures, older])
    *_, last = as_text(found, columns=10).splitlines()
    assert last == "left out, in --json: 1 of 11 periods, 1 of 3 measures"
    assert "left out" not in as_text(found, columns=11)


def test_of_periods_with_as_many_figures_the_latest_are_shown() -> None:
    sales = [measured("a", f"{year}-01-01/{year}-03-31", year) for year in (2024, 2025)]
    found = key_figures([*sales, measured("a", "2025-03-31", 7, "Assets")])
    head, *rows = as_text(found, columns=2).splitlines()
    assert head.split() == ["unit", "2025-03-31", "2025-01-01/2025-03-31"]
    assert any(row.startswith("Assets") for row in rows)


def test_the_value_given_most_often_is_the_companys_own() -> None:
    period = "2024-01-01/2024-12-31"
    segments = [measured("a", period, value, start=value) for value in (4, 6)]
    whole = [measured("a", period, 10, start=at) for at in (20, 30)]
    found = key_figures([*segments, *whole])
    assert found.rows["Revenues"]["2024-12-31"].value == 10


def test_a_total_is_the_companys_own_before_what_is_given_more_often() -> None:
    period, concept = "2024-12-31", "StockholdersEquity"
    parts = [measured("a", period, 4, concept, row="Balance", start=at) for at in (1, 2)]
    whole = measured("a", period, 10, concept, row="Total equity", start=20)
    found = key_figures([*parts, whole])
    assert found.rows[concept][period].value == 10


PAY = "us-gaap:AllocatedShareBasedCompensationExpense"


def test_parts_without_their_sum_are_told_to_be_one_of_several() -> None:
    heads = {"Cost of revenues": 5, "Research and development": 11, "Sales and marketing": 12}
    parts = [
        measured("a", f"{year}-01-01/{year}-12-31", value, PAY, row=head, column=str(year),
                 start=100 * at + year)
        for year in (2023, 2024)
        for at, (head, value) in enumerate(heads.items())
    ]  # fmt: skip
    found = key_figures(parts)
    assert found.rows[PAY]["2024-12-31"].one_of_several
    *_, row, told = as_text(found).splitlines()
    assert row.count("*5") == 2
    assert told == "* one of several figures of which none is told to be the whole"
    total = measured("a", "2024-01-01/2024-12-31", 28, PAY, row="Total", column="2024", start=4000)
    with_total = key_figures([*parts, total]).rows[PAY]["2024-12-31"]
    assert (with_total.value, with_total.one_of_several) == (28, False)


@pytest.mark.parametrize("other", [447_100, -447_000], ids=["less rounded", "other sign"])
def test_what_is_said_again_in_another_form_is_not_several(other: int) -> None:
    one = measured("a", "2024-12-31", 447_000, PAY, row="Pay")
    again = measured("a", "2024-12-31", other, PAY, row="Pay", start=9)
    assert not key_figures([one, again]).rows[PAY]["2024-12-31"].one_of_several


BEFORE_TAXES = "us-gaap:IncomeLossFromContinuingOperationsBeforeIncomeTaxes"


@pytest.mark.parametrize(
    ("concept", "cells"),
    [
        (BEFORE_TAXES, [("Total income taxes", "2024", 1), ("Income before taxes", "2024", 10)]),
        ("Revenues", [("Sales", "Paint", 4), ("Sales", "Glue", 7), ("Sales", "Total", 10)]),
        ("Gross", [("Land", "2024", 4), ("Huts", "2024", 6), ("Plant, at cost", "2024", 10)]),
        ("Profit", [("Total segment profit", "2024", 14), ("Profit", "2024", 10)]),
        ("Tax", [("As reported", "2024", 10), ("Change", "2024", 2), ("As adjusted", "2024", 12)]),
        ("Gain", [("Gain", "2024", 10), ("Of it on a mill", "2024", 2), ("Lost", "2024", 5)]),
    ],
    ids=["a total of something else", "segments", "parts", "segments' total", "restated", "no sum"],
)
def test_the_whole_comes_before_its_parts(concept: str, cells: list[tuple[str, str, int]]) -> None:
    period = "2024-01-01/2024-12-31"
    found = key_figures(
        measured("a", period, value, concept, row=row, column=column, start=start)
        for start, (row, column, value) in enumerate(cells)
    )
    assert found.rows[concept]["2024-12-31"].value == 10


def test_the_change_of_a_balance_is_no_balance_of_an_earlier_year() -> None:
    days = [measured("a", f"{year}-12-31", year, None, row="Inventories") for year in (2023, 2024)]
    change = measured("a", "2022-01-01/2022-12-31", 3, None, row="Inventories")
    found = key_figures([*days, change])
    assert set(found.rows["Inventories"]) == {"2023-12-31", "2024-12-31"}


def test_the_balance_of_a_part_of_equity_is_not_equity() -> None:
    concept, head = "us-gaap:StockholdersEquity", "Balance at beginning of year"
    found = key_figures([
        measured("a", "2022-12-31", 4, concept, row=head, column="2023", start=1),
        measured("a", "2021-12-31", 4, concept, row=head, column="Common stock", start=2),
        measured("a", "2021-12-31", 9, concept, row=head, column="Total", start=3),
        measured("a", "2024-12-31", 10, concept, row="Total equity", column="2024", start=4),
    ])  # fmt: skip
    assert {day: f.value for day, f in found.rows[concept].items()} == {
        "2024-12-31": 10,
        "2021-12-31": 9,
    }


def test_figures_of_a_row_share_its_concept() -> None:
    row = {"row": "Profit before tax", "sentence": "Profit before tax\t5\t4"}
    found = [
        measured("a.html", "2024-04-01/2024-06-30", 5, "us-gaap:IncomeLossBeforeTaxes", **row),
        measured("a.html", "2023-04-01/2023-06-30", 4, None, **row, start=6),
    ]
    table = key_figures(found)
    assert list(table.rows) == ["us-gaap:IncomeLossBeforeTaxes"]
    assert len(table.rows["us-gaap:IncomeLossBeforeTaxes"]) == 2


@pytest.mark.parametrize("item", ["Item 8", "Item 15"])
def test_without_concepts_row_heads_of_the_statements_serve(item: str) -> None:
    period = "2024-01-01/2024-12-31"
    found = key_figures([
        measured("a", period, 10, None, row="Net sales (1)", section=item),
        measured("a", period, 3, None, row="Paint used", section=item),
        measured("a", period, 8, None, row="Net sales", section="Item 7"),
    ])  # fmt: skip
    assert {measure: row["2024-12-31"].value for measure, row in found.rows.items()} == {
        "Net sales": 10
    }


def test_years_of_one_company_stand_side_by_side_and_the_latest_report_counts(tmp_path) -> None:
    old, new = page(tmp_path, "<p>x</p>", "old.html"), page(tmp_path, "<p>x</p>", "new.html")
    reports = [
        (document, [*named(document, ("ACME CONTROLS, INC.", "ORG")), *figures])
        for document, figures in (
            (
                new,
                [
                    measured("new.html", "2024-01-01/2024-12-31", 12),
                    measured("new.html", "2023-01-01/2023-12-31", 11),
                ],
            ),
            (
                old,
                [
                    measured("old.html", "2023-01-01/2023-12-31", 10),
                    measured("old.html", "2022-01-01/2022-12-31", 9),
                ],
            ),
        )
    ]
    found = side_by_side(reports)
    assert {period: f.value for period, f in found.rows["Revenues"].items()} == {
        "2024-12-31": 12,
        "2023-12-31": 11,
        "2022-12-31": 9,
    }


@pytest.mark.parametrize("names", [("a.html", "b.html"), ("a.html", "a.html")], ids=" ".join)
def test_years_of_two_companies_are_refused(tmp_path: Path, names: tuple[str, str]) -> None:
    reports = []
    for name, company in zip(names, ("Acme", "Zenith"), strict=True):
        document = page(tmp_path, f"<p>{company} and {company}</p>", name)
        document = Document(name, document.text.replace("ACME CONTROLS", company),
                            document.passages, document.media_type)  # fmt: skip
        reports.append((document, named(document, (company, "ORG"))))
    with pytest.raises(UsageError, match="not the reports of one company"):
        side_by_side(reports)


def test_a_company_may_change_its_name_s_common_words(tmp_path: Path) -> None:
    reports = []
    for name, company in (("a.html", "Zenith.com Group"), ("b.html", "Zenith Holdings")):
        document = page(tmp_path, f"<p>{company} and {company}</p>", name)
        document = Document(name, document.text.replace("ACME CONTROLS, INC.", company),
                            document.passages, document.media_type)  # fmt: skip
        reports.append((document, named(document, (company, "ORG"))))
    assert side_by_side(reports).rows == {}


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ("Turnover", True), ("Profit before taxation", True), ("Revenue from operations", True),
        ("Profit for the period", True), ("Profit sharing", False), ("Sales growth", False),
    ],
)  # fmt: skip
def test_usual_measures_of_other_countries_are_shown(row: str, shown: bool) -> None:
    found = key_figures([measured("a", "2024-01-01/2024-12-31", 1, None, row=row)])
    assert list(found.rows) == ([row] if shown else [])


def test_a_change_in_percent_is_no_amount_of_its_row() -> None:
    figure = measured("a", "2024-01-01/2024-12-31", 6, None, row="Net income")
    assert key_figures([replace(figure, label="PERCENT", unit="pure")]).rows == {}


def test_pro_forma_columns_add_up_to_the_combined_one() -> None:
    row = {"row": "Diluted EPS", "sentence": "x", "concept": "us-gaap:EarningsPerShareDiluted"}
    parts = [
        measured("a", "2023-01-01/2023-12-31", value, start=100 - value, column=column, **row)
        for value, column in ((90, "Acme Historical"), (54, "Pro Forma Combined"))
    ]
    (figures,) = key_figures(parts).rows.values()
    assert figures["2023-12-31"].value == 54


def test_totals_that_foot_and_one_that_does_not(tmp_path: Path) -> None:
    totals = check_totals(page(tmp_path, STATEMENT))
    assert [(t.row, t.column) for t in totals if not t.foots] == [("Total assets", "2023")]
    assert len(totals) == 6
    (wrong,) = [total for total in totals if not total.foots]
    assert (wrong.printed, wrong.sum) == (21, 19)
    assert wrong.parts == ("Total current assets", "Total property")


def test_grades_ratios_and_amounts_of_one_thing_are_not_added_up(tmp_path: Path) -> None:
    heads = ["", "Tonnes (Mt)", "Proved Grade (g/t Au)", "Strip ratio", "Cost per ounce"]
    rows = ["Red Dune", "14", "1.62", "2.1", "901"], ["Salt Pan", "6", "4.85", "3.3", "1,204"]
    body = table(heads, *rows, ["Total", "20", "2.59", "2.5", "988"])
    assert [total.column for total in check_totals(page(tmp_path, body))] == ["Tonnes (Mt)"]


@pytest.mark.parametrize(
    "rows",
    [
        [["Premiums", "10"], ["Loss", "(3)"], ["Gain", "2"], ["Total gains", "(1)"], ["Fees", "4"],
         ["Other", "1"], ["Total revenues", "14"]],
        [["Stock:"], ["Balance at end", "5"], ["Deficit:"], ["Loss", "(2)"],
         ["Balance at end", "(4)"], ["Total equity", "1"]],
        [["Income", "7"], ["Current tax", "3"], ["Total tax", "3"], ["Net", "4"]],
        [["Sales", "9"], ["Total expenses", "3"], ["Loss", "6"], ["Total liabilities", "80"],
         ["Total equity", "20"]],
        [["Hips", "3"], ["Knees", "4"], ["Joints", "7"], ["Total", "7"]],
        [["Income", "50"], ["Hips", "3"], ["Knees", "4"], ["Joints", "7"], ["Total", "57"]],
        [["Fees", "-"], ["Rents", "-"], ["Total", "9"]],
    ],
    ids=["total inside", "rows of one head", "one part", "chosen rows", "sums without the word",
         "a sum without the word inside", "nothing stated"],
)  # fmt: skip
def test_no_total_is_called_wrong_that_is_right(tmp_path: Path, rows: list[list[str]]) -> None:
    body = table(["", "2024"], *rows)
    assert all(total.foots for total in check_totals(page(tmp_path, body)))


@pytest.mark.parametrize(
    "rows",
    [
        [["", "Gross", "Worn", "Net"], ["Lists", "$900", "$(100)", "$800"],
         ["Marks", "49", "", "49"], ["Deeds", "7", "(2)", "5"],
         ["Total", "$956", "$(102)", "$854"]],
        [["", "2024", "2024", "2024"], ["Lists", "$900", "$(100)", "$800"], ["Marks", "49", "49"],
         ["Total", "$949", "$(100)", "$849"]],
        [["Maine", "10", "Ontario", "4"], ["Idaho", "20", "Quebec", "5"],
         ["Texas", "30", "Total Canada", "9"], ["Total U.S.", "75", "", ""]],
        [["", "Paint", "Glue"], ["Earnings", "5", "6"], ["Interest", "1", "1"],
         ["Total assets", "70", "80"]],
        [["", "2024", "2023"], ["Income", "50", "40"], ["Less: of minorities", "2", "(3)"],
         ["Total", "48", "43"]],
    ],
    ids=["blank cell", "blank cell below one head", "lists side by side", "no sum in any column",
         "a loss is taken away"],
)  # fmt: skip
def test_no_total_is_called_wrong_of_a_table_that_is_built_otherwise(
    tmp_path: Path, rows: list[list[str]]
) -> None:
    assert all(total.foots for total in check_totals(page(tmp_path, table(*rows))))


def test_a_total_beside_one_that_foots_is_checked_where_a_cell_is_blank(tmp_path: Path) -> None:
    body = table(["", "Gross", "Worn", "Net"], ["Lists", "$900", "$(100)", "$800"],
                 ["Marks", "49", "", "49"], ["Total", "$949", "$(100)", "$894"])  # fmt: skip
    (wrong,) = [total for total in check_totals(page(tmp_path, body)) if not total.foots]
    assert (wrong.column, wrong.printed, wrong.sum) == ("Net", 894, 849)


def test_gross_profit_is_what_cost_leaves_of_revenue(tmp_path: Path) -> None:
    body = table(["", "2024", "2023"], ["Product revenue", "$500", "$400"],
                 ["Service revenue", "350", "200"], ["Total revenue", "$850", "$600"],
                 ["Cost of revenue", "(300)", "(250)"], ["Gross profit", "550", "340"])  # fmt: skip
    (wrong,) = [total for total in check_totals(page(tmp_path, body)) if not total.foots]
    assert (wrong.row, wrong.column, wrong.printed, wrong.sum) == ("Gross profit", "2023", 340, 350)
    assert wrong.parts == ("Total revenue", "Cost of revenue")


@pytest.mark.parametrize(
    "rows",
    [
        [["Net sales", "9"], ["Cost of goods", "3"], ["Cost of services", "1"]],
        [["Net sales", "9"], ["Cost of:"], ["Goods", "3"], ["Services", "1"],
         ["Total cost of sales", "4"]],
        [["Net sales", "9"], ["Cost of sales", "3"], ["Write-down", "1"]],
        [["Cost of sales", "3"]],
    ],
    ids=["two costs", "total of costs", "more than costs", "no revenue"],
)  # fmt: skip
def test_no_gross_profit_is_called_wrong_that_may_be_right(
    tmp_path: Path, rows: list[list[str]]
) -> None:
    body = table(["", "2024"], *rows, ["Gross profit", "5"])
    assert all(total.foots for total in check_totals(page(tmp_path, body)))


def test_percentages_and_prices_are_not_added_up(tmp_path: Path) -> None:
    body = table(["", "2024", "Average price"], ["A", "50%", "$1.00"], ["B", "50%", "$3.00"],
                 ["Total", "90%", "$2.00"])  # fmt: skip
    assert check_totals(page(tmp_path, body)) == []
