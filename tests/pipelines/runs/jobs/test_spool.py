"""Uploads on disk: private, harmless names, gone with their owner."""

from __future__ import annotations

import gc
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from secateur.pipelines.runs.jobs.spool import Spool, safe_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.html", "report.html"),
        ("Jahresbericht über 2024.pdf", "Jahresbericht über 2024.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("..", "document"),
        ("", "document"),
        ("a/b/", "document"),
        (".bashrc", "bashrc"),
        ("nul\0byte\n.txt", "nul_byte_.txt"),
        ("gnp\u202elmth.exe", "gnp_lmth.exe"),
        ("<img src=x onerror=alert(1)>.html", "<img src=x onerror=alert(1)>.html"),
    ],
)
def test_name_is_kept_as_far_as_it_is_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize("stem", ["x" * 4000, "é" * 4000], ids=["ascii", "two bytes"])
def test_long_name_is_cut_and_keeps_its_suffix(stem: str) -> None:
    name = safe_name(f"{stem}.html")
    assert len(name.encode()) <= 120
    assert name.endswith(".html")


def test_file_lies_in_a_folder_for_this_user_alone() -> None:
    spool = Spool()
    path = spool.add("note.txt", b"words")
    assert path.read_bytes() == b"words"
    private = path.parents[1]
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    spool.close()


def test_files_of_the_same_name_stay_apart() -> None:
    spool = Spool()
    first, second = spool.add("note.txt", b"one"), spool.add("note.txt", b"two")
    assert (first.read_bytes(), second.read_bytes()) == (b"one", b"two")
    assert first.name == second.name
    spool.close()


def test_closing_deletes_everything() -> None:
    spool = Spool()
    path = spool.add("note.txt", b"words")
    spool.close()
    assert not path.parents[1].exists()


def test_files_go_with_their_owner() -> None:
    spool = Spool()
    folder: Path = spool.add("note.txt", b"words").parents[1]
    del spool
    gc.collect()
    assert not folder.exists()


def test_files_of_a_killed_process_go_when_another_begins(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    living = Spool()
    killed = "import os; from secateur.pipelines.runs.jobs.spool import Spool; s = Spool();"
    killed += "s.add('note.txt', b'words'); os.kill(os.getpid(), 9)"
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", killed], env=environment, check=False)
    assert len(list(tmp_path.rglob("note.txt"))) == 1
    other = Spool()
    assert len(list(tmp_path.iterdir())) == 2
    assert living.add("note.txt", b"words").exists()
    for spool in (living, other):
        spool.close()
    assert not list(tmp_path.iterdir())


def test_folders_of_an_uploaded_folder_are_kept_inside() -> None:
    spool = Spool()
    folder = spool.folder()
    paths = [
        spool.add(name, b"words", folder, deep=True)
        for name in ("filings/2023/10-K.txt", "filings/2024/10-K.txt", "../../etc/passwd")
    ]
    assert [path.relative_to(folder).as_posix() for path in paths] == [
        "filings/2023/10-K.txt", "filings/2024/10-K.txt", "document/document/etc/passwd",
    ]  # fmt: skip
    spool.close()
