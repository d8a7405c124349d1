"""Perplexity of a decoder under DAP against full attention, on documents of one's own.

    python benchmarks/perplexity.py filing.html --tokens 4096 --thresholds 0.45 0.6

Nothing is fine-tuned; the first threshold measured is 0, full attention through the same kernel.
As a suite of `run.py` it reads the sample report and, with the data folder, a filing.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from records import Record, Recorder, Setting
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from secateur.core import hf
from secateur.core.config import DEFAULT_THRESHOLD
from secateur.pipelines.ingestion.read import read

_CHARACTERS_A_TOKEN = 8
_MODEL = "smollm2-135m"
_FILING = Path("finance/10k_html/crm-10-k-2025-03-05.html.gz")
_DISCUSSION = 60_000
"""Characters of a filing before the text that is read."""
_LENGTHS = (2048, 8192)


def measure_perplexity(
    recorder: Recorder, data: Path | None, report: Path, *, quick: bool
) -> Iterator[Record]:
    """Measures the suite.

    Args:
        recorder: Makes the records.
        data: The data folder; without it the report alone is read.
        report: What is read from its beginning.
        quick: The report's first 2,048 tokens.

    Yields:
        Perplexity and density at the default threshold, and perplexity of full attention.
    """
    model, tokenizer = hf.load(_MODEL, "causal-lm")
    documents = {report: 0}
    if data is not None and not quick:
        documents[data / _FILING] = _DISCUSSION
    for path, skip in documents.items():
        for length in _LENGTHS[:1] if quick else _LENGTHS:
            tokens = _tokens(path, skip, length, tokenizer)
            for threshold in (0.0, DEFAULT_THRESHOLD):
                found = measure(model, [tokens], threshold)
                setting: Setting = {"document": path.name, "tokens": length}
                name = "dap" if threshold else "full"
                for metric in ("perplexity", "density"):
                    yield recorder.record(
                        "perplexity", name, metric, "", setting, [found[metric]], portable=True
                    )


def measure(
    model: PreTrainedModel, documents: list[torch.Tensor], threshold: float
) -> dict[str, float]:
    """Reads the documents once.

    Returns:
        Perplexity, mean density over the modules, and seconds of selection, attention and all.
    """
    hf.enable(model, threshold=threshold)
    start = time.perf_counter()
    with torch.no_grad():
        losses = [float(model(tokens, labels=tokens, use_cache=False).loss) for tokens in documents]
    modules = list(hf.statistics(model).values())
    return {
        "threshold": threshold,
        "perplexity": math.exp(sum(losses) / len(losses)),
        "density": sum(module["density"] for module in modules) / len(modules),
        "selection_s": sum(module["selection_ms"] for module in modules) / 1e3,
        "attention_s": sum(module["attention_ms"] for module in modules) / 1e3,
        "seconds": time.perf_counter() - start,
    }


def _tokens(path: Path, skip: int, most: int, tokenizer: PreTrainedTokenizerBase) -> torch.Tensor:
    """Reads up to `most` tokens after the first `skip` characters of a file, `[1, N]`."""
    text = read(path).text[skip : skip + most * _CHARACTERS_A_TOKEN]
    tokens: torch.Tensor = tokenizer(text, return_tensors="pt", verbose=False).input_ids
    return tokens[:, :most]


def main() -> None:
    """Prints one JSON line for each threshold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--model", default=_MODEL)
    parser.add_argument("--tokens", type=int, default=4096)
    parser.add_argument(
        "--skip", type=int, default=_DISCUSSION, help="characters before the text read"
    )
    parser.add_argument("--thresholds", type=float, nargs="+", default=[0.45])
    options = parser.parse_args()
    model, tokenizer = hf.load(options.model, "causal-lm")
    documents = []
    for path in options.files:
        tokens = _tokens(path, options.skip, options.tokens, tokenizer)
        if tokens.shape[1] < options.tokens:
            parser.error(f"{path} has {tokens.shape[1]} tokens there, not {options.tokens}")
        documents.append(tokens)
    measure(model, documents[:1], 0.0)  # the first reading pays for lazy set-up
    for threshold in (0.0, *options.thresholds):
        sys.stdout.write(json.dumps(measure(model, documents, threshold)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
