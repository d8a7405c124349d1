"""Tables of who owns how much of a class of shares."""

from __future__ import annotations

from pathlib import Path

import pytest

from secateur.pipelines.finance.layout import Layout
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
    ],
)
def test_what_is_owned_beneficially_are_shares(tmp_path: Path, head: str, kind: str | None) -> None:
    path = tmp_path / "proxy.html"
    path.write_text(
        f"<table><tr><td>Name<td>{head}<td>Class</tr>"
        "<tr><td>Ada Moss<td>1,018,440<td>A</tr><tr><td>Ida Alder<td>35,000<td>A</tr></table>"
    )
    document = read(path)
    start = document.text.index("35,000")
    assert types_by_head(Layout(document)).get(start) == kind
