"""Tables of the source files: rows of labels and figure expressions, printed as filings do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from figures import Figure, evaluate, in_cell
from markup import Block, render
from xbrl import Facts

_LABEL = "padding:2px 1pt;text-align:left;vertical-align:bottom"
_NUMBER = "padding:2px 1pt;text-align:right;vertical-align:bottom"
_HEAD = "padding:2px 1pt;text-align:center;vertical-align:bottom;font-weight:700"
_KINDS = ("head", "row", "total", "section", "text")
Place = Callable[[Block], str]


@dataclass(frozen=True)
class TableContext:
    """What rendering a table needs besides its lines."""

    figures: dict[str, Figure]
    facts: Facts
    tagged: bool
    place: Place
    pages: dict[str, int]


def render_table(options: str, lines: list[str], context: TableContext) -> str:
    """Render one table.

    Args:
        options: "NAME [columns=A,B,...]"; the columns replace "*" in figure expressions.
        lines: "KIND [$] | label | cell | ..." with the kinds head, row, total, section and text.
            Cells of `row` and `total` are figure expressions, "-" for empty, or quoted text;
            a single cell with "*" stands for all columns and is empty where no figure exists.
        context: Figures, facts and how a block is placed.

    Returns:
        HTML of the table.

    Raises:
        ValueError: A line is of no known kind.
    """
    name, _, columns = options.partition(" columns=")
    keys = columns.split(",") if columns else []
    rows = "".join(_render_row(line, keys, context) for line in lines)
    return (
        f'<div style="margin-bottom:6pt;margin-top:5pt"><table id="t-{name}" '
        f'style="border-collapse:collapse;width:100%">{rows}</table></div>\n'
    )


def _render_row(line: str, keys: list[str], context: TableContext) -> str:
    kind, *cells = (part.strip() for part in line.split(" | "))
    kind, _, flag = kind.partition(" ")
    if kind not in _KINDS:
        raise ValueError(f"table: unknown row {line!r}; the kinds are {', '.join(_KINDS)}")
    if kind in ("head", "section", "text"):
        style = {"head": _HEAD, "section": _LABEL + ";font-weight:700", "text": _LABEL}[kind]
        return "<tr>" + "".join(_text_cell(cell, style, context) for cell in cells) + "</tr>\n"
    label, *expressions = cells
    if len(expressions) == 1 and "*" in expressions[0]:
        wanted = [expressions[0].replace("*", key) for key in keys]
        expressions = [item if item in context.figures else "-" for item in wanted]
    border = ";border-top:0.5pt solid #000000" if kind == "total" else ""
    parts = [_text_cell(label, _LABEL, context)]
    parts += [_figure_cell(item, border, flag == "$", context) for item in expressions]
    return "<tr>" + "".join(parts) + "</tr>\n"


def _text_cell(source: str, style: str, context: TableContext) -> str:
    if source.startswith("@page "):
        source = str(context.pages[source.removeprefix("@page ")])
    block = render(source, context.figures, context.facts, tagged=context.tagged)
    return f'<td colspan="2"{_attributes(block, style, context)}>{block.html}</td>'


def _figure_cell(expression: str, border: str, sign: bool, context: TableContext) -> str:
    style = _NUMBER + border
    if expression == "-":
        return f'<td colspan="2" style="{style}"></td>'
    if expression.startswith('"'):
        return _text_cell(expression.strip('"'), style, context)
    figure = evaluate(expression, context.figures)
    block = Block()
    block.add_figure(figure, in_cell(figure), context.facts if context.tagged else None)
    opening = '<td colspan="2"'
    if sign and figure.unit.startswith("USD"):
        currency = Block()
        currency.add("$")
        attributes = _attributes(currency, style, context)
        block.entities[-1]["sign_block"] = attributes.split('"')[1]
        opening = f"<td{attributes}>$</td><td"
    return f"{opening}{_attributes(block, style, context)}>{block.html}</td>"


def _attributes(block: Block, style: str, context: TableContext) -> str:
    name = f' id="{context.place(block)}"' if block.text else ""
    return f'{name} style="{style}"'
