"""The training guide's files and commands, run in their order on the sample contracts."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from secateur.pipelines.cli.main import main

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "training.md"
_BLOCK = re.compile(r"```(toml|sh)\n(.*?)```", re.DOTALL)


@pytest.mark.slow
@pytest.mark.tree
@pytest.mark.timeout(1800)
@pytest.mark.filterwarnings("default")
def test_the_guide_leads_to_a_model_that_finds_what_it_learnt(
    tmp_path, data_samples, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(data_samples / "contracts", tmp_path / "contracts")
    commands = 0
    for kind, block in _BLOCK.findall(GUIDE.read_text()):
        if kind == "toml":
            name = block.split("\n", 1)[0].removeprefix("# ")
            (tmp_path / name).write_text(block)
            continue
        for line in block.strip().splitlines():
            words = shlex.split(line)
            if words[0] == "secateur":
                assert main(words[1:]) == 0, line
                commands += 1
            else:
                subprocess.run(line, shell=True, check=True, cwd=tmp_path)
    assert commands >= 9
    told = capsys.readouterr().out
    scores = re.findall(r"^strict\s+[\d.]+\s+[\d.]+\s+([\d.]+)", told, re.MULTILINE)
    assert len(scores) == 2
    assert min(map(float, scores)) > 0.5
    assert "validated on contracts: 1 document" in (tmp_path / "model" / "README.md").read_text()
