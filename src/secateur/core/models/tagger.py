"""The tagging model: a BERT encoder that sees letter case and distance, with BIO labels.

The vocabulary is uncased, so the letter case of each token's word goes in as its token type.
Positions repeat all over a document: `secateur.core.models.distance` keeps them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from types import MethodType
from typing import Any

from torch import Tensor, nn
from transformers import BertConfig, BertForTokenClassification
from transformers.models.bert.modeling_bert import BertEmbeddings, BertSelfOutput

from secateur.core.models.distance import DISTANCE_KEY, use_distance
from secateur.core.models.word_kinds import CASES

_TAGGERS = "secateur.taggers"
TYPES_KEY = "letter_case_types"
"""Set in the config of a model whose token types are letter cases."""


def bio_labels(types: Sequence[str]) -> list[str]:
    """Returns "O" and the B- and I- label of each type, in the order of the model's outputs."""
    return ["O", *(f"{mark}-{kind}" for kind in types for mark in "BI")]


def model_labels(model: Any) -> list[str]:
    """Returns the labels of a token classifier in the order of its outputs."""
    names = model.config.id2label
    return [str(names[number]) for number in range(len(names))]


class EntityTagger(BertForTokenClassification):
    """A BERT token classifier whose attention knows distance, if its config says so."""

    def __init__(self, config: BertConfig) -> None:
        """Builds the model of a config."""
        super().__init__(config)
        if getattr(config, DISTANCE_KEY, False):
            use_distance(self)


def tagger_class(config: Any) -> type[EntityTagger] | None:
    """Returns the class of the tagger that a config describes, None where it is none of ours.

    Taggers with heads of their own are registered as entry points of the group "secateur.taggers",
    each by the key that its configs have.
    """
    for entry in entry_points(group=_TAGGERS):
        if hasattr(config, entry.name):
            kind: type[EntityTagger] = entry.load()
            return kind
    return EntityTagger if getattr(config, DISTANCE_KEY, False) else None


def new_tagger(
    base: str | Path,
    types: Sequence[str],
    dropout: float,
    attention_dropout: float = 0.0,
) -> EntityTagger:
    """Puts a token classifier on an encoder.

    Args:
        base: Folder of a BERT encoder in Hugging Face form.
        types: Entity types; the model gets `bio_labels(types)`.
        dropout: Chance (0 to 1) of dropping in hidden states and classifier.
        attention_dropout: Chance (0 to 1) of dropping an attention weight; with it torch's own
            attention writes the whole matrix and is several times slower.

    Returns:
        A tagger whose token types are letter cases, each of which begins as the encoder's type 0.
    """
    labels = bio_labels(types)
    config = BertConfig.from_pretrained(
        base,
        num_labels=len(labels),
        id2label=dict(enumerate(labels)),
        label2id={label: number for number, label in enumerate(labels)},
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=attention_dropout,
    )
    setattr(config, TYPES_KEY, True)
    model: EntityTagger = EntityTagger.from_pretrained(
        base, config=config, attn_implementation="sdpa"
    )
    embeddings = model.bert.embeddings
    first = embeddings.token_type_embeddings.weight.data[0]
    embeddings.token_type_embeddings = nn.Embedding.from_pretrained(
        first.repeat(CASES, 1), freeze=False
    )
    model.config.type_vocab_size = CASES
    return model


def chunk_tokens(model: nn.Module, tokens: int = 1024) -> None:
    """Runs what looks at each token alone over at most `tokens` tokens at a time.

    Embeddings of BERT, what follows attention, and feed-forward layers: numbers do not change, and
    the memory of their own activations no longer grows with the document. What 1,024 tokens are
    widened to stays in the processor's caches: in bf16 the whole model takes a sixteenth less time
    than with 4,096. Transformers' `chunk_size_feed_forward` does the last only, and asks for
    lengths that are multiples of it.

    Args:
        model: Any model; encoders of other kinds than BERT's keep what has no counterpart.
        tokens: 1 or more.
    """
    for part in model.modules():
        layer: Any = part
        if type(part) is BertEmbeddings:
            layer.forward = partial(_embed, layer, tokens)
        elif type(part) is BertSelfOutput:
            layer.forward = partial(_in_parts, MethodType(BertSelfOutput.forward, layer), tokens)
        elif hasattr(part, "feed_forward_chunk"):
            layer.feed_forward_chunk = partial(_in_parts, partial(_feed_forward, layer), tokens)


def _embed(embeddings: BertEmbeddings, tokens: int, **given: Any) -> Tensor:
    """Embeds the tokens part by part, where each is told its position."""
    whole = partial(BertEmbeddings.forward, embeddings)
    names = ("input_ids", "token_type_ids", "position_ids")
    if any(given.get(name) is None for name in names):
        return whole(**given)
    return _in_parts(
        lambda *part: whole(**dict(zip(names, part, strict=True))),
        tokens,
        *(given[name] for name in names),
    )


def _feed_forward(layer: Any, hidden: Tensor) -> Tensor:
    out: Tensor = layer.output(layer.intermediate(hidden), hidden)
    return out


def _in_parts(forward: Callable[..., Tensor], tokens: int, *given: Tensor) -> Tensor:
    """What a function makes of tensors `[B, N, ...]`, asked for so many of the N at a time."""
    parts = zip(*(tensor.split(tokens, 1) for tensor in given), strict=True)
    done = 0
    for part in parts:
        output = forward(*part)
        if not done:
            whole = output.new_empty(len(output), given[0].shape[1], *output.shape[2:])
        whole[:, done : done + output.shape[1]] = output
        done += output.shape[1]
    return whole
