"""`secateur train summaries`: from a config file and pairs of note and summary to an adapter."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import torch
from transformers import PreTrainedTokenizerBase

from secateur.core import hf
from secateur.core.models.lora import AdapterSettings, attach, mix, save_adapter
from secateur.core.training.annealing import PruningSettings
from secateur.core.training.answers import AdapterTraining, AnswerBatches, Example, train_adapter
from secateur.core.training.dropout import set_attention_dropout
from secateur.core.training.settings import build_settings, build_tables, read_toml
from secateur.pipelines.clinical.handover.prompt import build_prompt
from secateur.pipelines.clinical.training.condense import condense
from secateur.pipelines.clinical.training.datasets import Pair, read_pairs
from secateur.pipelines.clinical.training.overlap import apart
from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.errors import UsageError, usage_errors
from secateur.pipelines.training.card import Run, write_run
from secateur.pipelines.training.resuming import keep_recipe

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ModelSettings:
    """What is trained.

    Attributes:
        base: A decoder of `secateur.core.models.bases`, a folder or a hub id, with a chat template.
        checkpoint: Folder for the finished adapter.
        start: Folder of an adapter to go on from, from the config file's folder; "" begins anew.
        start_share: What that adapter counts (0 to under 1) in the mean with the trained one, which
            is what is saved.
        attention_dropout: Chance (0 to 1) of dropping an attention weight.
    """

    base: str
    checkpoint: str
    start: str = ""
    start_share: float = 0.0
    attention_dropout: float = 0.1

    def __post_init__(self) -> None:
        if not 0 <= self.start_share < 1:
            raise ValueError(f"start_share must be 0 to under 1, got {self.start_share}")
        if self.start_share and not self.start:
            raise ValueError("start_share without start: there is no adapter to take a share of")


@dataclass(frozen=True)
class SetSettings:
    """One set of pairs.

    Attributes:
        kind: See `secateur.pipelines.clinical.training.datasets.read_pairs`.
        path: File, from the data folder.
        part: Split, for sets that hold several.
        most: Most pairs, chosen by the seed; 0 takes all.
        draws: How often each pair is taken; a text that is cut keeps other sentences each time.
        text_tokens: Longer texts are cut to this many tokens, see `condense`.
    """

    kind: str
    path: str
    part: str = "train"
    most: int = 0
    draws: int = 1
    text_tokens: int = 256


@dataclass(frozen=True)
class DataSettings:
    """Where the sets lie.

    Attributes:
        folder: Their folder, from the config file's folder.
        train: Tables of `SetSettings`.
        valid: Tables of `SetSettings`.
        held_out: Tables of `SetSettings` that scores are measured on. Nothing is learnt that shares
            text with these or with `valid`, see `overlap.apart`.
        answer_tokens: Longer answers are left out: half a sentence teaches to stop early.
    """

    folder: str
    train: list[dict[str, Any]]
    valid: list[dict[str, Any]]
    held_out: list[dict[str, Any]] = field(default_factory=list)
    answer_tokens: int = 96


@dataclass(frozen=True)
class Recipe:
    """A whole config file, one table a field."""

    model: ModelSettings
    data: DataSettings
    adapter: AdapterSettings
    pruning: PruningSettings
    training: AdapterTraining


def train_summaries(config_path: str | Path) -> Path:
    """Trains a summary adapter as a config file says.

    Args:
        config_path: TOML with the tables model, data, adapter, pruning and training; relative
            paths in it start at its own folder.

    Returns:
        Folder of the adapter, in peft's form, fp16.

    Raises:
        UsageError: The config or a set is not in order; the message names place and way out.
    """
    home = Path(config_path).resolve().parent
    recipe = read_recipe(config_path)
    folder = home / recipe.data.folder
    training = replace(recipe.training, output=str(home / recipe.training.output))
    keep_recipe(recipe, training)
    with usage_errors():
        dtype = torch.bfloat16 if training.arithmetic == "bf16" else torch.float32
        model, tokenizer = hf.load(recipe.model.base, "causal-lm", attention="full", dtype=dtype)
        kept_apart = (*recipe.data.valid, *recipe.data.held_out)
        others = [pair for _, pairs in read_sets(kept_apart, folder) for pair in pairs]
        train = load_examples(
            recipe.data.train, recipe.data, folder, tokenizer, training.seed, others
        )
        valid = load_examples(recipe.data.valid, recipe.data, folder, tokenizer, training.seed)
        pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else 0
        batches = AnswerBatches(train, training.batch_tokens, pad, training.seed)
        checks = AnswerBatches(valid, training.batch_tokens, pad)
        set_attention_dropout(model, recipe.model.attention_dropout)
    logger.info("%d examples, %d batches an epoch", len(train), len(batches))
    torch.manual_seed(training.seed)
    start = home / recipe.model.start if recipe.model.start else None
    started = time.monotonic()
    with usage_errors():
        adapted = attach(model, recipe.adapter, start)
        log = train_adapter(adapted, batches, checks, training, recipe.pruning)
        if start is not None and recipe.model.start_share:
            mix(adapted, start, recipe.model.start_share)
    checkpoint = home / recipe.model.checkpoint
    save_adapter(adapted, checkpoint, recipe.model.base)
    run = Run(
        command=f"secateur train summaries --config {Path(config_path).name}",
        base=recipe.model.base,
        data=[
            f"learnt from {quantity(len(train), 'pair')}",
            f"validated on {quantity(len(valid), 'pair')}",
        ],
        settings={entry.name: getattr(recipe, entry.name) for entry in fields(recipe)},
        log=log,
        minutes=(time.monotonic() - started) / 60,
        limits=["Summaries are drafts; read them beside the note. No medical device."],
    )
    write_run(run, Path(training.output), checkpoint)
    return checkpoint


def read_sets(
    sets: Sequence[dict[str, Any]], folder: Path
) -> Iterator[tuple[SetSettings, tuple[Pair, ...]]]:
    """Reads the sets of a config whole.

    Args:
        sets: Tables of `SetSettings`.
        folder: The data folder.

    Yields:
        Each set's settings and all its pairs.

    Raises:
        UsageError: A set's table or file is not in order.
    """
    for number, table in enumerate(sets, 1):
        with usage_errors():
            wanted = build_settings(SetSettings, table, f"data sets, table {number}")
        yield wanted, read_pairs(wanted.kind, folder / wanted.path, wanted.part)


def load_examples(
    sets: Sequence[dict[str, Any]],
    settings: DataSettings,
    folder: Path,
    tokenizer: PreTrainedTokenizerBase,
    seed: int,
    held_out: Sequence[Pair] = (),
) -> list[Example]:
    """Reads, shortens and tokenises the sets of a config, but for what shares text with `held_out`.

    Raises:
        UsageError: A set's table or file is not in order, or nothing is left to learn from.
    """
    examples: list[Example] = []
    for wanted, own in read_sets(sets, folder):
        pairs = apart(own, held_out)
        if len(pairs) < len(own):
            shared = len(own) - len(pairs)
            logger.info("%s: %d pairs share text with held-out ones", wanted.path, shared)
        if wanted.most:
            random.Random(seed).shuffle(pairs)
            pairs = pairs[: wanted.most]
        found = [
            encode(pair, wanted.text_tokens, tokenizer, seed + draw)
            for draw in range(wanted.draws)
            for pair in pairs
        ]
        kept = [example for example in found if len(example.answer) <= settings.answer_tokens]
        logger.info("%s: %d of %d pairs", wanted.path, len(kept), len(found))
        examples += kept
    if not examples:
        raise UsageError("the config's sets hold no pair to learn from")
    return examples


def encode(
    pair: Pair, text_tokens: int, tokenizer: PreTrainedTokenizerBase, seed: int = 0
) -> Example:
    """Turns a pair into the very prompt that `summarize` gives the model, and its answer."""
    text = condense(pair.text, pair.answer, text_tokens, tokenizer, seed)
    prompt = build_prompt(text, [(0, len(text))], tokenizer, pair.request)
    answer = tokenizer(pair.answer, add_special_tokens=False, split_special_tokens=True)
    return Example(tuple(prompt.tokens[0].tolist()), (*answer["input_ids"], tokenizer.eos_token_id))


def read_recipe(path: str | Path) -> Recipe:
    """Reads and checks a config file.

    Raises:
        UsageError: The file, a table or a key is not in order; the message names the nearest known
            key.
    """
    with usage_errors():
        tables = read_toml(path, [entry.name for entry in fields(Recipe)])
        return Recipe(**build_tables(Recipe, tables, path))
