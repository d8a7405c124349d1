"""Choosing a document and how to run it: the same on every page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import streamlit as st

from secateur.app.session import forget_all, session
from secateur.app.thresholds import thresholds
from secateur.pipelines.runs.options import Attention, Dtype, Pipeline, RunOptions, usual_dtype
from secateur.pipelines.runs.samples import Kind, samples

K = TypeVar("K", bound=str)

DOMAINS: Mapping[Pipeline, str] = {
    "finance": "Reports (entities)",
    "clinical": "Notes (summaries)",
}
"""The pipelines, for people."""
NUMBERS: Mapping[Dtype, str] = {"fp32": "32 bits", "bf16": "16 bits", "int8": "Weights of 8 bits"}
"""What a model may compute with, for people."""
_ATTENTIONS: Mapping[Attention, str] = {"dap": "Pruned (DAP)", "full": "Full"}
_FORMATS = (
    "HTML, inline XBRL, PDF, Word, Excel, RTF, Markdown, CSV, e-mail, C-CDA, FHIR, JSON or text; "
    "up to 100 MB."
)
_PRIVATE = "It stays on this machine, and is deleted when you close the page."


@dataclass(frozen=True)
class Settings:
    """How to run.

    Attributes:
        options: Model, attention and pruning.
        limit_s: Seconds a job may run.
    """

    options: RunOptions
    limit_s: float


def choose(page: str, kinds: tuple[Kind, ...], label: str) -> Path | None:
    """Lets the user upload documents, and choose one of all uploads and samples.

    Args:
        page: The page's name.
        kinds: Which samples to offer.
        label: What to upload.

    Returns:
        The chosen file, or None while there is none.
    """
    here = session()
    left, right = st.columns(2, gap="medium")
    # Several, because a field of one tells of a file that another replaces as of one taken out.
    fielded = left.file_uploader(
        label, key=here.uploader(page), help=f"{_FORMATS} {_PRIVATE}",
        accept_multiple_files=True, on_change=_changed, args=(page,),
    )  # fmt: skip
    here.shown[page] = {upload.file_id for upload in fielded}
    for upload in fielded:
        if upload.file_id not in here.documents:
            here.chosen[page] = here.keep(upload)
    if len(fielded) > 1:
        left.caption("One is read at a time. All of them, or a folder, are for **Batch**.")
    uploads = list(here.documents.values())
    documents = [*reversed(uploads), *(path for kind in kinds for path in samples(kind))]
    if not documents:
        right.info(f"Upload a document to begin. {_PRIVATE}", icon=":material/upload_file:")
        return None
    known = here.chosen.get(page)
    path = right.selectbox(
        "Document to read",
        documents,
        index=documents.index(known) if known in documents else 0,
        format_func=here.label,
        # Another widget after each upload: the browser may still send the earlier one's choice.
        key=f"{page}-document-{len(uploads)}",
    )
    here.chosen[page] = path
    return path


def _changed(page: str) -> None:
    """Deletes the uploads that the user took out of the page's field."""
    here = session()
    for upload_id in here.taken_out(page):
        here.drop(upload_id)


def pick(label: str, choices: Mapping[K, str], *, key: str, default: K | None = None) -> K:
    """Lets the user pick one of a few.

    Args:
        label: What is picked.
        choices: Values with what the user reads.
        key: Of the widget.
        default: What is picked at first; None is the first one.

    Returns:
        The value.
    """
    picked: K | None = st.segmented_control(
        label, list(choices), default=default or next(iter(choices)), required=True,
        format_func=choices.__getitem__, key=key, persist_state="session",
    )  # fmt: skip
    return picked or next(iter(choices))


def settings(
    page: str,
    *,
    attention: bool = True,
    pruning: bool = True,
    dtypes: Sequence[Dtype] = ("fp32", "bf16"),
) -> Settings:
    """Shows the settings, folded away.

    Args:
        page: The page's name.
        attention: Whether to ask for the kind of attention.
        pruning: Whether to ask what decides how much is pruned.
        dtypes: Of `NUMBERS`, what to choose from; without two there is no question.

    Returns:
        What is set.
    """
    with st.expander("Settings", icon=":material/tune:"):
        options = RunOptions()
        if attention:
            kind = st.radio(
                "Attention",
                list(_ATTENTIONS),
                format_func=_ATTENTIONS.__getitem__,
                horizontal=True,
                key=f"{page}-attention",
                persist_state="session",
            )
            options = replace(options, attention=kind)
        if pruning:
            threshold, profile = thresholds(page, disabled=options.attention == "full")
            options = replace(options, threshold=threshold, profile=profile)
        if len(dtypes) > 1:
            dtype = st.radio(
                "Numbers", dtypes, dtypes.index(usual_dtype()), format_func=NUMBERS.__getitem__,
                horizontal=True, key=f"{page}-dtype", persist_state="session",
                help="Fewer bits are faster where the processor has instructions for them; "
                "a few results may differ.",
            )  # fmt: skip
            options = replace(options, dtype=dtype)
        model = st.text_input(
            "Model",
            key=f"{page}-model",
            persist_state="session",
            placeholder="the model that ships",
            help="Empty, or the folder of a Hugging Face model.",
        )
        options = replace(options, model=model.strip() or None)
        minutes = st.number_input(
            "Time limit in minutes", 1, 240, 15, key=f"{page}-limit", persist_state="session",
            help="The work is stopped after this time.",
        )  # fmt: skip
        if session().holds_something and st.button(
            "Forget my documents",
            key=f"{page}-forget",
            icon=":material/delete:",
            help="Deletes all uploads and results of this session, and ends what is running.",
        ):
            forget_all()
            st.rerun()
    return Settings(options, float(minutes) * 60)
