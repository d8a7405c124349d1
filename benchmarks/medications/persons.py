"""Counts what a handover of a visit tells of a relative's disease as if it were the patient's.

    cd benchmarks && python -m medications.persons [--data ../../shared/data]

`persons.jsonl` has passages of training dialogues of ACI-Bench in which the patient speaks of a
relative's disease: an item that tells the disease from there without the relative is wrong.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

from medications.score import document_of, read_texts

from secateur.pipelines.clinical.handover.hand_over import hand_over

SPANS = Path(__file__).with_name("persons.jsonl")


def main() -> None:
    """Prints how many passages are told of the wrong person."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../../shared/data"), help="data folder")
    options = parser.parse_args()
    rows = [json.loads(line) for line in SPANS.read_text(encoding="utf-8").splitlines()]
    texts = read_texts(options.data, rows)
    wrong = total = 0
    for row in rows:
        handover = hand_over(document_of(texts[row["id"]]))
        items = [item for section in handover.sections for item in section.items]
        for start, end, disease, relative in row["spans"]:
            total += 1
            told = [
                item.text
                for item in items
                if any(place.start < end and start < place.end for place in item.evidence)
                and re.search(disease, item.text, re.IGNORECASE)
                and not re.search(relative, item.text, re.IGNORECASE)
            ]
            wrong += bool(told)
            sys.stdout.write("".join(f"{row['id']}: {text}\n" for text in told))
    sys.stdout.write(f"told of the patient: {wrong} of {total} passages on relatives\n")


if __name__ == "__main__":
    main()
