"""What people give functions in place of a document or a path, from Python."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from secateur.pipelines.errors import UsageError
from secateur.pipelines.evaluation.entities import evaluate_files
from secateur.pipelines.evaluation.summaries import evaluate_summaries
from secateur.pipelines.export.formats import FORMATS, files_of, read_entities
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.runs.batch.run import run
from secateur.pipelines.runs.batch.settings import BatchSettings
from secateur.pipelines.runs.models import read_profile
from secateur.pipelines.runs.options import RunOptions


def test_an_unknown_format_is_told_those_that_there_are(tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_text("Sales rose.")
    with pytest.raises(UsageError, match=f"unknown format 'xls'; one of {', '.join(FORMATS)}"):
        files_of(read(file), (), "xls")


@pytest.mark.parametrize(
    "function",
    [
        lambda path: read_entities(f"{path}.jsonl"),
        lambda path: evaluate_files(f"{path}.jsonl", f"{path}.jsonl"),
        lambda path: evaluate_summaries(f"{path}.jsonl", f"{path}.jsonl", path),
        lambda path: run(path, f"{path} out", BatchSettings("finance"), metrics=f"{path}.prom"),
    ],
    ids="read_entities evaluate_files evaluate_summaries run".split(),
)
def test_a_path_may_be_text(function: Callable[[str], object], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="missing"):
        function(str(tmp_path / "missing"))


def test_a_profile_may_be_a_path(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"missing\.json"):
        read_profile(tmp_path / "missing.json", "finance")


def test_a_run_with_a_profile_given_as_a_path_is_the_same_run(tmp_path: Path) -> None:
    file = tmp_path / "legal.json"
    file.touch()
    runs = [BatchSettings("finance", RunOptions(profile=name)) for name in (file, str(file))]
    assert runs[0].identity() == runs[1].identity()
    assert json.dumps(runs[0].identity())
