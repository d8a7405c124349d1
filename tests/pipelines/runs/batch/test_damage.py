"""What is damaged in an output folder is named, and done again where that can be."""

import shutil

import batch_runs
import pytest

from secateur.pipelines.errors import SecateurError, UsageError
from secateur.pipelines.runs.batch.ledger import Ledger
from secateur.pipelines.runs.batch.plan import Member, load
from secateur.pipelines.runs.batch.run import run


@pytest.fixture(scope="module")
def begun(model, tmp_path_factory):
    """A folder, a whole run over it and the run's settings."""
    folder = batch_runs.make_folder(tmp_path_factory.mktemp("documents"), 2)
    out, chosen = tmp_path_factory.mktemp("out") / "out", batch_runs.settings(model, workers=1)
    run(folder, out, chosen)
    return folder, out, chosen


@pytest.fixture
def out(begun, tmp_path):
    return shutil.copytree(begun[1], tmp_path / "out")


@pytest.mark.parametrize(
    ("path", "number"), [("twin.txt", 0), ("year 1/reports.zip", 0), ("year 1/reports.zip", 2)]
)
@pytest.mark.parametrize("kept", [0, 30], ids=["empty", "cut off"])
def test_a_damaged_outcome_is_named_and_its_document_done_again(begun, out, path, number, kept):
    folder, whole, chosen = begun
    [item] = [item for item in load(out / "ledger/plan.jsonl") if item.path == path]
    key = Member(item, number).key if number else item.key
    entry = Ledger(out / "ledger")._path(key)
    entry.write_bytes(entry.read_bytes()[:kept])
    with pytest.raises(SecateurError, match=f"{path}: .* was damaged; .* --resume"):
        run(folder, out, chosen, resume=True)
    run(folder, out, chosen, resume=True)
    for name in ("results.jsonl", "errors.jsonl"):
        assert (out / name).read_bytes() == (whole / name).read_bytes()


@pytest.mark.parametrize("text", ["", '{"facts": {', "[]", "{}", '{"identity": 1}'])
def test_a_run_whose_settings_are_damaged_is_not_gone_on_with(begun, out, text):
    folder, _, chosen = begun
    (out / "ledger/run.json").write_text(text)
    with pytest.raises(UsageError, match=r"run\.json: is missing or damaged.*another --out"):
        run(folder, out, chosen, resume=True)


def test_a_run_whose_settings_are_gone_is_neither_begun_anew_nor_gone_on_with(begun, out):
    folder, _, chosen = begun
    (out / "ledger/run.json").unlink()
    with pytest.raises(UsageError, match=f"{out}: holds a run"):
        run(folder, out, chosen)
    with pytest.raises(UsageError, match=r"run\.json: is missing or damaged.*another --out"):
        run(folder, out, chosen, resume=True)


@pytest.mark.parametrize("damage", [b"", b'{"path": "a', b"[1]\n", b'{"other": 1}\n', b"\xff\n"])
def test_a_damaged_plan_is_made_again(begun, out, damage):
    folder, _, chosen = begun
    plan = out / "ledger/plan.jsonl"
    before = plan.read_bytes()
    plan.write_bytes(before[:400] + damage)
    run(folder, out, chosen, resume=True)
    assert plan.read_bytes() == before
