"""The attention operator: validation and the choice of backend."""

from __future__ import annotations

import functools
import importlib
import math

import torch
from torch import Tensor

from secateur.kernels.lists import KeyLists
from secateur.kernels.masks import EXACT_MARGIN, Options
from secateur.kernels.native import INSTRUCTION_SETS, LOAD_ERROR, attention_native, uncovered
from secateur.kernels.once import refuse_transforms
from secateur.kernels.portable import attention_portable
from secateur.kernels.reference import attention_reference

BACKENDS = ("auto", "native", "triton", "portable", "reference")


def attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    lists: KeyLists | None = None,
    *,
    key_mask: Tensor | None = None,
    bias: Tensor | None = None,
    scale: float | None = None,
    softcap: float | None = None,
    causal: bool = False,
    window: tuple[int, int] | None = None,
    dropout_p: float = 0.0,
    seed: int = 0,
    margin: float = EXACT_MARGIN,
    backend: str = "auto",
    instruction_set: str = "",
) -> tuple[Tensor, Tensor]:
    """Attends to the kept, visible keys.

    Gradients reach query, key, value and bias by `torch.autograd`. Only the reference's can be
    differentiated again, and only the reference has those of forward mode and of `torch.func`.

    Args:
        query: `[B, H, Nq, D]`, any strides.
        key: `[B, Hkv, Nk, D]`, H a multiple of Hkv.
        value: `[B, Hkv, Nk, D]`.
        lists: Kept keys of each query tile; None is exact attention over all visible keys.
        key_mask: bool `[B, Nk]`, True = visible.
        bias: `[1|B, 1|H, Nq, Nk]`, added to the scaled, capped scores; receives a gradient. The
            lowest number of its dtype hides a pair, as -inf does.
        scale: Factor on `query @ key.T`, a number; None is `D ** -0.5`.
        softcap: Scaled scores `s` become `softcap * tanh(s / softcap)` (Gemma 2,
            arXiv:2408.00118); None leaves them.
        causal: Query i sits at key position `i + Nk - Nq` and sees keys up to its own.
        window: `(left, right)` keys around the position; -1 is unlimited.
        dropout_p: Share of probabilities dropped, in `[0, 1)`.
        seed: Seed of the dropout pattern, the same in every backend.
        margin: The native kernel may leave out blocks of keys whose scores all lie this many nats
            under the running maximum; n such keys drop at most `n * exp(-margin)` of the mass.
            The default changes nothing that float32 shows.
        backend: `auto`, `native`, `triton`, `portable` or `reference`; `auto` is native
            on the CPU and triton on CUDA where they are there and cover the input, else portable.
            Triton adds gradients in the order in which programs end, so under torch's
            deterministic algorithms a call that needs gradients runs the portable one.
        instruction_set: Of the native kernel, one of `native.INSTRUCTION_SETS`; empty is the best
            this processor has.

    Returns:
        Output `[B, H, Nq, D]` in the query's dtype and lse `[B, H, Nq]` in fp32 (fp64 for fp64
        inputs). A row without a visible key is zero and has lse -inf; NaN in the query, or in a key
        that it sees, makes its row NaN.

    Raises:
        ValueError: Shapes, dtypes or values do not fit together.
        TypeError: A setting that is a number is given as a tensor, which would get no gradient.
        RuntimeError: The native or Triton kernel is asked for, and is missing or does not cover
            this; or a derivative that only the reference has.
    """
    check_tensors(query, key, value, key_mask, bias)
    if bias is not None and bias.dtype == torch.float16:
        # Backends hide at `HIDING_BIAS`, which only wider floats reach.
        bias = bias.masked_fill(bias == torch.finfo(torch.float16).min, -torch.inf)
    if instruction_set and instruction_set not in INSTRUCTION_SETS:
        raise ValueError(
            f"instruction_set is {instruction_set!r}, not one of {', '.join(INSTRUCTION_SETS)}"
        )
    for name, setting in (("scale", scale), ("softcap", softcap), ("dropout_p", dropout_p)):
        if isinstance(setting, Tensor):
            raise TypeError(f"{name} is a tensor and would get no gradient; give {name}.item()")
    window = _within(window, max(query.shape[2], key.shape[2]))
    options = _options(query.shape[-1], scale, softcap, causal, window, dropout_p, seed, margin)
    chosen = _choose_backend(backend, query, key, value, lists, bias)
    if lists is not None:
        # The Triton kernels ignore keys out of range; looking would make the host wait for the GPU.
        sizes = (query.shape[0], query.shape[1], query.shape[2], key.shape[2])
        lists.check_fit(*sizes, values=chosen != "triton")
    if chosen != "reference":
        refuse_transforms(query, key, value, bias)
    inputs = (query, key, value, lists, key_mask, bias, options)
    if chosen == "native":
        return attention_native(*inputs, instruction_set)
    if chosen == "triton":
        from secateur.kernels.triton_dap import attention_triton

        return attention_triton(*inputs)
    compute = attention_reference if chosen == "reference" else attention_portable
    # Autocast, which leaves compiled kernels alone, would round their float32.
    with torch.autocast(query.device.type, enabled=False):
        return compute(*inputs)


def _choose_backend(
    backend: str,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    lists: KeyLists | None,
    bias: Tensor | None,
) -> str:
    """Names what computes a call; arguments and errors as of `attention`."""
    if backend not in BACKENDS:
        raise ValueError(f"backend is {backend!r}, not one of {', '.join(BACKENDS)}")
    if backend in ("reference", "portable"):
        return backend
    if backend == "triton" or (
        backend == "auto" and query.is_cuda and not _must_repeat(query, key, value, bias)
    ):
        reason = triton_uncovered(query, key, lists)
        if not reason:
            return "triton"
        if backend == "triton":
            raise RuntimeError(f"the Triton kernel does not cover this call: {reason}")
    reason = uncovered(query, key, lists)
    if backend == "native" and reason:
        raise RuntimeError(f"the native kernel does not cover this call: {reason}")
    return "portable" if reason else "native"


def _must_repeat(*inputs: Tensor | None) -> bool:
    """Tells whether the call's gradients must come out the same to the last bit each time."""
    if not (torch.are_deterministic_algorithms_enabled() and torch.is_grad_enabled()):
        return False
    return any(x is not None and x.requires_grad for x in inputs)


@functools.cache
def triton_missing() -> str:
    """Says why Triton cannot be imported.

    Returns:
        The reason; empty where it can.
    """
    try:
        importlib.import_module("triton")
    except ImportError as error:
        return f"Triton is not installed ({error}); pip install 'secateur[gpu]' brings it"
    return ""


def triton_uncovered(query: Tensor, key: Tensor, lists: KeyLists | None) -> str:
    """Says why the Triton kernel cannot take this input, without importing Triton for the CPU.

    Args:
        query: `[B, H, Nq, D]`.
        key: `[B, Hkv, Nk, D]`.
        lists: Kept keys, or None.

    Returns:
        The reason, or an empty string.
    """
    if missing := triton_missing():
        return missing
    from secateur.kernels.triton_dap import uncovered as uncovered_by_triton

    return uncovered_by_triton(query, key, lists)


def native_status() -> tuple[bool, str]:
    """Says whether the native kernel can be used.

    Returns:
        Whether it is loaded, and the instruction set in use or the reason why it is missing.
    """
    if LOAD_ERROR:
        return False, LOAD_ERROR
    return True, INSTRUCTION_SETS[0]


def check_tensors(
    query: Tensor, key: Tensor, value: Tensor, key_mask: Tensor | None, bias: Tensor | None
) -> None:
    """Refuses tensors that do not fit together; arguments as of `attention`.

    Raises:
        ValueError: A shape, dtype or device does not fit; the message names the tensor.
    """
    for name, tensor in (("query", query), ("key", key), ("value", value)):
        if tensor.dim() != 4:
            raise ValueError(f"{name} has shape {tuple(tensor.shape)}, not [B, H, T, D]")
        if not tensor.is_floating_point() or tensor.dtype != query.dtype:
            raise ValueError(f"{name} is {tensor.dtype}; all three need one floating dtype")
        if tensor.device != query.device:
            raise ValueError(f"{name} is on {tensor.device}, query on {query.device}")
    batch, heads, n_queries, head_dim = query.shape
    kv_heads, n_keys = key.shape[1], key.shape[2]
    if key.shape != value.shape or key.shape[0] != batch or key.shape[3] != head_dim:
        raise ValueError(
            f"query {tuple(query.shape)}, key {tuple(key.shape)} and value {tuple(value.shape)} "
            "do not fit together"
        )
    if head_dim == 0 or kv_heads == 0 or heads % kv_heads:
        raise ValueError(f"{heads} query heads over {kv_heads} key heads of size {head_dim}")
    if key_mask is not None and (
        key_mask.dtype != torch.bool or tuple(key_mask.shape) != (batch, n_keys)
    ):
        raise ValueError(
            f"key_mask is {key_mask.dtype} {tuple(key_mask.shape)}, not bool {(batch, n_keys)}"
        )
    if bias is not None:
        _check_bias(bias, (batch, heads, n_queries, n_keys))
    for name, extra in (("key_mask", key_mask), ("bias", bias)):
        if extra is not None and extra.device != query.device:
            raise ValueError(f"{name} is on {extra.device}, query on {query.device}")


def _check_bias(bias: Tensor, full: tuple[int, int, int, int]) -> None:
    fits = (
        bias.dim() == 4
        and bias.shape[0] in (1, full[0])
        and bias.shape[1] in (1, full[1])
        and tuple(bias.shape[2:]) == full[2:]
    )
    if not fits or not bias.is_floating_point():
        raise ValueError(
            f"bias is {bias.dtype} {tuple(bias.shape)}; it must be floating and broadcast over the "
            f"first two dimensions of {full}"
        )


def _within(window: tuple[int, int] | None, longest: int) -> tuple[int, int]:
    """Takes sides that reach past every token for unlimited: kernels' positions would overflow."""
    left, right = window if window is not None else (-1, -1)
    if left < -1 or right < -1:
        raise ValueError(f"window is {window}; each side is a number of keys or -1")
    return (-1 if left >= longest else int(left), -1 if right >= longest else int(right))


def _options(
    head_dim: int,
    scale: float | None,
    softcap: float | None,
    causal: bool,
    window: tuple[int, int],
    dropout_p: float,
    seed: int,
    margin: float,
) -> Options:
    if scale is not None and not math.isfinite(scale):
        raise ValueError(f"scale is {scale}; it must be finite")
    if softcap is not None and not 0.0 < softcap < math.inf:
        raise ValueError(f"softcap is {softcap}; it must be above 0 and finite")
    if not 0.0 <= dropout_p < 1.0:
        raise ValueError(f"dropout_p is {dropout_p}, outside [0, 1)")
    if not margin > 0:
        raise ValueError(f"margin is {margin}; it must be above 0")
    return Options(
        scale=head_dim**-0.5 if scale is None else float(scale),
        causal=bool(causal),
        window=window,
        dropout_p=float(dropout_p),
        seed=int(seed),
        margin=float(margin),
        softcap=float(softcap or 0.0),
    )
