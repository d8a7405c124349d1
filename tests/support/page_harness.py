"""Results that the pages are shown with, in Streamlit's own harness: no browser, no model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from statement_books import EMPTY, filing
from streamlit.testing.v1 import AppTest

from secateur.app.tasks import ReportResult
from secateur.pipelines.document.document import Coverage, Document, Passage
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.summary import Evidence, Summary, SummarySentence
from secateur.pipelines.finance.statements.comparison.compare import compare_statements
from secateur.pipelines.finance.statements.comparison.figures import Series
from secateur.pipelines.runs.jobs.processes import Job, State
from secateur.pipelines.runs.options import RunOptions

_STARTS_S = 120
"""The first page imports pandas and the models' libraries: most of a minute on a busy machine."""

TEXT = "Acme paid $5.\nBolt <b>paid</b> 7 %."
DOCUMENT = Document(
    doc_id="r.html",
    text=TEXT,
    passages=(Passage(0, 13, section="Item 1"), Passage(14, len(TEXT), section="Item 7")),
    media_type="text/html",
    coverage=Coverage(len(TEXT), {"ix:header": 80}),
)


def entity(text: str, label: str, score: float, section: str) -> Entity:
    start = TEXT.index(text)
    return Entity("r.html", start, start + len(text), text, label, score, section)


ENTITIES = (
    entity("Acme", "ORG", 0.9, "Item 1"),
    entity("$5", "MONEY", 0.8, "Item 1"),
    entity("Bolt <b>", "ORG", 0.3, "Item 7"),
)
(NO_FIGURES,) = compare_statements([EMPTY]).companies
REPORT = ReportResult(
    DOCUMENT, ENTITIES, tokens=1234, density=0.125, seconds=2.0, figures=NO_FIGURES
)
SUMMARY = Summary(
    doc_id="r.html",
    style="brief",
    summary="Acme paid.",
    sentences=(
        SummarySentence("Acme paid.", (Evidence(0, 13, TEXT[:13], "Item 1"),), 0.8),
        SummarySentence("Nobody did.", (), 0.2, ("no evidence",)),
    ),
    attention="dap",
    tokens=55,
    recovered=False,
    timings={"prefill_s": 1.0, "decode_s": 2.0},
)
COMPARISON = {
    "file": "r.html", "pipeline": "finance", "tokens": 9000, "threads": 2, "dtype": "float32",
    "full": {"seconds": 40.0},
    "dap": {"seconds": 10.0, "density": 0.1, "selection_s": 0.5, "peak_mib": 900.0},
    "speedup": 4.0, "agreement": {"entity_f1": 0.75}, "agreement_tokens": 2000, "projected": True,
    "changed": [{"only_in": "dap", "start": 0, "end": 4, "label": "ORG", "text": "Acme"}],
}  # fmt: skip


def figures_of(lines: Mapping[str, Mapping[str, str]]) -> Series:
    """The figures of a report in millions whose statements have these standard lines."""
    (series,) = compare_statements([filing("r.html", lines)]).companies
    return series


def job(
    state: State,
    arguments: tuple[Any, ...] = (Path("r.html"), RunOptions()),
    *,
    result: Any = None,
    error: str = "",
) -> Job:
    finished = Job(print, arguments, 60.0, False)
    finished.end(state, result=result, error=error)
    return finished


def _page(page: str, outcome: object) -> None:
    """Shows a page with its job already over; the harness runs this text as a script of its own."""
    import importlib

    import streamlit as st

    from secateur.app.session import session
    from secateur.pipelines.runs.jobs.processes import Job

    # All harnesses count as one session, so the first run of each begins by clearing it.
    if "begun" not in st.session_state:
        st.session_state["begun"] = True
        session().forget()
        if isinstance(outcome, Job):
            session().jobs[page] = outcome
    importlib.import_module(f"secateur.app.{page}").show()


def show(page: str, outcome: Job | None = None) -> AppTest:
    """Shows a page whose job is over, or has not begun."""
    harness = AppTest.from_function(_page, args=(page, outcome), default_timeout=_STARTS_S)
    harness.run()
    assert not harness.exception
    return harness


def press(page: AppTest, label: str) -> None:
    """Presses the first button that is called so."""
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception


def metrics(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def shown(page: AppTest) -> list[str]:
    return list(page.dataframe[0].value["Text"])
