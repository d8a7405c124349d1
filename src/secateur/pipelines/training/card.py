"""What a training run leaves beside the weights: its log, and a model card written from it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from secateur.core.config import DEFAULT_THRESHOLD
from secateur.core.machine import machine
from secateur.core.training.log import losses

_MARK = "<!-- written by secateur train -->"
_PACKAGES = ("secateur", "torch", "transformers", "peft", "datasets", "tokenizers")


@dataclass(frozen=True)
class Run:
    """What is told of a run.

    Attributes:
        command: The command, with its config's name.
        base: The model that it began from.
        data: Lines on what it learnt and what it was validated on.
        settings: The config's tables, by name, as dataclasses or plain tables.
        log: The Trainer's log.
        minutes: Time taken.
        limits: Lines on what the model is not good for.
    """

    command: str
    base: str
    data: Sequence[str]
    settings: Mapping[str, Any]
    log: Sequence[dict[str, float]]
    minutes: float
    limits: Sequence[str] = field(default_factory=tuple)


def write_run(run: Run, output: Path, checkpoint: Path) -> None:
    """Writes `log.json` and `card.md` to a run's folder, and the card beside the weights.

    A card there that someone wrote by hand stays.

    Args:
        run: What is told.
        output: The run's folder.
        checkpoint: The folder of the weights.
    """
    output.mkdir(parents=True, exist_ok=True)
    record = {"minutes": round(run.minutes, 1), "log": list(run.log)}
    (output / "log.json").write_text(json.dumps(record, indent=1), encoding="utf-8")
    text = card(run, checkpoint.name)
    (output / "card.md").write_text(text, encoding="utf-8")
    beside = checkpoint / "README.md"
    if not beside.exists() or _MARK in beside.read_text(encoding="utf-8"):
        beside.write_text(text, encoding="utf-8")


def card(run: Run, title: str) -> str:
    """Writes the model card of a run."""
    lines = [f"# {title}", "", _MARK, "", f"Made by `{run.command}` from {run.base}."]
    lines += ["", "## Data", "", *(f"- {line}" for line in run.data)]
    lines += ["", "## Losses", "", *_losses(run.log), "", "## Attention", "", *_attention(run)]
    lines += ["", "## Recipe", ""]
    for name, table in run.settings.items():
        values = table if isinstance(table, Mapping) else asdict(table)
        told = ", ".join(f"{key} = {value!r}" for key, value in values.items())
        lines.append(f"- **{name}**: {told}")
    described = machine()
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    place = ", ".join(f"{key} {value}" for key, value in described.items())
    lines += ["", f"{run.minutes:.1f} minutes; {place}; {versions}."]
    lines += ["", "## Limits", ""]
    lines += [
        f"- {line}"
        for line in (
            *run.limits,
            "Written from the run: licences of base and data, intended use and scores on held-out "
            "documents are for its maker to add.",
        )
    ]
    return "\n".join(lines) + "\n"


def _losses(log: Sequence[dict[str, float]]) -> list[str]:
    rows = ["| | first | lowest | last |", "|---|---|---|---|"]
    for key, name in (("loss", "training"), ("eval_loss", "validation")):
        found = losses(log, key)
        if found:
            lowest = min(found, key=lambda entry: entry[1])
            told = (found[0], lowest, found[-1])
            cells = " | ".join(f"{value:.4f} (step {step})" for step, value in told)
            rows.append(f"| {name} | {cells} |")
    if not losses(log, "eval_loss"):
        rows += ["", "Nothing was held out: no loss here says how the model does on new text."]
    skipped = losses(log, "skipped")
    if skipped:
        rows += ["", f"{skipped[-1][1]:.0f} steps were left out, their gradients not finite."]
    parts = losses(log, "parts")
    if parts:
        rows += ["", f"Batches were cut into {parts[-1][1]:.0f} parts for lack of memory."]
    return rows


def _attention(run: Run) -> list[str]:
    pruning = run.settings["pruning"]
    if pruning.attention == "full":
        return ["Trained with full attention."]
    threshold = pruning.dap_threshold
    default = " (the default)" if threshold == DEFAULT_THRESHOLD else ""
    told = [f"Trained under DAP towards a threshold of {threshold:g}{default}."]
    for (step, entropy), (_, target) in zip(
        losses(run.log, "entropy"), losses(run.log, "target_threshold"), strict=True
    ):
        told.append(f"Step {step}: mean entropy {entropy:.3f} of 4.5, target {target:.4f}.")
    densities = losses(run.log, "density")
    if densities:
        told.append(f"Density at step {densities[-1][0]}: {densities[-1][1]:.3f}.")
    return ["\n".join(told)]
