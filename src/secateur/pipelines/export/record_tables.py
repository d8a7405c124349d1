"""Records with named columns as tables: CSV and data frames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Any

from secateur.pipelines.export.csv_cells import csv_lines
from secateur.pipelines.export.records import plain_number

if TYPE_CHECKING:
    import pandas as pd


def as_csv(records: Iterable[Mapping[str, Any]], columns: Iterable[str]) -> str:
    """Writes records as CSV, one a line under the names of the columns, numbers in full.

    A text that a spreadsheet would take for a formula gets an apostrophe in front.

    Args:
        records: A value for each column, in their order.
        columns: Their names.
    """
    lines = (
        [f"{cell:f}" if isinstance(cell, Decimal) else cell for cell in record.values()]
        for record in records
    )
    return csv_lines(chain([columns], lines))


def as_dataframe(
    records: Iterable[Mapping[str, Any]], columns: Iterable[str], types: Mapping[str, str]
) -> pd.DataFrame:
    """Makes a data frame of records.

    Args:
        records: A value for each column.
        columns: Their names.
        types: Of pandas, by column; texts have none.
    """
    # Takes half a second to load, which what only writes files need not wait for.
    import pandas as pd

    found = [
        {
            name: plain_number(value) if isinstance(value, Decimal) else value
            for name, value in record.items()
        }
        for record in records
    ]
    names = list(columns)
    return pd.DataFrame(found, columns=names).astype(
        {name: types.get(name, "string") for name in names}
    )
