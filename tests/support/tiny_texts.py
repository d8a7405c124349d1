"""Folders of text and configs that train tiny models on them."""

from __future__ import annotations

from pathlib import Path

import torch
from tiny_folders import save_decoder, tiny_tokenizer
from transformers import BertConfig, BertForMaskedLM

WORDS = "net sales rose by ten per cent while costs fell and cash grew in every region".split()


def save_texts(folder: Path, documents: int = 6, words: int = 700) -> Path:
    """Writes documents whose words follow one another in the same order; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(documents):
        shift = number % len(WORDS)
        text = " ".join(WORDS[(place + shift) % len(WORDS)] for place in range(words))
        (folder / f"{number}.txt").write_text(text.replace(" and ", " and.\n"))
    return folder


def save_masked(folder: Path) -> Path:
    """Saves a random masked language model of BERT's kind; returns the folder."""
    torch.manual_seed(1)
    tokenizer = tiny_tokenizer()
    tokenizer.add_special_tokens({"mask_token": "[MASK]"})
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=48, max_position_embeddings=512, initializer_range=0.2,
    )  # fmt: skip
    BertForMaskedLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def save_config(home: Path, objective: str = "masked", **changes: object) -> Path:
    """Saves base, texts and a config of `secateur train adapt`; returns the config.

    Args:
        home: Gets everything.
        objective: "masked" or "causal".
        **changes: Keys of tables in place of the defaults, as in `training_steps`.
    """
    (save_masked if objective == "masked" else save_decoder)(home / "base")
    save_texts(home / "texts")
    tables: dict[str, dict[str, object]] = {
        "model": {
            "base": "base", "objective": objective, "checkpoint": "out", "attention_dropout": 0.0
        },
        "data": {"folder": "texts", "max_seq_len": 64, "batch_tokens": 256, "valid_batches": 2},
        "pruning": {"attention": "full"},
        "training": {
            "output": "run", "steps": 6, "learning_rate": 5e-3, "gradient_accumulation": 2,
            "gradient_checkpointing": False, "precision": "fp32", "eval_steps": 2, "save_steps": 2,
            "log_steps": 1, "threads": 1,
        },
    }  # fmt: skip
    for key, value in changes.items():
        table, _, name = key.partition("_")
        tables.setdefault(table, {})[name] = value
    path = home / "adapt.toml"
    path.write_text("".join(_table(name, values) for name, values in tables.items()))
    return path


def _table(name: str, values: dict[str, object]) -> str:
    lines = [f"{key} = {_value(value)}" for key, value in values.items()]
    return "\n".join([f"[{name}]", *lines, ""])


def _value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)
