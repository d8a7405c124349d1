"""What the documentation points at is there: linked files and headings, and paths by their name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.tree

ROOT = Path(__file__).parents[1]
FOLDERS = "app benchmarks configs core data_samples docs kernels models pipelines scripts tests"
PATH = re.compile(rf"(?<![\w/.])(?:{'|'.join(FOLDERS.split())})/[\w/.-]*\w")
LINK = re.compile(r"\]\(([^)\s:]+)\)")
WORDS = [ROOT / "NOTICE", *ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
CARDS = [path for folder in FOLDERS.split() for path in (ROOT / folder).rglob("README.md")]


def headings(file: Path) -> set[str]:
    """The anchors of a file's headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", file.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def broken(file: Path) -> Iterator[str]:
    for link in LINK.findall(file.read_text()):
        name, _, anchor = link.partition("#")
        target = file.parent / name if name else file
        if not target.exists() or (anchor and anchor not in headings(target)):
            yield link


def test_links_lead_to_files_and_headings() -> None:
    found = {str(file.relative_to(ROOT)): list(broken(file)) for file in {*WORDS, *CARDS}}
    assert not {name: links for name, links in found.items() if links}


def test_paths_that_are_named_are_there() -> None:
    past = ROOT / "docs" / "tried.md"  # names what was tried and is gone
    words = {*WORDS, *CARDS} - {past}
    named = {path for file in words for path in PATH.findall(file.read_text())}
    assert len(named) > 50
    assert not sorted(path for path in named if not (ROOT / path).exists())
