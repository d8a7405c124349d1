"""Where the results of a command go: into one stream of text, or a folder with a file for each."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Self, TextIO

from secateur.core.whole_files import whole
from secateur.pipelines.cli.exits import FAILED, OK, PARTLY, fail, say
from secateur.pipelines.errors import SecateurError, UsageError
from secateur.pipelines.export.formats import Files, Frame
from secateur.pipelines.runs.output_paths import file_name, make_folder

WRITTEN = ".secateur"
"""File in a folder of results with the sha256 of each that was written there, one a line."""


@dataclass(frozen=True)
class Result:
    """What a document gave.

    Attributes:
        name: The document's name.
        files: Its files.
        note: One line that says what was read.
        warnings: Lines on what may be missing or misread, each with the document's name.
    """

    name: str
    files: Files
    note: str
    warnings: tuple[str, ...] = ()


class Stream:
    """One text of a format, of all documents together."""

    def __init__(self, stream: TextIO, frame: Frame) -> None:
        self._stream = stream
        self._frame = frame
        self._written = False

    def write(self, result: Result) -> str:
        """Writes a result as soon as it is there."""
        for content in result.files.values():
            text = content.decode().removeprefix(self._frame.head).removesuffix(self._frame.tail)
            self._stream.write((self._frame.between if self._written else self._frame.head) + text)
            self._stream.flush()
            self._written = True
        return ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._written:
            self._stream.write(self._frame.tail)
            self._stream.flush()


class Folder:
    """A folder in which a result replaces those of earlier runs, as they were written, alone.

    It takes the place of no other one of the same run, of no document, and of no result that
    somebody has changed since: beside these it gets a name with a number.
    """

    def __init__(self, folder: Path) -> None:
        """Makes the folder where it is missing.

        Raises:
            UsageError: It cannot be made or written to.
        """
        make_folder(folder)
        try:
            self._written = set((folder / WRITTEN).read_text("ascii").split())
        except FileNotFoundError:
            self._written = set()
        except (OSError, ValueError) as error:
            raise UsageError(
                f"--out {folder}: {WRITTEN} in it cannot be read; give another"
            ) from error
        self._folder = folder
        self._used: set[str] = set()

    def write(self, result: Result) -> str:
        """Writes the files of a result.

        Returns:
            Their name without suffix where another file has the document's, else nothing.

        Raises:
            UsageError: A file cannot be written; the message names it.
        """
        plain = name = file_name(result.name)
        number = 1
        # Two names that differ in case alone are one file on some systems.
        while name.casefold() in self._used or self._kept(name, result.files):
            number += 1
            name = f"{number} {plain}"
        self._used.add(name.casefold())
        for suffix, content in result.files.items():
            path = self._folder / f"{name}.{suffix}"
            try:
                self._note(content)
                with whole(path) as file:
                    file.write(content)
            except OSError as error:
                raise UsageError(
                    f"{path}: {error.strerror}; {result.name} was read, its result is not kept: "
                    "make way for it, or give another --out"
                ) from error
        return name if number > 1 else ""

    def _kept(self, name: str, files: Files) -> bool:
        """Whether a file of the name is there that is no earlier result."""
        paths = [self._folder / f"{name}.{suffix}" for suffix in files]
        return any(
            path.is_file() and sha256(path.read_bytes()).hexdigest() not in self._written
            for path in paths
        )

    def _note(self, content: bytes) -> None:
        """Notes a result before it is written: one that is cut off must not count as a user's."""
        digest = sha256(content).hexdigest()
        if digest not in self._written:
            with (self._folder / WRITTEN).open("a", encoding="ascii") as file:
                file.write(f"{digest}\n")
            self._written.add(digest)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        pass


def write_each(
    results: Iterable[Result | Exception], out: Path | None, frame: Frame, *, quiet: bool
) -> int:
    """Writes results as they come, tells of each and lists the failures.

    Args:
        results: A document's result, or the error in its place.
        out: A folder; None for stdout.
        frame: How several texts make one, for stdout.
        quiet: Tells of failures only.

    Returns:
        The exit code, which says how much was done.

    Raises:
        UsageError: The folder cannot be made.
    """
    done = failed = 0
    outlet = Stream(sys.stdout, frame) if out is None else Folder(out)
    with outlet:
        for result in results:
            if isinstance(result, Exception):
                failed += 1
                fail(str(result))
                continue
            try:
                kept_as = outlet.write(result)
            except SecateurError as error:
                failed += 1
                fail(str(error))
                continue
            done += 1
            if not quiet:
                _tell(result, kept_as)
    if not failed:
        return OK
    return PARTLY if done else FAILED


def _tell(result: Result, kept_as: str) -> None:
    place = f"; written as {kept_as!r}, for another is called so" if kept_as else ""
    for line in (f"{result.note}{place}", *result.warnings):
        say(line)
