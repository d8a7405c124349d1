"""The errors that reach a user: each message says what is wrong and the way out."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal


class SecateurError(Exception):
    """Base of every error that a user can mend; the command line prints it as one line."""


class UsageError(SecateurError):
    """The call itself is wrong: an unknown option value, model or folder."""


class IngestionError(SecateurError):
    """A file cannot be read as a document; the message names it and says what to do.

    Attributes:
        inner_name: Which of an archive's files it is about, as in "2024/acme.html"; "" for the
            file that was given.
        kind: Whose matter it is: "unreadable" where the file is at fault, "memory" where reading it
            took more than there is, "failed" where a parser is at fault.
    """

    inner_name = ""
    kind: Literal["unreadable", "memory", "failed"] = "unreadable"


def unreadable(path: Path, error: OSError) -> UsageError:
    """Says why a file that a call names cannot be read, and the way out.

    Args:
        path: The file.
        error: What reading it raised.

    Returns:
        The error to raise.
    """
    if isinstance(error, IsADirectoryError):
        return UsageError(f"{path}: is a folder; give a file in it")
    if isinstance(error, FileNotFoundError):
        return UsageError(f"{path}: no such file; check the path")
    return UsageError(f"{path}: {error.strerror}; check the path and its rights")


@contextmanager
def usage_errors() -> Iterator[None]:
    """Turns the `ValueError` with which a layer below refuses a setting into a `UsageError`.

    It belongs around what reads no document: a `ValueError` of `int`, `float` or a date quotes the
    text that it was given.
    """
    try:
        yield
    except ValueError as error:
        raise UsageError(str(error)) from error


def explain(error: Exception, what: str) -> str:
    """Says in one line what went wrong; only our own errors are known to hold no document text.

    Args:
        error: As it was caught.
        what: What was being done, as in "this document", for an error that is not our own.

    Returns:
        Our own error's message, or else only the type and place of the error.
    """
    if isinstance(error, SecateurError):
        return " ".join(str(error).split())
    return f"{what} could not be processed ({origin_of(error)}); please report it"


def origin_of(error: Exception) -> str:
    """Says where a fault of ours lies, without its message, which may quote a document.

    Args:
        error: As it was caught.

    Returns:
        Its type and place, as in "KeyError, line 7 of walk.py".
    """
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}, line {frame.lineno} of {Path(frame.filename).name}"


def was_interrupted(error: BaseException | None) -> bool:
    """Tells whether Ctrl-C is behind an error: a library that is loading may put its own before."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None
