"""Words of rows and sentences that leave a figure one concept, wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from functools import cache
from typing import NamedTuple

from secateur.pipelines.finance.found import Found
from secateur.pipelines.finance.layout import Layout, row_at

_COMMON = (
    r"\W*(?:class [a-c] (?:and class [a-c] )?)?(?:common|ordinary|capital) (?:stock|shares)\b"
    r"(?!.*\bpreferred)"
)
_BEHIND = (
    r"\0(?:,? (?:and|or) [\d,.]+)?(?: (?:million|billion))?\s*(?:class [a-c] )?(?:shares? )?"
    r"(?:(?:are|were) )?"
)
_YEAR = r"(?:20\d\d ?[-–—] ?)?"
_AHEAD = (
    rf"[,: –—-]{{1,3}}(?:shares )?"
    rf"(?:{_YEAR}[\d,.]+(?: million| billion)?(?: shares)?(?: and| in)? )*{_YEAR}\0"
)
_NOTES = (
    r"(?:(?:fixed|floating|senior|unsecured|rate|euro|convertible|medium.term|[\d/]+)[ -])*"
    r"(?:notes?|debentures|bonds|due)\b"
)
_LEASE = r"(?!.*\b(?:finance|deferred)\b)(?=.*\boperating lease)(?=.*\bliabilit)"
_LISTED = r"(?:\$?[\d.,]+ (?:million|billion)(?:,? and |, ))*\$?\0"
_MONTH = r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_ABOVE = 2
"""Lines above a table that say what it is of."""
_LONGEST = 2_000
"""Characters of a row's head or a sentence that are read."""
_REACH = 70
"""Those on either side of a figure."""


class _Where(Enum):
    ROW = "behind the head of its row"
    HEAD = "in it"
    SENTENCE = "in a sentence"


class _Phrase(NamedTuple):
    """Words that tell a concept.

    Attributes:
        label: Type of the figure.
        concept: What it measures, without prefix.
        where: Where it stands.
        text: Pattern that the row's head or the sentence begins with.
        around: Pattern of what stands beside the figure, which is a null character there.
        above: Pattern of words in a table's heads or above it.
    """

    label: str
    concept: str
    where: tuple[_Where, ...]
    text: re.Pattern[str]
    around: re.Pattern[str] = re.compile("")
    above: re.Pattern[str] = re.compile("")


def _phrase(
    label: str, concept: str, *where: _Where, text: str, around: str = "", above: str = ""
) -> _Phrase:
    patterns = (re.compile(form, re.IGNORECASE | re.DOTALL) for form in (text, around, above))
    return _Phrase(label, concept, where, *patterns)


def _stock(concept: str, around: str) -> _Phrase:
    """Numbers of common stock: "900 shares authorized", "authorized: 900"."""
    places = (_Where.HEAD, _Where.SENTENCE)
    return _phrase("SHARES", f"CommonStockShares{concept}", *places, text=_COMMON, around=around)


_PHRASES = (
    _phrase(
        "SHARES",
        "AntidilutiveSecuritiesExcludedFromComputationOfEarningsPerShareAmount",
        *_Where,
        text=r".*\banti-?dilutive",
    ),
    _stock("Authorized", rf"{_BEHIND}authorized"),
    _stock("Issued", rf"{_BEHIND}issued(?! and outstanding)"),
    _stock("Outstanding", rf"{_BEHIND}(?:issued and )?outstanding"),
    _stock("Authorized", rf"\bauthorized{_AHEAD}"),
    _stock("Issued", rf"(?<!and )\bissued{_AHEAD}"),
    _stock("Outstanding", rf"\boutstanding{_AHEAD}"),
    _phrase(
        "PER_SHARE",
        "CommonStockParOrStatedValuePerShare",
        _Where.HEAD,
        _Where.SENTENCE,
        text=_COMMON,
        around=r"\0\s*par value|\bpar value\W*(?:of )?\$?\0",
    ),
    _phrase(
        "MONEY",
        "IncomeTaxReconciliationStateAndLocalIncomeTaxes",
        _Where.ROW,
        text=r"state (?:and local )?(?:income )?tax(?:es)?\b.*\bnet\b.*\bfederal",
    ),
    _phrase(
        "MONEY",
        "RightOfUseAssetObtainedInExchangeForOperatingLeaseLiability",
        _Where.ROW,
        text=r"(?!.*\bfinance\b)(?:.*\b(?:right.of.use|leased?|rou)\b.*\bassets? "
        r"(?:obtained|recognized|acquired)|.*\b(?:obtained|acquired) in exchange for\b"
        r".*\boperating lease|assets acquired under operating leases)",
    ),
    _phrase(
        "MONEY",
        "OperatingLeasePayments",
        _Where.ROW,
        text=r"(?:operating )?cash (?:flows?|paid|payments|used)\b.*\boperating lease",
    ),
    _phrase(
        "MONEY",
        "OperatingLeaseLiability",
        _Where.ROW,
        text=r"total operating lease (?:liabilit|obligation)",
    ),
    _phrase(
        "MONEY",
        "OperatingLeaseLiabilityNoncurrent",
        _Where.ROW,
        text=rf"{_LEASE}.*(?:\bnon-?current|\blong-term)",
    ),
    _phrase(
        "MONEY",
        "OperatingLeaseLiabilityCurrent",
        _Where.ROW,
        text=rf"{_LEASE}(?!.*\b(?:non-?current|long-term)).*\b(?:current|short-term)",
    ),
    _phrase(
        "MONEY",
        "OperatingLeaseRightOfUseAsset",
        _Where.ROW,
        text=r"(?:net )?operating lease (?:right.of.use|rou)\b(?: \W*rou\W*)? assets?"
        r"(?!.* (?:obtained|amorti|impair))",
        above=r"\A(?!.*\b(?:deferred|acquired|acquisition|purchase price))",
    ),
    _phrase(
        "MONEY",
        "DeferredTaxAssetsValuationAllowance",
        _Where.ROW,
        text=r"(?:.*\b)?(?:balances?\b|(?:beginning|end) of)",
        above=r"\bvaluation allowances?\b.*\btax|\btax.*\bvaluation allowances?\b",
    ),
    _phrase(
        "MONEY",
        "IncomeLossFromContinuingOperationsBeforeIncomeTaxes"
        "ExtraordinaryItemsNoncontrollingInterest",
        _Where.SENTENCE,
        text=r".*\bbefore\b",
        around=r"\bbefore (?:the )?(?:provision for )?(?:income )?taxes(?: on income)?"
        rf"(?: (?:was|were|of|totall?ed))? {_LISTED}",
    ),
    _phrase(
        "SHARES",
        "WeightedAverageNumberOfSharesOutstandingBasic",
        _Where.ROW,
        text=r"(?=.*\baverage)(?=.*\bshares)(?=.*\bbasic)(?!.*\bdilut)",
    ),
    _phrase(
        "SHARES",
        "WeightedAverageNumberOfDilutedSharesOutstanding",
        _Where.ROW,
        text=r"(?=.*\baverage)(?=.*\bshares)(?=.*\bdilut)(?!.*\b(?:basic|effect|dilutive))",
    ),
    _phrase(
        "MONEY",
        "Depreciation",
        _Where.SENTENCE,
        text=r"(?!.*\bamorti[sz]ation).*\bdepreciation expense"
        r"(?: (?:on|related|for)[^.]{0,60})? (?:was|were|totaled|of|amounted)\b",
    ),
    _phrase(
        "PERCENT",
        "DebtInstrumentInterestRateStatedPercentage",
        *_Where,
        text=r".*\b(?:senior|notes|debentures|bonds)\b",
        around=rf"\0\s*%?\s*,?\s*{_NOTES}",
    ),
    _phrase(
        "PERCENT",
        "DebtInstrumentInterestRateStatedPercentage",
        _Where.HEAD,
        text=rf"(?!.*\b(?:effective|average)\b).*(?:\bdue\b|\bnotes|debentures|bonds|{_MONTH})",
        above=r"\b(?:borrowings|debt|notes)\b",
    ),
)


class Phrases:
    """Tells the concepts of one document's figures by the words of their rows and sentences."""

    def __init__(self, layout: Layout) -> None:
        """Takes the document; nothing is read yet."""
        self._layout = layout
        # Figures of one sentence, or of one table, ask the same.
        self._said = cache(self._said_by)
        self._above = cache(self._words_above)

    def concept(self, entity: Found, sentence: tuple[int, int]) -> str | None:
        """Names the concept of a figure, without prefix; None where no words tell it.

        Args:
            entity: The figure.
            sentence: Ends of its sentence, which is its row in a table.
        """
        where, span, table = self._place(entity.start, sentence)
        beside = self._beside(entity, span)
        for phrase in self._said(where, span):
            if phrase.label != entity.label or not phrase.around.search(beside):
                continue
            if phrase.above.search(self._above(table)):
                return phrase.concept
        return None

    def _place(self, start: int, sentence: tuple[int, int]) -> tuple[_Where, tuple[int, int], int]:
        """Where a figure stands, the ends of the words that tell it, and its table or -1."""
        table, passage = self._layout.table_at(start), self._layout.passage_at(start)
        if table is None or passage is None:
            return _Where.SENTENCE, sentence, -1
        head = table.rows[row_at(table, start)][0]
        where = _Where.HEAD if head.start == passage.start else _Where.ROW
        return where, (head.start, head.end), table.start

    def _said_by(self, where: _Where, span: tuple[int, int]) -> Sequence[_Phrase]:
        text = self._layout.document.text[span[0] : min(span[1], span[0] + _LONGEST)]
        return [phrase for phrase in _PHRASES if where in phrase.where and phrase.text.match(text)]

    def _words_above(self, start: int) -> str:
        table = self._layout.table_at(start) if start >= 0 else None
        if table is None:
            return ""
        heads = (self._layout.text_of(cell) for row in table.rows[: table.body] for cell in row)
        return " ".join((*heads, *self._layout.above(table)[:_ABOVE]))

    def _beside(self, entity: Found, span: tuple[int, int]) -> str:
        """What stands on either side of a figure, a null character for itself."""
        text = self._layout.document.text
        before = text[max(span[0], entity.start - _REACH) : entity.start]
        return f"{before}\0{text[entity.end : entity.end + _REACH]}"
