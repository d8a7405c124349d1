"""`secateur train entities`: from a config file and labelled sets to a checkpoint."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from itertools import chain, islice
from math import ceil
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import ConcatDataset, Dataset, Subset
from transformers import AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from secateur.core import hf
from secateur.core.models import bases
from secateur.core.models.distance import make_room
from secateur.core.models.tagger import bio_labels, model_labels, new_tagger
from secateur.core.states import CONFIG_KEY
from secateur.core.training.blending import blend
from secateur.core.training.pieces import PieceDataset
from secateur.core.training.settings import build_settings
from secateur.core.training.tagged import Source, TaggedTokens, mention_pools
from secateur.core.training.tagger import train_tagger
from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.errors import UsageError, usage_errors
from secateur.pipelines.finance.candidates.found import NAMES
from secateur.pipelines.finance.training.datasets import Labelled, LabelledText, Mark
from secateur.pipelines.finance.training.filings import list_concepts, read_filings
from secateur.pipelines.finance.training.labelled import check_split, read_labelled
from secateur.pipelines.finance.training.labelling import label_tokens
from secateur.pipelines.finance.training.numbers import add_figure_head
from secateur.pipelines.finance.training.sets import LOOSE, read_set
from secateur.pipelines.finance.training.settings import (
    MentionSettings,
    ModelSettings,
    Recipe,
    SetSettings,
    read_recipe,
)
from secateur.pipelines.finance.training.weak import mark_names
from secateur.pipelines.training.card import Run, write_run
from secateur.pipelines.training.resuming import keep_recipe

logger = logging.getLogger(__name__)

_ROOM_ROWS = 64
"""Training pieces on which queries and keys make room for the code of distance."""


def train_entities(config_path: str | Path) -> Path:
    """Trains the entity model as a config file says.

    Args:
        config_path: TOML with the tables model, data, pieces, pruning and training; relative
            paths in it start at its own folder.

    Returns:
        Folder of the checkpoint, in Hugging Face form, fp16.

    Raises:
        UsageError: The config or a set is not in order; the message names place and way out.
    """
    home = Path(config_path).resolve().parent
    recipe = read_recipe(config_path)
    folder = home / recipe.data.folder
    names = read_names(recipe.data.mentions, home)
    marked = [(kind, listed) for kind, use, listed in names if use == "mark"]
    read = [
        (wanted, mark_names(texts, marked) if wanted.kind == "filings" else texts)
        for wanted, texts in read_sets(recipe.data.sets, folder, home, recipe.model.types)
    ]
    held = read_sets(recipe.data.valid, folder, home, recipe.model.types)
    check_split([texts for _, texts in read], [texts for _, texts in held], recipe.model.types)
    started = time.monotonic()
    if recipe.model.tagger:
        with usage_errors():
            model, tokenizer = hf.load(home / recipe.model.tagger, "tokens", attention="full")
        log: list[dict[str, float]] = []
    else:
        model, tokenizer, log = _train_labels(recipe, home, read, held, names)
        others = [
            _train_labels(_with_seed(recipe, seed), home, read, held, names)
            for seed in recipe.model.more_seeds
        ]
        blend(model, [other for other, *_ in others], 1 / (1 + len(others)))
        log = [*log, *chain.from_iterable(entries for *_, entries in others)]
        setattr(model.config, CONFIG_KEY, recipe.attention)
    filings = [(wanted, texts) for wanted, texts in read if wanted.kind == "filings"]
    concepts = list_concepts(
        [filing for _, texts in filings for filing in texts], recipe.model.concept_filings
    )
    if filings and recipe.figures.width:
        logger.info("%d concepts are told apart", len(concepts))
        paths = [folder / wanted.path / name for wanted, _ in filings for name in wanted.files]
        model = add_figure_head(model, tokenizer, paths, concepts, recipe.figures)
    checkpoint = home / recipe.model.checkpoint
    save_checkpoint(model, tokenizer, checkpoint)
    run = Run(
        command=f"secateur train entities --config {Path(config_path).name}",
        base=recipe.model.tagger or recipe.model.start or recipe.model.base,
        data=[f"learnt from {_told(entry, texts)}" for entry, texts in read]
        + [f"validated on {_told(entry, texts)}" for entry, texts in held],
        settings={entry.name: getattr(recipe, entry.name) for entry in fields(recipe)
                  if entry.name not in ("data", "long")},
        log=log,
        minutes=(time.monotonic() - started) / 60,
    )  # fmt: skip
    write_run(run, home / recipe.training.output, checkpoint)
    return checkpoint


def _told(wanted: SetSettings, texts: Labelled) -> str:
    sentences = quantity(sum(map(len, texts)), "sentence")
    return f"{wanted.path}: {quantity(len(texts), 'document')}, {sentences}"


def _train_labels(
    recipe: Recipe,
    home: Path,
    read: Sequence[tuple[SetSettings, Labelled]],
    held: Sequence[tuple[SetSettings, Labelled]],
    names: Sequence[tuple[str, str, list[str]]],
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase, list[dict[str, float]]]:
    """Trains encoder and labels; returns model, tokenizer and log."""
    training = replace(recipe.training, output=str(home / recipe.training.output))
    keep_recipe(recipe, training)
    types = recipe.model.types
    base = _base_folder(recipe.model.base, home)
    tokenizer = AutoTokenizer.from_pretrained(base)
    tokenizer.model_max_length = 512
    sources = [tokenise_set(wanted, texts, tokenizer, types) for wanted, texts in read]
    pools = mention_pools(sources, sorted(NAMES))
    for kind, use, listed in names:
        if use == "replace":
            pools.setdefault(kind, []).extend(tokenise_names(kind, listed, tokenizer, types))
    batches_a_step = training.gradient_accumulation
    hidden = tokenizer.mask_token_id
    signs = (
        tokenizer.cls_token_id,
        tokenizer.sep_token_id,
        tokenizer.unk_token_id if hidden is None else hidden,
    )
    last, longer = recipe.long
    parts = [
        PieceDataset(sources, steps * batches_a_step, pieces, *signs, training.seed + number, pools)
        for number, (steps, pieces) in enumerate(
            [(training.steps - last, recipe.pieces), (last, longer)]
        )
        if steps
    ]
    batches: ConcatDataset[dict[str, Tensor]] = ConcatDataset(parts)
    torch.manual_seed(training.seed)
    if recipe.model.start:
        model = _started(home / recipe.model.start, recipe.model)
    else:
        model = new_tagger(base, types, recipe.model.dropout, recipe.model.attention_dropout)
        make_room(model.eval(), islice(_rows(parts[0]), _ROOM_ROWS))
    checks = [tokenise_set(wanted, texts, tokenizer, types) for wanted, texts in held]
    valid = None
    if checks:
        passed = PieceDataset(checks, None, recipe.pieces.unvaried, *signs, training.seed)
        valid = Subset(passed, range(min(len(passed), recipe.data.valid_batches)))
    epoch = ceil(training.steps / sum(part.epochs for part in parts))
    with usage_errors():
        log = train_tagger(model, batches, training, recipe.pruning, valid=valid, epoch_steps=epoch)
    if recipe.model.start_share:
        with usage_errors():
            before, _ = hf.load(home / recipe.model.start, "tokens", attention="full")
        blend(model, [before], recipe.model.start_share)
    return model, tokenizer, log


def _with_seed(recipe: Recipe, seed: int) -> Recipe:
    """The same training with another seed, in a folder of its own."""
    output = f"{recipe.training.output}_{seed}"
    return replace(recipe, training=replace(recipe.training, seed=seed, output=output))


def _started(folder: Path, settings: ModelSettings) -> PreTrainedModel:
    """A trained tagger as it is to learn on, see `ModelSettings.start`."""
    with usage_errors():
        model, _ = hf.load(folder, "tokens", attention="full")
    if model_labels(model) != bio_labels(settings.types):
        raise UsageError(f"{folder}: its labels are not those of model.types")
    for name, module in model.named_modules():
        if isinstance(module, nn.Dropout):
            within = name.endswith("attention.self.dropout")
            module.p = settings.attention_dropout if within else settings.dropout
    model.get_input_embeddings().requires_grad_(False)
    return model


def _rows(batches: Dataset[dict[str, Tensor]]) -> Iterator[dict[str, Tensor]]:
    """Yields the rows of ready batches one by one, as a model takes them, without their padding."""
    for number in range(len(batches)):  # type: ignore[arg-type]
        batch = batches[number]
        for row, mask in enumerate(batch["attention_mask"].bool()):
            yield {
                name: batch[name][row][mask][None]
                for name in ("input_ids", "token_type_ids", "position_ids", "attention_mask")
            }


def read_sets(
    sets: Sequence[dict[str, Any]], folder: Path, home: Path, types: Sequence[str]
) -> list[tuple[SetSettings, Labelled]]:
    """Reads the labelled sets of a config in `home`; `types` are the model's.

    Raises:
        UsageError: A set's table or file is not in order.
    """
    found = []
    for number, table in enumerate(sets, 1):
        with usage_errors():
            wanted = build_settings(SetSettings, table, f"data.sets, table {number}")
        found.append((wanted, _read(wanted, home if wanted.ours else folder, types)))
    return found


def tokenise_set(
    wanted: SetSettings,
    texts: Labelled,
    tokenizer: PreTrainedTokenizerBase,
    types: Sequence[str],
) -> Source:
    """Turns one labelled set into what the sampler reads; see `label_tokens`."""
    documents = tuple(
        tuple(label_tokens(sentence, tokenizer, types) for sentence in document)
        for document in texts
    )
    tokens = sum(len(sentence) for document in documents for sentence in document)
    read = quantity(len(documents), "document"), quantity(tokens, "token")
    logger.info("%s: %s, %s", wanted.path, *read)
    return Source(wanted.path, documents, wanted.repeat, wanted.kind in LOOSE)


def read_names(lists: Sequence[dict[str, Any]], home: Path) -> list[tuple[str, str, list[str]]]:
    """Reads the lists of names of a config.

    Returns:
        Type, use and names of each.

    Raises:
        UsageError: A list's table or file is not in order.
    """
    found = []
    for number, table in enumerate(lists, 1):
        try:
            wanted = build_settings(MentionSettings, table, f"data.mentions, table {number}")
            lines = (home / wanted.path).read_text(encoding="utf-8").splitlines()
        except (ValueError, OSError) as error:
            raise UsageError(f"data.mentions, table {number}: {error}") from error
        found.append((wanted.kind, wanted.use, [line for line in lines if line.strip()]))
    return found


def tokenise_names(
    kind: str, names: Sequence[str], tokenizer: PreTrainedTokenizerBase, types: Sequence[str]
) -> list[TaggedTokens]:
    """Turns names of one type into what may take the place of mentions."""
    texts = (LabelledText(name, (Mark(0, len(name), kind),), frozenset(types)) for name in names)
    return [label_tokens(text, tokenizer, types) for text in texts]


def _read(wanted: SetSettings, folder: Path, types: Sequence[str]) -> Labelled:
    if wanted.kind == "documents":
        return read_labelled(folder / wanted.path, wanted.files, wanted.types or types)
    if wanted.kind == "filings":
        return read_filings([folder / wanted.path / name for name in wanted.files])
    return read_set(wanted.kind, folder / wanted.path, wanted.part)


def save_checkpoint(
    model: torch.nn.Module, tokenizer: PreTrainedTokenizerBase, folder: Path
) -> None:
    """Writes model (fp16 safetensors) and tokenizer in Hugging Face form."""
    folder.mkdir(parents=True, exist_ok=True)
    model.eval().half().save_pretrained(folder)  # type: ignore[operator]
    tokenizer.save_pretrained(folder)


def _base_folder(base: str, home: Path) -> Path:
    with usage_errors():
        folder = bases.find(base) if base in bases.NAMES else home / base
    if not (folder / "config.json").is_file():
        raise UsageError(
            f"base {base!r}: neither minilm-l6 nor the folder of an encoder ({folder})"
        )
    return folder
