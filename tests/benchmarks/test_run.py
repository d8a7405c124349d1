"""The runner writes what every suite found, a failing one's too, and tells of failures."""

import pytest
import run
from made_records import layer_run, valued
from records import read_folder

pytestmark = pytest.mark.tree


def fails_after_one(recorder, options):
    yield valued("error", 0.1)
    raise RuntimeError("the machine is on fire")


@pytest.fixture
def suites(monkeypatch):
    made = {"layer": lambda recorder, options: layer_run(), "error": fails_after_one}
    for name, suite in made.items():
        monkeypatch.setitem(run.SUITES, name, suite)


def start(monkeypatch, *words):
    monkeypatch.setattr("sys.argv", ["run.py", *map(str, words), "--threads", "1"])
    return run.main()


def test_each_suite_has_a_file_of_its_own(suites, monkeypatch, tmp_path):
    assert start(monkeypatch, "--only", "layer", "--out", tmp_path) == 0
    assert read_folder(tmp_path) == layer_run()
    assert [path.name for path in tmp_path.iterdir()] == ["layer.jsonl"]


def test_a_failing_suite_costs_neither_its_own_records_nor_the_next(
    suites, monkeypatch, tmp_path, capsys
):
    assert start(monkeypatch, "--only", "error", "layer", "--out", tmp_path) == 1
    assert read_folder(tmp_path) == [valued("error", 0.1), *layer_run()]
    said = capsys.readouterr().err
    assert "the machine is on fire" in said
    assert "failed, and measured in part: error" in said


def test_ratios_are_told_as_they_come(suites, monkeypatch, tmp_path, capsys):
    start(monkeypatch, "--only", "layer", "--out", tmp_path)
    assert "sdpa takes 20.00x by the clock, 20.00x in processor time" in capsys.readouterr().err


def test_the_recorder_is_given_a_command_that_measures_the_same_again(monkeypatch, tmp_path):
    data = tmp_path / "data"
    (data / "finance").mkdir(parents=True)
    monkeypatch.setitem(
        run.SUITES, "layer",
        lambda recorder, options: [recorder.record("layer", "sdpa", "time", "ms", {}, [1.0])],
    )  # fmt: skip
    out = tmp_path / "out"
    start(monkeypatch, "--only", "layer", "--quick", "--data", data, "--out", out)
    (record,) = read_folder(out)
    expected = "python benchmarks/run.py --only layer --data FOLDER --quick --threads 1"
    assert record.command == expected


def test_a_folder_without_the_data_is_refused(monkeypatch, tmp_path, capsys):
    with pytest.raises(SystemExit):
        start(monkeypatch, "--data", tmp_path)
    assert "has no folder finance" in capsys.readouterr().err
