"""Short names that a text gives to an organisation: 'Blue Ridge Plastics, Inc. ("Blue Ridge")'."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from secateur.pipelines.finance.candidates.found import Found
from secateur.pipelines.finance.mentions.known import listed

_GIVEN = re.compile(r",? ?\( *(?:the )?[“\"'‘]? ?([A-Z][\w&.’' -]{1,40}?) ?[”\"'’]? *\)")
_WORD = re.compile(r"[A-Z][\w’']*")
# "SEC. 3" is a section.
_INITIALS = re.compile(r"(?<![\w-])[A-Z]{2,}(?![\w-]|\. ?\d)")
_FEWEST = 3
"""Letters of initials: two are too often those of a place or a word."""


def with_aliases(text: str, found: Sequence[Found]) -> list[Found]:
    """Makes an organisation's short name one wherever it stands.

    A short name is what stands in parentheses right behind an organisation and is the first words
    of its name or the initials of its words; it is found where it is given, and of one type in all
    places in which the labels saw a name. Initials so given, and those of well-known bodies, are
    found wherever they stand by themselves.
    """
    given: dict[tuple[int, int], float] = {}
    for mention in found:
        match = _GIVEN.match(text, mention.end) if mention.label == "ORG" else None
        if match and _is_short(mention.wording(text), match[1]):
            given[match.span(1)] = mention.score
    aliases = dict.fromkeys(listed("bodies"), 1.0)
    aliases |= _initialled(text, found)
    aliases |= {text[start:end]: score for (start, end), score in given.items()}
    kept = [
        replace(mention, label="ORG")
        if mention.is_name and mention.wording(text) in aliases
        else mention
        for mention in found
    ]
    for (start, end), score in given.items():
        first = bisect_right(kept, start, key=lambda mention: mention.end)
        last = bisect_left(kept, end, key=lambda mention: mention.start)
        over = kept[first:last]
        whole = any((mention.start, mention.end) == (start, end) for mention in over)
        if not whole and all(mention.is_name for mention in over):
            kept[first:last] = [Found(start, end, "ORG", score)]
    return sorted([*kept, *_initials(text, kept, aliases)], key=lambda mention: mention.start)


def _initialled(text: str, found: Sequence[Found]) -> dict[str, float]:
    """Initials of the names of organisations, of three words or more, but for a place's."""
    places = {other.wording(text) for other in found if other.label == "LOC"}
    initials: dict[str, float] = {}
    for other in found:
        name = other.wording(text)
        if other.label == "ORG" and not name.isupper():
            letters = "".join(word[0] for word in _WORD.findall(name))
            if len(letters) >= _FEWEST and letters not in places:
                initials[letters] = max(other.score, initials.get(letters, 0.0))
    return initials


def _initials(text: str, found: Sequence[Found], aliases: Mapping[str, float]) -> Iterator[Found]:
    """Initials that stand where nothing was found."""
    starts = [mention.start for mention in found]
    for word in _INITIALS.finditer(text):
        before = bisect_left(starts, word.end())
        if word[0] in aliases and not (before and found[before - 1].end > word.start()):
            yield Found(*word.span(), "ORG", aliases[word[0]])


def _is_short(name: str, alias: str) -> bool:
    begins = name.startswith(alias) and not name[len(alias) : len(alias) + 1].isalnum()
    initials = "".join(word[0] for word in _WORD.findall(name))
    return len(alias) < len(name) and (begins or (len(alias) > 1 and initials.startswith(alias)))
