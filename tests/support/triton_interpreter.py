"""Triton's interpreter, in which the GPU kernels are tested without a GPU."""

from __future__ import annotations

import dataclasses
import importlib.util
from typing import Any

import torch


def mend() -> None:
    """Has the interpreter treat bfloat16 as the cards do, where Triton is installed.

    By itself it multiplies bit patterns and rounds towards zero. It is also spared the checks that
    it reports in debug mode only, 40 % of its time.
    """
    if importlib.util.find_spec("triton") is None:
        return
    import triton.language as tl
    from triton.runtime.interpreter import TensorHandle
    from triton.runtime.interpreter import interpreter_builder as builder

    if not builder.options.sanitize_overflow:
        return
    multiply, cast = builder.create_dot, builder.cast_impl

    def create_dot(left: Any, right: Any, *rest: Any) -> Any:
        wide = [
            builder.cast_impl(x, tl.float32) if x.dtype.scalar == tl.bfloat16 else x
            for x in (left, right)
        ]
        return multiply(*wide, *rest)

    def cast_impl(source: Any, target: Any) -> Any:
        if (source.dtype.scalar, target.scalar) != (tl.float32, tl.bfloat16):
            return cast(source, target)
        rounded = torch.from_numpy(source.data).to(torch.bfloat16)
        return TensorHandle(rounded.view(torch.uint16).numpy(), tl.bfloat16)

    builder.create_dot, builder.cast_impl = create_dot, cast_impl
    builder.options = dataclasses.replace(builder.options, sanitize_overflow=False)
