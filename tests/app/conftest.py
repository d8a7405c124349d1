"""Models with known results, a running page, and a browser whose requests are watched."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from page_server import Server, serve
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from told_models import save_finder, save_speaker

CHROMIUM = shutil.which("chromium")
BROWSER_ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(autouse=True)
def main_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest leaves its script as `__main__`, which worker processes started later would run."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture(scope="session")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_finder(tmp_path_factory.mktemp("finder"))


@pytest.fixture(scope="session")
def speaker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_speaker(tmp_path_factory.mktemp("speaker"))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(tmp_path_factory.mktemp("scratch"), tmp_path_factory.mktemp("log") / "log") as page:
        yield page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=BROWSER_ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Where all pages are opened: the next one has what the first one loaded."""
    context = browser.new_context()
    context.set_default_timeout(60_000)
    yield context
    context.close()


@pytest.fixture
def visit(context: BrowserContext, server: Server) -> Iterator[Callable[..., Page]]:
    """Opens pages, each call a session of its own; no request may leave this machine."""
    pages: list[Page] = []
    outside: list[str] = []

    def note(url: str) -> None:
        local = (server.url, server.url.replace("http:", "ws:"), "data:", "blob:")
        if not url.startswith(local):
            outside.append(url)

    def open_page(path: str = "", *, width: int = 1280, scheme: str = "light") -> Page:
        page = context.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.on("request", lambda request: note(request.url))
        page.on("websocket", lambda line: note(line.url))
        page.goto(f"{server.url}/{path}")
        page.get_by_role("heading", level=1).wait_for()
        return page

    yield open_page
    for page in pages:
        page.close()
    assert outside == []
