"""Scores of figures against a filing's own facts."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from report_pages import table

from secateur.pipelines.cli.evaluate import against_xbrl
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.errors import UsageError
from secateur.pipelines.evaluation.filings import Filing, by_regex, score_filings
from secateur.pipelines.export.records import write_jsonl
from secateur.pipelines.finance.figures.facts import figure_facts
from secateur.pipelines.finance.figures.reader import FigureReader
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.ingestion.tagged import read_with_facts
from secateur.pipelines.runs.options import RunOptions
from secateur.pipelines.runs.samples import samples

CONTEXTS = """<ix:header><ix:resources>
<xbrli:context id="now"><xbrli:period><xbrli:startDate>2024-01-01</xbrli:startDate>
<xbrli:endDate>2024-12-31</xbrli:endDate></xbrli:period></xbrli:context>
<xbrli:unit id="usd"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>
</ix:resources></ix:header>"""


def tagged(text: str, name: str = "us-gaap:Revenues", more: str = "") -> str:
    return (
        f'<ix:nonFraction name="{name}" contextRef="now" unitRef="usd" scale="6" decimals="-6" '
        f"{more}>{text}</ix:nonFraction>"
    )


LOSS = tagged("5", "us-gaap:Loss", 'sign="-"')


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "a.html"
    file.write_text(
        '<html xmlns:ix="http://www.xbrl.org/2013/inlineXBRL" '
        'xmlns:xbrli="http://www.xbrl.org/2003/instance">'
        f"<body><div style='display:none'>{CONTEXTS}</div>"
        f"<p>Sales were ${tagged('12')} million, and we repaid $({tagged('7', 'us-gaap:Paid')}) "
        "million; a fee was $3 million.</p>"
        "<p>Untagged talk of $99 million.</p>"
        f"<p>Losses were {LOSS}"
        " million.</p></body></html>",
        encoding="utf-8",
    )
    return file


@pytest.fixture
def filing(path: Path) -> Filing:
    return Filing.of(*read_with_facts(path))


def figure(filing: Filing, text: str, number: int, **fields) -> Entity:
    start = filing.document.text.index(text)
    return Entity("a.html", start, start + len(text), text, "MONEY", 1.0, value=Decimal(number),
                  unit="USD", period="2024-01-01/2024-12-31", **fields)  # fmt: skip


def values(filing: Filing, found, listed=None) -> dict[str, float]:
    return {m.name: m.value for m in score_filings([filing], [found], listed)}


@pytest.fixture
def right(filing: Filing) -> list[Entity]:
    return [
        figure(filing, "$12 million", 12_000_000, concept="us-gaap:Revenues"),
        figure(filing, "$(7) million", -7_000_000, concept="us-gaap:Paid"),
        figure(filing, "5 million", 5_000_000, concept="us-gaap:Loss"),
    ]


def test_facts_are_read_as_printed_and_as_tagged(filing: Filing) -> None:
    assert [int(f.printed) for f in filing.figures] == [12_000_000, -7_000_000, 5_000_000]
    assert [int(f.tagged) for f in filing.figures] == [12_000_000, 7_000_000, -5_000_000]


def test_what_the_filer_tagged_scores_one(filing: Filing, right: list[Entity]) -> None:
    found = values(filing, right)
    assert found["span.f1"] == found["+value.f1"] == found["+period.f1"] == 1.0
    assert found["concept.f1"] == found["digits.recall"] == 1.0
    assert found["+value as tagged.f1"] == pytest.approx(1 / 3)


def test_scores_stand_in_one_order_whatever_is_found_first(filing, right) -> None:
    mixed = [replace(right[0], label="SHARES", concept="other"), *right[1:]]
    scores = score_filings([filing], [mixed], {"us-gaap:Paid"}, "plain ")
    names = list(dict.fromkeys(score.name.rpartition(".")[0] for score in scores))
    judged = ["span", "span+type", "+value", "+value as tagged", "+unit", "+period", "concept"]
    forms = ["MONEY", "SHARES", "digits", "words"]
    assert names == [f"plain {name}" for name in (*judged, *forms) if f"plain {name}" in names]
    assert {"plain MONEY", "plain SHARES", "plain concept", "plain digits"} <= set(names)


def test_precision_looks_at_tagged_blocks_only(filing: Filing, right: list[Entity]) -> None:
    outside = figure(filing, "$99 million", 99_000_000)
    assert values(filing, [*right, outside])["span.precision"] == 1.0
    inside = figure(filing, "$3 million", 3_000_000)
    assert values(filing, [*right, inside])["span.precision"] == pytest.approx(3 / 4)
    name = replace(inside, label="ORG")
    assert values(filing, [*right, name])["span.precision"] == 1.0


def test_recall_counts_every_fact(filing: Filing, right: list[Entity]) -> None:
    assert values(filing, right[:1])["span.recall"] == pytest.approx(1 / 3)


def test_type_value_and_concept_each_have_to_be_right(filing, right) -> None:
    wrong = [replace(right[0], label="SHARES"), replace(right[1], value=Decimal(7)), right[2]]
    found = values(filing, wrong)
    assert found["span.f1"] == 1.0
    assert found["span+type.f1"] == pytest.approx(2 / 3)
    assert found["+value.f1"] == pytest.approx(1 / 3)
    assert found["MONEY.precision"] == 1.0
    assert found["MONEY.recall"] == pytest.approx(2 / 3)
    assert found["SHARES.precision"] == 0.0


def test_a_span_over_two_numbers_holds_no_fact(filing: Filing) -> None:
    text = filing.document.text
    start, end = text.index("$12"), text.index("$(7)") + 4
    wide = Entity("a.html", start, end, text[start:end], "MONEY", 1.0)
    assert values(filing, [wide])["span.recall"] == 0.0


def test_concepts_that_are_not_listed_do_not_count(filing, right) -> None:
    assert values(filing, right, {"us-gaap:Paid"})["concept.recall"] == 1.0
    other = [replace(entity, concept="other") for entity in right]
    assert values(filing, other, {"us-gaap:Paid"})["concept.recall"] == 0.0


def test_the_baseline_finds_numbers(filing: Filing) -> None:
    found = by_regex(filing.document)
    assert [entity.text for entity in found] == ["12", "7", "3", "99", "5"]
    assert values(filing, found)["span.recall"] == 1.0


def test_the_baseline_takes_short_numbers_in_cells_or_with_their_measure(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    prose = "<p>In 2024 we had 12 stores and 340 offices, 7% more than by March 31.</p>"
    path.write_text(f"<html><body>{prose}{table(['', '2024'], ['Shops', '15'])}</body></html>")
    assert [entity.text for entity in by_regex(read(path))] == ["340", "7", "15"]


def test_a_document_without_facts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plain.html"
    path.write_text("<html><body><p>No facts.</p></body></html>", encoding="utf-8")
    with pytest.raises(UsageError, match=r"plain\.html: holds no inline XBRL facts"):
        Filing.of(*read_with_facts(path))


def test_figures_of_the_sample_report_mean_what_its_facts_say() -> None:
    (report,) = samples("report")
    document, facts = read_with_facts(report)
    reader = FigureReader(document, sentences(document.text, document.passages))
    figures = list(figure_facts(document.text, facts))
    assert len(figures) > 700
    values = periods = 0
    for figure in figures:
        found = reader.read(figure.start, figure.end, figure.label)
        values += found is not None and found.value == figure.printed
        periods += found is not None and str(found.period) in figure.periods
    assert values >= 0.96 * len(figures)
    assert periods >= 0.90 * len(figures)


def test_filings_of_one_name_are_not_scored_by_one_file_of_entities(path: Path, right) -> None:
    other = path.parent / "b" / path.name
    other.parent.mkdir()
    other.write_bytes(path.read_bytes())
    found = path.with_name("found.jsonl")
    found.write_text(write_jsonl(right), encoding="utf-8")
    assert against_xbrl([path], found, RunOptions())[0].value == 1.0
    with pytest.raises(UsageError, match=r"2 filings are called a\.html"):
        against_xbrl([path, other], found, RunOptions())


def test_filings_of_one_name_are_two_documents_for_intervals(filing: Filing, right) -> None:
    (recall,) = (
        metric
        for metric in score_filings([filing, filing], [right, []])
        if metric.name == "span.recall"
    )
    assert (recall.low, recall.value, recall.high) == (0.0, 0.5, 1.0)


def test_listed_concepts_that_were_never_predicted_are_missed(path: Path, right) -> None:
    found = path.with_name("found.jsonl")
    found.write_text(write_jsonl([replace(e, concept=None) for e in right]), encoding="utf-8")
    listed = {"us-gaap:Revenues": "MONEY", "us-gaap:Loss": "MONEY"}
    path.with_name("config.json").write_text(json.dumps({"concepts": listed}))
    model = RunOptions(model=str(path.parent))
    scores = {metric.name: metric for metric in against_xbrl([path], found, model)}
    assert (scores["concept.recall"].value, scores["concept.recall"].support) == (0.0, 2)
