"""The tagger with a head for numbers, which the package registers under its config's key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn
from transformers import BertConfig

from secateur.core.models.tagger import EntityTagger
from secateur.pipelines.finance.candidates.number_types import CONCEPTS_KEY
from secateur.pipelines.finance.reader.figure_head import FigureHead

FIGURES_KEY = "figure_head"
"""In the config of a model with a head for numbers: signs, types, concepts, hidden units for types
and for concepts, networks for concepts."""

_SHAPE = 5
"""How many numbers `FIGURES_KEY` holds."""


class FigureTagger(EntityTagger):
    """A tagger with a second head beside the first, for numbers.

    Attributes:
        figure_head: See `figure_head`; it is given words, not what the
            encoder says. It stays in float32: it takes a hundredth of a document's products.
    """

    def __init__(self, config: BertConfig) -> None:
        """Builds the model of a config that lists types and concepts of figures.

        Raises:
            ValueError: The config is of a head of an older kind.
        """
        super().__init__(config)
        words, shape = (config.vocab_size, config.hidden_size), getattr(config, FIGURES_KEY)
        if len(shape) != _SHAPE or not isinstance(getattr(config, CONCEPTS_KEY, {}), dict):
            raise ValueError(
                "the model's head for numbers is of an older kind; train it anew with "
                "secateur train entities"
            )
        self.figure_head = FigureHead(words, *shape)
        self._keep_in_fp32_modules_strict = {FIGURES_KEY}
        self.post_init()


def with_figure_head(
    model: nn.Module, head: FigureHead, concepts: Mapping[str, str]
) -> FigureTagger:
    """Puts a trained head for numbers on a trained tagger.

    Args:
        model: A tagger.
        head: The head.
        concepts: Types of the figures of its concepts, by their names.
    """
    config: Any = model.config
    types = head.types.outer.out_features - 1
    first: Any = head.concepts[0]
    widths = [network.inner.out_features for network in (head.types, first)]
    signs = head.types.inner.in_features - 4 * config.hidden_size
    setattr(config, FIGURES_KEY, [signs, types, len(concepts), widths, len(head.concepts)])
    setattr(config, CONCEPTS_KEY, dict(concepts))
    whole = FigureTagger(config)
    tagger = {
        key: value
        for key, value in model.state_dict().items()
        if not key.startswith("figure_head.")
    }
    whole.load_state_dict(tagger, strict=False)
    whole.figure_head = head
    dtype = next(model.parameters()).dtype
    return whole.half().eval() if dtype == torch.float16 else whole.eval()
