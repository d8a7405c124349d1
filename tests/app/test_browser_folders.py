"""The pages that take several files, in a real browser; the finder is that of `test_browser`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from page_driver import STARTS_MS, click, download, find_entities, press, settle, use_model
from page_server import Server
from playwright.sync_api import Page, expect

from secateur.core.profile_files import from_json

Visit = Callable[..., Page]

SCRIPT = "<img src=x onerror=window.hacked=1>"


def test_batch_gives_its_files(visit: Visit, finder: Path) -> None:
    page = visit("batch")
    use_model(page, finder)
    files = [
        {"name": f"{n}.txt", "mimeType": "text/plain", "buffer": b"Marrowstone paid $5."}
        for n in range(3)
    ]
    files.append({"name": f"{SCRIPT}.html", "mimeType": "text/html", "buffer": b"\x89PNG\r\n"})
    settle(page)
    page.locator("input[type=file]").set_input_files(files)
    press(page, "Start")
    page.get_by_role("button", name="Manifest").wait_for(timeout=STARTS_MS)
    expect(page.get_by_text("4 of 4 documents, 1 with an error")).to_be_visible()
    file = download(page, "Results").path()
    records = [json.loads(line) for line in file.read_text().splitlines()]
    assert [len(record["entities"]) for record in records] == [2, 2, 2]
    assert page.evaluate("window.hacked") is None


def test_batch_of_a_folder_is_paused_resumed_and_leaves_nothing_when_discarded(
    visit: Visit, finder: Path, server: Server, tmp_path: Path
) -> None:
    folder = tmp_path / "filings"
    (folder / "2024").mkdir(parents=True)
    (folder / "2024" / "long.txt").write_text("Marrowstone paid $5. " * 50_000)
    # The larger file is begun first, and this one is done at once.
    (folder / "short.html").write_text(f"<p>Marrowstone paid $5.<!--{' ' * 2_000_000}--></p>")
    (folder / ".DS_Store").write_bytes(b"\0")
    page = visit("batch")
    use_model(page, finder)
    click(page.get_by_text("A folder", exact=True))
    settle(page)
    page.locator("input[webkitdirectory]").set_input_files(folder)
    press(page, "Start")
    expect(page.get_by_text("1 of 2 documents")).to_contain_text(
        "in hand: filings/2024/long.txt", timeout=STARTS_MS
    )
    press(page, "Pause")
    file = download(page, "Results of 1 so far").path()
    assert json.loads(file.read_text())["path"] == "filings/short.html"
    press(page, "Resume")
    press(page, "Pause")
    press(page, "Discard")
    expect(page.get_by_text("The documents of the batch will appear here")).to_be_visible()
    assert not [path for path in server.files() if "ledger" in path.parts]


def test_predictions_are_scored_against_gold(visit: Visit) -> None:
    page = visit("evaluate")
    click(page.get_by_text("Summaries", exact=True))
    expect(page.locator("input[type=file]")).to_have_count(3)
    gold = b'{"doc_id": "n.txt", "summary": "She rests."}\n'
    for number in (0, 1):
        settle(page)
        with page.expect_response(lambda answer: answer.request.method == "PUT"):
            page.locator("input[type=file]").nth(number).set_input_files(
                {"name": f"{number}.jsonl", "mimeType": "application/jsonl", "buffer": gold}
            )
        expect(page.get_by_text(f"{number}.jsonl", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Evaluate", exact=True)).to_be_enabled()
    press(page, "Evaluate")
    page.get_by_role("button", name="Excel").wait_for()
    file = download(page, "JSON", exact=True).path()
    scores = {m["name"]: m["value"] for m in json.loads(file.read_text())}
    assert scores == {"rouge1": 1.0, "rouge2": 1.0, "rougeL": 1.0, "rougeLsum": 1.0}


def test_domain_is_calibrated_and_its_profile_downloaded_and_used(
    visit: Visit, finder: Path
) -> None:
    page = visit("domains")
    use_model(page, finder)
    press(page, "Calibrate")
    page.get_by_role("button", name="Profile").wait_for()
    file = download(page, "Profile").path()
    profile = from_json(file.read_text())
    assert (profile.domain, profile.model_type) == ("my domain", "bert")
    press(page, "Use it in this session")
    expect(page.get_by_text("is offered in Settings")).to_be_visible()
    click(page.get_by_role("link", name="Report"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Report")
    use_model(page, finder)
    click(page.get_by_text("Settings"))
    click(page.get_by_text("A domain's profile"))
    expect(page.get_by_role("combobox", name="Profile")).to_have_value("my domain.profile.json")
    find_entities(page)
