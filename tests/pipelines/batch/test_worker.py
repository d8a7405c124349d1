"""A worker process whose run is gone."""

import os
from multiprocessing import Pipe

import batch_runs
import pytest
from tiny_folders import save_tagger

from secateur.pipelines.batch.ledger import Ledger
from secateur.pipelines.batch.plan import identify
from secateur.pipelines.batch.work import Job, Worker
from secateur.pipelines.batch.worker import _teller
from secateur.pipelines.models import RunOptions


def test_it_ends_and_blames_no_document(tmp_path, monkeypatch):
    options = RunOptions(model=str(save_tagger(tmp_path / "model")))
    (tmp_path / "in").mkdir()
    batch_runs.write_zip(tmp_path / "in/all.zip", [("a.txt", b"Acme Corp. paid $3. " * 9)])
    (item,) = identify(tmp_path / "in", ["all.zip"], [], lambda count: None)
    ledger = Ledger(tmp_path / "ledger")
    run, line = Pipe()
    tell = _teller(line)

    def tell_until_the_run_dies(kind, value):
        tell(kind, value)
        run.close()

    def leave(code):
        raise SystemExit(code)

    monkeypatch.setattr(os, "_exit", leave)
    with ledger.open() as staging:
        job = Job(
            folder=tmp_path / "in", ledger=ledger.folder, staging=staging, pipeline="finance",
            options=options, threads=1, batch_mib=64, exact_up_to=512,
        )  # fmt: skip
        with pytest.raises(SystemExit, match="1"):
            Worker(job).process((item,), tell_until_the_run_dies, lambda: False)
        assert list(ledger.keys()) == []
