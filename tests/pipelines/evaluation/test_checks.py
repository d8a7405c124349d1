"""Planted mistakes, and the counting of those that are flagged."""

from __future__ import annotations

import ast
import csv
import random
from pathlib import Path

import pytest

from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.document.summary import Evidence
from secateur.pipelines.evaluation import planting
from secateur.pipelines.evaluation.checks import table, try_medec, try_note, without

NOTE = (
    "She takes lisinopril 10 mg daily for hypertension.",
    "Metoprolol 25 mg was started in March.",
    "The left knee is swollen and warm.",
)


def _document(*lines):
    passages, at = [], 0
    for line in lines:
        passages.append(Passage(at, at + len(line)))
        at += len(line) + 1
    return Document("n.txt", "\n".join(lines), tuple(passages), "text/plain")


@pytest.mark.parametrize(
    ("kind", "sentence", "expected"),
    [
        ("dose of another", NOTE[0], "She takes lisinopril 25 mg daily for hypertension."),
        ("side", NOTE[2], "The right knee is swollen and warm."),
        ("negation", "He denies pain.", "He reports pain."),
        ("negation", NOTE[2], "The left knee is not swollen and warm."),
        ("person", "His knee is warm.", "Her knee is warm."),
        ("value", "2. No fever was seen.", None),
        ("dose", "No dose is given.", None),
    ],
)
def test_one_fact_is_changed(kind, sentence, expected):
    assert planting.plant(kind, sentence, NOTE, random.Random(0)) == expected


@pytest.mark.parametrize("kind", ["value", "dose"])
def test_a_changed_number_is_another_number(kind):
    for seed in range(20):
        assert planting.plant(kind, "Given 0 or 10 mg.", (), random.Random(seed)) not in (
            None,
            "Given 0 or 10 mg.",
        )


def test_the_planter_shares_nothing_with_the_checks():
    tree = ast.parse(Path(planting.__file__).read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not any("secateur" in (module or "") for module in imported)


def test_evidence_is_deleted_and_the_rest_stays():
    document = _document(*NOTE)
    start = document.text.index(NOTE[1])
    rest = without(document, [Evidence(start, start + len(NOTE[1]), NOTE[1])])
    assert [rest.text[p.start : p.end] for p in rest.passages] == [NOTE[0], NOTE[2]]


def test_true_sentences_pass_and_false_ones_are_flagged():
    trials = list(try_note(_document(*NOTE), [NOTE[0]], None, random.Random(0)))
    assert all(bool(trial.flags) == (trial.kind != "true") for trial in trials)
    assert {trial.kind for trial in trials} >= {"true", "without evidence", "dose", "side"}
    line = next(line for line in table(trials).splitlines() if line.startswith("written   true"))
    assert line.split()[2:5] == ["0", "1", "0.000"]


def test_a_changed_sentence_of_medec_is_held_against_the_right_note(tmp_path):
    with (tmp_path / "medec.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["Text ID", "Error Flag", "Error Sentence", "Corrected Sentence", "Corrected Text"]
        )
        wrong = "She takes lisinopril 40 mg daily for hypertension."
        writer.writerow(["a", "1", wrong, NOTE[0], " ".join(NOTE)])
        writer.writerow(["b", "0", "NA", "NA", "NA"])
    flagged = {t.kind: bool(t.flags) for t in try_medec(tmp_path / "medec.csv", None)}
    assert flagged["wrong, note at hand"]
    assert not flagged["right, note at hand"]
