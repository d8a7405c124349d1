"""What a training leaves to be looked at: a table, TensorBoard's events, a plot of the losses."""

from __future__ import annotations

import csv
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from tensorboardX import SummaryWriter
from transformers import TrainerCallback

COLUMNS = (
    "step", "epoch", "loss", "eval_loss", "learning_rate", "grad_norm",
    "threshold", "density", "entropy", "target_threshold", "parts", "skipped",
)  # fmt: skip
"""Columns of the table: losses, speed, the threshold in use and the share of pairs it keeps, mean
entropy and the target made of it, parts that batches are cut into, steps left out so far."""


logger = logging.getLogger(__name__)


class TrainingLog(TrainerCallback):
    """Writes the log as it grows, so that an interrupted run has one too.

    The table is written whole each time, from the history that a resumed run gets back.
    """

    def __init__(self, folder: Path) -> None:
        """Prepares the log.

        Args:
            folder: Gets `log.csv` and `tensorboard/`.
        """
        self._table = folder / "log.csv"
        self._events = folder / "tensorboard"
        self._writer: Any = None

    def on_log(
        self, args: Any, state: Any, control: Any, logs: dict[str, float] | None = None, **_: Any
    ) -> None:
        """Adds what was logged."""
        with self._table.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(state.log_history)
        told = {name: value for name, value in (logs or {}).items() if name in COLUMNS}
        values = ", ".join(f"{name} {value:.4g}" for name, value in told.items())
        logger.info("step %d: %s", state.global_step, values)
        self._writer = self._writer or SummaryWriter(str(self._events))
        for name, value in told.items():
            self._writer.add_scalar(name, value, state.global_step)

    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Closes the events."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def losses(history: Sequence[dict[str, float]], key: str) -> list[tuple[int, float]]:
    """Returns step and value of every entry of a log that has a key ("loss", "eval_loss")."""
    return [(int(entry["step"]), entry[key]) for entry in history if key in entry]


def plot_losses(history: Sequence[dict[str, float]], path: Path) -> None:
    """Draws training and validation loss by step.

    Args:
        history: The Trainer's log.
        path: PNG to write.
    """
    figure = Figure(figsize=(7, 4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(xlabel="step", ylabel="loss")
    for key, label, style in (("loss", "training", "-"), ("eval_loss", "validation", "o-")):
        found = losses(history, key)
        if found:
            axes.plot(*zip(*found, strict=True), style, label=label)
    if axes.has_data():
        axes.legend()
    figure.savefig(path, dpi=100)
