"""Where a company's stock is listed, and its symbol there, which name nobody: "(BMV: ACME)"."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from secateur.pipelines.finance.candidates.found import Found

EXCHANGES = r"(?:NYSE|NASDAQ|Nasdaq|LSE|TSXV?|ASX|AIM|OTC\w*|NSE|BSE|HKEX|SGX|SIX|TSE)"
_OFFICE = r"(?:C[A-Z]O|[ES]?VP|DOB|FAX|TEL|AKA|ISIN|CUSIP|SEDOL|LEI|SIC|CIK)\b"
_EXCHANGE = rf"(?!{_OFFICE})(?:{EXCHANGES}|Euronext|Xetra|B3|[A-Z]{{3,8}})(?: [A-Z][\w-]*){{0,2}}"
_SYMBOL = r"[“\"]?[A-Z0-9][A-Z0-9.]{0,7}(?:-[A-Z]{1,2})?(?!\w)[”\"]?"
_LISTED = (
    rf"{_EXCHANGE}(?:(?:,| and|/| &)? {_EXCHANGE})* ?: ?{_SYMBOL}(?:(?:,| and|/) ?{_SYMBOL}(?!:))*"
)
_LISTING = re.compile(
    rf"(?<=\(){_LISTED}(?:(?:[;,]| and|/) ?{_LISTED})*(?=[;,)])"
    rf"|(?<![\w(]){EXCHANGES}(?: [A-Z]\w*)? ?: ?{_SYMBOL}"
)


def without_listings(text: str, found: Sequence[Found]) -> list[Found]:
    """Leaves out the names of exchanges and symbols that say where a stock is listed.

    An exchange that a sentence speaks of stays.
    """
    listings = [match.span() for match in _LISTING.finditer(text)]

    def is_listed(mention: Found) -> bool:
        at = bisect_right(listings, (mention.start, len(text))) - 1
        return at >= 0 and mention.end <= listings[at][1]

    return [mention for mention in found if not mention.is_name or not is_listed(mention)]
