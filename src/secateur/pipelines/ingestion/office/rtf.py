"""RTF: its text by striprtf, then read as a note; where it stands told by marks put in before."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from striprtf.striprtf import destinations, rtf_to_text, specialchars

from secateur.pipelines.ingestion.files.detect import RTF
from secateur.pipelines.ingestion.layout.reading import Reading, Source
from secateur.pipelines.ingestion.office.marks import MARK, MOST, mark, unmark
from secateur.pipelines.ingestion.text.plain import text_reading

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?|\\'(?P<hex>[0-9a-fA-F]{2})"
    rb"|\\(?P<sign>[^a-zA-Z])|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)|[\r\n]+|\\",
    re.DOTALL,
)
_BREAKS = frozenset(("par", "sect", "page", "line", "row", "cell", "nestcell", "tab"))
# Words that stand for a character; breaks are left to the text around them.
_CHARACTERS = frozenset(("u", *filter(str.isalpha, specialchars))) - _BREAKS
_FONTS, _COLOURS = "fonttbl", "colortbl"
_MOST_FONTS = 40_000
"""striprtf's search for fonts takes quadratic time; no table of fonts has so many characters."""
_MOST_SKIPPED = 100
"""Characters that stand for a Unicode one; damaged files name any number."""
_TOGGLES = {
    "v": "hidden",
    "deleted": "tracked deletion",
    "strike": "struck out",
    "striked": "struck out",
}
"""Words from which on text is left out, or with 0 no more, and as what it is counted."""
_LEFT_OUT = {
    **dict.fromkeys(("header", "headerl", "headerr", "headerf"), "header and footer"),
    **dict.fromkeys(("footer", "footerl", "footerr", "footerf"), "header and footer"),
    "annotation": "comment",
}
# striprtf ends each table cell with a bar and each row with a newline.
_CELL_END = re.compile(rf"(?<![ \t])[ \t]*((?:{MARK})?)\|(?=[^\n]*\|\n|\n)")

_EDGES = re.compile(rf"\A(?:\s|{MARK})+|(?<!\s)(?:\s|{MARK})+\Z")


def read_rtf(data: bytes, source: Source) -> Reading:
    """Reads RTF, footnotes last.

    Pictures and styles are left out; hidden, struck and deleted text, headers, footers and comments
    are left out and counted.

    Args:
        data: The content.
        source: Where it comes from.

    Returns:
        What was found.

    Raises:
        IngestionError: The file is damaged or cut off, or a bound is passed.
    """
    prepared = _Preparation(data, source)
    try:
        marked = rtf_to_text(prepared.rtf, errors="replace")
    except (ValueError, LookupError, IndexError, KeyError, TypeError, OverflowError):
        raise source.refusal("the RTF is damaged", "save it again, or as text") from None
    # Characters above U+FFFF come as two halves.
    marked = marked.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    marked = _CELL_END.sub(r"\1" + "\t", _EDGES.sub(_without_space, marked) + "\n")
    marked = _EDGES.sub(_without_space, marked)
    text, places = unmark(marked, data, prepared.places)
    reading = text_reading(text, places.locate)
    reading.media_type = RTF
    for reason, characters in prepared.dropped.items():
        reading.drop(reason, characters)
    return reading


def _without_space(edge: re.Match[str]) -> str:
    return re.sub(r"\s", "", edge.group())


@dataclass
class _Group:
    """What holds inside a pair of braces.

    Attributes:
        dropped: Why its text is no text of the document, "" if that need not be told.
        silent: Whether it is none.
        left_out: Why its text is left out although it is text; nothing if it is not.
        fonts: Whether it is the table of fonts.
        note: Whether it is a footnote.
        skip: Characters that stand in for one after it.
    """

    dropped: str = ""
    silent: bool = False
    left_out: frozenset[str] = frozenset()
    fonts: bool = False
    note: bool = False
    skip: int = 1


class _Preparation:
    """Leaves out of an RTF file what is no text, and marks where its text stands.

    Attributes:
        places: By the number of each mark, the byte it stands at.
        dropped: Characters left out, by reason.
    """

    def __init__(self, data: bytes, source: Source) -> None:
        self.places: list[int] = []
        self.dropped: dict[str, int] = {}
        self._data = data
        self._source = source
        self._body: list[str] = []
        self._notes: list[str] = []
        self._fonts = self._characters = 0
        self._groups = [_Group()]
        self._visible = False
        self._to_skip = 0
        self._run()

    @property
    def rtf(self) -> str:
        """What striprtf is to read, footnotes after the body."""
        return "".join([*self._body, *self._notes, "}"])

    def _run(self) -> None:
        """Goes through the file once."""
        position = count = 0
        while match := _TOKEN.match(self._data, position):
            position = match.end()
            count += 1
            if not count % 4_096:
                self._source.deadline.check()
                self._source.check_count(count, "words and signs of RTF")
            if match["brace"]:
                self._end_text(match.start())
                if match["brace"] == b"{":
                    self._open()
                elif self._close():
                    return
            elif match["word"]:
                position += self._word(match)
            elif match["sign"]:
                self._sign(match)
            elif match["text"] or match["hex"]:
                self._text(match, len(match["text"]) if match["text"] else 1)
        raise self._source.refusal("the RTF is cut off", "save it again, or as text")

    def _open(self) -> None:
        limit = self._source.limits.nesting
        if len(self._groups) > limit:
            raise self._source.refusal(
                f"groups nest deeper than {limit}",
                "the file is damaged, or raise Limits.nesting (--limit nesting=N)",
            )
        self._groups.append(replace(self._groups[-1]))
        self._emit("{")

    def _close(self) -> bool:
        """Leaves a group; True if it was the file's."""
        if len(self._groups) == 2:
            return True
        self._emit("}")
        was = self._groups.pop()
        if was.note and not self._groups[-1].note:
            self._notes.append("\\par ")
        return False

    def _word(self, match: re.Match[bytes]) -> int:
        """Takes a control word; how many bytes of raw data follow it."""
        word, group = match["word"].decode(), self._groups[-1]
        number = int(match["number"]) if match["number"] else None
        if word in _CHARACTERS:
            self._to_skip = 0
            self._text(match, 1)
            self._to_skip = group.skip if word == "u" else 0
            return 0
        self._end_text(match.start())
        if word == "bin":
            return max(number or 0, 0)
        if word == "footnote":
            self._begin_note(group)
            return 0
        if word in (_FONTS, _COLOURS) or word in destinations:
            group.silent, group.fonts = True, word == _FONTS
            group.dropped = _LEFT_OUT.get(word, group.dropped)
        elif word == "plain":
            group.left_out = frozenset()
        elif word in _TOGGLES:
            reason = frozenset((_TOGGLES[word],))
            group.left_out = group.left_out - reason if number == 0 else group.left_out | reason
        elif word == "uc" and number is not None:
            group.skip = min(max(number, 0), _MOST_SKIPPED)
        self._emit(match.group().decode("latin-1"))
        return 0

    def _begin_note(self, group: _Group) -> None:
        # What stands before the word in its group went to the body; the group's braces balance.
        if group.note or (group.silent and group.dropped):
            return
        self._emit("}")
        group.note, group.silent = True, False
        self._notes.append("\\par ")
        self._emit("{")

    def _sign(self, match: re.Match[bytes]) -> None:
        sign, group = match["sign"].decode("latin-1"), self._groups[-1]
        if sign == "*":
            self._end_text(match.start())
            group.silent = True
        elif sign in specialchars and not sign.isspace():
            self._to_skip = 0
            self._text(match, 1)
        else:
            self._end_text(match.start())
            self._emit(match.group().decode("latin-1"))

    def _text(self, match: re.Match[bytes], length: int) -> None:
        """Takes what shows characters."""
        group = self._groups[-1]
        skipped = min(self._to_skip, length)
        self._to_skip -= skipped
        reason = group.dropped
        if not group.silent:
            reason = max(group.left_out, default="")
        if reason:
            self.dropped[reason] = self.dropped.get(reason, 0) + length - skipped
        if group.fonts:
            self._emit(match.group().decode("latin-1"))
        if reason or group.silent:
            return
        self._characters += length
        most = self._source.limits.characters
        if self._characters > most:
            # Before striprtf reads it, which takes a second for a million characters.
            raise self._source.refusal(
                f"more characters than the limit of {most:,}",
                "split the file or raise Limits.characters (--limit characters=N)",
            )
        if not self._visible:
            self._mark(match.start())
            self._visible = True
        self._emit(match.group().decode("latin-1"))

    def _end_text(self, position: int) -> None:
        """A control word or a brace ends text before it."""
        if self._visible:
            # striprtf would take a mark for a stand-in that is missing.
            self._emit("?" * min(self._to_skip, _MOST_SKIPPED))
            self._mark(position)
        self._visible, self._to_skip = False, 0

    def _mark(self, position: int) -> None:
        if len(self.places) < MOST:
            self._emit(mark(len(self.places)))
            self.places.append(position)

    def _emit(self, rtf: str) -> None:
        group = self._groups[-1]
        if group.silent and not group.fonts and rtf not in "{}":
            return
        if group.fonts:
            self._fonts += len(rtf)
            if self._fonts > _MOST_FONTS and rtf not in "{}":
                return
        (self._notes if group.note else self._body).append(rtf)
