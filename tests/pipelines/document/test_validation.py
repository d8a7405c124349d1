"""Every public function says at once, and in one way, what it was given and what it takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tiny_models
import told_models
from transformers import AutoModelForTokenClassification, AutoTokenizer

from secateur.pipelines.clinical.deidentification.deidentify import deidentify
from secateur.pipelines.clinical.handover.brief import write_brief
from secateur.pipelines.clinical.handover.review import Review
from secateur.pipelines.clinical.handover.summarize import summarize
from secateur.pipelines.clinical.language.dates import date_of
from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.errors import UsageError
from secateur.pipelines.export.formats import files_of
from secateur.pipelines.export.records import summary_as_json
from secateur.pipelines.finance.reader.entities import extract
from secateur.pipelines.finance.statements.comparison.compare import compare_statements
from secateur.pipelines.finance.views.names import list_names
from secateur.pipelines.finance.views.totals import check_totals
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.lab.comparison import compare, pipeline_for
from secateur.pipelines.lab.kept import read_for
from secateur.pipelines.runs.batch.run import run
from secateur.pipelines.runs.deidentification import without_identifiers
from secateur.pipelines.runs.models import LoadedModel, load_model
from secateur.pipelines.runs.options import RunOptions

DOCUMENT = Document("a.txt", "Net sales rose.", (Passage(0, 15),), "text/plain")
GIVEN: Any = Path(__file__)
CALLS: dict[str, list[Callable[[Any], object]]] = {
    "is no Document; give what secateur.read returns": [
        pipeline_for,
        check_totals,
        date_of,
        deidentify,
        without_identifiers,
        lambda given: list_names(given, []),
        lambda given: extract(given, GIVEN, GIVEN),
        summarize,
        lambda given: write_brief(given, GIVEN, GIVEN),
        lambda given: compare(given, "finance", GIVEN),
        lambda given: read_for(given, GIVEN, "finance", 0, 3),
        lambda given: files_of(given, [], "jsonl"),
    ],
    "is no Entity; give what secateur.extract returns": [
        lambda given: list_names(DOCUMENT, given),
        lambda given: files_of(DOCUMENT, given, "jsonl"),
    ],
    "is no LoadedModel; give what secateur.load_model returns": [
        lambda given: compare(DOCUMENT, "finance", given),
        lambda given: read_for(DOCUMENT, given, "finance", 0, 3),
    ],
    "is no model of transformers": [
        lambda given: extract(DOCUMENT, given, GIVEN),
        lambda given: summarize(DOCUMENT, given, GIVEN, style="brief"),
    ],
    "is no Summary; give what secateur.summarize returns": [
        summary_as_json,
        Review.of,
    ],
    "is no StatementBook; give what secateur.statements returns": [compare_statements],
    "is no RunOptions; give a RunOptions": [lambda given: load_model("finance", given)],
    "is no BatchSettings; give a BatchSettings": [lambda given: run("in", "out", given)],
    "is no Limits; give a Limits": [lambda given: read(GIVEN, limits=given)],
}


@pytest.mark.parametrize("given", [GIVEN, "Jane Doe, 61", [object()], 7])
@pytest.mark.parametrize(
    ("refusal", "call"), [(refusal, call) for refusal, calls in CALLS.items() for call in calls]
)
def test_a_wrong_kind_is_refused_with_the_way_out(
    refusal: str, call: Callable[[Any], object], given: object
) -> None:
    with pytest.raises(UsageError, match=rf"^\w+ {refusal}") as raised:
        call(given)
    assert "Jane" not in str(raised.value)


@pytest.fixture
def tagger(tmp_path: Path) -> LoadedModel:
    folder = told_models.save_finder(tmp_path)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    return LoadedModel(AutoModelForTokenClassification.from_pretrained(folder), tokenizer)


def test_what_holds_a_model_is_none(tagger: LoadedModel) -> None:
    given: Any = tagger
    for call in (extract, write_brief):
        with pytest.raises(UsageError, match="LoadedModel is no model of transformers; give the"):
            call(DOCUMENT, given, given.tokenizer)


def test_a_model_of_the_other_pipeline_is_refused(tagger: LoadedModel) -> None:
    writer = tiny_models.make("llama")
    ways = [
        lambda: write_brief(DOCUMENT, tagger.model, tagger.tokenizer),
        lambda: compare(DOCUMENT, "clinical", tagger),
        lambda: read_for(DOCUMENT, tagger, "clinical", 0, 3),
    ]
    for way in ways:
        with pytest.raises(UsageError, match=r"writes no text; give .*load_model\('clinical'\)"):
            way()
    with pytest.raises(UsageError, match=r"labels no tokens; give .*load_model\('finance'\)"):
        extract(DOCUMENT, writer, tagger.tokenizer)


def test_a_tokenizer_is_one(tagger: LoadedModel) -> None:
    given: Any = tagger.model
    with pytest.raises(UsageError, match=r"is no PreTrainedTokenizerBase; give .*'finance'\)"):
        extract(DOCUMENT, given, given)


def test_pipelines_are_known_by_name(tagger: LoadedModel) -> None:
    asked: Any = "legal"
    for call in (
        lambda: compare(DOCUMENT, asked, tagger),
        lambda: read_for(DOCUMENT, tagger, asked, 0, 3),
    ):
        with pytest.raises(UsageError, match="unknown pipeline 'legal'; one of finance, clinical"):
            call()


def test_a_model_is_named_by_a_path_too(tmp_path: Path) -> None:
    folder = told_models.save_finder(tmp_path)
    assert load_model("finance", RunOptions(model=folder)).tokenizer.is_fast
