"""Months as English texts write them."""

from __future__ import annotations

import calendar
import runpy

import pytest

from secateur.pipelines.document import calendar_words


def test_months_are_english_whatever_language_a_program_is_set_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for names in ("month_name", "month_abbr"):
        monkeypatch.setattr(calendar, names, ["", *("Wonnemonat" for _ in range(12))])
    months = runpy.run_path(calendar_words.__file__)["MONTHS"]
    assert months == calendar_words.MONTHS
    assert (months["may"], months["sep"], months["sept"], months["december"]) == (5, 9, 9, 12)
