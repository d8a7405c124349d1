"""The documents that the suites measure: the samples' own, and files of the data folder."""

from __future__ import annotations

from pathlib import Path

SAMPLES = Path(__file__).parents[1] / "data_samples"
REPORT = SAMPLES / "report" / "annual_report.html"

FILINGS = Path("finance/10k_html")
HELD_OUT = FILINGS / "nke-10-k-2025-07-17.html.gz"
"""Of a company that no training has read."""
LONGEST = FILINGS / "ko-10-k-2025-02-20.html.gz"
PROSE = FILINGS / "crm-10-k-2025-03-05.html.gz"
NOTES = Path("clinical/mtsamples/notes.jsonl.gz")
