"""HTML becomes text with one layout, nothing visible lost, nothing hidden kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from time_growth import LINEAR, growth

from secateur.pipelines.document.document import Document
from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.markup.style import hidden_classes
from secateur.pipelines.ingestion.read import read

ReadHtml = Callable[[str], Document]


@pytest.fixture
def read_html(tmp_path: Path) -> ReadHtml:
    def read_body(body: str) -> Document:
        path = tmp_path / "page.html"
        path.write_text(f"<html><body>{body}</body></html>", encoding="utf-8")
        return read(path)

    return read_body


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param("<p>One</p><p>Two</p>", "One\n\nTwo", id="blank line between blocks"),
        pytest.param("<p>a \n\t b&nbsp;c</p>", "a b c", id="white space collapsed"),
        pytest.param("<div>a<div>b</div>c</div>", "a\n\nb\n\nc", id="text around a nested block"),
        pytest.param("<p>line<br>break</p>", "line\nbreak", id="line break"),
        pytest.param("<p>one<br><br>two</p>", "one\n\ntwo", id="two breaks end the block"),
        pytest.param("<p>Secat<b>eur</b> <i>x</i>.</p>", "Secateur x.", id="inline joins"),
        pytest.param("<p>net<sup>1</sup>, of</p>", "net 1, of", id="note mark set apart"),
        pytest.param("<p>net<sup>(a)</sup>of</p>", "net (a) of", id="note mark before a word"),
        pytest.param("<p>the 10<sup>th</sup> day</p>", "the 10th day", id="ordinal kept whole"),
        pytest.param("<p>CO<sub>2</sub></p>", "CO2", id="subscript kept whole"),
        pytest.param("<p>Company&#146;s&#8203; web&shy;site</p>", "Company’s website", id="old"),
        pytest.param("<p>a<!-- b -->c</p>", "ac", id="comment gone, its tail kept"),
        pytest.param("<ul><li>One<li>Two</ul>", "One\n\nTwo", id="unclosed list items"),
    ],
)
def test_layout_of_blocks(read_html: ReadHtml, body: str, text: str) -> None:
    assert read_html(body).text == text


def _set_apart(sign: str, number: str, close: str = "") -> str:
    cells = f"<td>{sign}</td><td>{number}</td><td>{close}</td>"
    return f"<td><table><tr>{cells}</tr></table></td>"


def test_figures_in_tables_of_their_own_are_cells(read_html: ReadHtml) -> None:
    rows = "".join(
        f"<tr><td>{name}</td>{_set_apart('$', one)}{_set_apart('&nbsp;', other, ')')}</tr>"
        for name, one, other in (("Sales", "640,218", "(11,904"), ("Taxes", "402", "(391"))
    )
    found = read_html(
        f"<table><tr><td></td><td>2025</td><td>2024</td></tr>{rows}</table><p>End</p>"
    )
    cells = [p for p in found.passages if p.kind == "cell"]
    assert [found.text[p.start : p.end] for p in cells][2:5] == ["Sales", "$640,218", "(11,904)"]
    assert [(p.row, p.column) for p in cells][3:5] == [("Sales", "2025"), ("Sales", "2024")]
    assert found.text.endswith("End")


def test_a_table_of_paragraphs_lays_out_the_page(read_html: ReadHtml) -> None:
    inner = "<table><tr><td>A paragraph of text.</td></tr></table>"
    found = read_html(f"<table><tr><td>{inner}</td><td>{inner}</td></tr></table>")
    assert {passage.kind for passage in found.passages} == {"paragraph"}


def test_marks_of_notes_that_are_raised_are_known(read_html: ReadHtml) -> None:
    found = read_html(
        "<p>Net sales<sup>1</sup> rose 2 %, on the 10<sup>th</sup> of May.</p>"
        "<table><tr><td>Costs<span style='position:relative;top:-3pt'>(2)</span></td><td>$</td>"
        "<td>911</td><td><sup>1,2</sup></td></tr><tr><td>Taxes</td><td></td><td>3</td></tr></table>"
        "<p hidden>A<sup>3</sup></p>"
    )
    assert [found.text[start:end] for start, end in found.note_marks] == ["1", "(2)", "1,2"]
    assert [found.text[start - 2 : start] for start, _ in found.note_marks] == ["s ", "s ", "1\t"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param("<p style='display: none'>secret</p>", "hidden", id="display"),
        pytest.param("<p style='visibility:hidden'>secret</p>", "hidden", id="visibility"),
        pytest.param("<p hidden>secret</p>", "hidden", id="attribute"),
        pytest.param("<style>.x{display:none}</style><p class=x>secret</p>", "hidden", id="class"),
        pytest.param("<del>secret</del>", "struck out", id="deleted"),
        pytest.param("<p><s>secret</s></p>", "struck out", id="struck"),
        pytest.param(
            "<p style='text-decoration: line-through'>secret</p>", "struck out", id="line through"
        ),
        pytest.param("<script>secret</script>", "script", id="script"),
        pytest.param("<ix:header>secret</ix:header>", "ix:header", id="ix header"),
        pytest.param(
            "<div style='display:none'><ix:header>secret</ix:header></div>",
            "ix:header",
            id="wrapped ix header",
        ),
    ],
)
def test_hidden_text_is_dropped_and_counted(read_html: ReadHtml, body: str, reason: str) -> None:
    document = read_html(f"<p>before</p>{body}<p>after</p>")
    assert document.text == "before\n\nafter"
    assert document.coverage.dropped[reason] == len("secret")
    assert document.coverage.kept == len(document.text)


def test_tail_of_a_hidden_element_is_kept(read_html: ReadHtml) -> None:
    assert read_html("<p>a <span style='display:none'>x</span>b</p>").text == "a b"


def test_the_marks_of_columns_in_old_filings_strike_nothing(read_html: ReadHtml) -> None:
    found = read_html("<pre><table><caption><s>  <c>\nNet sales   5\n</table></pre><p>x</p>")
    assert "Net sales" in found.text


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        pytest.param("<h2>Overview</h2>", "title", id="heading"),
        pytest.param("<p><b>Overview of</b> <b>results</b></p>", "title", id="all bold"),
        pytest.param("<p style='font-weight:700'>Overview</p>", "title", id="bold by style"),
        pytest.param("<p><b>Overview.</b> We grew.</p>", "paragraph", id="partly bold"),
        pytest.param("<b><p style='font-weight:400'>x</p></b>", "paragraph", id="bold undone"),
        pytest.param("<li>first</li>", "list", id="list item"),
        pytest.param("<p><span>•</span><span>first</span></p>", "list", id="bullet"),
    ],
)
def test_kind_of_a_block(read_html: ReadHtml, body: str, kind: str) -> None:
    assert [passage.kind for passage in read_html(body).passages] == [kind]


def test_bullet_set_apart_by_margin_only_reads_with_a_space(read_html: ReadHtml) -> None:
    assert read_html("<p><span>•</span><span>first</span></p>").text == "• first"


def test_passages_cover_all_text_but_separators(read_html: ReadHtml) -> None:
    document = read_html(
        "<h1>A b</h1><p>c<br>d</p><table><tr><td>e</td><td>1</td></tr>"
        "<tr><td>f</td><td>2</td></tr></table>tail"
    )
    gaps = []
    position = 0
    for passage in document.passages:
        gaps.append(document.text[position : passage.start])
        position = passage.end
    assert gaps == ["", "\n\n", "\n\n", "\t", "\n", "\t", "\n\n"]
    assert position == len(document.text)


@pytest.mark.parametrize(
    "document_type",
    ["", '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "xhtml1-strict.dtd">'],
    ids=["plain", "XHTML 1.0"],
)
def test_xhtml_with_entities_of_html_is_read_as_html(tmp_path: Path, document_type: str) -> None:
    path = tmp_path / "report.xhtml"
    path.write_text(
        f'<?xml version="1.0"?>{document_type}<html xmlns="http://www.w3.org/1999/xhtml"><body>'
        "<p>a&nbsp;b</p></body></html>"
    )
    assert read(path).text == "a b"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "entities",
    [
        '<!ENTITY co "Acme Corp">',
        '<!ENTITY co SYSTEM "secret.txt">',
        '<!ENTITY a "laugh"><!ENTITY co "&a;&a;&a;">',
    ],
    ids=["text", "file", "growing"],
)
def test_xhtml_with_entities_of_its_own_is_refused(
    tmp_path: Path, entities: str, encoding: str
) -> None:
    (tmp_path / "secret.txt").write_text("do not read me")
    path = tmp_path / "report.xhtml"
    path.write_text(
        f'<?xml version="1.0"?><!DOCTYPE html [{entities}]>'
        '<html xmlns="http://www.w3.org/1999/xhtml"><body><p>seen &co;</p></body></html>',
        encoding,
    )
    with pytest.raises(IngestionError, match="has entities of its own; write them out"):
        read(path)


def test_declared_encoding_is_used_where_utf8_does_not_fit(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(
        '<html><head><meta charset="iso-8859-2"></head><body><p>Łódź</p></body></html>'.encode(
            "iso-8859-2"
        )
    )
    assert read(path).text == "Łódź"


@pytest.mark.parametrize("declared", ["undefined", "none-such", "hex", "idna"])
def test_a_declared_encoding_that_is_none_is_passed_over(tmp_path: Path, declared: str) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(f'<html><meta charset="{declared}"><p>Café au lait</p>'.encode("cp1252"))
    assert read(path).text == "Café au lait"


def test_declared_utf8_with_wrong_bytes_loses_these_and_says_so(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    head = b'<html><head><meta charset="utf-8"></head><body><p>'
    page.write_bytes(head + "Caf\u00e9 ".encode() + b"\xff</p></body></html>")
    document = read(page)
    assert document.text == "Caf\u00e9 \ufffd"
    assert document.warnings == ("1 characters could not be decoded",)
    page.write_bytes(head + b"Caf\xe9</p></body></html>")
    assert read(page).text == "Caf\u00e9", "declared wrongly"


@pytest.mark.parametrize(
    "opening",
    ["<pre>", "<p style='white-space:pre'>", "<div style='white-space: pre-wrap'>"],
    ids=["pre", "pre by style", "pre-wrap"],
)
def test_lines_that_are_shown_are_kept(read_html: ReadHtml, tmp_path: Path, opening: str) -> None:
    tag = opening[1:].rstrip(">").partition(" ")[0]
    rows = "Revenue  rose\n&#65;T&amp;T           fell\n\nPlan: rest"
    document = read_html(f"<p>Before</p>{opening}\n{rows}</{tag}>\nAfter")
    assert document.text == "Before\n\nRevenue rose\nAT&T fell\n\nPlan: rest\n\nAfter"
    (path,) = tmp_path.iterdir()
    sources = [path.read_bytes()[slice(*p.source)].decode() for p in document.passages if p.source]
    assert sources == ["Before", rows.removesuffix("\n\nPlan: rest"), "Plan: rest", "After"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<pre><b>Dose</b>\n5 mg\n\nPlan</pre>", "Dose\n5 mg\n\nPlan"),
        ("<pre>One <script>x</script>two\nthree</pre>", "One two\nthree"),
        ("<pre>One\n<p style='white-space:normal'>a\nb</p></pre>", "One\n\na b"),
        ("<div style='white-space:pre-line'>a<span>b\nc</span></div>", "ab\nc"),
        ("<p>one\ntwo</p>", "one two"),
    ],
    ids=["bold", "script", "normal again", "inherited", "ordinary"],
)
def test_lines_of_mixed_blocks_are_kept(read_html: ReadHtml, body: str, text: str) -> None:
    assert read_html(body).text == text


def test_lines_of_a_cell_are_lines_no_longer(read_html: ReadHtml) -> None:
    document = read_html("<table><tr><td><pre>a\nb</pre></td><td>c</td></tr></table>")
    assert document.text == "a b\tc"


def test_tables_set_with_spaces_are_tables(read_html: ReadHtml, tmp_path: Path) -> None:
    rows = [
        "(in thousands)",
        "                       2001       2000",
        "                     ------     ------",
        "<b>Cash</b> &amp; other .....  $ 12,345   $ 10,222",
        "Inventories ......     8,901      9,450",
        "",
        "The notes are part of it.",
    ]
    document = read_html("<p>Before</p><pre>\n" + "\n".join(rows) + "\n</pre><p>After</p>")
    assert document.text == (
        "Before\n\n(in thousands)\n\n2001\t2000\nCash & other\t$ 12,345\t$ 10,222\n"
        "Inventories\t8,901\t9,450\n\nThe notes are part of it.\n\nAfter"
    )
    cell = next(p for p in document.passages if document.text[p.start : p.end] == "9,450")
    assert (cell.row, cell.column) == ("Inventories", "2000")
    (path,) = tmp_path.iterdir()
    assert path.read_bytes()[slice(*cell.source)] == b"9,450"


def test_the_time_for_a_style_sheet_without_rules_grows_with_its_length() -> None:
    assert growth(hidden_classes, "a ", 4_000) < LINEAR
