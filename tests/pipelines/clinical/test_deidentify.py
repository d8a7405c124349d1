"""Identifiers taken out of notes before they are read, shown or written."""

from __future__ import annotations

import json
import random

import pytest
from tiny_folders import save_decoder

from secateur.pipelines.cli import main
from secateur.pipelines.clinical.deidentify import Redactor, deidentify
from secateur.pipelines.document import Document, Passage, Section
from secateur.pipelines.evaluation import identifiers
from secateur.pipelines.ingestion.read import read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Ana Ruiz saw him.", "Dr. [NAME] saw him."),
        ("PATIENT: Dalloway, Renner T.", "PATIENT: [NAME]"),
        ("Signed by Zoë Ibáñez-Núñez, MD", "Signed by [NAME], MD"),
        (
            "Ana Ruiz is a 50-year-old woman. Ruiz left.",
            "[NAME] is a 50-year-old woman. [NAME] left.",
        ),
        (
            "Mother is a 50-year-old nurse. Mother left.",
            "Mother is a 50-year-old nurse. Mother left.",
        ),
        ("Renner T. Dalloway presented with pain.", "[NAME] presented with pain."),
        ("Patient Agreements: she agrees.", "Patient Agreements: she agrees."),
        ("His wife, Marguerite, agrees.", "His wife, [NAME], agrees."),
        ("Seen 03/14/1957 and on March 3rd.", "Seen [DATE] and on [DATE]."),
        ("Drain out 11/20, BP 120/80, strength 4/5.", "Drain out [DATE], BP 120/80, strength 4/5."),
        ("Call (555) 123-4567 ext. 12.", "Call [PHONE]."),
        ("Lives at 12 Old Mill Road Apt 4B.", "Lives at [ADDRESS]."),
        ("MRN: 00482913, SSN 123-45-6789", "MRN: [NUMBER], SSN [NUMBER]"),
        ("Write to a.b@c.org or www.c.org", "Write to [EMAIL] or [URL]"),
        ("A 93-year-old man, 67 before.", "A [AGE]-year-old man, 67 before."),
        ("Metformin 500 mg, WBC 12,300.", "Metformin 500 mg, WBC 12,300."),
    ],
)
def test_identifiers_give_way_to_their_kind(text, expected):
    assert Redactor(text).redact(text) == expected


def test_a_name_that_a_cue_gave_away_is_gone_everywhere():
    text = "Patient: Renner Dalloway\nThen renner slept. Dalloway's wound is dry."
    assert Redactor(text).redact(text) == (
        "Patient: [NAME]\nThen [NAME] slept. [NAME]'s wound is dry."
    )


def test_offsets_follow_the_new_text():
    lines = ("Patient: Renner Dalloway", "Seen on 11/04/2024 by Dr. Ruiz.", "No fever.")
    text = "\n".join(lines)
    starts = [text.index(line) for line in lines]
    document = Document(
        "n.txt",
        text,
        tuple(Passage(at, at + len(line)) for at, line in zip(starts, lines, strict=True)),
        "text/plain",
        sections=(Section(starts[1], len(text), "HPI", 1.0),),
    )
    hidden = deidentify(document)
    assert [hidden.text[p.start : p.end] for p in hidden.passages] == [
        "Patient: [NAME]",
        "Seen on [DATE] by Dr. [NAME].",
        "No fever.",
    ]
    (section,) = hidden.sections
    assert hidden.text[section.start : section.end] == "Seen on [DATE] by Dr. [NAME].\nNo fever."


def test_headings_that_name_the_patient_are_hidden_wherever_they_are_kept(tmp_path):
    note = tmp_path / "note.md"
    note.write_text("# Patient: Renner Dalloway\n\n## Plan\n\nReturn in two weeks.\n")
    document = read(note)
    assert "Dalloway" in repr(document.passages)
    assert "Dalloway" not in repr(deidentify(document))


def test_every_planted_kind_can_be_found_and_missed():
    rng = random.Random(0)
    text, planted = identifiers.plant("A note.", rng)
    assert {kind for kind, _, _ in planted} == set(identifiers._SENTENCES)
    for _, wording, identifier in planted:
        assert wording.format(identifier) in text.split("\n")
        assert identifiers.remains(identifier, text)
        assert not identifiers.remains(identifier, "Nothing is left of it.")


def test_the_command_hides_what_the_note_tells(tmp_path, capsys):
    decoder = str(save_decoder(tmp_path / "decoder"))
    note = tmp_path / "note.txt"
    note.write_text("Patient: Quackenbush, Zeb\nPLAN: Zeb returns to clinic on 11/04/2024.\n")
    arguments = ["summarize", str(note), "--model", decoder, "--style", "assessment", "--quiet"]
    assert main(arguments) == 0
    assert "Zeb" in capsys.readouterr().out
    assert main([*arguments, "--deidentify"]) == 0
    out = capsys.readouterr().out
    (place,) = json.loads(out)["follow_up"]
    assert place["text"] == "[NAME] returns to clinic on [DATE]."
    assert "Zeb" not in out
