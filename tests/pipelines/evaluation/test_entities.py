"""Scores of entities against gold ones."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from secateur.pipelines.cli import main as cli
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.evaluation.entities import score_entities
from secateur.pipelines.export.records import write_csv, write_jsonl


def entity(start: int, end: int, label: str = "ORG", doc_id: str = "a", **fields) -> Entity:
    return Entity(doc_id, start, end, "x" * (end - start), label, 1.0, **fields)


GOLD = [
    entity(0, 4),
    entity(10, 20, "MONEY", value=Decimal(5), unit="USD", period="2024-12-31", concept="A"),
    entity(30, 35, "MONEY", value=Decimal(7), unit="USD", concept="B"),
    entity(40, 44, "LOC"),
    entity(0, 4, "PER", "b"),
]


def values(gold, predicted) -> dict[str, float]:
    return {metric.name: metric.value for metric in score_entities(gold, predicted)}


def test_what_is_gold_scores_one_everywhere() -> None:
    metrics = score_entities(GOLD, GOLD)
    assert {metric.value for metric in metrics} == {1.0}
    assert {metric.name.rpartition(".")[0] for metric in metrics} == {
        "seqeval.strict", "seqeval.default", "strict", "exact", "partial", "type", "label.ORG",
        "label.MONEY", "label.LOC", "label.PER", "value", "unit", "period", "concept",
    }  # fmt: skip


def test_nothing_found_scores_nothing() -> None:
    found = values(GOLD, [])
    assert found["strict.f1"] == found["seqeval.strict.recall"] == found["value.recall"] == 0.0


def test_wrong_types_and_ends_count_as_in_semeval() -> None:
    predicted = [
        GOLD[0],
        replace(GOLD[1], end=18),
        replace(GOLD[2], label="PERCENT"),
        entity(60, 64, "LOC"),
    ]
    found = values(GOLD, predicted)
    assert found["strict.precision"] == pytest.approx(1 / 4)
    assert found["strict.recall"] == pytest.approx(1 / 5)
    assert found["exact.precision"] == pytest.approx(2 / 4)
    assert found["partial.precision"] == pytest.approx(2.5 / 4)
    assert found["type.recall"] == pytest.approx(2 / 5)
    assert found["seqeval.strict.precision"] == found["strict.precision"]
    assert found["label.LOC.f1"] == 0.0
    assert values(GOLD[:1], [entity(60, 64)])["partial.f1"] == 0.0


def test_one_of_several_that_overlap_may_be_the_right_one() -> None:
    assert values([entity(4, 8)], [entity(0, 5), entity(4, 8)])["strict.recall"] == 1.0


@pytest.mark.parametrize("turned", [False, True], ids=["one gold", "one predicted"])
def test_an_entity_is_matched_once(turned) -> None:
    whole, letters = [entity(0, 4)], [entity(at, at + 1) for at in range(4)]
    found = values(letters, whole) if turned else values(whole, letters)
    one, four = ("precision", "recall") if turned else ("recall", "precision")
    assert (found[f"type.{one}"], found[f"type.{four}"]) == (1.0, 0.25)
    assert (found[f"partial.{one}"], found[f"partial.{four}"]) == (0.5, 0.125)


def test_of_two_that_overlap_the_one_of_the_same_type_is_matched() -> None:
    gold, predicted = [entity(0, 20)], [entity(0, 15, "PER"), entity(15, 20)]
    found = values(gold, predicted)
    assert (found["type.precision"], found["type.recall"]) == (0.5, 1.0)
    assert (found["partial.precision"], found["partial.recall"]) == (0.25, 0.5)


def test_neighbours_without_a_gap_are_two_entities() -> None:
    gold = [entity(0, 4), entity(4, 8)]
    assert values(gold, [entity(0, 8)])["seqeval.strict.recall"] == 0.0
    assert values(gold, gold)["seqeval.default.f1"] == 1.0


def test_places_of_other_documents_do_not_match() -> None:
    assert values([entity(0, 4)], [entity(0, 4, doc_id="b")])["strict.f1"] == 0.0


def test_fields_of_figures_count_where_gold_has_them() -> None:
    predicted = [
        replace(GOLD[1], value=Decimal(-5), period="2024-01-01/2024-12-31", concept="other"),
        replace(GOLD[2], value=Decimal("7.0"), concept="A"),
    ]
    found = values(GOLD, predicted)
    assert found["value.recall"] == pytest.approx(1 / 2)
    assert found["unit.f1"] == 1.0
    assert found["period.recall"] == 0.0
    assert (found["concept.precision"], found["concept.recall"]) == (0.0, 0.0)


def test_fields_that_no_gold_entity_has_are_not_scored() -> None:
    plain = [entity(e.start, e.end, e.label) for e in GOLD]
    measured = {name.rpartition(".")[0] for name in values(plain, GOLD)}
    assert "strict" in measured
    assert not {"value", "unit", "period", "concept"} & measured


def test_concepts_that_are_confused_are_listed() -> None:
    gold = [entity(k * 10, k * 10 + 4, "MONEY", concept="A") for k in range(4)]
    predicted = [replace(e, concept="B" if k < 3 else "A") for k, e in enumerate(gold)]
    found = values(gold, predicted)
    assert found["confusion A > B.recall"] == pytest.approx(3 / 4)


def test_intervals_hold_the_value_and_are_the_same_each_time() -> None:
    # Of 100 throws of a coin, 95 % of the time 40 to 60 are heads (90 %: 42 to 58).
    gold = [entity(k * 2000, k * 2000 + 4) for k in range(100)]
    metrics = score_entities(gold, gold[:50])
    (recall,) = [metric for metric in metrics if metric.name == "strict.recall"]
    assert (recall.low, recall.high) == pytest.approx((0.4, 0.6), abs=0.012)
    assert metrics == score_entities(gold, gold[:50])


def test_the_command_reads_any_format_and_prints_every_metric(tmp_path: Path, capsys) -> None:
    gold, predicted = tmp_path / "gold.jsonl", tmp_path / "found.csv"
    gold.write_text(write_jsonl(GOLD), encoding="utf-8")
    predicted.write_text(write_csv(GOLD), encoding="utf-8")
    assert cli.main(["evaluate", "entities", str(gold), str(predicted), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {"name", "value", "support", "low", "high", "over"} == set(rows[0])
    assert {row["value"] for row in rows} == {1.0}
    assert cli.main(["evaluate", "entities", str(gold), str(predicted)]) == 0
    assert "label.MONEY" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gold.jsonl"], "needs GOLD and PREDICTED"),
        (["empty.jsonl", "gold.jsonl"], "no entity in it"),
        (["gold.jsonl", "elsewhere.jsonl"], "entities of z and not of a"),
        (["gold.jsonl", "twice.jsonl"], "twice.jsonl: the entities of a at"),
        (["gold.jsonl", "backwards.jsonl"], "from 9 to 3 there is no text"),
        (["gold.jsonl", "box.jsonl"], "row_path, column_path lists"),
        (["gold.jsonl", "label.jsonl"], "line 1: label is no text"),
        (["gold.jsonl", "nan.jsonl"], "value are numbers"),
        (["gold.jsonl", "box.csv"], "row 2: box is no JSON list"),
        (
            ["--nonsense", "gold.jsonl", "gold.jsonl"],
            "; see secateur evaluate --help",
        ),
        (["--threads", "x", "gold.jsonl", "gold.jsonl"], "x is not a whole number"),
        (["--target-error", "x", "gold.jsonl", "gold.jsonl"], "x is not a number"),
        (["gold.jsonl", "gold.jsonl", "--notes", "notes"], "--notes is for summaries"),
        (
            ["--json", "gold.jsonl", "gold.jsonl", "x.jsonl"],
            "needs GOLD and PREDICTED, and no other file",
        ),
        (["gold.jsonl", "gold.jsonl", "--against-xbrl", "x.html"], "give PREDICTED alone"),
    ],
)
def test_wrong_files_are_told(tmp_path, monkeypatch, capsys, arguments, message) -> None:
    monkeypatch.chdir(tmp_path)
    Path("gold.jsonl").write_text(write_jsonl(GOLD), encoding="utf-8")
    Path("elsewhere.jsonl").write_text(write_jsonl([entity(0, 4, doc_id="z")]), encoding="utf-8")
    Path("twice.jsonl").write_text(write_jsonl([GOLD[0], *GOLD]), encoding="utf-8")
    record = {"doc_id": "a", "start": 0, "end": 4, "text": "x", "label": "ORG"}
    for name, field in (("backwards", {"start": 9, "end": 3}), ("box", {"box": 5}),
                        ("label", {"label": ["ORG"]}), ("nan", {"value": "NaN"})):  # fmt: skip
        Path(f"{name}.jsonl").write_text(json.dumps(record | field), encoding="utf-8")
    Path("box.csv").write_text("doc_id,start,end,text,label,box\na,0,4,x,ORG,[1\n")
    Path("empty.jsonl").write_text("", encoding="utf-8")
    try:
        code: object = cli.main(["evaluate", "entities", *arguments])
    except SystemExit as ended:  # as argparse ends
        code = ended.code
    assert code == 1
    assert message in capsys.readouterr().err


def test_files_may_stand_behind_options(tmp_path: Path, capsys) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(write_jsonl(GOLD), encoding="utf-8")
    assert cli.main(["evaluate", "entities", "--json", str(gold), str(gold)]) == 0
    assert cli.main(["evaluate", "entities", str(gold), "--json", str(gold)]) == 0
    assert '"value": 1.0' in capsys.readouterr().out


def test_documents_in_which_nothing_was_found_count(tmp_path: Path, capsys) -> None:
    gold, some, none = (tmp_path / f"{name}.jsonl" for name in ("gold", "some", "none"))
    gold.write_text(write_jsonl([entity(0, 4), entity(0, 4, doc_id="b")]), encoding="utf-8")
    some.write_text(write_jsonl([entity(0, 4)]), encoding="utf-8")
    none.write_text("", encoding="utf-8")
    for predicted, recall in ((some, 0.5), (none, 0.0)):
        assert cli.main(["evaluate", "entities", str(gold), str(predicted), "--json"]) == 0
        out, err = capsys.readouterr()
        found = {row["name"]: row["value"] for row in json.loads(out)}
        assert found["strict.recall"] == recall
        assert "nothing found in" in err


def test_what_is_found_in_a_document_without_gold_entities_counts_as_wrong(
    tmp_path: Path, capsys
) -> None:
    gold, predicted = tmp_path / "gold.jsonl", tmp_path / "found.jsonl"
    gold.write_text(write_jsonl([entity(0, 4)]), encoding="utf-8")
    wrong = [entity(at, at + 4, doc_id="b") for at in (0, 10, 20)]
    predicted.write_text(write_jsonl([entity(0, 4), *wrong]), encoding="utf-8")
    assert cli.main(["evaluate", "entities", str(gold), str(predicted), "--json"]) == 0
    out, err = capsys.readouterr()
    found = {row["name"]: row["value"] for row in json.loads(out)}
    assert (found["strict.precision"], found["strict.recall"]) == (0.25, 1.0)
    assert "gold.jsonl has nothing in b" in err
