"""Checkpoints of a training: which one to go on from, and which holds the best weights."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from shutil import rmtree
from zipfile import is_zipfile

from safetensors import SafetensorError, safe_open
from transformers import TrainerState

_PARTS = ("*.safetensors", "*config.json", "optimizer.pt", "scheduler.pt", "rng_state*.pth")
"""What a run needs to go on as if it had not been interrupted."""

logger = logging.getLogger(__name__)


def remove_checkpoints(output: Path) -> None:
    """Makes room for a run that begins anew: of one with more steps they would stay the newest."""
    for folder in output.glob("checkpoint-*"):
        rmtree(folder)


def last_checkpoint(output: Path) -> Path | None:
    """Finds the newest checkpoint whose files are whole.

    Trainer writes the state last; a kill while it saves leaves a folder without one.
    """
    found = {}
    for folder in output.glob("checkpoint-*"):
        try:
            step = read_state(folder).global_step
            _check_files(folder)
        except (OSError, TypeError, ValueError, SafetensorError):
            logger.warning("%s is not complete and is passed over", folder)
        else:
            found[step] = folder
    return found[max(found)] if found else None


def read_state(checkpoint: Path) -> TrainerState:
    """Reads how far a run had got, with its log."""
    return TrainerState.load_from_json(str(checkpoint / "trainer_state.json"))


def best_checkpoint(checkpoint: Path) -> Path:
    """Finds beside a checkpoint the one of the lowest validation loss that its run had seen."""
    best = checkpoint.with_name(f"checkpoint-{read_state(checkpoint).best_global_step}")
    return best if best.is_dir() else checkpoint


def _check_files(folder: Path) -> None:
    """Raises where a file is missing, which Trainer may go on without, or was cut off.

    Trainer's own files are zip archives.
    """
    for pattern in _PARTS:
        if not any(folder.glob(pattern)):
            raise ValueError(f"{folder / pattern} is missing")
    for path in folder.glob("*.safetensors"):
        with safe_open(path, "pt"):
            pass
    for path in folder.glob("*.json"):
        json.loads(path.read_text(encoding="utf-8"))
    for path in (*folder.glob("*.pt"), *folder.glob("*.pth")):
        if not is_zipfile(path):
            raise ValueError(f"{path} is damaged")
