"""Importance of a note's units: how they are split, scored and used."""

from __future__ import annotations

import pytest
import torch
from made_notes import note

from secateur.core.models.shipped import shipped
from secateur.pipelines.clinical.handover.encoded import load_encoder
from secateur.pipelines.clinical.handover.importance import (
    ImportanceModel,
    load_importance,
    read_importance,
    save_importance,
    score_units,
)
from secateur.pipelines.clinical.handover.units import units_of
from secateur.pipelines.document.handover import TITLES
from secateur.pipelines.errors import UsageError

NOTE = note(
    ("HPI", "This is a 67-year-old man with fever. He likes to play chess."),
    ("Physical Exam", "The lungs are clear. The abdomen is soft."),
    ("Assessment", "Septic shock from a urinary infection, improving on ceftriaxone."),
    ("Plan", "He will see Dr. Lee in one week. The patient was thanked for his time."),
)
VISIT = note(
    (None, "[doctor] hi ann . how was the drive here today ?"),
    (None, "[patient] good , thanks ."),
    (None, "[doctor] you have pneumonia , so i will start you on azithromycin 500 milligrams ."),
    (None, "[patient] okay ."),
    (None, "[doctor] see you ."),
    (None, "[patient] bye ."),
)


def weights(document, model):
    return {document.text[u.start : u.end]: u.weight for u in score_units(document, model)}


@pytest.fixture(scope="module")
def model():
    return load_importance()


def test_units_are_sentences_and_clauses_of_long_ones_without_speakers():
    long = (
        "The prosthesis was found out of place as it had tilted over the years; however, it was"
        " removed, and the fit of the new one was secure in the end."
    )
    document = note((None, f"Gout. {long}"))
    texts = [document.text[unit.start : unit.end] for unit in units_of(document)]
    assert texts[0] == "Gout."
    assert texts[1].endswith("years;")
    assert texts[-1].startswith("and the fit")
    assert [unit.sentence for unit in units_of(document)] == [0, 1, 1, 1]
    said = units_of(VISIT)
    assert VISIT.text[said[0].start :].startswith("hi ann")
    assert said[0].is_clinician
    assert said[2].is_clinician is False


def test_every_sentence_has_a_weight_and_sections_and_always_the_same(model):
    scored = score_units(NOTE, model)
    assert len(scored) == len(units_of(NOTE)) == 7
    assert all(0 <= unit.weight <= 3 for unit in scored)
    assert all(set(unit.sections) == set(TITLES) for unit in scored)
    assert all(sum(unit.sections.values()) == pytest.approx(1, abs=1e-4) for unit in scored)
    assert scored == score_units(NOTE, model)
    assert score_units(note(), model) == ()


@pytest.mark.parametrize(
    ("document", "matters", "idle"),
    [
        (NOTE, "Septic shock", "The patient was thanked"),
        (NOTE, "This is a 67-year-old", "The abdomen is soft"),
        (NOTE, "He will see Dr. Lee", "He likes to play chess"),
        (VISIT, "you have pneumonia", "hi ann"),
    ],
    ids=["diagnosis", "who", "follow-up", "speech"],
)
def test_what_matters_outranks_what_does_not(model, document, matters, idle):
    found = weights(document, model)
    heavy, light = (
        max(weight for text, weight in found.items() if text.startswith(start))
        for start in (matters, idle)
    )
    assert heavy > 1.2 * light


def test_a_long_record_is_read_in_one_sequence(model):
    filler = " ".join(["The heart is regular without murmurs."] * 900)
    long = note(("Physical Exam", filler), ("Assessment", "Septic shock."))
    scored = score_units(long, model)
    assert len(scored) == 901
    assert scored[-1].weight > 5 * scored[450].weight


def test_another_order_of_the_weights_is_another_choice(model, tmp_path):
    torch.manual_seed(0)
    shuffled = []
    for network in model.networks:
        save_importance(tmp_path, [network], ())
        other = read_importance(tmp_path).networks[0]
        for values in other.parameters():
            values.data = values.flatten()[torch.randperm(values.numel())].view_as(values)
        shuffled.append(other)
    other = weights(NOTE, ImportanceModel(model.sections, tuple(shuffled)))
    own = weights(NOTE, model)
    assert max(own, key=own.get) != max(other, key=other.get)


def test_the_model_ships_and_is_small():
    files = list(shipped("importance").iterdir())
    assert {"weights.safetensors", "importance.json", "README.md"} <= {f.name for f in files}
    assert sum(file.stat().st_size for file in files) < 10e6


def test_without_the_encoder_it_is_said_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("SECATEUR_BASES", str(tmp_path))
    load_encoder.cache_clear()
    with pytest.raises(UsageError, match="minilm-l6"):
        load_encoder()
