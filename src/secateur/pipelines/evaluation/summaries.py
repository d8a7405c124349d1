"""Scores of summaries against gold ones: overlap, and consistency with the notes."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from secateur.pipelines.clinical.handover.writing import split_sentences
from secateur.pipelines.clinical.verification.terms import TermReader, installed_reader
from secateur.pipelines.clinical.verification.words import singular
from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.errors import UsageError, unreadable
from secateur.pipelines.evaluation.metric import Metric, mean_of
from secateur.pipelines.evaluation.rouge import rouge_scorer
from secateur.pipelines.ingestion.files.limits import DEFAULT_LIMITS, Limits
from secateur.pipelines.ingestion.read import read

ROUGES = ("rouge1", "rouge2", "rougeL", "rougeLsum")
_WORD = re.compile(r"\w+")
_GIVE = "give what secateur summarize or batch wrote"


def evaluate_summaries(
    gold: str | Path,
    predicted: str | Path,
    notes: str | Path | None = None,
    limits: Limits = DEFAULT_LIMITS,
    say: Callable[[str], None] | None = None,
) -> tuple[Metric, ...]:
    """Scores a file of summaries.

    Args:
        gold: JSON lines with `doc_id` and `summary`.
        predicted: The same, as `secateur summarize` writes it; summaries of other documents are
            not scored.
        notes: Folder of the notes, by `doc_id`; None leaves out what is measured against them.
        limits: Bounds on the notes.
        say: Called with a line on documents that are not scored.

    Returns:
        ROUGE-1, -2, -L and -Lsum; with notes and the clinical extra the measures of `consistency`.

    Raises:
        UsageError: A file cannot be read or has two summaries of a document, or a gold document
            has no prediction.
        IngestionError: A note cannot be read.
    """
    wanted, found = _read(gold), _read(predicted)
    missing = sorted(set(wanted) - set(found))
    if missing:
        raise UsageError(
            f"{predicted}: no summary of {missing[0]} and {quantity(len(missing) - 1, 'other')} "
            f"of {gold}"
            if len(missing) > 1
            else f"{predicted}: no summary of {missing[0]}, which {gold} has"
        )
    beyond = sorted(set(found) - set(wanted))
    if beyond and say:
        say(f"not scored, {gold} lacks them: {', '.join(beyond)}")
    return score(
        [str(wanted[name]["summary"]) for name in wanted],
        [str(found[name]["summary"]) for name in wanted],
        [read(Path(notes) / name, limits=limits).text if notes else "" for name in wanted],
        installed_reader() if notes else None,
    )


def score(
    gold: Sequence[str],
    predicted: Sequence[str],
    notes: Sequence[str],
    reader: TermReader | None,
) -> tuple[Metric, ...]:
    """Scores summaries.

    Args:
        gold: What people wrote.
        predicted: What is scored, in the same order.
        notes: The notes, in the same order; read only where terms are.
        reader: Reads clinical terms; None leaves them out.

    Returns:
        Each metric with its interval.
    """
    return as_metrics(scores_of(gold, predicted, notes, reader))


def scores_of(
    gold: Sequence[str],
    predicted: Sequence[str],
    notes: Sequence[str],
    reader: TermReader | None,
) -> Mapping[str, list[float]]:
    """Scores each summary; arguments as for `score`.

    Returns:
        By metric the score of each summary that it is defined for, in order.
    """
    columns: dict[str, list[float]] = defaultdict(list)
    scorer = rouge_scorer(ROUGES)
    for wanted, found, note in zip(gold, predicted, notes, strict=True):
        scores = scorer.score(_lines(wanted), _lines(found))
        for name in ROUGES:
            columns[name].append(float(scores[name].fmeasure))
        if reader is not None:
            for name, value in consistency(wanted, found, note, reader).items():
                columns[name].append(value)
    return columns


def as_metrics(columns: Mapping[str, Sequence[float]]) -> tuple[Metric, ...]:
    """Returns the mean of each column of `scores_of` with its interval."""
    return tuple(mean_of(name, values) for name, values in columns.items())


def less(
    columns: Mapping[str, Sequence[float]], other: Mapping[str, Sequence[float]]
) -> tuple[Metric, ...]:
    """Returns how much higher scores are than others of the same notes, note by note.

    Args:
        columns: See `scores_of`.
        other: What is taken away.

    Returns:
        Mean differences, -1 to 1, with their intervals, of the metrics that are defined for the
        same notes whatever is written of them.
    """
    return tuple(
        mean_of(name, np.subtract(columns[name], other[name]).tolist())
        for name in (*ROUGES, "key_term_recall", "consistency")
        if name in columns
    )


def consistency(gold: str, predicted: str, note: str, reader: TermReader) -> Mapping[str, float]:
    """Measures how a summary uses clinical terms.

    Args:
        gold: The summary that a person wrote; its concepts that the note knows are the key terms.
        predicted: The summary.
        note: The note.
        reader: Reads clinical terms.

    Returns:
        term_precision: share of the summary's terms that the note knows, left out if it has none;
        key_term_recall: share of the key terms that the summary names, left out if there are none;
        one_name: share of the summary's concepts that it calls by one name, left out if it has
        none; consistency: the harmonic mean of the first two, 0 where one of them is 0 or the
        summary has no term although there are key terms; left out if there are neither.
    """
    supported, unsupported = reader.supported(predicted, note)
    about = reader.about(note)
    known = {mention.concept for mention in reader.read(note)}
    keys = {mention.concept for mention in reader.read(gold, about)} & known
    names: dict[str, set[str]] = defaultdict(set)
    for mention in reader.read(predicted, about):
        names[mention.concept].add(" ".join(map(singular, _WORD.findall(mention.name))))
    measures: dict[str, float] = {}
    if supported or unsupported:
        measures["term_precision"] = len(supported) / (len(supported) + len(unsupported))
        measures["one_name"] = sum(len(n) == 1 for n in names.values()) / len(names)
    if keys:
        recall = len(keys & names.keys()) / len(keys)
        precision = measures.get("term_precision", 0.0)
        both = precision + recall
        measures["key_term_recall"] = recall
        measures["consistency"] = 2 * precision * recall / both if both else 0.0
    return measures


def as_table(metrics: Sequence[Metric]) -> str:
    """Writes metrics for people."""
    lines = [f"{'metric':<18}{'value':>8}{'95 % interval':>20}{'documents':>11}"]
    lines += [f"{m.name:<18}{m.value:>8.4f}{m.interval(4):>20}{m.support:>11}" for m in metrics]
    return "\n".join(lines)


def _lines(text: str) -> str:
    """One sentence a line: what ROUGE-Lsum is defined on."""
    return "\n".join(split_sentences(text))


def _read(path: str | Path) -> dict[str, dict[str, Any]]:
    path = Path(path)
    records: dict[str, dict[str, Any]] = {}
    try:
        # Not `splitlines`: JSON may hold what parts lines elsewhere, as U+2028, as it is.
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise unreadable(path, error) from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: no JSON lines; {_GIVE}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            raise UsageError(f"{path}, line {number}: not JSON; {_GIVE}") from None
        if isinstance(entry, dict) and isinstance(entry.get("summary"), dict):
            entry = entry["summary"]  # of a batch, whose records hold more than the summary
        if not (isinstance(entry, dict) and isinstance(entry.get("summary"), str)):
            raise UsageError(f"{path}, line {number}: summary is missing; {_GIVE}")
        if "doc_id" not in entry:
            raise UsageError(f"{path}, line {number}: doc_id is missing; {_GIVE}")
        name = str(entry["doc_id"])
        if name in records:
            raise UsageError(f"{path}, line {number}: a second summary of {name}; keep one of them")
        records[name] = entry
    if not records:
        raise UsageError(f"{path}: no summary in it; {_GIVE}")
    return records
