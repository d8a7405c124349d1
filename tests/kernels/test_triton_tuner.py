"""The tuner: it knows the choices of every launch, and measures each kind of launch once."""

import os
import subprocess
import sys

import pytest
import torch
from kernel_backends import needs_triton

pytestmark = needs_triton

# A process of its own: here Triton may have been imported for its interpreter.
LAUNCH_TWICE = """
from types import SimpleNamespace
from unittest import mock
import torch
from triton.backends.compiler import GPUTarget
from triton.runtime import driver
from secateur.kernels import triton_launch
from secateur.kernels.masks import Options
from secateur.kernels.triton_blocks import tuned
from secateur.kernels.triton_forward import forward_kernel

timed, launched = [], []

def time_it(call, quantiles):
    timed.append(call)
    return [3.0 - len(timed)] * 3

driver.set_active(SimpleNamespace(get_current_target=lambda: GPUTarget("cuda", 90, 32)))
forward_kernel.run = lambda *arguments, **options: launched.append(options)
query = torch.zeros(1, 2, 1024, 64, dtype=torch.bfloat16)
with mock.patch.object(triton_launch, "card_of", return_value=9), mock.patch(
    "secateur.kernels.triton_blocks.card_of", return_value=9
), mock.patch.object(triton_launch, "split_keys", return_value=(1, 1024)):
    for _ in range(2):
        # A new tuner, as in a new process.
        triton_launch.tuned_forward = tuned(forward_kernel)
        triton_launch.tuned_forward._do_bench = time_it
        for _ in range(2):
            triton_launch.launch_forward(
                query, query, query, None, None, (), None, Options(scale=1.0)
            )
print(len(timed), len(launched), {one["num_stages"] for one in launched})
"""


def test_a_kind_of_launch_is_timed_once_and_the_fastest_choice_is_kept_on_disk(tmp_path):
    """Of the three choices the last, of four stages, is the fastest on this clock."""
    environment = os.environ | {"TRITON_CACHE_DIR": str(tmp_path), "TRITON_INTERPRET": "0"}
    done = subprocess.run(
        [sys.executable, "-c", LAUNCH_TWICE],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split(maxsplit=2) == ["3", "4", "{4}\n"]


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16], ids=str)
def test_the_tuner_knows_every_choice(dtype):
    from secateur.kernels.triton_blocks import forward_blocks, most_rows
    from secateur.kernels.triton_launch import tuned_forward

    known = {str(config) for config in tuned_forward.configs}
    for head_dim in range(8, 257, 8):
        for rows in (16, 32, 64, 128):
            if rows <= most_rows(head_dim, dtype):
                for has_lists in (False, True):
                    for card in (0, 8, 9, 10, 12):
                        choices = forward_blocks(head_dim, rows, dtype, has_lists, card)
                        assert choices
                        assert {str(config) for config in choices} <= known
