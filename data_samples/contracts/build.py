"""Writes the sample contracts and their entities: python data_samples/contracts/build.py.

Names, sums and dates differ from contract to contract, the clauses are the same: enough to try the
training guide, far too alike for a score to mean anything.
"""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

FOLDER = Path(__file__).parent
MARK = re.compile(r"\[\[(\w+):(.+?)\]\]")


def main() -> None:
    """Writes each contract as text, and its entities as JSON lines beside it."""
    template = (FOLDER / "source" / "template.md").read_text(encoding="utf-8")
    with (FOLDER / "source" / "contracts.psv").open(encoding="utf-8", newline="") as file:
        contracts = list(csv.DictReader(file, delimiter="|"))
    for values in contracts:
        name = f"{values.pop('name')}.txt"
        parts = MARK.split(template.format(**values))
        text, records = parts[0], []
        for label, inside, after in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
            start = len(text)
            text += inside
            records.append(
                {"doc_id": name, "start": start, "end": len(text), "text": inside, "label": label}
            )
            text += after
        (FOLDER / name).write_text(text, encoding="utf-8")
        lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        (FOLDER / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
