"""What is kept of the texts that were read: their keys and values, and what they have in common."""

from __future__ import annotations

from collections import Counter

import torch
from hypothesis import given
from hypothesis import strategies as st
from tiny_models import make
from transformers.cache_utils import DynamicLayer, DynamicSlidingWindowLayer

from secateur.core.decoder.branches import Trunk, keep
from secateur.core.decoder.cache import RoomyLayer, roomy_cache

_STEPS = st.lists(
    st.one_of(st.integers(1, 300), st.lists(st.integers(0, 9), min_size=1, max_size=4)), max_size=8
)


@given(st.integers(1, 3), _STEPS)
def test_a_layer_with_room_holds_what_transformers_own_holds(
    texts: int, steps: list[int | list[int]]
) -> None:
    """A step reads so many tokens, or takes these texts in place of all."""
    roomy, plain = RoomyLayer(), DynamicLayer()
    for step in steps:
        if isinstance(step, int):
            new = torch.randn(2, texts, 2, step, 4)
            found, expected = roomy.update(*new), plain.update(*new)
            assert all(map(torch.equal, found, expected))
        else:
            rows = torch.tensor(step) % texts
            roomy.reorder_cache(rows)
            if plain.is_initialized:
                plain.reorder_cache(rows)
                texts = len(rows)
        if plain.is_initialized:
            assert torch.equal(roomy.keys, plain.keys)
            assert torch.equal(roomy.values, plain.values)
            assert all(map(torch.equal, roomy.held(), (plain.keys, plain.values)))


def test_layers_that_keep_a_window_alone_stay() -> None:
    kinds = {
        name: {type(layer) for layer in roomy_cache(make(name)).layers}
        for name in ("llama", "mistral")
    }
    assert kinds == {"llama": {RoomyLayer}, "mistral": {DynamicSlidingWindowLayer}}


def test_a_layer_is_copied_once_in_some_hundred_tokens() -> None:
    layer, places = RoomyLayer(), set()
    for _ in range(400):
        keys, _ = layer.update(*torch.zeros(2, 1, 2, 1, 4))
        places.add(keys.untyped_storage()._cdata)
    assert len(places) <= 3


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.data())
def test_texts_stay_with_the_common_text_that_they_go_on_from(
    texts: list[int], data: st.DataObject
) -> None:
    trunks = [Trunk(count, 10 + number, ()) for number, count in enumerate(texts)]
    owners = [trunk.length for trunk in trunks for _ in range(trunk.texts)]
    rows = sorted(data.draw(st.sets(st.integers(0, len(owners) - 1), min_size=1)))
    kept = keep(trunks, rows)
    left = Counter(owners[row] for row in rows)
    assert [(trunk.length, trunk.texts) for trunk in kept] == sorted(left.items())
