"""The spaCy component, and what spaCy makes of its entities."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
import spacy
import torch
from spacy import displacy
from spacy.language import Language
from spacy.training import Example
from tiny_folders import save_tagger

from secateur.core.board import Routed
from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.finance.reader.entities import Extraction
from secateur.pipelines.runs import routing
from secateur.pipelines.runs import spacy_component as component
from secateur.pipelines.runs.options import RunOptions

TEXT = "Acme paid $5 million.\n\nIt rains."
FOUND = (
    Entity("doc", 0, 4, "Acme", "ORG", 0.9),
    Entity("doc", 10, 20, "$5 million", "MONEY", 0.8, concept="us-gaap:Revenues"),
)


class _Router:
    """Finds the same in every document, and keeps count of how many it gets at once."""

    def __init__(self, options: RunOptions, share_mib: int) -> None:
        self.calls: list[int] = []

    def extract(self, documents: Sequence[Document]) -> Routed[Extraction]:
        self.calls.append(len(documents))
        one = Extraction(FOUND, tokens=9, sequence=11, chunks=1, words=5)
        return Routed((one,) * len(documents), ("cpu-exact",) * len(documents), ())

    def reset_statistics(self) -> None:
        """Keeps none."""


@pytest.fixture
def nlp(monkeypatch: pytest.MonkeyPatch) -> Language:
    monkeypatch.setattr(routing, "EntityRouter", _Router)
    nlp = spacy.blank("en")
    nlp.add_pipe("secateur_entities")
    return nlp


def test_a_pipeline_gets_entities_and_their_fields(nlp: Language) -> None:
    doc = nlp(TEXT)
    assert [(e.text, e.label_) for e in doc.ents] == [("Acme", "ORG"), ("$5 million", "MONEY")]
    assert doc.ents[1].kb_id_ == "us-gaap:Revenues"
    assert doc.user_data["secateur"][1]["text"] == "$5 million"


def test_many_texts_are_read_together(nlp: Language) -> None:
    docs = list(nlp.pipe([TEXT] * 5, batch_size=3))
    assert [len(doc.ents) for doc in docs] == [2] * 5
    assert nlp.get_pipe("secateur_entities")._router.calls == [3, 2]


def test_a_pipeline_is_scored(nlp: Language) -> None:
    gold = Example.from_dict(nlp.make_doc(TEXT), {"entities": [(0, 4, "ORG"), (26, 31, "DATE")]})
    scores = nlp.evaluate([gold])
    assert (scores["ents_p"], scores["ents_r"]) == (0.5, 0.5)
    assert scores["ents_per_type"]["ORG"]["f"] == 1.0


def test_the_options_of_a_run_are_taken() -> None:
    config = {"profile": "finance", "target_error": 0.02, "dtype": "bf16", "device": "cpu"}
    made = spacy.blank("en").add_pipe("secateur_entities", config=config)
    assert made._options == RunOptions(**config)


def test_blank_lines_part_paragraphs() -> None:
    document = component.document_of("  One\ntwo \n \n three\n\n")
    assert [document.text[p.start : p.end] for p in document.passages] == ["One\ntwo", "three"]
    assert component.document_of(" \n").passages == ()


def test_an_unknown_attention_is_refused() -> None:
    with pytest.raises(ValueError, match="attention"):
        spacy.blank("en").add_pipe("secateur_entities", config={"attention": "half"})


def test_a_threshold_that_no_attention_has_is_refused() -> None:
    with pytest.raises(ValueError, match=r"threshold -1.0 is not a number of 0 or more"):
        spacy.blank("en").add_pipe("secateur_entities", config={"threshold": -1.0})


def test_displacy_draws_entities_in_their_text(nlp: Language) -> None:
    drawn = displacy.render(nlp(TEXT), style="ent", jupyter=False)
    assert re.findall(r"<mark[^>]*>\s*(.+)", drawn) == ["Acme", "$5 million"]


# Python warns of every fork of a process with threads, which this is about.
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.timeout(120)
def test_processes_that_are_forked_off_a_pipeline_in_use_do_not_wait_for_its_threads(
    tmp_path: Path,
) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("secateur_entities", config={"model": str(save_tagger(tmp_path))})
    text = "Acme Corp. earned $3 million in 2024. " * 200
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        before = len(nlp(text).ents)
        torch.rand(1 << 24).exp()  # large enough for two threads
        found = nlp.pipe([text] * 2, n_process=2, batch_size=1)
        assert [len(doc.ents) for doc in found] == [before] * 2
    finally:
        torch.set_num_threads(threads)
