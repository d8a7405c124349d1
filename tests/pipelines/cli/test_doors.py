"""A file that a parser cannot take costs itself alone, in every command, a batch and the page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import bombs
import planted_parsers
import pytest

from secateur.app import tasks
from secateur.pipelines.cli.main import main
from secateur.pipelines.errors import SecateurError
from secateur.pipelines.ingestion import isolation

GOOD = "Acme Corp. earned $1.2 million in 2024. It paid tax. " * 9
REFUSED = {
    "bomb.pdf": "a drawing of the PDF paints itself; print or save it again",
    "bomb.xlsx": "merged or linked ranges of the workbook cover more than 1,000,000 cells; save it "
    "as CSV, or raise Limits.merged_cells (--limit merged_cells=N)",
}
COMMANDS = [
    "entities", "summarize", "summarize --style brief", "summarize --timeline", "view names",
    "view totals",
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of a good file between two that are none."""
    place = tmp_path / "in"
    place.mkdir()
    (place / "bomb.pdf").write_bytes(bombs.pdf(bombs.self_painting()))
    (place / "bomb.xlsx").write_bytes(bombs.merged([bombs.WHOLE_SHEET] * 2_000))
    (place / "good.txt").write_text(GOOD)
    return place


def model_of(command: str, tagger: str, decoder: str) -> list[str]:
    if command in ("view totals", "summarize", "summarize --timeline"):
        return []
    return ["--model", decoder if command.startswith("summarize") else tagger]


@pytest.mark.parametrize("command", COMMANDS)
def test_bombs_beside_a_good_file(
    folder: Path, tagger: str, decoder: str, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    files = [str(folder / name) for name in ("bomb.pdf", "good.txt", "bomb.xlsx")]
    model = model_of(command, tagger, decoder)
    assert main([*command.split(), *files, *model]) == 2
    out, err = capsys.readouterr()
    assert out.strip()
    lines = [line for line in err.splitlines() if "error" in line]
    assert lines == [
        f"secateur: error: {folder / name}: {words}" for name, words in REFUSED.items()
    ]
    assert main([*command.split(), files[0], files[2], *model]) == 1
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("command", COMMANDS)
def test_a_parser_that_crashes_on_one_file(
    tmp_path: Path,
    tagger: str,
    decoder: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    command: str,
) -> None:
    planted_parsers.plant(monkeypatch)
    for name, word in (("a", "ABORT"), ("b", ""), ("c", "FAULT")):
        (tmp_path / f"{name}.txt").write_text(f"{word} {GOOD}")
    files = [str(tmp_path / f"{name}.txt") for name in "abc"]
    assert main([*command.split(), *files, *model_of(command, tagger, decoder)]) == 2
    isolation._end_all()
    out, err = capsys.readouterr()
    assert out.strip()
    found = re.findall(r"^secateur: error: .*/(\w)\.txt: (.{20})", err, re.M)
    assert found == [("a", "its parser crashed ("), ("c", "could not be read (K")]
    assert "Acme" not in err


@pytest.mark.parametrize(
    ("command", "fails"),
    [
        ("entities", "secateur.pipelines.cli.entities.extract_all"),
        ("summarize", "secateur.pipelines.cli.handovers.hand_overs"),
        ("summarize --style brief", "secateur.pipelines.cli.summaries.write_brief"),
        ("view names", "secateur.pipelines.finance.reader.entities.extract"),
    ],
)
@pytest.mark.parametrize(
    ("fault", "words"),
    [(KeyError, r"could not be processed \(KeyError, line "), (MemoryError, "not enough memory")],
)
def test_a_fault_of_the_pipeline_on_one_file(
    tmp_path: Path,
    tagger: str,
    decoder: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    fails: str,
    fault: type[Exception],
    words: str,
) -> None:
    module, _, name = fails.rpartition(".")
    whole = getattr(__import__(module, fromlist=[name]), name)

    def fail_once(document, *rest, **named):
        first = document[0] if isinstance(document, list) else document
        if first.doc_id == "a.txt":
            raise fault(first.text)
        return whole(document, *rest, **named)

    monkeypatch.setattr(fails, fail_once)
    for letter in "ab":
        (tmp_path / f"{letter}.txt").write_text(GOOD)
    files = [str(tmp_path / "a.txt"), str(tmp_path / "b.txt")]
    assert main([*command.split(), *files, *model_of(command, tagger, decoder)]) == 2
    out, err = capsys.readouterr()
    assert out.strip()
    assert re.search(rf"^secateur: error: a\.txt: {words}", err, re.M)
    assert "Acme" not in err


def test_a_batch(folder: Path, tagger: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ["batch", str(folder), "--pipeline", "finance", "--out", str(out), "--model", tagger]
    assert main([*words, "--workers", "1", "--quiet"]) == 2
    errors = [json.loads(line) for line in (out / "errors.jsonl").read_text().splitlines()]
    assert {error["path"]: error["message"] for error in errors} == {
        name: f"{name}: {words}" for name, words in REFUSED.items()
    }
    (result,) = (json.loads(line) for line in (out / "results.jsonl").read_text().splitlines())
    assert result["path"] == "good.txt"


def test_the_page(folder: Path) -> None:
    for name, words in REFUSED.items():
        with pytest.raises(SecateurError, match=f"^{re.escape(f'{name}: {words}')}$"):
            tasks.outline(folder / name, lambda *_: None)
    assert tasks.outline(folder / "good.txt", lambda *_: None).document.text == GOOD
