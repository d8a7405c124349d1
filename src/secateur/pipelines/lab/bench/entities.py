"""`secateur bench documents`, finance: one checkpoint under full, pruned and windowed attention."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from secateur.core import hf
from secateur.core.models.tagger import model_labels
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.errors import UsageError
from secateur.pipelines.evaluation.filings import by_regex
from secateur.pipelines.export.formats import FORMATS
from secateur.pipelines.finance.candidates.tokens import tokenise
from secateur.pipelines.finance.reader.encode import Encoded
from secateur.pipelines.finance.reader.entities import decode, extract_all, prepare
from secateur.pipelines.finance.reader.scoring import Scores, score
from secateur.pipelines.finance.reader.windows import STRIDE, WINDOW, score_windows
from secateur.pipelines.ingestion.files.limits import DEFAULT_LIMITS
from secateur.pipelines.ingestion.files.load import load
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.lab.bench.timing import context, interleave, time_calls
from secateur.pipelines.lab.comparison import agreement, prefix
from secateur.pipelines.lab.measure import Measured, measure, pruned_costs
from secateur.pipelines.runs.models import LoadedModel, load_model
from secateur.pipelines.runs.options import Dtype, RunOptions

METHODS = ("dap", "full", "windows", "regex")
BATCH_SIZES = (1, 2, 4, 8, 16)
_JSONL = FORMATS["jsonl"]
_BEGINNING = 16_384
"""Tokens of a document that batch sizes are tried on; of a longer one full attention warms up."""
_HEADS_PARTED = 4
_Row = dict[str, Any]


@dataclass(frozen=True)
class Read:
    """What one run made of a file.

    Attributes:
        records: The file of results.
        entities: What it holds.
        tokens: Word pieces of the document.
        sequence: Length of what the model reads when it reads all at once.
        read_again: Pieces of unsure words whose labels come from a second reading.
    """

    records: bytes
    entities: tuple[Entity, ...]
    tokens: int
    sequence: int
    read_again: int = 0


def benchmark_entities(
    document: Path,
    lengths: Sequence[int],
    dtypes: Sequence[Dtype],
    methods: Sequence[str] = METHODS,
    *,
    repeats: int = 3,
    compose_above: int | None = None,
    threshold: float | None = None,
    model: str | None = None,
) -> list[dict[str, Any]]:
    """Times the whole pipeline, from file to records, the model already loaded.

    Methods take turns, each after one run that is not timed; that of full attention, which would
    take minutes, reads of a document of more than 16,384 tokens only the beginning. Full attention
    is torch's own without a mask at batch 1. Windows have 512 tokens and a stride of 384, in the
    fastest of `BATCH_SIZES`.

    Args:
        document: A report, long enough.
        lengths: Tokens; the file is cut there. 0 takes the whole file.
        dtypes: Of the model, "fp32" or "bf16".
        methods: Of `METHODS`; "regex" runs no model.
        repeats: Runs of each.
        compose_above: Documents of more tokens do not run full attention throughout: it is timed on
            its own in a quarter of one layer's heads, as often as the others run, counted for all
            heads of all layers, and added to what all else took. None always runs it.
        threshold: Of DAP; None is the model's own.
        model: Another model than the one that ships.

    Returns:
        One row for each length, dtype and method, as in the design's machine-readable results.

    Raises:
        UsageError: The document is too short, a method is unknown, or full attention is to be
            composed without the method "dap".
    """
    for method in methods:
        if method not in METHODS:
            raise UsageError(f"unknown method {method!r}; one of {', '.join(METHODS)}")
    if compose_above is not None and "full" in methods and "dap" not in methods:
        raise UsageError("full attention is composed beside what dap took: measure dap too")
    rows: list[dict[str, Any]] = []
    for dtype in dtypes:
        loaded = load_model("finance", RunOptions(attention="full", dtype=dtype, model=model))
        for length in lengths:
            with tempfile.TemporaryDirectory() as folder:
                file = cut_report(document, length, loaded, Path(folder))
                run = _Setting(file, loaded, threshold, compose_above)
                rows += run.rows(methods, repeats, {"document": document.name, "dtype": dtype})
    return rows


def cut_report(document: Path, tokens: int, loaded: LoadedModel, folder: Path) -> Path:
    """Cuts a report after the passage that reaches a number of tokens, the file's own bytes.

    Args:
        document: A report of one file whose passages know their bytes.
        tokens: How many; 0 takes all.
        loaded: Whose tokens are counted.
        folder: Where the shorter file goes.

    Returns:
        The file.

    Raises:
        UsageError: The report is shorter, or does not know its bytes.
    """
    data = load(document, DEFAULT_LIMITS)
    if tokens:
        whole = read(document)
        pieces = tokenise(whole.text, loaded.tokenizer)
        if len(pieces) < tokens:
            raise UsageError(f"{document.name} has {len(pieces):,} tokens, not {tokens:,}")
        end = int(pieces.ends[tokens - 1])
        source = next((p.source for p in whole.passages if p.end >= end and p.source), None)
        if source is None:
            raise UsageError(f"{document.name}: its passages do not know their bytes; give HTML")
        data = data[: source[1]]
    file = folder / document.name.removesuffix(".gz")
    file.write_bytes(data)
    return file


def read_by(scorer: Callable[[Encoded], Scores], file: Path, loaded: LoadedModel) -> Read:
    """Reads a file and writes its records; what is read by is the only difference of methods."""
    document = read(file)
    encoded = prepare(document, loaded.model, loaded.tokenizer)
    scores = scorer(encoded)
    found = decode(document, encoded, scores, model_labels(loaded.model))
    records = _JSONL.write(document, found.entities)[_JSONL.suffix]
    return Read(records, found.entities, found.tokens, found.sequence, len(scores.again))


def read_by_pattern(file: Path) -> Read:
    """Reads a file by the pattern for numbers, which knows no tokens."""
    document = read(file)
    entities = tuple(by_regex(document))
    return Read(_JSONL.write(document, entities)[_JSONL.suffix], entities, 0, 0)


def fastest_batch(file: Path, loaded: LoadedModel) -> int:
    """Tries windows in batches of each size, by the clock that rows compare.

    Args:
        file: What the windows are of; those of a long document's beginning tell as much as all.
        loaded: The model, left under full attention.

    Returns:
        The fastest of `BATCH_SIZES`.
    """
    loaded.use("full")
    encoded = prepare(read(file), loaded.model, loaded.tokenizer)
    sizes = [size for size in BATCH_SIZES if size <= max(len(encoded.tokens) // STRIDE, 1)]
    encoded = replace(encoded, tokens=encoded.tokens.first(_BEGINNING), numbers=None)
    windows = partial(score_windows, encoded, loaded.model, loaded.tokenizer)
    best = interleave({size: partial(windows, batch_size=size) for size in sizes}, 2)
    return min(best, key=best.__getitem__)


def best_of(runs: Sequence[Measured[Any]]) -> int:
    """Number of the run that took least by the clock."""
    return min(range(len(runs)), key=lambda number: runs[number].seconds)


class _Setting:
    """One file and one loaded model."""

    def __init__(
        self, file: Path, loaded: LoadedModel, threshold: float | None, compose_above: int | None
    ) -> None:
        self._file = file
        self._loaded = loaded
        self._threshold = threshold
        self._tokens = len(tokenise(read(file).text, loaded.tokenizer))
        self._composes = compose_above is not None and self._tokens > compose_above
        self._batch_size = BATCH_SIZES[0]

    def rows(
        self, methods: Sequence[str], repeats: int, facts: dict[str, Any]
    ) -> Iterator[dict[str, Any]]:
        if "windows" in methods:
            self._batch_size = fastest_batch(self._file, self._loaded)
        ways = [name for name in methods if not (name == "full" and self._composes)]
        for name in ways:
            self._warm_up(name)
        runs: dict[str, list[Measured[Read]]] = {name: [] for name in methods}
        costs: list[dict[str, float]] = []
        for _ in range(repeats):
            for name in ways:
                runs[name].append(measure(partial(self._run, name)))
                if name == "dap":
                    costs.append(pruned_costs(hf.statistics(self._loaded.model)))
        cost = costs[best_of(runs["dap"])] if costs else {}
        for name, measured in runs.items():
            if measured:
                row = self._row(name, measured, repeats) | (cost if name == "dap" else {})
            else:
                row = self._composed(runs["dap"][best_of(runs["dap"])], cost, repeats)
            full = runs.get("full")
            if full and name != "full":
                row["f1_against_full"] = round(
                    agreement(measured[0].result.entities, full[0].result.entities), 4
                )
            yield {"task": "entities"} | facts | row | context()

    def _run(self, method: str) -> Read:
        loaded = self._loaded
        if method == "regex":
            return read_by_pattern(self._file)
        loaded.use("dap" if method == "dap" else "full", self._threshold)
        scorer: Callable[[Encoded], Scores] = partial(score, model=loaded.model)
        if method == "windows":
            scorer = partial(
                score_windows, model=loaded.model, tokenizer=loaded.tokenizer,
                batch_size=self._batch_size,
            )  # fmt: skip
        return read_by(scorer, self._file, loaded)

    def _warm_up(self, method: str) -> None:
        """Runs a method once, since the first run pays for lazy set-up, whosever it is."""
        if method == "full" and self._tokens > _BEGINNING:
            loaded, document = self._loaded, read(self._file)
            end = int(tokenise(document.text, loaded.tokenizer).ends[_BEGINNING - 1])
            loaded.use("full")
            extract_all(prefix(document, end), loaded.model, loaded.tokenizer)
        else:
            self._run(method)

    def _row(self, name: str, measured: list[Measured[Read]], repeats: int) -> dict[str, Any]:
        best = measured[best_of(measured)]
        row = {
            "tokens": self._tokens,
            "method": f"windows{WINDOW}" if name == "windows" else name,
            "seconds": round(best.seconds, 6),
            "seconds_all": [round(one.seconds, 6) for one in measured],
            "cpu_s_all": [round(one.cpu_s, 6) for one in measured],
            "tokens_per_s": round(self._tokens / best.seconds, 1),
            "peak_mib": round(max(one.peak_mib for one in measured), 1),
            "attention_s": None if name == "regex" else round(best.torch_attention_s, 6),
            "repeats": repeats,
            "composed": False,
        }
        more = {"windows": {"batch_size": self._batch_size}}
        more["dap"] = {"read_again": best.result.read_again}
        return row | more.get(name, {})

    def _composed(self, dap: Measured[Read], pruned: dict[str, float], repeats: int) -> _Row:
        """Full attention's cost from one layer's, and from what all else took under DAP."""
        sequence = dap.result.sequence
        config = self._loaded.model.config
        heads, layers = config.num_attention_heads, config.num_hidden_layers
        timed = max(heads // _HEADS_PARTED, 1)
        shape = (1, timed, sequence, config.hidden_size // heads)
        query, key, value = (torch.randn(shape).to(self._loaded.model.dtype) for _ in range(3))
        times = time_calls({"full": partial(_attend, query, key, value)}, repeats)["full"]
        scale = layers * heads / timed / 1e3
        attention = scale * min(times.wall_ms)
        other = dap.seconds - pruned["attention_s"]
        other_cpu = dap.cpu_s - pruned["attention_s"] * dap.cpu_s / dap.seconds
        return {
            "tokens": self._tokens,
            "method": "full",
            "seconds": round(other + attention, 6),
            "seconds_all": [round(other + scale * wall, 6) for wall in times.wall_ms],
            "cpu_s_all": [round(other_cpu + scale * cpu, 6) for cpu in times.cpu_ms],
            "tokens_per_s": round(self._tokens / (other + attention), 1),
            "peak_mib": None,
            "attention_s": round(attention, 6),
            "repeats": repeats,
            "composed": True,
        }


def _attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    with torch.no_grad():
        return F.scaled_dot_product_attention(query, key, value)
