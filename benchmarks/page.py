"""How long the page takes to answer on a long report, measured in a browser.

    python benchmarks/page.py filing.html

Starts the page, has it read the report, then turns parts of the text and clicks entities by turns.
Nothing else should run. Prints one JSON line.
"""

from __future__ import annotations

import argparse
import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from playwright.sync_api import Error, Page, expect, sync_playwright

_PATIENCE_MS = 900_000
_TURNS = 20


@contextmanager
def served() -> Iterator[str]:
    """Runs the page and gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serve = f"from secateur.pipelines.cli import main; main(['app', '--port', '{port}'])"
    running = subprocess.Popen(
        [sys.executable, "-P", "-c", serve], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait()


def open_page(page: Page, address: str) -> None:
    """Waits for the page to be served."""
    for _ in range(60):
        with suppress(Error):
            page.goto(address)
            return
        page.wait_for_timeout(1000)
    raise SystemExit(f"{address} does not answer")


def interact(page: Page) -> list[float]:
    """Turns a part and clicks an entity by turns; seconds until the page shows it."""
    seconds: list[float] = []
    part = page.get_by_label("Part of the document")
    for number in range(_TURNS):
        before = part.input_value()
        begin = perf_counter()
        page.get_by_test_id("stButton").filter(has_text="chevron_right").click()
        expect(part).not_to_have_value(before)
        page.locator("mark").first.wait_for()
        seconds.append(perf_counter() - begin)
        marks = page.locator("mark")
        begin = perf_counter()
        marks.nth(number % marks.count()).click()
        page.locator("mark.selected").first.wait_for()
        seconds.append(perf_counter() - begin)
    return seconds


def measure(page: Page, report: Path) -> dict[str, object]:
    """Reads a report in the page and tells how fast it answers."""
    page.get_by_role("heading", level=1).wait_for()
    page.locator("input[type=file]").set_input_files(report)
    expect(page.get_by_role("combobox").first).to_have_value(report.name, timeout=60_000)
    page.get_by_role("button", name="Find entities").click()
    page.get_by_test_id("stMetric").first.wait_for(timeout=_PATIENCE_MS)
    begin = perf_counter()
    page.locator("mark").first.wait_for()
    first = perf_counter() - begin
    seconds = interact(page)
    return {
        "file": report.name,
        "first_highlight_s": round(first, 3),
        "interactions": len(seconds),
        "median_s": round(median(seconds), 3),
        "p95_s": round(quantiles(seconds, n=20)[-1], 3),
        "turn_median_s": round(median(seconds[::2]), 3),
        "click_median_s": round(median(seconds[1::2]), 3),
    }


def main() -> None:
    """Prints the measurements."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("report", type=Path)
    options = parser.parse_args()
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--headless", "--no-sandbox"]
        )
        page = browser.new_context().new_page()
        open_page(page, address)
        sys.stdout.write(json.dumps(measure(page, options.report)) + "\n")
        browser.close()


if __name__ == "__main__":
    main()
