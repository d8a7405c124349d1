"""The tuner: it knows the choices of every launch, and measures each kind of launch once."""

import os
import subprocess
import sys

import pytest
import torch
from kernel_backends import needs_triton

pytestmark = needs_triton

# A process of its own: here Triton may have been imported for its interpreter.
CARD = """
from threading import Thread
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

def new_tuner(clock):
    triton_launch.tuned_forward = tuned(forward_kernel)
    triton_launch.tuned_forward._do_bench = clock

def launch(**options):
    options = Options(scale=1.0, **options)
    triton_launch.launch_forward(query, query, query, None, None, (), None, options)

driver.set_active(SimpleNamespace(get_current_target=lambda: GPUTarget("cuda", 90, 32)))
forward_kernel.run = lambda *arguments, **options: launched.append(options)
query = torch.zeros(1, 2, 1024, 64, dtype=torch.bfloat16)
mock.patch.object(triton_launch, "card_of", return_value=9).start()
mock.patch("secateur.kernels.triton_blocks.card_of", return_value=9).start()
mock.patch.object(triton_launch, "split_keys", return_value=(1, 1024)).start()
"""
LAUNCH_TWICE = """
for _ in range(2):
    # As in a new process.
    new_tuner(time_it)
    launch()
    launch()
print(len(timed), len(launched), {one["num_stages"] for one in launched})
"""
LAUNCH_MEANWHILE = """
other = Thread(target=launch, kwargs={"causal": True})

def busy(call, quantiles):
    if not timed:
        timed.append(call)
        other.start()
        other.join(timeout=2)
    return [1.0] * 3

new_tuner(busy)
launch()
other.join()
print(len(launched))
"""
LAUNCH_THE_SAME = """
torch.use_deterministic_algorithms(True)
new_tuner(time_it)
launch()
print(len(timed), len(launched), {one["num_stages"] for one in launched})
"""


def run(code, folder):
    """Runs code as on a card and returns what it prints."""
    environment = os.environ | {"TRITON_CACHE_DIR": str(folder), "TRITON_INTERPRET": "0"}
    done = subprocess.run(
        [sys.executable, "-c", CARD + code],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_kind_of_launch_is_timed_once_and_the_fastest_choice_is_kept_on_disk(tmp_path):
    """Of the three choices the last, of four stages, is the fastest on this clock."""
    assert run(LAUNCH_TWICE, tmp_path) == "3 4 {4}\n"


def test_another_thread_may_launch_while_choices_are_timed(tmp_path):
    assert run(LAUNCH_MEANWHILE, tmp_path) == "2\n"


def test_deterministic_algorithms_leave_nothing_to_the_clock(tmp_path):
    assert run(LAUNCH_THE_SAME, tmp_path) == "0 1 {3}\n"


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
