"""Written-out signs are read as signs, and nothing moves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secateur.pipelines.document.document import Document, Passage
from secateur.pipelines.document.escapes import without_escapes


def read(text: str) -> str:
    return without_escapes(Document("d", text, (Passage(0, len(text)),), "text/plain")).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Acme -LRB- Oslo -rrb- .", "Acme (     Oslo     ) ."),
        ("`` Yes '' , she", '"  Yes  " , she'),
        ("AT&amp;T &quot;Plc&quot; Ohm&#39;s", 'AT&    T      "Plc     " Ohm\'    s'),
        ("a-LRB-b, '''x''', ```y```, AT&T", "a-LRB-b, '''x''', ```y```, AT&T"),
    ],
)
def test_signs(text: str, expected: str) -> None:
    assert read(text) == expected


@given(st.text("-LRBrb`'&amp; x", max_size=40))
def test_length_stays(text: str) -> None:
    assert len(read(text)) == len(text)
