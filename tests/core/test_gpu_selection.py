"""The selection of the GPU against the CPU's, in Triton's interpreter where there is no GPU."""

import pytest
import torch
import triton_interpreter
from kernel_backends import needs_triton
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from secateur.core import gpu_selection
from secateur.core.config import DapConfig
from secateur.core.selection import select
from secateur.core.spans import SpanTable
from secateur.kernels.lists import KeyLists
from secateur.kernels.ops import attention

pytestmark = needs_triton
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
N_KEYS = 320

SHORT = [*range(2, 160, 2), 160]

QUICK = {
    "causal-padded": {"causal": True, "padded": True},
    "cap": {"config": {"cap": 2.0, "threshold": 0.2, "local": 16}},
    "few-looks": {"config": {"cap": 0.5, "threshold": 0.3, "local": 0, "look_low": 0.0}},
    "recovery": {"config": {"mass_floor": 0.8, "recovery_budget": 0.9, "threshold": 3.0}},
    "sentences": {"spans": [[7, 19, 64, 130, 131, 310]], "kv_heads": 1},
    "cross-padded": {"queries": 100, "padded": True},
}
SLOW = {
    "plain": {},
    "causal": {"causal": True},
    "padded": {"padded": True},
    "bfloat16": {"causal": True, "dtype": torch.bfloat16},
    "tiles-of-16": {"causal": True, "config": {"tile": 16, "threshold": 1.0, "local": 8}},
    "fewer-looks-than-always-kept": {
        "spans": [SHORT],
        "config": {"cap": 0.05, "local": 0, "threshold": 2.0},
    },
    "first-look": {
        "causal": True,
        "padded": True,
        "config": {"look_low": 1e9, "local": 0, "threshold": 1.2},
    },
    "by-head": {"config": {"threshold": (0.5, 2.5)}},
    "no-recovery": {"config": {"fallback": False, "threshold": 4.0}},
    "all-recovered": {"config": {"mass_floor": 1.0}},
}
CASES = [pytest.param(case, id=name) for name, case in QUICK.items()]
CASES += [pytest.param(case, id=name, marks=pytest.mark.slow) for name, case in SLOW.items()]


@pytest.fixture(scope="module", autouse=True)
def mended_interpreter():
    triton_interpreter.mend()


def draw(kv_heads, n_queries=N_KEYS):
    generator = torch.Generator().manual_seed(11)
    query = torch.randn(2, 2, n_queries, 16, generator=generator)
    key = torch.randn(2, kv_heads, N_KEYS, 16, generator=generator)
    # Spans that differ: some keys point where many queries do.
    query[..., 0] += 1.5
    key[..., 0] += 3 * torch.rand(N_KEYS // 8, generator=generator).repeat_interleave(8)
    return query, key


def padded():
    """The second row is padded on both sides, so that its first visible span is not the first."""
    place = torch.arange(N_KEYS)
    return torch.stack([place >= 0, (place >= 20) & (place < 230)])


@pytest.mark.parametrize("case", CASES)
def test_keeps_what_the_cpu_keeps(case):
    causal = case.get("causal", False)
    dtype = case.get("dtype", torch.float32)
    drawn = draw(case.get("kv_heads", 2), case.get("queries", N_KEYS))
    query, key = (x.to(dtype) for x in drawn)
    config = DapConfig(**case.get("config", {"threshold": 1.2}), backend="portable")
    rows = case.get("spans")
    spans = SpanTable.uniform(2, N_KEYS, 8, torch.device("cpu"))
    if rows is not None:
        spans = SpanTable.from_boundaries(rows * 2, N_KEYS)
    key_mask = None
    if case.get("padded"):
        key_mask = padded()
    expected = select(query, key, spans, config, key_mask=key_mask, causal=causal)
    placed = [None if x is None else x.to(DEVICE) for x in (query, key, key_mask)]
    actual = gpu_selection.select(
        *placed[:2], SpanTable(spans.offsets.to(DEVICE)), config, key_mask=placed[2], causal=causal
    )
    visible = torch.ones(2, 2, query.shape[2], N_KEYS, dtype=torch.bool)
    if key_mask is not None:
        visible &= key_mask[:, None, None, :]
    if causal:
        visible &= torch.ones(N_KEYS, N_KEYS, dtype=torch.bool).tril()
    lists = actual.lists.to("cpu")
    filled = int(lists.offsets[-1])
    lists = KeyLists(lists.offsets, lists.starts[:filled], lists.ends[:filled], lists.tile)
    sizes = (2, 2, query.shape[2], N_KEYS)
    ours, theirs = lists.mask(*sizes) & visible, expected.lists.mask(*sizes) & visible
    assert 0 < theirs.sum() < visible.sum() or config.mass_floor == 1
    assert torch.equal(ours, theirs)
    torch.testing.assert_close(actual.kept_mass.cpu(), expected.kept_mass, atol=1e-5, rtol=1e-5)
    assert float(actual.density) == pytest.approx(expected.density, rel=1e-6)
    assert float(actual.recovered_share) == pytest.approx(expected.recovered_share)


def test_wrong_number_of_thresholds_is_refused():
    query, key = draw(2)
    spans = SpanTable.uniform(2, N_KEYS, 8, torch.device("cpu"))
    with pytest.raises(ValueError, match="3 thresholds for 2 heads"):
        gpu_selection.select(query, key, spans, DapConfig(threshold=(1.0, 2.0, 3.0)))


WAITING = (
    torch.ops.aten._local_scalar_dense.default,
    torch.ops.aten.nonzero.default,
    torch.ops.aten.masked_select.default,
    torch.ops.aten.repeat_interleave.Tensor,
    torch.ops.aten.equal.default,
)


class HostReads(TorchDispatchMode):
    """Fails on every operator whose result's value or size the host has to wait for."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if func in WAITING or (func is torch.ops.aten.index.Tensor and self._by_mask(args)):
            raise AssertionError(f"{func} makes the host wait")
        return func(*args, **(kwargs or {}))

    @staticmethod
    def _by_mask(args):
        return any(index is not None and index.dtype == torch.bool for index in args[1])


class HostCopies(TorchFunctionMode):
    """Fails on the calls that tensors on the CPU, in a GPU's place, answer without an operator."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        if func in (torch.Tensor.tolist, torch.Tensor.cpu, torch.Tensor.numpy):
            raise AssertionError(f"{func} makes the host wait")
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize(
    "read",
    [
        lambda x: bool(x.any()),
        lambda x: x.sum().item(),
        lambda x: int(x[0]),
        lambda x: x.tolist(),
        lambda x: x.cpu(),
        lambda x: x.numpy(),
        lambda x: x.nonzero(),
        lambda x: x[x > 0],
        lambda x: x.repeat_interleave(x),
    ],
    ids=["bool", "item", "int", "tolist", "cpu", "numpy", "nonzero", "by-mask", "repeats"],
)
def test_the_guard_sees_host_reads(read):
    numbers = torch.ones(3, dtype=torch.int64)
    with HostReads(), HostCopies(), pytest.raises(AssertionError, match="wait"):
        read(numbers)


@pytest.mark.parametrize("causal", [False, True], ids=["all", "causal"])
def test_nothing_waits_for_the_device(causal):
    query, key = (x.to(DEVICE) for x in draw(2))
    spans = SpanTable.uniform(2, N_KEYS, 8, query.device)
    key_mask = padded().to(DEVICE)
    config = DapConfig(threshold=1.2)
    with HostReads(), HostCopies():
        kept = gpu_selection.select(query, key, spans, config, key_mask=key_mask, causal=causal)
        attention(query, key, key, kept.lists, key_mask=key_mask, causal=causal, backend="triton")
