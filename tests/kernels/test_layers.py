"""The row operators compute what a Llama's modules compute, in every instruction set."""

import pytest
import torch
from torch.nn.functional import linear
from transformers.models.llama.modeling_llama import LlamaRMSNorm, apply_rotary_pos_emb

from secateur.kernels import layers
from secateur.kernels.native import INSTRUCTION_SETS
from secateur.kernels.ops import native_status

pytestmark = pytest.mark.skipif(not native_status()[0], reason=native_status()[1])

DTYPES = pytest.mark.parametrize(
    ("dtype", "tolerance"),
    [(torch.float32, 1e-5), (torch.bfloat16, 8e-3)],
    ids=["fp32", "bf16"],
)
SETS = pytest.mark.parametrize("instruction_set", INSTRUCTION_SETS)
SIZES = pytest.mark.parametrize("size", [2, 44, 64, 576], ids="size-{}".format)


def _random(*shape, dtype=torch.float32, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)).to(dtype)


def _assert_near(actual, expected, tolerance):
    assert actual.shape == expected.shape
    error = (actual.double() - expected.double()).abs().max()
    assert error <= tolerance * expected.double().abs().max()


@SETS
@SIZES
@DTYPES
def test_a_row_meets_matrices_side_by_side(dtype, tolerance, size, instruction_set):
    row = _random(1, size, dtype=dtype)
    weights = [_random(count, size, dtype=dtype, seed=count) for count in (1, 19, 700)]
    expected = linear(row.double(), torch.cat(weights).double())
    _assert_near(layers.linear(row, weights, instruction_set), expected, tolerance)


def _bytes(count, size):
    values = torch.randint(-127, 128, (count, size), generator=torch.Generator().manual_seed(count))
    return layers.Bytes(values.to(torch.int8), _random(count, 1, seed=size).abs() / 100)


@SETS
@SIZES
@DTYPES
def test_a_row_meets_matrices_in_bytes(dtype, tolerance, size, instruction_set):
    row = _random(1, size, dtype=dtype)
    weights = [_bytes(count, size) for count in (1, 19, 700)]
    wide = torch.cat([weight.values.double() * weight.scales.double() for weight in weights])
    _assert_near(
        layers.linear(row, weights, instruction_set), linear(row.double(), wide), tolerance
    )


def _one_by_one(rows, weights, instruction_set=""):
    return torch.cat([layers.linear(row[None], weights, instruction_set) for row in rows])


@pytest.mark.parametrize("count", [2, 5, 7, layers.FEW_ROWS])
@pytest.mark.parametrize("depth", [44, 200], ids="depth-{}".format)
@SETS
@DTYPES
def test_a_few_rows_get_what_each_gets_alone(dtype, tolerance, instruction_set, depth, count):
    rows = _random(count, depth, dtype=dtype)
    matrices = [_random(n, depth, dtype=dtype, seed=n) for n in (19, 700)]
    for weights in (matrices, [_bytes(701, depth)]):
        found = layers.linear(rows, weights, instruction_set)
        assert torch.equal(found, _one_by_one(rows, weights, instruction_set))


@DTYPES
def test_many_rows_meet_the_same_bytes(dtype, tolerance):
    rows = _random(layers.FEW_ROWS + 1, 32, dtype=dtype)
    weights = [_bytes(count, 32) for count in (3, 8)]
    _assert_near(layers.linear(rows, weights), _one_by_one(rows, weights), 2 * tolerance)


@DTYPES
def test_many_rows_meet_the_same_matrices(dtype, tolerance):
    rows = _random(layers.FEW_ROWS + 1, 32, dtype=dtype)
    weights = [_random(count, 32, dtype=dtype, seed=count) for count in (3, 8)]
    _assert_near(layers.linear(rows, weights), _one_by_one(rows, weights), tolerance)


@SETS
@SIZES
@DTYPES
def test_rows_are_normalized_as_by_the_module(dtype, tolerance, size, instruction_set):
    rows = _random(3, size, dtype=dtype)
    module = LlamaRMSNorm(size, eps=1e-3).to(dtype)
    torch.nn.init.normal_(module.weight)
    weight = module.weight.detach()
    found = layers.rms_norm(rows, weight, 1e-3, instruction_set)
    _assert_near(found, module(rows).detach(), tolerance)


@SETS
@SIZES
@DTYPES
def test_heads_are_rotated_as_by_the_module(dtype, tolerance, size, instruction_set):
    heads = _random(5, 4, size, dtype=dtype)
    cosine, sine = (_random(5, size, dtype=dtype, seed=seed) for seed in (1, 2))
    query = heads[:, :3].transpose(0, 1)[None]
    expected, _ = apply_rotary_pos_emb(query, query, cosine[None], sine[None])
    untouched = heads[:, 3].clone()
    layers.rotate_(heads[:, :3], cosine, sine, instruction_set)
    _assert_near(heads[:, :3].transpose(0, 1)[None], expected, tolerance)
    assert torch.equal(heads[:, 3], untouched)


@SETS
@SIZES
@DTYPES
def test_rows_are_gated_by_silu(dtype, tolerance, size, instruction_set):
    gate_up = 30 * _random(3, 2 * size, dtype=dtype)
    gate, up = gate_up.split(size, 1)
    expected = torch.nn.functional.silu(gate) * up
    _assert_near(layers.swiglu(gate_up, instruction_set), expected, tolerance)


FORMS = pytest.mark.parametrize("form", ["matrices", "bytes"])


def _weights(form, dtype, depth, *counts):
    if form == "bytes":
        return [_bytes(count, depth) for count in counts]
    return [_random(count, depth, dtype=dtype, seed=count) for count in counts]


def _norm(size, dtype):
    return layers.Norm(_random(size, dtype=dtype, seed=9), 1e-3)


@pytest.mark.parametrize("count", [1, 3, layers.FEW_ROWS, layers.FEW_ROWS + 1])
@FORMS
@SETS
@DTYPES
def test_heads_are_projected_as_step_by_step(dtype, tolerance, instruction_set, form, count):
    hidden, norm = _random(count, 44, dtype=dtype), _norm(44, dtype)
    weights = _weights(form, dtype, 44, 48, 16, 16)
    cosine, sine = (_random(count, 16, dtype=dtype, seed=seed) for seed in (1, 2))
    normal = layers.rms_norm(hidden, *norm, instruction_set)
    expected = layers.linear(normal, weights, instruction_set).view(count, 5, 16)
    layers.rotate_(expected[:, :4], cosine, sine, instruction_set)
    found = layers.project(hidden, norm, weights, (cosine, sine), 4, instruction_set)
    assert torch.equal(found, expected)


@pytest.mark.parametrize("count", [1, 3, layers.FEW_ROWS, layers.FEW_ROWS + 1])
@FORMS
@SETS
@DTYPES
def test_the_network_adds_as_step_by_step(dtype, tolerance, instruction_set, form, count):
    hidden, attended = _random(count, 44, dtype=dtype), _random(count, 20, dtype=dtype, seed=1)
    (output,), norm = _weights(form, dtype, 20, 44), _norm(44, dtype)
    gate_up, (down,) = _weights(form, dtype, 44, 36, 36), _weights(form, dtype, 36, 44)
    expected = hidden + layers.linear(attended, [output], instruction_set)
    normal = layers.rms_norm(expected, *norm, instruction_set)
    gated = layers.swiglu(layers.linear(normal, gate_up, instruction_set), instruction_set)
    expected += layers.linear(gated, [down], instruction_set)
    layers.feed_forward_(hidden, attended, output, norm, gate_up, down, instruction_set)
    assert torch.equal(hidden, expected)


def _fed(**other):
    parts = {
        "hidden": _random(2, 8), "attended": _random(2, 6), "output": _random(8, 6),
        "norm": _norm(8, torch.float32), "gate_up": [_random(10, 8)], "down": _random(8, 5),
    }  # fmt: skip
    layers.feed_forward_(**parts | other)


@pytest.mark.parametrize(
    "call",
    [
        lambda: layers.linear(_random(1, 8), [_random(4, 9)]),
        lambda: layers.linear(_random(1, 8), [_random(4, 8, dtype=torch.bfloat16)]),
        lambda: layers.linear(_random(1, 8), [_random(8, 4).T]),
        lambda: layers.linear(_random(1, 8), [_bytes(4, 9)]),
        lambda: layers.linear(_random(1, 8), [_bytes(4, 8), _random(4, 8)]),
        lambda: layers.linear(_random(1, 8), [_bytes(4, 8)._replace(scales=_random(3, 1))]),
        lambda: layers.linear(_random(1, 8), [_bytes(4, 8)._replace(values=_random(4, 8))]),
        lambda: layers.rms_norm(_random(2, 8), _random(7), 1e-5),
        lambda: layers.rotate_(_random(3, 2, 8), _random(2, 8), _random(3, 8)),
        lambda: layers.swiglu(_random(2, 7)),
        lambda: layers.swiglu(_random(2, 8).half()),
        lambda: layers.project(
            _random(2, 8), _norm(8, torch.float32), [_random(6, 8)], 2 * (_random(2, 4),), 1
        ),
        lambda: layers.project(
            _random(2, 8), _norm(8, torch.float32), [_random(8, 8)], 2 * (_random(2, 4),), 3
        ),
        lambda: _fed(output=_random(7, 6)),
        lambda: _fed(hidden=_random(3, 8)),
        lambda: _fed(down=_random(8, 4)),
        lambda: _fed(down=_bytes(8, 5)),
        lambda: _fed(gate_up=[_random(11, 8)]),
    ],
    ids=[
        "depth",
        "dtype",
        "layout",
        "deep-bytes",
        "some bytes",
        "scales",
        "no-bytes",
        "weight",
        "angles",
        "odd",
        "half",
        "heads",
        "more heads",
        "output",
        "rows",
        "down",
        "some bytes of a network",
        "odd network",
    ],
)
def test_what_does_not_fit_is_refused(call):
    with pytest.raises(RuntimeError):
        call()
