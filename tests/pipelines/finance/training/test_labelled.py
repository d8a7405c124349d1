"""One's own labelled documents: read with entities of any format beside them, refused when odd."""

from __future__ import annotations

import json
import runpy
import shutil

import pytest
from transformers import BertConfig, BertModel

from secateur.pipelines.cli.main import main
from secateur.pipelines.errors import UsageError
from secateur.pipelines.export.formats import FORMATS, read_entities
from secateur.pipelines.finance.training.labelled import check_split, read_labelled
from secateur.pipelines.ingestion.read import read

TYPES = ["PARTY", "MONEY", "DATE"]
TEXT = "Paid by Zyxwv Ltd.\nDue: $3 million on May 2, 2024.\n"
MARKS = [(8, 17, "PARTY"), (24, 34, "MONEY"), (38, 49, "DATE")]


def write(folder, marks=MARKS, name="a.txt", text=TEXT):
    (folder / name).write_text(text)
    lines = [
        {"doc_id": name, "start": start, "end": end, "text": text[start:end], "label": label}
        for start, end, label in marks
    ]
    (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def marked(labelled):
    return [
        (text.text[mark.start : mark.end], mark.label)
        for document in labelled
        for text in document
        for mark in text.marks
    ]


def test_each_sentence_has_its_own_marks(tmp_path):
    write(tmp_path)
    labelled = read_labelled(tmp_path, [], TYPES)
    assert marked(labelled) == [
        ("Zyxwv Ltd", "PARTY"),
        ("$3 million", "MONEY"),
        ("May 2, 2024", "DATE"),
    ]
    assert all(text.annotated == frozenset(TYPES) for text in labelled[0])


def test_types_that_nothing_marks_and_documents_on_both_sides_are_told(tmp_path, caplog):
    write(tmp_path)
    write(tmp_path, [(4, 11, "PARTY")], "b.txt", "For Xyzwv L.\n")
    both, one = (read_labelled(tmp_path, files, TYPES) for files in ([], ["b.txt"]))
    check_split([both], [], TYPES)
    check_split([one], [both], ["PARTY", "DATE"])
    assert caplog.messages == [
        "no training set marks DATE: the model will find none",
        "1 document to validate on is learnt from, too: that proves nothing",
    ]
    with pytest.raises(UsageError, match=r"marks FOO, of model\.types; marked is PARTY"):
        check_split([one], [], ["FOO"])


def test_marks_of_a_type_that_is_none_of_the_models_are_told(tmp_path, caplog):
    write(tmp_path, [*MARKS[:2], (38, 49, "DTAE")])
    read_labelled(tmp_path, [], TYPES)
    assert caplog.messages == ["marked, but none of the types: DTAE; learnt as no entity"]


@pytest.mark.parametrize("form", FORMATS)
def test_labels_are_read_in_every_format_that_entities_are_written_in(tmp_path, data_samples, form):
    shutil.copy(data_samples / "contracts" / "birch.txt", tmp_path)
    entities = read_entities(data_samples / "contracts" / "birch.txt.jsonl")
    document = read(tmp_path / "birch.txt")
    for suffix, content in FORMATS[form].write(document, entities).items():
        (tmp_path / f"birch.txt.{suffix}").write_bytes(content)
    gold = [(entity.text.split(), entity.label) for entity in entities]
    found = marked(read_labelled(tmp_path, ["birch.txt"], TYPES))
    assert [(text.split(), label) for text, label in found] == gold


@pytest.mark.parametrize(
    ("marks", "message"),
    [
        ([(8, 17, "PARTY"), (12, 20, "DATE")], "the entities at 8 and 12 overlap"),
        ([(8, 8, "PARTY")], "from 8 to 8 there is no text"),
    ],
)
def test_labels_that_do_not_fit_are_refused(tmp_path, marks, message):
    write(tmp_path, marks)
    with pytest.raises(UsageError, match=message):
        read_labelled(tmp_path, [], TYPES)


def test_labels_of_another_text_are_refused_without_a_word_of_it(tmp_path):
    write(tmp_path)
    (tmp_path / "a.txt").write_text("Of " + TEXT)
    with pytest.raises(UsageError, match=r"a\.txt\.jsonl: the entity at 8 to 17 is not") as error:
        read_labelled(tmp_path, [], TYPES)
    assert "Zyxwv" not in str(error.value)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([], "no document with a file of entities beside it.*end in .jsonl"),
        (["b.txt"], r"b\.txt: no such file"),
        (["a.txt"], r"a\.txt: no file of entities beside it, as in a\.txt\.jsonl"),
    ],
)
def test_missing_files_are_named(tmp_path, files, message):
    (tmp_path / "a.txt").write_text(TEXT)
    with pytest.raises(UsageError, match=message):
        read_labelled(tmp_path, files, TYPES)


def test_a_set_of_documents_trains_a_tagger(tmp_path, tokenizer, data_samples, capsys):
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32,
    )  # fmt: skip
    BertModel(config).save_pretrained(tmp_path / "base")
    tokenizer.save_pretrained(tmp_path / "base")
    shutil.copytree(data_samples / "contracts", tmp_path / "contracts")
    (tmp_path / "a.toml").write_text("""
[model]
base = "base"
types = ["PARTY", "MONEY", "DATE"]
checkpoint = "model"
[data]
folder = "."
[[data.sets]]
kind = "documents"
path = "contracts"
files = ["alder.txt", "birch.txt"]
[training]
output = "run"
steps = 2
gradient_accumulation = 1
""")
    assert main(["train", "entities", "--config", str(tmp_path / "a.toml")]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'model'}\n"
    assert "contracts: 2 documents" in (tmp_path / "model" / "README.md").read_text()


@pytest.mark.tree
def test_the_sample_contracts_are_what_their_script_writes(tmp_path, data_samples):
    shutil.copytree(data_samples / "contracts" / "source", tmp_path / "source")
    shutil.copy(data_samples / "contracts" / "build.py", tmp_path)
    runpy.run_path(str(tmp_path / "build.py"), run_name="__main__")
    made = sorted(path.name for path in tmp_path.iterdir() if ".txt" in path.name)
    assert len(made) == 16
    for name in made:
        assert (tmp_path / name).read_bytes() == (data_samples / "contracts" / name).read_bytes()
    labelled = read_labelled(data_samples / "contracts", [], TYPES)
    assert len(labelled) == 8
    assert all(len([m for text in document for m in text.marks]) == 19 for document in labelled)
