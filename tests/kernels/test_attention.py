"""Every backend computes what the reference defines."""

import sys

import pytest
import torch
import torch.nn.functional as F
from kernel_backends import BACKENDS, CHOICES

from secateur.kernels.lists import KeyLists
from secateur.kernels.native import INSTRUCTION_SETS
from secateur.kernels.ops import attention

SHAPES = {
    "one-token": {"n_queries": 1, "n_keys": 1, "head_dim": 8},
    "one-tile": {"n_queries": 64, "n_keys": 64, "head_dim": 64},
    "odd": {"batch": 2, "n_queries": 131, "n_keys": 157, "head_dim": 40},
    "grouped": {"heads": 6, "n_queries": 70, "n_keys": 70, "head_dim": 32},
    "decode": {"batch": 2, "heads": 6, "n_queries": 1, "n_keys": 2500, "head_dim": 32},
    "decode-8": {"heads": 2, "n_queries": 8, "n_keys": 1500, "head_dim": 128},
    "decode-9-grouped": {"heads": 6, "n_queries": 9, "n_keys": 1800, "head_dim": 16},
    "short-grouped": {"heads": 8, "n_queries": 7, "n_keys": 90, "head_dim": 24},
    "widest": {"n_queries": 33, "n_keys": 65, "head_dim": 256},
    "no-queries": {"n_queries": 0, "n_keys": 5},
    "no-keys": {"n_queries": 5, "n_keys": 0},
    "no-heads": {"heads": 0, "n_queries": 5, "n_keys": 9},
    "no-rows": {"batch": 0, "n_queries": 5, "n_keys": 9},
}

SETTINGS = {
    "plain": {},
    "causal": {"causal": True},
    "window": {"window": (30, 20)},
    "window-right-open": {"window": (5, -1)},
    "causal-window": {"causal": True, "window": (17, 9)},
    "scale": {"scale": 1.0},
    "dropout": {"dropout_p": 0.3, "seed": 0x1234_5678_9ABC_DEF0},
    "softcap": {"softcap": 2.0, "scale": 1.0, "causal": True},
}


def compare(inputs, backend, instruction_set, dtype=torch.float32, **kwargs):
    """Return both results, the reference's in fp64."""
    actual = attention(
        *(x.to(dtype) for x in inputs),
        backend=backend,
        instruction_set=instruction_set,
        **kwargs,
    )
    expected = attention(*(x.to(dtype).double() for x in inputs), backend="reference", **kwargs)
    return actual, expected


def assert_near(actual, expected, tolerance):
    output, lse = actual
    assert not output.isnan().any()
    error = (output.double() - expected[0]).norm()
    assert error <= tolerance * max(float(expected[0].norm()), 1e-6)
    assert torch.equal(lse.isinf(), expected[1].isinf())
    finite = ~lse.isinf()
    torch.testing.assert_close(
        lse[finite].double(), expected[1][finite].double(), atol=tolerance * 10, rtol=tolerance
    )


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("backend", CHOICES)
def test_exact_mode_matches_reference(make_qkv, backend, shape, settings):
    actual, expected = compare(make_qkv(**shape), backend, "", **settings)
    assert_near(actual, expected, 3e-6)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize(("backend", "instruction_set"), BACKENDS)
def test_steep_negative_scale(make_qkv, backend, instruction_set, dtype):
    inputs = make_qkv(n_queries=70, n_keys=203, head_dim=64)
    actual, expected = compare(inputs, backend, instruction_set, dtype, scale=-4.0)
    assert_near(actual, expected, 3e-5 if dtype == torch.float32 else 5e-3)


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize(("backend", "instruction_set"), BACKENDS)
def test_lists_match_reference(make_qkv, make_lists, backend, instruction_set, settings):
    inputs = make_qkv(batch=2, heads=4, n_queries=150, n_keys=203, head_dim=40)
    lists = make_lists(2, 4, 150, 203, 0.4)
    actual, expected = compare(inputs, backend, instruction_set, lists=lists, **settings)
    assert_near(actual, expected, 3e-6)


@pytest.mark.parametrize("density", [0.02, 0.9], ids=["sparse", "dense"])
@pytest.mark.parametrize("longest", [1, 5, 500], ids=["single-tokens", "words", "long"])
@pytest.mark.parametrize("backend", CHOICES)
def test_runs_of_any_length(make_qkv, make_lists, backend, longest, density):
    inputs = make_qkv(batch=2, n_queries=150, n_keys=603, head_dim=48)
    lists = make_lists(2, 2, 150, 603, density, longest=longest)
    assert_near(*compare(inputs, backend, "", lists=lists), 3e-6)


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (2, 1), (2, 4)], ids=str)
@pytest.mark.parametrize(("backend", "instruction_set"), BACKENDS)
def test_bias_broadcasts(make_qkv, make_lists, backend, instruction_set, shape):
    inputs = make_qkv(batch=2, heads=4, n_queries=70, n_keys=90)
    bias = torch.randn(*shape, 70, 90)
    lists = make_lists(2, 4, 70, 90, 0.5)
    actual, expected = compare(inputs, backend, instruction_set, lists=lists, bias=bias)
    assert_near(actual, expected, 3e-6)


# In units of log2 the lowest float is -inf, of which numpy warns in Triton's interpreter.
@pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16], ids=str)
@pytest.mark.parametrize("infinite", [True, False], ids=["inf", "min"])
@pytest.mark.parametrize(("backend", "instruction_set"), BACKENDS)
def test_bias_hides_pairs(make_qkv, backend, instruction_set, infinite, dtype):
    inputs = make_qkv(n_queries=70, n_keys=90)
    low = -torch.inf if infinite else torch.finfo(dtype).min
    bias = torch.zeros(1, 1, 70, 90, dtype=dtype)
    bias.masked_fill_(torch.rand(1, 1, 70, 90) < 0.5, low)
    bias[:, :, 3] = low
    actual, expected = compare(inputs, backend, instruction_set, bias=bias)
    assert_near(actual, expected, 3e-6)
    assert (actual[0][:, :, 3] == 0).all()


# In units of log2 the lowest float is -inf, of which numpy warns in Triton's interpreter.
@pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=["fp32", "bf16"])
@pytest.mark.parametrize(
    "levels",
    [(-1e4, 0), (-1e9, 0), (torch.finfo(torch.float32).min, 0), (-1e9, -1e6, -1e4, 0), (0, -1e9)],
    ids=["1e4", "1e9", "min", "steps", "behind"],
)
@pytest.mark.parametrize("n_queries", [16, 70])
@pytest.mark.parametrize(("backend", "instruction_set"), BACKENDS)
def test_padding_by_a_finite_bias(make_qkv, backend, instruction_set, n_queries, levels, dtype):
    """The masks of models: whatever comes first, what weighs keeps all its digits."""
    inputs = make_qkv(heads=4, kv_heads=1, n_queries=n_queries, n_keys=128, head_dim=64)
    bias = torch.tensor(levels).repeat_interleave(128 // len(levels)).expand(1, 1, n_queries, -1)
    actual, expected = compare(inputs, backend, instruction_set, dtype, bias=bias)
    assert_near(actual, expected, 3e-6 if dtype == torch.float32 else 5e-3)


@pytest.mark.parametrize("level", [-1e4, -1e9])
@pytest.mark.parametrize("n_queries", [2, 70], ids=["split-keys", "tiles"])
@pytest.mark.parametrize(("backend", "instruction_set"), BACKENDS)
def test_rows_of_one_finite_bias_average_their_values(
    make_qkv, backend, instruction_set, n_queries, level
):
    """Rows of padding; however their keys are split, each counts as much as another."""
    _, key, value = make_qkv(n_queries=n_queries, n_keys=1100)
    query = torch.zeros(1, 2, n_queries, 16)
    rows = 2 * -(-n_queries // 64)
    starts = torch.tensor([0, 1000], dtype=torch.int32).repeat(rows)
    ends = torch.tensor([1000, 1100], dtype=torch.int32).repeat(rows)
    bias = torch.full((1, 1, n_queries, 1100), level)
    for lists in (None, KeyLists(2 * torch.arange(rows + 1), starts, ends)):
        output, _ = attention(
            query, key, value, lists, bias=bias, backend=backend, instruction_set=instruction_set
        )
        torch.testing.assert_close(output, value.mean(2, keepdim=True).expand_as(output))


@pytest.mark.parametrize(("backend", "instruction_set"), [*BACKENDS, ("reference", "")])
def test_room_behind_the_runs_is_not_read(make_qkv, make_lists, backend, instruction_set):
    inputs = make_qkv(n_queries=70, n_keys=90)
    lists = make_lists(1, 2, 70, 90, 0.4)
    room = torch.tensor([200, -3], dtype=torch.int32)
    arrays = (torch.cat([lists.starts, room]), torch.cat([lists.ends, -room]))
    roomy = KeyLists(lists.offsets, *arrays, check=False)
    call = {"backend": backend, "instruction_set": instruction_set}
    torch.testing.assert_close(attention(*inputs, roomy, **call), attention(*inputs, lists, **call))


@pytest.mark.parametrize(("backend", "instruction_set"), [*BACKENDS, ("reference", "")])
def test_tiles_that_keep_no_key_are_zero_and_move_nothing(make_qkv, backend, instruction_set):
    inputs = [x.requires_grad_() for x in make_qkv(n_queries=100, n_keys=90)]
    offsets = torch.tensor([0, 0, 1, 2, 2])
    runs = (torch.tensor(edges, dtype=torch.int32) for edges in ([3, 0], [40, 90]))
    call = {"backend": backend, "instruction_set": instruction_set}
    output, lse = attention(*inputs, KeyLists(offsets, *runs), **call)
    kept = torch.tensor([False, True]).repeat_interleave(64)[:100]
    kept = torch.stack([kept, ~kept])[None]
    assert torch.equal(lse > -torch.inf, kept)
    assert bool((output[~kept] == 0).all())
    (output.sum() + lse.masked_fill(~kept, 0.0).sum()).backward()
    assert all(x.grad.isfinite().all() for x in inputs)
    assert torch.equal(inputs[0].grad.abs().sum(-1) > 0, kept)


@pytest.mark.parametrize(("backend", "instruction_set"), [*BACKENDS, ("reference", "")])
def test_lists_without_any_run_give_zeros(make_qkv, backend, instruction_set):
    none = torch.zeros(0, dtype=torch.int32)
    lists = KeyLists(torch.zeros(5, dtype=torch.int64), none, none)
    call = {"backend": backend, "instruction_set": instruction_set}
    output, lse = attention(*make_qkv(n_queries=100, n_keys=90), lists, **call)
    assert bool((output == 0).all())
    assert bool((lse == -torch.inf).all())


@pytest.mark.parametrize(("backend", "instruction_set"), BACKENDS)
def test_padding_is_hidden(make_qkv, make_lists, backend, instruction_set):
    inputs = make_qkv(batch=3, n_queries=100, n_keys=100)
    key_mask = torch.arange(100) < torch.tensor([[100], [37], [0]])
    lists = make_lists(3, 2, 100, 100, 0.6)
    actual, expected = compare(inputs, backend, instruction_set, lists=lists, key_mask=key_mask)
    assert_near(actual, expected, 3e-6)
    assert (actual[0][2] == 0).all()


@pytest.mark.parametrize("instruction_set", INSTRUCTION_SETS)
def test_hidden_values_do_not_leak(make_qkv, instruction_set):
    query, key, value = make_qkv(n_queries=70, n_keys=90)
    key[:, :, 40:] = torch.nan
    value[:, :, 40:] = torch.nan
    key_mask = (torch.arange(90) < 40)[None]
    output, _ = attention(
        query, key, value, key_mask=key_mask, backend="native", instruction_set=instruction_set
    )
    assert not output.isnan().any()


@pytest.mark.parametrize(("backend", "instruction_set"), BACKENDS)
def test_nan_does_not_leak_from_under_a_hiding_bias(make_qkv, backend, instruction_set):
    query, key, value = make_qkv(n_queries=70, n_keys=90)
    key[:, :, 40:] = torch.nan
    bias = torch.zeros(1, 1, 70, 90)
    bias[..., 40:] = -torch.inf
    inputs = (query, key, value)
    assert_near(*compare(inputs, backend, instruction_set, bias=bias), 3e-6)


# Numpy, in Triton's interpreter.
@pytest.mark.filterwarnings("ignore:All-NaN slice|invalid value:RuntimeWarning")
@pytest.mark.parametrize("place", ["one-key", "all-keys", "one-query", "one-value"])
@pytest.mark.parametrize("n_queries", [1, 128], ids=["decode", "tiles"])
@pytest.mark.parametrize("softcap", [None, 2.0], ids=["plain", "softcap"])
@pytest.mark.parametrize(("backend", "instruction_set"), BACKENDS)
def test_nan_is_not_swallowed(make_qkv, backend, instruction_set, softcap, n_queries, place):
    query, key, value = make_qkv(n_queries=n_queries, n_keys=1500)
    spoilt = {"one-query": query[:, 1:, -1], "one-value": value[:, 1:, 300]}
    spoilt |= {"one-key": key[:, 1:, 300], "all-keys": key[:, 1:]}
    spoilt[place][..., 0] = torch.nan
    inputs = (query, key, value)
    (output, lse), expected = compare(inputs, backend, instruction_set, softcap=softcap)
    assert torch.equal(output.isnan(), expected[0].isnan())
    assert torch.equal(lse.isnan(), expected[1].isnan())
    assert output[:, 1].isnan().any()
    assert not output[:, 0].isnan().any()


@pytest.mark.parametrize("place", range(300, 304))
@pytest.mark.parametrize("instruction_set", INSTRUCTION_SETS)
def test_nan_among_keys_that_weigh_nothing_is_not_left_out(instruction_set, place):
    query, key, value = (
        torch.ones(1, 1, 70, 16),
        torch.zeros(1, 1, 400, 16),
        torch.ones(1, 1, 400, 16),
    )
    key[:, :, 0] = 100.0
    key[:, :, place] = torch.nan
    call = {"backend": "native", "instruction_set": instruction_set}
    for dtype in (torch.float32, torch.bfloat16):
        output, lse = attention(*(x.to(dtype) for x in (query, key, value)), **call)
        assert output.isnan().all()
        assert lse.isnan().all()


@pytest.mark.parametrize("window", [(sys.maxsize, sys.maxsize), (2**31 - 1, 3), (3, 2**31)])
@pytest.mark.parametrize("backend", CHOICES)
def test_windows_may_reach_past_every_token(make_qkv, backend, window):
    inputs = make_qkv(n_queries=70, n_keys=90)
    near = tuple(min(side, 90) for side in window)
    actual = attention(*inputs, window=window, backend=backend)
    expected = attention(*inputs, window=near, backend="reference")
    torch.testing.assert_close(actual, expected)


@pytest.mark.parametrize(("backend", "instruction_set"), BACKENDS)
def test_rising_scores_move_the_maximum(make_qkv, backend, instruction_set):
    query, key, value = make_qkv(n_queries=70, n_keys=300)
    key = key * torch.linspace(0.01, 60, 300)[:, None]
    actual, expected = compare((query, key, value), backend, instruction_set)
    assert_near(actual, expected, 2e-5)


@pytest.mark.parametrize("size", [1e-4, 300.0], ids=["tiny", "huge"])
@pytest.mark.parametrize("sign", [1, -1], ids=["positive", "negative"])
@pytest.mark.parametrize(("backend", "instruction_set"), BACKENDS)
def test_scores_of_any_size(make_qkv, backend, instruction_set, sign, size):
    query, key, value = make_qkv(n_queries=70, n_keys=150)
    inputs = (query.abs(), sign * size * key.abs(), value)
    actual, expected = compare(inputs, backend, instruction_set)
    assert_near(actual, expected, 1e-4)


@pytest.mark.parametrize(("backend", "instruction_set"), BACKENDS)
def test_scores_that_no_sum_holds_exactly_are_computed_once_more_at_most(
    make_qkv, backend, instruction_set
):
    """As when a training diverges."""
    query, key, value = make_qkv(heads=4, kv_heads=2, n_queries=200, n_keys=300)
    output, _ = attention(
        query, key, value, scale=1e30, backend=backend, instruction_set=instruction_set
    )
    assert output.isfinite().all()
    assert output.abs().amax() <= value.abs().amax() * 1.001


@pytest.mark.parametrize("layout", ["bthd", "sliced", "expanded", "last-strided"])
@pytest.mark.parametrize(("backend", "instruction_set"), BACKENDS)
def test_any_strides(make_qkv, backend, instruction_set, layout):
    inputs = make_qkv(batch=2, heads=4, kv_heads=4, n_queries=80, n_keys=80, head_dim=32)
    if layout == "bthd":
        inputs = [x.transpose(1, 2).contiguous().transpose(1, 2) for x in inputs]
    elif layout == "sliced":
        inputs = [x[:, 1:3, 3:77, 8:24] for x in inputs]
    elif layout == "expanded":
        inputs = [x[:1, :1].expand(2, 4, -1, -1) for x in inputs]
    else:
        inputs = [x.transpose(2, 3).contiguous().transpose(2, 3) for x in inputs]
    actual, expected = compare(inputs, backend, instruction_set)
    assert_near(actual, expected, 3e-6)


@pytest.mark.parametrize("backend", CHOICES)
def test_nothing_may_have_any_strides(make_qkv, backend):
    query, key, value = (x[..., ::2] for x in make_qkv(n_queries=5, n_keys=0))
    bias = torch.zeros(1, 2, 0, 5).mT
    output, lse = attention(query, key, value, bias=bias, backend=backend)
    assert (output == 0).all()
    assert (lse == -torch.inf).all()


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16], ids=["bf16", "fp16"])
@pytest.mark.parametrize(("backend", "instruction_set"), BACKENDS)
def test_low_precision_is_no_worse_than_torch(make_qkv, backend, instruction_set, dtype):
    inputs = make_qkv(batch=1, heads=4, kv_heads=4, n_queries=300, n_keys=300, head_dim=64)
    (output, _), (expected, _) = compare(inputs, backend, instruction_set, dtype=dtype)
    theirs = F.scaled_dot_product_attention(*(x.to(dtype) for x in inputs))
    assert output.dtype == dtype
    error = (output.double() - expected).norm() / expected.norm()
    assert error <= 2.5e-3
    assert error <= 1.1 * (theirs.double() - expected).norm() / expected.norm()


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("backend", CHOICES)
def test_bf16_with_lists(make_qkv, make_lists, backend, settings):
    inputs = make_qkv(batch=2, heads=4, n_queries=150, n_keys=203, head_dim=40)
    lists = make_lists(2, 4, 150, 203, 0.4)
    key_mask = torch.arange(203).expand(2, -1) < 190
    actual, expected = compare(
        inputs, backend, "", dtype=torch.bfloat16, lists=lists, key_mask=key_mask, **settings
    )
    assert_near(actual, expected, 4e-3)


@pytest.mark.parametrize("head_dim", [40, 64], ids=["lines-in-parts", "whole-lines"])
@pytest.mark.parametrize("instruction_set", INSTRUCTION_SETS)
def test_outputs_beyond_the_caches(make_qkv, instruction_set, head_dim):
    """More than 32 MiB, which are written past the caches where rows are whole cache lines."""
    inputs = make_qkv(n_queries=2**25 // 2 // (4 * head_dim) + 1, n_keys=16, head_dim=head_dim)
    settings = {"backend": "native", "instruction_set": instruction_set}
    output, lse = attention(*inputs, **settings)
    for head in range(2):
        alone = attention(*(x[:, head : head + 1] for x in inputs), **settings)
        assert torch.equal(output[:, head : head + 1], alone[0])
        assert torch.equal(lse[:, head : head + 1], alone[1])


def test_reference_without_pruning_is_torch_attention(make_qkv):
    inputs = make_qkv(heads=4, dtype=torch.float64)
    output, _ = attention(*inputs, backend="reference")
    expected = F.scaled_dot_product_attention(*inputs, enable_gqa=True)
    torch.testing.assert_close(output, expected)


@pytest.mark.parametrize("size", [1e-3, 1.0, 100.0], ids=["nearly-straight", "bent", "at-the-cap"])
@pytest.mark.parametrize(("backend", "instruction_set"), BACKENDS)
def test_softcap_of_scores_of_any_size(make_qkv, backend, instruction_set, size):
    query, key, value = make_qkv(n_queries=70, n_keys=203, head_dim=32)
    bias = torch.randn(1, 2, 70, 203)
    settings = {"softcap": 30.0, "scale": size, "bias": bias, "dropout_p": 0.2}
    assert_near(*compare((query, key, value), backend, instruction_set, **settings), 1e-5)


def test_reference_caps_scores_before_the_bias(make_qkv):
    """As Gemma 2 does: `softcap * tanh(scores / softcap)`, then the mask."""
    query, key, value = make_qkv(heads=2, kv_heads=2, n_queries=9, n_keys=9, dtype=torch.float64)
    bias = torch.randn(1, 2, 9, 9, dtype=torch.float64)
    scores = 5 * torch.tanh(query @ key.mT * 0.7 / 5) + bias
    output, lse = attention(
        query, key, value, bias=bias, scale=0.7, softcap=5.0, backend="reference"
    )
    torch.testing.assert_close(output, scores.softmax(-1) @ value)
    torch.testing.assert_close(lse, scores.logsumexp(-1))


def test_dropout_depends_on_the_seed_and_keeps_its_share(make_qkv):
    query, key, _ = make_qkv(heads=1, kv_heads=1, n_queries=200, n_keys=200, head_dim=200)
    value = torch.eye(200)[None, None]
    kept = [
        attention(query, key, value, dropout_p=0.25, seed=seed)[0] != 0
        for seed in (1, 1, 1 + (1 << 40))
    ]
    assert torch.equal(kept[0], kept[1])
    assert not torch.equal(kept[0], kept[2])
    assert kept[0].double().mean() == pytest.approx(0.75, abs=0.01)


@pytest.mark.parametrize("budget", [1, 200_000], ids=["less than a tile", "a few tiles"])
def test_memory_for_fewer_tiles_at_once_changes_no_result(
    make_qkv, make_lists, monkeypatch, budget
):
    inputs, lists = make_qkv(n_queries=300, n_keys=300), make_lists(1, 2, 300, 300, 0.4)
    expected = attention(*inputs, lists, backend="portable")
    monkeypatch.setattr("secateur.kernels.portable._BUDGET", budget)
    torch.testing.assert_close(attention(*inputs, lists, backend="portable"), expected)


def test_thread_count_does_not_change_the_result(make_qkv, make_lists):
    inputs = make_qkv(heads=4, n_queries=300, n_keys=300)
    lists = make_lists(1, 4, 300, 300, 0.4)
    threads = torch.get_num_threads()
    results = []
    for count in (1, 2):
        torch.set_num_threads(count)
        results.append(attention(*inputs, lists)[0])
    torch.set_num_threads(threads)
    assert torch.equal(*results)


@pytest.mark.parametrize("instruction_set", INSTRUCTION_SETS)
def test_only_what_weighs_nothing_is_left_out(instruction_set):
    torch.manual_seed(0)
    query, key, value = (torch.randn(1, 2, 200, 32) for _ in range(3))
    query[..., 0], key[..., 0] = 20.0, torch.linspace(40, 0, 200)  # 140 nats from end to end
    call = {"backend": "native", "instruction_set": instruction_set}
    everything, exact_lse = attention(query, key, value, margin=1e9, **call)
    output, lse = attention(query, key, value, **call)
    torch.testing.assert_close(output, everything, atol=1e-7, rtol=0)
    torch.testing.assert_close(lse, exact_lse, atol=1e-7, rtol=0)

    _, narrow = attention(query, key, value, margin=3.0, **call)
    dropped = 1 - (narrow - exact_lse).exp()
    assert float(dropped.max()) > 1e-4
    assert float(dropped.max()) < 200 * 2.72**-3
