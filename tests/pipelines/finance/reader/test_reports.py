"""The public function for statements reads a report and assembles them."""

from __future__ import annotations

from pathlib import Path

import pytest
from report_pages import table
from report_views import page
from tagged_reports import INCOME_STATEMENT, filing
from transformers import BertForTokenClassification, PreTrainedTokenizerFast

import secateur
from secateur.pipelines.errors import IngestionError

INCOME = "<p><b>Consolidated Statements of Income</b></p><p>(in millions)</p>" + table(
    ["", "Year ended December 31, 2024", "Year ended December 31, 2023"],
    ["Net sales", "$500", "$450"],
    ["Cost of sales", "(300)", "(280)"],
    ["Income before income taxes", "200", "170"],
    ["Provision for income taxes", "40", "35"],
    ["Net income", "$160", "$135"],
)


def test_a_report_becomes_its_statements(
    tmp_path: Path, tagger: BertForTokenClassification, tokenizer: PreTrainedTokenizerFast
) -> None:
    book = secateur.statements(page(tmp_path, INCOME), tagger, tokenizer)
    assert isinstance(book, secateur.StatementBook)
    assert [statement.kind for statement in book.statements] == ["income_statement"]
    assert book.to_dataframe().printed.head(2).tolist() == ["$500", "$450"]


@pytest.mark.parametrize("ignored", [False, True], ids=["by its tags", "blind"])
def test_a_file_is_read_with_its_tags_unless_they_are_ignored(
    tmp_path: Path,
    tagger: BertForTokenClassification,
    tokenizer: PreTrainedTokenizerFast,
    ignored: bool,
) -> None:
    filing(tmp_path, INCOME_STATEMENT)
    book = secateur.statements(tmp_path / "a.html", tagger, tokenizer, ignore_tags=ignored)
    sources = {cell.source for row in book.statements[0].rows for cell in row.cells}
    assert ("read" in sources, bool(sources & {"tagged", "both"})) == (ignored, not ignored)


def test_what_is_not_there_is_refused(
    tagger: BertForTokenClassification, tokenizer: PreTrainedTokenizerFast
) -> None:
    with pytest.raises(IngestionError):
        secateur.statements("report.html", tagger, tokenizer)
