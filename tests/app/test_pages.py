"""What the pages show for a given outcome."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from page_harness import (
    COMPARISON,
    DOCUMENT,
    ENTITIES,
    REPORT,
    SUMMARY,
    figures_of,
    job,
    metrics,
    press,
    show,
    shown,
)
from streamlit.testing.v1 import AppTest

from secateur.app.session import session
from secateur.app.tasks import NoteResult, Outline
from secateur.core.profiles import ModuleCurves, Profile
from secateur.pipelines.document.document import Document, Section
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.evaluation.entities import score_entities
from secateur.pipelines.lab.domain_profiles import Calibration
from secateur.pipelines.runs.jobs.processes import State
from secateur.pipelines.runs.jobs.spool import Spool
from secateur.pipelines.runs.options import RunOptions


def _main() -> None:
    from secateur.app.main import main

    main()


def test_report_shows_what_was_read_and_found() -> None:
    page = show("report", job(State.DONE, result=REPORT))
    assert metrics(page) == {
        "Tokens read": "1,234", "Entities": "3", "Attention computed": "12.5%", "Seconds": "2.0",
    }  # fmt: skip
    assert shown(page) == ["Acme", "$5", "Bolt <b>"]
    assert any("80" in caption.value and "header" in caption.value for caption in page.caption)


def test_report_is_filtered_by_label() -> None:
    page = show("report", job(State.DONE, result=REPORT))
    page.button_group(key="report-labels").set_value(["MONEY"]).run()
    assert shown(page) == ["$5"]


def test_report_is_filtered_by_score() -> None:
    page = show("report", job(State.DONE, result=REPORT))
    page.slider(key="report-score").set_value(0.5).run()
    assert shown(page) == ["Acme", "$5"]


def test_report_says_that_no_entity_passes_the_filters() -> None:
    page = show("report", job(State.DONE, result=REPORT))
    page.slider(key="report-score").set_value(1.0).run()
    assert [info.value for info in page.info] == ["No entity passes the filters."]


def test_report_without_entities_says_so() -> None:
    empty = replace(REPORT, entities=(), density=None)
    page = show("report", job(State.DONE, result=empty))
    assert [info.value for info in page.info] == ["No entities were found in this document."]
    assert metrics(page)["Attention computed"] == "all"


def test_report_is_turned_page_by_page() -> None:
    page = show("report", job(State.DONE, result=REPORT))
    assert page.button(key="report-back").disabled
    page.button(key="report-forth").click().run()
    assert page.selectbox(key="report-at").value == 1
    assert page.button(key="report-forth").disabled


def test_part_of_the_report_can_be_chosen() -> None:
    page = show("report", job(State.DONE, result=REPORT))
    page.selectbox(key="report-at").set_value(1).run()
    assert page.selectbox(key="report-at").value == 1
    assert page.button(key="report-forth").disabled


@pytest.mark.parametrize(
    "page", ["report", "note", "compare", "attention", "batch", "evaluate", "domains"]
)
def test_page_without_a_job_says_what_will_come(page: str) -> None:
    assert "will appear here" in show(page).info[0].value


@pytest.mark.parametrize("page", ["report", "note", "compare", "attention", "evaluate", "domains"])
def test_failure_is_one_escaped_line(page: str) -> None:
    failed = job(State.FAILED, error="<b>x</b>.html: the file is empty; give a file with text")
    (error,) = show(page, failed).error
    assert error.value.startswith("\\<b\\>x")
    assert "\n" not in error.value


def test_result_names_its_document_and_warns_once_other_settings_are_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def do_at_once(page: str, task: object, *arguments: Any, limit_s: float) -> None:
        session().jobs[page] = job(State.DONE, arguments, result=REPORT)

    monkeypatch.setattr("secateur.app.report.start", do_at_once)
    page = show("report")
    press(page, "Find entities")
    assert any("**Sample\\: annual\\_report\\.html**" in line.value for line in page.markdown)
    assert not page.warning
    page.radio(key="report-attention").set_value("full").run()
    assert page.warning[0].value.startswith("The document or the settings above were changed")


def test_batch_warns_once_it_is_not_of_what_is_chosen_now(monkeypatch: pytest.MonkeyPatch) -> None:
    def do_at_once(page: str, task: object, *arguments: Any, limit_s: float, crew: object) -> None:
        session().jobs[page] = job(State.DONE, arguments)

    monkeypatch.setattr("secateur.app.batch.start", do_at_once)
    monkeypatch.setattr("secateur.app.batch.batch_worker", lambda: None)
    page = show("batch")
    page.file_uploader[0].set_value([("a.txt", b"words", "text/plain")]).run()
    press(page, "Start")
    assert not page.warning
    page.radio(key="batch-attention").set_value("full").run()
    assert page.warning[0].value.startswith("The document or the settings above were changed")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The reports that are asked for in place of being read."""
    asked: list[object] = []
    monkeypatch.setattr(
        "secateur.app.report.start", lambda *arguments, limit_s: asked.append(arguments)
    )
    return asked


def test_cancelled_and_expired_jobs_say_so() -> None:
    assert show("report", job(State.CANCELLED)).info[0].value.startswith("Cancelled")
    assert show("report", job(State.EXPIRED, error="too long")).error[0].value == "Too long"


def test_second_click_does_not_begin_anew_what_the_first_began(
    started: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = show("report")
    monkeypatch.setattr("secateur.app.running.busy", lambda page: True)
    press(page, "Find entities")
    assert not started


def test_click_on_what_an_ended_session_showed_starts_nothing_and_says_why(
    started: list[object],
) -> None:
    page = show("report")
    fields = [field.id for field in page.file_uploader]
    # The harness begins anew.
    del page.session_state["begun"]
    press(page, "Find entities")
    assert not started
    assert "Give your documents again" in page.warning[0].value
    # The browser still shows in the earlier fields what is not here any more.
    assert not {field.id for field in page.file_uploader} & set(fields)
    press(page, "Find entities")
    assert len(started) == 1
    assert not page.warning


NOTED = (Path("n.txt"), RunOptions(), "brief", False)
"""What the job of a note is given."""


def test_note_tells_cost_and_that_it_is_no_medical_device() -> None:
    result = NoteResult(DOCUMENT, SUMMARY, density=0.25, seconds=3.5)
    page = show("note", job(State.DONE, NOTED, result=result))
    captions = [caption.value for caption in page.caption]
    assert any("55 tokens read" in text and "25.0% of attention" in text for text in captions)
    assert any("Not a medical device" in text for text in captions)


def test_note_in_its_own_words_boasts_no_attention() -> None:
    summary = replace(SUMMARY, timings=dict.fromkeys(SUMMARY.timings, 0.0))
    result = NoteResult(DOCUMENT, summary, density=None, seconds=3.5)
    page = show("note", job(State.DONE, NOTED, result=result))
    (cost,) = [caption.value for caption in page.caption if "tokens read" in caption.value]
    assert cost.endswith("; said in its own words, without the model; 3.5 s.")


def test_each_of_two_sections_of_one_name_can_be_gone_to() -> None:
    sections = tuple(Section(start, start + 9, "Plan", 1.0) for start in (0, 14))
    result = NoteResult(replace(DOCUMENT, sections=sections), SUMMARY, density=0.25, seconds=3.5)
    page = show("note", job(State.DONE, NOTED, result=result))
    pills = page.button_group(key="note-section")
    assert pills.options == ["Plan", "Plan 2"]


def test_attention_reads_a_document_as_what_it_seems_to_be() -> None:
    for pipeline in ("clinical", "finance"):
        found = Outline(DOCUMENT, ((0, 13),), pipeline)
        page = show("attention", job(State.DONE, (Path("note.docx"),), result=found))
        assert page.button_group[0].value == pipeline


def test_projected_comparison_is_labelled() -> None:
    page = show("compare", job(State.DONE, result=COMPARISON))
    assert metrics(page)["Speedup, projected"] == "4.00×"
    assert any("first 2,000 tokens" in warning.value for warning in page.warning)
    assert list(page.dataframe[0].value["Only in"]) == ["DAP"]
    assert list(page.table[0].value.loc["Seconds"]) == ["40.00", "10.00"]
    assert list(page.table[0].value.loc["Largest memory, MiB"]) == ["–", "900"]


def test_measured_comparison_without_changes_says_so() -> None:
    same = {**COMPARISON, "projected": False, "changed": []}
    page = show("compare", job(State.DONE, result=same))
    assert not any("projected" in warning.value for warning in page.warning)
    assert page.success[0].value == "Nothing: both give the same result."
    assert json.dumps(same)


def test_comparison_of_a_document_too_short_to_be_pruned_boasts_no_speed() -> None:
    exact = {"seconds": 9.0, "density": 1.0, "selection_s": 0.0}
    short = {**COMPARISON, "pipeline": "clinical", "projected": False, "dap": exact}
    page = show("compare", job(State.DONE, result=short))
    assert metrics(page)["Speedup"] == "–"
    assert page.info[0].value.startswith("Nothing was pruned here")
    assert any(caption.value == "Read as a note." for caption in page.caption)


def test_about_says_versions_licences_and_limits() -> None:
    page = show("about", job(State.DONE, result={"minilm-l6": "/home/me/minilm", "cuda": "a_b_c"}))
    assert any("Not a medical device" in text.value for text in page.markdown)
    assert page.table[0].value.loc["SmolLM2-135M-Instruct", "Licence"] == "Apache-2.0"
    assert page.table[1].value.loc["cuda", "Found"] == "a\\_b\\_c"
    assert page.table[1].value.loc["minilm\\-l6", "Found"] == "found"


@pytest.mark.parametrize("state", [State.CANCELLED, State.FAILED])
def test_look_at_the_machine_that_came_to_nothing_can_be_had_again(
    monkeypatch: pytest.MonkeyPatch, state: State
) -> None:
    def look(page: str, task: object, *, limit_s: float) -> None:
        session().jobs[page] = job(State.DONE, result={"torch": "2"})

    monkeypatch.setattr("secateur.app.about.start", look)
    page = show("about", job(state, error="the worker process ended"))
    press(page, "Look again")
    assert page.table[1].value.loc["torch", "Found"] == "2"
    assert "Look again" not in [button.label for button in page.button]


def test_samples_are_hidden_where_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secateur.app.controls.samples", lambda kind: [])
    page = show("report")
    assert [box.label for box in page.selectbox] == []
    assert page.button[0].disabled
    assert page.info[0].value.startswith("Upload a document to begin.")


@pytest.mark.parametrize("change", [{"score": 0.5}, {"text": "Ajax"}], ids=["score", "text"])
def test_download_is_of_the_latest_result(
    monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]
) -> None:
    written: list[Sequence[Entity]] = []

    def write(document: Document, entities: Sequence[Entity], form: str) -> dict[str, bytes]:
        written.append(entities)
        return {"jsonl": b""}

    monkeypatch.setattr("secateur.app.corrections.files_of", write)
    done = job(State.DONE, result=REPORT)
    page = show("report", done)
    page.run()
    done.result = replace(REPORT, entities=(replace(ENTITIES[0], **change), *ENTITIES[1:]))
    page.run()
    assert written == [list(REPORT.entities), list(done.result.entities)]


Y24, Y23 = "2024-01-01/2024-12-31", "2023-01-01/2023-12-31"


def test_standard_lines_are_a_table_by_period() -> None:
    # Nor may a sign of the file's name that Excel forbids in a sheet's stop it.
    made = (Path("r [final].html"), RunOptions())
    figures = figures_of({"net_income": {Y24: "9", Y23: "7"}})
    page = show("report", job(State.DONE, made, result=replace(REPORT, figures=figures)))
    page.button_group(key="report-view").set_value("figures").run()
    columns = json.loads(page.dataframe[0].proto.columns)
    assert columns["FY 2024-12-31"]["width"] >= 130  # of 14 digits in groups
    assert columns["FY 2024-12-31"]["width"] + columns["Measure"]["width"] <= 350  # of a phone
    assert list(page.dataframe[0].proto.column_order)[:2] == ["Measure", "FY 2024-12-31"]
    (row,) = page.dataframe[0].value.to_dict("records")
    assert row == {
        "Measure": "net income", "Unit": "USD", "FY 2024-12-31": 9e6, "FY 2023-12-31": 7e6,
    }  # fmt: skip


def test_chart_of_figures_goes_from_the_oldest_period_to_the_newest() -> None:
    # The line of most periods, which the chart draws first, has none in the middle.
    held = {"net_income": "2023 2025", "income_tax": "2024 2025"}
    figures = figures_of({
        line: {f"{year}-01-01/{year}-12-31": "7" for year in years.split()}
        for line, years in held.items()
    })  # fmt: skip
    page = show("report", job(State.DONE, result=replace(REPORT, figures=figures)))
    page.button_group(key="report-view").set_value("figures").run()
    spec = json.loads(page.get("vega_lite_chart")[0].proto.spec)
    assert spec["encoding"]["x"]["sort"] == [f"FY {year}-12-31" for year in (2023, 2024, 2025)]


def test_report_without_figures_says_so() -> None:
    page = show("report", job(State.DONE, result=REPORT))
    page.button_group(key="report-view").set_value("figures").run()
    assert page.info[0].value.startswith("No line of the statements is known")


def test_scores_of_entities_stand_by_label_with_their_interval() -> None:
    gold = list(ENTITIES)
    made = ("entities", Path("gold.jsonl"), Path("found.jsonl"), None)
    page = show("evaluate", job(State.DONE, made, result=score_entities(gold, gold[:2])))
    assert "**found\\.jsonl** against **gold\\.jsonl**" in [line.value for line in page.markdown]
    by_label = page.dataframe[1].value.set_index("Score")
    assert by_label.loc["Organisation", "Recall"] == 0.5
    assert by_label.loc["Money", "F1"] == 1.0
    assert by_label.loc["Organisation", "Gold"] == 2


def test_scores_say_what_their_intervals_are_over() -> None:
    made = ("entities", Path("gold.jsonl"), Path("found.jsonl"), None)
    gold = [replace(ENTITIES[0], doc_id=name) for name in ("a.txt", "b.txt")]
    page = show("evaluate", job(State.DONE, made, result=score_entities(gold, gold)))
    assert "95 % intervals are over documents." in [line.value for line in page.caption]


def test_one_stretch_of_text_has_scores_without_an_interval() -> None:
    made = ("entities", Path("gold.jsonl"), Path("found.jsonl"), None)
    gold = list(ENTITIES)
    page = show("evaluate", job(State.DONE, made, result=score_entities(gold, gold)))
    assert page.dataframe[1].value["95 % from"].isna().all()
    assert page.dataframe[1].value["F1"].notna().all()


def test_files_to_score_stay_when_the_other_kind_is_looked_at() -> None:
    page = show("evaluate")
    for number, name in enumerate(("gold.jsonl", "found.jsonl")):
        page.file_uploader[number].set_value((name, b"{}", "application/jsonl")).run()
    page.button_group(key="evaluate-kind").set_value("summaries").run()
    assert [field.value.name for field in page.file_uploader[:2]] == ["gold.jsonl", "found.jsonl"]


def calibration(domain: str = "mine") -> Calibration:
    curves = ModuleCurves(((0.01, 0.3),), ((0.9, 0.2),), 9.0, 1.0, 4.0, (0.5,))
    profile = Profile(
        domain, "m", "bert", {"secateur": "1"}, {"documents": 2, "tokens": 900}, 0.1, 2.0, 0.2,
        (0.1, 10.0), {"layer": curves},
    )  # fmt: skip
    choices = tuple((target, profile.choose(target_error=target)) for target in (0.1, 0.3))
    return Calibration(profile, choices, ("a.txt: bad",))


@pytest.fixture
def copies(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that the page wrote."""
    written: list[Path] = []
    add = Spool.add

    def write(*arguments: Any, **more: Any) -> Path:
        written.append(add(*arguments, **more))
        return written[-1]

    monkeypatch.setattr(Spool, "add", write)
    return written


def test_files_to_score_are_copied_when_the_button_is_pressed(
    monkeypatch: pytest.MonkeyPatch, copies: list[Path]
) -> None:
    given: list[Path] = []

    def take(page: str, task: object, kind: str, *paths: Path, limit_s: float) -> None:
        given.extend(paths)

    monkeypatch.setattr("secateur.app.evaluate.start", take)
    page = show("evaluate")
    for number, name in enumerate(("gold.jsonl", "found.jsonl")):
        page.file_uploader[number].set_value((name, name.encode(), "application/jsonl")).run()
    assert not copies
    press(page, "Evaluate")
    *files, notes = given
    assert [path.read_text() for path in files] == ["gold.jsonl", "found.jsonl"]
    assert notes is None
    page.file_uploader[0].set_value(("other.jsonl", b"{}", "application/jsonl")).run()
    assert [path.exists() for path in files] == [False, True]


def test_files_are_copied_when_the_button_is_pressed_and_go_with_their_field(
    monkeypatch: pytest.MonkeyPatch, copies: list[Path]
) -> None:
    def do_at_once(page: str, task: object, *arguments: Any, limit_s: float) -> None:
        session().jobs[page] = job(State.DONE, arguments, result=calibration())

    monkeypatch.setattr("secateur.app.domains.start", do_at_once)
    page = show("domains")
    page.file_uploader[0].set_value([("a.txt", b"words", "text/plain")]).run()
    assert not copies
    press(page, "Calibrate")
    assert [path.name for path in copies if path.exists()] == ["a.txt"]
    assert [line.value for line in page.warning] == ["a\\.txt\\: bad"]
    page.file_uploader[0].set_value([("b.txt", b"words", "text/plain")]).run()
    assert not any(path.exists() for path in copies)
    assert page.warning[0].value.startswith("The document or the settings above were changed")


def test_batch_tells_what_figures_are_worth_and_what_may_be_misread() -> None:
    def script() -> None:
        from types import SimpleNamespace

        from secateur.app import batch

        paid = {"doc_id": "a", "start": 0, "end": 2, "text": "$5", "label": "MONEY", "value": 5000,
                "unit": "USD", "period": "2024-12-31"}  # fmt: skip
        record = {"entities": [paid], "warnings": ["page 1 is an image"]}
        follower = SimpleNamespace(record=lambda document: record)
        run: Any = SimpleNamespace(pipeline="finance", follower=follower)
        done: Any = SimpleNamespace(path="a.pdf", status="result")
        batch._record(run, done)

    page = AppTest.from_function(script, default_timeout=60).run()
    (row,) = page.dataframe[0].value.to_dict("records")
    assert (row["Value"], row["Unit"], row["Period"]) == (5000.0, "USD", "2024-12-31")
    assert page.caption[0].value == ":material/info: Page 1 is an image."


def test_batch_that_is_cancelled_keeps_no_upload(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Path] = []

    def pause(page: str, task: object, *arguments: Any, limit_s: float, crew: object) -> None:
        given.extend(arguments[:2])
        session().jobs[page] = job(State.CANCELLED, arguments)

    monkeypatch.setattr("secateur.app.batch.start", pause)
    monkeypatch.setattr("secateur.app.batch.batch_worker", lambda: None)
    page = show("batch")
    page.file_uploader[0].set_value([("a.txt", b"words", "text/plain")]).run()
    press(page, "Start")
    assert all(folder.exists() for folder in given)
    press(page, "Discard")
    assert not any(folder.exists() for folder in given)


def test_working_point_shows_what_the_profile_promises() -> None:
    page = show("domains", job(State.DONE, result=calibration()))
    assert metrics(page)["Error expected"] == "10.0%"
    page.select_slider(key="domains-target").set_value(0.3).run()
    assert metrics(page)["Error expected"] == "30.0%"
    assert metrics(page)["Attention computed"] == "20.0%"
    assert "a\\.txt\\: bad" in [warning.value for warning in page.warning]


def test_result_of_documents_that_left_the_field_is_not_of_changed_ones() -> None:
    made = (Path("uploads"), "my domain", "finance", RunOptions(), 8, 2_048)
    page = show("domains", job(State.DONE, made, result=calibration()))
    assert [line.value for line in page.warning] == ["a\\.txt\\: bad"]
    assert any("not in the field any more" in caption.value for caption in page.caption)
    page.number_input(key="domains-documents").set_value(9).run()
    assert page.warning[0].value.startswith("The document or the settings above were changed")


def test_slash_in_the_name_of_a_domain_does_not_cut_it() -> None:
    page = show("domains", job(State.DONE, result=calibration("oil/gas")))
    press(page, "Use it in this session")
    assert any("oil\\-gas\\.profile\\.json" in caption.value for caption in page.caption)


def test_nothing_is_shown_before_the_sign_in_that_is_asked_for() -> None:
    page = AppTest.from_function(_main)
    page.secrets["auth"] = {"client_id": "x"}
    page.run()
    assert [button.label for button in page.button] == ["Sign in"]
    assert not page.selectbox
