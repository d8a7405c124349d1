"""A summary of a clinical note in the style that is asked for."""

from __future__ import annotations

from typing import Any, Literal, overload

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from secateur.pipelines.clinical.handover.brief import write_brief
from secateur.pipelines.clinical.handover.hand_over import hand_over
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.handover import STYLES, Handover, Style
from secateur.pipelines.document.summary import Summary


@overload
def summarize(
    document: Document,
    model: PreTrainedModel | None = None,
    tokenizer: PreTrainedTokenizerBase | None = None,
    *,
    style: Literal["handover"] = "handover",
) -> Handover: ...


@overload
def summarize(
    document: Document,
    model: PreTrainedModel | None,
    tokenizer: PreTrainedTokenizerBase | None,
    *,
    style: Literal["brief"],
    **options: Any,
) -> Summary: ...


def summarize(
    document: Document,
    model: PreTrainedModel | None = None,
    tokenizer: PreTrainedTokenizerBase | None = None,
    *,
    style: Style = "handover",
    **options: Any,
) -> Handover | Summary:
    """Summarizes one note; the same input always gives the same summary.

    Args:
        document: The note.
        model: For "brief" a decoder or an encoder-decoder, its attention already chosen; a handover
            needs none and leaves it alone.
        tokenizer: The model's fast tokenizer.
        style: "handover": what the next clinician needs, in sections, see `hand_over`; "brief": one
            to three sentences that the model writes, see `write_brief`.
        **options: For "brief", those of `write_brief`.

    Returns:
        A `Handover`, or for "brief" a `Summary`.

    Raises:
        ValueError: The style is not known, or has no such option.
        UsageError: What is given as a document is none, a path for instance, or the model or the
            tokenizer is none for this.
    """
    if style not in STYLES:
        raise ValueError(f"unknown style {style!r}; one of {', '.join(STYLES)}")
    if style == "brief":
        return write_brief(document, model, tokenizer, **options)  # type: ignore[arg-type]
    if options:
        raise ValueError(f"a handover has no option {', '.join(options)}; give style='brief'")
    return hand_over(document)
