"""Full attention against DAP on one document: latency, memory, density and what changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from statistics import fmean
from typing import Any

import numpy as np
import torch

from secateur.core import hf
from secateur.pipelines.clinical.handover.brief import write_brief
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.summary import Summary
from secateur.pipelines.document.validation import check
from secateur.pipelines.evaluation.rouge import rouge_scorer
from secateur.pipelines.finance.reader.entities import extract_all
from secateur.pipelines.ingestion.files.detect import CDA, FHIR, TEXT
from secateur.pipelines.lab.measure import Measured, measure, pruned_costs
from secateur.pipelines.runs.models import LoadedModel, check_loaded
from secateur.pipelines.runs.options import Pipeline

DEFAULT_BUDGET_S = 120.0
"""Seconds that full attention may take before its time is projected."""
_FIRST_PREFIX = 2_000
"""Characters of the first prefix that full attention is timed on; the next have twice as many."""
_Key = tuple[int, int, str]


@dataclass(frozen=True)
class Side:
    """What one attention cost.

    Attributes:
        seconds: Model and decoding, the file already read.
        attention_s: Inside attention, selection too; None where projected, or inside Gemma 2.
        peak_mib: Largest resident memory of the process.
        prefill_s: Reading the prompt, for summaries.
        decode_s: Writing the summary.
        density: Computed share of the visible pairs, for DAP.
        selection_s: Choosing what to keep, for DAP.
        recovered_share: Share of query tiles run over their full row, for DAP.
    """

    seconds: float
    attention_s: float | None
    peak_mib: float | None
    prefill_s: float | None = None
    decode_s: float | None = None
    density: float | None = None
    selection_s: float | None = None
    recovered_share: float | None = None


@dataclass(frozen=True)
class Comparison:
    """Both attentions on one document.

    Attributes:
        file: The document's name.
        pipeline: "finance" or "clinical".
        tokens: Tokens of the document, all read.
        threads: Threads of torch.
        dtype: Of weights and activations.
        full: Stock transformers with torch's attention.
        dap: The same model under DAP.
        speedup: Seconds of full over seconds of dap.
        agreement: entity_f1 or rouge_l of DAP with full as reference.
        agreement_tokens: Tokens of the prefix that the agreement was measured on.
        changed: What only one side found.
        projected: Whether full attention's seconds were extrapolated from shorter prefixes.
        curve: Both attentions on growing prefixes, shortest first: "tokens", "full_s", "dap_s";
            empty where it was not asked for.
    """

    file: str
    pipeline: Pipeline
    tokens: int
    threads: int
    dtype: str
    full: Side
    dap: Side
    speedup: float
    agreement: dict[str, float]
    agreement_tokens: int
    changed: tuple[dict[str, Any], ...]
    projected: bool
    curve: tuple[dict[str, float], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON values; what a side does not have is left out, so is no curve."""
        values = asdict(self) | {"curve": list(self.curve), "changed": list(self.changed)}
        if not self.curve:
            del values["curve"]
        for side in ("full", "dap"):
            values[side] = {k: v for k, v in values[side].items() if v is not None}
        return values


@dataclass(frozen=True)
class _Outcome:
    tokens: int
    entities: tuple[Entity, ...] = ()
    summary: Summary | None = None


def pipeline_for(document: Document) -> Pipeline:
    """Guesses a document's pipeline: from its kind where that is sure, else from its sections.

    Without sections, plain text is taken for a note, all else for a report.
    """
    check(document, Document)
    if document.media_type in (CDA, FHIR):
        return "clinical"
    if document.sections:
        is_report = any(re.match(r"Item \d", section.name) for section in document.sections)
    else:
        is_report = document.media_type != TEXT
    return "finance" if is_report else "clinical"


def compare(
    document: Document,
    pipeline: Pipeline,
    loaded: LoadedModel,
    *,
    threshold: float | None = None,
    budget_s: float = DEFAULT_BUDGET_S,
    curve: bool = False,
    progress: Callable[[str], None] = lambda message: None,
) -> Comparison:
    """Runs both attentions on one document, one after the other.

    Full attention runs on prefixes that double in length; where the next one would pass the
    budget, its time on the whole document is projected from those measured and marked so.

    Args:
        document: The document.
        pipeline: "finance" (entities) or "clinical" (summary).
        loaded: The pipeline's model.
        threshold: DAP threshold; None is the model's own.
        budget_s: Seconds that full attention may take in all.
        curve: Runs DAP too on the prefixes that full attention is measured on.
        progress: Told what is being run.

    Returns:
        Costs and differences.
    """
    check(document, Document)
    check(loaded, LoadedModel)
    check_loaded(loaded, pipeline)
    run = _runner(pipeline, loaded)
    run(prefix(document, 200))  # the first run pays for lazy set-up
    loaded.use("dap", threshold)
    progress("DAP")
    dap = measure(lambda: run(document))
    dap_side = _side(dap, hf.statistics(loaded.model))
    loaded.use("full")
    full, parts, points = _full(document, run, dap.result.tokens, budget_s, progress)
    projected = full.result.tokens < dap.result.tokens
    full_side = _side(full, {})
    if projected:
        full_side = Side(_project(points, dap.result.tokens), attention_s=None, peak_mib=None)
        loaded.use("dap", threshold)
        pruned = run(parts[-1])
    else:
        pruned = dap.result
    same, changed = _differences(full.result, pruned)
    lengths: list[dict[str, float]] = []
    if curve:
        loaded.use("dap", threshold)
        for part, (tokens, seconds) in zip(parts, points, strict=True):
            progress(f"DAP, {tokens:,} tokens")
            pruned_s = measure(lambda part=part: run(part)).seconds  # type: ignore[misc]
            lengths.append({"tokens": tokens, "full_s": seconds, "dap_s": pruned_s})
    return Comparison(
        file=document.doc_id,
        pipeline=pipeline,
        tokens=dap.result.tokens,
        threads=torch.get_num_threads(),
        dtype=str(loaded.model.dtype).removeprefix("torch."),
        full=full_side,
        dap=dap_side,
        speedup=full_side.seconds / dap_side.seconds,
        agreement=same,
        agreement_tokens=full.result.tokens,
        changed=changed,
        projected=projected,
        curve=tuple(lengths),
    )


def _runner(pipeline: Pipeline, loaded: LoadedModel) -> Callable[[Document], _Outcome]:
    def entities(document: Document) -> _Outcome:
        found = extract_all(document, loaded.model, loaded.tokenizer)
        return _Outcome(found.tokens, entities=found.entities)

    def summary(document: Document) -> _Outcome:
        # Mending would read the pruned note again with full attention.
        found = write_brief(document, loaded.model, loaded.tokenizer, recover=False)
        return _Outcome(found.tokens, summary=found)

    return entities if pipeline == "finance" else summary


def _full(
    document: Document,
    run: Callable[[Document], _Outcome],
    tokens: int,
    budget_s: float,
    progress: Callable[[str], None],
) -> tuple[Measured[_Outcome], list[Document], list[tuple[int, float]]]:
    """Measures full attention on growing prefixes, the whole document last if time allows."""
    points: list[tuple[int, float]] = []
    parts: list[Document] = []
    wanted = _FIRST_PREFIX
    while True:
        whole = wanted >= tokens or (
            len(points) > 1 and _project(points, tokens) <= budget_s - sum(s for _, s in points)
        )
        part = document if whole else prefix(document, wanted * len(document.text) // tokens)
        progress(f"full attention, {tokens if whole else min(wanted, tokens):,} tokens")
        measured = measure(lambda part=part: run(part))  # type: ignore[misc]
        points.append((measured.result.tokens, measured.seconds))
        parts.append(part)
        wanted *= 2
        spent = sum(seconds for _, seconds in points)
        if whole or (len(points) > 2 and spent + _project(points, min(wanted, tokens)) > budget_s):
            return measured, parts, points


def _project(points: list[tuple[int, float]], tokens: int) -> float:
    """Extrapolates seconds as `a n + b n^2`, neither negative, through the measured points."""
    lengths, seconds = np.array(points, dtype=np.float64).T
    terms = np.stack([lengths, lengths**2], axis=1)
    # Relative weights: the short prefixes fix the linear part, the long ones the quadratic.
    (linear, square), *_ = np.linalg.lstsq(terms / seconds[:, None], np.ones_like(seconds), None)
    if square < 0:
        linear, square = float((seconds / lengths)[-1]), 0.0
    if linear < 0:
        linear, square = 0.0, float((seconds / lengths**2)[-1])
    return float(linear * tokens + square * tokens**2)


def prefix(document: Document, characters: int) -> Document:
    """Cuts a document after the passage that reaches the given number of characters."""
    kept = [p for p in document.passages if p.start < max(characters, 1)]
    end = kept[-1].end if kept else len(document.text)
    return replace(document, text=document.text[:end], passages=tuple(kept))


def _side(measured: Measured[_Outcome], pruned: dict[str, dict[str, float]]) -> Side:
    summary = measured.result.summary
    costs = pruned_costs(pruned) if pruned else {}
    shares = [module["recovered_share"] for module in pruned.values() if module["pruned_calls"]]
    return Side(
        seconds=measured.seconds,
        attention_s=costs.get("attention_s", measured.torch_attention_s or None),
        peak_mib=measured.peak_mib,
        prefill_s=summary.timings["prefill_s"] if summary else None,
        decode_s=summary.timings["decode_s"] if summary else None,
        density=costs.get("density"),
        selection_s=costs.get("selection_s"),
        recovered_share=fmean(shares or [0.0]) if pruned else None,
    )


def _differences(
    full: _Outcome, dap: _Outcome
) -> tuple[dict[str, float], tuple[dict[str, Any], ...]]:
    if full.summary is not None and dap.summary is not None:
        scorer = rouge_scorer(["rougeL"])
        rouge = scorer.score(full.summary.summary, dap.summary.summary)["rougeL"].fmeasure
        texts = [[s.text for s in side.sentences] for side in (full.summary, dap.summary)]
        only = [{"only_in": "full", "text": t} for t in texts[0] if t not in texts[1]]
        only += [{"only_in": "dap", "text": t} for t in texts[1] if t not in texts[0]]
        return {"rouge_l": rouge}, tuple(only)
    mine, theirs = _keyed(full.entities), _keyed(dap.entities)
    changed = _only("full", mine, theirs) + _only("dap", theirs, mine)
    return {"entity_f1": agreement(full.entities, dap.entities)}, tuple(changed)


def agreement(first: Iterable[Entity], second: Iterable[Entity]) -> float:
    """F1 of one set of entities with another as reference: same place and label."""
    mine, theirs = _keyed(first), _keyed(second)
    count = len(mine) + len(theirs)
    return 2 * len(mine.keys() & theirs.keys()) / count if count else 1.0


def _keyed(entities: Iterable[Entity]) -> dict[_Key, str]:
    return {(e.start, e.end, e.label): e.text for e in entities}


def _only(name: str, mine: dict[_Key, str], theirs: dict[_Key, str]) -> list[dict[str, Any]]:
    return [
        {"only_in": name, "start": key[0], "end": key[1], "label": key[2], "text": mine[key]}
        for key in sorted(mine.keys() - theirs.keys())
    ]
