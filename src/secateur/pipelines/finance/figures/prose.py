"""Which of the times of a sentence a figure in it is for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from secateur.pipelines.document.dates import YEAR
from secateur.pipelines.finance.candidates.vocabulary import CURRENCY
from secateur.pipelines.finance.figures.events import OPENS, is_event
from secateur.pipelines.finance.figures.lists import AMOUNT, LEADS_ON, place_in_list
from secateur.pipelines.finance.figures.times import Time
from secateur.pipelines.finance.fiscal.forecasts import AHEAD

_RANGE_REST = re.compile(rf" ?(?:[-–]|to) ?(?:{AMOUNT.pattern})", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\s+\S?$", re.IGNORECASE)
_NEAR = 8
"""Characters before an amount in which "from" stands."""
_SET_AGAINST = re.compile(
    r"\b(?:compar(?:ed?|es|ing) (?:to|with)|versus|vs\.?|against|as opposed to"
    r"|after (?:(?:an? )?(?:[a-z]+ )?"
    r"(?:declines?|decreases?|falls?|drops?|increases?|rises?|growth) of"
    rf"|(?={CURRENCY} ?\d|[\d.]+ ?%))"
    rf"|on the (?={AMOUNT.pattern} (?:reported|recorded|achieved|earned|generated|posted)\b)"
    r"|(?:high|low|great|larg|small|bett)er than"
    rf"|from (?!{YEAR} to )(?=(?:a |an )?(?:\w+ )?(?:{CURRENCY}|[(\d])))",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r";\s|,\s(?!(?:of )?(?:which|when|where|whom)\b|(?:or|an?|after|net)\b|(?:in|ex)clud)(?=[a-z])"
)
_ANOTHER_VERB = re.compile(
    r"[;,]\s(?:and|while|but)\s(?:(?!(?:and|or)\b)[a-z’'-]+\s){1,5}?"
    r"(?:was|were|is|are|had|rose|fell|grew|widened|narrowed|improved|increased|decreased|declined"
    r"|reached|totall?ed|amounted|came|stood)\b",
    re.IGNORECASE,
)
"""Begins a clause that says something else: ", and the margin widened to"."""
_YEAR_TO_YEAR = re.compile(rf"\s+from (?:fiscal )?(?:year )?{YEAR} to (?:fiscal )?(?:year )?")
_WHILE = re.compile(r",\s(?:while|whereas)\s")
_ABOUT = r"(?:approximately |about )?"
_SAID_AGAIN = re.compile(
    rf",? (?:or|representing|(?:up|down)(?: by)?) {_ABOUT}[$€£(]?"
    r"|,? (?:or |representing )?an? (?:\w+ )?(?:decrease|decline|increase|improvement|reduction"
    rf"|growth|rise|drop|change) of {_ABOUT}(?:{AMOUNT.pattern},? or {_ABOUT})?[$€£(]?",
    re.IGNORECASE,
)
"""Between a time that another is compared with and what the difference is."""
_AGAINST_TIME = re.compile(
    r"(?:\b(?:more|less) than in"
    r"|\b(?:up|down|higher|lower|rose|rise|grew|growth|fell|increased?|decreased?|declined?|reduced)\b"
    r"(?:[^.;$€£]{0,40}(?<!\bas )\bon"
    r"|(?:[^.;]|\.\d){0,100}?\b(?:over|(?<!period )from|versus|vs\.?|against"
    r"|than in|compared (?:to|with))))\s+"
    r"(?:the\s+)?(?:(?:same|comparable|corresponding) period (?:in|of)\s+)?$",
    re.IGNORECASE,
)
_OWN_FIGURE = re.compile(
    rf"\s+(?:[a-z-]+ ){{1,4}}of (?:approximately |about )?(?:{CURRENCY} ?)?\d"
    r"|, (?:in )?(?:which|when)\b",
    re.IGNORECASE,
)
"""Behind a time that a figure is of, though another is set against it."""
_AND_ANOTHER = re.compile(
    rf",? and {AMOUNT.pattern} (?:in|for|at|during|on) (?:fiscal |year[- ]end )?", re.IGNORECASE
)
"""Between two times of the same: "was 23.9% in 2024 and 25.1% in 2023"."""
_TIMES_JOIN = re.compile(r"\W*(?:and|or)?\W*(?:the\s+)?", re.IGNORECASE)
_DATELINE = re.compile(r"\W{0,3}(?:[(/][\w .]{3,30}[)/]\s?)?(?:--|[–—])")
"""Behind the date with which a release begins: "BANGOR, Maine, October 22, 2024 --"."""
_PLACE = re.compile(r"(?:[A-Z][\w.’'-]*,? )*[A-Z][\w.’'-]*, ")
"""Before the date of a line that says where and when a document was issued."""
_SHARE_COUNT = re.compile(r"\d,\d{3}(?!\d).*\bshares\b|\bshares\b.*\d,\d{3}(?!\d)", re.DOTALL)
_GROWN = 130
"""Characters before a time in which it may be said what grew from then."""
_DONE = re.compile(
    r"\bacquisitions? (?:that )?(?:were |was )?(?:closed|completed|made) (?:in|during)(?: the)?\s*$"
    r"|\b(?:approved|adopted) by (?:[\w’'-]+ ){1,4}(?:in|on)\s*$"
)
_OPENING = 100
"""Characters of a text in which its dateline stands."""
_BY = re.compile(r"\bby (?:the end of )?(?:fiscal )?$", re.IGNORECASE)
_IN_TIME = re.compile(
    r"(?:\b(?:in|during|for|of|fiscal|since|and|or|to|years?|both|ended|end|from|with|than|between"
    r"|versus|vs\.?|quarter)|[,(;:])\s*$",
    re.IGNORECASE,
)
_NAMED_BY_YEAR = re.compile(
    r"\s+(?:plan|notes?|act|annual|senior|form|credit|tax|espp|equity|stock|agreement|facility"
    r"|and beyond|LTIP|(?-i:(?:[A-Z][\w’'&-]+ (?:and )?){1,6}(?:Plan|Program|Agreement|Notes)))",
    re.IGNORECASE,
)
_SINCE = re.compile(r"\bsince (?:(?:fiscal|early|late) )?$", re.IGNORECASE)
_OF_RESULTS = re.compile(
    r"(?:[AEF](?!\w))?\s+(?:(?:net|total|adjusted|organic|operating|full[- ]year|diluted|annual) )*"
    r"(?:revenues?|sales|earnings|EPS|EBITDA|profits?|income|guidance|outlook|results"
    r"|objectives?|targets?|periods?|capex|capital (?:expenditures?|spending|investments?|budget)"
    r"|(?:(?:fiscal|financial|calendar) )?years?)(?!\w)"
    r"|\s+(?:[\w-]+ ){1,4}?(?:guidance|outlook)(?!\w)",
    re.IGNORECASE,
)
"""Behind a year that names no plan or note: "expects 2024 revenue", "2026E EPS"."""


def spoken_of(text: str, times: Sequence[Time], *, forecast: bool = False) -> list[Time]:
    """Leaves out times that figures are not for.

    Such are due dates, years in names, the day a release is of, "up 5 % on 2023".

    Args:
        text: The sentence.
        times: What `find_times` found in it.
        forecast: Whether it tells what is expected, by when too ("sales of $4 billion by 2028").

    Returns:
        The others.
    """
    kept = []
    done = -1
    for time in times:
        left = text[max(0, time.start - 40) : time.start]
        bare = time.kind == "year" and text[time.start : time.start + 1].isdigit()
        bare = bare and not _OF_RESULTS.match(text, time.end)
        named = _NAMED_BY_YEAR.match(text, time.end) or not _IN_TIME.search(left)
        against = not _OWN_FIGURE.match(text, time.end) and _AGAINST_TIME.search(
            text, max(0, time.start - _GROWN), time.start
        )
        opens = time.start < _OPENING and _DATELINE.match(text, time.end)
        if _DONE.search(left) or (done >= 0 and _TIMES_JOIN.fullmatch(text, done, time.start)):
            done = time.end
            continue
        ahead = AHEAD.search(left) and not (forecast and _BY.search(left))
        if not (ahead or (bare and named) or against or opens):
            kept.append(time)
    return kept


def is_of_the_document(text: str, day: Time) -> bool:
    """Whether a line is a dateline ("Basel, 15 August 2024"), or counts the shares on a day.

    Where a sentence speaks of beneficial owners, what they own is of that day.

    Args:
        text: The line.
        day: A day that it names, later than what the document reports on.
    """
    dateline = _PLACE.fullmatch(text, 0, day.start) and day.end >= len(text.rstrip(" ."))
    sentence = text[text.rfind(". ", 0, day.start) + 1 :].partition(". ")[0]
    counts = _SHARE_COUNT.search(sentence) and "beneficial" not in sentence
    return bool(dateline or counts)


def chief_of(text: str, times: Sequence[Time]) -> Time | None:
    """Finds the time that a sentence hands on to those behind it.

    Args:
        text: The sentence.
        times: The times that it speaks of, in order.

    Returns:
        The one that it opens with, but what "On May 2, 2024 we reported" on; else the last that is
        not set against another ("$3 in 2024, compared with $2 in 2023"), of a list the latest; None
        where it names none, or no more than what another is compared with or since when it is so.
    """
    times = [time for time in times if not _SINCE.search(text, max(0, time.start - 16), time.start)]
    if times and times[0].start < OPENS:
        reported = [time for time in times[1:] if time.kind == "span" and is_event(times[0])]
        return reported[-1] if reported else times[0]
    against = _SET_AGAINST.search(text)
    own = [time for time in times if against is None or time.start < against.start()]
    if len(own) > 1 and _AND_ANOTHER.fullmatch(text, own[-2].end, own[-1].start):
        return max(own[-2:], key=lambda time: time.last)
    return max(runs_of(text, own)[-1], key=lambda time: time.last) if own else None


def time_for(text: str, at: int, times: Sequence[Time]) -> Time | None:
    """Finds the time of a figure.

    Args:
        text: The sentence.
        at: Where the figure starts in it.
        times: The times that the sentence speaks of, in order.

    Returns:
        Of a list of times the one in the figure's own place in its list ("$3, $4 and $5 in 2024,
        2023 and 2022"); else the one that follows at once ("$758 million as of …") or in its own
        clause (", while $5 was paid in 2023"), else the nearest before, else the nearest after;
        None where that is the time of what the figure is compared with ("$3, compared with $2 in
        2023").
    """
    times = [time for time in times if not _is_of_another(text, at, time)]
    if not times:
        return None
    listed = place_in_list(text, at, runs_of(text, times))
    if listed is not None:
        return listed
    after = [time for time in times if time.start >= at]
    own_end = _amount_end(text, at)
    if after and own_end and LEADS_ON.fullmatch(text, own_end, max(after[0].start, own_end)):
        return after[0]
    if after and own_end and not text[own_end : after[0].start].strip(" ("):
        return after[0]
    grown = _YEAR_TO_YEAR.match(text, own_end) if own_end else None
    if grown and (later := [time for time in after if time.start <= grown.end() < time.end]):
        return later[0]
    before = [run for run in runs_of(text, times) if run[-1].end <= at]
    while len(before) > 1 and _is_passed(text, before, at):
        before.pop()
    if before and after and _has_own_clause(text, before[-1][-1].end, at, after[0].start):
        return after[0]
    if len(before) == 1 and _is_compared(text, before[0], at):
        return after[0] if after else None
    if before or not after:
        return before[-1][0] if before else times[0]
    return None if _SET_AGAINST.search(text, own_end or at, after[0].start) else after[0]


def _is_of_another(text: str, at: int, time: Time) -> bool:
    """Whether a time behind a figure is of the next: "down 2% from 2023 sales of $9 million"."""
    if at >= time.start or _OWN_FIGURE.match(text, time.end) is None:
        return False
    return _AGAINST_TIME.search(text, max(0, time.start - _GROWN), time.start) is not None


def _amount_end(text: str, at: int) -> int:
    """Where an amount ends, or the range that it begins ("$50 to $55 million"); 0 without one."""
    own = AMOUNT.search(text, at)
    if own is None:
        return 0
    rest = _RANGE_REST.match(text, own.end())
    grew = _FROM.search(text, max(own.start() - _NEAR, 0), own.start())
    return rest.end() if rest and not grew else own.end()


def _is_passed(text: str, before: Sequence[Sequence[Time]], at: int) -> bool:
    """Whether a clause has begun since the last time, with which an earlier one was compared."""
    (*_, earlier), last = before[-2], before[-1][0]
    if _SET_AGAINST.search(text, earlier.end, last.start) is None:
        return False
    end = before[-1][-1].end
    said_again = _SAID_AGAIN.fullmatch(text, end, at)
    return said_again is not None or _CLAUSE.search(text, end, at) is not None


def _has_own_clause(text: str, end: int, at: int, start: int) -> bool:
    """Whether a figure and the time behind it stand in a clause with "while", no time before."""
    own = _WHILE.search(text, end, at)
    return own is not None and not _CLAUSE.search(text, at, start)


def _is_compared(text: str, run: Sequence[Time], at: int) -> bool:
    """Whether a sentence's first time is of what it compares, and another clause has begun."""
    against = _SET_AGAINST.search(text, 0, run[0].start)
    end = run[-1].end
    begun = "; " in text[end:at] or _ANOTHER_VERB.search(text, end, at)
    return against is not None and bool(begun)


def runs_of(text: str, times: Sequence[Time]) -> list[list[Time]]:
    """Groups times that stand side by side: "December 31, 2024, 2023 and 2022".

    Args:
        text: The sentence.
        times: Times of it, in order.
    """
    runs: list[list[Time]] = []
    for time in times:
        if runs and _TIMES_JOIN.fullmatch(text, runs[-1][-1].end, time.start):
            runs[-1].append(time)
        else:
            runs.append([time])
    return runs
