"""Amounts of single notes and loans, in tables of what is owed."""

from __future__ import annotations

from pathlib import Path

from statement_tables import layout

from secateur.pipelines.finance.statements.borrowings import amounts_borrowed

BORROWED = ("LongTermDebt",)


def _told(folder: Path, rows: str) -> dict[str, tuple[str, ...]]:
    """Concepts by what the cells of a table with such rows read."""
    arranged = layout(folder, f" | 2025 | 2024\n{rows.strip()}")
    told = {}
    for start, concepts in amounts_borrowed(arranged):
        cell = arranged.passage_at(start)
        assert cell is not None
        told[arranged.text_of(cell)] = concepts
    return told


def test_kinds_of_debt_in_one_table_have_the_word_for_them_all(tmp_path: Path) -> None:
    rows = """
        4.50% notes due 2030 | 501 | 502
        3.25% debentures due 2032 | 503 | 504
        Commercial paper | 505 | 506
        Other | 507 | 508
        Total | 509 | 510
        Less current portion | 511 | 512
        Long-term debt | 513 | 514
        """
    told = _told(tmp_path, rows)
    assert told["501"] == told["503"] == told["507"] == told["509"] == BORROWED
    assert told["505"] == told["511"] == told["513"] == ()


def test_notes_alone_are_called_otherwise(tmp_path: Path) -> None:
    rows = """
        4.50% senior notes due 2030 | 501 | 502
        3.25% senior notes due 2032 | 503 | 504
        Total | 509 | 510
        """
    assert _told(tmp_path, rows) == {}


def test_what_a_discount_leaves_of_notes_is_debt(tmp_path: Path) -> None:
    rows = """
        4.50% notes due 2030 | 501 | 502
        Total principal | 503 | 504
        Unamortized discount and issuance costs | 505 | 506
        Total long-term debt | 507 | 508
        Less: current portion | 509 | 510
        Total non-current debt | 511 | 512
        """
    told = _told(tmp_path, rows)
    assert {cell for cell, concepts in told.items() if concepts == BORROWED} == {"507", "508"}


def test_notes_and_bonds_that_are_held_are_no_debt(tmp_path: Path) -> None:
    rows = """
        Corporate notes | 501 | 502
        Government bonds | 503 | 504
        Equity securities | 505 | 506
        """
    assert _told(tmp_path, rows) == {}
