"""CSV and TSV: tables whose fields are divided by commas, semicolons, tabs or bars."""

from __future__ import annotations

from collections.abc import Sequence

from secateur.pipelines.ingestion.files.csvrows import CsvField, delimiter_of, read_records
from secateur.pipelines.ingestion.files.decode import decode, guessed
from secateur.pipelines.ingestion.files.detect import CSV, LOOKED_AT
from secateur.pipelines.ingestion.layout.grid import RawCell
from secateur.pipelines.ingestion.layout.origin import ByteMap
from secateur.pipelines.ingestion.layout.reading import Reading, Source
from secateur.pipelines.ingestion.layout.tables import lays_out_prose
from secateur.pipelines.ingestion.layout.textrun import Run
from secateur.pipelines.ingestion.text.plain import read_text
from secateur.pipelines.ingestion.text.sheet import SheetRow, add_sheet


def read_delimited(data: bytes, source: Source) -> Reading:
    """Reads tables of delimited fields in any encoding, and their titles.

    The first full record of each is its heads of columns; fields with long prose are paragraphs.
    """
    text, encoding = decode(data)
    delimiter = delimiter_of(text[:LOOKED_AT], len(text) <= LOOKED_AT)
    if delimiter is None:
        return read_text(data, source)
    source.check_count(text.count(delimiter) + text.count("\n") + text.count("\r"), "fields")
    bytes_of = ByteMap(data, text, encoding)
    rows = []
    for number, record in enumerate(read_records(text, delimiter)):
        source.deadline.check()
        if row := _row(record, bytes_of if bytes_of.exact else None):
            rows.append(SheetRow(number, row))
    reading = Reading(media_type=CSV)
    if lays_out_prose([row.cells for row in rows]):
        for cell in (cell for row in rows for cell in row.cells):
            reading.assembly.add_slices(cell.run)
    else:
        add_sheet(rows, reading.assembly)
    reading.warnings += guessed(encoding)
    return reading


def _row(record: Sequence[CsvField], bytes_of: ByteMap | None) -> list[RawCell]:
    row = []
    for column, field in enumerate(record):
        run = Run()
        for line in field.text.splitlines():
            run.line_break()
            run.add(line)
        if run.length and bytes_of is not None:
            run.origins.append((0, bytes_of.locate(field.start), bytes_of.locate(field.end)))
        if run.length:
            row.append(RawCell(run, column, column + 1))
    return row
