"""`secateur train entities`: from a config file and labelled sets to a checkpoint."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from secateur.core import bases
from secateur.core.config import DapConfig
from secateur.core.interface import CONFIG_KEY
from secateur.core.pieces import (
    PieceDataset,
    PieceSettings,
    Source,
    TaggedTokens,
    mention_pools,
)
from secateur.core.tagger import new_tagger
from secateur.core.training import (
    Settings,
    TrainingSettings,
    build_settings,
    read_toml,
    train_tagger,
)
from secateur.pipelines.errors import UsageError
from secateur.pipelines.finance.datasets import GENERAL, Labelled, LabelledText, Mark
from secateur.pipelines.finance.filings import read_filings
from secateur.pipelines.finance.labelling import label_tokens
from secateur.pipelines.finance.sets import LOOSE, read_set

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ModelSettings:
    """What is trained.

    Attributes:
        base: A name of `secateur.core.bases`, or the folder of a BERT encoder.
        types: Entity types in the order of the model's outputs.
        checkpoint: Folder for the finished model.
        dropout: Chance (0 to 1) of dropping.
    """

    base: str
    types: list[str]
    checkpoint: str
    dropout: float = 0.1


@dataclass(frozen=True)
class SetSettings:
    """One labelled set.

    Attributes:
        kind: See `secateur.pipelines.finance.sets.read_set`; or "filings", inline XBRL.
        path: File, or the folder of filings, from the data folder.
        files: The filings' names.
        part: Part of the set.
        repeat: How often an epoch passes over it.
    """

    kind: str
    path: str
    part: str = "all"
    files: list[str] = field(default_factory=list)
    repeat: float = 1.0


@dataclass(frozen=True)
class MentionSettings:
    """A list of names that may take the place of mentions in the sets.

    Attributes:
        kind: Their type.
        path: Text file, one name a line, from the config file's folder.
    """

    kind: str
    path: str


@dataclass(frozen=True)
class DataSettings:
    """Where the sets lie.

    Attributes:
        folder: Their folder, from the config file's folder.
        sets: Tables of `SetSettings`.
        mentions: Tables of `MentionSettings`.
    """

    folder: str
    sets: list[dict[str, Any]]
    mentions: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Recipe:
    """A whole config file.

    Attributes:
        model: Table model.
        data: Table data.
        pieces: Table pieces: what the tagger is trained on.
        training: Table training.
        attention: Table attention: the fields of `secateur.core.config.DapConfig` that the model
            is best run with; it keeps them in its own config.
    """

    model: ModelSettings
    data: DataSettings
    pieces: PieceSettings
    training: TrainingSettings
    attention: dict[str, Any]


def train_entities(config_path: str | Path, data: str | Path | None = None) -> Path:
    """Trains the entity model as a config file says.

    Args:
        config_path: TOML with the tables model, data, pieces and training; relative paths in it
            start at its own folder.
        data: Data folder in place of the config's.

    Returns:
        Folder of the checkpoint, in Hugging Face form, fp16.

    Raises:
        UsageError: The config or a set is not in order; the message names place and way out.
    """
    home = Path(config_path).resolve().parent
    recipe = read_recipe(config_path)
    types = recipe.model.types
    base = _base_folder(recipe.model.base, home)
    tokenizer = AutoTokenizer.from_pretrained(base)
    tokenizer.model_max_length = 512
    folder = Path(data) if data else home / recipe.data.folder
    sources = load_sources(recipe.data.sets, folder, tokenizer, types)
    pools = mention_pools(sources, sorted(GENERAL))
    for kind, names in load_mentions(recipe.data.mentions, home, tokenizer, types).items():
        pools.setdefault(kind, []).extend(names)
    training = replace(recipe.training, output=str(home / recipe.training.output))
    batches = PieceDataset(
        sources,
        training.steps,
        recipe.pieces,
        tokenizer.cls_token_id,
        tokenizer.sep_token_id,
        training.seed,
        pools,
    )
    logger.info("%d steps pass %d times over the sets", training.steps, batches.epochs)
    torch.manual_seed(training.seed)
    model = new_tagger(base, types, recipe.model.dropout)
    started = time.monotonic()
    log = train_tagger(model, batches, training)
    checkpoint = home / recipe.model.checkpoint
    setattr(model.config, CONFIG_KEY, recipe.attention)
    save_checkpoint(model, tokenizer, checkpoint)
    record = {"minutes": round((time.monotonic() - started) / 60, 1), "log": log}
    (Path(training.output) / "log.json").write_text(json.dumps(record, indent=1), encoding="utf-8")
    return checkpoint


def load_sources(
    sets: Sequence[dict[str, Any]],
    folder: Path,
    tokenizer: PreTrainedTokenizerBase,
    types: Sequence[str],
) -> list[Source]:
    """Reads and tokenises the labelled sets of a config.

    Raises:
        UsageError: A set's table or file is not in order.
    """
    sources = []
    for number, table in enumerate(sets, 1):
        try:
            wanted = build_settings(SetSettings, table, f"data.sets, table {number}")
        except ValueError as error:
            raise UsageError(str(error)) from error
        documents = tuple(
            tuple(label_tokens(sentence, tokenizer, types) for sentence in document)
            for document in _read(wanted, folder)
        )
        tokens = sum(len(sentence) for document in documents for sentence in document)
        logger.info("%s: %d documents, %d tokens", wanted.path, len(documents), tokens)
        loose = wanted.kind in LOOSE
        sources.append(Source(wanted.path, documents, wanted.repeat, loose))
    return sources


def load_mentions(
    lists: Sequence[dict[str, Any]],
    home: Path,
    tokenizer: PreTrainedTokenizerBase,
    types: Sequence[str],
) -> dict[str, list[TaggedTokens]]:
    """Reads and tokenises the lists of names of a config.

    Raises:
        UsageError: A list's table or file is not in order.
    """
    pools: dict[str, list[TaggedTokens]] = {}
    for number, table in enumerate(lists, 1):
        try:
            wanted = build_settings(MentionSettings, table, f"data.mentions, table {number}")
            names = (home / wanted.path).read_text(encoding="utf-8").splitlines()
        except (ValueError, OSError) as error:
            raise UsageError(f"data.mentions, table {number}: {error}") from error
        marked = (
            LabelledText(name, (Mark(0, len(name), wanted.kind),), frozenset(types))
            for name in names
            if name.strip()
        )
        tokenised = [label_tokens(text, tokenizer, types) for text in marked]
        pools.setdefault(wanted.kind, []).extend(tokenised)
    return pools


def _read(wanted: SetSettings, folder: Path) -> Labelled:
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


def read_recipe(path: str | Path) -> Recipe:
    """Reads and checks a config file.

    Raises:
        UsageError: The file, a table or a key is not in order; the message names the nearest known
            key.
    """
    try:
        tables = read_toml(path, [entry.name for entry in fields(Recipe)])

        def table(name: str, kind: type[Settings]) -> Settings:
            return build_settings(kind, tables.get(name, {}), f"{path}, [{name}]")

        return Recipe(
            table("model", ModelSettings),
            table("data", DataSettings),
            table("pieces", PieceSettings),
            table("training", TrainingSettings),
            _attention(tables.get("attention", {}), f"{path}, [attention]"),
        )
    except ValueError as error:
        raise UsageError(str(error)) from error


def _attention(values: Any, place: str) -> dict[str, Any]:
    build_settings(DapConfig, values, place)
    return dict(values)


def _base_folder(base: str, home: Path) -> Path:
    if base in bases.NAMES:
        return bases.find(base)
    folder = home / base
    if not (folder / "config.json").is_file():
        raise UsageError(
            f"base {base!r}: neither one of {', '.join(bases.NAMES)} nor a model folder ({folder})"
        )
    return folder
