"""The config file of `secateur train adapt`."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from pathlib import Path

from secateur.core.models.lora import AdapterSettings
from secateur.core.training.annealing import PruningSettings
from secateur.core.training.run import TrainingSettings
from secateur.core.training.settings import build_settings, build_tables, read_toml
from secateur.pipelines.errors import UsageError, usage_errors

LEAST_ROW = 8
"""Tokens of the shortest row that is learnt from."""


@dataclass(frozen=True)
class ModelSettings:
    """What is trained.

    Attributes:
        base: A name of `secateur.core.models.bases`, a folder from the config file's on, or a
            hub id.
        objective: "masked" for an encoder, "causal" for a decoder.
        checkpoint: Folder for the finished model or adapter.
        attention_dropout: Chance (0 to 1) of dropping an attention weight.
        vocabulary: Pieces of a new vocabulary, learnt from the texts; 0 keeps the base's own.
    """

    base: str
    objective: str
    checkpoint: str
    attention_dropout: float = 0.1
    vocabulary: int = 0

    def __post_init__(self) -> None:
        if self.objective not in ("masked", "causal"):
            raise ValueError(f'objective must be "masked" or "causal", got {self.objective!r}')
        if not 0 <= self.attention_dropout < 1:
            raise ValueError(f"attention_dropout must be 0 to 1, got {self.attention_dropout}")
        if self.vocabulary < 0:
            raise ValueError(f"vocabulary must be 0 or more, got {self.vocabulary}")


@dataclass(frozen=True)
class DataSettings:
    """What is read.

    Attributes:
        folder: Folder of the texts, from the config file's folder.
        train: Patterns of the files to learn from; see `read_texts`.
        valid: Patterns of the files to validate on; none holds out `valid_share`.
        valid_share: Share (0 to 1) of the documents that are held out.
        valid_batches: Batches of them at most that a look reads, evenly spread.
        max_seq_len: Longest row, in tokens; documents are cut into rows.
        batch_tokens: Most tokens of a batch, padding included.
        mask_share: Share (0 to 1) of the tokens that a "masked" model is asked for.
    """

    folder: str
    train: list[str] = field(default_factory=lambda: ["*"])
    valid: list[str] = field(default_factory=list)
    valid_share: float = 0.05
    valid_batches: int = 64
    max_seq_len: int = 2048
    batch_tokens: int = 2048
    mask_share: float = 0.15

    def __post_init__(self) -> None:
        for name in ("valid_share", "mask_share"):
            if not 0 < getattr(self, name) < 1:
                raise ValueError(f"{name} must be between 0 and 1, got {getattr(self, name)}")
        if self.valid_batches < 1:
            raise ValueError(f"valid_batches must be 1 or more, got {self.valid_batches}")
        if not LEAST_ROW <= self.max_seq_len <= self.batch_tokens:
            raise ValueError(
                f"max_seq_len must be {LEAST_ROW} to batch_tokens ({self.batch_tokens}), "
                f"got {self.max_seq_len}"
            )


@dataclass(frozen=True)
class Recipe:
    """A whole config file, one table a field; without an adapter all weights are trained."""

    model: ModelSettings
    data: DataSettings
    pruning: PruningSettings
    training: TrainingSettings
    adapter: AdapterSettings | None = None


def read_recipe(path: str | Path) -> Recipe:
    """Reads and checks a config file.

    Raises:
        UsageError: The file, a table or a key is not in order; the message names the nearest known
            key.
    """
    with usage_errors():
        tables = read_toml(path, [entry.name for entry in fields(Recipe)])
        adapter = None
        if "adapter" in tables:
            adapter = build_settings(AdapterSettings, tables["adapter"], f"{path}, [adapter]")
        recipe = Recipe(**build_tables(Recipe, tables, path), adapter=adapter)
    if adapter is not None and (recipe.model.objective == "masked" or recipe.model.vocabulary):
        raise UsageError(
            f"{path}: [adapter] is for decoders that keep their vocabulary; leave it out"
        )
    return recipe
