"""The pages with the models that ship, on the sample documents; the pictures of the guide.

Pictures go to the folder that SECATEUR_SCREENSHOTS names, docs/screenshots for one; without it they
are not kept.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from secateur.pipelines.ingestion.read import read
from secateur.pipelines.runs.samples import samples

pytestmark = pytest.mark.slow

PATIENCE_MS = 280_000
TALLEST = 1700
Visit = Callable[..., Page]
Picture = Callable[[Page, str], None]


@pytest.fixture
def picture(tmp_path: Path) -> Picture:
    """Takes a page as it is on a desk by day and on a phone by night."""
    folder = Path(os.environ.get("SECATEUR_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)

    def take(page: Page, name: str) -> None:
        for width, scheme in ((1280, "light"), (390, "dark")):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_timeout(1500)
            block = page.get_by_test_id("stMainBlockContainer")
            # Streamlit scrolls an inner element, so a whole page needs a window of its height.
            height = block.evaluate("part => part.scrollHeight")
            page.set_viewport_size({"width": width, "height": min(max(height, 700), TALLEST)})
            page.get_by_test_id("stMain").evaluate("part => part.scrollTo(0, 0)")
            page.wait_for_timeout(1500)
            page.screenshot(path=folder / f"{name}-{width}-{scheme}.png")
            assert block.evaluate("part => part.scrollWidth <= part.clientWidth")
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1280, "height": 900})
        # A menu that is opened while the page is laid out anew closes again.
        page.wait_for_timeout(1500)

    return take


def turn_to(page: Page, section: str) -> None:
    """Turns pages until the section begins."""
    part = page.get_by_label("Part of the document")
    while not part.input_value().startswith(section):
        before = part.input_value()
        page.get_by_role("button", name="Next", exact=True).click()
        expect(part).not_to_have_value(before)


def upload(page: Page, number: int, name: str, data: bytes) -> None:
    page.locator("input[type=file]").nth(number).set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    )


def gold_entities() -> str:
    """The sample report's gold, which counts in blocks, as records that count in the document."""
    (report,) = samples("report")
    text, found, at, block = read(report).text, 0, 0, ""
    records = []
    for line in (report.parent / "gold_entities.jsonl").read_text().splitlines():
        entry = json.loads(line)
        if entry["block"] != block:
            block, found = entry["block"], text.find(entry["block_text"], at)
            assert found >= 0, entry["block_text"]
            at = found + len(entry["block_text"])
        places = {"start": found + entry["start"], "end": found + entry["end"]}
        records.append(entry | places | {"doc_id": report.name, "score": 1.0})
    return "\n".join(map(json.dumps, records))


def test_report_and_evaluation(visit: Visit, picture: Picture) -> None:
    page = visit()
    page.get_by_role("button", name="Find entities").click()
    expect(page.get_by_test_id("stMetric").first).to_be_visible(timeout=PATIENCE_MS)
    turn_to(page, "Item 7,")
    page.locator("mark").filter(has_text="$").first.click()
    expect(page.get_by_text("In its sentence")).to_be_visible()
    assert page.locator("mark").filter(has_text="MONEY").count() > 3
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download (").click()
    found = waiting.value.path().read_bytes()
    picture(page, "report")
    page.get_by_text("Statements", exact=True).click()
    expect(page.get_by_text("Figures in the chart")).to_be_visible()
    picture(page, "figures")
    page.get_by_role("link", name="Evaluate").click()
    page.get_by_role("heading", name="Evaluate").wait_for()
    upload(page, 0, "gold.jsonl", gold_entities().encode())
    upload(page, 1, "found.jsonl", found)
    page.get_by_role("button", name="Evaluate", exact=True).click()
    expect(page.get_by_text("By label")).to_be_visible(timeout=PATIENCE_MS)
    picture(page, "evaluate")


def test_note(visit: Visit, picture: Picture) -> None:
    page = visit("note")
    page.get_by_role("combobox").first.click()
    page.get_by_role("option", name="radiology_report.txt").click()
    page.get_by_role("button", name="Summarise").click()
    cards = page.locator(".st-key-note-cards .cards button")
    expect(cards.first).to_be_visible(timeout=PATIENCE_MS)
    cards.last.click()
    expect(cards.last).to_have_attribute("aria-pressed", "true")
    picture(page, "note")


def test_compare(visit: Visit, picture: Picture) -> None:
    page = visit("compare")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_test_id("stMetric").first).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("rowheader", name="Largest memory, MiB")).to_be_visible()
    expect(page.get_by_text("Time over length")).to_be_visible()
    picture(page, "compare")


def test_attention(visit: Visit, picture: Picture) -> None:
    page = visit("attention")
    page.get_by_role("button", name="Show sentences").click()
    expect(page.locator("mark").first).to_be_visible(timeout=PATIENCE_MS)
    turn_to(page, "Item 7,")
    page.locator("mark").nth(5).click()
    expect(page.get_by_text("Read most")).to_be_visible(timeout=PATIENCE_MS)
    picture(page, "attention")


def test_batch(visit: Visit, picture: Picture) -> None:
    page = visit("batch")
    page.get_by_text("Notes (summaries)").click()
    names = ("operative_note.txt", "progress_note.txt", "radiology_report.txt")
    notes = [path for path in samples("note") if path.name in names]
    page.locator("input[type=file]").set_input_files(notes)
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("button", name="Manifest")).to_be_visible(timeout=PATIENCE_MS)
    picture(page, "batch")


def test_domains(visit: Visit, picture: Picture) -> None:
    page = visit("domains")
    page.get_by_role("button", name="Calibrate").click()
    expect(page.get_by_text("Working point", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    picture(page, "domains")


def test_about(visit: Visit, picture: Picture) -> None:
    page = visit("about")
    expect(page.get_by_role("rowheader", name="cpu kernel")).to_be_visible()
    picture(page, "about")
