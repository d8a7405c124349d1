"""What the writing of a number, and the words beside it, leave of the types that it may have."""

from __future__ import annotations

import re

from secateur.pipelines.document.document import Passage
from secateur.pipelines.finance.candidates.number_types import FIGURE_TYPES
from secateur.pipelines.finance.candidates.vocabulary import (
    CURRENCY,
    CURRENCY_BEHIND,
    GLUED,
    MINOR,
    SCALE_WORD,
    is_per_share,
)
from secateur.pipelines.finance.figures.numbers import bare_aside
from secateur.pipelines.finance.figures.worded import worded_at
from secateur.pipelines.finance.numbers.counted import (
    PERCENT_RATIO,
    SCALES,
    counts_things,
    heads_ratio,
    says_times,
)
from secateur.pipelines.finance.numbers.marks import YEARS, marks_a_note, numbers_something
from secateur.pipelines.finance.numbers.rounding import tells_of_others
from secateur.pipelines.finance.numbers.rows import states_per_share

Possible = tuple[bool, ...]
"""Whether a number may be no figure, and whether of each of `FIGURE_TYPES`."""

NO_TYPE: Possible = (True, *(False for _ in FIGURE_TYPES))

_PERCENT = re.compile(
    r"(?:(?: ?[-–—] ?| to )\d+(?:[.,]\d+)?)?"
    r"\)?(?:[^\S\t\n]?|\n(?=(?-i:per)))"
    r"(?:%|p\.p\.|(?:per ?cent|(?:percentage|basis) points?|bps?|pct|ppts?)(?!\w)"
    r"| points? (?:on|to|of|off|from) (?:(?:the|our|its) )?(?:[a-z]+ )?ratio\b)",
    re.IGNORECASE,
)
_RATIO_OF = re.compile(
    rf"\b{PERCENT_RATIO} (?:(?:of|was|is|at|to|stood at|came in at)"
    r"|(?:improved|rose|fell|increased|decreased|deteriorated) to) "
    r"(?:[\d.,]+ \((?:FY ?)?(?:(?:19|20)\d\d|prior year|last year): )?$",
    re.IGNORECASE,
)
_TENS = re.compile(r"\d{2,3}(?:[.,]\d{1,2})?")
"""A ratio of `_RATIO_OF` that is printed in percent, and not as a fraction."""
_CURRENCY = re.compile(
    rf"{CURRENCY}\s?\(?[-–−]?\s?(?P<first>\d[\d.,]*(?:\s?[-–—]\s?|(?P<spoken> to )))?$",
    re.IGNORECASE,
)
_IN_MILLIONS = re.compile(rf"{GLUED}\s?\(?[-–−]?\s?$", re.IGNORECASE)
_SHORT = re.compile(r"\d{4}(?![\d.,])")
"""The first number of a range whose second might be a year: "$1500-2000"."""
_RANGE_REST = re.compile(
    rf"(?: ?[-–—] ?| to | (?P<and>and) )(?:{CURRENCY} ?)?\d(?:[\d.,]*\d)?", re.IGNORECASE
)
_BETWEEN = re.compile(rf"\bbetween {CURRENCY} ?$", re.IGNORECASE)
_CURRENCY_AFTER = re.compile(
    rf"\)?(?: ?{SCALE_WORD}(?:(?<=mio|mrd|tsd|mln)\.)?)?"
    rf"(?:{MINOR}| ?(?:u\.s\. )?{CURRENCY_BEHIND}(?! ?[\d(]))"
    rf"| ?{SCALE_WORD}\.? ?{CURRENCY_BEHIND}(?= (?:\d+\.\d{{3}}|\((?:[a-z]|{YEARS}:)))",
    re.IGNORECASE,
)
_EXCHANGED = re.compile(rf"\d ?{SCALE_WORD} ?{CURRENCY_BEHIND} $", re.IGNORECASE)
"""Before the rate of an amount in another currency: "750MM Euro 1.1096"."""
_EXCHANGE_RATE = re.compile(r"\d+\.\d{3,}")
_PENCE = re.compile(r"\)?(?:p(?!\w|\.m)| ?(?:€ ?|euro )?(?:pence|cents)(?!\w))")
_OF_SHARES = re.compile(r"\b(?:shares?|dividends?|earnings|EPS|DPS)\b", re.IGNORECASE)
_A_SHARE = re.compile(
    r"\b(?:(?:EPS|per (?:share|unit))(?: \([^()]{1,16}\))?:"
    r"|(?:EPS|DPS|per (?:[a-z]+ )?(?:share|unit))(?: by [\d.,]+ ?%)?"
    r" (?:was|were|of|is|at|to|came (?:in at|to)|(?:rose|grew|fell) to|reached)"
    r"|average (?:[\w-]+ ){0,3}prices? (?:paid )?of|grant[- ]date fair values? of"
    r"|\bshares\b(?: [\w-]+){0,5} (?:at|for) an average(?: cost)? of"
    r"|(?:\d|million|thousand) (?:[a-z]+ ){0,2}shares at"
    r"|\b(?:share|stock)s? (?:closed|traded|ended)(?: [\w ]{3,24})? at"
    r"|(?:price target|target price)(?: of| to| is| at|:)"
    r"|price (?:on|at|as of) [\w ]{3,20}:"
    r"|(?:(?:stock|share) |closing (?:sale |market )?)price"
    r"(?: (?:on|as of|at|for) [\w, ]{3,30})? (?:of|was)"
    r"|(?<!aggregate )(?<!total )(?:exercise|strike|conversion|offering|bid) price"
    r"(?: (?:per share|was|is|ha[sd] been|of|at|above|below))+"
    r"|convert(?:s|ed|ible)?(?: into [\w ]{3,40})? at the (?:lower|lesser|higher|greater) of"
    r"|(?:EPS|per share) guidance (?:to|of)"
    r"|(?:EPS|per share)(?: [\w-]+){0,6}? (?:between|range of|ranging from)"
    r"(?: (?:about|around|approximately))?"
    r"|EPS\b[^.;$€£]{0,80}\b(?:was|were|of|is|by) (?:about|around|approximately)"
    rf"|(?:EPS|per (?:[a-z]+ )?share) (?:of|at|to) {CURRENCY} ?[\d.]+"
    rf"(?:(?: ?[-–] ?| to | and ){CURRENCY} ?[\d.]+)?"
    r" \((?:previously|formerly|prior|before|vs\.?|versus|compared (?:to|with)|(?:up |down )?from)"
    r"|EPS\b[^.;$€£]{0,60}\b\d+(?:\.\d+)? (?:cents|pence) (?:to|and|[-–])"
    r"|(?<!aggregate )(?<!total )(?:face|par|nominal) value:?(?: of)?)"
    rf" +{CURRENCY} ?\(?(?:[\d.,]+\)?"
    r"(?:,? (?:to|and|against|vs\.?|versus|(?:up |down )?from|compared (?:to|with)) ?| ?[-–] ?)"
    rf"{CURRENCY} ?\(?)?$",
    re.IGNORECASE,
)
_PAID_OR_EARNED = re.compile(
    r"\b(?:dividends? of|(?:GAAP|adjusted|diluted|reported) earnings (?:were|of))"
    rf" (?:{CURRENCY} ?)?$",
    re.IGNORECASE,
)
_SMALL = re.compile(r"\d\d?[.,]\d{2,4}|\d{1,3}(?= ?yen\b)")
"""What a dividend is of a share, and no dividend of a whole company."""
_EACH = re.compile(r"/-|,? each\b")
_SHARES_OF = re.compile(rf"\bshares? of {CURRENCY} ?$", re.IGNORECASE)
_FEW = re.compile(r"\d\d?|\d+\.\d+")
"""What shares may be of, where "the cost of these shares of $355" is no amount a share."""
_LISTED = re.compile(rf"(?:{CURRENCY} ?[\d.]+, )+{CURRENCY} ?$", re.IGNORECASE)
_LIST = re.compile(
    rf"(?P<more>(?:, {CURRENCY} ?[\d.]+)*),? and {CURRENCY} ?[\d.]+,? (?:per|a) (?:\w+ )?share\b",
    re.IGNORECASE,
)
"""Three amounts a share, or more, behind the first."""
_A_THING = re.compile(
    r" ?(?:per|an?|/) ?(?:metric )?(?:tonne|ton|barrel|bbl|boe|ounce|oz|gallon|mmbtu|[km]wh|pound"
    r"|lb|square (?:foot|met(?:er|re))|sq\.? ?(?:ft|m)|acre|hectare|room|bed"
    r"|(?<=per )(?:[kMG]W|day|week|month|customer))\b",
    re.IGNORECASE,
)
_SUM = re.compile(
    r"\b(?:total|aggregate) (?:[\w-]+ ){0,4}(?:fair|intrinsic) value of"
    r"(?:[^.;]|\.\d)*\b(?:vested|exercised|outstanding)\b(?:[^.;]|\.\d)*$",
    re.IGNORECASE,
)
"""What all of some shares are worth, though the words for one share stand beside it."""
_YEAR = re.compile(YEARS)
_SCALE = re.compile(rf"\)?[ -]?{SCALE_WORD}", re.IGNORECASE)
_SHARES = re.compile(
    rf"(?: {SCALES})?(?:(?:,|,? and| to) (?!{YEARS})\d(?:[\d.,]*\d)?(?: {SCALES})?)*"
    r"(?: (?:additional|(?:fully )?diluted|basic|restricted|ordinary|equity|common|preferred"
    r"|treasury|performance"
    r"|(?:un)?vested|outstanding|stock|such|depositary|share|class [a-c]"
    r"|no-par(?:-value)?|bearer|registered|founder|public|private|placement))*"
    r" (?:shares?|RSUs|PSUs|PRSUs|units|options|awards|warrants)(?!\w| (?:price|value))",
    re.IGNORECASE,
)
_PERCENT_ROW = re.compile(
    r".*(?:[,(] ?|\bin )(?:%|per ?cent)\)?(?: ?\(?\d\)?)?"
    r"|(?:.*(?:[,(] ?|\b(?:in|as) (?:an? )?))?(?:%|per ?cent) of .*",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}|\d{1,3}(?:\.\d{3}){2,}")
_THOUSANDS_OF = re.compile(r"\d{1,3}(?:(?:,\d{3})+(?:\.\d+)?|(?:\.\d{3})+,\d+)")
_BACK = 16
"""Characters before a number in which its currency is looked for."""
_FAR = 60
"""Characters before a number in which words may say what it is of, or a list may begin."""
_SENTENCE = 200
"""Characters before a number, of its passage, in which words for shares are looked for."""


def possible_types(text: str, start: int, end: int, passage: Passage) -> Possible:
    """Tells what a number may be.

    A number with a percent sign, its own or its range's, is a percentage, one beside a currency an
    amount, perhaps a share, one before "shares" a number of shares; amounts a share are no millions
    and have decimals from a thousand on. What is a mark of some kind measures nothing.

    Args:
        text: The document's text.
        start: The number's first character.
        end: One past its last.
        passage: The one in which it stands.
    """
    if tells_of_others(text, start, end, passage):
        return NO_TYPE
    if not text[end - 1].isnumeric():
        return _only(worded.label) if (worded := worded_at(text, start)) else _all_but()
    if _is_no_figure(text, start, end, passage):
        return NO_TYPE
    year = _YEAR.fullmatch(text, start, end) is not None
    if _is_percentage(text, start, end, passage, year):
        return _only("PERCENT")
    # A cell's currency stands in its row.
    line = text.rfind("\n", 0, start) + 1 if passage.kind == "cell" else 0
    before = text[max(start - _BACK, line) : start]
    grouped = _SCALE.match(text, end) or _GROUPED.fullmatch(text[start:end])
    whole = bool(grouped or _IN_MILLIONS.search(before))
    after = None if year else _CURRENCY_AFTER.match(text, end)
    code = year and before.rstrip()[-1:].isalpha()
    # "1.284,7 Mio. € (2023: 1.315,0 Mio. €)" names a year.
    dated = year and text.startswith(":", end)
    beside = None if dated else _CURRENCY.search(before)
    if year and beside and beside["first"] and not _SHORT.match(beside["first"]):
        return NO_TYPE  # "$1,084 – 2009, $1,029 – 2008"
    shares = _SHARES.match(text, end) is not None and not before[-1:].isalpha() and not year
    if shares and beside is not None and beside["first"]:
        return _only("SHARES")
    if after or (beside and not code and (whole or not beside["spoken"])):
        return _of_money(text, (start, end), after.end() if after else end, passage, whole)
    if passage.kind != "cell" and bare_aside(text, start, end, passage.start):
        return _only("MONEY")
    if shares:
        return _only("SHARES")
    if counts_things(text, start, end, passage):
        return NO_TYPE
    return _without_sign(text[start:end], passage, whole)


def _is_no_figure(text: str, start: int, end: int, passage: Passage) -> bool:
    """Whether a number is a mark, how many times as much, or a rate of money."""
    if numbers_something(text, start, end, passage) or marks_a_note(text, start, end, passage):
        return True
    if _is_multiple(text, start, end, passage):
        return True
    rate = _EXCHANGE_RATE.fullmatch(text, start, end)
    return rate is not None and bool(_EXCHANGED.search(text[max(start - _BACK, 0) : start]))


def _is_percentage(text: str, start: int, end: int, passage: Passage, year: bool) -> bool:
    """Whether a number has a percent sign, or is a ratio that is told in percent without one."""
    if _PERCENT.match(text, end) and not (year and text[end : end + 1] in tuple("-– ")):
        return True
    near = max(start - _FAR, passage.start)
    return bool(_TENS.fullmatch(text[start:end]) and _RATIO_OF.search(text, near, start))


def _of_money(
    text: str, number: tuple[int, int], close: int, passage: Passage, whole: bool
) -> Possible:
    """Tells whether an amount whose currency ends at `close` is one a share, or in thousands."""
    start, end = number
    rest = _RANGE_REST.match(text, close)
    if rest and rest["and"] and not _BETWEEN.search(text[max(start - _BACK, 0) : start]):
        rest = None
    close = rest.end() if rest else close
    if _A_THING.match(text, close):
        return _only("MONEY")
    if is_per_share(text, close):
        return _only("PER_SHARE")
    if not whole and _is_told_per_share(text, start, end, passage):
        return _only("PER_SHARE")
    if whole or _sums_up(text, start, passage):
        return _only("MONEY")
    return _only("MONEY", "PER_SHARE")


def _is_told_per_share(text: str, start: int, end: int, passage: Passage) -> bool:
    """Whether the words before an amount, or its row or column, say that it is a share's."""
    near = max(start - _FAR, passage.start)
    return bool(
        _A_SHARE.search(text, near, start)
        or (_FEW.fullmatch(text[start:end]) and _SHARES_OF.search(text, near, start))
        or (_SMALL.match(text, start) and _PAID_OR_EARNED.search(text, near, start))
        or (_EACH.match(text, end) and _OF_SHARES.search(text, near, start))
        or _is_listed_per_share(text, start, end)
        or states_per_share(passage)
        or _is_pence_a_share(text, start, end, passage)
    )


def _without_sign(printed: str, passage: Passage, whole: bool) -> Possible:
    """Tells what a number may be beside which no sign or word stands."""
    if not whole and states_per_share(passage):
        return _only("none", "PER_SHARE")
    if not whole and passage.kind == "cell" and _PERCENT_ROW.fullmatch(passage.row or ""):
        return _only("none", "PERCENT")
    plain = passage.kind != "cell" or "%" not in (passage.column or "")
    if plain and _THOUSANDS_OF.fullmatch(printed):
        return _all_but("PERCENT", "PER_SHARE")
    return _all_but("PER_SHARE") if whole else _all_but()


def _sums_up(text: str, start: int, passage: Passage) -> bool:
    first = max(start - _SENTENCE, passage.start)
    return passage.kind != "cell" and _SUM.search(text, first, start) is not None


def _is_multiple(text: str, start: int, end: int, passage: Passage) -> bool:
    """Whether a number says how many times as much: "1.5x", "3.5 to 1", a current ratio of 2.1."""
    if says_times(text, start, end):
        return _CURRENCY.search(text, max(start - _BACK, 0), start) is None
    return _PERCENT.match(text, end) is None and heads_ratio(passage)


def _is_listed_per_share(text: str, start: int, end: int) -> bool:
    """Whether an amount is one of three or more of which the last is said to be a share's."""
    ahead = _LIST.match(text, end)
    behind = _LISTED.search(text, max(start - _FAR, 0), start)
    return ahead is not None and bool(ahead["more"] or behind)


def _is_pence_a_share(text: str, start: int, end: int, passage: Passage) -> bool:
    """Whether an amount in pence or cents is a share's, as in tables nearly all are."""
    if not _PENCE.match(text, end):
        return False
    first = max(start - _SENTENCE, passage.start)
    return passage.kind == "cell" or _OF_SHARES.search(text, first, start) is not None


def _only(*kinds: str) -> Possible:
    return tuple(kind in kinds for kind in ("none", *FIGURE_TYPES))


def _all_but(*kinds: str) -> Possible:
    return tuple(kind not in kinds for kind in ("none", *FIGURE_TYPES))
