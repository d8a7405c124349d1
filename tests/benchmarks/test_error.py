"""The starting formula, and why it is not the rule."""

import torch
from error import fixed_as_written, fixed_similarity


def test_similarities_above_the_threshold_stay_and_the_rest_are_zero():
    query = torch.tensor([[2.0, 0.0, 0.0, 0.0]])
    key = torch.tensor([[1.0, 0, 0, 0], [0.5, 0, 0, 0], [0.4, 0, 0, 0], [-3.0, 0, 0, 0]])
    # q·k/√4 = 1.0, 0.5, 0.4, -3.0; 0.5 does not pass, the comparison is strict.
    assert fixed_similarity(query, key).tolist() == [[1.0, 0.0, 0.0, 0.0]]


def test_a_shift_that_attention_ignores_changes_what_it_keeps():
    torch.manual_seed(0)
    query, key = torch.randn(4, 16), torch.randn(9, 16)
    shift = torch.randn(16)
    scores = [query @ k.T / 4 for k in (key, key + shift)]
    torch.testing.assert_close(scores[0].softmax(-1), scores[1].softmax(-1))
    kept = [fixed_similarity(query, k) != 0 for k in (key, key + shift)]
    assert not torch.equal(*kept)


def test_as_written_a_dropped_score_weighs_as_much_as_one_of_zero():
    key = torch.tensor([[1.0, 0, 0, 0], [0.5, 0, 0, 0], [-3.0, 0, 0, 0]])[None, None]
    query = torch.tensor([2.0, 0, 0, 0]).expand(1, 1, 3, 4)
    # Scores 1.0, 0.5, -3.0; the last query sees all three, the first its own alone.
    weights, kept = fixed_as_written((query, key, key), 0.5)
    assert kept[0, 0].tolist() == [[True, False, False]] * 3
    expected = torch.tensor([1.0, 0.0, 0.0]).softmax(-1)
    torch.testing.assert_close(weights[0, 0, 2], expected)
    assert weights[0, 0, 0].tolist() == [1.0, 0.0, 0.0]
