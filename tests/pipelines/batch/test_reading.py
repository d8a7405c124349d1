"""What the documents of a file are called, whatever their names hold."""

import batch_runs

from secateur.pipelines.batch.plan import Member, identify
from secateur.pipelines.batch.reading import read_parts

PNG = b"\x89PNG\r\n\x1a\n"


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
    assert [part for part, _ in read_parts(folder, item)] == [
        Member(item, 1, "note: x.png"),
        Member(item, 2, "in: b.zip!b: y!.png"),
        Member(item, 3, "last.txt"),
    ]


def test_an_error_of_an_archive_itself_bears_the_archives_name(tmp_path):
    path = batch_runs.write_zip(tmp_path / "cut.zip", [("a.txt", b"HPI: well.")])
    path.write_bytes(path.read_bytes()[:-9])
    item = planned(tmp_path, "cut.zip")
    assert [part for part, _ in read_parts(tmp_path, item)] == [item]
