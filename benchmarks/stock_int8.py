"""Stock int8 as a rival of the summariser: torchao's weights under transformers' own `generate`."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import replace

from secateur.core.decoder.decoding import Prompt
from secateur.pipelines.lab.bench.writing import Write, Written, write_stock
from secateur.pipelines.runs.models import LoadedModel, load_model
from secateur.pipelines.runs.options import RunOptions

MISSING = "not measured: pip install --no-deps torchao"


def installed() -> bool:
    """Tells whether the package is there; it is no requirement, transformers imports it unasked."""
    return importlib.util.find_spec("torchao") is not None


def writer() -> Write:
    """Loads the summariser in bfloat16 and rounds its weights by torchao.

    Returns:
        A function that writes after the first prompt with full attention, the given model being
        left aside.
    """
    from torchao.quantization import Int8WeightOnlyConfig, quantize_

    stock = load_model("clinical", RunOptions(attention="full", dtype="bf16"))
    quantize_(stock.model, Int8WeightOnlyConfig())

    def write(prompts: Sequence[Prompt], loaded: LoadedModel) -> Written:
        return write_stock(prompts, replace(stock, tokenizer=loaded.tokenizer))

    return write
