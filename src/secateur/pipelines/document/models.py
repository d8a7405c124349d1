"""Checks of the models that callers hand to a pipeline, before they are used."""

from __future__ import annotations

from transformers import PreTrainedTokenizerBase

from secateur.core.attention_modules import body_of
from secateur.core.models.tagger import model_labels
from secateur.pipelines.document.validation import check
from secateur.pipelines.errors import UsageError, usage_errors

_MAKER = "those that secateur.load_model({!r}) holds"


def check_tagger(model: object, tokenizer: object) -> None:
    """Refuses what labels no tokens: a `LoadedModel` itself, for instance, or a decoder.

    Args:
        model: What a function was given.
        tokenizer: What it was given beside.

    Raises:
        UsageError: The model is none of transformers or no tagger, or the tokenizer none.
    """
    with usage_errors():
        body = body_of(model)  # type: ignore[arg-type]
    # A label for what is nothing is what all taggers have.
    _refuse_unless("O" in model_labels(body), body, "labels no tokens", tokenizer, "finance")


def check_writer(model: object, tokenizer: object) -> None:
    """Refuses what writes no text; see `check_tagger`."""
    with usage_errors():
        body = body_of(model)  # type: ignore[arg-type]
    _refuse_unless(body.can_generate(), body, "writes no text", tokenizer, "clinical")


def _refuse_unless(fits: bool, body: object, lack: str, tokenizer: object, pipeline: str) -> None:
    own = _MAKER.format(pipeline)
    if not fits:
        raise UsageError(f"{type(body).__name__} {lack}; give model and tokenizer, {own}")
    check(tokenizer, PreTrainedTokenizerBase, own)
