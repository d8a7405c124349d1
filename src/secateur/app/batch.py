"""The Batch page: a pipeline over many documents, with results as they come."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

import pandas as pd
import streamlit as st

from secateur.app.controls import DOMAINS, Settings, pick, settings
from secateur.app.downloads import made_once, offer_table
from secateur.app.entity_table import show_entities
from secateur.app.folder_tasks import run_folder
from secateur.app.plain import plain, plain_line
from secateur.app.running import forget, start, start_button, warn_unless
from secateur.app.session import batch_worker, session
from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.export.records import from_record
from secateur.pipelines.runs.batch.following import Followed, Follower
from secateur.pipelines.runs.batch.settings import available_cores
from secateur.pipelines.runs.jobs.processes import State
from secateur.pipelines.runs.options import Pipeline

_PAGE = "batch"
_RUN = "batch-run"
_DAY_S = 24 * 3600.0
_SOURCES = {"files": "Files or archives", "folder": "A folder"}
_STATUS = {"waiting": "Waiting", "in hand": "In hand", "result": "Done", "error": "Error"}
_FILES = (
    ("results.jsonl", "Results", "application/jsonl"),
    ("errors.jsonl", "Errors", "application/jsonl"),
    ("manifest.json", "Manifest", "application/json"),
)


@dataclass(frozen=True)
class _Run:
    """A batch of this session: what it works on, and how."""

    folder: Path
    out: Path
    follower: Follower
    uploads: tuple[str, ...]
    pipeline: Pipeline
    chosen: Settings
    workers: int


def show() -> None:
    """Shows the page."""
    st.title("Batch")
    st.caption("Many documents, one after the other, with results as they come.")
    source = pick("What to read", _SOURCES, key="batch-source")
    uploads = st.file_uploader(
        _SOURCES[source], key=session().uploader(f"{_PAGE}-{source}"),
        accept_multiple_files="directory" if source == "folder" else True,
        help="Archives (zip, tar) are opened, and each document in them counts. All of it stays on "
        "this machine, and is deleted when you close the page. Hidden files of a folder are left "
        "out.",
    )  # fmt: skip
    if source == "folder":
        uploads = [file for file in uploads if not _hidden(file.name)]
    left, right = st.columns(2, gap="medium")
    with left:
        pipeline = pick("What they are", DOMAINS, key="batch-pipeline")
    workers = right.number_input(
        "Documents at once",
        1,
        available_cores(),
        1,
        key="batch-workers",
        persist_state="session",
        help="Each has a model of its own.",
    )
    chosen = settings(_PAGE)
    ids = tuple(upload.file_id for upload in uploads)
    if start_button("Start", _PAGE, ready=bool(uploads)):
        _discard()
        folder, out = session().gather(_PAGE, uploads), session().folder()
        run = _Run(folder, out, Follower(out), ids, pipeline, chosen, int(workers))
        session().derived[_RUN] = run
        _start(run, resume=False)
        st.rerun()
    _state(ids, pipeline, chosen)


def _hidden(name: str) -> bool:
    """Tells whether `secateur batch` would pass a file of the folder over."""
    return any(part.startswith(".") for part in name.split("/"))


def _start(run: _Run, *, resume: bool) -> None:
    start(
        _PAGE, run_folder, run.folder, run.out, run.pipeline, run.chosen.options, run.workers,
        run.chosen.limit_s, resume, limit_s=_DAY_S, crew=batch_worker(),
    )  # fmt: skip


def _state(*asked: object) -> None:
    """Shows how the batch stands; `asked` is what one that is started now would be given."""
    run: _Run | None = session().derived.get(_RUN)
    job = session().jobs.get(_PAGE)
    # Another page may have forgotten all documents in between.
    if run is None or job is None:
        st.info(
            "The documents of the batch will appear here, each with its result. "
            "Give files, archives or a folder.", icon=":material/folder_open:",
        )  # fmt: skip
        return
    # Without files, as after another page, nothing else is asked for.
    warn_unless(not asked[0] or asked == (run.uploads, run.pipeline, run.chosen))
    if not job.finished:
        _watch(run)
        return
    documents = run.follower.documents()
    if job.state is State.CANCELLED:
        left = sum(document.status == "waiting" for document in documents)
        st.info(
            f"Paused. Of {quantity(len(documents), 'document')}, {left:,} "
            f"{'is' if left == 1 else 'are'} left; what is done is kept.",
            icon=":material/pause:",
        )
        row = st.container(horizontal=True)
        row.button(
            "Resume", icon=":material/play_arrow:", type="primary", on_click=_start, args=(run,),
            kwargs={"resume": bool(documents)},
        )  # fmt: skip
        row.button("Discard", icon=":material/delete:", on_click=_discard)
    elif job.state is not State.DONE:
        st.error(plain_line(job.error), icon=":material/error:")
        st.button(
            "Resume", icon=":material/play_arrow:", on_click=_start, args=(run,),
            kwargs={"resume": bool(documents)},
        )  # fmt: skip
    _progress(documents)
    # Not while it runs, where each look would make the file anew.
    if not (rows := _table(run, documents)).empty:
        offer_table(rows, "batch")
    if job.state is State.DONE:
        _downloads(run)
    else:
        _download_so_far(run, documents)


def _discard() -> None:
    forget(_PAGE)
    here = session()
    here.scatter(_PAGE)
    run: _Run | None = here.derived.pop(_RUN, None)
    if run is not None:
        rmtree(run.out, ignore_errors=True)
    for key in [key for key in here.derived if "-batch" in key]:
        del here.derived[key]


@st.fragment(run_every=0.7)
def _watch(run: _Run) -> None:
    """Shows a run that goes on, without running the rest of the page."""
    job = session().jobs.get(_PAGE)
    if job is None or job.finished:
        st.rerun()
    documents, in_hand = run.follower.documents(), run.follower.in_hand()
    ahead = batch_worker().ahead(job) if job.state is State.WAITING else 0
    if ahead:
        st.progress(0.0, f"Waiting for {quantity(ahead, 'other batch', 'other batches')}")
    elif not documents:
        st.progress(0.0, f"Loading the model · {job.seconds:.0f} s")
    else:
        _progress(documents, job.seconds, in_hand)
    row = st.container(horizontal=True)
    row.button(
        "Pause", icon=":material/pause:", on_click=job.cancel,
        help="Documents that are in hand are begun anew when you resume.",
    )  # fmt: skip
    row.button("Cancel", icon=":material/close:", on_click=_discard, help="Nothing of it is kept.")
    st.caption(
        "Leave this page open: closing or reloading it ends the batch and deletes all of it."
    )
    _table(run, documents, in_hand)


def _progress(
    documents: list[Followed], seconds: float | None = None, in_hand: Collection[str] = ()
) -> None:
    counts = Counter(document.status for document in documents)
    done = counts["result"] + counts["error"]
    line = f"{done:,} of {quantity(len(documents), 'document')}, {counts['error']:,} with an error"
    if seconds is not None:
        line += f" · {seconds:.0f} s"
    begun = [d.path for d in documents if d.status == "waiting" and d.path in in_hand]
    if begun:
        line += f" · in hand: {plain(begun[0])}"
        line += f" and {len(begun) - 1:,} more" if len(begun) > 1 else ""
    st.progress(done / max(len(documents), 1), line)


def _table(run: _Run, documents: list[Followed], in_hand: Collection[str] = ()) -> pd.DataFrame:
    if not documents:
        return pd.DataFrame()
    found = "Entities" if run.pipeline == "finance" else "Sentences"
    rows = pd.DataFrame(
        {
            "Document": [document.path for document in documents],
            "State": [
                _STATUS["in hand" if d.status == "waiting" and d.path in in_hand else d.status]
                for d in documents
            ],
            found: [d.found if d.status == "result" else None for d in documents],
            "Tokens": [d.tokens if d.status == "result" else None for d in documents],
            "Seconds": [d.seconds if d.status != "waiting" else None for d in documents],
            "What went wrong": [document.message for document in documents],
        }
    )
    st.dataframe(
        rows,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "Seconds": st.column_config.NumberColumn(format="%.1f"),
            "Tokens": st.column_config.NumberColumn(format="localized"),
        },
        key="batch-table",
        placeholder="",
    )
    chosen = st.session_state["batch-table"].selection.rows
    if chosen and chosen[0] < len(documents):
        _record(run, documents[chosen[0]])
    else:
        st.caption("Choose a line to see the document's result.")
    return rows


def _record(run: _Run, document: Followed) -> None:
    """Shows what one document gave."""
    with st.container(border=True):
        st.markdown(f"**{plain(document.path)}**")
        record = run.follower.record(document)
        if document.status == "waiting":
            st.caption("It is not done yet.")
        elif document.status == "error":
            st.error(plain_line(document.message), icon=":material/error:")
        elif run.pipeline == "finance":
            show_entities([from_record(found, document.path) for found in record["entities"]])
        else:
            for sentence in record["summary"]["sentences"]:
                flags = f" ⚠ {', '.join(sentence['flags'])}" if sentence["flags"] else ""
                st.markdown(f"{plain(sentence['text'])}{plain(flags)}")
        for warning in record.get("warnings", ()):
            st.caption(f":material/info: {plain_line(warning)}.")


def _downloads(run: _Run) -> None:
    row = st.container(horizontal=True)
    for name, label, mime in _FILES:
        path = run.out / name
        if path.is_file() and path.stat().st_size:
            row.download_button(
                label,
                made_once(
                    f"made-batch-{name}", (str(path), path.stat().st_mtime_ns), path.read_bytes
                ),
                file_name=name,
                mime=mime,
                icon=":material/download:",
            )


def _download_so_far(run: _Run, documents: list[Followed]) -> None:
    """Offers what a run that was paused or failed has done, in the lines of its results."""
    done = [document for document in documents if document.status == "result"]

    def make() -> bytes:
        records = (run.follower.record(document) for document in done)
        return b"".join(json.dumps(r, ensure_ascii=False).encode() + b"\n" for r in records)

    if done:
        key = (str(run.out), *(document.key for document in done))
        st.download_button(
            f"Results of {len(done):,} so far",
            made_once("made-batch-so-far", key, make),
            file_name="results.jsonl",
            mime="application/jsonl",
            icon=":material/download:",
        )
