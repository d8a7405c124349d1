"""What would show on a real GPU or with a long document only, shown in the interpreter."""

import contextlib

import pytest
import torch
from kernel_backends import needs_triton

from secateur.kernels.masks import Options
from secateur.kernels.ops import attention

pytestmark = needs_triton
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def far_apart(tensor, dim, folder):
    """The same values, so far apart along a dimension that an offset takes more than 32 bits."""
    step = (1 << 32) // tensor.shape[dim]
    size = step * tensor.shape[dim]
    if DEVICE == "cuda":
        memory = torch.empty(size, dtype=tensor.dtype, device=DEVICE)
    else:
        # A file with holes, of which only what is written takes room.
        file = str(folder / f"{id(tensor)}")
        memory = torch.from_file(file, shared=True, size=size, dtype=tensor.dtype)
    strides = list(tensor.select(dim, 0).contiguous().stride())
    strides.insert(dim, step)
    return memory.as_strided(tensor.shape, strides).copy_(tensor)


@pytest.mark.parametrize("dim", [1, 3], ids=["heads", "head_dim"])
def test_offsets_past_32_bits(make_qkv, tmp_path, dim):
    sizes = {"heads": 3, "kv_heads": 3, "n_queries": 5, "n_keys": 9, "dtype": torch.bfloat16}
    bias = torch.randn(1, 3, 5, 9).bfloat16()
    near = [*(x.to(DEVICE) for x in make_qkv(**sizes)), bias.to(DEVICE)]
    far = [far_apart(x, dim, tmp_path) for x in near]
    leaves = [x.requires_grad_() for x in far]
    output, _ = attention(*leaves[:3], bias=leaves[3], backend="triton")
    grads = torch.autograd.grad(output.sin().sum(), leaves)
    near = [x.requires_grad_() for x in near]
    expected, _ = attention(*near[:3], bias=near[3], backend="triton")
    expected_grads = torch.autograd.grad(expected.sin().sum(), near)
    torch.testing.assert_close((output, *grads), (expected, *expected_grads))


@pytest.mark.parametrize("start", [2**31 - 60, 2**32 - 60], ids=["signed", "unsigned"])
def test_kept_keys_may_number_more_than_32_bits_hold(make_qkv, make_lists, start):
    """As in 12 heads of 131,072 tokens at density 1; a row's own keys are told by differences."""
    from secateur.kernels.triton_launch import launch_forward, prepare

    inputs = [x.to(DEVICE) for x in make_qkv(n_queries=70, n_keys=150)]
    offsets, starts, before, order = prepare(make_lists(1, 2, 70, 150, 0.5).to(DEVICE), inputs[1])
    passed = (before.long() + start).to(torch.int32)
    assert passed.min() < 0 <= passed.max()
    results = [
        launch_forward(*inputs, None, None, walk, 64, Options(scale=0.25))
        for walk in ((offsets, starts, before, order), (offsets, starts, passed, order))
    ]
    torch.testing.assert_close(results[1], results[0], atol=0, rtol=0)


def test_a_second_gpu_gets_its_own_launches(make_qkv, monkeypatch):
    """Triton launches on the current device, whatever the tensors are on."""
    current = []

    @contextlib.contextmanager
    def device_of(tensor):
        current.append(tensor.device)
        yield
        current.pop()

    def launch(query, *rest):
        assert current == [query.device]
        return query, query[..., 0]

    from secateur.kernels import triton_dap

    monkeypatch.setattr(torch.cuda, "device_of", device_of)
    monkeypatch.setattr(triton_dap, "launch_forward", launch)
    attention(*(x.to(DEVICE) for x in make_qkv(n_queries=3)), backend="triton")
