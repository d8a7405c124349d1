"""Scores folders of handovers by key facts, and writes the scores for people and programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.errors import UsageError, unreadable
from secateur.pipelines.evaluation.key_facts import Coverage, Gold, read_gold, score_handover
from secateur.pipelines.evaluation.metric import Metric, mean_of

_FORMS = (".txt", ".json", ".txt.txt", ".txt.json")
"""Endings of a handover's file behind its id; `secateur summarize ID.txt --out` writes the last
two."""


@dataclass(frozen=True)
class GroupScore:
    """The scores of one group of documents.

    Attributes:
        key_facts: Mean weighted recall of the documents, with its interval; named as the group.
        false_statements: False statements in all of them.
        words: Mean words of a handover.
        note_words: Mean words of a note.
    """

    key_facts: Metric
    false_statements: int
    words: float
    note_words: float


@dataclass(frozen=True)
class KindCount:
    """Key facts of one kind, over all documents.

    Attributes:
        kind: The kind.
        covered: How many handovers cover.
        total: How many there are.
    """

    kind: str
    covered: int
    total: int


def evaluate_handovers(
    facts: Sequence[Path], handovers: Path, notes: Path, half: str | None = None
) -> tuple[Coverage, ...]:
    """Scores the handovers of a folder.

    Args:
        facts: Gold files, or folders of them.
        handovers: Folder with ID.txt, or with ID.json or ID.txt.json that has a field `text`.
        notes: Folder with ID.txt.
        half: Scores this half of the gold only; None all of it.

    Returns:
        The coverage of each gold file that is scored, in order.

    Raises:
        UsageError: A file cannot be read or is missing, or no gold is left to score.
    """
    chosen = [gold for gold in read_gold(facts) if gold.scored and half in (None, gold.half)]
    if not chosen:
        which = f"of half {half} " if half else ""
        raise UsageError(f"{', '.join(map(str, facts))}: no gold {which}to score")
    texts = _handovers(chosen, handovers)
    return tuple(
        score_handover(gold, texts[gold.doc_id], _text(_folder(notes) / f"{gold.doc_id}.txt"))
        for gold in chosen
    )


def by_group(coverages: Sequence[Coverage]) -> tuple[GroupScore, ...]:
    """Scores each group of documents: notes, dialogues.

    Args:
        coverages: Those of all documents.

    Returns:
        The scores by name of the group.
    """
    groups: dict[str, list[Coverage]] = {}
    for coverage in coverages:
        groups.setdefault(coverage.gold.group, []).append(coverage)
    return tuple(_group(name, groups[name]) for name in sorted(groups))


def by_kind(coverages: Sequence[Coverage]) -> tuple[KindCount, ...]:
    """Counts the facts of each kind that handovers cover, unweighted, by name of the kind."""
    flags: dict[str, list[bool]] = {}
    for coverage in coverages:
        for fact, covered in zip(coverage.gold.facts, coverage.covered, strict=True):
            flags.setdefault(fact.kind, []).append(covered)
    return tuple(KindCount(kind, sum(flags[kind]), len(flags[kind])) for kind in sorted(flags))


def as_table(coverages: Sequence[Coverage]) -> str:
    """Writes the scores for people: a line a group, then a line a kind of fact."""
    lines = [
        f"{'group':<12}{'documents':>9}{'key facts':>11}{'95 % interval':>18}"
        f"{'false statements':>18}{'words':>7}{'of':>6}"
    ]
    for score in by_group(coverages):
        facts = score.key_facts
        lines.append(
            f"{facts.name:<12}{facts.support:>9}{facts.value:>11.3f}{facts.interval():>18}"
            f"{score.false_statements:>18}{score.words:>7.0f}{score.note_words:>6.0f}"
        )
    lines += ["", f"{'kind of fact':<12}{'covered':>9}{'of':>11}{'share':>18}"]
    for count in by_kind(coverages):
        share = count.covered / count.total
        lines.append(f"{count.kind:<12}{count.covered:>9}{count.total:>11}{share:>18.3f}")
    return "\n".join(lines)


def as_json(coverages: Sequence[Coverage]) -> str:
    """Writes the scores as one JSON object.

    Args:
        coverages: Those of all documents.

    Returns:
        The scores by group and by kind, and those of each document with the names of the facts
        that its handover misses and of the false statements that it makes.
    """
    found = {
        "groups": [asdict(score) for score in by_group(coverages)],
        "kinds": [asdict(count) for count in by_kind(coverages)],
        "documents": [_record(coverage) for coverage in coverages],
    }
    return json.dumps(found)


def _group(name: str, coverages: Sequence[Coverage]) -> GroupScore:
    return GroupScore(
        key_facts=mean_of(name, [coverage.recall for coverage in coverages]),
        false_statements=sum(len(coverage.false_statements) for coverage in coverages),
        words=sum(coverage.words for coverage in coverages) / len(coverages),
        note_words=sum(coverage.note_words for coverage in coverages) / len(coverages),
    )


def _record(coverage: Coverage) -> dict[str, Any]:
    pairs = zip(coverage.gold.facts, coverage.covered, strict=True)
    return {
        "doc_id": coverage.gold.doc_id,
        "key_facts": coverage.recall,
        "missed": [{"kind": f.kind, "what": f.what} for f, covered in pairs if not covered],
        "false_statements": coverage.false_statements,
        "words": coverage.words,
        "note_words": coverage.note_words,
    }


def _handovers(gold: Sequence[Gold], folder: Path) -> dict[str, str]:
    files = dict(_files([each.doc_id for each in gold], _folder(folder)))
    missing = [each.doc_id for each in gold if each.doc_id not in files]
    if missing:
        others = f" and {quantity(len(missing) - 1, 'other')}" if missing[1:] else ""
        raise UsageError(f"{folder}: no handover of {missing[0]}{others}; name it {missing[0]}.txt")
    return {name: _handover(file) for name, file in files.items()}


def _files(names: Sequence[str], folder: Path) -> Iterator[tuple[str, Path]]:
    for name in names:
        there = [file for form in _FORMS if (file := folder / f"{name}{form}").exists()]
        if len(there) > 1:
            raise UsageError(f"{there[1]}: a second handover of {name}; keep one of them")
        if there:
            yield name, there[0]


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise UsageError(f"{path}: is not a folder; give the one with a file ID.txt a note")
    return path


def _handover(file: Path) -> str:
    text = _text(file)
    if file.suffix != ".json":
        return text
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        raise UsageError(f"{file}: not JSON; give an object with a field text") from None
    if not (isinstance(record, dict) and isinstance(record.get("text"), str)):
        raise UsageError(f"{file}: text is missing; give an object with a field text")
    return str(record["text"])


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise unreadable(file, error) from None
    except UnicodeDecodeError:
        raise UsageError(f"{file}: is no UTF-8 text; save it as such") from None
