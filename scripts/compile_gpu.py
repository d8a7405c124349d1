"""Compiles the Triton kernels for the supported cards, without one, and checks what they take.

What the library launches for exact attention, for lists, for split keys, backwards and for the
selection is compiled by Triton and assembled by the ptxas that comes with it, padded and causal,
and once more with bias, window and dropout, and with a softcap. Fails where a forward or selection
kernel spills registers up to head_dim 128, or where any kernel needs more shared memory than a
block may have on the card. With a file named, the table between its two marks is replaced.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest import mock

import torch
import triton
from triton.backends.compiler import GPUTarget
from triton.runtime import driver

from secateur.core import gpu_selection
from secateur.core.config import DapConfig
from secateur.core.spans import SpanTable
from secateur.kernels import triton_launch, triton_selection
from secateur.kernels.lists import KeyLists
from secateur.kernels.masks import Options
from secateur.kernels.triton_blocks import forward_blocks

# Shared memory that one block may ask for: CUDA C++ Programming Guide, compute capabilities.
CARDS = {80: ("A100", 163 * 1024), 90: ("H100", 227 * 1024), 100: ("B200", 227 * 1024)}
# Other head sizes are padded to these; float16 takes what bfloat16 takes, and shows it once.
SIZES = {
    torch.bfloat16: (64, 128, 256, 32),
    torch.float32: (128, 64, 256, 32),
    torch.float16: (128,),
}
UNSPILT_HEAD = 128
BEGIN, END = "<!-- resources: begin -->", "<!-- resources: end -->"
_LENGTH = 1024
_USAGE = re.compile(r"REG:(\d+) STACK:(\d+)")


@dataclass(frozen=True)
class Launch:
    """One kernel with the arguments of one call."""

    label: str
    kernel: Any
    arguments: tuple[Any, ...]
    options: dict[str, Any]
    may_spill: bool


@dataclass(frozen=True)
class Resources:
    """What the assembler says of one launch on one card."""

    label: str
    card: int
    registers: int
    spilled: int
    shared: int
    may_spill: bool

    @property
    def faults(self) -> list[str]:
        """What may not be, in words."""
        name, most = CARDS[self.card]
        where = f"{self.label} on sm_{self.card} ({name})"
        found = []
        if self.shared > most:
            found.append(f"{where}: {self.shared} bytes of shared memory, {most} at most")
        if self.spilled and not self.may_spill:
            found.append(f"{where}: {self.spilled} bytes of registers spilled")
        return found


class _Recorder:
    """Stands in for a kernel and keeps what it would have been launched with."""

    def __init__(self) -> None:
        self.calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    def __getitem__(self, grid: tuple[int, ...]) -> Any:
        return lambda *arguments, **options: self.calls.append((arguments, options))


def launches(head_dim: int, dtype: torch.dtype, card: int) -> Iterator[Launch]:
    """Names the launches of a size and dtype on a card, as the library itself would make them.

    Exact launches are causal, which runs the loops of both masked and whole blocks.
    """
    query = torch.zeros(1, 2, _LENGTH, head_dim, dtype=dtype)
    visible = torch.ones(1, _LENGTH, dtype=torch.bool)
    causal = Options(scale=1.0, causal=True)
    exact, padded = (query, query, query, None, None), (query, query, query, None, visible)
    backward = dtype != torch.float16
    yield from _attention("exact", exact, causal, None, card, backward=backward)
    yield from _attention("split keys", (query[:, :, :8], *exact[1:]), causal, None, card, parts=4)
    yield from _attention("lists of 64", padded, causal, 64, card, backward=backward)
    if dtype != torch.float32 and head_dim <= UNSPILT_HEAD:
        yield from _attention("lists of 128", padded, causal, 128, card)
    if dtype == torch.bfloat16 and head_dim == 64:
        bias = torch.zeros(1, 2, _LENGTH, _LENGTH, dtype=dtype)
        every = Options(scale=1.0, causal=True, window=(64, 0), dropout_p=0.1)
        options = (*exact[:3], bias, visible)
        yield from _attention("all options", options, every, 64, card, backward=True)
        capped, single = replace(causal, softcap=50.0), (query[:, :, :1], *exact[1:])
        yield from _attention("softcap", padded, capped, 64, card, backward=True)
        yield from _attention("one query", single, causal, None, card, parts=4)
        yield from _attention("split lists", padded, causal, 64, card, parts=4)
    if backward:
        yield from _selection(query, visible, sized=True)
    if dtype == torch.bfloat16 and head_dim == 64:
        yield from _selection(query, visible, sized=False)


def _attention(
    name: str,
    inputs: tuple[Any, ...],
    options: Options,
    tile: int | None,
    card: int,
    *,
    parts: int = 1,
    backward: bool = False,
) -> Iterator[Launch]:
    """Runs the launching code with recorders for kernels."""
    query = inputs[0]
    head_dim, dtype, major = query.shape[-1], query.dtype, card // 10
    walk = () if tile is None else triton_launch.prepare(_lists(tile), query)
    ahead, back = _Recorder(), _Recorder()
    with (
        mock.patch.object(triton_launch, "card_of", return_value=major),
        mock.patch.object(triton_launch, "split_keys", return_value=(parts, _LENGTH // parts)),
        mock.patch.object(triton_launch, "tuned_forward", ahead),
        mock.patch.object(triton_launch, "forward_kernel", ahead),
        mock.patch.object(triton_launch, "backward_kernel", back),
    ):
        triton_launch.launch_forward(*inputs, walk, tile, options)
        if backward:
            lse = torch.zeros(query.shape[:3])
            launch = (inputs, walk, tile, options, query, lse.double(), lse, inputs[3] is not None)
            triton_launch.launch_backward(*launch)
    (arguments, constants) = ahead.calls[0]
    for config in forward_blocks(head_dim, constants["BLOCK_M"], dtype, tile is not None, major):
        chosen = {**constants, **config.all_kwargs()}
        label = _label(f"forward, {name}", query, chosen)
        kernel = triton_launch.forward_kernel
        yield Launch(label, kernel, arguments, chosen, head_dim > UNSPILT_HEAD)
    for arguments, constants in back.calls:
        label = _label(f"backward, {name}", query, constants)
        yield Launch(label, triton_launch.backward_kernel, arguments, constants, may_spill=True)


def _lists(tile: int) -> KeyLists:
    """Lists of all keys in runs of eight, for two heads."""
    edges = torch.arange(0, _LENGTH + 1, 8, dtype=torch.int32)
    rows = 2 * (_LENGTH // tile)
    offsets = torch.arange(rows + 1) * (len(edges) - 1)
    return KeyLists(offsets, edges[:-1].repeat(rows), edges[1:].repeat(rows), tile)


def _selection(query: torch.Tensor, visible: torch.Tensor, *, sized: bool) -> Iterator[Launch]:
    """Runs the selecting code with recorders for the kernels that know head_dim, or the others."""
    names = [name for name in vars(triton_selection) if name.endswith("_kernel")]
    kernels = {name: getattr(triton_selection, name) for name in names}
    recorders = {name: _Recorder() for name in names}
    spans = SpanTable.uniform(1, _LENGTH, 8, query.device)
    # A cap of one span: numbers that are 1 are what Triton would make constants of.
    config = DapConfig(cap=0.01)
    with mock.patch.multiple(triton_selection, **recorders):
        gpu_selection.select(query, query, spans, config, key_mask=visible, causal=True)
    for name, recorder in recorders.items():
        arguments, options = recorder.calls[0]
        if ("HEAD_DIM" in options) == sized:
            words = name.removesuffix("_kernel").replace("_", " ")
            label = f"selection, {words}"
            label = _label(label, query, options) if sized else f"{label}, any head_dim"
            may_spill = query.shape[-1] > UNSPILT_HEAD
            yield Launch(label, kernels[name], arguments, options, may_spill)


def _label(name: str, query: torch.Tensor, options: dict[str, Any]) -> str:
    """A launch in a few words."""
    dtype = str(query.dtype).removeprefix("torch.")
    words = [name, f"head_dim {query.shape[-1]}", dtype]
    if "BLOCK_M" in options:
        words.append(f"{options['BLOCK_M']} x {options['BLOCK_N']}")
    words.append(f"{options['num_warps']} warps")
    if "num_stages" in options:
        words.append(f"{options['num_stages']} stages")
    return ", ".join(words)


class _Driver:
    """A card that is not there, as far as compiling needs one."""

    def __init__(self, card: int) -> None:
        self._card = card

    def get_current_target(self) -> GPUTarget:
        return GPUTarget("cuda", self._card, 32)

    def get_current_device(self) -> int:
        return self._card

    def get_current_stream(self, device: int) -> int:
        return 0


def compile_launch(launch: Launch, card: int) -> Resources:
    """Compiles one launch for one card and asks ptxas what it takes."""
    driver.set_active(_Driver(card))
    compiled = launch.kernel.warmup(*launch.arguments, grid=(1,), **launch.options)
    registers, stack = _usage(compiled.asm["cubin"])
    shared = compiled.metadata.shared
    return Resources(launch.label, card, registers, stack, shared, launch.may_spill)


def _usage(cubin: bytes) -> tuple[int, int]:
    """Registers of a thread, and bytes of its stack; the kernels have no arrays but spills."""
    with tempfile.TemporaryDirectory() as folder:
        binary = Path(folder) / "kernel.cubin"
        binary.write_bytes(cubin)
        command = [triton.knobs.nvidia.cuobjdump.path, "-res-usage", str(binary)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = _USAGE.search(done.stdout + done.stderr)
    if found is None:
        raise RuntimeError(f"cuobjdump says nothing of registers: {done.stdout}")
    return int(found[1]), int(found[2])


def table(found: list[Resources]) -> str:
    """Writes one line for each launch: registers / stack bytes / shared KiB on each card."""
    by_launch: dict[str, dict[int, Resources]] = {}
    for one in found:
        by_launch.setdefault(one.label, {})[one.card] = one
    cards = sorted({one.card for one in found})
    head = ["kernel, head_dim, dtype, queries x keys"]
    head += [f"sm_{card} ({CARDS[card][0]})" for card in cards]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for label, ours in by_launch.items():
        cells = [
            f"{one.registers} / {one.spilled} / {one.shared / 1024:.0f}" if one else "not used"
            for one in (ours.get(card) for card in cards)
        ]
        lines.append(f"| {' | '.join([label, *cells])} |")
    return "\n".join(lines)


def replace_table(file: Path, text: str) -> None:
    """Puts the table between its two marks in a file."""
    before, rest = file.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    file.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


def compile_size(head_dim: int, dtype: torch.dtype, cards: list[int]) -> list[Resources]:
    """Compiles all launches of a head size and dtype for some cards."""
    return [
        compile_launch(launch, card) for card in cards for launch in launches(head_dim, dtype, card)
    ]


def main() -> int:
    """Compiles all, prints and checks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FILE", help="replace its table by this one")
    parser.add_argument(
        "--cards", type=int, nargs="+", choices=CARDS, default=list(CARDS),
        help="by compute capability; all of them without it",
    )  # fmt: skip
    options = parser.parse_args()
    if options.write and len(options.cards) < len(CARDS):
        parser.error("--write needs all cards")
    sizes = [(size, dtype) for dtype, head_dims in SIZES.items() for size in head_dims]
    tasks = [(*size, options.cards) for size in sizes]
    with multiprocessing.get_context("spawn").Pool() as pool:
        found = [one for part in pool.starmap(compile_size, tasks, chunksize=1) for one in part]
    sys.stdout.write(f"{table(found)}\n")
    if options.write:
        replace_table(options.write, table(found))
    faults = [fault for one in found for fault in one.faults]
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    sys.stderr.write(f"{len(found)} kernels compiled, {len(faults)} faults\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
