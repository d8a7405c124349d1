"""What one browser session owns, and the worker that all sessions share."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from secrets import token_hex
from shutil import rmtree
from typing import Any

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from secateur.app.names import told_apart
from secateur.app.tasks import PRELOAD
from secateur.pipelines.runs.jobs.processes import Job, Worker
from secateur.pipelines.runs.jobs.spool import Spool


class Session:
    """Documents and jobs of one session; nobody else can reach them.

    Attributes:
        documents: Uploaded files by the id of their upload, the newest last.
        chosen: The document chosen on each page, by the page's name.
        shown: Ids of the uploads that stand in each field, by the field's name.
        offered: Names of the pages whose start button was shown.
        jobs: The latest job of each page, by the page's name.
        profiles: Calibration profiles by the id of their upload or making, the newest last.
        decided: Corrections, reviews and drafts, each by what it is and the arguments of the job
            whose result it is about.
        derived: What was made of documents and results: batches, files to download.
    """

    def __init__(self) -> None:
        self._spool = Spool()
        self.documents: dict[str, Path] = {}
        self.chosen: dict[str, Path] = {}
        self.shown: dict[str, set[str]] = {}
        self.offered: set[str] = set()
        self.jobs: dict[str, Job] = {}
        self.profiles: dict[str, Path] = {}
        self.decided: dict[tuple[Any, ...], Any] = {}
        self.derived: dict[str, Any] = {}
        self._folders: dict[str, tuple[tuple[str, ...], Path]] = {}
        self._fields = token_hex(4)

    @property
    def holds_something(self) -> bool:
        """Whether there is something to forget."""
        return any(
            (self.documents, self.jobs, self.profiles, self.decided, self.derived, self._folders)
        )

    def uploader(self, name: str) -> str:
        """Returns the key of an upload widget, which holds nothing that is not here any more.

        What was forgotten, or given to a session that has ended, stands in a field of another key.
        """
        return f"{name}-upload-{self._fields}"

    def name(self, path: Path) -> str:
        """Returns the name of a document, unlike that of all other uploads of this session."""
        paths = list(self.documents.values())
        if path not in paths:
            return path.name
        return told_apart(each.name for each in paths)[paths.index(path)]

    def label(self, path: Path) -> str:
        """Returns what to call a document, told whether it is a sample."""
        name = self.name(path)
        return name if path in self.documents.values() else f"Sample: {name}"

    def keep(self, upload: UploadedFile) -> Path:
        """Keeps an uploaded document until the session ends, and returns the private file."""
        self.documents[upload.file_id] = self._spool.add(upload.name, upload.getvalue())
        return self.documents[upload.file_id]

    def drop(self, upload_id: str) -> None:
        """Deletes an uploaded document, and what was made of it on any page."""
        path = self.documents.pop(upload_id, None)
        if path is None:
            return
        pages = [page for page, job in self.jobs.items() if path in job.arguments]
        parts = (*(f"{page}-" for page in pages), "made-")
        for page in [page for page in self.jobs if page in pages or page.startswith(parts)]:
            self.jobs.pop(page).cancel()
        self.derived = {k: made for k, made in self.derived.items() if not k.startswith(parts)}
        self.decided = {k: made for k, made in self.decided.items() if path not in k}
        path.unlink()

    def taken_out(self, field: str) -> set[str]:
        """Returns the ids of the uploads that the user has just taken out of a field.

        Those whose page was left stay: that empties the field too, but calls nobody.
        """
        left = {upload.file_id for upload in st.session_state[self.uploader(field)]}
        return self.shown[field] - left

    def keep_profile(self, key: str, name: str, data: bytes) -> None:
        """Keeps a calibration profile until the session ends; one of the same key is replaced."""
        # In a folder of its own each time: models are cached by the path of their profile.
        self.profiles.pop(key, None)
        self.profiles[key] = self._spool.add(name, data)

    def drop_profile(self, key: str) -> None:
        """Deletes a calibration profile, if there is one of this key."""
        path = self.profiles.pop(key, None)
        if path is not None:
            path.unlink()

    def gather(self, field: str, files: Sequence[UploadedFile | Path]) -> Path:
        """Puts files together that belong together, in place of the field's earlier ones.

        Args:
            field: Where they were given.
            files: Uploads or samples.

        Returns:
            A private folder that holds them and nothing else, in the folders that a browser names
            for files of an uploaded one; the same as before for the same files.
        """
        known = self.gathered(field, files)
        if known is not None:
            return known
        self.scatter(field)
        folder = self._spool.folder()
        for file in files:
            data = file.read_bytes() if isinstance(file, Path) else file.getvalue()
            self._spool.add(file.name, data, folder, deep=True)
        self._folders[field] = _ids(files), folder
        return folder

    def gathered(self, field: str, files: Sequence[UploadedFile | Path]) -> Path | None:
        """Returns the folder that `gather` made of these files, or None where it has others."""
        ids, folder = self._folders.get(field, ((), None))
        return folder if ids == _ids(files) else None

    def scatter(self, field: str) -> None:
        """Deletes what `gather` put together for a field, if anything."""
        _, folder = self._folders.pop(field, ((), None))
        if folder is not None:
            rmtree(folder)

    def upload_ids(self) -> list[str]:
        """Returns the ids of all uploads that it keeps."""
        gathered = chain.from_iterable(ids for ids, _ in self._folders.values())
        return [*self.documents, *self.profiles, *gathered]

    def folder(self) -> Path:
        """Makes an empty private folder that is gone with the session."""
        return self._spool.folder()

    def forget(self) -> None:
        """Deletes uploads and results, and cancels what is running."""
        for job in self.jobs.values():
            job.cancel()
        self._spool.close()
        self._spool = Spool()
        self.documents, self.chosen, self.shown, self.jobs = {}, {}, {}, {}
        self.offered = set()
        self.profiles, self.decided, self.derived, self._folders = {}, {}, {}, {}
        self._fields = token_hex(4)

    def close(self) -> None:
        """Ends with the session."""
        self.forget()
        self._spool.close()


def _ids(files: Sequence[UploadedFile | Path]) -> tuple[str, ...]:
    return tuple(str(file) if isinstance(file, Path) else file.file_id for file in files)


@st.cache_resource(scope="session", on_release=Session.close, show_spinner=False)
def session() -> Session:
    """Returns the session of the browser that is being served."""
    return Session()


def forget_all() -> None:
    """Forgets what the session has, and what Streamlit keeps of its uploads."""
    here = session()
    context = get_script_run_ctx()
    if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        for upload in here.upload_ids():
            context.uploaded_file_mgr.remove_file(context.session_id, upload)
    here.forget()


@st.cache_resource(on_release=Worker.close, show_spinner=False)
def worker() -> Worker:
    """Returns the worker process that all pages but Batch share."""
    return Worker(PRELOAD)


@st.cache_resource(on_release=Worker.close, show_spinner=False)
def batch_worker() -> Worker:
    """Returns the worker process of batches, which may take hours and must not block the others."""
    return Worker()
