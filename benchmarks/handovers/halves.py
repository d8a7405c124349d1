"""Draws the half of each gold file: "tune" to develop with, "test" to report.

`python benchmarks/handovers/halves.py` prints the half of each file, as its field `half` has it.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Mapping
from pathlib import Path

GOLD = Path(__file__).with_name("gold")
HALVES = ("tune", "test")
_SEED = 1


def draw(kinds: Mapping[str, str]) -> dict[str, str]:
    """Draws halves of equal size within each kind of document.

    Args:
        kinds: Kind by id, as in {"note-50": "consult"}.

    Returns:
        Half by id. The halves of a kind, and of all documents, differ by one document at most.
    """
    rng = random.Random(_SEED)
    order: list[str] = []
    for kind in sorted(set(kinds.values())):
        ids = sorted(name for name, own in kinds.items() if own == kind)
        rng.shuffle(ids)
        order += ids
    return {name: HALVES[number % 2] for number, name in enumerate(order)}


def scored_kinds(gold: Path = GOLD) -> dict[str, str]:
    """Reads the kind of each gold file that is scored, by id."""
    records = [json.loads(path.read_text(encoding="utf-8")) for path in gold.glob("*.json")]
    return {record["id"]: record["kind"] for record in records if record.get("scored", True)}


if __name__ == "__main__":
    for name, half in sorted(draw(scored_kinds()).items()):
        sys.stdout.write(f"{half} {name}\n")
