"""The gate passes, fails, and keeps still on another machine: on records that are made up."""

from dataclasses import replace

import check
import pytest
from made_records import MACHINE, layer_run, valued
from records import write

pytestmark = pytest.mark.tree

OTHER = {**MACHINE, "cpu": "Another CPU"}


def on(machine, records):
    return [replace(record, machine=machine) for record in records]


def test_the_same_run_passes():
    verdict = check.compare(layer_run(), layer_run())
    assert not verdict.failed
    assert (verdict.ratios, verdict.lost, verdict.other_machine) == (2, (), "")


@pytest.mark.parametrize(
    ("native_ms", "lost"), [(40.0, 0), (50.0, 0), (57.0, 0), (60.0, 1), (500.0, 1)]
)
def test_only_a_loss_of_more_than_15_percent_fails(native_ms, lost):
    verdict = check.compare(layer_run(), layer_run(native_ms))
    assert (len(verdict.lost), verdict.failed) == (lost, bool(lost))


def test_a_machine_that_is_slower_on_both_sides_has_lost_nothing():
    slower = [
        replace(record, samples=tuple(3 * value for value in record.samples))
        for record in layer_run()
    ]
    assert not check.compare(layer_run(), slower).failed


def test_the_lost_ratio_is_named_with_both_values():
    (line,) = check.compare(layer_run(), layer_run(100.0)).lost
    assert "native" in line
    assert "sparsity=0.9" in line
    assert line.endswith("10.00x, was 20.00x")


def test_another_machine_compares_no_times_and_says_so():
    error = valued("error", 0.1)
    verdict = check.compare([*layer_run(), error], on(OTHER, [*layer_run(500.0), error]))
    assert not verdict.failed
    assert (verdict.ratios, verdict.values) == (0, 1)
    assert "Another CPU" in verdict.other_machine
    assert "Some CPU" in verdict.other_machine


def test_suites_measured_elsewhere_leave_the_rest_compared():
    elsewhere = [replace(record, suite="calls") for record in on(OTHER, layer_run())]
    verdict = check.compare([*layer_run(), *elsewhere], layer_run(60.0))
    assert (verdict.ratios, len(verdict.lost), verdict.other_machine) == (2, 1, "")


def test_values_are_compared_on_another_machine_too():
    new = on(OTHER, [*layer_run(), valued("error", 0.2)])
    verdict = check.compare([*layer_run(), valued("error", 0.1)], new)
    assert verdict.failed
    assert verdict.lost == ("error rule dap error n=2048 value=1.0: 0.2000, was 0.1000",)


@pytest.mark.parametrize(
    ("better", "now", "lost"),
    [("lower", 0.11, 0), ("lower", 0.12, 1), ("higher", 0.12, 0), ("higher", 0.08, 1)],
)
def test_a_value_loses_in_its_own_direction(better, now, lost):
    old, new = (valued("f1", value, better=better) for value in (0.1, now))
    assert len(check.compare([*layer_run(), old], [*layer_run(), new]).lost) == lost


def test_values_do_not_depend_on_threads():
    old = valued("error", 0.1)
    new = replace(old, samples=(0.9,), setting={**old.setting, "threads": 1})
    assert check.compare([*layer_run(), old], [*layer_run(), new]).values == 1


def test_nothing_in_common_on_the_same_machine_fails():
    new = [replace(record, setting={**record.setting, "n": 4}) for record in layer_run()]
    verdict = check.compare(layer_run(), new)
    assert verdict.failed
    assert (verdict.ratios, verdict.lost) == (0, ())


def test_nothing_in_common_on_another_machine_fails():
    verdict = check.compare(layer_run(), on(OTHER, layer_run()))
    assert verdict.failed
    assert (verdict.values, verdict.lost) == (0, ())


def test_processor_time_is_compared_where_asked_for():
    busy = [replace(layer_run()[2], samples=(900.0,)), *layer_run()[:2]]
    assert check.compare(layer_run(), busy).failed
    assert not check.compare(layer_run(), busy, clock="cpu").failed


@pytest.mark.parametrize(
    ("new", "code", "said"),
    [
        (layer_run(), 0, "2 ratios and 0 values compared, 0 lost"),
        (layer_run(100.0), 1, "lost more than 15%"),
        (on(OTHER, [*layer_run(100.0), valued("error", 0.1)]), 0, "another kind of machine"),
        (on(OTHER, layer_run()), 1, "nothing was compared"),
        (on(MACHINE, [valued("error", 0.1)]), 1, "no ratio was compared"),
    ],
    ids=["pass", "fail", "other machine", "nothing", "no ratio"],
)
def test_the_command(tmp_path, monkeypatch, capsys, new, code, said):
    write([*layer_run(), valued("error", 0.1)], tmp_path / "old" / "layer.jsonl")
    write(new, tmp_path / "new" / "layer.jsonl")
    words = ["check.py", str(tmp_path / "new"), "--results", str(tmp_path / "old")]
    monkeypatch.setattr("sys.argv", words)
    assert check.main() == code
    assert said in capsys.readouterr().err


def test_an_empty_folder_is_refused(tmp_path, monkeypatch, capsys):
    write(layer_run(), tmp_path / "old" / "layer.jsonl")
    words = ["check.py", str(tmp_path), "--results", str(tmp_path / "old")]
    monkeypatch.setattr("sys.argv", words)
    with pytest.raises(SystemExit):
        check.main()
    assert "no results in" in capsys.readouterr().err
