"""Sentences end where a reader ends them, inside passages, and quickly."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from time_growth import LINEAR, growth

from secateur.pipelines.document import sentences as splitting
from secateur.pipelines.document.document import Passage
from secateur.pipelines.document.sentences import sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text, [Passage(0, len(text))])]


def test_a_sentence_ends_at_the_end_of_its_line() -> None:
    assert split("She left.\nCall 555-8834.\nShe may\nreturn.") == [
        "She left.",
        "Call 555-8834.",
        "She may\nreturn.",
    ]


@pytest.mark.parametrize(
    "parts",
    [
        ["Sales rose.", "Costs fell."],
        ["Did sales rise?", "They did!", "Good."],
        ["Moss Corp. and Alder Inc. merged.", "We agreed."],
        ["We acquired Alder Inc.", "The price was paid in cash."],
        ["It sells in the U.S. and in the U.K. today.", "Others do not."],
        ["It sells in the U.S.", "We do as well."],
        ["See Note No. 7 for more.", "It helps."],
        ["The rate was 5.25 percent.", "It was 4.1."],
        ["It cost $1.5 million vs. $1.2 million.", "Fine."],
        ["Dr. Moss saw Mrs. Hill.", "She is well."],
        ["J. P. Hale signed.", "He left."],
        ["Take 40 mg. b.i.d. with food.", "Rest."],
        ["Sales were Rs. 1,234 crore and EUR 4.5 Mio. abroad.", "Fine."],
        ["Income was Ps. 1,208 million, versus Ps. 1,044 million.", "Fine."],
        ["Aspirin 81 mg. daily.", "Continue."],
        ["See “Item 1A. Risk Factors” and “Item 7. Management’s Discussion” below.", "Thanks."],
        ["He said “it is over.”", "We agreed."],
        ["(It was over.)", "We agreed."],
        ["1. Lisinopril 10 mg daily."],
        ["(a) The first case holds.", "It is rare."],
        ["Sales rose…", "Costs fell."],
        ["On Dec. 31, 2024 it closed.", "Then it reopened."],
        ["The ratio is 3.4.", "The other is 1,234.56 in total."],
    ],
    ids=lambda parts: " | ".join(parts)[:40],
)
def test_boundaries(parts: list[str]) -> None:
    assert split(" ".join(parts)) == parts


@pytest.mark.parametrize(
    "parts",
    [
        ["[doctor] hi , mrs . hill .", "how are you ?", "any pain ?"],
        ["[patient] it was seven . two and a . five .", "i 'm fine !", "no .", "two .", "and so ."],
        ["[doctor] was it in 2021 ?", "2 of them ?", "okay ."],
        ["[doctor] . at noon .", "so , dr. moss called .", "okay ?"],
        ['[patient] she said , " i can not . "', "then it stopped .", "i rest ."],
        ["[doctor] any pain ? , or swelling ?", "no .", "fine ."],
        ["Doctor: hi .", "how are you ?", "Patient: well .", "Doctor: well .", "Patient: good ."],
        ["Doctor: Any pain in the-", "Patient: Knee.", "Doctor: Since when-", "Patient: May."],
        ["Doctor: is it better", "Patient: no", "Doctor: any pain", "Patient: a little"],
        ["Patient: Ann Lee  Doctor: J. Moss  Patient: Bo Lee  Doctor: K. Moss"],
        ["Patient: Ann Lee, doctor: he came, nurse: she left"],
        ["Take 5 mg . daily .", "It helps.", "Sleep was good.", "Pain has gone."],
    ],
    ids=lambda parts: " | ".join(parts)[:40],
)
def test_speech(parts: list[str]) -> None:
    assert split(" ".join(parts)) == parts


def test_line_break_inside_a_sentence_does_not_end_it() -> None:
    text = "The cough lasted two\nweeks. Then it\nstopped."
    assert split(text) == ["The cough lasted two\nweeks.", "Then it\nstopped."]


def test_passage_border_ends_a_sentence() -> None:
    text = "An unfinished line\n\nAnother one"
    passages = [Passage(0, 18), Passage(20, 31)]
    assert sentences(text, passages) == [(0, 18), (20, 31)]


def test_table_row_is_one_sentence() -> None:
    text = "Net. Total\t$1.5\t2. x\nB\t1"
    borders = [(0, 10), (11, 15), (16, 20), (21, 22), (23, 24)]
    passages = [Passage(start, end, "cell") for start, end in borders]
    assert sentences(text, passages) == [(0, 20), (21, 24)]


def test_prose_in_a_cell_is_split() -> None:
    prose = "We make pumps of many kinds in three plants. " * 5 + "The end."
    text = f"Business\t{prose}"
    passages = [Passage(0, 8, "cell"), Passage(9, len(text), "cell")]
    found = [text[start:end] for start, end in sentences(text, passages)]
    assert found == ["Business", *["We make pumps of many kinds in three plants."] * 5, "The end."]


def test_no_passages_no_sentences() -> None:
    assert sentences("text", []) == []


@given(
    st.lists(st.text(st.sampled_from("Aab1.!?,;:()“”\"' \n\t$%-–•é́中"), max_size=60), max_size=6)
)
def test_every_visible_character_is_in_one_sentence(paragraphs: list[str]) -> None:
    text = "\n\n".join(paragraphs)
    passages, position = [], 0
    for paragraph in paragraphs:
        passages.append(Passage(position, position + len(paragraph)))
        position += len(paragraph) + 2
    found = sentences(text, passages)
    assert found == sorted(found)
    assert all(a_end <= b_start for (_, a_end), (b_start, _) in pairwise(found))
    covered = "".join(text[start:end] for start, end in found)
    assert "".join(covered.split()) == "".join(text.split())
    for start, end in found:
        assert text[start:end] == text[start:end].strip()
        assert any(p.start <= start and end <= p.end for p in passages)


@pytest.mark.parametrize("part", ["_", "$", "(", '"', "=", "**", ":"])
def test_the_time_for_a_run_without_a_space_grows_with_its_length(part: str) -> None:
    assert growth(split, part, 1_000) < LINEAR


def test_a_long_run_without_a_space_belongs_to_its_sentence() -> None:
    link = "https://example.com/" + "a1b2/" * 60
    assert split(f"See {link}. It is long. Sign: {'_' * 400}. Done.") == [
        f"See {link}.",
        "It is long.",
        f"Sign: {'_' * 400}.",
        "Done.",
    ]


def test_words_of_documents_gone_by_are_not_kept_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "_MOST_WORDS", 2_000)
    held = []
    for number in range(6):
        words = " ".join(f"w{number}x{place}" for place in range(900))
        assert split(f"Mr. Roe saw {words}. He left.") == [f"Mr. Roe saw {words}.", "He left."]
        held.append(len(splitting._pipeline().vocab))
    assert max(held) < 4_000
