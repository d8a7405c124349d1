"""What the tables of a document leave of the types of its numbers."""

from __future__ import annotations

from pathlib import Path

import pytest
from transformers import PreTrainedTokenizerFast

from secateur.pipelines.document.sentences import sentences
from secateur.pipelines.finance.candidates.number_types import FIGURE_TYPES
from secateur.pipelines.finance.candidates.tokens import tokenise
from secateur.pipelines.finance.numbers.inputs import find_numbers
from secateur.pipelines.ingestion.read import read

KINDS = ("none", *FIGURE_TYPES)


def possible(
    tmp_path: Path, tokenizer: PreTrainedTokenizerFast, *lines: str
) -> dict[str, set[str]]:
    """What each number may be, of a Markdown file of these lines."""
    path = tmp_path / "table.md"
    path.write_text("\n".join(lines) + "\n")
    document = read(path)
    spans = sentences(document.text, document.passages)
    numbers = find_numbers(document, tokenise(document.text, tokenizer), spans, tokenizer)
    return {
        document.text[start:end]: {kind for kind, may in zip(KINDS, left, strict=True) if may}
        for (start, end), left in zip(numbers.spans.tolist(), numbers.possible, strict=True)
    }


def test_a_percentage_makes_none_of_money_below_it(
    tmp_path: Path, tokenizer: PreTrainedTokenizerFast
) -> None:
    left = possible(
        tmp_path,
        tokenizer,
        "| £m | 2025 | 2024 | Change |",
        "|---|---|---|---|",
        "| Operating margin | 8.2% | 8.0% | 0.2pp |",
        "| Profit before tax | 71.9 | 66.4 | n/m |",
    )
    assert left["8.2"] == {"PERCENT"}
    assert left["71.9"] == left["66.4"] == {"MONEY"}


def test_what_stands_above_a_table_of_money_speaks_of_no_percentages_in_it(
    tmp_path: Path, tokenizer: PreTrainedTokenizerFast
) -> None:
    above = "The average rate was 4.1%. The maturities are as follows:", ""
    left = possible(
        tmp_path, tokenizer, *above, "| € million | 2025 |", "|---|---|",
        "| Within one year | 84 |", "| Discount rate | 3.5 |",
    )  # fmt: skip
    assert "PERCENT" not in left["84"]
    assert "PERCENT" in left["3.5"]
    left = possible(
        tmp_path, tokenizer, *above, "| | 2025 |", "|---|---|", "| Within one year | 84 |"
    )
    assert "PERCENT" in left["84"]


def test_shares_in_a_table_of_money_are_spoken_of_by_their_own_heads(
    tmp_path: Path, tokenizer: PreTrainedTokenizerFast
) -> None:
    left = possible(
        tmp_path,
        tokenizer,
        "The shares of the group:",
        "",
        "| € million | 2025 |",
        "|---|---|",
        "| Net result | 412.7 |",
        "| Average shares | 288.1 |",
    )
    assert "SHARES" not in left["412.7"]
    assert "SHARES" in left["288.1"]


@pytest.mark.parametrize(
    ("heads", "figures", "none"),
    [
        ("2025 | 2024 | Change", "71.9 | 66.4 | —", True),
        ("2025 | 2024 | YoY", "71.9 | (6.4) | —", True),
        ("2025 | 2024 | Change", "71.9 | 71.9 | —", False),
        ("% change | Growth | Volume growth", "3.1 | 2.4 | —", False),
        ("2025 | 2024 | Change in value", "71.9 | 66.4 | —", False),
    ],
)
def test_a_dash_is_no_change_of_zero_where_what_is_compared_differs(
    tmp_path: Path, tokenizer: PreTrainedTokenizerFast, heads: str, figures: str, none: bool
) -> None:
    table = f"| $m | {heads} |", "|---|---|---|---|", f"| Result | {figures} |"
    assert (possible(tmp_path, tokenizer, *table)["—"] == {"none"}) == none


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Growth of three to four percent.", {"three": {"PERCENT"}, "four": {"PERCENT"}}),
        ("It cost eight or ten million dollars.", {"eight": {"MONEY"}, "ten": {"MONEY"}}),
        ("Ten to twelve plants in five countries.", {}),
        ("One-tenth of one percent.", {}),
        ("More than ten percent of our sales.", {}),
        ("Sales grew five percent.", {"five": {"PERCENT"}}),
        ("Volumes were down by about twenty-two per cent.", {"twenty-two": {"PERCENT"}}),
        (
            "They represented approximately six percent and seven percent of sales.",
            {"six": {"PERCENT"}, "seven": {"PERCENT"}},
        ),
        ("Interest is at prime plus one-half of one percent.", {"one-half": {"PERCENT"}}),
        ("If rates increased one percentage point, we would earn more.", {}),
        ("The awards earned will be up to two hundred percent of target.", {}),
        ("No customer accounted for ten percent or more of sales.", {}),
        ("Interest was four percent (4%).", {"4": {"PERCENT"}}),
        ("It cost eight million dollars.", {"eight": {"MONEY"}}),
        ("The fourth quarter points to half the sales.", {}),
    ],
)
def test_words_are_numbers_beside_what_they_count(
    tmp_path: Path, tokenizer: PreTrainedTokenizerFast, text: str, found: dict[str, set[str]]
) -> None:
    assert possible(tmp_path, tokenizer, text) == found
