"""Names that are known are of their type, however the list is broken into lines."""

from __future__ import annotations

import pytest

from secateur.pipelines.finance.mentions import known


@pytest.mark.parametrize(
    ("name", "label", "expected"),
    [
        ("Vestas", "PER", "ORG"),
        ("Rio Tinto", "LOC", "ORG"),
        ("EMEA", "ORG", "LOC"),
        ("SPAIN", "ORG", "LOC"),
        ("Texas", "PER", "LOC"),
        ("Texas", "ORG", "ORG"),
        ("Ann Reis", "PER", "PER"),
    ],
)
def test_known_types(name: str, label: str, expected: str) -> None:
    assert known.known_type(name, label) == expected


def test_no_name_holds_a_line_break() -> None:
    names = known._COUNTRIES | known._STATES | known._ORGANISATIONS
    assert all(name == " ".join(name.split()) and "," not in name for name in names)
    assert {"louis dreyfus", "saudi arabia", "new mexico"} <= names
