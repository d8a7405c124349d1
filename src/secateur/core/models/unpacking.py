"""Unpacks a decoder from its GGUF file once and keeps the copy in Hugging Face's own format."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
from pathlib import Path

import torch
import transformers
from tokenizers import pre_tokenizers
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    GgufConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

CACHE_VARIABLE = "SECATEUR_CACHE"
_MANIFEST = "manifest.json"
_WEIGHTS = "model.safetensors"
# Part of the name of a copy: raise it when what is written there changes.
_FORMAT = 1

logger = logging.getLogger(__name__)


def cache_folder() -> Path:
    """Says where unpacked copies are kept: SECATEUR_CACHE, else the user's cache folder."""
    chosen = os.environ.get(CACHE_VARIABLE)
    if chosen:
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "secateur"


def sha256(file: Path) -> str:
    """Computes the sha256 of a file, as 64 hexadecimal digits."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def unpack(source: Path, dtype: torch.dtype) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Reads a GGUF file of the SmolLM family; takes many seconds.

    Args:
        source: The GGUF file.
        dtype: Type of the weights; they are unpacked in fp32 and rounded once.

    Returns:
        The model in evaluation mode, and the tokenizer.
    """
    model = AutoModelForCausalLM.from_pretrained(
        source.parent,
        gguf_file=source.name,
        dtype=dtype,
        attn_implementation="sdpa",
        quantization_config=GgufConfig(dequantize=True),
    )
    tokenizer = AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name)
    tokenizer.model_max_length = model.config.max_position_embeddings
    # The file only names its pre-tokenizer ("smollm": single digits first) and transformers reads
    # every such file as plain GPT-2, which cuts spaces before digits otherwise than in training.
    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    return model, tokenizer


def kept_copy(source: Path, digest: str) -> Path:
    """Gives the folder with the unpacked fp32 model and tokenizer, made if it is missing or broken.

    Args:
        source: The GGUF file.
        digest: Its sha256, which names the copy together with the version of transformers.

    Returns:
        A folder for `from_pretrained`; the sha256 of its weights has just been checked.

    Raises:
        OSError: The cache folder cannot be written.
    """
    copy = cache_folder() / f"{source.stem}-{digest[:12]}-{transformers.__version__}-{_FORMAT}"
    if _intact(copy):
        return copy
    logger.info("unpacking %s once into %s", source.name, copy)
    copy.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=copy.parent) as scratch:
        # Written aside and moved at the end: a run cut short leaves nothing that looks whole, and
        # two first runs at once do not mix.
        draft = Path(scratch) / copy.name
        model, tokenizer = unpack(source, torch.float32)
        model.save_pretrained(draft)
        tokenizer.save_pretrained(draft)
        (draft / _MANIFEST).write_text(json.dumps({_WEIGHTS: sha256(draft / _WEIGHTS)}))
        if not _intact(copy):
            shutil.rmtree(copy, ignore_errors=True)
            draft.rename(copy)
    return copy


def _intact(copy: Path) -> bool:
    try:
        expected = json.loads((copy / _MANIFEST).read_text())[_WEIGHTS]
        return bool(sha256(copy / _WEIGHTS) == expected)
    except (OSError, ValueError, KeyError):
        return False
