"""What a note names as allergies and intolerances, from its section, its tables or its text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile

from secateur.pipelines.clinical.facts.allergens import (
    COLUMN,
    LEAD,
    NONE,
    REACTION,
    allergens_in,
    bare_name,
    first_column,
)
from secateur.pipelines.clinical.facts.intolerances import harmful_drugs, told_allergens
from secateur.pipelines.clinical.facts.spoken import spoken_allergens
from secateur.pipelines.clinical.language.dialogue import stated, turns
from secateur.pipelines.clinical.language.substances import may_be_substance, substances
from secateur.pipelines.clinical.language.tables import Row, rows, typed_rows
from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.ingestion.sections.openings import opens_section
from secateur.pipelines.terminology.matcher import TermMatcher
from secateur.pipelines.terminology.sections.headings import canonical_section

_SECTION = "Allergies"
_HEAD = re.compile(
    r"\s*(?:(?:your|known) )?(?:(?:drug|medication|food) )?"
    r"allerg(?!ic (?:rhin|conj|derm|asth|react))"
    r"(?![^:\n]*immun)[^:\n]{0,40}?(?::|\s?[-–=]\s|(?<=y) {2,}|(?<=ies) {2,}|$)"
    r"|\s*sensitivit(?:y|ies)(?=: ?[a-z]+ \()"
    r"|\s*(?:(?-i:ALL|All)|allg|ADRs?|(?:(?:drug|medication|food) )?intolerances?"
    r"|adverse (?:drug )?reactions?):",
    re.IGNORECASE,
)
_OTHER_HEAD = re.compile(
    r"[\w/ ]{0,30}\b(?:history|medications?|exam\w*|systems?|plan|assessment|status|code|isolation"
    r"|precautions|diet|dispo(?:sition)?|access)\b[^:]{0,20}:",
    re.IGNORECASE,
)
_ALLERGEN_HEAD = re.compile(r"substance|allerg|agent|drug|medication|product", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[a-z\d)])(?:(?<!\b[a-z])\.|;)(?=\s|$)(?! not an? )|\n", re.IGNORECASE)
_BRACKETS = re.compile(r"\([^()\n]*\)")
_OTHER_LINE = re.compile(
    r"\s*(?:ECG|EKG|CXR|ASA [IVX]+|airway|labs?|vitals?|BP|procedure|PE|exam|ROS|[PFS]M?Hx?"
    r"|soc(?:ial)?|meds|rx|plan|A/P|impression|lives|tobacco|smok)\b"
    r"|(?:creatinine|Cr|Hgb|Hct|plt|WBC|Na|BUN|A1c|INR|glucose)\b\W*\d",
    re.IGNORECASE,
)
"""A line below a list that speaks of something else: "ECG NSR", "Cr 1.1, Hgb 13.9"."""
_LABELLED = re.compile(r"[A-Z][A-Za-z -]{2,40}: ")
_WIDE = re.compile(r"[ \t\xa0]{5,}")
_WRAPPED = re.compile(r"(?<=[^\n]{60})\n(?=[a-z])")
"""The end of a long line that goes on in the next."""
_GAP = " " * 4
"""What parts columns as well as any wider gap, over which patterns would take long."""
_LINE = 80
"""Most characters of a list's line; a longer one after the first is text of its own."""
_INNER_LABEL = re.compile(r"(?<=[.;] )(?P<label>[A-Z][A-Za-z /]{1,30}):")
_NAME_WORDS = 3
"""Most words of an allergen that stands on a line of its own in capitals."""
_ITEM_WORDS = 5
"""Most words of an item that ends with a stop and names no reaction."""


def allergies(document: Document, vocabulary: TermMatcher | None = None) -> tuple[str, ...]:
    """Lists what the note names as an allergy or intolerance.

    The section on allergies decides where there is one, or a line so headed, with its tables; else
    what the text says that the patient is allergic to, or that a drug gave a rash or the like; in
    a transcript also what the patient answers.

    Args:
        document: The note.
        vocabulary: Drug names; without it reactions in prose are not read.

    Returns:
        Lower-case names as the note writes them, each once, in order, without their reactions;
        empty where it says that there is none. What reads like no list is kept as it is.
    """
    found: dict[str, None] = {}
    for sentence in _sentences(document):
        names = allergens_in(sentence)
        found.update((name, None) for name in names if may_be_substance(name, vocabulary))
    typed = [row for row in typed_rows(document) if row.cells]
    for row in (*rows(document), *typed):
        if row.section == _SECTION and not row.is_over and not _is_measured(row):
            found.update(dict.fromkeys(_of_row(row)))
    if found:
        return tuple(found)
    said = turns(document)
    text = stated(document, said) if said else document.text
    found.update(dict.fromkeys(spoken_allergens(document, said, vocabulary)))
    for told in told_allergens(text):
        names = allergens_in(told)
        found.update(
            (name, None) for name in names if vocabulary is None or substances(name, vocabulary)
        )
    named = " ".join(found)
    harmful = harmful_drugs(text, vocabulary) if vocabulary else ()
    return tuple(dict.fromkeys([*found, *(drug for drug in harmful if drug not in named)]))


def _sentences(document: Document) -> Iterator[str]:
    """Sentences of the section and of lines so headed, up to what is something else."""
    inside = listed = ended = False
    text = _untabled(document)
    last = 0
    for passage in document.passages:
        # A list that its head's own line begins ends with its paragraph.
        apart = passage.kind != "list" and "\n\n" in text[last : passage.start]
        last = passage.end
        if passage.kind == "cell":
            continue
        own = passage.section == _SECTION
        for line in _labelled_lines(text[passage.start : passage.end]):
            head = _HEAD.match(line)
            sure = head and (head[0].rstrip()[-1:] in ":-–=" or head[0].endswith("  "))
            if head and (own or (sure and head[0].strip() != "All:")):
                inside, listed = own, False
                line = line[head.end() :]
                ended = bool(line.strip())
            elif (
                (ended and apart)
                or not inside
                or not own
                or _is_head(passage, line)
                or (listed and _is_text(line))
            ):
                inside = False
                continue
            listed = listed or bool(line.strip())
            parts = _SENTENCE.split(_BRACKETS.sub(_as_one, first_column(line)))
            told = list(takewhile(lambda part: not _OTHER_HEAD.match(part.strip()), parts))
            inside = inside and len(told) == len(parts)
            yield from told


def _as_one(brackets: re.Match[str]) -> str:
    """What brackets say in one sentence: "(flushing; rechallenged)"."""
    return brackets[0].replace(";", ",")


def _untabled(document: Document) -> str:
    """The text without its typed tables, every character in its place."""
    text = document.text
    for row in typed_rows(document):
        text = f"{text[: row.start]}{' ' * (row.end - row.start)}{text[row.end :]}"
    return text


def _labelled_lines(text: str) -> Iterator[str]:
    """Lines, parted also where a sentence begins with the label of a section."""
    for line in _WRAPPED.sub(" ", _WIDE.sub(_GAP, text)).splitlines():
        start = 0
        for label in _INNER_LABEL.finditer(line):
            if _HEAD.match(label[0]) or canonical_section(label["label"]):
                yield line[start : label.start()]
                start = label.start()
        yield line[start:]


def _is_head(passage: Passage, line: str) -> bool:
    """Whether a line in capitals is a head; "PENICILLIN" in a list is none."""
    if passage.kind != "title":
        return False
    is_long = len(line.split()) > _NAME_WORDS or line.rstrip().endswith(":")
    return is_long or opens_section(line) or _OTHER_HEAD.match(f"{line}:") is not None


def _is_text(line: str) -> bool:
    """Whether a line below a list is no item of it: long, or a sentence about something else."""
    label = _LABELLED.match(line)
    if _OTHER_LINE.match(line) or (
        label and "allerg" not in label[0].lower() and not REACTION.match(line, label.end())
    ):
        return True
    is_sentence = line.rstrip().endswith(".") and len(line.split()) > _ITEM_WORDS
    speaks = LEAD.match(line) or REACTION.search(line) or "allerg" in line.lower()
    return len(line) > _LINE or (is_sentence and "," not in line and not speaks)


def _is_measured(row: Row) -> bool:
    """Whether a row below a list of allergies is one of measurements: "IOP  15  21"."""
    return any(text[:1].isdigit() for _, text in row.cells[1:]) and not any(
        _ALLERGEN_HEAD.search(head) for head in row.heads
    )


def _of_row(row: Row) -> Iterable[str]:
    """What a row of a table is about; reaction, severity and status are not."""
    label, *others = (text for _, text in row.cells)
    if others and label.endswith(":"):
        return allergens_in(others[0]) if _HEAD.match(label) else ()
    substance = row.under(_ALLERGEN_HEAD) or label
    is_none = NONE.match(substance) or COLUMN.fullmatch(substance.strip())
    return () if is_none else (bare_name(substance).lower(),)
