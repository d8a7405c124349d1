"""White space that no page has room for leaves the text; what stands around it keeps its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from time_growth import LINEAR, growth

from secateur.pipelines.ingestion.read import read
from secateur.pipelines.ingestion.text.plain import text_reading


def test_an_endless_gap_is_cut_and_counted(tmp_path: Path) -> None:
    gap = f"{' ' * 300}\u200b{chr(0xA0) * 300}"
    path = tmp_path / "note.txt"
    path.write_text(f"HPI: Well.{gap}Stable.\n\nPLAN: Rest.\n", encoding="utf-8")
    document = read(path)
    assert document.text == f"HPI: Well.{' ' * 200}Stable.\n\nPLAN: Rest.\n"
    assert document.coverage.dropped == {"control characters": 1, "endless gaps": 400}
    plan = document.passages[-1]
    assert plan.source is not None
    assert path.read_bytes()[slice(*plan.source)] == b"PLAN: Rest."


def test_a_gap_that_a_page_has_room_for_stays(tmp_path: Path) -> None:
    text = f"HPI: Well.{' ' * 200}\n{' ' * 200}Stable.\n"
    (tmp_path / "note.txt").write_text(text, encoding="utf-8")
    assert read(tmp_path / "note.txt").text == text


@pytest.mark.parametrize("part", [" ", " \u200b", "\t", " a"])
def test_time_for_a_line_of_gaps_grows_with_its_length(part: str) -> None:
    assert growth(lambda text: text_reading(f"HPI: a{text}b"), part, 8_000) < LINEAR
