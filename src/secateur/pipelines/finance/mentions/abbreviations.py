"""What a document's abbreviations stand for, where it says so: "Internal Revenue Service (“IRS”)".

After Schwartz and Hearst (2003), "A simple algorithm for identifying abbreviation definitions in
biomedical text": the letters of the short form are sought from the right in the words before the
parenthesis. Unlike there, only short forms with two capitals count, and what stands in parentheses
within the long form is skipped ("other comprehensive income (loss) (“OCI”)").
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from secateur.pipelines.finance.mentions.known import listed

_SHORT = re.compile(
    r"\((?:the |our |collectively,? |or )?[“\"]?([a-z]?[A-Z][A-Za-z&]{1,7})[”\"]?"
    r"(?:,? or [^()]{1,40})?\)"
)
_BORDER = re.compile(
    r"[\n\t;:“”\"]|(?<!\b[Ii]nc)(?<!\bINC)(?<!\b[Cc]orp)(?<!\bCo)(?<!\b[Ll]td)(?<!\bU\.S)\.\s"
)
_ASIDE = re.compile(r"\([^()]*\)")
_QUOTED = re.compile(r"[“\"]([^“”\"]{2,60})[”\"]")
_REACH = 120
"""Characters before an abbreviation in which its words stand."""
_THINGS_WORDS = """
    officer act plan rate agreement program standard law rule regulation value system unit right
    income test model price cost demand update application practice principle codification expense
    drug loss method procedure
"""
_KIND = re.compile(r"[A-Z]{2,}s|Class [A-Z](?: Common(?: Stock)?)?|(?:Aa|Baa?|Caa)[1-3]")
_THINGS = frozenset(word + end for word in _THINGS_WORDS.split() for end in ("", "s"))


def long_forms(text: str) -> dict[str, str]:
    """Finds the abbreviations that a text defines.

    Args:
        text: A document's text.

    Returns:
        Long forms by short form, the first definition of each.
    """
    found: dict[str, str] = {}
    for match in _SHORT.finditer(text):
        short = match[1]
        if sum(letter.isupper() for letter in short) < 2 or short in found:
            continue
        long = _long_form(text[max(match.start() - _REACH, 0) : match.start()], short)
        if long:
            found[short] = long
    return found


def names_a_kind(wording: str) -> bool:
    """Whether an abbreviation in the plural, a class of shares or a rating ("PBRSUs", "Baa2")."""
    return bool(_KIND.fullmatch(wording))


def quoted_terms(text: str) -> frozenset[str]:
    """Finds the terms that a text defines in quotation marks, in parentheses (the “Company”)."""
    return frozenset(term for aside in _ASIDE.findall(text) for term in _QUOTED.findall(aside))


def common_terms(text: str) -> frozenset[str]:
    """Finds the abbreviations, plurals included, that name nobody.

    Args:
        text: A document's text.

    Returns:
        Short forms whose long form is in small letters ("accumulated other comprehensive income")
        but for names within ("generally accepted in the United States"), or ends in a thing that is
        no organisation ("Chief Financial Officer"), and those of accounting.
    """
    common = set(listed("abbreviations"))
    for short, long in long_forms(text).items():
        words = long.split()
        if _is_small(words) or words[-1].lower().strip(",") in _THINGS:
            common |= {short, short + "s", short.removesuffix("s")}
    return frozenset(common)


def _is_small(words: Sequence[str]) -> bool:
    """Whether a long form is no name: in small letters, but for the start of a sentence."""
    capitals = sum(word[0].isupper() for word in words[1:])
    if words[0][0].isupper():
        return len(words) > 1 and not capitals
    return 2 * capitals < len(words)


def _long_form(before: str, short: str) -> str | None:
    """The shortest end of the text whose words hold the short form's letters in order."""
    before = _ASIDE.sub(" ", _BORDER.split(before)[-1]).rstrip(" ,")
    letters = [letter.lower() for letter in short.removesuffix("s") if letter.isalpha()]
    words = before.split()[-min(len(letters) + 5, 2 * len(letters)) :]
    long = " ".join(words)
    position = len(long)
    for number, letter in reversed(list(enumerate(letters))):
        position = long.lower().rfind(letter, 0, position)
        while number == 0 and position > 0 and long[position - 1].isalnum():
            position = long.lower().rfind(letter, 0, position)
        if position < 0:
            return None
    return long[position:]
