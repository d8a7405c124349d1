"""The name on the cover is the registrant's, wherever the report writes it."""

from __future__ import annotations

import pytest
from marked_texts import read_marks, write_marks

from secateur.pipelines.finance.mentions.registrant import cover_name, parent_name, with_registrant

BELOW = "\n(Exact name of registrant as specified in its charter)\n"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"FORM 10-K\n\nACME FUND V\n{BELOW}", "ACME FUND V"),
        (f"1-4363\tAcme Corp.{BELOW}", "Acme Corp."),
        (f"Commission file number: 1-43{BELOW}", None),
        (f"________{BELOW}", None),
        ("ACME FUND V\nThe registrant", None),
        ("Tessera Energi AS – Q3 2024 report\nPower", "Tessera Energi AS"),
        ("ANNUAL REPORT\n\nVishwa Cements Limited\nCIN", "Vishwa Cements Limited"),
        ("Kestrel Corporation Reports Fourth Quarter\n", "Kestrel Corporation"),
        ("Caldera Partners, L.P.\nUnaudited", "Caldera Partners, L.P."),
        ("Brand Bau AG, Brand Co., Ltd.: sales", "Brand Bau AG"),
        ("Notes to the accounts of the Company\n", None),
        ("We are a limited company\n", None),
    ],
)
def test_name_of_the_cover(text: str, name: str | None) -> None:
    span = cover_name(text)
    assert (text[slice(*span)] if span else None) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The Walt Disney Company, together with its subsidiaries, is", "The Walt Disney Company"),
        ("sheets of NetApp, Inc. and subsidiaries (the “Company”)", "NetApp, Inc."),
        ("of the Health Corp. of America, Inc. and subsidiaries", "Health Corp. of America, Inc."),
        ("The Company and its subsidiaries", None),
        ("we and our customers and subsidiaries", None),
    ],
)
def test_parent_of_subsidiaries(text: str, name: str | None) -> None:
    span = parent_name(text)
    assert (text[slice(*span)] if span else None) == name


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (
            f"ACME FUND V{BELOW}the [Acme Fund|ORG] V, of [acme|PER]",
            f"[ACME FUND V|ORG]{BELOW}the [Acme Fund V|ORG], of [acme|PER]",
        ),
        (f"THE ACME FUND{BELOW}the Acme Fund", f"THE [ACME FUND|ORG]{BELOW}the [Acme Fund|ORG]"),
        (f"ACME FUND{BELOW}[Acme Fund LP|ORG]", f"[ACME FUND|ORG]{BELOW}[Acme Fund LP|ORG]"),
        (f"ACME FUND{BELOW}[Acme fund fees|KPI]", f"[ACME FUND|ORG]{BELOW}[Acme fund fees|KPI]"),
        (f"TARGET{BELOW}our target", f"TARGET{BELOW}our target"),
        ("[Acme|ORG] is", "[Acme|ORG] is"),
    ],
)
def test_the_registrant_is_found(marked: str, expected: str) -> None:
    text, found = read_marks(marked)
    assert write_marks(text, with_registrant(text, found)) == expected
