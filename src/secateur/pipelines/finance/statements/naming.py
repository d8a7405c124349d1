"""Names of lines as companies print them."""

from __future__ import annotations

import re

RESULT = "income|earnings|profit|loss|result"
"""Words for what is left of revenue."""

_ASIDE = re.compile(r"\([^()]*\)|\[[^\]]*\]")
_OTHERS = re.compile(r"[^a-z' &]+")
_DILUTION = (("before dilution", "basic"), ("after dilution", "diluted"))
"""What Nordic companies call earnings a share, and what others do."""
_LONGEST = 200
"""Characters of a line's head that are read."""


def line_name(text: str) -> str:
    """Writes a line's name in small letters, without asides, digits and most signs.

    "Net income (loss), Note 4" becomes "net income note".
    """
    text = _ASIDE.sub(" ", text[:_LONGEST].lower().replace("’", "'"))
    name = " ".join(_OTHERS.sub(" ", text).split())
    for nordic, usual in _DILUTION:
        name = name.replace(nordic, usual)
    return name
