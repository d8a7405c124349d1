"""Where the `secateur` command begins: what must be said before torch is loaded."""

from __future__ import annotations

import os
import sys

_SPINS = "10000"


def main() -> int:
    """Runs the command and returns its exit code; see `secateur.pipelines.cli`.

    Threads of GNU OpenMP, which torch uses on Linux, turn in circles for milliseconds before they
    sleep until another is done. Beside a second program each then takes the time that the other
    needs: a report took 45 s instead of 19 beside one busy thread, and takes 27 s if they sleep
    after some microseconds. Alone that costs at most 2 %. `GOMP_SPINCOUNT` or `OMP_WAIT_POLICY`
    in the environment decide otherwise.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", _SPINS)
    from secateur.pipelines.cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
