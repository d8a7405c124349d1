"""The printed name of the company that reports."""

from __future__ import annotations

from pathlib import Path

from report_views import named, page

from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.finance.views.names import registrant_name


def test_the_cover_has_the_name(tmp_path: Path) -> None:
    document = page(tmp_path, "<p>Acme Controls sells valves.</p>")
    entities = named(document, ("Acme Controls", "ORG"))
    assert registrant_name(document, entities) == "ACME CONTROLS, INC."


def test_without_a_cover_the_most_frequent_form_is_the_name() -> None:
    text = "ACME\nCORP rose. Acme Corp. fell. Then Acme Corp. rose. Acme was sold to Globex."
    document = Document("a.txt", text, (Passage(0, len(text)),), "text/plain")
    forms = ["ACME\nCORP", "Acme Corp.", "Acme Corp.", "Acme", "Globex"]
    assert registrant_name(document, named(document, *((form, "ORG") for form in forms))) == (
        "Acme Corp."
    )


def test_without_an_organisation_there_is_no_name() -> None:
    text = "Sales rose."
    assert registrant_name(Document("a.txt", text, (Passage(0, 11),), "text/plain"), []) is None
