"""Texts that go on from common ones attend as each would alone, in every instruction set."""

import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from secateur.kernels import layers
from secateur.kernels.lists import TILE
from secateur.kernels.native import INSTRUCTION_SETS, WIDEST_HEAD
from secateur.kernels.ops import native_status

pytestmark = pytest.mark.skipif(not native_status()[0], reason=native_status()[1])

SETS = pytest.mark.parametrize("instruction_set", INSTRUCTION_SETS)
DTYPES = pytest.mark.parametrize(
    ("dtype", "tolerance"),
    [(torch.float32, 2e-6), (torch.bfloat16, 2e-2)],
    ids=["fp32", "bf16"],
)


def _draw(texts, lengths, own, *, heads=6, kv_heads=2, size=16, dtype=torch.float32):
    """Queries, trunks with their texts, and the texts' own keys and values."""
    make = torch.Generator().manual_seed(sum(lengths) + own)

    def random(*shape):
        return torch.randn(*shape, generator=make).to(dtype)

    query = random(sum(texts), heads, 1, size)
    trunks = [
        (count, random(1, kv_heads, length, size), random(1, kv_heads, length, size))
        for count, length in zip(texts, lengths, strict=True)
    ]
    return query, trunks, tuple(random(sum(texts), kv_heads, own, size) for _ in range(2))


def _one_by_one(query, trunks, own, scale):
    rows = [trunk[1:] for trunk in trunks for _ in range(trunk[0])]
    found = []
    for row, trunk in enumerate(rows):
        keys, values = (
            torch.cat([common, mine[row : row + 1]], 2).double()
            for common, mine in zip(trunk, own, strict=True)
        )
        found.append(
            scaled_dot_product_attention(
                query[row : row + 1].double(), keys, values, scale=scale, enable_gqa=True
            )
        )
    return torch.cat(found)


@SETS
@DTYPES
@pytest.mark.parametrize(
    ("texts", "lengths", "own", "heads", "kv_heads", "size"),
    [
        ([1], [1], 1, 1, 1, 8),
        ([5], [600], 3, 6, 2, 16),
        ([6, 6], [1100, 63], 17, 9, 3, 64),
        ([1, 17, 2], [5, 130, 1], 66, 4, 1, 40),
        ([2, 1], [33, 514], 2, 40, 1, 16),
        ([3], [2048], 1, 8, 8, 104),
        ([1, 2], [130, 700], 15, 6, 2, 64),
        ([1, 1], [66, 3], 1, 7, 1, 128),
        ([6, 3], [90, 40], 2, 24, 3, 64),
    ],
    ids=[
        "one",
        "a-trunk",
        "two",
        "three",
        "more-heads-than-lanes",
        "no-groups",
        "few-rows",
        "eight-rows-at-most",
        "units-of-each-width",
    ],
)
def test_each_text_attends_as_it_would_alone(
    dtype, tolerance, instruction_set, texts, lengths, own, heads, kv_heads, size
):
    drawn = _draw(texts, lengths, own, heads=heads, kv_heads=kv_heads, size=size, dtype=dtype)
    found = layers.branched_attention(*drawn, 0.3, instruction_set)
    expected = _one_by_one(*drawn, 0.3)
    assert found.dtype == dtype
    torch.testing.assert_close(found.double(), expected, atol=tolerance, rtol=tolerance)


@DTYPES
def test_a_text_gets_the_same_beside_others(dtype, tolerance):
    query, trunks, own = _draw([4, 3], [700, 20], 9, dtype=dtype)
    together = layers.branched_attention(query, trunks, own, 0.3)
    later = [(3, *trunks[1][1:])]
    apart = layers.branched_attention(query[4:], later, tuple(x[4:] for x in own), 0.3)
    assert torch.equal(together[4:], apart)


@pytest.mark.parametrize(
    ("size", "group", "covered"),
    [
        (8, 1, True), (12, 1, False), (WIDEST_HEAD, TILE, True), (WIDEST_HEAD + 8, 1, False),
        (8, TILE + 1, False),
    ],
)  # fmt: skip
def test_heads_that_are_not_covered_are_told(size, group, covered):
    assert layers.covers_heads(size, group) is covered


@SETS
@pytest.mark.parametrize("size", [16, 64])
def test_scores_far_apart_do_not_overflow(size, instruction_set):
    query, trunks, own = _draw([2], [900], 4, size=size)
    drawn = query * 1e3, trunks, own
    found = layers.branched_attention(*drawn, 1.0, instruction_set)
    torch.testing.assert_close(found.double(), _one_by_one(*drawn, 1.0), atol=1e-4, rtol=1e-4)


@SETS
@DTYPES
@pytest.mark.parametrize("key", [0, 699])
def test_what_is_no_number_reaches_those_who_see_it(dtype, tolerance, instruction_set, key):
    query, trunks, own = _draw([1, 1], [700, 700], 3, size=64, dtype=dtype)
    trunks[0][1][:, 1, key] = float("nan")
    found = layers.branched_attention(query, trunks, own, 0.3, instruction_set)
    assert found[0, 3:].isnan().all()
    assert found[0, :3].isfinite().all()
    assert found[1].isfinite().all()


def test_caches_with_room_ahead_are_read_where_they_lie():
    query, trunks, own = _draw([3, 2], [80, 40], 7)
    expected = layers.branched_attention(query, trunks, own, 0.3)

    def roomy(x):
        buffer = torch.full((x.shape[0], x.shape[1], x.shape[2] + 50, x.shape[3]), float("nan"))
        buffer[:, :, : x.shape[2]] = x
        return buffer[:, :, : x.shape[2]]

    wide = torch.cat([query, query], 1).transpose(1, 2).contiguous().transpose(1, 2)[:, :6]
    held = [(texts, roomy(keys), roomy(values)) for texts, keys, values in trunks]
    found = layers.branched_attention(wide, held, tuple(map(roomy, own)), 0.3)
    assert torch.equal(found, expected)


def _with(change):
    query, trunks, own = _draw([2, 1], [8, 9], 2)
    return change(query, trunks, own)


@pytest.mark.parametrize(
    "change",
    [
        lambda q, t, o: (q[:2], t, o),
        lambda q, t, o: (q, t[:1], o),
        lambda q, t, o: (q, t, (o[0], o[1][:, :, :1])),
        lambda q, t, o: (q, t, (o[0][:, :, :0], o[1][:, :, :0])),
        lambda q, t, o: (q, [t[0], (1, t[1][1][:, :1], t[1][2][:, :1])], o),
        lambda q, t, o: (q, [t[0], (1, t[1][1].half(), t[1][2].half())], o),
        lambda q, t, o: (q.expand(-1, -1, 2, -1), t, o),
        lambda q, t, o: (q[:, :5], t, o),
    ],
    ids=[
        "rows",
        "texts",
        "values",
        "nothing-of-its-own",
        "other-heads",
        "dtype",
        "two-tokens",
        "groups",
    ],
)
def test_what_does_not_fit_is_refused(change):
    with pytest.raises(RuntimeError):
        layers.branched_attention(*_with(change), 0.3)
