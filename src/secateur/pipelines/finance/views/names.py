"""Who and where: the names of a report, counted, with what they are called besides."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from secateur.pipelines.document.document import Document
from secateur.pipelines.document.entity import Entity
from secateur.pipelines.document.validation import check, check_each
from secateur.pipelines.finance.candidates.found import NAMES
from secateur.pipelines.finance.mentions.abbreviations import long_forms
from secateur.pipelines.finance.mentions.forms import key_of
from secateur.pipelines.finance.mentions.registrant import COVER, cover_name, parent_name

_DEFINED = re.compile(r"([^.;()“”\"]{0,60})\(([^()]{2,160})\)")
_TERM = re.compile(r"(?:\b(the|our)\s+)?[“\"]([^“”\"]{2,60})[”\"]", re.IGNORECASE)
_DOCUMENT = re.compile(
    r"\b(?:statement|report|agreement|indenture|plan|notes?|act|lease|loan|facility|offering|merger"
    r"|case|action|complaint)s?$",
    re.IGNORECASE,
)
_PRONOUNS = frozenset({"we", "us", "our", "it", "they"})
_OFTEN = 10
"""How many times as often as the parent of subsidiaries another company may be named."""

_MIDDLE = re.compile(r"(?<=\w) [a-z]\.?(?= )")


@dataclass(frozen=True)
class Name:
    """A company, person or place of a report.

    Attributes:
        name: Its longest form.
        label: "ORG", "PER" or "LOC".
        count: Mentions, aliases included.
        forms: How often it is written how, the most frequent first.
        aliases: What the text calls it besides ("the Company"), with mentions.
        first: First character of its first mention.
        registrant: Whether it is the company that reports.
    """

    name: str
    label: str
    count: int
    forms: Mapping[str, int]
    aliases: Mapping[str, int]
    first: int
    registrant: bool = False


def list_names(document: Document, entities: Iterable[Entity]) -> list[Name]:
    """Lists the names of a document.

    Args:
        document: The document.
        entities: What was found in it.

    Returns:
        Names by falling count. Forms that differ in case, hyphens, legal form ("Inc."), "the" or a
        genitive are one; a surname alone is the one person that bears it, with middle initial or
        without, where only one initial is given; a term that the text defines in parentheses after
        a name (the “Company”) is an alias of it, as is an abbreviation, but for documents (the
        “Proxy Statement”). "The Company" without a definition is the registrant, as is its first
        word alone where fewer mentions of others begin so.

    Raises:
        UsageError: What is given as a document or an entity is none, a path for instance.
    """
    check(document, Document)
    named = (e for e in check_each(entities, Entity) if e.label in NAMES)
    found = sorted(named, key=lambda entity: entity.start)
    registrant = registrant_of(document, found)
    defined = dict(_definitions(document.text, found))
    persons = _persons(found)
    surnames = _surnames(persons.values())
    first = _first_word(found, registrant)
    groups: defaultdict[tuple[str, str], list[Entity]] = defaultdict(list)
    for entity in found:
        key = key_of(entity.text)
        key = defined.get(key, key)
        if entity.label == "PER":
            key = persons.get(key, key)
            key = surnames.get(key, key)
        elif registrant is not None and entity.label == "ORG" and key == first:
            key = registrant
        groups[entity.label, key].append(entity)
    names = []
    for (label, key), own in groups.items():
        # What a text defines is an organisation, of whose name a place or a person may be, too.
        is_body = label == "ORG"
        terms = {term for term, whose in defined.items() if is_body and whose == key}
        names.append(_name(document.text, label, own, terms, is_body and key == registrant))
    return sorted(names, key=lambda name: (-name.count, name.first))


def registrant_of(document: Document, entities: Sequence[Entity]) -> str | None:
    """Finds the company that reports.

    Args:
        document: The document.
        entities: Its names in reading order.

    Returns:
        The key of the name above "(Exact name of registrant …)"; in a report without its cover of
        the name before "and its subsidiaries", unless others are named far more often, or else of
        the organisation of the first pages that is named most; None where they name none.
    """
    title = cover_name(document.text)
    if title is not None:
        return key_of(document.text[slice(*title)])
    cover = [e for e in entities if e.label == "ORG" and e.start < COVER]
    counts = Counter(key_of(e.text) for e in entities if e.label == "ORG")
    parent = parent_name(document.text)
    key = key_of(document.text[slice(*parent)]) if parent else ""
    if counts[key] * _OFTEN >= max(counts.values(), default=0) > 0:
        return key
    named = [key_of(entity.text) for entity in cover]
    return max(named, key=lambda key: counts[key], default=None)


def registrant_name(document: Document, entities: Sequence[Entity]) -> str | None:
    """Finds the printed name of the company that reports.

    Args:
        document: The document.
        entities: Its names in reading order.

    Returns:
        The name as the cover has it, else the form that is most frequent of what `registrant_of`
        finds; None where that finds none.
    """
    title = cover_name(document.text)
    if title is not None:
        return " ".join(document.text[slice(*title)].split())
    key = registrant_of(document, entities)
    forms = Counter(
        " ".join(e.text.split()) for e in entities if e.label == "ORG" and key_of(e.text) == key
    )
    return next((form for form, _ in forms.most_common(1)), key)


def _name(text: str, label: str, own: list[Entity], terms: set[str], registrant: bool) -> Name:
    forms = Counter(" ".join(entity.text.split()) for entity in own)
    known = {key_of(form) for form in forms}
    aliases = {f"the {t.title()}": _mentions(text, t) for t in terms - known}
    if registrant and "the Company" not in aliases:
        aliases["the Company"] = _mentions(text, "company")
    aliases = {alias: count for alias, count in aliases.items() if count}
    return Name(
        name=max(forms, key=lambda form: (len(form), form)),
        label=label,
        count=len(own) + sum(aliases.values()),
        forms=dict(forms.most_common()),
        aliases=aliases,
        first=own[0].start,
        registrant=registrant,
    )


def _mentions(text: str, term: str) -> int:
    words = re.escape(term.title())
    return len(re.findall(rf"\b[Tt]he\s+{words}\b(?!\s+[A-Z])", text))


def _definitions(text: str, entities: Sequence[Entity]) -> Iterator[tuple[str, str]]:
    """Terms in quotation marks in the parenthesis after a name, with the key of the name."""
    long = long_forms(text)
    seen: set[str] = set()
    for entity in entities:
        match = (
            _DEFINED.match(text, entity.end, entity.end + 240) if entity.label == "ORG" else None
        )
        for article, term in _TERM.findall(match[2]) if match else ():
            key = key_of(term)
            own = key_of(entity.text)
            # "Acme's 2024 Equity Plan (the “Plan”)": the plan is meant and not Acme.
            other = match is not None and term.split()[-1] in match[1].split()
            short = _abbreviates(key, own) or _abbreviates(key, entity.text.lower())
            short = short or key_of(long.get(term, "")) == own
            other = other or _DOCUMENT.search(term) is not None
            fits = (article and not other) or short or own.startswith(key)
            if fits and key not in _PRONOUNS and key not in seen and key != own:
                seen.add(key)
                yield key, own


def _abbreviates(short: str, name: str) -> bool:
    """Whether letters open the words of a name, small words left out or not."""
    words = name.split()
    initials = "".join(word[0] for word in words)
    bare = "".join(word[0] for word in words if word not in ("of", "and", "the", "for", "&"))
    return len(short) > 1 and short in (initials, bare)


def _first_word(entities: Iterable[Entity], registrant: str | None) -> str | None:
    """The registrant's first word, unless it opens other organisations' names as often."""
    first, _, rest = (registrant or "").partition(" ")
    counts = Counter(key_of(e.text) for e in entities if e.label == "ORG")
    others = sum(
        count for key, count in counts.items() if key.startswith(f"{first} ") and key != registrant
    )
    return first if rest and counts[registrant or ""] > others else None


def _persons(entities: Iterable[Entity]) -> dict[str, str]:
    """Keys of persons without middle initials, but where several persons differ by these alone."""
    keys = {key_of(entity.text) for entity in entities if entity.label == "PER"}
    forms: defaultdict[str, set[str]] = defaultdict(set)
    for key in keys:
        forms[_MIDDLE.sub("", key)].add(key.replace(".", ""))
    bare = {key: _MIDDLE.sub("", key) for key in keys}
    return {key: short if len(forms[short] - {short}) < 2 else key for key, short in bare.items()}


def _surnames(persons: Iterable[str]) -> dict[str, str]:
    """Last words of persons' full names, where only one person bears them."""
    bearers: defaultdict[str, set[str]] = defaultdict(set)
    for key in set(persons):
        words = key.split()
        for first in range(1, len(words)):
            bearers[" ".join(words[first:])].add(key)
    return {name: next(iter(who)) for name, who in bearers.items() if len(who) == 1}
