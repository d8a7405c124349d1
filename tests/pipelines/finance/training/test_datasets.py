"""Labelled sets are read with their labels in ours, and bad files are named."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from secateur.pipelines.errors import UsageError
from secateur.pipelines.finance.training.datasets import (
    LabelledText,
    is_demonym,
    read_conll,
    read_fire,
    read_kpi_edgar,
)
from secateur.pipelines.finance.training.sets import read_set

TYPES = {"ORG": "ORG", "PER": "PER", "LOC": "LOC"}


def found(text: LabelledText) -> list[tuple[str, str | None]]:
    return [(text.text[mark.start : mark.end], mark.label) for mark in text.marks]


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param("Acme I-ORG\nCorp I-ORG\nrose O", [("Acme Corp", "ORG")], id="io"),
        pytest.param("Acme B-ORG\nBeta B-ORG", [("Acme", "ORG"), ("Beta", "ORG")], id="iob2"),
        pytest.param("Acme I-ORG\nOhio I-LOC", [("Acme", "ORG"), ("Ohio", "LOC")], id="change"),
        pytest.param("Acme I-MISC\nOhio I-LOC", [("Ohio", "LOC")], id="type of no interest"),
        pytest.param("Acme X Y I-ORG", [("Acme", "ORG")], id="more columns"),
        pytest.param("Acme\tB-ORG\n \tO\nrose\tO", [("Acme", "ORG")], id="word of white space"),
    ],
)
def test_conll_tags_become_marks(
    tmp_path: Path, lines: str, expected: list[tuple[str, str]]
) -> None:
    ((sentence,),) = read_conll(write(tmp_path / "set.conll", lines), TYPES)
    assert found(sentence) == expected


def test_conll_documents_end_at_docstart(tmp_path: Path) -> None:
    path = write(tmp_path / "set.conll", "a O\n\nb O\n\n-DOCSTART- O\n\nc O\n")
    assert [[text.text for text in document] for document in read_conll(path, TYPES)] == [
        ["a", "b"],
        ["c"],
    ]


def test_gzip_reads_like_plain_text(tmp_path: Path) -> None:
    path = tmp_path / "set.conll.gz"
    path.write_bytes(gzip.compress(b"Acme B-ORG\n"))
    assert found(read_conll(path, TYPES)[0][0]) == [("Acme", "ORG")]


@pytest.mark.parametrize("line", ["Acme", "Acme ORG", "Acme B-"])
def test_a_line_without_a_tag_is_named(tmp_path: Path, line: str) -> None:
    path = write(tmp_path / "set.conll", f"fine O\n{line}\n")
    with pytest.raises(UsageError, match=r"set\.conll, line 2"):
        read_conll(path, TYPES)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.conll: no such file"):
        read_conll(tmp_path / "nowhere.conll", TYPES)


def fire(tokens: str, *entities: tuple[int, int, str]) -> str:
    words = tokens.split()
    entries = [
        {"start": start, "end": end, "type": kind, "text": " ".join(words[start:end])}
        for start, end, kind in entities
    ]
    return json.dumps([{"tokens": words, "entities": entries}])


def test_fire_types_become_ours(tmp_path: Path) -> None:
    text = fire(
        "Acme paid $ 5 million or 26 % in 2012",
        (0, 1, "Company"), (2, 5, "Money"), (6, 8, "Quantity"), (9, 10, "Date"),
    )  # fmt: skip
    ((sentence,),) = read_fire(write(tmp_path / "fire.json", text))
    assert found(sentence) == [
        ("Acme", "ORG"), ("$ 5 million", "MONEY"), ("26 %", "PERCENT"), ("2012", "DATE"),
    ]  # fmt: skip


def test_fire_leaves_adjectives_of_countries_unknown(tmp_path: Path) -> None:
    path = write(tmp_path / "fire.json", fire("Indian shares", (0, 1, "GeopoliticalEntity")))
    assert found(read_fire(path)[0][0]) == [("Indian", None)]


def test_fire_amounts_lose_their_qualifiers_and_tell_prices_per_share(tmp_path: Path) -> None:
    path = write(
        tmp_path / "fire.json",
        fire("over $ 9 million or $ 2 per share", (0, 4, "Money"), (5, 9, "Money")),
    )
    assert found(read_set("fire", path)[0][0]) == [("$ 9 million", "MONEY"), ("$ 2", "PER_SHARE")]


def test_fire_persons_lose_their_titles(tmp_path: Path) -> None:
    path = write(tmp_path / "fire.json", fire("Mr. Ambani said", (0, 2, "Person")))
    assert found(read_set("fire", path)[0][0]) == [("Ambani", "PER")]


def test_fire_that_is_no_fire_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"fire\.json: not FIRE's JSON"):
        read_fire(write(tmp_path / "fire.json", '[{"words": []}]'))


def test_kpi_edgar_labels_metrics_and_leaves_values_unknown(tmp_path: Path) -> None:
    entry = {"doc": "a", "tokens": ["net", "income", "9"], "ner_tags": ["B-kpi", "I-kpi", "B-cy"]}
    ((sentence,),) = read_kpi_edgar(write(tmp_path / "kpi.jsonl", json.dumps(entry)))
    assert found(sentence) == [("net income", "KPI"), ("9", None)]
    assert sentence.annotated == {"KPI"}


def test_kpi_edgar_with_uneven_columns_is_named(tmp_path: Path) -> None:
    entry = {"doc": "a", "tokens": ["net"], "ner_tags": []}
    with pytest.raises(UsageError, match=r"kpi\.jsonl, line 1"):
        read_kpi_edgar(write(tmp_path / "kpi.jsonl", json.dumps(entry)))


def test_contract_roles_are_no_persons(tmp_path: Path) -> None:
    path = write(tmp_path / "fin.txt", "Borrower NNP - I-PER\n, , - O\nZhang NNP - I-PER\n")
    assert found(read_set("alvarado", path)[0][0]) == [("Borrower", "ROLE"), ("Zhang", "PER")]


def test_user_names_of_tweets_are_unknown(tmp_path: Path) -> None:
    path = write(tmp_path / "btc.conll", "@\tB-PER\ncolgo\tB-PER\nin\tO\n#Donetsk\tB-LOC\n")
    assert found(read_set("btc", path)[0][0]) == [("@", None), ("colgo", None), ("Donetsk", "LOC")]


def test_held_out_documents_of_wikigold_are_never_trained_on(tmp_path: Path) -> None:
    text = "".join(f"w{number} O\n\n-DOCSTART- O\n\n" for number in range(11))
    path = write(tmp_path / "wikigold.txt", text)
    held_out = [document[0].text for document in read_set("wikigold", path, "held-out")]
    trained = [document[0].text for document in read_set("wikigold", path, "train")]
    assert held_out == ["w4", "w9"]
    assert not set(held_out) & set(trained)
    assert len(trained) == 9


def test_sets_without_figures_get_those_their_form_gives_away(tmp_path: Path) -> None:
    path = write(tmp_path / "set.conll", "Acme I-ORG\npaid O\n$ O\n5 O\nto O\n7 O\n")
    ((sentence,),) = read_set("conll", path)
    assert found(sentence) == [("Acme", "ORG"), ("$ 5", "MONEY"), ("7", None)]


def test_an_unknown_set_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="did you mean wikigold"):
        read_set("wikigolds", tmp_path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Chinese", True), ("China", False), ("US-based", True), ("#Russians", True)],
)
def test_demonyms(text: str, expected: bool) -> None:
    assert is_demonym(text) is expected


def test_unsure_words_are_neither_names_nor_none(tmp_path):
    path = tmp_path / "set.conll"
    path.write_text("Ada B-PER\nmet O\nRowan B-UNSURE\nFen I-UNSURE\n")
    ((text,),) = read_set("conll", path, weak=False)
    assert [(mark.label, text.text[mark.start : mark.end]) for mark in text.marks] == [
        ("PER", "Ada"), (None, "Rowan"), (None, "Fen"),
    ]  # fmt: skip
