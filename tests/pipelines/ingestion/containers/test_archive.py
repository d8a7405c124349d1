"""Archives of several files: each a document of its own, errors told by member, within bounds."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
from zip_archives import zipped

from secateur.pipelines.document.document import Document
from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion import parse as parsing
from secateur.pipelines.ingestion.files import limits as bounds
from secateur.pipelines.ingestion.files.limits import Limits
from secateur.pipelines.ingestion.parse import parse_each
from secateur.pipelines.ingestion.read import read_each


def tarred(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def mailed(attachment: bytes) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Message-ID"] = "a@example.org", "<1@b>"
    mail.set_content("HPI: cough.")
    mail.add_attachment(attachment, "application", "zip", filename="attached.zip")
    return mail.as_bytes()


MEMBERS = {
    "2024/acme.html": b"<html><p>Acme sold pumps.",
    "notes/a.txt": b"HPI: cough.",
    "notes/b.txt.gz": gzip.compress(b"PLAN: rest."),
    "more.zip": zipped(
        {"c.txt": b"Inner.", "__MACOSX/c.txt": b"x", "old.tar": tarred({"d": b"D"})}
    ),
}
TEXTS = {
    "2024/acme.html": "Acme sold pumps.",
    "notes/a.txt": "HPI: cough.",
    "notes/b.txt.gz": "PLAN: rest.",
    "more.zip!c.txt": "Inner.",
    "more.zip!old.tar!d": "D",
}


def parsed(folder: Path, data: bytes, limits: Limits) -> list[Document | IngestionError]:
    """As `outcomes`, in this process."""
    path = folder / "all.bin"
    path.write_bytes(data)
    return list(parse_each(path, limits))


def outcomes(
    folder: Path, data: bytes, limits: Limits | None = None
) -> list[Document | IngestionError]:
    path = folder / "all.bin"
    path.write_bytes(data)
    return list(read_each(path, limits=limits or Limits()))


@pytest.mark.parametrize(
    "data",
    [zipped(MEMBERS), tarred(MEMBERS), gzip.compress(tarred(MEMBERS))],
    ids=["zip", "tar", "tar.gz"],
)
def test_every_member_is_a_document(tmp_path: Path, data: bytes) -> None:
    found = {document.doc_id: document.text for document in outcomes(tmp_path, data)}
    assert found == {f"all.bin!{name}": text for name, text in TEXTS.items()}


def test_plain_file_gives_one_document(tmp_path: Path) -> None:
    (document,) = outcomes(tmp_path, b"HPI: cough.")
    assert document.doc_id == "all.bin"


def test_missing_file_gives_its_error(tmp_path: Path) -> None:
    (error,) = read_each(tmp_path / "none")
    assert isinstance(error, IngestionError)
    assert "no such file" in str(error)


def test_broken_members_are_named_and_the_others_read(tmp_path: Path) -> None:
    packed = zipped({"cut.pdf": b"%PDF-1.7", "a/empty.txt": b"", "b.txt": b"B", "c.zip": b"PK\3\4"})
    first, second, third, fourth = outcomes(tmp_path, packed)
    name = tmp_path / "all.bin"
    assert str(first).startswith(f"{name}!cut.pdf: the PDF is damaged; ")
    assert str(second).startswith(f"{name}!a/empty.txt: the file in the archive is empty; ")
    assert third.text == "B"
    assert str(fourth).startswith(f"{name}!c.zip: the archive is damaged; ")


def test_member_with_a_wrong_checksum_does_not_stop_the_others(tmp_path: Path) -> None:
    stored = zipped({"a.txt": b"unchanged words", "b.txt": b"other words"}, zipfile.ZIP_STORED)
    error, document = outcomes(tmp_path, stored.replace(b"unchanged", b"CHANGED!!"))
    assert "all.bin!a.txt: is damaged in the archive; " in str(error)
    assert document.text == "other words"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/a.txt", "etc/a.txt"),
        ("a\u202etxt.exe", "a_txt.exe"),
        ("a\x1b[31mb.txt", "unnamed"),
        ("Rex Roe:\nHPI: cough", "unnamed"),
    ],
)
def test_member_names_leave_no_folder_break_no_line_and_hold_no_note(
    tmp_path: Path, name: str, kept: str
) -> None:
    (document,) = outcomes(tmp_path, zipped({name: b"x"}))
    assert document.doc_id == f"all.bin!{kept}"


def test_links_and_devices_of_a_tar_archive_are_passed_over(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE):
            entry = tarfile.TarInfo("link")
            entry.type, entry.linkname = kind, "/etc/passwd"
            archive.addfile(entry)
    (error,) = outcomes(tmp_path, buffer.getvalue())
    assert "holds no files" in str(error)


def bomb(levels: int) -> bytes:
    data = zipped({"zeros": bytes(3_000_000)})
    for _ in range(levels):
        data = zipped({f"{i}.zip": data for i in range(10)})
    return data


@pytest.mark.parametrize(
    ("data", "limits", "words"),
    [
        pytest.param(bomb(3), Limits(file_bytes=20_000_000), "unpacks to more", id="bytes"),
        pytest.param(bomb(3), Limits(archive_members=15), "more than 15 files", id="members"),
        pytest.param(bomb(3), Limits(archive_depth=2), "nest deeper than 2", id="depth"),
    ],
)
def test_nested_bomb(tmp_path: Path, data: bytes, limits: Limits, words: str) -> None:
    found = outcomes(tmp_path, data, limits)
    assert all(isinstance(outcome, IngestionError) for outcome in found)
    assert len(found) <= 150
    assert any(words in str(outcome) for outcome in found)


def test_archive_whose_budget_an_attachment_used_up_says_that_it_was_not_read_on(
    tmp_path: Path,
) -> None:
    mail = mailed(zipped({"spaces": b" " * 5_000_000}))
    packed = zipped({"mail.eml": mail, "next.txt": b"HPI: well."})
    document, error = outcomes(tmp_path, packed, Limits(archive_ratio=5))
    assert document.text.strip() == "HPI: cough."
    assert str(error).startswith(f"{tmp_path / 'all.bin'}: unpacks to more than its bounds; ")


def test_documents_of_an_archive_have_a_clock_each_and_attached_ones_their_holders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A second passes between any two looks at the clock.
    ticks = count()
    monkeypatch.setattr(bounds, "time", SimpleNamespace(monotonic=lambda: next(ticks)))
    packed = zipped({f"{number}.txt": b"HPI: cough." for number in range(20)})
    found = parsed(tmp_path, packed, Limits(seconds=20))
    assert [document.text for document in found] == ["HPI: cough."] * 20
    (mail,) = parsed(tmp_path, mailed(packed), Limits(seconds=20))
    (warning,) = mail.warnings
    assert warning.startswith(f"{tmp_path / 'all.bin'}: not read within 20 s; ")


def test_fault_of_a_reader_costs_its_document_alone_and_can_be_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = KeyError("HPI: cough.")

    def find_sections(lines: object) -> None:
        raise fault

    monkeypatch.setattr(parsing, "find_sections", find_sections)
    mail = b"Message-ID: 1\nSubject: HPI\n\n"
    members = zipped({"a.txt": b"HPI: cough.", "b.eml": mail})
    error, document = parsed(tmp_path, members, Limits())
    assert str(error).startswith(
        f"{tmp_path / 'all.bin'}!a.txt: could not be read (KeyError, line "
    )
    assert str(error).endswith(" of test_archive.py); please report it")
    assert error.inner_name == "a.txt"
    assert error.kind == "failed"
    assert document.text == "HPI"
    (error,) = parsed(tmp_path, b"HPI: cough.", Limits())
    assert str(error).startswith(f"{tmp_path / 'all.bin'}: could not be read (KeyError, line ")


def test_links_in_an_archive_are_no_documents(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.txt")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("note.txt", "HPI: cough.")
    [document] = read_each(path)
    assert isinstance(document, Document)
    assert document.text == "HPI: cough."
