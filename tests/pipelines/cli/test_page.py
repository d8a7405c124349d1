"""What `secateur app` does before it becomes the page's server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from secateur.pipelines.cli.page import serve

_KILLED = """
import os
from secateur.pipelines.runs.jobs.spool import Spool
spool = Spool()
spool.add('note.txt', b'words')
os.kill(os.getpid(), 9)
"""


def test_uploads_that_a_killed_page_left_go_when_the_page_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", _KILLED], env=environment, check=False)
    assert list(tmp_path.rglob("note.txt"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("os.execv", lambda *arguments: None)
    serve(8501)
    assert not list(tmp_path.iterdir())
