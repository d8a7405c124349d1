"""The product as the gate runs it: the one module here that calls it, by what it exports.

Models are loaded once for all documents. A document is read once for all kinds of records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import torch
from golden.documents import Case

from secateur.pipelines.clinical.handover.brief import write_brief
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.summary import Summary
from secateur.pipelines.finance.reader.entities import extract
from secateur.pipelines.finance.statements.assemble import assemble
from secateur.pipelines.finance.statements.book import StatementBook
from secateur.pipelines.finance.statements.comparison.compare import (
    StatementComparison,
    compare_statements,
)
from secateur.pipelines.finance.views.names import Name, list_names
from secateur.pipelines.finance.views.totals import check_totals
from secateur.pipelines.runs.models import LoadedModel, load_model
from secateur.pipelines.runs.options import Pipeline, RunOptions

THREADS = 2
"""Sums of floats depend on how they are split, so the number is the same on every machine."""


class Product:
    """The models of both pipelines, each loaded at its first document, in fp32 on the CPU."""

    def __init__(self) -> None:
        torch.set_num_threads(THREADS)
        self._loaded: dict[Pipeline, LoadedModel] = {}

    def loaded(self, pipeline: Pipeline) -> LoadedModel:
        """Returns a pipeline's model and tokenizer, as a user who sets nothing gets them."""
        if pipeline not in self._loaded:
            self._loaded[pipeline] = load_model(pipeline, RunOptions(dtype="fp32", device="cpu"))
        return self._loaded[pipeline]


@dataclass(frozen=True)
class Reading:
    """A document and what the product makes of it, each made when it is first asked for.

    Attributes:
        case: The document.
        product: What reads it.
    """

    case: Case
    product: Product

    @cached_property
    def entities(self) -> Sequence[Entity]:
        """The entities of a report."""
        return self._extracted(self.case.document)

    @cached_property
    def summary(self) -> Summary:
        """The summary of a note and its lists."""
        loaded = self.product.loaded("clinical")
        return write_brief(self.case.document, loaded.model, loaded.tokenizer)

    @cached_property
    def statements(self) -> StatementBook:
        """The primary statements of a report."""
        return assemble(self.case.document, self.entities)

    @property
    def names(self) -> Sequence[Name]:
        """The view of names."""
        return list_names(self.case.document, self.entities)

    @property
    def comparison(self) -> StatementComparison:
        """The standard lines of a report and of the company's earlier ones."""
        before = (assemble(each, self._extracted(each)) for each in self.case.earlier)
        return compare_statements([*before, self.statements])

    @property
    def totals(self) -> Sequence[dict[str, Any]]:
        """The view of totals."""
        checked = check_totals(self.case.document)
        return [asdict(total) | {"foots": total.foots} for total in checked]

    def _extracted(self, document: Document) -> Sequence[Entity]:
        loaded = self.product.loaded("finance")
        return extract(document, loaded.model, loaded.tokenizer)
