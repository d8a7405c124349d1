"""Which documents run where: short ones exact on the CPU, longer ones pruned on the GPU, together.

Both sides work at the same time and results come back in input order. What the GPU cannot do (out
of memory with one document, lost, too late) the CPU does, pruned. Without a GPU the same code runs
both kinds on the CPU, one after the other.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Generic

import torch

from secateur.core.batching import (
    DeviceMemory,
    MemoryModel,
    cut_batches,
    next_size,
    short_batches,
)
from secateur.core.board import Board, R, Routed, Run, T, Watch
from secateur.core.out_of_memory import is_out_of_memory


@dataclass(frozen=True)
class RoutingPolicy:
    """How documents are routed.

    Attributes:
        exact_up_to: Tokens up to which a document runs exact attention on the CPU.
        largest_batch: Most documents in a batch of the GPU.
        usual_stop: Batch at which halving stops on its way down.
        padding: Share of a document's row that may be padding, 0 to 1.
        patience_s: Seconds that the GPU may take for one batch before the CPU takes over.
        shared_tokens: Tokens, padding included, of one exact call that short documents share; 0
            runs each alone.
    """

    exact_up_to: int = 512
    largest_batch: int = 512
    usual_stop: int = 64
    padding: float = 0.2
    patience_s: float = 300.0
    shared_tokens: int = 0

    def __post_init__(self) -> None:
        for name in ("exact_up_to", "patience_s", "shared_tokens"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must be 0 or more, got {getattr(self, name)}")
        for name in ("largest_batch", "usual_stop"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be 1 or more, got {getattr(self, name)}")
        if not 0 <= self.padding < 1:
            raise ValueError(f"padding must be 0 to under 1, got {self.padding}")


@dataclass(frozen=True)
class Accelerator(Generic[T, R]):
    """A device beside the CPU.

    Attributes:
        run: Runs a batch there, pruned; raises torch.OutOfMemoryError where it does not fit.
        memory: The device's memory.
        model: What a batch takes of it.
    """

    run: Run[T, R]
    memory: DeviceMemory
    model: MemoryModel


def route(
    items: Sequence[T],
    lengths: Sequence[int],
    exact: Run[T, R],
    pruned: Run[T, R],
    accelerator: Accelerator[T, R] | None = None,
    policy: RoutingPolicy | None = None,
    watch: Watch[R] | None = None,
) -> Routed[R]:
    """Runs every document where it runs best.

    Args:
        items: The documents.
        lengths: Their tokens.
        exact: Runs documents on the CPU with exact attention; gets one at a time, or as many as
            `policy.shared_tokens` allows.
        pruned: Runs documents on the CPU, pruned; gets one at a time.
        accelerator: The GPU; None where there is none. Its `run` is called from another thread.
        policy: Thresholds and limits.
        watch: Told of what is begun and done.

    Returns:
        Results in input order, and where each document ran.

    Raises:
        ValueError: Lengths do not fit the documents.
        Exception: Whatever a runner raises that says nothing about the device.
    """
    if len(items) != len(lengths):
        raise ValueError(f"{len(lengths)} lengths for {len(items)} documents")
    policy = policy or RoutingPolicy()
    board: Board[R] = Board(lengths, watch)
    short = [i for i, length in enumerate(lengths) if length <= policy.exact_up_to]
    long = [i for i, length in enumerate(lengths) if length > policy.exact_up_to]
    worker = None
    if accelerator is not None and long:
        worker = _Worker(accelerator, items, lengths, long, board, policy)
        worker.start()
    try:
        for batch in short_batches(short, lengths, policy.shared_tokens):
            board.run(exact, items, batch, "cpu-exact")
        for index in worker.left_over() if worker else long:
            if not board.has(index):
                board.run(pruned, items, [index], "cpu-pruned")
    finally:
        if worker:
            worker.stop()
    return board.routed()


class _Worker(Generic[T, R]):
    """Works through the long documents on the GPU, in a thread of its own."""

    def __init__(
        self,
        accelerator: Accelerator[T, R],
        items: Sequence[T],
        lengths: Sequence[int],
        indices: Sequence[int],
        board: Board[R],
        policy: RoutingPolicy,
    ) -> None:
        self._accelerator = accelerator
        self._items = items
        self._lengths = lengths
        self._indices = list(indices)
        self._board = board
        self._policy = policy
        # Documents for the CPU; None: there will be no more; an error: of a runner itself.
        self._left: queue.Queue[int | Exception | None] = queue.Queue()
        self._stopped = threading.Event()
        self._begun = monotonic()
        # A device that never answers must not keep the process alive.
        self._thread = threading.Thread(target=self._work, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Has no further batch begin; one under way is waited for unless it is late."""
        self._stopped.set()
        self._thread.join(self._remaining())

    def left_over(self) -> Iterator[int]:
        """Yields the documents that the CPU has to do as they turn up, until all are done."""
        while True:
            self._board.begun(self._waiting())
            try:
                found = self._left.get(timeout=self._remaining())
            except queue.Empty:
                if self._remaining():
                    continue
                self._stopped.set()
                self._board.tell(
                    f"GPU: no answer in {self._policy.patience_s:g} s", device_failed=True
                )
                yield from self._waiting()
                return
            if found is None:
                return
            if isinstance(found, Exception):
                raise found
            yield found

    def _waiting(self) -> list[int]:
        return [index for index in self._indices if not self._board.has(index)]

    def _remaining(self) -> float:
        """Seconds until the batch under way is late."""
        return max(0.0, self._begun + self._policy.patience_s - monotonic())

    def _work(self) -> None:
        try:
            self._work_through()
        except Exception as error:
            if _is_lost(error):
                first_line = str(error).partition("\n")[0]
                self._board.tell(f"GPU lost: {first_line}", device_failed=True)
                for index in self._waiting():
                    self._left.put(index)
            else:
                self._left.put(error)
        self._left.put(None)

    def _work_through(self) -> None:
        memory, model = self._accelerator.memory, self._accelerator.model
        policy, free = self._policy, memory.free_bytes()
        batches = deque(
            cut_batches(
                self._indices, self._lengths, model, free,
                largest=policy.largest_batch, padding=policy.padding,
            )
        )  # fmt: skip
        # One large block now, instead of one piece after the other of growing size.
        needs = (model.batch_bytes(len(batch), self._tokens(batch)) for batch in batches)
        with suppress(torch.OutOfMemoryError):
            memory.reserve(min(max(needs), int(model.safety * free)))
        while batches and not self._stopped.is_set():
            batch = batches.popleft()
            self._begun = monotonic()
            results = self._run(batch)
            if results is None:
                memory.empty_cache()
                self._make_smaller(batch, batches)
                continue
            self._board.put(batch, results, "gpu-pruned", monotonic() - self._begun)

    def _run(self, batch: tuple[int, ...]) -> Sequence[R] | None:
        """Gives the batch's results, or None where memory ran out.

        The error holds the frames of the failed call and with them its tensors, so it has to be
        gone before the memory is given back.
        """
        try:
            return self._accelerator.run([self._items[i] for i in batch])
        except Exception as error:
            if not is_out_of_memory(error):
                raise
        return None

    def _make_smaller(self, batch: tuple[int, ...], batches: deque[tuple[int, ...]]) -> None:
        """Puts a batch that did not fit back in parts, and cuts all that are as large with it."""
        if len(batch) == 1:
            self._board.tell(f"GPU out of memory with one document of {self._tokens(batch)} tokens")
            self._left.put(batch[0])
            return
        size = next_size(len(batch), self._policy.usual_stop)
        self._board.tell(f"GPU out of memory with {len(batch)} documents; going on with {size}")
        padded = len(batch) * self._tokens(batch)
        waiting = [batch, *batches]
        batches.clear()
        for one in waiting:
            tokens = self._tokens(one)
            step = size * self._tokens(batch) // tokens if len(one) * tokens >= padded else len(one)
            step = max(1, step)
            batches.extend(one[start : start + step] for start in range(0, len(one), step))

    def _tokens(self, batch: Sequence[int]) -> int:
        return max(self._lengths[i] for i in batch)


def _is_lost(error: Exception) -> bool:
    """Tells whether the device itself failed, after which every call on it fails."""
    if isinstance(error, torch.AcceleratorError):
        return True
    words = ("CUDA error", "Triton Error [CUDA]")
    return isinstance(error, RuntimeError) and any(part in str(error) for part in words)
