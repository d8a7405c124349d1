"""Broken files by the thousand: a short run here, SECATEUR_FUZZ_INPUTS of them in `make fuzz`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

INPUTS = int(os.environ.get("SECATEUR_FUZZ_INPUTS", "300"))
SCRIPT = Path(__file__).with_name("fuzz_ingestion.py")
COUNTS = {
    "hypothesis": r"(\d+) inputs by hypothesis",
    "corpus": r"(\d+) files of the corpus",
    "atheris": r"number_of_executed_units: (\d+)",
}


@pytest.mark.timeout(max(300, INPUTS))
@pytest.mark.parametrize("engine", ["hypothesis", "atheris"])
def test_only_documents_and_our_own_errors(tmp_path: Path, engine: str) -> None:
    if engine == "atheris":
        pytest.importorskip("atheris", reason="atheris is not installed")
    share = INPUTS // 2
    assert run(engine, share, tmp_path) >= share


@pytest.mark.slow
def test_hostile_corpus_in_bounded_memory(tmp_path: Path) -> None:
    assert run("corpus", 0, tmp_path) >= 200


def run(engine: str, inputs: int, scratch: Path) -> int:
    """How many inputs were fed; it has failed if one was not ended well, or left a file behind."""
    command = [sys.executable, str(SCRIPT), engine, str(inputs), str(scratch)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = done.stderr + done.stdout  # what ended the process stands in the latter
    assert done.returncode == 0, said[-4_000:]
    (tried,) = re.findall(COUNTS[engine], said)
    assert list((scratch / "temporary").iterdir()) == []
    return int(tried)
