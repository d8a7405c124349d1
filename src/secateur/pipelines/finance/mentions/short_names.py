"""Companies called by one word that is a person's name too: "Tyson" of "Tyson Foods, Inc."."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from secateur.pipelines.finance.candidates.found import Found
from secateur.pipelines.finance.mentions.forms import key_of

_TITLED = re.compile(r"(?<!\w)(?:mr|ms|mrs|dr|messrs)\b\.?\s+$", re.IGNORECASE)
_BEFORE = 12
"""Characters before a word in which a person's title stands."""
_OFTEN = 3
"""Times as often as persons of that name a company must be named for the word to mean it.

Where nobody bears it beside a first name, more often than the word alone was taken for a person.
"""


def with_short_names(text: str, found: Sequence[Found], companies: Collection[str]) -> list[Found]:
    """Makes persons of one word organisations where the document mostly means a company by it.

    Who bears a title ("Mr. Tyson") stays a person. `companies` are keys of the names that bear a
    legal form somewhere.
    """
    firms: Counter[str] = Counter()
    persons: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    single: Counter[str] = Counter()
    for mention in found:
        words = mention.wording(text).casefold().removeprefix("the ").split()
        if len(words) > 1 and mention.label == "PER":
            persons[words[-1]] += 1
        elif mention.label == "PER":
            alone.update(words)
        elif len(words) == 1 and mention.label == "ORG":
            single.update(words)
        elif mention.label == "ORG" and key_of(" ".join(words)) in companies:
            firms[words[0]] += 1
    short = {
        word
        for word, count in firms.items()
        if count >= _OFTEN * max(persons[word], 1) or (not persons[word] and count > alone[word])
    }

    surnames = {
        word
        for word, count in persons.items()
        if not firms[word] and count + alone[word] > single[word]
    }

    def is_firm(mention: Found) -> bool:
        before = mention.before(text, _BEFORE)
        return mention.wording(text).casefold() in short and not _TITLED.search(before)

    def label(mention: Found) -> str:
        if mention.label == "ORG" and mention.wording(text).casefold() in surnames:
            return "PER"
        return "ORG" if mention.label == "PER" and is_firm(mention) else mention.label

    return [replace(mention, label=label(mention)) for mention in found]
