"""How the tests act on the page: only once it is still, as a person does.

A click that lands while a part of the page unfolds, or while a run of the script draws it anew,
goes down on one thing and up on another, and the browser then tells nobody of it.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Download, Locator, Page, TimeoutError, expect

STARTS_MS = 240_000
"""New processes import torch, those of a batch one after the other: minutes on a busy machine."""

_SOON_MS = 15_000

_STILL = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  const unfolds = (change) => change.effect?.target?.tagName === "DETAILS";
  return app?.dataset.testScriptState === "notRunning"
    && !document.getAnimations().some((change) => unfolds(change));
}"""


def settle(page: Page) -> None:
    """Waits until the script has ended and nothing unfolds any more."""
    page.wait_for_function(_STILL, polling=50)


def click(target: Locator) -> None:
    settle(target.page)
    target.click()


def press(page: Page, name: str) -> None:
    click(page.get_by_role("button", name=name, exact=True))


def fill(page: Page, name: str, text: str) -> Locator:
    settle(page)
    field = page.get_by_role("textbox", name=name)
    field.fill(text)
    return field


def choose(page: Page, name: str) -> None:
    """Chooses in the first list of the page."""
    click(page.get_by_role("combobox").first)
    page.get_by_role("option", name=name).click()


def use_model(page: Page, folder: Path) -> None:
    """Names a model under Settings; clicks again where the page was drawn anew under the click."""
    settings = page.get_by_text("Settings")
    click(settings)
    try:
        expect(page.get_by_role("textbox", name="Model")).to_be_visible(timeout=_SOON_MS)
    except AssertionError:
        click(settings)
    fill(page, "Model", str(folder)).press("Enter")
    click(page.get_by_text("Settings"))


def upload(page: Page, name: str, content: str | bytes) -> None:
    """Uploads a document and waits until it is the one chosen.

    Uploads again where nothing came: a page that is drawn anew has another field for files.
    """
    chosen, only_name = page.get_by_role("combobox").first, name.rpartition("\\")[2]
    _hand_over(page, name, content)
    try:
        expect(chosen).to_have_value(only_name, timeout=2 * _SOON_MS)
    except AssertionError:
        _hand_over(page, name, content)
        expect(chosen).to_have_value(only_name)


def _hand_over(page: Page, name: str, content: str | bytes) -> None:
    data = content.encode() if isinstance(content, str) else content
    settle(page)
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    )


def download(page: Page, button: str, *, exact: bool = False) -> Download:
    """Downloads by the button that has this in its name, or is called just so.

    Presses again where nothing came: a fragment that polls may draw the button anew meanwhile.
    """
    target = page.get_by_role("button", name=button, exact=exact)
    settle(page)
    try:
        with page.expect_download(timeout=_SOON_MS) as waiting:
            target.click()
    except TimeoutError:
        with page.expect_download() as waiting:
            click(target)
    return waiting.value


def metric(page: Page, name: str) -> Locator:
    return page.get_by_test_id("stMetric").filter(has_text=name)


def find_entities(page: Page) -> None:
    press(page, "Find entities")
    expect(metric(page, "Tokens read")).to_be_visible(timeout=STARTS_MS)
