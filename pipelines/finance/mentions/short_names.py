"""Companies called by one word that is a person's name too: "Tyson" of "Tyson Foods, Inc."."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from secateur.pipelines.finance.found import Found
from secateur.pipelines.finance.mentions.forms import key_of

_TITLED = re.compile(r"(?<!\w)(?:mr|ms|mrs|dr|messrs)\b\.?\s+$", re.IGNORECASE)
_BEFORE = 12
_OFTEN = 3
"""Times as often as persons of that name a company must be named for the word to mean it."""


def with_short_names(text: str, found: Sequence[Found], companies: Collection[str]) -> list[Found]:
    """Makes persons of one word organisations where the document mostly means a company by it.

    Args:
        text: The document's text.
        found: Names and all else.
        companies: Keys of the names that bear a legal form somewhere.

    Returns:
        The same; who bears a title ("Mr. Tyson") stays a person.
    """
    firms: Counter[str] = Counter()
    persons: Counter[str] = Counter()
    for mention in found:
        words = text[mention.start : mention.end].removeprefix("The ").split()
        if len(words) > 1 and mention.label == "PER":
            persons[words[-1]] += 1
        elif len(words) > 1 and mention.label == "ORG" and key_of(" ".join(words)) in companies:
            firms[words[0]] += 1
    short = {word for word in firms if firms[word] >= _OFTEN * persons[word]}

    def is_firm(mention: Found) -> bool:
        before = text[max(mention.start - _BEFORE, 0) : mention.start]
        return text[mention.start : mention.end] in short and not _TITLED.search(before)

    return [
        replace(mention, label="ORG") if mention.label == "PER" and is_firm(mention) else mention
        for mention in found
    ]
