"""Perplexity of a decoder under DAP against full attention, on documents of one's own.

    python benchmarks/perplexity.py filing.html --tokens 4096 --thresholds 0.45 0.6

Nothing is fine-tuned; the first threshold measured is 0, full attention through the same kernel.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from pathlib import Path

import torch
from transformers import PreTrainedModel

from secateur.core import hf
from secateur.pipelines.ingestion.read import read

_CHARACTERS_A_TOKEN = 8


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


def main() -> None:
    """Prints one JSON line for each threshold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--model", default="smollm2-135m")
    parser.add_argument("--tokens", type=int, default=4096)
    parser.add_argument("--skip", type=int, default=60_000, help="characters before the text read")
    parser.add_argument("--thresholds", type=float, nargs="+", default=[0.45])
    options = parser.parse_args()
    model, tokenizer = hf.load(options.model, "causal-lm")
    documents = []
    for path in options.files:
        end = options.skip + options.tokens * _CHARACTERS_A_TOKEN
        tokens = tokenizer(read(path).text[options.skip : end], return_tensors="pt").input_ids
        if tokens.shape[1] < options.tokens:
            parser.error(f"{path} has {tokens.shape[1]} tokens there, not {options.tokens}")
        documents.append(tokens[:, : options.tokens])
    measure(model, documents[:1], 0.0)  # the first reading pays for lazy set-up
    for threshold in (0.0, *options.thresholds):
        sys.stdout.write(json.dumps(measure(model, documents, threshold)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
