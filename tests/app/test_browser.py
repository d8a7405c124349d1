"""Each page's main path in a real browser, and what a hostile document or a second user may not do.

The finder finds the word "marrowstone" and the dollar sign; the decoder always says `SAID`.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from page_driver import (
    STARTS_MS,
    choose,
    click,
    download,
    fill,
    find_entities,
    metric,
    press,
    settle,
    upload,
    use_model,
)
from page_server import Server
from playwright.sync_api import Page, expect
from told_models import SAID

Visit = Callable[..., Page]

SHADES = """part => {
  let opacity = 1;
  for (let at = part; at; at = at.parentElement) opacity *= getComputedStyle(at).opacity;
  const ground = document.querySelector('[data-testid="stApp"]');
  const shade = (node, name) => getComputedStyle(node)[name].match(/[\\d.]+/g).map(Number);
  return [opacity, shade(part, "color"), shade(ground, "backgroundColor")];
}"""
SCRIPT = "<img src=x onerror=window.hacked=1>"


def test_page_starts_with_a_report_which_is_read_highlighted_and_downloaded(
    visit: Visit, finder: Path
) -> None:
    page = visit()
    expect(page.get_by_role("heading", level=1)).to_have_text("Report")
    expect(page).to_have_url(re.compile("/report$"))
    expect(page).to_have_title("Report · Secateur")
    use_model(page, finder)
    find_entities(page)
    mark = page.locator("mark").filter(has_text="Marrowstone").first
    expect(mark).to_contain_text("ORG")
    click(mark)
    expect(page.locator("mark.selected")).to_have_count(1)
    expect(page.get_by_text("In its sentence")).to_be_visible()
    press(page, "What the model read")
    expect(page.get_by_role("slider", name="Layer 1")).to_be_visible()
    expect(page.locator(".cards button").first).to_contain_text("of the attention")
    found = download(page, "Download (")
    records = [json.loads(line) for line in found.path().read_text().splitlines()]
    assert found.suggested_filename == "annual_report.html.jsonl"
    assert {record["label"] for record in records} == {"ORG", "MONEY"}
    assert f"{len(records):,}" in metric(page, "Entities").inner_text()


def test_summary_leads_to_its_places_and_is_edited_checked_approved_and_copied(
    visit: Visit, speaker: Path
) -> None:
    page = visit("note")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    choose(page, "progress_note.txt")
    use_model(page, speaker)
    press(page, "Summarise")
    cards = page.locator(".st-key-note-cards .cards button")
    expect(cards).to_have_count(2)
    expect(page.locator("h2")).to_have_text(["Summary", "Note"])
    expect(page.locator("h3")).to_have_count(0)
    expect(cards.nth(0)).to_contain_text("She admits skipping")
    click(cards.nth(1))
    chosen = page.locator("mark.selected").first  # a sentence may rest on several places
    expect(chosen).to_contain_text("Valsartan 160 mg daily")
    expect(chosen).to_be_in_viewport()
    other = page.locator("mark").filter(has_text="She admits to skipping")
    other.focus()
    other.press("Enter")
    expect(cards.nth(0)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("mark.selected").first).to_contain_text("She admits")
    expect(other).to_be_focused()
    cards.nth(1).focus()
    cards.nth(1).press("Enter")
    expect(cards.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(cards.nth(1)).to_be_focused()
    file = download(page, "JSON").path()
    sentences = json.loads(file.read_text())["sentences"]
    assert [sentence["text"] for sentence in sentences][1] == " ".join(SAID[6:])
    click(page.get_by_text("Edit", exact=True))
    fill(page, "One sentence a line", "She takes 987 mg of nothing.")
    press(page, "Save")
    expect(cards).to_have_count(1)
    expect(cards.first).to_contain_text("no evidence")
    press(page, "Approve")
    expect(page.get_by_text("Approved. An edit takes")).to_be_visible()
    press(page, "Copy the summary")
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "She takes 987 mg of nothing."
    file = download(page, "JSON").path()
    record = json.loads(file.read_text())
    assert [step["step"] for step in record["history"]] == ["written", "edited", "approved"]


def test_comparison_shows_costs_and_agreement(visit: Visit, speaker: Path) -> None:
    page = visit("compare")
    choose(page, "radiology_report.txt")
    use_model(page, speaker)
    press(page, "Compare")
    expect(metric(page, "Speedup")).to_contain_text("×", timeout=STARTS_MS)
    expect(metric(page, "Same summary")).to_contain_text("1.000")
    expect(page.get_by_text("Nothing: both give the same result.")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Largest memory, MiB")).to_be_visible()


def test_about_describes_this_machine(visit: Visit) -> None:
    page = visit("about")
    expect(page.get_by_role("rowheader", name="cpu kernel")).to_be_visible(timeout=STARTS_MS)
    expect(page.get_by_text("Not a medical device")).to_be_visible()


def test_markup_in_a_document_and_in_its_name_stays_text(
    visit: Visit, finder: Path, server: Server
) -> None:
    page = visit()
    text = f"Marrowstone paid $5 to {SCRIPT}\n\n**Marrowstone** {SCRIPT} [x](https://x.example)\n"
    upload(page, f"..\\..\\{SCRIPT}.txt", text)
    use_model(page, finder)
    find_entities(page)
    expect(metric(page, "Entities")).to_contain_text("3")
    region = page.get_by_role("region", name="Document text")
    expect(region).to_contain_text(SCRIPT)
    click(page.locator("mark").first)
    detail = page.get_by_text("In its sentence")
    expect(detail).to_contain_text(SCRIPT)
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src=x]").count() == 0
    assert all(len(path.relative_to(server.scratch).parts) <= 3 for path in server.files())


def test_unreadable_upload_is_one_clear_line_and_stays_when_its_page_is_left(
    visit: Visit, server: Server
) -> None:
    page = visit()
    upload(page, "picture.html", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9)
    (kept,) = (path for path in server.files() if path.name == "picture.html")
    press(page, "Find entities")
    alert = page.get_by_test_id("stAlert").filter(has_text="picture.html:")
    expect(alert).to_be_visible()
    assert str(server.scratch) not in alert.inner_text()
    assert "Traceback" not in page.inner_text("body")
    upload(page, "more.txt", "")
    (more,) = (path for path in server.files() if path.name == "more.txt")
    expect(alert).to_be_visible()
    click(page.get_by_role("button", name="Remove more.txt"))
    expect(page.get_by_role("combobox").first).to_have_value("picture.html")
    assert not more.exists()
    click(page.get_by_role("link", name="Compare"))
    expect(page.get_by_role("combobox").first).to_have_value("picture.html")
    click(page.get_by_role("link", name="Report"))
    expect(alert).to_be_visible()
    upload(page, "last.txt", "")
    assert kept.exists()


def test_two_sessions_work_at_once_each_on_its_own_and_leave_nothing_behind(
    visit: Visit, finder: Path, server: Server
) -> None:
    first, second = visit(), visit()
    upload(first, "secret.txt", "Marrowstone paid $5.\n\n" * 400)
    click(second.get_by_role("combobox").first)
    expect(second.get_by_role("option").first).to_have_text("Sample: annual_report.html")
    assert second.get_by_text("secret.txt").count() == 0
    second.keyboard.press("Escape")
    upload(second, "own.txt", "Marrowstone paid nobody.\n\n" * 3)
    for page in (first, second):
        use_model(page, finder)
    for page in (first, second):
        press(page, "Find entities")
    expect(metric(first, "Entities")).to_contain_text("800")
    expect(metric(second, "Entities")).to_contain_text("3")
    (kept,) = (path for path in server.files() if path.name == "secret.txt")
    first.close()
    deadline = time.monotonic() + 20
    while kept.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not kept.exists()


def test_correction_shows_at_once_and_reaches_the_download(visit: Visit, finder: Path) -> None:
    page = visit()
    upload(page, "report.txt", "Marrowstone paid $5 to Bolt.")
    use_model(page, finder)
    find_entities(page)
    click(page.locator("mark").filter(has_text="Marrowstone"))
    press(page, "Remove")
    expect(page.locator("mark")).to_have_count(1)
    click(page.get_by_text("Add an entity"))
    fill(page, "Its text", "Bolt")
    press(page, "Add")
    expect(page.locator("mark").filter(has_text="Bolt")).to_contain_text("ORG")
    expect(page.get_by_text("2 corrections to this result")).to_be_visible()
    file = download(page, "Download (").path()
    records = [json.loads(line) for line in file.read_text().splitlines()]
    assert [record["text"] for record in records] == ["$5", "Bolt"]


def test_entity_is_ticked_in_the_table_and_shown_below_its_text(visit: Visit, finder: Path) -> None:
    page = visit(width=390)
    upload(page, "report.txt", "Marrowstone paid $5 to Marrowstone.")
    use_model(page, finder)
    find_entities(page)
    click(page.locator("mark").nth(2))
    detail = page.get_by_text("In its sentence")
    expect(detail).to_be_in_viewport()
    page.get_by_test_id("stDataFrame").scroll_into_view_if_needed()
    ticked = page.locator("tr[aria-selected=true]")
    expect(ticked).to_have_attribute("aria-rowindex", "4")
    click(page.locator("mark").nth(0))
    expect(ticked).to_have_attribute("aria-rowindex", "2")


def test_identifiers_are_hidden_before_display_and_after_a_look_at_another_page(
    visit: Visit, speaker: Path
) -> None:
    page = visit("note")
    upload(page, "note.txt", "Mrs. Penhaligon was seen on 03/04/2021.\n\nShe admits skipping.\n")
    use_model(page, speaker)
    click(page.get_by_text("Hide identifiers"))
    press(page, "Summarise")
    region = page.get_by_role("region", name="Document text")
    expect(region).to_contain_text("Mrs. [NAME] was seen on [DATE].")
    assert "Penhaligon" not in page.inner_text("body")
    for name in ("Report", "Note"):
        click(page.get_by_role("link", name=name, exact=True))
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_role("switch", name="Hide identifiers")).to_be_checked()
    expect(region).to_contain_text("Mrs. [NAME] was seen on [DATE].")


def test_report_is_where_its_address_says_and_outlasts_a_look_at_another_page(
    visit: Visit, finder: Path
) -> None:
    page = visit("report")
    expect(page.get_by_role("heading", level=1)).to_have_text("Report")
    expect(page.get_by_role("dialog")).to_have_count(0)
    upload(page, "report.txt", "Marrowstone paid $5.\n\n" + "Nobody did.\n\n" * 500)
    use_model(page, finder)
    find_entities(page)
    part = page.get_by_label("Part of the document")
    press(page, "Next")
    expect(part).to_have_value(re.compile("page 2 of "))
    press(page, "Money 1")
    expect(page.get_by_role("button", name="Download (1)")).to_be_visible()
    for name in ("Note", "Report"):
        click(page.get_by_role("link", name=name, exact=True))
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(part).to_have_value(re.compile("page 2 of "))
    expect(page.get_by_role("button", name="Download (1)")).to_be_visible()
    click(page.get_by_text("Statements", exact=True))
    figures = page.get_by_text("No line of the statements is known")
    expect(figures).to_be_visible()
    for name in ("Note", "Report"):
        click(page.get_by_role("link", name=name, exact=True))
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(figures).to_be_visible()


def test_sentence_leads_to_strips_and_on_to_a_place(visit: Visit, finder: Path) -> None:
    page = visit("attention")
    use_model(page, finder)
    press(page, "Show sentences")
    sentence = page.locator("mark").filter(has_text="SECURITIES AND EXCHANGE").first
    sentence.focus()
    sentence.press("Enter")
    strip = page.get_by_role("slider", name="Layer 1")
    expect(strip).to_be_visible()
    settle(page)
    strip.click(position={"x": 200, "y": 10})
    part = page.get_by_label("Part of the document")
    expect(part).not_to_have_value(re.compile("^Front matter, part 1 "))
    settle(page)
    strip.press("Home")
    strip.press("ArrowRight")
    expect(strip).to_have_attribute("aria-valuetext", re.compile("^part 2 of "))
    strip.press("Enter")
    expect(part).to_have_value(re.compile("^Front matter, part 1 "))


def test_killed_worker_is_told_and_replaced(visit: Visit, finder: Path, server: Server) -> None:
    page = visit()
    upload(page, "long.txt", "Marrowstone paid $5 to nobody in particular.\n\n" * 20_000)
    use_model(page, finder)
    press(page, "Find entities")
    page.get_by_role("button", name="Cancel").wait_for()
    for process in server.workers():
        process.kill()
    expect(page.get_by_text("The worker process ended before")).to_be_visible()
    upload(page, "short.txt", "Marrowstone paid $5.")
    find_entities(page)
    expect(metric(page, "Entities")).to_contain_text("2")


def test_upload_of_60_mb_is_taken_and_worked_on_until_it_is_cancelled(
    visit: Visit, server: Server, tmp_path: Path
) -> None:
    page = visit()
    large = tmp_path / "large.html"
    # Most of it markup, as in a filing: so much bare text would be more than any report has.
    large.write_bytes(
        f'<p style="{"margin:0;" * 40}">Marrowstone paid nobody.</p>\n'.encode() * 170_000
    )
    page.locator("input[type=file]").set_input_files(large)
    expect(page.get_by_role("combobox").first).to_have_value("large.html")
    (kept,) = (path for path in server.files() if path.name == "large.html")
    assert kept.stat().st_size == large.stat().st_size > 60_000_000
    press(page, "Find entities")
    expect(page.get_by_text("Reading the file ·")).to_be_visible()
    press(page, "Cancel")
    expect(page.get_by_text("Cancelled.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_small_print_stands_out_from_its_ground(visit: Visit, scheme: str) -> None:
    page = visit("note", scheme=scheme)
    opacity, ink, ground = page.get_by_text("Not a medical device").evaluate(SHADES)
    seen = [opacity * own + (1 - opacity) * below for own, below in zip(ink, ground, strict=True)]
    light, dark = sorted((luminance(seen), luminance(ground)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5  # WCAG 2.2, 1.4.3


def luminance(colour: Sequence[float]) -> float:
    """The relative luminance of WCAG 2."""
    parts = [c / 255 for c in colour]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
