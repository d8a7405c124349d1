"""The native operator fits torch's machinery."""

import pytest
import torch

from secateur.kernels.ops import attention, native_status

pytestmark = pytest.mark.skipif(not native_status()[0], reason=native_status()[1])


@pytest.fixture
def arguments(make_qkv, make_lists):
    query, key, value = make_qkv(heads=4, n_queries=130, n_keys=150, head_dim=32)
    lists = make_lists(1, 4, 130, 150, 0.3)
    key_mask = torch.arange(150)[None] < 120
    bias = torch.randn(1, 4, 130, 150)
    for leaf in (query, key, value, bias):
        leaf.requires_grad_()
    return query, key, value, lists, key_mask, bias


# Random scratch memory is filled by a second allocation; determinism is proved elsewhere.
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_opcheck(arguments):
    query, key, value, lists, key_mask, bias = arguments
    runs = (lists.offsets, lists.starts, lists.ends)
    torch.library.opcheck(
        torch.ops.secateur.attention_forward.default,
        (query, key, value, *runs, key_mask, bias, 0.2, 1.5, -1, 0, 0.1, 5, 28.0, ""),
    )


@pytest.mark.parametrize("layout", ["contiguous", "transposed"])
def test_compiles_without_a_graph_break(arguments, layout):
    query, key, value, lists, key_mask, bias = arguments
    if layout == "transposed":
        query = query.detach().transpose(1, 2).contiguous().transpose(1, 2)

    def run(query, key, value, lists, key_mask, bias):
        output, lse = attention(
            query * 2, key, value, lists, key_mask=key_mask, bias=bias, causal=True
        )
        return output * 2, lse

    compiled = torch.compile(run, fullgraph=True, backend="aot_eager")
    inputs = (query, key, value, lists, key_mask, bias)
    actual, expected = compiled(*inputs), run(*inputs)
    torch.testing.assert_close(actual, expected)
    grads = [torch.autograd.grad(out[0].sum(), (key, bias)) for out in (actual, expected)]
    torch.testing.assert_close(*grads)
