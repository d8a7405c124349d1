"""The config file of `secateur train entities`."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from secateur.core.config import DapConfig
from secateur.core.training.annealing import PruningSettings
from secateur.core.training.pieces import PieceSettings
from secateur.core.training.settings import build_settings, build_tables, read_toml
from secateur.core.training.tagger import TaggerTraining
from secateur.pipelines.errors import UsageError, usage_errors
from secateur.pipelines.finance.training.figure_head import FigureTraining


@dataclass(frozen=True)
class ModelSettings:
    """What is trained.

    Attributes:
        base: A name of `secateur.core.models.bases`, or the folder of a BERT encoder.
        types: Entity types in the order of the model's outputs.
        checkpoint: Folder for the finished model.
        dropout: Chance (0 to 1) of dropping in hidden states.
        attention_dropout: Chance (0 to 1) of dropping an attention weight.
        concept_filings: us-gaap concepts found in at least so many of the filings are told apart.
        tagger: Folder of a trained tagger, which keeps its weights and gets the head for numbers.
        start: Folder of a trained tagger whose labels learn on, instead of a base. Its embeddings
            of words stay as they are, since its head for numbers reads them.
        start_share: Its part, 0 to 1, in the mean of its weights and the trained ones that is kept.
        more_seeds: Seeds of further such trainings from the same start; the mean of the weights of
            all is kept (Wortsman et al., "Model soups", ICML 2022; none is left out by a score).
    """

    base: str
    types: list[str]
    checkpoint: str
    dropout: float = 0.1
    attention_dropout: float = 0.1
    concept_filings: int = 8
    tagger: str = ""
    start: str = ""
    start_share: float = 0.0
    more_seeds: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.types or len(set(self.types)) < len(self.types):
            raise ValueError(f"types must be one or more, each once, got {self.types}")
        if self.more_seeds and not self.start:
            raise ValueError("more_seeds without start: weights from different starts have no mean")


@dataclass(frozen=True)
class SetSettings:
    """One labelled set.

    Attributes:
        kind: See `secateur.pipelines.finance.training.sets.read_set`; "filings", inline XBRL; or
            "documents", one's own with entities beside them.
        path: File, or the folder of filings or documents, from the data folder.
        files: Names of the filings or documents; none takes every labelled document.
        part: Part of the set.
        types: Types that are marked completely in documents; none are all of the model's.
        repeat: How often an epoch passes over it, above 0.
        ours: Whether the path starts at the config file's folder.
    """

    kind: str
    path: str
    part: str = "all"
    files: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    repeat: float = 1.0
    ours: bool = False

    def __post_init__(self) -> None:
        if self.repeat <= 0:
            raise ValueError(f"repeat must be above 0, got {self.repeat}; or leave the set out")


@dataclass(frozen=True)
class MentionSettings:
    """A list of names.

    Attributes:
        kind: Their type.
        path: Text file, one name a line, from the config file's folder.
        use: "replace": they may take the place of mentions in the sets; "mark": where they stand
            in filings they are labelled, so the list holds names that mean little else.
    """

    kind: str
    path: str
    use: str = "replace"

    def __post_init__(self) -> None:
        if self.use not in ("replace", "mark"):
            raise ValueError(f'use must be "replace" or "mark", got {self.use!r}')


@dataclass(frozen=True)
class DataSettings:
    """Where the sets lie.

    Attributes:
        folder: Their folder, from the config file's folder.
        sets: Tables of `SetSettings`.
        valid: Tables of `SetSettings` to validate on; the best checkpoint there is kept.
        valid_batches: Batches of them at most, drawn by the seed.
        mentions: Tables of `MentionSettings`.
    """

    folder: str
    sets: list[dict[str, Any]]
    valid: list[dict[str, Any]] = field(default_factory=list)
    valid_batches: int = 64
    mentions: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Recipe:
    """A whole config file.

    Attributes:
        model: Table model.
        data: Table data.
        pieces: Table pieces: what the tagger is trained on.
        long: Table long: the settings of pieces that differ in the last steps, and `steps`, how
            many those are.
        pruning: Table pruning: attention while training.
        training: Table training.
        figures: Table figures: the head for numbers.
        attention: Table attention: the fields of `secateur.core.config.DapConfig` that the model
            is best run with; it keeps them in its own config.
    """

    model: ModelSettings
    data: DataSettings
    pieces: PieceSettings
    long: tuple[int, PieceSettings]
    pruning: PruningSettings
    training: TaggerTraining
    figures: FigureTraining
    attention: dict[str, Any]


def read_recipe(path: str | Path) -> Recipe:
    """Reads and checks a config file.

    Raises:
        UsageError: The file, a table or a key is not in order; the message names the nearest known
            key.
    """
    with usage_errors():
        tables = read_toml(path, [entry.name for entry in fields(Recipe)])
        return Recipe(
            **build_tables(Recipe, tables, path),
            long=_long(tables, path),
            attention=_attention(tables.get("attention", {}), f"{path}, [attention]"),
        )


def _long(tables: dict[str, Any], path: str | Path) -> tuple[int, PieceSettings]:
    values = dict(tables.get("long", {}))
    place = f"{path}, [long]"
    steps = values.pop("steps", 0)
    most = tables.get("training", {}).get("steps", TaggerTraining.steps)
    if not isinstance(steps, int) or not 0 <= steps <= most:
        raise UsageError(f"{place}: steps must be 0 to {most}, all of training's, got {steps!r}")
    return steps, build_settings(PieceSettings, {**tables.get("pieces", {}), **values}, place)


def _attention(values: Any, place: str) -> dict[str, Any]:
    build_settings(DapConfig, values, place)
    return dict(values)
