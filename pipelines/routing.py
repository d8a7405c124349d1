"""Entities of many documents, each where it runs best, and the measuring of what is best."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch

from secateur.core import crossover, hf
from secateur.core.batching import CudaMemory, MemoryModel, working_dtype
from secateur.core.crossover import Crossover
from secateur.core.interface import NAME as DAP
from secateur.core.routing import Accelerator, Routed, RoutingPolicy, route
from secateur.core.tagger import model_labels
from secateur.kernels.ops import native_status
from secateur.pipelines.batch.tagging import score_batch
from secateur.pipelines.document import Document, Passage
from secateur.pipelines.finance.encode import Encoded
from secateur.pipelines.finance.entities import Extraction, decode, prepare, score
from secateur.pipelines.models import DTYPES, LoadedModel, RunOptions, load_model

_TEXT = "In 2023 net income of Acme Corp. rose by 12.5 % to $4.2 million, as the board had said. "
_NAMES = {dtype: name for name, dtype in DTYPES.items()}


def gpu_at_hand(options: RunOptions) -> bool:
    """Tells whether documents are to be shared between the CPU and a GPU."""
    return options.device == "auto" and options.attention == "dap" and torch.cuda.is_available()


def machine() -> dict[str, str]:
    """Names what a measured threshold depends on."""
    return {
        "processor": platform.processor() or platform.machine(),
        "threads": str(torch.get_num_threads()),
        "kernel": native_status()[1],
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else "none",
        "torch": torch.__version__,
    }


def described() -> str:
    """Says from which length on this machine prunes, and how that is known."""
    found = crossover.load(machine())
    if found is None:
        usual = RoutingPolicy().exact_up_to
        return f"exact up to {usual} tokens; measure with secateur info --calibrate-routing"
    return f"exact up to {found.exact_up_to} tokens, measured here"


class EntityRouter:
    """Finds entities with one model on the CPU and, where there is a GPU, the same model there.

    Args:
        options: Model, threshold and dtype of the CPU's side; the GPU works in the dtype that it
            computes fastest.
        policy: Thresholds and limits; None takes the measured ones of this machine, if any.

    Raises:
        SecateurError: The model is not to be had.
        ValueError: The kept measurement is damaged.
    """

    def __init__(self, options: RunOptions, policy: RoutingPolicy | None = None) -> None:
        self.policy = policy or crossover.policy(machine())
        self._threshold = options.threshold
        self._cpu = load_model("finance", replace(options, device="cpu"))
        self._gpu: LoadedModel | None = None
        if gpu_at_hand(options):
            dtype = _NAMES[working_dtype(torch.device("cuda"))]
            self._gpu = load_model("finance", replace(options, device="cuda", dtype=dtype))
            self._prune(self._gpu)

    def extract(self, documents: Sequence[Document]) -> Routed[Extraction]:
        """Reads every document.

        Args:
            documents: In any order and number.

        Returns:
            Their entities in the same order, and where each document ran.
        """
        model = self._cpu.model
        encoded = [prepare(document, model, self._cpu.tokenizer) for document in documents]
        pairs = list(zip(documents, encoded, strict=True))
        return route(
            pairs, [len(entry) for entry in encoded], self._exact, self._pruned,
            self._accelerator(), self.policy,
        )  # fmt: skip

    def densities(self) -> list[float]:
        """Kept share of each attention module's pruned calls since the last question."""
        models = [loaded.model for loaded in (self._cpu, self._gpu) if loaded is not None]
        found = [m for model in models for m in hf.statistics(model).values() if m["pruned_calls"]]
        for model in models:
            hf.reset_statistics(model)
        return [m["density"] for m in found]

    def tokens(self, document: Document) -> int:
        """Counts the tokens that the model would read."""
        return len(prepare(document, self._cpu.model, self._cpu.tokenizer))

    def run_exact(self, document: Document) -> Extraction:
        """Reads one document with exact attention on the CPU."""
        entry = prepare(document, self._cpu.model, self._cpu.tokenizer)
        return self._exact([(document, entry)])[0]

    def run_pruned(self, document: Document) -> Extraction:
        """Reads one document pruned, whatever its length, on the GPU or else on the CPU."""
        entry = prepare(document, self._cpu.model, self._cpu.tokenizer)
        accelerator = self._accelerator()
        run = accelerator.run if accelerator else self._pruned
        return run([(document, entry)])[0]

    def _accelerator(self) -> Accelerator[tuple[Document, Encoded], Extraction] | None:
        if self._gpu is None:
            return None
        gpu = self._gpu.model
        memory = CudaMemory(gpu.device)
        return Accelerator(self._on_gpu, memory, MemoryModel.of(gpu.config, gpu.dtype))

    def _prune(self, loaded: LoadedModel) -> None:
        # A document on the pruned side is pruned, where that has been measured to pay.
        below = self.policy.exact_up_to
        hf.enable(loaded.model, threshold=self._threshold, exact_below=below)

    def _exact(self, batch: Sequence[tuple[Document, Encoded]]) -> list[Extraction]:
        if self._cpu.model.config._attn_implementation == DAP:
            hf.disable(self._cpu.model)
        return [self._decoded(pair, score(pair[1], self._cpu.model)) for pair in batch]

    def _pruned(self, batch: Sequence[tuple[Document, Encoded]]) -> list[Extraction]:
        if self._cpu.model.config._attn_implementation != DAP:
            self._prune(self._cpu)
        return [self._decoded(pair, score(pair[1], self._cpu.model)) for pair in batch]

    def _on_gpu(self, batch: Sequence[tuple[Document, Encoded]]) -> list[Extraction]:
        if self._gpu is None:
            raise RuntimeError("there is no GPU")
        scores = score_batch([entry for _, entry in batch], self._gpu.model)
        return [self._decoded(pair, rows) for pair, rows in zip(batch, scores, strict=True)]

    def _decoded(self, pair: tuple[Document, Encoded], scores: Any) -> Extraction:
        return decode(*pair, scores, model_labels(self._cpu.model))


def _sample(sentences: int) -> Document:
    text = _TEXT * sentences
    return Document("sample", text, (Passage(0, len(text)),), "text/plain")


def calibrate(options: RunOptions) -> Crossover:
    """Measures from which length on pruning pays on this machine, and keeps it for later runs.

    Args:
        options: The model to measure with.

    Returns:
        What was measured.
    """
    router = EntityRouter(replace(options, attention="dap"), RoutingPolicy(exact_up_to=0))
    sentence = router.tokens(_sample(100)) / 100
    texts = {n: _sample(max(1, round(n / sentence))) for n in crossover.LENGTHS}
    found = crossover.measure(
        lambda length: router.run_exact(texts[length]),
        lambda length: router.run_pruned(texts[length]),
        machine(),
        tuple(texts),
    )
    crossover.save(found)
    return found
