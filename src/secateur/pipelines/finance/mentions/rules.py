"""The rules on names, in the order in which each goes on with what the one before left."""

from __future__ import annotations

from collections.abc import Sequence

from secateur.pipelines.finance.candidates.found import Found
from secateur.pipelines.finance.mentions.agreement import LEAST, agreed, completed
from secateur.pipelines.finance.mentions.aliases import with_aliases
from secateur.pipelines.finance.mentions.bodies import with_bodies
from secateur.pipelines.finance.mentions.common import without_common
from secateur.pipelines.finance.mentions.companies import company_keys, with_forms
from secateur.pipelines.finance.mentions.ends import with_ends, with_initials
from secateur.pipelines.finance.mentions.genitives import with_genitives
from secateur.pipelines.finance.mentions.joining import closed, joined
from secateur.pipelines.finance.mentions.listings import without_listings
from secateur.pipelines.finance.mentions.news import with_clubs, with_datelines
from secateur.pipelines.finance.mentions.parted import parted
from secateur.pipelines.finance.mentions.registrant import with_registrant
from secateur.pipelines.finance.mentions.short_names import with_short_names
from secateur.pipelines.finance.mentions.small_words import without_headings, without_segments
from secateur.pipelines.finance.mentions.things import without_things, without_trademarks
from secateur.pipelines.finance.mentions.trades import with_trades


def whole_names(text: str, found: Sequence[Found]) -> list[Found]:
    """Puts the ends of names where a reader would put them.

    Args:
        text: The document's text.
        found: Names and all else, ascending and disjoint.

    Returns:
        The same, disjoint. What is no more than a legal form, a title or an article names nobody.
    """
    # Two that were seen as one come apart first; one seen as two is joined by its mended parts.
    for rule in (parted, with_ends, with_forms, with_bodies, joined):
        found = rule(text, found)
    return list(found)


def settle_names(text: str, found: Sequence[Found], least: float = LEAST) -> list[Found]:
    """Makes the names of a document whole and its mentions of each agree.

    Args:
        text: The document's text.
        found: Names and all else, ascending and disjoint.
        least: Probability that some mention of a name needs; 0 keeps all.

    Returns:
        Ascending and disjoint. All but names is as it was.
    """
    # Ends come first, since mentions of one wording are one name.
    found = whole_names(text, found)
    for rule in (with_initials, with_genitives, with_trades, completed):
        found = rule(text, found)
    # What the text says of some names by itself counts before what the model saw of all.
    for rule in (with_registrant, with_aliases, without_listings):
        found = rule(text, found)
    # A company stays one also where rules below leave out the mention with its legal form.
    companies = company_keys(text, found)
    # What names nobody has no say in what names mean.
    found = without_common(text, found, companies)
    found = without_headings(text, found, companies)
    found = without_things(text, found)
    found = without_trademarks(text, found, companies)
    found = without_segments(text, found, companies)
    found = with_short_names(text, found, companies)
    found = agreed(text, found, companies, least)
    # Mentions that agreeing added or changed may be parts, too; a place in the news is what it is
    # there, whatever it is elsewhere.
    for rule in (joined, closed, with_clubs, with_datelines):
        found = rule(text, found)
    return list(found)
