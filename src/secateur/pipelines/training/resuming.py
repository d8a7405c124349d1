"""A run goes on only as it began: its recipe is kept beside its checkpoints."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from secateur.core.training.checkpoints import remove_checkpoints
from secateur.core.training.run import TrainingSettings
from secateur.core.whole_files import whole
from secateur.pipelines.errors import UsageError

RECORD = "recipe.json"

# Tables and keys that change no checkpoint.
_FREE = frozenset(
    {
        "attention", "figures",
        "checkpoint", "concept_filings", "start_share", "more_seeds",
        "output", "resume", "threads", "log_steps",
    }
)  # fmt: skip


def keep_recipe(recipe: Any, training: TrainingSettings) -> None:
    """Writes a recipe into its run's folder, unless that has checkpoints of another to go on from.

    Args:
        recipe: A whole config file, a dataclass with a field a table.
        training: Its table training, with `output` as it is used.

    Raises:
        UsageError: The run would go on from checkpoints of another recipe; the message names the
            keys that differ.
    """
    output = Path(training.output)
    path = output / RECORD
    now = _flat(json.loads(json.dumps(asdict(recipe))) | {"training": asdict(training)})
    if training.resume and path.is_file() and any(output.glob("checkpoint-*")):
        before = json.loads(path.read_text(encoding="utf-8"))
        names = sorted({*before, *now})
        changed = [name for name in names if before.get(name) != now.get(name)]
        if changed:
            raise UsageError(
                f"{output} has checkpoints of a run with other values of {', '.join(changed)}; "
                "give another output under [training], or resume = false to begin anew"
            )
    if not training.resume:
        remove_checkpoints(output)
    output.mkdir(parents=True, exist_ok=True)
    with whole(path) as file:
        file.write(json.dumps(now, indent=1).encode())


def _flat(tables: Mapping[str, Any]) -> dict[str, Any]:
    """Names each value by its table and key, as in "model.base"."""
    flat = {}
    for table, values in tables.items():
        own = values.items() if isinstance(values, Mapping) else [("", values)]
        for key, value in own:
            if not {table, key} & _FREE:
                flat[f"{table}.{key}" if key else table] = value
    return flat
