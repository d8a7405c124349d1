"""Names merged, and totals checked."""

from __future__ import annotations

from pathlib import Path

import pytest
from report_pages import table
from report_views import STATEMENT, named, page

from secateur.pipelines.document.document import Document
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
