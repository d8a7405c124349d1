"""Every passage points at its bytes: what stands there, markup left out, is what it reads."""

from __future__ import annotations

import gzip
import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from secateur.pipelines.document.document import Document, Passage, Place
from secateur.pipelines.ingestion.layout.textrun import clean
from secateur.pipelines.ingestion.read import read

TAG = re.compile(r"""<!--.*?-->|<(?:"[^"]*"|'[^']*'|[^'">])*>""", re.DOTALL)
# Files with a larger share of control characters are taken for binary.
LONG = "word " * 500


def bare(text: str) -> str:
    return "".join(clean(text).split())


def shown(data: bytes, passage: Passage, encoding: str) -> str:
    assert passage.source is not None
    raw = data[slice(*passage.source)].decode(encoding)
    assert raw == raw.strip(), "white space around a passage is none of it"
    return unescape(TAG.sub("", raw))


def check(folder: Path, data: bytes, encoding: str = "utf-8") -> Document:
    path = folder / "file"
    path.write_bytes(data)
    document = read(path)
    for passage in document.passages:
        read_as = document.text[passage.start : passage.end]
        assert bare(shown(data, passage, encoding)) == bare(read_as)
    return document


PAGES = {
    "hidden text first": "<div style='display:none'><p>5</p>Rest</div><p>5</p><p>Rest</p>",
    "script and style": "<style>p>b{}</style><script>if (a<b) x>'5'</script><p>5</p>",
    "comment with markup": "<p>a<!-- <p>5</p> -->b</p><p>5</p>",
    "references": "<p>AT&amp;T&#160;&mdash; caf&eacute; &#8217;s</p><p>&nbsp;</p><p>&lt;5&gt;",
    "joined cells": "<table><tr><td>Net<td>$<td>(5<td>)<td>7</table>",
    "list in a table": "<table><tr><td>•<td>one<tr><td>•<td>two</table>",
    "item in a table": "<table><tr><td>Item 1.<td>Business</table><p>text",
    "line breaks": "<p>one<br>two<br><br>three</p>",
    "stray end tag": "<p>one</bogus>two</p><p>three</p>",
    "greater-than sign": "<p>5 > 3 and <b>4 > 2</b></p><p>end",
    "attribute with a greater-than sign": "<p title='a > b'>one</p><p>two</p>",
    "raised note": "<p>Sales<sup>1</sup> rose</p>",
    "soft hyphens": "<p>a\u00adb\u200bc \u0441\u043b\u043e\u0432\u043e 😀 x</p><p>y</p>",
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_html(tmp_path: Path, name: str, encoding: str) -> None:
    data = f"<!DOCTYPE html><html><body>{PAGES[name]}</body></html>".encode(encoding)
    # Slices have no byte order mark; on this side of the wire UTF-16 is little-endian.
    check(tmp_path, data, {"utf-16": "utf-16-le", "utf-8-sig": "utf-8"}.get(encoding, encoding))


def test_windows_1252(tmp_path: Path) -> None:
    data = "<html><meta charset=windows-1252><p>café – x</p><p>y</p></html>".encode("cp1252")
    check(tmp_path, data, "cp1252")


def test_text_that_the_parser_moves_does_not_lose_what_follows(tmp_path: Path) -> None:
    path = tmp_path / "moved.html"
    page = "<table><tr><td>cell</td>moved<td>other</td></tr></table>" + "<p>word</p>" * 9
    path.write_bytes(f"<html>{page}".encode())
    document = read(path)
    words = [p for p in document.passages if document.text[p.start : p.end] == "word"]
    starts = [match.start() for match in re.finditer("word", f"<html>{page}")]
    assert [p.source for p in words] == [(start, start + 4) for start in starts]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-be", "cp1252"])
def test_plain_text(tmp_path: Path, encoding: str) -> None:
    text = "HPI:\r\ncafé \x01cough\u00a0now – and\r\n\r\nPLAN: rest\x07 and fluids.\rEnd." + LONG
    path = tmp_path / "note.txt"
    path.write_bytes(data := text.encode(encoding))
    document = read(path)
    assert len(document.passages) > 1
    gone = dict.fromkeys((1, 7)) | {0xA0: " "}
    for passage in document.passages:
        raw = data[slice(*passage.source)].decode(encoding.removesuffix("-sig"))
        assert raw.replace("\r", "\n").translate(gone) == document.text[passage.start : passage.end]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from("ab:\r\n\t \x00\x01\u00ad\ufeffé😀.-1"), min_size=1, max_size=60))
def test_any_text(tmp_path: Path, text: str) -> None:
    data = (LONG + "\n\n" + text).encode()
    path = tmp_path / "any.txt"
    path.write_bytes(data)
    document = read(path)
    assert document.passages
    for passage in document.passages:
        raw = data[slice(*passage.source)].decode().replace("\r\n", "\n").replace("\r", "\n")
        gone = dict.fromkeys((0, 1, 0xAD, 0xFEFF))
        assert raw.translate(gone).strip() == document.text[passage.start : passage.end]


def test_cda(tmp_path: Path) -> None:
    check(
        tmp_path,
        b'<ClinicalDocument xmlns="urn:hl7-org:v3"><id root="1"/><title>Note</title><author>A'
        b"</author><component><structuredBody><component><section><title>HPI</title><text>"
        b"<paragraph>HPI</paragraph>b &amp; c</text><entry><value>HPI</value></entry></section>"
        b"</component><component><section><title>Plan</title><text>HPI</text></section>"
        b"</component></structuredBody></component></ClinicalDocument>",
    )


def test_a_stretch_of_text_is_located(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(b"<html><p>One two.</p><p>Three.</p></html>")
    document = read(path)
    at = document.text.index("two")
    assert document.locate(at, at + 3) == Place(source=(9, 17))
    assert document.locate(0, len(document.text)) == Place(source=(9, 30))
    with pytest.raises(ValueError, match="no characters 3 to 3"):
        document.locate(3, 3)


@pytest.mark.parametrize(
    "name", [pytest.param("ko"), pytest.param("*", marks=pytest.mark.slow, id="all")]
)
def test_filings(shared_data: Path, name: str) -> None:
    paths = sorted((shared_data / "finance" / "10k_html").glob(f"{name}-*.html.gz"))
    assert paths
    for path in paths:
        data, document = gzip.decompress(path.read_bytes()), read(path)
        encoding = "utf-8" if data.isascii() or _is_utf8(data) else "cp1252"
        for passage in document.passages:
            read_as = document.text[passage.start : passage.end]
            assert bare(shown(data, passage, encoding)) == bare(read_as), path.name


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
