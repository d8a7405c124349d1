"""The compiled selection against its portable definition."""

from dataclasses import dataclass

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from secateur.core.config import DapConfig
from secateur.core.selection import build_rule, select
from secateur.core.spans import SpanTable
from secateur.kernels.native import INSTRUCTION_SETS, LOAD_ERROR
from secateur.kernels.selection import select_native

pytestmark = pytest.mark.skipif(bool(LOAD_ERROR), reason="the extension was not built")

CASES = {
    "causal": {"causal": True, "kv_heads": 1},
    "both-ways": {"head_dim": 32},
    "left-padded": {"causal": True, "padding": ((0, 100), (650, 700)), "batch": 2},
    "padded": {"padding": ((0, 3), (100, 700)), "batch": 2},
    "more-keys": {"causal": True, "queries": 70, "keys": 900},
    "few-queries": {"causal": True, "queries": 9},
    "cross": {"queries": 100, "padding": ((0, 3), (200, 700)), "batch": 2},
    "bias": {"head_dim": 16, "bias": 1, "keys": 300, "queries": 300},
    "bias-by-row": {"head_dim": 16, "bias": 2, "keys": 300, "queries": 300, "batch": 2},
    "cap": {"causal": True, "config": {"cap": 2.0, "threshold": 0.3}},
    "recovery": {"config": {"mass_floor": 0.9, "recovery_budget": 0.5}},
    "sentences": {"causal": True, "spans": [3, 3, 40, 41, 199, 640]},
    "no-second-look": {"causal": True, "config": {"look_low": 1e9}},
    "bfloat16": {"causal": True, "dtype": torch.bfloat16},
    "sections": {"causal": True, "keys": 1500, "queries": 1500, "config": {"sections": 0.5}},
    "sections-both-ways": {"keys": 1500, "queries": 1500, "config": {"sections": 0.3}},
    "sections-padded": {
        "padding": ((0, 90), (100, 1500)),
        "batch": 2,
        "keys": 1500,
        "queries": 1500,
        "config": {"sections": 0.4, "threshold": 1.5},
    },
    "sections-more-keys": {"causal": True, "queries": 70, "keys": 2500, "config": {"sections": 0}},
}


def _draw(case):
    torch.manual_seed(1)
    batch, queries, keys = case.get("batch", 1), case.get("queries", 700), case.get("keys", 700)
    dim = case.get("head_dim", 64)
    query = torch.randn(batch, 2, queries, dim) * 2
    key = torch.randn(batch, case.get("kv_heads", 2), keys, dim)
    # Spans that differ, as those of text do.
    query[..., 0] += 1
    key[..., 0] += 2 * torch.rand(keys // 8 + 1).repeat_interleave(8)[:keys]
    mask = None
    if "padding" in case:
        mask = torch.ones(batch, keys, dtype=torch.bool)
        for row, (begin, end) in enumerate(case["padding"]):
            mask[row, begin:end] = False
    bias = torch.randn(case["bias"], 2, queries, keys) if "bias" in case else None
    rows = case.get("spans")
    spans = SpanTable.uniform(batch, keys, 8, query.device)
    if rows:
        spans = SpanTable.from_boundaries([rows] * batch, keys)
    dtype = case.get("dtype", torch.float32)
    return query.to(dtype), key.to(dtype), spans, {"key_mask": mask, "bias": bias}


def _kept(selection, query, key, mask):
    shape = (*query.shape[:3], key.shape[2])
    kept = selection.lists.mask(*shape)
    return kept if mask is None else kept & mask[:, None, None]


@dataclass(frozen=True)
class Tolerance:
    """How far the compiled selection may be from its definition.

    Attributes:
        pairs: Share of the (query, key) pairs on which they may differ.
        mass: Median difference of the tiles' kept mass.
        worst: Largest difference of a tile's kept mass.
    """

    pairs: float
    mass: float
    worst: float


# A span whose estimate is the bar to the last bit may fall to either side.
AS_DEFINED = Tolerance(1e-3, 1e-4, 2e-2)
# Keys and queries rounded to bytes, weights to 4 %: so may spans near the bar.
IN_BYTES = Tolerance(1e-2, 5e-3, 5e-2)
# Of two sections that score alike, another may be opened.
SECTIONS_IN_BYTES = Tolerance(4e-2, 5e-3, 5e-2)


@pytest.mark.parametrize("name", INSTRUCTION_SETS)
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_keeps_what_the_definition_keeps(case, name):
    query, key, spans, options = _draw(case)
    options["causal"] = case.get("causal", False)
    config = DapConfig(**{"threshold": 1.0, **case.get("config", {})}, backend="portable")
    rule = build_rule(config, query, key, spans, options["causal"])
    scale = query.shape[-1] ** -0.5
    native = select_native(
        query, key, spans.offsets, rule, scale=scale, **options, instruction_set=name
    )
    portable = select(query, key, spans, config, **options)
    mask = options["key_mask"]
    differing = _kept(native, query, key, mask) != _kept(portable, query, key, mask)
    in_bytes = SECTIONS_IN_BYTES if "sections" in case.get("config", {}) else IN_BYTES
    tolerance = in_bytes if name.endswith("bf16") else AS_DEFINED
    kept, visible, recovered = native.pairs.sum(0).tolist()
    assert float(differing.float().mean()) < tolerance.pairs
    assert kept / visible == pytest.approx(portable.density, abs=tolerance.pairs)
    assert recovered / native.kept_mass.numel() == pytest.approx(portable.recovered_share, abs=0.05)
    apart = (native.kept_mass - portable.kept_mass).abs()
    assert float(apart.max()) < tolerance.worst
    assert float(apart.median()) < tolerance.mass


def test_tensors_may_have_any_strides():
    query, key, spans, rest = _draw(CASES["bias-by-row"] | {"padding": ((0, 3), (100, 300))})
    rule = build_rule(DapConfig(threshold=1.0), query, key, spans, False)
    rest |= {"scale": 0.25, "causal": False}
    expected = select_native(query, key, spans.offsets, rule, **rest)

    def spread(x):
        return torch.stack([x, torch.full_like(x, 1)], -1)[..., 0]

    rest |= {name: spread(rest[name]) for name in ("key_mask", "bias")}
    offsets = spread(spans.offsets)
    found = select_native(spread(query), spread(key), offsets, rule, **rest)
    assert torch.equal(found.kept_mass, expected.kept_mass)
    assert torch.equal(found.lists.starts, expected.lists.starts)
    assert torch.equal(found.lists.ends, expected.lists.ends)


@pytest.mark.parametrize("backend", ["native", "portable"])
@pytest.mark.parametrize("case", ["sections", "sections-both-ways"])
def test_the_sign_of_the_scale_is_that_of_the_queries(case, backend):
    query, key, spans, _ = _draw(CASES[case])
    config = DapConfig(threshold=1.0, **CASES[case]["config"], backend=backend)
    causal = CASES[case].get("causal", False)
    down = select(query, key, spans, config, scale=-0.125, causal=causal)
    up = select(-query, key, spans, config, scale=0.125, causal=causal)
    for name in ("offsets", "starts", "ends"):
        assert torch.equal(getattr(down.lists, name), getattr(up.lists, name))


@pytest.mark.parametrize("backend", ["native", "portable"])
@pytest.mark.parametrize(
    ("much", "enough"),
    [
        ({"local": 2**31}, {"local": 700}),
        ({"local": 2**62}, {"local": 700}),
        ({"cap": 1.5e8}, {"cap": 88.0}),
        ({"cap": 1e300}, {"cap": 88.0}),
        ({"sections": 1e300}, {"sections": 88.0}),
    ],
    ids=["local-of-32-bits", "local-of-64", "cap-of-32-bits", "cap-of-floats", "sections"],
)
def test_limits_above_what_there_is(much, enough, backend):
    query, key, spans, _ = _draw({"causal": True})
    low, high = (
        select(query, key, spans, DapConfig(threshold=0.3, **limit, backend=backend), causal=True)
        for limit in (enough, much)
    )
    assert torch.equal(low.lists.mask(1, 2, 700, 700), high.lists.mask(1, 2, 700, 700))


@pytest.mark.parametrize("name", INSTRUCTION_SETS)
@pytest.mark.parametrize("hidden", [0, 100], ids=["plain", "left-padded"])
def test_later_tokens_move_nothing_before_their_tile(hidden, name):
    """Not by what is taken off all keys before they are rounded to bytes, either."""
    query, key, spans, rest = _draw({"keys": 500, "queries": 500})
    rest |= {"key_mask": torch.arange(500)[None] >= hidden, "scale": 0.125, "causal": True}
    rule = build_rule(DapConfig(threshold=1.0, fallback=False), query, key, spans, True)
    for begin in (128, 448):
        later = key.clone()
        later[:, :, begin:] = 9 * torch.randn(1, 2, 500 - begin, 64) + 5
        before, after = (
            select_native(query, x, spans.offsets, rule, **rest, instruction_set=name).lists
            for x in (key, later)
        )
        before, after = (x.mask(1, 2, 500, 500)[:, :, :begin, :begin] for x in (before, after))
        assert torch.equal(before, after)


@pytest.mark.parametrize("name", INSTRUCTION_SETS)
@pytest.mark.parametrize("queries", [200, 700], ids=["cross", "self"])
def test_right_padding_moves_nothing(queries, name):
    query, key, spans, rest = _draw({"keys": 700, "queries": queries})
    rest |= {"scale": 0.125, "causal": False, "instruction_set": name}
    rule = build_rule(DapConfig(threshold=1.0), query, key, spans, False)
    mask = torch.arange(700)[None] < 408
    padded = select_native(query, key, spans.offsets, rule, **rest | {"key_mask": mask})
    seen = min(queries, 408)
    alone = select_native(
        query[:, :, :seen], key[:, :, :408], spans.offsets[:, :52], rule, **rest
    )  # fmt: skip
    kept = padded.lists.mask(1, 2, queries, 700)[:, :, :seen, :408]
    assert torch.equal(kept, alone.lists.mask(1, 2, seen, 408))


@pytest.mark.parametrize("name", INSTRUCTION_SETS)
def test_every_instruction_set_keeps_the_same(name):
    query, key, spans, _ = _draw({"causal": True})
    rule = build_rule(DapConfig(threshold=1.0), query, key, spans, True)
    rest = {"key_mask": None, "bias": None, "scale": 0.125, "causal": True}
    first = select_native(query, key, spans.offsets, rule, **rest)
    other = select_native(query, key, spans.offsets, rule, **rest, instruction_set=name)
    torch.testing.assert_close(first.kept_mass, other.kept_mass, atol=IN_BYTES.worst, rtol=0)
    torch.testing.assert_close(first.pairs, other.pairs, atol=0, rtol=1e-2)


def test_the_heaviest_run_comes_first():
    query = torch.zeros(1, 1, 64, 16)
    query[..., 0] = 4.0
    key = torch.zeros(1, 1, 640, 16)
    key[0, 0, 320:328, 0] = 8.0
    key[0, 0, 160:168, 0] = 4.0
    spans = SpanTable.uniform(1, 640, 8, query.device)
    lists = select(query, key, spans, DapConfig(threshold=1.0, backend="native")).lists
    runs = list(zip(lists.starts.tolist(), lists.ends.tolist(), strict=True))
    assert runs[0] == (320, 328)
    assert runs[1] == (160, 168)


@settings(max_examples=40)
@given(
    queries=st.integers(1, 200),
    extra=st.integers(0, 100),
    head_dim=st.sampled_from([8, 24, 64]),
    causal=st.booleans(),
    seed=st.integers(0, 99),
)
def test_density_is_what_the_lists_cover(queries, extra, head_dim, causal, seed):
    torch.manual_seed(seed)
    keys = queries + extra
    query = torch.randn(1, 2, queries, head_dim)
    key = torch.randn(1, 1, keys, head_dim)
    spans = SpanTable.uniform(1, keys, 8, query.device)
    config = DapConfig(threshold=1.0, local=8, backend="native")
    selection = select(query, key, spans, config, causal=causal)
    seen = torch.ones(queries, keys, dtype=torch.bool)
    if causal:
        seen = seen.tril(keys - queries)
    kept = selection.lists.mask(1, 2, queries, keys) & seen
    assert selection.density == pytest.approx(float(kept.sum() / (2 * seen.sum())), abs=1e-6)


def test_spans_outside_the_keys_are_refused():
    query = torch.zeros(1, 1, 64, 16)
    spans = torch.tensor([[0, 40, 99]], dtype=torch.int32)
    rule = build_rule(DapConfig(), query, query, SpanTable(spans), False)
    with pytest.raises(RuntimeError, match="span offsets must ascend within the keys"):
        select_native(
            query, query, spans, rule, key_mask=None, bias=None, scale=1.0, causal=False
        )  # fmt: skip
