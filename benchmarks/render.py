"""Writes the rendered parts of docs/results.md and README.md, and the plots, from the results.

    python benchmarks/render.py [--results FOLDER] [--check]

A rendered part stands between `<!-- rendered NAME: begin -->` and `<!-- rendered NAME: end -->`;
all else is written by hand and never touched. A part without records keeps what it holds. With
--check nothing is written, and the exit code is 1 where a file would change.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import document_tables
import highlights
import plots
import tables
from records import RESULTS, Record, read_folder

_ROOT = Path(__file__).parents[1]
_PLOTS = _ROOT / "docs" / "plots"
_PART = re.compile(
    r"(<!-- rendered (?P<name>[\w-]+): begin -->\n)(?P<body>.*?)(<!-- rendered (?P=name): end -->)",
    re.DOTALL,
)
_OPENING = re.compile(r"<!-- rendered ([\w-]+): begin -->")


def _link(name: str) -> Callable[[Sequence[Record]], str | None]:
    """Makes the part that shows a plot, where there are records to draw."""
    title, draw = plots.PLOTS[name]
    return lambda records: f"![{title}](plots/{name}.svg)" if draw(records) else None


TABLES: Mapping[str, Callable[[Sequence[Record]], str | None]] = {
    **tables.TABLES,
    **document_tables.TABLES,
    **highlights.TABLES,
    **{f"plot-{name}": _link(name) for name in plots.PLOTS},
}


def rendered(text: str, records: Sequence[Record]) -> tuple[str, list[str]]:
    """Renders the parts of a text.

    Args:
        text: A Markdown file.
        records: What there is to show.

    Returns:
        The text, and the names of the parts that kept what they held for want of records.

    Raises:
        ValueError: A part has no end, or a name that nothing renders.
    """
    kept: list[str] = []
    if unended := set(_OPENING.findall(text)) - {part["name"] for part in _PART.finditer(text)}:
        raise ValueError(f"part {min(unended)!r} has no end")

    def render(part: re.Match[str]) -> str:
        name = part["name"]
        if name not in TABLES:
            raise ValueError(f"nothing renders {name!r}; known: {', '.join(TABLES)}")
        body = TABLES[name](records)
        if body is None:
            kept.append(name)
            return part[0]
        return f"{part[1]}{body}\n{part[4]}"

    return _PART.sub(render, text), kept


def main() -> int:
    """Renders, or checks; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args()
    records = read_folder(options.results)
    if not records:
        sys.stderr.write(f"no results in {options.results}; measure them with make bench\n")
        return 1
    changed = []
    for file in (_ROOT / "docs" / "results.md", _ROOT / "README.md"):
        text = file.read_text(encoding="utf-8")
        new, kept = rendered(text, records)
        if kept:
            sys.stderr.write(f"{file.name}: no records for {', '.join(kept)}; kept as it is\n")
        if new != text:
            changed.append(file)
            if not options.check:
                file.write_text(new, encoding="utf-8")
    for name, svg in plots.draw_all(records).items():
        file = _PLOTS / f"{name}.svg"
        if not file.is_file() or file.read_text(encoding="utf-8") != svg:
            changed.append(file)
            if not options.check:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(svg, encoding="utf-8")
    for file in changed:
        sys.stderr.write(f"{file.relative_to(_ROOT)} {'differs' if options.check else 'written'}\n")
    return int(options.check and bool(changed))


if __name__ == "__main__":
    sys.exit(main())
