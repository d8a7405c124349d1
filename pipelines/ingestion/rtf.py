"""RTF: its text by striprtf, then read as a note."""

from __future__ import annotations

import re

from striprtf.striprtf import rtf_to_text

from secateur.pipelines.ingestion.detect import RTF
from secateur.pipelines.ingestion.reading import Reading, Source
from secateur.pipelines.ingestion.text import text_reading

_GROUP = re.compile(rb"(?<!\\)[{}]")
# striprtf ends each table cell with a bar and each row with a newline.
_CELL_END = re.compile(r"[ \t]*\|(?=[^\n]*\|\n|\n)")


def read_rtf(data: bytes, source: Source) -> Reading:
    """Read RTF.

    Args:
        data: The content.
        source: Where it comes from.

    Returns:
        Its text with passages; pictures and styles are left out.

    Raises:
        IngestionError: If the file is cut off, nests too deeply or cannot be understood.
    """
    _check_groups(data, source)
    try:
        text = rtf_to_text(data.decode("latin-1"), errors="replace")
    except (ValueError, LookupError, IndexError, KeyError, TypeError, OverflowError):
        raise source.refusal("the RTF is damaged", "save it again, or as text") from None
    reading = text_reading(_CELL_END.sub("\t", text.strip() + "\n").strip())
    reading.media_type = RTF
    return reading


def _check_groups(data: bytes, source: Source) -> None:
    depth = deepest = 0
    for brace in _GROUP.findall(data):
        depth += 1 if brace == b"{" else -1
        deepest = max(deepest, depth)
    if deepest > source.limits.nesting:
        raise source.refusal(
            f"groups nest deeper than {source.limits.nesting}",
            "the file is damaged, or raise Limits.nesting",
        )
    if depth > 0:
        raise source.refusal("the RTF is cut off", "save it again, or as text")
