"""Which sentence of a note a person would say: learnt by a tiny model, and as it ships."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from made_notes import note
from tiny_folders import save_decoder

from secateur.core import hf
from secateur.pipelines.clinical.handover.salience import (
    MeanWords,
    Salience,
    read_salience,
    salient,
)
from secateur.pipelines.clinical.training.salience import Example, main, mean_rouge, train
from secateur.pipelines.document.document import Coverage, Document, Passage
from secateur.pipelines.document.sentences import sentences

NOTE = note(
    ("HPI", "Cough for two days. No fever."), ("Impression", "Gout."), (None, "Signed by hand.")
)
SPANS = sentences(NOTE.text, NOTE.passages)


@pytest.fixture(scope="module")
def decoder(tmp_path_factory: pytest.TempPathFactory):
    return hf.load(save_decoder(tmp_path_factory.mktemp("decoder"), 256), "causal-lm")


@pytest.fixture(scope="module")
def words(decoder) -> MeanWords:
    return MeanWords(*decoder)


def fresh(words: MeanWords, sections: tuple[str, ...] = ("HPI", "Impression")) -> Salience:
    torch.manual_seed(0)
    salience = Salience(words(["a"]).shape[1], sections)
    salience.learnt_with(words)
    return salience


def test_means_are_of_the_models_own_embeddings(decoder, words: MeanWords) -> None:
    model, tokenizer = decoder
    rows = [tokenizer(text, add_special_tokens=False)["input_ids"] for text in ("ab", "c")]
    table = model.get_input_embeddings().weight.detach()
    expected = [table[row].mean(0) for row in rows]
    found = words(["ab", "", "c"])
    torch.testing.assert_close(found[[0, 2]], torch.stack(expected))
    assert not found[1].any()
    assert not words([""]).any()


def test_features_say_where_and_how_a_sentence_stands(words: MeanWords) -> None:
    """In the order in which the weights that ship were learnt."""
    text = "PLAN:\nRest at home."
    passages = (Passage(0, 5, kind="title"), Passage(6, 19))
    document = Document("note.txt", text, passages, "text/plain", (), Coverage(len(text)))
    salience = fresh(words)
    found = salience.features(document, [(0, 5), (6, 19)], words)
    places = found[:, 2 * words(["a"]).shape[1] : -1 - len(salience.sections)]
    expected = [
        [0, 1, 0, 0.025, 1 / 60, 1, 1, 1, 0, 1, 0.02, 1, 0],
        [0.5, 0.5, 1 / 30, 0.065, 0.05, 0, 0.5, 0, 1, 0, 0.02, 0, 1],
    ]
    torch.testing.assert_close(places, torch.tensor(expected))


def test_what_a_section_says_is_learnt(words: MeanWords) -> None:
    salience = fresh(words)
    features = salience.features(NOTE, SPANS, words)
    rouge = torch.tensor([0.1, 0.0, 0.9, 0.0])
    before = mean_rouge([Example(features, rouge)], salience)
    train([Example(features, rouge)] * 32, salience)
    assert mean_rouge([Example(features, rouge)], salience) == pytest.approx(0.9)
    assert before < 0.9


def test_a_file_says_what_was_saved(words: MeanWords, tmp_path: Path) -> None:
    salience = fresh(words)
    salience.save(tmp_path / "weights.safetensors")
    again = read_salience(tmp_path / "weights.safetensors")
    features = salience.features(NOTE, SPANS, words)
    assert again.sections == salience.sections
    torch.testing.assert_close(again(features), salience(features), rtol=0, atol=0.05)
    assert again.fits(words)


def test_another_models_words_do_not_fit(words: MeanWords) -> None:
    salience = fresh(words)
    assert salience.fits(words)
    assert not salience.fits(lambda texts: -words(texts))
    assert not salience.fits(lambda texts: words(texts)[:, :-1])


def test_a_model_with_other_words_has_no_salient_sentences(decoder) -> None:
    assert salient(NOTE, SPANS, *decoder) == []
    assert salient(NOTE, [], *decoder) == []


@given(st.lists(st.text("ab .:\nA", max_size=20), max_size=12))
def test_shares_are_of_one_whole(words: MeanWords, lines: list[str]) -> None:
    document = note(*((None, line) for line in lines))
    spans = [(passage.start, passage.end) for passage in document.passages]
    salience = fresh(words)
    if spans:
        shares = salience(salience.features(document, spans, words)).exp()
        assert shares.shape == (len(spans),)
        assert float(shares.sum().detach()) == pytest.approx(1, abs=1e-4)


def test_a_text_without_passages_has_features_too(words: MeanWords) -> None:
    bare = Document("note.txt", "Cough.", (), "text/plain", (), Coverage(6))
    assert fresh(words).features(bare, [(0, 6)], words).isfinite().all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_weights_that_ship_know_their_base(dtype: torch.dtype) -> None:
    model, tokenizer = hf.load("clinical", "causal-lm", dtype=dtype)
    visit = note(
        ("HPI", "The patient is a 55-year-old man with gout who comes for a colonoscopy."),
        ("Medications", "Aspirin 81 mg daily."),
        ("Instructions", "Call the office with any questions."),
    )
    spans = sentences(visit.text, visit.passages)
    shares = salient(visit, spans, model, tokenizer)
    assert sum(shares) == pytest.approx(1, abs=1e-3)
    assert shares.index(max(shares)) == 0


def test_the_command_trains_on_notes_and_writes_what_ships(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes, weights = tmp_path / "notes.jsonl.gz", tmp_path / "weights.safetensors"
    rows = [
        {
            "id": number,
            "split": "valid" if number == 8 else "train",
            "description": f"Gout of the toe, {number} days.",
            "transcription": f"HPI: A cough.\nIMPRESSION: Gout of the toe, {number} days.\n",
        }
        for number in range(9)
    ]
    with gzip.open(notes, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    main([str(notes), "--out", str(weights)])
    assert "likeliest sentence of 1 notes: ROUGE-L" in capsys.readouterr().out
    assert read_salience(weights).sections == ("Assessment", "HPI")
