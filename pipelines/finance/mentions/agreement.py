"""Mentions of one name agree: what the document as a whole says of a name decides each mention.

The model labels each mention by what stands around it, and a report repeats its names hundreds of
times. Where most mentions of "Marvel" are an organisation's, the one that was taken for a person
is too; where 1 of 40 mentions of "Goodwill" was taken for a name, none is.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean

from secateur.pipelines.finance.figures.vocabulary import CURRENCIES
from secateur.pipelines.finance.found import Found
from secateur.pipelines.finance.mentions.abbreviations import (
    common_terms,
    names_a_kind,
    quoted_terms,
)
from secateur.pipelines.finance.mentions.aliases import with_aliases
from secateur.pipelines.finance.mentions.edges import with_genitives, with_initials
from secateur.pipelines.finance.mentions.ends import closed, joined, whole_names
from secateur.pipelines.finance.mentions.forms import NAMES, has_legal_form, key_of
from secateur.pipelines.finance.mentions.known import is_known, is_thing
from secateur.pipelines.finance.mentions.listings import without_listings
from secateur.pipelines.finance.mentions.news import with_clubs, with_datelines
from secateur.pipelines.finance.mentions.registrant import with_registrant
from secateur.pipelines.finance.mentions.short_names import with_short_names
from secateur.pipelines.finance.mentions.small_words import without_headings, without_segments
from secateur.pipelines.finance.mentions.things import without_things, without_trademarks
from secateur.pipelines.finance.mentions.trades import with_trades

_MAJORITY = 2 / 3
"""Share of the probabilities of a name's mentions that one type must have to be that of all."""

_TAUGHT = 0.6
"""Share of a name's occurrences that the model must have found for the others to be mentions."""

_STRAY = 0.25
"""Share of a name's occurrences found, under which the found ones are dropped."""

_FEWEST = 3
"""Occurrences from which a name can be a stray one."""

LEAST = 0.5
"""Probability that one mention of a name must have: of those below, one in five is right."""

_SMALL = 0.1
"""Share of a document's names up to which names in small letters are dropped: a chat has more."""

_RATING = re.compile(
    r"(?:AAA|AA|A|BBB|BB|B|CCC|Aaa|Aa|Baa|Ba)(?:[+-]|[123])?(?:/(?:Stable|Negative|Positive))?"
)
_UNIT = re.compile(r"[kMGT]?Wh?p?|[kM]t|[kM]?TPA|mtpa|TEUs?|MMBtu|sq ?(?:m|ft)|[kM]?boe")
_NUMBER_BEFORE = re.compile(r"\d[ -]?$")
_REGISTER = re.compile(r"CIN|DIN|ISIN|LEI|EIN|GSTIN|PAN|UEN|ABN|ACN|CUSIP|VAT")
_ENTRY = re.compile(r"(?: (?:number|no\.?))?:? ?[A-Z0-9]*\d", re.IGNORECASE)
"""Behind the name of a register: "ISIN: SE0000123456"."""
_SYMBOL = re.compile(r"[A-Z0-9]{2,5} [A-Z]{2}")
"""A stock's symbol: "(SRF NA)"."""
_NUMBERED = re.compile(r"(?:\w+ )+Nos?\.?")
_NUMBER = re.compile(r"\.? ?[\w-]*\d")
"""Behind the name of a number: "Docket No. UE-25"."""
_SYMBOL_BEFORE = re.compile(r"\b(?:symbols?|ticker)[: ]{1,2}[“\"‘']?$", re.IGNORECASE)
_SECURITY = re.compile(r" (?:shares|stock|bills|notes|bonds|securities)(?!\w)", re.IGNORECASE)
"""Words behind "Treasury" with which it names securities, and no body."""
_LOWER_BODY = re.compile(
    r"(?:[a-z]+ )+(?:council|board|committee|union|company|government|ministry|court|police|banks?)"
)
_ADDRESS = re.compile(r"(?:\bwww\.|https?://|@)[\w./-]*$")
"""Before a part of an address: "www.lindqvist.example"."""
_REACH = 60
"""Characters before a name in which an address that holds it begins."""
_WORD = re.compile(r"[^\W_]+")
_HYPHENS = "-‐‑"


@dataclass
class _Name:
    """One wording: the mentions found, and its other occurrences in the text."""

    mentions: list[Found] = field(default_factory=list)
    others: list[tuple[int, int]] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Share of the occurrences that were found."""
        return len(self.mentions) / (len(self.mentions) + len(self.others))


def agree(text: str, found: Sequence[Found], least: float = LEAST) -> list[Found]:
    """Makes the names of a document whole and its mentions of each agree.

    Args:
        text: The document's text.
        found: Names and all else, ascending and disjoint.
        least: Probability that some mention of a name needs; 0 keeps all.

    Returns:
        Ascending and disjoint. All but names is as it was. A name that bears a legal form
        somewhere ("Costa Limited") is an organisation everywhere; else the type of two thirds of
        its mentions is that of all. What the model saw in most places, capitalised, is found in
        the others, with the mean probability of those seen. What it saw in few is dropped, as are
        abbreviations that the text defines to be no names, trademarks, segments, headings, names in
        small letters where nearly all have capitals, titles of works, and names that no mention is
        sure of. No type and no new mention rests on one alone.
    """
    whole = with_initials(text, whole_names(text, found))
    whole = with_trades(text, with_genitives(text, whole))
    whole = with_aliases(text, with_registrant(text, _completed(text, whole)))
    whole = without_listings(text, whole)
    companies = _companies(text, whole)
    whole = without_headings(text, _named(text, whole, companies), companies)
    whole = without_things(text, whole)
    whole = without_segments(text, without_trademarks(text, whole, companies), companies)
    whole = with_short_names(text, whole, companies)
    names: defaultdict[str, _Name] = defaultdict(_Name)
    for mention in whole:
        if mention.label in NAMES:
            names[text[mention.start : mention.end]].mentions.append(mention)
    taken = [(mention.start, mention.end) for mention in whole]
    for start, end in _occurrences(text, names):
        if _free(taken, start, end):
            names[text[start:end]].others.append((start, end))
    settled = [mention for mention in whole if mention.label not in NAMES]
    terms = quoted_terms(text)
    for wording, name in names.items():
        # What is defined, or an abbreviation in capitals, names something, rarely seen or not.
        stays = not _is_stray(name) or wording.isupper()
        if wording in terms or (stays and _is_sure(wording, name, companies, least)):
            settled += _settled(wording, name, companies)
    whole = joined(text, sorted(settled, key=lambda mention: mention.start))
    return with_datelines(text, with_clubs(text, [closed(text, mention) for mention in whole]))


def _named(text: str, found: Sequence[Found], companies: frozenset[str]) -> list[Found]:
    """Leaves out what a document that writes names with capitals does not mean as a name."""
    common = common_terms(text)
    wordings = [text[mention.start : mention.end] for mention in found]
    small = [
        mention.label in NAMES and wording.islower() and key_of(wording) not in companies
        for mention, wording in zip(found, wordings, strict=True)
    ]
    rated = "rating" in text
    few = sum(small) <= _SMALL * sum(mention.label in NAMES for mention in found)
    return [
        mention
        for mention, wording, is_small in zip(found, wordings, small, strict=True)
        if mention.label not in NAMES
        or not (
            wording in common
            or _is_common(wording)
            or (is_small and few)
            or _LOWER_BODY.fullmatch(wording)
            or (wording.lower() == "treasury" and _SECURITY.match(text, mention.end))
            or (wording == "Wells" and text.startswith(" notice", mention.end))
            or (rated and _RATING.fullmatch(wording))
            or _is_unit(text, mention)
            or (len(wording) == 1 and wording != "X")
            or wording.lower().rstrip(".") in ("basic", "diluted", "state", "hi", "hello")
            or _ADDRESS.search(text, max(mention.start - _REACH, 0), mention.start)
        )
    ]


def _is_unit(text: str, mention: Found) -> bool:
    """Whether a name is a number's unit, its name, the register of a code, or a stock's symbol."""
    start, end = mention.start, mention.end
    if _UNIT.fullmatch(text, start, end):
        return _NUMBER_BEFORE.search(text, max(start - 2, 0), start) is not None
    bracketed = text[start - 1 : start] == "(" and text[end : end + 1] == ")"
    if bracketed and _SYMBOL.fullmatch(text, start, end):
        return True
    if _NUMBERED.fullmatch(text, start, end) and _NUMBER.match(text, end):
        return True
    if text[start:end].isupper() and _SYMBOL_BEFORE.search(text, max(start - 12, 0), start):
        return True
    return bool(_REGISTER.fullmatch(text, start, end) and _ENTRY.match(text, end))


def _is_common(wording: str) -> bool:
    is_code = wording.isupper() and wording.lower() in CURRENCIES
    return is_code or names_a_kind(wording) or is_thing(wording)


def _completed(text: str, found: Sequence[Found]) -> list[Found]:
    """Lets a name go on where most of those that stand before the same words go on."""
    counts = Counter(text[other.start : other.end] for other in found if other.label in NAMES)
    often = (name for name in counts if counts[name] > 1 and not name.split()[-1][0].islower())
    longer = _longer(counts, sorted(often, key=len, reverse=True))
    starts = [*(other.start for other in found), len(text)]
    ways: dict[int, str] = {}
    for number, mention in enumerate(found):
        for name in longer.get(text[mention.start : mention.end], ()):
            fits = mention.start + len(name) <= starts[number + 1]
            if mention.label in NAMES and fits and text.startswith(name, mention.start):
                ways[number] = name
                break
    short = Counter(ways.values())
    return [
        replace(mention, end=mention.start + len(ways[number]))
        if number in ways and counts[ways[number]] >= short[ways[number]]
        else mention
        for number, mention in enumerate(found)
    ]


def _longer(short: Collection[str], names: Iterable[str]) -> Mapping[str, list[str]]:
    """Which of the names begin with each of the short ones and a space, in their order."""
    lengths = set(map(len, short))
    longer: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        for space in re.finditer(" ", name):
            if space.start() in lengths and name[: space.start()] in short:
                longer[name[: space.start()]].append(name)
    return longer


def _is_stray(name: _Name) -> bool:
    return len(name.mentions) + len(name.others) >= _FEWEST and name.share < _STRAY


def _is_sure(wording: str, name: _Name, companies: frozenset[str], least: float) -> bool:
    """Whether a name is known, a company's or seen with some certainty."""
    known = key_of(wording) in companies or is_known(wording)
    return known or any(mention.score >= least for mention in name.mentions)


def _settled(wording: str, name: _Name, companies: frozenset[str]) -> Iterator[Found]:
    label = "ORG" if key_of(wording) in companies else _common_type(name.mentions)
    for mention in name.mentions:
        yield replace(mention, label=label or mention.label)
    taught = len(name.mentions) > 1 and name.share >= _TAUGHT and wording[0].isupper()
    if label and taught:
        score = round(fmean(mention.score for mention in name.mentions), 4)
        yield from (Found(start, end, label, score) for start, end in name.others)


def _companies(text: str, found: Iterable[Found]) -> frozenset[str]:
    """Keys of the names that bear a legal form somewhere."""
    wordings = {text[other.start : other.end] for other in found if other.label == "ORG"}
    return frozenset(key_of(wording) for wording in wordings if has_legal_form(wording))


def _common_type(mentions: Sequence[Found]) -> str | None:
    weights: defaultdict[str, float] = defaultdict(float)
    for mention in mentions:
        weights[mention.label] += mention.score
    label = max(weights, key=weights.__getitem__)
    agreed = weights[label] >= _MAJORITY * sum(weights.values())
    return label if len(mentions) > 1 and agreed else None


def _occurrences(text: str, names: Mapping[str, _Name]) -> Iterator[tuple[int, int]]:
    """Whole words of the text that are a name, the longest at each place."""
    shapes: defaultdict[str, dict[tuple[int, int], None]] = defaultdict(dict)
    for wording in sorted(names, key=len, reverse=True):
        first = _WORD.search(wording)
        if first:
            shapes[first[0]][len(wording), first.start()] = None
    done = 0
    for word in _WORD.finditer(text):
        for length, lead in shapes.get(word[0], ()):
            start = word.start() - lead
            end = start + length
            if start >= done and text[start:end] in names and _apart(text, start, end):
                yield start, end
                done = end
                break


def _apart(text: str, start: int, end: int) -> bool:
    """Whether no part of a word is left on either side."""
    before, after = text[max(start - 2, 0) : start], text[end : end + 2]
    joined_before = before[-1:].isalnum() or (before[-1:] in _HYPHENS and before[:1].isalnum())
    joined_after = after[:1].isalnum() or (after[:1] in _HYPHENS and after[1:].isalnum())
    return not (before and joined_before) and not (after and joined_after)


def _free(taken: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether nothing was found between two characters."""
    number = bisect_left(taken, (end, end))
    return not number or taken[number - 1][1] <= start
