"""What `secateur compare` says for people."""

from __future__ import annotations

from pathlib import Path

import pytest

from secateur.pipelines.cli.main import main


def test_a_document_too_short_to_be_pruned_boasts_no_speed(
    tagger: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "short.html"
    path.write_text("<p>Acme paid $5.</p>", encoding="utf-8")
    assert main(["compare", str(path), "--model", tagger, "--quiet"]) == 0
    out = capsys.readouterr().out
    assert "nothing was pruned, as documents of up to 512 tokens never are" in out
    assert "speedup" not in out
