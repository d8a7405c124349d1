"""`secateur train adapt`: a language model goes on learning, on a folder of text."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset, disable_progress_bars
from peft import PeftModel
from torch.utils.data import Subset
from transformers import (
    AutoModelForMaskedLM,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from secateur.core import hf
from secateur.core.models import bases
from secateur.core.models.lora import attach, save_adapter
from secateur.core.training.dropout import set_attention_dropout
from secateur.core.training.language import LanguageBatches, reading, train_language_model
from secateur.core.training.vocabulary import renew_vocabulary
from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.errors import UsageError, usage_errors
from secateur.pipelines.training.card import Run, write_run
from secateur.pipelines.training.resuming import keep_recipe
from secateur.pipelines.training.settings import LEAST_ROW, DataSettings, Recipe, read_recipe
from secateur.pipelines.training.texts import Texts, hold_out, read_texts

logger = logging.getLogger(__name__)


def adapt(config_path: str | Path, seed: int | None = None) -> Path:
    """Trains a language model as a config file says.

    Args:
        config_path: TOML with the tables model, data, pruning, training and, for a decoder,
            adapter; relative paths in it start at its own folder.
        seed: In place of the config's; the names of run and checkpoint then end in it.

    Returns:
        Folder of the checkpoint: a model in Hugging Face form, fp32, or an adapter in peft's.

    Raises:
        UsageError: The config or a file is not in order; the message names place and way out.
    """
    home = Path(config_path).resolve().parent
    recipe = read_recipe(config_path)
    ending = "" if seed is None else f"-seed{seed}"
    checkpoint = home / f"{recipe.model.checkpoint}{ending}"
    training = replace(
        recipe.training,
        output=str(home / f"{recipe.training.output}{ending}"),
        seed=recipe.training.seed if seed is None else seed,
    )
    keep_recipe(recipe, training)
    learnt, held = read_both(recipe.data, home)
    started = time.monotonic()
    base = _base(recipe.model.base, home)
    with usage_errors():
        model, tokenizer = load(recipe, base, training.arithmetic, learnt)
        how = reading(
            model, tokenizer, "masked" if recipe.model.objective == "masked" else "causal",
            recipe.data.max_seq_len, recipe.data.mask_share,
        )  # fmt: skip
        rows, checks = (
            cut_rows(texts.texts, tokenizer, recipe.data.max_seq_len) for texts in (learnt, held)
        )
        count = training.steps * training.gradient_accumulation
        batches = LanguageBatches(rows, how, recipe.data.batch_tokens, count, training.seed)
        valid = spread(
            LanguageBatches(checks, how, recipe.data.batch_tokens), recipe.data.valid_batches
        )
        logger.info("%d rows, %d of them to validate on", len(rows) + len(checks), len(checks))
        torch.manual_seed(training.seed)
        trained: PreTrainedModel | PeftModel = model
        if recipe.adapter is not None:
            trained = attach(model, recipe.adapter)
        log = train_language_model(trained, batches, valid, training, recipe.pruning, how.objective)
    if isinstance(trained, PeftModel):
        save_adapter(trained, checkpoint, base)
    else:
        trained.save_pretrained(checkpoint)
        tokenizer.save_pretrained(checkpoint)
    run = Run(
        command=f"secateur train adapt --config {Path(config_path).name}",
        base=recipe.model.base,
        data=[_told("learnt from", learnt, rows), _told("validated on", held, checks)],
        settings={entry.name: getattr(recipe, entry.name) for entry in fields(recipe)
                  if getattr(recipe, entry.name) is not None},
        log=log,
        minutes=(time.monotonic() - started) / 60,
        limits=["A language model, not fine-tuned for any task."],
    )  # fmt: skip
    write_run(run, Path(training.output), checkpoint)
    return checkpoint


def read_both(settings: DataSettings, home: Path) -> tuple[Texts, Texts]:
    """Reads the texts to learn from and those to validate on; no document is in both.

    Raises:
        UsageError: A file is not in order, or named for both.
    """
    learnt = read_texts(home / settings.folder, settings.train)
    if settings.valid:
        held = read_texts(home / settings.folder, settings.valid)
        twice = set(learnt.names) & set(held.names)
        if twice:
            raise UsageError(f"{min(twice)} is named to learn from and to validate on")
    else:
        learnt, held = hold_out(learnt, settings.valid_share)
    for line in (*learnt.unread, *held.unread):
        logger.warning("%s", line)
    return learnt, held


def spread(batches: LanguageBatches, most: int) -> Subset[dict[str, torch.Tensor]]:
    """Takes at most so many batches, evenly spread from the shortest rows to the longest."""
    count = min(len(batches), most)
    return Subset(batches, [len(batches) * number // count for number in range(count)])


def load(
    recipe: Recipe, base: str, arithmetic: str, texts: Texts
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Loads the model and, where it is to have one, gives it its new vocabulary.

    Raises:
        ValueError: The base is not found or does not fit the objective.
    """
    if recipe.model.objective == "masked":
        folder = bases.find(base) if base in bases.NAMES else base
        try:
            tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(folder)
            model = AutoModelForMaskedLM.from_pretrained(
                folder, dtype=torch.float32, attn_implementation="sdpa"
            )
        except (OSError, ValueError) as error:
            reason = str(error).strip().splitlines()[0]
            raise ValueError(f"model {base} cannot be loaded: {reason}") from error
    else:
        # Under an adapter the base is only read: kept in the arithmetic's type it is not cast.
        frozen = recipe.adapter is not None and arithmetic == "bf16"
        dtype = torch.bfloat16 if frozen else torch.float32
        model, tokenizer = hf.load(base, "causal-lm", attention="full", dtype=dtype)
    set_attention_dropout(model, recipe.model.attention_dropout)
    if recipe.model.vocabulary:
        tokenizer = renew_vocabulary(model, tokenizer, texts.texts, recipe.model.vocabulary)
        logger.info("new vocabulary of %d pieces", len(tokenizer))
    return model, tokenizer


def cut_rows(
    texts: Sequence[str], tokenizer: PreTrainedTokenizerBase, max_seq_len: int
) -> list[list[int]]:
    """Tokenises documents and cuts each into rows, the last one shorter.

    Args:
        texts: The documents.
        tokenizer: Puts its own special tokens around each row.
        max_seq_len: Tokens of a row at most, special ones included.

    Returns:
        Tokens of each row; rests under 8 tokens are left out.
    """
    disable_progress_bars()
    documents = Dataset.from_dict({"text": list(texts)})
    cut = partial(_cut, tokenizer=tokenizer, max_seq_len=max_seq_len)
    rows = documents.map(
        cut, batched=True, batch_size=16, remove_columns=["text"], keep_in_memory=True,
        new_fingerprint="rows",
    )  # fmt: skip
    return [row for row in rows["input_ids"] if len(row) >= LEAST_ROW]


def _cut(
    batch: dict[str, list[str]], tokenizer: PreTrainedTokenizerBase, max_seq_len: int
) -> dict[str, Any]:
    found = tokenizer(
        batch["text"], truncation=True, max_length=max_seq_len, return_overflowing_tokens=True,
        split_special_tokens=True,
    )  # fmt: skip
    return {"input_ids": found["input_ids"]}


def _base(base: str, home: Path) -> str:
    folder = home / base
    return str(folder) if base not in bases.NAMES and folder.is_dir() else base


def _told(how: str, texts: Texts, rows: Sequence[Sequence[int]]) -> str:
    unread = f"; {quantity(len(texts.unread), 'file')} could not be read" if texts.unread else ""
    read, tokens = quantity(len(texts.names), "document"), quantity(sum(map(len, rows)), "token")
    return (
        f"{how} {read}, {tokens} in {quantity(len(rows), 'row')}, "
        f"sha256 {texts.sha256[:16]}{unread}"
    )
