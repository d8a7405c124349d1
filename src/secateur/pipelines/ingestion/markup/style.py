"""What inline styles say about reading: hidden, bold, raised, large, in lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree

from secateur.pipelines.ingestion.layout.textrun import PLAIN_LOOK, Look
from secateur.pipelines.ingestion.markup.elements import ITALIC, STRONG, STRUCK

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.IGNORECASE)
_STRUCK = re.compile(r"text-decoration[a-z-]*\s*:[^;]*\bline-through\b", re.IGNORECASE)
_WEIGHT = re.compile(r"font(?:-weight)?\s*:[^;]*?\b(bold(?:er)?|normal|[1-9]00)\b", re.IGNORECASE)
_RAISED = re.compile(r"vertical-align\s*:\s*super|(?<![\w-])top\s*:\s*-\d", re.IGNORECASE)
_SIZE = re.compile(r"font(?:-size)?\s*:[^;]*?(?<![\w.])(\d{1,3}(?:\.\d{1,4})?)(pt|px)", re.I)
_ITALIC = re.compile(r"font(?:-style)?\s*:[^;]*?\b(italic|oblique|normal)\b", re.IGNORECASE)
_SPACE = re.compile(r"white-space\s*:\s*([a-z-]+)", re.IGNORECASE)
_POINTS = {"pt": 1.0, "px": 0.75}
_INSET_POINTS = {**_POINTS, "em": 10.0, "rem": 10.0, "in": 72.0, "": 0.0}
_LENGTH = re.compile(r"(-?\d{1,4}(?:\.\d{1,4})?)(pt|px|em|rem|in|)(?![\w.%])", re.IGNORECASE)
_INSET = re.compile(
    r"(?<![\w-])((?:padding|margin)-left|text-indent)\s*:\s*" + _LENGTH.pattern, re.IGNORECASE
)
_SIDES = re.compile(
    rf"(?<![\w-])(?:padding|margin)\s*:\s*((?:{_LENGTH.pattern}\s*){{1,4}})(?=;|$)", re.IGNORECASE
)
_CELLS = frozenset({"td", "th", "table"})
_LONGEST = 4_096
"""Fonts are looked for in so many characters: these patterns take quadratic time."""
_RULE = re.compile(r"(?<![^{}])([^{}]+)\{([^{}]*)\}")
_INLINE_XBRL = "/inlineXBRL"
_CLASS = re.compile(r"\.([\w-]+)")


@dataclass(frozen=True)
class Style:
    """What one style attribute says.

    Attributes:
        left_out: Why the element's text is none of the document's: "hidden" or "struck out".
        strong: Whether its text is bold, None where nothing is said.
        raised: Whether it is a superscript.
        size: Size of its text in points, None where nothing is said.
        italic: Whether its text is italic, None where nothing is said.
        lines: Whether line breaks of its text are shown, None where nothing is said.
        indent: How far its text is set in, in points.
    """

    left_out: str | None = None
    strong: bool | None = None
    raised: bool = False
    size: float | None = None
    italic: bool | None = None
    lines: bool | None = None
    indent: float = 0.0


PLAIN = Style()
HIDDEN = Style("hidden")
_STRUCK_OUT = Style("struck out")


class Level(NamedTuple):
    """What holds for the text inside an open element.

    Attributes:
        tag: The element's name.
        style: What it says of itself.
        strong: Whether its text is bold.
        look: How it is printed.
        lines: Whether its line breaks are shown.
        indent: How far its text is set in from the edge of its cell, in points.
    """

    tag: str = ""
    style: Style = PLAIN
    strong: bool = False
    look: Look = PLAIN_LOOK
    lines: bool = False
    indent: float = 0.0

    def enter(self, tag: str, style: Style) -> Level:
        """Goes into an element of this one.

        Args:
            tag: Its name.
            style: What it says of itself.

        Returns:
            What holds inside it.
        """
        strong = self.strong or tag in STRONG if style.strong is None else style.strong
        lines = self.lines or tag == "pre" if style.lines is None else style.lines
        look = self.look
        if style.size is not None or style.italic is not None or tag in ITALIC:
            upright = tag not in ITALIC and look[1] if style.italic is None else not style.italic
            look = look[0] if style.size is None else style.size, upright
        outside = 0.0 if tag in _CELLS else self.indent
        return Level(tag, style, strong, look, lines, max(outside + style.indent, 0.0))


def parse_style(text: str) -> Style:
    """Reads a style attribute.

    Args:
        text: The attribute's value.

    Returns:
        What it says.
    """
    fonts = text[:_LONGEST]
    weight = _WEIGHT.search(fonts)
    strong = None
    if weight:
        word = weight.group(1).lower()
        strong = word.startswith("bold") or (word.isdigit() and int(word) >= 600)
    size, italic = _SIZE.search(fonts), _ITALIC.search(fonts)
    space = _SPACE.search(text)
    struck = "struck out" if _STRUCK.search(fonts) else None
    return Style(
        "hidden" if _HIDDEN.search(text) else struck,
        strong,
        bool(_RAISED.search(text)),
        float(size.group(1)) * _POINTS[size.group(2).lower()] if size else None,
        italic.group(1).lower() != "normal" if italic else None,
        space.group(1).lower().startswith(("pre", "break")) if space else None,
        _indent(fonts),
    )


def _indent(style: str) -> float:
    """Adds up what sets text in from the left: a margin, padding, an indent of its first line."""
    points = 0.0
    for _, size, unit in _INSET.findall(style):
        points += float(size) * _INSET_POINTS[unit.lower()]
    for sides in _SIDES.finditer(style):
        lengths = _LENGTH.findall(sides[1])
        # Top, right, bottom, left; of fewer the left is as the right.
        size, unit = lengths[3 if len(lengths) > 3 else min(1, len(lengths) - 1)]
        points += float(size) * _INSET_POINTS[unit.lower()]
    return points


def hidden_classes(sheet: str) -> set[str]:
    """Finds the classes that a style sheet hides.

    Args:
        sheet: The text of a `style` element.

    Returns:
        Names of classes that a rule for the class alone hides.
    """
    return {
        name[1]
        for selectors, rule in _RULE.findall(sheet)
        if _HIDDEN.search(rule)
        for selector in selectors.split(",")
        if (name := _CLASS.fullmatch(selector.strip()))
    }


class Looks:
    """Names and styles of a tree's elements, each kind parsed once."""

    def __init__(self, root: etree._Element) -> None:
        """Reads the style sheets inside a tree.

        Args:
            root: Its root element.
        """
        self._names: dict[str, str] = {}
        self._styles: dict[str, Style] = {}
        self._hidden: set[str] = set()
        for sheet in root.iter("style", "{*}style"):
            self._hidden |= hidden_classes(sheet.text or "")

    def name_of(self, element: etree._Element) -> str:
        """Names an element.

        Args:
            element: One of the tree's elements.

        Returns:
            Its local name in lower case, with the prefix "ix:" for inline XBRL.
        """
        raw = element.tag
        name = self._names.get(raw)
        if name is None:
            namespace, _, local = raw.rpartition("}")
            name = local.lower()
            if _INLINE_XBRL in namespace:
                name = f"ix:{name}"
            self._names[raw] = name
        return name

    def style_of(self, element: etree._Element) -> Style:
        """Tells how an element looks by itself.

        Args:
            element: One of the tree's elements.

        Returns:
            What its attributes and the style sheets say.
        """
        text = element.get("style")
        style = PLAIN
        if text:
            known = self._styles.get(text)
            style = self._styles[text] = parse_style(text) if known is None else known
        if element.get("hidden") is not None:
            return HIDDEN
        if self._hidden and not self._hidden.isdisjoint((element.get("class") or "").split()):
            return HIDDEN
        if self.name_of(element) in STRUCK and element.find(".//c") is None:
            return _STRUCK_OUT
        return style
