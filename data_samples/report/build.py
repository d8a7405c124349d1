"""Build the sample annual report and its gold entities from the hand-written sources.

Run `python data_samples/report/build.py`; `--out DIR` writes elsewhere. The gold comes from the
markup and the figures alone: no extractor is involved.
"""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import figures
from markup import Block, render
from tables import TableContext, render_table
from xbrl import NAMESPACES, Facts

HERE = Path(__file__).parent
TAGGED = ("00", "08")
_HEADING = re.compile(r"(?P<level>#{1,3}) (?P<title>.+?)(?: \{#(?P<anchor>\w+)\})?$")
_STYLES = {
    "h1": "font-size:12pt;font-weight:700;margin:12pt 0 6pt",
    "h2": "font-size:10pt;font-weight:700;margin:9pt 0 4pt",
    "h3": "font-size:10pt;font-style:italic;margin:6pt 0 3pt",
    "p": "font-size:10pt;margin:0 0 6pt;text-align:justify",
    "li": "font-size:10pt;margin:0 0 3pt 18pt",
    "centre": "font-size:10pt;margin:0 0 4pt;text-align:center",
    "page": "font-size:8pt;margin:4pt 0;text-align:center",
}


@dataclass
class Report:
    """The report while it is being built."""

    figures: dict[str, figures.Figure]
    pages: dict[str, int]
    facts: Facts = field(default_factory=Facts)
    html: list[str] = field(default_factory=list)
    gold: list[dict[str, Any]] = field(default_factory=list)
    blocks: int = 0
    page: int = 1
    note_end: str = ""

    def place(self, block: Block) -> str:
        """Give the block the next id, record its entities and return the id."""
        self.blocks += 1
        name = f"b{self.blocks:04d}"
        for entity in block.entities:
            self.gold.append({"block": name, "block_text": block.text, **entity})
        return name

    def add(self, source: str, style: str, *, tagged: bool) -> None:
        """Append one paragraph, heading or list item."""
        block = render(source, self.figures, self.facts, tagged=tagged)
        self.html.append(
            f'<div id="{self.place(block)}" style="{_STYLES[style]}">{block.html}</div>\n'
        )

    def add_table(self, lines: list[str], *, tagged: bool) -> None:
        """Append the table that `@table OPTIONS` opens."""
        context = TableContext(self.figures, self.facts, tagged, self.place, self.pages)
        options = lines[0].removeprefix("@table ")
        self.html.append(render_table(options, lines[1:], context))

    def break_page(self) -> None:
        """End the page with its number, and open the next one with the link back."""
        self.add(str(self.page), "page", tagged=False)
        self.page += 1
        self.html.append('<hr style="page-break-after:always"/>\n')
        block = render("Table of Contents", self.figures, self.facts, tagged=False)
        self.html.append(
            f'<div id="{self.place(block)}" style="{_STYLES["page"]}">'
            f'<a href="#toc">{block.html}</a></div>\n'
        )

    def add_chunk(self, chunk: str, *, tagged: bool) -> None:
        """Append what stands between two empty lines of a source file."""
        heading = _HEADING.match(chunk)
        if heading:
            if heading["anchor"]:
                self.html.append(f'<a id="{heading["anchor"]}"></a>')
            self.add(heading["title"], f"h{len(heading['level'])}", tagged=False)
        elif chunk == "---":
            self.break_page()
        elif chunk.startswith("@table "):
            self.add_table(chunk.splitlines(), tagged=tagged)
        elif chunk.startswith("@note "):
            tag = self.facts.text(chunk.removeprefix("@note "), "|")
            opening, _, self.note_end = tag.partition("|")
            self.html.append(opening)
        elif chunk == "@endnote":
            self.html.append(self.note_end)
        elif chunk.startswith("- "):
            for item in re.split(r"^- ", chunk, flags=re.MULTILINE)[1:]:
                self.add("• " + item, "li", tagged=tagged)
        elif chunk.startswith("= "):
            self.add(chunk.removeprefix("= "), "centre", tagged=tagged)
        else:
            self.add(chunk, "p", tagged=tagged)


def _page_numbers(sources: list[str]) -> dict[str, int]:
    """Map each heading's anchor to the page that it stands on."""
    pages, page = {}, 1
    for line in "\n".join(sources).splitlines():
        page += line == "---"
        heading = _HEADING.match(line)
        if heading and heading["anchor"]:
            pages[heading["anchor"]] = page
    return pages


def build(out: Path) -> None:
    """Write `annual_report.html` and `gold_entities.jsonl`.

    Args:
        out: Folder to write to.
    """
    paths = sorted((HERE / "source").glob("*.md"))
    sources = [path.read_text(encoding="utf-8") for path in paths]
    report = Report(figures.load(HERE / "figures.csv"), _page_numbers(sources))
    for path, source in zip(paths, sources, strict=True):
        for chunk in re.split(r"\n\s*\n", source.strip()):
            report.add_chunk(chunk.strip(), tagged=path.name.startswith(TAGGED))
    html = (
        f"<?xml version='1.0' encoding='ASCII'?>\n<html {NAMESPACES} xml:lang=\"en-US\"><head>"
        '<meta http-equiv="Content-Type" content="text/html"/><title>mcx-20250930</title></head>'
        f"<body>{report.facts.header()}\n{''.join(report.html)}</body></html>\n"
    )
    (out / "annual_report.html").write_bytes(html.encode("ascii", "xmlcharrefreplace"))
    lines = (json.dumps(entity, ensure_ascii=False) + "\n" for entity in report.gold)
    (out / "gold_entities.jsonl").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write to")
    build(parser.parse_args().out)
