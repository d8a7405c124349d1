"""Where the command's results go, and what it says beside them."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from secateur.pipelines.cli.exits import FAILED
from secateur.pipelines.cli.main import main
from secateur.pipelines.cli.results import WRITTEN, Folder, Result
from secateur.pipelines.errors import UsageError
from secateur.pipelines.export.formats import FORMATS

TEXT = "Acme Corp. earned $1.2 million in 2024. It paid tax. " * 20


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Two files of one name."""
    paths = [tmp_path / folder / "rep.txt" for folder in "ab"]
    for path in paths:
        path.parent.mkdir()
        path.write_text(f"{path.parent.name.upper()} Inc. {TEXT}")
    return paths


def entities(files: list[Path], tagger: str, *more: object) -> int:
    return main(["entities", *map(str, files), "--model", tagger, *map(str, more)])


def test_files_of_one_name_keep_a_result_each(
    files: list[Path], tagger: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert entities(files, tagger, "--out", out, "--format", "conll") == 0
    written = {path.name for path in out.iterdir()}
    assert written == {WRITTEN, "rep.txt.conll", "2 rep.txt.conll"}
    for name, first in (("rep.txt.conll", "A"), ("2 rep.txt.conll", "B")):
        assert (out / name).read_text().splitlines()[2].split("\t")[0] == first
    assert "; written as '2 rep.txt', for another is called so" in capsys.readouterr().err


def test_long_names_that_end_alike_are_numbered_and_a_second_run_replaces(tmp_path: Path) -> None:
    for run in (b"first", b"second"):
        folder = Folder(tmp_path)
        for letter in "xy":
            folder.write(Result(letter + "n" * 240, {"json": run + letter.encode()}, ""))
    written = {path.read_bytes() for path in tmp_path.glob("*.json")}
    assert written == {b"secondx", b"secondy"}


def test_no_file_but_an_earlier_result_as_it_was_written_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"the user's")

    def run(text: bytes) -> list[str]:
        folder = Folder(tmp_path)
        return [folder.write(Result(n, {"ann": text, "txt": text}, "")) for n in ("a", "b")]

    assert run(b"first") == run(b"second") == ["2 a", ""]
    (tmp_path / "b.ann").write_bytes(b"corrected")
    assert run(b"third") == ["2 a", "2 b"]
    found = {path.name: path.read_bytes() for path in tmp_path.glob("*.*") if path.suffix}
    assert found == {
        "a.txt": b"the user's", "b.ann": b"corrected", "b.txt": b"second",
        "2 a.ann": b"third", "2 a.txt": b"third", "2 b.ann": b"third", "2 b.txt": b"third",
    }  # fmt: skip


def test_a_result_that_the_disk_does_not_hold_is_not_there_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*names: object) -> None:
        raise OSError(28, "No space left on device")

    Folder(tmp_path).write(Result("a", {"json": b"first"}, ""))
    monkeypatch.setattr(Path, "replace", full)
    for name in "ab":
        with pytest.raises(UsageError, match="No space left"):
            Folder(tmp_path).write(Result(name, {"json": b"second"}, ""))
    monkeypatch.undo()
    assert {path.name for path in tmp_path.iterdir()} == {WRITTEN, "a.json"}
    assert (tmp_path / "a.json").read_bytes() == b"first"


def test_a_model_that_lacks_weights_is_one_line(files: list[Path], decoder: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "secateur", "entities", files[0], "--model", decoder],
        stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 1
    (line,) = run.stderr.splitlines()
    assert line.startswith(f"secateur: error: model {decoder} was not trained for labelling")


def test_a_folder_without_the_right_to_write_is_told_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: Path(path) != tmp_path)  # root may all
    with pytest.raises(UsageError, match="cannot be written to; mend its rights"):
        Folder(tmp_path)


@pytest.mark.parametrize("command", ["entities", "summarize", "batch --pipeline finance"])
def test_an_empty_path_is_not_the_working_folder(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), str(tmp_path), "--out", ""])
    assert ended.value.code == FAILED
    assert "argument --out: an empty path names no file and no folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    ["entities", "view names", "compare", "batch --pipeline finance --out found", "calibrate"
     " --domain legal --check finance --data", "evaluate summaries gold.jsonl found.jsonl --notes"],
)  # fmt: skip
def test_nothing_is_read_for_an_empty_path(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), ""])
    assert ended.value.code == FAILED
    assert "an empty path names no file and no folder" in capsys.readouterr().err


def test_a_file_is_no_folder_of_results(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("a report")
    with pytest.raises(UsageError, match="out: is a file; give a folder"):
        Folder(path)
    with pytest.raises(UsageError, match="the folder cannot be made"):
        Folder(path / "below")


def test_csv_of_several_documents_has_one_header(
    files: list[Path], tagger: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert entities(files, tagger, "--format", "csv") == 0
    out = capsys.readouterr().out
    rows = list(csv.DictReader(out.splitlines()))
    assert len(rows) == len(FORMATS["csv"].read(out.encode(), "out")) > 2
    assert all(row["doc_id"] == "rep.txt" for row in rows)


@pytest.mark.parametrize("count", [1, 2])
def test_label_studio_on_stdout_is_one_array(
    files: list[Path], tagger: str, capsys: pytest.CaptureFixture[str], count: int
) -> None:
    missing = Path("missing.txt")
    assert entities([missing, *files[:count]], tagger, "--format", "label-studio") == 2
    tasks = json.loads(capsys.readouterr().out)
    assert [task["data"]["text"][0] for task in tasks] == ["A", "B"][:count]


def test_warnings_follow_the_note_unless_quiet(
    tmp_path: Path, tagger: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "old.txt"
    path.write_bytes(f"\xa3 {TEXT}".encode("latin-1"))
    assert entities([path], tagger) == 0
    note, warning = capsys.readouterr().err.splitlines()
    assert note.startswith("old.txt: ")
    assert warning.startswith("old.txt: no Unicode text: read as ")
    assert entities([path], tagger, "--quiet") == 0
    assert capsys.readouterr().err == ""


def test_a_result_that_cannot_be_written_is_named_and_the_others_are_kept(
    files: list[Path], tagger: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    (out / "rep.txt.jsonl").mkdir(parents=True)
    assert entities(files, tagger, "--out", out, "--quiet") == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"secateur: error: {out / 'rep.txt.jsonl'}: Is a directory; ")
    assert (out / "2 rep.txt.jsonl").is_file()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
def test_a_full_disk_under_stdout_is_one_line(files: list[Path]) -> None:
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [sys.executable, "-m", "secateur", "view", "totals", files[0]],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert run.returncode == 1
    assert run.stderr == "secateur: error: standard output: No space left on device\n"
