"""The gate passes the product as it is, and fails where a rule, a head or a row label is broken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch
from golden import documents, gate, stored
from golden.documents import Case
from golden.product import Product
from golden.records import KINDS, run
from golden.scores import measure

from secateur.pipelines.finance.concepts import encode

pytestmark = pytest.mark.tree

PAGE = "quarter_2025.html"
FINANCE = {name: kind for name, kind in KINDS.items() if kind.pipeline == "finance"}


@pytest.fixture(scope="module")
def product() -> Product:
    return Product()


@pytest.fixture(scope="module")
def page() -> Case:
    return next(case for case in documents.quarters() if case.name == PAGE)


def verdict_on(case: Case, product: Product) -> gate.Verdict:
    """What the gate says of one document, against what is committed of it."""
    golden = {
        kind: [record for record in own if record["doc"] == case.name]
        for kind, own in stored.read_records(stored.RESULTS).items()
        if kind in FINANCE
    }
    new = run([case], product, FINANCE)
    known = stored.read_stored(stored.SCORES)
    scores = {name: v for name, v in known.scores.items() if name.startswith(f"{case.group}.")}
    return gate.judge(golden, new, replace(known, scores=scores), measure([case], new))


@pytest.fixture
def one_head_shuffled(product: Product) -> Iterator[None]:
    model = product.loaded("finance").model
    (weight,) = (
        own
        for name, own in model.named_parameters()
        if name.endswith("2.attention.self.value.weight")
    )
    size = model.config.hidden_size // model.config.num_attention_heads
    before, order = weight.detach().clone(), torch.Generator().manual_seed(0)
    with torch.no_grad():
        weight[:size] = weight[:size][torch.randperm(size, generator=order)]
        yield
        weight.copy_(before)


def with_rows_swapped(case: Case, one: str, other: str) -> Case:
    """The document as an ingestion reads it that puts two row labels at each other's cells."""
    swapped = {one: other, other: one}
    passages = tuple(
        replace(passage, row=swapped.get(passage.row, passage.row) if passage.row else None)
        for passage in case.document.passages
    )
    return replace(case, document=replace(case.document, passages=passages))


def test_an_unchanged_run_passes(page, product):
    verdict = verdict_on(page, product)
    assert (verdict.failures, verdict.changed) == ((), ())


def test_an_emptied_vocabulary_fails(page, product, monkeypatch):
    monkeypatch.setattr(encode, "numbers_of", lambda text, vocabulary: ())
    # Of a document whose figures are ranked already, the concepts are known.
    unread = replace(page, document=replace(page.document))
    failures = verdict_on(unread, product).failures
    assert any(f"{PAGE}: " in failure and "figures" in failure for failure in failures)
    assert any("score forms.html.concepts.recall fell from" in failure for failure in failures)


def test_a_shuffled_head_fails(page, product, one_head_shuffled):
    verdict = verdict_on(page, product)
    assert any("names" in failure for failure in verdict.failures)


@pytest.mark.parametrize(
    ("one", "other"), [("Operating income", "Net income"), ("Laboratory", "Service")]
)
def test_two_swapped_row_labels_fail(page, product, one, other):
    verdict = verdict_on(with_rows_swapped(page, one, other), product)
    assert any(f"{PAGE}: " in failure and "figures" in failure for failure in verdict.failures)
