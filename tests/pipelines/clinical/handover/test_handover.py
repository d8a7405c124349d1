"""Handovers: what goes in, in which section, in which words, within the limit."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field

import docx
import pytest
from fhir.resources.R4B.bundle import Bundle
from made_notes import note

import secateur
from secateur.pipelines.cli.main import main
from secateur.pipelines.clinical.handover import hand_over as making
from secateur.pipelines.clinical.handover.assemble import assemble
from secateur.pipelines.clinical.handover.render import HANDOVER_FORMATS, as_text, handover_files
from secateur.pipelines.clinical.handover.summarize import summarize
from secateur.pipelines.clinical.handover.tidy import tidy
from secateur.pipelines.clinical.handover.units import units_of
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.handover import TITLES, Handover, count_words, limit_of
from secateur.pipelines.document.sentences import sentences_of
from secateur.pipelines.terminology.matcher import Term, TermMatcher

DRUGS = TermMatcher(
    [
        *(Term(name, name, "drug") for name in ("lisinopril", "metformin", "amoxicillin", "lasix")),
        Term("gout", "gout, unspecified", "problem", "M10.9"),
    ]
)


SHORT = {
    "do you have any fever ?": "Fever",
    "any surgeries in the past ?": "Surgeries in past",
    "no .": "No",
    "yeah , a nose job .": "Nose job",
}
"""Sentences in fewer words."""


@dataclass(frozen=True)
class Unit:
    start: int
    end: int
    weight: float = 1.0
    sections: dict[str, float] = field(default_factory=lambda: {"findings": 1.0})
    short: str = ""


def units(document: Document, **scored: tuple[str, float]) -> list[Unit]:
    """Units of a note, those that hold a word with its section and weight."""
    found = []
    for unit in units_of(document):
        start, end = unit.start, unit.end
        words = document.text[start:end].lower()
        name, weight = next((to for word, to in scored.items() if word in words), ("findings", 0.0))
        short = SHORT.get(text := document.text[start:end], tidy(text))
        found.append(Unit(start, end, weight, {name: 1.0}, short))
    return found


def sections(document: Document, **scored: tuple[str, float]) -> dict[str, list[str]]:
    made = assemble(document, sentences_of(document), units(document, **scored), DRUGS)
    return {each.name: [item.text for item in each.items] for each in made}


def test_what_weighs_most_goes_in_by_section_in_the_notes_order():
    document = note(
        ("HPI", "A 60-year-old man has chest pain. He likes chess."),
        ("Assessment", "Gout flare, improving. Small stroke in May."),
    )
    made = sections(
        document, chest=("one_liner", 3.0), gout=("problems", 2.0), stroke=("problems", 3.0)
    )
    assert made["one_liner"] == ["A 60-year-old man has chest pain."]
    assert made["problems"] == ["Gout flare, improving.", "Small stroke in May."]
    assert "chess" not in str(made)
    assert list(made) == list(TITLES)
    assert made["procedures"] == []


def test_a_silent_section_reads_not_stated_and_none_is_a_statement():
    document = note(("Allergies", "NKDA"), ("Plan", "Rest."))
    made = assemble(document, sentences_of(document), units(document), DRUGS)
    text = as_text(made)
    assert "Allergies: No known allergies" in text
    assert "Pending: not stated" in text


def test_drugs_are_a_table_with_status_and_their_sentences_go():
    document = note(
        ("Medications", "lisinopril 10 mg daily, metformin 500 mg b.i.d."),
        ("Plan", "Stop metformin. Start Lasix 40 mg daily."),
    )
    made = sections(document, lasix=("medications", 3.0), stop=("medications", 3.0))
    assert any(row.startswith("Lasix 40 mg daily") and "new" in row for row in made["medications"])
    assert "lisinopril 10 mg daily — home" in [row.lower() for row in made["medications"]]
    assert any("metformin" in row and "stopped" in row for row in made["medications"])
    assert len(made["medications"]) == 3


def test_a_drug_of_a_class_that_harms_is_flagged():
    document = note(
        ("Allergies", "ALLERGIES: Penicillin - rash"), ("Plan", "Start amoxicillin 500 mg daily.")
    )
    made = assemble(document, sentences_of(document), units(document), DRUGS)
    (row,) = made[list(TITLES).index("medications")].items
    assert row.flags == ("allergy",)
    (harm,) = made[list(TITLES).index("allergies")].items
    assert "rash" in harm.text.lower()


def test_a_relatives_disease_is_told_as_the_familys():
    document = note(("Family History", "Gout and diabetes."))
    made = sections(document, gout=("problems", 2.0))
    assert made["problems"] == ["Family: Gout and diabetes."]


def test_what_says_nothing_without_its_section_has_it_as_a_label():
    document = note(("Complications", "COMPLICATIONS: None."), ("Assessment", "ASSESSMENT: Gout."))
    made = sections(document, none=("procedures", 2.0), gout=("problems", 2.0))
    assert made["procedures"] == ["Complications: None."]
    assert made["problems"] == ["Gout."]


def test_an_answer_stands_with_its_question():
    document = note(
        (None, "[doctor] do you have any fever ?"), (None, "[patient] no ."),
        (None, "[doctor] any surgeries in the past ?"), (None, "[patient] yeah , a nose job ."),
    )  # fmt: skip
    made = sections(document, no=("findings", 2.0), nose=("findings", 2.0))
    assert made["findings"] == ["No fever", "Surgeries in past: nose job"]


def test_a_handover_keeps_to_its_limit():
    document = note(
        *(
            ("HPI", f"Finding {n} {chr(97 + n % 26) * 5} {chr(97 + n % 23) * 4} weighs.")
            for n in range(120)
        )
    )
    made = assemble(
        document, sentences_of(document), units(document, finding=("course", 2.0)), DRUGS
    )
    assert 120 < count_words(as_text(made)) <= limit_of(document.text)


@pytest.fixture
def handover(monkeypatch: pytest.MonkeyPatch) -> Handover:
    document = note(
        ("Allergies", "ALLERGIES: Penicillin - rash"),
        ("Medications", "lisinopril 10 mg daily"),
        ("Assessment", "Gout, stable."),
    )
    scored = units(document, gout=("problems", 3.0))
    monkeypatch.setattr(making, "scored_units", lambda _: scored)
    monkeypatch.setattr(making.sources, "vocabulary", lambda: DRUGS)
    return summarize(document)


def test_every_item_has_its_place(handover):
    assert isinstance(handover, secateur.Handover)
    text = "ALLERGIES: Penicillin - rash\nlisinopril 10 mg daily\nGout, stable.\n"
    for section in handover.sections:
        for item in section.items:
            assert item.evidence
            assert all(text[p.start : p.end] == p.text for p in item.evidence)
    (problem,) = handover.section("problems").items
    assert [code.code for code in problem.codes] == ["M10.9"]


@pytest.mark.parametrize("form", HANDOVER_FORMATS)
def test_each_format_holds_the_items(handover, form):
    ((suffix, content),) = handover_files(handover, form).items()
    if form == "docx":
        word = docx.Document(io.BytesIO(content))
        told = "\n".join(p.text for p in word.paragraphs) + word.tables[0].cell(1, 0).text
    else:
        told = content.decode()
    assert all(words in told for words in ("Gout, stable.", "isinopril", "rash", "not stated"))
    assert ("0-28" in told) == (form in ("md", "docx", "fhir"))
    if form == "text":
        assert suffix == "txt"
        assert count_words(told) == handover.words <= handover.limit


def test_fhir_has_resources_of_drugs_allergies_and_problems(handover):
    bundle = Bundle.model_validate_json(handover_files(handover, "fhir")["fhir.json"])
    kinds = [entry.resource.get_resource_type() for entry in bundle.entry]
    assert kinds == ["Composition", "Condition", "MedicationStatement", "AllergyIntolerance"]
    (coding,) = bundle.entry[1].resource.code.coding
    assert (coding.code, coding.system) == ("M10.9", "http://hl7.org/fhir/sid/icd-10-cm")
    assert 0 < coding.extension[0].valueDecimal <= 1


def test_the_json_has_the_text_that_is_scored(handover):
    record = json.loads(handover_files(handover, "json")["json"])
    assert record["text"] == handover.text
    assert [each["name"] for each in record["sections"]] == list(TITLES)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--style", "brief", "--format", "md"], "--format md is of handovers"),
        (["--style", "brief", "--timeline"], "--timeline is of handovers"),
        (["--drafts", "2"], "--drafts changes nothing of a handover"),
        (["--model", "clinical"], "--model changes nothing of a handover"),
        (["--format", "docx"], "give --out FOLDER"),
    ],
)
def test_options_of_the_other_style_are_refused(tmp_path, capsys, options, said):
    (file := tmp_path / "n.txt").write_text("PLAN: Rest.")
    assert main(["summarize", str(file), *options]) == 1
    assert said in capsys.readouterr().err


def test_an_unknown_style_or_option_is_refused():
    document = note((None, "Rest."))
    with pytest.raises(ValueError, match="unknown style 'long'; one of handover, brief"):
        summarize(document, style="long")
    with pytest.raises(ValueError, match="a handover has no option drafts"):
        summarize(document, drafts=2)
