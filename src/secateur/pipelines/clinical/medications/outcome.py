"""What becomes of a drug in the end, from all places of the note that tell of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from secateur.pipelines.clinical.language.plans import PLANNED
from secateur.pipelines.clinical.medications.lines import STORY
from secateur.pipelines.clinical.medications.mention import Mention
from secateur.pipelines.clinical.medications.regions import DISCHARGE
from secateur.pipelines.clinical.medications.status import Status, is_past
from secateur.pipelines.document.document import Span

DECIDING = ("new", "changed", "continued")
"""Statuses that say what is done from now on."""
OFF = ("stopped", "held")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def status_of(
    text: str, mentions: Sequence[Mention], lists: set[str | None], *, is_active: bool
) -> tuple[Status, Span | None]:
    """Tells what becomes of a drug: what its list tells, or the last sentence that decides.

    Args:
        text: The note's.
        mentions: Places that tell of the drug, lists first.
        lists: Sections of the note that list drugs.
        is_active: Whether the patient takes it when the note ends.

    Returns:
        The status, and the place that tells it where that is no list.
    """
    leaving = [m for m in mentions if m.lists and m.section == DISCHARGE]
    home = [m for m in mentions if m.lists and m.section != DISCHARGE]
    told = [m for m in mentions if not m.lists and m.status]
    deciding = [m for m in told if m.status in DECIDING and not _is_of_before(text, m)]
    # What is continued or changed is ordered as well.
    last = next((m for m in reversed(deciding) if m.status != "new"), None)
    last = last or (deciding[-1] if deciding else None)
    own = next((m for m in reversed(leaving) if m.status in DECIDING), None)
    if own is not None:
        return own.status, None
    if leaving:
        if last is not None and not (last.status == "new" and home):
            return last.status, last.item
        if home:
            return _compared(home[-1], leaving[-1]), None
        is_new = len(lists) > 1 or bool(leaving[-1].regimen.duration)
        return ("new" if is_new else "continued"), None
    if not is_active:
        ends = [m for m in told if m.status in ("given", *OFF)]
        if ends and (ends[-1].status in OFF or last is None):
            return ends[-1].status, ends[-1].item
        return (last.status, last.item) if last else ("home", None)
    if last is not None:
        return last.status, last.item
    if home:
        return home[-1].status if home[-1].status in DECIDING else "home", None
    if any(m.status == "home" or m.section in STORY for m in mentions):
        return "home", None
    if any(m.section in PLANNED for m in mentions):
        return "new", None
    return next((m.status for m in reversed(told)), "home"), None


def _is_of_before(text: str, mention: Mention) -> bool:
    """Whether a verb tells of a time before the visit: "was started on it two years ago"."""
    sentence = text[max(mention.start - 100, 0) : mention.item[1] + 40]
    return mention.section in STORY or (mention.section is None and is_past(sentence))


def _compared(home: Mention, leaving: Mention) -> Status:
    """What becomes of a drug of both lists."""
    before, after = (set(_NUMBER.findall(m.regimen.dose)) for m in (home, leaving))
    return "changed" if before and after and before != after else "continued"
