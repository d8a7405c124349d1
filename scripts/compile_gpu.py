"""Compiles the Triton kernels for every supported card, without one, and checks what they take.

Every launch that the library can make up to head_dim 256 is compiled by Triton and assembled by the
ptxas that comes with it. Fails where the forward kernel of 16-bit types up to head_dim 128 spills
registers, or where any kernel needs more shared memory than a block may have on the card. float32
is computed without tensor cores, to be right and not to be fast, and may spill. With a file named,
the table between its two marks is replaced.
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import torch
import triton
from triton.backends.compiler import GPUTarget
from triton.runtime import driver

from secateur.kernels import triton_launch
from secateur.kernels.lists import KeyLists
from secateur.kernels.masks import Options
from secateur.kernels.triton_blocks import forward_blocks, most_rows

# Shared memory that one block may ask for: CUDA C++ Programming Guide, compute capabilities.
CARDS = {80: ("A100", 163 * 1024), 90: ("H100", 227 * 1024), 100: ("B200", 227 * 1024)}
# Other head sizes are padded to these; float16 takes what bfloat16 takes, and shows it once.
SIZES = {
    torch.bfloat16: (32, 64, 128, 256),
    torch.float16: (128,),
    torch.float32: (64, 128, 256),
}
UNSPILT_HEAD = 128
BEGIN, END = "<!-- resources: begin -->", "<!-- resources: end -->"
_LENGTH = 1024
_USAGE = re.compile(r"REG:(\d+) STACK:(\d+)")


@dataclass(frozen=True)
class Launch:
    """One kernel with the arguments of one call."""

    name: str
    kernel: Any
    arguments: tuple[Any, ...]
    options: dict[str, Any]
    head_dim: int
    dtype: torch.dtype

    @property
    def label(self) -> str:
        """The launch in a few words."""
        block = f"{self.options['BLOCK_M']} x {self.options['BLOCK_N']}"
        warps = f"{self.options['num_warps']} warps, {self.options['num_stages']} stages"
        dtype = str(self.dtype).removeprefix("torch.")
        return f"{self.name}, head_dim {self.head_dim}, {dtype}, {block}, {warps}"


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
    """Names every launch of a size and dtype on a card, as the library itself would make it.

    Exact launches are causal, which runs the loops of both masked and whole blocks; launches by
    lists are causal and padded, which takes the most registers.
    """
    query = torch.zeros(1, 2, _LENGTH, head_dim, dtype=dtype)
    visible = torch.ones(1, _LENGTH, dtype=torch.bool)
    exact = (query, query, query, None, None)
    yield from _recorded("exact", exact, None, 1, card)
    yield from _recorded("split keys", (query[:, :, :8], *exact[1:]), None, 4, card)
    for tile in (32, 64, 128):
        if tile > most_rows(head_dim, dtype) or (tile == 32 and dtype != torch.float32):
            continue
        edges = torch.arange(0, _LENGTH + 1, 8, dtype=torch.int32)
        rows = 2 * (_LENGTH // tile)
        offsets = torch.arange(rows + 1) * (len(edges) - 1)
        lists = KeyLists(offsets, edges[:-1].repeat(rows), edges[1:].repeat(rows), tile)
        yield from _recorded(f"lists of {tile}", (*exact[:4], visible), lists, 1, card)


def _recorded(
    name: str, inputs: tuple[Any, ...], lists: KeyLists | None, parts: int, card: int
) -> Iterator[Launch]:
    """Runs the launching code with recorders for kernels."""
    query = inputs[0]
    walk, tile = ((), None) if lists is None else (triton_launch.prepare(lists), lists.tile)
    options = Options(scale=1.0, causal=True)
    forward, backward = _Recorder(), _Recorder()
    with (
        mock.patch.object(triton_launch, "split_keys", return_value=(parts, _LENGTH // parts)),
        mock.patch.object(triton_launch, "tuned_forward", forward),
        mock.patch.object(triton_launch, "forward_kernel", forward),
        mock.patch.object(triton_launch, "backward_kernel", backward),
    ):
        triton_launch.launch_forward(*inputs, walk, tile, options)
        lse = torch.zeros(query.shape[:3])
        triton_launch.launch_backward(inputs, walk, tile, options, query, lse, lse, False)
    head_dim, dtype = query.shape[-1], query.dtype
    (arguments, constants) = forward.calls[0]
    for config in forward_blocks(
        head_dim, constants["BLOCK_M"], dtype, lists is not None, card // 10
    ):
        chosen = {**constants, **config.all_kwargs()}
        kernel = triton_launch.forward_kernel
        yield Launch(f"forward, {name}", kernel, arguments, chosen, head_dim, dtype)
    if parts == 1:
        (arguments, constants) = backward.calls[0]
        kernel = triton_launch.backward_kernel
        yield Launch(f"backward, {name}", kernel, arguments, constants, head_dim, dtype)


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
    forward = launch.name.startswith("forward") and launch.dtype != torch.float32
    may_spill = launch.head_dim > UNSPILT_HEAD or not forward
    shared = compiled.metadata.shared
    return Resources(launch.label, card, registers, stack, shared, may_spill)


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
    head = ["kernel, head_dim, dtype, tile x block of keys"]
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


def compile_size(head_dim: int, dtype: torch.dtype) -> list[Resources]:
    """Compiles all launches of a head size and dtype for all cards."""
    return [
        compile_launch(launch, card) for card in CARDS for launch in launches(head_dim, dtype, card)
    ]


def main() -> int:
    """Compiles all, prints and checks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FILE", help="replace its table by this one")
    options = parser.parse_args()
    sizes = [(size, dtype) for dtype, head_dims in SIZES.items() for size in head_dims]
    with multiprocessing.get_context("spawn").Pool() as pool:
        found = [one for part in pool.starmap(compile_size, sizes, chunksize=1) for one in part]
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
