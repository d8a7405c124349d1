"""Full submissions to EDGAR: the documents of a filing, the main one first, graphics left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.read import read, read_each

HEADER = """<SEC-DOCUMENT>0000000001-25-000001.txt : 20250102
<SEC-HEADER>0000000001-25-000001.hdr.sgml : 20250102
ACCESSION NUMBER:\t\t0000000001-25-000001
CONFORMED SUBMISSION TYPE:\t10-K
</SEC-HEADER>
"""
MAIN = (
    "<XBRL>\n<?xml version='1.0' encoding='ASCII'?>\n<html xmlns='http://www.w3.org/1999/xhtml'>"
    "<body><p>Acme sold pumps.</p></body></html>\n</XBRL>"
)
OLD = """<PAGE>
                             ACME CORP
<TABLE>
<CAPTION>
                     1996      1995
<S>                  <C>       <C>
Net sales            $ 1,200   $ 1,100
</TABLE>
"""


def part(kind: str, name: str, text: str) -> str:
    named = f"<FILENAME>{name}\n" if name else ""
    return (
        f"<DOCUMENT>\n<TYPE>{kind}\n<SEQUENCE>1\n{named}<DESCRIPTION>{kind}\n<TEXT>\n{text}\n"
        "</TEXT>\n</DOCUMENT>\n"
    )


PARTS = [
    part("EX-21", "ex21.htm", "<html><p>Acme Pumps Ltd.</p></html>"),
    part("10-K", "acme.htm", MAIN),
    part("GRAPHIC", "logo.jpg", "begin 644 logo.jpg\nM_]C_X``02D9)1@`!\n`\nend"),
    part("XML", "R1.xml", "<XML>\n<?xml version='1.0'?><x>1</x>\n</XML>"),
    part("EX-99", "a.pdf", "<PDF>\nbegin 644 a.pdf\nM_]C_X``02D9)1@`!\n`\nend\n</PDF>"),
    part("EX-101.SCH", "acme.xsd", "<XBRL>\n<?xml version='1.0'?><schema/>\n</XBRL>"),
]


def submission(folder: Path, text: str) -> Path:
    path = folder / "0000000001-25-000001.txt"
    path.write_bytes(text.encode())
    return path


def test_documents_of_the_form_come_first_and_exhibits_follow(tmp_path: Path) -> None:
    path = submission(tmp_path, HEADER + "".join(PARTS) + "</SEC-DOCUMENT>\n")
    found = [(document.doc_id, document.text) for document in read_each(path)]
    assert found == [
        (f"{path.name}!acme.htm", "Acme sold pumps."),
        (f"{path.name}!ex21.htm", "Acme Pumps Ltd."),
    ]


def test_one_document_is_asked_for(tmp_path: Path) -> None:
    path = submission(tmp_path, HEADER + "".join(PARTS))
    document = read(path)
    assert document.text == "Acme sold pumps."
    assert document.media_type == "application/xhtml+xml"
    assert document.warnings == ("only the main document of the submission was read",)


def test_places_count_from_the_beginning_of_the_submission(tmp_path: Path) -> None:
    path = submission(tmp_path, HEADER + "".join(PARTS))
    documents = list(read_each(path))
    assert len(documents) > 1
    for document in documents:
        place = document.locate(0, len(document.text)).source
        assert place is not None
        assert path.read_bytes()[slice(*place)].decode() == document.text


def test_text_filing_of_the_nineties(tmp_path: Path) -> None:
    path = submission(tmp_path, HEADER + part("10-K", "", OLD))
    (document,) = read_each(path)
    assert document.doc_id == f"{path.name}!10-K-1"
    assert document.media_type == "text/plain"
    assert "Net sales            $ 1,200   $ 1,100" in document.text.split("\n")
    assert "<" not in document.text
    assert document.coverage.dropped["SGML"] == len("<PAGE><TABLE><CAPTION><S><C><C></TABLE>")


def test_submission_that_is_cut_off_is_read_so_far(tmp_path: Path) -> None:
    text = HEADER + part("10-K", "a.htm", "<html><p>One</p><p>Two</p></html>")
    path = submission(tmp_path, text[: text.index("Two") + 2])
    (document,) = read_each(path)
    assert document.text == "One\n\nTw"


def test_submission_of_graphics_only_is_refused(tmp_path: Path) -> None:
    path = submission(tmp_path, HEADER + PARTS[2])
    with pytest.raises(IngestionError, match="the submission holds no document"):
        read(path)


@pytest.mark.parametrize("field", ["TYPE", "FILENAME"])
def test_damaged_field_holds_no_text_of_the_note_in_a_message(tmp_path: Path, field: str) -> None:
    damaged = f"<DOCUMENT>\n<{field}>Zebrafish bit Ann. \n<TEXT>\n\0\1\0\n</TEXT>\n</DOCUMENT>\n"
    path = submission(tmp_path, HEADER + part("10-K", "", OLD) + damaged)
    report, error = read_each(path)
    assert isinstance(error, IngestionError)
    assert str(error).startswith(f"{path}!document-2: ")
    assert "Zebrafish" not in str(error)
    assert report.doc_id == f"{path.name}!10-K-1"
