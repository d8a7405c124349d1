"""Results of a routed run as they come, from both sides, and who is told of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Generic, Protocol, TypeVar, cast

T = TypeVar("T")
R = TypeVar("R")
Seen = TypeVar("Seen", contravariant=True)
Run = Callable[[Sequence[T]], Sequence[R]]


@dataclass(frozen=True)
class Routed(Generic[R]):
    """What came of a run.

    Attributes:
        results: One for each document, in input order.
        places: For each document "cpu-exact", "cpu-pruned" or "gpu-pruned".
        events: What did not go as planned, in words, in order.
        device_failed: Whether the GPU was lost or too late; it is not to be used again by this
            process.
    """

    results: tuple[R, ...]
    places: tuple[str, ...]
    events: tuple[str, ...]
    device_failed: bool = False

    def pairs(self) -> list[tuple[R, str]]:
        """Returns each result beside the place where it ran."""
        return list(zip(self.results, self.places, strict=True))


class Watch(Protocol[Seen]):
    """Told how a run goes, from the threads that do the work, by one of them at a time."""

    def begun(self, indices: Sequence[int]) -> None:
        """The CPU takes these documents in hand, or waits for the GPU to be done with them."""

    def done(self, index: int, result: Seen, place: str, seconds: float) -> None:
        """A document has its result.

        Args:
            index: Its number.
            result: What its runner gave.
            place: Where it ran, as in `Routed.places`.
            seconds: Its part of the call's time, by tokens.
        """


class Board(Generic[R]):
    """Results as they come; the first answer for a document counts."""

    def __init__(self, lengths: Sequence[int], watch: Watch[R] | None) -> None:
        self._lock = threading.Lock()
        self._lengths = lengths
        self._watch = watch
        self._results: list[R | None] = [None] * len(lengths)
        self._places = [""] * len(lengths)
        self._events: list[str] = []
        self._device_failed = False

    def begun(self, indices: Sequence[int]) -> None:
        """Tells the watch which documents are in hand."""
        if self._watch:
            with self._lock:
                self._watch.begun(indices)

    def run(self, run: Run[T, R], items: Sequence[T], batch: Sequence[int], place: str) -> None:
        """Runs a batch on the CPU."""
        self.begun(batch)
        begin = monotonic()
        results = run([items[i] for i in batch])
        self.put(batch, results, place, monotonic() - begin)

    def put(self, indices: Sequence[int], results: Sequence[R], place: str, seconds: float) -> None:
        """Takes the results of a call, in which documents spend time by their tokens.

        Raises:
            ValueError: Results do not fit the documents.
        """
        if len(results) != len(indices):
            raise ValueError(f"{len(results)} results for {len(indices)} documents")
        per_token = seconds / max(1, sum(self._lengths[i] for i in indices))
        with self._lock:
            for index, result in zip(indices, results, strict=True):
                if self._places[index]:
                    continue
                self._results[index], self._places[index] = result, place
                if self._watch:
                    self._watch.done(index, result, place, per_token * self._lengths[index])

    def has(self, index: int) -> bool:
        """Tells whether a document has its result."""
        with self._lock:
            return bool(self._places[index])

    def tell(self, event: str, *, device_failed: bool = False) -> None:
        """Notes what did not go as planned."""
        with self._lock:
            self._events.append(event)
            self._device_failed |= device_failed

    def routed(self) -> Routed[R]:
        """What came of the run."""
        with self._lock:
            results = cast("list[R]", self._results)
            places, events = tuple(self._places), tuple(self._events)
            return Routed(tuple(results), places, events, self._device_failed)
