"""Abbreviations that a report defines, and which of them name nobody."""

from __future__ import annotations

import pytest

from secateur.pipelines.finance.mentions.abbreviations import common_terms, long_forms


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("owed to the Internal Revenue Service (“IRS”) for", "IRS", "Internal Revenue Service"),
        ("high fructose corn syrup (HFCS) and", "HFCS", "high fructose corn syrup"),
        ("in other comprehensive income (loss) (“OCI”).", "OCI", "other comprehensive income"),
        ("Restricted stock units (the “RSUs”) vest", "RSUs", "Restricted stock units"),
        ("accounts of GAINSCO, INC. (“GAN”) and", "GAN", "GAINSCO, INC."),
        ("comply with current Good Practices (“cGP”).", "cGP", "current Good Practices"),
        ("sold it. Variable interest entities (VIEs)", "VIEs", "Variable interest entities"),
    ],
)
def test_long_form(text: str, short: str, long: str) -> None:
    assert long_forms(text) == {short: long}


@pytest.mark.parametrize("text", ["(IRS)", "we paid (ABC)", "in 2024 (the “Plan”)", "Acme (US) AG"])
def test_nothing_is_defined(text: str) -> None:
    assert long_forms(text) == {}


def test_the_first_definition_counts() -> None:
    text = "accounts payable agents (APA) and\nAmerican Pipe Association (APA)"
    assert long_forms(text) == {"APA": "accounts payable agents"}


def test_common_terms_are_in_small_letters_or_things() -> None:
    text = (
        "the Internal Revenue Service (“IRS”), variable interest entities (“VIEs”), "
        "our Chief Financial Officer (“CFO”) and an Employee Stock Purchase Plan (ESPP)"
    )
    assert {"VIEs", "VIE", "CFO", "ESPP"} <= common_terms(text)
    assert "IRS" not in common_terms(text)
    assert {"IAS", "IFRS", "SOFR", "WACC", "IBNR", "FTE"} <= common_terms("a surplus under IAS 19")


@pytest.mark.parametrize(
    ("text", "common"),
    [
        ("Earnings per share (“EPR”)", True),
        ("methods accepted in the United States (“AUS”)", True),
        ("Friends of Good Music (“FGM”)", False),
        ("a New Drug Application (“NDA”)", True),
        ("American Home Products (“AHP”)", False),
    ],
)
def test_what_is_no_name(text: str, common: bool) -> None:
    [short] = long_forms(text)
    assert (short in common_terms(text)) == common
