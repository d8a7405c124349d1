"""Names that are known are of their type."""

from __future__ import annotations

from pathlib import Path

import pytest

from secateur.core.models.shipped import shipped
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
        ("Tehran", "PER", "LOC"),
        ("Boston", "ORG", "ORG"),
        ("Ann Reis", "PER", "PER"),
    ],
)
def test_known_types(name: str, label: str, expected: str) -> None:
    assert known.known_type(name, label) == expected


def test_known_names_are_in_a_list() -> None:
    assert all(map(known.is_known, ("spain", "EMEA", "Texas", "Vestas")))
    assert not known.is_known("Ann Reis")


def test_products_and_laws_are_things() -> None:
    assert known.is_thing("PLAYSTATION 2")
    assert known.is_thing("Sarbanes-Oxley")
    assert not known.is_thing("Sony")


@pytest.mark.parametrize("path", sorted(shipped("names").glob("*.txt")), ids=lambda path: path.stem)
def test_lists_hold_each_name_once_one_a_line(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines == sorted(lines, key=lambda name: (name.casefold(), name))
    # Abbreviations are read in the case that they are written in.
    keys = lines if path.stem == "abbreviations" else [name.casefold() for name in lines]
    assert len({*keys}) == len(keys)
    assert all(name and name == " ".join(name.split()) for name in lines)
