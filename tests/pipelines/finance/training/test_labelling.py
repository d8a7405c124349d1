"""Labels of characters become sets of allowed labels of tokens."""

from __future__ import annotations

import pytest
from transformers import PreTrainedTokenizerFast

from secateur.core.training.tagged import IGNORE
from secateur.pipelines.finance.training.datasets import LabelledText, Mark
from secateur.pipelines.finance.training.labelling import label_tokens

TYPES = ["ORG", "MONEY"]
OUT, B_ORG, I_ORG, B_MONEY, I_MONEY = (1 << number for number in range(5))


def label(
    tokenizer: PreTrainedTokenizerFast, text: str, *marks: Mark, annotated: str = "ORG MONEY"
) -> list[int]:
    labelled = LabelledText(text, marks, frozenset(annotated.split()))
    return label_tokens(labelled, tokenizer, TYPES).allowed.tolist()


def test_marks_become_begin_and_inside(tokenizer: PreTrainedTokenizerFast) -> None:
    allowed = label(tokenizer, "acme corp rose", Mark(0, 9, "ORG"))
    assert allowed == [B_ORG, I_ORG, OUT]


def test_pieces_after_the_first_of_a_word_are_not_scored(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    assert label(tokenizer, "abc", Mark(0, 3, "ORG")) == [B_ORG, IGNORE, IGNORE]


def test_outside_marks_a_type_that_is_not_annotated_may_stand(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    assert label(tokenizer, "rose", annotated="ORG") == [OUT | B_MONEY | I_MONEY]


def test_unknown_words_may_bear_any_label(tokenizer: PreTrainedTokenizerFast) -> None:
    everything = OUT | B_ORG | I_ORG | B_MONEY | I_MONEY
    assert label(tokenizer, "the rose", Mark(4, 8, None)) == [OUT, everything]


def test_a_type_that_the_model_lacks_is_no_entity(tokenizer: PreTrainedTokenizerFast) -> None:
    assert label(tokenizer, "ohio", Mark(0, 4, "GPE")) == [OUT]


@pytest.mark.parametrize(("end", "count"), [(4, 1), (2, 0)], ids=["whole word", "part of a word"])
def test_only_mentions_of_whole_words_can_be_replaced(
    tokenizer: PreTrainedTokenizerFast, end: int, count: int
) -> None:
    text = LabelledText("axyz rose", (Mark(0, end, "ORG"),), frozenset(TYPES))
    assert len(label_tokens(text, tokenizer, TYPES).mentions) == count


def test_sets_that_state_facts_count_their_tokens(tokenizer: PreTrainedTokenizerFast) -> None:
    marks = (Mark(0, 3, "MONEY", "a:B"), Mark(4, 5, "MONEY"))
    text = LabelledText("$12 3", marks, frozenset(TYPES), plain=True)
    assert label_tokens(text, tokenizer, TYPES).facts == 3
    assert label_tokens(LabelledText("12", (), frozenset(TYPES)), tokenizer, TYPES).facts is None


def test_in_filings_small_letters_and_numbers_are_no_names(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    text = LabelledText("Acme rose and 5", (), frozenset({"MONEY"}), plain=True)
    name = OUT | B_ORG | I_ORG
    assert label_tokens(text, tokenizer, TYPES).allowed.tolist() == [name, OUT, name, OUT]
