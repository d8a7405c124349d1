"""What a person does with the entities of a report: chooses, corrects, filters, downloads."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import streamlit as st
from page_harness import DOCUMENT, ENTITIES, REPORT, figures_of, job, press, show, shown
from streamlit.testing.v1 import AppTest

from secateur.app.session import session
from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.export.formats import FORMATS
from secateur.pipelines.finance.statements.comparison.figures import Series, Source
from secateur.pipelines.runs.jobs.processes import State


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


def ticked(page: AppTest) -> list[int]:
    return list(page.session_state["report-table"]["selection"]["rows"])


def test_table_tells_what_a_figure_is_worth() -> None:
    paid = replace(ENTITIES[1], value=Decimal("5.5"), unit="USD", period="2024-12-31")
    done = job(State.DONE, result=replace(REPORT, entities=(ENTITIES[0], paid)))
    table = show("report", done).dataframe[0]
    name, figure = table.value.to_dict("records")
    assert (figure["Value"], figure["Unit"], figure["Period"]) == (5.5, "USD", "2024-12-31")
    assert math.isnan(name["Value"])
    assert table.proto.HasField("placeholder")  # without one, Streamlit writes "None"
    assert table.proto.placeholder == ""
    assert json.loads(table.proto.columns)["Value"]["width"] >= 130  # of 14 digits in groups
    assert name["Unit"] == name["Period"] == ""


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


def test_added_entity_tells_at_how_many_more_places_its_text_stands() -> None:
    text = "PAUS paid US, US and US."
    document = replace(DOCUMENT, text=text, passages=(Passage(0, len(text)),))
    done = job(State.DONE, result=replace(REPORT, document=document, entities=()))
    page = show("report", done)
    for more in ("2 more places", "1 more place ", ""):
        page.text_input(key="report-add-text").set_value("US")
        press(page, "Add")
        told = [line.value for line in page.caption if "add it again" in line.value]
        assert len(told) == bool(more)
        assert all(more in line for line in told)
    page.text_input(key="report-add-text").set_value("US")
    press(page, "Add")
    assert "whole words" in page.error[0].value
    assert page.dataframe[0].value["Text"].to_list() == ["US"] * 3


def test_periods_that_the_table_of_figures_leaves_out_are_told_and_in_the_workbook(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written: list[list[str]] = []

    def write(heads: Sequence[str], rows: Sequence[Any], name: str) -> bytes:
        written.append([*heads[2:], str(len(rows))])
        return b""

    monkeypatch.setattr("secateur.app.downloads.write_table", write)
    years = {f"{year}-01-01/{year}-12-31": "7" for year in range(2019, 2025)}
    latest = {"2024-01-01/2024-12-31": "7"}
    figures = figures_of({"net_income": years, "income_tax": latest})
    page = show("report", job(State.DONE, result=replace(REPORT, figures=figures)))
    page.button_group(key="report-view").set_value("figures").run()
    assert any(line.value == "Left out here, in Excel: 1 of 6 periods, 0 of 2 measures."
               for line in page.caption)  # fmt: skip
    assert written == [[f"FY {year}-12-31" for year in range(2024, 2018, -1)] + ["2"]]


def test_kinds_of_periods_are_tables_of_their_own() -> None:
    figures = figures_of({"revenue": {"2024-01-01/2024-12-31": "9", "2024-01-01/2024-09-30": "7"}})
    page = show("report", job(State.DONE, result=replace(REPORT, figures=figures)))
    page.button_group(key="report-view").set_value("figures").run()
    assert page.button_group(key="report-periods").options == [
        "Fiscal years", "Quarters", "Nine months",
    ]  # fmt: skip
    page.button_group(key="report-periods").set_value("Quarters").run()
    (row,) = page.dataframe[0].value.to_dict("records")
    assert row == {"Measure": "revenue", "Unit": "USD", "Q4 2024-12-31": 2e6}


def test_tick_of_the_table_stays_with_the_entity_that_is_chosen() -> None:
    page = read_report()
    choose(page, 14)
    assert ticked(page) == [2]
    page.button_group(key="report-labels").set_value(["ORG"]).run()
    assert shown(page) == ["Acme", "Bolt <b>"]
    assert ticked(page) == [1]
    press(page, "Remove")
    assert ticked(page) == []


def test_figure_that_the_filters_leave_out_is_shown_in_the_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def figures(series: Series, *, on_figure: Callable[[Source], None]) -> None:
        place = Source(0, "r.html", "Paid", None, "$5", None, 10, 12)
        st.button("Figure", on_click=on_figure, args=(place,))

    monkeypatch.setattr("secateur.app.report.show_figures", figures)
    page = read_report()
    page.button_group(key="report-labels").set_value(["ORG"]).run()
    page.slider(key="report-score").set_value(0.85).run()
    page.button_group(key="report-view").set_value("figures").run()
    press(page, "Figure")
    assert shown(page) == ["Acme", "$5", "Bolt <b>"]
    assert ticked(page) == [1]


def test_accepted_entity_says_so_and_counts_once() -> None:
    page = read_report()
    choose(page, 0)
    press(page, "Accept")
    assert next(button for button in page.button if button.label == "Accepted").disabled
    assert any(line.value.startswith("1 correction to this") for line in page.caption)
    press(page, "Undo the last")
    press(page, "Accept")


def test_second_click_on_accept_decides_nothing_more() -> None:
    page = read_report()
    choose(page, 0)
    accept = next(button for button in page.button if button.label == "Accept")
    accept.click().run()
    accept.click().run()
    assert any(line.value.startswith("1 correction to this") for line in page.caption)


@pytest.mark.parametrize(
    ("form", "count"), [("csv", 1), ("conll", 3), ("docbin", 3), ("label-studio", 3)]
)
def test_filters_leave_nothing_out_of_what_trains(
    monkeypatch: pytest.MonkeyPatch, form: str, count: int
) -> None:
    written: list[int] = []

    def write(document: Document, entities: Sequence[Entity], form: str) -> dict[str, bytes]:
        written.append(len(entities))
        return {FORMATS[form].suffix: b""}

    monkeypatch.setattr("secateur.app.corrections.files_of", write)
    page = read_report()
    page.button_group(key="report-labels").set_value(["MONEY"]).run()
    page.selectbox(key="report-format").set_value(form).run()
    assert not page.exception
    assert written[-1] == count
    (button,) = page.get("download_button")
    assert button.proto.label == f"Download ({count})"


def test_nothing_is_no_download() -> None:
    page = read_report()
    page.button_group(key="report-labels").set_value([]).run()
    (button,) = page.get("download_button")
    assert button.proto.disabled
