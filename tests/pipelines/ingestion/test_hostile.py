"""Broken and hostile files end in our own error or in a document, soon and without a trace."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from broken_files import HOSTILE, SEEDS, broken, outcome


@pytest.fixture(autouse=True)
def _no_files_left(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    yield
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("name", SEEDS)
def test_seed_is_read(tmp_path: Path, name: str) -> None:
    assert outcome(tmp_path, SEEDS[name])


@pytest.mark.parametrize("name", SEEDS)
def test_twenty_broken_versions(tmp_path: Path, name: str) -> None:
    versions = list(broken(SEEDS[name]))
    assert len(versions) == 20
    for version in versions:
        outcome(tmp_path, version)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file(tmp_path: Path, name: str) -> None:
    outcome(tmp_path, HOSTILE[name])


def test_the_corpus_is_large_enough() -> None:
    assert 20 * len(SEEDS) + len(HOSTILE) >= 200
