"""What a text's letters say of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from secateur.pipelines.ingestion.read import read


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Пациент 70 лет: гипертония, hypertension.", True),
        ("患者は七十歳の男性、高血圧。BP 120", True),
        ("Naïve Ærø, Ďurčová, Nguyễn: ß, 5 µg.", False),
        ("Mr. Иванов has hypertension; α-blocker.", False),
    ],
    ids=["Cyrillic", "Japanese", "accents", "a name"],
)
def test_text_that_is_hardly_in_latin_letters_is_told(
    tmp_path: Path, text: str, told: bool
) -> None:
    path = tmp_path / "note.txt"
    path.write_text(text, encoding="utf-8")
    warnings = read(path).warnings
    assert [line for line in warnings if "the models read English" in line] == list(warnings)
    assert bool(warnings) == told
