"""What changed between the records of two runs, in an order and in words that people can read."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from golden.records import KINDS, Kind, Record, Records, place_of

Sign = Literal["+", "-", "~", ">"]
_PLACES = ("start", "end")
_WIDEST = 70
"""Characters of a value that a line shows."""


@dataclass(frozen=True)
class Change:
    """A record that is not as it was.

    Attributes:
        kind: Its kind.
        sign: "+" added, "-" removed, "~" changed, ">" the same in another place of the text.
        before: The record as it was; None of an added one.
        after: As it is; None of a removed one.
    """

    kind: str
    sign: Sign
    before: Record | None
    after: Record | None

    @property
    def record(self) -> Record:
        """The record as it was, or of an added one as it is."""
        return self.before or self.after or {}

    @property
    def doc(self) -> str:
        """The document's name."""
        return str(self.record["doc"])


def changes(old: Records, new: Records) -> list[Change]:
    """Compares records.

    Args:
        old: Of one run, by kind.
        new: Of the other.

    Returns:
        What is different, by kind and document. Records whose fields are all alike but their place
        in the text are moved; others with the same key are changed; the rest came or went.
    """
    found: list[Change] = []
    for name in dict.fromkeys((*old, *new)):
        sides = [_by_document(records.get(name, ())) for records in (old, new)]
        for doc in sorted(set(sides[0]) | set(sides[1])):
            found += _of_document(name, *(side.get(doc, []) for side in sides))
    return found


def _of_document(name: str, old: Sequence[Record], new: Sequence[Record]) -> Iterator[Change]:
    kind = KINDS.get(name)
    same = Counter(map(_whole, old)) & Counter(map(_whole, new))
    left, right = _without(old, same.copy()), _without(new, same)
    moved, left, right = _paired(left, right, _said)
    altered, left, right = _paired(left, right, lambda record: _key(kind, record))
    pairs: list[tuple[Sign, Record | None, Record | None]] = [(">", a, b) for a, b in moved]
    pairs += [("~", a, b) for a, b in altered]
    pairs += [("-", record, None) for record in left]
    pairs += [("+", None, record) for record in right]
    pairs.sort(key=lambda pair: place_of(pair[1] or pair[2] or {}))
    return (Change(name, *pair) for pair in pairs)


def _paired(
    old: Sequence[Record], new: Sequence[Record], alike: Callable[[Record], str]
) -> tuple[list[tuple[Record, Record]], list[Record], list[Record]]:
    """Pairs records that are alike in something, in their order, and gives the others of each."""
    waiting: defaultdict[str, list[Record]] = defaultdict(list)
    for record in reversed(new):
        waiting[alike(record)].append(record)
    pairs: list[tuple[Record, Record]] = []
    left: list[Record] = []
    for record in old:
        partners = waiting[alike(record)]
        if partners:
            pairs.append((record, partners.pop()))
        else:
            left.append(record)
    taken = {id(after) for _, after in pairs}
    return pairs, left, [record for record in new if id(record) not in taken]


def _without(records: Sequence[Record], same: Counter[str]) -> list[Record]:
    left = []
    for record in records:
        whole = _whole(record)
        if same[whole]:
            same[whole] -= 1
        else:
            left.append(record)
    return left


def _whole(record: Record) -> str:
    return json.dumps(record, sort_keys=True)


def _said(record: Record) -> str:
    """A record without its places."""
    said = {name: value for name, value in record.items() if name not in _PLACES}
    if isinstance(said.get("evidence"), list):
        said["evidence"] = [part for part in _flat(said["evidence"]) if isinstance(part, str)]
    return _whole(said)


def _flat(values: Sequence[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list):
            yield from _flat(value)
        else:
            yield value


def _key(kind: Kind | None, record: Record) -> str:
    """What tells a record from others; one of an unknown kind is told by all that it says."""
    if kind is None:
        return _whole(record)
    return json.dumps([record.get(name) for name in kind.key])


def _by_document(records: Sequence[Record]) -> dict[str, list[Record]]:
    found: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        found[str(record["doc"])].append(record)
    return dict(found)


def as_lines(found: Sequence[Change]) -> Iterator[str]:
    """Writes changes for people.

    Args:
        found: The changes.

    Yields:
        A head for each document and kind, a line for each change, one for all that only moved.
    """
    groups: defaultdict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in found:
        groups[change.doc, change.kind].append(change)
    for (doc, kind), own in sorted(groups.items()):
        yield f"{doc}, {kind}:"
        moved = [change for change in own if change.sign == ">"]
        yield from (f"  {_line(change)}" for change in own if change.sign != ">")
        if moved:
            yield f"  > {len(moved)} are the same in another place of the text"


def _line(change: Change) -> str:
    if change.before is None or change.after is None:
        rest = {name: v for name, v in change.record.items() if name not in ("doc", *_PLACES)}
        told = ", ".join(
            f"{name} {_shown(v)}" for name, v in rest.items() if v not in (None, [], {})
        )
        return f"{change.sign} {_where(change.record)}{told}"
    names = dict.fromkeys((*change.before, *change.after))
    told = "; ".join(
        f"{name}: {_shown(change.before.get(name))} -> {_shown(change.after.get(name))}"
        for name in names
        if change.before.get(name) != change.after.get(name)
    )
    return f"~ {_where(change.before)}{_called(change.before)}{told}"


def _where(record: Record) -> str:
    return f"{record['start']}: " if "start" in record else ""


def _called(record: Record) -> str:
    """What a reader knows a changed record by."""
    named = (record.get(name) for name in ("view", "list", "text", "head", "item", "number"))
    period = record.get("period") if "view" in record else None
    return " ".join(_shown(value) for value in (*named, period) if value is not None) + ": "


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def counted(found: Sequence[Change]) -> str:
    """Says how many records came, went, changed and moved, by kind."""
    by_kind: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for change in found:
        by_kind[change.kind][change.sign] += 1
    words = {"+": "added", "-": "removed", "~": "changed", ">": "moved"}
    lines = []
    for kind, signs in by_kind.items():
        told = (f"{signs[sign]} {word}" for sign, word in words.items() if signs[sign])
        lines.append(f"{kind}: {', '.join(told)}")
    return "\n".join(lines) or "no record changed"
