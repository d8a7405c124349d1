"""What a model read for some of its tokens: the spans that were kept, and their share of attention.

Nothing is estimated anew. The spans are those of the lists that the kernel ran over in this very
run, and a span's mass is the softmax weight that the kernel gave it: `exp(q·k·scale + bias - lse)`,
with the `lse` that came back from the kernel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import PreTrainedModel

from secateur.core.attention import AttentionCall
from secateur.core.attention_modules import body_of
from secateur.core.spans import SpanTable
from secateur.core.states import ModuleState, asked, make_states, runs_dap, states
from secateur.kernels.lists import KeyLists


@dataclass(frozen=True)
class KeptSpans:
    """What one attention module read for some queries, as plain numbers.

    Attributes:
        module: The module's name within its model.
        pruned: Whether a selection was made; if not, every visible span was read.
        density: Share of the (query, key) pairs visible to these queries that was computed, 0 to 1.
        spans: Spans that a head kept for one of the queries: first key token and one past the last.
        mass: For each span its share of the queries' attention, mean over queries and heads, 0 to
            1; together 1, and without any where the queries see no key, as in padding.
        heads: For each span the share of (head, query) pairs that kept it, above 0, to 1.
    """

    module: str
    pruned: bool
    density: float
    spans: tuple[tuple[int, int], ...]
    mass: tuple[float, ...]
    heads: tuple[float, ...]


def kept_spans(
    model: PreTrainedModel, run: Callable[[], object], first: int, last: int
) -> tuple[KeptSpans, ...]:
    """Runs a model once and tells what each of its attention modules read for some tokens.

    The run is as it would be without looking: same settings, selection, recovery and output. Calls
    under a four-dimensional mask are not seen.

    Args:
        model: A model under attention "dap".
        run: Calls the model on one document, batch of 1, in the thread that it is run in.
        first: First query token.
        last: One past the last; calls with fewer queries (decoding) are passed over.

    Returns:
        One entry for each module that was called, in the order of the calls.

    Raises:
        ValueError: The stretch is empty, the model is not under "dap", the batch is larger than 1,
            or no call reaches `last`.
    """
    if not 0 <= first < last:
        raise ValueError(f"tokens {first} to {last} are no stretch of a document")
    found: dict[ModuleState, KeptSpans] = {}

    def see(state: ModuleState, call: AttentionCall) -> None:
        if call.query.shape[2] >= last:
            found[state] = _read(state, call, first, last)

    with watched(model, see), torch.no_grad():
        run()
    if not found:
        raise ValueError(f"no attention call of the model reaches token {last}")
    return tuple(found.values())


@contextmanager
def watched(
    model: PreTrainedModel, see: Callable[[ModuleState, AttentionCall], None]
) -> Iterator[None]:
    """Shows this thread's attention calls of a model under "dap", with the module's state.

    Whoever watches already is shown them too.

    Args:
        model: A model under attention "dap".
        see: Shown each call with the state of its module.

    Yields:
        Nothing; calls inside are shown.

    Raises:
        ValueError: It is no model of transformers, or not under "dap".
    """
    if not runs_dap(body_of(model)):
        raise ValueError('the model is not under attention "dap"; call secateur.core.hf.enable')
    make_states(model)
    own, before = set(states(model).values()), asked.observe

    def show(state: ModuleState, call: AttentionCall) -> None:
        if state in own:
            see(state, call)
        if before is not None:
            before(state, call)

    asked.observe = show
    try:
        yield
    finally:
        asked.observe = before


def _read(state: ModuleState, call: AttentionCall, first: int, last: int) -> KeptSpans:
    if len(call.query) != 1:
        raise ValueError(f"one document at a time is looked at, not a batch of {len(call.query)}")
    heads, keys = call.query.shape[1], call.key.shape[2]
    device = call.key.device
    table = call.spans or SpanTable.uniform(1, keys, state.config.span_length, device)
    table.check_covers(1, keys)
    offsets = table.offsets[0].long()
    lengths = offsets.diff()
    span_of = torch.repeat_interleave(torch.arange(len(lengths), device=device), lengths)
    visible = _visible(call, first, last)
    mass = torch.zeros(len(lengths), device=device)
    kept_by = torch.zeros(len(lengths), device=device)
    computed = 0
    for head in range(heads):
        kept = visible & _kept(call, head, first, last)
        computed += int(kept.sum())
        weights = _weights(call, head, first, last).masked_fill(~kept, 0.0)
        mass.index_add_(0, span_of, weights.sum(0))
        rows, columns = kept.nonzero(as_tuple=True)
        pairs = (rows * len(lengths) + span_of[columns]).unique()
        kept_by.index_add_(0, pairs % len(lengths), torch.ones(len(pairs), device=device))
    chosen = kept_by.nonzero()[:, 0]
    count = heads * (last - first)
    ends = zip(offsets[chosen].tolist(), offsets[chosen + 1].tolist(), strict=True)
    return KeptSpans(
        module=state.name,
        pruned=call.lists is not None,
        density=computed / max(int(visible.sum()) * heads, 1),
        spans=tuple(ends),
        mass=tuple((mass[chosen] / count).tolist()),
        heads=tuple((kept_by[chosen] / count).tolist()),
    )


def _weights(call: AttentionCall, head: int, first: int, last: int) -> Tensor:
    """Softmax weights of one head `[queries, Nk]`, fp32, right where the key was read."""
    query = call.query[0, head, first:last].float()
    own = head * call.key.shape[1] // call.query.shape[1]
    scores = call.scores(query, call.key[0, own].float())
    if call.bias is not None:
        scores += call.bias[0, head % call.bias.shape[1], first:last]
    return (scores - call.lse[0, head, first:last, None]).exp().float()


def _visible(call: AttentionCall, first: int, last: int) -> Tensor:
    """Which keys each query may read at all: bool `[queries, Nk]`."""
    keys = call.key.shape[2]
    key = torch.arange(keys, device=call.key.device)
    query = torch.arange(first, last, device=call.key.device)[:, None]
    query = query + keys - call.query.shape[2]
    visible = torch.ones(last - first, keys, dtype=torch.bool, device=call.key.device)
    if call.causal:
        visible &= key <= query
    for side, distance in zip(call.window or (), (query - key, key - query), strict=False):
        if side >= 0:
            visible &= distance <= side
    if call.key_mask is not None:
        visible &= call.key_mask[0].bool()
    return visible


def _kept(call: AttentionCall, head: int, first: int, last: int) -> Tensor:
    """Which keys the lists hold for each query: bool `[queries, Nk]`, or `[1, 1]` for all."""
    lists = call.lists
    if lists is None:
        return torch.ones(1, 1, dtype=torch.bool, device=call.key.device)
    tiles = -(-call.query.shape[2] // lists.tile)
    wanted = range(first // lists.tile, (last - 1) // lists.tile + 1)
    keys = call.key.shape[2]
    rows = torch.stack([_row(lists, head * tiles + tile, keys) for tile in wanted])
    tile_of = torch.arange(first, last, device=rows.device) // lists.tile - wanted.start
    return rows[tile_of]


def _row(lists: KeyLists, row: int, keys: int) -> Tensor:
    """Writes one row of the lists out: bool `[Nk]`."""
    runs = slice(int(lists.offsets[row]), int(lists.offsets[row + 1]))
    edges = torch.zeros(keys + 1, dtype=torch.int32, device=lists.starts.device)
    one = torch.ones(runs.stop - runs.start, dtype=torch.int32, device=edges.device)
    edges.index_add_(0, lists.starts[runs].long(), one)
    edges.index_add_(0, lists.ends[runs].long(), -one)
    return edges.cumsum(0)[:keys] > 0
