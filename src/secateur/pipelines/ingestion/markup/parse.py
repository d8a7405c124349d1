"""Markup bytes to an element tree, safely: no entities, no network, no scripts."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from lxml import etree
from selectolax.lexbor import LexborHTMLParser

from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.files.decode import decode
from secateur.pipelines.ingestion.files.limits import Limits

# Parsers take quadratic time over elements that are never closed and over the attributes of one
# element, so these are counted first. Some elements are closed by their parents, as a block in a
# table cell is: hence many more than may nest.
_NESTING = re.compile(
    rb"<(/?)(?:div|ul|ol|dl|table|span|font|center|blockquote|section|a|b|i|u|em|strong|small|big)"
    rb"(?=[\s/>])",
    re.IGNORECASE,
)
_UNCLOSED = 20
"""Elements left open for each level of nesting allowed: HTML may leave out many end tags."""
# A formatting element that is not closed is opened anew in every block that follows, unless three
# just like it are open already (HTML, 13.2.4.3): a small file can make millions of elements.
_FORMATTING = re.compile(
    rb"(<(/?)(a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])[^>]*)",
    re.IGNORECASE,
)
_FORMATTING_AND_BLOCKS = re.compile(
    _FORMATTING.pattern
    + rb"|<(?:p|div|center|blockquote|ul|ol|dl|li|dt|dd|h[1-6]|table|tr|td|th)(?=[\s/>])",
    re.IGNORECASE,
)
_ALIKE = 3
"""Equal elements like <b> that a parser opens again at most, as the standard has it."""
_MOST_REOPENED = 2_000_000
"""Elements that a parser may have to open again in a file: each is one more of its tree."""
_LONG_TAG = re.compile(rb"<[a-zA-Z][^<>]{8000,}")
_MOST_ATTRIBUTES = 2_000
"""Most attributes of an element; damaged files have any number."""


class EntityError(ValueError):
    """XML has entities that are declared elsewhere, which are not followed."""


class OwnEntityError(EntityError):
    """XML declares entities in its document type."""


def parse_xml(data: bytes) -> etree._Element:
    """Parses XML that is well-formed, in any encoding.

    Args:
        data: The content.

    Returns:
        The root element.

    Raises:
        EntityError: As `refuse_entities`.
        etree.XMLSyntaxError: It is damaged, or its entities grow without measure.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(data, parser)
    refuse_entities(root)
    return root


def refuse_entities(root: etree._Element) -> None:
    """Refuses a tree in which text would be missing.

    Args:
        root: As parsed, entities left alone.

    Raises:
        OwnEntityError: Its document type declares entities.
        EntityError: The text has some that are declared elsewhere.
    """
    # The stubs of lxml do not know what a document type holds.
    document_type: Any = root.getroottree().docinfo.internalDTD
    if document_type is None:
        return
    for _ in document_type.iterentities():
        raise OwnEntityError
    for _ in root.iter(etree.Entity):
        raise EntityError


def parse_markup(data: bytes, name: str, limits: Limits, *, xhtml: bool) -> etree._Element:
    """Parses HTML or XHTML.

    XHTML that is well-formed and has no entities but those of XML keeps its namespaces. Everything
    else goes through an HTML5 parser first, which repairs it as browsers do and knows the entities
    of HTML; libxml2 then builds the tree from the repaired markup.

    Args:
        data: The content.
        name: The file as the user gave it, for messages.
        limits: Bounds on nesting.
        xhtml: Whether to try XML first.

    Returns:
        The root element.

    Raises:
        IngestionError: No element is found, far too many are never closed, one has far too many
            attributes, or XHTML declares entities, which browsers know but no HTML parser.
    """
    _check_attributes(data, name)
    if xhtml:
        try:
            return parse_xml(data)
        except OwnEntityError:
            raise IngestionError(
                f"{name}: has entities of its own; write them out and remove its document type"
            ) from None
        except (EntityError, etree.XMLSyntaxError):
            pass
    _check_nesting(data, name, limits)
    _check_formatting(data, name)
    text, _ = decode(data, markup=True)
    repaired = LexborHTMLParser(text).html
    # Control characters are legal in HTML and end libxml2's parsing.
    repaired = (repaired or "").replace("\0", "")
    root = etree.fromstring(
        repaired.encode("utf-8", "replace"),
        etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True, recover=True),
    )
    if root is None:
        raise IngestionError(f"{name}: holds no HTML elements; give an HTML or a plain text file")
    return root


def _check_nesting(data: bytes, name: str, limits: Limits) -> None:
    most = _UNCLOSED * limits.nesting
    depth = 0
    for match in _NESTING.finditer(data):
        depth = max(depth - 1, 0) if match.group(1) else depth + 1
        if depth > most:
            raise IngestionError(
                f"{name}: more than {most:,} elements are not closed; "
                "the file is damaged, or raise Limits.nesting (--limit nesting=N)"
            )


def _check_formatting(data: bytes, name: str) -> None:
    if _most_open(data) * data.count(b"<") <= _MOST_REOPENED:
        return
    still_open: dict[bytes, list[bytes]] = {}
    alike: Counter[bytes] = Counter()
    depth = reopened = 0
    for match in _FORMATTING_AND_BLOCKS.finditer(data):
        tag, is_end, element = match.groups()
        if tag is None:
            reopened += depth
            if reopened > _MOST_REOPENED:
                raise IngestionError(
                    f"{name}: too many elements like <b> are not closed; "
                    "the file is damaged, save it again"
                )
            continue
        opened = still_open.setdefault(element.lower(), [])
        if not is_end:
            opened.append(tag)
            alike[tag] += 1
            depth += alike[tag] <= _ALIKE
        elif opened:
            last = opened.pop()
            depth -= alike[last] <= _ALIKE
            alike[last] -= 1


def _most_open(data: bytes) -> int:
    """Counts the formatting elements that are open at once, at most."""
    still_open: Counter[bytes] = Counter()
    depth = most = 0
    for match in _FORMATTING.finditer(data):
        element = match[3].lower()
        step = 1 if not match[2] else -(still_open[element] > 0)
        still_open[element] += step
        depth += step
        most = max(most, depth)
    return most


def _check_attributes(data: bytes, name: str) -> None:
    for tag in _LONG_TAG.finditer(data):
        if len(tag.group().split()) > _MOST_ATTRIBUTES:
            raise IngestionError(
                f"{name}: an element has more than {_MOST_ATTRIBUTES:,} attributes; "
                "the file is damaged, save it again"
            )
