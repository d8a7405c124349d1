"""Full masks that say no more than padding."""

import pytest
import torch
from tiny_models import VOCABULARY, build, random_tokens
from transformers import LayoutLMConfig, LayoutLMModel, MarkupLMConfig, MarkupLMModel

from secateur.core import hf
from secateur.core.model_masks import as_padding, reach_of

QUERY = torch.zeros(2, 4, 3, 8)
SEEN = torch.tensor([[True, True, False], [True, True, True]])
LOWEST = torch.finfo(torch.float32).min
_SMALL = {
    "vocab_size": VOCABULARY, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
    "intermediate_size": 48,
}  # fmt: skip


def added(hidden):
    """What is added to scores where keys are hidden by a number."""
    return torch.zeros(2, 1, 1, 3).masked_fill(~SEEN[:, None, None], hidden)


@pytest.mark.parametrize(
    "mask",
    [
        SEEN[:, None, None],
        added(-1e4),
        added(-1e4).bfloat16(),
        added(-1e4).half(),
        added(LOWEST),
        added(-torch.inf),
    ],
)
def test_one_row_for_all_queries_is_padding(mask):
    padding = as_padding(mask, QUERY)
    assert torch.equal(padding, SEEN)
    reach = reach_of(padding)
    assert (reach.causal, reach.window, reach.padded) == (False, None, True)


def test_a_row_that_hides_nothing_is_no_padding():
    assert not reach_of(as_padding(torch.zeros(2, 1, 1, 3), QUERY)).padded


def test_a_mask_that_changed_in_place_is_read_anew():
    mask = added(LOWEST)
    as_padding(mask, QUERY)
    mask.zero_()
    assert as_padding(mask, QUERY).all()


def test_one_row_for_all_of_a_batch_is_the_padding_of_each():
    assert torch.equal(as_padding(SEEN[:1, None, None], QUERY), SEEN[:1].expand(2, -1))


@pytest.mark.parametrize(
    "mask",
    [added(-1.5), torch.zeros(2, 4, 1, 3), torch.zeros(2, 1, 3, 3), SEEN, None],
    ids=["weights", "by head", "by query", "padding already", "none"],
)
def test_what_says_more_or_nothing_stays(mask):
    assert as_padding(mask, QUERY) is mask


def test_a_single_query_may_be_all_that_a_causal_mask_is_of():
    mask = added(LOWEST)
    assert as_padding(mask, QUERY[:, :, :1]) is mask


@pytest.mark.parametrize(
    ("kind", "config"), [(LayoutLMModel, LayoutLMConfig), (MarkupLMModel, MarkupLMConfig)]
)
def test_models_that_build_such_masks_are_computed_and_pruned(kind, config):
    model = build(lambda: kind(config(**_SMALL)))
    tokens = random_tokens(2, 190)
    mask = torch.ones_like(tokens)
    mask[1, 150:] = 0
    real = mask.bool()
    with torch.no_grad():
        expected = model(tokens, attention_mask=mask).last_hidden_state[real]
        hf.enable(model, threshold=0.0, exact_below=0)
        actual = model(tokens, attention_mask=mask).last_hidden_state[real]
        torch.testing.assert_close(actual, expected, atol=1e-4, rtol=1e-4)
        hf.enable(model, threshold=1.0, exact_below=0, local=8, fallback=False)
        model(tokens, attention_mask=mask)
    assert all(module["pruned_calls"] for module in hf.statistics(model).values())
