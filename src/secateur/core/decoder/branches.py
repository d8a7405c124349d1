"""Exact attention of several texts that go on from common ones, whose keys are read for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from torch import Tensor, nn

from secateur.core.interface import record_exact
from secateur.kernels import layers

KeysAndValues = tuple[Tensor, Tensor]


@dataclass(frozen=True)
class Trunk:
    """A common text.

    Attributes:
        texts: How many texts go on from it.
        length: Its tokens, P.
        layers: Keys and values `[1, Hkv, P, D]` of each layer.
    """

    texts: int
    length: int
    layers: Sequence[KeysAndValues]


def keep(trunks: Sequence[Trunk], rows: Sequence[int]) -> list[Trunk]:
    """Keeps some texts, by their numbers over all trunks; a trunk without texts is left out."""
    kept, first = [], 0
    for trunk in trunks:
        texts = sum(first <= row < first + trunk.texts for row in rows)
        first += trunk.texts
        if texts:
            kept.append(replace(trunk, texts=texts))
    return kept


def attend(
    module: nn.Module,
    query: Tensor,
    trunks: Sequence[Trunk],
    layer: int,
    own: KeysAndValues,
    scale: float,
) -> Tensor:
    """Attends to the keys of the common text and to each text's own, as to one sequence.

    Args:
        module: The attention module, in whose statistics the call is counted.
        query: `[R, H, 1, D]`, the newest token of each of R texts.
        trunks: The common texts, each with its share of the R, in their order.
        layer: The layer's number in the trunks.
        own: Keys and values `[R, Hkv, T, D]` of what followed, the newest token included.
        scale: Factor of the scores.

    Returns:
        `[R, H, 1, D]`.
    """
    begin = perf_counter()
    common = [(trunk.texts, *trunk.layers[layer]) for trunk in trunks]
    attended = layers.branched_attention(query, common, own, scale)
    record_exact(module, 1e3 * (perf_counter() - begin))
    return attended
