"""What the readers of all formats share: where they read from and what they hand back.

A reader takes the content of a file and its `Source` and hands back a `Reading`, or raises the
`IngestionError` that `Source.refusal` words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from lxml import etree

from secateur.pipelines.document.document import Part
from secateur.pipelines.errors import IngestionError
from secateur.pipelines.ingestion.files.limits import Budget, Deadline, Limits
from secateur.pipelines.ingestion.layout.blocks import Assembly
from secateur.pipelines.ingestion.layout.textrun import Run


@dataclass(frozen=True)
class SectionStart:
    """A section's beginning; fields as in `Section`.

    Attributes:
        start: First character of its title.
        name: What it is called; None where the section before ends and no other begins.
        confidence: How surely it starts here.
        code: LOINC code.
        parents: Names of the sections around it, the outermost first.
    """

    start: int
    name: str | None
    confidence: float = 1.0
    code: str | None = None
    parents: tuple[str, ...] = ()


@dataclass(frozen=True)
class NoteStart:
    """Where a note of a record begins; fields as in `NotePart`.

    Attributes:
        start: First character.
        dated: The day that the format gives.
        subject: Whose it is, by the format.
    """

    start: int
    dated: str | None = None
    subject: str = ""


def day_of(time: str) -> str | None:
    """Reads the day of a time as HL7 writes it.

    Args:
        time: Of C-CDA ("201308151030-0800") or FHIR ("2013-08-15T10:30:00Z").

    Returns:
        The day (ISO 8601); None where the time is less exact, or none at all.
    """
    match = re.match(r"(\d{4})(-?)(\d\d)\2(\d\d)", time, re.ASCII)
    try:
        return match and date(*map(int, match.group(1, 3, 4))).isoformat()
    except ValueError:
        return None


@dataclass(eq=False)
class Mark:
    """An inline XBRL element and where its text came to stand.

    Attributes:
        element: The element.
        start: Run and offset of its first visible character, None if it shows nothing.
        end: Run and offset one past its last.
    """

    element: etree._Element
    start: tuple[Run, int] | None = None
    end: tuple[Run, int] | None = None


@dataclass
class Reading:
    """What a reader found in a file.

    Attributes:
        assembly: The text with its passages and lines.
        media_type: What the content is.
        sections: Sections that the format itself names; None as long as titles must tell.
        marks: Inline XBRL facts, in document order.
        dropped: Characters left out, by reason.
        warnings: One line each, without text of the file.
        dated: As in `Document`.
        notes: Where the notes of a record begin, those inside others too.
        note_marks: As in `Document`.
    """

    assembly: Assembly = field(default_factory=Assembly)
    media_type: str = ""
    sections: list[SectionStart] | None = None
    marks: list[Mark] = field(default_factory=list)
    dropped: dict[str, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    dated: str | None = None
    notes: list[NoteStart] = field(default_factory=list)
    note_marks: list[tuple[int, int]] = field(default_factory=list)

    def drop(self, reason: str, characters: int) -> None:
        """Counts characters left out.

        Args:
            reason: Why.
            characters: How many; none is not recorded.
        """
        if characters:
            self.dropped[reason] = self.dropped.get(reason, 0) + characters

    def begin_section(self, start: int, path: tuple[str, ...], code: str | None = None) -> None:
        """Begins a section that the format names, or goes on with the one around it.

        Args:
            start: First character.
            path: Names of the sections around it and its own if it has one; none ends all sections.
            code: LOINC code.
        """
        if self.sections is not None:
            name = path[-1] if path else None
            self.sections.append(SectionStart(start, name, code=code, parents=path[:-1]))

    def include(
        self, other: Reading, part: Part = (), *, offset: int = 0, parents: tuple[str, ...] = ()
    ) -> None:
        """Appends what was read from a file inside this one.

        Args:
            other: The inner reading; not to be used any more.
            part: What in this file holds it.
            offset: Where its own first byte stands there.
            parents: Sections of this file that it stands in; without any it is a document of its
                own, in which no section of this file goes on.
        """
        shift = self.assembly.append(other.assembly, part, offset)
        if self.sections is not None:
            inner = [
                replace(section, start=section.start + shift, parents=(*parents, *section.parents))
                for section in other.sections or ()
            ]
            if not parents:
                self.sections.append(SectionStart(shift, None))
            self.sections.extend(inner)
            if inner or not parents:
                self.begin_section(self.assembly.length, parents)
        for reason, characters in other.dropped.items():
            self.drop(reason, characters)
        self.warnings.extend(other.warnings)
        self.dated = self.dated or other.dated
        self.notes += (replace(each, start=each.start + shift) for each in other.notes)
        self.note_marks += ((start + shift, end + shift) for start, end in other.note_marks)


@dataclass(frozen=True)
class Source:
    """The file that is being read, as its readers need to know it.

    Attributes:
        name: The file as the user gave it, for messages.
        limits: Bounds on what it may cost.
        deadline: Its clock.
        budget: What its archives may unpack to.
        dispatch: Reads content of any kind.
        depth: How many files this content is inside of.
        attached: Whether it is read as part of the document that it is inside of.
    """

    name: str
    limits: Limits
    deadline: Deadline
    budget: Budget
    dispatch: Callable[[bytes, Source], Reading]
    depth: int = 0
    attached: bool = False

    def inside(self, name: str) -> Source:
        """Steps into a file of this archive, a document with a clock of its own unless attached.

        Args:
            name: What it is called in this archive.

        Returns:
            Where its content comes from: "archive!member" in messages.

        Raises:
            IngestionError: Files nest too deeply.
        """
        full = f"{self.name}!{name}"
        deadline = self.deadline if self.attached else Deadline(full, self.limits)
        return self._deeper(name=full, deadline=deadline)

    def read_inner(self, data: bytes, name: str) -> Reading:
        """Reads a file that stands inside this one.

        Args:
            data: Its content.
            name: What it is called in this file.

        Returns:
            What was found.

        Raises:
            IngestionError: It cannot be read, or files nest too deeply.
        """
        return self.dispatch(data, self._deeper(name=f"{self.name} ({name})", attached=True))

    def _deeper(self, **changes: Any) -> Source:
        inner = replace(self, depth=self.depth + 1, **changes)
        if inner.depth > self.limits.archive_depth:
            raise self.refusal(
                f"files nest deeper than {self.limits.archive_depth}",
                "unpack it first, or raise Limits.archive_depth (--limit archive_depth=N)",
            )
        return inner

    def check_count(self, count: int, what: str) -> None:
        """Refuses content of too many parts before memory is taken for them.

        Args:
            count: How many.
            what: What they are ("elements").

        Raises:
            IngestionError: They are more than `Limits.elements`.
        """
        if count > self.limits.elements:
            raise self.refusal(
                f"{count:,} {what} are more than the limit of {self.limits.elements:,}",
                "split the file or raise Limits.elements (--limit elements=N)",
            )

    def check_elements(self, markup: bytes) -> None:
        """Refuses markup of too many elements, as `check_count`.

        Args:
            markup: HTML or XML.
        """
        self.check_count(markup.count(b"<") - markup.count(b"</"), "elements")

    def refusal(self, what: str, way_out: str) -> IngestionError:
        """Words the error that refuses this file.

        Args:
            what: What is wrong, without text of the file.
            way_out: What the user can do.

        Returns:
            The error, to be raised.
        """
        return IngestionError(f"{self.name}: {what}; {way_out}")
