"""E-mail: subject, body and attachments in one document."""

from __future__ import annotations

import io
import struct
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from secateur.pipelines.document.document import Document
from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.containers import mail
from secateur.pipelines.ingestion.files.limits import Limits
from secateur.pipelines.ingestion.parse import parse
from secateur.pipelines.ingestion.read import read


def message(subject: str = "Results of May") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Ann <ann@example.org>"
    mail["To"] = "bob@example.org"
    mail["Subject"] = subject
    mail["Message-ID"] = "<1@example.org>"
    mail.set_content("HPI: cough since Monday.\n\nPLAN: rest.\n")
    return mail


def read_mail(folder: Path, mail: EmailMessage | bytes) -> Document:
    return read(written(folder, mail))


def written(folder: Path, mail: EmailMessage | bytes) -> Path:
    path = folder / "mail.eml"
    path.write_bytes(mail if isinstance(mail, bytes) else mail.as_bytes())
    return path


def test_plain_message(tmp_path: Path) -> None:
    document = read_mail(tmp_path, message())
    assert document.media_type == "message/rfc822"
    assert document.text.strip() == "Results of May\n\nHPI: cough since Monday.\n\nPLAN: rest."
    assert document.passages[0].kind == "title"
    assert [section.name for section in document.sections] == ["HPI", "Plan"]
    assert document.coverage.dropped["mail header"] > 50


def test_html_is_preferred_and_encodings_are_undone(tmp_path: Path) -> None:
    mail = message("Bilan de l’été")
    mail.set_content("plain café", charset="latin-1", cte="quoted-printable")
    body = "<html><p>Café<sup>2</sup> <b>fermé</b></p><p hidden>x</p></html>"
    mail.add_alternative(body, subtype="html")
    document = read_mail(tmp_path, mail)
    assert document.text == "Bilan de l’été\n\nCafé 2 fermé"
    assert [document.text[start:end] for start, end in document.note_marks] == ["2"]
    assert document.coverage.dropped["hidden"] == 1


def test_attachments_follow_in_their_own_formats(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "Packed one.")
        archive.writestr("b.html", "<html><p>Packed two.")
    mail = message()
    mail.add_attachment(b"{\\rtf1 Attached words.}", "application", "rtf", filename="a.rtf")
    mail.add_attachment(packed.getvalue(), "application", "zip", filename="all.zip")
    inner = EmailMessage()
    inner["Subject"], inner["Message-ID"] = "Forwarded", "<2@example.org>"
    inner.set_content("Inner body.")
    mail.add_attachment(inner)
    text = read_mail(tmp_path, mail).text
    wanted = ["PLAN", "Attached words.", "Packed one.", "Packed two.", "Forwarded", "Inner body."]
    places = [text.index(words) for words in wanted]
    assert places == sorted(places)


def test_unreadable_attachment_is_a_warning(tmp_path: Path) -> None:
    mail = message()
    mail.add_attachment(b"\x89PNG\r\n\x1a\n", "image", "png", filename="scan.png")
    document = read_mail(tmp_path, mail)
    (warning,) = document.warnings
    assert "mail.eml (attachment scan" in warning
    assert "is a PNG image" in warning
    assert "\n" not in warning


def test_memo_of_a_person_stays_text(tmp_path: Path) -> None:
    text = b"Date: 3 May\nFrom: Dr Ash\nSubject: Mr Oak\n\nHe has a cough.\n"
    document = read_mail(tmp_path, text)
    assert document.media_type == "text/plain"
    assert document.text == text.decode()


def test_folded_header_of_a_mailbox_file(tmp_path: Path) -> None:
    text = (
        b"From ann@example.org Mon May  5 10:00:00 2025\r\nReceived: by x\r\n\twith y;\r\n z\r\n"
        b"From: ann@example.org\r\nSubject: Two\r\n words\r\n\r\nBody.\r\n"
    )
    assert read_mail(tmp_path, text).text.strip() == "Two words\n\nBody."


@pytest.mark.parametrize(
    "header",
    [
        b"Content-Type: multipart/mixed; boundary=",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: multipart/mixed",
        b'Content-Type: text/plain; charset="no such thing"',
        b"Content-Transfer-Encoding: base64",
        b"Content-Type: message/rfc822",
        b"Content-Disposition: attachment; filename*=utf-8''%ff%",
        b"To: =?utf-8?B?////?= <",
        b"Subject: =?x?q?" + b"=" * 500,
    ],
)
def test_broken_message_is_read_or_refused(tmp_path: Path, header: bytes) -> None:
    data = b"Message-ID: <1>\r\nFrom: a\r\n" + header + b"\r\n\r\nBody \xff\xfe words."
    try:
        outcome = read_mail(tmp_path, data).text
    except IngestionError as error:
        outcome = str(error)
    assert "Body" in outcome or "mail.eml: " in outcome


def outlook(subject: str, body: str) -> bytes:
    """A message of Outlook (MS-OXMSG) in a compound file (MS-CFB) without small streams."""
    unset, text = 0xFFFFFFFF, 0x1F
    properties = bytes(32) + b"".join(
        struct.pack("<HHIQ", kind, name, 6, 0)
        for kind, name in [(text, 0x37), (text, 0x1000), *[(3, 0x6000)] * 252]
    )
    streams = [
        ("__substg1.0_0037001F", subject.ljust(2048).encode("utf-16-le"), (unset, unset)),
        ("__substg1.0_1000001F", body.ljust(2048).encode("utf-16-le"), (1, 3)),
        ("__properties_version1.0", properties, (unset, unset)),
    ]
    directory = [("Root Entry", 5, (unset, unset), 2, 0xFFFFFFFE, 0)]
    directory += [(n, 2, near, unset, 2 + 8 * i, 4096) for i, (n, _, near) in enumerate(streams)]
    entries = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBB3I", 2 * len(name) + 2, kind, 1, *near, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
        for name, kind, near, child, start, size in directory
    )
    table = [0xFFFFFFFD, 0xFFFFFFFE]
    for i in range(3):
        table += [*range(3 + 8 * i, 10 + 8 * i), 0xFFFFFFFE]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<IIIIIIII", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[unset] * 108)
    fat = struct.pack("<128I", *table, *[unset] * (128 - len(table)))
    return header + fat + entries + b"".join(content for _, content, _ in streams)


def test_outlook_message(tmp_path: Path) -> None:
    pytest.importorskip("oxmsg", reason="secateur[mail] is not installed")
    document = read_mail(tmp_path, outlook("Bilan de l’été", "HPI: cough.\n\nPLAN: rest."))
    assert document.media_type == "application/vnd.ms-outlook"
    assert document.text.split() == "Bilan de l’été HPI: cough. PLAN: rest.".split()
    assert [section.name for section in document.sections] == ["HPI", "Plan"]


OUTLOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "__substg1.0_".encode("utf-16-le")


def test_outlook_message_is_refused_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "find_spec", lambda name: None)
    with pytest.raises(IngestionError, match=r"Outlook message.*secateur\[mail\].*EML"):
        parse(written(tmp_path, OUTLOOK), Limits())


def test_damaged_outlook_message(tmp_path: Path) -> None:
    pytest.importorskip("oxmsg", reason="secateur[mail] is not installed")
    with pytest.raises(IngestionError, match="the message is damaged"):
        read_mail(tmp_path, OUTLOOK)
