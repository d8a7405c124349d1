"""Choosing what decides how much is pruned: the model, one threshold, or a domain's profile."""

from __future__ import annotations

import streamlit as st

from secateur.app.names import told_apart
from secateur.app.session import session

_WAYS = {"own": "The model's own", "one": "One for all heads", "profile": "A domain's profile"}
_SHIPPED = {"finance": "Finance (ships)", "clinical": "Clinical (ships)"}


def thresholds(page: str, *, disabled: bool) -> tuple[float | None, str | None]:
    """Lets the user choose the thresholds.

    Args:
        page: The page's name.
        disabled: Whether nothing is pruned.

    Returns:
        Threshold and profile, as in `secateur.pipelines.options.RunOptions`.
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
    here = session()
    upload = st.file_uploader(
        "Another profile", "json", key=here.uploader(f"{page}-profile"), disabled=disabled,
        help="As the Domains page or `secateur calibrate` writes them.",
    )  # fmt: skip
    if upload is not None and upload.file_id not in here.profiles:
        here.keep_profile(upload.file_id, upload.name, upload.getvalue())
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
