"""Numbers that count people, stores or years, or say how many times as much: no figures."""

from __future__ import annotations

import re
from collections.abc import Mapping

from secateur.pipelines.document.calendar_words import YEAR
from secateur.pipelines.document.dates import MONTH
from secateur.pipelines.document.document import Passage
from secateur.pipelines.document.layout import Layout, Table
from secateur.pipelines.finance.candidates.vocabulary import CURRENCY, SCALE_WORD
from secateur.pipelines.finance.figures.passing import INSURERS_RATIO
from secateur.pipelines.finance.numbers.context import MONEY_SIGN

SCALES = r"(?:thousand|lakh|million|crore|billion|trillion)"
_THINGS = (
    "years? yrs? months? weeks? days? hours? tons? tonnes acres barrels bushels miles"
    " kilomet(?:er|re)s square[_-](?:feet|foot|met(?:er|re)s?) board_feet employees people"
    " associates customers subscribers stores properties buildings countries cars vehicles"
    " MW GW MWh GWh TWh volts?"
    " microns? watts? inch(?:es)? gallons? lit(?:er|re)s? [MG]Hz [GMT]B [GTP]J ounces oz g/t"
    " hectares claims claimants plaintiffs lawsuits cases patients jurisdictions"
    " M*BOE(?:/d)? M*BO(?:/d|PD) [MB]cf(?:/d)? bbls?(?:/d)? MTPA TPA TPD [Mk]t TEUs? sqm [MG]Wp kWh"
)
_COUNTED = re.compile(
    rf"\)?(?:(?: to | ?[-–] ?)\d[\d,.]*)?(?: {SCALES})?[ -](?:(?:full|part)-time )?"
    rf"(?:{'|'.join(_THINGS.split()).replace('_', ' ')})(?!\w|-end)",
    re.IGNORECASE,
)
_PEOPLE = (
    r"(?:employees|headcount|staff|workforce|personnel|FTEs?|full-time equivalents|passengers"
    r"|customers|users|subscribers|members|visitors|guests|patients|students)"
)
_HEAD = (
    rf"(?:{_PEOPLE}|stores|shops|restaurants|hotels|outlets|branches|aircraft|vessels|ships|wells"
    r"|vehicles|cars|trucks|tons|tonnes|barrels|ounces|rooms|beds|homes|transactions)"
)
_ONES = r"(?:staff|customer|employee|subscriber|member|store|shop|restaurant|hotel|branch|user)"
_OF_IT = r"(?:(?!(?:to|from|by|of|for|on|in|with|due|per)\b)[\w-]+ ){0,3}"
"""Words before what is counted: in "Due to employees" and "Rent per square foot" else is."""
_AT = r",? (?:(?:at|as (?:at|of)|in|on|during|for|by) )?(?:the )?"
_WHEN = (
    rf"(?:{_AT}(?:(?:beginning|start|end|close) of (?:the )?(?:\w+ )?(?:period|year|quarter|month)"
    r"|(?:fiscal )?(?:period|year|quarter|month)(?:[- ]?end)?|(?:balance sheet|reporting) date))"
)
_DATED = rf"{_AT}(?:(?:\d{{1,2}} )?{MONTH}.*|{YEAR})"
"""Of people; "Aircraft at 31 December" may be what they are worth."""
_REST = r"(?:,? (?:in )?(?:thousand|million)s?)?(?: \(.*\))*"
_COUNTING = re.compile(
    r"(?:\w+ )?(?:net promoter score|e?NPS)\b.*|"
    r"(?:(?:total|average) )?number of (?!.*\b(?:shares|units|options|awards|RSUs|PSUs)\b).*"
    r"|(?:(?:total|average|(?:full|part)-time(?: equivalent)?|permanent|temporary|owned|leased"
    r"|operated|franchised|rentable|active|paying) )*(?:employees|headcount|stores|branches"
    r"|passengers|customers|users|subscribers|members|visitors|patients|students|aircraft|vessels|wells|transactions"
    r"|square f(?:ee|oo)t(?:age)?|(?<=average )personnel|(?:policies|claims|contracts) in force)"
    rf"{_REST}|{_OF_IT}{_HEAD}{_WHEN}{_REST}|{_OF_IT}{_PEOPLE}{_DATED}{_REST}"
    rf"|{_OF_IT}{_PEOPLE}\b[^,;]* ?(?:[>≥]|\b(?:(?:more|greater) than|over|above|at least)) ?"
    rf"{CURRENCY} ?\d.*"
    rf"|{_OF_IT}{_HEAD} (?:sold|carried|produced|delivered|shipped|served|transported|handled"
    rf"|processed|mined|drilled|opened|closed|hired){_WHEN}?{_REST}"
    rf"|{_OF_IT}(?:square f(?:ee|oo)t(?:age)?|count|headcount|workforce"
    rf"|{_ONES} numbers){_WHEN}?{_REST}|age"
    r"|.*\((?:in )?(?:(?:(?:thousand|million)s?|['’]?000['’]?s?) (?:of )?)?"
    r"(?:years|days|months|people|ounces|[kM]?oz|tonnes|tons|[kM]t|(?:(?:k?g|oz|lb)/t|ppm)(?: \w+)?"
    r"|barrels|[kMGT]Wh?|hectares|acres"
    r"|(?:[km]*(?:boe|bbls?)|[mb]*cf)(?:/d(?:ay)?|pd)?"
    r"|[kM]?(?:t|tonnes) ?(?:of )?CO[2₂]-?e?(?: ?(?:per |/)[^()]+)?"
    r"|m{0,2}fbm|sq(?:uare)?\.? ?(?:ft|feet|m|met(?:er|re)s)\.?)\)(?: ?\(\w{1,2}\))*"
    r"|.*\b(?:average|contractual|remaining) (?:li(?:fe|ves)|terms?)(?: ?\(.*\))*"
    r"|(?:weighted[- ]average )?remaining (?:lease |contractual |vesting )?(?:terms?|periods?)\b.*"
    r"|(?:(?:weighted|average|remaining|estimated)[ -])*"
    r"(?:useful li(?:fe|ves)|(?:lease |contractual )?terms?|li(?:fe|ves))(?: \(.*\))?",
    re.IGNORECASE,
)
_DURATION = re.compile(
    r"\b(?:li(?:fe|ves)|terms?|periods?)\b,?\s\(?(?:in )?(?:years|months)\b"
    r"|^(?:(?:weighted|average|expected|estimated|remaining)[ -]+)+(?:[\w-]+ ){0,3}"
    r"(?:li(?:fe|ves)|terms?)(?: remaining)?\W*$"
    r"|^weighted[ -]average (?:number of )?(?:years|months)\b",
    re.IGNORECASE,
)
"""Heads that name how long something lasts, wherever they say years."""
_SAID = re.compile(
    rf"\b(?:number of (?:[\w-]+ ){{0,2}}(?:{_HEAD}|people)|headcount|workforce"
    rf"|{_ONES} (?:numbers|count|base))"
    r"(?: [\w.,%-]+){0,4} (?:was|were|is|of|to|at|by|reached|totall?ed) (?:\w+ )?$"
    rf"|(?<!from )(?<!to )\b{_HEAD} (?:reached|totall?ed|numbered"
    rf"|(?:rose|grew|fell|increased|declined|decreased)(?: by [\d.,]+{SCALES}?%?)? (?:to|by)) $",
    re.IGNORECASE,
)
_REACH = 80
"""Characters before a number in which it is said what is counted."""
_THING = re.compile(
    rf" {SCALES} (?:(?:active|paying|unique|new|registered|monthly|daily|loyal|digital|retail) )*"
    r"(?!dollars|euros|pounds|rupees|francs|shares|units|options|awards|warrants|ADSs"
    r"|securities|was|has|plus|less|versus|towards)[a-z]{3,}s(?![\w'’])"
)

_TIMES = re.compile(
    r" ?[x×](?!\w)|(?: to |:)1(?:\.0+)?(?![\d.,%]\d|\d)|(?<=\d) (?:times|ratio)(?!\w)"
)
_FIGURES_UNIT = re.compile(
    rf"(?<!/)(?<!per ){CURRENCY}|[%¢]"
    r"|\b(?:per ?cent(?:age)?|pct|pp|ppts?|bps?|points?|pence|cents?|cps)\b"
    r"|\b(?:shares?|units?|options?|awards?|ADSs?|[RP]SUs?|warrants?)\b"
    rf"|^(?:in )?(?:{SCALE_WORD}|['’]?000['’]?s?|ones|actual|full|p)?$",
    re.IGNORECASE,
)
"""What a row under "Unit" reads that holds figures; by any other it counts things."""
_NUMBER = re.compile(r"(?:\w*\d\d )?(?:number|no\.|#)(?: of .*)?(?: \(.*\))?", re.IGNORECASE)
_LET = re.compile(
    r"(?:leases|tenants|propert(?:y|ies)|buildings|communities|centers|apartments|units|homes"
    r"|rooms|beds)(?: \(\w\))?",
    re.IGNORECASE,
)
_SPACE = re.compile(
    r"\b(?:square f(?:ee|oo)t(?:age)?|sq\.? ?f(?:ee)?t|gla|occupancy|occupied|% leased)\b",
    re.IGNORECASE,
)
"""In a head of a table of what is let: beside it "Leases" and "Units" are counted."""
_SECURITIES = re.compile(
    r"\b(?:shares?|stock|units?|options?|awards?|[RP]SUs?|warrants|securities)\b", re.IGNORECASE
)
_TO_ONE = re.compile(r"\d(?: to |:)$")
_ONE = re.compile(r"1(?:\.0+)?")
PERCENT_RATIO = (
    rf"(?:{INSURERS_RATIO}|(?:(?:net |gross |total |underlying |adjusted )*(?:"
    r"cost[-/ ](?:to[-/ ])?income|CET ?1|(?:common equity )?tier (?:1|2|one|two)(?: capital)?"
    r"|(?:total )?capital(?: adequacy)?|liquidity coverage|net stable funding|solvency) ratio)"
    r"|LCR|NSFR)"
)
"""What insurers and banks print in percent, often without the sign."""
_RATIO = re.compile(
    r"(?:(?:current|quick|leverage|gearing|cash|acid[- ]test) ratio"
    r"|.*\b(?:interest|fixed[- ]charges?|dividend) cover(?:age)?(?: ratio)?"
    r"|.*\bdebt ?(?:to|[-/]) ?.*\b(?:ebitdar?x?|equity|capital(?:i[sz]ation)?)(?: ratio)?"
    r"|(?:net )?leverage|.*\bturnover ratio|.*\b(?:asset|inventory|stock) turn(?:s|over)?"
    r"|p/e(?: ratio)?|price[- /](?:to[- ])?earnings(?: ratio)?|book[- ]to[- ]bill(?: ratio)?"
    r"|.*\((?:x|times|multiple|ratio|[a-z]+ ?: ?[a-z]+)\))(?: \((?:x|times|ratio|\d)\))?",
    re.IGNORECASE,
)
"""Heads of numbers that are multiples of others, and printed as percentages bear the sign."""


def counts_things(text: str, start: int, end: int, passage: Passage) -> bool:
    """Whether a number counts things, by the words beside it or its heads.

    Args:
        text: The document's text.
        start: Its first character.
        end: One past the number's last character.
        passage: The one in which it stands.
    """
    behind = _COUNTED.match(text, end) or _THING.match(text, end)
    before = _SAID.search(text, max(start - _REACH, passage.start), start)
    return behind is not None or before is not None or _is_count(passage)


def _is_count(passage: Passage) -> bool:
    """Whether the heads of a cell name people, stores or years."""
    heads = (passage.row, passage.column) if passage.kind == "cell" else ()
    return any(_COUNTING.fullmatch(head) or _DURATION.search(head) for head in heads if head)


def counted_cells(layout: Layout, table: Table, lowest: Mapping[str, str]) -> set[int]:
    """Finds cells that count things by the unit of their row or the lowest head of their column.

    Args:
        layout: The document.
        table: One of its tables.
        lowest: The lowest parts of its columns' heads.

    Returns:
        Their first characters.
    """
    spoken = " ".join((layout.document.text[table.start : table.end], *layout.above(table)[:2]))
    counts = not _SECURITIES.search(spoken)
    lets = any(map(_SPACE.search, lowest))
    found: set[int] = set()
    for row in table.rows[table.body :]:
        things = not _FIGURES_UNIT.search(layout.unit_at(row[0].start))
        for cell in row[1:]:
            head = lowest.get(cell.column or "", "")
            number = (counts and _NUMBER.fullmatch(head)) or (lets and _LET.fullmatch(head))
            signed = MONEY_SIGN.search(layout.document.text, cell.start, cell.end)
            if things or (number and not signed):
                found.add(cell.start)
    return found


def says_times(text: str, start: int, end: int) -> bool:
    """Whether the writing of a number says how many times as much: "1.5x", "3.5 to 1"."""
    one = _ONE.fullmatch(text, start, end) and _TO_ONE.search(text, max(start - 5, 0), start)
    return bool(one or _TIMES.match(text, end))


def heads_ratio(passage: Passage) -> bool:
    """Whether a cell's heads name a multiple ("Current ratio") and no percentage."""
    heads = (passage.row, passage.column) if passage.kind == "cell" else ()
    plain = "%" not in "".join(filter(None, heads))
    return plain and any(_RATIO.fullmatch(head.strip(" :")) for head in heads if head)
