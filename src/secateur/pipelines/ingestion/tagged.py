"""Inline XBRL facts with their places in `Document.text`: gold figures made by the filer."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from lxml import etree

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.numerals import parse_words
from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion import isolation
from secateur.pipelines.ingestion.files.limits import DEFAULT_LIMITS, Limits
from secateur.pipelines.ingestion.isolation import Begun
from secateur.pipelines.ingestion.layout.reading import Mark, Reading
from secateur.pipelines.ingestion.parse import parse_steps, parse_whole

_PARSE = "secateur.pipelines.ingestion.tagged:parse_with_facts"
_PARSE_STEPS = "secateur.pipelines.ingestion.tagged:parse_steps_with_facts"
_ZERO_FORMATS = frozenset(("fixed-zero", "zerodash", "fixedzero", "numdash"))
_COMMA_FORMATS = frozenset(("num-comma-decimal", "numcommadecimal", "numdotcomma", "numcomma"))
_WORD_FORMATS = frozenset(("numwordsen",))
_SCALE = re.compile(r"[+-]?\d{1,2}")
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


@dataclass(frozen=True)
class Fact:
    """One tagged fact that a reader of the filing sees.

    Attributes:
        start: First character in `Document.text`.
        end: One past the last.
        text: What is displayed there.
        concept: Qualified name ("us-gaap:Revenues").
        value: The number meant, sign and scale applied; None for text and nil.
        unit: "USD", "USD/shares", "pure", "shares"; None for text.
        scale: Power of ten that the displayed number is multiplied by; None for text, or if it is
            damaged.
        period_start: First day (ISO) of a duration, None for an instant.
        period_end: Last day of a duration, or the instant.
        dimensions: Member by axis ("srt:ProductOrServiceAxis": "ko:ConcentrateMember").
    """

    start: int
    end: int
    text: str
    concept: str
    value: float | None = None
    unit: str | None = None
    scale: int | None = None
    period_start: str | None = None
    period_end: str | None = None
    dimensions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Context:
    start: str | None
    end: str | None
    dimensions: Mapping[str, str]


def read_with_facts(
    path: str | os.PathLike[str], *, limits: Limits = DEFAULT_LIMITS
) -> tuple[Document, list[Fact]]:
    """Reads a filing and its visible facts in one go.

    Args:
        path: An inline XBRL file.
        limits: Bounds on size, depth and time.

    Returns:
        The document as `read` gives it, and its numbers and short texts in document order; text
        blocks, which hold whole sections, and hidden facts are left out. No facts if the file holds
        no inline XBRL.

    Raises:
        IngestionError: As `read`.
    """
    document, facts = isolation.ask(_PARSE, Path(path), limits)
    return document, facts


def parse_with_facts(path: Path, limits: Limits) -> tuple[Document, list[Fact]]:
    """Does in this process what `read_with_facts` has done in another one."""
    return _with_facts(*parse_whole(path, limits))


def read_each_with_facts(
    path: str | os.PathLike[str], *, limits: Limits = DEFAULT_LIMITS, sha256: str = ""
) -> Iterator[tuple[Document, list[Fact]] | IngestionError]:
    """Reads every document of a file, and its facts in the same go.

    Args:
        path: The file.
        limits: As for `read_each`.
        sha256: As for `load`.

    Yields:
        In the order of the file, a document with its facts as `read_with_facts` gives them, or the
        error that says why there is none.
    """
    yield from isolation.ask_each(_PARSE_STEPS, Path(path), limits, sha256)


def parse_steps_with_facts(
    path: Path, limits: Limits, sha256: str = "", done: int = 0
) -> Iterator[tuple[Document, list[Fact]] | IngestionError | Begun]:
    """Does in this process what `read_each_with_facts` has done; see `parse.parse_steps`."""
    return parse_steps(path, limits, sha256, done, _with_facts)


def _with_facts(document: Document, reading: Reading) -> tuple[Document, list[Fact]]:
    return document, [fact for _, fact in facts_of(document, reading)]


def facts_of(document: Document, reading: Reading) -> Iterator[tuple[etree._Element, Fact]]:
    """Reads the visible facts off a reading's marks.

    Args:
        document: What the reading became.
        reading: With its inline XBRL marks.

    Yields:
        Each fact with its element, as `read_with_facts` chooses and orders them.
    """
    marks = reading.marks
    if not marks:
        return
    contexts, units = _definitions(marks[0].element.getroottree().getroot())
    for mark in marks:
        fact = _fact(mark, document.text, contexts, units) if _is_short(mark) else None
        if fact is not None:
            yield mark.element, fact


def _is_short(mark: Mark) -> bool:
    return _attribute(mark.element, "escape") not in ("true", "1")


def _fact(
    mark: Mark, text: str, contexts: Mapping[str, _Context], units: Mapping[str, str]
) -> Fact | None:
    if mark.start is None or mark.end is None:
        return None
    element = mark.element
    start = mark.start[0].locate(mark.start[1])
    end = mark.end[0].locate(mark.end[1])
    shown = text[start:end]
    context = contexts.get(_attribute(element, "contextRef") or "", _Context(None, None, {}))
    numeric = not local_name(element).endswith("nonnumeric")
    return Fact(
        start,
        end,
        shown,
        _attribute(element, "name") or "",
        value=_value(element, shown) if numeric else None,
        unit=units.get(_attribute(element, "unitRef") or "") if numeric else None,
        scale=_scale(element) if numeric else None,
        period_start=context.start,
        period_end=context.end,
        dimensions=context.dimensions,
    )


def _value(element: etree._Element, shown: str) -> float | None:
    """The number that a fact means (Inline XBRL 1.1, section 10, and its transformation rules)."""
    if (element.get(_NIL) or element.get("xsi:nil")) in ("true", "1"):
        return None
    number, scale = _number(shown, _style(element)), _scale(element)
    if number is None or scale is None:
        return None
    if _attribute(element, "sign") == "-":
        number = -number
    value = float(number.scaleb(scale))
    return value if math.isfinite(value) else None


def is_in_words(element: etree._Element) -> bool:
    """Returns whether a fact's number is written in words ("one dollar par value")."""
    return _style(element) in _WORD_FORMATS


def _style(element: etree._Element) -> str:
    return (_attribute(element, "format") or "").rpartition(":")[2].lower()


def _scale(element: etree._Element) -> int | None:
    """The power of ten, 0 where none is given, None where it is nonsense."""
    text = _attribute(element, "scale") or "0"
    return int(text) if _SCALE.fullmatch(text.strip()) else None


def _number(shown: str, style: str) -> Decimal | None:
    if style in _ZERO_FORMATS:
        return Decimal(0)
    if style in _WORD_FORMATS:
        return parse_words(shown)
    thousands, point = (".", ",") if style in _COMMA_FORMATS else (",", ".")
    digits = re.sub(rf"[\s{thousands}]", "", shown).replace(point, ".")
    try:
        return Decimal(digits)
    except InvalidOperation:
        return None


def _definitions(root: etree._Element) -> tuple[dict[str, _Context], dict[str, str]]:
    contexts: dict[str, _Context] = {}
    units: dict[str, str] = {}
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        name = local_name(element)
        if name == "context":
            contexts[element.get("id", "")] = _context(element)
        elif name == "unit":
            units[element.get("id", "")] = _unit(element)
    return contexts, units


def _context(element: etree._Element) -> _Context:
    dates: dict[str, str] = {}
    dimensions: dict[str, str] = {}
    for part in _elements(element):
        name, text = local_name(part), "".join(map(str, part.itertext())).strip()
        if name in ("startdate", "enddate", "instant"):
            dates[name] = text
        elif name in ("explicitmember", "typedmember"):
            dimensions[part.get("dimension", "")] = text
    return _Context(dates.get("startdate"), dates.get("enddate", dates.get("instant")), dimensions)


def _unit(element: etree._Element) -> str:
    parts: list[str] = []
    for part in _elements(element):
        if local_name(part) == "measure":
            parts.append((part.text or "").strip().rpartition(":")[2])
        elif local_name(part) == "unitdenominator":
            parts.append("/")
    return "*".join(parts).replace("*/*", "/")


def _elements(element: etree._Element) -> Iterator[etree._Element]:
    return (part for part in element.iter() if isinstance(part.tag, str))


def local_name(element: etree._Element) -> str:
    """Local name in lower case; an HTML parser keeps the prefix and lowers everything."""
    return str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()


def _attribute(element: etree._Element, name: str) -> str | None:
    value = element.get(name)
    return element.get(name.lower()) if value is None else value
