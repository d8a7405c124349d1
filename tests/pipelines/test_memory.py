"""Memory that a process has freed: kept for its next large tensor, given back when asked."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="glibc's parameters")

_SCRIPT = """
import resource, sys, psutil, torch
from secateur.pipelines import memory
if memory._glibc() is None:
    sys.exit("no glibc")
if sys.argv[1] == "keep":
    memory.keep_freed_memory()
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
torch.ones(2**25)
before = faults()
for _ in range(4):
    torch.ones(2**25)
again = faults() - before
full = psutil.Process().memory_info().rss
memory.give_back_memory()
print(again, full - psutil.Process().memory_info().rss)
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
    usual, _ = _run("usual")
    kept, given_back = _run("keep")
    assert kept < usual / 10
    assert given_back > 100 * 2**20
