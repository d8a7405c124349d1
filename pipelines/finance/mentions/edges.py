"""What belongs to a name before and behind what the labels saw: "R. Kessler", "Moody's".

The model splits words at the apostrophe and mostly leaves the "'s" out, as it should of "Nike's".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from secateur.pipelines.finance.found import Found
from secateur.pipelines.finance.mentions.forms import NAMES

_INITIALS = re.compile(
    r"(?<![\w.&’'-])(?!(?:U\.[KNS]|E\.U|D\.C)\.)(?:[A-Z]\.[ -]?){1,3}$",
)
_INITIALS_REACH = 12
"""Characters before a name in which its initials stand."""
_KNOWN = frozenset(
    {
        *("Arby", "Casey", "Denny", "Dillard", "Domino", "Kohl", "Levi", "Lloyd", "Lowe", "Macy"),
        *("McDonald", "Moody", "Papa John", "Sainsbury", "Sotheby", "Standard & Poor", "Wendy"),
    }
)
"""What companies whose "'s" is their name's are called without it."""

_GENITIVE = re.compile(r" ?['’][sS](?!\w)")
_OF_MANY = re.compile(r"\b(?:People|Women|Men|Children|Farmers|Veterans|Workers|Teachers|King)$")
_WORDS = re.compile(r"(?: ['’][sS]?|['’][sS]?)(?: [A-Z][\w-]+)+")
"""What goes on behind "People": "'s Democratic Party"."""
_KNOWN_BEFORE = re.compile(rf"\b(?:{'|'.join(sorted(_KNOWN))})['’]s $")
_REACH = 20
"""Characters before a name in which that of a genitive may begin."""
_CLOSED = re.compile(r" ?['’][sS](?:[.,;:)]|$|\n)")
"""A genitive that nothing follows that could belong to anyone."""


def with_initials(text: str, found: Sequence[Found]) -> list[Found]:
    """Takes in the initials right before the names of persons."""
    whole: list[Found] = []
    for mention in found:
        done = whole[-1].end if whole else 0
        first = max(mention.start - _INITIALS_REACH, done)
        initials = _INITIALS.search(text, first, mention.start) if mention.label == "PER" else None
        whole.append(replace(mention, start=initials.start()) if initials else mention)
    return whole


def with_genitives(text: str, found: Sequence[Found]) -> list[Found]:
    """Lets names take in the "'s" that belongs to them.

    It does where the name is known to end so, or no mention of it stands without and one stands
    before a comma or full stop; a known one is an organisation, and goes on to the next ("Moody's
    Investors Service").
    """
    mentions: defaultdict[str, list[Found]] = defaultdict(list)
    for mention in found:
        if mention.label in NAMES:
            mentions[text[mention.start : mention.end]].append(mention)

    def is_own(name: str) -> bool:
        ends = [mention.end for mention in mentions[name]]
        always = all(_GENITIVE.match(text, end) for end in ends)
        return always and any(_CLOSED.match(text, end) for end in ends)

    own = {name for name in mentions if name not in _KNOWN and is_own(name)}
    done: list[Found] = []
    for number, mention in enumerate(found):
        if done and mention.start < done[-1].end:
            continue
        name = text[mention.start : mention.end]
        rest = _WORDS.match(text, mention.end) if _OF_MANY.search(name) else None
        near = found[number + 1 : number + 4]
        inside = [other for other in near if rest and other.start < rest.end()]
        if rest and all(other.label in NAMES for other in (mention, *inside)):
            end = max(rest.end(), *(other.end for other in inside), 0)
            label = "LOC" if "Republic" in text[mention.end : end] else "ORG"
            done.append(replace(mention, end=end, label=label))
            continue
        before = max(mention.start - _REACH, 0)
        known = (
            _KNOWN_BEFORE.search(text, before, mention.start) if mention.label == "ORG" else None
        )
        if known:
            while done and done[-1].end > known.start():
                done.pop()
            mention = replace(mention, start=known.start())
        genitive = _GENITIVE.match(text, mention.end) if mention.label in NAMES else None
        if genitive and (name in own or name in _KNOWN):
            label = "ORG" if name in _KNOWN else mention.label
            mention = replace(mention, end=genitive.end(), label=label)
        done.append(mention)
    return done
