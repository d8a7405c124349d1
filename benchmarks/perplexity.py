"""Perplexity of a decoder under DAP against full attention; nothing is fine-tuned.

Full attention is a threshold of 0, through the same kernel. The sample report is read and, with the
data folder, a filing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import torch
from measured import PROSE, REPORT
from records import Record, Recorder, Setting
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from secateur.core import hf
from secateur.core.config import DEFAULT_THRESHOLD
from secateur.pipelines.ingestion.read import read

_CHARACTERS_A_TOKEN = 8
_DISCUSSION = 60_000
"""Characters of a filing before the text that is read."""
_LENGTHS = (2048, 8192)


def measure_perplexity(recorder: Recorder, data: Path | None, *, quick: bool) -> Iterator[Record]:
    """Measures the suite; a quick run reads the report's first 2,048 tokens."""
    model, tokenizer = hf.load("smollm2-135m", "causal-lm")
    documents = {REPORT: 0}
    if data is not None and not quick:
        documents[data / PROSE] = _DISCUSSION
    for path, skip in documents.items():
        for length in _LENGTHS[:1] if quick else _LENGTHS:
            tokens = _tokens(path, skip, length, tokenizer)
            for threshold in (0.0, DEFAULT_THRESHOLD):
                found = measure(model, tokens, threshold)
                setting: Setting = {"document": path.name, "tokens": length}
                name = "dap" if threshold else "full"
                for metric in ("perplexity", "density"):
                    yield recorder.record(
                        "perplexity", name, metric, "", setting, [found[metric]], portable=True
                    )


def measure(model: PreTrainedModel, tokens: torch.Tensor, threshold: float) -> dict[str, float]:
    """Reads the tokens once; perplexity, and mean density over the modules."""
    hf.enable(model, threshold=threshold)
    with torch.no_grad():
        loss = float(model(tokens, labels=tokens, use_cache=False).loss)
    modules = list(hf.statistics(model).values())
    density = sum(module["density"] for module in modules) / len(modules)
    return {"perplexity": math.exp(loss), "density": density}


def _tokens(path: Path, skip: int, most: int, tokenizer: PreTrainedTokenizerBase) -> torch.Tensor:
    """Reads up to `most` tokens after the first `skip` characters of a file, `[1, N]`."""
    text = read(path).text[skip : skip + most * _CHARACTERS_A_TOKEN]
    tokens: torch.Tensor = tokenizer(text, return_tensors="pt", verbose=False).input_ids
    return tokens[:, :most]
