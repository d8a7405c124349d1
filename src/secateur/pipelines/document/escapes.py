"""Signs that corpora and web pages write out, read as the signs they stand for.

Tokenised corpora have "-LRB-" for a parenthesis and two accents for a quotation mark, texts taken
from web pages "&amp;". The model learnt none of them, and takes "LRB" for a name.
"""

from __future__ import annotations

import re
from dataclasses import replace

from secateur.pipelines.document.document import Document

_SIGNS = {
    **{"-lrb-": "(", "-lsb-": "[", "-lcb-": "{", "-rrb-": ")", "-rsb-": "]", "-rcb-": "}"},
    **{"``": '"', "''": '"', "&amp;": "&", "&quot;": '"', "&apos;": "'", "&#39;": "'"},
}
_ESCAPED = re.compile(
    r"(?<![\w-])-(?:lrb|rrb|lsb|rsb|lcb|rcb)-(?![\w-])|(?<!`)``(?!`)|(?<!')''(?!')"
    r"|&(?:amp|quot|apos|#39);",
    re.IGNORECASE,
)
_OPENING = frozenset("([{&'")


def without_escapes(document: Document) -> Document:
    """Returns a document with the sign that each escape stands for, padded to the escape's length.

    Args:
        document: The document.

    Returns:
        The same but for its text, in which every other character keeps its place. Spaces stand
        behind an opening sign and before a closing one, so that names next to it keep their ends.
    """
    lowered = document.text.lower()
    if not any(sign in lowered for sign in _SIGNS):
        return document
    text = _ESCAPED.sub(_as_sign, document.text)
    return document if text == document.text else replace(document, text=text)


def _as_sign(match: re.Match[str]) -> str:
    sign = _SIGNS[match.group().lower()]
    opens = sign in _OPENING or match.group() == "``"
    return sign.ljust(len(match.group())) if opens else sign.rjust(len(match.group()))
