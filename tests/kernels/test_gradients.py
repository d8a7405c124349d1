"""Gradients: the reference against finite differences, the backends against the reference."""

import pytest
import torch
from kernel_backends import BACKENDS, CHOICES

from secateur.kernels import ops
from secateur.kernels.ops import attention

CASES = {
    "exact": {},
    "lists": {"density": 0.4},
    "causal": {"density": 0.4, "causal": True},
    "window": {"window": (20, 30)},
    "padding": {"padding": True},
    "dropout": {"density": 0.4, "dropout_p": 0.3, "seed": 77},
    "bias-per-head": {"bias": (1, 4)},
    "bias-shared": {"bias": (1, 1), "density": 0.5},
    "bias-per-row": {"bias": (2, 1), "causal": True},
    "bias-full": {"bias": (2, 4), "dropout_p": 0.2, "density": 0.5},
    "softcap": {"softcap": 1.5, "causal": True},
    "softcap-bias": {"softcap": 1.5, "bias": (1, 4), "density": 0.5, "dropout_p": 0.2},
}


def gradients(inputs, bias, backend, instruction_set, **kwargs):
    leaves = [x.detach().clone().requires_grad_() for x in (*inputs, bias) if x is not None]
    output, lse = attention(
        *leaves[:3],
        bias=leaves[3] if bias is not None else None,
        backend=backend,
        instruction_set=instruction_set,
        **kwargs,
    )
    weight = torch.linspace(-1, 1, output.numel(), dtype=output.dtype).view_as(output)
    loss = (output * weight).sum() + lse[~lse.isinf()].square().sum() / 10
    return torch.autograd.grad(loss, leaves)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
@pytest.mark.parametrize(("backend", "instruction_set"), BACKENDS)
def test_gradients_match_reference(make_qkv, make_lists, backend, instruction_set, case):
    settings = dict(case)
    inputs = make_qkv(batch=2, heads=4, n_queries=130, n_keys=150, head_dim=24)
    inputs = [x.transpose(1, 2).contiguous().transpose(1, 2) for x in inputs]
    if "density" in settings:
        settings["lists"] = make_lists(2, 4, 130, 150, settings.pop("density"))
    if settings.pop("padding", False):
        settings["key_mask"] = torch.arange(150) < torch.tensor([[90], [0]])
    bias = torch.randn(*settings.pop("bias"), 130, 150) if "bias" in settings else None
    actual = gradients(inputs, bias, backend, instruction_set, **settings)
    wide = [x.double() for x in inputs], None if bias is None else bias.double()
    expected = gradients(*wide, "reference", "", **settings)
    for ours, theirs in zip(actual, expected, strict=True):
        assert not ours.isnan().any()
        assert (ours - theirs).norm() <= 1e-5 * theirs.norm()


@pytest.mark.parametrize("backend", [*CHOICES, "reference"])
def test_autocast_changes_no_output(make_qkv, backend):
    inputs = make_qkv(n_queries=70, n_keys=90)
    expected = attention(*inputs, backend=backend)
    with torch.autocast("cpu", torch.bfloat16):
        torch.testing.assert_close(attention(*inputs, backend=backend), expected)


@pytest.mark.parametrize("backend", CHOICES)
def test_autocast_changes_no_gradient(make_qkv, backend):
    """Also where the backward pass is called under it, which torch advises against."""
    inputs = make_qkv(n_queries=70, n_keys=90)
    expected = gradients(inputs, None, backend, "")
    with torch.autocast("cpu", torch.bfloat16):
        actual = gradients(inputs, None, backend, "")
    torch.testing.assert_close(actual, expected)


@pytest.mark.parametrize(("backend", "instruction_set"), [*BACKENDS, ("reference", "")])
def test_rows_of_one_finite_bias_weigh_as_much_as_others(make_qkv, backend, instruction_set):
    """Rows of padding, whose scores of 0 are exact beside any bias."""
    query, key, value = make_qkv(n_queries=70, n_keys=90)
    query[:, :, 3:5] = 0
    bias = torch.zeros(1, 1, 70, 90)
    bias[:, :, 3:5] = torch.tensor([[-1e4], [-1e9]])
    found = []
    for dtype, call in (
        (torch.float32, {"backend": backend, "instruction_set": instruction_set}),
        (torch.float64, {"backend": "reference"}),
    ):
        leaves = [x.to(dtype).requires_grad_() for x in (query, key, value, bias)]
        output, lse = attention(*leaves[:3], bias=leaves[3], **call)
        found.append(torch.autograd.grad((output.cumsum(2) + lse[..., None]).sum(), leaves))
    for ours, theirs in zip(*found, strict=True):
        assert (ours - theirs).norm() <= 1e-5 * theirs.norm()


@pytest.mark.parametrize(("backend", "instruction_set"), BACKENDS)
def test_second_derivatives_are_refused(make_qkv, backend, instruction_set):
    """A silent one would lack the part that passes through the scores."""
    leaves = [x.requires_grad_() for x in make_qkv(n_queries=9, n_keys=9)]
    output, _ = attention(*leaves, backend=backend, instruction_set=instruction_set)
    loss = output.square().sum()
    for gradient in torch.autograd.grad(loss, leaves, create_graph=True):
        penalised = loss + gradient.square().sum()
        with pytest.raises(RuntimeError, match="cannot be differentiated again"):
            torch.autograd.grad(penalised, leaves, retain_graph=True)


# Torch's own, while it loads what forward mode needs.
@pytest.mark.filterwarnings("ignore:.*torch.jit.script:DeprecationWarning")
@pytest.mark.parametrize("place", range(4), ids=["query", "key", "value", "bias"])
@pytest.mark.parametrize(("backend", "instruction_set"), BACKENDS)
def test_derivatives_by_transforms_are_refused(make_qkv, backend, instruction_set, place):
    """Torch takes the inputs of an operator without gradients for constants: jvp's result was 0."""
    inputs = [*make_qkv(n_queries=9, n_keys=9), torch.zeros(1, 1, 9, 9)]

    def loss(x):
        query, key, value, bias = (*inputs[:place], x, *inputs[place + 1 :])
        call = {"backend": backend, "instruction_set": instruction_set}
        return attention(query, key, value, bias=bias, **call)[0].sum()

    with pytest.raises(RuntimeError, match="no forward-mode derivative"):
        torch.func.jvp(loss, (inputs[place],), (torch.ones_like(inputs[place]),))
    with pytest.raises(RuntimeError, match=r"not by torch\.func"):
        torch.func.grad(loss)(inputs[place])


@pytest.mark.filterwarnings("ignore:.*torch.jit.script:DeprecationWarning")
def test_the_reference_has_derivatives_by_transforms(make_qkv):
    query, key, value = make_qkv(n_queries=9, n_keys=9)

    def loss(x):
        return attention(x, key, value, backend="reference")[0].square().sum()

    leaf = query.clone().requires_grad_()
    (expected,) = torch.autograd.grad(loss(leaf), leaf)
    torch.testing.assert_close(torch.func.grad(loss)(query), expected)
    _, slope = torch.func.jvp(loss, (query,), (query,))
    torch.testing.assert_close(slope, (expected * query).sum())


# Numpy, in Triton's interpreter.
@pytest.mark.filterwarnings("ignore:All-NaN slice|invalid value:RuntimeWarning")
@pytest.mark.parametrize("spoilt", range(2), ids=["query", "key"])
@pytest.mark.parametrize(("backend", "instruction_set"), BACKENDS)
def test_nan_reaches_gradients(make_qkv, backend, instruction_set, spoilt):
    inputs = [x.clone() for x in make_qkv(heads=1, kv_heads=1)]
    inputs[spoilt][:, :, 20] = torch.nan
    actual = gradients(inputs, None, backend, instruction_set)
    expected = gradients([x.double() for x in inputs], None, "reference", "")
    for ours, theirs in zip(actual, expected, strict=True):
        assert torch.equal(ours.isnan(), theirs.isnan())


@pytest.mark.parametrize("backend", ["reference", "portable"])
def test_gradcheck(make_qkv, make_lists, backend):
    inputs = make_qkv(heads=2, kv_heads=1, n_queries=3, n_keys=4, head_dim=2, dtype=torch.float64)
    lists = make_lists(1, 2, 3, 4, 0.6, longest=2)
    bias = torch.randn(1, 1, 3, 4, dtype=torch.float64)
    leaves = [x.requires_grad_() for x in (*inputs, bias)]
    settings = {"softcap": 0.8, "dropout_p": 0.2, "seed": 3, "backend": backend}

    def run(query, key, value, bias):
        return attention(query, key, value, lists, bias=bias, **settings)[0]

    assert torch.autograd.gradcheck(run, leaves)


@pytest.mark.parametrize("backend", CHOICES)
def test_bf16_gradients(make_qkv, make_lists, backend):
    inputs = make_qkv(heads=4, n_queries=130, n_keys=150, head_dim=32, dtype=torch.bfloat16)
    lists = make_lists(1, 4, 130, 150, 0.5)
    actual = gradients(inputs, None, backend, "", lists=lists)
    expected = gradients([x.double() for x in inputs], None, "reference", "", lists=lists)
    for ours, theirs in zip(actual, expected, strict=True):
        assert ours.dtype == torch.bfloat16
        assert (ours - theirs).norm() <= 1e-2 * theirs.norm()


@pytest.mark.parametrize("deterministic", [True, False])
@pytest.mark.parametrize("learns", [True, False])
def test_gradients_that_must_repeat_are_not_left_to_the_order_of_arrival(
    make_qkv, monkeypatch, deterministic, learns
):
    """On a GPU the Triton kernel adds them as programs end."""
    asked = []
    monkeypatch.setattr(torch.Tensor, "is_cuda", True)
    monkeypatch.setattr(ops, "triton_uncovered", lambda *inputs: asked.append(inputs) or "no")
    inputs = [x.clone() for x in make_qkv(heads=1, kv_heads=1, n_queries=3, n_keys=5)]
    inputs[2].requires_grad_(learns)
    torch.use_deterministic_algorithms(deterministic)
    attention(*inputs)
    assert bool(asked) == (not deterministic or not learns)
