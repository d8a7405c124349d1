"""Choosing what decides how much is pruned: the model, one threshold, or a domain's profile."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from secateur.app.names import told_apart
from secateur.app.plain import plain_line
from secateur.app.session import session
from secateur.pipelines.lab.domain_profiles import check_profile

_WAYS = {"own": "The model's own", "one": "One for all heads", "profile": "A domain's profile"}
_SHIPPED = {"finance": "Finance (ships)", "clinical": "Clinical (ships)"}


def thresholds(page: str, *, disabled: bool) -> tuple[float | None, str | None]:
    """Lets the user choose the thresholds.

    Args:
        page: The page's name.
        disabled: Whether nothing is pruned.

    Returns:
        Threshold and profile, as in `secateur.pipelines.runs.options.RunOptions`.
    """
    way = st.radio(
        "Thresholds", list(_WAYS), format_func=_WAYS.__getitem__, horizontal=True,
        key=f"{page}-thresholds", disabled=disabled, persist_state="session",
    )  # fmt: skip
    if way == "one":
        threshold = st.number_input(
            "Threshold", 0.0, None, 0.45, 0.05, key=f"{page}-threshold", disabled=disabled,
            persist_state="session",
            help="In units of the uniform share: 0 keeps everything, more prunes more.",
        )  # fmt: skip
        return threshold, None
    return None, _profile(page, disabled) if way == "profile" else None


def _profile(page: str, disabled: bool) -> str:
    """Offers the profiles that ship and those of this session."""
    here, field = session(), f"{page}-profile"
    fielded = st.file_uploader(
        "Other profiles", "json", key=here.uploader(field), disabled=disabled,
        help="As the Domains page or `secateur calibrate` writes them.",
        accept_multiple_files=True, on_change=_changed, args=(field,),
    )  # fmt: skip
    here.shown[field] = {upload.file_id for upload in fielded}
    for upload in fielded:
        if upload.file_id not in here.profiles:
            _take(upload)
    own = list(here.profiles.values())
    names = told_apart([*_SHIPPED.values(), *(path.name for path in own)])
    labels = dict(zip([*_SHIPPED, *map(str, own)], names, strict=True))
    return st.selectbox(
        "Profile",
        [*map(str, reversed(own)), *_SHIPPED],
        format_func=labels.__getitem__,
        # Another widget after each new one, so that the newest is chosen then.
        key=f"{page}-profile-{len(own)}",
        disabled=disabled,
        persist_state="session",
        help="Thresholds by head, measured on documents of a domain.",
    )


def _changed(field: str) -> None:
    """Deletes the profiles that the user took out of the field."""
    here = session()
    for upload_id in here.taken_out(field):
        here.drop_profile(upload_id)


def _take(upload: UploadedFile) -> None:
    """Keeps an uploaded profile if it is one."""
    data = upload.getvalue()
    try:
        check_profile(data)
    except ValueError as error:
        st.error(
            plain_line(f"{upload.name} is no calibration profile: {error}"), icon=":material/error:"
        )
    else:
        session().keep_profile(upload.file_id, upload.name, data)
