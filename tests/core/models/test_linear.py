"""Models whose linear layers take the faster library."""

import pytest
import torch
from torch import nn

from secateur.core import hf
from secateur.core.models.linear import Linear, use_fast_products
from secateur.kernels import products


@pytest.fixture
def network(monkeypatch):
    if not torch.backends.mkldnn.is_available():
        pytest.skip("this torch has no oneDNN")
    monkeypatch.setattr(products, "prefers_onednn", lambda: True)
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(24, 48), nn.GELU(), nn.Linear(48, 8, bias=False)).eval()


def test_a_model_computes_what_it_did(network):
    rows = torch.randn(3, 50, 24)
    with torch.no_grad():
        expected = network(rows)
        use_fast_products(network)
        assert [type(layer) for layer in network] == [Linear, nn.GELU, Linear]
        torch.testing.assert_close(network(rows), expected, atol=1e-5, rtol=1e-5)


def test_weights_keep_their_names_and_what_changes_them_counts(network):
    names = list(network.state_dict())
    use_fast_products(network)
    assert list(network.state_dict()) == names
    with torch.no_grad():
        network[2].weight.zero_()
        assert not network(torch.randn(40, 24)).any()
    network(torch.randn(40, 24)).sum().backward()
    assert network[0].weight.grad is not None


def test_a_layer_of_another_class_is_left_alone(network):
    class Own(nn.Linear):
        pass

    network[0] = Own(24, 48)
    use_fast_products(network)
    assert type(network[0]) is Own


def test_a_loaded_model_has_them(network):
    model, _ = hf.load("finance", "tokens")
    assert any(type(part) is Linear for part in model.modules())
    assert not any(type(part) is nn.Linear for part in model.modules())
