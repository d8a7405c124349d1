"""What Settings offer, in Streamlit's own harness, and what reaches the job."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest


def _report() -> None:
    from secateur.app import report

    report.show()


def _note() -> None:
    from secateur.app import note

    note.show()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The options of the jobs that the page starts; none is run."""
    # AppTest leaves its script as `__main__`, which worker processes started later would run.
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    options: list[dict[str, Any]] = []
    for page in ("report", "note"):
        monkeypatch.setattr(
            f"secateur.app.{page}.start",
            lambda page, task, path, chosen, *more, limit_s: options.append(chosen),
        )
    return options


@pytest.mark.parametrize(
    ("way", "expected"),
    [("own", (None, None)), ("one", (0.45, None)), ("profile", (None, "clinical"))],
)
def test_choice_of_thresholds_goes_with_the_job(
    started: list[dict[str, Any]], way: str, expected: tuple[float | None, str | None]
) -> None:
    page = AppTest.from_function(_report, default_timeout=30).run()
    page.radio(key="report-thresholds").set_value(way).run()
    if way == "profile":
        profiles = page.selectbox(key="report-profile-0")
        assert profiles.options == ["Finance (ships)", "Clinical (ships)"]
        profiles.set_value("clinical").run()
    next(button for button in page.button if button.label == "Find entities").click().run()
    assert not page.exception
    assert [(chosen["threshold"], chosen["profile"]) for chosen in started] == [expected]


@pytest.mark.parametrize(
    ("show", "name", "button", "dtype", "offered"),
    [
        (_report, "report", "Find entities", "bf16", ["32 bits", "16 bits"]),
        (_note, "note", "Summarise", "int8", ["32 bits", "16 bits", "Weights of 8 bits"]),
    ],
)
def test_choice_of_numbers_goes_with_the_job(
    started: list[dict[str, Any]],
    show: Callable[[], None],
    name: str,
    button: str,
    dtype: str,
    offered: list[str],
) -> None:
    page = AppTest.from_function(show, default_timeout=30).run()
    numbers = page.radio(key=f"{name}-dtype")
    assert numbers.options == offered
    assert numbers.value == "fp32"
    numbers.set_value(dtype).run()
    next(found for found in page.button if found.label == button).click().run()
    assert not page.exception
    assert [chosen["dtype"] for chosen in started] == [dtype]
