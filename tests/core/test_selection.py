"""Spans, geometry, estimate and rule."""

import math
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from secateur.core import estimate
from secateur.core.attention import dap_attention
from secateur.core.config import DapConfig
from secateur.core.geometry import build
from secateur.core.selection import build_rule, select
from secateur.core.spans import SpanTable
from secateur.kernels.ops import attention

PLAIN = DapConfig(exact_below=0, decode_rows=0, local=8, span_length=8, tile=16, fallback=False)


def _config(**changes):
    return DapConfig(**{**PLAIN.to_dict(), **changes})


def _tensors(*, heads=2, kv_heads=2, queries=70, keys=70, peaked=4.0, batch=1):
    torch.manual_seed(0)
    query = torch.randn(batch, heads, queries, 16) * peaked
    key = torch.randn(batch, kv_heads, keys, 16)
    return query, key, torch.randn(batch, kv_heads, keys, 16)


@given(
    ends=st.lists(st.integers(0, 500), max_size=20).map(sorted),
    longest=st.integers(1, 64),
)
def test_spans_cover_every_token_and_none_is_too_long(ends, longest):
    table = SpanTable.from_boundaries([ends], 500, longest)
    assert (table.offsets[0, 0], table.offsets[0, -1]) == (0, 500)
    assert int(table.lengths.min()) >= 1
    assert int(table.lengths.max()) <= longest
    assert set(ends) <= set(table.offsets[0].tolist())


def test_rows_with_fewer_spans_repeat_their_last_offset():
    table = SpanTable.from_boundaries([[5], [2, 4, 6]], 10)
    assert table.offsets.tolist() == [[0, 5, 10, 10, 10], [0, 2, 4, 6, 10]]


def test_spans_are_of_eight_tokens_at_most_unless_told_otherwise():
    assert int(SpanTable.from_boundaries([[]], 80).lengths.max()) == 8


@pytest.mark.parametrize("offsets", [[[0, 8]], [0, 8]], ids=["int64", "one row without its batch"])
def test_offsets_of_another_type_or_shape_are_refused(offsets):
    dtype = torch.int64 if isinstance(offsets[0], list) else torch.int32
    with pytest.raises(ValueError, match=r"span offsets must be int32 \[B, S \+ 1\]"):
        SpanTable(torch.tensor(offsets, dtype=dtype))


@pytest.mark.parametrize("ends", [[5, 3], [11], [-1]], ids=["descending", "outside", "negative"])
def test_wrong_span_ends_are_refused(ends):
    with pytest.raises(ValueError, match="span end"):
        SpanTable.from_boundaries([ends], 10)


@pytest.mark.parametrize(("rows", "longest"), [([], 8), ([[3]], 0)], ids=["no rows", "no tokens"])
def test_spans_of_nothing_are_refused(rows, longest):
    with pytest.raises(ValueError, match="spans need a row and a length of 1 or more"):
        SpanTable.from_boundaries(rows, 10, longest)


@given(
    queries=st.integers(1, 40),
    keys=st.integers(1, 60),
    tile=st.sampled_from([1, 4, 16]),
    causal=st.booleans(),
    data=st.data(),
)
def test_pairs_count_what_a_mask_shows(queries, keys, tile, causal, data):
    cuts = data.draw(st.lists(st.integers(0, keys), max_size=8).map(sorted))
    offsets = torch.tensor([0, *cuts, keys])
    mask = torch.tensor(data.draw(st.lists(st.booleans(), min_size=keys, max_size=keys)))
    geometry = build(offsets, queries, keys, tile, mask, causal)
    live = mask if queries == keys else torch.ones(queries, dtype=torch.bool)
    seen = live[:, None] & mask[None]
    if causal:
        seen &= torch.arange(keys) <= torch.arange(queries)[:, None] + keys - queries
    for number, begin in enumerate(range(0, queries, tile)):
        rows = seen[begin : begin + tile]
        expected = [int(rows[:, a:b].sum()) for a, b in pairwise(offsets)]
        assert geometry.pairs[number].tolist() == expected


def _estimate(query, key, geometry, *, look, causal):
    """Both looks of all heads as the portable selection combines them: `[H, tiles, S]`."""
    estimates = []
    for head in range(len(query)):
        own = estimate.Inputs(query[head][None], key[head][None], None, None, 0.25, causal)
        rows = estimate.choose_rows(own, geometry)
        scores = estimate.first_look(own, geometry, rows, estimate.span_means(own, geometry))
        reference = scores.amax(-1)
        weights = (scores - reference[..., None]).exp()
        looks = geometry.visible[None] & look
        measured = estimate.second_look(own, geometry, rows, looks, reference)
        closed = torch.zeros_like(reference)
        estimates.append(estimate.probabilities(weights, closed, measured, looks)[0])
    return torch.stack(estimates)


def _true_mass(query, key, ends, tile, *, causal):
    scores = (query @ key.transpose(-1, -2)) * 0.25
    if causal:
        scores = scores.masked_fill(torch.ones(scores.shape[-2:]).triu(1).bool(), -math.inf)
    rows = scores.softmax(-1).split(tile, dim=1)
    means = torch.stack([row.mean(1) for row in rows], 1)
    return torch.stack([means[..., a:b].sum(-1) for a, b in pairwise(ends)], -1)


def test_looking_at_every_row_and_span_measures_the_true_mass():
    query, key, _ = _tensors(queries=64, keys=64)
    offsets = torch.tensor([0, 8, 16, 17, 40, 64])
    geometry = build(offsets, 64, 64, 16, None, True)
    measured = _estimate(query[0], key[0], geometry, look=True, causal=True)
    expected = _true_mass(query[0], key[0], offsets.tolist(), 16, causal=True)
    torch.testing.assert_close(measured, expected, atol=1e-5, rtol=1e-4)


def test_the_first_look_is_exact_for_keys_that_do_not_differ_within_a_span():
    query, _, _ = _tensors(queries=16)
    key = torch.randn(1, 2, 10, 16).repeat_interleave(7, dim=2)
    offsets = torch.arange(0, 71, 7)
    geometry = build(offsets, 16, 70, 16, None, False)
    estimated = _estimate(query[0], key[0], geometry, look=False, causal=False)
    expected = _true_mass(query[0], key[0], offsets.tolist(), 16, causal=False)
    torch.testing.assert_close(estimated, expected, atol=1e-5, rtol=1e-4)


def test_a_mix_of_looks_sums_to_one():
    query, key, _ = _tensors(queries=64, keys=64)
    geometry = build(torch.arange(0, 65, 8), 64, 64, 16, None, True)
    every_other = torch.arange(8) % 2 == 0
    estimated = _estimate(query[0], key[0], geometry, look=every_other, causal=True)
    torch.testing.assert_close(estimated.sum(-1), torch.ones(2, 4), atol=1e-5, rtol=0)


def test_a_higher_threshold_never_keeps_more():
    query, key, _ = _tensors()
    spans = SpanTable.uniform(1, 70, 8, query.device)
    densities = [
        select(query, key, spans, _config(threshold=t)).density for t in (0.0, 0.2, 0.5, 1.0, 3.0)
    ]
    assert densities[0] == 1.0
    assert densities == sorted(densities, reverse=True)
    assert densities[-1] < 0.7


def test_a_threshold_for_each_head_prunes_each_head():
    query, key, _ = _tensors()
    spans = SpanTable.uniform(1, 70, 8, query.device)
    kept = select(query, key, spans, _config(threshold=(0.0, 3.0))).lists.counts().view(2, -1)
    assert kept[0].tolist() == [70] * 5
    assert int(kept[1].sum()) < 5 * 70
    with pytest.raises(ValueError, match="3 thresholds for 2 heads"):
        select(query, key, spans, _config(threshold=(0.1, 0.2, 0.3)))


@pytest.mark.parametrize("backend", ["auto", "portable"])
def test_the_neighbourhood_and_the_first_span_are_always_kept_and_no_key_more(backend):
    query, key, _ = _tensors(queries=300, keys=300)
    spans = SpanTable.uniform(1, 300, 1, query.device)
    lists = select(query, key, spans, _config(threshold=1e6, tile=64, backend=backend)).lists
    place, first = torch.arange(300), torch.arange(0, 300, 64)[:, None]
    near = (place >= first - 8) & (place < first + 64 + 8) | (place == 0)
    assert torch.equal(lists.mask(1, 2, 300, 300)[0, :, ::64], near.expand(2, -1, -1))


@pytest.mark.parametrize("backend", ["auto", "portable"])
def test_cross_attention_has_no_neighbourhood_so_its_padding_changes_nothing(backend):
    query, key, value = _tensors(queries=70, keys=250)
    config = _config(threshold=1.5, tile=64, local=64, backend=backend)
    mask = torch.arange(250)[None] < 150
    alone, _, own = dap_attention(query, key[:, :, :150], value[:, :, :150], config)
    padded, _, report = dap_attention(query, key, value, config, key_mask=mask)
    torch.testing.assert_close(padded, alone, atol=1e-5, rtol=1e-5)
    assert own.density == report.density < 0.9
    lists = select(query, key, SpanTable.uniform(1, 250, 8, key.device), _config(threshold=1e6))
    assert set(lists.lists.ends.tolist()) == {8}


@pytest.mark.parametrize("backend", ["auto", "portable"])
def test_without_recovery_later_tokens_move_nothing_before_their_tile(backend):
    tensors = _tensors(queries=600, keys=600)
    config = _config(threshold=1.0, tile=64, local=64, backend=backend)
    output, _, report = dap_attention(*tensors, config, causal=True)
    others = [torch.cat([x[:, :, :512], -3 * x[:, :, 512:]], 2) for x in tensors]
    moved, _, _ = dap_attention(*others, config, causal=True)
    torch.testing.assert_close(moved[:, :, :512], output[:, :, :512], atol=1e-5, rtol=1e-5)
    assert report.density < 0.9


def test_the_cap_bounds_the_kept_spans():
    query, key, _ = _tensors(queries=600, keys=600, peaked=0.1)
    spans = SpanTable.uniform(1, 600, 4, query.device)
    config = _config(threshold=1e-6, cap=1.0, local=0)
    selection = select(query, key, spans, config)
    counts = selection.lists.offsets.diff()
    always = 1 + 16 // 4 + 1
    assert int(counts.max()) <= math.ceil(math.log2(151)) + always


def test_unsure_tiles_are_recovered_within_the_budget():
    query, key, _ = _tensors(peaked=0.1)
    spans = SpanTable.uniform(1, 70, 8, query.device)
    never = select(query, key, spans, _config(threshold=50.0, fallback=False))
    assert never.recovered_share == 0
    for budget in (0.1, 0.5, 1.0):
        pruned = _config(threshold=50.0, fallback="auto", mass_floor=0.99, recovery_budget=budget)
        selection = select(query, key, spans, pruned)
        full = selection.lists.counts() == 70
        assert selection.recovered_share == pytest.approx(int(full.sum()) / 10)
        assert never.density < selection.density <= never.density * (1 + budget) + 0.01


@pytest.mark.parametrize("causal", [False, True])
def test_recovering_all_equals_full_attention(causal):
    query, key, value = _tensors(kv_heads=1)
    config = _config(threshold=5.0, fallback="auto", mass_floor=1.0)
    actual, lse, report = dap_attention(query, key, value, config, causal=causal)
    expected, expected_lse = attention(query, key, value, causal=causal)
    torch.testing.assert_close(actual, expected, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(lse, expected_lse, atol=1e-5, rtol=1e-5)
    assert report.density == 1.0


def test_what_is_recovered_is_gathered_no_further_than_a_tile_sees():
    query, key, _ = _tensors(queries=200, keys=300)
    spans = SpanTable.uniform(1, 300, 8, query.device)
    config = _config(threshold=5.0, fallback="auto", mass_floor=1.0, tile=64, backend="portable")
    lists = select(query, key, spans, config, causal=True).lists
    # Tiles end at keys 164, 228, 292 and 300, within spans.
    assert lists.counts().tolist() == [168, 232, 296, 300] * 2


@given(
    queries=st.integers(1, 300),
    more=st.integers(0, 100),
    local=st.integers(0, 100),
    longest=st.integers(1, 64),
    cap=st.floats(0, 4),
    causal=st.booleans(),
)
def test_there_is_room_to_look_at_what_is_kept_anyway_and_twice_the_cap(
    queries, more, local, longest, cap, causal
):
    keys = queries + more
    query, key = torch.zeros(1, 1, queries, 1), torch.zeros(1, 1, keys, 1)
    spans = SpanTable.uniform(1, keys, longest, query.device)
    rule = build_rule(_config(local=local, tile=64, cap=cap), query, key, spans, causal)
    assert rule.cap >= min(cap * math.log2(spans.starts.shape[1] + 1), spans.starts.shape[1])
    never = _config(threshold=1e6, local=local, tile=64)
    lists = select(query, key, spans, never, causal=causal).lists
    anyway = lists.mask(1, 1, queries, keys)[0, 0, ::64, spans.starts[0].long()].sum(1)
    assert rule.max_looks >= 2 * rule.cap + int(anyway.max())


def test_fallback_true_is_full_attention():
    query, key, value = _tensors()
    actual, _, report = dap_attention(query, key, value, _config(threshold=5.0, fallback=True))
    torch.testing.assert_close(actual, attention(query, key, value)[0])
    assert not report.pruned


@given(threshold=st.floats(0.01, 3.0), seed=st.integers(0, 50))
def test_output_error_stays_within_twice_the_dropped_mass(threshold, seed):
    """Dropping mass e of a row moves its output by at most 2 e max|v| (docs/theory.md)."""
    torch.manual_seed(seed)
    query, key, value = (torch.randn(1, 1, 48, 8, dtype=torch.float64) for _ in range(3))
    spans = SpanTable.uniform(1, 48, 4, query.device)
    selection = select(query * 3, key, spans, _config(threshold=threshold, local=0))
    pruned, lse = attention(query * 3, key, value, selection.lists, backend="reference")
    full, full_lse = attention(query * 3, key, value, backend="reference")
    dropped = 1 - (lse - full_lse).exp()
    bound = 2 * dropped * value.norm(dim=-1).max()
    assert bool(((pruned - full).norm(dim=-1) <= bound + 1e-9).all())


@pytest.mark.parametrize("backend", ["auto", "portable"])
def test_the_estimated_mass_overlooks_a_key_whose_neighbours_in_its_span_oppose_it(backend):
    """Recovery's floor is on an estimate, which is no bound (docs/theory.md)."""
    torch.manual_seed(0)
    query, key = torch.zeros(1, 1, 2048, 16), 0.05 * torch.randn(1, 1, 2048, 16)
    query[..., 0] = 4.0
    key[0, 0, 1000:1008, 0] = -20.0
    key[0, 0, 1003, 0] = 20.0
    value = torch.zeros_like(key)
    value[..., 1] = 1.0
    value[0, 0, 1003, 1] = -1.0
    spans = SpanTable.uniform(1, 2048, 8, query.device)
    config = DapConfig(mass_floor=0.99, recovery_budget=1.0, backend=backend)
    selection = select(query, key, spans, config)
    pruned, _ = attention(query, key, value, selection.lists)
    moved = (pruned - attention(query, key, value)[0]).norm(dim=-1)
    far = (torch.arange(2048) - 1003).abs() > 200
    assert selection.recovered_share == 0
    assert float(selection.kept_mass.min()) > 0.999
    assert float(moved[..., far].min()) > 1.9


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("threshold", -0.1),
        ("fallback", "sometimes"),
        ("mass_floor", 1.5),
        ("span_length", 65),
        ("look_low", -0.5),
        ("cap", -1.0),
    ],
)
def test_settings_outside_their_range_are_refused(field, value):
    with pytest.raises(ValueError, match=field):
        _config(**{field: value})


def test_unknown_settings_are_refused():
    with pytest.raises(ValueError, match="treshold"):
        DapConfig.from_dict({"treshold": 0.1})
