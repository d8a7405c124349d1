"""Routing: nothing lost, input order, and a device that runs out of memory, dies or dawdles."""

import threading
import time
import weakref

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from secateur.core.batching import MemoryModel
from secateur.core.routing import Accelerator, RoutingPolicy, route

MODEL = MemoryModel(per_token=1.0, per_tile_span=0.0, safety=1.0)


class Device:
    """A simulated GPU: `room` tokens, padding included, fit in truth; it says that `free` do."""

    def __init__(self, room=10**9, free=10**9, fails_at=None, error=None, late_s=0.0):
        self.room, self.free = room, free
        self.fails_at, self.error, self.late_s = fails_at, error, late_s
        self.batches, self.reserved, self.emptied = [], [], 0
        self.released = threading.Event()

    def free_bytes(self):
        return self.free

    def reserve(self, size):
        self.reserved.append(size)

    def empty_cache(self):
        self.emptied += 1

    def run(self, items):
        if self.fails_at == len(self.batches):
            raise self.error
        self.batches.append(len(items))
        if self.late_s:
            self.released.wait(self.late_s)
        if len(items) * max(length for _, length in items) > self.room:
            self.batches.pop()
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate")
        return [("gpu", name) for name, _ in items]


def go(lengths, device=None, **policy):
    """Route documents named by their place; the CPU's runners name themselves."""
    items = list(enumerate(lengths))

    def runner(name):
        def run(batch):
            assert len(batch) == 1
            return [(name, batch[0][0])]

        return run

    accelerator = None if device is None else Accelerator(device.run, device, MODEL)
    return route(
        items, lengths, runner("exact"), runner("pruned"), accelerator, RoutingPolicy(**policy)
    )


def assert_whole(routed, lengths):
    """Every document has its own answer, in its own place."""
    assert [name for _, name in routed.results] == list(range(len(lengths)))
    names = {"cpu-exact": "exact", "cpu-pruned": "pruned", "gpu-pruned": "gpu"}
    assert [names[place] for place in routed.places] == [kind for kind, _ in routed.results]


LENGTHS = [100, 4000, 512, 513, 9000, 30, 700, 5000]


def test_short_documents_are_exact_on_the_cpu_and_long_ones_pruned_on_the_gpu():
    routed = go(LENGTHS, Device())
    assert_whole(routed, LENGTHS)
    exact = [place == "cpu-exact" for place in routed.places]
    assert exact == [length <= 512 for length in LENGTHS]
    assert "cpu-pruned" not in routed.places
    assert routed.events == ()


def test_without_a_gpu_both_kinds_run_on_the_cpu():
    routed = go(LENGTHS)
    assert_whole(routed, LENGTHS)
    assert set(routed.places) == {"cpu-exact", "cpu-pruned"}


def test_the_measured_threshold_replaces_the_usual_one():
    assert go([600, 900], exact_up_to=800).places == ("cpu-exact", "cpu-pruned")


def test_both_sides_work_at_the_same_time():
    met = threading.Barrier(2, timeout=10)

    def exact(batch):
        met.wait()
        return batch

    def on_gpu(batch):
        met.wait()
        return batch

    accelerator = Accelerator(on_gpu, Device(), MODEL)
    routed = route([1, 2], [10, 1000], exact, exact, accelerator)
    assert routed.results == (1, 2)


def test_short_sequences_fill_large_batches():
    device = Device()
    assert_whole(go([600] * 1100, device), [600] * 1100)
    assert device.batches == [512, 512, 76]


def test_batches_fit_the_memory_that_is_free():
    device = Device(free=300 * 1000, room=300 * 1000)
    go([1000] * 700, device)
    assert device.batches == [300, 300, 100]
    assert device.reserved == [300 * 1000]
    assert device.emptied == 0


def test_out_of_memory_halves_the_batch_and_goes_on():
    lengths = [1000] * 520
    device = Device(room=100 * 1000)
    routed = go(lengths, device)
    assert_whole(routed, lengths)
    assert set(routed.places) == {"gpu-pruned"}
    assert [event.split()[-1] for event in routed.events] == ["256", "128", "64"]
    assert device.batches == [64] * 8 + [8]
    assert device.emptied == 3


def test_memory_is_given_back_after_the_failed_call_has_let_go_of_it():
    """What the allocator gives back must not be held by the error's own frames."""

    class Activations:
        pass

    class Held(Device):
        tensors = None

        def run(self, items):
            activations = Activations()
            self.tensors = weakref.ref(activations)
            return super().run(items)

        def empty_cache(self):
            assert self.tensors() is None
            super().empty_cache()

    device = Held(room=1000)
    assert_whole(go([1000] * 4, device), [1000] * 4)
    assert device.emptied == 2


@pytest.mark.parametrize(
    "error",
    [
        torch.AcceleratorError("CUDA error: out of memory"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        RuntimeError("Triton Error [CUDA]: out of memory"),
    ],
    ids=["driver", "cublas", "triton"],
)
def test_memory_may_run_out_beside_torchs_allocator(error):
    class Full(Device):
        def run(self, items):
            if len(items) > 2:
                raise error
            return super().run(items)

    routed = go([1000] * 4, Full())
    assert set(routed.places) == {"gpu-pruned"}
    assert not routed.device_failed


def test_one_document_too_large_for_the_gpu_runs_on_the_cpu():
    lengths = [600, 50_000, 700]
    routed = go(lengths, Device(room=10_000))
    assert_whole(routed, lengths)
    assert routed.places == ("gpu-pruned", "cpu-pruned", "gpu-pruned")
    assert "one document of 50000 tokens" in " ".join(routed.events)


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(torch.AcceleratorError("device-side assert triggered"), id="accelerator"),
        pytest.param(RuntimeError("CUDA error: unspecified launch failure"), id="cuda-error"),
        pytest.param(RuntimeError("Triton Error [CUDA]: an illegal memory access"), id="triton"),
        pytest.param(torch.AcceleratorError(""), id="no-words"),
    ],
)
@pytest.mark.parametrize("fails_at", [0, 1])
def test_a_device_lost_in_mid_run_loses_no_document(fails_at, error):
    lengths = [1000] * 4 + [100]
    device = Device(free=2000, fails_at=fails_at, error=error)
    routed = go(lengths, device)
    assert_whole(routed, lengths)
    assert routed.places.count("gpu-pruned") == 2 * fails_at
    assert routed.events[0].startswith("GPU lost: ")
    assert routed.device_failed


def test_a_late_device_is_not_waited_for():
    device = Device(free=1000, late_s=30)
    begin = time.monotonic()
    routed = go([1000, 1000, 50], device, patience_s=0.2)
    assert time.monotonic() - begin < 10
    assert_whole(routed, [1000, 1000, 50])
    assert routed.places == ("cpu-pruned", "cpu-pruned", "cpu-exact")
    assert "no answer in 0.2 s" in routed.events[0]
    device.released.set()


def test_an_answer_that_comes_late_but_first_counts():
    device = Device(free=1000, late_s=0.5)
    answered = threading.Event()

    def on_gpu(batch):
        found = device.run(batch)
        answered.set()
        return found

    def pruned(batch):
        if batch[0][0] == 1:
            answered.wait(10)
            time.sleep(0.2)
        return [("pruned", batch[0][0])]

    items = [(0, 900), (1, 800), (2, 700)]
    accelerator = Accelerator(on_gpu, device, MODEL)
    routed = route(
        items, [900, 800, 700], pruned, pruned, accelerator, RoutingPolicy(patience_s=0.1)
    )
    assert_whole(routed, items)


def test_a_device_that_fails_before_the_first_batch_loses_no_document():
    class Dead(Device):
        def free_bytes(self):
            raise RuntimeError("CUDA error: device is gone")

    routed = go([1000, 100], Dead())
    assert routed.places == ("cpu-pruned", "cpu-exact")
    assert routed.device_failed


def test_memory_that_cannot_be_reserved_at_once_is_no_fault():
    class Torn(Device):
        def reserve(self, size):
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate")

    routed = go([1000, 100], Torn())
    assert routed.places == ("gpu-pruned", "cpu-exact")
    assert not routed.device_failed


class Watch:
    """Writes down what it is told."""

    def __init__(self):
        self.hand, self.found, self.seconds = [], {}, {}

    def begun(self, indices):
        self.hand.append(tuple(indices))

    def done(self, index, result, place, seconds):
        self.found[index] = (result, place)
        self.seconds[index] = seconds


def test_a_watch_hears_of_every_result_as_it_comes():
    watch, device = Watch(), Device()
    lengths = [1000, 100, 300, 2000]
    accelerator = Accelerator(device.run, device, MODEL)
    routed = route(list(enumerate(lengths)), lengths, list, list, accelerator, watch=watch)
    assert watch.found == dict(enumerate(routed.pairs()))
    assert watch.hand[:2] == [(2,), (1,)]


def test_short_documents_share_a_call_whose_time_is_theirs_by_tokens():
    watch = Watch()

    def exact(batch):
        time.sleep(0.05)
        return batch

    policy = RoutingPolicy(shared_tokens=600)
    routed = route("abc", [100, 300, 500], exact, list, None, policy, watch)
    assert routed.results == ("a", "b", "c")
    assert watch.hand == [(2,), (1, 0)]
    assert watch.seconds[1] == pytest.approx(3 * watch.seconds[0])
    assert watch.seconds[0] + watch.seconds[1] >= 0.05


@pytest.mark.parametrize("side", ["cpu", "gpu"])
def test_an_error_of_the_code_itself_is_not_swallowed(side):
    def broken(batch):
        raise KeyError("no such label")

    fine = list
    accelerator = Accelerator(broken if side == "gpu" else fine, Device(), MODEL)
    with pytest.raises(KeyError, match="label"):
        route([1, 2], [10, 1000], broken if side == "cpu" else fine, fine, accelerator)


def test_a_runner_that_drops_a_document_is_found_out():
    with pytest.raises(ValueError, match="0 results for 1"):
        route([1], [10], lambda batch: [], lambda batch: [])


def test_lengths_must_fit():
    with pytest.raises(ValueError, match="1 lengths for 2"):
        route([1, 2], [3], list, list)


@pytest.mark.parametrize(
    "change", [{"exact_up_to": -1}, {"largest_batch": 0}, {"padding": 1.0}, {"patience_s": -1}]
)
def test_policy_refuses_what_makes_no_sense(change):
    with pytest.raises(ValueError, match=next(iter(change))):
        RoutingPolicy(**change)


@given(
    lengths=st.lists(st.integers(1, 3000), max_size=60),
    room=st.integers(1, 20_000),
    free=st.integers(1, 100_000),
    fails_at=st.one_of(st.none(), st.integers(0, 5)),
)
def test_nothing_is_ever_lost(lengths, room, free, fails_at):
    device = Device(room, free, fails_at, RuntimeError("CUDA error: lost"))
    assert_whole(go(lengths, device), lengths)
