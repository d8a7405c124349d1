"""What the gate and `quality_diff` make of records and scores: made up, with nothing read."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from golden import between, gate, stored
from golden.changes import as_lines, changes, counted
from golden.stored import Stored

pytestmark = pytest.mark.tree

STORED = Stored({"report.strict.f1": 0.9}, {"report.*": 0.01, "*": 0.002}, {"*": 0.005})


def figure(text, start, **fields):
    place = {"doc": "a.html", "start": start, "end": start + len(text), "text": text}
    return {**place, "label": "MONEY", "value": 5, "unit": "USD", **fields}


OLD = {"figures": [figure("5.0", 10), figure("7", 20), figure("9", 40)]}
NEW = {"figures": [figure("5.0", 10, value=5000), figure("9", 41), figure("11", 60)]}


def judged(golden, new, scores=None):
    return gate.judge(golden, new, STORED, STORED.scores if scores is None else scores)


def test_changes_are_told_record_by_record():
    assert list(as_lines(changes(OLD, NEW))) == [
        "a.html, figures:",
        "  ~ 10: 5.0: value: 5 -> 5000",
        "  - 20: text 7, label MONEY, value 5, unit USD",
        "  + 60: text 11, label MONEY, value 5, unit USD",
        "  > 1 are the same in another place of the text",
    ]
    assert counted(changes(OLD, NEW)) == "figures: 1 added, 1 removed, 1 changed, 1 moved"


def test_the_same_records_have_no_changes():
    assert changes(OLD, OLD) == []
    assert counted([]) == "no record changed"


def test_records_that_are_alike_are_counted():
    twice = {"lists": [{"doc": "a.txt", "list": "stopped", "item": "aspirin"}] * 2}
    (change,) = changes(twice, {"lists": twice["lists"][:1]})
    assert change.sign == "-"


def test_a_kind_that_is_new_here_is_compared_too():
    (change,) = changes({}, {"statements": [{"doc": "a.html", "line": "Net sales"}]})
    assert (change.sign, change.kind) == ("+", "statements")


def test_an_unchanged_run_passes():
    assert not judged(OLD, OLD).failed


def test_more_changes_than_may_be_fail():
    (failure,) = judged(OLD, NEW).failures
    assert failure.startswith("a.html: 4 changes of 3 figures, more than the 0.5 %")


def test_a_small_share_of_a_long_document_may_differ():
    many = [figure("7", 10 * place) for place in range(400)]
    other = [replaced | {"value": 6} for replaced in many[:2]]
    assert not judged({"figures": many}, {"figures": other + many[2:]}).failed
    other = [replaced | {"value": 6} for replaced in many[:3]]
    assert judged({"figures": many}, {"figures": other + many[3:]}).failed


def test_a_kind_without_golden_records_fails():
    (failure,) = judged({}, OLD).failures
    assert failure.startswith("no golden records of kind figures")


def test_a_kind_that_is_found_no_more_fails():
    assert judged(OLD, {}).failed


@pytest.mark.parametrize(("now", "failed"), [(0.9, 0), (0.891, 0), (0.889, 1), (0.95, 0)])
def test_only_a_fall_of_more_than_the_tolerance_fails(now, failed):
    verdict = judged(OLD, OLD, {"report.strict.f1": now})
    assert verdict.failed == bool(failed)
    for line in verdict.failures:
        assert line.startswith("score report.strict.f1 fell from 0.9000 to 0.8890, more than")


def test_a_score_that_is_no_longer_measured_fails():
    (failure,) = judged(OLD, OLD, {}).failures
    assert failure.startswith("score report.strict.f1 is no longer measured")


def test_without_committed_scores_the_gate_fails():
    falls, gained = gate.judge_scores(replace(STORED, scores={}), {"report.strict.f1": 1.0})
    assert falls[0].startswith("no scores are committed")
    assert gained == ("score report.strict.f1 is new: 1.0000",)


def test_every_committed_score_and_kind_has_a_tolerance():
    for path in (stored.SCORES, stored.FULL_SCORES):
        known = stored.read_stored(path)
        assert known.scores
        assert all(known.tolerance(name) < 0.5 for name in known.scores)
    for kind in stored.read_records(stored.RESULTS):
        assert stored.read_stored(stored.SCORES).share(kind) < 0.5


def test_renewed_scores_keep_what_is_written_by_hand(tmp_path):
    path = tmp_path / "scores.toml"
    path.write_text('# Why.\n[tolerances]\n"*" = 0.1\n\n[scores]\n"old" = 1.0\n')
    stored.write_scores({"a.b": 0.25}, path)
    assert path.read_text() == '# Why.\n[tolerances]\n"*" = 0.1\n\n[scores]\n"a.b" = 0.25000\n'
    assert stored.read_stored(path).scores == {"a.b": 0.25}


def test_records_come_back_as_they_were_and_old_kinds_go(tmp_path):
    stored.write_records({"gone": [], **OLD}, tmp_path)
    stored.write_records(OLD, tmp_path)
    assert stored.read_records(tmp_path) == OLD


@pytest.fixture
def found(monkeypatch, tmp_path):
    """What a run of the command finds; nothing is read, and nothing of the tree is written."""
    state = SimpleNamespace(records=OLD, scores={"report.strict.f1": 0.9})
    scores = tmp_path / "scores.toml"
    scores.write_text('[tolerances]\n"*" = 0.01\n[records]\n"*" = 0.005\n\n[scores]\n')
    for name, value in {
        "SCORES": scores, "FULL_SCORES": scores, "RESULTS": tmp_path / "results",
        "FULL_RECORDS": tmp_path / "full", "cases": tuple, "Product": lambda: None,
        "run": lambda *_, **__: state.records, "measure": lambda *_: state.scores,
    }.items():  # fmt: skip
        monkeypatch.setattr(gate, name, value)
    return state


def command(monkeypatch, *words):
    monkeypatch.setattr("sys.argv", ["gate", *map(str, words)])
    return gate.main()


def test_the_command_writes_passes_and_fails(found, monkeypatch, capsys):
    assert command(monkeypatch) == 1
    assert command(monkeypatch, "--write") == 0
    assert command(monkeypatch) == 0
    found.records, found.scores = NEW, {"report.strict.f1": 0.5}
    assert command(monkeypatch) == 1
    said = capsys.readouterr().err
    assert "~ 10: 5.0: value: 5 -> 5000" in said
    assert "FAILED: score report.strict.f1 fell from 0.9000 to 0.5000" in said


def test_the_full_run_compares_scores_alone(found, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(gate.full, "cases", lambda _: ())
    assert command(monkeypatch, "--full", tmp_path, "--write") == 0
    found.records = NEW
    assert command(monkeypatch, "--full", tmp_path) == 0
    found.scores = {"report.strict.f1": 0.5}
    assert command(monkeypatch, "--full", tmp_path) == 1
    assert "5.0" not in capsys.readouterr().err
    assert not (tmp_path / "results").exists()


def test_the_full_run_is_skipped_with_a_reason(monkeypatch, tmp_path, capsys):
    assert command(monkeypatch, "--full", tmp_path / "none") == 0
    assert "skipped: there is no folder" in capsys.readouterr().err


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(monkeypatch, tmp_path):
    """A repository of one commit whose kernel is compiled, in place of the project."""
    root = tmp_path / "project"
    (root / "src/secateur/kernels/csrc").mkdir(parents=True)
    (root / "src/secateur/kernels/csrc/a.cpp").write_text("int a;")
    (root / "setup.py").write_text("from setuptools import setup\nsetup(name='a')\n")
    (root / ".gitignore").write_text("*.so\n*.egg-info/\n")
    git(root, "init")
    git(root, "add", ".")
    git(root, "commit", "-m", "first")
    (root / "src/secateur/kernels/_C.so").write_bytes(b"compiled")
    monkeypatch.setattr(between, "ROOT", root)
    return root


def test_two_commits_are_run_in_trees_of_their_own(repository, monkeypatch, tmp_path):
    trees = []

    def write(tree, out, full):
        kernel = tree / "src/secateur/kernels/_C.so"
        trees.append((tree == repository, kernel.read_bytes()))
        stored.write_records(NEW if trees[1:] else OLD, out)

    monkeypatch.setattr(between, "write", write)
    lines = list(between.compare(["HEAD", "."], None))
    assert trees == [(False, b"compiled"), (True, b"compiled")]
    assert lines[-1] == "figures: 1 added, 1 removed, 1 changed, 1 moved"
    assert "  ~ 10: 5.0: value: 5 -> 5000" in lines
    listed = subprocess.run(["git", "worktree", "list"], cwd=repository, capture_output=True)
    assert len(listed.stdout.splitlines()) == 1


def test_records_of_public_documents_may_not_be_written_into_the_tree(monkeypatch, capsys):
    words = ["diff", "a", "b", "--full", "data", "--out", str(between.ROOT / "out.txt")]
    monkeypatch.setattr("sys.argv", words)
    with pytest.raises(SystemExit):
        between.main()
    assert "inside the repository" in capsys.readouterr().err
