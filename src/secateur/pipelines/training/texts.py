"""Folders of text to learn a language from: documents, and files in WikiText-103's format."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from secateur.pipelines.errors import IngestionError, UsageError
from secateur.pipelines.ingestion.read import read_each

# wiki.train.tokens and wiki.train.raw: one article after the other, each under " = Title = ".
_WIKITEXT = (".tokens", ".raw")
_TITLE = re.compile(r"(?m)^ ?= [^=].*? = ?$")


@dataclass(frozen=True)
class Texts:
    """What was read.

    Attributes:
        names: Of the documents.
        texts: Their texts.
        unread: Files that could not be read, one line each.
    """

    names: tuple[str, ...]
    texts: tuple[str, ...]
    unread: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """Of all texts, in their order."""
        digest = sha256()
        for text in self.texts:
            digest.update(sha256(text.encode()).digest())
        return digest.hexdigest()


def read_texts(folder: Path, patterns: Sequence[str]) -> Texts:
    """Reads the documents of a folder.

    Args:
        folder: Searched with its subfolders.
        patterns: Which files, as in "*.html.gz" or "reports/*"; each must match one at least.

    Returns:
        The documents in the order of their names; those without text are left out.

    Raises:
        UsageError: The folder is missing, a pattern matches nothing, or no file can be read.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: is not a folder; give the folder with the documents")
    paths: set[Path] = set()
    for pattern in patterns:
        found = {path for path in folder.rglob(pattern) if path.is_file()}
        if not found:
            raise UsageError(f"{folder}: no file matches {pattern!r}")
        paths |= found
    names, texts, unread = [], [], []
    for path in sorted(paths):
        for name, text in _texts(path):
            if isinstance(text, IngestionError):
                unread.append(str(text))
            elif text.strip():
                names.append(name)
                texts.append(text)
    if not texts:
        reason = f": {unread[0]}" if unread else ""
        raise UsageError(f"{folder}: no file with text among {len(paths)}{reason}")
    return Texts(tuple(names), tuple(texts), tuple(unread))


def _texts(path: Path) -> Iterator[tuple[str, str | IngestionError]]:
    packed = path.suffix == ".gz"
    if Path(path.stem if packed else path.name).suffix in _WIKITEXT:
        try:
            data = path.read_bytes()
            text = (gzip.decompress(data) if packed else data).decode("utf-8")
        except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
            raise UsageError(f"{path}: cannot be read as UTF-8 text: {error}") from error
        for number, article in enumerate(split_articles(text), 1):
            yield f"{path.name}#{number}", article
        return
    for document in read_each(path):
        if isinstance(document, IngestionError):
            yield path.name, document
        else:
            yield document.doc_id, document.text


def split_articles(text: str) -> list[str]:
    """Cuts a text in WikiText-103's format at the titles of its articles (" = Title = ")."""
    cuts = [0, *(match.start() for match in _TITLE.finditer(text)), len(text)]
    parts = (text[start:end] for start, end in pairwise(cuts))
    return [part for part in parts if part.strip()]


def hold_out(texts: Texts, share: float) -> tuple[Texts, Texts]:
    """Divides documents, by the sha256 of their names, into those to learn from and the others.

    Args:
        texts: Two documents or more.
        share: Share (0 to 1) of the documents held out, at least one.

    Raises:
        UsageError: There is but one document.
    """
    if len(texts.names) < 2:
        raise UsageError(
            "there is one document only: name files to validate on, as in "
            'valid = ["other.txt"] under [data]'
        )
    names = [name.encode(errors="surrogateescape") for name in texts.names]
    order = sorted(range(len(names)), key=lambda n: sha256(names[n]).digest())
    most = len(order) - 1
    held = set(order[: min(max(round(share * len(order)), 1), most)])

    def part(inside: bool) -> Texts:
        chosen = [n for n in range(len(order)) if (n in held) == inside]
        return Texts(
            tuple(texts.names[n] for n in chosen),
            tuple(texts.texts[n] for n in chosen),
            () if inside else texts.unread,
        )

    return part(False), part(True)
