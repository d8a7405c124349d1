"""Words and numbers that edgartools reads in a filing stand in our text as well.

edgartools is a rival for tests only: other people's reading of the same files.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from secateur.pipelines.ingestion.read import read

DEFAULT = ("0000950153", "aapl")
NAMES = (
    "0000950153 0001193125 0001376474 aapl adbe amzn ba crm hd ibm jnj ko meta nke nvda pg tsla"
    " unh v wfc"
).split()
INVISIBLE = dict.fromkeys([0xAD, 0x200B, 0x2060, 0xFEFF])


def tokens(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+|\d(?:[\d,.]*\d)?", text.translate(INVISIBLE))


def recall(theirs: list[str], ours: list[str]) -> float:
    """The share of their tokens that we have; two of theirs may be one that the markup splits."""
    missing, spare = Counter(theirs) - Counter(ours), Counter(ours) - Counter(theirs)
    for left, right in pairwise(theirs):
        if spare[left + right] > 0 and (missing[left] > 0 or missing[right] > 0):
            spare[left + right] -= 1
            missing -= Counter((left, right))
    return 1 - missing.total() / max(len(theirs), 1)


def test_recall_counts_what_is_missing() -> None:
    assert recall(["a", "1", "1"], ["a", "1"]) == pytest.approx(2 / 3)
    assert recall(["202", "4", "x"], ["2024", "x"]) == 1
    assert recall(["202", "4"], ["202"]) == 0.5


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=() if n in DEFAULT else pytest.mark.slow, id=n) for n in NAMES],
)
def test_words_and_numbers_of_edgartools(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("EDGAR_LOCAL_DATA_DIR", str(tmp_path))
    documents = pytest.importorskip("edgar.documents", reason="edgartools is not installed")
    (path,) = (shared_data / "finance" / "10k_html").glob(f"{name}-*.html.gz")
    data = gzip.decompress(path.read_bytes())
    try:
        markup = data.decode()
    except UnicodeDecodeError:
        markup = data.decode("cp1252")
    theirs, ours = tokens(documents.parse_html(markup).text()), tokens(read(path).text)
    assert len(theirs) > 10_000
    assert recall(theirs, ours) >= 0.999
    numbers = [[token for token in side if token[0].isdigit()] for side in (theirs, ours)]
    assert recall(*numbers) >= 0.999
