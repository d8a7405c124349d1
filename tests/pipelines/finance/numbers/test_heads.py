"""Heads of columns that say by themselves what is below them."""

from __future__ import annotations

from pathlib import Path

import pytest

from secateur.pipelines.document.layout import Layout
from secateur.pipelines.finance.numbers.headed import types_by_head
from secateur.pipelines.ingestion.read import read


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("Amount and nature of beneficial ownership", "SHARES"),
        ("Number beneficially owned", "SHARES"),
        ("Percent of class beneficially owned", None),
        ("Value of beneficial ownership", None),
        ("Amount", None),
        ("Proposed (¢/kWh)", "MONEY"),
        ("Price ($ per MWh)", "MONEY"),
        ("Rate (p/kWh)", "MONEY"),
        ("Price ($/share)", None),
    ],
)
def test_beneficial_owners_have_shares_and_one_thing_has_a_price(
    tmp_path: Path, head: str, kind: str | None
) -> None:
    path = tmp_path / "proxy.html"
    path.write_text(
        f"<table><tr><td>Name<td>{head}<td>Class</tr>"
        "<tr><td>Ada Moss<td>18.40<td>A</tr><tr><td>Ida Alder<td>35.10<td>A</tr></table>"
    )
    document = read(path)
    start = document.text.index("35.10")
    assert types_by_head(Layout(document)).get(start) == kind


@pytest.mark.parametrize(
    ("owned", "rights", "kind"),
    [
        ("Shares beneficially owned", "Options exercisable within 60 days", "SHARES"),
        ("Number of shares owned", "Right to acquire (options)", "SHARES"),
        ("Shares beneficially owned", "Option value", None),
        ("Salary", "Options exercisable within 60 days", None),
    ],
)
def test_rights_beside_shares_owned_are_shares_dashes_too(
    tmp_path: Path, owned: str, rights: str, kind: str | None
) -> None:
    path = tmp_path / "proxy.html"
    path.write_text(
        f"<table><tr><td>Name<td>{owned}<td>{rights}<td>Class</tr>"
        "<tr><td>Ada Moss<td>18,400<td>9,100<td>A</tr><tr><td>Ida Alder<td>35,100<td>—<td>A</tr>"
        "</table>"
    )
    document = read(path)
    start = document.text.index("—")
    assert types_by_head(Layout(document)).get(start) == kind
