"""What a person does with the entities of a report: chooses, corrects, filters, downloads."""

from __future__ import annotations

from typing import Any

import pytest
from page_harness import REPORT, job, press, show, shown
from streamlit.testing.v1 import AppTest

from secateur.app.session import session
from secateur.pipelines.jobs.processes import State


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are done at once, and give the same result for each document."""

    def read(page: str, task: object, *arguments: Any, limit_s: float) -> None:
        session().jobs[page] = job(State.DONE, arguments, result=REPORT)

    monkeypatch.setattr("secateur.app.report.start", read)


def read_report() -> AppTest:
    page = show("report")
    press(page, "Find entities")
    return page


def choose(page: AppTest, start: int) -> None:
    page.session_state["report-entity"] = start
    page.run()


def test_corrections_are_there_again_when_their_result_is() -> None:
    page = read_report()
    choose(page, 0)
    press(page, "Remove")
    page.radio(key="report-attention").set_value("full").run()
    press(page, "Find entities")
    assert shown(page) == ["Acme", "$5", "Bolt <b>"]
    page.radio(key="report-attention").set_value("dap").run()
    press(page, "Find entities")
    assert shown(page) == ["$5", "Bolt <b>"]
