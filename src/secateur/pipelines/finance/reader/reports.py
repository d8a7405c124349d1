"""Statements of a report, read by the model."""

from __future__ import annotations

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from secateur.pipelines.document.document import Document
from secateur.pipelines.finance.reader.entities import extract
from secateur.pipelines.finance.statements.assemble import assemble
from secateur.pipelines.finance.statements.book import StatementBook


def statements(
    document: Document, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase
) -> StatementBook:
    """Reads a report and assembles its statements.

    Args:
        document: The report.
        model: A token classifier with BIO labels, as of `load_model("finance")`.
        tokenizer: Its fast tokenizer.

    Returns:
        The statements: `to_dict` gives their JSON, `to_dataframe` a line a cell.

    Raises:
        UsageError: What is given as a document is none, a path for instance, or the model or the
            tokenizer is none for this.
    """
    return assemble(document, extract(document, model, tokenizer))
