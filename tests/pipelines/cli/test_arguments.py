"""What commands make of their common options."""

import argparse

import pytest

from secateur.kernels import processor
from secateur.pipelines.cli.arguments import add_common, refuse_unused, run_options
from secateur.pipelines.errors import UsageError


def _parse(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_common(parser)
    return parser.parse_args(words)


@pytest.mark.parametrize(
    ("facts", "words", "dtype"),
    [
        ({"flags": "fpu avx512f avx512_bf16"}, [], "bf16"),
        ({"flags": "fpu amx_bf16"}, [], "bf16"),
        ({"flags": "fpu avx512f"}, [], "fp32"),
        ({}, [], "fp32"),
        ({"flags": "fpu avx512_bf16"}, ["--dtype", "fp32"], "fp32"),
        ({"flags": "fpu"}, ["--dtype", "int8"], "int8"),
    ],
)
def test_numbers_are_those_the_processor_multiplies_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch, facts: dict[str, str], words: list[str], dtype: str
) -> None:
    monkeypatch.setattr(processor, "facts", lambda: facts)
    assert run_options(_parse(*words)).dtype == dtype


def test_a_threshold_of_nothing_is_one() -> None:
    assert run_options(_parse("--threshold", "0")).threshold == 0


def test_what_is_not_used_is_refused_only_where_it_is_given() -> None:
    refuse_unused(_parse(), ["dtype", "threshold"], "here")
    with pytest.raises(UsageError, match="--dtype changes nothing here; leave it out"):
        refuse_unused(_parse("--dtype", "bf16"), ["dtype"], "here")
