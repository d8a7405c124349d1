"""What inline styles say about reading: hidden, bold, raised."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.IGNORECASE)
_WEIGHT = re.compile(r"font(?:-weight)?\s*:[^;]*?\b(bold(?:er)?|normal|[1-9]00)\b", re.IGNORECASE)
_RAISED = re.compile(r"vertical-align\s*:\s*super|(?<![\w-])top\s*:\s*-\d", re.IGNORECASE)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_CLASS = re.compile(r"\.([\w-]+)")


@dataclass(frozen=True)
class Style:
    """What one style attribute says.

    Attributes:
        hidden: Whether the element is not shown.
        strong: Whether its text is bold, None where nothing is said.
        raised: Whether it is a superscript.
    """

    hidden: bool = False
    strong: bool | None = None
    raised: bool = False


PLAIN = Style()
HIDDEN = Style(hidden=True)


def parse_style(text: str) -> Style:
    """Read a style attribute.

    Args:
        text: The attribute's value.

    Returns:
        What it says.
    """
    weight = _WEIGHT.search(text)
    strong = None
    if weight:
        word = weight.group(1).lower()
        strong = word.startswith("bold") or (word.isdigit() and int(word) >= 600)
    return Style(bool(_HIDDEN.search(text)), strong, bool(_RAISED.search(text)))


def hidden_classes(sheet: str) -> set[str]:
    """Find the classes that a style sheet hides.

    Args:
        sheet: The text of a `style` element.

    Returns:
        Names of classes that a rule for the class alone hides.
    """
    found = set()
    for selectors, rule in _RULE.findall(sheet):
        if _HIDDEN.search(rule):
            for selector in selectors.split(","):
                name = _CLASS.fullmatch(selector.strip())
                if name:
                    found.add(name.group(1))
    return found
