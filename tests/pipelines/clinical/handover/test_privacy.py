"""Nothing of a note reaches logs, messages or files that nobody asked for."""

from __future__ import annotations

import json
import logging
import tempfile
import zipfile
from pathlib import Path

import pytest

from secateur.pipelines.cli.main import main

SECRET = "Quackenbush"
NOTE = f"HPI: Mr. {SECRET} has asthma and takes albuterol 90 mcg. He denies fever.\n"


def _damaged(kind):
    """Files that cannot be read, each with the secret inside."""
    if kind == "binary.txt":
        return NOTE.encode() + bytes(range(32)) * 200
    if kind == "broken.xml":
        return f'<ClinicalDocument xmlns="urn:hl7-org:v3"><text>{NOTE}'.encode()
    if kind == "broken.json":
        return f'{{"resourceType": "Bundle", "entry": "{NOTE.strip()}"}}'.encode()
    if kind == "broken.pdf":
        return b"%PDF-1.7\n" + NOTE.encode() * 20
    return b"{\\rtf1 " + NOTE.encode() + b"{\\bin99999 " + bytes(50)


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The only folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


def _holding(folder: Path, out: Path | None = None) -> list[Path]:
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and path.parent != out and SECRET.encode() in path.read_bytes()
    ]


@pytest.mark.parametrize(
    "options", [["--format", "json"], ["--format", "json", "--deidentify"], ["--style", "brief"]]
)
def test_a_summary_leaves_nothing_but_its_result(
    options, decoder, tmp_path, temporary, monkeypatch, capfd, caplog
):
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    note, out = tmp_path / "in" / "note.txt", tmp_path / "out"
    note.parent.mkdir()
    note.write_text(NOTE + "PLAN: follow up in two weeks.\n")
    caplog.set_level(logging.DEBUG)
    model = ["--model", decoder] if "brief" in options else []
    assert main(["summarize", str(note), "--out", str(out), *options, *model]) == 0
    captured = capfd.readouterr()
    assert SECRET not in captured.out + captured.err + caplog.text
    assert list(temporary.iterdir()) == []
    assert _holding(tmp_path, out) == [note]
    assert {path.name for path in out.iterdir()} == {".secateur", "note.txt.json"}
    assert json.loads((out / "note.txt.json").read_text())["doc_id"] == "note.txt"


@pytest.mark.parametrize(
    "kind", ["binary.txt", "broken.xml", "broken.json", "broken.pdf", "broken.rtf"]
)
def test_a_damaged_file_tells_nothing_of_its_content(
    kind, decoder, tmp_path, temporary, capfd, caplog
):
    note = tmp_path / kind
    note.write_bytes(_damaged(kind))
    caplog.set_level(logging.DEBUG)
    main(
        [
            "summarize",
            str(note),
            "--style",
            "brief",
            "--model",
            decoder,
            "--out",
            str(tmp_path / "out"),
        ]
    )
    captured = capfd.readouterr()
    assert SECRET not in captured.out + captured.err + caplog.text
    assert list(temporary.iterdir()) == []


def test_an_archive_is_unpacked_in_memory(decoder, tmp_path, temporary, capfd, caplog):
    archive = tmp_path / "notes.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.txt", NOTE)
        file.writestr("b.pdf", _damaged("broken.pdf"))
    caplog.set_level(logging.DEBUG)
    main(
        [
            "summarize",
            str(archive),
            "--style",
            "brief",
            "--model",
            decoder,
            "--out",
            str(tmp_path / "out"),
        ]
    )
    captured = capfd.readouterr()
    assert SECRET not in captured.out + captured.err + caplog.text
    assert list(temporary.iterdir()) == []
    assert _holding(tmp_path, tmp_path / "out") == []
