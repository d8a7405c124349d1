"""Products by other ways than torch's own: what its linear gives, wherever they are taken."""

import platform

import pytest
import torch
from torch.nn.functional import linear

from secateur.kernels import processor, products


@pytest.fixture(params=[False, True], ids=["torch", "onednn"])
def library(request, monkeypatch):
    if request.param and not torch.backends.mkldnn.is_available():
        pytest.skip("this torch has no oneDNN")
    monkeypatch.setattr(products, "prefers_onednn", lambda: request.param)


@pytest.mark.parametrize("shape", [(1, 24), (15, 24), (16, 24), (2, 33, 24), (1, 257, 24), (0, 24)])
@pytest.mark.parametrize("biased", [False, True])
def test_products_are_those_of_torch(library, shape, biased):
    torch.manual_seed(0)
    rows, weight = torch.randn(shape), torch.randn(37, 24)
    bias = torch.randn(37) if biased else None
    expected = linear(rows.double(), weight.double(), None if bias is None else bias.double())
    with torch.inference_mode():
        got = products.linear(rows, weight, bias)
    assert got.dtype == torch.float32
    torch.testing.assert_close(got.double(), expected, atol=1e-5, rtol=1e-5)


def test_rows_and_weights_may_have_any_strides(library):
    torch.manual_seed(0)
    rows, weight = torch.randn(24, 50).T, torch.randn(24, 2 * 37)[:, ::2].T
    with torch.no_grad():
        got = products.linear(rows, weight)
    torch.testing.assert_close(got, rows @ weight.T, atol=1e-5, rtol=1e-5)


def test_gradients_flow(library):
    rows = torch.randn(40, 24, requires_grad=True)
    weight = torch.randn(37, 24, requires_grad=True)
    products.linear(rows, weight).sum().backward()
    torch.testing.assert_close(weight.grad, rows.sum(0).expand(37, -1))


def test_other_types_are_left_to_torch(library):
    rows, weight = torch.randn(40, 24).double(), torch.randn(37, 24).double()
    with torch.no_grad():
        assert torch.equal(products.linear(rows, weight), linear(rows, weight))


@pytest.mark.parametrize("widened", [False, True])
@pytest.mark.parametrize("count", [0, 1, 16, 57])
@pytest.mark.parametrize("biased", [False, True])
def test_bfloat16_products_are_sums_of_float32_rounded_once(
    library, monkeypatch, widened, count, biased
):
    monkeypatch.setattr(products, "widens_bfloat16", lambda: widened)
    torch.manual_seed(0)
    rows, weight, bias = (
        torch.randn(shape).bfloat16() for shape in ((2, count, 240), (37, 240), (37,))
    )
    bias = bias if biased else None
    expected = linear(*(part if part is None else part.double() for part in (rows, weight, bias)))
    with torch.inference_mode():
        got = products.linear(rows, weight, bias)
    assert got.dtype == torch.bfloat16
    torch.testing.assert_close(got.double(), expected, atol=1e-4, rtol=2**-8)


@pytest.mark.parametrize("multiplies", [False, True])
def test_bfloat16_is_widened_where_onednn_has_none(monkeypatch, multiplies):
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: True)
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: multiplies)
    assert products.widens_bfloat16.__wrapped__() is not multiplies


def test_autocast_rounds_as_it_does_for_torch(library):
    rows, weight = torch.randn(40, 24), torch.randn(37, 24)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        assert products.linear(rows, weight).dtype == torch.bfloat16


@pytest.mark.parametrize(("maker", "wanted"), [("AuthenticAMD", True), ("GenuineIntel", False)])
def test_intels_processors_keep_mkl(monkeypatch, maker, wanted):
    for library in (torch.backends.mkl, torch.backends.mkldnn):
        monkeypatch.setattr(library, "is_available", lambda: True)
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX512")
    monkeypatch.setattr(products, "vendor", lambda: maker)
    assert products.prefers_onednn.__wrapped__() is wanted
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX2")
    assert not products.prefers_onednn.__wrapped__()


@pytest.mark.parametrize(
    ("told", "title"),
    [
        ({"model name": "Zen", "cpu family": "26", "model": "2"}, "Zen (family 26, model 2)"),
        ({"model name": "Zen", "cpu family": "26"}, "Zen (family 26, model ?)"),
        ({"model name": "Zen"}, "Zen"),
        ({"Features": "fp"}, platform.machine()),
        ({}, platform.processor() or platform.machine()),
    ],
)
def test_the_processor_has_a_title(monkeypatch, told, title):
    monkeypatch.setattr(processor, "facts", lambda: told)
    assert processor.title() == title


@pytest.mark.parametrize(
    ("text", "vendor"),
    [
        (None, ""),
        ("model : 1\n", ""),
        ("vendor_id\t: AuthenticAMD\nflags : a: b\n\nvendor_id\t: Other\n", "AuthenticAMD"),
    ],
)
def test_what_is_told_of_the_first_processor_counts(monkeypatch, tmp_path, text, vendor):
    path = tmp_path / "cpuinfo"
    if text is not None:
        path.write_text(text)
    monkeypatch.setattr(processor, "Path", lambda place: path)
    monkeypatch.setattr(processor, "facts", processor.facts.__wrapped__)
    assert processor.vendor() == vendor
