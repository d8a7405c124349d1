"""The Triton kernels against the reference: the quick set, in Triton's interpreter without a GPU.

The other kernels' cases run on them too, in test_attention.py, test_gradients.py and test_fuzz.py,
by make test-all.
"""

import subprocess
import sys
from types import SimpleNamespace

import pytest
import torch
from kernel_backends import needs_triton

from secateur.kernels.lists import KeyLists
from secateur.kernels.ops import attention

pytestmark = needs_triton
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"

CASES = {
    "exact": {"n_queries": 40, "n_keys": 70, "head_dim": 32},
    "lists": {"n_queries": 70, "n_keys": 150, "head_dim": 40, "density": 0.4},
    "single-tokens": {"n_keys": 150, "density": 0.5, "longest": 1},
    "long-runs": {"n_keys": 150, "density": 0.5, "longest": 150},
    "no-run": {"density": 0.0},
    "odd-head": {"n_keys": 70, "head_dim": 11, "density": 0.5},
    # Tiles of 64 queries are cut into slices where so many would spill.
    "sliced": {"n_queries": 70, "n_keys": 90, "head_dim": 72, "density": 0.6, "causal": True},
    "negative-scale": {"density": 0.5, "scale": -0.5},
    "no-scale": {"n_keys": 70, "causal": True, "scale": 0.0},
    "grouped": {"heads": 4, "n_keys": 70, "density": 0.5},
    "causal": {"n_queries": 70, "n_keys": 150, "causal": True},
    "causal-lists": {"n_queries": 70, "n_keys": 90, "density": 0.6, "causal": True},
    "window": {"n_queries": 70, "n_keys": 90, "window": (30, 20)},
    "padding": {"batch": 2, "n_keys": 90, "density": 0.6, "padding": True},
    "bias": {"n_keys": 90, "bias": (1, 2)},
    "bias-shared": {"batch": 2, "n_keys": 40, "bias": (1, 1), "density": 0.7},
    "dropout": {"n_keys": 90, "dropout_p": 0.3, "seed": 0x1234_5678_9ABC_DEF0},
    "softcap": {"n_queries": 70, "n_keys": 90, "scale": 1.0, "softcap": 2.0},
    "everything": {
        "batch": 2, "heads": 4, "n_keys": 90, "density": 0.7, "padding": True, "bias": (2, 4),
        "causal": True, "window": (60, -1), "dropout_p": 0.2, "scale": -0.5, "softcap": 3.0,
    },
}  # fmt: skip
SIZES = ("batch", "heads", "n_queries", "n_keys", "head_dim")


def problem(make_qkv, make_lists, case):
    """Draw inputs (query, key, value, bias or None) and the call's other arguments."""
    sizes = {"batch": 1, "heads": 2, "n_queries": 40, "n_keys": 40, "head_dim": 16}
    rest = dict(case)
    sizes |= {name: rest.pop(name) for name in SIZES if name in rest}
    inputs = [x.to(DEVICE) for x in make_qkv(**sizes)]
    batch, heads, n_queries, n_keys, _ = sizes.values()
    if "density" in rest:
        shape = (batch, heads, n_queries, n_keys)
        lists = make_lists(*shape, rest.pop("density"), longest=rest.pop("longest", 64))
        rest["lists"] = lists.to(DEVICE)
    if rest.pop("padding", False):
        lengths = torch.tensor([[n_keys // 2], [0]], device=DEVICE)
        rest["key_mask"] = torch.arange(n_keys, device=DEVICE) < lengths
    bias = rest.pop("bias", None)
    if bias is not None:
        draw = torch.Generator().manual_seed(len(case))
        bias = torch.randn(*bias, n_queries, n_keys, generator=draw).to(DEVICE)
        bias[..., : n_keys // 4] = -torch.inf
    return [*inputs, bias], rest


def outcome(inputs, backend, **kwargs):
    """Attend, and take the gradients of output and lse together."""
    leaves = [x if x is None else x.detach().clone().requires_grad_() for x in inputs]
    output, lse = attention(*leaves[:3], bias=leaves[3], backend=backend, **kwargs)
    loss = output.sin().sum() + lse[~lse.isinf()].square().sum() / 10
    wanted = [leaf for leaf in leaves if leaf is not None]
    return output.detach(), lse.detach(), torch.autograd.grad(loss, wanted)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_output_and_gradients_match_reference(make_qkv, make_lists, case):
    inputs, settings = problem(make_qkv, make_lists, case)
    output, lse, grads = outcome(inputs, "triton", **settings)
    wide = [None if x is None else x.double() for x in inputs]
    expected, expected_lse, expected_grads = outcome(wide, "reference", **settings)
    assert (output - expected).norm() <= 3e-6 * expected.norm()
    assert torch.equal(lse.isinf(), expected_lse.isinf())
    finite = ~lse.isinf()
    torch.testing.assert_close(lse[finite], expected_lse[finite].float(), atol=3e-5, rtol=3e-6)
    for ours, theirs in zip(grads, expected_grads, strict=True):
        assert not ours.isnan().any()
        assert (ours - theirs).norm() <= 1e-5 * theirs.norm()


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=["bf16", "fp16"])
def test_low_precision(make_qkv, make_lists, dtype):
    case = {"n_queries": 70, "n_keys": 150, "head_dim": 32, "density": 0.5}
    inputs, settings = problem(make_qkv, make_lists, case)
    inputs = [None if x is None else x.to(dtype) for x in inputs]
    output, _, grads = outcome(inputs, "triton", **settings)
    wide = [None if x is None else x.double() for x in inputs]
    expected, _, expected_grads = outcome(wide, "reference", **settings)
    assert output.dtype == dtype
    assert (output - expected).norm() <= 4e-3 * expected.norm()
    for ours, theirs in zip(grads, expected_grads, strict=True):
        assert ours.dtype == dtype
        assert (ours - theirs).norm() <= 1e-2 * theirs.norm()


@pytest.mark.parametrize(
    ("tile", "dtype", "tolerance"),
    [
        (16, torch.float32, 1e-5),
        (32, torch.float32, 1e-5),
        (128, torch.float32, 1e-5),
        (128, torch.float16, 2e-3),
    ],
)
def test_lists_of_other_tiles(make_qkv, tile, dtype, tolerance):
    inputs = make_qkv(heads=1, kv_heads=1, n_queries=130, dtype=dtype)
    query, key, value = (x.to(DEVICE) for x in inputs)
    rows = -(-130 // tile)
    offsets = torch.arange(rows + 1, device=DEVICE) * 2
    starts = torch.tensor([90, 3], dtype=torch.int32, device=DEVICE).repeat(rows)
    ends = torch.tensor([97, 40], dtype=torch.int32, device=DEVICE).repeat(rows)
    lists = KeyLists(offsets, starts, ends, tile)
    output, _ = attention(query, key, value, lists, backend="triton")
    expected, _ = attention(query, key, value, lists, backend="reference")
    torch.testing.assert_close(output, expected, atol=tolerance, rtol=tolerance)


@pytest.mark.parametrize("density", [None, 0.5], ids=["exact", "lists"])
@pytest.mark.parametrize("kv_heads", [1, 2])
def test_decoding_splits_the_keys(make_qkv, make_lists, kv_heads, density):
    query, key, value = make_qkv(kv_heads=kv_heads, n_queries=2, n_keys=1100)
    lists = None if density is None else make_lists(1, 2, 2, 1100, density).to(DEVICE)
    inputs = [x.to(DEVICE) for x in (query, key, value)]
    actual = attention(*inputs, lists, causal=True, backend="triton")
    expected = attention(*inputs, lists, causal=True, backend="reference")
    torch.testing.assert_close(actual, expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("head_dim", [64, 72, 128])
@pytest.mark.parametrize("n_queries", [16, 17, 32])
def test_few_queries_of_grouped_heads_all_get_their_output(make_qkv, n_queries, head_dim):
    """Wide heads leave room for fewer rows in one program than the heads of a group may have."""
    inputs = [
        x.to(DEVICE)
        for x in make_qkv(kv_heads=1, n_queries=n_queries, n_keys=40, head_dim=head_dim)
    ]
    actual = attention(*inputs, backend="triton")
    expected = attention(*inputs, backend="reference")
    torch.testing.assert_close(actual, expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("cached", [True, False], ids=["fits-the-cache", "does-not"])
def test_longest_rows_begin_first(make_qkv, make_lists, monkeypatch, cached):
    """All of them where the cache holds every head's keys, else one key head after the other."""
    from secateur.kernels import triton_launch

    monkeypatch.setattr(triton_launch, "_CACHED_BYTES", 1 << 20 if cached else 0)
    _, key, _ = make_qkv(batch=2, heads=4, kv_heads=2, n_queries=200, n_keys=200)
    lists = make_lists(2, 4, 200, 200, 0.4).to(DEVICE)
    order = triton_launch.prepare(lists, key.to(DEVICE))[-1].long()
    counts = lists.counts()[order]
    assert torch.equal(order.sort().values, torch.arange(lists.rows, device=order.device))
    if cached:
        assert (counts.diff() <= 0).all()
    else:
        kv_head = order // (lists.rows // 4)
        assert (kv_head.diff() >= 0).all()
        assert (counts.diff()[kv_head.diff() == 0] <= 0).all()
        assert (counts.diff() > 0).any()


def test_hidden_values_do_not_leak(make_qkv):
    query, key, value = (x.to(DEVICE) for x in make_qkv(n_queries=20, n_keys=60))
    key[:, :, 40:], value[:, :, 40:] = torch.nan, torch.nan
    key_mask = (torch.arange(60, device=DEVICE) < 40)[None]
    output, _ = attention(query, key, value, key_mask=key_mask, backend="triton")
    assert not output.isnan().any()


def test_second_derivatives_are_refused(make_qkv):
    leaves = [x.to(DEVICE).requires_grad_() for x in make_qkv(n_queries=5, n_keys=9)]
    output, _ = attention(*leaves, backend="triton")
    (first,) = torch.autograd.grad(output.square().sum(), leaves[:1], create_graph=True)
    with pytest.raises(RuntimeError, match="cannot be differentiated again"):
        torch.autograd.grad(first.sum(), leaves)


def test_runs_past_the_keys_are_ignored(make_qkv):
    """Lists made on the device are not looked through on the host."""
    inputs = [x.to(DEVICE) for x in make_qkv(heads=1, kv_heads=1, n_queries=20, n_keys=30)]
    offsets = torch.tensor([0, 2], device=DEVICE)
    edges = torch.tensor([[-5, 20], [10, 50]], dtype=torch.int32, device=DEVICE)
    wild = KeyLists(offsets, edges[0], edges[1], check=False)
    tame = KeyLists(offsets, edges[0].clamp(0, 30), edges[1].clamp(0, 30))
    output, _ = attention(*inputs, wild, scale=0.25, backend="triton")
    expected, _ = attention(*inputs, tame, scale=0.25, backend="reference")
    torch.testing.assert_close(output, expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"head_dim": 264}, "head_dim 264", id="wide-head"),
        pytest.param({"dtype": torch.float64}, "float64", id="dtype"),
    ],
)
def test_says_what_it_does_not_cover(make_qkv, change, message):
    inputs = [x.to(DEVICE) for x in make_qkv(n_queries=5, n_keys=9, **change)]
    with pytest.raises(RuntimeError, match=message):
        attention(*inputs, backend="triton")


@pytest.mark.parametrize(
    ("major", "shared", "covered"),
    [
        (8, 166912, True),
        (9, 232448, True),
        (8, 101376, False),
        (12, 101376, False),
        (7, 98304, False),
    ],
)
def test_cards_without_enough_are_refused_in_words(monkeypatch, major, shared, covered):
    from secateur.kernels import triton_dap

    card = SimpleNamespace(name="Card", major=major, minor=0, shared_memory_per_block_optin=shared)
    monkeypatch.setattr(triton_dap, "INTERPRETED", False)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: card)
    query = SimpleNamespace(device=torch.device("cuda"), dtype=torch.bfloat16, shape=(1, 2, 64, 64))
    reason = triton_dap.uncovered(query, query, None)
    assert reason == "" if covered else "Card has compute capability" in reason


def test_nothing_needs_triton():
    """With Triton's import blocked, all loads, and asking for it is answered in words."""
    code = """
import importlib.abc, sys
class Blocked(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "triton":
            raise ModuleNotFoundError("No module named 'triton'", name="triton")
sys.meta_path.insert(0, Blocked())
import torch
import secateur.core.hf, secateur.pipelines.cli
from secateur.kernels.ops import attention
x = torch.ones(1, 1, 2, 8)
attention(x, x, x)
try:
    attention(x, x, x, backend="triton")
except RuntimeError as error:
    print(error)
assert "triton" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Triton is not installed" in done.stdout
