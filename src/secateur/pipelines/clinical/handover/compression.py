"""A note's sentences and clauses in fewer of their own words: a trained model.

Networks over an encoder's states say of each word how likely a clinician who writes a handover
would leave it out. They are learnt from training notes and dialogues that were shortened by reading
(`benchmarks/compression`) and ship in `models/compression`. What decides the meaning of a stretch
that stays, numbers, sides, negations and times, stays with it whatever they say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from secateur.core.models.shipped import shipped
from secateur.pipelines.clinical.handover.compression_network import (
    CompressionNetwork,
    WordInputs,
    WordSizes,
)
from secateur.pipelines.clinical.handover.critical import CONDITION, NEGATION, is_critical
from secateur.pipelines.clinical.handover.encoded import ENCODER, encoded
from secateur.pipelines.clinical.handover.tidy import tidy
from secateur.pipelines.clinical.handover.units import NoteUnit
from secateur.pipelines.document.document import Document, Span
from secateur.pipelines.errors import usage_errors

_WEIGHTS, _DESCRIPTION = "weights.safetensors", "compression.json"
_STAYS = 0.3
"""Chance from which on a word stays."""
_COMMA = 0.4
"""Chance from which on a comma stands before a word."""
_WORD = re.compile(r"\w(?:\S*\w%?)?(?:\s+n['’]t\b)?")
"""A word, or several without white space between them; "does n't" of a transcript is one."""
_BREAK = re.compile(r"[,.;:?!()\n]")
_LEADING = frozenset(
    "a an the and or but to of in on at by for with from due as that which".split()
)
"""Words that nothing ends with."""
_EMPTY = frozenset(
    "a an the any of other such further evidence signs sign history known significant obvious"
    " really been have has had be is was were to in".split()
)
"""Words that a negation or a condition passes over to what it governs."""


@dataclass(frozen=True)
class NoteWords:
    """The words of a note's units.

    Attributes:
        spans: Half-open offsets in reading order.
        owners: Number of each one's unit, ascending.
    """

    spans: tuple[Span, ...]
    owners: tuple[int, ...]


def words_of(text: str, units: Sequence[NoteUnit]) -> NoteWords:
    """Splits the units of a note's text into words."""
    found = [
        (match.span(), number)
        for number, unit in enumerate(units)
        for match in _WORD.finditer(text, unit.start, unit.end)
    ]
    return NoteWords(tuple(span for span, _ in found), tuple(number for _, number in found))


def word_inputs(document: Document, words: NoteWords) -> WordInputs:
    """Makes what the network reads of a note's words.

    Args:
        document: The note.
        words: Of its units, one at least.
    """
    note = encoded(document)
    starts = torch.tensor([start for start, _ in words.spans])
    ends = torch.tensor([end for _, end in words.spans])
    owners = torch.searchsorted(starts, note.begins, right=True) - 1
    own = (owners >= 0) & (note.begins < ends[owners.clamp_min(0)])
    forms = torch.tensor(list(_forms(document.text, note.units, words)), dtype=torch.float32)
    return WordInputs(note.states[own], owners[own], forms)


def _forms(text: str, units: Sequence[NoteUnit], words: NoteWords) -> Iterator[list[float]]:
    """How each word is written and where it stands."""
    counts = torch.bincount(torch.tensor(words.owners), minlength=len(units)).tolist()
    place, before = 0, ""
    for number, ((start, end), owner) in enumerate(zip(words.spans, words.owners, strict=True)):
        unit = units[owner]
        is_first = not number or words.owners[number - 1] != owner
        is_last = number + 1 == len(words.spans) or words.owners[number + 1] != owner
        place = 0 if is_first else place + 1
        word = text[start:end]
        gap = "" if is_first else text[words.spans[number - 1][1] : start]
        after = text[end : unit.end if is_last else words.spans[number + 1][0]]
        yield [
            is_first,
            is_last,
            1 / (1 + place),
            place / counts[owner],
            min(counts[owner], 40) / 20,
            min(len(word), 16) / 8,
            word[0].isdigit(),
            any(map(str.isdigit, word)),
            word[0].isupper(),
            word.isupper(),
            word.lower() == before,
            is_critical(word),
            *(mark in gap for mark in ",.;:("),
            *(mark in after for mark in ",.;:)?"),
            unit.is_clinician is not None,
            unit.is_clinician is True,
        ]
        before = word.lower()


@lru_cache(maxsize=1)
def load_compression() -> tuple[CompressionNetwork, ...]:
    """Loads the networks that ship.

    Raises:
        UsageError: They are not installed.
    """
    with usage_errors():
        return read_compression(shipped("compression"))


def save_compression(folder: Path, networks: Sequence[CompressionNetwork]) -> None:
    """Writes networks in fp16, with their sizes.

    Args:
        folder: Where; it is made.
        networks: Of equal sizes, one at least.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {
        f"{number}.{name}": tensor.half().contiguous()
        for number, network in enumerate(networks)
        for name, tensor in network.state_dict().items()
    }
    save_file(tensors, folder / _WEIGHTS)
    sizes = asdict(networks[0].sizes)
    description = {"encoder": ENCODER, "members": len(networks), "sizes": sizes}
    (folder / _DESCRIPTION).write_text(json.dumps(description, indent=1), encoding="utf-8")


def read_compression(folder: Path) -> tuple[CompressionNetwork, ...]:
    """Reads what `save_compression` wrote into a folder."""
    description = json.loads((folder / _DESCRIPTION).read_text(encoding="utf-8"))
    weights = load_file(folder / _WEIGHTS)
    networks = []
    for number in range(description["members"]):
        prefix = f"{number}."
        network = CompressionNetwork(WordSizes(**description["sizes"]))
        own = {k.removeprefix(prefix): v for k, v in weights.items() if k.startswith(prefix)}
        network.load_state_dict({name: tensor.float() for name, tensor in own.items()})
        networks.append(network.eval())
    return tuple(networks)


@torch.inference_mode()
def shorten(document: Document, networks: Sequence[CompressionNetwork]) -> tuple[str, ...]:
    """Shortens the units of a note.

    Args:
        document: The note.
        networks: See `load_compression`.

    Returns:
        Of each unit, in one line, the words that stay, in their order, with the commas that they
        then need; "" where none stays.
    """
    units = encoded(document).units
    words = words_of(document.text, units)
    if not words.spans:
        return ("",) * len(units)
    inputs = word_inputs(document, words)
    chances = torch.stack([network([inputs]).sigmoid() for network in networks]).mean(0)
    own: list[list[int]] = [[] for _ in units]
    for number, owner in enumerate(words.owners):
        own[owner].append(number)
    return tuple(
        _written(document.text, [words.spans[n] for n in numbers], chances[numbers].tolist())
        for numbers in own
    )


def _written(text: str, spans: Sequence[Span], chances: Sequence[Sequence[float]]) -> str:
    """Writes the words of a unit that stay."""
    stays = _kept_whole(text, spans, [stay >= _STAYS for stay, _ in chances])
    kept = [number for number, stay in enumerate(stays) if stay]
    while kept and text[slice(*spans[kept[-1]])].lower() in _LEADING:
        kept.pop()
    if not kept:
        return ""
    parts = [text[slice(*spans[kept[0]])]]
    for last, number in pairwise(kept):
        between = text[spans[last][1] : spans[number][0]]
        if number > last + 1:
            is_part = chances[number][1] >= _COMMA or _BREAK.search(between)
            between = ", " if is_part else " "
        parts += [between, text[slice(*spans[number])]]
    said = "".join(parts)
    return tidy(said if said.count("(") == said.count(")") else re.sub(r"[()]", "", said))


def _kept_whole(text: str, spans: Sequence[Span], stays: Sequence[bool]) -> list[bool]:
    """Which words stay where no stretch between marks may lose what decides its meaning."""
    kept = list(stays)
    words = [text[slice(*span)] for span in spans]
    for begin, end in _stretches(text, spans):
        is_condition = any(map(CONDITION.fullmatch, words[begin:end]))
        if not any(stays if is_condition else kept[begin:end]):
            continue
        for number in range(begin, end):
            kept[number] = kept[number] or is_critical(words[number])
        for number in range(begin, end):
            rest = [n for n in range(number + 1, end) if words[n].lower() not in _EMPTY]
            if NEGATION.fullmatch(words[number]):
                rest = rest[:1]
            elif not CONDITION.fullmatch(words[number]):
                continue
            for governed in rest:
                kept[governed] = True
    return kept


def _stretches(text: str, spans: Sequence[Span]) -> Iterator[tuple[int, int]]:
    """First and one past the last of the words between two marks."""
    begin = 0
    for number, (last, word) in enumerate(pairwise(spans), 1):
        if _BREAK.search(text[last[1] : word[0]]):
            yield begin, number
            begin = number
    yield begin, len(spans)
