"""Folders of text: what is read, how articles are cut, what is held out, what is refused."""

from __future__ import annotations

import gzip

import pytest

from secateur.pipelines.errors import UsageError
from secateur.pipelines.training.texts import Texts, hold_out, read_texts, split_articles

WIKI = " \n = Robert = \n\n He acted . \n = = Career = = \n More . \n\n = Du Fu = \n A poet . \n"


def test_articles_of_wikitext_are_cut_at_their_titles_not_at_sections(tmp_path):
    assert [part.strip()[:6] for part in split_articles(WIKI)] == ["= Robe", "= Du F"]
    assert "".join(split_articles(WIKI)).split() == WIKI.split()
    (tmp_path / "wiki.train.tokens").write_text(WIKI)
    with gzip.open(tmp_path / "wiki.test.raw.gz", "wt") as file:
        file.write(WIKI)
    found = read_texts(tmp_path, ["*.tokens"])
    assert found.names == ("wiki.train.tokens#1", "wiki.train.tokens#2")
    assert read_texts(tmp_path, ["*.raw.gz"]).texts == found.texts


def test_documents_of_any_kind_are_read_and_unreadable_ones_told(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.html").write_text("<html><body><p>Sales rose.</p></body></html>")
    (tmp_path / "b.txt").write_text("Costs fell.")
    (tmp_path / "c.pdf").write_bytes(b"%PDF-1.4 broken")
    found = read_texts(tmp_path, ["*"])
    assert [text.strip() for text in found.texts] == ["Costs fell.", "Sales rose."]
    assert len(found.unread) == 1
    assert "c.pdf" in found.unread[0]


@pytest.mark.parametrize(
    ("patterns", "message"),
    [(["*.docx"], r"no file matches '\*\.docx'"), (["*.pdf"], "no file with text among 1.*c.pdf")],
)
def test_a_folder_that_gives_nothing_is_refused(tmp_path, patterns, message):
    (tmp_path / "c.pdf").write_bytes(b"%PDF-1.4 broken")
    with pytest.raises(UsageError, match=message):
        read_texts(tmp_path, patterns)


def test_a_file_of_wikitext_in_another_encoding_is_refused(tmp_path):
    (tmp_path / "wiki.train.tokens").write_bytes(b"\xff\xfe\x00 = ")
    with pytest.raises(UsageError, match=r"wiki\.train\.tokens: cannot be read as UTF-8"):
        read_texts(tmp_path, ["*"])


def test_held_out_documents_are_no_others_and_the_same_each_time():
    names = ("\udcff.txt", *(f"{n}.txt" for n in range(1, 40)))  # one in no encoding
    texts = Texts(names, tuple(f"text {n}" for n in range(40)))
    learnt, held = hold_out(texts, 0.1)
    assert len(held.names) == 4
    assert set(learnt.names) | set(held.names) == set(texts.names)
    assert not set(learnt.names) & set(held.names)
    assert hold_out(texts, 0.1) == (learnt, held)
    assert (
        dict(zip(held.names, held.texts, strict=True)).items()
        <= dict(zip(texts.names, texts.texts, strict=True)).items()
    )


def test_one_document_cannot_be_divided():
    with pytest.raises(UsageError, match="one document only: name files to validate on"):
        hold_out(Texts(("a",), ("text",)), 0.1)
