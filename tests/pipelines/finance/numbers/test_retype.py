"""Numbers get the type that the head gives them, with what belongs to them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from transformers import PreTrainedTokenizerFast

from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.finance.candidates.found import Found
from secateur.pipelines.finance.candidates.number_types import FIGURE_TYPES
from secateur.pipelines.finance.candidates.tokens import tokenise
from secateur.pipelines.finance.numbers.inputs import FoundNumbers, find_numbers
from secateur.pipelines.finance.numbers.retype import retype
from secateur.pipelines.finance.numbers.scores import NumberScores
from secateur.pipelines.finance.training.numbers import label_numbers
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.ingestion.tagged import Fact


def found(text: str, tokenizer: PreTrainedTokenizerFast) -> FoundNumbers:
    document = Document("a", text, (Passage(0, len(text)),), "text/plain")
    tokens = tokenise(text, tokenizer)
    return find_numbers(document, tokens, [(0, len(text))], tokenizer)


def cells(text: str) -> tuple[Passage, ...]:
    """A row of cells, one a tab."""
    ends = [place for place, sign in enumerate(text + "\t") if sign == "\t"]
    starts = [0, *(end + 1 for end in ends)]
    return tuple(Passage(*ends, kind="cell") for ends in zip(starts, ends, strict=False))


def said(kinds: list[str]) -> NumberScores:
    """A head that is sure of each number's type, and takes each for a rate, otherwise for pay."""
    rows = np.full((len(kinds), 5), 0.025, dtype=np.float32)
    for row, kind in zip(rows, kinds, strict=True):
        row[("none", *FIGURE_TYPES).index(kind)] = 0.9
    concepts = np.log(np.array([[0.1, 0.7, 0.2]] * len(kinds), dtype=np.float32))
    return NumberScores(rows, concepts, {"a:Rate": "PERCENT", "a:Paid": "MONEY"})


def typed(
    tokenizer: PreTrainedTokenizerFast, text: str, kinds: list[str], *labelled: Found
) -> list[tuple[str, str, str | None]]:
    numbers = found(text, tokenizer)
    scores = said(kinds)
    entities = retype(text, labelled, numbers, scores)
    return [(text[e.start : e.end], e.label, e.concept) for e in entities]


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("paid $(5.2) million", "MONEY", ["$(5.2) million"]),
        ("rose 4 %", "PERCENT", ["4 %"]),
        ("rose 75 basis points", "PERCENT", ["75 basis points"]),
        ("paid 12 pence", "PER_SHARE", ["12 pence"]),
        ("paid ₹4 lakh crore", "MONEY", ["₹4 lakh crore"]),
        ("a loss of $(.85)", "PER_SHARE", ["$(.85)"]),
        ("rose .5%", "PERCENT", [".5%"]),
        ("paid NOK -34 million", "MONEY", ["NOK -34 million"]),
        ("Shares......12", "SHARES", ["12"]),
        ("in Note 4", "none", []),
    ],
)
def test_a_number_takes_in_what_belongs_to_it(
    tokenizer: PreTrainedTokenizerFast, text: str, kind: str, expected: list[str]
) -> None:
    assert [figure for figure, _, _ in typed(tokenizer, text, [kind])] == expected


def test_the_head_decides_the_type(tokenizer: PreTrainedTokenizerFast) -> None:
    labelled = Found(5, 7, "MONEY", 0.9)
    assert typed(tokenizer, "vest 12", ["SHARES"], labelled) == [("12", "SHARES", None)]


def test_what_the_head_takes_for_a_type_that_prose_rules_out_is_no_figure(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    assert typed(tokenizer, "paid 12", ["SHARES"]) == []


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("0.9% note 516", "MONEY", ["a:Rate", "a:Paid"]),
        ("0.9 note 516", "PER_SHARE", [None, None]),
        ("0.9 rate 516", "PERCENT", ["a:Rate", "a:Rate"]),
    ],
)
def test_a_concept_is_one_whose_figures_are_of_the_type(
    tokenizer: PreTrainedTokenizerFast, text: str, kind: str, expected: list[str | None]
) -> None:
    assert [concept for _, _, concept in typed(tokenizer, text, [kind, kind])] == expected


@pytest.mark.parametrize(
    ("cell", "column", "expected"),
    [("15", "% of Revenues", "PERCENT"), ("$15", "% of Revenues", "MONEY"), ("15", "", "MONEY")],
)
def test_money_under_a_percent_sign_is_a_percentage(
    tokenizer: PreTrainedTokenizerFast, cell: str, column: str, expected: str
) -> None:
    document = Document(
        "a", cell, (Passage(0, len(cell), column=column, kind="cell"),), "text/plain"
    )
    tokens = tokenise(cell, tokenizer)
    numbers = find_numbers(document, tokens, [(0, len(cell))], tokenizer)
    rows = np.array([[0.02, 0.9, 0.04, 0.02, 0.02]], dtype=np.float32)
    scores = NumberScores(rows, np.zeros((1, 1), dtype=np.float32), {})
    assert [entity.label for entity in retype(cell, (), numbers, scores)] == [expected]


def test_a_percentage_by_its_column_has_no_concept_of_money(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    column = Passage(0, 2, column="% of Revenues", kind="cell")
    document = Document("a", "15", (column,), "text/plain")
    numbers = find_numbers(document, tokenise("15", tokenizer), [(0, 2)], tokenizer)
    rows = np.array([[0.02, 0.4, 0.54, 0.02, 0.02]], dtype=np.float32)
    scores = NumberScores(rows, np.log(np.array([[0.01, 0.99]], np.float32)), {"a:Pay": "MONEY"})
    entities = retype("15", (), numbers, scores)
    assert [(entity.label, entity.concept) for entity in entities] == [("PERCENT", None)]


@pytest.mark.parametrize(
    ("heads", "expected", "concepts"),
    [
        (("December 31, 2025", "2024"), ["MONEY", "MONEY"], ["a:Cost", "a:Cost"]),
        (
            ("Q1 2024 (Audited)", "2023 (in crore, except per share data)"),
            ["MONEY", "MONEY"],
            ["a:Cost", "a:Cost"],
        ),
        (("North", "South"), ["MONEY", "SHARES"], ["a:Cost", "a:Bought"]),
    ],
)
def test_figures_of_a_row_below_years_are_of_one_type_and_concept(
    tokenizer: PreTrainedTokenizerFast,
    heads: tuple[str, str],
    expected: list[str],
    concepts: list[str],
) -> None:
    text = "Stock bought\t12\t34"
    columns = (None, *heads)
    passages = tuple(
        Passage(cell.start, cell.end, column=head, kind="cell")
        for cell, head in zip(cells(text), columns, strict=True)
    )
    document = Document("a", text, passages, "text/plain")
    numbers = find_numbers(document, tokenise(text, tokenizer), [(0, len(text))], tokenizer)
    rows = np.array([[0.1, 0.8, 0.01, 0.08, 0.01], [0.1, 0.38, 0.01, 0.5, 0.01]], dtype=np.float32)
    known = {"a:Cost": "MONEY", "a:Paid": "MONEY", "a:Bought": "SHARES"}
    chances = [[0.05, 0.6, 0.3, 0.05], [0.05, 0.25, 0.35, 0.35]]
    scores = NumberScores(rows, np.log(np.array(chances, dtype=np.float32)), known)
    figures = retype(text, (), numbers, scores)
    assert [figure.label for figure in figures] == expected
    assert [figure.concept for figure in figures] == concepts


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("fell 93 percent in", "PERCENT"),
        ("fell 4.5% in", "PERCENT"),
        ("up 2 percentage points", "PERCENT"),
        ("two percents of stock 93", None),
    ],
)
def test_what_bears_a_percent_sign_is_one_whatever_the_head_says(
    tokenizer: PreTrainedTokenizerFast, text: str, label: str | None
) -> None:
    kinds = [typed(tokenizer, text, [kind]) for kind in ("none", "SHARES")]
    assert [label_ for _, label_, _ in kinds[0]] == ([label] if label else [])
    assert kinds[1][0][1] == (label or "SHARES")


def test_a_number_of_a_table_of_money_is_a_figure_whatever_the_head_says(
    tokenizer: PreTrainedTokenizerFast, tmp_path: Path
) -> None:
    path = tmp_path / "a.html"
    rows = [["(Dollars in millions)", "2024"], ["Sales", "811"], ["Stores", "—"]]
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    path.write_text("<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>")
    document = read(path)
    spans = sentences(document.text, document.passages)
    numbers = find_numbers(document, tokenise(document.text, tokenizer), spans, tokenizer)
    row = [0.9, 0.04, 0.02, 0.03, 0.01]
    scores = NumberScores(
        np.array([row] * len(numbers), np.float32), np.zeros((len(numbers), 1), np.float32), {}
    )
    figures = retype(document.text, (), numbers, scores)
    assert [document.text[figure.start : figure.end] for figure in figures] == ["811", "—"]
    assert {(figure.label, figure.score) for figure in figures} == {("MONEY", 0.5)}


def test_a_sure_concept_tells_an_unsure_type(tokenizer: PreTrainedTokenizerFast) -> None:
    numbers = found("issued 5,012", tokenizer)
    types = np.array([[0.02, 0.53, 0.0, 0.45, 0.0]], dtype=np.float32)
    known = {"a:Issued": "SHARES"}
    for sure, expected in ((0.9, ("SHARES", "a:Issued")), (0.6, ("MONEY", None))):
        concepts = np.log(np.array([[1 - sure, sure]], dtype=np.float32))
        (figure,) = retype("issued 5,012", (), numbers, NumberScores(types, concepts, known))
        assert (figure.label, figure.concept) == expected
    concepts = np.log(np.array([[0.001, 0.999]], dtype=np.float32))
    (figure,) = retype("paid $5,012", (), found("paid $5,012", tokenizer),
                       NumberScores(types, concepts, known))  # fmt: skip
    assert (figure.label, figure.concept) == ("MONEY", None)


@pytest.mark.parametrize(("paid", "expected"), [(0.4, "a:Paid"), (0.2, None)])
def test_a_doubtful_concept_of_the_type_comes_before_another(
    tokenizer: PreTrainedTokenizerFast, paid: float, expected: str | None
) -> None:
    types = np.array([[0.02, 0.8, 0.0, 0.18, 0.0]], dtype=np.float32)
    concepts = np.log(np.array([[0.9 - paid, paid, 0.1]], dtype=np.float32))
    scores = NumberScores(types, concepts, {"a:Paid": "MONEY", "a:Issued": "SHARES"})
    (figure,) = retype("paid 5,012", (), found("paid 5,012", tokenizer), scores)
    assert (figure.label, figure.concept) == ("MONEY", expected)


def test_names_stay_and_their_numbers_are_no_figures(tokenizer: PreTrainedTokenizerFast) -> None:
    assert typed(tokenizer, "paid 3 corp", ["MONEY"], Found(5, 11, "ORG", 0.9)) == [
        ("3 corp", "ORG", None)
    ]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("was EUR 3.13 (2023: EUR 2.68)", "PER_SHARE"),
        ("was EUR 3.13 (prior year: EUR 2.68)", "PER_SHARE"),
        ("was EUR 3.13 a share for now (previous year: EUR 2.68)", "PER_SHARE"),
        ("was EUR 3.13 (paid for EUR 2.68)", "MONEY"),
        ("was EUR 3.13 (2023: 2.68%)", "PERCENT"),
        ("was EUR 3.13 (2.68)", "PER_SHARE"),
        ("was EUR 3.13 (–2.68)", "PER_SHARE"),
        ("was EUR 3.13\t(2.68)", "MONEY"),
        ("was EUR 3.13 (2)", "MONEY"),
    ],
)
def test_what_a_figure_was_before_is_of_its_type(
    tokenizer: PreTrainedTokenizerFast, text: str, label: str
) -> None:
    kinds = ["PER_SHARE", *(["none"] if "2023" in text else []), "MONEY"]
    (_, first, concept), (_, second, other) = typed(tokenizer, text, kinds)
    assert (first, second) == ("PER_SHARE", label)
    assert (concept == other) == (label == "PER_SHARE")


def test_what_is_surely_a_figure_is_no_name(tokenizer: PreTrainedTokenizerFast) -> None:
    text = "The loan of SEK 25m to"
    name = Found(12, 19, "ORG", 0.9)
    assert typed(tokenizer, text, ["none"], name) == [("SEK 25m", "MONEY", "a:Paid")]
    text = "margins rose by 80bp"
    name = Found(16, 20, "ORG", 0.9)
    assert typed(tokenizer, text, ["none"], name) == [("80bp", "PERCENT", "a:Rate")]
    text = "bought shares at 312p"
    name = Found(17, 21, "ORG", 0.9)
    assert typed(tokenizer, text, ["none"], name) == [("312p", "PER_SHARE", None)]


def test_a_sure_figure_overrules_a_date(tokenizer: PreTrainedTokenizerFast) -> None:
    assert typed(tokenizer, "basic 2,017", ["SHARES"], Found(6, 11, "DATE", 0.9)) == [
        ("2,017", "SHARES", None)
    ]


def test_longer_ends_of_labels_stay(tokenizer: PreTrainedTokenizerFast) -> None:
    labelled = Found(5, 14, "MONEY", 0.9)
    assert typed(tokenizer, "paid eur 5 mln", ["MONEY"], labelled)[0][0] == "eur 5 mln"


def test_facts_and_forms_say_what_numbers_are(tokenizer: PreTrainedTokenizerFast) -> None:
    text = "paid 728 in 2024, Note 5"
    document = Document("a", text, (Passage(0, len(text)),), "text/plain")
    start = text.index("728")
    fact = Fact(start, start + 3, "728", "a:B", 1.0, "USD", 6)
    numbers = found(text, tokenizer)
    types, concepts = label_numbers(document, [fact], [(0, len(text))], numbers, ["a:A", "a:B"])
    assert types == [1, 0, 0]
    assert concepts == [2, -100, -100]
    assert label_numbers(document, [], [(0, len(text))], numbers, [])[0] == [-100, 0, -100]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("—", ["—"]), ("$ –", ["–"]), ("-%", ["-"]), ("— 5", ["5"]), ("n/a", []), ("--", ["--"])],
)
def test_a_dash_that_fills_a_cell_is_a_number(
    tokenizer: PreTrainedTokenizerFast, cell: str, expected: list[str]
) -> None:
    text = f"paid\t{cell}"
    document = Document("a", text, cells(text), "text/plain")
    tokens = tokenise(text, tokenizer)
    numbers = find_numbers(document, tokens, [(0, len(text))], tokenizer)
    assert [text[start:end] for start, end in numbers.spans.tolist()] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CHF 12'345.60", ["12'345.60"]),
        ("1\u00a0234\u00a0567 and 3\u202f400", ["1\u00a0234\u00a0567", "3\u202f400"]),
        ("EUR 1 234 567,5 or $12 000", ["1 234 567,5", "12 000"]),
        ("at 12 345 million", ["12 345"]),
        ("Sales\t12 345\t(1 200)\t", ["12 345", "1 200"]),
        ("Costs\t-2 412\t− 2 377,5\t(5)", ["2 412", "2 377,5", "5"]),
        ("Costs\t–1 234 567\t3 377", ["1 234 567", "3 377"]),
        ("in 31 100 were", ["31", "100"]),
        ("In 2024 120 million", ["2024", "120"]),
        ("for 12 000 000 shares", ["12 000 000"]),
    ],
)
def test_groups_of_digits_are_one_number(
    tokenizer: PreTrainedTokenizerFast, text: str, expected: list[str]
) -> None:
    assert [text[start:end] for start, end in found(text, tokenizer).spans.tolist()] == expected


def test_what_heads_rule_out_adds_to_the_score_of_what_they_leave(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    passage = Passage(0, 4, row="EPS", column="FY24", kind="cell")
    document = Document("a", "1.12", (passage,), "text/plain")
    numbers = find_numbers(document, tokenise("1.12", tokenizer), [(0, 4)], tokenizer)
    (figure,) = retype("1.12", [], numbers, said(["PERCENT"]))
    assert (figure.label, figure.score) == ("PER_SHARE", pytest.approx(0.975))


def test_a_dash_in_prose_is_no_number(tokenizer: PreTrainedTokenizerFast) -> None:
    assert not len(found("paid — and rose", tokenizer))


def test_a_tagged_dash_is_a_figure_and_another_is_not(tokenizer: PreTrainedTokenizerFast) -> None:
    text = "paid\t—\t—"
    document = Document("a", text, cells(text), "text/plain")
    fact = Fact(5, 6, "—", "a:B", 0.0, "USD", 6)
    tokens = tokenise(text, tokenizer)
    numbers = find_numbers(document, tokens, [(0, len(text))], tokenizer)
    found_types, concepts = label_numbers(document, [fact], [(0, len(text))], numbers, ["a:B"])
    assert found_types[0] == 1
    assert concepts == [1, -100]


@pytest.mark.parametrize(
    ("first", "expected"), [("Sales", ["MONEY", "PERCENT"]), ("Margin", ["PERCENT", "PERCENT"])]
)
def test_other_columns_make_no_percentage(
    tmp_path: Path, tokenizer: PreTrainedTokenizerFast, first: str, expected: list[str]
) -> None:
    path = tmp_path / "table.html"
    rows = ["", "2024", "% Change"], [first, "31.2", "4.0"]
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    path.write_text("<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>")
    document = read(path)
    spans = sentences(document.text, document.passages)
    numbers = find_numbers(document, tokenise(document.text, tokenizer), spans, tokenizer)
    scores = NumberScores(said(["PERCENT"] * len(numbers)).types, np.zeros((9, 1)), {})
    assert [e.label for e in retype(document.text, (), numbers, scores)][-2:] == expected


@pytest.mark.parametrize(
    ("text", "figure"), [("notes at 8 3/8%", "8 3/8%"), ("par value $1-2/3", "$1-2/3")]
)
def test_a_fraction_belongs_to_its_number(
    tokenizer: PreTrainedTokenizerFast, text: str, figure: str
) -> None:
    document = Document("a", text, (Passage(0, len(text)),), "text/plain")
    numbers = find_numbers(document, tokenise(text, tokenizer), [(0, len(text))], tokenizer)
    label = "PERCENT" if "%" in text else "PER_SHARE"
    scores = NumberScores(said([label]).types, np.zeros((1, 1)), {})
    assert [text[e.start : e.end] for e in retype(text, (), numbers, scores)] == [figure]
