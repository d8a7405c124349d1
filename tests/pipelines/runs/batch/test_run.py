"""Runs over folders: what comes out, what can be resumed, and what never stops a run."""

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import batch_runs
import pytest
from pyarrow import parquet
from tiny_folders import save_decoder

from secateur.pipelines.cli.main import main
from secateur.pipelines.document.document import Document
from secateur.pipelines.errors import SecateurError, UsageError
from secateur.pipelines.finance.reader.entities import extract_all
from secateur.pipelines.ingestion.files.limits import Limits
from secateur.pipelines.ingestion.read import read_each
from secateur.pipelines.runs import durable
from secateur.pipelines.runs.batch import ledger as ledgers
from secateur.pipelines.runs.batch import manifest as manifests
from secateur.pipelines.runs.batch import run as runs
from secateur.pipelines.runs.batch.run import run
from secateur.pipelines.runs.batch.settings import BatchSettings
from secateur.pipelines.runs.models import load_model
from secateur.pipelines.runs.options import RunOptions

# Runs of the whole command: on a busy machine each of their processes takes minutes to load.
pytestmark = pytest.mark.timeout(1_200)

SECRET = "Zebediah Quackenbush"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return batch_runs.make_folder(tmp_path_factory.mktemp("documents"), 10)


@pytest.fixture(scope="module")
def done(model, folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("out") / "here"
    metrics = out.with_name("run.prom")
    report = run(folder, out, batch_runs.settings(model, workers=2), metrics=metrics)
    return out, report


def test_every_file_has_one_result_or_one_error(folder, done):
    out, report = done
    batch_runs.check_exactly_one(folder, out)
    assert (report.documents, report.results, report.errors, report.left) == (17, 14, 3, 0)
    errors = batch_runs.lines(out / "errors.jsonl")
    assert [(error["path"], error["kind"]) for error in errors] == [
        ("empty.txt", "unreadable"),
        ("image.html", "unreadable"),
        ("year 1/reports.zip!image.html", "unreadable"),
    ]
    for error in errors[1:]:
        assert error["message"].startswith(f"{error['path']}: ")
        assert "PNG" in error["message"]


def test_results_are_those_of_each_document_alone(folder, model, done):
    loaded = load_model("finance", RunOptions(model=str(model)))
    documents = {
        f"{path.parent.relative_to(folder) / document.doc_id}": document
        for path in folder.rglob("*.*")
        for document in read_each(path)
        if isinstance(document, Document)
    }
    for record in batch_runs.lines(done[0] / "results.jsonl"):
        found = extract_all(documents[record["path"]], loaded.model, loaded.tokenizer)
        expected = [(e.start, e.end, e.label) for e in found.entities]
        assert [(e["start"], e["end"], e["label"]) for e in record["entities"]] == expected
        assert record["tokens"] == found.tokens
        scores = [e.score for e in found.entities]
        assert [e["score"] for e in record["entities"]] == pytest.approx(scores, abs=2e-4)


def test_manifest_tells_inputs_model_versions_settings_counts_and_times(done):
    manifest = json.loads((done[0] / "manifest.json").read_text())
    keys = {"settings", "model", "versions", "counts", "times", "documents", "folder"}
    assert keys <= manifest.keys()
    assert len(manifest["model"]["sha256"]) == 64
    counted = {key: manifest["counts"][key] for key in ("documents", "result", "error")}
    assert counted == {"documents": 17, "result": 14, "error": 3}
    twins = [row["sha256"] for row in manifest["documents"] if "twin" in row["path"]]
    assert len(twins) == 2
    assert len(set(twins)) == 1


def test_workers_make_no_difference(folder, model, done, tmp_path):
    run(folder, tmp_path / "out", batch_runs.settings(model, workers=1))
    assert batch_runs.outputs(tmp_path / "out") == batch_runs.outputs(done[0])


def test_counters_are_in_prometheus_text_form(done):
    text = done[0].with_name("run.prom").read_text()
    assert 'documents_total{pipeline="finance",outcome="result"} 14' in text
    for line in text.splitlines():
        assert line.startswith(("# HELP ", "# TYPE ", "secateur_batch_"))


def test_a_run_is_gone_on_with_only_on_demand(folder, model, done):
    with pytest.raises(UsageError, match="--resume"):
        run(folder, done[0], batch_runs.settings(model))


@pytest.mark.parametrize(
    ("change", "refusal"),
    [({"batch_mib": 8}, "batch_mib 64, not 8"), ({"threads": 2}, "threads 1, not 2")],
    ids=["batch_mib", "threads"],
)
def test_a_run_is_gone_on_with_by_the_same_settings_only(change, refusal, folder, model, done):
    with pytest.raises(UsageError, match=refusal):
        run(folder, done[0], batch_runs.settings(model, **change), resume=True)


def test_limits_that_a_run_was_begun_with_cannot_be_left_out_later(model, tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    (folder / "a.txt").write_text("Acme Inc. paid nobody.")
    bounded = RunOptions(model=str(model), limits=Limits(pages=7))
    run(folder, out, batch_runs.settings(model, options=bounded))
    with pytest.raises(UsageError, match=r"limits \{'pages': 7\}, not \{\}"):
        run(folder, out, batch_runs.settings(model), resume=True)


def test_new_and_changed_files_are_done_by_a_resumed_run(model, tmp_path):
    own = batch_runs.make_folder(tmp_path / "documents", 3)
    out, chosen = tmp_path / "out", batch_runs.settings(model, workers=1)
    run(own, out, chosen)
    before = {record["path"]: record for record in batch_runs.lines(out / "results.jsonl")}
    (own / "new.txt").write_text("Initech Ltd. is new.")
    (own / "twin.txt").write_text("Not a twin any more.")
    (own / "year 1/001.txt").unlink()
    run(own, out, chosen, resume=True)
    batch_runs.check_exactly_one(own, out)
    after = {record["path"]: record for record in batch_runs.lines(out / "results.jsonl")}
    assert set(after) - set(before) == {"new.txt"}
    assert after["twin.txt"]["sha256"] != before["twin.txt"]["sha256"]
    assert after["year 0/000.html"] == before["year 0/000.html"]


def test_no_manifest_is_beside_results_of_another_run(folder, model, done, tmp_path, monkeypatch):
    out, chosen = tmp_path / "out", batch_runs.settings(model, exclude=("twin.txt",))
    shutil.copytree(done[0], out)

    @contextmanager
    def end_before_the_manifest(path, within=None):
        with durable.replacing(path, within) as file:
            yield file
            if path.name == manifests.MANIFEST:
                raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(manifests, "replacing", end_before_the_manifest)
        with pytest.raises(KeyboardInterrupt):
            run(folder, out, chosen, resume=True)
    assert len(batch_runs.lines(out / "results.jsonl")) == 12
    assert not (out / manifests.MANIFEST).exists()
    run(folder, out, chosen, resume=True)
    assert (out / manifests.MANIFEST).exists()


def test_results_of_another_format_are_the_same_and_replace_earlier_ones(
    folder, model, done, tmp_path
):
    out = tmp_path / "out"
    shutil.copytree(done[0], out)
    run(folder, out, batch_runs.settings(model, format="parquet"), resume=True)
    rows = parquet.read_table(out / "results.parquet").to_pylist()
    for row in rows:
        row["dropped"] = dict(row["dropped"])
    assert rows == batch_runs.lines(done[0] / "results.jsonl")
    assert not (out / "results.jsonl").exists()
    run(folder, out, batch_runs.settings(model), resume=True)
    assert batch_runs.outputs(out) == batch_runs.outputs(done[0])
    assert not (out / "results.parquet").exists()


def test_what_a_killed_worker_left_half_written_is_gone(folder, model, tmp_path, monkeypatch):
    prepare = ledgers.Ledger._prepare

    def prepare_and_litter(ledger):
        staging = prepare(ledger)
        (staging / f"{durable.UNFINISHED}1-lost.json").touch()
        return staging

    monkeypatch.setattr(ledgers.Ledger, "_prepare", prepare_and_litter)
    run(folder, tmp_path / "out", batch_runs.settings(model))
    batch_runs.check_exactly_one(folder, tmp_path / "out")


def test_results_are_not_put_among_the_documents(folder, model):
    before = sorted(folder.rglob("*"))
    with pytest.raises(UsageError, match="give another --out"):
        run(folder, folder, batch_runs.settings(model))
    assert sorted(folder.rglob("*")) == before


def test_two_runs_cannot_write_to_one_folder(folder, model, tmp_path):
    with (
        ledgers.Ledger(tmp_path / "out/ledger").open(),
        pytest.raises(UsageError, match="another run"),
    ):
        run(folder, tmp_path / "out", batch_runs.settings(model))


def test_a_model_that_is_not_there_stops_the_run_with_one_line(folder, tmp_path, capsys):
    arguments = ["batch", str(folder), "--pipeline", "finance", "--out", str(tmp_path / "out")]
    assert main([*arguments, "--model", str(tmp_path / "none")]) == 1
    assert "none" in capsys.readouterr().err.strip().splitlines()[-1]


def test_workers_that_stand_elsewhere_are_told_whole_paths(folder, tmp_path, monkeypatch):
    told = []

    def engine(grouped, job, *others):
        told.append(job.options)
        yield from ()

    monkeypatch.setattr(runs, "_engine", engine)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own").mkdir()
    (tmp_path / "own.json").touch()
    options = RunOptions(model="own", profile="own.json")
    with pytest.raises(SecateurError, match="run again with --resume"):
        run(folder, tmp_path / "out", BatchSettings("finance", options))
    assert told == [RunOptions(model=f"{tmp_path}/own", profile=f"{tmp_path}/own.json")]


def test_a_run_that_never_had_its_model_is_begun_anew(model, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("Acme Inc. paid nobody.")
    out = tmp_path / "out"
    with pytest.raises(UsageError, match="mistyped"):
        run(tmp_path / "in", out, batch_runs.settings(tmp_path / "mistyped"))
    assert run(tmp_path / "in", out, batch_runs.settings(model)).results == 1


def test_a_run_with_outcomes_is_not_begun_anew_though_nobody_told_of_its_model(
    folder, model, done, tmp_path
):
    out = tmp_path / "out"
    shutil.copytree(done[0], out)
    # So a Ray cluster leaves it that was lost after the first outcome, before an actor answered.
    state = json.loads((out / "ledger/run.json").read_text())
    (out / "ledger/run.json").write_text(json.dumps(state | {"facts": {}}))
    with pytest.raises(UsageError, match="--resume"):
        run(folder, out, batch_runs.settings(model, batch_mib=8))
    with pytest.raises(UsageError, match="batch_mib 64, not 8"):
        run(folder, out, batch_runs.settings(model, batch_mib=8), resume=True)


def test_command_exits_with_two_when_some_files_are_bad(folder, model, tmp_path, capsys):
    out = tmp_path / "out"
    arguments = ["batch", str(folder), "--pipeline", "finance", "--out", str(out)]
    arguments += ["--model", str(model), "--include", "*win.txt", "--include", "empty*"]
    assert main(arguments) == 2
    written = capsys.readouterr()
    assert written.out == ""
    assert "documents/s" in written.err
    assert len(batch_runs.lines(out / "results.jsonl")) == 2


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ({"--out": "file"}, "file: is a file; give a folder"),
        ({"--out": "file/below"}, "below: the folder cannot be made (Not a directory)"),
        ({"--metrics": "."}, "--metrics .: is a folder; give a file in it"),
        ({"--metrics": "none/run.prom"}, "--metrics none/run.prom: its folder does not exist"),
    ],
)
def test_no_place_to_write_to_is_told_before_anything_is_read(
    folder, tmp_path, capsys, monkeypatch, places, said
):
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    monkeypatch.setattr(runs, "_plan", None)
    arguments = {"--pipeline": "finance", "--out": "out", **places}
    words = (word for pair in arguments.items() for word in pair)
    assert main(["batch", str(folder), *words]) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("style", ["handover", "brief"])
def test_notes_become_summaries(tmp_path, style):
    notes = tmp_path / "notes"
    notes.mkdir()
    for number in range(2):
        (notes / f"{number}.txt").write_text("HISTORY: A cough.\n\nPLAN: Rest for one week. " * 3)
    model = save_decoder(tmp_path / "model")
    run(
        notes,
        tmp_path / "out",
        batch_runs.settings(model, pipeline="clinical", style=style, workers=1),
    )
    records = batch_runs.lines(tmp_path / "out/results.jsonl")
    assert [record["path"] for record in records] == ["0.txt", "1.txt"]
    name, fields = {
        "handover": ("handover", {"text", "sections", "words", "limit"}),
        "brief": ("summary", {"summary", "sentences", "attention"}),
    }[style]
    assert fields <= records[0][name].keys()
    assert "timings" not in records[0][name]


def test_text_is_in_results_only(model, tmp_path, capfd):
    folder, out = tmp_path / "documents", tmp_path / "out"
    folder.mkdir()
    (folder / "good.txt").write_text(f"{SECRET} earned $5 million. " * 4)
    (folder / "bad.txt").write_bytes(f"{SECRET} ".encode() + bytes(range(9)) * 99)
    (folder / "broken.txt").write_text(f"{SECRET} earned nothing.")
    process = batch_runs.start(
        folder, out, batch_runs.settings(model, start="fork"), faults={"broken.txt": "exit"}
    )
    process.join()
    for name in ("log.jsonl", "errors.jsonl", "manifest.json"):
        assert SECRET not in (out / name).read_text()
    assert SECRET not in "".join(capfd.readouterr())


# Each limit in a run of its own: on a busy machine memory fills more slowly than time passes.
@pytest.mark.parametrize(
    ("fault", "kind", "limits"),
    [
        ("hang", "time", {}),
        ("allocate", "memory", {"memory_limit_mib": 1_200}),
        ("exit", "lost", {}),
    ],
    ids=["slow", "huge", "deadly"],
)
def test_a_document_past_its_limits_is_an_error(fault, kind, limits, folder, model, done, tmp_path):
    chosen = batch_runs.settings(model, workers=2, start="fork", **limits)
    process = batch_runs.start(folder, tmp_path / "out", chosen, faults={"001.txt": fault})
    process.join()
    assert process.exitcode == 0
    batch_runs.check_exactly_one(folder, tmp_path / "out")
    errors = batch_runs.lines(tmp_path / "out/errors.jsonl")
    kinds = {error["path"]: error["kind"] for error in errors if error["kind"] != "unreadable"}
    assert kinds == {"year 1/001.txt": kind}
    expected = {r["path"]: r for r in batch_runs.lines(done[0] / "results.jsonl")}
    for record in batch_runs.lines(tmp_path / "out/results.jsonl"):
        assert record == expected[record["path"]]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_a_signal_finishes_what_is_in_hand(number, model, tmp_path):
    folder, out = tmp_path / "documents", tmp_path / "out"
    folder.mkdir()
    # Long enough to be groups of their own.
    for name in "abcd":
        (folder / f"{name}.txt").write_text(f"Acme {name} Corp. earned $1.2 million. " * 250)
    chosen = batch_runs.settings(model, workers=1, start="fork")
    slow = {f"{name}.txt": "wait" for name in "bcd"}
    process = batch_runs.start(folder, out, chosen, faults=slow)
    marks = [batch_runs.begun_mark(out, name) for name in slow]
    batch_runs.wait_for(lambda: any(mark.exists() for mark in marks), process)
    # To the whole group, as a terminal and a service manager send it.
    os.killpg(process.pid, number)
    process.join()
    assert process.exitcode == batch_runs.STOPPED
    assert len(list(out.glob("ledger/*/[!.]*.gz"))) in (1, 2)
    assert not (out / "results.jsonl").exists()
    assert "worker lost" not in (out / "log.jsonl").read_text()
    process = batch_runs.start(folder, out, chosen)
    process.join()
    assert process.exitcode == 0
    batch_runs.check_exactly_one(folder, out)


def test_ctrl_c_while_workers_start_ends_the_run_in_order(folder, model, tmp_path):
    command = [sys.executable, "-P", "-m", "secateur", "batch", folder]
    command += ["--pipeline", "finance", "--model", model, "--out", tmp_path / "out"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)

    def workers_start():
        commands = map(batch_runs.command_of, batch_runs.children(process))
        return any(b"forkserver" in command for command in commands)

    batch_runs.wait_for(workers_start, process)
    # To the server of forks too, as a terminal sends it.
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate()[1]
    assert "run again with --resume" in said
    assert "Traceback" not in said
    assert process.returncode == 2


def test_a_signal_does_not_wait_until_the_server_of_forks_is_loaded(folder, model, tmp_path):
    (tmp_path / "never_loaded.py").write_text(
        "import pathlib, time\n"
        f"here = pathlib.Path({str(tmp_path)!r})\n"
        "(here / 'loading').touch()\n"
        "while not (here / 'stopped').exists(): time.sleep(0.02)\n"
    )
    arguments = ["batch", folder, "--pipeline", "finance", "--model", model]
    arguments = [*map(str, arguments), "--out", str(tmp_path / "out")]
    code = (
        "import sys\n"
        "from secateur.pipelines.cli.main import main\n"
        "from secateur.pipelines.runs.batch import forks\n"
        "forks._LOADED = ['never_loaded']\n"
        f"sys.exit(main({arguments}))\n"
    )
    paths = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    said = tmp_path / "said"
    with (
        said.open("w") as err,
        subprocess.Popen(
            [sys.executable, "-P", "-c", code], stderr=err, env=os.environ | {"PYTHONPATH": paths}
        ) as process,
    ):
        try:
            batch_runs.wait_for((tmp_path / "loading").exists, process)
            process.send_signal(signal.SIGTERM)
            assert process.wait() == 2
        finally:
            (tmp_path / "stopped").touch()
            process.kill()
    assert "run again with --resume" in said.read_text()
    assert "Traceback" not in said.read_text()


def test_a_full_disk_stops_the_run_and_loses_nothing(folder, model, done, tmp_path):
    out, chosen = tmp_path / "out", batch_runs.settings(model, workers=1, start="fork")
    for files in (1, 4, 9):
        process = batch_runs.start(folder, out, chosen, full_after=files)
        process.join()
        assert process.exitcode == batch_runs.FAILED
        assert "No space left" in batch_runs.failure_of(out).read_text()
    batch_runs.start(folder, out, chosen).join()
    batch_runs.check_exactly_one(folder, out)
    assert batch_runs.outputs(out) == batch_runs.outputs(done[0])


def test_a_real_full_file_system_is_survived(folder, model, done, tmp_path):
    out = tmp_path / "small"
    out.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=40k,nr_inodes=2000", "tmpfs", str(out)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a file system")
    try:
        chosen = batch_runs.settings(model, workers=2, start="fork")
        process = batch_runs.start(folder, out, chosen)
        process.join()
        assert process.exitcode == batch_runs.FAILED
        subprocess.run(["mount", "-o", "remount,size=8m", str(out)], check=True)
        assert not list(out.rglob("results.jsonl"))
        process = batch_runs.start(folder, out, chosen)
        process.join()
        assert process.exitcode == 0
        assert batch_runs.outputs(out) == batch_runs.outputs(done[0])
    finally:
        subprocess.run(["umount", str(out)], check=True)
