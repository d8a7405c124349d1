"""Values and periods of figures by the rules alone: spans and types as the filers tagged them.

`python benchmarks/figures.py FILING...` prints a row for each filing and one for all. Facts in
words ("two") are left out.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.finance.figures.facts import figure_facts
from secateur.pipelines.finance.figures.reader import FigureReader
from secateur.pipelines.ingestion.tagged import read_with_facts

COLUMNS = ("value, sign as printed", "value, XBRL's sign", "unit", "period")


def judge(path: Path) -> Counter[str]:
    """Counts the figures of a filing, and those read right by column.

    Args:
        path: An inline XBRL file.
    """
    document, facts = read_with_facts(path)
    reader = FigureReader(document, sentences(document.text, document.passages))
    counts: Counter[str] = Counter()
    for fact in figure_facts(document.text, facts):
        if fact.form == "words":
            continue
        figure = reader.read(fact.start, fact.end, fact.label)
        counts["figures"] += 1
        if figure is None:
            continue
        counts[COLUMNS[0]] += figure.value == fact.printed
        counts[COLUMNS[1]] += figure.value == fact.tagged
        counts[COLUMNS[2]] += figure.unit == fact.facts[0].unit
        counts[COLUMNS[3]] += str(figure.period) in fact.periods
    return counts


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("filings", nargs="+", type=Path)
    whole: Counter[str] = Counter()
    sys.stdout.write(f"| filing | figures | {' | '.join(COLUMNS)} |\n|{'---|' * 6}\n")
    for path in parser.parse_args().filings:
        counts = judge(path)
        whole += counts
        _write(path.name.partition("-")[0], counts)
    _write("all", whole)


def _write(name: str, counts: Counter[str]) -> None:
    total = counts["figures"]
    shares = " | ".join(f"{counts[column] / total:.3f}" for column in COLUMNS)
    sys.stdout.write(f"| {name} | {total:,} | {shares} |\n")


if __name__ == "__main__":
    main()
