"""A document becomes one sequence that holds every piece of it once."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import PreTrainedTokenizerFast

from secateur.core.models.word_kinds import CAPITALS, LOWER, MIXED, NO_LETTERS, TITLE
from secateur.core.training.pieces import first_position
from secateur.pipelines.finance.candidates.tokens import tokenise
from secateur.pipelines.finance.reader.encode import encode

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


def test_chunks_end_at_sentences(tokenizer: PreTrainedTokenizerFast) -> None:
    encoded = encode(TEXT, SENTENCES, tokenizer, max_chunk=20)
    cuts = np.flatnonzero(encoded.input_ids == tokenizer.cls_token_id)
    first_pieces = encoded.source[cuts + 1]
    assert set(encoded.tokens.starts[first_pieces].tolist()) <= {0, 31, 49}
    assert encoded.chunk_ends == (*cuts[1:].tolist(), len(encoded))


def test_each_chunk_has_its_own_ends_and_positions(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    encoded = encode(TEXT, SENTENCES, tokenizer, max_chunk=20)
    start = 0
    for number, end in enumerate(encoded.chunk_ends):
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


def test_a_chunk_too_short_for_anything_is_refused(tokenizer: PreTrainedTokenizerFast) -> None:
    with pytest.raises(ValueError, match="got 7"):
        encode(TEXT, SENTENCES, tokenizer, max_chunk=7)


def test_positions_stay_within_the_model(tokenizer: PreTrainedTokenizerFast) -> None:
    encoded = encode(TEXT, SENTENCES, tokenizer, max_chunk=10, positions=20)
    assert len(encoded.chunk_ends) > 2
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
