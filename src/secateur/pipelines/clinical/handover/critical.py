"""Words that no shorter wording may lose: numbers, sides, negations, times, relatives, orders."""

from __future__ import annotations

import re

from secateur.pipelines.document.calendar_words import MONTH, WEEKDAY

NEGATION = re.compile(
    r"no|not|nor|never|none|without|neither|cannot|den(?:y|ies|ied)|negative|\w*\s*n['’]t",
    re.IGNORECASE,
)
"""A word that denies what follows."""
CONDITION = re.compile(r"if|unless|until", re.IGNORECASE)
"""A word that makes what follows a condition."""
CRITICAL = re.compile(
    r"\d+(?:[.,/:-]\d+)*%?"
    r"|\b(?:no|not|nor|never|none|without|neither|cannot|den(?:y|ies|ied)|negative|absent|free"
    r"|\w+n['’]t|(?<!all )right(?! now| here| there| away|[,.?])|left|bilateral(?:ly)?|both"
    r"|upper|lower|proximal|distal|medial|lateral"
    r"|if|unless|until|possible|possibly|probable|probably|likely|may|might|could|suspect\w*"
    r"|refus\w*|declin\w*|unable|avoid\w*|instead"
    r"|ago|today|tomorrow|yesterday|tonight|since|before|after|prior|previous\w*|daily|weekly"
    r"|(?:hour|day|week|month|year)s?|stop\w*|start\w*|continu\w*|discontinu\w*|h[eo]ld\w*"
    rf"|mother|father|brother|sister|son|daughter|famil\w+|{WEEKDAY}|{MONTH})\b",
    re.IGNORECASE,
)
"""What decides the meaning of a sentence."""


def is_critical(word: str) -> bool:
    """Tells whether a word decides the meaning of its sentence."""
    return CRITICAL.search(word) is not None or NEGATION.fullmatch(word) is not None
