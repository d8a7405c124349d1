"""Files of every format that is read, whole and broken, made anew for each run."""

from __future__ import annotations

import base64
import gzip
import io
import json
import random
import tarfile
import time
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path

import docx

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fpdf import FPDF
from openpyxl import Workbook
from zip_archives import zipped

from secateur.pipelines.document.document import Document
from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.containers.archive import DAMAGES, printable
from secateur.pipelines.ingestion.files.limits import Limits
from secateur.pipelines.ingestion.parse import parse_each

LIMITS = Limits(file_bytes=20_000_000, seconds=20)
MOST_SECONDS = 5
SECRET = "Zebrafish"
NOTE = f"CHIEF COMPLAINT: {SECRET} bite.\n\nPLAN: Rest, 5 mg aspirin.\n"


def pdf(password: str | None = None) -> bytes:
    writer = FPDF()
    if password:
        writer.set_encryption("owner", user_password=password)
    writer.set_font("Times", size=11)
    for _ in range(2):
        writer.add_page()
        writer.multi_cell(0, 5, NOTE)
    return bytes(writer.output())


def word() -> bytes:
    document = docx.Document()
    document.add_paragraph(NOTE)
    document.add_table(rows=2, cols=2).cell(0, 0).text = SECRET
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def workbook() -> bytes:
    book = Workbook()
    sheet = book.create_sheet("Sales")
    for row in (["", "2025"], [SECRET, 5], ["Costs", "=B2"]):
        sheet.append(row)
    sheet.merge_cells("A1:B1")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def archive(*contents: bytes) -> bytes:
    return zipped({f"note{number}.txt": content for number, content in enumerate(contents)})


def tar(*contents: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as stream:
        for number, content in enumerate(contents):
            entry = tarfile.TarInfo(f"note{number}.txt")
            entry.size = len(content)
            stream.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def message() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Message-ID"] = "Ann <a@example.org>", "Pumps", "<1@b>"
    mail.set_content(NOTE)
    mail.add_alternative(HTML.decode(), subtype="html")
    mail.add_attachment(RTF, "application", "rtf", filename="a.rtf")
    return mail.as_bytes()


HTML = (
    f"<!DOCTYPE html><html><head><style>.h{{display:none}}</style></head><body><h1>{SECRET}</h1>"
    "<p>a<br>b <sup>1</sup></p><table><tr><th colspan=2>2024<th>2023<tr><td>Net<td>$<td>(5<td>)"
    "</table><ul><li>x<li>y</ul></body></html>"
).encode()
XHTML = (
    '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml" '
    'xmlns:ix="http://www.xbrl.org/2013/inlineXBRL"><body><div style="display:none"><ix:header>'
    f'<p>{SECRET}</p></ix:header></div><p>Net <ix:nonFraction name="a:b" scale="6" contextRef="c"'
    ' unitRef="u">5</ix:nonFraction></p></body></html>'
).encode()
CDA = (
    '<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"><component><structuredBody>'
    f'<component><section><code code="10164-2"/><title>HPI</title><text>{SECRET}</text></section>'
    "</component></structuredBody></component></ClinicalDocument>"
).encode()
FHIR = json.dumps(
    {"resourceType": "Binary", "data": base64.b64encode(NOTE.encode()).decode()}
).encode()
RTF = rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0\b HPI:\b0  Zebrafish \'e9\u8220?.\par PLAN: x\par}"
MARKDOWN = f"# {SECRET}\n\n## Two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n".encode()
SUBMISSION = (
    b"<SEC-DOCUMENT>a.txt : 20250101\nCONFORMED SUBMISSION TYPE:\t10-K\n<DOCUMENT>\n<TYPE>10-K\n"
    b"<FILENAME>a.htm\n<TEXT>\n<XBRL>\n" + XHTML + b"\n</XBRL>\n</TEXT>\n</DOCUMENT>\n<DOCUMENT>\n"
    b"<TYPE>EX-13\n<TEXT>\n<PAGE>\n<S> <C>\nSales 5\n</TEXT>\n</DOCUMENT>\n</SEC-DOCUMENT>\n"
)

SEEDS = {
    "text": NOTE.encode(),
    "utf16": NOTE.encode("utf-16"),
    "html": HTML,
    "xhtml": XHTML,
    "cda": CDA,
    "fhir": FHIR,
    "rtf": RTF,
    "markdown": MARKDOWN,
    "pdf": pdf(),
    "docx": word(),
    "xlsx": workbook(),
    "zip": archive(NOTE.encode()),
    "zip of three": archive(NOTE.encode(), HTML, archive(CDA)),
    "tar": tar(NOTE.encode(), HTML),
    "gzip": gzip.compress(NOTE.encode()),
    "mail": message(),
    "submission": SUBMISSION,
}


def broken(data: bytes) -> Iterator[bytes]:
    """Twenty broken versions of a file, the same in every run."""
    chance = random.Random(len(data))
    for share in (0.1, 0.3, 0.5, 0.8, 0.95):
        yield data[: int(share * len(data))]
    for share in (0.05, 0.4):
        yield data[int(share * len(data)) :]
    for count in (1, 3, 10, 40):
        changed = bytearray(data)
        for _ in range(count):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        yield bytes(changed)
    middle = len(data) // 2
    yield data[:middle] + b"\0" * 64 + data[middle:]
    yield data[:middle] + b"\xff\xfe\xfd" * 20 + data[middle:]
    yield data[:middle] + "‮⁦ gnihsif".encode() + data[middle:]
    yield data + data
    yield data[::-1]
    yield data.replace(b"\n", b"\r\n").replace(b"<", b"<<")
    yield data[:middle] + HTML + data[middle:]
    yield data[:middle] + bytes(chance.randrange(256) for _ in range(200)) + data[middle:]
    yield data.swapcase()


def deep(opening: str, closing: str = "", count: int = 60_000) -> bytes:
    return f"<html>{opening * count}x{closing * count}".encode()


def nested(levels: int) -> bytes:
    data = NOTE.encode()
    for _ in range(levels):
        data = archive(data)
    return data


def nested_mail(levels: int) -> bytes:
    mail = EmailMessage()
    mail["Message-ID"], mail["From"] = "<1@b>", "a"
    mail.set_content(NOTE)
    for _ in range(levels):
        outer = EmailMessage()
        outer["Message-ID"], outer["From"] = "<1@b>", "a"
        outer.add_attachment(mail)
        mail = outer
    return mail.as_bytes()


BOMB = "<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{i} '{f'&a{i - 1};' * 10}'>" for i in range(1, 12))
HOSTILE = {
    "gzip bomb": gzip.compress(bytes(60_000_000)),
    "zip bomb": archive(b" " * 60_000_000),
    "zip that says it is small": archive(b" " * 5_000_000).replace(
        (5_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little")
    ),
    "entity bomb xhtml": f"<?xml version='1.0'?><!DOCTYPE html [{BOMB}]><html>&a11;".encode(),
    "entity bomb cda": f"<!DOCTYPE x [{BOMB}]><ClinicalDocument>&a11;".encode(),
    "entity bomb utf-16": f"<!DOCTYPE x [{BOMB}]><ClinicalDocument>&a11;</ClinicalDocument>".encode(
        "utf-16"
    ),
    "bombs in a zip": archive(*[archive(b" " * 60_000_000)] * 20),
    "deep zips": nested(40),
    "many members": archive(*[b"x"] * 3_000),
    "tar that says it is huge": tar(b"x").replace(b"00000000001", b"77777777777"),
    "deep mail": nested_mail(30),
    "mail header without end": b"Message-ID: 1\nFrom: a\n" + b"A: b\n" * 200_000,
    "mail with an endless field": b"Message-ID: 1\nFrom: " + b"=?x?q?" * 100_000 + b"\n\nx",
    "mail with many parts": b"Message-ID: 1\nFrom: a\nContent-Type: multipart/mixed; boundary=b\n\n"
    + b"--b\n\nx\n" * 2_000,
    "submission of many parts": b"<DOCUMENT>\n<TYPE>10-K\n<TEXT>\nx\n" * 5_000,
    "submission without text": b"<DOCUMENT>\n<TYPE>10-K\n" * 5_000,
    "outlook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "__substg1.0_".encode("utf-16-le") * 99,
    "right-to-left overrides": "HPI: \u202egnihsif\u202c \u2067cough\u2069.".encode() * 5_000,
    "deep divs": deep("<div>"),
    "deep fonts": deep("<font color=a>", count=20_000),
    "deep tables": deep("<table><tr><td>", count=5_000),
    "deep spans closed": deep("<span>", "</span>"),
    "deep lists": deep("<ul><li>"),
    "unclosed bold with attributes": b"<html>" + b"".join(b"<p><b id=%d>x" % i for i in range(900)),
    "unclosed bold by the thousand": b"<html>"
    + b"".join(b"<p><b id=%d>x" % i for i in range(15_000)),
    "bold in every block": b"<html>"
    + b"".join(b"<b id=%d>" % i for i in range(300))
    + b"<p>x" * 100_000,
    "many attributes": b"<html><p " + b" ".join(b"a%d=1" % i for i in range(50_000)) + b">x",
    "many comments": b"<!--" * 50_000 + b"x",
    "comments without a root": b"<?xml version='1.0'?>" + b"<!-- a -->" * 20_000 + b"x",
    "many style rules": b"<html><style>" + b"a{b:c}" * 100_000 + b"</style><p>x",
    "open brace style": b"<html><style>" + b"{" * 100_000 + b"</style><p>x",
    "endless style": b"<html><p style='" + b"font:" * 400_000 + b"'>x",
    "blank lines": b"Plan\n" + b"\n \n" * 30_000 + b"x",
    "spaces": b"Plan" + b" " * 60_000 + b"x",
    "one letter": b"A" * 100_000,
    "wide table": b"<html><table><tr>" + b"<td colspan=1000>1" * 8_000 + b"</table>",
    "spanning table": b"<html><table>" + b"<tr><td rowspan=1000 colspan=1000>1" * 800,
    "millions of elements": b"<html>" + b"<p>" * 6_000_000,
    "millions of lines": b"x\n" * 6_000_000,
    "one giant line": b"word " * 400_000,
    "one giant word": b"x" * 2_000_000,
    "only spaces then text": b" " * 5_000_000 + b"x",
    "only newlines then text": b"\n" * 2_000_000 + b"x",
    "many dashes": b"-" * 2_000_000,
    "many dots": b". " * 500_000,
    "capital label without end": b"A " * 500_000 + b":",
    "deep rtf": b"{\\rtf1" + b"{" * 100_000,
    "rtf with a big number": b"{\\rtf1 \\u99999999999999999999 x\\bin99999999 y}",
    "odd resource": '{"resourceType":"\u202eZebrafish"}'.encode(),
    "deep json": b'{"resourceType":"Bundle","entry":' + b"[" * 200_000,
    "big json number": b'{"resourceType":"Patient","x":' + b"9" * 100_000 + b"}",
    "rtf of many links": b"{\\rtf1 " + b"{\\field{\\*\\fldinst{HYPERLINK x" * 100 + b"x " * 10_000,
    "rtf of many fonts": b"{\\rtf1{\\fonttbl " + b"\\f1" * 50_000 + b"}x}",
    "rtf of many words": b"{\\rtf1 " + b"\\b x" * 100_000 + b"}",
    "long rtf": b"{\\rtf1 " + b"word " * 250_000 + b"}",
    "markdown of escapes": b"## x\n\n" + b"*a\\*b* " * 8_000,
    "fhir of many strings": b'{"resourceType":"Bundle","entry":['
    + b'{"resource":{"resourceType":"DiagnosticReport","conclusion":"x"}},' * 15_000
    + b"{}]}",
    "deep fhir sections": b'{"resourceType":"Composition","section":['
    + b'{"title":"a","section":[' * 400
    + b"]}" * 400
    + b"]}",
    "deep markdown": b"## x\n\n" + b"> " * 20_000 + b"x",
    "markdown brackets": b"## x\n\n" + b"[" * 20_000,
    "markdown stars": b"## x\n\n" + b"*a " * 30_000,
    "password pdf": pdf("user"),
    "cyclic pdf": SEEDS["pdf"].replace(b"/Kids [3 0 R", b"/Kids [1 0 R"),
    "pdf header only": b"%PDF-1.7\n",
    "pdf with nonsense": b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"%%EOF",
    "lone surrogate": "<html><p>\ud800 x".encode("utf-8", "surrogatepass"),
    "null references": b"<html><p>&#0;&#xFFFF;&#x110000;&#55296; x",
    "utf-7": b"+ADw-script+AD4- x",
    "odd utf-16": NOTE.encode("utf-16")[:-1],
    "bom only": b"\xff\xfe",
    "mixed encodings": NOTE.encode() + NOTE.encode("utf-16") + "é".encode("latin-1"),
}


def outcome(folder: Path, data: bytes) -> list[Document]:
    """The documents of a file; anything but documents and our own errors fails the caller."""
    path = folder / "file"
    path.write_bytes(data)
    start = time.process_time()
    found = list(parse_each(path, LIMITS))
    assert time.process_time() - start < MOST_SECONDS
    assert found
    documents = []
    for result in found:
        if isinstance(result, IngestionError):
            assert result.kind == "unreadable", "a parser's fault"
            check_message(str(result), path, data)
        else:
            check_document(result, data)
            documents.append(result)
    return documents


def check_message(message: str, path: Path, data: bytes) -> None:
    assert message.startswith(str(path))
    assert message.isprintable(), "one line, and nothing that a terminal acts on"
    assert "; " in message, "the way out is missing"
    for name in names(data):
        message = message.replace(printable(name), "")
    assert SECRET not in message


def names(data: bytes) -> list[str]:
    """What the members of an archive are called, which for a broken one can be anything."""
    with suppress(*DAMAGES):
        return zipfile.ZipFile(io.BytesIO(data)).namelist()
    with suppress(*DAMAGES):
        return tarfile.open(fileobj=io.BytesIO(data), mode="r:").getnames()
    return []


def check_document(document: Document, data: bytes) -> None:
    assert document.text.strip()
    position = 0
    for passage in document.passages:
        assert position <= passage.start < passage.end <= len(document.text)
        position = passage.end
        if passage.source is not None and not document.doc_id.startswith("file!"):
            assert 0 <= passage.source[0] < passage.source[1]
