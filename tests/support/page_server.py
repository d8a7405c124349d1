"""The page as `secateur app` serves it, in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

_SERVE = "from secateur.pipelines.cli.main import main; main(['app', '--port', '{port}'])"


@dataclass(frozen=True)
class Server:
    """A running page.

    Attributes:
        url: Its address.
        scratch: The folder that its temporary files go to.
        process: Its process id.
    """

    url: str
    scratch: Path
    process: int

    def workers(self) -> list[psutil.Process]:
        """The processes that work for the page."""
        children = psutil.Process(self.process).children()
        return [
            child for child in children if "secateur.pipelines.runs.jobs.worker" in child.cmdline()
        ]

    def files(self) -> list[Path]:
        return [path for path in self.scratch.rglob("*") if path.is_file()]


@contextmanager
def serve(scratch: Path, log: Path) -> Iterator[Server]:
    """Serves the page until the block ends; fails if the server wrote a traceback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-P", "-c", _SERVE.format(port=port)]
    # One thread: on few cores a second one takes its time from the browser.
    environment = {**os.environ, "TMPDIR": str(scratch), "OMP_NUM_THREADS": "1"}
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
        try:
            url = f"http://127.0.0.1:{port}"
            _await(url, process, log)
            yield Server(url, scratch, process.pid)
        finally:
            process.terminate()
            process.wait(timeout=20)
    printed = log.read_text()
    if "Traceback" in printed:
        pytest.fail(f"the page's server wrote a traceback: {printed[-4000:]}")


def _await(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 180
    while True:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, TimeoutError):
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"the page did not start: {log.read_text()}")
            time.sleep(0.2)
