"""What heads of rows leave of the types of their figures."""

from __future__ import annotations

import re

from secateur.pipelines.document.cells import is_figure
from secateur.pipelines.document.document import Passage
from secateur.pipelines.document.layout import Layout, Table, has_figures, once_for_each_table
from secateur.pipelines.document.tables import row_paths
from secateur.pipelines.finance.figures.passing import INSURERS_RATIO
from secateur.pipelines.finance.numbers.context import MONEY_SIGN, is_money
from secateur.pipelines.finance.numbers.counted import PERCENT_RATIO

NO_FIGURE = "none"
"""What counts years below a head that says so."""

_SECURITY = r"(?:share|option|RSU|PSU|(?:stock|partner(?:ship)?) unit|ADS|right|award|warrant)"
EXCEPTION = re.compile(r"[,(][^,()]*\b(?:except|excluding|other than)\b.*")
"""What a head says of units: "(in millions, except per share data)"."""
_PER_SHARE = re.compile(
    rf"\bper[\s-](?:\w+\s){{0,2}}{_SECURITY}\b|\b(?:exercise|strike|grant) price"
    r"|\bweighted[- ]+average\s(?:.{0,30}\s)?(?:grant[- ]date )?(?:fair value|price)"
    r"|\bEPS\b(?!.*(?:%|growth|change))",
    re.IGNORECASE,
)
_STATED_PER_SHARE = re.compile(
    r"(?:(?:adjusted|basic|diluted|and|headline|underlying|reported|core|net|/|&|-)[ ]?)*"
    r"(?:EPS|DP[SU]"
    r"|(?:earnings|dividends?|net assets?(?: value)?|book value) per (?:ordinary )?share)\b"
    r"(?!.*(?:%|growth|change|allocation|shares outstanding|average shares|numerator|denominator))",
    re.IGNORECASE,
)
_DIVIDED = re.compile(
    r"\b(?:(?:income|earnings|profit|loss)(?: \(loss\))?|numerator|denominator|shares?|number)"
    r"\)?(?: \([\w ]+\))*\W*$",
    re.IGNORECASE,
)
"""How a column ends that holds what is divided, or by what: "2024 Income (in millions)"."""
_MARK = re.compile(r"(?<=[\w)]) ?\(\d{1,2}\)")
_TOTAL = re.compile(
    r"\b(?:total|aggregate|intrinsic|(?<!per.share )amounts?(?! per\b)|used|anti-?dilutive"
    r"|excluded)\b|\d",
    re.IGNORECASE,
)
_VESTED = re.compile(r"\bvalue of .*\b(?:vested|exercised)\b", re.IGNORECASE)
_EACH = re.compile(r"\b(?:average|weighted|per)\b", re.IGNORECASE)
_PART = re.compile(
    r"\W*(?:(?:dis)?continu(?:ing|ed) operations\W*)?(?:basic|diluted)(?: and diluted)?"
    r"\W*(?:\(\w\))?",
    re.IGNORECASE,
)
_NUMBER_OF = re.compile(
    r"(?:(?:total|aggregate|maximum|remaining|(?:weighted[- ])?average) )?number of"
    r" (?:[\w-]+ ){0,3}(?:shares|options|units|awards|warrants|[RP]SUs)\b"
    r"(?!.*\b(?:price|value|cost|per)\b)",
    re.IGNORECASE,
)
_NUMERATOR = re.compile(
    r"numerator for\b|(?:(?:adjusted|net|basic|diluted) )*(?:income|earnings|loss|profit)\b.*"
    r"\b(?:us(?:ed|ing)|for) (?:in |to )?(?:the )?(?:comput|calculat)",
    re.IGNORECASE,
)
"""What is divided by shares: "Net income used in computing basic net income per share"."""
_SHARES_ROW = re.compile(
    r"(?=.*\b(?:average|outstanding|us(?:ed|ing)|in issue)\b)"
    r"(?:(?:basic|diluted|total|average|weighted|number|common|ordinary|of|for|and|[–—,/])[- ]*"
    r"|(?<=average )(?-i:(?:[A-Z\d][\w.&]* ){1,2}))*"
    r"shares\b(?! (?:repurchased|issued|withheld|purchased|acquired|retired))",
    re.IGNORECASE,
)
_PAR_VALUE = re.compile(
    r"\bstock\b.*\$[\d.]+ (?:stated |par )(?:value)?|\b(?:par|stated) value (?:of )?\$"
    r"|^(?!.*\b(?:number|no\.) of\b).*\b(?:share|equity) capital\b"
    r".*\b(?:(?:face|par|nominal) value|each)\b",
    re.IGNORECASE,
)
"""In what a balance sheet says of an amount of capital stock."""
_OF_THE_GROUP = re.compile(
    r"\bgroup(?:['’]s)? share\b|(?:['’]s|s['’]) share(?= of\b|\W*$)", re.IGNORECASE
)
"""What of a result is somebody's: "Net income, Group share" in France, "Reinsurers' share"."""
_SHARE_OF_RESULT = re.compile(
    r"(?:group(?:['’]s)? )?share (?:of|in) (?:the )?(?:(?:net|post-tax|after-tax) )*"
    r"(?:results?|profits?|loss(?:es)?|income|earnings|\()",
    re.IGNORECASE,
)
"""What of the result of associates is the company's."""
_A_THING = re.compile(
    r"\b(?:price|revenues?|rents?|costs?|sales|income|expenses?|rate|RevPAR|ARPU)\b.*"
    r"\bper (?:\w+ ){0,2}?(?:square f(?:oo|ee)t|square met(?:er|re)|room|night|bed|seat|mile|acre"
    r"|barrel|boe|tonne|ton|ounce|pound|gallon|user|customer|subscriber|employee|transaction)s?\b"
    r"|\b(?:shares?|stock|units?|options?|warrants?) (?:[\w-]+ )?"
    r"(?:issu(?:anc)?e|offering|transaction|compensation) (?:costs|expenses?)\W*$",
    re.IGNORECASE,
)
"""What one thing brings or costs, which is no share, or what it cost to issue some."""
_NAMES_SHARES = re.compile(
    r"(?:less:? )?(?:(?:treasury|own) (?:shares?|stock)|own shares held)(?:,? at cost)?\W*"
    r"|(?:(?:called[- ]up|issued|paid[- ](?:up|in)|ordinary|equity|subscribed) )*share capital\W*"
    r"|(?:attributable to:? )?(?:the )?(?:(?:equity|ordinary|common) (?:share|stock)holders"
    r"|(?:share|stock)holders(?= of)|equity ?holders|owners)(?: of (?!record\b).*)?\W*",
    re.IGNORECASE,
)
"""What a statement in money states, though its head names shares or their holders."""
_PAID_FOR = re.compile(
    r"(?:re)?(?:purchases?|acquisitions?|issuances?|issue|sales?|buy-?backs?) of "
    r"(?:[\w-]+ ){0,2}(?:shares|stock)\b"
    r"|(?:proceeds|payments?) (?:from|for) .*\b(?:shares|stock)\b|share buy-?backs?\W*"
    r"|dividends? (?:paid|distributed)(?! per\b)",
    re.IGNORECASE,
)
"""What a statement of cash flows, or a table in money of no small amounts, states of shares."""
_CASH_FLOW = re.compile(
    r"(?:net )?cash (?:[\w()/]+ ){1,7}(operating|investing|financing) activities\b",
    re.IGNORECASE,
)
_DILUTING = re.compile(r"anti-?dilutive\b|(?:potential(?:ly)? )?dilutive \w+", re.IGNORECASE)
_SMALL = re.compile(r"\$?\(?\d{0,2}\.\d\d\)?|\$?[-–—]")
_RATIO = re.compile(rf"{PERCENT_RATIO}(?: \(\w+\))?\W*", re.IGNORECASE)
_PERCENTAGE = re.compile(r"\(?\d{2,3}(?:[.,]\d{1,2})?\)?%?|[-–—]")
"""What ratios printed in percent are; fractions and multiples have one digit before the point."""
_PARENT_RATIO = re.compile(rf"{INSURERS_RATIO}\W*", re.IGNORECASE)
_POINTS = re.compile(r"[-–−+]?\(?[-–−+]?\d{1,3}(?:[.,]\d{1,2})?\)?%?|[-–—]")
_IN_POINTS = re.compile(
    r"\b(?:in|as) (?:percentage )?points\b|\((?:percentage |% )?(?:points|pts\.?)\)", re.IGNORECASE
)
"""What a unit line of ratios says: "Ratios in points of net earned premiums"."""
_YEARS = re.compile(
    r".*\b(?:remaining|average) (?:[\w-]+ ){0,2}(?:terms?|periods?|li(?:fe|ves))\b.*"
    r"|.*\((?:in )?(?:years|months)\)",
    re.IGNORECASE,
)
"""A row without figures, of rows that count years."""
_EQUITY = re.compile(
    r"(?:total )?(?:share|stock)holders[’']? equity\b.*|(?:total )?equity (?:at|as of)\b.*"
    r"|share premium(?: accounts?| reserves?)?\W*",
    re.IGNORECASE,
)
_PERCENT_UNIT = re.compile(r"%|per ?cent|pct", re.IGNORECASE)
_IN_PERCENT = re.compile(r"\((?:in )?(?:%|per ?cent)\)\W*$", re.IGNORECASE)
"""Ends the head of a row of percentages: "Return on capital employed (%)"."""
_PER_SHARE_UNIT = re.compile(
    rf"(?:cps|(?:cents?|pence|[cp¢])(?: per |/)(?:{_SECURITY}|security))", re.IGNORECASE
)
_TITLE = 60
"""Characters of a line above a table that are no sentence."""
_EFFECTS = 8
"""Most rows between the basic and the diluted number of shares."""


def types_of_rows(layout: Layout, table: Table) -> dict[int, str]:
    """Finds the types of the rows of a table by their units and heads.

    "Basic" and "Diluted" are what the row above them without figures says, or the table's title.
    What stands between the shares of the one and of the other, the effect of options, counts
    shares.

    Args:
        layout: The document's passages.
        table: One of its tables.

    Returns:
        By a row's number a type or `NO_FIGURE`.
    """
    found: dict[int, str] = {}
    columns = {cell.column for row in table.rows for cell in row if cell.column}
    parent, counts, shares, each = _title(layout, table), False, None, None
    points = _counts_points(layout, table)
    money, flows = states_money(layout, table), _tells_cash_flows(layout, table)
    for number, row in enumerate(table.rows):
        head = layout.text_of(row[0])
        if not has_figures(layout.document.text, row):
            # What heads a column, as "(in years)" below "Term", says nothing of rows, and a corner
            # of amounts a share holds for all rows below the heads.
            corner = len(row) > 1 and number < table.body and says_per_share(parent)
            if not corner and not any(head in column for column in columns):
                parent = f"{parent} {head}" if _PART.fullmatch(head) else head
                counts = _NUMBER_OF.match(parent) is not None
            continue
        kind = _by_unit(layout.unit_at(row[0].start))
        kind = kind or _by_row(f"{parent} {head}" if _PART.fullmatch(head) else head)
        signed = MONEY_SIGN.search(layout.document.text, row[0].end, row[-1].end) is not None
        counts = counts and not signed
        if kind is None and counts:
            found[number] = "SHARES"
            continue
        if kind is None and not signed and _IN_PERCENT.search(head):
            kind = "PERCENT"
        if kind is None and not signed and _RATIO.fullmatch(head):
            figures = filter(is_figure, map(layout.text_of, row[1:]))
            kind = "PERCENT" if all(map(_PERCENTAGE.fullmatch, figures)) else None
        if kind is None and not signed and (points or _PARENT_RATIO.fullmatch(parent.strip())):
            texts = [text for text in map(layout.text_of, row[1:]) if is_figure(text)]
            pointed = all(map(_POINTS.fullmatch, texts)) and any("." in text for text in texts)
            kind = "PERCENT" if pointed else None
        if kind is None and money and _NAMES_SHARES.fullmatch(head):
            kind = "MONEY"
        small = _are_small(layout, table, number)
        if kind is None and (flows or (money and not small)) and _PAID_FOR.match(head):
            kind = "MONEY"
        if kind is None:
            above = (parent, *row_paths(layout, table)[number][:-1])
            kind = next(filter(None, (_by_parent(each, small) for each in above)), None)
        if kind is not None:
            found[number] = kind
        if kind == "PER_SHARE":
            between = range(number if each is None else each + 1, number)
            if len(between) <= _EFFECTS and all(_are_small(layout, table, n) for n in between):
                found |= dict.fromkeys(between, "PER_SHARE")
            each = number
        if kind == "SHARES" and not _NUMBER_OF.match(head):
            if shares is not None and number - shares <= _EFFECTS:
                found |= dict.fromkeys(range(shares, number), "SHARES")
            shares = number
        elif kind is not None or signed:
            shares = None
    return found


def is_of_money(head: str) -> bool:
    """Whether a head says currency and scale ("Nominal value £m") and excepts nothing from it."""
    return is_money(head) and not EXCEPTION.search(head)


@once_for_each_table
def states_money(layout: Layout, table: Table) -> bool:
    """Whether a table's heads or the line above it say that all in it is of one currency."""
    heads = (layout.text_of(cell) for row in table.rows[: table.body] for cell in row)
    return any(map(is_of_money, (*heads, *layout.above(table)[:1])))


def _counts_points(layout: Layout, table: Table) -> bool:
    """Whether a table's heads or the two lines above it say that its numbers are points."""
    heads = (layout.text_of(cell) for row in table.rows[: table.body] for cell in row)
    return any(map(_IN_POINTS.search, (*heads, *layout.above(table)[:2])))


def _tells_cash_flows(layout: Layout, table: Table) -> bool:
    """Whether a table is a statement of cash flows, by its rows."""
    rows = (_CASH_FLOW.match(layout.text_of(row[0])) for row in table.rows)
    return len({row[1].lower() for row in rows if row}) > 1


def _are_small(layout: Layout, table: Table, number: int) -> bool:
    """Whether all figures of a row have two decimals, and few digits before, or are dashes."""
    texts = (layout.text_of(cell) for cell in table.rows[number][1:])
    return all(_SMALL.fullmatch(text) for text in texts if is_figure(text))


def _title(layout: Layout, table: Table) -> str:
    """The title of a table of amounts a share: "Dividends declared per common share"."""
    title = next(iter(layout.above(table)), "")
    is_title = len(title) <= _TITLE and title[-1:].isalpha() and not EXCEPTION.search(title)
    return title if is_title and says_per_share(title) else ""


def _by_parent(parent: str, small: bool) -> str | None:
    """What the row without figures above leaves of a row's type, if all its figures are small."""
    if _YEARS.fullmatch(parent):
        return NO_FIGURE
    return "PER_SHARE" if small and says_per_share(parent) else None


def _by_unit(unit: str) -> str | None:
    """What a row's cell under "Unit" leaves."""
    if _PERCENT_UNIT.fullmatch(unit):
        return "PERCENT"
    if _PER_SHARE_UNIT.fullmatch(unit):
        return "PER_SHARE"
    return "MONEY" if is_money(unit) else None


def _by_row(head: str) -> str | None:
    head = EXCEPTION.sub("", head)
    if (_OF_THE_GROUP.search(head) and not says_per_share(head)) or _SHARE_OF_RESULT.match(head):
        return "MONEY"
    if _A_THING.search(head) or _PAR_VALUE.search(head) or _NUMERATOR.match(head):
        return "MONEY"
    if _EQUITY.fullmatch(head) and not says_per_share(head):
        return "MONEY"
    if _NUMBER_OF.match(head) or _SHARES_ROW.match(head) or _DILUTING.match(head):
        return "SHARES"
    if _VESTED.search(head) and not _EACH.search(head):
        return "MONEY"
    return "PER_SHARE" if says_per_share(head) else None


def says_per_share(head: str) -> bool:
    """Whether a head names amounts a share."""
    head = _MARK.sub("", head)
    return bool(_PER_SHARE.search(head)) and not _TOTAL.search(head)


def states_per_share(passage: Passage) -> bool:
    """Whether a cell stands in a row or column of earnings a share, and not among its changes."""
    column = (passage.column or "").replace("_", " ")
    changes = "%" in column or ("change" in column.lower() and "$" not in column)
    if _STATED_PER_SHARE.match(column):
        return not changes
    named = _STATED_PER_SHARE.match(passage.row or "") and not _DIVIDED.search(column)
    return bool(named) and not changes
