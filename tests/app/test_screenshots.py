"""The pages with the models that ship, on the sample documents; the pictures of the guide.

Pictures go to the folder that SECATEUR_SCREENSHOTS names, docs/screenshots for one; without it they
are not kept.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.slow

PATIENCE_MS = 280_000


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[Page, str], None]:
    folder = Path(os.environ.get("SECATEUR_SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)

    def take(page: Page, name: str) -> None:
        # Streamlit scrolls an inner element, so a whole page needs a window of its height.
        height = page.get_by_test_id("stMainBlockContainer").evaluate("part => part.scrollHeight")
        width = (page.viewport_size or {"width": 1280})["width"]
        page.set_viewport_size({"width": width, "height": min(max(height, 700), 1700)})
        page.wait_for_timeout(1500)
        page.screenshot(path=folder / f"{name}.png")

    return take


def turn_to(page: Page, section: str) -> None:
    """Turns pages until the section begins."""
    part = page.get_by_label("Part of the report")
    while not part.input_value().startswith(section):
        before = part.input_value()
        page.get_by_test_id("stButton").filter(has_text="chevron_right").click()
        expect(part).not_to_have_value(before)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_report(
    visit: Callable[..., Page], picture: Callable[..., None], width: int, scheme: str
) -> None:
    page = visit(width=width, scheme=scheme)
    page.get_by_role("button", name="Find entities").click()
    expect(page.get_by_test_id("stMetric").first).to_be_visible(timeout=PATIENCE_MS)
    turn_to(page, "Item 7,")
    page.locator("mark").filter(has_text="$").first.click()
    expect(page.get_by_text("What the model read")).to_be_visible()
    assert page.locator("mark").filter(has_text="MONEY").count() > 3
    picture(page, f"report-{width}-{scheme}")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_note(
    visit: Callable[..., Page], picture: Callable[..., None], width: int, scheme: str
) -> None:
    page = visit("note", width=width, scheme=scheme)
    page.get_by_role("combobox").first.click()
    page.get_by_role("option", name="radiology_report.txt").click()
    page.get_by_role("button", name="Summarise").click()
    cards = page.locator(".cards button")
    expect(cards.first).to_be_visible(timeout=PATIENCE_MS)
    cards.last.click()
    expect(cards.last).to_have_attribute("aria-pressed", "true")
    picture(page, f"note-{width}-{scheme}")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_compare(
    visit: Callable[..., Page], picture: Callable[..., None], width: int, scheme: str
) -> None:
    page = visit("compare", width=width, scheme=scheme)
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_test_id("stMetric").first).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("rowheader", name="Largest memory, MiB")).to_be_visible()
    picture(page, f"compare-{width}-{scheme}")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_about(
    visit: Callable[..., Page], picture: Callable[..., None], width: int, scheme: str
) -> None:
    page = visit("about", width=width, scheme=scheme)
    expect(page.get_by_role("rowheader", name="cpu kernel")).to_be_visible()
    picture(page, f"about-{width}-{scheme}")
