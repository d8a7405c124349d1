"""Entities of a worker's documents: which share calls, and where each runs, is the router's to say.

Documents share an exact call if they are files of one group (see `plan.group`) and short: of up to
as many tokens as run exact attention anyway. There a document's scores depend on the others by
rounding only, and on a CPU groups and calls are the same in every run. Longer ones have calls of
their own on a CPU, whose caches they fill alone; a GPU takes batches of like length, as many as its
memory holds. Documents of an archive are run one by one as they are read, so that only one of them
is in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

from secateur.core.routing import RoutingPolicy
from secateur.pipelines.finance.reader.encode import Encoded
from secateur.pipelines.finance.reader.entities import Extraction
from secateur.pipelines.finance.statements.tagged import assemble_tagged
from secateur.pipelines.runs.batch import records
from secateur.pipelines.runs.batch.ledger import Outcome
from secateur.pipelines.runs.batch.plan import Entry
from secateur.pipelines.runs.batch.reading import ReadDocument
from secateur.pipelines.runs.batch.statements import statements_record
from secateur.pipelines.runs.durable import StorageError
from secateur.pipelines.runs.options import RunOptions
from secateur.pipelines.runs.routing import EntityRouter

Fail = Callable[[Entry, Exception, float], None]
"""Takes a document, what was raised and the seconds spent."""


@dataclass(frozen=True)
class Desk:
    """What a tagger reports to.

    Attributes:
        is_done: Tells whether a document has its outcome.
        begun: Told of the documents in hand.
        put: Takes a document's outcome.
        fail: Takes a document that gave no result.
        event: Told of what did not go as planned.
    """

    is_done: Callable[[Entry], bool]
    begun: Callable[[tuple[Entry, ...]], None]
    put: Callable[[Entry, Outcome], None]
    fail: Fail
    event: Callable[[str], None]


class Tagger:
    """Finds the entities of documents.

    Args:
        options: Model and attention.
        exact_up_to: Tokens up to which a document is not pruned and may share a call.
        share_mib: Memory of a shared call on the CPU, in MiB.

    Attributes:
        router: The models and where they are.
        device_failed: Whether the GPU was lost, or so late that it counts as lost.

    Raises:
        SecateurError: The model is not to be had.
    """

    def __init__(self, options: RunOptions, exact_up_to: int, share_mib: int) -> None:
        policy = RoutingPolicy(exact_up_to=exact_up_to)
        self.router = EntityRouter(options, policy, share_mib)
        self.device_failed = False

    def run(self, readings: Sequence[ReadDocument], desk: Desk) -> None:
        """Ends every document in an outcome.

        Args:
            readings: The documents.
            desk: Where outcomes go.

        Raises:
            StorageError: The ledger cannot be written.
        """
        tasks = []
        for reading in readings:
            desk.begun((reading.entry,))
            begin = perf_counter()
            try:
                encoded = self.router.prepare(reading.document)
            except Exception as error:
                desk.fail(reading.entry, error, reading.seconds)
            else:
                tasks.append(_Task(reading, encoded, reading.seconds + perf_counter() - begin))
        self._route(self._needed(tasks, desk), desk)
        self.router.reset_statistics()

    def _needed(self, tasks: Sequence[_Task], desk: Desk) -> list[_Task]:
        """Leaves out what is done, but not if it shares calls with what is not."""
        done = {id(task) for task in tasks if desk.is_done(task.reading.entry)}
        most = self.router.policy.exact_up_to
        short = {id(task) for task in tasks if len(task.encoded) <= most}
        again = short if short - done else set()
        return [task for task in tasks if id(task) not in done or id(task) in again]

    def _route(self, tasks: Sequence[_Task], desk: Desk) -> None:
        if not tasks:
            return
        watch = _Watch(tasks, desk)
        pairs = [(task.reading.document, task.encoded) for task in tasks]
        try:
            routed = self.router.route(pairs, watch)
        except StorageError:
            raise
        except Exception as error:
            if len(tasks) == 1:
                desk.fail(tasks[0].reading.entry, error, tasks[0].seconds)
                return
            # Nobody knows which of them it was; the others are not to suffer for it.
            for task in watch.left():
                self._route([task], desk)
            return
        for event in routed.events:
            desk.event(event)
        self.device_failed |= routed.device_failed


@dataclass(frozen=True)
class _Task:
    reading: ReadDocument
    encoded: Encoded
    seconds: float


class _Watch:
    """Puts every result as it comes."""

    def __init__(self, tasks: Sequence[_Task], desk: Desk) -> None:
        self._tasks = dict(enumerate(tasks))
        self._left = dict(self._tasks)
        self._desk = desk

    def begun(self, indices: Sequence[int]) -> None:
        self._desk.begun(tuple(self._tasks[index].reading.entry for index in indices))

    def done(self, index: int, result: Extraction, place: str, seconds: float) -> None:
        task = self._tasks[index]
        entry, document = task.reading.entry, task.reading.document
        del self._left[index]
        begin = perf_counter()
        seconds += task.seconds
        record = records.entities_record(entry, document, result.tokens, result.entities)
        try:
            book = assemble_tagged(document, result.entities, task.reading.facts)
            statements = statements_record(book)
        except Exception as error:
            # Here, for documents that shared the call are not to be read again for it.
            self._desk.fail(entry, error, seconds + perf_counter() - begin)
            return
        seconds += perf_counter() - begin
        device = place.partition("-")[0]
        outcome = Outcome("result", record, seconds, result.tokens, device, statements)
        self._desk.put(entry, outcome)

    def left(self) -> list[_Task]:
        return list(self._left.values())
