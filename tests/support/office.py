"""Workbooks opened by LibreOffice."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


def converts(content: bytes, folder: Path) -> bool:
    """Tells whether LibreOffice makes a PDF of a workbook without an error; skips without it.

    Args:
        content: The workbook.
        folder: Where it may write.
    """
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no LibreOffice")
    (folder / "book.xlsx").write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [office, profile, "--headless", "--convert-to", "pdf", "book.xlsx"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=True, timeout=240
    )
    return "Error" not in done.stdout + done.stderr and (
        (folder / "book.pdf").read_bytes().startswith(b"%PDF")
    )
