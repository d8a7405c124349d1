"""Where the time of a figure was found."""

from __future__ import annotations

from dataclasses import dataclass

from secateur.pipelines.finance.figures.times import Time


@dataclass(frozen=True)
class Source:
    """Where a figure's time was found.

    Attributes:
        place: "row", "column", "head", "balance" in the row, "between" two balances, "above" the
            table, "sentence", "before" it, "ahead" where a head names only times after the
            report's, or "default" where no more than a title over the text tells.
        time: The time; ahead none.
    """

    place: str
    time: Time | None = None
