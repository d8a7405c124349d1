"""Documents of a worker: which are run, and what a bad one among them does to the others."""

from hashlib import sha256

import pytest
from tagged_reports import INCOME_STATEMENT, filing

from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.finance.statements.tagged import assemble_tagged
from secateur.pipelines.runs.batch import tagging
from secateur.pipelines.runs.batch.plan import Item
from secateur.pipelines.runs.batch.reading import ReadDocument, read_documents
from secateur.pipelines.runs.batch.tagging import Desk, Tagger
from secateur.pipelines.runs.durable import StorageError
from secateur.pipelines.runs.options import RunOptions

LENGTHS = {"a": 3, "b": 90, "c": 5, "d": 8}
"""Sentences of each document; b is long."""


@pytest.fixture(scope="module")
def tagger(tagger):
    options = RunOptions(model=tagger, device="cpu")
    return Tagger(options, 512, 64)


@pytest.fixture
def calls(tagger, monkeypatch):
    """What each model call held, by size."""
    found = []
    scored = tagger.router._scored

    def watched(batch, model):
        found.append(len(batch))
        return scored(batch, model)

    monkeypatch.setattr(tagger.router, "_scored", watched)
    return found


def readings():
    found = []
    for name, sentences in LENGTHS.items():
        text = "Acme Corp. paid $3. " * sentences
        document = Document(name, text, (Passage(0, len(text)),), "text/plain")
        found.append(ReadDocument(Item(name, len(text), 0, name), document, 1.0))
    return found


class Notes:
    """A desk that keeps what it is given."""

    def __init__(self, done=(), full=False):
        self.put, self.failed, self.hands = {}, {}, []
        self.desk = Desk(
            is_done=lambda entry: entry.path in done,
            begun=lambda entries: self.hands.append([entry.path for entry in entries]),
            put=self._full if full else self._put,
            fail=lambda entry, error, seconds: self.failed.update({entry.path: str(error)}),
            event=lambda text: pytest.fail(text),
        )

    def _put(self, entry, outcome):
        self.put[entry.path] = outcome

    def _full(self, entry, outcome):
        raise StorageError("the disk is full")


def test_short_documents_share_a_call_and_long_ones_are_alone(tagger, calls):
    notes = Notes()
    tagger.run(readings(), notes.desk)
    assert notes.put.keys() == LENGTHS.keys()
    assert calls == [3, 1]
    assert notes.hands[-2:] == [["d", "c", "a"], ["b"]]
    assert all(outcome.seconds > 1 for outcome in notes.put.values())
    assert {outcome.device for outcome in notes.put.values()} == {"cpu"}


@pytest.mark.parametrize(
    ("done", "expected"),
    [("b", [3]), ("ac", [3, 1]), ("acd", [1]), ("abcd", [])],
    ids=["a long one", "some of a call", "all of a call", "all"],
)
def test_what_is_done_runs_again_only_with_what_shares_its_call(done, expected, tagger, calls):
    tagger.run(readings(), Notes(done).desk)
    assert calls == expected


def test_a_document_that_breaks_a_shared_call_is_the_only_one_to_fail(tagger, monkeypatch):
    scored = tagger.router._scored

    def broken(batch, model):
        if any(document.doc_id == "c" for document, _ in batch):
            raise RuntimeError("index out of range")
        return scored(batch, model)

    monkeypatch.setattr(tagger.router, "_scored", broken)
    notes = Notes()
    tagger.run(readings(), notes.desk)
    assert notes.failed == {"c": "index out of range"}
    assert notes.put.keys() == {"a", "b", "d"}


def test_a_document_whose_statements_fail_fails_alone_and_no_call_is_repeated(
    tagger, calls, monkeypatch
):
    def broken(document, entities, facts):
        if document.doc_id == "c":
            raise RuntimeError("no such row")
        return assemble_tagged(document, entities, facts)

    monkeypatch.setattr(tagging, "assemble_tagged", broken)
    notes = Notes()
    tagger.run(readings(), notes.desk)
    assert notes.failed == {"c": "no such row"}
    assert notes.put.keys() == {"a", "b", "d"}
    assert calls == [3, 1]


def test_statements_are_by_a_filing_s_tags(tagger, tmp_path):
    filing(tmp_path, INCOME_STATEMENT)
    item = Item("a.html", 1, 0, sha256((tmp_path / "a.html").read_bytes()).hexdigest())
    [(_, (document, facts))] = read_documents(tmp_path, item)
    notes = Notes()
    tagger.run([ReadDocument(item, document, 1.0, facts)], notes.desk)
    (statement,) = notes.put["a.html"].statements["book"]["statements"]
    assert statement["rows"][0]["concept"] == "us-gaap:Revenues"
    assert {cell["source"] for row in statement["rows"] for cell in row["cells"]} <= {
        "tagged", "both",
    }  # fmt: skip


def test_a_full_disk_is_no_fault_of_a_document(tagger):
    notes = Notes(full=True)
    with pytest.raises(StorageError):
        tagger.run(readings(), notes.desk)
    assert notes.failed == {}
