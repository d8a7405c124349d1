"""Each page's main path in a real browser, and what a hostile document or a second user may not do.

The finder finds the word "marrowstone" and the dollar sign; the decoder always says `SAID`.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

from page_server import Server
from playwright.sync_api import Locator, Page, expect
from told_models import SAID

Visit = Callable[..., Page]

SCRIPT = "<img src=x onerror=window.hacked=1>"


def use_model(page: Page, folder: Path) -> None:
    page.get_by_text("Settings").click()
    field = page.get_by_role("textbox", name="Model")
    field.fill(str(folder))
    field.press("Enter")
    page.get_by_text("Settings").click()


def upload(page: Page, name: str, content: str | bytes) -> None:
    data = content.encode() if isinstance(content, str) else content
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    )
    expect(page.get_by_role("combobox").first).not_to_have_value(re.compile("^Sample"))


def choose(page: Page, name: str) -> None:
    page.get_by_role("combobox").first.click()
    page.get_by_role("option", name=name).click()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def metric(page: Page, name: str) -> Locator:
    return page.get_by_test_id("stMetric").filter(has_text=name)


def find_entities(page: Page, finder: Path) -> None:
    use_model(page, finder)
    press(page, "Find entities")
    expect(metric(page, "Tokens read")).to_be_visible()


def test_report_is_read_highlighted_and_downloaded(visit: Visit, finder: Path) -> None:
    page = visit()
    find_entities(page, finder)
    mark = page.locator("mark").filter(has_text="Marrowstone").first
    expect(mark).to_contain_text("ORG")
    mark.click()
    expect(page.locator("mark.selected")).to_have_count(1)
    expect(page.get_by_text("What the model read")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="JSONL").click()
    records = [json.loads(line) for line in waiting.value.path().read_text().splitlines()]
    assert waiting.value.suggested_filename == "annual_report.html.jsonl"
    assert {record["label"] for record in records} == {"ORG", "MONEY"}
    assert f"{len(records):,}" in metric(page, "Entities").inner_text()


def test_note_leads_from_sentence_to_place_and_back(visit: Visit, speaker: Path) -> None:
    page = visit("note")
    choose(page, "progress_note.txt")
    use_model(page, speaker)
    press(page, "Summarise")
    cards = page.locator(".cards button")
    expect(cards).to_have_count(2)
    expect(cards.nth(0)).to_contain_text("She admits skipping")
    cards.nth(1).click()
    chosen = page.locator("mark.selected").first  # a sentence may rest on several places
    expect(chosen).to_contain_text("Valsartan 160 mg daily")
    expect(chosen).to_be_in_viewport()
    other = page.locator("mark").filter(has_text="She admits to skipping")
    other.focus()
    other.press("Enter")
    expect(cards.nth(0)).to_have_attribute("aria-pressed", "true")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="JSON").click()
    sentences = json.loads(waiting.value.path().read_text())["sentences"]
    assert [sentence["text"] for sentence in sentences][1] == " ".join(SAID[6:])


def test_comparison_shows_costs_and_agreement(visit: Visit, speaker: Path) -> None:
    page = visit("compare")
    choose(page, "radiology_report.txt")
    use_model(page, speaker)
    press(page, "Compare")
    expect(metric(page, "Speed-up")).to_contain_text("×")
    expect(metric(page, "Same summary")).to_contain_text("1.000")
    expect(page.get_by_text("Nothing: both give the same result.")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Largest memory, MiB")).to_be_visible()


def test_about_describes_this_machine(visit: Visit) -> None:
    page = visit("about")
    expect(page.get_by_role("rowheader", name="cpu kernel")).to_be_visible()
    expect(page.get_by_text("Not a medical device")).to_be_visible()


def test_markup_in_a_document_stays_text(visit: Visit, finder: Path) -> None:
    page = visit()
    text = f"Marrowstone paid $5 to {SCRIPT}\n\n**Marrowstone** {SCRIPT} [x](https://x.example)\n"
    upload(page, "report.txt", text)
    find_entities(page, finder)
    region = page.get_by_role("region", name="Document text")
    expect(region).to_contain_text(SCRIPT)
    page.locator("mark").first.click()
    detail = page.get_by_text("What the model read")
    expect(detail).to_contain_text(SCRIPT)
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src=x]").count() == 0


def test_hostile_file_name_is_only_a_name(visit: Visit, finder: Path, server: Server) -> None:
    page = visit()
    upload(page, f"..\\..\\{SCRIPT}.txt", "Marrowstone paid $5.")
    find_entities(page, finder)
    expect(metric(page, "Entities")).to_contain_text("2")
    assert page.evaluate("window.hacked") is None
    assert all(len(path.relative_to(server.scratch).parts) <= 3 for path in server.files())


def test_unreadable_upload_is_one_clear_line(visit: Visit, server: Server) -> None:
    page = visit()
    upload(page, "picture.html", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9)
    press(page, "Find entities")
    alert = page.get_by_test_id("stAlert").filter(has_text="picture.html:")
    expect(alert).to_be_visible()
    assert str(server.scratch) not in alert.inner_text()
    assert "Traceback" not in page.inner_text("body")


def test_running_work_can_be_cancelled(visit: Visit, finder: Path) -> None:
    page = visit()
    upload(page, "long.txt", "Marrowstone paid $5 to nobody in particular.\n\n" * 40_000)
    use_model(page, finder)
    press(page, "Find entities")
    press(page, "Cancel")
    expect(page.get_by_text("Cancelled.")).to_be_visible()


def test_sessions_do_not_see_each_others_documents_and_leave_none_behind(
    visit: Visit, server: Server
) -> None:
    first, second = visit(), visit()
    upload(first, "secret.txt", "Marrowstone paid $5.")
    expect(first.get_by_role("combobox").first).to_have_value("secret.txt")
    second.get_by_role("combobox").first.click()
    expect(second.get_by_role("option").first).to_have_text("Sample: annual_report.html")
    assert second.get_by_text("secret.txt").count() == 0
    (kept,) = (path for path in server.files() if path.name == "secret.txt")
    first.context.close()
    deadline = time.monotonic() + 20
    while kept.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not kept.exists()
