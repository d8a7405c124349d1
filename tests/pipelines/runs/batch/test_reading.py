"""The documents of a planned file: what they are called, and that its hash is theirs."""

from pathlib import Path

import batch_runs

from secateur.pipelines.ingestion.isolation import Begun
from secateur.pipelines.ingestion.tagged import parse_steps_with_facts
from secateur.pipelines.runs.batch import reading
from secateur.pipelines.runs.batch.plan import Member, identify
from secateur.pipelines.runs.batch.reading import read_documents

PNG = b"\x89PNG\r\n\x1a\n"


def parse_here(path, *, limits, sha256):
    """As `read_each_with_facts`, in this process."""
    steps = parse_steps_with_facts(path, limits, sha256)
    return (found for found in steps if not isinstance(found, Begun))


def planned(folder, name):
    (item,) = identify(folder, [name], [], lambda count: None)
    return item


def test_names_that_read_like_messages(tmp_path):
    folder = tmp_path / "notes: 2024"
    folder.mkdir()
    inner = batch_runs.write_zip(tmp_path / "inner", [("b: y!.png", PNG)]).read_bytes()
    members = [("note: x.png", PNG), ("in: b.zip", inner), ("last.txt", b"HPI: well.")]
    batch_runs.write_zip(folder / "all: 1.zip", members)
    item = planned(folder, "all: 1.zip")
    assert [entry for entry, _ in read_documents(folder, item)] == [
        Member(item, 1, "note: x.png"),
        Member(item, 2, "in: b.zip!b: y!.png"),
        Member(item, 3, "last.txt"),
    ]


def test_an_error_of_an_archive_itself_bears_the_archives_name(tmp_path):
    path = batch_runs.write_zip(tmp_path / "cut.zip", [("a.txt", b"HPI: well.")])
    path.write_bytes(path.read_bytes()[:-9])
    item = planned(tmp_path, "cut.zip")
    assert [entry for entry, _ in read_documents(tmp_path, item)] == [item]


def test_a_file_that_is_replaced_before_it_is_read_gives_no_document(tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text("HPI: cough.")
    item = planned(tmp_path, "a.txt")
    read_bytes = Path.read_bytes

    def read_after_it_is_replaced(path):
        path.write_text("HPI: fever.")
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", read_after_it_is_replaced)
    monkeypatch.setattr(reading, "read_each_with_facts", parse_here)
    ((entry, error),) = read_documents(tmp_path, item)
    assert entry == item
    assert str(error).endswith("a.txt: has changed since the run began; run with --resume")


def test_a_link_out_of_the_folder_is_an_error_and_is_not_read(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    for place in (folder, tmp_path):
        (place / "note.txt").write_text("HPI: cough.")
    (folder / "inside.txt").symlink_to("note.txt")
    (folder / "outside.txt").symlink_to("../note.txt")
    inside, outside = planned(folder, "inside.txt"), planned(folder, "outside.txt")
    assert (inside.sha256 != "", outside.sha256) == (True, "")
    [(_, (document, facts))] = read_documents(folder, inside)
    assert facts == []
    assert document.text == "HPI: cough."
    [(entry, error)] = read_documents(folder, outside)
    assert entry == outside
    assert "a link out of the folder" in str(error)


def test_a_link_that_leads_to_itself_is_an_error(tmp_path):
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    item = planned(tmp_path, "loop.txt")
    ((entry, error),) = read_documents(tmp_path, item)
    assert entry == item
    assert "symbolic links" in str(error)
