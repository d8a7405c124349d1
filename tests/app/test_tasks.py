"""What the page has done in the worker process, called as the worker calls it."""

from __future__ import annotations

from pathlib import Path

import pytest

from secateur.app.tasks import read_report
from secateur.pipelines.errors import UsageError
from secateur.pipelines.runs.options import RunOptions


def test_damaged_profile_is_told_without_its_private_folder(tmp_path: Path) -> None:
    report, profile = tmp_path / "report.txt", tmp_path / "private" / "mine.json"
    profile.parent.mkdir()
    report.write_text("Acme paid $5.")
    profile.write_text("{}")
    with pytest.raises(UsageError, match=r"^profile mine\.json: it is not a calibration profile"):
        read_report(report, RunOptions(profile=str(profile)), lambda line, share: None)
