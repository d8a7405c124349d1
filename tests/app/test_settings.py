"""What pages offer to choose from, in Streamlit's own harness, and what reaches the job."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from streamlit.runtime.uploaded_file_manager import UploadedFile
from streamlit.testing.v1 import AppTest

from secateur.app.names import told_apart
from secateur.app.session import Session
from secateur.core.profile_files import shipped, to_json
from secateur.pipelines.runs.jobs.processes import Job
from secateur.pipelines.runs.options import RunOptions, usual_dtype

PROFILE = to_json(shipped("finance", "finance")).encode()


def _report() -> None:
    import streamlit as st

    from secateur.app import report
    from secateur.app.session import session

    # All harnesses count as one session, so the first run of each begins by clearing it.
    if "begun" not in st.session_state:
        st.session_state["begun"] = True
        session().forget()
    report.show()


def _note() -> None:
    from secateur.app import note

    note.show()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[RunOptions]:
    """The options of the jobs that the page starts; none is run."""
    options: list[RunOptions] = []
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
    started: list[RunOptions], way: str, expected: tuple[float | None, str | None]
) -> None:
    page = AppTest.from_function(_report, default_timeout=30).run()
    page.radio(key="report-thresholds").set_value(way).run()
    if way == "profile":
        profiles = page.selectbox(key="report-profile-0")
        assert profiles.options == ["Finance (ships)", "Clinical (ships)"]
        profiles.set_value("clinical").run()
    next(button for button in page.button if button.label == "Find entities").click().run()
    assert not page.exception
    assert [(chosen.threshold, chosen.profile) for chosen in started] == [expected]


@pytest.mark.parametrize(
    ("show", "name", "button", "dtype", "offered"),
    [
        (_report, "report", "Find entities", "bf16", ["32 bits", "16 bits"]),
        (_note, "note", "Summarise", "int8", ["32 bits", "16 bits", "Weights of 8 bits"]),
    ],
)
def test_choice_of_numbers_goes_with_the_job(
    started: list[RunOptions],
    show: Callable[[], None],
    name: str,
    button: str,
    dtype: str,
    offered: list[str],
) -> None:
    page = AppTest.from_function(show, default_timeout=30).run()
    numbers = page.radio(key=f"{name}-dtype")
    assert numbers.options == offered
    assert numbers.value == usual_dtype()
    numbers.set_value(dtype).run()
    next(found for found in page.button if found.label == button).click().run()
    assert not page.exception
    assert [chosen.dtype for chosen in started] == [dtype]


def test_of_uploads_of_one_name_the_newest_is_read_and_each_can_be_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[bytes] = []
    monkeypatch.setattr(
        "secateur.app.report.start",
        lambda page, task, path, *more, limit_s: read.append(Path(path).read_bytes()),
    )
    page = AppTest.from_function(_report, default_timeout=30).run()

    def find() -> None:
        next(button for button in page.button if button.label == "Find entities").click().run()
        assert not page.exception

    files = [("rep.txt", text, "text/plain") for text in (b"older", b"newer")]
    page.file_uploader[0].set_value(files).run()
    find()
    box = page.selectbox(key="report-document-2")
    assert box.options[:2] == ["rep.txt (2)", "rep.txt"]
    box.select_index(1).run()
    find()
    page.selectbox(key="report-document-2").select_index(0).run()
    find()
    assert read == [b"newer", b"older", b"newer"]


def test_who_uploads_several_is_told_of_batch() -> None:
    page = AppTest.from_function(_report, default_timeout=30).run()
    files = [(name, b"text", "text/plain") for name in ("one.txt", "two.txt")]
    page.file_uploader[0].set_value(files[:1]).run()
    assert not any("Batch" in caption.value for caption in page.caption)
    page.file_uploader[0].set_value(files).run()
    assert any("Batch" in caption.value for caption in page.caption)
    assert not page.exception


def test_of_profiles_of_one_name_the_newest_is_taken(started: list[RunOptions]) -> None:
    page = AppTest.from_function(_report, default_timeout=30).run()
    page.radio(key="report-thresholds").set_value("profile").run()
    newer = PROFILE + b" "
    page.file_uploader[1].set_value(
        [("mine.json", text, "application/json") for text in (PROFILE, newer)]
    ).run()
    profiles = page.selectbox(key="report-profile-2")
    assert profiles.options[:2] == ["mine.json (2)", "mine.json"]
    next(button for button in page.button if button.label == "Find entities").click().run()
    assert Path(started[0].profile or "").read_bytes() == newer


def test_what_is_no_profile_is_told_at_once_and_not_offered() -> None:
    page = AppTest.from_function(_report, default_timeout=30).run()
    page.radio(key="report-thresholds").set_value("profile").run()
    page.file_uploader[1].set_value([("mine.json", b"{}", "application/json")]).run()
    assert page.error[0].value.startswith("mine\\.json is no calibration profile")
    assert page.selectbox(key="report-profile-0").options == ["Finance (ships)", "Clinical (ships)"]


def test_profile_taken_out_of_its_field_is_offered_no_more() -> None:
    page = AppTest.from_function(_report, default_timeout=30).run()
    page.radio(key="report-thresholds").set_value("profile").run()
    page.file_uploader[1].set_value([("mine.json", PROFILE, "application/json")]).run()
    assert page.selectbox(key="report-profile-1").options[0] == "mine.json"
    page.file_uploader[1].set_value([]).run()
    assert page.selectbox(key="report-profile-0").options == ["Finance (ships)", "Clinical (ships)"]


def test_forgotten_upload_is_not_taken_in_again(started: list[RunOptions]) -> None:
    page = AppTest.from_function(_report, default_timeout=30).run()
    page.file_uploader[0].set_value(("rep.txt", b"words", "text/plain")).run()
    box = next(box for box in page.selectbox if box.label == "Document to read")
    assert box.options[0] == "rep.txt"
    next(button for button in page.button if button.label == "Forget my documents").click().run()
    box = next(box for box in page.selectbox if box.label == "Document to read")
    assert box.options[0].startswith("Sample: ")
    assert not any(button.label == "Forget my documents" for button in page.button)


def test_upload_taken_out_of_its_field_is_deleted_and_the_others_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[Path] = []
    monkeypatch.setattr(
        "secateur.app.report.start", lambda page, task, path, *more, limit_s: read.append(path)
    )
    page = AppTest.from_function(_report, default_timeout=30).run()
    for names in (["old.txt"], ["new.txt", "newest.txt"]):
        files = [(name, b"words", "text/plain") for name in names]
        page.file_uploader[0].set_value(files).run()
        next(button for button in page.button if button.label == "Find entities").click().run()
    assert not page.exception
    box = next(box for box in page.selectbox if box.label == "Document to read")
    assert box.options[:2] == ["newest.txt", "new.txt"]
    assert "old.txt" not in box.options
    assert [path.exists() for path in read] == [False, True]


def test_what_was_made_of_a_deleted_upload_goes_with_it() -> None:
    here = Session()
    uploads = [
        SimpleNamespace(file_id=n, name=n, getvalue=lambda: b"words") for n in ("one", "two")
    ]
    paths = {upload.file_id: here.keep(upload) for upload in uploads}
    cancelled: list[str] = []
    for page, name in (("report", "one"), ("compare", "two"), ("note", "one")):
        cancel = functools.partial(cancelled.append, page)
        here.jobs[page] = cast(Job, SimpleNamespace(arguments=(paths[name], {}), cancel=cancel))
    look = SimpleNamespace(arguments=("words",), cancel=functools.partial(cancelled.append, "look"))
    here.jobs["report-look"] = cast(Job, look)
    here.derived = {"report-run": b"words", "compare-run": b"words", "made-entities": b"words"}
    here.decided = {("edits", paths["one"], "full"): [], ("edits", paths["two"], "full"): []}
    here.drop("one")
    assert cancelled == ["report", "note", "look"]
    assert list(here.jobs) == ["compare"]
    assert list(here.derived) == ["compare-run"]
    assert list(here.decided) == [("edits", paths["two"], "full")]
    assert [path.exists() for path in paths.values()] == [False, True]


def test_files_of_a_field_are_gathered_once_and_replace_its_earlier_ones() -> None:
    here = Session()
    files = [
        cast(UploadedFile, SimpleNamespace(file_id=n, name=f"{n}.txt", getvalue=lambda: b"words"))
        for n in ("one", "two")
    ]
    first = here.gather("domains", files[:1])
    other = here.gather("batch", files[:1])
    assert here.gather("domains", files[:1]) == first
    second = here.gather("domains", files)
    assert [path.name for path in sorted(second.iterdir())] == ["one.txt", "two.txt"]
    assert here.gathered("domains", files[:1]) is None
    assert [path.exists() for path in (first, other)] == [False, True]
    assert here.upload_ids() == ["one", "one", "two"]
    here.scatter("domains")
    assert here.gathered("domains", files) is None
    assert [path.exists() for path in (second, other)] == [False, True]
    here.close()


def test_a_number_that_a_name_bears_already_is_not_given_again() -> None:
    assert told_apart(["a", "a (2)", "a", "a"]) == ["a", "a (2)", "a (3)", "a (4)"]


def test_uploads_of_one_name_have_names_of_their_own_in_downloads() -> None:
    here = Session()
    uploads = [SimpleNamespace(file_id=n, name="r.txt", getvalue=lambda: b"") for n in "ab"]
    paths = [here.keep(cast(UploadedFile, upload)) for upload in uploads]
    assert [here.name(path) for path in paths] == ["r.txt", "r.txt (2)"]
