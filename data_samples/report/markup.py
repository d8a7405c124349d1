"""Inline markup of the source files: entities, figures, emphasis; kept aligned with the text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape
from typing import Any

from figures import LABELS, Figure, Printed, evaluate, in_prose
from xbrl import Facts

FIGURE_UNITS = {label: unit for unit, label in LABELS.items()}
_TOKEN = re.compile(
    r"\[\[(?P<label>[A-Z_]+|-):(?P<text>[^\]|]+)(?:\|(?P<concept>[^\]]+))?\]\]"
    r"|\{\{(?P<figure>[^}@]+)(?:@(?P<style>[^}]+))?\}\}"
    r"|\*\*(?P<bold>.+?)\*\*|\^(?P<note>\(\w+\))\^"
)
_LITERAL = re.compile(r"[^\d]*(?P<number>[\d,]*\.?\d+) ?(?P<scale>thousand|million|billion|%)?")
_LITERAL_SCALES = {None: 0, "thousand": 3, "million": 6, "billion": 9, "%": -2}


@dataclass
class Block:
    """One paragraph or cell: its HTML, its visible text and the entities inside."""

    html: str = ""
    text: str = ""
    entities: list[dict[str, Any]] = field(default_factory=list)

    def add(self, text: str, html: str | None = None) -> None:
        """Append visible text, with its HTML where that is more than the escaped text."""
        self.text += text
        self.html += escape(text, quote=False) if html is None else html

    def add_entity(self, text: str, label: str, html: str | None = None, **facts: Any) -> None:
        """Append visible text and record it as an entity; facts that are None are left out."""
        start = len(self.text)
        self.add(text, html)
        known = {name: value for name, value in facts.items() if value is not None}
        self.entities.append(
            {"start": start, "end": len(self.text), "text": text, "label": label, **known}
        )

    def add_figure(self, figure: Figure, printed: Printed, facts: Facts | None) -> None:
        """Append a printed figure, tagged as a fact where `facts` is given."""
        text = printed.before + printed.number + printed.after
        self.add_entity(
            text,
            LABELS[figure.unit],
            facts.number(figure, printed) if facts else None,
            value=float(printed.value.scaleb(printed.scale)),
            unit=figure.unit,
            scale=printed.scale,
            period=figure.period,
            concept=figure.concept,
        )


def _literal_facts(label: str, text: str) -> dict[str, Any]:
    """Return value, unit and scale of a figure that the source spells out."""
    if label not in FIGURE_UNITS:
        return {}
    match = _LITERAL.fullmatch(text)
    if match is None:
        raise ValueError(f"markup: cannot read the figure {text!r}; write it as '$1.2 million'")
    scale = _LITERAL_SCALES[match["scale"]]
    value = float(Decimal(match["number"].replace(",", "")).scaleb(scale))
    unit = "EUR" if text.startswith("€") else FIGURE_UNITS[label]
    return {"value": value, "unit": unit, "scale": scale}


def render(source: str, figures: dict[str, Figure], facts: Facts, *, tagged: bool) -> Block:
    """Turn one block of source into HTML, text and entities.

    Args:
        source: Text with `[[LABEL:text]]`, `[[LABEL:text|concept]]`, `{{figure@style}}`,
            `**bold**` and `^(1)^`; the label "-" tags a text fact that is no entity.
        figures: The report's figures.
        facts: Collects inline XBRL facts.
        tagged: Whether figures are tagged as facts, as in the financial statements.

    Returns:
        The block, its text with whitespace collapsed.
    """
    block = Block()
    _append(block, " ".join(source.split()), figures, facts if tagged else None, facts)
    return block


def _append(
    block: Block, source: str, figures: dict[str, Figure], tagger: Facts | None, facts: Facts
) -> None:
    position = 0
    for match in _TOKEN.finditer(source):
        block.add(source[position : match.start()])
        position = match.end()
        if match["figure"]:
            figure = evaluate(match["figure"], figures)
            block.add_figure(figure, in_prose(figure, match["style"] or ""), tagger)
        elif match["bold"]:
            block.html += '<span style="font-weight:700">'
            _append(block, match["bold"], figures, tagger, facts)
            block.html += "</span>"
        elif match["note"]:
            block.add(match["note"], f'<sup style="font-size:6.5pt">{match["note"]}</sup>')
        else:
            html = escape(match["text"], quote=False)
            html = facts.text(match["concept"], html) if match["concept"] else html
            if match["label"] == "-":
                block.add(match["text"], html)
            else:
                label = match["label"]
                block.add_entity(match["text"], label, html, **_literal_facts(label, match["text"]))
    block.add(source[position:])
