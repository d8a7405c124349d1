"""The Domains page: a calibration profile from the user's own documents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import altair as alt
import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from secateur.app.controls import DOMAINS, pick, settings
from secateur.app.folder_tasks import calibrate_domain
from secateur.app.labels import BARS, SECOND
from secateur.app.plain import plain, plain_line
from secateur.app.running import let_go, made_with, outcome, start, start_button, warn_unless
from secateur.app.session import session
from secateur.pipelines.lab.domain_profiles import Calibration, profile_as_json
from secateur.pipelines.runs.options import Pipeline
from secateur.pipelines.runs.samples import Kind, samples

_PAGE = "domains"
_EMPTY = (
    "Error and density of every threshold will appear here, and the profile to download. "
    "Give at least two documents of more than 512 tokens, better 16."
)
_SAMPLES: dict[Pipeline, Kind] = {"finance": "report", "clinical": "note"}


def show() -> None:
    """Shows the page."""
    st.title("Domains")
    st.caption(
        "How much attention can be left out on documents like yours, and at what error: "
        "every attention head gets its own threshold."
    )
    left, right = st.columns(2, gap="medium")
    uploads = left.file_uploader(
        "Documents of the domain", accept_multiple_files=True, key=session().uploader(_PAGE),
        on_change=let_go, args=(_PAGE, _PAGE),
        help="They are read on this machine; the profile holds numbers only, no text.",
    )  # fmt: skip
    with right:
        pipeline = pick("What reads them", DOMAINS, key="domains-pipeline")
        name = st.text_input(
            "Name of the domain", "my domain", max_chars=60, key="domains-name",
            persist_state="session",
        )  # fmt: skip
    most, tokens = st.columns(2, gap="medium")
    documents = most.number_input(
        "Documents, at most", 1, 64, 8, key="domains-documents", persist_state="session"
    )
    length = tokens.number_input(
        "Tokens read of each", 768, 32_768, 2_048, 256, key="domains-tokens",
        persist_state="session", help="Sixteen documents of 2,048 tokens take some minutes.",
    )  # fmt: skip
    chosen = settings(_PAGE, attention=False, pruning=False, dtypes=())
    files: Sequence[UploadedFile | Path] = uploads or samples(_SAMPLES[pipeline])
    if files and not uploads:
        st.caption(f"Without an upload the samples are taken: {len(files)} of this kind.")
    asked = (name.strip(), pipeline, chosen.options, int(documents), int(length))
    if start_button("Calibrate", _PAGE, ready=bool(files and name.strip())):
        folder = session().gather(_PAGE, files)
        start(_PAGE, calibrate_domain, folder, *asked, limit_s=chosen.limit_s)
        st.rerun()
    result = outcome(_PAGE, _EMPTY)
    if result is not None:
        made, *settled = made_with(_PAGE)
        is_same = made == session().gathered(_PAGE, files)
        # Without documents, as after another page, no others are asked for.
        warn_unless(tuple(settled) == asked and (is_same or not uploads))
        if not uploads and not is_same:
            st.caption(
                ":material/info: The documents of this result are not in the field any more: "
                "give them again to calibrate on them."
            )
        _result(result)


def _result(result: Calibration) -> None:
    profile = result.profile
    for line in result.left_out:
        st.warning(plain_line(line), icon=":material/warning:")
    st.header("Working point")
    targets = [target for target, _ in result.choices]
    nearest = min(targets, key=lambda target: abs(target - profile.target_error))
    target = st.select_slider(
        "Relative output error of a head, at most", targets, nearest, key="domains-target",
        format_func=lambda target: f"{target:.1%}",
        help="Measured layer by layer on your documents, on exact inputs.",
    )  # fmt: skip
    _figures(result, target)
    left, right = st.columns(2, gap="medium")
    with left:
        st.header("Error against density")
        _trade(result, target)
    with right:
        st.header("Curves over the threshold")
        _curves(result)
    st.header("By layer, at the working point")
    st.dataframe(
        _layers(result, target),
        hide_index=True,
        column_config={
            name: st.column_config.NumberColumn(format="%.2f")
            for name in ("Lowest threshold", "Highest threshold", "Full attention, ms")
        },
    )
    # A slash would make a folder of what stands before it.
    name = re.sub(r"[/\\]", "-", profile.domain)
    _hand_out(profile_as_json(profile, target), f"{name}.profile.json")


def _hand_out(data: str, name: str) -> None:
    row = st.container(horizontal=True)
    row.download_button(
        "Profile", data, file_name=name, mime="application/json", icon=":material/download:",
        help="For --profile on the command line, and for Settings here.",
    )  # fmt: skip
    row.button(
        "Use it in this session", icon=":material/check:", on_click=_keep, args=(data, name),
        help="Offers it in Settings of the other pages, under Thresholds.",
    )  # fmt: skip
    if _PAGE in session().profiles:
        st.caption(f"{plain(session().profiles[_PAGE].name)} is offered in Settings.")


def _keep(data: str, name: str) -> None:
    session().keep_profile(_PAGE, name, data.encode())


def _figures(result: Calibration, target: float) -> None:
    profile, choice = result.profile, dict(result.choices)[target]
    heads = sum(len(curves.error) for curves in profile.modules.values())
    row = st.container(horizontal=True, gap="large")
    row.metric("Error expected", f"{choice.error:.1%}", width="content")
    row.metric("Attention computed", f"{choice.density:.1%}", width="content")
    row.metric(
        "Speedup of attention", f"{choice.speedup:.1f}×", width="content",
        help="Selection included, on this machine, at the length of these documents.",
    )  # fmt: skip
    row.metric(
        "Heads above the error", f"{choice.missed} of {heads}", width="content",
        help="Heads that are above the error even at the lowest threshold measured.",
    )  # fmt: skip
    st.caption(
        f"Documents: {profile.data['documents']}, tokens of each on average: "
        f"{profile.data['tokens']:,}; "
        f"mean entropy {profile.mean_entropy:.2f} of 4.5, which makes the starting threshold "
        f"{profile.start_threshold:.3f}."
    )


def _trade(result: Calibration, target: float) -> None:
    choice = dict(result.choices)[target]
    points = pd.DataFrame(
        [{"density": each.density, "error": each.error} for _, each in result.choices]
    )
    axes = {
        "x": alt.X("density:Q", title="Attention computed", axis=alt.Axis(format="%")),
        "y": alt.Y("error:Q", title="Relative output error", axis=alt.Axis(format="%")),
    }
    line = alt.Chart(points).mark_line(color=BARS, point=True).encode(**axes)
    here = pd.DataFrame([{"density": choice.density, "error": choice.error}])
    mark = alt.Chart(here).mark_point(size=220, filled=True, color=SECOND).encode(**axes)
    st.altair_chart(line + mark, width="stretch")


def _curves(result: Calibration) -> None:
    """Means over the heads, the error as it was measured and the density beside it."""
    profile = result.profile
    heads = list(profile.modules.values())
    rows = [
        {
            "threshold": threshold,
            "what": what,
            "share": _mean([head[rung] for own in heads for head in getattr(own, field)]),
        }
        for what, field in (("Error", "error"), ("Attention computed", "density"))
        for rung, threshold in enumerate(profile.ladder)
    ]
    chart = (
        alt.Chart(pd.DataFrame(rows))
        .mark_line(point=True)
        .encode(
            x=alt.X("threshold:Q", title="Threshold", scale=alt.Scale(type="log")),
            y=alt.Y("share:Q", title=None, axis=alt.Axis(format="%")),
            color=alt.Color(
                "what:N", scale=alt.Scale(range=[BARS, SECOND]), sort=None,
                legend=alt.Legend(title=None, orient="top"),
            ),
            strokeDash=alt.StrokeDash("what:N", legend=None, sort=None),
        )
    )  # fmt: skip
    st.altair_chart(chart, width="stretch")


def _layers(result: Calibration, target: float) -> pd.DataFrame:
    thresholds = dict(result.choices)[target].thresholds
    return pd.DataFrame(
        [
            {
                "Layer": name,
                "Lowest threshold": min(thresholds[name]),
                "Highest threshold": max(thresholds[name]),
                "Full attention, ms": curves.full_ms,
            }
            for name, curves in result.profile.modules.items()
        ]
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
