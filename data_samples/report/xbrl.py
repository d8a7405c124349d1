"""Inline XBRL: fact tags and the hidden header with contexts and units."""

from __future__ import annotations

from html import escape

from figures import Figure, Printed

ENTITY = "0009990417"
AXES = {
    "segment": "us-gaap:StatementBusinessSegmentsAxis",
    "component": "us-gaap:StatementEquityComponentsAxis",
    "place": "srt:StatementGeographicalAxis",
    "market": "srt:ProductOrServiceAxis",
    "debt": "us-gaap:DebtInstrumentAxis",
    "intangible": "us-gaap:FiniteLivedIntangibleAssetsByMajorClassAxis",
    "asset": "us-gaap:PropertyPlantAndEquipmentByTypeAxis",
    "restructuring": "us-gaap:RestructuringCostAndReserveAxis",
}
UNITS = {"USD": "usd", "shares": "shares", "USD/share": "usdPerShare", "pure": "number"}
NAMESPACES = (
    'xmlns="http://www.w3.org/1999/xhtml" xmlns:ix="http://www.xbrl.org/2013/inlineXBRL" '
    'xmlns:ixt="http://www.xbrl.org/inlineXBRL/transformation/2020-02-12" '
    'xmlns:link="http://www.xbrl.org/2003/linkbase" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:xbrldi="http://xbrl.org/2006/xbrldi" '
    'xmlns:iso4217="http://www.xbrl.org/2003/iso4217" xmlns:dei="http://xbrl.sec.gov/dei/2025" '
    'xmlns:us-gaap="http://fasb.org/us-gaap/2025" xmlns:srt="http://fasb.org/srt/2025" '
    'xmlns:mcx="http://www.marrowstone.example/20250930"'
)
_DEI = {
    "AmendmentFlag": "false",
    "EntityCentralIndexKey": ENTITY,
    "CurrentFiscalYearEndDate": "--09-30",
    "DocumentFiscalYearFocus": "2025",
    "DocumentFiscalPeriodFocus": "FY",
}
_UNIT_XML = (
    '<xbrli:unit id="usd"><xbrli:measure>iso4217:USD</xbrli:measure></xbrli:unit>'
    '<xbrli:unit id="shares"><xbrli:measure>xbrli:shares</xbrli:measure></xbrli:unit>'
    '<xbrli:unit id="usdPerShare"><xbrli:divide><xbrli:unitNumerator><xbrli:measure>iso4217:USD'
    "</xbrli:measure></xbrli:unitNumerator><xbrli:unitDenominator><xbrli:measure>xbrli:shares"
    "</xbrli:measure></xbrli:unitDenominator></xbrli:divide></xbrli:unit>"
    '<xbrli:unit id="number"><xbrli:measure>xbrli:pure</xbrli:measure></xbrli:unit>'
)
FISCAL_YEAR = "2024-10-01/2025-09-30"


class Facts:
    """The tagged facts of one report; collects the contexts that its header must define."""

    def __init__(self) -> None:
        self._contexts = {(FISCAL_YEAR, ""): "c-1"}
        self._count = 0

    def context(self, period: str, member: str = "") -> str:
        """Return the id of the context for a period and an "axis=member" pair."""
        return self._contexts.setdefault((period, member), f"c-{len(self._contexts) + 1}")

    def _next_id(self) -> str:
        self._count += 1
        return f"f-{self._count}"

    def number(self, figure: Figure, printed: Printed) -> str:
        """Tag the printed number of a figure that has a concept.

        Args:
            figure: The figure.
            printed: Its printed form; only `number` goes inside the tag, as in real filings.

        Returns:
            Escaped HTML of the whole printed form.
        """
        number = escape(printed.number)
        if figure.concept:
            negative = (figure.value < 0) != figure.flipped and printed.value != 0
            decimals = printed.number.partition(".")[2]
            sign = ' sign="-"' if negative else ""
            form = "fixed-zero" if printed.number == "—" else "num-dot-decimal"
            number = (
                f'<ix:nonFraction unitRef="{UNITS[figure.unit]}" '
                f'contextRef="{self.context(figure.period, figure.member)}" '
                f'decimals="{len(decimals) - printed.scale}" name="{figure.concept}" '
                f'format="ixt:{form}" scale="{printed.scale}"{sign} '
                f'id="{self._next_id()}">{number}</ix:nonFraction>'
            )
        return escape(printed.before) + number + escape(printed.after)

    def text(self, concept: str, content: str) -> str:
        """Tag content (escaped HTML) as a text fact of the fiscal year."""
        return (
            f'<ix:nonNumeric contextRef="{self.context(FISCAL_YEAR)}" name="{concept}" '
            f'id="{self._next_id()}">{content}</ix:nonNumeric>'
        )

    def header(self) -> str:
        """Return the hidden header; call it last, when every context is known."""
        hidden = "".join(self.text(f"dei:{name}", value) for name, value in _DEI.items())
        contexts = "".join(
            _context_xml(name, period, member) for (period, member), name in self._contexts.items()
        )
        return (
            f'<div style="display:none"><ix:header><ix:hidden>{hidden}</ix:hidden>'
            '<ix:references><link:schemaRef xlink:type="simple" xlink:href="mcx-20250930.xsd"/>'
            f"</ix:references><ix:resources>{_UNIT_XML}{contexts}</ix:resources></ix:header></div>"
        )


def _context_xml(name: str, period: str, member: str) -> str:
    segment = ""
    if member:
        axis, _, value = member.partition("=")
        segment = (
            f'<xbrli:segment><xbrldi:explicitMember dimension="{AXES[axis]}">{value}'
            "</xbrldi:explicitMember></xbrli:segment>"
        )
    start, _, end = period.partition("/")
    dates = (
        f"<xbrli:startDate>{start}</xbrli:startDate><xbrli:endDate>{end}</xbrli:endDate>"
        if end
        else f"<xbrli:instant>{start}</xbrli:instant>"
    )
    return (
        f'<xbrli:context id="{name}"><xbrli:entity><xbrli:identifier '
        f'scheme="http://www.sec.gov/CIK">{ENTITY}</xbrli:identifier>{segment}</xbrli:entity>'
        f"<xbrli:period>{dates}</xbrli:period></xbrli:context>"
    )
