"""Figures of tables that are for a stretch of time by what their rows and columns are."""

from __future__ import annotations

import re
from functools import lru_cache

from secateur.pipelines.document.dates import MONTH, YEAR
from secateur.pipelines.document.layout import Layout, Table, once_for_each_table
from secateur.pipelines.document.tables import row_paths

_GROWTH = re.compile(
    r"\b(?:growth|change|increase|decrease|chg|var(?:iance|iation)?|yoy)\b", re.IGNORECASE
)
_ASSUMED = re.compile(r"\b(?:compensation|assum\w+|trend|ultimate|salary|pension)\b", re.IGNORECASE)
"""Rates of growth that an actuary takes for granted on a day."""
_OF_SALES = re.compile(
    r"(?:%|per ?cent) (?:of|to) (?:(?:net|total) )?(?:sales|revenues?)", re.IGNORECASE
)
"""In the head of a column that says that all figures of its row are for a stretch of time."""
_AVERAGE = re.compile(
    r"\baverage (?:(?:daily )?(?:balances?|outstanding)|(?:un)?weighted (?:amounts?|values?))",
    re.IGNORECASE,
)
"""The same: beside it stands what the balance earned or cost."""
_MEAN = re.compile(
    r"(?!.*\bweighted\b)(?:[\w-]+ ){0,2}average (?:[\w-]+ ){0,2}(?:occupancy|rents?|fares?"
    r"|daily rates?|(?:reali[sz]ed|selling|sales) (?:[\w-]+ ){0,2}prices?)\b",
    re.IGNORECASE,
)
"""Heads of what a thing brings on an average: "Average occupancy", "Average realized price"."""
_SALES = re.compile(r"\b(?:sales|revenues?)\b", re.IGNORECASE)
_SPENT = re.compile(
    r"(?!.*\b(?:accrued|commitments?|obligations?)\b)"
    r".*\b(?:capital (?:expenditures?|spending)|capex)\b",
    re.IGNORECASE,
)
"""The title of a table of what a company spent, whatever assets it bought."""
_STANDS = re.compile(
    r"\b(?:assets?|liabilit\w+|receivables?|payables?|deferred|contracts?|balances?|inventor\w+"
    r"|deposits|securities|loans|leases?|financing|backlog|obligations?|accrued|unbilled|unearned|held"
    r"|allowances?)\b",
    re.IGNORECASE,
)
_EARNING = re.compile(
    r"net interest (?:income|spread|margin|rate spread)\b"
    r"|returns? on (?:(?:average|common|total|tangible|shareholders[’']|stockholders[’']) )*"
    r"(?:equity|assets|capital)\b",
    re.IGNORECASE,
)
"""What equity, or the balances of a bank, earn in a year."""
_TITLE = 120
"""Most characters of a title above a table."""
_EARNED = re.compile(r"\b(?:earnings|income|loss) per (?:\w+ )?share\b", re.IGNORECASE)
_RATES = re.compile(
    r"(?:(?:basic|diluted|adjusted|underlying|reported|core) )*"
    r"(?:EPS|DPS|FFO|AFFO|RO(?:A|E|CE|IC|TE|TCE)|efficiency ratio|cost[-/ ](?:to[- ])?income ratio"
    r"|(?:gross|operating|net|EBITD?A?|pre-?tax|profit) (?:(?:profit|income|earnings) )?margin"
    r"|(?:adjustments? to )?net (?:income|earnings)(?: as adjusted)?)"
    r"(?: ?[(,].*| per (?:\w+ )?(?:share|unit)\b.*)?",
    re.IGNORECASE,
)
"""Rows of what a year brings, by the names that analysts and banks give it."""
_UNDERWRITTEN = re.compile(
    r"(?:(?:net|gross|direct|total|ceded|assumed|reinsurance|insurance) )*"
    r"(?:(?:written|earned|ceded) premiums?|premiums? (?:written|earned|ceded|income)"
    r"|claims (?:incurred|paid)|benefits paid|insurance (?:service )?(?:revenues?|expenses?))\b",
    re.IGNORECASE,
)
"""Rows of what an insurer earns and pays out in a year."""
INSURERS_RATIO = (
    r"(?:(?:(?:net|gross|total|underlying|adjusted|reported|attritional|catastrophe|operating"
    r"|administrati(?:ve|on)|underwriting|acquisition|accident[- ]year|calendar[- ]year|current"
    r"|prior|year) )*"
    r"(?:loss(?:es)?(?: (?:and|&) (?:LAE|loss adjustment expenses?))?|claims|expenses?|combined"
    r"|commissions?|(?:acquisition|administrati(?:ve|on)) (?:cost|expense)s?) ratio"
    r"(?:,? (?:total|(?:ex|in)cluding|ex|before|net of) ?.{0,40})?)"
)
"""What insurers print in points of their premiums."""
_OF_PREMIUMS = re.compile(rf"{INSURERS_RATIO}\W*", re.IGNORECASE)
_INCURRED = re.compile(
    r"\b(?:costs?|charges|expenses?) (?:incurred|recogni[sz]ed)\b", re.IGNORECASE
)
_BOUGHT = re.compile(
    r"(?!.*\b(?:yet|still)\b).*\b(?:price paid|(?:shares|units|securities) (?:re)?purchased)\b",
    re.IGNORECASE,
)
"""Heads of what a company bought of its own shares in a month."""
_SALARY = re.compile(r"(?:base )?salary\b", re.IGNORECASE)
"""Head of a column beside those of what else somebody was paid in the year."""
_FEES = re.compile(r"audit(?:[- ]related)? fees\b", re.IGNORECASE)
"""A row of what the auditor was paid, beside those of its other fees and their sum."""
_PAY = re.compile(r"\b(?:all other|directors?[’']?) compensation\b", re.IGNORECASE)
"""In the title of a table of what people were paid."""
_TIME = r"(?:(?:FY|CY|[HQ][1-4]|[1-4][HQ]|9M) ?[’']?)?(?:\d{4}|\d\d)[AEe]?"
_SOLD = re.compile(
    rf"(?:{_TIME} )?(?:(?:net|total|organic|segment|adjusted|underlying|operating) )*"
    rf"(?:revenues?|sales|turnover|EBITD?A?|(?:net|operating) (?:income|profit|result))"
    rf"(?: ?\(.*\))?(?: (?:{_TIME}|(?:%|change|chg)\W*(?:%|change|chg)?))?",
    re.IGNORECASE,
)
"""Heads of columns of sales and results, whatever their rows are called."""
_UNIT_LINE = re.compile(r"\(.*\)")
_CASH_FLOWS = re.compile(
    r"cash flows? (?:from|used|provided)\b|(?:operating|investing|financing) activities\W*$"
    r"|(?:net )?(?:change|\(?(?:in|de)crease)\b.{0,16} in cash\b",
    re.IGNORECASE,
)
"""Rows of a statement of cash flows."""
_CASH = re.compile(
    r"(?:(?:less:?|total|restricted|beginning|ending) )*cash\b(?! (?:paid|received|flows?)\b)",
    re.IGNORECASE,
)
"""Rows of a statement of cash flows that may be balances; all others are flows."""
_SUMMED = re.compile(r"total (?:current )?(?:assets|liabilities)\b", re.IGNORECASE)
_VOLUME = re.compile(r"(?!.*\bper\b).*\bvolumes?\b", re.IGNORECASE)
_OPENS = re.compile(r"\b(?:beginning|opening|start)(?: |$)", re.IGNORECASE)
_CLOSES = re.compile(r"\b(?:end(?:ing)?|closing) (?:of|balance)|, end(?:ing)?\b", re.IGNORECASE)
_ON_DAY = (
    rf"(?:\b(?:at|as of|balances?)|,) (?:{MONTH} (?:{{0}})|(?:{{0}}) {MONTH}),?(?: {YEAR})?\W*$"
)
_FIRST_DAY = re.compile(_ON_DAY.format("1(?:st)?"), re.IGNORECASE)
"""Ends the head of an opening balance: "Reserve at January 1"."""
_LAST_DAY = re.compile(_ON_DAY.format("2[89](?:th)?|30(?:th)?|31(?:st)?"), re.IGNORECASE)
_DAY = re.compile(rf"\b{MONTH}\s+\d{{1,2}},\s+{YEAR}", re.IGNORECASE)
_MOST = 20
"""Rows between an opening and a closing balance."""


def passes(layout: Layout, table: Table, number: int, label: str, heads: tuple[str, str]) -> bool:
    """Says whether a figure is for a stretch of time: growth, flows, what moves a balance.

    Args:
        layout: The document.
        table: The table.
        number: Number of the figure's row.
        label: Its type.
        heads: Heads of its row and of its column.
    """
    if label == "PERCENT":
        words = *heads, *layout.heads(table, number)
        if any(map(_GROWTH.search, words)):
            return not any(map(_ASSUMED.search, words))
        if any(map(_OF_PREMIUMS.fullmatch, (heads[0], next(layout.heads(table, number), "")))):
            return True
    row, column = heads
    if _EARNED.search(column) or _INCURRED.search(row) or _EARNING.match(row):
        return True
    if _RATES.fullmatch(row) or (label in ("MONEY", "PERCENT") and _SOLD.fullmatch(column)):
        return True
    columns = tuple(cell.column or "" for cell in table.rows[number])
    if _is_between_columns(columns, column) or any(map(_OF_SALES.search, columns)):
        return True
    if label in ("MONEY", "SHARES") and (_VOLUME.match(row) or _UNDERWRITTEN.match(row)):
        return True
    if is_averaged(table, number) or _BOUGHT.match(column) or any(map(_MEAN.match, heads)):
        return True
    if label == "MONEY" and _is_pay(layout, table):
        return True
    if label == "MONEY" and _states_cash_flows(layout, table) and not _CASH.match(row):
        return True
    title = title_of(layout, table)
    captions = row_paths(layout, table)[number][:-1]
    if label == "MONEY" and any(map(_SPENT.match, (title, *captions))):
        return True
    if label == "MONEY" and _SALES.search(title):
        return not any(map(_STANDS.search, (*heads, title)))
    return number in _between_balances(layout, table)


def title_of(layout: Layout, table: Table) -> str:
    """Returns the nearest short line above a table that is no unit line, or nothing."""
    above = (line for line in layout.above(table)[:2] if not _UNIT_LINE.fullmatch(line))
    title = next(above, "")
    return title if len(title) <= _TITLE else ""


def is_averaged(table: Table, number: int) -> bool:
    """Says whether a row of a table is of balances on an average, whatever it is called.

    Args:
        table: The table.
        number: Number of the row.
    """
    return any(_AVERAGE.search(cell.column or "") for cell in table.rows[number])


@once_for_each_table
def _is_pay(layout: Layout, table: Table) -> bool:
    """Whether a table is of what people, or the auditor, were paid by the year."""
    heads = (layout.text_of(cell) for row in table.rows[: table.body] for cell in row)
    rows = (layout.text_of(row[0]) for row in table.rows[table.body :])
    if any(map(_SALARY.match, heads)) or any(map(_FEES.match, rows)):
        return True
    return _PAY.search(title_of(layout, table)) is not None


@once_for_each_table
def _states_cash_flows(layout: Layout, table: Table) -> bool:
    """Whether a table is a statement of cash flows, or a part of it, and no choice of figures."""
    heads = [layout.text_of(row[0]) for row in table.rows]
    return any(map(_CASH_FLOWS.match, heads)) and not any(map(_SUMMED.match, heads))


@lru_cache(maxsize=256)
def _is_between_columns(columns: tuple[str, ...], column: str) -> bool:
    """Whether a column stands between those of the opening and of the closing balance."""
    place = columns.index(column) if column in columns else 0
    before, after = columns[:place], columns[place + 1 :]
    if _OPENS.search(column) or _DAY.search(column) or "adoption" in column.lower():
        return False
    days = [
        {day.lower() for head in side for day in _DAY.findall(head)} for side in (before, after)
    ]
    dated = all(days) and not days[0] & days[1]
    return dated or (any(map(_OPENS.search, before)) and any(map(_CLOSES.search, after)))


@once_for_each_table
def _between_balances(layout: Layout, table: Table) -> set[int]:
    """Numbers of the rows between the opening and the closing balance."""
    found: set[int] = set()
    opened: int | None = None
    for number, row in enumerate(table.rows):
        head = layout.text_of(row[0])
        if _OPENS.search(head) or _FIRST_DAY.search(head):
            opened = number
        elif _CLOSES.search(head) or _LAST_DAY.search(head):
            if opened is not None and number - opened <= _MOST:
                found.update(range(opened + 1, number))
            opened = None
    return found
