"""The problem list of a note, taken from its own assessment and plan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count, pairwise

from secateur.pipelines.clinical.language.dialogue import concluded, turns
from secateur.pipelines.clinical.language.letters import by_problem, opinion
from secateur.pipelines.clinical.language.prescribing import NUMBER
from secateur.pipelines.clinical.language.tables import head_rows
from secateur.pipelines.clinical.lists.closings import DEAR, GREETS, SIGNED, TELLS
from secateur.pipelines.clinical.lists.plan_lines import attached, parted, together
from secateur.pipelines.clinical.verification.evidence import evidence_at
from secateur.pipelines.document.document import Document, Passage, Span
from secateur.pipelines.document.summary import SummarySentence
from secateur.pipelines.terminology.sections.headings import canonical_section

_BOTH = ("Assessment and Plan",)
_DIAGNOSES = ("Assessment", "Discharge Diagnosis", "Postoperative Diagnosis", "Problems")
_BEFORE = ("Preoperative Diagnosis",)
_PLANS = ("Plan", "Instructions")
_LEAVES = ("Disposition",)
_ELSE = ("Findings",)
_COURSE = ("Hospital Course",)
_TITLES = (*_BOTH, *_DIAGNOSES, *_ELSE, *_BEFORE, *_PLANS[:1])
_NARRATIVE = re.compile(
    r"\W*(?:\d{1,2}[.)]\s*)?(?:summary|discussion|formulation|mdm|medical decision)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\s*([A-Za-z][A-Za-z0-9/&',() -]{0,58}?)\s*(?::(?!\d)\s*|$)")
_DASHED = re.compile(r"[A-Z][^.:\n]{0,40}? (?:--|[-–—]) ")
"""What heads a problem whose labels say more of it ("MBD - phosphate high. PTH: high")."""
_DASHED_LINE = re.compile(rf"^[ \t]*(?={_DASHED.pattern})", re.MULTILINE)
_NUMBERED = re.compile(rf"\s*(?:{NUMBER}|#(?:(?P<count>\d{{1,2}})\b[.):]?)?)\s*")
_FIRST = re.compile(r"\s*\(?1[.)]\s+(?=[^\W\d])")
_LETTERED = re.compile(r"\s*[A-H][.)]\s+(?=[A-Z])")
"""The mark of a specimen's diagnosis: "B. Lymph node, excision"."""
_BULLET = re.compile(r"\s*(?:[-*•–]|\[[ xX✓]?\]|[a-z][.)]\s)")
_MARK = re.compile(r"(?:[-*• ]|\[[ xX✓]?\])*")
"""What stands before the words of an item: dashes, or the box to tick."""
_EMPTY = re.compile(
    r"\s*(?:no (?:information|data)|none|n/a|problem #?\d+"
    r"|diagnoses and all orders for this visit|current assessment & plan"
    r"|(?:other )?relevant (?:medications|orders)|(?:other )?visit diagnoses"
    r"|(?-i:Circulatory|Digestive|Endocrine(?: and Metabolic)?|Genitourinary|Immune|Nervous"
    r"|Hematopoietic and Hemostatic|Musculoskeletal(?: and Injuries)?|Respiratory|Other"
    r"|Mental Health|Infectious))\W*$",
    re.IGNORECASE,
)
"""What an electronic record prints above problems and orders, and where it has none."""
_DETAIL = re.compile(
    r"\s*(?:(?:patient|provider) priority|disp(?:ense)?|refills?|qty|quantity|sig):", re.IGNORECASE
)
"""A label of what is said of the problem or of an order for it."""
_STATUS = re.compile(
    r"\s*(?:active|current|ongoing|resolved|inactive|past)"
    r"(?: (?:medical )?(?:concerns|problems|issues|conditions|diagnoses))?\s*:?\s*$",
    re.IGNORECASE,
)
_OTHER_LINE = re.compile(r"^[ \t]*[A-Z][A-Za-z /&-]{1,40}:\s", re.MULTILINE)
_BY_PROBLEM = re.compile(
    rf"\s*(?:#|{NUMBER}\s*(?:[^:.\n]{{2,60}}(?::|\s[-–])\s|[\w/&-]+(?: [\w/&-]+){{0,3}}\.\s))"
)
"""A paragraph of a hospital's course about one problem: "# AKI: resolved", "2. Ileus. NG tube"."""
_LEADS_ON = re.compile(r"(?:[\w)],|\b(?:and|for|of|or|the|to|with))$")
"""How a line ends that is wrapped, whatever the next begins with."""
_SAME = re.compile(r"(?:the )?same\b", re.IGNORECASE)
_ALONE = re.compile(r"(?:(?!\b(?:with|plus|and)\b)[^,;]){0,40}$", re.IGNORECASE)
_NAME_WORDS, _BARE_NAME_WORDS = 6, 16
"""Most words of a problem's name above bullets, with a stop and without one."""

_HEAD = 60
"""Most characters of a line that heads what follows it."""


def problem_list(document: Document, sentences: Sequence[Span]) -> tuple[SummarySentence, ...]:
    """Lists problems with their status and plan, in the note's own words.

    Args:
        document: The note.
        sentences: Its sentences, half-open offsets.

    Returns:
        One entry for each problem of all its diagnoses, those of a narrative ("Summary:") last,
        then what a hospital's course says by problem; each is its own evidence. What a plan that
        stands apart says of a problem by name stands with it ("Gout: rest"). Behind them one
        entry has what is ordered without a problem: the plan where it stands apart, or where the
        patient goes, and lines like "Code status: full". In a note with a plan and no diagnosis the
        hospital's course tells the problems, and without that each line of the plan is an entry.
        What a diagnosis after surgery is "same" as is said instead, or with it. In a letter
        without such sections what it says from "My impression is" on, up to the close, or in a
        note its paragraphs by problem, in the transcript of a visit what the clinician says
        from the diagnosis on; else empty.
    """
    if said := turns(document):
        return _told(document, concluded(document, said))
    both = _entries(document, sentences, _BOTH)
    problems = [*both, *chain(*(_diagnoses(document, sentences, name) for name in _DIAGNOSES))]
    problems = problems or _entries(document, sentences, _ELSE)
    problems.sort(key=lambda entry: (_is_narrative(document, entry), entry.evidence[0].start))
    plan = [] if both else _entries(document, sentences, _PLANS)
    if not both and not plan:
        plan = _entries(document, sentences, _LEAVES)
    course = [] if both else _entries(document, sentences, _COURSE)
    if problems or not plan:
        course = [e for e in course if _BY_PROBLEM.match(document.text, e.evidence[0].start)]
    named, ordered = parted(document.text, [*problems, *course])
    if named:
        named, plan = attached(named, plan)
        return (*named, *together([*ordered, *plan]))
    told = chain(opinion(document.text, sentences), by_problem(document))
    return (*ordered, *plan) or _told(document, told)


def _told(document: Document, spans: Iterable[Span]) -> tuple[SummarySentence, ...]:
    return tuple(_entry(document, span, None, frozenset()) for span in spans)


def _diagnoses(
    document: Document, sentences: Sequence[Span], section: str
) -> list[SummarySentence]:
    entries = _entries(document, sentences, (section,))
    same = [_SAME.match(entry.text) for entry in entries]
    before = _entries(document, sentences, _BEFORE) if any(same) else []
    if not before:
        return entries
    # "Same, with a tear" says more than those before.
    return before + [
        entry
        for entry, match in zip(entries, same, strict=True)
        if not (match and _ALONE.match(entry.text, match.end()))
    ]


def _is_narrative(document: Document, entry: SummarySentence) -> bool:
    """Whether an entry stands below a title like "Discussion", not below a diagnosis."""
    start = entry.evidence[0].start
    titles = [s for s in document.sections if s.start <= start < s.end]
    return bool(titles) and _NARRATIVE.match(document.text, titles[-1].start) is not None


def _entries(
    document: Document, sentences: Sequence[Span], wanted: tuple[str, ...]
) -> list[SummarySentence]:
    """Sentences of the wanted sections, those of one problem together."""
    groups: list[list[Span]] = []
    statuses: list[Span | None] = []
    last_item = status = None
    for start, end, item in _inside(document, sentences, wanted):
        text = document.text[start:end]
        if item.kind != "list" and _STATUS.match(text):
            status = start, end
        elif groups and not _opens(document.text, groups[-1], (start, end), item is last_item):
            groups[-1].append((start, end))
        else:
            status = status if item.kind == "list" else None
            groups.append([(start, end)])
            statuses.append(status)
        last_item = item
    spans = [
        (span, status)
        for group, status in zip(groups, statuses, strict=True)
        for span in _parts(document.text, group[0][0], group[-1][1])
    ]
    marks = (_NUMBERED.match(document.text, *span) for span, _ in spans)
    counted = frozenset(int(mark["count"]) for mark in marks if mark and mark["count"])
    entries = (_entry(document, span, status, counted) for span, status in spans)
    return [entry for entry in entries if any(map(str.isalpha, entry.text))]


def _inside(
    document: Document, sentences: Sequence[Span], wanted: tuple[str, ...]
) -> Iterator[tuple[int, int, Passage]]:
    """Sentences of the wanted sections with their passages.

    Titles, heads of tables and signatures, with all that stands below a letter's close, are none.
    """
    heads = head_rows(document)
    closed: str | None = None
    closes = (GREETS, TELLS) if DEAR.search(document.text) else (GREETS,)
    titles = {section.start for section in document.sections}
    beyond = list(_beyond_diagnoses(document))
    for start, end in sentences:
        item = document.passage_at(start)
        if item is None or item.section not in wanted or item.start in heads:
            continue
        if any(first <= start < last for first, last in beyond):
            continue
        if any(close.match(document.text, start, end) for close in closes):
            closed = item.section
        if item.section == closed:
            continue
        label = _LABEL.match(document.text, start, end)
        named = canonical_section(label[1]) if label else None
        is_alone = label is not None and label.end() == end
        is_title = named in _TITLES or (is_alone and (named is not None or start in titles))
        if label and is_title:
            # "PLAN: Rest" is the plan's title; "Diet: low in salt" says what it is about.
            start = label.end()
        said = document.text[start:end]
        if start < end and not _EMPTY.match(said) and not SIGNED.fullmatch(said):
            yield start, end, item


def _beyond_diagnoses(document: Document) -> Iterator[Span]:
    """What stands below a diagnosis in the head of a note ("Dx: ESRD") whose assessment follows."""
    text = document.text
    assessed = max((s.start for s in document.sections if s.name in _BOTH), default=0)
    for section in document.sections:
        line = text[section.start : section.end].split("\n", 1)[0]
        if section.name in _DIAGNOSES and section.start < assessed and _is_labelled(line):
            other = _OTHER_LINE.search(text, section.start + len(line) + 1, section.end)
            if other:
                yield other.start(), section.end


def _opens(note: str, group: Sequence[Span], span: Span, same_item: bool) -> bool:
    """Whether a sentence opens a problem of its own, after those of the problem before."""
    first, last, text = (note[slice(*at)] for at in (group[0], group[-1], span))
    if _LEADS_ON.search(last):
        return False
    if _NUMBERED.match(text) or _LETTERED.match(text):
        return True
    if _BULLET.match(text):
        is_name = not _BULLET.match(first) and not first.endswith(":")
        is_name = is_name and len(first.split()) <= (
            _NAME_WORDS if first.endswith(".") else _BARE_NAME_WORDS
        )
        is_name = is_name or _LETTERED.match(first) is not None
        return not is_name and _NUMBERED.match(first) is None
    if _DETAIL.match(text) or _is_deeper(note, span[0], group[0][0]):
        return False
    if same_item:
        return _is_labelled(text) and _DASHED.match(first) is None
    is_name = last.isupper() and len(group) == 1 and not _is_labelled(last)
    is_head = len(last) <= _HEAD and (last.endswith(":") or is_name)
    return not is_head or text.isupper()


def _is_deeper(text: str, start: int, other: int) -> bool:
    """Whether a line is set in from another one; what begins in mid-line is not."""
    own, above = (text[text.rfind("\n", 0, at) + 1 : at] for at in (start, other))
    return not own.strip() and not above.strip() and len(own) > len(above)


def _parts(text: str, start: int, end: int) -> list[Span]:
    """The parts of "1. COPD 2. Pneumonia", or lines as "COPD -- stable", else the whole."""
    cuts = [start]
    if _DASHED.match(text, start, end):
        cuts += [line.end() for line in _DASHED_LINE.finditer(text, start + 1, end)]
    if not _FIRST.match(text, start, end):
        return [(one, len(text[:other].rstrip())) for one, other in pairwise([*cuts, end])]
    for number in count(2):
        following = re.compile(rf"(?<=\s)\(?{number}[.)]\s+(?=[^\W\d])").search(
            text, cuts[-1] + 1, end
        )
        if following is None:
            break
        cuts.append(following.start())
    return [(one, len(text[:other].rstrip())) for one, other in pairwise([*cuts, end])]


def _is_labelled(text: str) -> bool:
    label = _LABEL.match(text)
    return label is not None and label.end() < len(text)


def _entry(
    document: Document, span: Span, status: Span | None, counted: frozenset[int]
) -> SummarySentence:
    """The entry of a stretch of text, below a line that tells its status where there is one."""
    text = document.text[slice(*span)]
    said = "\n".join(line for line in text.split("\n") if not _EMPTY.match(line))
    cells = _MARK.sub("", said[_marked(said, counted) :], count=1).split("\t")
    words = ", ".join(" ".join(cell.split()) for cell in cells if cell.strip())
    evidence = [evidence_at(document, *span)]
    if status:
        words = f"{document.text[slice(*status)].strip(': ')}: {words}"
        evidence.append(evidence_at(document, *status))
    return SummarySentence(words, tuple(evidence), 1.0)


def _marked(text: str, counted: frozenset[int]) -> int:
    """Characters of an entry's number; that of a tooth ("#30") does not count up from 1."""
    mark = _NUMBERED.match(text)
    if mark is None or not counted.issuperset(range(1, int(mark["count"] or 0) + 1)):
        return 0
    return mark.end()
