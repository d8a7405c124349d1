"""Words that leave a figure one concept of earnings a share: results, shares, what is left out."""

from __future__ import annotations

from secateur.pipelines.finance.statements.wordings import IS, LISTED, NUMBER, Phrase, Where, phrase

_ANTIDILUTIVE = "AntidilutiveSecuritiesExcludedFromComputationOfEarningsPerShareAmount"
_KINDS = (
    ("basic", "diluted", "EarningsPerShareBasic", "WeightedAverageNumberOfSharesOutstandingBasic"),
    (
        "diluted",
        "basic",
        "EarningsPerShareDiluted",
        "WeightedAverageNumberOfDilutedSharesOutstanding",
    ),
)
"""Basic and diluted: the word, that of the other, the concepts of amounts a share and of shares."""
NO_RESULT = (
    r"(?:compensation|SBC|cash(?: flows?)?|book value|revenues?|sales|expenses?|costs?|dividends?"
    r"|distributions?) per (?:(?:basic|diluted|common|ordinary) )*share"
)
"""What of a share is none of its earnings."""
_EARNED = (
    r"(?!.*\b(?:adjusted|ongoing|core|non-gaap|underlying|normali[sz]ed|continuing|discontinued"
    rf"|growth|(?:in|de)crease|change|effect|impact|dividends?|{NO_RESULT})\b)"
)
_A_SHARE = r"(?=.*\b(?:per (?:(?:common|ordinary|diluted|basic) )?share|EPS)\b)"
_PER_SHARE = r"(?:(?:net )?(?:earnings|income) per (?:common )?share|EPS)"
_TAKEN = (
    r"(?:.*\bclass [a-c]\b|.*\bcommon (?:stock|shares)\b|(?:net )?(?:income|earnings)\b|.*\b{}\b)"
)
"""Rows of classes, and of what earnings a share are reckoned from."""

_NO_EFFECT = (
    r"(?!.*\b(?:effect|dilutive|less|participating|anti\w*|restricted|options|awards|allocat\w+)\b)"
)


def _told(word: str, other: str, earnings: str, shares: str) -> tuple[Phrase, ...]:
    """Describes results and average shares of one kind, by their row, heads or sentence."""
    under = rf"\A(?:(?!{other[:5]}).)*\b{word}\b"
    apart = rf"(?=.*\b{word}\b)(?!.*\b{other[:5]})"
    return (
        phrase("PER_SHARE", earnings, Where.ROW, text=rf"{_EARNED}{_A_SHARE}{apart}"),
        phrase(
            "PER_SHARE", earnings, Where.ROW, text=_EARNED, column=rf"{_EARNED}{_A_SHARE}{apart}"
        ),
        *(
            phrase(
                label,
                concept,
                Where.ROW,
                text=rf"{_EARNED}{_NO_EFFECT}(?!.*\b{other}){taken}",
                **place,
            )
            for label, concept, taken in (
                ("PER_SHARE", earnings, _TAKEN.format("per share")),
                ("SHARES", shares, _TAKEN.format("shares")),
            )
            for place in ({"under": under}, {"title": rf"\W*{word} {_PER_SHARE}.*"})
        ),
        phrase(
            "PER_SHARE",
            earnings,
            Where.SENTENCE,
            text=rf"{_EARNED}{_A_SHARE}",
            around=rf"\b{word} {_PER_SHARE}{IS} {LISTED}",
        ),
        phrase(
            "SHARES",
            shares,
            Where.ROW,
            text=rf"(?=.*\b(?:average|used))(?=.*\bshares){apart}{_NO_EFFECT}",
        ),
        phrase("SHARES", shares, Where.ROW, text=_NO_EFFECT, column=rf"{apart}.*\bshares\b"),
    )


EARNINGS = (
    phrase("SHARES", _ANTIDILUTIVE, *Where, text=r".*\banti-?dilutive"),
    phrase(
        "SHARES",
        _ANTIDILUTIVE,
        Where.ROW,
        text=r"(?!.*\b(?:average|basic|dilut|common shares))",
        title=r".*\banti-?dilutive\b[^.]{0,80}",
    ),
    phrase(
        "SHARES",
        _ANTIDILUTIVE,
        Where.SENTENCE,
        text=r"(?=.*\bdiluted\b).*\bexclud",
        around=r"\bexclud(?:ed?|es|ing) (?:approximately )?\0(?: (?:thousand|million))?"
        r" (?:shares|stock options|options|restricted|potential)",
    ),
    *(told for kind in _KINDS for told in _told(*kind)),
    phrase(
        "PER_SHARE",
        "EarningsPerShareDiluted",
        Where.SENTENCE,
        text=rf"{_EARNED}{_A_SHARE}",
        around=rf"\bnet (?:income|earnings){IS} \$?{NUMBER}(?: (?:million|billion))?,?"
        r" or \$?\0 per diluted (?:common )?share",
    ),
)
