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

from secateur.pipelines.finance.candidates.found import Found
from secateur.pipelines.finance.mentions.abbreviations import quoted_terms
from secateur.pipelines.finance.mentions.forms import key_of
from secateur.pipelines.finance.mentions.known import is_known

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


def completed(text: str, found: Sequence[Found]) -> list[Found]:
    """Lets a name go on where most of those that stand before the same words go on."""
    counts = Counter(other.wording(text) for other in found if other.is_name)
    often = (name for name in counts if counts[name] > 1 and not name.split()[-1][0].islower())
    longer = _longer(counts, sorted(often, key=len, reverse=True))
    starts = [*(other.start for other in found), len(text)]
    ways: dict[int, str] = {}
    for number, mention in enumerate(found):
        for name in longer.get(mention.wording(text), ()):
            fits = mention.start + len(name) <= starts[number + 1]
            if mention.is_name and fits and text.startswith(name, mention.start):
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


def agreed(
    text: str, found: Sequence[Found], companies: Collection[str], least: float
) -> list[Found]:
    """Makes the mentions of each name agree.

    Args:
        text: The document's text.
        found: Names and all else, ascending and disjoint.
        companies: Keys of the names that bear a legal form somewhere.
        least: Probability that some mention of a name needs; 0 keeps all.

    Returns:
        Ascending and disjoint. All but names is as it was. `companies` are organisations; else the
        type of two thirds of a name's mentions is that of all. What the model saw in most places,
        capitalised, is found in the others, with the mean probability of those seen. What it saw in
        few is dropped, as are names that no mention is sure of. No type and no new mention rests on
        one alone.
    """
    names: defaultdict[str, _Name] = defaultdict(_Name)
    for mention in found:
        if mention.is_name:
            names[mention.wording(text)].mentions.append(mention)
    taken = [(mention.start, mention.end) for mention in found]
    for start, end in _occurrences(text, names):
        if _free(taken, start, end):
            names[text[start:end]].others.append((start, end))
    settled = [mention for mention in found if not mention.is_name]
    terms = quoted_terms(text)
    for wording, name in names.items():
        # What is defined, or an abbreviation in capitals, names something, rarely seen or not.
        stays = not _is_stray(name) or wording.isupper()
        if wording in terms or (stays and _is_sure(wording, name, companies, least)):
            settled += _settled(wording, name, companies)
    return sorted(settled, key=lambda mention: mention.start)


def _is_stray(name: _Name) -> bool:
    return len(name.mentions) + len(name.others) >= _FEWEST and name.share < _STRAY


def _is_sure(wording: str, name: _Name, companies: Collection[str], least: float) -> bool:
    """Whether a name is known, a company's or seen with some certainty."""
    known = key_of(wording) in companies or is_known(wording)
    return known or any(mention.score >= least for mention in name.mentions)


def _settled(wording: str, name: _Name, companies: Collection[str]) -> Iterator[Found]:
    label = "ORG" if key_of(wording) in companies else _common_type(name.mentions)
    for mention in name.mentions:
        yield replace(mention, label=label or mention.label)
    taught = len(name.mentions) > 1 and name.share >= _TAUGHT and wording[0].isupper()
    if label and taught:
        score = round(fmean(mention.score for mention in name.mentions), 4)
        yield from (Found(start, end, label, score) for start, end in name.others)


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
