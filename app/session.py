"""What one browser session owns, and the worker that all sessions share."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from secateur.pipelines.jobs import Job, Worker
from secateur.pipelines.spool import Spool
from secateur.pipelines.tasks import PRELOAD


class Session:
    """Documents and jobs of one session; nobody else can reach them.

    Attributes:
        documents: Uploaded files by the id of their upload, the newest last.
        chosen: The document chosen on each page, by the page's name.
        jobs: The latest job of each page, by the page's name.
    """

    def __init__(self) -> None:
        self._spool = Spool()
        self.documents: dict[str, Path] = {}
        self.chosen: dict[str, Path] = {}
        self.jobs: dict[str, Job] = {}

    def keep(self, upload: str, name: str, data: bytes) -> Path:
        """Keeps an upload until the session ends.

        Args:
            upload: Its id.
            name: Its file name as the browser sent it.
            data: Its content.

        Returns:
            The private file.
        """
        self.documents[upload] = self._spool.add(name, data)
        return self.documents[upload]

    def forget(self) -> None:
        """Deletes uploads and results, and cancels what is running."""
        for job in self.jobs.values():
            job.cancel()
        self._spool.close()
        self._spool = Spool()
        self.documents, self.chosen, self.jobs = {}, {}, {}

    def close(self) -> None:
        """Ends with the session."""
        self.forget()
        self._spool.close()


@st.cache_resource(scope="session", on_release=Session.close, show_spinner=False)
def session() -> Session:
    """Returns the session of the browser that is being served."""
    return Session()


@st.cache_resource(on_release=Worker.close, show_spinner=False)
def worker() -> Worker:
    """Returns the one worker process of this server."""
    return Worker(PRELOAD)
