"""Bounds on what one file may cost, all settable by the caller."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from secateur.pipelines.errors import IngestionError


@dataclass(frozen=True)
class Limits:
    """Bounds of one `read`; every field must be positive.

    Attributes:
        file_bytes: Largest file, before and after decompression.
        archive_ratio: Largest decompressed size as a multiple of the compressed one.
        archive_members: Most files in an archive, those in archives inside it included.
        archive_depth: Most files inside one another (a PDF in a FHIR attachment in a zip archive).
        pages: Most pages of a PDF file.
        forms: Most drawings that one page of a PDF paints, counted as often as each is painted.
        merged_cells: Most cells of a workbook that merged or linked ranges cover, each range
            counted for itself; a million take some 300 megabytes of memory.
        characters: Longest `Document.text`.
        elements: Most elements of a markup file, or lines of a text file; a million take about a
            gigabyte of memory, and a long annual report has 30,000.
        nesting: Deepest element of a markup file.
        seconds: Longest reading time of one file, wall clock.
        memory_bytes: Most address space of the process that parses, its own code and libraries
            (some 300 megabytes) included; where the system has no such bound, Windows for
            instance, the clock alone bounds it.
    """

    file_bytes: int = 100_000_000
    archive_ratio: int = 200
    archive_members: int = 1_000
    archive_depth: int = 5
    pages: int = 5_000
    forms: int = 100_000
    merged_cells: int = 1_000_000
    characters: int = 20_000_000
    elements: int = 1_000_000
    nesting: int = 1_000
    seconds: float = 60.0
    memory_bytes: int = 4_000_000_000

    def __post_init__(self) -> None:
        """Refuses bounds that no file can meet.

        Raises:
            ValueError: A bound is not positive.
        """
        for bound in fields(self):
            value = getattr(self, bound.name)
            if not 0 < value < math.inf:
                raise ValueError(f"limit {bound.name} must be above 0, got {value!r}")

    @classmethod
    def of(cls, settings: Iterable[str]) -> Limits:
        """Reads bounds as they are typed.

        Args:
            settings: Each "name=value", as in "pages=100"; the others keep their defaults.

        Returns:
            The bounds.

        Raises:
            ValueError: A name is unknown or a value is no positive number.
        """
        kinds = {bound.name: float if bound.type == "float" else int for bound in fields(cls)}
        bounds: dict[str, Any] = {}
        for setting in settings:
            name, _, value = setting.partition("=")
            if name not in kinds:
                raise ValueError(f"unknown limit {name!r}; one of {', '.join(kinds)}")
            try:
                bounds[name] = kinds[name](value.replace("_", ""))
            except ValueError:
                raise ValueError(f"limit {setting!r} is no number; say {name}=10") from None
        return cls(**bounds)

    def changed(self) -> dict[str, float]:
        """The bounds that are not the default, by name."""
        return {
            bound.name: getattr(self, bound.name)
            for bound in fields(self)
            if getattr(self, bound.name) != bound.default
        }

    def unpacked_bytes(self, packed: int) -> int:
        """Bounds what an archive may unpack to.

        Args:
            packed: Its size in bytes.

        Returns:
            The most bytes it may unpack to. The ratio counts from a megabyte only, because small
            files may compress well by nature.
        """
        return min(self.file_bytes, max(self.archive_ratio * packed, 1 << 20))


DEFAULT_LIMITS = Limits()


class Deadline:
    """Wall-clock bound of one file, asked between pieces of work."""

    def __init__(self, name: str, limits: Limits) -> None:
        """Starts the clock.

        Args:
            name: The file as the user gave it, for the message.
            limits: Where `seconds` is taken from.
        """
        self._name = name
        self._seconds = limits.seconds
        self._end = time.monotonic() + limits.seconds

    def check(self) -> None:
        """Stops a file that takes too long.

        Raises:
            IngestionError: The time is over.
        """
        if time.monotonic() > self._end:
            raise too_slow(self._name, self._seconds)


def too_slow(name: str, seconds: float) -> IngestionError:
    """Words the error of a file that takes too long.

    Args:
        name: The file as the user gave it.
        seconds: Of `Limits`.

    Returns:
        The error, to be raised.
    """
    return IngestionError(
        f"{name}: not read within {seconds:g} s; "
        "split the file or raise Limits.seconds (--limit seconds=N)"
    )


class BudgetError(IngestionError):
    """The archives of a file pass a bound together, so that nothing further may be unpacked."""


class Budget:
    """What the archives of one file may still unpack to, those inside one another together."""

    def __init__(self, name: str, size: int, limits: Limits) -> None:
        """Opens a budget.

        Args:
            name: The file as the user gave it, for messages.
            size: Its bytes as they came.
            limits: The bounds.
        """
        self._name = name
        self._limits = limits
        self._bytes = limits.unpacked_bytes(size)
        self._members = limits.archive_members

    def take_members(self, count: int) -> None:
        """Counts files in an archive.

        Args:
            count: How many were found.

        Raises:
            BudgetError: They are too many in all.
        """
        self._members -= count
        self.check()

    def take_bytes(self, count: int) -> None:
        """Counts unpacked bytes.

        Args:
            count: How many came.

        Raises:
            BudgetError: They are too many in all.
        """
        self._bytes -= count
        self.check()

    def check(self) -> None:
        """Stops an archive in which a bound was passed.

        Raises:
            BudgetError: It was.
        """
        if self._members < 0:
            raise BudgetError(
                f"{self._name}: the archive holds more than {self._limits.archive_members:,} "
                "files; unpack it, or raise Limits.archive_members (--limit archive_members=N)"
            )
        if self._bytes < 0:
            raise BudgetError(
                f"{self._name}: unpacks to more than its bounds; "
                "unpack it, or raise Limits.archive_ratio and Limits.file_bytes "
                "(--limit archive_ratio=N --limit file_bytes=N)"
            )
