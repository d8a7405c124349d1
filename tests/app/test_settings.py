"""What Settings offer, in Streamlit's own harness, and what reaches the job."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest


def _report() -> None:
    from secateur.app import report

    report.show()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The options of the jobs that the page starts; none is run."""
    # AppTest leaves its script as `__main__`, which worker processes started later would run.
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    options: list[dict[str, Any]] = []
    monkeypatch.setattr(
        "secateur.app.report.start",
        lambda page, task, path, chosen, limit_s: options.append(chosen),
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
