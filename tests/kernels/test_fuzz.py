"""Random lists, lengths, strides and settings against the reference."""

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kernel_backends import needs_triton

from secateur.kernels.native import INSTRUCTION_SETS
from secateur.kernels.ops import attention, native_status

needs_native = pytest.mark.skipif(not native_status()[0], reason=native_status()[1])

problems = st.fixed_dictionaries(
    {
        "batch": st.integers(1, 2),
        "kv_heads": st.integers(1, 2),
        "group": st.integers(1, 3),
        "n_queries": st.integers(1, 140),
        "n_keys": st.integers(1, 200),
        "head_dim": st.integers(1, 12).map(lambda x: 8 * x),
        "density": st.one_of(st.none(), st.floats(0, 1)),
        "longest": st.integers(1, 64),
        "causal": st.booleans(),
        "window": st.tuples(st.integers(-1, 90), st.integers(-1, 90)),
        "padding": st.booleans(),
        "bias": st.booleans(),
        "softcap": st.sampled_from([None, 1.5]),
        "dropout_p": st.sampled_from([0.0, 0.25]),
        "order": st.permutations([0, 1, 2]),
        "seed": st.integers(0, 2**40),
        "instruction_set": st.sampled_from(INSTRUCTION_SETS or ("",)),
    }
)


def check(problem, make_qkv, make_lists, backend="native"):
    batch, group, kv_heads = problem["batch"], problem["group"], problem["kv_heads"]
    n_queries, n_keys = problem["n_queries"], problem["n_keys"]
    heads = group * kv_heads
    draw = torch.Generator().manual_seed(problem["seed"] % 2**31)
    sizes = {"n_queries": n_queries, "n_keys": n_keys, "head_dim": problem["head_dim"]}
    inputs = make_qkv(batch, heads, kv_heads, **sizes, seed=problem["seed"] % 2**31)
    arguments = {
        name: problem[name] for name in ("causal", "window", "softcap", "dropout_p", "seed")
    }
    if problem["density"] is not None:
        lists = (batch, heads, n_queries, n_keys, problem["density"])
        arguments["lists"] = make_lists(*lists, problem["seed"], problem["longest"])
    if problem["padding"]:
        arguments["key_mask"] = torch.rand(batch, n_keys, generator=draw) < 0.7
    bias = torch.randn(1, heads, n_queries, n_keys, generator=draw) if problem["bias"] else None
    order = problem["order"]
    back = [order.index(i) for i in range(3)]
    results = []
    native = {"instruction_set": problem["instruction_set"]} if backend == "native" else {}
    for dtype, choice in (
        (torch.float32, {"backend": backend, **native}),
        (torch.float64, {"backend": "reference"}),
    ):
        # The same values in another order of dimensions in memory.
        leaves = [x.permute(*order, 3).contiguous().permute(*back, 3).to(dtype) for x in inputs]
        leaves = [x.requires_grad_() for x in leaves]
        if bias is not None:
            leaves.append(bias.to(dtype).requires_grad_())
        output, lse = attention(
            *leaves[:3], bias=leaves[3] if bias is not None else None, **choice, **arguments
        )
        grads = torch.autograd.grad(output.sin().sum(), leaves)
        results.append((output.detach(), lse.detach(), grads))
    (output, lse, grads), (expected, expected_lse, expected_grads) = results
    assert torch.equal(lse.isinf(), expected_lse.isinf())
    assert (output - expected).norm() <= 1e-5 * expected.norm()
    for ours, theirs in zip(grads, expected_grads, strict=True):
        # Gradients may cancel to nothing (a single visible key): what then remains is the
        # rounding of upstream @ value.T, whose size is about head_dim.
        rounding = torch.finfo(torch.float32).eps * problem["head_dim"]
        floor = 4 * rounding * theirs.numel() ** 0.5
        assert (ours - theirs).norm() <= 2e-5 * theirs.norm() + floor


@needs_native
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(problem=problems)
def test_random_problems(make_qkv, make_lists, problem):
    check(problem, make_qkv, make_lists)


@needs_native
@pytest.mark.slow
@pytest.mark.timeout(1800)
@settings(max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck))
@given(problem=problems)
def test_many_random_problems(make_qkv, make_lists, problem):
    check(problem, make_qkv, make_lists)


@needs_triton
@pytest.mark.slow
@pytest.mark.timeout(1800)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(problem=problems)
def test_random_problems_on_triton(make_qkv, make_lists, problem):
    check(problem, make_qkv, make_lists, "triton")
