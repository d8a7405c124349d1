"""Scores drugs, allergies and follow-up of the clinical pipeline against the gold beside it.

    cd benchmarks && python -m medications.score [--half tune] [--missed] [--data ../../shared/data]

Prints each measure by half. `--missed` lists what the tune half misses; of the half that is held
out only numbers are ever shown, and none with `--half tune`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from handovers.texts import SOURCES, read_sources
from medications.regimens import dose_of, is_as_needed, lasts_of, often_of, plain, route_of

from secateur.pipelines.clinical.facts.allergies import allergies
from secateur.pipelines.clinical.facts.follow_up import follow_up
from secateur.pipelines.clinical.handover.allergy_items import allergy_items
from secateur.pipelines.clinical.handover.drug_table import drug_table
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.handover import Medication
from secateur.pipelines.document.sentences import sentences_of
from secateur.pipelines.document.summary import Evidence
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.terminology import sources

GOLD = Path(__file__).with_name("gold.jsonl")
HALVES = ("tune", "test")
_ANY = "*"
"""A field of the gold that is not judged."""
Row = dict[str, Any]


def read_gold(path: Path = GOLD) -> list[Row]:
    """Reads the gold, a text a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


class Tally:
    """Counts of one half.

    Args:
        half: Its name.
    """

    def __init__(self, half: str) -> None:
        self.half = half
        self.counts = Counter[str]()
        self.missed: list[str] = []

    def score(self, gold: Row, text: str) -> None:
        """Reads one text and counts what is right.

        Args:
            gold: Its line of the gold.
            text: The text.
        """
        document = document_of(text)
        sentences, vocabulary = sentences_of(document), sources.vocabulary()
        rows = [item.medication for item in drug_table(document, sentences, vocabulary)]
        self._drugs(gold, text, [row for row in rows if row is not None])
        items = allergy_items(document, sentences, vocabulary)
        is_none = [item.text for item in items] == ["No known allergies"]
        self._allergies(gold, text, allergies(document, vocabulary), is_none)
        self._ahead(gold, text, follow_up(document, sentences))

    def lines(self) -> Iterator[str]:
        """Writes the measures, one a line."""
        count = self.counts
        right, given, wanted = count["drugs"], count["drugs given"], count["drugs wanted"]
        yield f"{self.half}: {count['texts']} texts"
        yield f"  medications  recall {_share(right, wanted)}  precision {_share(right, given)}"
        for field in ("regimen", "dose", "route", "frequency", "as needed", "duration", "status"):
            yield f"  {field:<12} {_share(count[field], right)}"
        for kind in ("allergies", "follow-up"):
            found = count[f"{kind} right"], count[f"{kind} given"], count[f"{kind} wanted"]
            covered = count[f"{kind} covered"]
            yield f"  {kind:<12} F1 {_f1(covered, *found)}  recall {_share(covered, found[2])}"
        yield f"  {'no allergies':<12} {_share(count['none right'], count['none wanted'])}"
        yield f"  {'who and when':<12} {_share(count['told'], count['follow-up covered'])}"

    def _drugs(self, gold: Row, text: str, rows: Sequence[Medication]) -> None:
        free = list(rows)
        wanted = sorted(gold["medications"], key=lambda row: bool(row.get("optional")))
        optional = 0
        for row in wanted:
            alike = [each for each in free if _is_drug(each.drug, row["names"])]
            if alike:
                best = max(alike, key=lambda each: sum(_fields(row, each).values()))
                free = [each for each in free if each is not best]
                if row.get("optional"):
                    optional += 1
                    continue
                fields = _fields(row, best)
                self.counts["drugs"] += 1
                self.counts.update(field for field, is_right in fields.items() if is_right)
                self.counts["regimen"] += all(v for f, v in fields.items() if f != "status")
                wrong = [field for field, is_right in fields.items() if not is_right]
                if wrong:
                    self._miss(gold, f"{text[row['start'] : row['end']]}: {wrong} in {best}")
            elif not row.get("optional"):
                self._miss(gold, f"drug missed: {text[row['start'] : row['end']]}")
            self.counts["drugs wanted"] += not row.get("optional")
        self.counts["texts"] += 1
        self.counts["drugs given"] += len(rows) - optional
        for each in free:
            self._miss(gold, f"drug not in the gold: {each}")

    def _allergies(self, gold: Row, text: str, found: Sequence[str], is_none: bool) -> None:
        names = [row["names"] for row in gold["allergies"]]
        right = [name for name in found if any(_is_drug(name, own) for own in names)]
        covered = sum(any(_is_drug(name, own) for name in found) for own in names)
        self.counts["allergies right"] += len(right)
        self.counts["allergies given"] += len(found)
        self.counts["allergies covered"] += covered
        self.counts["allergies wanted"] += len(names)
        self.counts["none wanted"] += 1
        self.counts["none right"] += is_none == gold["none_known"]
        if len(right) != len(found) or covered != len(names) or is_none != gold["none_known"]:
            self._miss(gold, f"allergies: {list(found)}, none known {is_none}")

    def _ahead(self, gold: Row, text: str, found: Sequence[Evidence]) -> None:
        rows = gold["follow_up"]
        self.counts["follow-up given"] += len(found)
        for item in found:
            is_right = any(_overlaps(item, row["spans"]) for row in rows)
            self.counts["follow-up right"] += is_right
            if not is_right:
                self._miss(gold, f"not ahead: {item.text[:160]!r}")
        for row in rows:
            if row.get("optional"):
                continue
            told = [item.text for item in found if _overlaps(item, row["spans"])]
            self.counts["follow-up wanted"] += 1
            self.counts["follow-up covered"] += bool(told)
            said = plain(" ".join(told))
            parts = [row["who"], *filter(None, [row["when"]])]
            self.counts["told"] += bool(told) and all(
                any(plain(part) in said for part in each.split("|")) for each in parts
            )
            if not told:
                self._miss(gold, f"ahead missed: {text[slice(*row['spans'][0])]!r}")

    def _miss(self, gold: Row, what: str) -> None:
        self.missed.append(f"{gold['id']}: {what}")


def document_of(text: str) -> Document:
    """Reads a text as a file, as users do; its offsets stay."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "note.txt")
        path.write_bytes(text.encode())
        return read(path)


def _is_drug(found: str, names: Iterable[str]) -> bool:
    words = _words(found)
    return any(_words(name) <= words for name in names)


def _words(name: str) -> set[str]:
    return {word.removesuffix("s") for word in re.findall(r"\w+", name.lower())}


def _fields(row: Row, found: Medication) -> dict[str, bool]:
    """Which fields of a row are right; a field with several accepted values has "|"."""
    told = f"{found.dose} {found.frequency}"
    is_schedule = " " in row["frequency"]
    lasting = f"{found.duration} {found.dose if is_schedule else ''}"
    often = often_of(told if is_schedule else found.frequency)
    dose = dose_of(found.dose)
    if is_schedule:
        dose = (dose[0] & dose_of(row["dose"])[0], dose[1])
    return {
        "dose": _any(row["dose"], lambda own: dose_of(own) == dose),
        "route": _any(row["route"], lambda own: own == route_of(found.route)),
        "frequency": _any(row["frequency"], lambda own: _as_often(own) == often),
        "as needed": row["as_needed"] in (_ANY, is_as_needed(told)),
        "duration": _any(row["duration"], lambda own: lasts_of(own) == lasts_of(lasting)),
        "status": _any(row["status"], lambda own: own == found.status),
    }


def _as_often(code: str) -> frozenset[str]:
    text = code.replace("other days", "other_days")
    return frozenset(part.replace("_", " ") for part in text.split())


def _any(values: str, is_right: Any) -> bool:
    return any(own == _ANY or is_right(own) for own in values.split("|"))


def _overlaps(item: Evidence, spans: Iterable[Sequence[int]]) -> bool:
    return any(item.start < end and start < item.end for start, end in spans)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f} ({part}/{whole})" if whole else "-"


def _f1(covered: int, right: int, given: int, wanted: int) -> str:
    precision = right / given if given else 0.0
    recall = covered / wanted if wanted else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return f"{f1:.3f} (precision {precision:.3f})"


def read_texts(data: Path, gold: Iterable[Row]) -> dict[str, str]:
    """Reads the texts that the gold was written from.

    Args:
        data: The data folder.
        gold: Lines of the gold.

    Returns:
        Text by id.

    Raises:
        ValueError: A text is missing or is not the one that the gold was written from.
    """
    places = SOURCES | {"dialogue": Path("clinical/aci_bench/train.csv.gz")}
    found = read_sources(data, places)
    for row in gold:
        text = found.get(row["id"])
        if text is None or hashlib.sha256(text.encode()).hexdigest() != row["sha256"]:
            raise ValueError(f"{row['id']}: not the text that the gold was written from")
    return found


def main() -> None:
    """Prints the measures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../../shared/data"), help="data folder")
    parser.add_argument("--half", choices=HALVES, help="score one half only")
    parser.add_argument("--missed", action="store_true", help="list what the tune half misses")
    options = parser.parse_args()
    gold = read_gold()
    texts = read_texts(options.data, gold)
    for half in [options.half] if options.half else HALVES:
        tally = Tally(half)
        for row in gold:
            if row["half"] == half:
                tally.score(row, texts[row["id"]])
        sys.stdout.write("\n".join(tally.lines()) + "\n")
        if options.missed and half == "tune":
            sys.stdout.write("\n".join(tally.missed) + "\n")


if __name__ == "__main__":
    main()
