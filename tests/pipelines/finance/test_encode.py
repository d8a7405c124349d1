"""A document becomes one sequence that holds every piece of it once."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import BertConfig, PreTrainedTokenizerFast

from secateur.core.pieces import first_position
from secateur.core.tagger import (
    CAPITALS,
    KINDS,
    LOWER,
    MIXED,
    MONEY_COLUMN,
    NO_LETTERS,
    PASSAGE_NUMBERS,
    TITLE,
)
from secateur.pipelines.finance.encode import Surroundings, encode
from secateur.pipelines.finance.tokens import tokenise

TEXT = "Acme Corp paid $1,200 million. Net income rose.\n\nOhio"
SENTENCES = [(0, 30), (31, 47), (49, 53)]


def test_offsets_point_into_the_text(tokenizer: PreTrainedTokenizerFast) -> None:
    tokens = tokenise("Acme paid $1,200", tokenizer)
    pieces = ["Acme paid $1,200"[a:b] for a, b in zip(tokens.starts, tokens.ends, strict=True)]
    assert "".join(pieces) == "Acmepaid$1,200"


def test_the_first_piece_of_a_word_is_marked(tokenizer: PreTrainedTokenizerFast) -> None:
    tokens = tokenise("acme acid", tokenizer)
    assert tokens.opens_word.tolist() == [True, True, False, False, False]


def test_each_piece_carries_the_case_of_its_word(tokenizer: PreTrainedTokenizerFast) -> None:
    tokens = tokenise("the Acme CORP eB 4th 12", tokenizer)
    cases = tokens.cases[tokens.opens_word].tolist()
    assert cases == [LOWER, TITLE, CAPITALS, MIXED, MIXED, NO_LETTERS]


def test_an_empty_text_has_no_tokens(tokenizer: PreTrainedTokenizerFast) -> None:
    assert len(tokenise("", tokenizer)) == 0
    assert len(encode("", [], tokenizer)) == 0


def test_passages_end_at_sentences(tokenizer: PreTrainedTokenizerFast) -> None:
    encoded = encode(TEXT, SENTENCES, tokenizer, max_passage=20)
    cuts = np.flatnonzero(encoded.input_ids == tokenizer.cls_token_id)
    first_pieces = encoded.source[cuts + 1]
    assert set(encoded.tokens.starts[first_pieces].tolist()) <= {0, 31, 49}
    assert encoded.passage_ends == (*cuts[1:].tolist(), len(encoded))


def test_each_passage_has_its_own_ends_and_positions(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    encoded = encode(TEXT, SENTENCES, tokenizer, max_passage=20)
    start = 0
    for number, end in enumerate(encoded.passage_ends):
        assert encoded.input_ids[start] == tokenizer.cls_token_id
        assert encoded.input_ids[end - 1] == tokenizer.sep_token_id
        first = first_position(number, 20)
        assert encoded.position_ids[start:end].tolist() == list(range(first, first + end - start))
        assert encoded.token_type_ids[start] == NO_LETTERS
        start = end


def test_spans_end_where_sentences_do(tokenizer: PreTrainedTokenizerFast) -> None:
    encoded = encode(TEXT, SENTENCES, tokenizer)
    assert len(encoded.span_ends) == len(SENTENCES)
    assert encoded.span_ends[-1] == len(encoded)
    second = encoded.source[encoded.span_ends[0]]
    assert encoded.tokens.starts[second] == SENTENCES[1][0]


def test_a_passage_too_short_for_anything_is_refused(tokenizer: PreTrainedTokenizerFast) -> None:
    with pytest.raises(ValueError, match="got 7"):
        encode(TEXT, SENTENCES, tokenizer, max_passage=7)


def test_positions_stay_within_the_model(tokenizer: PreTrainedTokenizerFast) -> None:
    encoded = encode(TEXT, SENTENCES, tokenizer, max_passage=10, positions=20)
    assert len(encoded.passage_ends) > 2
    assert encoded.position_ids.max() < 20


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    text = draw(st.text(st.sampled_from("ab C.,7\n\té$中"), max_size=120))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)) | {0, len(text)})
    spans = [(start, end) for start, end in pairwise(cuts) if text[start:end].strip()]
    return text, spans


@settings(max_examples=60)
@given(texts(), st.integers(8, 24))
def test_every_piece_stands_in_the_sequence_once_and_in_order(
    tokenizer: PreTrainedTokenizerFast, text: tuple[str, list[tuple[int, int]]], longest: int
) -> None:
    encoded = encode(text[0], text[1], tokenizer, longest)
    held = encoded.source[encoded.source >= 0]
    assert held.tolist() == list(range(len(encoded.tokens)))
    assert encoded.position_ids.max(initial=0) < 512
    ends = np.array(encoded.span_ends)
    assert (np.diff(ends) > 0).all()
    assert len(encoded) == (ends[-1] if len(ends) else 0)


AROUND = Surroundings(("", "the net income", "acme corp"), ((15, 21, MONEY_COLUMN),), 2)
TYPES = BertConfig(type_vocab_size=KINDS * PASSAGE_NUMBERS)


def test_a_passage_opens_with_the_end_of_its_context(tokenizer: PreTrainedTokenizerFast) -> None:
    encoded = encode(TEXT, SENTENCES, tokenizer, 16, around=AROUND)
    second = slice(encoded.passage_ends[0], encoded.passage_ends[0] + 5)
    pieces = tokenizer.convert_ids_to_tokens(encoded.input_ids[second])
    assert pieces == ["[CLS]", "net", "income", "[SEP]", "net"]
    assert encoded.source[second].tolist()[:4] == [-1] * 4
    assert encoded.source[second.stop - 1] >= 0
    assert encoded.passage_ends[0] + 4 in encoded.span_ends


def test_a_context_gives_way_to_a_long_sentence(tokenizer: PreTrainedTokenizerFast) -> None:
    long = [(0, len(TEXT))]
    around = Surroundings(("net income rose",), (), 3)
    for room in (8, 12, 20):
        encoded = encode(TEXT, long, tokenizer, room, around=around)
        assert np.diff([0, *encoded.passage_ends]).max() <= room
        held = encoded.source[encoded.source >= 0]
        assert held.tolist() == list(range(len(encoded.tokens)))


def test_numbers_carry_the_kind_of_their_column(tokenizer: PreTrainedTokenizerFast) -> None:
    encoded = encode(TEXT, SENTENCES, tokenizer, around=AROUND)
    kinds = {
        TEXT[encoded.tokens.starts[piece] : encoded.tokens.ends[piece]]: int(kind)
        for piece, kind in zip(encoded.source, encoded.kinds, strict=True)
        if piece >= 0
    }
    assert kinds["1"] == kinds["$"] == MONEY_COLUMN
    assert kinds["million"] == LOWER
    assert encoded.token_type_ids.max() <= NO_LETTERS


def test_token_types_tell_passages_apart(tokenizer: PreTrainedTokenizerFast) -> None:
    encoded = encode(TEXT, SENTENCES, tokenizer, 16, config=TYPES)
    starts = [0, *encoded.passage_ends[:-1]]
    assert (encoded.token_type_ids[starts] // KINDS).tolist() == list(range(len(starts)))


@settings(max_examples=60)
@given(texts(), st.integers(8, 24), st.data())
def test_nothing_is_lost_beside_contexts(
    tokenizer: PreTrainedTokenizerFast,
    text: tuple[str, list[tuple[int, int]]],
    longest: int,
    data: st.DataObject,
) -> None:
    words = st.sampled_from(["", "acme", "the net income", "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o"])
    contexts = [data.draw(words) for _ in text[1]]
    around = Surroundings(contexts, (), data.draw(st.integers(0, 30)))
    encoded = encode(text[0], text[1], tokenizer, longest, around=around)
    held = encoded.source[encoded.source >= 0]
    assert held.tolist() == list(range(len(encoded.tokens)))
    assert np.diff([0, *encoded.passage_ends]).max(initial=0) <= longest
    assert (np.diff(encoded.span_ends) > 0).all()
