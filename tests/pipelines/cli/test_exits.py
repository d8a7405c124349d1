"""What commands say of failures."""

from __future__ import annotations

import pytest

from secateur.pipelines.cli.main import main


@pytest.mark.parametrize(
    "name", ["\x1b]0;owned\x07.txt", "a\nsecateur: error: b.txt", "\u202ea.txt"]
)
def test_a_name_cannot_steer_the_terminal(name, capsys) -> None:
    assert main(["summarize", name]) == 1
    told = capsys.readouterr().err
    assert told.endswith("\n")
    assert told[:-1].isprintable()
    assert "no such file" in told
