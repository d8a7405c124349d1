"""Names that the labels saw as one: "Chiang Mai - Bangkok", "Iraq #Syria"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from secateur.pipelines.finance.candidates.found import Found
from secateur.pipelines.finance.mentions.forms import has_legal_form

_HASHTAG = re.compile(r"\s#(?=[^\W\d]|\Z)")
_DASH = re.compile(r"\s[–—|-]\s")


def parted(text: str, found: Sequence[Found]) -> list[Found]:
    """Parts names at hashtags, and at dashes between spaces.

    Persons and places are parted at a dash where either side has several words, as "Mid - Atlantic"
    is one that a tokenizer spaced. A company ends before the dash behind its legal form: what
    follows is a title ("Ohm AG – Annual Report").
    """
    return [
        part
        for mention in found
        for part in (_parts(text, mention) if mention.is_name else (mention,))
    ]


def _parts(text: str, mention: Found) -> Iterator[Found]:
    start = mention.start
    for border in _HASHTAG.finditer(text, start, mention.end):
        yield from _beside_dash(text, replace(mention, start=start, end=border.start()))
        start = border.end()
    if start < mention.end:
        yield from _beside_dash(text, replace(mention, start=start))


def _beside_dash(text: str, mention: Found) -> Iterator[Found]:
    dash = _DASH.search(text, mention.start, mention.end)
    if dash is None:
        yield mention
        return
    first = replace(mention, end=dash.start())
    before, behind = first.wording(text), text[dash.end() : mention.end]
    if has_legal_form(before):
        yield first
    elif mention.label != "ORG" and (" " in before or " " in behind):
        yield from (first, replace(mention, start=dash.end()))
    else:
        yield mention
