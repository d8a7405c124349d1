"""Entities of many documents, each where it runs best, and the measuring of what is best."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import torch
from transformers import PreTrainedModel

from secateur.core import crossover, hf
from secateur.core.batching import CudaMemory, MemoryModel, working_dtype
from secateur.core.board import Routed, Watch
from secateur.core.crossover import Crossover
from secateur.core.machine import machine
from secateur.core.models.tagger import model_labels
from secateur.core.routing import Accelerator, RoutingPolicy, route
from secateur.core.states import NAME as DAP
from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.errors import UsageError, usage_errors
from secateur.pipelines.finance.reader.encode import Encoded
from secateur.pipelines.finance.reader.entities import Extraction, decode, prepare
from secateur.pipelines.finance.reader.scoring import score
from secateur.pipelines.finance.reader.shared_calls import score_batch
from secateur.pipelines.runs.models import DTYPES, LoadedModel, load_model
from secateur.pipelines.runs.options import Dtype, RunOptions

_TEXT = "In 2023 net income of Acme Corp. rose by 12.5 % to $4.2 million, as the board had said. "
_NAMES = {dtype: name for name, dtype in DTYPES.items()}


def gpu_at_hand(options: RunOptions) -> bool:
    """Tells whether documents are to be shared between the CPU and a GPU."""
    return options.device == "auto" and options.attention == "dap" and torch.cuda.is_available()


def measured_policy() -> RoutingPolicy:
    """Gives the routing policy of this machine: its measured threshold, or the usual one.

    Raises:
        UsageError: The kept measurement is damaged.
    """
    with usage_errors():
        return crossover.policy(machine())


def described() -> str:
    """Says from which length on this machine prunes, and how that is known.

    Raises:
        UsageError: The kept measurement is damaged.
    """
    with usage_errors():
        found = crossover.load(machine())
    if found is None:
        usual = RoutingPolicy().exact_up_to
        return f"exact up to {usual} tokens; measure with secateur info --calibrate-routing"
    return f"exact up to {found.exact_up_to} tokens, measured here"


class EntityRouter:
    """Finds entities with one model on the CPU and, where there is a GPU, the same model there.

    With the device "auto" the CPU takes the short documents and the GPU, in the dtype that it
    computes fastest, the others. With "cuda", or with attention "full" on a machine with a GPU, the
    GPU takes all of them; with "cpu", or without a GPU, the CPU does.

    Args:
        options: Model, attention, threshold and dtype.
        policy: Thresholds and limits; None takes the measured ones of this machine, if any.
        share_mib: Memory, in MiB, of one exact call that short documents share; 0 runs each alone.

    Attributes:
        cpu: The model on the CPU.
        gpu_state: The GPU and the dtype there, "none", or why the GPU is not used.
        policy: What documents are routed by.

    Raises:
        SecateurError: The model is not to be had, or the kept measurement is damaged.
    """

    def __init__(
        self, options: RunOptions, policy: RoutingPolicy | None = None, share_mib: int = 0
    ) -> None:
        policy = policy or measured_policy()
        self._options = options
        self._exact_below = policy.exact_up_to
        dtype: Dtype = "fp32" if options.device == "cuda" else options.dtype
        self.cpu = load_model("finance", replace(options, device="cpu", dtype=dtype))
        self.gpu_state = "none"
        self._gpu = self._load_gpu()
        memory = MemoryModel.of(self.cpu.model.config, self.cpu.model.dtype)
        shared = memory.tokens_within(share_mib << 20) if share_mib else 0
        self.policy = replace(policy, exact_up_to=self._exact_up_to(), shared_tokens=shared)
        for loaded in (self.cpu, self._gpu):
            if loaded is not None:
                self._prune(loaded)

    def _load_gpu(self) -> LoadedModel | None:
        options = self._options
        if options.device == "cpu" or (options.device == "auto" and not torch.cuda.is_available()):
            return None
        dtype = options.dtype
        if options.device == "auto":
            dtype = _NAMES[working_dtype(torch.device("cuda"))]
        try:
            found = load_model("finance", replace(options, device="cuda", dtype=dtype))
        except UsageError as error:
            if options.device != "auto":
                raise
            self.gpu_state = f"not used: {error}"
            return None
        self.gpu_state = f"{machine()['gpu']}, {dtype}"
        return found

    def _exact_up_to(self) -> int:
        """Up to how many tokens a document stays on the CPU and is not pruned."""
        if self._gpu is not None and not gpu_at_hand(self._options):
            return 0
        return self._exact_below if self._options.attention == "dap" else sys.maxsize

    def extract(self, documents: Sequence[Document]) -> Routed[Extraction]:
        """Reads every document.

        Args:
            documents: In any order and number.

        Returns:
            Their entities in the same order, and where each document ran.
        """
        return self.route([(document, self.prepare(document)) for document in documents])

    def prepare(self, document: Document) -> Encoded:
        """Turns a document into what the model reads."""
        return prepare(document, self.cpu.model, self.cpu.tokenizer)

    def route(
        self,
        pairs: Sequence[tuple[Document, Encoded]],
        watch: Watch[Extraction] | None = None,
    ) -> Routed[Extraction]:
        """Reads documents that are prepared.

        Args:
            pairs: Each document with what `prepare` made of it.
            watch: Told of what is begun and done.

        Returns:
            Their entities in the same order, and where each document ran.
        """
        return route(
            pairs, [len(entry) for _, entry in pairs], self._exact, self._pruned,
            self._accelerator(), self.policy, watch,
        )  # fmt: skip

    def reset_statistics(self) -> None:
        """Forgets what the attention modules kept count of, which grows with every call."""
        for loaded in (self.cpu, self._gpu):
            if loaded is not None:
                hf.reset_statistics(loaded.model)

    def tokens(self, document: Document) -> int:
        """Counts the tokens that the model would read."""
        return len(self.prepare(document))

    def run_exact(self, document: Document) -> Extraction:
        """Reads one document with exact attention on the CPU."""
        return self._exact([(document, self.prepare(document))])[0]

    def run_pruned(self, document: Document) -> Extraction:
        """Reads one document pruned, whatever its length, on the GPU or else on the CPU."""
        accelerator = self._accelerator()
        run = accelerator.run if accelerator else self._pruned
        return run([(document, self.prepare(document))])[0]

    def _accelerator(self) -> Accelerator[tuple[Document, Encoded], Extraction] | None:
        if self._gpu is None:
            return None
        gpu = self._gpu.model
        memory = CudaMemory(gpu.device)
        run = partial(self._scored, model=gpu)
        return Accelerator(run, memory, MemoryModel.of(gpu.config, gpu.dtype))

    def _prune(self, loaded: LoadedModel) -> None:
        # A document on the pruned side is pruned, where that has been measured to pay.
        if self._options.attention == "dap":
            loaded.use("dap", self._options.threshold, self._exact_below)

    def _exact(self, batch: Sequence[tuple[Document, Encoded]]) -> list[Extraction]:
        if self.cpu.model.config._attn_implementation == DAP:
            hf.disable(self.cpu.model)
        return self._scored(batch, self.cpu.model)

    def _pruned(self, batch: Sequence[tuple[Document, Encoded]]) -> list[Extraction]:
        if self.cpu.model.config._attn_implementation != DAP:
            self._prune(self.cpu)
        return self._scored(batch, self.cpu.model)

    def _scored(
        self, batch: Sequence[tuple[Document, Encoded]], model: PreTrainedModel
    ) -> list[Extraction]:
        entries = [entry for _, entry in batch]
        rows = [score(entries[0], model)] if len(batch) == 1 else score_batch(entries, model)
        labels = model_labels(self.cpu.model)
        return [decode(*pair, scores, labels) for pair, scores in zip(batch, rows, strict=True)]


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
