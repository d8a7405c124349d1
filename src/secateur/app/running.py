"""A page's job while it waits, runs, ends or fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from secateur.app.plain import plain, plain_line
from secateur.app.session import session, worker
from secateur.pipelines.document.quantities import quantity
from secateur.pipelines.runs.jobs.processes import State, Worker


def busy(page: str) -> bool:
    """Tells whether the page's job goes on."""
    job = session().jobs.get(page)
    return job is not None and not job.finished


def start_button(label: str, page: str, *, ready: bool) -> bool:
    """Shows the button that starts the page's job.

    Args:
        label: What it says.
        page: The page's name.
        ready: Whether there is all that the job needs.

    Returns:
        Whether to start; a second click, as of a double one, would end what the first began, and
        a click on what an ended session had shown would read something else.
    """
    pressed = st.button(label, type="primary", disabled=not ready or busy(page))
    offered = session().offered
    if pressed and page not in offered:
        st.warning(
            "Nothing was started: the session that you had here has ended, and what you gave it is "
            "deleted. Give your documents again.",
            icon=":material/link_off:",
        )
        pressed = False
    offered.add(page)
    return pressed and ready and not busy(page)


def start(
    page: str,
    task: Callable[..., Any],
    *arguments: Any,
    limit_s: float,
    fresh: bool = False,
    crew: Worker | None = None,
) -> None:
    """Starts the page's job in place of its earlier one; see `Worker.submit`.

    Args:
        page: The page's name.
        task: As for `Worker.submit`.
        *arguments: As for `Worker.submit`.
        limit_s: As for `Worker.submit`.
        fresh: As for `Worker.submit`.
        crew: Who does it; None is the worker that all share.
    """
    forget(page)
    job = (crew or worker()).submit(task, *arguments, limit_s=limit_s, fresh=fresh)
    session().jobs[page] = job


def forget(page: str) -> None:
    """Cancels the page's job and drops its result."""
    earlier = session().jobs.pop(page, None)
    if earlier is not None:
        earlier.cancel()


def let_go(page: str, field: str) -> None:
    """Deletes what `gather` copied of a field whose files have changed, unless a job reads it."""
    if not busy(page):
        session().scatter(field)


def made_with(page: str) -> tuple[Any, ...]:
    """Returns what the page's job was given."""
    job = session().jobs.get(page)
    if job is None:  # the session ended while its page was drawn: nobody looks any more
        st.stop()
    return job.arguments


def show_origin(page: str, asked: tuple[Any, ...]) -> None:
    """Names the document of the page's result, and tells where the page asks for another by now.

    Args:
        page: The page's name; its job was given the document first.
        asked: What the page would give a job that is started now.
    """
    made = made_with(page)
    st.markdown(f"**{plain(session().label(made[0]))}**")
    warn_unless(made == asked)


def warn_unless(current: bool) -> None:
    """Warns that a result is an earlier one, unless it is what the page asks for now."""
    if not current:
        st.warning(
            "The document or the settings above were changed after this result was made. It shows "
            "what was asked for then; start again for the present choice.",
            icon=":material/history:",
        )


def outcome(page: str, empty: str) -> Any:
    """Shows how the page's job stands, unless it is done.

    Args:
        page: The page's name.
        empty: What to say before there is a job.

    Returns:
        The job's result once it is done, else None.
    """
    job = session().jobs.get(page)
    if job is None:
        if empty:
            st.info(empty, icon=":material/article:")
    elif not job.finished:
        _watch(page)
    elif job.state is State.DONE:
        return job.result
    elif job.state is State.CANCELLED:
        st.info("Cancelled. Nothing of it was kept.", icon=":material/cancel:")
    else:
        st.error(plain_line(job.error), icon=":material/error:")
    return None


@st.fragment(run_every=0.4)
def _watch(page: str) -> None:
    """Shows progress, by itself and without running the rest of the page."""
    job = session().jobs.get(page)
    if job is None or job.finished:
        st.rerun()
    text = f"{plain(job.message or 'Starting')} · {job.seconds:.0f} s"
    ahead = worker().ahead(job) if job.state is State.WAITING else 0
    if ahead:
        text = f"Waiting for {quantity(ahead, 'other job')}"
    st.progress(job.fraction or 0.0, text)
    # A callback, because another rerun could end this one before it came to the button.
    st.button("Cancel", key=f"{page}-cancel", icon=":material/close:", on_click=job.cancel)
