"""Where the `secateur` command begins: what must be said before torch is loaded."""

from __future__ import annotations

import os
import sys

from secateur.pipelines.exits import fail

_SPINS = "10000"


def main() -> int:
    """Runs the command and returns its exit code; see `secateur.pipelines.cli`.

    Threads of GNU OpenMP, which torch uses on Linux, turn in circles for milliseconds before they
    sleep until another is done, and take from a second program the time that it needs. They sleep
    sooner here (measured: docs/design.md). `GOMP_SPINCOUNT` or `OMP_WAIT_POLICY` in the
    environment decide otherwise.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", _SPINS)
    try:
        from secateur.pipelines.cli import main as run

        return run()
    except KeyboardInterrupt:  # what is asked for, or what tells it, was still loading
        return fail("interrupted")


if __name__ == "__main__":
    sys.exit(main())
