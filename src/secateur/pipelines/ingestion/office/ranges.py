"""Bounds on the ranges of a workbook, of which openpyxl makes a cell for every place they cover."""

from __future__ import annotations

from xml.parsers import expat

from openpyxl.utils.cell import range_boundaries

from secateur.pipelines.ingestion.layout.reading import Source

_RANGES = frozenset(("mergeCell", "hyperlink"))
"""Elements of a sheet whose range openpyxl fills with cells."""
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""Of any sheet."""
_CHUNK = 1 << 20
"""Bytes that are parsed between two looks at the deadline."""


class RangeCount:
    """Counts the cells that the ranges of a workbook cover, before openpyxl reads it.

    Args:
        source: Where it comes from, with the bounds.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._cells = 0

    def add(self, xml: bytes) -> None:
        """Counts the ranges of a member of the package; damaged XML is left to its reader.

        Raises:
            IngestionError: The ranges so far cover more than `Limits.merged_cells`.
        """
        if not (b"mergeCell" in xml or b"hyperlink" in xml or b"\0" in xml[:4]):
            return
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._look_at
        try:
            for begin in range(0, len(xml), _CHUNK):
                self._source.deadline.check()
                parser.Parse(xml[begin : begin + _CHUNK])
        except expat.ExpatError:
            return

    def _look_at(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        if kind not in _RANGES:
            return
        reference = attributes.get("ref", "")
        if kind == "hyperlink" and ":" not in reference:
            return
        self._cells += _area(reference)
        most = self._source.limits.merged_cells
        if self._cells > most:
            raise self._source.refusal(
                f"merged or linked ranges of the workbook cover more than {most:,} cells",
                "save it as CSV, or raise Limits.merged_cells (--limit merged_cells=N)",
            )


def _area(reference: str) -> int:
    """Cells of a range ("A1:B7"), whole columns and rows included; 1 for what is none."""
    try:
        left, top, right, bottom = range_boundaries(reference)
    except (ValueError, TypeError):
        return 1
    rows = (bottom or LAST_ROW) - (top or 1) + 1
    columns = (right or LAST_COLUMN) - (left or 1) + 1
    return max(rows, 1) * max(columns, 1)
