"""Where the `secateur` command begins: what must be said before torch is loaded."""

from __future__ import annotations

import gc
import os
import sys

from secateur.pipelines.cli.exits import interrupted

_SPINS = "10000"
_NEW_OBJECTS = 50_000


def main() -> int:
    """Runs the command and returns its exit code; see `cli.main`.

    Threads of GNU OpenMP, which torch uses on Linux, turn in circles for milliseconds before they
    sleep until another is done, and take from a second program the time that it needs. They sleep
    sooner here (measured: docs/design.md). `GOMP_SPINCOUNT` or `OMP_WAIT_POLICY` in the
    environment decide otherwise.

    Libraries and vocabularies make millions of objects that stay. To look for rubbish among them
    after every 700 new ones takes one second of twelve.
    """
    _open_closed()
    gc.set_threshold(_NEW_OBJECTS)
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", _SPINS)
    try:
        from secateur.pipelines.cli.main import main as run

        return run()
    except KeyboardInterrupt:  # what is asked for, or what tells it, was still loading
        return interrupted()


def _open_closed() -> None:
    """Gives a standard stream that is closed its place back, lest a file that is opened gets it.

    What goes to stdout then fails, as on a full disk; what goes to stderr is lost.
    """
    for name, flags in (("stdin", os.O_RDONLY), ("stdout", os.O_RDONLY), ("stderr", os.O_WRONLY)):
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            place = os.open(os.devnull, flags)
            setattr(sys, name, os.fdopen(place, mode, errors="backslashreplace", closefd=False))


if __name__ == "__main__":
    sys.exit(main())
