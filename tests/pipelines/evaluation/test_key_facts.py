"""Key facts that a handover covers, and the command that counts them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from secateur.pipelines.cli.main import main
from secateur.pipelines.errors import UsageError
from secateur.pipelines.evaluation.handovers import evaluate_handovers
from secateur.pipelines.evaluation.key_facts import (
    Coverage,
    Gold,
    KeyFact,
    Statement,
    cut,
    limit_of,
    read_gold,
    score_handover,
    split_units,
)

NOTE = "Right knee pain. Warfarin was stopped. Follow-up in two weeks."


def groups(*texts: str) -> tuple[tuple[re.Pattern[str], ...], ...]:
    """One group a text, its alternatives parted by " / "."""
    return tuple(
        tuple(re.compile(pattern, re.IGNORECASE) for pattern in text.split(" / ")) for text in texts
    )


def fact(*texts: str, weight: float = 1) -> KeyFact:
    return KeyFact(texts[0], groups(*texts), "main", weight)


def score(handover: str, *facts: KeyFact, false: str = "", note: str = NOTE) -> Coverage:
    wrong = (Statement(false, groups(false)),) if false else ()
    return score_handover(Gold("note-1", facts, wrong), handover, note)


@pytest.mark.parametrize(
    ("handover", "covered"),
    [
        ("Warfarin stopped.", True),
        ("COUMADIN discontinued.", True),
        ("Warfarin. Stopped for a bleed.", True),
        ("Warfarin:\nstopped", True),
        ("Stopped. Warfarin.", True),
        ("Warfarin. Knee pain. Stopped.", False),
        ("Warfarin\nknee pain\nstopped", False),
        ("Warfarin continued.", False),
        ("", False),
    ],
)
def test_every_group_must_match_within_two_neighbouring_units(handover, covered) -> None:
    found = score(handover, fact("warfarin / coumadin", "stop / discontinu"))
    assert found.covered == (covered,)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("One. Two; Three! Four? (Five)", ["One.", "Two;", "Three!", "Four?", "(Five)"]),
        ("a dose. of 5. mg", ["a dose. of 5. mg"]),
        ("one\n\n two \nthree", ["one", "two", "three"]),
        ("1. Knee pain\n2. Gout", ["1. Knee pain", "2. Gout"]),
        ("1.\nKnee pain\n(2)\nGout", ["1. Knee pain", "(2) Gout"]),
        ("Seen by Dr. Quill. Then home.", ["Seen by Dr. Quill.", "Then home."]),
        ("Mrs. Falk vs. St. Anne No. 5", ["Mrs. Falk vs. St. Anne No. 5"]),
        ("Give 2. Then stop.", ["Give 2.", "Then stop."]),
        (" \n ", []),
    ],
)
def test_units_are_sentences_rows_and_lines(text, units) -> None:
    assert split_units(text) == units


@pytest.mark.parametrize(
    ("words", "limit"), [(0, 220), (880, 220), (883, 220), (884, 221), (2000, 500)]
)
def test_the_limit_is_a_quarter_of_the_note_or_220_words(words, limit) -> None:
    assert limit_of("word " * words) == limit


def test_a_text_is_cut_behind_its_last_word() -> None:
    assert cut("one, two - three.", 2) == "one, two"
    assert cut("one, two - three.", 3) == "one, two - three."


@pytest.mark.parametrize(("before", "covered"), [(218, True), (219, False)])
def test_facts_beyond_the_limit_do_not_count(before, covered) -> None:
    found = score("word " * before + "warfarin stopped", fact("warfarin", "stopped"))
    assert (found.covered, found.words) == ((covered,), before + 2)


def test_a_longer_note_moves_the_limit() -> None:
    note = "word " * 1200
    assert score("word " * 290 + "gout", fact("gout"), note=note).covered == (True,)


def test_recall_is_weighted() -> None:
    found = score("Gout.", fact("gout", weight=3), fact("asthma", weight=1), fact("fall"))
    assert found.recall == pytest.approx(3 / 5)


@pytest.mark.parametrize("before", [0, 300], ids=["within the limit", "beyond it"])
def test_false_statements_count_wherever_they_are(before) -> None:
    found = score("word " * before + "left knee", fact("gout"), false="left knee")
    assert found.false_statements == ("left knee",)
    assert score("right knee", fact("gout"), false="left knee").false_statements == ()


KNEE = {"what": "right knee pain", "kind": "main", "weight": 3, "all": [["right"], ["knee"]]}
STOPPED = {"what": "warfarin stopped", "kind": "medication", "all": [["warfarin"], ["stop|held"]]}
LEFT = {"what": "left knee", "all": [["left[^.]*knee"]]}
GOLD = {"id": "note-1", "facts": [KNEE, STOPPED], "wrong": [LEFT]}


def write(path: Path, record: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = record if isinstance(record, str) else json.dumps(record)
    path.write_text(text, encoding="utf-8")
    return path


def test_gold_is_read_with_its_defaults(tmp_path: Path) -> None:
    (gold,) = read_gold([write(tmp_path / "g.json", GOLD)])
    assert [f.weight for f in gold.facts] == [3, 1]
    assert (gold.half, gold.scored, gold.reference, gold.group) == (None, True, "", "note")
    assert gold.facts[0].evidence == ()


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ("{", "g.json: not JSON"),
        ([], "g.json: is no JSON object"),
        ({"facts": [KNEE]}, "g.json: id is missing"),
        (GOLD | {"id": 1}, "g.json, id: is no text"),
        (GOLD | {"half": "train"}, "g.json, half: train is not tune or test"),
        (GOLD | {"scored": 0}, "g.json, scored: is no true or false"),
        (GOLD | {"facts": []}, "g.json, facts: is empty"),
        (GOLD | {"facts": [KNEE, "gout"]}, "g.json, facts 2: is no JSON object"),
        (GOLD | {"facts": [KNEE | {"weight": 0}]}, "facts 1, weight: 0 is no number above 0"),
        (GOLD | {"facts": [KNEE | {"weight": True}]}, "weight: True is no number above 0"),
        (GOLD | {"facts": [KNEE | {"kind": None}]}, "facts 1, kind: is no text"),
        (GOLD | {"facts": [KNEE | {"all": []}]}, "facts 1, all: is empty"),
        (GOLD | {"facts": [KNEE | {"all": [["a"], "b"]}]}, "all 2: is no list of patterns"),
        (GOLD | {"facts": [KNEE | {"all": [["a", "(b"]]}]}, "facts 1, all 1, pattern 2: is no reg"),
        (GOLD | {"facts": [KNEE | {"all": [[5]]}]}, "all 1, pattern 1: is no pattern"),
        (GOLD | {"facts": [KNEE | {"evidence": [[5, 5]]}]}, "evidence 1: is no pair of offsets"),
        (GOLD | {"wrong": [{"what": "left"}]}, "g.json, wrong 1: all is missing"),
    ],
)
def test_errors_name_the_file_and_the_place(tmp_path, record, message) -> None:
    with pytest.raises(UsageError, match=re.escape(message)):
        read_gold([write(tmp_path / "g.json", record)])


def test_two_gold_files_of_one_note_are_refused(tmp_path: Path) -> None:
    files = [write(tmp_path / name, GOLD) for name in ("a.json", "b.json")]
    with pytest.raises(UsageError, match=r"b\.json: a second gold of note-1"):
        read_gold(files)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Gold, notes and handovers of two notes, a dialogue and a leaflet."""
    monkeypatch.chdir(tmp_path)
    leaflet = {"id": "note-3", "scored": False, "facts": [KNEE]}
    for name, record in {
        "note-1": GOLD | {"half": "tune"},
        "note-2": GOLD | {"id": "note-2", "half": "test"},
        "note-3": leaflet,
        "dialogue-A": GOLD | {"id": "dialogue-A", "half": "test"},
    }.items():
        write(tmp_path / "gold" / f"{name}.json", record)
        write(tmp_path / "notes" / f"{name}.txt", NOTE)
    write(tmp_path / "found" / "note-1.txt", "Right knee pain. Warfarin held.")
    write(tmp_path / "found" / "note-2.json", {"text": "Left knee pain. Warfarin held."})
    write(tmp_path / "found" / "dialogue-A.txt.json", {"text": "Right knee pain."})
    return tmp_path


CALL = "evaluate handovers --facts gold found --notes notes"


def test_the_command_prints_groups_and_kinds(folder, capsys) -> None:
    assert main(CALL.split()) == 0
    out, err = capsys.readouterr()
    assert [line.split() for line in out.splitlines()] == [
        "group documents key facts 95 % interval false statements words of".split(),
        "dialogue 1 0.750 - 0 3 11".split(),
        "note 2 0.625 0.250 to 1.000 1 5 11".split(),
        [],
        "kind of fact covered of share".split(),
        "main 2 3 0.667".split(),
        "medication 2 3 0.667".split(),
    ]
    assert err == ""


def test_the_command_writes_json(folder, capsys) -> None:
    assert main([*CALL.split(), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    note = found["groups"][1]
    assert note == {
        "key_facts": {
            "name": "note", "value": 0.625, "support": 2, "low": 0.25, "high": 1.0,
            "over": "documents",
        },
        "false_statements": 1, "words": 5.0, "note_words": 11.0,
    }  # fmt: skip
    assert found["kinds"][0] == {"kind": "main", "covered": 2, "total": 3}
    assert [each["doc_id"] for each in found["documents"]] == ["dialogue-A", "note-1", "note-2"]
    assert found["documents"][2] == {
        "doc_id": "note-2", "key_facts": 0.25,
        "missed": [{"kind": "main", "what": "right knee pain"}],
        "false_statements": ["left knee"], "words": 5, "note_words": 11,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("half", "names"), [("tune", ["note-1"]), ("test", ["dialogue-A", "note-2"])]
)
def test_one_half_is_scored(folder, capsys, half, names) -> None:
    assert main([*CALL.split(), "--half", half, "--json"]) == 0
    documents = json.loads(capsys.readouterr().out)["documents"]
    assert [each["doc_id"] for each in documents] == names


def test_gold_may_be_files(folder) -> None:
    files = [Path("gold/note-2.json"), Path("gold/note-1.json")]
    found = evaluate_handovers(files, Path("found"), Path("notes"))
    assert [coverage.gold.doc_id for coverage in found] == ["note-2", "note-1"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("found --notes notes", "evaluate handovers needs --facts GOLD, PREDICTED and --notes"),
        ("--facts gold --notes notes", "evaluate handovers needs --facts GOLD, PREDICTED and"),
        ("--facts gold found", "evaluate handovers needs --facts GOLD, PREDICTED and --notes"),
        ("--facts gold gold found --notes notes", "with --facts give PREDICTED alone"),
        (
            "--facts gold found --notes notes --against-xbrl x",
            "--against-xbrl is for entities and statements;",
        ),
        ("--facts gold found --notes notes --half all", "invalid choice: 'all'"),
        ("--facts gold found --notes notes --model x", "--model changes nothing"),
        ("--facts none.json found --notes notes", "none.json: no such file"),
        ("--facts notes found --notes notes", "notes: no .json file in it"),
        ("--facts gold/note-3.json found --notes notes", "note-3.json: no gold to score"),
        ("--facts gold/note-1.json found --notes notes --half test", "no gold of half test to"),
        ("--facts gold nowhere --notes notes", "nowhere: is not a folder"),
        ("--facts gold found --notes nowhere", "nowhere: is not a folder"),
        ("--facts gold notes --notes found", "found/dialogue-A.txt: no such file; check the path"),
        ("--facts gold one --notes notes", "one: no handover of dialogue-A and 1 other; name it"),
        ("--facts gold/note-1.json twice --notes notes", "note-1.json: a second handover of note"),
        ("--facts gold/note-1.json bad --notes notes", "note-1.json: text is missing"),
        ("--facts gold/note-2.json bad --notes notes", "note-2.json: not JSON"),
        ("--facts gold/dialogue-A.json bad --notes notes", "dialogue-A.txt: is no UTF-8 text"),
    ],
)
def test_wrong_calls_end_in_one_line(folder, capsys, call, message) -> None:
    write(folder / "one" / "note-1.txt", "Gout.")
    for name in ("note-1.txt", "note-1.json"):
        write(folder / "twice" / name, "Gout.")
    write(folder / "bad" / "note-1.json", {"summary": "Gout."})
    write(folder / "bad" / "note-2.json", "Gout.")
    (folder / "bad" / "dialogue-A.txt").write_bytes(b"\xff")
    try:
        code: object = main(["evaluate", "handovers", *call.split()])
    except SystemExit as ended:  # as argparse ends
        code = ended.code
    err = capsys.readouterr().err
    assert code == 1
    assert message in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("option", ["--facts gold", "--half tune"])
def test_options_of_handovers_are_refused_elsewhere(folder, capsys, option) -> None:
    assert main(["evaluate", "entities", "a", "b", *option.split()]) == 1
    assert f"{option.split()[0]} is for handovers; leave it out" in capsys.readouterr().err
