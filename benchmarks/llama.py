"""llama.cpp as a rival of the summariser: the decoder's own 4-bit file, where the package is."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from time import perf_counter

import torch

from secateur.core.decoder.decoding import Prompt
from secateur.core.models import bases
from secateur.pipelines.lab.bench.writing import NEW_TOKENS, Write, Written
from secateur.pipelines.runs.models import LoadedModel

MISSING = "not measured: pip install llama-cpp-python (compiles for some five minutes)"
NOTE = "4-bit weights of the base without the adapter: its speed, not its words"


def installed() -> bool:
    """Tells whether the package is there; it is no requirement, since it is compiled."""
    return importlib.util.find_spec("llama_cpp") is not None


def writer(context: int = 8192) -> Write:
    """Loads the decoder's file into llama.cpp.

    Args:
        context: Tokens of prompt and answer together.

    Returns:
        A function that writes after the first prompt, the model it is given being left aside.
    """
    from llama_cpp import Llama

    folder = bases.find("smollm2-135m")
    model = Llama(
        model_path=str(next(folder.glob("*.gguf"))),
        n_ctx=context,
        n_threads=torch.get_num_threads(),
        n_threads_batch=torch.get_num_threads(),
        flash_attn=True,
        verbose=False,
    )

    def write(prompts: Sequence[Prompt], loaded: LoadedModel) -> Written:
        model.reset()
        begin = perf_counter()
        stream = model.generate(prompts[0].tokens[0].tolist(), temp=0.0, reset=True)
        tokens = [next(stream)]
        first = perf_counter()
        tokens += [next(stream) for _ in range(NEW_TOKENS - 1)]
        end = perf_counter()
        text = str(loaded.tokenizer.decode(tokens, skip_special_tokens=True))
        return Written(text, first - begin, end - first)

    return write
