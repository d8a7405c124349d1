"""What a run over a folder is asked to do."""

import os

from secateur.pipelines.runs.batch.settings import BatchSettings
from secateur.pipelines.runs.options import RunOptions


def test_workers_are_one_a_core_where_no_system_call_tells_whose_the_cores_are(monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)  # as on macOS
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    assert BatchSettings("finance", RunOptions(device="cpu")).worker_count() == 3
