"""What is kept between runs: records as JSON lines, scores and tolerances as TOML."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from golden.records import Record, Records
from golden.scores import Scores

HOME = Path(__file__).parent
RESULTS = HOME / "results"
SCORES = HOME / "scores.toml"
FULL_SCORES = HOME / "full_scores.toml"
_TABLE = "[scores]\n"


@dataclass(frozen=True)
class Stored:
    """Scores as they are committed, and how far new results may be from them.

    Attributes:
        scores: By name.
        tolerances: By how much a score may fall, by pattern of its name; the first counts.
        records: Which share of a document's records of a kind may differ, by pattern of the kind.
    """

    scores: Scores
    tolerances: Mapping[str, float]
    records: Mapping[str, float]

    def tolerance(self, score: str) -> float:
        """Returns by how much a score may fall."""
        return _first(self.tolerances, score)

    def share(self, kind: str) -> float:
        """Returns which share of a document's records of a kind may differ."""
        return _first(self.records, kind)


def _first(patterns: Mapping[str, float], name: str) -> float:
    for pattern, value in patterns.items():
        if fnmatchcase(name, pattern):
            return value
    raise ValueError(f"no tolerance for {name}; state one in the scores' file")


def read_stored(path: Path) -> Stored:
    """Reads committed scores and tolerances."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return Stored(tables.get("scores", {}), tables["tolerances"], tables.get("records", {}))


def write_scores(scores: Scores, path: Path) -> None:
    """Renews the scores of a file; what stands before them, the tolerances, stays."""
    before = path.read_text(encoding="utf-8").partition(_TABLE)[0]
    lines = (f"{json.dumps(name)} = {value:.5f}\n" for name, value in scores.items())
    path.write_text(f"{before}{_TABLE}{''.join(lines)}", encoding="utf-8")


def write_records(records: Records, folder: Path) -> None:
    """Writes a file of JSON lines for each kind; files of kinds that are no more are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.jsonl"):
        if path.stem not in records:
            path.unlink()
    for kind, own in records.items():
        lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in own)
        (folder / f"{kind}.jsonl").write_text("".join(lines), encoding="utf-8")


def read_records(folder: Path) -> dict[str, list[Record]]:
    """Reads what `write_records` wrote; none where there is no such folder."""
    return {
        path.stem: list(map(json.loads, path.read_text(encoding="utf-8").split("\n")[:-1]))
        for path in sorted(folder.glob("*.jsonl"))
    }
