"""What a pipeline's model read, in characters of the document."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_folders import save_decoder, save_tagger

from secateur.core import hf
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.errors import UsageError
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.lab.kept import KeptPlace, LayerReading, mass_of, read_for, strip
from secateur.pipelines.runs.models import LoadedModel, load_model
from secateur.pipelines.runs.options import Pipeline, RunOptions

SENTENCE = "Acme Corp. earned $1.2 million in 2024 and paid its tax in June. "


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Document:
    path = tmp_path_factory.mktemp("report") / "report.txt"
    path.write_text("\n\n".join(SENTENCE * 3 for _ in range(20)))
    return read(path)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[Pipeline, Path]:
    return {
        "finance": Path(save_tagger(tmp_path_factory.mktemp("tagger"))),
        "clinical": Path(save_decoder(tmp_path_factory.mktemp("decoder"))),
    }


def loaded_for(folder: Path, pipeline: Pipeline) -> LoadedModel:
    return load_model(pipeline, RunOptions(model=str(folder), threshold=2.0))


@pytest.mark.parametrize("pipeline", ["finance", "clinical"])
def test_places_lie_in_the_document_and_their_mass_adds_up(
    document: Document, folders: dict[Pipeline, Path], pipeline: Pipeline
) -> None:
    loaded = loaded_for(folders[pipeline], pipeline)
    start, end = sentences(document.text, document.passages)[20]
    readings = read_for(document, loaded, pipeline, start, end)
    assert readings
    for reading in readings:
        mass = sum(place.mass for place in reading.places) + reading.elsewhere
        assert mass == pytest.approx(1.0, abs=1e-3)
        edges = [edge for place in reading.places for edge in (place.start, place.end)]
        assert edges == sorted(edges)
        assert edges[-1] <= len(document.text)
        own = next(p for p in reading.places if p.start < end and start < p.end)
        assert own.heads == pytest.approx(1.0)


def test_full_attention_is_no_selection(document: Document, folders: dict[Pipeline, Path]) -> None:
    loaded = loaded_for(folders["finance"], "finance")
    hf.enable(loaded.model, threshold=0.0)
    readings = read_for(document, loaded, "finance", 0, 20)
    assert {(reading.pruned, reading.density) for reading in readings} == {(False, 1.0)}


def test_place_without_a_token_is_refused(
    document: Document, folders: dict[Pipeline, Path]
) -> None:
    loaded = loaded_for(folders["finance"], "finance")
    gap = document.passages[0].end
    with pytest.raises(UsageError, match="no token"):
        read_for(document, loaded, "finance", gap, gap + 1)


def test_note_longer_than_the_context_is_refused(
    document: Document, folders: dict[Pipeline, Path]
) -> None:
    loaded = loaded_for(folders["clinical"], "clinical")
    loaded.model.config.max_position_embeddings = 600
    with pytest.raises(UsageError, match=r"report\.txt: .* reads 600 at once"):
        read_for(document, loaded, "clinical", 0, 20)


READING = LayerReading(
    "layer", True, 0.5, (KeptPlace(0, 10, 0.5, 1.0), KeptPlace(45, 65, 0.3, 0.5)), 0.2
)


def test_mass_is_that_of_the_pieces_in_which_places_begin() -> None:
    assert mass_of([READING, READING], [(0, 20), (20, 50), (50, 99)]) == [0.5, 0.3, 0.0]


def test_strip_shares_places_out_over_its_parts() -> None:
    parts = strip(READING, 100, 10)
    assert [round(mass, 4) for mass, _ in parts] == [0.5, 0, 0, 0, 0.075, 0.15, 0.075, 0, 0, 0]
    assert [round(kept, 4) for _, kept in parts] == [1, 0, 0, 0, 0.25, 0.5, 0.25, 0, 0, 0]
