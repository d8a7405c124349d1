"""What the tables of a document leave of the types of its numbers."""

from __future__ import annotations

from pathlib import Path

from transformers import PreTrainedTokenizerFast

from secateur.core.models.word_kinds import FIGURE_TYPES
from secateur.pipelines.finance.numbers.inputs import find_numbers
from secateur.pipelines.finance.tokens import tokenise
from secateur.pipelines.ingestion.read import read
from secateur.pipelines.sentences import sentences

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


def test_a_dash_where_nothing_is_compared_is_no_zero(
    tmp_path: Path, tokenizer: PreTrainedTokenizerFast
) -> None:
    table = "| $m | 2025 | {} |", "|---|---|---|", "| Result | 71.9 | — |"
    for head, figure in (("Change", False), ("YoY", False), ("Change in value", True)):
        left = possible(tmp_path, tokenizer, *(line.format(head) for line in table))
        assert (left["—"] != {"none"}) == figure
