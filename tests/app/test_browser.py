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

from secateur.core.profile_files import from_json

Visit = Callable[..., Page]

STARTS_MS = 240_000
"""New processes import torch, those of a batch one after the other: minutes on a busy machine."""
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
    expect(page.get_by_role("combobox").first).to_have_value(name.rpartition("\\")[2])


def choose(page: Page, name: str) -> None:
    page.get_by_role("combobox").first.click()
    page.get_by_role("option", name=name).click()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def metric(page: Page, name: str) -> Locator:
    return page.get_by_test_id("stMetric").filter(has_text=name)


def find_entities(page: Page, finder: Path, *, again: bool = False) -> None:
    if not again:
        use_model(page, finder)
    press(page, "Find entities")
    expect(metric(page, "Tokens read")).to_be_visible(timeout=STARTS_MS)


def test_report_is_read_highlighted_and_downloaded(visit: Visit, finder: Path) -> None:
    page = visit()
    find_entities(page, finder)
    mark = page.locator("mark").filter(has_text="Marrowstone").first
    expect(mark).to_contain_text("ORG")
    mark.click()
    expect(page.locator("mark.selected")).to_have_count(1)
    expect(page.get_by_text("In its sentence")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download (").click()
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
    detail = page.get_by_text("In its sentence")
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


def test_correction_shows_at_once_and_reaches_the_download(visit: Visit, finder: Path) -> None:
    page = visit()
    upload(page, "report.txt", "Marrowstone paid $5 to Bolt.")
    find_entities(page, finder)
    page.locator("mark").filter(has_text="Marrowstone").click()
    press(page, "Remove")
    expect(page.locator("mark")).to_have_count(1)
    page.get_by_text("Add an entity").click()
    page.get_by_role("textbox", name="Its text").fill("Bolt")
    press(page, "Add")
    expect(page.locator("mark").filter(has_text="Bolt")).to_contain_text("ORG")
    expect(page.get_by_text("2 corrections in this session")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download (").click()
    records = [json.loads(line) for line in waiting.value.path().read_text().splitlines()]
    assert [record["text"] for record in records] == ["$5", "Bolt"]


def test_entity_shows_what_the_model_read_for_it(visit: Visit, finder: Path) -> None:
    page = visit()
    find_entities(page, finder)
    page.locator("mark").filter(has_text="Marrowstone").first.click()
    press(page, "What the model read")
    expect(page.get_by_role("img", name="Layer 1")).to_be_visible()
    place = page.locator(".cards button").first
    expect(place).to_contain_text("of the attention")


def test_summary_is_edited_checked_approved_and_copied(visit: Visit, speaker: Path) -> None:
    page = visit("note")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    choose(page, "progress_note.txt")
    use_model(page, speaker)
    press(page, "Summarise")
    cards = page.locator(".cards button")
    expect(cards).to_have_count(2)
    page.get_by_text("Edit", exact=True).click()
    page.get_by_role("textbox", name="One sentence a line").fill("She takes 987 mg of nothing.")
    press(page, "Save")
    expect(cards).to_have_count(1)
    expect(cards.first).to_contain_text("no evidence")
    press(page, "Approve")
    expect(page.get_by_text("Approved. An edit takes")).to_be_visible()
    press(page, "Copy the summary")
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "She takes 987 mg of nothing."
    with page.expect_download() as waiting:
        page.get_by_role("button", name="JSON").click()
    record = json.loads(waiting.value.path().read_text())
    assert [step["step"] for step in record["history"]] == ["written", "edited", "approved"]


def test_identifiers_are_hidden_before_display(visit: Visit, speaker: Path) -> None:
    page = visit("note")
    upload(page, "note.txt", "Mrs. Penhaligon was seen on 03/04/2021.\n\nShe admits skipping.\n")
    use_model(page, speaker)
    page.get_by_text("Hide identifiers").click()
    press(page, "Summarise")
    region = page.get_by_role("region", name="Document text")
    expect(region).to_contain_text("Mrs. [NAME] was seen on [DATE].")
    assert "Penhaligon" not in page.inner_text("body")


def test_sentence_leads_to_strips_and_on_to_a_place(visit: Visit, finder: Path) -> None:
    page = visit("attention")
    use_model(page, finder)
    press(page, "Show sentences")
    sentence = page.locator("mark").filter(has_text="SECURITIES AND EXCHANGE").first
    sentence.focus()
    sentence.press("Enter")
    expect(page.get_by_role("img", name="Layer 1")).to_be_visible()
    page.get_by_role("img", name="Layer 1").click(position={"x": 200, "y": 10})
    part = page.get_by_label("Part of the document")
    expect(part).not_to_have_value(re.compile("^Front matter, part 1 "))


def test_batch_is_paused_resumed_and_gives_its_files(visit: Visit, finder: Path) -> None:
    page = visit("batch")
    use_model(page, finder)
    files = [
        {"name": f"{n}.txt", "mimeType": "text/plain", "buffer": b"Marrowstone paid $5."}
        for n in range(3)
    ]
    files.append({"name": f"{SCRIPT}.html", "mimeType": "text/html", "buffer": b"\x89PNG\r\n"})
    page.locator("input[type=file]").set_input_files(files)
    press(page, "Start")
    press(page, "Pause")
    press(page, "Resume")
    page.get_by_role("button", name="Manifest").wait_for(timeout=STARTS_MS)
    expect(page.get_by_text("4 of 4 documents, 1 with an error")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Results").click()
    records = [json.loads(line) for line in waiting.value.path().read_text().splitlines()]
    assert [len(record["entities"]) for record in records] == [2, 2, 2]
    assert page.evaluate("window.hacked") is None


def test_cancelled_batch_leaves_nothing(visit: Visit, finder: Path) -> None:
    page = visit("batch")
    use_model(page, finder)
    page.locator("input[type=file]").set_input_files(
        {"name": "a.txt", "mimeType": "text/plain", "buffer": b"Marrowstone paid $5. " * 50_000}
    )
    press(page, "Start")
    press(page, "Cancel")
    expect(page.get_by_text("The documents of the batch will appear here")).to_be_visible()


def test_predictions_are_scored_against_gold(visit: Visit) -> None:
    page = visit("evaluate")
    page.get_by_text("Summaries", exact=True).click()
    expect(page.locator("input[type=file]")).to_have_count(3)
    gold = b'{"doc_id": "n.txt", "summary": "She rests."}\n'
    for number in (0, 1):
        page.locator("input[type=file]").nth(number).set_input_files(
            {"name": "s.jsonl", "mimeType": "application/jsonl", "buffer": gold}
        )
        expect(page.get_by_text("s.jsonl", exact=True)).to_have_count(number + 1)
    press(page, "Evaluate")
    page.get_by_role("button", name="Excel").wait_for()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="JSON", exact=True).click()
    scores = {m["name"]: m["value"] for m in json.loads(waiting.value.path().read_text())}
    assert scores == {"rouge1": 1.0, "rouge2": 1.0, "rougeL": 1.0, "rougeLsum": 1.0}


def test_domain_is_calibrated_and_its_profile_downloaded(visit: Visit, finder: Path) -> None:
    page = visit("domains")
    use_model(page, finder)
    press(page, "Calibrate")
    page.get_by_role("button", name="Profile").wait_for()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Profile").click()
    profile = from_json(waiting.value.path().read_text())
    assert (profile.domain, profile.model_type) == ("my domain", "bert")


def test_two_sessions_work_at_once_each_on_its_own(visit: Visit, finder: Path) -> None:
    first, second = visit(), visit()
    upload(first, "one.txt", "Marrowstone paid $5.\n\n" * 400)
    upload(second, "two.txt", "Marrowstone paid nobody.\n\n" * 3)
    for page in (first, second):
        use_model(page, finder)
    for page in (first, second):
        press(page, "Find entities")
    expect(metric(first, "Entities")).to_contain_text("800")
    expect(metric(second, "Entities")).to_contain_text("3")


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
    find_entities(page, finder, again=True)
    expect(metric(page, "Entities")).to_contain_text("2")


def test_upload_of_60_mb_is_taken_and_worked_on(
    visit: Visit, server: Server, tmp_path: Path
) -> None:
    page = visit()
    large = tmp_path / "large.txt"
    large.write_bytes(b"Marrowstone paid nobody in particular.\n\n" * 1_570_000)
    page.locator("input[type=file]").set_input_files(large)
    expect(page.get_by_role("combobox").first).to_have_value("large.txt")
    (kept,) = (path for path in server.files() if path.name == "large.txt")
    assert kept.stat().st_size == large.stat().st_size > 60_000_000
    press(page, "Find entities")
    press(page, "Cancel")
    expect(page.get_by_text("Cancelled.")).to_be_visible()
