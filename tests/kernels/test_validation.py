"""Misuse is refused in words before native code sees it."""

import pytest
import torch

from secateur.kernels.lists import KeyLists
from secateur.kernels.ops import attention, native_status

needs_native = pytest.mark.skipif(not native_status()[0], reason=native_status()[1])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"query": torch.zeros(2, 3, 16)}, "query has shape", id="three-dimensional"),
        pytest.param({"query": torch.zeros(1, 2, 5, 16).long()}, "floating", id="integers"),
        pytest.param({"key": torch.zeros(1, 2, 9, 16).double()}, "dtype", id="mixed-dtypes"),
        pytest.param({"key": torch.zeros(1, 2, 8, 16)}, "fit", id="key-value-lengths"),
        pytest.param({"query": torch.zeros(2, 2, 5, 16)}, "fit", id="batches"),
        pytest.param({"query": torch.zeros(1, 3, 5, 16)}, "3 query heads", id="heads"),
        pytest.param({"key_mask": torch.ones(1, 8, dtype=torch.bool)}, "key_mask", id="mask-shape"),
        pytest.param({"key_mask": torch.ones(1, 9)}, "key_mask", id="mask-dtype"),
        pytest.param({"bias": torch.zeros(1, 2, 5, 8)}, "bias", id="bias-shape"),
        pytest.param({"bias": torch.zeros(1, 2, 5, 9).long()}, "bias", id="bias-dtype"),
        pytest.param(
            {"key_mask": torch.ones(1, 9, dtype=torch.bool, device="meta")},
            "key_mask is on meta",
            id="mask-device",
        ),
        pytest.param(
            {"bias": torch.zeros(1, 2, 5, 9, device="meta")}, "bias is on meta", id="bias-device"
        ),
        pytest.param({"scale": float("nan")}, "scale", id="scale"),
        pytest.param({"softcap": 0.0}, "softcap is 0.0", id="softcap"),
        pytest.param({"dropout_p": 1.0}, "dropout_p is 1.0", id="dropout"),
        pytest.param({"window": (-2, 0)}, "window", id="window"),
        pytest.param({"backend": "cuda"}, "'cuda'", id="backend"),
        pytest.param({"instruction_set": "sse9"}, "'sse9'", id="instruction-set"),
    ],
)
def test_misuse_is_refused(make_qkv, change, message):
    query, key, value = make_qkv(n_queries=5, n_keys=9)
    arguments = {"query": query, "key": key, "value": value} | change
    with pytest.raises(ValueError, match=message):
        attention(**arguments)


@pytest.mark.parametrize("learns", [True, False])
@pytest.mark.parametrize("name", ["scale", "softcap", "dropout_p"])
def test_settings_that_would_get_no_gradient_are_refused(make_qkv, name, learns):
    with pytest.raises(TypeError, match=f"{name} is a tensor"):
        attention(*make_qkv(), **{name: torch.tensor(0.3, requires_grad=learns)})


@pytest.mark.parametrize("backend", ["native", "portable", "reference"])
def test_runs_outside_the_keys_are_refused(make_qkv, backend):
    lists = KeyLists(
        torch.tensor([0, 1, 1]),
        torch.tensor([3], dtype=torch.int32),
        torch.tensor([10], dtype=torch.int32),
    )
    with pytest.raises(ValueError, match="3:10, outside 0:9"):
        attention(*make_qkv(n_queries=5, n_keys=9), lists, backend=backend)


def raw_call(query, key, value, offsets, starts, ends):
    offsets = torch.tensor(offsets)
    starts, ends = (torch.tensor(x, dtype=torch.int32) for x in (starts, ends))
    return torch.ops.secateur.attention_forward(
        query, key, value, offsets, starts, ends, None, None, 0.25, 0.0, -1, -1, 0.0, 0, 28.0, ""
    )


@needs_native
@pytest.mark.parametrize(
    ("offsets", "starts", "ends"),
    [
        pytest.param([0, 1, 1], [0], [10], id="past-the-keys"),
        pytest.param([0, 1, 1], [-1], [3], id="negative"),
        pytest.param([0, 9, 1], [0], [3], id="offsets-jump"),
        pytest.param([0, 1], [0], [3], id="rows"),
        pytest.param([0, 2, 2], [0], [3], id="past-the-runs"),
    ],
)
def test_operator_checks_bounds_itself(make_qkv, offsets, starts, ends):
    with pytest.raises(RuntimeError, match="lists"):
        raw_call(*make_qkv(n_queries=5, n_keys=9), offsets, starts, ends)


@needs_native
@pytest.mark.parametrize("head_dim", [12, 264])
def test_native_says_what_it_does_not_cover(make_qkv, head_dim):
    with pytest.raises(RuntimeError, match=f"head_dim {head_dim}"):
        attention(*make_qkv(n_queries=5, n_keys=9, head_dim=head_dim), backend="native")


@pytest.mark.parametrize("head_dim", [12, 264])
def test_auto_covers_every_head_dim(make_qkv, head_dim):
    inputs = make_qkv(n_queries=5, n_keys=9, head_dim=head_dim)
    expected = attention(*inputs, backend="reference")
    torch.testing.assert_close(attention(*inputs), expected)
