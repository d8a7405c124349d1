"""Names that are of one type in nearly every text: countries, cities, companies, products, laws.

The lists ship in `models/names`, whose card says where they come from.
"""

from __future__ import annotations

from functools import cache

from secateur.core.models.shipped import shipped


def is_country(name: str) -> bool:
    """Whether a name is a country's and nobody's besides."""
    return name.casefold() in _listed("countries")


def is_state(name: str) -> bool:
    """Whether a name is that of a state of the US."""
    return name.casefold() in _listed("states")


def known_type(name: str, label: str) -> str:
    """The type of a name, where it is known, in place of the label; a state may be its team."""
    key = name.casefold()
    if is_country(key) or key in _listed("regions"):
        return "LOC"
    if label == "PER" and (key in _listed("states") or key in _listed("cities")):
        return "LOC"
    return "ORG" if key in _listed("organisations") else label


def is_known(name: str) -> bool:
    """Whether a list has a name, but that of cities, after which events are called, too."""
    kinds = ("countries", "regions", "states", "organisations")
    return any(name.casefold() in _listed(kind) for kind in kinds)


def is_thing(name: str) -> bool:
    """Whether a name is that of a product, a work, a feast, a prize or a law, and nobody's."""
    return name.casefold() in _listed("things")


@cache
def _listed(kind: str) -> frozenset[str]:
    names = (shipped("names") / f"{kind}.txt").read_text(encoding="utf-8")
    return frozenset(name.casefold() for name in names.splitlines())
