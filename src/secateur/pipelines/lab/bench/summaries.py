"""`secateur bench documents`, clinical: a note from file to summary, our decoding and stock."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from secateur.core import hf
from secateur.pipelines.clinical.facts.allergies import allergies
from secateur.pipelines.clinical.facts.follow_up import follow_up
from secateur.pipelines.clinical.handover.brief import DRAFTS
from secateur.pipelines.clinical.handover.drafts import Spans, telling_sentences
from secateur.pipelines.clinical.handover.prompt import NotePrompt, build_prompt, frame_length
from secateur.pipelines.clinical.handover.writing import Writer, split_sentences
from secateur.pipelines.clinical.medications.reconciliation import medications, prescriptions
from secateur.pipelines.clinical.verification.terms import TermReader, installed_reader
from secateur.pipelines.clinical.verification.verify import Verifier
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.sentences import sentences_of
from secateur.pipelines.document.summary import Summary, SummarySentence
from secateur.pipelines.errors import UsageError
from secateur.pipelines.evaluation.methods import frequent
from secateur.pipelines.evaluation.rouge import rouge_scorer
from secateur.pipelines.export.records import summary_as_json
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.lab.bench.entities import best_of
from secateur.pipelines.lab.bench.timing import context
from secateur.pipelines.lab.bench.writing import (
    NEW_TOKENS,
    Write,
    Written,
    write_pruned,
    write_stock,
)
from secateur.pipelines.lab.measure import Measured, measure, pruned_costs
from secateur.pipelines.runs.models import LoadedModel, load_model
from secateur.pipelines.runs.options import Dtype, RunOptions

METHODS = ("dap", "drafts", "full", "extractive")
_PRUNED = ("dap", "drafts")
_SENTENCES = 2
"""Sentences of the summary by frequent words, as a measure of what any summary reaches."""


def benchmark_summaries(
    notes: Sequence[Path],
    dtypes: Sequence[Dtype],
    *,
    tokens: int | None = None,
    words: int | None = None,
    methods: Sequence[str] = METHODS,
    others: Mapping[str, Write] | None = None,
    repeats: int = 3,
    threshold: float | None = None,
    model: str | None = None,
) -> list[dict[str, Any]]:
    """Times notes from file to summary, with 64 new tokens whatever the model would write.

    All methods read, check and list alike, each once before its runs are timed; they differ in how
    the 64 tokens come about: "dap" is our decoding over a pruned prefill, "drafts" the same for as
    many texts as `summarize` writes, of the note and of its telling sections, "full" stock
    `generate` of transformers with torch's attention, "extractive" two sentences of the note's most
    frequent words.

    Args:
        notes: Files, read as one record.
        dtypes: Of the model, "fp32", "bf16" or "int8" (see `RunOptions`).
        tokens: The record is cut to this many tokens, None takes it whole.
        words: The record is cut to this many words, instead of tokens.
        methods: Of `METHODS`.
        others: More ways to write, by name.
        repeats: Runs of each, the methods taking turns.
        threshold: Of DAP; None is the model's own.
        model: Another model than the one that ships.

    Returns:
        One row for each dtype and method, as in the design's machine-readable results.

    Raises:
        UsageError: The notes are too short, too long for the model, or a method is unknown.
    """
    for method in methods:
        if method not in METHODS:
            raise UsageError(f"unknown method {method!r}; one of {', '.join(METHODS)}")
    rows: list[dict[str, Any]] = []
    reader = installed_reader()
    ways = {name: _WAYS[name] for name in methods} | dict(others or {})
    for dtype in dtypes:
        loaded = load_model("clinical", RunOptions(attention="full", dtype=dtype, model=model))
        with tempfile.TemporaryDirectory() as folder:
            file = join_notes(notes, tokens, words, loaded, Path(folder))
            setting = _Setting(file, loaded, reader, threshold)
            rows += setting.rows(ways, repeats, {"document": _named(notes), "dtype": dtype})
    return rows


def join_notes(
    notes: Sequence[Path], tokens: int | None, words: int | None, loaded: LoadedModel, folder: Path
) -> Path:
    """Writes several notes as one record, cut to a length.

    Args:
        notes: The files.
        tokens: Most tokens, or None.
        words: Most words, or None.
        loaded: Whose tokens are counted.
        folder: Where the record goes.

    Returns:
        The record, as text.

    Raises:
        UsageError: The notes are shorter than asked for, or longer than the model reads at once.
    """
    text = "\n\n".join(read(note).text for note in notes)
    encoding = loaded.tokenizer(
        text, add_special_tokens=False, return_offsets_mapping=True, verbose=False
    )
    ends = [end for _, end in encoding["offset_mapping"]]
    if words is not None:
        parts = text.split(maxsplit=words)
        if len(parts) < words:
            raise UsageError(f"{_named(notes)} has {len(parts):,} words, not {words:,}")
        text = text[: len(text) - len(parts[words])] if len(parts) > words else text
    elif tokens is not None:
        if len(ends) < tokens:
            raise UsageError(f"{_named(notes)} has {len(ends):,} tokens, not {tokens:,}")
        text = text[: ends[tokens - 1]]
    file = folder / "record.txt"
    file.write_text(text, encoding="utf-8")
    return file


_WAYS: Mapping[str, Write | None] = {
    "dap": write_pruned,
    "drafts": partial(write_pruned, drafts=DRAFTS),
    "full": write_stock,
    "extractive": None,
}


class _Setting:
    """One record and one loaded model."""

    def __init__(
        self,
        file: Path,
        loaded: LoadedModel,
        reader: TermReader | None,
        threshold: float | None,
    ) -> None:
        self._file = file
        self._loaded = loaded
        self._reader = reader
        self._threshold = threshold
        positions = int(loaded.model.config.max_position_embeddings)
        text = read(file).text
        self._tokens = build_prompt(text, [(0, len(text))], loaded.tokenizer).note_tokens
        length = self._tokens + frame_length(loaded.tokenizer) + NEW_TOKENS
        if length > positions:
            raise UsageError(f"{self._tokens:,} tokens do not fit the model's {positions:,}")

    def rows(
        self, ways: Mapping[str, Write | None], repeats: int, facts: dict[str, Any]
    ) -> Iterator[dict[str, Any]]:
        for name, write in ways.items():  # the first run pays for lazy set-up, whosever it is
            self._run(name, write)
        runs: dict[str, list[Measured[Summary]]] = {name: [] for name in ways}
        costs: list[dict[str, float]] = []
        for _ in range(repeats):
            for name, write in ways.items():
                runs[name].append(measure(partial(self._run, name, write)))
                if name == "dap":
                    costs.append(pruned_costs(hf.statistics(self._loaded.model)))
        full = runs.get("full")
        scorer = rouge_scorer(["rougeL"])
        for name, measured in runs.items():
            row = self._row(name, measured)
            if name == "dap":
                row |= costs[best_of(measured)]
            if full and name != "full":
                texts = full[0].result.summary, measured[0].result.summary
                row["rouge_l_against_full"] = round(scorer.score(*texts)["rougeL"].fmeasure, 6)
            yield {"task": "summary"} | facts | row | context()

    def _run(self, name: str, write: Write | None) -> Summary:
        loaded = self._loaded
        loaded.use("dap" if name in _PRUNED else "full", self._threshold)
        document = read(self._file)
        spans = sentences_of(document)
        if write is None:
            written, note_tokens = Written(frequent(document, _SENTENCES), 0.0, 0.0), 0
        else:
            prompts = [build_prompt(document.text, spans, loaded.tokenizer)]
            note_tokens = prompts[0].note_tokens
            if name == "drafts" and (sections := _of_sections(document, spans, loaded)):
                prompts.append(sections)
            written = write(prompts, loaded)
        verifier = Verifier(document, spans, self._reader)
        vocabulary = self._reader.vocabulary if self._reader else None
        drugs = medications(document, spans, vocabulary)
        plain = (SummarySentence(text, (), 1.0, ()) for text in split_sentences(written.text))
        found = tuple(verifier.examine(sentence) for sentence in plain)
        summary = Summary(
            doc_id=document.doc_id,
            style="brief",
            summary=written.text,
            sentences=found,
            attention=name,
            tokens=note_tokens,
            recovered=False,
            timings={"prefill_s": written.prefill_s, "decode_s": written.decode_s},
            medications=drugs.taken,
            prescriptions=prescriptions(document, spans, drugs.taken, vocabulary),
            stopped=drugs.stopped,
            allergies=allergies(document, vocabulary),
            follow_up=follow_up(document, spans),
        )
        summary_as_json(summary)
        return summary

    def _row(self, name: str, measured: list[Measured[Summary]]) -> dict[str, Any]:
        best = measured[best_of(measured)]
        timings = best.result.timings
        return {
            "tokens": self._tokens,
            "new_tokens": 0 if name == "extractive" else NEW_TOKENS,
            "method": name,
            "seconds": round(best.seconds, 6),
            "seconds_all": [round(one.seconds, 6) for one in measured],
            "cpu_s_all": [round(one.cpu_s, 6) for one in measured],
            "tokens_per_s": round(self._tokens / best.seconds, 1),
            "prefill_s": round(timings["prefill_s"], 6),
            "decode_s": round(timings["decode_s"], 6),
            "peak_mib": round(max(one.peak_mib for one in measured), 1),
            "attention_s": round(best.torch_attention_s, 6) if name == "full" else None,
            "repeats": len(measured),
        }


def _of_sections(document: Document, spans: Spans, loaded: LoadedModel) -> NotePrompt | None:
    """The prompt with the telling sections only, which `summarize` reads too; None without any."""
    count = Writer(loaded.model, loaded.tokenizer, 1, NEW_TOKENS).count
    lines = [document.text[slice(*span)] for span in telling_sentences(document, spans, count)]
    text = "\n".join(lines)
    return build_prompt(text, [(0, len(text))], loaded.tokenizer) if lines else None


def _named(notes: Sequence[Path]) -> str:
    return notes[0].name if len(notes) == 1 else f"{len(notes)} notes as one record"
