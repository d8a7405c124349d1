"""Parsers that fail as a text tells them to, planted in the process that parses."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from secateur.pipelines.ingestion import isolation, parse, read, tagged
from secateur.pipelines.ingestion.files.limits import Limits
from secateur.pipelines.ingestion.layout.reading import Reading, Source

_dispatch = parse._dispatch


def plant(patch: pytest.MonkeyPatch) -> None:
    """Has `read`, `read_each` and the like of this process, and of those it starts, parse by it."""
    isolation._end_all()  # an idle one does not know the way here
    ways = [str(Path(__file__).parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    patch.setenv("PYTHONPATH", os.pathsep.join(ways))
    patch.setattr(read, "_PARSE", "planted_parsers:parse_one")
    patch.setattr(read, "_PARSE_STEPS", "planted_parsers:parse_steps")
    patch.setattr(tagged, "_PARSE_STEPS", "planted_parsers:parse_steps_with_facts")


def parse_one(path: Path, limits: Limits) -> Any:
    parse._dispatch = _fail
    return parse.parse(path, limits)


def parse_steps(path: Path, limits: Limits, sha256: str, done: int) -> Iterator[Any]:
    parse._dispatch = _fail
    yield from parse.parse_steps(path, limits, sha256, done)


def parse_steps_with_facts(path: Path, limits: Limits, sha256: str, done: int) -> Iterator[Any]:
    parse._dispatch = _fail
    yield from tagged.parse_steps_with_facts(path, limits, sha256, done)


def _fail(data: bytes, source: Source) -> Reading:
    if b"ABORT" in data:
        os.write(2, data)  # as libraries may do
        os.abort()
    if b"KILL" in data:
        os.kill(os.getpid(), signal.SIGKILL)
    if b"HANG" in data:
        re.match(r"(a|a)*$", "a" * 60 + "b")  # ends in years, and holds all of Python
    if b"SLEEP" in data:
        time.sleep(1e6)
    if b"HOARD" in data:
        hoard = []
        while True:
            hoard.append(bytearray(1 << 24))
    if b"FAULT" in data:
        dict[bytes, bytes]()[data]
    reading = _dispatch(data, source)
    if b"MODULES" in data:
        reading.warnings.append(" ".join(sys.modules))
    if b"PROCESS" in data:
        reading.warnings.append(str(os.getpid()))
    return reading
