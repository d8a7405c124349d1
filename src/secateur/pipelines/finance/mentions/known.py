"""Lists of names that are of one type in nearly every text: countries, companies, products, laws.

They ship in `models/names`, whose card says where they come from.
"""

from __future__ import annotations

from functools import cache

from secateur.core.models.shipped import shipped


def is_country(name: str) -> bool:
    """Whether a name is a country's and nobody's besides."""
    return _is_in("countries", name)


def is_state(name: str) -> bool:
    """Whether a name is that of a state of the US."""
    return _is_in("states", name)


def is_place(name: str) -> bool:
    """Whether a name is that of a country, a region or a state."""
    return any(_is_in(kind, name) for kind in ("countries", "regions", "states"))


def known_type(name: str, label: str) -> str:
    """The type of a name, where it is known, in place of the label; a state may be its team."""
    if is_country(name) or _is_in("regions", name):
        return "LOC"
    if label == "PER" and (is_state(name) or _is_in("cities", name)):
        return "LOC"
    return "ORG" if _is_in("organisations", name) else label


def is_known(name: str) -> bool:
    """Whether a list has a name, but that of cities, after which events are called, too."""
    kinds = ("countries", "regions", "states", "organisations")
    return any(_is_in(kind, name) for kind in kinds)


def is_thing(name: str) -> bool:
    """Whether a name is that of a product, a work, a feast, a prize or a law, and nobody's."""
    return _is_in("things", name)


@cache
def listed(kind: str) -> frozenset[str]:
    """Reads the names of a list as it writes them."""
    names = (shipped("names") / f"{kind}.txt").read_text(encoding="utf-8")
    return frozenset(names.splitlines())


def _is_in(kind: str, name: str) -> bool:
    """Whether a list has a name, in any case."""
    return name.casefold() in _keys(kind)


@cache
def _keys(kind: str) -> frozenset[str]:
    return frozenset(map(str.casefold, listed(kind)))
