"""A code of distance in every attention score, for an encoder whose positions repeat in a document.

An encoder with 512 positions reads a document in chunks whose positions restart. Attention over
all chunks then collapses: a head that looks for the token before a query finds one in every
chunk, and with hundreds of chunks the query's own drowns. Relative codes as in RoPE (Su et al.,
2021, arXiv:2104.09864) would need another training from the start. Instead some dimensions of each
head's queries and keys are given to waves of the token's place in the whole sequence, so that every
score gains

    strength * mean over waves of cos(frequency * (place of query - place of key)),

which is `strength` next to the query and about 0 from a chunk away on: far keys have to earn
their weight. The dimensions were free: queries and keys of MiniLM keep 84 to 100 % of their scores'
energy in half of them (`make_room`). Any attention function computes it, pruned or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from threading import local
from typing import Any

import torch
from torch import Tensor, nn

FREQUENCIES = (0.00032, 0.00103, 0.00225, 0.00301, 0.00442, 0.00535, 0.00757, 0.00914)
"""Radians a token: about normal with a deviation of 1/200, so that the code has faded after some
400 tokens; of 300 draws those whose sum comes least near to its first peak again within 131,072."""

STRENGTH = 12.0
"""Nats between the query's own place and far ones, before training. Far keys share exp(3.2)
on average, so that one that stands near outweighs 6,000 alike of them."""

DISTANCE_KEY = "distance_code"
"""Set in the config of a model whose projections are `PlacedProjection`s."""


class _Told(local):
    """What a thread was told of the tokens that it gives to models.

    Attributes:
        places: Theirs in the whole sequence `[N]`; None numbers them from 0.
    """

    places: Tensor | None = None


_told = _Told()


class PlacedProjection(nn.Module):
    """Projection of hidden states to queries or keys, with a code of each token's place.

    Attributes:
        content: Projection to the other dimensions of every head.
        frequencies: Of the waves, which take half of a head's dimensions at most.
        amplitude: Factor of each head's code `[H]`; strength is the product of those of queries
            and keys, by the number of waves over the square root of the head's size.
    """

    def __init__(self, width: int, heads: int) -> None:
        """Builds the projection for `heads` heads of `width // heads` dimensions each."""
        super().__init__()
        size = width // heads
        self.heads = heads
        self.frequencies = FREQUENCIES[-(size // 4) :]
        waves = len(self.frequencies)
        self.content = nn.Linear(width, heads * (size - 2 * waves))
        start = (STRENGTH * size**0.5 / waves) ** 0.5
        self.amplitude = nn.Parameter(torch.full((heads,), start))

    def forward(self, hidden: Tensor) -> Tensor:
        """Returns queries or keys `[B, N, D]` of hidden states `[B, N, D]`."""
        places = _told.places
        if places is None and type(hidden) is Tensor:
            waves = _waves_from_0(self.frequencies, hidden.shape[1], hidden.device)
        else:
            # Told, or without values, as in an export: such waves are not to be kept.
            if places is None:
                places = torch.arange(hidden.shape[1], device=hidden.device)
            waves = _waves(self.frequencies, places)
        code = self.amplitude[:, None] * waves[:, None]
        room = self.content.out_features // self.heads
        # Made first, so that what is only in passing leaves no gap in memory behind it.
        shape = *hidden.shape[:2], self.heads, room + code.shape[-1]
        placed = hidden.new_empty(shape, dtype=_dtype_of_products(hidden))
        placed[..., :room] = self.content(hidden).unflatten(-1, (self.heads, -1))
        placed[..., room:] = code
        return placed.flatten(-2)


def _dtype_of_products(hidden: Tensor) -> torch.dtype:
    kind = hidden.device.type
    if kind == "meta":  # of which autocast knows nothing
        return hidden.dtype
    return torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else hidden.dtype


@lru_cache(maxsize=1)  # every layer asks twice
def _waves_from_0(frequencies: tuple[float, ...], tokens: int, device: torch.device) -> Tensor:
    """`_waves` of so many places from 0 on."""
    with torch.inference_mode(False):  # a training's too, later
        return _waves(frequencies, torch.arange(tokens, device=device))


def _waves(frequencies: Sequence[float], places: Tensor) -> Tensor:
    """Cosines and sines of every place `[N, 2 W]`, fp32."""
    steps = torch.tensor(frequencies, dtype=torch.float64, device=places.device)
    angles = places[:, None] * steps
    return torch.cat([angles.cos(), angles.sin()], -1).float()


def use_distance(model: nn.Module) -> None:
    """Puts `PlacedProjection`s, not yet trained, in place of a BERT encoder's queries and keys."""
    config: Any = model.config
    setattr(config, DISTANCE_KEY, True)
    for attention in _attentions(model):
        for name in ("query", "key"):
            placed = PlacedProjection(config.hidden_size, config.num_attention_heads)
            setattr(attention, name, placed.to(attention.value.weight))


@contextmanager
def at_places(places: Tensor) -> Iterator[None]:
    """Tells, meanwhile, where in a document the tokens stand that this thread gives to a model.

    Args:
        places: Of each token, int64 `[N]`.
    """
    _told.places = places
    try:
        yield
    finally:
        _told.places = None


@torch.no_grad()
def make_room(model: nn.Module, batches: Iterable[dict[str, Tensor]]) -> None:
    """Gives a trained BERT encoder the code of distance, and keeps what its scores hold otherwise.

    The scores of a head are q·k; on the hidden states of a few batches the projections are cut to
    the dimensions that hold most of their energy, the best cut of that rank for those states.

    Args:
        model: Any model with one BERT encoder, in evaluation mode; changed in place.
        batches: Inputs of `model`, one row each, without padding.
    """
    seen: dict[Any, list[Tensor]] = {attention: [] for attention in _attentions(model)}
    hooks = [
        attention.register_forward_pre_hook(lambda module, given: seen[module].append(given[0][0]))
        for attention in seen
    ]
    for batch in batches:
        model(**batch)
    for hook in hooks:
        hook.remove()
    old = [(attention.query, attention.key) for attention in seen]
    use_distance(model)
    for (attention, states), (query, key) in zip(seen.items(), old, strict=True):
        _cut(attention, torch.cat(states), query, key)


def _cut(attention: Any, states: Tensor, query: nn.Linear, key: nn.Linear) -> None:
    heads = attention.query.heads
    left, right = (_by_head(projection, heads) for projection in (query, key))
    states = torch.cat([states, torch.ones_like(states[:, :1])], 1).double()
    room = attention.query.content.out_features // heads
    cut_left, cut_right = [], []
    for before, after in zip(left, right, strict=True):
        queries, keys = states @ before, states @ after
        # What all keys share moves a query's scores alike, which softmax does not see.
        first, first_inverse = _roots(queries.T @ queries)
        second, second_inverse = _roots((keys - keys.mean(0)).T @ (keys - keys.mean(0)))
        outer, energy, inner = torch.linalg.svd(first @ second)
        scale = energy[:room].sqrt()
        cut_left.append(before @ first_inverse @ outer[:, :room] * scale)
        cut_right.append(after @ second_inverse @ inner.T[:, :room] * scale)
    for projection, cut in ((attention.query, cut_left), (attention.key, cut_right)):
        columns = torch.cat(cut, 1)
        projection.content.weight.copy_(columns[:-1].T)
        projection.content.bias.copy_(columns[-1])


def _by_head(projection: nn.Linear, heads: int) -> list[Tensor]:
    """Weights and, as the last row, bias of each head `[D + 1, head_dim]`."""
    whole = torch.cat([projection.weight.T, projection.bias[None]]).double()
    return list(whole.chunk(heads, 1))


def _roots(covariance: Tensor) -> tuple[Tensor, Tensor]:
    """Square root of a covariance and its inverse."""
    values, vectors = torch.linalg.eigh(covariance)
    values = values.clamp_min(1e-9 * float(values[-1]))
    return (vectors * values.sqrt()) @ vectors.T, (vectors / values.sqrt()) @ vectors.T


def _attentions(model: nn.Module) -> list[Any]:
    """The self-attentions of a BERT encoder, in order."""
    return [part for part in model.modules() if type(part).__name__ == "BertSelfAttention"]
