"""Memory of reading a long printed report; seconds are told by `benchmarks/reading.py`."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
from pathlib import Path

import pypdfium2 as pdfium
import pytest

MEASURE = """
import re, sys
from pathlib import Path
from secateur.pipelines.ingestion.read import read
document = read(sys.argv[1])
# Not ru_maxrss, which begins with what the parent process held.
peak = int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text()).group(1))
print(peak / 1024, max(passage.page for passage in document.passages))
"""


@pytest.mark.slow
def test_printed_report_of_210_pages_in_200_mib(shared_data: Path, tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no chromium to print with")
    (filing,) = (shared_data / "finance" / "10k_html").glob("ko-*.html.gz")
    page, printed, path = (tmp_path / name for name in ("a.html", "all.pdf", "210.pdf"))
    page.write_bytes(gzip.decompress(filing.read_bytes()))
    command = [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    command += [f"--user-data-dir={tmp_path}/profile", f"--print-to-pdf={printed}", page.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=280)
    with pdfium.PdfDocument(printed) as document:
        for number in reversed(range(210, len(document))):
            del document[number]
        document.save(path)
    said = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], check=True, capture_output=True, text=True
    )
    peak_mib, pages = map(float, said.stdout.split())
    assert pages >= 205, "the last ones may be blank"
    assert peak_mib < 200
