"""A GPU that is a second model on the CPU."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

from secateur.pipelines.runs import routing
from secateur.pipelines.runs.batch.settings import BatchSettings
from secateur.pipelines.runs.models import LoadedModel, load_model
from secateur.pipelines.runs.routing import EntityRouter


class Memory:
    """A device with all the memory in the world."""

    def free_bytes(self) -> int:
        return 10**12

    def reserve(self, size: int) -> None:
        pass

    def empty_cache(self) -> None:
        pass


def install(lost: Path | None = None) -> None:
    """Gives this process, and those forked from it, a GPU.

    Args:
        lost: The device fails until this file is there, which the first call makes.
    """
    real = EntityRouter._accelerator

    def load(router: EntityRouter) -> LoadedModel:
        router.gpu_state = "simulated"
        return load_model("finance", replace(router._options, device="cpu"))

    def accelerator(router: EntityRouter) -> Any:
        found = real(router)
        assert found is not None

        def run(batch: Sequence[Any]) -> Any:
            if lost is not None and not lost.exists():
                lost.touch()
                raise RuntimeError("CUDA error: simulated loss")
            return found.run(batch)

        return replace(found, run=run)

    mock.patch.multiple(EntityRouter, _load_gpu=load, _accelerator=accelerator).start()
    mock.patch.object(routing, "gpu_at_hand", return_value=True).start()
    mock.patch.object(routing, "CudaMemory", return_value=Memory()).start()
    mock.patch.object(BatchSettings, "has_gpu", return_value=True).start()
