"""Markup bytes to an element tree, safely: no entities, no network, no scripts."""

from __future__ import annotations

from lxml import etree
from selectolax.lexbor import LexborHTMLParser

from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.decode import decode


def parse_markup(data: bytes, name: str, *, xhtml: bool) -> etree._Element:
    """Parse HTML or XHTML.

    XHTML that is well-formed keeps its namespaces. Everything else goes through an HTML5 parser
    first, which repairs it as browsers do; libxml2 then builds the tree from the repaired markup.
    A document type with entities is never given to the XML parser.

    Args:
        data: The content.
        name: The file as the user gave it, for messages.
        xhtml: Whether to try XML first.

    Returns:
        The root element.

    Raises:
        IngestionError: If no element is found.
    """
    if xhtml and b"<!ENTITY" not in data:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        try:
            return etree.fromstring(data, parser)
        except etree.XMLSyntaxError:
            pass
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
