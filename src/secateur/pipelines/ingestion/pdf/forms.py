"""Bounds on the forms of a PDF file, seen before PDFium paints them.

A form is a drawing that pages, and other forms, paint by its name as often as they like: one that
paints itself, or thirty that each paint the next one twice, take any memory there is, and PDFium
ends the process then. How often each is painted follows from its content; it is painted nowhere
here. Drawings in patterns, annotations and glyphs are not looked at.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium

from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.layout.reading import Source
from secateur.pipelines.ingestion.pdf.objects import Objects, Ref, unescaped

_DEEPEST = 30
"""Most forms inside one another."""
_SAVE = "print or save it again"
_BLANK = rb"[\x00\t\n\x0b\f\r \x80\xff]"
_PAINTED = re.compile(
    rb"(?:/([^\x00\t\n\x0b\f\r \x80\xff<>\[\]()/%{}]*)(?:BLANK|%[^\r\n]*)+"
    rb"|\(([^()\\]*)\)BLANK*|<([0-9A-Fa-f]*)>BLANK*)Do(?![\w.*'\"])".replace(b"BLANK", _BLANK)
)
"""The painting of a form, or of a picture, by its name; PDFium takes it from strings too."""


def check_forms(document: pdfium.PdfDocument, source: Source) -> None:
    """Refuses a file whose pages paint too much by their forms.

    Args:
        document: The file, no page of it loaded.
        source: Where it comes from, with the bounds.

    Raises:
        IngestionError: A form paints itself, they nest too deeply, or a page paints more of them,
            or more of their content, than the bounds allow.
    """
    try:
        objects = Objects(document)
    except pdfium.PdfiumError:  # not to be written anew: the bounds of the process remain
        return
    if objects.mentions(b"/Form"):
        _Painting(objects, source).check_pages()


@dataclass(frozen=True)
class _Cost:
    """What one painting takes: forms and bytes of content in all, and how deep they nest."""

    forms: int = 0
    size: int = 0
    depth: int = 0


class _Painting:
    def __init__(self, objects: Objects, source: Source) -> None:
        self._objects = objects
        self._source = source
        self._known: dict[tuple[int, int], _Cost] = {}
        self._open: list[int] = []

    def check_pages(self) -> None:
        limits = self._source.limits
        for number, (page, resources) in enumerate(self._pages(), 1):
            self._source.deadline.check()
            cost = self._cost(self._contents(page.get(b"Contents")), resources)
            if cost.forms > limits.forms:
                raise self._source.refusal(
                    f"page {number} paints more than {limits.forms:,} drawings inside one another",
                    f"{_SAVE}, or raise Limits.forms (--limit forms=N)",
                )
            if cost.size > limits.file_bytes:
                raise self._source.refusal(
                    f"page {number} unpacks to more than {limits.file_bytes:,} bytes of drawings",
                    f"{_SAVE}, or raise Limits.file_bytes (--limit file_bytes=N)",
                )

    def _pages(self) -> Iterator[tuple[dict[bytes, Any], Any]]:
        """The pages with their resources, their own or those of what they stand in."""
        root = self._objects.root()
        waiting = [(root.get(b"Pages") if isinstance(root, dict) else None, None)]
        seen: set[int] = set()
        while waiting:
            ref, inherited = waiting.pop()
            if isinstance(ref, Ref):
                if ref.number in seen:
                    continue
                seen.add(ref.number)
            node = self._objects.resolve(ref)
            if not isinstance(node, dict):
                continue
            resources = self._objects.resolve(node.get(b"Resources")) or inherited
            kids = self._objects.resolve(node.get(b"Kids"))
            if isinstance(kids, list):
                waiting += [(kid, resources) for kid in reversed(kids)]
            else:
                yield node, resources

    def _contents(self, value: Any) -> bytes | None:
        """The content of a page or form, of a page also in parts; None where one is unknown."""
        parts = value if isinstance(value, list) else self._objects.resolve(value)
        refs = parts if isinstance(parts, list) else [value]
        most = self._source.limits.file_bytes
        unpacked = [self._objects.content(ref, most) for ref in refs]
        return None if None in unpacked else b"\n".join(part for part in unpacked if part)

    def _cost(self, content: bytes | None, resources: Any) -> _Cost:
        """What it costs to paint some content; one that is not known may paint all its forms."""
        forms = self._forms(resources)
        if content is None:
            painted = Counter(dict.fromkeys(forms, 1))
        else:
            painted = Counter(_name(found) for found in _PAINTED.finditer(content))
        total, size, depth = 0, len(content or b""), 0
        for name, times in painted.items():
            if name in forms:
                cost = self._form(forms[name], resources)
                total += times * cost.forms
                size += times * cost.size
                depth = max(depth, cost.depth)
        return _Cost(total, size, depth)

    def _forms(self, resources: Any) -> dict[bytes, Ref]:
        found = self._objects.resolve(resources)
        found = self._objects.resolve(found.get(b"XObject")) if isinstance(found, dict) else None
        if not isinstance(found, dict):
            return {}
        return {name: ref for name, ref in found.items() if self._is_form(ref)}

    def _is_form(self, ref: Any) -> bool:
        value = self._objects.resolve(ref) if isinstance(ref, Ref) else None
        return isinstance(value, dict) and self._objects.resolve(value.get(b"Subtype")) == b"Form"

    def _form(self, ref: Ref, inherited: Any) -> _Cost:
        """What it costs to paint a form; one without resources has those of what paints it."""
        form = self._objects.resolve(ref)
        resources = self._objects.resolve(form.get(b"Resources")) or inherited
        key = ref.number, id(resources)
        if ref.number in self._open:
            raise self._refusal("a drawing of the PDF paints itself")
        if key not in self._known:
            self._check_depth(len(self._open))
            self._open.append(ref.number)
            inner = self._cost(self._contents(ref), resources)
            self._open.pop()
            self._known[key] = _Cost(inner.forms + 1, inner.size, inner.depth + 1)
        cost = self._known[key]
        self._check_depth(len(self._open) + cost.depth)
        return cost

    def _check_depth(self, depth: int) -> None:
        if depth > _DEEPEST:
            raise self._refusal(f"drawings of the PDF nest deeper than {_DEEPEST}")

    def _refusal(self, what: str) -> IngestionError:
        return self._source.refusal(what, _SAVE)


def _name(found: re.Match[bytes]) -> bytes:
    plain, string, digits = found.groups()
    if plain is not None:
        return unescaped(plain)
    return (
        string if string is not None else bytes.fromhex(digits.decode() + "0" * (len(digits) % 2))
    )
