"""What cannot be read is refused in one line with file and way out, never quoting the text."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from zip_archives import zipped

from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.files.limits import Limits
from secateur.pipelines.ingestion.parse import parse
from secateur.pipelines.ingestion.read import read


def refuse(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(IngestionError) as caught:
        read(path, limits=limits or Limits())
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert "\n" not in message
    assert ";" in message, "the way out is missing"
    return message


def test_missing_file(tmp_path: Path) -> None:
    assert "no such file" in refuse(tmp_path / "none.txt")


@pytest.mark.parametrize("address", ["https://example.org/report.html", "file:///report.html"])
def test_address_is_not_fetched(address: str) -> None:
    with pytest.raises(IngestionError, match=r"is an address, .*; save the page as a file first"):
        read(address)


def test_folder(tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    folder.mkdir()
    assert refuse(folder).endswith("; name the files in it, or give it to `secateur batch`")


@pytest.mark.skipif(os.name == "nt", reason="no named pipes")
def test_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    assert "not a regular file" in refuse(path)


def test_path_through_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    assert "check the path" in refuse(tmp_path / "a.txt" / "b.txt")


def test_path_with_a_zero_byte(tmp_path: Path) -> None:
    with pytest.raises(IngestionError, match="check the path"):
        read(f"{tmp_path}/a\0b")


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("HPI: secret")

    def deny(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    # The tests may run as root, whom no mode stops.
    monkeypatch.setattr(Path, "read_bytes", deny)
    with pytest.raises(IngestionError, match="no permission"):
        parse(path, Limits())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(gzip.compress(b""), "is empty", id="empty gzip"),
        pytest.param(gzip.compress(b"abc" * 999)[:-9], "damaged", id="cut gzip"),
        pytest.param(b"\x1f\x8b\x08garbage", "damaged", id="broken gzip"),
        pytest.param(gzip.compress(gzip.compress(b"a")), "inside a gzip", id="gzip twice"),
        pytest.param(b"\x89PNG\r\n\x1a\n", "a PNG image", id="png"),
        pytest.param(b"\xff\xd8\xff\xe0", "a JPEG image", id="jpeg"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Office file", id="doc"),
        pytest.param(
            b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
            "is locked with a password; save it without one",
            id="docx with a password",
        ),
        pytest.param(b"\x7fELF\x02\x01", "a program", id="elf"),
        pytest.param(zipped({"xl/workbook.bin": b"text"}), "a binary Excel workbook", id="xlsb"),
        pytest.param(bytes(range(256)) * 40, "is binary", id="binary"),
        pytest.param(b"text\0text\0\0\0more text", "is binary", id="zeros"),
        pytest.param(b"<?xml version='1.0'?><invoice/>", "root <invoice>", id="other xml"),
        pytest.param(b"[" * 100_000 + b"]" * 100_000, "nest too deeply", id="deep json"),
        pytest.param(b" \n\t\r\n ", "no visible text", id="white space"),
        pytest.param(b"{}", "no visible text", id="empty json"),
        pytest.param(b"- * -\n", "no visible text", id="no letter"),
        pytest.param(b"<html><body><p> </p></body></html>", "no visible text", id="empty html"),
        pytest.param(
            b"<html><body><p hidden>HPI: secret</p></body></html>", "no visible", id="all hidden"
        ),
    ],
)
def test_content(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes(data)
    message = refuse(path)
    assert words in message
    assert "secret" not in message


@pytest.mark.parametrize(
    ("data", "limits", "words"),
    [
        pytest.param(b"x" * 101, Limits(file_bytes=100), "101 bytes", id="size"),
        pytest.param(
            gzip.compress(b"x" * 5_000_000), Limits(archive_ratio=10), "unpacks to more", id="ratio"
        ),
        pytest.param(
            gzip.compress(b"x" * 5_000), Limits(file_bytes=1_000), "unpacks to more", id="unpacked"
        ),
        pytest.param(b"x " * 60, Limits(characters=100), "120 characters", id="characters"),
        pytest.param(
            b"<html>" + b"<div>" * 90 + b"x",
            Limits(nesting=50),
            "nest deeper than 50",
            id="nesting",
        ),
        pytest.param(
            b"<html>" + b"<p>x" * 900, Limits(elements=800), "901 elements", id="elements"
        ),
        pytest.param(b"x\r\n" * 900, Limits(elements=800), "900 lines", id="lines"),
        pytest.param(
            b"<html>" + b"<p>x" * 9_000, Limits(seconds=1e-9), "not read within", id="time"
        ),
    ],
)
def test_limits(tmp_path: Path, data: bytes, limits: Limits, words: str) -> None:
    path = tmp_path / "big"
    path.write_bytes(data)
    assert words in refuse(path, limits)


def test_sparse_giant_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "sparse.txt"
    with path.open("wb") as stream:
        stream.truncate(4 << 30)
    assert "4,294,967,296 bytes" in refuse(path)


def test_deep_nesting_within_the_limit_is_read(tmp_path: Path) -> None:
    path = tmp_path / "deep.html"
    path.write_bytes(b"<html>" + b"<div>" * 900 + b"deep")
    assert read(path).text == "deep"


def test_gzip_file_that_is_replaced_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "note.txt.gz"
    path.write_bytes(gzip.compress(b"HPI: cough."))
    read_bytes = Path.read_bytes

    def read_before_it_is_replaced(path: Path) -> bytes:
        data = read_bytes(path)
        path.write_bytes(gzip.compress(b"HPI: fever."))
        return data

    monkeypatch.setattr(Path, "read_bytes", read_before_it_is_replaced)
    assert parse(path, Limits()).text == "HPI: cough."


@pytest.mark.parametrize("field", ["file_bytes", "archive_ratio", "characters", "seconds"])
def test_limits_must_be_positive(field: str) -> None:
    with pytest.raises(ValueError, match=rf"limit {field} must be above 0, got 0"):
        Limits(**{field: 0})


def test_limits_as_they_are_typed() -> None:
    limits = Limits.of(["pages=10", "seconds=2.5", "file_bytes=1_000"])
    assert limits == Limits(pages=10, seconds=2.5, file_bytes=1_000)
    assert limits.changed() == {"pages": 10, "seconds": 2.5, "file_bytes": 1_000}
    assert Limits.of([]).changed() == {}


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("page=1", "unknown limit 'page'; one of file_bytes, "),
        ("pages", "limit 'pages' is no number; say pages=10"),
        ("pages=1.5", "is no number"),
        ("pages=-3", r"limit pages must be above 0"),
        ("seconds=inf", r"limit seconds must be above 0"),
    ],
)
def test_limits_that_are_no_bounds(setting: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Limits.of([setting])
