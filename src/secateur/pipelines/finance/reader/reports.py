"""Statements of a report, read by the model."""

from __future__ import annotations

import os
from collections.abc import Sequence

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from secateur.pipelines.document.document import Document
from secateur.pipelines.finance.reader.entities import extract
from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.tagged import assemble_tagged
from secateur.pipelines.finance.statements.tagged_items import read_precedents
from secateur.pipelines.ingestion.files.limits import DEFAULT_LIMITS, Limits
from secateur.pipelines.ingestion.tagged import Fact, read_with_facts


def statements(
    report: str | os.PathLike[str] | Document,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    *,
    ignore_tags: bool = False,
    like: Sequence[str | os.PathLike[str]] = (),
    limits: Limits = DEFAULT_LIMITS,
) -> StatementBook:
    """Reads a report and assembles its statements.

    Args:
        report: The file, or a document, which holds no tags any more and is read blind.
        model: A token classifier with BIO labels, as of `load_model("finance")`.
        tokenizer: Its fast tokenizer.
        ignore_tags: Reads a file blind too; by default the tags of inline XBRL come first, and the
            reading checks them.
        like: Earlier filings of the company with inline XBRL, whose concepts come first for the
            same rows.
        limits: Bounds on the file.

    Returns:
        The statements: `to_dict` gives their JSON, `to_dataframe` a line a cell.

    Raises:
        IngestionError: The file cannot be read.
        UsageError: The model or the tokenizer is none for this, or an earlier filing has no tags.
    """
    precedents = read_precedents(like, limits) if like else None
    facts: Sequence[Fact] = ()
    if isinstance(report, Document):
        document = report
    else:
        document, facts = read_with_facts(report, limits=limits)
    return assemble_tagged(
        document, extract(document, model, tokenizer), () if ignore_tags else facts, precedents
    )
