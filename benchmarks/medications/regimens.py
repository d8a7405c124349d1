"""Brings doses, routes, frequencies and durations to one form, so that wordings compare."""

from __future__ import annotations

import re

_WORDS = {
    word: str(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
} | {"once": "1", "twice": "2", "thrice": "3", "half": "0.5"}
_TEN = {
    word: 10 * number
    for number, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
_TENS = re.compile(
    rf"\b({'|'.join(_TEN)})(?:[ -](one|two|three|four|five|six|seven|eight|nine))?\b"
)
_UNITS = {
    "mg": r"milligrams?|mgs?",
    "mcg": r"micrograms?|µg|ug|mcgs?",
    "g": r"grams?|gms?|g",
    "meq": r"meqs?|milliequivalents?",
    "units": r"units?|u|iu",
    "ml": r"ml|cc|millilit(?:er|re)s?",
    "puffs": r"puffs?|inhalations?",
    "drops": r"drops?|gtts?",
    "inch": r"inch(?:es)?",
    "grains": r"grains?|gr",
}
_TOKEN = re.compile(
    r"(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<word>[a-zµ]+)",
)
_ROUTES = {
    "po": r"p\.?o\b|oral|by mouth",
    "iv": r"i\.?v\b|intraven|drip|gtt",
    "im": r"i\.?m\b|intramusc",
    "sc": r"s\.?[cq]\b|sub-?q|subc|under the skin",
    "sl": r"s\.?l\b|sublingual|under (?:the|your) tongue",
    "inh": r"inhal|neb|mdi",
    "pr": r"p\.?r\b|rect",
    "top": r"topical|patch|transderm|paste|ointment|gel\b|cream",
    "oph": r"eye|ophth|o[dsu]\b",
    "nasal": r"nasal|nostril|nares",
    "inj": r"inject",
}
_COUNT = r"(\d+(?:\.\d+)?(?: ?(?:-|to|or) ?\d+(?:\.\d+)?)?)"
_OFTEN = (
    (rf"(?:every|q) ?{_COUNT} ?(?:h|hrs?|hours?|hourly)\b", "q{}h"),
    (rf"(?:every|q) ?{_COUNT} ?(?:w|wks?|weeks?|weekly)\b", "q{}w"),
    (rf"(?:every|q) ?{_COUNT} ?(?:d|days?)\b", "q{}d"),
    (rf"{_COUNT} ?(?:x|times?)? ?(?:a|per|each|every|in a)? ?(?:day|daily)\b", "{}/d"),
    (rf"{_COUNT} ?(?:x|times?)? ?(?:a|per|each|every)? ?(?:week|weekly)\b", "{}/w"),
    (r"\bqid\b|\bqds\b", "4/d"),
    (r"\btid\b|\btds\b", "3/d"),
    (r"\bbid\b|\bbd\b", "2/d"),
    (r"\bqod\b|every other day|alternate days", "qod"),
    (r"\bqhs\b|\bhs\b|bedtime|nightly|(?:every|each|at) night|\bnocte\b", "hs"),
    (r"monthly|per month|every month", "1/m"),
    (r"weekly|per week|every week", "1/w"),
    (r"\bmon\w*", "mon"),
    (r"\bfri\w*", "fri"),
    (r"other days", "other days"),
    (r"\bqd\b|\bq ?day\b|\bod\b|daily|(?:a|per|each|every) ?day|every ?morning|each morning"
     r"|\bqam\b|in (?:the )?(?:am|mornings?)\b|every evening|\bqpm\b", "1/d"),
)  # fmt: skip
_LASTS = re.compile(rf"{_COUNT}[ -]?(?:more )?(day|d|week|wk|w|month|mo|minute)s?\b")
_NEEDED = re.compile(r"\bprn\b|as needed|when needed|if needed|as required")


def plain(text: str) -> str:
    """Writes a regimen in small letters, without stops in abbreviations, numbers in digits."""
    text = re.sub(r"[–‐‑]", "-", text.lower())
    text = re.sub(r"\b((?:[a-z]\.)+[a-z])\b\.?", lambda m: m[1].replace(".", ""), text)
    text = _TENS.sub(lambda m: str(_TEN[m[1]] + int(_WORDS[m[2]] if m[2] else 0)), text)
    text = re.sub(r"\bq\.?\s?(?=\d)", "q", text)
    text = re.sub(r"(\d)\s?h\.", r"\1h", text)
    text = re.sub(r"\bq\.(?=[a-z])", "q", text)
    text = re.sub(r"\bone[- ]half\b", "0.5", text)
    text = re.sub(r"\b(\d+)[- ]1/2\b", lambda m: f"{int(m[1]) + 0.5}", text)
    text = re.sub(r"(?<![\d/])1/2\b", "0.5", text)
    text = re.sub(r"[a-z]+", lambda m: _WORDS.get(m[0], m[0]), text)
    text = re.sub(r"(\d+) hundred\b", r"\g<1>00", text)
    return re.sub(r"(\d),(\d{3})\b", r"\1\2", text)


def dose_of(text: str) -> tuple[frozenset[float], frozenset[str]]:
    """Reads the numbers and units of a dose; "one" of a form counts for nothing."""
    text = plain(text)
    numbers, units = set[float](), set[str]()
    for token in _TOKEN.finditer(text):
        if token["number"]:
            numbers.add(float(token["number"]))
        else:
            units |= {u for u, pattern in _UNITS.items() if re.fullmatch(pattern, token["word"])}
    if len(numbers) > 1 or not units:
        numbers.discard(1.0)
    if "sliding" in text:
        units.add("scale")
    return frozenset(numbers), frozenset(units)


def route_of(text: str) -> str:
    """Names the route that a text tells, "" for none."""
    text = text.lower()
    return next((r for r, pattern in _ROUTES.items() if re.search(rf"\b(?:{pattern})", text)), "")


def often_of(text: str) -> frozenset[str]:
    """Names how often, each once: "4/d", "q4-6h", "hs"."""
    text = plain(text)
    found = set[str]()
    for pattern, code in _OFTEN:
        for match in re.finditer(pattern, text):
            count = re.sub(r" ?(?:to|or|-) ?", "-", match[1]) if "{}" in code else ""
            found.add(code.format(count))
        text = re.sub(pattern, " ", text)
    return frozenset(found)


def lasts_of(text: str) -> frozenset[str]:
    """Names durations: "10d", "2w"."""
    return frozenset(f"{m[1]}{m[2][0]}" for m in _LASTS.finditer(plain(text)))


def is_as_needed(text: str) -> bool:
    """Whether a frequency is only as needed."""
    return _NEEDED.search(plain(text)) is not None
