"""Memory that a process has freed: kept for its next large tensor, given back when asked."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="glibc's parameters")

_SCRIPT = """
import resource, sys, psutil
from secateur.pipelines import memory
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
