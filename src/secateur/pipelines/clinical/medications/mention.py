"""A place of a note that tells of a drug."""

from __future__ import annotations

from dataclasses import dataclass, field

from secateur.pipelines.clinical.medications.regimen import Regimen
from secateur.pipelines.clinical.medications.status import Status
from secateur.pipelines.document.document import Span

CLASS = "class:"
"""Before the pattern of a class's members, in place of a name."""


@dataclass
class Mention:
    """A place that tells of a drug.

    Attributes:
        start: First character of its name.
        end: One past the last.
        name: Its name in small letters.
        on: Whether the patient takes it from now on; None where the place does not say.
        lists: Whether the place is of a list of drugs.
        section: The section of the place.
        status: What the words around do with it.
        item: All the words that tell of it, half-open offsets.
        regimen: How it is taken.
        holds: Whether that is so from now on, not weighed, given once or long ago.
        changes: Whether the place changes something or plans it.
    """

    start: int
    end: int
    name: str
    on: bool | None
    lists: bool
    section: str | None
    status: Status = ""
    item: Span = (0, 0)
    regimen: Regimen = field(default_factory=Regimen)
    holds: bool = True
    changes: bool = False
