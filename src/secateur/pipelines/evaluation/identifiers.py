"""How many identifiers `secateur summarize --deidentify` takes out of notes.

`python -m secateur.pipelines.evaluation.identifiers --help` prints the figures of the model card:
of identifiers planted in notes, by a planter that shares no code and no word list with
`clinical.deidentification`, or of lines in which all are marked ("Dr. [[NAME|Roe]] called").
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from secateur.pipelines.clinical.deidentification.deidentify import Redactor
from secateur.pipelines.clinical.training.datasets import read_pairs
from secateur.pipelines.document.document import Coverage, Document, Passage
from secateur.pipelines.runs.deidentification import names_in

_MARK = re.compile(r"\[\[(?P<kind>[A-Z]+)\|(?P<what>.*?)\]\]")
_FIRST = """Maria Wei Olumide Greta Jamal Priya Tadeusz Siobhan Hiroshi Zainab Dwayne Ingrid Mateo
Nomvula Bartholomew Xochitl Ruth Grace Mark Faith Wes Anneliese Thanh Iman""".split()
_LAST = """Garcia Okafor Lindqvist Nguyen O'Malley Szymanski Abdullah McDowell Fernandez-Ruiz Tanaka
Baptiste Young Rivers Stone Park Van Houten Kowalczyk D'Angelo Mbeki Castellanos Wren Achterberg
""".split()
_ROADS = ("Maple Street", "W. 42nd Ave", "Old Mill Road Apt 4B", "Kingsway Blvd", "Linden Ct.")
_TOWNS = ("Springfield, IL 62704", "Two Rivers, WI 54241", "Boise, ID 83702")
# Cued and bare mentions in turn: a name that nothing announces is the hard case.
_SENTENCES: Mapping[str, tuple[str, ...]] = {
    "name": (
        "Patient Name: {}", "Dr. {} was notified.", "She lives with her daughter {}.",
        "Thank you, {}, MD", "The case was discussed with {} by telephone.",
        "{} returns today for follow-up.", "Mr. {} agrees with the plan.", "Dictated by: {}",
    ),
    "date": (
        "Date of birth: {}.", "She was last seen on {}.", "Surgery took place {}.",
        "{}: sutures removed.",
    ),
    "phone": ("Call {} with questions.", "Phone: {}", "His sister can be reached at {}."),
    "address": ("He lives at {}.", "Address: {}", "Mail results to {}, please."),
    "record number": ("MRN: {}", "Medical record number {}.", "Account #{}", "Accession {}"),
    "other number": ("SSN {}.", "Her insurance ID is {}.", "Device serial number {}."),
}  # fmt: skip


def make(kind: str, rng: random.Random) -> str:
    """Invents an identifier of a kind of `_SENTENCES`."""
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(1931, 2025)
    name = rng.choice(
        "January February March April May June July August September October November".split()
    )
    digits = "".join(rng.choices("0123456789", k=10))
    area, exchange, line = digits[:3], digits[3:6], digits[6:]
    made = {
        "name": (
            f"{rng.choice(_FIRST)} {rng.choice(_LAST)}",
            f"{rng.choice(_LAST)}, {rng.choice(_FIRST)}",
            rng.choice(_LAST),
        ),
        "date": (
            f"{month}/{day}/{year}", f"{month:02}-{day:02}-{year}", f"{name} {day}, {year}",
            f"{day} {name[:3]} {year}", f"{year}-{month:02}-{day:02}", f"{name} {day}th",
        ),
        "phone": (
            f"({area}) {exchange}-{line}", f"{area}-{exchange}-{line}",
            f"{area}.{exchange}.{line}", f"+1 {area} {exchange} {line}",
        ),
        "address": (
            f"{rng.randint(1, 9999)} {rng.choice(_ROADS)}",
            f"{rng.randint(1, 9999)} {rng.choice(_ROADS)}, {rng.choice(_TOWNS)}",
            f"P.O. Box {digits[:4]}",
        ),
        "record number": (digits[:8], f"A{digits[:6]}", f"{digits[:3]}-{digits[3:7]}", digits[:5]),
        "other number": (f"{digits[:3]}-{digits[3:5]}-{digits[5:9]}", f"XK{digits[:7]}"),
    }[kind]  # fmt: skip
    return rng.choice(made)


def plant(text: str, rng: random.Random) -> tuple[str, list[tuple[str, str, str]]]:
    """Puts one sentence of each kind into a note, each on a line of its own.

    Returns:
        The note, and kind, wording and identifier of each.
    """
    lines = text.split("\n")
    planted = []
    for kind, wordings in _SENTENCES.items():
        wording, identifier = rng.choice(wordings), make(kind, rng)
        lines.insert(rng.randint(0, len(lines)), wording.format(identifier))
        planted.append((kind, wording, identifier))
    return "\n".join(lines), planted


def remains(identifier: str, redacted: str) -> bool:
    """Whether any word of an identifier that tells something still stands in a text."""
    words = [word for word in re.findall(r"[\w'-]+", identifier) if len(word) > 2]
    return any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", redacted) for word in words)


def redactor(text: str, *, rules_only: bool) -> Redactor:
    """Makes what takes the identifiers out of a note.

    Args:
        text: The note.
        rules_only: Leaves out the names that the tagger finds.
    """
    if rules_only:
        return Redactor(text)
    passages = (Passage(0, len(text)),)
    document = Document("note", text, passages, "text/plain", coverage=Coverage(len(text)))
    return Redactor(text, names_in(document))


class MarkedScore(NamedTuple):
    """How many marked identifiers there are and are gone, by kind, and what else is taken out."""

    marked: Counter[str]
    gone: Counter[str]
    others: int


def score_marked(lines: Iterable[str], *, rules_only: bool) -> MarkedScore:
    """Counts the marked identifiers of lines that are notes of their own.

    Args:
        lines: "Dr. [[NAME|Roe]] called"; other text is none.
        rules_only: As for `redactor`.

    Returns:
        What is marked and gone, each whole but for words of two letters, and how many places are
        taken out that touch no mark.
    """
    score = MarkedScore(Counter(), Counter(), 0)
    others = 0
    for line in filter(None, map(str.strip, lines)):
        text, places = _unmarked(line)
        found = redactor(text, rules_only=rules_only).find(text)
        taken = {at for start, end, _ in found for at in range(start, end)}
        for kind, start, end in places:
            score.marked[kind] += 1
            score.gone[kind] += not any(_left(text, start, end, taken))
        marks = {at for _, start, end in places for at in range(start, end)}
        others += sum(marks.isdisjoint(range(start, end)) for start, end, _ in found)
    return score._replace(others=others)


def _left(text: str, start: int, end: int, taken: set[int]) -> Iterator[str]:
    """Words of a mark that stand yet; of a longer mark not those of two letters."""
    for word in re.finditer(r"[\w'-]+", text[start:end]):
        tells = len(word[0]) > 2 or word[0].isdigit() or end - start < 4
        if tells and not taken.issuperset(range(start + word.start(), start + word.end())):
            yield word[0]


def _unmarked(line: str) -> tuple[str, list[tuple[str, int, int]]]:
    text, places, at = "", [], 0
    for mark in _MARK.finditer(line):
        text += line[at : mark.start()]
        places.append((mark["kind"], len(text), len(text) + len(mark["what"])))
        text, at = text + mark["what"], mark.end()
    return text + line[at:], places


def main() -> None:
    """Prints the recall of each kind and wording, and how many other words are lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="MTSamples as JSON lines with splits")
    parser.add_argument("--marked", action="store_true", help="the file has lines with marks")
    parser.add_argument("--rules-only", action="store_true", help="without the tagger's names")
    parser.add_argument("--part", default="valid")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.marked:
        _tell_marked(options)
    else:
        _tell_planted(options)


def _tell_marked(options: argparse.Namespace) -> None:
    lines = options.data.read_text(encoding="utf-8").splitlines()
    score = score_marked(lines, rules_only=options.rules_only)
    for kind in sorted(score.marked):
        sys.stdout.write(_row(kind, score.gone[kind], score.marked[kind]))
    sys.stdout.write(_row("all", score.gone.total(), score.marked.total()))
    sys.stdout.write(f"places taken out that are none: {score.others}\n")


def _tell_planted(options: argparse.Namespace) -> None:
    rng = random.Random(options.seed)
    planted: Counter[tuple[str, str]] = Counter()
    removed: Counter[tuple[str, str]] = Counter()
    words = kept = 0
    for pair in read_pairs("mtsamples", options.data, options.part):
        text, identifiers = plant(pair.text, rng)
        redacted = redactor(text, rules_only=options.rules_only).redact(text).split("\n")
        for kind, wording, identifier in identifiers:
            line = redacted[text.split("\n").index(wording.format(identifier))]
            planted[kind, wording] += 1
            removed[kind, wording] += not remains(identifier, line)
        own = redactor(pair.text, rules_only=options.rules_only).redact(pair.text)
        words += len(pair.text.split())
        kept += len(re.sub(r"\[[A-Z]+\]", " ", own).split())
    for kind in _SENTENCES:
        of_kind = [key for key in planted if key[0] == kind]
        sys.stdout.write(
            _row(kind, sum(removed[key] for key in of_kind), sum(planted[key] for key in of_kind))
        )
        for key in sorted(of_kind):
            sys.stdout.write(f"    {key[1]:<46}{removed[key]:>4} of {planted[key]:>3}\n")
    sys.stdout.write(f"words of the notes as they were, kept: {kept} of {words}\n")


def _row(kind: str, gone: int, count: int) -> str:
    return f"{kind:<16}{gone:>5} of {count:>4}  {gone / count:.3f}\n"


if __name__ == "__main__":
    main()
