"""`secateur app`: the page, served on this machine."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import NoReturn

from secateur.pipelines.errors import UsageError
from secateur.pipelines.runs.jobs.spool import sweep

_SETTINGS = {
    "server.address": "127.0.0.1",
    "server.headless": "true",
    "server.maxUploadSize": "100",
    "server.fileWatcherType": "none",
    "server.enableXsrfProtection": "true",
    "browser.gatherUsageStats": "false",
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "theme.light.primaryColor": "#0072b2",
    # Small print has three fifths of it, which Streamlit's own grey would leave too pale to read.
    "theme.light.textColor": "#111111",
    "theme.dark.primaryColor": "#56b4e9",
    "theme.headingFontSizes": '["2.1rem", "1.25rem"]',
    "theme.metricValueFontSize": "1.75rem",
    "theme.paddingTop": "1rem",
    "global.developmentMode": "false",
}


def serve(port: int) -> NoReturn:
    """Serves the page on this machine: this process becomes Streamlit's.

    What a page that was killed has left of uploads is deleted first.
    A child of ours would go on serving after whoever started us had ended us.
    """
    spec = importlib.util.find_spec("secateur.app")
    if spec is None or not spec.submodule_search_locations:
        raise UsageError("the page is not installed; reinstall secateur")
    page = Path(next(iter(spec.submodule_search_locations))) / "main.py"
    settings = [f"--{name}={value}" for name, value in _SETTINGS.items()]
    command = [sys.executable, "-m", "streamlit", "run", str(page), f"--server.port={port}"]
    sweep()
    print(f"http://127.0.0.1:{port}", file=sys.stderr, flush=True)
    os.execv(sys.executable, [*command, *settings])
