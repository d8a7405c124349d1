"""What a process keeps of memory: freed room, given back when asked, and few compiled products."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="glibc's parameters")

_SCRIPT = """
import resource, sys, psutil
from secateur.pipelines.runs import memory
if memory._glibc() is None:
    sys.exit("no glibc")
if sys.argv[1] == "keep":
    memory.keep_freed_memory()
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def resident():
    return psutil.Process().memory_info().rss
def use():
    return [b"x" * 2**24 for _ in range(8)]
use()
before = faults()
for _ in range(12):
    use()
again = faults() - before
full = resident()
memory.give_back_memory()
given_back = full - resident()
large = b"x" * 2**27
full = resident()
del large
print(again, given_back, full - resident())
"""


def _run(way):
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, way], capture_output=True, text=True, check=False
    )
    if "no glibc" in done.stderr:
        pytest.skip("the C library is not glibc")
    assert done.returncode == 0, done.stderr
    return [int(word) for word in done.stdout.split()]


def test_what_is_kept_is_used_again_and_can_be_given_back():
    usual, _, _ = _run("usual")
    kept, given_back, large = _run("keep")
    # Small objects come to lie in freed room: one in ten or so needs new pages.
    assert kept < usual / 4
    assert given_back > 100 * 2**20
    assert large > 100 * 2**20  # too large to be kept


_PRODUCTS = """
import sys, psutil, torch
from secateur.pipelines.runs import memory
from secateur.pipelines.runs.models import load_model
if sys.argv[1] == "model":
    load_model("finance")
weight = torch.randn(64, 64)
def product(rows):
    torch.ops.mkldnn._linear_pointwise(torch.zeros(rows, 64), weight, None, "none", [], "")
def resident():
    memory.give_back_memory()
    return psutil.Process().memory_info().rss
product(5)
before = resident()
for rows in range(100, 300):
    product(rows)
print(resident() - before)
"""


@pytest.mark.slow
def test_texts_of_new_lengths_do_not_grow_a_process_with_a_model():
    environment = {name: os.environ[name] for name in os.environ if "CACHE_CAPACITY" not in name}

    def grown(way):
        command = [sys.executable, "-c", _PRODUCTS, way]
        done = subprocess.run(command, capture_output=True, check=True, env=environment)
        return int(done.stdout)

    assert grown("model") < grown("no model") / 2
