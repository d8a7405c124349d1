"""A head for numbers learns types, concepts and what words count from word embeddings."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from secateur.core.models.word_weights import (
    Texts,
    joined,
    mean_words,
    renumbered,
    sum_words,
)
from secateur.pipelines.finance.candidates.number_types import KINDS_OF_TEXT
from secateur.pipelines.finance.reader.figure_head import FigureHead, Scorer
from secateur.pipelines.finance.training.figure_head import (
    FigureTraining,
    Numbers,
    train_figure_head,
)

WORDS = torch.randn(50, 6, generator=torch.Generator().manual_seed(5))
SETTINGS = FigureTraining(
    width=32,
    parts=1,
    concept_parts=1,
    epochs=15,
    batch=64,
    word_drop=0.1,
    learning_rate=1e-2,
)


def texts(rows: list[list[int]]) -> Texts:
    ends = torch.tensor([0, *(len(row) for row in rows)]).cumsum(0)
    ids = torch.tensor([word for row in rows for word in row], dtype=torch.int64)
    return Texts(ids, torch.stack([ends[:-1], ends[1:]], 1))


def numbers(count: int = 400) -> Numbers:
    """Types are told by signs; concepts by the one word of the row that is under 2."""
    draw = torch.Generator().manual_seed(0)
    signs = torch.randn(count, 3, generator=draw)
    types = (signs[:, 0] > 0).long() + 2 * (signs[:, 1] > 0).long()
    concepts = torch.randint(2, (count,), generator=draw)
    noise = torch.randint(2, 50, (count, 7), generator=draw)
    rows = torch.cat([concepts[:, None], noise], 1)
    kinds = (texts(rows.tolist()), *(texts(noise.tolist()) for _ in KINDS_OF_TEXT[1:]))
    types[:20] = -100
    return Numbers(kinds, signs, types, torch.where(types > 0, concepts, -100))


def said(head: FigureHead, of: Numbers) -> tuple[Tensor, Tensor]:
    with torch.no_grad():
        types, concepts = head(WORDS, of.texts, of.signs)
    return types, concepts


@pytest.fixture(scope="module")
def trained() -> FigureHead:
    return train_figure_head(WORDS, numbers(), (3, 1), SETTINGS)


def test_types_and_concepts_are_learnt(trained: FigureHead) -> None:
    learnt = numbers()
    types, concepts = said(trained, learnt)
    assert (types.argmax(-1) == learnt.types)[20:].float().mean() > 0.9
    known = learnt.concepts >= 0
    assert (concepts.argmax(-1) == learnt.concepts)[known].float().mean() > 0.95


def test_words_that_tell_come_to_count_more(trained: FigureHead) -> None:
    for weights in trained.word_weights:
        assert weights[0, :2].min() > weights[0, 2:].mean()


def test_the_same_seed_gives_the_same_head() -> None:
    settings = replace(SETTINGS, epochs=2)
    one, other = (train_figure_head(WORDS, numbers(), (3, 1), settings) for _ in range(2))
    for name, values in one.state_dict().items():
        assert torch.equal(values, other.state_dict()[name]), name


def test_parts_say_together_what_they_say_on_average() -> None:
    short = replace(SETTINGS, epochs=2)
    of = numbers()
    three = replace(short, parts=3, concept_parts=3)
    together = said(train_figure_head(WORDS, of, (3, 1), three), of)
    one = replace(short, parts=1, concept_parts=1)
    alone = [
        said(train_figure_head(WORDS, of, (3, 1), replace(one, seed=seed)), of) for seed in range(3)
    ]
    for whole, *parts in zip(together, *alone, strict=True):
        torch.testing.assert_close(whole, torch.stack(parts).mean(0))


def test_numbers_without_any_concept_train_types_alone() -> None:
    of = numbers()
    none = replace(of, concepts=torch.full_like(of.concepts, -100))
    head = train_figure_head(WORDS, none, (3, 0), replace(SETTINGS, epochs=2))
    assert said(head, none)[1].shape == (400, 1)


def test_features_are_scaled_and_outliers_cut_off() -> None:
    scorer = Scorer(10, 2, 4)
    scorer.mean.fill_(1.0)
    scorer.spread.fill_(2.0)
    assert scorer.scaled(torch.full((1, 10), 3.0)).eq(1.0).all()
    assert scorer.scaled(torch.full((1, 10), 1e6)).max() == 6.0


rows_of_words = st.lists(st.lists(st.integers(0, 49), max_size=9), min_size=1, max_size=12)


@given(rows_of_words, st.booleans())
def test_means_are_those_of_each_text_alone(rows: list[list[int]], weighted: bool) -> None:
    weights = torch.linspace(0.1, 3.0, 50) if weighted else None
    found = mean_words(WORDS, texts(rows), weights)
    for row, mean in zip(rows, found, strict=True):
        counts = torch.ones(len(row)) if weights is None else weights[row]
        expected = (WORDS[row] * counts[:, None]).sum(0) / counts.sum() if row else torch.zeros(6)
        torch.testing.assert_close(mean, expected)


@given(rows_of_words, st.floats(0, 0.9))
def test_thinned_texts_are_parts_of_what_they_were(rows: list[list[int]], share: float) -> None:
    thinned = texts(rows).thinned(share)
    assert len(thinned.ranges) == len(rows)
    for row, (start, end) in zip(rows, thinned.ranges.tolist(), strict=True):
        left = iter(row)
        assert all(word in left for word in thinned.ids[start:end].tolist())


def test_of_many_words_the_share_is_left_out_for_each_number_anew() -> None:
    whole = Texts(torch.arange(1000), torch.tensor([[0, 1000]] * 2))
    thinned = whole.thinned(0.2)
    one, other = (set(thinned.ids[a:b].tolist()) for a, b in thinned.ranges.tolist())
    assert 700 < len(one) < 900
    assert one != other
    assert torch.equal(whole.thinned(0.0).ids[:1000], whole.ids)


@given(rows_of_words, rows_of_words)
def test_documents_put_together_keep_their_texts(
    first: list[list[int]], second: list[list[int]]
) -> None:
    both = sum_words(WORDS, joined([texts(first), texts(second)]))
    apart = [sum_words(WORDS, texts(rows)) for rows in (first, second)]
    for whole, *parts in zip(both, *apart, strict=True):
        torch.testing.assert_close(whole, torch.cat(parts))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("width", -1),
        ("parts", 0),
        ("concept_parts", 0),
        ("epochs", 0),
        ("batch", 0),
        ("word_drop", 1.0),
        ("learning_rate", 0.0),
    ],
)
def test_settings_out_of_range_are_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=name):
        FigureTraining(**{name: value})


@given(st.lists(st.lists(st.lists(st.integers(0, 49), max_size=5), max_size=4), min_size=1))
def test_words_that_no_text_uses_change_nothing(kinds: list[list[list[int]]]) -> None:
    parts = [texts(rows) for rows in kinds]
    used, told = renumbered(parts)
    assert used.tolist() == sorted({word for rows in kinds for row in rows for word in row})
    for before, after in zip(parts, told, strict=True):
        assert torch.equal(sum_words(WORDS, before)[0], sum_words(WORDS[used], after)[0])


def test_the_words_that_texts_use_say_as_much_as_the_whole_vocabulary() -> None:
    of = numbers(3)
    head = FigureHead((len(WORDS), WORDS.shape[1]), 3, 2, 1, (8, 4), 2)
    torch.nn.init.normal_(head.word_weights)
    used, told = renumbered(of.texts)
    assert len(used) < len(WORDS)
    with torch.no_grad():
        some = head(WORDS[used], told, of.signs, used)
        torch.testing.assert_close(some, head(WORDS, of.texts, of.signs))
