"""Names that end in a genitive, "Moody's", or go on behind one, "People's Bank of Ohm".

The model splits words at the apostrophe and mostly leaves the "'s" out, as it should of "Nike's".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from secateur.pipelines.finance.candidates.found import Found
from secateur.pipelines.finance.mentions.known import listed

_GENITIVE = re.compile(r" ?['’][sS](?!\w)")
_OF_MANY = re.compile(r"\b(?:People|Women|Men|Children|Farmers|Veterans|Workers|Teachers|King)$")
_WORDS = re.compile(r"(?: ['’][sS]?|['’][sS]?)(?: [A-Z][\w-]+)+")
"""What goes on behind "People": "'s Democratic Party"."""
_REACH = 20
"""Characters before a name in which that of a genitive may begin."""
_CLOSED = re.compile(r" ?['’][sS](?:[.,;:)]|$|\n)")
"""A genitive that nothing follows that could belong to anyone."""


def with_genitives(text: str, found: Sequence[Found]) -> list[Found]:
    """Lets names take in the "'s" that belongs to them.

    It does where the name is known to end so, or no mention of it stands without and one stands
    before a comma or full stop; a known one is an organisation, and goes on to the next ("Moody's
    Investors Service").
    """
    own = _own(text, found)
    done: list[Found] = []
    for number, mention in enumerate(found):
        if done and mention.start < done[-1].end:
            continue
        name = mention.wording(text)
        if _OF_MANY.search(name) and (many := _of_many(text, found[number : number + 4])):
            done.append(many)
            continue
        before = max(mention.start - _REACH, 0)
        is_body = mention.label == "ORG"
        known = _known_before().search(text, before, mention.start) if is_body else None
        if known:
            while done and done[-1].end > known.start():
                done.pop()
            mention = replace(mention, start=known.start())
        genitive = _GENITIVE.match(text, mention.end) if mention.is_name else None
        if genitive and (name in own or name in _known()):
            label = "ORG" if name in _known() else mention.label
            mention = replace(mention, end=genitive.end(), label=label)
        done.append(mention)
    return done


@cache
def _known() -> frozenset[str]:
    """Companies whose "'s" is their name's, without it."""
    return frozenset(name.removesuffix("'s") for name in listed("genitives"))


@cache
def _known_before() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(_known())))})['’]s $")


def _own(text: str, found: Sequence[Found]) -> set[str]:
    """Names of which no mention stands without a genitive, and one with no more behind it."""
    ends: defaultdict[str, list[int]] = defaultdict(list)
    for mention in found:
        if mention.is_name:
            ends[mention.wording(text)].append(mention.end)
    return {
        name
        for name, places in ends.items()
        if name not in _known()
        and all(_GENITIVE.match(text, end) for end in places)
        and any(_CLOSED.match(text, end) for end in places)
    }


def _of_many(text: str, near: Sequence[Found]) -> Found | None:
    """The first of what is near, with the words behind its genitive and all names in them."""
    rest = _WORDS.match(text, near[0].end)
    inside = [other for other in near if rest and other.start < rest.end()]
    if rest is None or any(not other.is_name for other in inside):
        return None
    end = max(rest.end(), *(other.end for other in inside))
    label = "LOC" if "Republic" in text[near[0].end : end] else "ORG"
    return replace(near[0], end=end, label=label)
