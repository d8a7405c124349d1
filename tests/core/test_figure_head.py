"""A head for numbers learns types and concepts from fixed features."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from secateur.core.figure_head import FigureTraining, Numbers, train_figure_head


def numbers() -> Numbers:
    torch.manual_seed(0)
    features = torch.randn(400, 10)
    types = (features[:, 0] > 0).long() + 2 * (features[:, 1] > 0).long()
    concepts = torch.where(types > 0, (features[:, 2] > 0).long(), -100)
    types[:20] = -100
    return Numbers(features, types, concepts)


SETTINGS = FigureTraining(width=32, parts=1, epochs=40, batch=32, drop=0.1)


def test_types_and_concepts_are_learnt() -> None:
    given = numbers()
    head = train_figure_head(given, (3, 1), SETTINGS)
    types, concepts = head(given.features)
    assert (types.argmax(-1) == given.types)[20:].float().mean() > 0.9
    known = given.concepts >= 0
    assert (concepts.argmax(-1) == given.concepts)[known].float().mean() > 0.9


def test_the_same_seed_gives_the_same_head() -> None:
    one, other = (train_figure_head(numbers(), (3, 1), SETTINGS) for _ in range(2))
    for name, values in one.state_dict().items():
        assert torch.equal(values, other.state_dict()[name]), name


def test_parts_say_together_what_they_say_on_average() -> None:
    given = numbers()
    together = train_figure_head(given, (3, 1), replace(SETTINGS, parts=3))
    alone = [train_figure_head(given, (3, 1), replace(SETTINGS, seed=seed)) for seed in range(3)]
    said = [torch.cat(head(given.features), -1).detach() for head in (together, *alone)]
    torch.testing.assert_close(said[0], torch.stack(said[1:]).mean(0))


def test_features_are_scaled_and_outliers_cut_off() -> None:
    head = train_figure_head(numbers(), (3, 1), FigureTraining(width=8, epochs=1))
    scaled = head.scaled(numbers().features)
    assert scaled.mean().abs() < 0.1
    assert head.scaled(torch.full((1, 10), 1e6)).max() == 6.0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("width", -1),
        ("parts", 0),
        ("epochs", 0),
        ("batch", 0),
        ("drop", 1.0),
        ("learning_rate", 0.0),
    ],
)
def test_settings_out_of_range_are_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=name):
        FigureTraining(**{name: value})
