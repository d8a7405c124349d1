"""A record says what, where and how widely spread, and comes back from its file."""

import json
from dataclasses import replace

import pytest
from made_records import layer_run, timed, valued
from records import Recorder, one, ratio, read_folder, rivals_of, select, write

pytestmark = pytest.mark.tree


def test_records_come_back_from_their_files(tmp_path):
    records = [*layer_run(), valued("error", 0.1)]
    write(records[:3], tmp_path / "a.jsonl")
    write(records[3:], tmp_path / "b.jsonl")
    assert read_folder(tmp_path) == records


def test_a_line_carries_all_that_a_reader_needs(tmp_path):
    write(layer_run()[:1], tmp_path / "a.jsonl")
    line = json.loads((tmp_path / "a.jsonl").read_text())
    assert (line["repeats"], line["min"], line["median"], line["max"]) == (3, 1000, 1050, 1100)
    for name in ("machine", "versions", "commit", "command", "date", "setting", "unit", "metric"):
        assert line[name], name
    assert {"dtype", "threads"} <= line["setting"].keys()


def test_the_recorder_fills_in_machine_versions_and_command():
    record = Recorder("layer", "python benchmarks/run.py").record(
        "layer", "dap", "f1", "", {"n": 1}, [0.5], better="higher"
    )
    assert {"cpu", "cores", "isa", "threads"} == record.machine.keys()
    assert {"python", "secateur", "torch", "transformers"} == record.versions.keys()
    assert record.setting["threads"] == record.machine["threads"]
    assert record.command == "python benchmarks/run.py"


@pytest.mark.parametrize("line", ["{}", "[1]", "no JSON", '{"suite": "x"}'])
def test_a_damaged_line_is_named(tmp_path, line):
    write(layer_run()[:1], tmp_path / "a.jsonl")
    with (tmp_path / "a.jsonl").open("a") as file:
        file.write(line + "\n")
    with pytest.raises(ValueError, match=r"a\.jsonl:2 is no record"):
        read_folder(tmp_path)


def test_a_record_without_samples_is_refused(tmp_path):
    write(layer_run()[:1], tmp_path / "a.jsonl")
    line = json.loads((tmp_path / "a.jsonl").read_text())
    (tmp_path / "a.jsonl").write_text(json.dumps(line | {"samples": []}))
    with pytest.raises(ValueError, match="no samples"):
        read_folder(tmp_path)


def test_the_ratio_is_of_the_bests_and_its_spread_of_neighbours():
    found = ratio(timed("sdpa", 100.0, 120.0), timed("native", 10.0, 8.0))
    assert (found.value, found.low, found.high) == (12.5, 10.0, 15.0)


def test_the_ratio_by_processor_time():
    ours = replace(timed("native", 10.0), cpu_samples=(5.0,))
    assert ratio(timed("sdpa", 100.0), ours, "cpu").value == 40


def test_the_best_of_a_score_is_the_highest():
    assert valued("f1", 0.5, better="higher", samples=(0.5, 0.7)).best == 0.7


def test_all_keys_stand_beside_every_sparsity_of_the_same_setting():
    sdpa, exact, sparse = layer_run()
    other = timed("sdpa", 5.0, n=512)
    for ours in (exact, sparse):
        assert rivals_of(ours, [sdpa, other, exact]) == [sdpa]
    assert rivals_of(sdpa, [sdpa, other]) == []


def test_a_rival_with_a_sparsity_of_its_own_stands_beside_that_one():
    rival, ours = (timed(m, 5.0, figure="call", sparsity=0.9) for m in ("sdpa", "native"))
    wrong = timed("sdpa", 5.0, figure="call", sparsity=0.8)
    assert rivals_of(ours, [rival, wrong]) == [rival]


def test_records_are_found_by_field_and_by_setting():
    records = layer_run()
    assert select(records, method="native", sparsity=0.9) == records[2:]
    assert one(records, method="eager") is None
    with pytest.raises(ValueError, match="2 records"):
        one(records, method="native")
