"""Rows are a standard line by the chances of all its concepts, and by arithmetic between rows."""

from __future__ import annotations

from decimal import Decimal

import pytest

from secateur.pipelines.finance.statements.standard_rows import Candidate, rows_of

NET = ("parent", "whole")
CASES = {
    "sure of the line, not of the concept": ([({"a": 0.5, "b": 0.48}, 9)], [0]),
    "sure of neither": ([({"a": 0.4, "other": 0.6}, 9)], []),
    "another row may be the same": ([({"a": 0.8}, 9), ({"a": 0.7}, 8)], []),
    "another row may be what is preferred": ([({"b": 1.0}, 9), ({"a": 0.6}, 8)], []),
    "another row of the same value": ([({"a": 0.9}, 9), ({"a": 0.8}, 9)], [0, 1]),
    "a total of rows that may be the line": (
        [({"a": 0.7}, 5), ({"c": 0.9}, 1), ({"a": 0.9}, 3), ({"a": 0.6, "b": 0.4}, 9)], [3]
    ),
    "no total": ([({"a": 0.7}, 5), ({"a": 0.9}, 3), ({"a": 0.6, "b": 0.4}, 9)], []),
    "rows of the same kind below a total": (
        [({"a": 0.7}, 5), ({"a": 0.9}, 4), ({"a": 0.9}, 9), ({"a": 0.8}, 2)], [2]
    ),
}  # fmt: skip
SHARES = {
    "the whole less the minority's": (
        [({"parent": 0.6}, 9), ({"m": 0.9}, 2), ({"parent": 0.3, "whole": 0.3}, 7)], [2]
    ),
    "a minority's loss": ([({"whole": 0.9}, 7), ({"m": 0.9}, -2), ({"parent": 0.9}, 9)], [2]),
    "a minority printed as a deduction": (
        [({"whole": 0.9}, 9), ({"m": 0.9}, -2), ({"parent": 0.9}, 7)], [2]
    ),
    "no minority": ([({"parent": 0.9}, 9), ({"other": 0.9}, 2)], [0]),
}  # fmt: skip


def candidates(rows):
    return [
        Candidate(number, chances, {"2024": Decimal(value), "2023": Decimal(10 * value)})
        for number, (chances, value) in enumerate(rows)
    ]


@pytest.mark.parametrize("case", CASES)
def test_a_line_is_chosen_by_all_its_concepts(case):
    rows, expected = CASES[case]
    assert [row.number for row in rows_of(("a", "b"), candidates(rows))] == expected


@pytest.mark.parametrize("case", SHARES)
def test_the_parents_share_is_the_whole_less_the_minority(case):
    rows, expected = SHARES[case]
    assert [row.number for row in rows_of(NET, candidates(rows), ("m",))] == expected
