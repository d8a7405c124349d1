"""The Compare page: full attention against DAP on one document."""

from __future__ import annotations

import json
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from secateur.app.controls import choose, settings
from secateur.app.labels import BARS, SECOND, spelled
from secateur.app.running import made_with, outcome, show_origin, start, start_button
from secateur.app.session import session
from secateur.app.tasks import compare_attentions
from secateur.pipelines.document.quantities import quantity

_PAGE = "compare"
_EMPTY = "Time, memory and differences of the two attentions will appear here."
_KINDS = {"finance": "report", "clinical": "note"}
_PIPELINES = {"auto": "By its kind", "finance": "Report", "clinical": "Note"}
_ROWS = {
    "seconds": ("Seconds", "{:.2f}"),
    "attention_s": ("Seconds in attention", "{:.2f}"),
    "selection_s": ("Seconds choosing what to keep", "{:.2f}"),
    "prefill_s": ("Seconds reading", "{:.2f}"),
    "decode_s": ("Seconds writing", "{:.2f}"),
    "density": ("Attention computed", "{:.1%}"),
    "recovered_share": ("Run again in full", "{:.1%}"),
    "peak_mib": ("Largest memory, MiB", "{:,.0f}"),
}
_AGREEMENT = {"entity_f1": "Same entities (F1)", "rouge_l": "Same summary (ROUGE-L)"}


def show() -> None:
    """Shows the page."""
    st.title("Compare")
    st.caption("What pruning saves on your document, and what it changes in the result.")
    path = choose(_PAGE, ("report", "note"), "Report or note")
    pipeline = st.segmented_control(
        "Read it as", list(_PIPELINES), default="auto", required=True,
        format_func=_PIPELINES.__getitem__, key="compare-pipeline", persist_state="session",
    )  # fmt: skip
    budget_s = st.slider(
        "Seconds that full attention may take", 5, 600, 120, 5, key="compare-budget",
        persist_state="session",
        help="If the whole document would take longer, its time is projected from its beginning.",
    )  # fmt: skip
    chosen = settings(_PAGE, attention=False)
    asked = (path, pipeline, chosen.options, float(budget_s))
    if start_button("Compare", _PAGE, ready=path is not None):
        start(_PAGE, compare_attentions, *asked, limit_s=chosen.limit_s, fresh=True)
        st.rerun()
    result = outcome(_PAGE, _EMPTY)
    if result is not None:
        show_origin(_PAGE, asked)
        _result(result)


def _result(result: dict[str, Any]) -> None:
    full, dap, projected = result["full"], result["dap"], result["projected"]
    (measure, agreement), *_ = result["agreement"].items()
    # Nothing was chosen from where the document is too short to be pruned.
    pruned = dap["selection_s"] > 0
    st.caption(f"Read as a {_KINDS[result['pipeline']]}.")
    if not pruned:
        st.info(
            "Nothing was pruned here, as documents of up to 512 tokens never are: both attentions "
            "did the same work.",
            icon=":material/info:",
        )
    row = st.container(horizontal=True, gap="large")
    name = "Speedup, projected" if projected else "Speedup"
    row.metric(name, f"{result['speedup']:.2f}×" if pruned else "–", width="content")
    row.metric("Attention computed", f"{dap['density']:.1%}", width="content")
    row.metric(_AGREEMENT[measure], f"{agreement:.3f}", width="content")
    row.metric("Tokens", f"{result['tokens']:,}", width="content")
    if projected:
        st.warning(
            "Full attention on the whole document did not fit the time you gave. Its time is "
            f"projected from shorter beginnings of the document, and the results were compared on "
            f"the first {result['agreement_tokens']:,} tokens.",
            icon=":material/query_stats:",
        )
    left, right = st.columns(2, gap="medium")
    with left:
        st.header("Cost")
        _cost(full, dap, projected)
    with right:
        st.header("What changed")
        _changes(result["changed"])
    if len(result.get("curve", [])) > 1:
        st.header("Time over length")
        _curve(result["curve"])
    threads = quantity(result["threads"], "thread")
    st.caption(f"{result['dtype']}, {threads}, both on this machine just now.")
    st.download_button(
        "JSON",
        json.dumps(result, ensure_ascii=False) + "\n",
        file_name=f"{session().name(made_with(_PAGE)[0])}.comparison.json",
        mime="application/json",
        icon=":material/download:",
    )


def _cost(full: dict[str, Any], dap: dict[str, Any], projected: bool) -> None:
    names = ["Full (projected)" if projected else "Full", "DAP"]
    seconds = pd.DataFrame({"Attention": names, "Seconds": [full["seconds"], dap["seconds"]]})
    st.bar_chart(
        seconds, x="Attention", y="Seconds", color=BARS, horizontal=True, height=150,
        x_label="", y_label="Seconds", sort=False,
    )  # fmt: skip
    rows = {
        name: [form.format(side[key]) if key in side else "–" for side in (full, dap)]
        for key, (name, form) in _ROWS.items()
        if key in full or key in dap
    }
    st.table(pd.DataFrame.from_dict(rows, orient="index", columns=names))


def _curve(points: list[dict[str, float]]) -> None:
    rows = pd.DataFrame(
        [
            {"Attention": name, "Tokens": point["tokens"], "Seconds": point[key]}
            for point in points
            for name, key in (("Full", "full_s"), ("DAP", "dap_s"))
        ]
    )
    chart = (
        alt.Chart(rows)
        .mark_line(point=True)
        .encode(
            x=alt.X("Tokens:Q", title="Tokens from the beginning of the document"),
            y=alt.Y("Seconds:Q"),
            color=alt.Color(
                "Attention:N", sort=["Full", "DAP"], scale=alt.Scale(range=[SECOND, BARS]),
                legend=alt.Legend(title=None, orient="top"),
            ),
            strokeDash=alt.StrokeDash("Attention:N", sort=["Full", "DAP"], legend=None),
            tooltip=["Attention:N", "Tokens:Q", alt.Tooltip("Seconds:Q", format=".2f")],
        )
    )  # fmt: skip
    st.altair_chart(chart, width="stretch", height=280)


def _changes(changed: list[dict[str, Any]]) -> None:
    if not changed:
        st.success("Nothing: both give the same result.", icon=":material/check:")
        return
    sides = {"full": "Full", "dap": "DAP"}
    rows: dict[str, list[str]] = {"Only in": [sides[item["only_in"]] for item in changed]}
    if any("label" in item for item in changed):
        rows["Label"] = [spelled(item.get("label", "")) for item in changed]
    rows["Text"] = [item["text"] for item in changed]
    st.dataframe(pd.DataFrame(rows), hide_index=True)
