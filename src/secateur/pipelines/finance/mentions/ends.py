"""Ends of names put where a reader would put them: no article, no half of a hyphenated word.

Labels belong to words, and a word ends at a hyphen and at the point of an abbreviation, where the
model is often of two minds: "Salesforce, Inc", "Coca" of "Coca-Cola", "Jennifer K" and "Mann".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from secateur.pipelines.finance.candidates.found import Found
from secateur.pipelines.finance.mentions.forms import (
    TITLE,
    TRADE_LAST,
    TRADE_NEXT,
    has_legal_form,
    is_legal_form,
    names_company,
)
from secateur.pipelines.finance.mentions.joining import BODY_LAST
from secateur.pipelines.finance.mentions.known import known_type
from secateur.pipelines.finance.mentions.listings import EXCHANGES

_ARTICLE = re.compile(r"(?:the|our|an?)\s+(?=[A-Z0-9])")
_DASH = re.compile(r"[-–—] ?$")
"""The dash behind a dateline."""
_HYPHENATED = re.compile(r"(?:[-‐‑](?!(?:BASED|LED|OWNED|BACKED|RUN|LISTED)\b)[A-Z0-9]\w*)+")
_HYPHEN_BEFORE = re.compile(r"(?:\b(?!(?:Non|Ex|Pro|Anti|Post|Pre|Mid)\b)[A-Z]\w*[-‐‑])+$")
# What agencies put before a headline: "BRIEF-Nokia".
_SLUG = re.compile(r"[A-Z]{4,}-$")
_POINTED = re.compile(r"(?:\b(?:inc|corp|cos?|ltd|bros|[js]r)|\.[A-Z])$", re.IGNORECASE)
_INITIAL = re.compile(r"(?<![\w.])(?:[A-Z]|Mr|Ms|Mrs|Dr|Messrs)$")
_SURNAME = re.compile(r"\.[  ](?:[A-Z]\.[  ])*[A-Z][\w’'-]+")
_INITIAL_NEXT = re.compile(r"[  ](?:[A-Z]\.[  ])+[A-Z][\w’'-]+")
_FULL_STOP = re.compile(
    r"(?:^|[^\w.])(?!(?:inc|corp|ltd|bros)\.$)[\w'’]{3,}\.$|&[A-Z]\.$", re.IGNORECASE
)
# What a name does not end in: words that lead on or say what is whose, a full stop on its own,
# the score of a match, the number of the next item of a list.
_TAIL = re.compile(
    r"(?:\s(?:and|or|in|on|at|by|with|from|as|to|is|was|said|has|AND|WITH|FROM|TO|WAS|SAID|HAS)"
    r"|\s(?:(?:common )?stock|shares?|bonds|notes|(?:term )?loans?|employees|shareholders)"
    rf"|\s?\((?:{EXCHANGES}\b[^()]*|[A-Z]{{3,6}}: ?[A-Z0-9.]+)\)?"
    r"|\s(?:analysts?|army|border|district|state|news(?: agency)?|newspaper|police|province)"
    r"|(?<=[^\W\d_]{2})\s\.|\s\d+\s?[-–]\s?\d+|(?<=(?:nc|rp|td|\.A|\.V)\.)\s\d{1,2})+$"
)
_COUNTED = re.compile(r"(.*[^\W\d_]) \d{1,3}")
"""A name and a number: a person's runs, say."""
_SCORE = re.compile(r" ?[-–] ?\d")
"""Behind the number of a result ("2-1") or a model ("777-200")."""
_RANK = re.compile(
    r"(?:(?:Crown |Vice |Prime )?(?:President|Minister|Premier|Chancellor|Senator|Governor|Mayor"
    r"|Judge|Professor|General|Colonel|Pope|Emperor|King|Queen|Prince|Princess) )+(?=[A-Z])"
)
_JUNIOR = re.compile(r",? (?:[JS]r\b\.?|(?:III?|IV)\b)")
# What goes on behind a point without a space ("E.ON", "Overstock.com"), and a form that was missed.
_DOTTED = re.compile(r"(?<=\b[A-Z]\.)[A-Z]{2,}\b|\.(?:com|net|org)\b")
# "S" and "S&" of "S&P".
_AMPERSAND = re.compile(r"(?<=\b[A-Z]&)[A-Z]\w*|(?<=\b[A-Z])&[A-Z]\w*")
_FORM_NEXT = re.compile(
    r"(?: ,|,)? (?:Inc|Corp|Ltd|LLC|L\.L\.C|LLP|LP|L\.P|P\.C|plc|PLC|Plc|GmbH|SE|AG|NV|N\.V|S\.A"
    r"|S\.p\.A|A/S|(?<=[a-z] )AS|ASA|Oyj|(?:and|&) Co(?:mpany)?)(?![\w-])"
)
_INITIALS = re.compile(r"(?:[A-Z]\.){2,}")
_NEXT_WORD = re.compile(r" [A-Z][\w’'&-]+")
_MARKED = re.compile(r"[^\Ws]['’]$|.[®™℠]$|^[^\"“”]+[\"”]$")
_QUOTED = re.compile("[\"“‘'«](.+)[\"”’'»]")
_POSTAL = re.compile(r",?\s+\d{5}(?:-\d{4})?$")
_PERSON = re.compile(r"[A-Z][\w’'-]+(?: [A-Z]\.?)?(?: [A-Z][\w’'-]+){1,2}")
_OFFICE = re.compile(
    r", (?:our |the )?(?:(?:Interim|Acting|Executive|Senior|Vice|Group|Global) )*"
    r"(?:Chief [A-Z]\w+(?: [A-Z]\w+)? Officer|C[EFOT]O|President|General Counsel"
    r"|Chair(?:man|woman)?|Managing Director)(?![\w-]| [A-Z])"
)
"""Behind the name of who holds an office."""
_INITIALS_BEFORE = re.compile(
    r"(?<![\w.&’'-])(?!(?:U\.[KNS]|E\.U|D\.C)\.)(?:[A-Z]\.[ -]?){1,3}$",
)
_INITIALS_REACH = 12
"""Characters before a name in which its initials stand."""
_REACH = 40
"""Characters before a name in which the word begins that a hyphen ties to it."""


def with_ends(text: str, found: Sequence[Found]) -> list[Found]:
    """Moves the ends of each name by itself, as far as nothing else is found there.

    A name loses an article in small letters, a person's title, a full stop, quotation marks, words
    that lead on ("and"), the score of a match, a number behind a person's full name, a place's
    postal code and a parenthesis that it does not close, and takes in the rest of a hyphenated
    word, the point of "Inc.", a legal form right behind it, "Jr." and what follows a person's
    initial or title, as far as nothing but that person's next word is found there. Who bears a
    company's legal form is an organisation, who holds an office no place, and well-known names are
    what they are (`known_type`).
    """
    whole: list[Found] = []
    for number, mention in enumerate(found):
        done = whole[-1].end if whole else 0
        if mention.start < done:
            continue
        if mention.is_name:
            mention = _mended(text, mention, done, found[number + 1 : number + 4])
        whole.append(mention)
    return whole


def with_initials(text: str, found: Sequence[Found]) -> list[Found]:
    """Takes in the initials right before the names of persons."""
    whole: list[Found] = []
    for mention in found:
        if mention.label == "PER":
            done = whole[-1].end if whole else 0
            first = max(mention.start - _INITIALS_REACH, done)
            initials = _INITIALS_BEFORE.search(text, first, mention.start)
            mention = replace(mention, start=initials.start()) if initials else mention
        whole.append(mention)
    return whole


def _mended(text: str, mention: Found, done: int, following: Sequence[Found]) -> Found:
    """A name with other ends, none before `done`, and its type."""
    mention = _without_tail(text, mention)
    start, end = _start(text, mention, done), _end(text, mention, following)
    title = _title(text, start, end) if mention.label == "PER" else None
    if mention.label != "LOC" and _INITIALS.fullmatch(text, start, end):
        end = _with_word(text, start, end, following)
    start = title.end() if title else start
    code = _POSTAL.search(text, start, end) if mention.label == "LOC" else None
    end = code.start() if code else end
    is_body = BODY_LAST.search(text, start, end) or names_company(text[start:end])
    label = known_type(text[start:end], "ORG" if is_body else mention.label)
    if label == "LOC" and _PERSON.fullmatch(text, start, end) and _OFFICE.match(text, end):
        label = "PER"
    return replace(mention, start=start, end=end, label=label)


def _without_tail(text: str, mention: Found) -> Found:
    """A name by itself: out of quotation marks, and without what it does not end in."""
    cell = text.find("\t", mention.start, mention.end)
    mention = replace(mention, end=cell) if cell > mention.start else mention
    quoted = _QUOTED.fullmatch(text, mention.start, mention.end)
    mention = replace(mention, start=quoted.start(1), end=quoted.end(1)) if quoted else mention
    tail = _TAIL.search(text, mention.start + 1, mention.end)
    mention = replace(mention, end=tail.start()) if tail else mention
    counted = _COUNTED.fullmatch(text, mention.start, mention.end)
    is_person = mention.label == "PER" and counted and " " in counted[1]
    if counted and (is_person or _SCORE.match(text, mention.end)):
        return replace(mention, end=counted.end(1))
    return mention


def _with_word(text: str, start: int, end: int, following: Sequence[Found]) -> int:
    """Where initials and the word behind them end ("A.M. Best", no "N.A. Then")."""
    word = None if is_legal_form(text[start:end]) else _NEXT_WORD.match(text, end)
    own = [other for other in following if word and other.start < word.end()]
    if word is None or any(not other.is_name for other in own):
        return end
    return max([word.end(), *(other.end for other in own)])


def _title(text: str, start: int, end: int) -> re.Match[str] | None:
    return TITLE.match(text, start, end) or _RANK.match(text, start, end)


def _start(text: str, mention: Found, done: int) -> int:
    article = _ARTICLE.match(text, mention.start, mention.end)
    if article:
        return article.end()
    inside = mention.wording(text)
    opens = inside.startswith("The ") and _DASH.search(
        text, max(mention.start - 2, 0), mention.start
    )
    if opens and mention.label == "ORG" and not has_legal_form(inside):
        return mention.start + len("The ")
    before = _HYPHEN_BEFORE.search(text, max(mention.start - _REACH, done), mention.start)
    if before is None or (_SLUG.match(before.group()) and not inside.isupper()):
        return mention.start
    return before.start()


def _end(text: str, mention: Found, following: Sequence[Found]) -> int:
    """Where the name ends, with what belongs to it behind its label or without."""
    end = mention.end
    inside = text[mention.start : end]
    if inside.count("(") > inside.count(")") and inside.rfind("(") > 0:
        return mention.start + len(inside[: inside.rfind("(")].rstrip())
    # A place may be an abbreviation of its own ("Calif.").
    if _MARKED.search(inside) or (mention.label != "LOC" and _FULL_STOP.search(inside)):
        return end - 1
    end = _end_of_person(text, mention, following) if mention.label == "PER" else end
    free = next((other.start for other in following if other.start >= end), len(text))
    is_body = mention.label == "ORG"
    for more in (_AMPERSAND, _DOTTED, TRADE_NEXT, _FORM_NEXT) if is_body else (TRADE_LAST,):
        rest = more.match(text, end)
        end = rest.end() if rest and rest.end() <= free else end
    rest = _HYPHENATED.match(text, end)
    if rest and mention.label == "PER":
        own = [other for other in following if end <= other.start < rest.end()]
        is_free = all(other.is_name and other.end <= rest.end() for other in own)
        free = rest.end() if is_free else free
    end = rest.end() if rest and rest.end() <= free else end
    pointed = text[end : end + 1] == "." and end < free
    return end + 1 if pointed and _POINTED.search(text, mention.start, end) else end


def _end_of_person(text: str, person: Found, following: Sequence[Found]) -> int:
    """Where a person's name ends, with a surname or an initial behind it, and with "Jr."."""
    end = person.end
    initial = _INITIAL.search(text, person.start, end)
    surname = (_SURNAME if initial else _INITIAL_NEXT).match(text, end)
    own = [other for other in following if surname and other.start < surname.end()]
    if surname and all(other.label == "PER" for other in own):
        end = max([surname.end(), *(other.end for other in own)])
    junior = _JUNIOR.match(text, end)
    if junior and all(other.is_name for other in following if other.start < junior.end()):
        end = junior.end()
    return end
